/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-search-text.h"

static guint32
child (const TruceJsonDoc *doc,
       guint32             node,
       const char         *token)
{
  guint64 index;
  guint32 i;

  if (truce_json_type (doc, node) == TRUCE_JSON_OBJECT)
    return truce_json_member (doc, node, token);
  if (truce_json_type (doc, node) != TRUCE_JSON_ARRAY ||
      !g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT32, &index, NULL))
    return TRUCE_JSON_NONE;
  for (i = node + 1; i < doc->nodes[node].next && index > 0; i = doc->nodes[i].next)
    index--;
  return i < doc->nodes[node].next ? i : TRUCE_JSON_NONE;
}

static guint32
find (const TruceJsonDoc *doc,
      const char         *field)
{
  g_auto(GStrv) tokens = NULL;
  guint32 node = 0;
  guint i;

  if (field[0] != '/')
    return truce_json_member (doc, 0, field);
  tokens = truce_json_pointer_split (field, NULL);
  for (i = 0; tokens != NULL && tokens[i] != NULL && node != TRUCE_JSON_NONE; i++)
    node = child (doc, node, tokens[i]);
  return tokens != NULL ? node : TRUCE_JSON_NONE;
}

/* The name of a member is a string as well, followed by a colon. */
static gboolean
is_name (const TruceJsonDoc *doc,
         guint32             node)
{
  guint32 at = doc->nodes[node].end;

  while (at < doc->length && g_ascii_isspace (doc->text[at]))
    at++;
  return at < doc->length && doc->text[at] == ':';
}

/* The nodes of a value lie behind one another: no recursion. */
static void
append_strings (GString            *text,
                const TruceJsonDoc *doc,
                guint32             node)
{
  guint32 end = doc->nodes[node].next;
  guint32 i;

  for (i = node; i < end; i++)
    {
      g_autofree char *string = NULL;

      if (truce_json_type (doc, i) != TRUCE_JSON_STRING || is_name (doc, i))
        continue;
      string = truce_json_dup_string (doc, i);
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", string);
    }
}

char *
truce_search_text (const TruceJsonDoc *doc,
                   const char * const *fields)
{
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; fields[i] != NULL; i++)
    {
      guint32 node = truce_json_type (doc, 0) == TRUCE_JSON_OBJECT ? find (doc, fields[i]) : TRUCE_JSON_NONE;

      if (node != TRUCE_JSON_NONE)
        append_strings (text, doc, node);
    }
  return g_string_free (text, text->len == 0);
}
