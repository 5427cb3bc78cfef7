/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * When to sync in the background comes down to one time, `next_try`, and one question asked when it has come: is there
 * a network, may it be used, has somebody to log in first? What happens meanwhile only brings that time nearer: a
 * change here or at the remote (after a moment, in which more may come), or the network coming back. After a failure
 * nothing does but the network, so that a remote in trouble is left alone.
 *
 * Two clocks measure the time to come, the store's and the monotonic one; it has come when one of them says so. The
 * first goes on in a machine that sleeps, the other one where somebody sets the time back by years. GLib's timers only
 * wake us to look, at least once a minute.
 *
 * Signals of the remote and of the network may come from any thread, at any rate. They leave a mark in the waker,
 * and one idle source in the engine's context looks at all marks at once. The waker outlives the engine, if need be. */

#include "truce-sync-private.h"

#define MINUTE (60 * 1000)      /* ms */

typedef enum
{
  MARK_REMOTE = 1 << 0,
  MARK_NETWORK = 1 << 1,
} Mark;

struct _TruceSyncWaker
{
  gatomicrefcount refs;
  GMainContext *context;        /* owned */
  TruceSync *sync;              /* only used in the engine's thread; NULL: gone */
  GMutex lock;                  /* guards marks */
  guint marks;                  /* of Mark; 0: no idle source is under way */
};

/* ---- from other threads ---- */

static TruceSyncWaker *
waker_ref (TruceSyncWaker *waker)
{
  g_atomic_ref_count_inc (&waker->refs);
  return waker;
}

static void
waker_unref (gpointer data)
{
  TruceSyncWaker *waker = data;

  if (!g_atomic_ref_count_dec (&waker->refs))
    return;
  g_main_context_unref (waker->context);
  g_mutex_clear (&waker->lock);
  g_free (waker);
}

static void
closure_gone (gpointer  waker,
              GClosure *closure)
{
  waker_unref (waker);
}

/* Adds a mark, or with 0 takes all of them; gives what they were. */
static guint
waker_swap (TruceSyncWaker *waker,
            guint           mark)
{
  guint marks;

  g_mutex_lock (&waker->lock);
  marks = waker->marks;
  waker->marks = mark != 0 ? marks | mark : 0;
  g_mutex_unlock (&waker->lock);
  return marks;
}

static void
remote_changed (TruceSync *self)
{
  self->dirty = TRUE;
  if (self->started && self->run == NULL && self->failures == 0)
    truce_sync_schedule (self, TRUCE_SYNC_DEBOUNCE);
}

static gboolean
look_at_marks (gpointer data)
{
  TruceSyncWaker *waker = data;
  guint marks = waker_swap (waker, 0);
  g_autoptr(TruceSync) self = waker->sync != NULL ? g_object_ref (waker->sync) : NULL;

  if (self != NULL && (marks & MARK_NETWORK) != 0)
    truce_sync_network_changed (self);
  if (self != NULL && (marks & MARK_REMOTE) != 0)
    remote_changed (self);
  return G_SOURCE_REMOVE;
}

static void
leave_mark (TruceSyncWaker *waker,
            Mark            mark)
{
  g_autoptr(GSource) source = NULL;

  if (waker_swap (waker, mark) != 0)
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, look_at_marks, waker_ref (waker), waker_unref);
  g_source_attach (source, waker->context);
}

static void
on_remote_changed (TruceRemote    *remote,
                   TruceSyncWaker *waker)
{
  leave_mark (waker, MARK_REMOTE);
}

static void
on_network_changed (TruceSyncWaker *waker)
{
  leave_mark (waker, MARK_NETWORK);
}

/* ---- the network ---- */

gboolean
truce_sync_is_online (TruceSync *self)
{
  return self->monitor == NULL || g_network_monitor_get_network_available (self->monitor);
}

gboolean
truce_sync_is_spared (TruceSync *self)
{
  return self->monitor != NULL && !self->sync_on_metered && g_network_monitor_get_network_metered (self->monitor);
}

void
truce_sync_watch_network (TruceSync *self)
{
  if (!self->started || self->monitor == NULL || self->network_handler != 0)
    return;

  self->network_handler = g_signal_connect_data (self->monitor, "notify", G_CALLBACK (on_network_changed),
                                                 waker_ref (self->waker), closure_gone, G_CONNECT_SWAPPED);
}

void
truce_sync_unwatch_network (TruceSync *self)
{
  g_clear_signal_handler (&self->network_handler, self->monitor);
}

/* A network that comes back does so for everybody at once: they don't all come in one moment. */
void
truce_sync_network_changed (TruceSync *self)
{
  g_autoptr(TruceSync) hold = g_object_ref (self);
  gboolean usable = truce_sync_is_online (self) && !truce_sync_is_spared (self);

  if (usable && !self->usable && self->started && !self->paused)
    {
      self->failures = 0;
      truce_sync_schedule (self, truce_retry_policy_delay (self->policy, 0, -1));
    }
  self->usable = usable;
  truce_sync_show (self);
}

/* ---- the time to come ---- */

static void
clear_timer (TruceSync *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_timer (gpointer data)
{
  g_autoptr(TruceSync) self = g_object_ref (data);

  clear_timer (self);
  truce_sync_wake (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (TruceSync *self,
           gint64     next_try_ms)
{
  gint64 left = MIN (next_try_ms - truce_sync_now_ms (self), (self->due_us - g_get_monotonic_time ()) / 1000);

  clear_timer (self);
  self->timer = g_timeout_source_new (CLAMP (left + 1, 0, MINUTE));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

static void
set_next (TruceSync *self,
          gint64     delay_ms)
{
  gint64 next_try_ms = truce_sync_now_ms (self) + delay_ms;

  self->due_us = g_get_monotonic_time () + delay_ms * 1000;
  set_timer (self, next_try_ms);
  truce_sync_set_next_try (self, next_try_ms);
}

void
truce_sync_schedule (TruceSync *self,
                     gint64     delay_ms)
{
  if (!self->started || self->run != NULL || self->paused)
    return;
  if (self->next_try_ms == 0 || truce_sync_now_ms (self) + delay_ms < self->next_try_ms)
    set_next (self, delay_ms);
}

void
truce_sync_wake (TruceSync *self)
{
  g_autoptr(TruceSync) hold = g_object_ref (self);

  if (!self->started || self->run != NULL || self->next_try_ms == 0)
    return;
  if (truce_sync_now_ms (self) < self->next_try_ms && g_get_monotonic_time () < self->due_us)
    {
      set_timer (self, self->next_try_ms);
      return;
    }

  truce_sync_set_next_try (self, 0);
  self->usable = truce_sync_is_online (self) && !truce_sync_is_spared (self);
  if (self->usable && !self->paused)
    truce_sync_run_begin_background (self);
  else
    truce_sync_show (self);
}

/* In how many milliseconds the next record that was put off is due; -1: none is. One that is due already was not tried,
 * for a reason that will not go away at once. */
static gint64
find_record_delay (TruceSync *self)
{
  g_autoptr(GError) error = NULL;
  gint64 due = truce_store_next_retry (self->store, &error);

  if (error != NULL)
    g_debug ("The next retry can't be read: %s", error->message);
  if (due <= 0)
    return -1;
  return MAX (due - truce_sync_now_ms (self), truce_retry_policy_get_base (self->policy));
}

static gint64
find_delay (TruceSync                *self,
            const TruceSessionCounts *counts)
{
  gint64 delay = self->poll_interval > 0 ? (gint64) self->poll_interval : -1;
  gint64 record = find_record_delay (self);

  if (self->dirty || (counts->pushed > 0 && truce_sync_get_n_pending (self) > 0))
    return TRUCE_SYNC_DEBOUNCE;
  return record >= 0 && (delay < 0 || record < delay) ? record : delay;
}

void
truce_sync_plan (TruceSync                *self,
                 const TruceSessionCounts *counts,
                 gint64                    retry_after_ms)
{
  gint64 delay;

  if (!self->started || self->paused)
    return;

  delay = self->failures > 0 ? truce_retry_policy_delay (self->policy, self->failures, retry_after_ms)
                             : find_delay (self, counts);
  if (delay >= 0)
    set_next (self, delay);
}

/* ---- from now on ---- */

void
truce_sync_background_init (TruceSync *self)
{
  self->waker = g_new0 (TruceSyncWaker, 1);
  g_atomic_ref_count_init (&self->waker->refs);
  g_mutex_init (&self->waker->lock);
  self->waker->context = g_main_context_ref (self->context);
  self->waker->sync = self;
}

void
truce_sync_background_dispose (TruceSync *self)
{
  if (self->started)
    truce_sync_stop (self);
  if (self->waker != NULL)
    self->waker->sync = NULL;
  g_clear_pointer (&self->waker, waker_unref);
}

static void
watch_remote (TruceSync *self)
{
  g_autoptr(GError) error = NULL;

  self->remote_handler = g_signal_connect_data (self->remote, "changed", G_CALLBACK (on_remote_changed),
                                                waker_ref (self->waker), closure_gone, 0);
  self->watching = truce_remote_watch (self->remote, TRUE, &error);
  if (error != NULL && !g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED))
    g_debug ("The remote is not watched: %s", error->message);
}

static void
unwatch_remote (TruceSync *self)
{
  g_autoptr(GError) error = NULL;

  g_clear_signal_handler (&self->remote_handler, self->remote);
  if (self->watching && !truce_remote_watch (self->remote, FALSE, &error))
    g_debug ("The remote is watched still: %s", error->message);
  self->watching = FALSE;
}

/**
 * truce_sync_start:
 * @self: a sync
 *
 * Syncs from now on, in the main context of the thread that made it: soon, and then
 * whenever there is a reason to. It ends by [method@Sync.stop], or when the sync is
 * dropped.
 *
 * Since: 1.0
 */
void
truce_sync_start (TruceSync *self)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self) && self->store != NULL && self->remote != NULL);

  hold = g_object_ref (self);
  if (self->started)
    return;

  self->started = TRUE;
  self->usable = truce_sync_is_online (self) && !truce_sync_is_spared (self);
  truce_store_watch (self->store, 1);
  truce_sync_watch_network (self);
  watch_remote (self);
  truce_sync_ask_again (self);
  truce_sync_schedule (self, 0);
  truce_sync_show (self);
}

/**
 * truce_sync_stop:
 * @self: a sync
 *
 * Syncs no more in the background. A sync that is under way there is called off, unless
 * somebody waits for it; nothing is lost by it.
 *
 * Since: 1.0
 */
void
truce_sync_stop (TruceSync *self)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self));

  hold = g_object_ref (self);
  if (!self->started)
    return;

  self->started = FALSE;
  clear_timer (self);
  unwatch_remote (self);
  truce_sync_unwatch_network (self);
  truce_store_watch (self->store, -1);
  truce_sync_run_withdraw (self);
  truce_sync_set_next_try (self, 0);
  truce_sync_show (self);
}

/**
 * truce_sync_resume:
 * @self: a sync
 *
 * Tries again now, in the background: after somebody has logged in, say. What was
 * tried in vain before is forgotten.
 *
 * Since: 1.0
 */
void
truce_sync_resume (TruceSync *self)
{
  g_autoptr(TruceSync) hold = NULL;

  g_return_if_fail (TRUCE_IS_SYNC (self));

  hold = g_object_ref (self);
  self->paused = FALSE;
  self->failures = 0;
  self->dirty = TRUE;
  truce_sync_schedule (self, 0);
  truce_sync_show (self);
}
