/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Most writes make a record that was not there, of fields that are all registers. Its text is then its value as
 * it stands (if it has no space and its members are in order), and its state some bytes that depend on the stamp
 * alone: no tree is built. Whatever is not so simple is left to the long way, which gives the same bytes. */

#include "truce-write.h"

/* Whether no byte of the text is space: each node but the root follows one byte that joins it to what is before
 * it, a scalar has its own bytes, a container one that closes it and, if it is empty, one that opens it. */
static gboolean
is_compact (const TruceJsonDoc *doc)
{
  gsize length = doc->n_nodes - 1;

  for (guint32 i = 0; i < doc->n_nodes; i++)
    {
      const TruceJsonNode *node = &doc->nodes[i];
      char first = doc->text[node->start];

      if (first == '{' || first == '[')
        length += node->next == i + 1 ? 2 : 1;
      else
        length += node->end - node->start;
    }
  return length == doc->length;
}

/* Strictly ascending by their bytes, and spelled without escapes. */
static gboolean
is_sorted (const TruceJsonDoc *doc)
{
  const char *last = NULL;
  gsize last_length = 0;

  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      const char *name = doc->text + doc->nodes[i].start + 1;
      gsize length = doc->nodes[i].end - doc->nodes[i].start - 2;
      int order;

      if (memchr (name, '\\', length) != NULL)
        return FALSE;
      order = last != NULL ? memcmp (last, name, MIN (last_length, length)) : -1;
      if (order > 0 || (order == 0 && last_length >= length))
        return FALSE;
      last = name;
      last_length = length;
    }
  return TRUE;
}

/* Whether the schema makes registers of all members. */
static gboolean
is_registers (const TruceWrite   *self,
              const TruceJsonDoc *doc)
{
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      const TruceSchemaField *field = truce_schema_field (self->schema, doc->text + doc->nodes[i].start + 1,
                                                          doc->nodes[i].end - doc->nodes[i].start - 2);

      if (truce_shape_of (truce_kind_of (field)) != TRUCE_SHAPE_REGISTER)
        return FALSE;
    }
  return TRUE;
}

TruceStoredRecord *
truce_write_fresh (const TruceWrite *self,
                   const char       *text,
                   gint64            version,
                   GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, -1, error);
  guint8 state[TRUCE_STATE_FRESH_MAX];
  TruceStoredParts parts = { 0 };

  if (doc == NULL)
    {
      g_prefix_error (error, "%s/%s: ", self->collection, self->id);
      return NULL;
    }
  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT || !is_compact (doc) || !is_sorted (doc) ||
      !is_registers (self, doc))
    return NULL;
  if (!truce_schema_check (self->schema, self->collection, self->id, doc, error))
    return NULL;

  parts.collection = self->collection;
  parts.collection_length = strlen (self->collection);
  parts.id = self->id;
  parts.id_length = strlen (self->id);
  parts.version = version;
  parts.delivery = self->outbox ? TRUCE_DELIVERY_PENDING : TRUCE_DELIVERY_SYNCED;
  parts.value = doc->text;
  parts.value_length = doc->length;
  parts.state = state;
  parts.state_length = truce_state_fresh (self->stamp, state);
  return truce_stored_record_make (&parts);
}
