/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The motor of a run in the main loop: slices of the session below the priority of drawing, and between them calls of
 * the remote in a thread. Nobody waits for the thread; it wakes the main loop. */

#include "truce-sync-run.h"

/* Half of a frame, as for other long work (truce-job.c). */
#define SLICE (8 * G_TIME_SPAN_MILLISECOND)

/* ---- slices, and calls between them ---- */

static void
perform_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      data,
                   GCancellable *cancellable)
{
  TruceSyncRun *run = data;
  g_autoptr(GError) failure = NULL;

  truce_exchange_perform (run->remote, run->exchange, run->cancellable, &failure);

  g_mutex_lock (&run->lock);
  run->failure = g_steal_pointer (&failure);
  run->performed = TRUE;
  g_cond_broadcast (&run->wake);
  g_mutex_unlock (&run->lock);
  g_task_return_boolean (task, TRUE);
}

/* A synchronous call may have taken what the thread brought already. */
static void
on_performed (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(TruceSyncRun) run = data;

  if (run->sync != NULL && !run->blocking && truce_sync_run_has_been_performed (run))
    truce_sync_run_go_on (run);
}

static void
send (TruceSyncRun *run)
{
  g_autoptr(GTask) task = NULL;

  g_main_context_push_thread_default (run->context);
  task = g_task_new (NULL, NULL, on_performed, truce_sync_run_ref (run));
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  g_task_set_task_data (task, run, NULL);
  g_task_run_in_thread (task, perform_in_thread);
  g_main_context_pop_thread_default (run->context);
}

static void
perform (TruceSyncRun *run)
{
  truce_sync_run_cancel_slice (run);
  if (truce_remote_get_threaded (run->remote))
    {
      send (run);
      return;
    }
  truce_sync_run_perform_here (run, run->cancellable);
  truce_sync_run_go_on (run);
}

gboolean
truce_sync_run_slice (gpointer data)
{
  g_autoptr(TruceSyncRun) run = truce_sync_run_ref (data);
  g_autoptr(GError) error = NULL;

  truce_sync_run_answer_late (run);
  if (run->sync == NULL)
    return G_SOURCE_REMOVE;
  if (!truce_sync_run_is_wanted (run))
    {
      truce_sync_run_end (run, FALSE, NULL);
      return G_SOURCE_REMOVE;
    }

  switch (truce_sync_run_advance (run, g_get_monotonic_time () + SLICE, &error))
    {
    case TRUCE_SYNC_STEP_MORE:
      return G_SOURCE_CONTINUE;
    case TRUCE_SYNC_STEP_EXCHANGE:
      if (run->sync != NULL)
        perform (run);
      return G_SOURCE_REMOVE;
    case TRUCE_SYNC_STEP_FINISHED:
      truce_sync_run_end (run, TRUE, NULL);
      return G_SOURCE_REMOVE;
    case TRUCE_SYNC_STEP_FAILED:
      truce_sync_run_end (run, FALSE, error);
      return G_SOURCE_REMOVE;
    }

  g_assert_not_reached ();
}

/* ---- who waits in a main loop ---- */

static void
withdraw_caller (GTask *task)
{
  TruceSync *self = g_task_get_source_object (task);
  g_autoptr(TruceSyncRun) run = self->run != NULL ? truce_sync_run_ref (self->run) : NULL;

  g_ptr_array_remove (self->late, task);
  if (run != NULL && g_ptr_array_remove (run->callers, task) && !truce_sync_run_is_wanted (run))
    truce_sync_run_give_up (run);
}

static gboolean
on_caller_cancelled (GCancellable *cancellable,
                     gpointer      data)
{
  g_autoptr(GTask) task = g_object_ref (data);

  withdraw_caller (task);
  truce_sync_caller_answer (task, NULL, truce_sync_run_new_cancelled ());
  return G_SOURCE_REMOVE;
}

static GTask *
new_caller (TruceSync          *self,
            guint               budget,
            GCancellable       *cancellable,
            GAsyncReadyCallback callback,
            gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  TruceSyncCaller *caller = g_new0 (TruceSyncCaller, 1);

  g_task_set_source_tag (task, truce_sync_sync_now_async);
  /* Who cancels too late is told that it is done. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, caller, truce_sync_caller_free);
  if (budget > 0)
    caller->deadline = g_get_monotonic_time () + budget * G_TIME_SPAN_MILLISECOND;
  if (cancellable != NULL)
    {
      caller->cancelled = g_cancellable_source_new (cancellable);
      g_task_attach_source (task, caller->cancelled, G_SOURCE_FUNC (on_caller_cancelled));
    }
  return task;
}

/**
 * truce_sync_sync_now_async:
 * @self: a sync
 * @budget: for how many milliseconds to work; 0: to the end
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it has ended
 * @user_data: given to @callback
 *
 * Syncs in slices in the caller's main context, while the remote is called in a
 * thread.
 *
 * If a sync is under way, this joins it: a cancelled caller ends no more than its
 * own wait as long as there are others. Where the budget is over, the caller is
 * answered as soon as the call of the remote that is under way has ended.
 *
 * Since: 1.0
 */
void
truce_sync_sync_now_async (TruceSync          *self,
                           guint               budget,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr(GTask) task = NULL;
  TruceSyncCaller *caller;

  g_return_if_fail (TRUCE_IS_SYNC (self) && self->store != NULL && self->remote != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_caller (self, budget, cancellable, callback, user_data);
  caller = g_task_get_task_data (task);
  self->paused = FALSE;
  if (self->run != NULL && truce_sync_run_is_given_up (self->run))
    {
      g_ptr_array_add (self->late, g_steal_pointer (&task));
      return;
    }

  caller->joined = self->run != NULL;
  if (!caller->joined)
    truce_sync_run_begin (self);
  g_ptr_array_add (self->run->callers, g_steal_pointer (&task));
  if (self->run->exchange == NULL && !self->run->blocking)
    truce_sync_run_plan_slice (self->run);
  if (!caller->joined)
    truce_sync_run_tell_begun (self);
}

/**
 * truce_sync_sync_now_finish:
 * @self: a sync
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Sync.sync_now_async].
 *
 * Returns: (transfer full): what was done; %NULL with %G_IO_ERROR_CANCELLED, or
 *   what the remote or the store failed with
 *
 * Since: 1.0
 */
TruceSyncReport *
truce_sync_sync_now_finish (TruceSync    *self,
                            GAsyncResult *result,
                            GError      **error)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, truce_sync_sync_now_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
