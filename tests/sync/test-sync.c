/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Syncing once: who waits for it, who joins, who leaves. */

#include "engine-fixture.h"

static void
test_once (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  put (fixture, "1", "{\"title\":\"milk\"}");
  plain_remote_put (fixture->remote, "2", "{\"title\":\"tea\"}");
  g_assert_cmpuint (sync_once (fixture), ==, 1);

  assert_there (fixture, "1", "{\"title\":\"milk\"}");
  text = truce_collection_dup_text (fixture->tasks, "2", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "{\"title\":\"tea\"}");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 0);
  g_assert_cmpint (truce_sync_get_last_success (fixture->sync), >, 0);
  g_assert_null (truce_sync_get_error (fixture->sync));
  g_assert_cmpint (truce_sync_get_status (fixture->sync), ==, TRUCE_SYNC_STATUS_STOPPED);
  g_assert_true (plain_remote_get_thread (fixture->remote) == g_thread_self ());
  g_assert_cmpuint (sync_once (fixture), ==, 0);
}

static void
test_failure (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  put (fixture, "1", "{}");
  plain_remote_fail (fixture->remote, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, -1);
  g_assert_null (truce_sync_sync_now (fixture->sync, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_error (truce_sync_get_error (fixture->sync), G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpint (truce_sync_get_last_success (fixture->sync), ==, 0);

  g_assert_cmpuint (sync_once (fixture), ==, 1);
  g_assert_null (truce_sync_get_error (fixture->sync));
}

/* Part B 31, 32: one is refused once, the others go on; it is seen, and not sent again. */
static void
test_rejected (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSyncReport) report = NULL;

  plain_remote_reject (fixture->remote, "2", "no such luck");
  put (fixture, "1", "{}");
  put (fixture, "2", "{}");
  put (fixture, "3", "{}");
  report = truce_sync_sync_now (fixture->sync, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (truce_sync_report_get_n_pushed (report), ==, 2);
  g_assert_cmpuint (truce_sync_report_get_n_failed (report), ==, 1);
  g_assert_cmpuint (truce_sync_get_n_failed (fixture->sync), ==, 1);
  plain_remote_reject (fixture->remote, "2", NULL);
  g_assert_cmpuint (sync_once (fixture), ==, 0);
  assert_there (fixture, "2", NULL);
}

static void
test_budget (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSyncReport) report = NULL;

  put (fixture, "1", "{}");
  plain_remote_set_nap (fixture->remote, 30);
  report = truce_sync_sync_now (fixture->sync, 20, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (truce_sync_report_is_complete (report));
  plain_remote_set_nap (fixture->remote, 0);
  sync_once (fixture);
  assert_there (fixture, "1", "{}");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 0);
}

static void
test_async_budget (Fixture      *fixture,
                   gconstpointer data)
{
  g_auto(Ended) ended = { 0, };

  put (fixture, "1", "{}");
  plain_remote_set_nap (fixture->remote, 30);
  truce_sync_sync_now_async (fixture->sync, 20, NULL, on_ended, &ended);
  wait_until (ended.n > 0);
  g_assert_no_error (ended.error);
  g_assert_false (truce_sync_report_is_complete (ended.report));
  settle ();
  g_assert_cmpint (truce_sync_get_status (fixture->sync), ==, TRUCE_SYNC_STATUS_STOPPED);
}

static void
test_async (Fixture      *fixture,
            gconstpointer threaded)
{
  g_auto(Ended) ended = { 0, };

  put (fixture, "1", "{}");
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &ended);
  g_assert_cmpuint (ended.n, ==, 0);
  g_assert_cmpint (truce_sync_get_status (fixture->sync), ==, TRUCE_SYNC_STATUS_SYNCING);
  wait_until (ended.n > 0);
  settle ();
  g_assert_cmpuint (ended.n, ==, 1);
  g_assert_no_error (ended.error);
  g_assert_cmpuint (truce_sync_report_get_n_pushed (ended.report), ==, 1);
  g_assert_true (ended.thread == g_thread_self ());
  g_assert_cmpint (plain_remote_get_thread (fixture->remote) != g_thread_self (), ==, threaded != NULL);
}

/* ---- one session, however often it is asked for ---- */

static void
test_joined (Fixture      *fixture,
             gconstpointer data)
{
  g_auto(Ended) first = { 0, };
  g_auto(Ended) second = { 0, };
  g_auto(Ended) third = { 0, };

  truce_sync_start (fixture->sync);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &first);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &second);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &third);
  wait_until (first.n + second.n + third.n == 3);
  g_assert_cmpuint (plain_remote_get_opened (fixture->remote), ==, 1);
  g_assert_no_error (first.error);
  g_assert_no_error (second.error);
  g_assert_no_error (third.error);
}

/* Who changes something after the session has looked, and then joins it, gets one that has seen it. */
static void
test_joined_late (Fixture      *fixture,
                  gconstpointer data)
{
  g_auto(Ended) first = { 0, };
  g_auto(Ended) second = { 0, };

  put (fixture, "1", "{}");
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &first);
  wait_until (plain_remote_get_opened (fixture->remote) == 1);
  plain_remote_hold (fixture->remote);
  wait_until (plain_remote_is_held (fixture->remote));
  put (fixture, "1", "{\"later\":true}");
  put (fixture, "2", "{}");
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &second);
  plain_remote_release (fixture->remote);
  wait_until (first.n + second.n == 2);
  g_assert_no_error (second.error);
  assert_there (fixture, "1", "{\"later\":true}");
  assert_there (fixture, "2", "{}");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 0);
  g_assert_cmpuint (plain_remote_get_most (fixture->remote), ==, 1);
}

static gpointer
release_soon (gpointer data)
{
  g_usleep (20000);
  plain_remote_release (data);
  return NULL;
}

/* A synchronous call takes over what is under way, and waits for its thread. */
static void
test_sync_joins_async (Fixture      *fixture,
                       gconstpointer data)
{
  g_auto(Ended) ended = { 0, };
  GThread *thread;

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &ended);
  wait_until (plain_remote_is_held (fixture->remote));
  thread = g_thread_new ("release", release_soon, fixture->remote);
  sync_once (fixture);
  g_thread_join (thread);
  wait_until (ended.n > 0);
  g_assert_no_error (ended.error);
  assert_there (fixture, "1", "{}");
  g_assert_cmpuint (plain_remote_get_opened (fixture->remote), ==, 1);
  g_assert_cmpuint (plain_remote_get_most (fixture->remote), ==, 1);
  settle ();
}

/* The time of a synchronous call is over while the thread is out: the others are served by the main loop again. */
static void
test_sync_leaves (Fixture      *fixture,
                  gconstpointer data)
{
  g_auto(Ended) ended = { 0, };
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSyncReport) report = NULL;

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &ended);
  wait_until (plain_remote_is_held (fixture->remote));
  report = truce_sync_sync_now (fixture->sync, 10, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (truce_sync_report_is_complete (report));
  g_assert_cmpuint (ended.n, ==, 0);
  plain_remote_release (fixture->remote);
  wait_until (ended.n > 0);
  g_assert_no_error (ended.error);
  assert_there (fixture, "1", "{}");
}

static void
sync_within (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_sync_sync_now (fixture->sync, 0, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
}

static void
test_within_remote (Fixture      *fixture,
                    gconstpointer data)
{
  put (fixture, "1", "{}");
  plain_remote_set_inside (fixture->remote, sync_within, fixture);
  sync_once (fixture);
}

static void
on_changed (TruceCollection *collection,
            const char      *id,
            Fixture         *fixture)
{
  sync_within (fixture);
  put (fixture, "2", "{}");
}

/* Part B 35, 124: a handler of a pulled change writes, and asks for a sync. */
static void
test_within_handler (Fixture      *fixture,
                     gconstpointer data)
{
  gulong handler = g_signal_connect (fixture->tasks, "changed", G_CALLBACK (on_changed), fixture);

  plain_remote_put (fixture->remote, "1", "{\"title\":\"tea\"}");
  sync_once (fixture);
  g_signal_handler_disconnect (fixture->tasks, handler);
  sync_once (fixture);
  assert_there (fixture, "2", "{}");
}

/* ---- cancelling (Part B 122) ---- */

static void
test_cancelled_before (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) ended = { 0, };
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (truce_sync_sync_now (fixture->sync, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  truce_sync_sync_now_async (fixture->sync, 0, cancellable, on_ended, &ended);
  g_assert_cmpuint (ended.n, ==, 0);
  wait_until (ended.n > 0);
  settle ();
  g_assert_cmpuint (ended.n, ==, 1);
  g_assert_error (ended.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (truce_sync_get_error (fixture->sync));
}

static void
test_cancelled_at_once (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) ended = { 0, };

  truce_sync_sync_now_async (fixture->sync, 0, cancellable, on_ended, &ended);
  g_cancellable_cancel (cancellable);
  wait_until (ended.n > 0);
  settle ();
  g_assert_cmpuint (ended.n, ==, 1);
  g_assert_error (ended.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* In flight: the caller is answered at once; the call is called off; a new one waits for it, and then succeeds. */
static void
test_cancelled_in_flight (Fixture      *fixture,
                          gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) ended = { 0, };
  g_auto(Ended) again = { 0, };

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_sync_now_async (fixture->sync, 0, cancellable, on_ended, &ended);
  wait_until (plain_remote_is_held (fixture->remote));
  g_cancellable_cancel (cancellable);
  wait_until (ended.n > 0);
  g_assert_error (ended.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &again);
  plain_remote_release (fixture->remote);
  wait_until (again.n > 0);
  g_assert_no_error (again.error);
  g_assert_cmpuint (ended.n, ==, 1);
  g_assert_cmpuint (plain_remote_get_most (fixture->remote), ==, 1);
  assert_there (fixture, "1", "{}");
}

/* The same, but the new one is synchronous. */
static void
test_cancelled_then_sync (Fixture      *fixture,
                          gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) ended = { 0, };

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_sync_now_async (fixture->sync, 0, cancellable, on_ended, &ended);
  wait_until (plain_remote_is_held (fixture->remote));
  g_cancellable_cancel (cancellable);
  wait_until (ended.n > 0);
  plain_remote_release (fixture->remote);
  sync_once (fixture);
  assert_there (fixture, "1", "{}");
  g_assert_cmpuint (plain_remote_get_most (fixture->remote), ==, 1);
  settle ();
}

static void
test_one_of_two_cancelled (Fixture      *fixture,
                           gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) first = { 0, };
  g_auto(Ended) second = { 0, };

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_sync_now_async (fixture->sync, 0, cancellable, on_ended, &first);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &second);
  wait_until (plain_remote_is_held (fixture->remote));
  g_cancellable_cancel (cancellable);
  wait_until (first.n > 0);
  g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (second.n, ==, 0);
  plain_remote_release (fixture->remote);
  wait_until (second.n > 0);
  g_assert_no_error (second.error);
  g_assert_cmpuint (plain_remote_get_cancelled (fixture->remote), ==, 0);
}

static void
test_cancelled_after (Fixture      *fixture,
                      gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) ended = { 0, };

  truce_sync_sync_now_async (fixture->sync, 0, cancellable, on_ended, &ended);
  wait_until (ended.n > 0);
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpuint (ended.n, ==, 1);
  g_assert_no_error (ended.error);
}

static void
cancel_it (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/* At each call of the remote: nothing is lost, nothing sent twice in effect. */
static void
test_cancelled_inside (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  put (fixture, "1", "{}");
  plain_remote_set_inside (fixture->remote, cancel_it, cancellable);
  g_assert_null (truce_sync_sync_now (fixture->sync, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  plain_remote_set_inside (fixture->remote, NULL, NULL);
  sync_once (fixture);
  assert_there (fixture, "1", "{}");
}

/* ---- the end of it (Part B 123) ---- */

static void
test_disposed (Fixture      *fixture,
               gconstpointer data)
{
  g_auto(Ended) ended = { 0, };
  g_auto(Ended) arrived = { 0, };

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_start (fixture->sync);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &ended);
  truce_sync_wait_synced_async (fixture->sync, "task", "1", NULL, on_arrived, &arrived);
  wait_until (plain_remote_is_held (fixture->remote));
  g_object_run_dispose (G_OBJECT (fixture->sync));
  wait_until (ended.n + arrived.n == 2);
  g_assert_error (ended.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (arrived.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  plain_remote_release (fixture->remote);
  settle ();
}

/* The background alone keeps nothing alive, not even while its thread is out. */
static void
test_dropped_in_flight (Fixture      *fixture,
                        gconstpointer data)
{
  plain_remote_hold (fixture->remote);
  truce_sync_start (fixture->sync);
  wait_until (plain_remote_is_held (fixture->remote));
  g_assert_finalize_object (g_steal_pointer (&fixture->sync));
  wait_until (plain_remote_get_cancelled (fixture->remote) == 1);
}

static void
drop_it (Fixture *fixture)
{
  g_clear_object (&fixture->sync);
}

static void
drop_by_callback (GObject      *object,
                  GAsyncResult *result,
                  gpointer      data)
{
  drop_it (data);
}

static void
test_dropped_in_callback (Fixture      *fixture,
                          gconstpointer data)
{
  gpointer sync = fixture->sync;

  g_object_add_weak_pointer (G_OBJECT (sync), &sync);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, drop_by_callback, fixture);
  wait_until (sync == NULL);
}

static void
test_dropped_in_signal (Fixture      *fixture,
                        gconstpointer data)
{
  static const char *const names[] = { "session-ended", "notify::status", "notify::last-success", "notify::next-try",
                                       "notify::n-pending" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gpointer sync = fixture->sync;

      put (fixture, "1", i % 2 == 0 ? "{\"a\":1}" : "{\"a\":2}");
      g_object_add_weak_pointer (G_OBJECT (sync), &sync);
      g_signal_connect_swapped (sync, names[i], G_CALLBACK (drop_it), fixture);
      truce_sync_start (sync);
      wait_until (sync == NULL);
      settle ();
      fixture->sync = truce_sync_new (fixture->store, TRUCE_REMOTE (fixture->remote));
      truce_sync_set_network_monitor (fixture->sync, NULL);
    }
}

/* A sync without a store, as a binding can make it, shows nothing and breaks nothing. */
static void
test_empty (void)
{
  g_autoptr(TruceSync) sync = g_object_new (TRUCE_TYPE_SYNC, NULL);

  g_assert_null (truce_sync_get_store (sync));
  g_assert_cmpuint (truce_sync_get_n_pending (sync), ==, 0);
  truce_sync_stop (sync);
  truce_sync_resume (sync);
  truce_sync_allow_removal (sync);
}

/* ---- a thread with a context of its own (Part B 127) ---- */

static gpointer
sync_in_thread (gpointer data)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  Fixture fixture;
  g_auto(Ended) ended = { 0, };

  g_main_context_push_thread_default (context);
  set_up (&fixture, GINT_TO_POINTER (TRUE));
  put (&fixture, "1", "{}");
  truce_sync_start (fixture.sync);
  truce_sync_sync_now_async (fixture.sync, 0, NULL, on_ended, &ended);
  while (ended.n == 0)
    g_main_context_iteration (context, TRUE);
  g_assert_no_error (ended.error);
  g_assert_true (ended.thread == g_thread_self ());
  assert_there (&fixture, "1", "{}");
  g_assert_finalize_object (g_steal_pointer (&fixture.sync));
  while (G_OBJECT (fixture.remote)->ref_count > 1)
    g_main_context_iteration (context, TRUE);
  while (g_main_context_iteration (context, FALSE))
    ;
  tear_down (&fixture, NULL);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("sync", sync_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

#define add(path, test) \
  g_test_add (path "/here", Fixture, NULL, set_up, test, tear_down); \
  g_test_add (path "/threaded", Fixture, GINT_TO_POINTER (TRUE), set_up, test, tear_down)
#define add_threaded(path, test) \
  g_test_add (path, Fixture, GINT_TO_POINTER (TRUE), set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/sync/once", test_once);
  add ("/sync/failure", test_failure);
  add ("/sync/rejected", test_rejected);
  add ("/sync/budget", test_budget);
  add ("/sync/async", test_async);
  add ("/sync/async-budget", test_async_budget);
  add ("/sync/joined", test_joined);
  add_threaded ("/sync/joined-late", test_joined_late);
  add_threaded ("/sync/sync-joins-async", test_sync_joins_async);
  add_threaded ("/sync/sync-leaves", test_sync_leaves);
  add ("/sync/within-remote", test_within_remote);
  add ("/sync/within-handler", test_within_handler);
  add ("/sync/cancelled/before", test_cancelled_before);
  add ("/sync/cancelled/at-once", test_cancelled_at_once);
  add_threaded ("/sync/cancelled/in-flight", test_cancelled_in_flight);
  add_threaded ("/sync/cancelled/then-sync", test_cancelled_then_sync);
  add_threaded ("/sync/cancelled/one-of-two", test_one_of_two_cancelled);
  add ("/sync/cancelled/after", test_cancelled_after);
  add ("/sync/cancelled/inside", test_cancelled_inside);
  add_threaded ("/sync/disposed", test_disposed);
  add_threaded ("/sync/dropped/in-flight", test_dropped_in_flight);
  add ("/sync/dropped/in-callback", test_dropped_in_callback);
  add ("/sync/dropped/in-signal", test_dropped_in_signal);
  g_test_add_func ("/sync/empty", test_empty);
  g_test_add_func ("/sync/threads", test_threads);

  return g_test_run ();
}
