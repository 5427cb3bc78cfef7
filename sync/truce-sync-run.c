/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A run is one session on its way to the end, whoever asked for it: callers, the background, or both. There is at most
 * one. Who asks while one is under way joins it, and each is answered when it ends, when their time is over, or when they
 * cancel; when nobody wants it any more it is given up.
 *
 * The session is a machine without a motor (truce-session.h). Here are two: one turns it in slices from the main loop
 * and calls the remote in a thread; the other turns it to the end at once, in the caller's thread. They may follow one
 * another within one run, since all that a step needs is in the run: a synchronous call that finds a run under way
 * waits for the thread, and turns it to the end itself.
 *
 * The thread touches nothing but the exchange, the remote and the run's own lock. The run holds all of them, and the
 * main loop lets go of it only when the thread has come back: so nothing is ever freed in the thread. Where the engine
 * goes meanwhile, the thread comes back to a run without one, and what it brings is dropped, as if its reply had been
 * lost. */

#include "truce-sync-run.h"

/* ---- the run ---- */

TruceSyncRun *
truce_sync_run_ref (TruceSyncRun *run)
{
  run->refs++;
  return run;
}

void
truce_sync_run_unref (TruceSyncRun *run)
{
  if (--run->refs > 0)
    return;

  g_assert (run->callers->len == 0);
  g_ptr_array_unref (run->callers);
  truce_session_free (run->session);
  g_clear_object (&run->exchange);
  g_clear_object (&run->remote);
  g_clear_object (&run->cancellable);
  g_clear_error (&run->failure);
  g_main_context_unref (run->context);
  g_mutex_clear (&run->lock);
  g_cond_clear (&run->wake);
  g_free (run);
}

void
truce_sync_run_cancel_slice (TruceSyncRun *run)
{
  if (run->slice != NULL)
    g_source_destroy (run->slice);
  g_clear_pointer (&run->slice, g_source_unref);
}

void
truce_sync_run_plan_slice (TruceSyncRun *run)
{
  if (run->slice != NULL)
    return;

  run->slice = g_idle_source_new ();
  g_source_set_callback (run->slice, truce_sync_run_slice, truce_sync_run_ref (run),
                         (GDestroyNotify) truce_sync_run_unref);
  g_source_attach (run->slice, run->context);
}

/* With the filters and all as they are now. */
static TruceSession *
make_session (TruceSync *self)
{
  TruceSessionSetup setup = {
    .policy = self->policy,
    .filters = g_hash_table_size (self->filters) > 0 ? self->filters : NULL,
    .account = self->account,
    .resync_interval_ms = self->resync_interval,
    .removal_share = self->removal_share,
    .allow_removal = self->allow_removal,
  };

  return truce_session_new (self->store, &setup);
}

TruceSyncRun *
truce_sync_run_begin (TruceSync *self)
{
  TruceSyncRun *run = g_new0 (TruceSyncRun, 1);

  run->refs = 1;
  run->sync = self;
  run->session = make_session (self);
  run->remote = g_object_ref (self->remote);
  run->context = g_main_context_ref_thread_default ();
  run->callers = g_ptr_array_new_with_free_func (g_object_unref);
  run->cancellable = g_cancellable_new ();
  g_mutex_init (&run->lock);
  g_cond_init (&run->wake);

  self->run = run;
  self->dirty = FALSE;
  return run;
}

/* Who hears of it may do anything to it. */
void
truce_sync_run_tell_begun (TruceSync *self)
{
  g_autoptr(TruceSync) hold = g_object_ref (self);

  truce_sync_set_next_try (self, 0);
  truce_sync_show (self);
}

/* ---- its callers ---- */

void
truce_sync_caller_free (gpointer data)
{
  TruceSyncCaller *caller = data;

  g_clear_pointer (&caller->cancelled, g_source_unref);
  g_free (caller);
}

/* Takes error; NULL: answers with the report. */
void
truce_sync_caller_answer (GTask           *task,
                          TruceSyncReport *report,
                          GError          *error)
{
  TruceSyncCaller *caller = g_task_get_task_data (task);

  if (caller->cancelled != NULL)
    g_source_destroy (caller->cancelled);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, truce_sync_report_ref (report), (GDestroyNotify) truce_sync_report_unref);
}

GError *
truce_sync_run_new_cancelled (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The sync was cancelled");
}

static void
answer_all (GPtrArray       *callers,
            TruceSyncReport *report,
            const GError    *error)
{
  g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  /* Who is answered may ask again at once. */
  g_ptr_array_extend_and_steal (tasks, g_ptr_array_ref (callers));
  for (guint i = 0; i < tasks->len; i++)
    truce_sync_caller_answer (g_ptr_array_index (tasks, i), report, error != NULL ? g_error_copy (error) : NULL);
}

/* Those whose time is over. */
void
truce_sync_run_answer_late (TruceSyncRun *run)
{
  g_autoptr(TruceSyncReport) report = NULL;
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < run->callers->len; i++)
    {
      GTask *task = g_ptr_array_index (run->callers, i);
      const TruceSyncCaller *caller = g_task_get_task_data (task);

      if (caller->deadline == 0 || caller->deadline > now)
        continue;
      if (report == NULL)
        report = truce_sync_report_new (truce_session_get_counts (run->session), FALSE);
      g_ptr_array_steal_index (run->callers, i--);
      truce_sync_caller_answer (task, report, NULL);
      g_object_unref (task);
    }
}

gboolean
truce_sync_run_is_wanted (TruceSyncRun *run)
{
  return run->background || run->blocking || run->callers->len > 0;
}

/* ---- its end ---- */

/* What the engine makes of it. */
static void
note_outcome (TruceSync    *self,
              TruceSyncRun *run,
              gboolean      complete,
              const GError *error)
{
  TruceErrorClass trouble = error != NULL ? truce_sync_classify (self, error) : TRUCE_ERROR_CLASS_CANCELLED;

  if (error == NULL && complete)
    {
      self->failures = 0;
      self->paused = FALSE;
      self->held = FALSE;
      self->allow_removal = FALSE;
      truce_sync_set_outcome (self, NULL);
    }
  else if (error != NULL && trouble != TRUCE_ERROR_CLASS_CANCELLED)
    {
      self->failures++;
      self->trouble = trouble;
      self->paused = trouble == TRUCE_ERROR_CLASS_AUTH;
      self->held = g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_MASS_DELETE);
      truce_sync_set_outcome (self, g_error_copy (error));
    }
  if (!complete && trouble == TRUCE_ERROR_CLASS_CANCELLED)
    self->dirty = TRUE;
  truce_sync_plan (self, truce_session_get_counts (run->session), truce_session_get_retry_after (run->session));
}

/* The session may have looked through the outbox before those who joined it changed something: they want another. */
static void
keep_joined (TruceSync    *self,
             TruceSyncRun *run)
{
  for (guint i = 0; i < run->callers->len; i++)
    {
      GTask *task = g_ptr_array_index (run->callers, i);
      TruceSyncCaller *caller = g_task_get_task_data (task);

      if (!caller->joined)
        continue;
      caller->joined = FALSE;
      g_ptr_array_add (self->late, g_ptr_array_steal_index (run->callers, i--));
    }
}

/* Those who want a session of their own. */
static void
serve_late (TruceSync *self)
{
  TruceSyncRun *run;

  if (self->late->len == 0 || self->run != NULL)
    return;

  run = truce_sync_run_begin (self);
  g_ptr_array_extend_and_steal (run->callers, g_ptr_array_ref (self->late));
  truce_sync_run_plan_slice (run);
  truce_sync_run_tell_begun (self);
}

/* Nothing but the thread, if it is still out, knows the run afterwards. */
void
truce_sync_run_end (TruceSyncRun *run,
                    gboolean      complete,
                    const GError *error)
{
  g_autoptr(TruceSync) self = run->sync != NULL ? g_object_ref (run->sync) : NULL;
  g_autoptr(TruceSyncReport) report = NULL;
  g_autoptr(TruceSyncRun) hold = truce_sync_run_ref (run);

  if (run->ended)
    return;
  run->ended = TRUE;
  truce_sync_run_cancel_slice (run);
  if (self == NULL)
    return;

  report = truce_sync_report_new (truce_session_get_counts (run->session), complete);
  run->sync = NULL;
  g_clear_pointer (&self->run, truce_sync_run_unref);
  if (complete && truce_sync_get_n_pending (self) > 0)
    keep_joined (self, run);
  note_outcome (self, run, complete, error);
  truce_sync_show (self);
  truce_sync_emit_ended (self, report, error);
  truce_sync_wait_check (self);
  answer_all (run->callers, report, error);
  serve_late (self);
}

/* Nobody wants it any more. A thread that is out with an exchange has to come back first. */
void
truce_sync_run_give_up (TruceSyncRun *run)
{
  g_autoptr(GError) cancelled = truce_sync_run_new_cancelled ();

  g_cancellable_cancel (run->cancellable);
  if (run->exchange == NULL && !run->working)
    truce_sync_run_end (run, FALSE, cancelled);
}

gboolean
truce_sync_run_is_given_up (TruceSyncRun *run)
{
  return g_cancellable_is_cancelled (run->cancellable);
}

/* ---- one step of the session ---- */

/* After each step, when the session is in nobody's hands. */
static void
look_around (TruceSyncRun *run)
{
  g_autoptr(TruceSync) self = run->sync != NULL ? g_object_ref (run->sync) : NULL;

  if (self == NULL)
    return;
  truce_sync_ask (self, truce_session_steal_questions (run->session));
  truce_sync_show (self);
}

TruceSyncStep
truce_sync_run_advance (TruceSyncRun *run,
                        gint64        deadline,
                        GError      **error)
{
  g_autoptr(GError) wrong = NULL;
  TruceExchange *exchange;

  run->working = TRUE;
  exchange = truce_session_next (run->session, deadline, &wrong);
  run->working = FALSE;

  look_around (run);
  if (wrong != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return TRUCE_SYNC_STEP_FAILED;
    }
  if (exchange == NULL)
    return truce_session_is_finished (run->session) ? TRUCE_SYNC_STEP_FINISHED : TRUCE_SYNC_STEP_MORE;

  run->exchange = g_object_ref (exchange);
  run->performed = FALSE;
  return TRUCE_SYNC_STEP_EXCHANGE;
}

/* Hands the exchange back, performed. FALSE: the session is over. */
gboolean
truce_sync_run_take (TruceSyncRun *run,
                     GError      **error)
{
  g_autoptr(TruceExchange) exchange = g_steal_pointer (&run->exchange);
  g_autoptr(GError) failure = g_steal_pointer (&run->failure);
  gboolean taken;

  run->working = TRUE;
  taken = truce_session_take (run->session, failure, error);
  run->working = FALSE;

  if (taken && run->sync != NULL && TRUCE_IS_PUSH (exchange))
    truce_sync_wait_take (run->sync, TRUCE_PUSH (exchange));
  look_around (run);
  return taken;
}

void
truce_sync_run_perform_here (TruceSyncRun *run,
                             GCancellable *cancellable)
{
  run->working = TRUE;
  truce_exchange_perform (run->remote, run->exchange, cancellable, &run->failure);
  run->working = FALSE;
  run->performed = TRUE;
}

gboolean
truce_sync_run_has_been_performed (TruceSyncRun *run)
{
  gboolean performed;

  g_mutex_lock (&run->lock);
  performed = run->exchange != NULL && run->performed;
  g_mutex_unlock (&run->lock);
  return performed;
}

/* What there is to do once it has been performed, for whoever does not wait for it. */
void
truce_sync_run_go_on (TruceSyncRun *run)
{
  g_autoptr(GError) error = NULL;

  if (!truce_sync_run_take (run, &error))
    truce_sync_run_end (run, FALSE, error);
  else if (truce_sync_run_is_given_up (run))
    truce_sync_run_give_up (run);
  else if (run->sync != NULL)
    truce_sync_run_plan_slice (run);
}

/* ---- for the rest of the engine ---- */

void
truce_sync_run_begin_background (TruceSync *self)
{
  if (self->run != NULL)
    return;

  truce_sync_run_begin (self)->background = TRUE;
  truce_sync_run_plan_slice (self->run);
  truce_sync_run_tell_begun (self);
}

void
truce_sync_run_withdraw (TruceSync *self)
{
  g_autoptr(TruceSyncRun) run = self->run != NULL ? truce_sync_run_ref (self->run) : NULL;

  if (run == NULL)
    return;
  run->background = FALSE;
  if (!truce_sync_run_is_wanted (run))
    truce_sync_run_give_up (run);
}

void
truce_sync_run_abandon (TruceSync *self)
{
  g_autoptr(TruceSyncRun) run = g_steal_pointer (&self->run);
  g_autoptr(GError) cancelled = truce_sync_run_new_cancelled ();

  if (run != NULL)
    {
      run->sync = NULL;
      run->ended = TRUE;
      truce_sync_run_cancel_slice (run);
      g_cancellable_cancel (run->cancellable);
      answer_all (run->callers, NULL, cancelled);
    }
  answer_all (self->late, NULL, cancelled);
}

double
truce_sync_run_get_progress (TruceSync *self)
{
  return self->run != NULL ? truce_session_get_progress (self->run->session) : 0;
}

gboolean
truce_sync_run_is_out (TruceSync  *self,
                       const char *collection,
                       const char *id)
{
  return self->run != NULL && truce_session_is_out (self->run->session, collection, id);
}
