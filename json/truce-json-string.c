/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Strings stay in the text as they are spelled; they are decoded where somebody looks. Everything here
 * trusts the scan: UTF-8 is well-formed, escapes are whole and paired. */

#include "truce-json-private.h"

#include <string.h>

/* What stands between the quotes. */
static inline const char *
inner (const TruceJsonDoc *doc,
       guint32             node,
       gsize              *length)
{
  const TruceJsonNode *string = &doc->nodes[node];

  g_assert (doc->text[string->start] == '"');

  *length = string->end - string->start - 2;
  return doc->text + string->start + 1;
}

static gunichar
next_unit (const char **at)
{
  gunichar unit = 0;

  for (guint i = 2; i < 6; i++)
    unit = unit * 16 + g_ascii_xdigit_value ((*at)[i]);

  *at += 6;
  return unit;
}

static gunichar
next_escape (const char **at)
{
  static const char letters[] = "bfnrt";
  static const char meanings[] = "\b\f\n\r\t";
  const char *found;
  char letter = (*at)[1];
  gunichar unit;

  if (letter == 'u')
    {
      unit = next_unit (at);
      if (unit >= 0xD800 && unit <= 0xDBFF)
        unit = 0x10000 + ((unit - 0xD800) << 10) + (next_unit (at) - 0xDC00);
      return unit;
    }

  *at += 2;
  found = strchr (letters, letter);
  return found != NULL ? (guchar) meanings[found - letters] : (guchar) letter;
}

gunichar
truce_json_next_char (const char **at)
{
  gunichar c;

  if (**at == '\\')
    return next_escape (at);

  c = g_utf8_get_char (*at);
  *at = g_utf8_next_char (*at);
  return c;
}

void
truce_json_append_string (GString            *out,
                          const TruceJsonDoc *doc,
                          guint32             node)
{
  gsize length;
  const char *at = inner (doc, node, &length);
  const char *end = at + length;

  while (at < end)
    {
      const char *escape = memchr (at, '\\', end - at);

      g_string_append_len (out, at, (escape != NULL ? escape : end) - at);
      at = escape != NULL ? escape : end;
      if (at < end)
        g_string_append_unichar (out, next_escape (&at));
    }
}

char *
truce_json_dup_string (const TruceJsonDoc *doc,
                       guint32             node)
{
  gsize length;
  const char *text = inner (doc, node, &length);
  GString *string;

  if (memchr (text, '\\', length) == NULL)
    return g_strndup (text, length);

  string = g_string_sized_new (length);
  truce_json_append_string (string, doc, node);
  return g_string_free (string, FALSE);
}

gboolean
truce_json_string_is (const TruceJsonDoc *doc,
                      guint32             node,
                      const char         *string)
{
  gsize length;
  const char *at = inner (doc, node, &length);
  const char *end = at + length;

  while (at < end && *string != '\0')
    {
      if (*at != '\\' && *at != *string)
        return FALSE;
      if (*at != '\\')
        {
          at++;
          string++;
          continue;
        }
      if (next_escape (&at) != g_utf8_get_char (string))
        return FALSE;
      string = g_utf8_next_char (string);
    }

  return at == end && *string == '\0';
}

/* UTF-16 puts the characters beyond U+FFFF, which it writes with surrogates, before U+E000. */
static inline gunichar
utf16_rank (gunichar c)
{
  if (c >= 0x10000)
    return c - 0x10000 + 0xD800;

  return c >= 0xE000 ? c + 0x100000 : c;
}

int
truce_json_string_compare (const TruceJsonDoc *a,
                           guint32             node_a,
                           const TruceJsonDoc *b,
                           guint32             node_b)
{
  gsize length_a;
  gsize length_b;
  const char *at_a = inner (a, node_a, &length_a);
  const char *at_b = inner (b, node_b, &length_b);
  const char *end_a = at_a + length_a;
  const char *end_b = at_b + length_b;

  while (at_a < end_a && at_b < end_b)
    {
      gunichar c_a;
      gunichar c_b;

      if (*at_a == *at_b && (guchar) *at_a < 0x80 && *at_a != '\\')
        {
          at_a++;
          at_b++;
          continue;
        }

      c_a = utf16_rank (truce_json_next_char (&at_a));
      c_b = utf16_rank (truce_json_next_char (&at_b));
      if (c_a != c_b)
        return c_a < c_b ? -1 : 1;
    }

  return (at_a < end_a) - (at_b < end_b);
}

gboolean
truce_json_string_equal (const TruceJsonDoc *a,
                         guint32             node_a,
                         const TruceJsonDoc *b,
                         guint32             node_b)
{
  gsize length_a;
  gsize length_b;
  const char *text_a = inner (a, node_a, &length_a);
  const char *text_b = inner (b, node_b, &length_b);

  if (length_a == length_b && memcmp (text_a, text_b, length_a) == 0)
    return TRUE;
  if (memchr (text_a, '\\', length_a) == NULL && memchr (text_b, '\\', length_b) == NULL)
    return FALSE;

  return truce_json_string_compare (a, node_a, b, node_b) == 0;
}
