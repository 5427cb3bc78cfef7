/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A record that refers to one that failed is held back, and so is what refers to that, however far. Who waits for whom
 * is nowhere kept: it follows from the outbox, in which there are few records compared with the store, and is worked
 * out where somebody looks at it. */

#include "truce-collection-private.h"
#include "truce-inbox-private.h"
#include "truce-schema-private.h"
#include "truce-store-key.h"

/* A record of the outbox that refers to others. */
typedef struct
{
  TruceStoredRecord *row;       /* owned */
  GPtrArray *parents;           /* of keys, owned */
  gboolean waits;
} Child;

static void
child_free (gpointer data)
{
  Child *child = data;

  truce_stored_record_unref (child->row);
  g_ptr_array_unref (child->parents);
  g_free (child);
}

/* The value of a field that refers: an id, or an array of ids. */
static void
add_parents (GPtrArray          *parents,
             const TruceJsonDoc *doc,
             guint32             node,
             const char         *collection)
{
  gboolean many = truce_json_type (doc, node) == TRUCE_JSON_ARRAY;

  for (guint32 i = many ? node + 1 : node; i < doc->nodes[node].next; i = doc->nodes[i].next)
    {
      g_autofree char *id = NULL;

      if (truce_json_type (doc, i) != TRUCE_JSON_STRING)
        continue;
      id = truce_json_dup_string (doc, i);
      g_ptr_array_add (parents, truce_store_key (collection, id));
    }
}

static GPtrArray *
list_parents (TruceStore              *store,
              const TruceStoredRecord *row)
{
  TruceCollectionInfo *info = truce_store_info (store, row->collection, NULL);
  g_autoptr(TruceJsonDoc) doc = NULL;
  GPtrArray *parents = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer field;
  gpointer collection;

  if (info == NULL || g_hash_table_size (info->schema->references) == 0)
    return parents;
  doc = truce_json_doc_parse_text (row->value, row->value_length, NULL);
  g_hash_table_iter_init (&iter, info->schema->references);
  while (doc != NULL && g_hash_table_iter_next (&iter, &field, &collection))
    {
      guint32 node = truce_json_member (doc, 0, field);

      if (node != TRUCE_JSON_NONE)
        add_parents (parents, doc, node, collection);
    }
  return parents;
}

static void
add_child (GPtrArray         *children,
           TruceStore        *store,
           TruceStoredRecord *row)
{
  g_autoptr(GPtrArray) parents = NULL;
  Child *child;

  if (row->delivery != TRUCE_DELIVERY_PENDING || row->value == NULL)
    return;
  parents = list_parents (store, row);
  if (parents->len == 0)
    return;
  child = g_new0 (Child, 1);
  child->row = truce_stored_record_ref (row);
  child->parents = g_steal_pointer (&parents);
  g_ptr_array_add (children, child);
}

static GPtrArray *
list_children (TruceStore *store,
               GError    **error)
{
  g_autoptr(GPtrArray) children = g_ptr_array_new_with_free_func (child_free);
  g_autoptr(GError) unread = NULL;
  gint64 after = 0;

  if (!truce_store_adapter_begin (store->adapter, FALSE, error))
    return NULL;
  while (unread == NULL)
    {
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (store->adapter, after, &unread);

      if (row == NULL)
        break;
      after = row->version;
      add_child (children, store, row);
    }
  truce_store_adapter_rollback (store->adapter);
  if (unread == NULL)
    return g_steal_pointer (&children);

  g_propagate_error (error, g_steal_pointer (&unread));
  return NULL;
}

static gboolean
refers_to_any (const Child *child,
               GHashTable  *keys)
{
  for (guint i = 0; i < child->parents->len; i++)
    if (g_hash_table_contains (keys, g_ptr_array_index (child->parents, i)))
      return TRUE;
  return FALSE;
}

/* Marks those who wait for a record of keys, and adds them to it, until there are no more. */
static void
mark_waiting (GPtrArray  *children,
              GHashTable *keys)
{
  gboolean more = TRUE;

  while (more)
    {
      more = FALSE;
      for (guint i = 0; i < children->len; i++)
        {
          Child *child = g_ptr_array_index (children, i);

          if (child->waits || !refers_to_any (child, keys))
            continue;
          child->waits = TRUE;
          more = TRUE;
          g_hash_table_add (keys, truce_store_key (child->row->collection, child->row->id));
        }
    }
}

GPtrArray *
truce_inbox_list_waiting (TruceStore *store,
                          const char *collection,
                          const char *id,
                          GError    **error)
{
  g_autoptr(GPtrArray) children = list_children (store, error);
  g_autoptr(GHashTable) keys = NULL;
  GPtrArray *waiting;

  if (children == NULL)
    return NULL;

  keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (keys, truce_store_key (collection, id));
  mark_waiting (children, keys);
  waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < children->len; i++)
    {
      const Child *child = g_ptr_array_index (children, i);
      g_autoptr(TruceCollection) object = NULL;
      TruceRecord *record;

      if (!child->waits)
        continue;
      object = truce_collection_for (store, truce_store_info (store, child->row->collection, NULL));
      record = truce_collection_wrap (object, child->row, NULL);
      if (record != NULL)
        g_ptr_array_add (waiting, record);
    }
  return waiting;
}
