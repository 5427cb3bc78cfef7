/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Strings, numbers and words. Most bytes of most documents stand within strings, so these are passed
 * eight at a time: one addition or subtraction finds whether any of eight bytes is a quote, a backslash,
 * a control character or not ASCII (Mycroft's test for a zero byte, 1987; see Warren, Hacker's Delight,
 * 6-1). */

#include "truce-json-scan.h"

#include <string.h>

#define EXPONENT_DIGITS_MAX 18  /* so that an exponent and the length of a text can be added in 64 bits */

/* ---- strings ---- */

/* Where the first byte stands that is a quote, a backslash, a control character, or not ASCII. */
static inline const char *
skip_plain (const char *at,
            const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

  for (; end - at >= 8; at += 8)
    {
      guint64 word;
      guint64 stops;

      memcpy (&word, at, 8);
      word = GUINT64_FROM_LE (word);
      stops = ((word ^ (ones * '"')) - ones) | ((word ^ (ones * '\\')) - ones) | (word - ones * 0x20) | word;
      stops &= ones << 7;
      if (stops != 0)
        return at + (__builtin_ctzll (stops) >> 3);
    }
  while (at < end && *at != '"' && *at != '\\' && (guchar) *at >= 0x20 && (guchar) *at < 0x80)
    at++;

  return at;
}

/* Moves behind one character that is not ASCII: the well-formed sequences of the Unicode Standard's
 * table 3-7. */
static gboolean
scan_utf8 (TruceJsonScan *scan)
{
  const guchar *at = (const guchar *) scan->at;
  guchar lead = at[0];
  gsize length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  guchar least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  guchar most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  gboolean good = lead >= 0xC2 && lead <= 0xF4 && (gsize) (scan->end - scan->at) >= length;

  good = good && at[1] >= least && at[1] <= most;
  for (gsize i = 2; good && i < length; i++)
    good = (at[i] & 0xC0) == 0x80;
  if (!good)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                                 "the byte 0x%02x is not UTF-8 here", lead);

  scan->at += length;
  return TRUE;
}

/* The value of four hexadecimal digits, or -1. */
static int
read_hex (const char *at,
          const char *end)
{
  int value = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (at + i >= end || !g_ascii_isxdigit (at[i]))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (at[i]);
    }

  return value;
}

/* Behind "\u" come four digits; a high surrogate's four must be followed by a low one's escape. */
static gboolean
scan_unicode_escape (TruceJsonScan *scan)
{
  const char *at = scan->at;
  int unit = read_hex (at + 2, scan->end);
  gboolean is_low = unit >= 0xDC00 && unit <= 0xDFFF;
  gboolean is_high = unit >= 0xD800 && unit <= 0xDBFF;

  if (unit < 0)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, at,
                                 "“\\u” without four hexadecimal digits behind it");
  if (unit == 0)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, at, "a string must not hold U+0000");

  scan->at += 6;
  if (is_high && scan->end - scan->at >= 6 && scan->at[0] == '\\' && scan->at[1] == 'u')
    {
      int low = read_hex (scan->at + 2, scan->end);

      is_high = low < 0xDC00 || low > 0xDFFF;
      scan->at += 6;
    }
  if (is_low || is_high)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, at,
                                 "“\\u%04x” is half a surrogate pair", (guint) unit);

  return TRUE;
}

static gboolean
scan_escape (TruceJsonScan *scan)
{
  g_autoptr(GString) shown = NULL;
  gsize length;

  if (scan->end - scan->at < 2)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->end, "the text ends within a string");
  if (scan->at[1] == 'u')
    return scan_unicode_escape (scan);
  if (scan->at[1] != '\0' && strchr ("\"\\/bfnrt", scan->at[1]) != NULL)
    {
      scan->at += 2;
      return TRUE;
    }

  shown = g_string_new (NULL);
  length = MIN (1 + g_utf8_skip[(guchar) scan->at[1]], scan->end - scan->at);
  truce_json_append_shown (shown, scan->at, length);
  return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "“%s” is no escape", shown->str);
}

gboolean
truce_json_scan_string (TruceJsonScan *scan,
                        gboolean      *plain)
{
  const char *start = scan->at++;

  while (TRUE)
    {
      scan->at = skip_plain (scan->at, scan->end);
      if (G_UNLIKELY (scan->at == scan->end))
        return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                                     "the text ends within a string");

      if (*scan->at == '"')
        {
          scan->at++;
          return truce_json_scan_add_leaf (scan, start);
        }

      if (*scan->at == '\\')
        {
          *plain = FALSE;
          if (!scan_escape (scan))
            return FALSE;
        }
      else if ((guchar) *scan->at < 0x20)
        return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                                     "the control character U+%04X must be escaped in a string",
                                     (guint) *scan->at);
      else if (!scan_utf8 (scan))
        return FALSE;
    }
}

/* ---- numbers and words ---- */

static inline gboolean
scan_digits (TruceJsonScan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;

  return scan->at > start;
}

static gboolean
scan_exponent (TruceJsonScan *scan)
{
  const char *start;

  scan->at++;
  if (truce_json_scan_is_next (scan, '+') || truce_json_scan_is_next (scan, '-'))
    scan->at++;
  start = scan->at;
  if (!scan_digits (scan))
    return truce_json_scan_fail_wanted (scan, "a digit of the exponent");

  while (start < scan->at && *start == '0')
    start++;
  if (scan->at - start > EXPONENT_DIGITS_MAX)
    return truce_json_scan_fail (scan, TRUCE_ERROR_TOO_LARGE, start, "an exponent of more than %d digits",
                                 EXPONENT_DIGITS_MAX);

  return TRUE;
}

gboolean
truce_json_scan_number (TruceJsonScan *scan)
{
  const char *start = scan->at;

  if (*scan->at == '-')
    scan->at++;
  if (truce_json_scan_is_next (scan, '0') && scan->end - scan->at > 1 && g_ascii_isdigit (scan->at[1]))
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                                 "a number must not begin with a 0 before other digits");
  if (!scan_digits (scan))
    return truce_json_scan_fail_wanted (scan, "a digit");

  if (truce_json_scan_is_next (scan, '.'))
    {
      scan->at++;
      if (!scan_digits (scan))
        return truce_json_scan_fail_wanted (scan, "a digit of the fraction");
    }
  if ((truce_json_scan_is_next (scan, 'e') || truce_json_scan_is_next (scan, 'E')) && !scan_exponent (scan))
    return FALSE;

  return truce_json_scan_add_leaf (scan, start);
}

gboolean
truce_json_scan_word (TruceJsonScan *scan,
                      const char    *word,
                      gsize          length)
{
  const char *start = scan->at;

  if ((gsize) (scan->end - start) < length || memcmp (start, word, length) != 0)
    return truce_json_scan_fail_wanted (scan, "a value");

  scan->at += length;
  return truce_json_scan_add_leaf (scan, start);
}
