/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The motor of a run in a synchronous call, which does everything in the calling thread. Where it finds a run that the
 * main loop drives, it takes over, waits for the thread if one is out, and drives it to the end; where it has to leave
 * before, the main loop goes on. */

#include "truce-sync-run.h"

static void
wake_waiter (GCancellable *cancellable,
             gpointer      data)
{
  TruceSyncRun *run = data;

  g_mutex_lock (&run->lock);
  g_cond_broadcast (&run->wake);
  g_mutex_unlock (&run->lock);
}

/* Waits for the thread; FALSE: the time is over, or it was cancelled. */
static gboolean
wait_performed (TruceSyncRun *run,
                gint64        deadline,
                GCancellable *cancellable)
{
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (wake_waiter), run, NULL) : 0;
  gboolean in_time = TRUE;
  gboolean performed;

  g_mutex_lock (&run->lock);
  while (!run->performed && in_time && !g_cancellable_is_cancelled (cancellable))
    if (deadline == 0)
      g_cond_wait (&run->wake, &run->lock);
    else
      in_time = g_cond_wait_until (&run->wake, &run->lock, deadline);
  performed = run->performed;
  g_mutex_unlock (&run->lock);

  g_cancellable_disconnect (cancellable, handler);
  return performed;
}

/* Who waits alone can call the remote off. */
static GCancellable *
choose_cancellable (TruceSyncRun *run,
                    GCancellable *cancellable)
{
  return run->background || run->callers->len > 0 || cancellable == NULL ? run->cancellable : cancellable;
}

/* One turn. FALSE: the run has ended, with an error where the session failed. */
static gboolean
turn (TruceSyncRun *run,
      gint64        deadline,
      GCancellable *cancellable,
      GError      **error)
{
  g_autoptr(GError) wrong = NULL;

  switch (truce_sync_run_advance (run, deadline, &wrong))
    {
    case TRUCE_SYNC_STEP_MORE:
      return TRUE;
    case TRUCE_SYNC_STEP_EXCHANGE:
      if (run->ended)
        return FALSE;
      truce_sync_run_perform_here (run, choose_cancellable (run, cancellable));
      if (truce_sync_run_take (run, &wrong))
        return TRUE;
      break;
    case TRUCE_SYNC_STEP_FINISHED:
      truce_sync_run_end (run, TRUE, NULL);
      return FALSE;
    case TRUCE_SYNC_STEP_FAILED:
      break;
    }

  truce_sync_run_end (run, FALSE, wrong);
  g_propagate_error (error, g_steal_pointer (&wrong));
  return FALSE;
}

/* FALSE: before the end the time was over, or, with an error, it was cancelled. */
static gboolean
turn_to_the_end (TruceSyncRun *run,
                 gint64        deadline,
                 GCancellable *cancellable,
                 GError      **error)
{
  g_autoptr(GError) wrong = NULL;

  if (run->exchange != NULL && wait_performed (run, deadline, cancellable) && !truce_sync_run_take (run, &wrong))
    truce_sync_run_end (run, FALSE, wrong);
  while (!run->ended && run->exchange == NULL && wrong == NULL)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, &wrong) ||
          (deadline > 0 && g_get_monotonic_time () >= deadline))
        break;
      turn (run, deadline, cancellable, &wrong);
    }
  if (wrong == NULL)
    g_cancellable_set_error_if_cancelled (cancellable, &wrong);
  if (wrong != NULL)
    g_propagate_error (error, g_steal_pointer (&wrong));
  return run->ended;
}

/* Who leaves before the end leaves the run to the others. */
static void
leave (TruceSyncRun *run)
{
  if (!truce_sync_run_is_wanted (run) && run->exchange == NULL)
    truce_sync_run_end (run, FALSE, NULL);
  else if (!truce_sync_run_is_wanted (run))
    truce_sync_run_give_up (run);
  else if (run->exchange == NULL)
    truce_sync_run_plan_slice (run);
  else if (truce_sync_run_has_been_performed (run))
    truce_sync_run_go_on (run);
}

/* Drives the run that is under way, or a new one. */
static TruceSyncReport *
run_here (TruceSync    *self,
          gint64        deadline,
          GCancellable *cancellable,
          GError      **error)
{
  gboolean joined = self->run != NULL;
  g_autoptr(TruceSyncRun) run = truce_sync_run_ref (joined ? self->run : truce_sync_run_begin (self));
  g_autoptr(GError) wrong = NULL;
  gboolean ended;

  run->blocking = TRUE;
  truce_sync_run_cancel_slice (run);
  if (!joined)
    truce_sync_run_tell_begun (self);
  ended = turn_to_the_end (run, deadline, cancellable, &wrong);
  run->blocking = FALSE;
  if (!ended)
    leave (run);
  if (wrong == NULL && truce_sync_run_is_given_up (run))
    wrong = truce_sync_run_new_cancelled ();
  if (wrong == NULL)
    return truce_sync_report_new (truce_session_get_counts (run->session), ended);

  g_propagate_error (error, g_steal_pointer (&wrong));
  return NULL;
}

/* A run that was given up has to be over before another begins. */
static gboolean
bury (TruceSync    *self,
      gint64        deadline,
      GCancellable *cancellable)
{
  g_autoptr(TruceSyncRun) run = NULL;

  if (self->run == NULL || !truce_sync_run_is_given_up (self->run))
    return TRUE;
  run = truce_sync_run_ref (self->run);
  if (!wait_performed (run, deadline, cancellable))
    return FALSE;
  truce_sync_run_go_on (run);
  return TRUE;
}

/**
 * truce_sync_sync_now:
 * @self: a sync
 * @budget: for how many milliseconds to work; 0: to the end
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Syncs in the calling thread, which must be that of the store; the remote is called
 * there, too.
 *
 * All progress is durable: where the budget is over, or it is cancelled, the next
 * sync goes on from there. No call of the remote begins after the budget is over,
 * but one that is under way is waited for.
 *
 * If a sync is under way in the background, this takes it to its end. What a
 * record was rejected for is no error: see the report, and the inbox.
 *
 * Returns: (transfer full): what was done; %NULL with %TRUCE_ERROR_BUSY if called
 *   from within a sync (by a remote, or by a handler of a change that the sync
 *   made), %G_IO_ERROR_CANCELLED, or what the remote or the store failed with
 *
 * Since: 1.0
 */
TruceSyncReport *
truce_sync_sync_now (TruceSync    *self,
                     guint         budget,
                     GCancellable *cancellable,
                     GError      **error)
{
  gint64 deadline = budget > 0 ? g_get_monotonic_time () + budget * G_TIME_SPAN_MILLISECOND : 0;
  static const TruceSessionCounts none = { 0, };
  g_autoptr(TruceSyncReport) report = NULL;
  g_autoptr(TruceSync) hold = NULL;
  gboolean joined;

  g_return_val_if_fail (TRUCE_IS_SYNC (self) && self->store != NULL && self->remote != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->run != NULL && (self->run->working || self->run->blocking))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "a sync can't be waited for from within it");
      return NULL;
    }

  hold = g_object_ref (self);
  self->paused = FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!bury (self, deadline, cancellable))
    return g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL : truce_sync_report_new (&none, FALSE);

  joined = self->run != NULL;
  report = run_here (self, deadline, cancellable, error);
  if (!joined || report == NULL || !truce_sync_report_is_complete (report) || truce_sync_get_n_pending (self) == 0)
    return g_steal_pointer (&report);

  /* It may have looked through the outbox before this caller changed something. */
  return run_here (self, deadline, cancellable, error);
}
