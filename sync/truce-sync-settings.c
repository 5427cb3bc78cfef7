/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an engine is told, and what it shows. A setting counts from the next session on. */

#include "truce-sync-private.h"

/**
 * truce_sync_get_store:
 * @self: a sync
 *
 * Gets what is synced.
 *
 * Returns: (transfer none) (nullable): the store
 *
 * Since: 1.0
 */
TruceStore *
truce_sync_get_store (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);

  return self->store;
}

/**
 * truce_sync_get_remote:
 * @self: a sync
 *
 * Gets what it is synced with.
 *
 * Returns: (transfer none) (nullable): the remote
 *
 * Since: 1.0
 */
TruceRemote *
truce_sync_get_remote (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);

  return self->remote;
}

/**
 * truce_sync_get_retry_policy:
 * @self: a sync
 *
 * Gets when to try again.
 *
 * Returns: (transfer none): the policy
 *
 * Since: 1.0
 */
TruceRetryPolicy *
truce_sync_get_retry_policy (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);

  return self->policy;
}

/**
 * truce_sync_set_retry_policy:
 * @self: a sync
 * @policy: a policy
 *
 * Says when to try again: the remote as a whole, and each record that it put off.
 *
 * Since: 1.0
 */
void
truce_sync_set_retry_policy (TruceSync        *self,
                             TruceRetryPolicy *policy)
{
  g_return_if_fail (TRUCE_IS_SYNC (self));
  g_return_if_fail (TRUCE_IS_RETRY_POLICY (policy));

  if (g_set_object (&self->policy, policy))
    g_object_notify (G_OBJECT (self), "retry-policy");
}

/**
 * truce_sync_set_classify_func:
 * @self: a sync
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): says what
 *   an error means; %NULL: [func@Error.classify] does
 * @user_data: given to @func
 * @destroy: (nullable): frees @user_data
 *
 * Says what errors of this remote mean: whether to try again, to pause, or to take
 * it that nobody was reached.
 *
 * It is asked about what a session failed with. What a remote says of a single
 * record it says by code: see [method@Push.fail].
 *
 * Since: 1.0
 */
void
truce_sync_set_classify_func (TruceSync        *self,
                              TruceClassifyFunc func,
                              gpointer          user_data,
                              GDestroyNotify    destroy)
{
  g_return_if_fail (TRUCE_IS_SYNC (self));

  if (self->classify_destroy != NULL)
    self->classify_destroy (self->classify_data);
  self->classify = func;
  self->classify_data = user_data;
  self->classify_destroy = destroy;
}

/**
 * truce_sync_get_network_monitor:
 * @self: a sync
 *
 * Gets what tells whether there is a network.
 *
 * Returns: (transfer none) (nullable): the monitor; %NULL: the remote needs no network
 *
 * Since: 1.0
 */
GNetworkMonitor *
truce_sync_get_network_monitor (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);

  return self->monitor;
}

/**
 * truce_sync_set_network_monitor:
 * @self: a sync
 * @monitor: (nullable): a monitor; %NULL: the remote needs no network
 *
 * Says what tells whether there is a network.
 *
 * Since: 1.0
 */
void
truce_sync_set_network_monitor (TruceSync       *self,
                                GNetworkMonitor *monitor)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self));
  g_return_if_fail (monitor == NULL || G_IS_NETWORK_MONITOR (monitor));

  hold = g_object_ref (self);
  if (monitor == self->monitor)
    return;
  truce_sync_unwatch_network (self);
  g_set_object (&self->monitor, monitor);
  truce_sync_watch_network (self);
  g_object_notify (G_OBJECT (self), "network-monitor");
  truce_sync_network_changed (self);
}

/**
 * truce_sync_get_sync_on_metered:
 * @self: a sync
 *
 * Gets whether it syncs in the background also where the connection costs money.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
truce_sync_get_sync_on_metered (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), FALSE);

  return self->sync_on_metered;
}

/**
 * truce_sync_set_sync_on_metered:
 * @self: a sync
 * @sync_on_metered: whether it may
 *
 * Says whether it may sync in the background also where the connection costs money.
 *
 * Since: 1.0
 */
void
truce_sync_set_sync_on_metered (TruceSync *self,
                                gboolean   sync_on_metered)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self));

  hold = g_object_ref (self);
  sync_on_metered = !!sync_on_metered;
  if (self->sync_on_metered == sync_on_metered)
    return;
  self->sync_on_metered = sync_on_metered;
  g_object_notify (G_OBJECT (self), "sync-on-metered");
  truce_sync_network_changed (self);
}

/**
 * truce_sync_get_poll_interval:
 * @self: a sync
 *
 * Gets after how long the remote is asked again in the background.
 *
 * Returns: milliseconds; 0: only when there is a reason to
 *
 * Since: 1.0
 */
guint
truce_sync_get_poll_interval (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->poll_interval;
}

/**
 * truce_sync_set_poll_interval:
 * @self: a sync
 * @poll_interval: milliseconds; 0: only when there is a reason to
 *
 * Says after how long the remote is asked again in the background, if nothing happens
 * before.
 *
 * Since: 1.0
 */
void
truce_sync_set_poll_interval (TruceSync *self,
                              guint      poll_interval)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self));

  hold = g_object_ref (self);
  if (self->poll_interval == poll_interval)
    return;
  self->poll_interval = poll_interval;
  g_object_notify (G_OBJECT (self), "poll-interval");
  if (poll_interval > 0 && self->failures == 0)
    truce_sync_schedule (self, poll_interval);
}

/**
 * truce_sync_get_resync_interval:
 * @self: a sync
 *
 * Gets after how long everything is compared with the remote.
 *
 * Returns: milliseconds; 0: only when it is needed
 *
 * Since: 1.0
 */
gint64
truce_sync_get_resync_interval (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->resync_interval;
}

/**
 * truce_sync_set_resync_interval:
 * @self: a sync
 * @resync_interval: milliseconds; 0: only when it is needed
 *
 * Says after how long everything is compared with the remote, to find what is gone
 * there. The remote must be able to list what it has: [vfunc@Remote.list].
 *
 * Since: 1.0
 */
void
truce_sync_set_resync_interval (TruceSync *self,
                                gint64     resync_interval)
{
  g_return_if_fail (TRUCE_IS_SYNC (self));
  g_return_if_fail (resync_interval >= 0);

  if (self->resync_interval == resync_interval)
    return;
  self->resync_interval = resync_interval;
  g_object_notify (G_OBJECT (self), "resync-interval");
}

/**
 * truce_sync_get_removal_share:
 * @self: a sync
 *
 * Gets the share of a collection that may go at once.
 *
 * Returns: a number from 0 to 1
 *
 * Since: 1.0
 */
double
truce_sync_get_removal_share (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->removal_share;
}

/**
 * truce_sync_set_removal_share:
 * @self: a sync
 * @removal_share: a number from 0 to 1
 *
 * Says which share of a collection of 20 records or more may go at once because the
 * remote has them no more.
 *
 * Since: 1.0
 */
void
truce_sync_set_removal_share (TruceSync *self,
                              double     removal_share)
{
  g_return_if_fail (TRUCE_IS_SYNC (self));
  g_return_if_fail (removal_share >= 0 && removal_share <= 1);

  self->removal_share = removal_share;
  g_object_notify (G_OBJECT (self), "removal-share");
}

/**
 * truce_sync_allow_removal:
 * @self: a sync
 *
 * Lets the next session remove here all that the remote has no more, however much it
 * is. So a person answers %TRUCE_ERROR_MASS_DELETE.
 *
 * Since: 1.0
 */
void
truce_sync_allow_removal (TruceSync *self)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self));

  hold = g_object_ref (self);
  self->allow_removal = TRUE;
  self->held = FALSE;
  self->dirty = TRUE;
  truce_sync_schedule (self, 0);
  truce_sync_show (self);
}

/**
 * truce_sync_get_account:
 * @self: a sync
 *
 * Gets whose data it is.
 *
 * Returns: (transfer none) (nullable): the account, or %NULL if it was not told
 *
 * Since: 1.0
 */
const char *
truce_sync_get_account (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);

  return self->account;
}

/**
 * truce_sync_set_account:
 * @self: a sync
 * @account: (nullable): a name that stays the same as long as the account does; or %NULL
 *
 * Says whose data it is. What was changed under one account is never sent under
 * another.
 *
 * Since: 1.0
 */
void
truce_sync_set_account (TruceSync  *self,
                        const char *account)
{
  g_return_if_fail (TRUCE_IS_SYNC (self));

  if (g_strcmp0 (account, self->account) == 0)
    return;
  g_free (self->account);
  self->account = g_strdup (account);
  g_object_notify (G_OBJECT (self), "account");
}

/**
 * truce_sync_get_filter:
 * @self: a sync
 * @collection: the name of a collection
 *
 * Gets which of its records are synced.
 *
 * Returns: (transfer none) (nullable): the filter, or %NULL for all
 *
 * Since: 1.0
 */
TruceFilter *
truce_sync_get_filter (TruceSync  *self,
                       const char *collection)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);
  g_return_val_if_fail (collection != NULL, NULL);

  return g_hash_table_lookup (self->filters, collection);
}

/**
 * truce_sync_set_filter:
 * @self: a sync
 * @collection: the name of a collection
 * @filter: (nullable): a filter; %NULL for all its records
 *
 * Says which records of a collection are wanted here.
 *
 * A filter that lets less through removes the rest here, without deleting it at
 * the remote; what has changed here is sent before it goes. One that lets more
 * through brings it.
 *
 * Since: 1.0
 */
void
truce_sync_set_filter (TruceSync   *self,
                       const char  *collection,
                       TruceFilter *filter)
{
  g_return_if_fail (TRUCE_IS_SYNC (self));
  g_return_if_fail (collection != NULL);

  if (filter != NULL)
    g_hash_table_replace (self->filters, g_strdup (collection), truce_filter_ref (filter));
  else
    g_hash_table_remove (self->filters, collection);
  self->dirty = TRUE;
  if (self->failures == 0)
    truce_sync_schedule (self, TRUCE_SYNC_DEBOUNCE);
}

/**
 * truce_sync_get_status:
 * @self: a sync
 *
 * Gets what it is doing.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
TruceSyncStatus
truce_sync_get_status (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), TRUCE_SYNC_STATUS_STOPPED);

  return self->status;
}

/**
 * truce_sync_get_n_pending:
 * @self: a sync
 *
 * Gets how many records are still to be sent. Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_get_n_pending (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->store != NULL ? truce_store_count (self->store, TRUCE_DELIVERY_PENDING) : 0;
}

/**
 * truce_sync_get_n_failed:
 * @self: a sync
 *
 * Gets how many records the remote rejected. Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_get_n_failed (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->store != NULL ? truce_store_count (self->store, TRUCE_DELIVERY_FAILED) : 0;
}

/**
 * truce_sync_get_n_conflicted:
 * @self: a sync
 *
 * Gets how many records wait for a person to decide. Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_get_n_conflicted (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->store != NULL ? truce_store_count (self->store, TRUCE_DELIVERY_CONFLICTED) : 0;
}

/**
 * truce_sync_get_progress:
 * @self: a sync
 *
 * Gets how far the sync that is under way has come.
 *
 * Returns: a number from 0 to 1
 *
 * Since: 1.0
 */
double
truce_sync_get_progress (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->progress;
}

/**
 * truce_sync_get_last_success:
 * @self: a sync
 *
 * Gets when a sync last came to its end, by this engine.
 *
 * Returns: milliseconds since 1970; 0: never
 *
 * Since: 1.0
 */
gint64
truce_sync_get_last_success (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->last_success_ms;
}

/**
 * truce_sync_get_next_try:
 * @self: a sync
 *
 * Gets when it syncs again in the background, if nothing happens before.
 *
 * Returns: milliseconds since 1970; 0: not by itself
 *
 * Since: 1.0
 */
gint64
truce_sync_get_next_try (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), 0);

  return self->next_try_ms;
}

/**
 * truce_sync_get_error:
 * @self: a sync
 *
 * Gets what the last sync failed with.
 *
 * Returns: (transfer none) (nullable): the error; %NULL: it went well
 *
 * Since: 1.0
 */
const GError *
truce_sync_get_error (TruceSync *self)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);

  return self->error;
}

/**
 * truce_sync_get_delivery:
 * @self: a sync
 * @collection: the name of a collection
 * @id: an id in it
 * @error: return location for an error
 *
 * Gets what is still to be done with a record, as
 * [method@Collection.get_delivery] does; but %TRUCE_DELIVERY_IN_FLIGHT as long as it
 * is on its way.
 *
 * Returns: its state of delivery; %TRUCE_DELIVERY_SYNCED with %TRUCE_ERROR_NOT_FOUND
 *   if there is no such record
 *
 * Since: 1.0
 */
TruceDelivery
truce_sync_get_delivery (TruceSync  *self,
                         const char *collection,
                         const char *id,
                         GError    **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GError) unread = NULL;

  g_return_val_if_fail (TRUCE_IS_SYNC (self) && self->store != NULL, TRUCE_DELIVERY_SYNCED);
  g_return_val_if_fail (collection != NULL && id != NULL, TRUCE_DELIVERY_SYNCED);
  g_return_val_if_fail (error == NULL || *error == NULL, TRUCE_DELIVERY_SYNCED);

  row = truce_store_adapter_get (self->store->adapter, collection, id, &unread);
  if (row == NULL && unread == NULL)
    unread = g_error_new (TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: there is no such record", collection, id);
  if (unread != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&unread));
      return TRUCE_DELIVERY_SYNCED;
    }
  return truce_sync_run_is_out (self, collection, id) ? TRUCE_DELIVERY_IN_FLIGHT : row->delivery;
}
