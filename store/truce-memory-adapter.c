/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The contract of TruceStoreAdapter, and nothing else: whoever writes an adapter may read this one first.
 *
 * Balanced trees hold the records by (collection, id), the feed and the outbox by version, and meta by
 * (group, key). There is one operation on records, "this one instead of that one", and one on meta; a
 * transaction keeps a log of them, and rolling back does them the other way round, the last one first. */

#include "truce-memory-adapter.h"
#include "truce-stored-record-private.h"

typedef struct
{
  gatomicrefcount refs;
  char *group;
  char *key;
  GBytes *value;
} Meta;

/* What was put instead of what. NULL: nothing; of each pair one is there, and only records or only meta. */
typedef struct
{
  TruceStoredRecord *old_record;
  TruceStoredRecord *new_record;
  Meta *old_meta;
  Meta *new_meta;
} Change;

/**
 * TruceMemoryAdapter:
 *
 * Keeps a store's records in memory, as long as the adapter lives.
 *
 * For tests, for caches, and for documents that are saved otherwise. A look-up,
 * a write and a step of an iteration take time logarithmic in the records.
 *
 * Since: 1.0
 */
struct _TruceMemoryAdapter
{
  GObject parent_instance;
  GTree *records;               /* by collection, then id; each tree owns a reference of each record */
  GTree *feed;                  /* all of them by version */
  GTree *outbox;                /* by version, those not synced */
  GTree *meta;                  /* Meta by group, then key */
  GArray *changes;              /* Change, those of the open transaction */
  gboolean open;                /* there is a transaction … */
  gboolean writing;             /* … that may write */
};

/* ---- the trees ---- */

static int
compare_texts (const char *a_first,
               const char *a_second,
               const char *b_first,
               const char *b_second)
{
  int order = strcmp (a_first, b_first);

  return order != 0 ? order : strcmp (a_second, b_second);
}

static int
compare_ids (gconstpointer a,
             gconstpointer b,
             gpointer      unused)
{
  const TruceStoredRecord *x = a;
  const TruceStoredRecord *y = b;

  return compare_texts (x->collection, x->id, y->collection, y->id);
}

static int
compare_versions (gconstpointer a,
                  gconstpointer b,
                  gpointer      unused)
{
  const TruceStoredRecord *x = a;
  const TruceStoredRecord *y = b;

  return (x->version > y->version) - (x->version < y->version);
}

static int
compare_meta (gconstpointer a,
              gconstpointer b,
              gpointer      unused)
{
  const Meta *x = a;
  const Meta *y = b;

  return compare_texts (x->group, x->key, y->group, y->key);
}

static Meta *
meta_new (const char *group,
          const char *key,
          GBytes     *value)
{
  Meta *meta = g_new (Meta, 1);

  g_atomic_ref_count_init (&meta->refs);
  meta->group = g_strdup (group);
  meta->key = g_strdup (key);
  meta->value = g_bytes_ref (value);
  return meta;
}

static Meta *
meta_ref (Meta *meta)
{
  g_atomic_ref_count_inc (&meta->refs);
  return meta;
}

static void
meta_unref (Meta *meta)
{
  if (!g_atomic_ref_count_dec (&meta->refs))
    return;
  g_free (meta->group);
  g_free (meta->key);
  g_bytes_unref (meta->value);
  g_free (meta);
}

/* What stands first after place, which need not be there itself; NULL: the end. */
static gconstpointer
next_in_tree (GTree        *tree,
              gconstpointer place)
{
  GTreeNode *node = g_tree_upper_bound (tree, place);

  return node != NULL ? g_tree_node_key (node) : NULL;
}

static TruceStoredRecord *
ref_found (gconstpointer record)
{
  return record != NULL ? truce_stored_record_ref ((TruceStoredRecord *) record) : NULL;
}

static void
add_record (GTree             *tree,
            TruceStoredRecord *record)
{
  g_tree_insert (tree, truce_stored_record_ref (record), record);
}

/* ---- changes, and taking them back ---- */

static void
apply_change (TruceMemoryAdapter *self,
              const Change       *change)
{
  if (change->old_record != NULL)
    {
      g_tree_remove (self->outbox, change->old_record);
      g_tree_remove (self->feed, change->old_record);
      g_tree_remove (self->records, change->old_record);
    }
  if (change->new_record != NULL)
    {
      add_record (self->records, change->new_record);
      add_record (self->feed, change->new_record);
      if (change->new_record->delivery != TRUCE_DELIVERY_SYNCED)
        add_record (self->outbox, change->new_record);
    }

  if (change->old_meta != NULL)
    g_tree_remove (self->meta, change->old_meta);
  if (change->new_meta != NULL)
    g_tree_insert (self->meta, meta_ref (change->new_meta), change->new_meta);
}

/* Takes the references that change holds. */
static void
make_change (TruceMemoryAdapter *self,
             Change              change)
{
  apply_change (self, &change);
  g_array_append_val (self->changes, change);
}

static void
change_clear (gpointer data)
{
  Change *change = data;

  g_clear_pointer (&change->old_record, truce_stored_record_unref);
  g_clear_pointer (&change->new_record, truce_stored_record_unref);
  g_clear_pointer (&change->old_meta, meta_unref);
  g_clear_pointer (&change->new_meta, meta_unref);
}

static gboolean
check_writing (TruceMemoryAdapter *self,
               GError            **error)
{
  if (!self->writing)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY, "There is no transaction that may write");
  return self->writing;
}

static void
end (TruceMemoryAdapter *self)
{
  g_array_set_size (self->changes, 0);
  self->open = FALSE;
  self->writing = FALSE;
}

/* ---- the interface ---- */

static gboolean
begin (TruceStoreAdapter *adapter,
       gboolean           write,
       GError           **error)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);

  if (self->open)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "There is a transaction already");
      return FALSE;
    }
  self->open = TRUE;
  self->writing = write;
  return TRUE;
}

static gboolean
commit (TruceStoreAdapter *adapter,
        GError           **error)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);

  if (!self->open)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "There is no transaction to commit");
      return FALSE;
    }
  end (self);
  return TRUE;
}

static void
rollback (TruceStoreAdapter *adapter)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);

  for (guint i = self->changes->len; i > 0; i--)
    {
      const Change *change = &g_array_index (self->changes, Change, i - 1);
      Change back = {
        change->new_record, change->old_record, change->new_meta, change->old_meta
      };

      apply_change (self, &back);
    }
  end (self);
}

static TruceStoredRecord *
get (TruceStoreAdapter *adapter,
     const char        *collection,
     const char        *id,
     GError           **error)
{
  TruceStoredRecord place = { .collection = collection, .id = id };

  return ref_found (g_tree_lookup (TRUCE_MEMORY_ADAPTER (adapter)->records, &place));
}

static gboolean
put (TruceStoreAdapter *adapter,
     TruceStoredRecord *record,
     TruceStoredRecord *replaced,
     GError           **error)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);
  TruceStoredRecord *old = g_tree_lookup (self->records, record);

  if (!check_writing (self, error))
    return FALSE;
  if (old != NULL && replaced == NULL)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_EXISTS, "There is a record %s/%s already", record->collection,
                   record->id);
      return FALSE;
    }

  make_change (self, (Change) { ref_found (old), truce_stored_record_ref (record), NULL, NULL });
  return TRUE;
}

static gboolean
remove_record (TruceStoreAdapter *adapter,
               TruceStoredRecord *record,
               GError           **error)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);
  TruceStoredRecord *old = g_tree_lookup (self->records, record);

  if (!check_writing (self, error))
    return FALSE;
  if (old != NULL)
    make_change (self, (Change) { ref_found (old), NULL, NULL, NULL });
  return TRUE;
}

static gboolean
settle (TruceStoreAdapter *adapter,
        TruceStoredRecord *record,
        TruceDelivery      delivery,
        GBytes            *base,
        GError           **error)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);
  TruceStoredRecord *old = g_tree_lookup (self->records, record);

  if (!check_writing (self, error))
    return FALSE;
  if (old == NULL || old->version != record->version || old->delivery != record->delivery)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT, "Record %s/%s is no longer at version %" G_GINT64_FORMAT,
                   record->collection, record->id, record->version);
      return FALSE;
    }

  make_change (self, (Change) { ref_found (old), truce_stored_record_settled (old, delivery, base), NULL, NULL });
  return TRUE;
}

static TruceStoredRecord *
next (TruceStoreAdapter *adapter,
      const char        *collection,
      const char        *after_id,
      GError           **error)
{
  TruceStoredRecord place = { .collection = collection, .id = after_id != NULL ? after_id : "" };
  const TruceStoredRecord *found = next_in_tree (TRUCE_MEMORY_ADAPTER (adapter)->records, &place);

  return found != NULL && strcmp (found->collection, collection) == 0 ? ref_found (found) : NULL;
}

static TruceStoredRecord *
next_change (TruceStoreAdapter *adapter,
             gint64             after,
             GError           **error)
{
  TruceStoredRecord place = { .version = after };

  return ref_found (next_in_tree (TRUCE_MEMORY_ADAPTER (adapter)->feed, &place));
}

static TruceStoredRecord *
next_pending (TruceStoreAdapter *adapter,
              gint64             after,
              GError           **error)
{
  TruceStoredRecord place = { .version = after };

  return ref_found (next_in_tree (TRUCE_MEMORY_ADAPTER (adapter)->outbox, &place));
}

static GBytes *
get_meta (TruceStoreAdapter *adapter,
          const char        *group,
          const char        *key,
          GError           **error)
{
  Meta place = { .group = (char *) group, .key = (char *) key };
  const Meta *found = g_tree_lookup (TRUCE_MEMORY_ADAPTER (adapter)->meta, &place);

  return found != NULL ? g_bytes_ref (found->value) : NULL;
}

static gboolean
set_meta (TruceStoreAdapter *adapter,
          const char        *group,
          const char        *key,
          GBytes            *value,
          GError           **error)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (adapter);
  Meta place = { .group = (char *) group, .key = (char *) key };
  Meta *old = g_tree_lookup (self->meta, &place);
  Change change = { NULL, NULL, NULL, NULL };

  if (!check_writing (self, error))
    return FALSE;
  if (old != NULL)
    change.old_meta = meta_ref (old);
  if (value != NULL)
    change.new_meta = meta_new (group, key, value);
  make_change (self, change);
  return TRUE;
}

static char *
next_meta (TruceStoreAdapter *adapter,
           const char        *group,
           const char        *after_key,
           GError           **error)
{
  Meta place = { .group = (char *) group, .key = (char *) (after_key != NULL ? after_key : "") };
  const Meta *found = next_in_tree (TRUCE_MEMORY_ADAPTER (adapter)->meta, &place);

  return found != NULL && strcmp (found->group, group) == 0 ? g_strdup (found->key) : NULL;
}

static void
truce_memory_adapter_iface_init (TruceStoreAdapterInterface *iface)
{
  iface->begin = begin;
  iface->commit = commit;
  iface->rollback = rollback;
  iface->get = get;
  iface->put = put;
  iface->remove = remove_record;
  iface->settle = settle;
  iface->next = next;
  iface->next_change = next_change;
  iface->next_pending = next_pending;
  iface->get_meta = get_meta;
  iface->set_meta = set_meta;
  iface->next_meta = next_meta;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceMemoryAdapter, truce_memory_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_STORE_ADAPTER, truce_memory_adapter_iface_init))

static void
truce_memory_adapter_finalize (GObject *object)
{
  TruceMemoryAdapter *self = TRUCE_MEMORY_ADAPTER (object);

  g_clear_pointer (&self->changes, g_array_unref);
  g_clear_pointer (&self->outbox, g_tree_unref);
  g_clear_pointer (&self->feed, g_tree_unref);
  g_clear_pointer (&self->records, g_tree_unref);
  g_clear_pointer (&self->meta, g_tree_unref);

  G_OBJECT_CLASS (truce_memory_adapter_parent_class)->finalize (object);
}

static void
truce_memory_adapter_class_init (TruceMemoryAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_memory_adapter_finalize;
}

static void
truce_memory_adapter_init (TruceMemoryAdapter *self)
{
  GDestroyNotify unref = (GDestroyNotify) truce_stored_record_unref;

  self->records = g_tree_new_full (compare_ids, NULL, unref, NULL);
  self->feed = g_tree_new_full (compare_versions, NULL, unref, NULL);
  self->outbox = g_tree_new_full (compare_versions, NULL, unref, NULL);
  self->meta = g_tree_new_full (compare_meta, NULL, (GDestroyNotify) meta_unref, NULL);
  self->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_array_set_clear_func (self->changes, change_clear);
}

/**
 * truce_memory_adapter_new: (constructor)
 *
 * Makes an adapter that keeps nothing yet.
 *
 * Returns: (transfer full) (type TruceMemoryAdapter): the adapter
 *
 * Since: 1.0
 */
TruceStoreAdapter *
truce_memory_adapter_new (void)
{
  return g_object_new (TRUCE_TYPE_MEMORY_ADAPTER, NULL);
}

static gboolean
copy_record (gpointer record,
             gpointer unused,
             gpointer copy)
{
  apply_change (copy, &(Change) { NULL, record, NULL, NULL });
  return FALSE;
}

static gboolean
copy_meta (gpointer meta,
           gpointer unused,
           gpointer copy)
{
  apply_change (copy, &(Change) { NULL, NULL, NULL, meta });
  return FALSE;
}

/**
 * truce_memory_adapter_copy:
 * @self: an adapter without an open transaction
 *
 * Makes another adapter that keeps the same, as a backup does. Neither sees what is
 * written to the other from then on. Takes time O(n log n) in the records, and
 * little room: what they hold is shared.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
TruceMemoryAdapter *
truce_memory_adapter_copy (TruceMemoryAdapter *self)
{
  TruceMemoryAdapter *copy;

  g_return_val_if_fail (TRUCE_IS_MEMORY_ADAPTER (self), NULL);
  g_return_val_if_fail (!self->open, NULL);

  copy = g_object_new (TRUCE_TYPE_MEMORY_ADAPTER, NULL);
  g_tree_foreach (self->records, copy_record, copy);
  g_tree_foreach (self->meta, copy_meta, copy);
  return copy;
}
