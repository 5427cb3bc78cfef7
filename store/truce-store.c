/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"
#include "truce-sqlite-adapter.h"
#include "truce-store-private.h"

#include <unistd.h>

#define HISTORY_DAYS 30
#define REFRESH_INTERVAL 500    /* ms */

/**
 * TruceStore:
 *
 * A replica's records, their stamps, and what is still to be delivered.
 *
 * ```c
 * g_autoptr(TruceStore) store = truce_store_open ("tasks.db", &error);
 * g_autoptr(TruceCollection) tasks = truce_store_get_collection (store, "task", NULL, &error);
 *
 * truce_collection_put_text (tasks, "1", "{\"title\": \"buy milk\"}", &error);
 * ```
 *
 * A store keeps its records through a [iface@StoreAdapter]: in memory, in a file
 * of SQLite, or in what an app brings. A record, its stamps, its place in the
 * outbox and the clock change in one transaction, or not at all.
 *
 * ## Threads and processes
 *
 * A store, its collections, queries and records belong to the thread, and the
 * thread-default main context, in which the store was made. Another thread or
 * process opens the same file once more: writers wait for each other, readers
 * for nobody. What others commit is noticed within
 * [property@Store:refresh-interval] while somebody holds a collection, and at
 * the next write in any case.
 *
 * ## Work that takes long
 *
 * Calls that write or read one record, or a batch of some thousands, are
 * synchronous. What goes over whole collections has an asynchronous form, which
 * works in slices of some milliseconds in the caller's main context, each a
 * transaction of its own; the synchronous form is for programs without a main
 * loop.
 *
 * Since: 1.0
 */

enum
{
  PROP_0,
  PROP_ADAPTER,
  PROP_CLOCK,
  PROP_REPLICA,
  PROP_OUTBOX,
  PROP_HISTORY_DAYS,
  PROP_REFRESH_INTERVAL,
  PROP_VERSION,
  PROP_N_RECORDS,
  PROP_N_PENDING,
  PROP_N_FAILED,
  PROP_N_CONFLICTED,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceStore, truce_store, G_TYPE_OBJECT)

static void
info_free (gpointer data)
{
  TruceCollectionInfo *info = data;

  g_free (info->name);
  g_clear_object (&info->schema);
  g_clear_object (&info->resolver);
  g_clear_pointer (&info->changed, g_ptr_array_unref);
  g_free (info);
}

static void
truce_store_dispose (GObject *object)
{
  TruceStore *self = TRUCE_STORE (object);

  truce_store_stop (self);

  G_OBJECT_CLASS (truce_store_parent_class)->dispose (object);
}

static void
truce_store_finalize (GObject *object)
{
  TruceStore *self = TRUCE_STORE (object);

  g_clear_pointer (&self->collections, g_hash_table_unref);
  g_clear_pointer (&self->meta, g_bytes_unref);
  g_clear_object (&self->clock);
  g_clear_object (&self->adapter);

  G_OBJECT_CLASS (truce_store_parent_class)->finalize (object);
}

static void
truce_store_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  TruceStore *self = TRUCE_STORE (object);

  switch (id)
    {
    case PROP_ADAPTER:
      g_value_set_object (value, self->adapter);
      break;
    case PROP_CLOCK:
      g_value_set_object (value, self->clock);
      break;
    case PROP_REPLICA:
      g_value_set_uint64 (value, self->clock != NULL ? truce_clock_get_replica (self->clock) : 0);
      break;
    case PROP_OUTBOX:
      g_value_set_boolean (value, self->outbox);
      break;
    case PROP_HISTORY_DAYS:
      g_value_set_uint (value, self->history_days);
      break;
    case PROP_REFRESH_INTERVAL:
      g_value_set_uint (value, self->refresh_interval);
      break;
    case PROP_VERSION:
      g_value_set_int64 (value, self->shown_version);
      break;
    case PROP_N_RECORDS:
      g_value_set_uint64 (value, truce_store_get_n_records (self));
      break;
    case PROP_N_PENDING:
      g_value_set_uint64 (value, truce_store_count (self, TRUCE_DELIVERY_PENDING));
      break;
    case PROP_N_FAILED:
      g_value_set_uint64 (value, truce_store_count (self, TRUCE_DELIVERY_FAILED));
      break;
    case PROP_N_CONFLICTED:
      g_value_set_uint64 (value, truce_store_count (self, TRUCE_DELIVERY_CONFLICTED));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_store_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  TruceStore *self = TRUCE_STORE (object);

  switch (id)
    {
    case PROP_OUTBOX:
      truce_store_set_outbox (self, g_value_get_boolean (value));
      break;
    case PROP_HISTORY_DAYS:
      truce_store_set_history_days (self, g_value_get_uint (value));
      break;
    case PROP_REFRESH_INTERVAL:
      truce_store_set_refresh_interval (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_counts (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * TruceStore:version:
   *
   * The number of the latest change. Each commit that changes a record makes it
   * greater: whoever wants to hear of any change watches this.
   *
   * Since: 1.0
   */
  properties[PROP_VERSION] = g_param_spec_int64 ("version", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * TruceStore:n-records:
   *
   * How many records there are, of all collections; deleted ones don't count.
   *
   * Since: 1.0
   */
  properties[PROP_N_RECORDS] = g_param_spec_uint64 ("n-records", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * TruceStore:n-pending:
   *
   * How many records wait to be sent.
   *
   * Since: 1.0
   */
  properties[PROP_N_PENDING] = g_param_spec_uint64 ("n-pending", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * TruceStore:n-failed:
   *
   * How many records were rejected and wait in the inbox.
   *
   * Since: 1.0
   */
  properties[PROP_N_FAILED] = g_param_spec_uint64 ("n-failed", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * TruceStore:n-conflicted:
   *
   * How many records wait for a person to decide.
   *
   * Since: 1.0
   */
  properties[PROP_N_CONFLICTED] = g_param_spec_uint64 ("n-conflicted", NULL, NULL, 0, G_MAXUINT64, 0, flags);
}

static void
truce_store_class_init (TruceStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = truce_store_dispose;
  object_class->finalize = truce_store_finalize;
  object_class->get_property = truce_store_get_property;
  object_class->set_property = truce_store_set_property;

  /**
   * TruceStore:adapter:
   *
   * Where the records are kept.
   *
   * Since: 1.0
   */
  properties[PROP_ADAPTER] =
    g_param_spec_object ("adapter", NULL, NULL, TRUCE_TYPE_STORE_ADAPTER, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceStore:clock:
   *
   * What gives its stamps.
   *
   * Since: 1.0
   */
  properties[PROP_CLOCK] =
    g_param_spec_object ("clock", NULL, NULL, TRUCE_TYPE_CLOCK, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceStore:replica:
   *
   * The replica's id: 64 random bits. It changes when a sync has found that
   * another copy speaks under the same id: then this one takes a new id.
   *
   * Since: 1.0
   */
  properties[PROP_REPLICA] =
    g_param_spec_uint64 ("replica", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceStore:outbox:
   *
   * Whether what is written here waits to be sent. Without, a store is for
   * itself alone, or is what others sync through.
   *
   * Since: 1.0
   */
  properties[PROP_OUTBOX] =
    g_param_spec_boolean ("outbox", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceStore:history-days:
   *
   * For how many days values that lost in a merge are kept, at the least; 0: for
   * ever. They go when the store is purged.
   *
   * Since: 1.0
   */
  properties[PROP_HISTORY_DAYS] =
    g_param_spec_uint ("history-days", NULL, NULL, 0, G_MAXINT, HISTORY_DAYS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceStore:refresh-interval:
   *
   * How often, in milliseconds, a store of which somebody holds a collection looks
   * for what others have committed to the same file; 0: never by itself.
   *
   * Since: 1.0
   */
  properties[PROP_REFRESH_INTERVAL] =
    g_param_spec_uint ("refresh-interval", NULL, NULL, 0, G_MAXINT, REFRESH_INTERVAL,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  install_counts ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_store_init (TruceStore *self)
{
  self->collections = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, info_free);
  self->clocks = -1;
  self->outbox = TRUE;
  self->history_days = HISTORY_DAYS;
  self->refresh_interval = REFRESH_INTERVAL;
  self->pid = getpid ();
  g_queue_init (&self->news);
}

/* Reads what the store knows of itself; a new one gets an identity. */
static gboolean
open_store (TruceStore *self,
            TruceClock *clock,
            GError    **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) meta = truce_store_adapter_get_meta (self->adapter, "store", "state", &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (clock != NULL)
    self->clock = g_object_ref (clock);
  if (meta == NULL && self->clock == NULL)
    self->clock = truce_clock_new_random (error);
  if (meta == NULL && self->clock == NULL)
    return FALSE;

  if (meta == NULL)
    return truce_store_begin (self, error) && truce_store_commit (self, error);
  if (!truce_store_read_meta (self, meta, error))
    return FALSE;
  self->replica = truce_clock_get_replica (self->clock);
  self->counts = truce_store_sum_counts (self);
  self->told = self->version;
  self->shown_version = self->version;
  self->generation = truce_store_adapter_get_generation (self->adapter);
  return TRUE;
}

/**
 * truce_store_new_with_clock:
 * @adapter: where the records are kept
 * @clock: (nullable): what gives the stamps, or %NULL for what is kept in the
 *   store
 * @error: return location for an error
 *
 * Opens a store with a clock of one's own, as a test has one. A store that
 * nothing was written to becomes the replica of @clock; where something was,
 * @clock becomes that of the store's replica, and goes on from its latest stamp.
 *
 * Returns: (transfer full): the store, or %NULL as [ctor@Store.new] says
 *
 * Since: 1.0
 */
TruceStore *
truce_store_new_with_clock (TruceStoreAdapter *adapter,
                            TruceClock        *clock,
                            GError           **error)
{
  g_autoptr(TruceStore) self = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (adapter), NULL);
  g_return_val_if_fail (clock == NULL || TRUCE_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (TRUCE_TYPE_STORE, NULL);
  self->adapter = g_object_ref (adapter);
  return open_store (self, clock, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * truce_store_new:
 * @adapter: where the records are kept
 * @error: return location for an error
 *
 * Opens a store over an adapter. One that nothing was written to gets a
 * replica's id.
 *
 * Takes constant time, however much is in the store.
 *
 * Returns: (transfer full): the store, or %NULL with %TRUCE_ERROR_CORRUPT if what
 *   is kept there can't be read, %TRUCE_ERROR_READ_ONLY if it is empty and can't
 *   be written, or with what the adapter says
 *
 * Since: 1.0
 */
TruceStore *
truce_store_new (TruceStoreAdapter *adapter,
                 GError           **error)
{
  return truce_store_new_with_clock (adapter, NULL, error);
}

/**
 * truce_store_open:
 * @path: (type filename): the path of a file, which is made if it is not there
 * @error: return location for an error
 *
 * Opens a store in a file of SQLite, with a [class@SqliteAdapter].
 *
 * Returns: (transfer full): the store, or %NULL with what
 *   [ctor@SqliteAdapter.new] and [ctor@Store.new] say
 *
 * Since: 1.0
 */
TruceStore *
truce_store_open (const char *path,
                  GError    **error)
{
  g_autoptr(TruceSqliteAdapter) adapter = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, error);
  return adapter != NULL ? truce_store_new (TRUCE_STORE_ADAPTER (adapter), error) : NULL;
}

/**
 * truce_store_get_adapter:
 * @self: a store
 *
 * Gets where its records are kept.
 *
 * Returns: (transfer none): the adapter
 *
 * Since: 1.0
 */
TruceStoreAdapter *
truce_store_get_adapter (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);

  return self->adapter;
}

/**
 * truce_store_get_clock:
 * @self: a store
 *
 * Gets what gives its stamps.
 *
 * Returns: (transfer none): the clock
 *
 * Since: 1.0
 */
TruceClock *
truce_store_get_clock (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);

  return self->clock;
}

/**
 * truce_store_get_replica:
 * @self: a store
 *
 * Gets the replica's id.
 *
 * Returns: the id: 64 random bits, never 0
 *
 * Since: 1.0
 */
guint64
truce_store_get_replica (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), 0);

  return truce_clock_get_replica (self->clock);
}

/**
 * truce_store_get_outbox:
 * @self: a store
 *
 * Gets whether what is written here waits to be sent.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
truce_store_get_outbox (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), FALSE);

  return self->outbox;
}

/**
 * truce_store_set_outbox:
 * @self: a store
 * @outbox: whether what is written here waits to be sent
 *
 * Says whether what is written from now on waits to be sent.
 *
 * Since: 1.0
 */
void
truce_store_set_outbox (TruceStore *self,
                        gboolean    outbox)
{
  g_return_if_fail (TRUCE_IS_STORE (self));

  outbox = !!outbox;
  if (self->outbox == outbox)
    return;
  self->outbox = outbox;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OUTBOX]);
}

/**
 * truce_store_get_history_days:
 * @self: a store
 *
 * Gets for how many days values that lost in a merge are kept.
 *
 * Returns: days; 0: for ever
 *
 * Since: 1.0
 */
guint
truce_store_get_history_days (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), 0);

  return self->history_days;
}

/**
 * truce_store_set_history_days:
 * @self: a store
 * @days: days; 0: for ever
 *
 * Says for how many days values that lost in a merge are kept. A purge then
 * removes older ones.
 *
 * Since: 1.0
 */
void
truce_store_set_history_days (TruceStore *self,
                              guint       days)
{
  g_return_if_fail (TRUCE_IS_STORE (self));

  if (self->history_days == days)
    return;
  self->history_days = days;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HISTORY_DAYS]);
}

/**
 * truce_store_get_refresh_interval:
 * @self: a store
 *
 * Gets how often a store of which a collection is held looks for what others have committed.
 *
 * Returns: milliseconds; 0: never by itself
 *
 * Since: 1.0
 */
guint
truce_store_get_refresh_interval (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), 0);

  return self->refresh_interval;
}

/**
 * truce_store_set_refresh_interval:
 * @self: a store
 * @interval: milliseconds; 0: never by itself
 *
 * Says how often a store of which a collection is held looks for what others have committed.
 *
 * Since: 1.0
 */
void
truce_store_set_refresh_interval (TruceStore *self,
                                  guint       interval)
{
  g_return_if_fail (TRUCE_IS_STORE (self));

  if (self->refresh_interval == interval)
    return;
  self->refresh_interval = interval;
  truce_store_watch (self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFRESH_INTERVAL]);
}

/**
 * truce_store_get_n_records:
 * @self: a store
 *
 * Gets how many records there are, of all collections; deleted ones don't count.
 * Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_store_get_n_records (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), 0);

  return self->counts.n_records;
}

/**
 * truce_store_count:
 * @self: a store
 * @delivery: a state
 *
 * Gets how many records are in a state of delivery, of all collections; deleted
 * ones count too, for a deletion is sent like any other change. Takes constant
 * time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_store_count (TruceStore   *self,
                   TruceDelivery delivery)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), 0);
  g_return_val_if_fail ((guint) delivery < TRUCE_N_DELIVERIES, 0);

  return self->counts.n_rows[delivery];
}

/**
 * truce_store_get_version:
 * @self: a store
 *
 * Gets the number of the latest change: see [property@Store:version].
 *
 * Returns: the number; 0: nothing was ever written
 *
 * Since: 1.0
 */
gint64
truce_store_get_version (TruceStore *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE (self), 0);

  return self->shown_version;
}

void
truce_store_notify (TruceStore *self)
{
  static const struct { guint property; TruceDelivery delivery; } counted[] = {
    { PROP_N_PENDING, TRUCE_DELIVERY_PENDING },
    { PROP_N_FAILED, TRUCE_DELIVERY_FAILED },
    { PROP_N_CONFLICTED, TRUCE_DELIVERY_CONFLICTED },
  };
  TruceCounts old = self->counts;
  guint64 replica = self->replica;
  gint64 version = self->shown_version;

  self->shown_version = self->version;
  self->counts = truce_store_sum_counts (self);
  self->replica = truce_clock_get_replica (self->clock);
  if (replica != self->replica)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPLICA]);
  if (version != self->shown_version)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERSION]);
  if (old.n_records != self->counts.n_records)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_RECORDS]);
  for (guint i = 0; i < G_N_ELEMENTS (counted); i++)
    if (old.n_rows[counted[i].delivery] != self->counts.n_rows[counted[i].delivery])
      g_object_notify_by_pspec (G_OBJECT (self), properties[counted[i].property]);
}
