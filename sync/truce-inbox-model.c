/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What is in the inbox stands in the store, under keys that sort; the list is those keys, each with an object. When
 * something may have changed the keys are read again and the list is made what they say, with the objects that are
 * there already. There are two occasions: a row was written that is, or was, in the inbox; and the store's counts are
 * others, which alone tells of a record that left the inbox without having been written.
 *
 * A handler of the list may do anything, also what changes the inbox again. That is worked in when all have heard of
 * what was before. */

#include "truce-collection-private.h"
#include "truce-inbox-private.h"
#include "truce-store-key.h"

/**
 * TruceInbox:
 *
 * What waits for a person: the records that the remote rejected, and those that met
 * a conflict that nothing else decides, as a list of [class@InboxItem].
 *
 * ```c
 * g_autoptr(TruceInbox) inbox = truce_inbox_new (store, &error);
 * g_autoptr(TruceInboxItem) item = g_list_model_get_item (G_LIST_MODEL (inbox), 0);
 *
 * g_print ("%s: %s\n", truce_inbox_item_get_id (item), truce_inbox_item_get_message (item));
 * truce_inbox_item_retry (item, "{\"title\": \"shorter\"}", &error);
 * ```
 *
 * It is kept in the store, so it outlives the program, and needs neither a sync nor a
 * network. The list is ordered by collection and id, and stays as it is in the
 * store, whoever changes it; a record keeps its item as long as it stays in the
 * inbox. What changes at once is told as one stretch.
 *
 * An inbox belongs to the thread (the main context) of its store.
 *
 * Since: 1.0
 */
struct _TruceInbox
{
  GObject parent_instance;
  TruceStore *store;            /* owned */
  GPtrArray *items;             /* of TruceInboxItem *, owned; ascending by key */
  GHashTable *by_key;           /* key → TruceInboxItem *, both the item's */
  GPtrArray *watched;           /* of Watched *, owned */
  gulong failed_handler;
  gulong conflicted_handler;
  GHashTable *written;          /* keys (owned) of rows that were written since they were last read */
  gboolean updating;
  gboolean again;               /* something came meanwhile */
};

/* A collection that is followed. */
typedef struct
{
  TruceCollection *collection;  /* owned */
  guint watch;
} Watched;

enum { PROP_0, PROP_STORE, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void truce_inbox_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceInbox, truce_inbox, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, truce_inbox_list_model_init))

static void
watched_free (gpointer data)
{
  Watched *watched = data;

  truce_collection_unwatch (watched->collection, watched->watch);
  g_object_unref (watched->collection);
  g_free (watched);
}

/* ---- the list ---- */

/* The keys as they stand in the store; NULL with an error. */
static GPtrArray *
read_keys (TruceInbox *self,
           GError    **error)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) unread = NULL;
  const char *after = NULL;

  while (unread == NULL)
    {
      char *key = truce_store_adapter_next_meta (self->store->adapter, TRUCE_INBOX_GROUP, after, &unread);

      if (key == NULL)
        break;
      g_ptr_array_add (keys, key);
      after = key;
    }
  if (unread == NULL)
    return g_steal_pointer (&keys);

  g_propagate_error (error, g_steal_pointer (&unread));
  return NULL;
}

static GPtrArray *
make_items (TruceInbox *self,
            GPtrArray  *keys)
{
  GPtrArray *items = g_ptr_array_new_full (keys->len, g_object_unref);

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      TruceInboxItem *item = g_hash_table_lookup (self->by_key, key);

      item = item != NULL ? g_object_ref (item) : truce_inbox_item_new (self->store, key);
      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  return items;
}

/* The list becomes items; tells the stretch that differs. */
static void
replace_items (TruceInbox *self,
               GPtrArray  *items)
{
  g_autoptr(GPtrArray) before = self->items;
  guint n = MIN (before->len, items->len);
  guint first = 0;
  guint last = 0;

  while (first < n && before->pdata[first] == items->pdata[first])
    first++;
  while (first + last < n && before->pdata[before->len - last - 1] == items->pdata[items->len - last - 1])
    last++;

  self->items = items;
  g_hash_table_remove_all (self->by_key);
  for (guint i = 0; i < items->len; i++)
    g_hash_table_insert (self->by_key, (char *) truce_inbox_item_get_key (items->pdata[i]), items->pdata[i]);
  if (first + last < MAX (before->len, items->len))
    g_list_model_items_changed (G_LIST_MODEL (self), first, before->len - first - last, items->len - first - last);
}

/* Items that were in the list before and whose rows were written. */
static void
refresh_items (TruceInbox *self,
               GHashTable *written)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, written);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      TruceInboxItem *item = g_hash_table_lookup (self->by_key, key);

      if (item != NULL)
        truce_inbox_item_refresh (item);
    }
}

static GHashTable *
key_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
update_once (TruceInbox *self,
             GError    **error)
{
  g_autoptr(GPtrArray) keys = NULL;
  g_autoptr(GHashTable) written = NULL;
  GPtrArray *items;

  if (!truce_store_adapter_begin (self->store->adapter, FALSE, error))
    return FALSE;
  keys = read_keys (self, error);
  items = keys != NULL ? make_items (self, keys) : NULL;
  truce_store_adapter_rollback (self->store->adapter);
  if (items == NULL)
    return FALSE;

  written = self->written;
  self->written = key_set ();
  replace_items (self, items);
  refresh_items (self, written);
  return TRUE;
}

static gboolean
update (TruceInbox *self,
        GError    **error)
{
  g_autoptr(TruceInbox) hold = g_object_ref (self);
  gboolean done = TRUE;

  self->again = TRUE;
  if (self->updating)
    return TRUE;

  self->updating = TRUE;
  while (done && self->again)
    {
      self->again = FALSE;
      done = update_once (self, error);
    }
  self->updating = FALSE;
  return done;
}

static void
update_or_wait (TruceInbox *self)
{
  g_autoptr(GError) error = NULL;

  if (!update (self, &error))
    g_debug ("The inbox waits for the next change: %s", error->message);
}

/* ---- following the store ---- */

/* Notes those rows that are, or were, in the inbox. */
static gboolean
note_rows (TruceInbox *self,
           GPtrArray  *rows)
{
  gboolean any = FALSE;

  for (guint i = 0; i < rows->len; i++)
    {
      const TruceStoredRecord *row = g_ptr_array_index (rows, i);
      gboolean waits = row->delivery == TRUCE_DELIVERY_FAILED || row->delivery == TRUCE_DELIVERY_CONFLICTED;
      g_autofree char *key = NULL;

      if (!waits && self->items->len == 0)
        continue;
      key = truce_store_key (row->collection, row->id);
      if (!waits && !g_hash_table_contains (self->by_key, key))
        continue;
      g_hash_table_add (self->written, g_steal_pointer (&key));
      any = TRUE;
    }
  return any;
}

static void
note_all (TruceInbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    g_hash_table_add (self->written, g_strdup (truce_inbox_item_get_key (self->items->pdata[i])));
}

static void
update_waiting (TruceInbox *self)
{
  g_autoptr(GPtrArray) items = g_ptr_array_copy (self->items, (GCopyFunc) g_object_ref, NULL);

  g_ptr_array_set_free_func (items, g_object_unref);
  for (guint i = 0; i < items->len; i++)
    truce_inbox_item_waiting_changed (g_ptr_array_index (items, i));
}

static void
on_rows (TruceCollection *collection,
         GPtrArray       *rows,
         gpointer         data)
{
  g_autoptr(TruceInbox) self = g_object_ref (data);
  gboolean any = TRUE;

  if (rows != NULL)
    any = note_rows (self, rows);
  else
    note_all (self);
  if (any)
    update_or_wait (self);
  update_waiting (self);
}

static gboolean
is_watched (TruceInbox *self,
            const char *name)
{
  for (guint i = 0; i < self->watched->len; i++)
    if (g_strcmp0 (truce_collection_get_name (((Watched *) self->watched->pdata[i])->collection), name) == 0)
      return TRUE;
  return FALSE;
}

/* There may be new ones. */
static void
watch_collections (TruceInbox *self)
{
  g_auto(GStrv) names = truce_store_list_collections (self->store);

  for (char **name = names; *name != NULL; name++)
    {
      Watched *watched;

      if (is_watched (self, *name))
        continue;
      watched = g_new0 (Watched, 1);
      watched->collection = truce_collection_for (self->store, truce_store_info (self->store, *name, NULL));
      watched->watch = truce_collection_watch (watched->collection, on_rows, self);
      g_ptr_array_add (self->watched, watched);
    }
}

static void
on_counts (TruceInbox *self)
{
  g_autoptr(TruceInbox) hold = g_object_ref (self);

  watch_collections (self);
  update_or_wait (self);
  update_waiting (self);
}

/* ---- the list model ---- */

static GType
truce_inbox_get_item_type (GListModel *model)
{
  return TRUCE_TYPE_INBOX_ITEM;
}

static guint
truce_inbox_get_n_items (GListModel *model)
{
  return TRUCE_INBOX (model)->items->len;
}

static gpointer
truce_inbox_get_item (GListModel *model,
                      guint       position)
{
  TruceInbox *self = TRUCE_INBOX (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
truce_inbox_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = truce_inbox_get_item_type;
  iface->get_n_items = truce_inbox_get_n_items;
  iface->get_item = truce_inbox_get_item;
}

/* ---- the object ---- */

static void
truce_inbox_dispose (GObject *object)
{
  TruceInbox *self = TRUCE_INBOX (object);

  g_clear_signal_handler (&self->failed_handler, self->store);
  g_clear_signal_handler (&self->conflicted_handler, self->store);
  g_ptr_array_set_size (self->watched, 0);

  G_OBJECT_CLASS (truce_inbox_parent_class)->dispose (object);
}

static void
truce_inbox_finalize (GObject *object)
{
  TruceInbox *self = TRUCE_INBOX (object);

  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_pointer (&self->written, g_hash_table_unref);
  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (truce_inbox_parent_class)->finalize (object);
}

static void
truce_inbox_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STORE:
      g_value_set_object (value, TRUCE_INBOX (object)->store);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_inbox_class_init (TruceInboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = truce_inbox_dispose;
  object_class->finalize = truce_inbox_finalize;
  object_class->get_property = truce_inbox_get_property;

  /**
   * TruceInbox:store:
   *
   * Whose inbox it is.
   *
   * Since: 1.0
   */
  properties[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, TRUCE_TYPE_STORE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_inbox_init (TruceInbox *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->watched = g_ptr_array_new_with_free_func (watched_free);
  self->written = key_set ();
}

/**
 * truce_inbox_new:
 * @store: a store
 * @error: return location for an error
 *
 * Lists what waits in a store for a person. Linear in how much that is.
 *
 * Returns: (transfer full): the inbox; %NULL with what the adapter says of a file
 *   that can't be read
 *
 * Since: 1.0
 */
TruceInbox *
truce_inbox_new (TruceStore *store,
                 GError    **error)
{
  g_autoptr(TruceInbox) self = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE (store), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (TRUCE_TYPE_INBOX, NULL);
  self->store = g_object_ref (store);
  watch_collections (self);
  self->failed_handler = g_signal_connect_swapped (store, "notify::n-failed", G_CALLBACK (on_counts), self);
  self->conflicted_handler = g_signal_connect_swapped (store, "notify::n-conflicted", G_CALLBACK (on_counts), self);
  return update (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * truce_inbox_get_store:
 * @self: an inbox
 *
 * Gets whose inbox it is.
 *
 * Returns: (transfer none) (nullable): the store
 *
 * Since: 1.0
 */
TruceStore *
truce_inbox_get_store (TruceInbox *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX (self), NULL);

  return self->store;
}

/**
 * truce_inbox_find:
 * @self: an inbox
 * @collection: the name of a collection
 * @id: an id in it
 *
 * Finds the item of a record. Takes constant time.
 *
 * Returns: (transfer full) (nullable): the item; %NULL if the record does not wait
 *   in the inbox
 *
 * Since: 1.0
 */
TruceInboxItem *
truce_inbox_find (TruceInbox *self,
                  const char *collection,
                  const char *id)
{
  g_autofree char *key = NULL;
  TruceInboxItem *item;

  g_return_val_if_fail (TRUCE_IS_INBOX (self), NULL);
  g_return_val_if_fail (collection != NULL && id != NULL, NULL);

  key = truce_store_key (collection, id);
  item = g_hash_table_lookup (self->by_key, key);
  return item != NULL ? g_object_ref (item) : NULL;
}
