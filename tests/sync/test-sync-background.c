/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Syncing from now on: when, when not, and what is shown of it. The store's clock decides; truce_sync_wake() stands for
 * GLib's timer. */

#include "engine-fixture.h"
#include "fake-monitor.h"
#include "truce-sync-private.h"

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)

static guint
opened (Fixture *fixture)
{
  return plain_remote_get_opened (fixture->remote);
}

/* Started, and through with the first session. */
static void
start (Fixture *fixture)
{
  guint before = opened (fixture);

  truce_sync_start (fixture->sync);
  wait_until (opened (fixture) > before && truce_sync_get_status (fixture->sync) != TRUCE_SYNC_STATUS_SYNCING);
}

/* The time passes, and the timer goes off. */
static void
pass (Fixture *fixture,
      gint64   ms)
{
  truce_test_clock_advance (fixture->clock, ms);
  truce_sync_wake (fixture->sync);
  settle ();
  wait_until (truce_sync_get_status (fixture->sync) != TRUCE_SYNC_STATUS_SYNCING);
}

static gint64
time_left (Fixture *fixture)
{
  return truce_sync_get_next_try (fixture->sync) - truce_test_clock_get_now (fixture->clock);
}

#define assert_status(status) \
  g_assert_cmpint (truce_sync_get_status (fixture->sync), ==, TRUCE_SYNC_STATUS_ ## status)

static void
test_start (Fixture      *fixture,
            gconstpointer data)
{
  put (fixture, "1", "{}");
  assert_status (STOPPED);
  start (fixture);
  assert_status (IDLE);
  assert_there (fixture, "1", "{}");
  g_assert_true (plain_remote_get_watching (fixture->remote));
  truce_sync_start (fixture->sync);
  truce_sync_stop (fixture->sync);
  truce_sync_stop (fixture->sync);
  assert_status (STOPPED);
  g_assert_false (plain_remote_get_watching (fixture->remote));
  g_assert_cmpint (truce_sync_get_next_try (fixture->sync), ==, 0);
  put (fixture, "2", "{}");
  settle ();
  g_assert_cmpuint (opened (fixture), ==, 1);
}

/* Many writes in one moment are one session. */
static void
test_change (Fixture      *fixture,
             gconstpointer data)
{
  start (fixture);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      put (fixture, id, "{}");
    }
  g_assert_cmpint (time_left (fixture), <=, SECOND);
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_IDLE);
  g_assert_cmpuint (opened (fixture), ==, 2);
  g_assert_cmpuint (plain_remote_count (fixture->remote), ==, 50);
}

/* Changed while the session is at work: another follows. */
static void
test_change_during (Fixture      *fixture,
                    gconstpointer data)
{
  plain_remote_hold (fixture->remote);
  truce_sync_start (fixture->sync);
  wait_until (plain_remote_is_held (fixture->remote));
  put (fixture, "1", "{}");
  plain_remote_release (fixture->remote);
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  assert_there (fixture, "1", "{}");
}

static void
test_poll (Fixture      *fixture,
           gconstpointer data)
{
  truce_sync_set_poll_interval (fixture->sync, MINUTE);
  start (fixture);
  g_assert_cmpint (time_left (fixture), ==, MINUTE);
  pass (fixture, MINUTE - 1);
  g_assert_cmpuint (opened (fixture), ==, 1);
  pass (fixture, 1);
  g_assert_cmpuint (opened (fixture), ==, 2);

  truce_sync_set_poll_interval (fixture->sync, 0);
  pass (fixture, MINUTE);
  g_assert_cmpuint (opened (fixture), ==, 3);
  g_assert_cmpint (truce_sync_get_next_try (fixture->sync), ==, 0);
  truce_sync_set_poll_interval (fixture->sync, MINUTE);
  g_assert_cmpint (time_left (fixture), ==, MINUTE);
}

/* ---- failures ---- */

/* Part B 36: longer each time, at random, and reset by a success. */
static void
test_backoff (Fixture      *fixture,
              gconstpointer data)
{
  guint n = 0;

  truce_sync_set_poll_interval (fixture->sync, 0);
  for (guint i = 0; i < 12; i++)
    plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, -1);
  start (fixture);
  for (n = 1; n <= 12; n++)
    {
      assert_status (WAITING);
      g_assert_cmpuint (opened (fixture), ==, n);
      g_assert_error (truce_sync_get_error (fixture->sync), TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
      g_assert_cmpint (time_left (fixture), >, 0);
      g_assert_cmpint (time_left (fixture), <=, MIN (SECOND << n, 5 * MINUTE));
      /* A change does not bring it nearer. */
      put (fixture, "1", n % 2 == 0 ? "{\"a\":1}" : "{\"a\":2}");
      settle ();
      g_assert_cmpuint (opened (fixture), ==, n);
      pass (fixture, time_left (fixture));
    }
  assert_status (IDLE);
  g_assert_null (truce_sync_get_error (fixture->sync));
  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, -1);
  put (fixture, "1", "{\"a\":3}");
  pass (fixture, SECOND);
  assert_status (WAITING);
  g_assert_cmpint (time_left (fixture), <=, 2 * SECOND);
}

static void
test_retry_after (Fixture      *fixture,
                  gconstpointer data)
{
  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_BUSY, 30 * SECOND);
  start (fixture);
  g_assert_cmpint (time_left (fixture), >, 30 * SECOND);
  g_assert_cmpint (time_left (fixture), <=, 32 * SECOND);
  pass (fixture, 30 * SECOND);
  g_assert_cmpuint (opened (fixture), ==, 1);
  pass (fixture, 2 * SECOND);
  g_assert_cmpuint (opened (fixture), ==, 2);
}

/* Somebody sets the clock back by years: the time goes on all the same. */
static void
test_clock_back (Fixture      *fixture,
                 gconstpointer data)
{
  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, -1);
  truce_retry_policy_set_base (truce_sync_get_retry_policy (fixture->sync), 1);
  truce_retry_policy_set_cap (truce_sync_get_retry_policy (fixture->sync), 10);
  start (fixture);
  truce_test_clock_advance (fixture->clock, -365 * 24 * 60 * MINUTE);
  wait_until (opened (fixture) == 2);
}

/* Part B 41, 42: nothing more until somebody has logged in; nothing is marked failed. */
static void
test_auth (Fixture      *fixture,
           gconstpointer data)
{
  put (fixture, "1", "{}");
  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_AUTH, -1);
  start (fixture);
  assert_status (AUTH);
  g_assert_cmpint (truce_sync_get_next_try (fixture->sync), ==, 0);
  put (fixture, "2", "{}");
  pass (fixture, 60 * MINUTE);
  assert_status (AUTH);
  g_assert_cmpuint (opened (fixture), ==, 1);
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 2);
  g_assert_cmpuint (truce_sync_get_n_failed (fixture->sync), ==, 0);

  truce_sync_resume (fixture->sync);
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_IDLE);
}

static void
test_auth_sync_now (Fixture      *fixture,
                    gconstpointer data)
{
  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_AUTH, -1);
  start (fixture);
  assert_status (AUTH);
  put (fixture, "1", "{}");
  sync_once (fixture);
  assert_status (IDLE);
  put (fixture, "2", "{}");
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
}

static TruceErrorClass
call_it_auth (const GError *error,
              gpointer      data)
{
  (*(guint *) data)++;
  return TRUCE_ERROR_CLASS_AUTH;
}

static void
test_classify (Fixture      *fixture,
               gconstpointer data)
{
  guint n = 0;

  truce_sync_set_classify_func (fixture->sync, call_it_auth, &n, NULL);
  plain_remote_fail (fixture->remote, G_IO_ERROR, G_IO_ERROR_FAILED, -1);
  start (fixture);
  assert_status (AUTH);
  g_assert_cmpuint (n, >, 0);
}

/* ---- the network ---- */

static void
test_offline (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(FakeMonitor) monitor = fake_monitor_new (FALSE);

  truce_sync_set_network_monitor (fixture->sync, G_NETWORK_MONITOR (monitor));
  put (fixture, "1", "{}");
  truce_sync_start (fixture->sync);
  pass (fixture, MINUTE);
  put (fixture, "2", "{}");
  pass (fixture, MINUTE);
  assert_status (OFFLINE);
  g_assert_cmpuint (opened (fixture), ==, 0);
  g_assert_null (truce_sync_get_error (fixture->sync));

  /* It comes back: after a moment of chance. */
  fake_monitor_set (monitor, TRUE, FALSE);
  settle ();
  assert_status (IDLE);
  g_assert_cmpint (time_left (fixture), <=, SECOND);
  pass (fixture, SECOND);
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 0);

  /* It goes: nothing is tried, and nothing called off. */
  fake_monitor_set (monitor, FALSE, FALSE);
  settle ();
  assert_status (OFFLINE);
  put (fixture, "3", "{}");
  pass (fixture, MINUTE);
  g_assert_cmpuint (opened (fixture), ==, 1);
  /* Who asks for it gets it: a monitor may be wrong. */
  sync_once (fixture);
  g_assert_cmpuint (opened (fixture), ==, 2);
  truce_sync_set_network_monitor (fixture->sync, NULL);
  assert_status (IDLE);
}

/* Nobody was reached, though the monitor sees a network. */
static void
test_unreachable (Fixture      *fixture,
                  gconstpointer data)
{
  plain_remote_fail (fixture->remote, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, -1);
  start (fixture);
  assert_status (OFFLINE);
  g_assert_cmpint (time_left (fixture), <=, 2 * SECOND);
  pass (fixture, 2 * SECOND);
  assert_status (IDLE);
}

static void
test_metered (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(FakeMonitor) monitor = fake_monitor_new (TRUE);

  fake_monitor_set (monitor, TRUE, TRUE);
  truce_sync_set_sync_on_metered (fixture->sync, FALSE);
  truce_sync_set_network_monitor (fixture->sync, G_NETWORK_MONITOR (monitor));
  put (fixture, "1", "{}");
  truce_sync_start (fixture->sync);
  pass (fixture, MINUTE);
  assert_status (METERED);
  g_assert_cmpuint (opened (fixture), ==, 0);
  truce_sync_set_sync_on_metered (fixture->sync, TRUE);
  pass (fixture, SECOND);
  g_assert_cmpuint (opened (fixture), ==, 1);

  truce_sync_set_sync_on_metered (fixture->sync, FALSE);
  assert_status (METERED);
  fake_monitor_set (monitor, TRUE, FALSE);
  settle ();
  assert_status (IDLE);
}

/* ---- the remote ---- */

static gpointer
tell_often (gpointer remote)
{
  for (guint i = 0; i < 1000; i++)
    truce_remote_changed (remote);
  return NULL;
}

static void
test_remote_changed (Fixture      *fixture,
                     gconstpointer data)
{
  GThread *thread;

  start (fixture);
  plain_remote_put (fixture->remote, "1", "{\"title\":\"tea\"}");
  thread = g_thread_new ("tell", tell_often, fixture->remote);
  wait_until (truce_collection_get_n_records (fixture->tasks) == 1);
  g_thread_join (thread);
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_IDLE);
  g_assert_cmpuint (opened (fixture), <=, 3);
}

/* It tells of a change from a thread while the engine is dropped. */
static void
test_remote_changed_dropped (Fixture      *fixture,
                             gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      GThread *thread;

      if (fixture->sync == NULL)
        fixture->sync = truce_sync_new (fixture->store, TRUCE_REMOTE (fixture->remote));
      truce_sync_set_network_monitor (fixture->sync, NULL);
      truce_sync_start (fixture->sync);
      thread = g_thread_new ("tell", tell_often, fixture->remote);
      g_main_context_iteration (NULL, FALSE);
      g_assert_finalize_object (g_steal_pointer (&fixture->sync));
      g_thread_join (thread);
      settle ();
    }
}

/* ---- stopping ---- */

static void
test_stop_in_flight (Fixture      *fixture,
                     gconstpointer data)
{
  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_start (fixture->sync);
  wait_until (plain_remote_is_held (fixture->remote));
  truce_sync_stop (fixture->sync);
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_STOPPED);
  g_assert_cmpuint (plain_remote_get_cancelled (fixture->remote), ==, 1);
  g_assert_null (truce_sync_get_error (fixture->sync));
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 1);
}

/* … but not where somebody waits for it. */
static void
test_stop_waited_for (Fixture      *fixture,
                      gconstpointer data)
{
  g_auto(Ended) ended = { 0, };

  put (fixture, "1", "{}");
  plain_remote_hold (fixture->remote);
  truce_sync_start (fixture->sync);
  wait_until (plain_remote_is_held (fixture->remote));
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &ended);
  truce_sync_stop (fixture->sync);
  plain_remote_release (fixture->remote);
  wait_until (ended.n == 1);
  g_assert_no_error (ended.error);
  assert_there (fixture, "1", "{}");
  assert_status (STOPPED);
}

/* ---- what is shown ---- */

static void
note_name (GObject    *object,
           GParamSpec *pspec,
           GString    *names)
{
  g_string_append_printf (names, "%s ", pspec->name);
}

static void
note_report (TruceSync       *sync,
             TruceSyncReport *report,
             const GError    *error,
             GString         *names)
{
  g_string_append_printf (names, "(%s, %u pushed) ", error != NULL ? error->message : "well",
                          (guint) truce_sync_report_get_n_pushed (report));
}

static void
test_shown (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr(GString) names = g_string_new (NULL);

  g_signal_connect (fixture->sync, "notify::status", G_CALLBACK (note_name), names);
  g_signal_connect (fixture->sync, "notify::n-pending", G_CALLBACK (note_name), names);
  g_signal_connect (fixture->sync, "notify::error", G_CALLBACK (note_name), names);
  g_signal_connect (fixture->sync, "notify::last-success", G_CALLBACK (note_name), names);
  g_signal_connect (fixture->sync, "session-ended", G_CALLBACK (note_report), names);
  put (fixture, "1", "{}");
  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, -1);
  start (fixture);
  pass (fixture, 2 * SECOND);
  g_assert_cmpstr (names->str, ==,
                   "n-pending status status error status (no such luck, 0 pushed) "
                   "status n-pending last-success error status (well, 1 pushed) ");
}

/* ---- a removal that asks ---- */

static void
test_held (Fixture      *fixture,
           gconstpointer data)
{
  truce_sync_set_resync_interval (fixture->sync, MINUTE);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *id = g_strdup_printf ("%02u", i);

      put (fixture, id, "{}");
    }
  start (fixture);
  plain_remote_forget (fixture->remote);
  pass (fixture, 10 * MINUTE);
  assert_status (HELD);
  g_assert_error (truce_sync_get_error (fixture->sync), TRUCE_ERROR, TRUCE_ERROR_MASS_DELETE);
  g_assert_cmpuint (truce_collection_get_n_records (fixture->tasks), ==, 30);
  truce_sync_allow_removal (fixture->sync);
  wait_until (truce_collection_get_n_records (fixture->tasks) == 0);
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_IDLE);
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

  add ("/sync-background/start", test_start);
  add ("/sync-background/change", test_change);
  add_threaded ("/sync-background/change-during", test_change_during);
  add ("/sync-background/poll", test_poll);
  add ("/sync-background/backoff", test_backoff);
  add ("/sync-background/retry-after", test_retry_after);
  add ("/sync-background/clock-back", test_clock_back);
  add ("/sync-background/auth", test_auth);
  add ("/sync-background/auth-sync-now", test_auth_sync_now);
  add ("/sync-background/classify", test_classify);
  add ("/sync-background/offline", test_offline);
  add ("/sync-background/unreachable", test_unreachable);
  add ("/sync-background/metered", test_metered);
  add ("/sync-background/remote-changed", test_remote_changed);
  add ("/sync-background/remote-changed-dropped", test_remote_changed_dropped);
  add_threaded ("/sync-background/stop-in-flight", test_stop_in_flight);
  add_threaded ("/sync-background/stop-waited-for", test_stop_waited_for);
  add ("/sync-background/shown", test_shown);
  add ("/sync-background/held", test_held);

  return g_test_run ();
}
