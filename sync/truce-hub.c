/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A hub joins what replicas bring, counts each change, and gives out what was counted since. It decides nothing:
 * what it holds is the join of all that it was given, in whatever order. Its feed is the store's own: a record's
 * version is counted at the commit that wrote it, so a cursor needs no time of day, and misses nothing. */

#include "truce-hub-private.h"

#include "truce-clock-private.h"
#include "truce-random-private.h"

#define META_GROUP "hub"
#define TOMBSTONE_TTL_MS (90 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/**
 * TruceHub:
 *
 * A store that replicas sync through.
 *
 * A hub merges what they push, record by record, and orders it; it runs no code of
 * the app's, knows no resolver and asks nobody. Replicas in the same process reach
 * it by a [class@HubRemote].
 *
 * ```c
 * g_autoptr(TruceStore) store = truce_store_open ("hub.db", &error);
 * g_autoptr(TruceHub) hub = truce_hub_new (store, &error);
 * g_autoptr(TruceHubRemote) remote = truce_hub_remote_new (hub);
 * ```
 *
 * It belongs to the thread in which its store was made. An app may write to the
 * store itself: replicas see that as any other change.
 *
 * Whoever puts a hub's file back from a backup calls [method@Hub.reset]: its feed
 * would count again what replicas have read already.
 *
 * Since: 1.0
 */

enum
{
  PROP_0,
  PROP_STORE,
  PROP_EPOCH,
  PROP_HORIZON,
  PROP_TOMBSTONE_TTL,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceHub, truce_hub, G_TYPE_OBJECT)

static void
truce_hub_finalize (GObject *object)
{
  TruceHub *self = TRUCE_HUB (object);

  truce_hub_set_guard (self, NULL, NULL, NULL);
  truce_hub_forget_sessions (self);
  g_hash_table_unref (self->current);
  g_hash_table_unref (self->sessions);
  g_clear_object (&self->store);
  g_free (self->epoch);

  G_OBJECT_CLASS (truce_hub_parent_class)->finalize (object);
}

static void
truce_hub_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  TruceHub *self = TRUCE_HUB (object);

  switch (id)
    {
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;
    case PROP_EPOCH:
      g_value_set_string (value, self->epoch);
      break;
    case PROP_HORIZON:
      g_value_set_int64 (value, self->horizon);
      break;
    case PROP_TOMBSTONE_TTL:
      g_value_set_int64 (value, self->tombstone_ttl);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_hub_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  if (id == PROP_TOMBSTONE_TTL)
    truce_hub_set_tombstone_ttl (TRUCE_HUB (object), g_value_get_int64 (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
truce_hub_class_init (TruceHubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = truce_hub_finalize;
  object_class->get_property = truce_hub_get_property;
  object_class->set_property = truce_hub_set_property;

  /**
   * TruceHub:store:
   *
   * Where the hub keeps the records.
   *
   * Since: 1.0
   */
  properties[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, TRUCE_TYPE_STORE, flags);
  /**
   * TruceHub:epoch:
   *
   * Which life of the hub this is: see [method@Hub.reset].
   *
   * Since: 1.0
   */
  properties[PROP_EPOCH] = g_param_spec_string ("epoch", NULL, NULL, NULL, flags);
  /**
   * TruceHub:horizon:
   *
   * Up to where in its feed the hub has forgotten what was deleted.
   *
   * Since: 1.0
   */
  properties[PROP_HORIZON] = g_param_spec_int64 ("horizon", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * TruceHub:tombstone-ttl:
   *
   * For how many milliseconds [method@Hub.purge] keeps what was deleted. A replica
   * that stays away for longer reads everything again.
   *
   * Since: 1.0
   */
  properties[PROP_TOMBSTONE_TTL] =
    g_param_spec_int64 ("tombstone-ttl", NULL, NULL, 0, G_MAXINT64, TOMBSTONE_TTL_MS, flags | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_hub_init (TruceHub *self)
{
  self->tombstone_ttl = TOMBSTONE_TTL_MS;
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) truce_hub_session_free);
  self->current = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_init (&self->order);
}

/* ---- what it keeps ---- */

/* NULL without an error: there is none. */
static char *
read_text (TruceHub   *self,
           const char *key,
           GError    **error)
{
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (self->store->adapter, META_GROUP, key, error);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

static gboolean
write_text (TruceHub   *self,
            const char *key,
            const char *text,
            GError    **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  return truce_store_adapter_set_meta (self->store->adapter, META_GROUP, key, bytes, error);
}

static void
set_epoch (TruceHub *self,
           char     *epoch)
{
  gboolean same = g_strcmp0 (self->epoch, epoch) == 0;

  g_free (self->epoch);
  self->epoch = epoch;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EPOCH]);
}

static void
set_horizon (TruceHub *self,
             gint64    horizon)
{
  if (self->horizon == horizon)
    return;

  self->horizon = horizon;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HORIZON]);
}

gboolean
truce_hub_load (TruceHub *self,
                GError  **error)
{
  g_autoptr(GError) local = NULL;
  g_autofree char *epoch = read_text (self, "epoch", &local);
  g_autofree char *text = local == NULL ? read_text (self, "horizon", &local) : NULL;
  gint64 horizon = 0;

  if (local == NULL && text != NULL && !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &horizon, NULL))
    g_set_error (&local, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "the hub's horizon can't be read");
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  set_horizon (self, horizon);
  set_epoch (self, g_steal_pointer (&epoch));
  return TRUE;
}

gboolean
truce_hub_begin_read (TruceHub *self,
                      GError  **error)
{
  /* A write that is going on, in this thread, has begun a transaction already. */
  if (self->store->writing)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "the hub's store is being written to");
      return FALSE;
    }
  if (!truce_store_adapter_begin (self->store->adapter, FALSE, error))
    return FALSE;
  if (truce_store_load_meta (self->store, error) && truce_hub_load (self, error))
    return TRUE;
  truce_hub_end_read (self);
  return FALSE;
}

void
truce_hub_end_read (TruceHub *self)
{
  truce_store_adapter_rollback (self->store->adapter);
}

/* A new epoch; in a transaction of its own. */
static gboolean
write_epoch (TruceHub *self,
             GError  **error)
{
  g_autofree char *epoch = NULL;
  guint64 number;

  if (!truce_random_u64 (&number, error) || !truce_store_begin (self->store, error))
    return FALSE;
  epoch = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", number);
  if (!write_text (self, "epoch", epoch, error))
    {
      truce_store_rollback (self->store);
      return FALSE;
    }
  if (!truce_store_commit (self->store, error))
    return FALSE;
  set_epoch (self, g_steal_pointer (&epoch));
  return TRUE;
}

/**
 * truce_hub_new:
 * @store: a store, which keeps no outbox from now on
 * @error: return location for an error
 *
 * Makes a hub of a store.
 *
 * Returns: (transfer full): a hub, or %NULL with what the store says
 *
 * Since: 1.0
 */
TruceHub *
truce_hub_new (TruceStore *store,
               GError    **error)
{
  g_autoptr(TruceHub) self = NULL;
  gboolean read;

  g_return_val_if_fail (TRUCE_IS_STORE (store), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (TRUCE_TYPE_HUB, NULL);
  self->store = g_object_ref (store);
  truce_store_set_outbox (store, FALSE);
  read = truce_hub_begin_read (self, error);
  if (read)
    truce_hub_end_read (self);
  if (!read || (self->epoch == NULL && !write_epoch (self, error)))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * truce_hub_get_store:
 * @self: a hub
 *
 * Gets where the hub keeps the records.
 *
 * Returns: (transfer none): the store
 *
 * Since: 1.0
 */
TruceStore *
truce_hub_get_store (TruceHub *self)
{
  g_return_val_if_fail (TRUCE_IS_HUB (self), NULL);

  return self->store;
}

/**
 * truce_hub_get_epoch:
 * @self: a hub
 *
 * Gets which life of the hub this is.
 *
 * Returns: (transfer none): the epoch
 *
 * Since: 1.0
 */
const char *
truce_hub_get_epoch (TruceHub *self)
{
  g_return_val_if_fail (TRUCE_IS_HUB (self), NULL);

  return self->epoch;
}

/**
 * truce_hub_get_horizon:
 * @self: a hub
 *
 * Gets up to where in its feed the hub has forgotten what was deleted.
 *
 * Returns: a number of the feed; 0: nothing was ever forgotten
 *
 * Since: 1.0
 */
gint64
truce_hub_get_horizon (TruceHub *self)
{
  g_return_val_if_fail (TRUCE_IS_HUB (self), 0);

  return self->horizon;
}

/**
 * truce_hub_get_tombstone_ttl:
 * @self: a hub
 *
 * Gets for how long [method@Hub.purge] keeps what was deleted.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
truce_hub_get_tombstone_ttl (TruceHub *self)
{
  g_return_val_if_fail (TRUCE_IS_HUB (self), 0);

  return self->tombstone_ttl;
}

/**
 * truce_hub_set_tombstone_ttl:
 * @self: a hub
 * @ms: milliseconds
 *
 * Sets for how long [method@Hub.purge] keeps what was deleted.
 *
 * Since: 1.0
 */
void
truce_hub_set_tombstone_ttl (TruceHub *self,
                             gint64    ms)
{
  g_return_if_fail (TRUCE_IS_HUB (self));
  g_return_if_fail (ms >= 0);

  if (self->tombstone_ttl == ms)
    return;

  self->tombstone_ttl = ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOMBSTONE_TTL]);
}

/**
 * truce_hub_set_guard:
 * @self: a hub
 * @guard: (nullable) (scope notified) (closure user_data) (destroy destroy): is asked
 *   before each change; %NULL: all are taken
 * @user_data: passed to @guard
 * @destroy: (nullable): called on @user_data when it is needed no more
 *
 * Sets who may refuse a change: for what only a server can know.
 *
 * Since: 1.0
 */
void
truce_hub_set_guard (TruceHub      *self,
                     TruceGuardFunc guard,
                     gpointer       user_data,
                     GDestroyNotify destroy)
{
  GDestroyNotify old_destroy;
  gpointer old_data;

  g_return_if_fail (TRUCE_IS_HUB (self));

  old_destroy = self->guard_destroy;
  old_data = self->guard_data;
  self->guard = guard;
  self->guard_data = user_data;
  self->guard_destroy = destroy;
  if (old_destroy != NULL)
    old_destroy (old_data);
}

/* A record is about to be forgotten, in the same transaction. */
static gboolean
raise_horizon (const TruceStoredRecord *row,
               gpointer                 data,
               GError                 **error)
{
  TruceHub *self = data;
  g_autofree char *text = NULL;

  if (row->version <= self->horizon)
    return TRUE;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, row->version);
  set_horizon (self, row->version);
  return write_text (self, "horizon", text, error);
}

/**
 * truce_hub_purge:
 * @self: a hub
 * @error: return location for an error
 *
 * Forgets for good what was deleted longer ago than [property@Hub:tombstone-ttl],
 * and raises [property@Hub:horizon]. A replica that has not heard of such a deletion
 * lists what is left before it may push again, so it brings nothing back.
 *
 * Goes over all records, in slices. The same for the history as
 * [method@Store.purge].
 *
 * Returns: how many deleted records were forgotten, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_hub_purge (TruceHub *self,
                 GError  **error)
{
  gint64 before_ms;
  gint64 n_purged;

  g_return_val_if_fail (TRUCE_IS_HUB (self), -1);
  g_return_val_if_fail (self->store != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  before_ms = truce_clock_now_ms (self->store->clock) - self->tombstone_ttl;
  n_purged = truce_store_purge_rows (self->store, before_ms, raise_horizon, self, error);
  /* What was rolled back is still remembered. */
  if (n_purged < 0 && truce_hub_begin_read (self, NULL))
    truce_hub_end_read (self);
  return n_purged;
}

/**
 * truce_hub_reset:
 * @self: a hub
 * @error: return location for an error
 *
 * Begins another epoch, with the same records: each replica reads everything again.
 * For a hub that was put back from a backup.
 *
 * Returns: %TRUE, or %FALSE with what the store says
 *
 * Since: 1.0
 */
gboolean
truce_hub_reset (TruceHub *self,
                 GError  **error)
{
  g_return_val_if_fail (TRUCE_IS_HUB (self), FALSE);
  g_return_val_if_fail (self->store != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!write_epoch (self, error))
    return FALSE;
  truce_hub_forget_sessions (self);
  return TRUE;
}
