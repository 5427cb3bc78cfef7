/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A number as ±0.DIGITS × 10^point, straight from its text: nothing is rounded, no digit copied, and an
 * exponent of any size costs nothing. The layout of the written form is that of ECMAScript's
 * Number::toString (ECMA-262, 6.1.6.1.20), which RFC 8785 prescribes for JSON. */

#include "truce-json-private.h"

#include <string.h>

/* The exponent's digits are few enough for 64 bits: the scan has seen to that. */
static gint64
read_exponent (const char *at,
               const char *end)
{
  gboolean negative;
  gint64 exponent = 0;

  if (at == end)
    return 0;

  at++;
  negative = *at == '-';
  if (*at == '-' || *at == '+')
    at++;
  for (; at < end; at++)
    exponent = exponent * 10 + (*at - '0');

  return negative ? -exponent : exponent;
}

void
truce_json_decimal_read (TruceJsonDecimal *decimal,
                         const char       *text,
                         gsize             length)
{
  const char *text_end = text + length;
  const char *at = text + (*text == '-');
  const char *end = at;
  const char *dot;

  while (end < text_end && *end != 'e' && *end != 'E')
    end++;
  dot = memchr (at, '.', end - at);
  decimal->point = ((dot != NULL ? dot : end) - at) + read_exponent (end, text_end);

  for (; at < end && (*at == '0' || *at == '.'); at++)
    decimal->point -= *at == '0';
  while (end > at && (end[-1] == '0' || end[-1] == '.'))
    end--;

  decimal->digits = at;
  decimal->n_digits = (end - at) - (dot != NULL && dot >= at && dot < end);
  decimal->negative = *text == '-' && decimal->n_digits > 0;
  if (decimal->n_digits == 0)
    decimal->point = 0;
}

static inline char
next_digit (const char **digits)
{
  if (**digits == '.')
    (*digits)++;

  return *(*digits)++;
}

gboolean
truce_json_decimal_get_int64 (const TruceJsonDecimal *decimal,
                              gint64                 *value)
{
  const char *digits = decimal->digits;
  guint64 magnitude = 0;

  /* 19 digits fit in 64 bits without a sign, whatever they are. */
  if (decimal->point > 19 || decimal->point < decimal->n_digits)
    return FALSE;

  for (guint i = 0; i < decimal->point; i++)
    magnitude = magnitude * 10 + (i < decimal->n_digits ? next_digit (&digits) - '0' : 0);
  if (magnitude > (guint64) G_MAXINT64 + decimal->negative)
    return FALSE;

  *value = decimal->negative ? (gint64) (0 - magnitude) : (gint64) magnitude;
  return TRUE;
}

static int
compare_magnitudes (const TruceJsonDecimal *a,
                    const TruceJsonDecimal *b)
{
  const char *digits_a = a->digits;
  const char *digits_b = b->digits;

  if (a->n_digits == 0 || b->n_digits == 0)
    return (a->n_digits > 0) - (b->n_digits > 0);
  if (a->point != b->point)
    return a->point < b->point ? -1 : 1;

  for (guint32 i = 0; i < MIN (a->n_digits, b->n_digits); i++)
    {
      int difference = next_digit (&digits_a) - next_digit (&digits_b);

      if (difference != 0)
        return difference < 0 ? -1 : 1;
    }

  return (a->n_digits > b->n_digits) - (a->n_digits < b->n_digits);
}

int
truce_json_decimal_compare (const TruceJsonDecimal *a,
                            const TruceJsonDecimal *b)
{
  if (a->negative != b->negative)
    return a->negative ? -1 : 1;

  return a->negative ? compare_magnitudes (b, a) : compare_magnitudes (a, b);
}

static void
append_digits (GString                *out,
               const TruceJsonDecimal *decimal)
{
  const char *digits = decimal->digits;
  const char *end = digits + decimal->n_digits;
  const char *dot = memchr (digits, '.', decimal->n_digits);

  if (dot != NULL)
    {
      g_string_append_len (out, digits, dot - digits);
      digits = dot + 1;
      end++;
    }
  g_string_append_len (out, digits, end - digits);
}

static void
append_zeros (GString *out,
              gint64   n_zeros)
{
  for (gint64 i = 0; i < n_zeros; i++)
    g_string_append_c (out, '0');
}

void
truce_json_decimal_write (GString                *out,
                          const TruceJsonDecimal *decimal)
{
  gint64 point = decimal->point;
  gsize start;

  if (decimal->negative)
    g_string_append_c (out, '-');
  start = out->len;

  if (decimal->n_digits == 0)
    g_string_append_c (out, '0');
  else if (point > -6 && point <= 0)
    {
      g_string_append (out, "0.");
      append_zeros (out, -point);
      append_digits (out, decimal);
    }
  else
    {
      append_digits (out, decimal);
      if (point > 0 && point <= 21)
        {
          append_zeros (out, point - decimal->n_digits);
          if (point < decimal->n_digits)
            g_string_insert_c (out, start + point, '.');
          return;
        }
      if (decimal->n_digits > 1)
        g_string_insert_c (out, start + 1, '.');
      g_string_append_printf (out, "e%c%" G_GINT64_FORMAT, point > 0 ? '+' : '-', ABS (point - 1));
    }
}
