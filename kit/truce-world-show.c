/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-world-private.h"

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
write_set (GString            *out,
           const TruceJsonDoc *doc,
           guint32             node)
{
  g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func (g_free);

  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i].next)
    {
      GString *element = g_string_new (NULL);

      truce_json_write_canonical (element, doc, i);
      g_ptr_array_add (elements, g_string_free (element, FALSE));
    }
  g_ptr_array_sort (elements, compare_texts);

  g_string_append_c (out, '[');
  for (guint i = 0; i < elements->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "," : "", (char *) g_ptr_array_index (elements, i));
  g_string_append_c (out, ']');
}

typedef struct
{
  const TruceJsonDoc *doc;
  TruceSchema *schema;
  gboolean whole;
} Writer;

static void write_at (GString *out, const Writer *writer, guint32 node, GString *pointer);

static int
compare_members (gconstpointer a,
                 gconstpointer b,
                 gpointer      doc)
{
  return truce_json_string_compare (doc, *(const guint32 *) a, doc, *(const guint32 *) b);
}

static void
write_object (GString      *out,
              const Writer *writer,
              guint32       node,
              GString      *pointer)
{
  const TruceJsonDoc *doc = writer->doc;
  g_autoptr(GArray) names = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize length = pointer->len;
  const char *comma = "";

  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    g_array_append_val (names, i);
  g_array_sort_with_data (names, compare_members, (gpointer) doc);

  g_string_append_c (out, '{');
  for (guint i = 0; i < names->len; i++)
    {
      guint32 name = g_array_index (names, guint32, i);
      g_autofree char *token = truce_json_dup_string (doc, name);

      truce_json_pointer_append (pointer, token);
      if (writer->whole || truce_schema_get_kind (writer->schema, pointer->str) != TRUCE_KIND_LOCAL)
        {
          g_string_append (out, comma);
          truce_json_write_canonical (out, doc, name);
          g_string_append_c (out, ':');
          write_at (out, writer, name + 1, pointer);
          comma = ",";
        }
      g_string_truncate (pointer, length);
    }
  g_string_append_c (out, '}');
}

static void
write_at (GString      *out,
          const Writer *writer,
          guint32       node,
          GString      *pointer)
{
  TruceJsonType type = truce_json_type (writer->doc, node);

  if (type == TRUCE_JSON_OBJECT)
    write_object (out, writer, node, pointer);
  else if (type == TRUCE_JSON_ARRAY && truce_schema_get_kind (writer->schema, pointer->str) == TRUCE_KIND_SET)
    write_set (out, writer->doc, node);
  else
    truce_json_write_canonical (out, writer->doc, node);
}

void
truce_world_write_value (GString            *out,
                         TruceSchema        *schema,
                         const TruceJsonDoc *doc,
                         guint32             node,
                         gboolean            whole)
{
  const Writer writer = { doc, schema, whole };
  g_autoptr(GString) pointer = g_string_new (NULL);

  write_at (out, &writer, node, pointer);
}

static gboolean
show_record (GString                 *out,
             TruceSchema             *schema,
             const TruceStoredRecord *row,
             GError                 **error)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (row->value, (gssize) row->value_length, error);

  if (doc == NULL)
    return FALSE;
  g_string_append_c (out, '[');
  truce_json_write_string (out, row->collection, -1);
  g_string_append_c (out, ',');
  truce_json_write_string (out, row->id, -1);
  g_string_append_c (out, ',');
  truce_world_write_value (out, schema, doc, 0, FALSE);
  g_string_append (out, "]\n");
  return TRUE;
}

static gboolean
show_collection (GString           *out,
                 TruceStoreAdapter *adapter,
                 const char        *name,
                 TruceSchema       *schema,
                 GError           **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (adapter, name, NULL, &local);

  while (row != NULL)
    {
      TruceStoredRecord *next;

      if (row->value != NULL && !show_record (out, schema, row, error))
        return FALSE;
      next = truce_store_adapter_next (adapter, name, row->id, &local);
      truce_stored_record_unref (row);
      row = next;
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return local == NULL;
}

char *
truce_world_show (TruceWorld *self,
                  const char *name,
                  GError    **error)
{
  TruceStore *store = truce_world_get_store (self, name, error);
  g_autoptr(GString) out = g_string_new (NULL);

  if (store == NULL)
    return NULL;
  for (guint i = 0; i < self->collections->len; i++)
    {
      const char *collection = g_ptr_array_index (self->collections, i);
      TruceSchema *schema = g_hash_table_lookup (self->schemas, collection);

      if (!show_collection (out, store->adapter, collection, schema, error))
        return NULL;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
