/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Doubles and their shortest decimals. Grisu, Ryū and Schubfach do this faster, with kilobytes of
 * tables; here the C library's correctly rounded conversions are asked for more and more digits until
 * the value reads back (Steele and White's question, 1990). Two things keep that right. Below DBL_MIN a
 * double has fewer digits than 15, so the search begins with one. And at a power of two the gap below is
 * half of the gap above: where the nearest decimal lies too far below, the next one above may still read
 * back. So 2^-1017 is 7.120236347223045e-307, though the nearest decimal of sixteen digits ends in 044
 * and is another double.
 *
 * All conversions are GLib's: no locale changes them. */

#include "truce-json-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define BUFFER_SIZE 40          /* "-1.2345678901234567e-308", and room */

static gboolean
is_same (double a,
         double b)
{
  return memcmp (&a, &b, sizeof a) == 0;
}

/* One more in the last digit of "d.ddde±x". FALSE where all digits are nines: as short a decimal is not
 * there then. */
static gboolean
step_up (char *text)
{
  char *last = strchr (text, 'e') - 1;

  for (; last >= text && *last == '9'; last--)
    *last = '0';
  if (last >= text && *last == '.')
    last--;
  for (; last >= text && *last == '9'; last--)
    *last = '0';
  if (last < text)
    return FALSE;

  *last += 1;
  return TRUE;
}

/* magnitude's nearest decimal of so many digits, or the one above it, if either reads back. */
static gboolean
try_digits (char  *text,
            double magnitude,
            int    n_digits)
{
  char format[] = "%.16e";
  int exponent;

  g_snprintf (format, sizeof format, "%%.%de", n_digits - 1);
  g_ascii_formatd (text, BUFFER_SIZE, format, magnitude);
  if (is_same (g_ascii_strtod (text, NULL), magnitude))
    return TRUE;

  return is_same (frexp (magnitude, &exponent), 0.5) && step_up (text) &&
         is_same (g_ascii_strtod (text, NULL), magnitude);
}

static void
keep_own_digits (TruceJsonDecimal *decimal)
{
  const char *digits = decimal->digits;

  for (guint i = 0; i < decimal->n_digits; i++)
    {
      if (*digits == '.')
        digits++;
      decimal->own[i] = *digits++;
    }
  decimal->own[decimal->n_digits] = '\0';
  decimal->digits = decimal->own;
}

void
truce_json_decimal_from_double (TruceJsonDecimal *decimal,
                                double            value)
{
  double magnitude = fabs (value);
  char text[BUFFER_SIZE];
  int n_digits = magnitude < DBL_MIN ? 1 : DBL_DIG;

  g_assert (isfinite (value));

  while (!try_digits (text, magnitude, n_digits) && n_digits < TRUCE_JSON_DOUBLE_DIGITS)
    n_digits++;

  truce_json_decimal_read (decimal, text, strlen (text));
  decimal->negative = value < 0;
  keep_own_digits (decimal);
}

/* Four digits do: no double is as large as 1e1000, or as small as 1e-1000. */
static void
write_exponent (char  *text,
                gint64 exponent)
{
  int size = MIN (ABS (exponent), 2000);

  *text++ = 'e';
  *text++ = exponent < 0 ? '-' : '+';
  for (int unit = 1000; unit > 0; unit /= 10)
    *text++ = '0' + size / unit % 10;
  *text = '\0';
}

double
truce_json_decimal_to_double (const TruceJsonDecimal *decimal)
{
  char text[BUFFER_SIZE];
  TruceJsonDecimal copy = *decimal;
  double magnitude;

  g_assert (decimal->n_digits <= TRUCE_JSON_DOUBLE_DIGITS);

  if (decimal->n_digits == 0)
    return 0.0;

  keep_own_digits (&copy);
  write_exponent (text + g_strlcpy (text, copy.own, sizeof text), decimal->point - decimal->n_digits);
  magnitude = g_ascii_strtod (text, NULL);
  return decimal->negative ? -magnitude : magnitude;
}

void
truce_json_write_double (GString *out,
                         double   value)
{
  TruceJsonDecimal decimal;

  g_assert (out != NULL);

  truce_json_decimal_from_double (&decimal, value);
  truce_json_decimal_write (out, &decimal);
}
