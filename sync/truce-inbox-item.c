/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-inbox-private.h"
#include "truce-outbox.h"

/**
 * TruceInboxItem:
 *
 * A record that the remote rejected, or that met a conflict which is left to a
 * person: why, since when, and what can be done about it.
 *
 * It is of use as long as the record waits in the inbox; its properties follow
 * what becomes of it.
 *
 * Since: 1.0
 */
struct _TruceInboxItem
{
  GObject parent_instance;
  TruceStore *store;            /* owned */
  char *key;                    /* owned: as truce_store_key() makes it */
  char *collection;             /* owned */
  char *id;                     /* owned */
  TruceDelivery delivery;
  TruceInboxEntry *entry;       /* owned; NULL: it could not be read */
  GListStore *waiting;          /* weak: where somebody looks at it */
};

enum
{
  PROP_0,
  PROP_COLLECTION,
  PROP_ID,
  PROP_DELIVERY,
  PROP_CODE,
  PROP_MESSAGE,
  PROP_SINCE,
  PROP_ATTEMPTS,
  PROP_NEXT_TRY,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceInboxItem, truce_inbox_item, G_TYPE_OBJECT)

static void
truce_inbox_item_finalize (GObject *object)
{
  TruceInboxItem *self = TRUCE_INBOX_ITEM (object);

  g_clear_weak_pointer (&self->waiting);
  g_clear_pointer (&self->entry, truce_inbox_entry_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->collection, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (truce_inbox_item_parent_class)->finalize (object);
}

static void
truce_inbox_item_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TruceInboxItem *self = TRUCE_INBOX_ITEM (object);

  switch (id)
    {
    case PROP_COLLECTION:
      g_value_set_string (value, self->collection);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_DELIVERY:
      g_value_set_enum (value, self->delivery);
      break;
    case PROP_CODE:
      g_value_set_enum (value, truce_inbox_item_get_code (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, truce_inbox_item_get_message (self));
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, truce_inbox_item_get_since (self));
      break;
    case PROP_ATTEMPTS:
      g_value_set_uint (value, truce_inbox_item_get_attempts (self));
      break;
    case PROP_NEXT_TRY:
      g_value_set_int64 (value, truce_inbox_item_get_next_try (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_inbox_item_class_init (TruceInboxItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags shown = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = truce_inbox_item_finalize;
  object_class->get_property = truce_inbox_item_get_property;

  /**
   * TruceInboxItem:collection:
   *
   * The collection of the record.
   *
   * Since: 1.0
   */
  properties[PROP_COLLECTION] = g_param_spec_string ("collection", NULL, NULL, NULL, shown);
  /**
   * TruceInboxItem:id:
   *
   * The id of the record.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, shown);
  /**
   * TruceInboxItem:delivery:
   *
   * Whether it failed, or met a conflict.
   *
   * Since: 1.0
   */
  properties[PROP_DELIVERY] =
    g_param_spec_enum ("delivery", NULL, NULL, TRUCE_TYPE_DELIVERY, TRUCE_DELIVERY_SYNCED, shown);
  /**
   * TruceInboxItem:code:
   *
   * What was wrong.
   *
   * Since: 1.0
   */
  properties[PROP_CODE] =
    g_param_spec_enum ("code", NULL, NULL, TRUCE_TYPE_ERROR, TRUCE_ERROR_REJECTED, shown);
  /**
   * TruceInboxItem:message:
   *
   * What was wrong, in the words of the server.
   *
   * Since: 1.0
   */
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, shown);
  /**
   * TruceInboxItem:since:
   *
   * When it first failed, in milliseconds since 1970.
   *
   * Since: 1.0
   */
  properties[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, G_MININT64, G_MAXINT64, 0, shown);
  /**
   * TruceInboxItem:attempts:
   *
   * How often it was tried.
   *
   * Since: 1.0
   */
  properties[PROP_ATTEMPTS] = g_param_spec_uint ("attempts", NULL, NULL, 0, G_MAXUINT, 0, shown);
  /**
   * TruceInboxItem:next-try:
   *
   * When it is tried again, in milliseconds since 1970; 0: not by itself.
   *
   * Since: 1.0
   */
  properties[PROP_NEXT_TRY] = g_param_spec_int64 ("next-try", NULL, NULL, G_MININT64, G_MAXINT64, 0, shown);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_inbox_item_init (TruceInboxItem *self)
{
}

/* ---- reading ---- */

/* Makes the two parts of a key names again. */
static void
split_key (TruceInboxItem *self)
{
  const char *slash = strchr (self->key, '/');

  g_assert (slash != NULL);
  self->collection = g_uri_unescape_segment (self->key, slash, NULL);
  self->id = g_uri_unescape_segment (slash + 1, NULL, NULL);
}

/* FALSE without an error: it is no longer in the inbox. */
static gboolean
read_item (TruceInboxItem   *self,
           TruceDelivery    *delivery,
           TruceInboxEntry **entry,
           GError          **error)
{
  g_autoptr(GError) unread = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (self->store->adapter, self->collection, self->id,
                                                              &unread);

  if (unread == NULL && row != NULL)
    *entry = truce_inbox_get (self->store, self->collection, self->id, &unread);
  if (unread != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&unread));
      return FALSE;
    }
  if (row == NULL || *entry == NULL)
    return FALSE;
  *delivery = row->delivery;
  return TRUE;
}

/* An entry that can't be read is listed all the same, with what is wrong with it. */
static void
take_entry (TruceInboxItem *self,
            GError         *unread)
{
  TruceInboxEntry *entry = g_new0 (TruceInboxEntry, 1);

  entry->code = unread->domain == TRUCE_ERROR ? unread->code : TRUCE_ERROR_CORRUPT;
  entry->message = g_strdup (unread->message);
  self->delivery = TRUCE_DELIVERY_FAILED;
  self->entry = entry;
}

TruceInboxItem *
truce_inbox_item_new (TruceStore *store,
                      const char *key)
{
  g_autoptr(TruceInboxItem) self = g_object_new (TRUCE_TYPE_INBOX_ITEM, NULL);
  g_autoptr(GError) unread = NULL;

  self->store = g_object_ref (store);
  self->key = g_strdup (key);
  split_key (self);
  if (read_item (self, &self->delivery, &self->entry, &unread))
    return g_steal_pointer (&self);
  if (unread == NULL)
    return NULL;
  take_entry (self, unread);
  return g_steal_pointer (&self);
}

const char *
truce_inbox_item_get_key (TruceInboxItem *self)
{
  return self->key;
}

static void
notify_if (TruceInboxItem *self,
           gboolean        other,
           guint           property)
{
  if (other)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
truce_inbox_item_refresh (TruceInboxItem *self)
{
  g_autoptr(TruceInboxItem) hold = g_object_ref (self);
  g_autoptr(TruceInboxEntry) before = NULL;
  g_autoptr(GError) unread = NULL;
  TruceInboxEntry *entry = NULL;
  TruceDelivery delivery;
  gboolean other_delivery;

  if (!read_item (self, &delivery, &entry, &unread))
    return;

  other_delivery = delivery != self->delivery;
  before = g_steal_pointer (&self->entry);
  self->delivery = delivery;
  self->entry = entry;
  g_object_freeze_notify (G_OBJECT (self));
  notify_if (self, other_delivery, PROP_DELIVERY);
  notify_if (self, before->code != entry->code, PROP_CODE);
  notify_if (self, g_strcmp0 (before->message, entry->message) != 0, PROP_MESSAGE);
  notify_if (self, before->since_ms != entry->since_ms, PROP_SINCE);
  notify_if (self, before->attempts != entry->attempts, PROP_ATTEMPTS);
  notify_if (self, before->next_ms != entry->next_ms, PROP_NEXT_TRY);
  g_object_thaw_notify (G_OBJECT (self));
}

/* ---- what waits for it ---- */

static gboolean
is_at (GListStore *list,
       guint       position,
       gpointer    record)
{
  g_autoptr(GObject) there = g_list_model_get_item (G_LIST_MODEL (list), position);

  return there == record;
}

void
truce_inbox_item_waiting_changed (TruceInboxItem *self)
{
  g_autoptr(GListStore) list = self->waiting != NULL ? g_object_ref (self->waiting) : NULL;
  g_autoptr(GPtrArray) records = NULL;
  guint n_before;
  guint first = 0;
  guint last = 0;

  if (list == NULL)
    return;
  records = truce_inbox_list_waiting (self->store, self->collection, self->id, NULL);
  if (records == NULL)
    return;

  n_before = g_list_model_get_n_items (G_LIST_MODEL (list));
  while (first < MIN (n_before, records->len) && is_at (list, first, g_ptr_array_index (records, first)))
    first++;
  while (first + last < MIN (n_before, records->len) &&
         is_at (list, n_before - last - 1, g_ptr_array_index (records, records->len - last - 1)))
    last++;
  if (first + last < MAX (n_before, records->len))
    g_list_store_splice (list, first, n_before - first - last, records->pdata + first, records->len - first - last);
}

/**
 * truce_inbox_item_get_waiting:
 * @self: an item
 *
 * Gets what waits for it: the records which are to be sent and refer to it, by a
 * field that their schema declares as a reference, or to one that does. They go as
 * soon as it has arrived. The list stays as it is in the store as long as the item
 * is in an inbox.
 *
 * Linear in what is to be sent.
 *
 * Returns: (transfer full): a list of [class@Record]
 *
 * Since: 1.0
 */
GListModel *
truce_inbox_item_get_waiting (TruceInboxItem *self)
{
  GListStore *list;

  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), NULL);

  if (self->waiting != NULL)
    return g_object_ref (G_LIST_MODEL (self->waiting));

  list = g_list_store_new (TRUCE_TYPE_RECORD);
  g_set_weak_pointer (&self->waiting, list);
  if (self->store != NULL)
    truce_inbox_item_waiting_changed (self);
  return G_LIST_MODEL (list);
}

/* ---- what it is ---- */

/**
 * truce_inbox_item_get_collection:
 * @self: an item
 *
 * Gets the collection of the record.
 *
 * Returns: (transfer none) (nullable): its name
 *
 * Since: 1.0
 */
const char *
truce_inbox_item_get_collection (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), NULL);

  return self->collection;
}

/**
 * truce_inbox_item_get_id:
 * @self: an item
 *
 * Gets the id of the record.
 *
 * Returns: (transfer none) (nullable): the id
 *
 * Since: 1.0
 */
const char *
truce_inbox_item_get_id (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), NULL);

  return self->id;
}

/**
 * truce_inbox_item_get_delivery:
 * @self: an item
 *
 * Gets whether it failed, or met a conflict.
 *
 * Returns: %TRUCE_DELIVERY_FAILED or %TRUCE_DELIVERY_CONFLICTED
 *
 * Since: 1.0
 */
TruceDelivery
truce_inbox_item_get_delivery (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), TRUCE_DELIVERY_SYNCED);

  return self->delivery;
}

/**
 * truce_inbox_item_get_code:
 * @self: an item
 *
 * Gets what was wrong.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
TruceError
truce_inbox_item_get_code (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), TRUCE_ERROR_REJECTED);

  return self->entry != NULL ? self->entry->code : TRUCE_ERROR_REJECTED;
}

/**
 * truce_inbox_item_get_message:
 * @self: an item
 *
 * Gets what was wrong, in the words of the server.
 *
 * Returns: (transfer none) (nullable): the words, which are of use until the item changes
 *
 * Since: 1.0
 */
const char *
truce_inbox_item_get_message (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), NULL);

  return self->entry != NULL ? self->entry->message : NULL;
}

/**
 * truce_inbox_item_get_since:
 * @self: an item
 *
 * Gets when it first failed.
 *
 * Returns: milliseconds since 1970
 *
 * Since: 1.0
 */
gint64
truce_inbox_item_get_since (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), 0);

  return self->entry != NULL ? self->entry->since_ms : 0;
}

/**
 * truce_inbox_item_get_attempts:
 * @self: an item
 *
 * Gets how often it was tried.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_inbox_item_get_attempts (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), 0);

  return self->entry != NULL ? self->entry->attempts : 0;
}

/**
 * truce_inbox_item_get_next_try:
 * @self: an item
 *
 * Gets when it is tried again.
 *
 * Returns: milliseconds since 1970; 0: not by itself
 *
 * Since: 1.0
 */
gint64
truce_inbox_item_get_next_try (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), 0);

  return self->entry != NULL ? self->entry->next_ms : 0;
}

static TruceStoredRecord *
get_row (TruceInboxItem *self,
         GError        **error)
{
  g_autoptr(GError) unread = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (self->store->adapter, self->collection, self->id,
                                                              &unread);

  if (row == NULL && unread == NULL)
    unread = g_error_new (TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: there is no such record", self->collection,
                          self->id);
  if (unread == NULL)
    return g_steal_pointer (&row);
  g_propagate_error (error, g_steal_pointer (&unread));
  return NULL;
}

/**
 * truce_inbox_item_dup_local:
 * @self: an item
 * @error: return location for an error
 *
 * Gets the record as it is here.
 *
 * Returns: (transfer full) (nullable): JSON text; %NULL without an error if it was deleted
 *   here; %NULL with %TRUCE_ERROR_NOT_FOUND if there is no such record any more
 *
 * Since: 1.0
 */
char *
truce_inbox_item_dup_local (TruceInboxItem *self,
                            GError        **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = get_row (self, error);
  return row != NULL ? g_strdup (row->value) : NULL;
}

/**
 * truce_inbox_item_dup_base:
 * @self: an item
 * @error: return location for an error
 *
 * Gets the record as it was when both sides last agreed on it.
 *
 * Returns: (transfer full) (nullable): JSON text; %NULL without an error if it was not
 *   there; %NULL with %TRUCE_ERROR_NOT_FOUND if there is no such record any more, or
 *   %TRUCE_ERROR_CORRUPT
 *
 * Since: 1.0
 */
char *
truce_inbox_item_dup_base (TruceInboxItem *self,
                           GError        **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = get_row (self, error);
  return row != NULL ? truce_base_text (row, error) : NULL;
}

/**
 * truce_inbox_item_dup_remote:
 * @self: an item
 *
 * Gets the record as the remote had it when it met the conflict.
 *
 * Returns: (transfer full) (nullable): JSON text; %NULL if it was deleted there, or is not
 *   known, as for a record that was rejected
 *
 * Since: 1.0
 */
char *
truce_inbox_item_dup_remote (TruceInboxItem *self)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self), NULL);

  return self->entry != NULL ? g_strdup (self->entry->remote) : NULL;
}

/**
 * truce_inbox_item_dup_conflict:
 * @self: an item
 * @error: return location for an error
 *
 * Gets base, local and remote value as a conflict, field by field, to show it or to
 * give it to a resolver.
 *
 * Returns: (transfer full): the conflict; %NULL with %TRUCE_ERROR_NOT_FOUND if there is none
 *
 * Since: 1.0
 */
TruceConflict *
truce_inbox_item_dup_conflict (TruceInboxItem *self,
                               GError        **error)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return truce_outbox_dup_conflict (self->store, self->collection, self->id, error);
}

/* ---- what a person decides ---- */

/**
 * truce_inbox_item_retry:
 * @self: an item
 * @edit: (nullable): JSON text of an object of fields to be changed before, as by
 *   [method@Collection.patch_text]; or %NULL
 * @error: return location for an error
 *
 * Sends a record that failed again, as soon as there is a sync, and what waits for it
 * after it.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if it is no longer in the inbox,
 *   %TRUCE_ERROR_CONFLICT if it has to be resolved, or as any write fails
 *
 * Since: 1.0
 */
gboolean
truce_inbox_item_retry (TruceInboxItem *self,
                        const char     *edit,
                        GError        **error)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return truce_outbox_retry (self->store, self->collection, self->id, edit, error);
}

/**
 * truce_inbox_item_discard:
 * @self: an item
 * @error: return location for an error
 *
 * Drops what was changed here: the record is again what the remote has. What goes
 * is kept in the history.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if it is no longer in the inbox, or
 *   as any write fails
 *
 * Since: 1.0
 */
gboolean
truce_inbox_item_discard (TruceInboxItem *self,
                          GError        **error)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return truce_outbox_discard (self->store, self->collection, self->id, error);
}

/**
 * truce_inbox_item_keep_copy:
 * @self: an item
 * @new_id: an id that is free
 * @error: return location for an error
 *
 * Makes a new record of what is here, and leaves this one to the remote: both are
 * kept.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_EXISTS if the id is taken,
 *   %TRUCE_ERROR_NOT_FOUND if the record is no longer in the inbox or was deleted here,
 *   or as any write fails
 *
 * Since: 1.0
 */
gboolean
truce_inbox_item_keep_copy (TruceInboxItem *self,
                            const char     *new_id,
                            GError        **error)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, FALSE);
  g_return_val_if_fail (new_id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return truce_outbox_keep_copy (self->store, self->collection, self->id, new_id, error);
}

/**
 * truce_inbox_item_resolve:
 * @self: an item
 * @type: which side is right, or %TRUCE_RESOLUTION_MERGED
 * @text: (nullable): of a merged record its JSON text; %NULL: it is deleted
 * @error: return location for an error
 *
 * Settles a conflict. The result is sent as any other change.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no conflict,
 *   %TRUCE_ERROR_INVALID_DATA for a text that is no record, or as any write fails
 *
 * Since: 1.0
 */
gboolean
truce_inbox_item_resolve (TruceInboxItem     *self,
                          TruceResolutionType type,
                          const char         *text,
                          GError            **error)
{
  g_return_val_if_fail (TRUCE_IS_INBOX_ITEM (self) && self->store != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return truce_outbox_resolve (self->store, self->collection, self->id, type, text, error);
}
