/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The canonical form is RFC 8785's (JCS): no white space, members sorted by UTF-16 code units, the least
 * escapes. Numbers that a double holds are written as RFC 8785 says; all others keep their digits, which
 * it would have rounded. Equal values have one canonical form, and a canonical form is its own. */

#include "truce-json-private.h"

#include <string.h>

static void
append_escape (GString *out,
               guchar   byte)
{
  static const char bytes[] = "\b\t\n\f\r\"\\";
  static const char letters[] = "btnfr\"\\";
  const char *found = strchr (bytes, byte);

  if (found != NULL)
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, letters[found - bytes]);
    }
  else
    g_string_append_printf (out, "\\u%04x", byte);
}

void
truce_json_write_string (GString    *out,
                         const char *string,
                         gssize      length)
{
  const char *end = string + (length < 0 ? strlen (string) : (gsize) length);
  const char *run = string;

  g_assert (out != NULL);
  g_assert (string != NULL);

  g_string_append_c (out, '"');
  for (const char *at = string; at < end; at++)
    if ((guchar) *at < 0x20 || *at == '"' || *at == '\\')
      {
        g_string_append_len (out, run, at - run);
        append_escape (out, *at);
        run = at + 1;
      }
  g_string_append_len (out, run, end - run);
  g_string_append_c (out, '"');
}

static void
append_text (GString            *out,
             const TruceJsonDoc *doc,
             guint32             node)
{
  TruceJsonSpan span = truce_json_span (doc, node);

  g_string_append_len (out, span.text, span.length);
}

static void
write_string_node (GString            *out,
                   const TruceJsonDoc *doc,
                   guint32             node)
{
  TruceJsonSpan span = truce_json_span (doc, node);
  g_autofree char *decoded = NULL;

  if (memchr (span.text, '\\', span.length) == NULL)
    {
      append_text (out, doc, node);
      return;
    }

  decoded = truce_json_dup_string (doc, node);
  truce_json_write_string (out, decoded, -1);
}

static void
write_number_node (GString            *out,
                   const TruceJsonDoc *doc,
                   guint32             node)
{
  TruceJsonDecimal decimal;

  truce_json_number_value (doc, node, &decimal);
  truce_json_decimal_write (out, &decimal);
}

static void
write_array (GString            *out,
             const TruceJsonDoc *doc,
             guint32             array)
{
  g_string_append_c (out, '[');
  for (guint32 i = array + 1; i < doc->nodes[array].next; i = doc->nodes[i].next)
    {
      if (i > array + 1)
        g_string_append_c (out, ',');
      truce_json_write_canonical (out, doc, i);
    }
  g_string_append_c (out, ']');
}

static void
write_object (GString            *out,
              const TruceJsonDoc *doc,
              guint32             object)
{
  guint32 n_names;
  g_autofree guint32 *names = truce_json_sort_names (doc, object, &n_names);

  g_string_append_c (out, '{');
  for (guint32 i = 0; i < n_names; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      write_string_node (out, doc, names[i]);
      g_string_append_c (out, ':');
      truce_json_write_canonical (out, doc, names[i] + 1);
    }
  g_string_append_c (out, '}');
}

void
truce_json_write_canonical (GString            *out,
                            const TruceJsonDoc *doc,
                            guint32             node)
{
  g_assert (out != NULL);
  g_assert (node < doc->n_nodes);

  switch (truce_json_type (doc, node))
    {
    case TRUCE_JSON_NUMBER:
      write_number_node (out, doc, node);
      break;
    case TRUCE_JSON_STRING:
      write_string_node (out, doc, node);
      break;
    case TRUCE_JSON_ARRAY:
      write_array (out, doc, node);
      break;
    case TRUCE_JSON_OBJECT:
      write_object (out, doc, node);
      break;
    case TRUCE_JSON_NULL:
    case TRUCE_JSON_FALSE:
    case TRUCE_JSON_TRUE:
      append_text (out, doc, node);
      break;
    }
}
