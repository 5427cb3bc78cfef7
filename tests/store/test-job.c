/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Long work: what is done, what is told, and when it ends. */
#include "truce-job.h"

/* Counts to n, one a slice. */
typedef struct
{
  gint64 n;
  gint64 at;
  gint64 fail_at;               /* 0: never */
  GCancellable *cancel;         /* not owned: cancelled in the slice cancel_at */
  gint64 cancel_at;
  gboolean *freed;              /* set when the work is freed, or NULL */
} Work;

static gboolean
count (gpointer       data,
       gint64         deadline,
       TruceJobState *state,
       GError       **error)
{
  Work *work = data;

  g_assert_cmpint (deadline, >, g_get_monotonic_time () - G_TIME_SPAN_MINUTE);
  if (work->at + 1 == work->fail_at)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
      return FALSE;
    }
  work->at++;
  if (work->at == work->cancel_at)
    g_cancellable_cancel (work->cancel);
  state->done = work->at;
  state->total = work->n;
  state->finished = work->at == work->n;
  return TRUE;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->freed != NULL)
    *work->freed = TRUE;
  g_free (work);
}

static Work *
work_new (gint64    n,
          gboolean *freed)
{
  Work *work = g_new0 (Work, 1);

  work->n = n;
  work->freed = freed;
  return work;
}

/* What the callbacks saw. */
typedef struct
{
  GThread *thread;              /* in which they must run */
  GMainLoop *loop;
  guint n_callbacks;
  gint64 progress;              /* what was told last */
  guint n_progress;
  GCancellable *cancel;         /* not owned: cancelled at the second progress */
  GObject *drop;                /* owned: dropped in the callback */
  gint64 result;
  GError *error;                /* owned */
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->loop, g_main_loop_unref);
  g_clear_object (&seen->drop);
  g_clear_error (&seen->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static void
on_progress (gint64   done,
             gint64   total,
             gpointer data)
{
  Seen *seen = data;

  g_assert_true (seen->thread == NULL || seen->thread == g_thread_self ());
  g_assert_cmpuint (seen->n_callbacks, ==, 0);
  g_assert_cmpint (done, >, seen->progress);
  g_assert_cmpint (done, <=, total);
  seen->progress = done;
  seen->n_progress++;
  if (seen->cancel != NULL && done == 2)
    g_cancellable_cancel (seen->cancel);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Seen *seen = data;
  Work *work;

  g_assert_true (seen->thread == g_thread_self ());
  seen->n_callbacks++;
  g_clear_object (&seen->drop);
  work = truce_job_finish (source, result, on_done, &seen->error);
  seen->result = work != NULL ? work->at : -1;
  g_main_loop_quit (seen->loop);
}

static void
start (Seen         *seen,
       GObject      *source,
       Work         *work,
       GCancellable *cancellable)
{
  seen->thread = g_thread_self ();
  seen->loop = g_main_loop_new (g_main_context_get_thread_default (), FALSE);
  truce_job_start (source, on_done, count, work, work_free, on_progress, seen, NULL, cancellable, on_done, seen);
  g_assert_cmpuint (seen->n_callbacks, ==, 0);
  g_assert_cmpuint (seen->n_progress, ==, 0);
}

/* Until the callback came, and on for as long as anything is left to do. */
static void
finish (Seen *seen)
{
  GMainContext *context = g_main_loop_get_context (seen->loop);

  g_main_loop_run (seen->loop);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (seen->n_callbacks, ==, 1);
}

/* ---- synchronous ---- */

static void
test_run (void)
{
  Work work = { .n = 5 };
  Seen seen = { NULL };
  g_autoptr(GError) error = NULL;

  g_assert_true (truce_job_run (count, &work, on_progress, &seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (work.at, ==, 5);
  g_assert_cmpint (seen.progress, ==, 5);
  g_assert_cmpuint (seen.n_progress, ==, 5);
}

static void
test_run_fails (void)
{
  Work work = { .n = 5, .fail_at = 4 };
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_job_run (count, &work, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpint (work.at, ==, 3);
}

/* Cancelled in its slice `cancel_at` of 5: the slice is whole, and the last one is too late. */
static void
test_run_cancelled (void)
{
  for (gint64 at = 1; at <= 5; at++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GError) error = NULL;
      Work work = { .n = 5, .cancel = cancellable, .cancel_at = at };

      g_assert_true (truce_job_run (count, &work, NULL, NULL, cancellable, &error) == (at == 5));
      g_assert_cmpint (work.at, ==, at);
      if (at < 5)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* ---- asynchronous ---- */

static void
test_start (void)
{
  g_auto(Seen) seen = { NULL };
  gboolean freed = FALSE;

  start (&seen, NULL, work_new (5, &freed), NULL);
  finish (&seen);
  g_assert_no_error (seen.error);
  g_assert_cmpint (seen.result, ==, 5);
  g_assert_cmpuint (seen.n_progress, ==, 5);
  g_assert_true (freed);
}

static void
test_start_fails (void)
{
  g_auto(Seen) seen = { NULL };
  gboolean freed = FALSE;
  Work *work = work_new (5, &freed);

  work->fail_at = 3;
  start (&seen, NULL, work, NULL);
  finish (&seen);
  g_assert_error (seen.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpint (seen.progress, ==, 2);
  g_assert_true (freed);
}

static void
test_cancelled_before (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Seen) seen = { NULL };

  g_cancellable_cancel (cancellable);
  start (&seen, NULL, work_new (5, NULL), cancellable);
  finish (&seen);
  g_assert_error (seen.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (seen.n_progress, ==, 0);
}

static void
test_cancelled_at_once (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Seen) seen = { NULL };

  start (&seen, NULL, work_new (5, NULL), cancellable);
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (seen.n_callbacks, ==, 0);
  finish (&seen);
  g_assert_error (seen.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (seen.n_progress, ==, 0);
}

static void
test_cancelled_in_flight (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Seen) seen = { .cancel = cancellable };

  start (&seen, NULL, work_new (5, NULL), cancellable);
  finish (&seen);
  g_assert_error (seen.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (seen.progress, ==, 2);
}

/* In the last slice, and once it has ended: it went through. */
static void
test_cancelled_after (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Seen) seen = { .cancel = cancellable };

  start (&seen, NULL, work_new (2, NULL), cancellable);
  finish (&seen);
  g_assert_no_error (seen.error);
  g_assert_cmpint (seen.result, ==, 2);
  g_cancellable_cancel (cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (seen.n_callbacks, ==, 1);
}

/* The work keeps its object alive, and lets go of it. */
static void
test_last_unref (void)
{
  g_auto(Seen) seen = { NULL };
  GObject *source = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_add_weak_pointer (source, (gpointer *) &source);
  start (&seen, source, work_new (5, NULL), NULL);
  seen.drop = source;
  finish (&seen);
  g_assert_no_error (seen.error);
  g_assert_null (source);
}

static gpointer
work_in_thread (gpointer data)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  g_auto(Seen) seen = { NULL };

  g_main_context_push_thread_default (context);
  start (&seen, NULL, work_new (5, NULL), NULL);
  finish (&seen);
  g_assert_cmpint (seen.result, ==, 5);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* All that is called is called in the context that the work was started in. */
static void
test_context (void)
{
  g_thread_join (g_thread_new ("work", work_in_thread, NULL));
}

static gboolean
count_up (gpointer data)
{
  guint *n = data;

  (*n)++;
  return G_SOURCE_CONTINUE;
}

/* Between any two slices others get their turn. */
static void
test_others_run (void)
{
  g_auto(Seen) seen = { NULL };
  guint n = 0;
  guint source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, count_up, &n, NULL);

  start (&seen, NULL, work_new (50, NULL), NULL);
  g_main_loop_run (seen.loop);
  g_source_remove (source);
  g_assert_cmpuint (n, >=, 49);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/job/run", test_run);
  g_test_add_func ("/store/job/run/fails", test_run_fails);
  g_test_add_func ("/store/job/run/cancelled", test_run_cancelled);
  g_test_add_func ("/store/job/start", test_start);
  g_test_add_func ("/store/job/start/fails", test_start_fails);
  g_test_add_func ("/store/job/cancelled/before", test_cancelled_before);
  g_test_add_func ("/store/job/cancelled/at-once", test_cancelled_at_once);
  g_test_add_func ("/store/job/cancelled/in-flight", test_cancelled_in_flight);
  g_test_add_func ("/store/job/cancelled/after", test_cancelled_after);
  g_test_add_func ("/store/job/last-unref", test_last_unref);
  g_test_add_func ("/store/job/context", test_context);
  g_test_add_func ("/store/job/others-run", test_others_run);
  return g_test_run ();
}
