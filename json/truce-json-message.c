/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Messages quote what was read, and what was read is somebody else's. A quote must not move the cursor,
 * ring the bell, or turn the rest of the line around ("Trojan Source", Boucher and Anderson, 2021), nor
 * fill the screen. */

#include "truce-json-private.h"

#define SHOWN_MAX 64            /* bytes of the input */

/* Neither a control character nor a format character, which the bidirectional controls are, nor a line
 * separator. */
static gboolean
is_harmless (gunichar c)
{
  return g_unichar_isprint (c) && c != 0x2028 && c != 0x2029;
}

void
truce_json_append_shown (GString    *message,
                         const char *text,
                         gsize       length)
{
  const char *at = text;
  const char *end = text + length;

  while (at < end)
    {
      gunichar c = g_utf8_get_char_validated (at, end - at);
      gboolean is_character = c < 0x110000;
      gsize n_bytes = is_character ? g_utf8_skip[(guchar) *at] : 1;

      if (at + n_bytes > text + SHOWN_MAX)
        {
          g_string_append (message, "…");
          return;
        }

      if (!is_character)
        g_string_append_printf (message, "\\x%02x", (guchar) *at);
      else if (is_harmless (c))
        g_string_append_len (message, at, n_bytes);
      else
        g_string_append_printf (message, "\\u%04x", c);
      at += n_bytes;
    }
}

/* Columns count characters, from 1; a tab is one. */
void
truce_json_append_line (GString            *message,
                        const TruceJsonDoc *doc,
                        const char         *at)
{
  gsize line = 1;
  gsize column = 1;

  for (const char *p = doc->text; p < at; p++)
    {
      if (*p == '\n')
        {
          line++;
          column = 1;
        }
      else if ((*p & 0xC0) != 0x80)
        column++;
    }

  g_string_append_printf (message, "%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": ", line, column);
}

static void
append_name_token (GString            *message,
                   const TruceJsonDoc *doc,
                   guint32             name)
{
  g_autoptr(GString) token = g_string_new (NULL);
  g_autoptr(GString) shown = g_string_new (NULL);

  truce_json_append_string (token, doc, name);
  truce_json_append_shown (shown, token->str, token->len);
  truce_json_pointer_append (message, shown->str);
}

/* The token of a container's child: of `child`, or of the one that comes last where child is
 * TRUCE_JSON_NONE. */
static void
append_token (GString            *message,
              const TruceJsonDoc *doc,
              guint32             container,
              guint32             child)
{
  guint32 end = MIN (child, doc->n_nodes);
  guint32 i = container + 1;
  guint32 name = TRUCE_JSON_NONE;
  guint index = 0;

  if (doc->text[doc->nodes[container].start] == '[')
    {
      for (; i < end; i = doc->nodes[i].next)
        index++;
      truce_json_pointer_append_index (message, index);
      return;
    }

  for (; i < end; i = i + 1 < end ? doc->nodes[i + 1].next : end)
    name = i;
  append_name_token (message, doc, name);
}

void
truce_json_append_open (GString            *message,
                        const TruceJsonDoc *doc,
                        guint32             open,
                        gboolean            in_child)
{
  g_autoptr(GArray) containers = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = open; i != TRUCE_JSON_NONE; i = doc->nodes[i].next)
    g_array_append_val (containers, i);

  for (guint i = containers->len; i > 1; i--)
    append_token (message, doc, g_array_index (containers, guint32, i - 1),
                  g_array_index (containers, guint32, i - 2));
  if (in_child && open != TRUCE_JSON_NONE)
    append_token (message, doc, open, TRUCE_JSON_NONE);
  else if (containers->len < 2)
    g_string_append (message, "the top");
}

/* The child of a container, a member's value or an element, that is node or that node stands in. */
static guint32
child_towards (const TruceJsonDoc *doc,
               guint32             container,
               guint32             node)
{
  guint32 i = container + 1;
  guint32 step = truce_json_type (doc, container) == TRUCE_JSON_OBJECT ? 1 : 0;

  while (doc->nodes[i + step].next <= node)
    i = doc->nodes[i + step].next;
  return i + step;
}

void
truce_json_append_place (GString            *message,
                         const TruceJsonDoc *doc,
                         guint32             node)
{
  truce_json_append_line (message, doc, doc->text + doc->nodes[node].start);
  g_string_append (message, node == 0 ? "at the top" : "at ");
  for (guint32 i = 0; i < node;)
    {
      guint32 child = child_towards (doc, i, node);

      append_token (message, doc, i, child);
      i = child;
    }
}
