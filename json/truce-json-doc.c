/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A document owns its text and an array of nodes of twelve bytes. There is no tree of allocations: a
 * document of a million values is freed by two calls, whatever its depth, and walking it is walking an
 * array. The idea is simdjson's "tape" (Langdale, Lemire: Parsing Gigabytes of JSON per Second, 2019),
 * kept to what a merge needs. */

#include "truce-json-private.h"

/* Reads `bytes`, which must be one JSON text (RFC 8259) in UTF-8 without a BOM. Fails with
 * TRUCE_ERROR_INVALID_DATA, or TRUCE_ERROR_TOO_LARGE where it nests deeper than max_depth or has more
 * than 4 GiB - 1 bytes; the message begins with the line and column, then tells the pointer and what is
 * wrong. O(n) in the text, and O(m log m) in the members of an object of more than a few. */
TruceJsonDoc *
truce_json_doc_parse (GBytes  *bytes,
                      guint    max_depth,
                      GError **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;
  const char *text;
  gsize length;

  g_assert (bytes != NULL);
  g_assert (error == NULL || *error == NULL);

  text = g_bytes_get_data (bytes, &length);
  if (length > G_MAXUINT32)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE,
                   "1:1: at the top: the text has %" G_GSIZE_FORMAT " bytes, more than 4 GiB", length);
      return NULL;
    }

  doc = g_new0 (TruceJsonDoc, 1);
  g_atomic_ref_count_init (&doc->refs);
  doc->bytes = g_bytes_ref (bytes);
  doc->text = text != NULL ? text : "";
  doc->length = length;
  if (!truce_json_scan (doc, max_depth, error))
    return NULL;

  return g_steal_pointer (&doc);
}

/* Reads a copy of the text, to the default depth. */
TruceJsonDoc *
truce_json_doc_parse_text (const char *text,
                           gssize      length,
                           GError    **error)
{
  g_autoptr(GBytes) bytes = NULL;

  g_assert (text != NULL);

  bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);
  return truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, error);
}

TruceJsonDoc *
truce_json_doc_ref (TruceJsonDoc *doc)
{
  g_assert (doc != NULL);

  g_atomic_ref_count_inc (&doc->refs);
  return doc;
}

void
truce_json_doc_unref (TruceJsonDoc *doc)
{
  g_assert (doc != NULL);

  if (!g_atomic_ref_count_dec (&doc->refs))
    return;

  g_free (doc->hashes);
  g_free (doc->nodes);
  g_bytes_unref (doc->bytes);
  g_free (doc);
}

guint32
truce_json_n_children (const TruceJsonDoc *doc,
                       guint32             node)
{
  TruceJsonType type = truce_json_type (doc, node);
  guint32 n_children = 0;

  g_assert (type == TRUCE_JSON_ARRAY || type == TRUCE_JSON_OBJECT);

  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i].next)
    n_children++;

  return type == TRUCE_JSON_OBJECT ? n_children / 2 : n_children;
}

guint32
truce_json_member (const TruceJsonDoc *doc,
                   guint32             object,
                   const char         *name)
{
  g_assert (truce_json_type (doc, object) == TRUCE_JSON_OBJECT);
  g_assert (name != NULL);

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    if (truce_json_string_is (doc, i, name))
      return i + 1;

  return TRUCE_JSON_NONE;
}

static gboolean
find_member (const TruceJsonDoc *doc,
             guint32             object,
             const char         *name,
             TruceJsonType       type,
             guint32            *node)
{
  if (truce_json_type (doc, object) != TRUCE_JSON_OBJECT)
    return FALSE;
  *node = truce_json_member (doc, object, name);
  return *node != TRUCE_JSON_NONE && truce_json_type (doc, *node) == type;
}

char *
truce_json_dup_text (const TruceJsonDoc *doc,
                     guint32             object,
                     const char         *name)
{
  guint32 node;

  return find_member (doc, object, name, TRUCE_JSON_STRING, &node) ? truce_json_dup_string (doc, node) : NULL;
}

gint64
truce_json_integer (const TruceJsonDoc *doc,
                    guint32             object,
                    const char         *name)
{
  gint64 number;
  guint32 node;

  return find_member (doc, object, name, TRUCE_JSON_NUMBER, &node) && truce_json_get_int64 (doc, node, &number) ?
         number : 0;
}

/* Each node but the root follows one byte that joins it to what is before it (a comma, a colon, the bracket of a
 * container that it is first in); a scalar has its own bytes, a container one that closes it and, if it is empty, one
 * that opens it. With space the text is longer than all that. */
gboolean
truce_json_is_compact (const TruceJsonDoc *doc)
{
  gsize length = doc->n_nodes - 1;

  for (guint32 i = 0; i < doc->n_nodes; i++)
    {
      const TruceJsonNode *node = &doc->nodes[i];
      char first = doc->text[node->start];

      if (first != '{' && first != '[')
        length += node->end - node->start;
      else
        length += node->next > i + 1 ? 1 : 2;
    }
  return length == doc->length;
}
