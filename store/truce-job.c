/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A store belongs to one thread, so long work on it can't be handed to another. Instead it is cut into
 * slices of some milliseconds, between which the main context serves others: a window stays alive, and
 * another process that waits to write gets its turn. Each slice is a transaction, which is why a cancelled
 * job keeps what it has done: nothing needs to be taken back.
 *
 * A slice is half of a frame at 60 Hz: one that begins late still leaves room to draw. The idle source has
 * a priority below that of events and of GTK's drawing, so it runs when there is nothing better to do.
 *
 * GTask would report any work as cancelled whose cancellable is cancelled by the time it returns, finished
 * or not. That is turned off: who cancels too late is told that the work is done. */

#include "truce-job.h"

#define SLICE (8 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  TruceJobStep step;
  gpointer work;                /* owned if free_work is set */
  GDestroyNotify free_work;
  TruceProgressFunc progress;   /* or NULL */
  gpointer progress_data;       /* owned if free_progress_data is set */
  GDestroyNotify free_progress_data;
  TruceJobState state;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->free_work != NULL)
    job->free_work (job->work);
  if (job->free_progress_data != NULL)
    job->free_progress_data (job->progress_data);
  g_free (job);
}

/* One slice. Work that is cancelled in its last slice is finished all the same. */
static gboolean
job_step (Job          *job,
          GCancellable *cancellable,
          GError      **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !job->step (job->work, g_get_monotonic_time () + SLICE, &job->state, error))
    return FALSE;

  if (job->progress != NULL)
    job->progress (job->state.done, job->state.total, job->progress_data);
  return TRUE;
}

gboolean
truce_job_run (TruceJobStep      step,
               gpointer          work,
               TruceProgressFunc progress,
               gpointer          progress_data,
               GCancellable     *cancellable,
               GError          **error)
{
  Job job = { .step = step, .work = work, .progress = progress, .progress_data = progress_data };

  g_assert (step != NULL);
  g_assert (error == NULL || *error == NULL);

  while (!job.state.finished)
    if (!job_step (&job, cancellable, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_slice (gpointer data)
{
  g_autoptr(GTask) task = g_object_ref (data);
  Job *job = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!job_step (job, g_task_get_cancellable (task), &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (job->state.finished)
    g_task_return_pointer (task, job->work, NULL);
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

void
truce_job_start (gpointer            source_object,
                 gpointer            tag,
                 TruceJobStep        step,
                 gpointer            work,
                 GDestroyNotify      free_work,
                 TruceProgressFunc   progress,
                 gpointer            progress_data,
                 GDestroyNotify      free_progress_data,
                 GCancellable       *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer            user_data)
{
  g_autoptr(GTask) task = g_task_new (source_object, cancellable, callback, user_data);
  g_autoptr(GSource) source = g_idle_source_new ();
  Job *job = g_new0 (Job, 1);

  g_assert (step != NULL);
  g_assert (work != NULL);

  job->step = step;
  job->work = work;
  job->free_work = free_work;
  job->progress = progress;
  job->progress_data = progress_data;
  job->free_progress_data = free_progress_data;

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  g_task_set_task_data (task, job, job_free);
  g_task_attach_source (task, source, run_slice);
}

gpointer
truce_job_finish (gpointer      source_object,
                  GAsyncResult *result,
                  gpointer      tag,
                  GError      **error)
{
  g_assert (g_task_is_valid (result, source_object));
  g_assert (g_async_result_is_tagged (result, tag));
  g_assert (error == NULL || *error == NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
