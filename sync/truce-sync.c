/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The engine decides when; a session (truce-session.h) knows how. All that has to survive is in the store: an engine
 * can be dropped at any moment, and another one made, which goes on where it was.
 *
 * What is shown is worked out anew after each step from what is known (truce_sync_show), and told only where it has
 * changed: so no path forgets to tell of a change, and a status that is bound to a label doesn't flicker. */

#include "truce-clock-private.h"
#include "truce-sync-private.h"

#define POLL_INTERVAL (5 * 60 * 1000)   /* ms */
#define REMOVAL_SHARE 0.5

/**
 * TruceSync:
 *
 * Syncs a store with a remote.
 *
 * ```c
 * g_autoptr(TruceSync) sync = truce_sync_new (store, remote);
 *
 * g_object_bind_property (sync, "n-pending", label, "value", G_BINDING_SYNC_CREATE);
 * truce_sync_start (sync);
 * ```
 *
 * [method@Sync.sync_now] syncs once: it takes what has changed at the remote, and
 * brings what has changed here. [method@Sync.start] does so from now on: soon
 * after a change, here or at a remote that tells of it; at least every
 * [property@Sync:poll-interval]; when the network comes back; and, after a
 * failure, when its [class@RetryPolicy] says so. Both may be used together, any
 * number of times: there is one session at a time, and whoever asks while one is
 * under way is answered by that.
 *
 * What was changed here stays usable throughout, and is never waited for: a write
 * is done when it is in the store. Who must know that it has arrived waits with
 * [method@Sync.wait_synced_async].
 *
 * What the remote rejected, and what met a conflict that is left to a person, is
 * listed in an [class@Inbox].
 *
 * ## Threads
 *
 * A sync belongs to the thread, and the thread-default main context, of its store.
 * It works there in slices of some milliseconds, at a priority below that of
 * drawing; the remote is called in a worker thread, unless
 * [method@Remote.get_threaded] says that it does not block. The synchronous
 * [method@Sync.sync_now] does everything in the calling thread.
 *
 * Since: 1.0
 */
enum
{
  PROP_0,
  PROP_STORE,
  PROP_REMOTE,
  PROP_RETRY_POLICY,
  PROP_NETWORK_MONITOR,
  PROP_SYNC_ON_METERED,
  PROP_POLL_INTERVAL,
  PROP_RESYNC_INTERVAL,
  PROP_REMOVAL_SHARE,
  PROP_ACCOUNT,
  PROP_STATUS,
  PROP_N_PENDING,
  PROP_N_FAILED,
  PROP_N_CONFLICTED,
  PROP_PROGRESS,
  PROP_LAST_SUCCESS,
  PROP_NEXT_TRY,
  PROP_ERROR,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

enum { SESSION_ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TruceSync, truce_sync, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TruceSyncStatus, truce_sync_status,
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_SYNCING, "syncing"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_METERED, "metered"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_AUTH, "auth"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SYNC_STATUS_HELD, "held"))

/* ---- what it shows ---- */

gint64
truce_sync_now_ms (TruceSync *self)
{
  return truce_clock_now_ms (truce_store_get_clock (self->store));
}

TruceErrorClass
truce_sync_classify (TruceSync    *self,
                     const GError *error)
{
  return self->classify != NULL ? self->classify (error, self->classify_data) : truce_error_classify (error);
}

static TruceSyncStatus
find_status (TruceSync *self)
{
  if (self->run != NULL)
    return TRUCE_SYNC_STATUS_SYNCING;
  if (!self->started)
    return TRUCE_SYNC_STATUS_STOPPED;
  if (self->paused)
    return TRUCE_SYNC_STATUS_AUTH;
  if (!truce_sync_is_online (self))
    return TRUCE_SYNC_STATUS_OFFLINE;
  if (truce_sync_is_spared (self))
    return TRUCE_SYNC_STATUS_METERED;
  if (self->held)
    return TRUCE_SYNC_STATUS_HELD;
  if (self->failures > 0)
    return self->trouble == TRUCE_ERROR_CLASS_OFFLINE ? TRUCE_SYNC_STATUS_OFFLINE : TRUCE_SYNC_STATUS_WAITING;
  return TRUCE_SYNC_STATUS_IDLE;
}

void
truce_sync_show (TruceSync *self)
{
  g_autoptr(TruceSync) hold = g_object_ref (self);
  TruceSyncStatus status = find_status (self);
  double progress = truce_sync_run_get_progress (self);
  gboolean other_progress = progress < self->progress || progress > self->progress;
  gboolean other_status = status != self->status;

  self->progress = progress;
  self->status = status;
  if (other_progress)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
  if (other_status)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

void
truce_sync_set_next_try (TruceSync *self,
                         gint64     next_try_ms)
{
  if (self->next_try_ms == next_try_ms)
    return;
  self->next_try_ms = next_try_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEXT_TRY]);
}

void
truce_sync_set_outcome (TruceSync *self,
                        GError    *error)
{
  gboolean other_error = self->error != NULL || error != NULL;

  g_clear_error (&self->error);
  self->error = error;
  if (error == NULL)
    {
      self->last_success_ms = truce_sync_now_ms (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_SUCCESS]);
    }
  if (other_error)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

void
truce_sync_emit_ended (TruceSync       *self,
                       TruceSyncReport *report,
                       const GError    *error)
{
  g_signal_emit (self, signals[SESSION_ENDED], 0, report, error);
}

static void
pending_changed (TruceSync *self)
{
  g_autoptr(TruceSync) hold = g_object_ref (self);
  guint64 before = self->n_pending;

  self->n_pending = truce_sync_get_n_pending (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PENDING]);
  if (self->n_pending > before)
    {
      self->dirty = TRUE;
      if (self->run == NULL && self->failures == 0)
        truce_sync_schedule (self, TRUCE_SYNC_DEBOUNCE);
    }
  /* Another process may have brought it there. */
  if (self->n_pending < before && self->run == NULL)
    truce_sync_wait_check (self);
}

static void
failed_changed (TruceSync *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FAILED]);
}

static void
conflicted_changed (TruceSync *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CONFLICTED]);
}

/* ---- the object ---- */

static void
truce_sync_constructed (GObject *object)
{
  TruceSync *self = TRUCE_SYNC (object);

  G_OBJECT_CLASS (truce_sync_parent_class)->constructed (object);

  if (self->store == NULL || self->remote == NULL)
    return;

  self->n_pending = truce_store_count (self->store, TRUCE_DELIVERY_PENDING);
  self->pending_handler = g_signal_connect_swapped (self->store, "notify::n-pending", G_CALLBACK (pending_changed),
                                                    self);
  self->failed_handler = g_signal_connect_swapped (self->store, "notify::n-failed", G_CALLBACK (failed_changed),
                                                   self);
  self->conflicted_handler = g_signal_connect_swapped (self->store, "notify::n-conflicted",
                                                       G_CALLBACK (conflicted_changed), self);
  if (truce_remote_get_threaded (self->remote))
    truce_sync_set_network_monitor (self, g_network_monitor_get_default ());
  truce_sync_background_init (self);
}

static void
truce_sync_dispose (GObject *object)
{
  TruceSync *self = TRUCE_SYNC (object);

  truce_sync_background_dispose (self);
  truce_sync_run_abandon (self);
  truce_sync_wait_abandon (self);
  truce_sync_ask_abandon (self);
  g_clear_signal_handler (&self->pending_handler, self->store);
  g_clear_signal_handler (&self->failed_handler, self->store);
  g_clear_signal_handler (&self->conflicted_handler, self->store);

  G_OBJECT_CLASS (truce_sync_parent_class)->dispose (object);
}

static void
truce_sync_finalize (GObject *object)
{
  TruceSync *self = TRUCE_SYNC (object);

  if (self->classify_destroy != NULL)
    self->classify_destroy (self->classify_data);
  g_clear_object (&self->monitor);
  g_clear_object (&self->policy);
  g_clear_pointer (&self->filters, g_hash_table_unref);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->late, g_ptr_array_unref);
  g_clear_pointer (&self->waits, g_ptr_array_unref);
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_clear_error (&self->error);
  g_clear_object (&self->remote);
  g_clear_object (&self->store);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (truce_sync_parent_class)->finalize (object);
}

static void
truce_sync_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  TruceSync *self = TRUCE_SYNC (object);

  switch (id)
    {
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;
    case PROP_REMOTE:
      g_value_set_object (value, self->remote);
      break;
    case PROP_RETRY_POLICY:
      g_value_set_object (value, self->policy);
      break;
    case PROP_NETWORK_MONITOR:
      g_value_set_object (value, self->monitor);
      break;
    case PROP_SYNC_ON_METERED:
      g_value_set_boolean (value, self->sync_on_metered);
      break;
    case PROP_POLL_INTERVAL:
      g_value_set_uint (value, self->poll_interval);
      break;
    case PROP_RESYNC_INTERVAL:
      g_value_set_int64 (value, self->resync_interval);
      break;
    case PROP_REMOVAL_SHARE:
      g_value_set_double (value, self->removal_share);
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case PROP_STATUS:
      g_value_set_enum (value, self->status);
      break;
    case PROP_N_PENDING:
      g_value_set_uint64 (value, truce_sync_get_n_pending (self));
      break;
    case PROP_N_FAILED:
      g_value_set_uint64 (value, truce_sync_get_n_failed (self));
      break;
    case PROP_N_CONFLICTED:
      g_value_set_uint64 (value, truce_sync_get_n_conflicted (self));
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_LAST_SUCCESS:
      g_value_set_int64 (value, self->last_success_ms);
      break;
    case PROP_NEXT_TRY:
      g_value_set_int64 (value, self->next_try_ms);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_sync_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  TruceSync *self = TRUCE_SYNC (object);

  switch (id)
    {
    case PROP_STORE:
      self->store = g_value_dup_object (value);
      break;
    case PROP_REMOTE:
      self->remote = g_value_dup_object (value);
      break;
    case PROP_RETRY_POLICY:
      truce_sync_set_retry_policy (self, g_value_get_object (value));
      break;
    case PROP_NETWORK_MONITOR:
      truce_sync_set_network_monitor (self, g_value_get_object (value));
      break;
    case PROP_SYNC_ON_METERED:
      truce_sync_set_sync_on_metered (self, g_value_get_boolean (value));
      break;
    case PROP_POLL_INTERVAL:
      truce_sync_set_poll_interval (self, g_value_get_uint (value));
      break;
    case PROP_RESYNC_INTERVAL:
      truce_sync_set_resync_interval (self, g_value_get_int64 (value));
      break;
    case PROP_REMOVAL_SHARE:
      truce_sync_set_removal_share (self, g_value_get_double (value));
      break;
    case PROP_ACCOUNT:
      truce_sync_set_account (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* What it works with. */
static void
install_means (GObjectClass *object_class)
{
  GParamFlags once = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GParamFlags settable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  /**
   * TruceSync:store:
   *
   * What is synced.
   *
   * Since: 1.0
   */
  properties[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, TRUCE_TYPE_STORE, once);
  /**
   * TruceSync:remote:
   *
   * What it is synced with.
   *
   * Since: 1.0
   */
  properties[PROP_REMOTE] = g_param_spec_object ("remote", NULL, NULL, TRUCE_TYPE_REMOTE, once);
  /**
   * TruceSync:retry-policy:
   *
   * When to try again: the remote as a whole, and each record that it put off.
   *
   * Since: 1.0
   */
  properties[PROP_RETRY_POLICY] =
    g_param_spec_object ("retry-policy", NULL, NULL, TRUCE_TYPE_RETRY_POLICY, settable);
  /**
   * TruceSync:network-monitor:
   *
   * Tells whether there is a network. Without one nothing is tried in the
   * background. %NULL: the remote needs none; so it is at first for a remote that
   * is not called in a thread.
   *
   * Since: 1.0
   */
  properties[PROP_NETWORK_MONITOR] =
    g_param_spec_object ("network-monitor", NULL, NULL, G_TYPE_NETWORK_MONITOR, settable);
  /**
   * TruceSync:sync-on-metered:
   *
   * Whether to sync in the background also where the connection costs money.
   *
   * Since: 1.0
   */
  properties[PROP_SYNC_ON_METERED] =
    g_param_spec_boolean ("sync-on-metered", NULL, NULL, TRUE, settable);
}

/* How much, and how often. */
static void
install_limits (GObjectClass *object_class)
{
  GParamFlags settable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  /**
   * TruceSync:poll-interval:
   *
   * After how many milliseconds the remote is asked again in the background; 0: only
   * when there is a reason to.
   *
   * Since: 1.0
   */
  properties[PROP_POLL_INTERVAL] =
    g_param_spec_uint ("poll-interval", NULL, NULL, 0, G_MAXUINT, POLL_INTERVAL, settable);
  /**
   * TruceSync:resync-interval:
   *
   * After how many milliseconds everything is compared with the remote, to find
   * what is gone there; 0: only when it is needed.
   *
   * Since: 1.0
   */
  properties[PROP_RESYNC_INTERVAL] =
    g_param_spec_int64 ("resync-interval", NULL, NULL, 0, G_MAXINT64, 0, settable);
  /**
   * TruceSync:removal-share:
   *
   * The share of a collection of 20 records or more that may go at once because the
   * remote has them no more. If it were more, the sync stops and asks: see
   * [method@Sync.allow_removal].
   *
   * Since: 1.0
   */
  properties[PROP_REMOVAL_SHARE] =
    g_param_spec_double ("removal-share", NULL, NULL, 0, 1, REMOVAL_SHARE, settable);
  /**
   * TruceSync:account:
   *
   * Whose data it is. What was changed under one account is never sent under
   * another.
   *
   * Since: 1.0
   */
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, settable);
}

/* What it shows. */
static void
install_shown (GObjectClass *object_class)
{
  GParamFlags shown = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * TruceSync:status:
   *
   * What it is doing.
   *
   * Since: 1.0
   */
  properties[PROP_STATUS] = g_param_spec_enum ("status", NULL, NULL, TRUCE_TYPE_SYNC_STATUS,
                                               TRUCE_SYNC_STATUS_STOPPED, shown);
  /**
   * TruceSync:n-pending:
   *
   * How many records are still to be sent.
   *
   * Since: 1.0
   */
  properties[PROP_N_PENDING] = g_param_spec_uint64 ("n-pending", NULL, NULL, 0, G_MAXUINT64, 0, shown);
  /**
   * TruceSync:n-failed:
   *
   * How many records the remote rejected.
   *
   * Since: 1.0
   */
  properties[PROP_N_FAILED] = g_param_spec_uint64 ("n-failed", NULL, NULL, 0, G_MAXUINT64, 0, shown);
  /**
   * TruceSync:n-conflicted:
   *
   * How many records wait for a person to decide.
   *
   * Since: 1.0
   */
  properties[PROP_N_CONFLICTED] = g_param_spec_uint64 ("n-conflicted", NULL, NULL, 0, G_MAXUINT64, 0, shown);
  /**
   * TruceSync:progress:
   *
   * How far the sync that is under way has come, from 0 to 1, of what it knows that
   * is to be done.
   *
   * Since: 1.0
   */
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, shown);
  /**
   * TruceSync:last-success:
   *
   * When a sync last came to its end, by this engine, in milliseconds since 1970;
   * 0: never.
   *
   * Since: 1.0
   */
  properties[PROP_LAST_SUCCESS] = g_param_spec_int64 ("last-success", NULL, NULL, 0, G_MAXINT64, 0, shown);
  /**
   * TruceSync:next-try:
   *
   * When it syncs again in the background, if nothing happens before, in
   * milliseconds since 1970; 0: not by itself.
   *
   * Since: 1.0
   */
  properties[PROP_NEXT_TRY] = g_param_spec_int64 ("next-try", NULL, NULL, 0, G_MAXINT64, 0, shown);
  /**
   * TruceSync:error:
   *
   * What the last sync failed with; %NULL: it went well.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, shown);
}

static void
truce_sync_class_init (TruceSyncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = truce_sync_constructed;
  object_class->dispose = truce_sync_dispose;
  object_class->finalize = truce_sync_finalize;
  object_class->get_property = truce_sync_get_property;
  object_class->set_property = truce_sync_set_property;

  install_means (object_class);
  install_limits (object_class);
  install_shown (object_class);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TruceSync::session-ended:
   * @self: a sync
   * @report: what has been done
   * @error: (nullable): what it failed with, or %NULL
   *
   * Is emitted at the end of each session, however it was begun. What had been done
   * before it failed stays done.
   *
   * Since: 1.0
   */
  signals[SESSION_ENDED] = g_signal_new ("session-ended", TRUCE_TYPE_SYNC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, TRUCE_TYPE_SYNC_REPORT, G_TYPE_ERROR);
}

static void
truce_sync_init (TruceSync *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->policy = truce_retry_policy_new ();
  self->filters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) truce_filter_unref);
  self->sync_on_metered = TRUE;
  self->poll_interval = POLL_INTERVAL;
  self->removal_share = REMOVAL_SHARE;
  self->late = g_ptr_array_new_with_free_func (g_object_unref);
  self->waits = g_ptr_array_new_with_free_func (truce_sync_wait_free);
  self->asked = truce_sync_asked_table ();
}

/**
 * truce_sync_new:
 * @store: what is synced
 * @remote: what it is synced with
 *
 * Makes a sync, which does nothing yet.
 *
 * Returns: (transfer full): the sync
 *
 * Since: 1.0
 */
TruceSync *
truce_sync_new (TruceStore  *store,
                TruceRemote *remote)
{
  g_return_val_if_fail (TRUCE_IS_STORE (store), NULL);
  g_return_val_if_fail (TRUCE_IS_REMOTE (remote), NULL);

  return g_object_new (TRUCE_TYPE_SYNC, "store", store, "remote", remote, NULL);
}
