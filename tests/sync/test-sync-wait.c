/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Until it has arrived: for a record, a collection, a batch, or all. And where it is meanwhile. */

#include "engine-fixture.h"

static void
on_batch_arrived (GObject      *object,
                  GAsyncResult *result,
                  gpointer      data)
{
  Ended *ended = data;

  ended->n++;
  truce_sync_wait_batch_finish (TRUCE_SYNC (object), result, &ended->error);
}

static void
wait_for (Fixture    *fixture,
          const char *id,
          Ended      *ended)
{
  truce_sync_wait_synced_async (fixture->sync, "task", id, NULL, on_arrived, ended);
}

static void
test_record (Fixture      *fixture,
             gconstpointer data)
{
  g_auto(Ended) one = { 0, };
  g_auto(Ended) synced = { 0, };
  g_auto(Ended) unknown = { 0, };

  put (fixture, "1", "{}");
  wait_for (fixture, "1", &one);
  settle ();
  g_assert_cmpuint (one.n, ==, 0);
  sync_once (fixture);
  wait_for (fixture, "1", &synced);
  wait_for (fixture, "none", &unknown);
  wait_until (one.n + synced.n + unknown.n == 3);
  g_assert_no_error (one.error);
  g_assert_no_error (synced.error);
  g_assert_no_error (unknown.error);
}

/* What is changed later does not prolong it; who waits for that waits longer. */
static void
test_later_edit (Fixture      *fixture,
                 gconstpointer data)
{
  g_auto(Ended) first = { 0, };
  g_auto(Ended) second = { 0, };
  g_auto(Ended) sync = { 0, };

  put (fixture, "1", "{\"n\":1}");
  wait_for (fixture, "1", &first);
  truce_sync_sync_now_async (fixture->sync, 0, NULL, on_ended, &sync);
  plain_remote_hold (fixture->remote);
  wait_until (truce_sync_get_delivery (fixture->sync, "task", "1", NULL) == TRUCE_DELIVERY_IN_FLIGHT ||
              plain_remote_is_held (fixture->remote));
  while (truce_sync_get_delivery (fixture->sync, "task", "1", NULL) != TRUCE_DELIVERY_IN_FLIGHT)
    {
      plain_remote_release (fixture->remote);
      plain_remote_hold (fixture->remote);
      g_main_context_iteration (NULL, FALSE);
    }

  /* Its push is out now. */
  put (fixture, "1", "{\"n\":2}");
  wait_for (fixture, "1", &second);
  plain_remote_fail (fixture->remote, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, -1);
  plain_remote_release (fixture->remote);
  wait_until (first.n == 1);
  g_assert_no_error (first.error);
  wait_until (sync.n == 1);
  if (second.n == 0)
    g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 1);
  g_clear_error (&sync.error);
  while (second.n == 0)
    {
      g_autoptr(TruceSyncReport) report = truce_sync_sync_now (fixture->sync, 0, NULL, NULL);

      settle ();
    }
  g_assert_no_error (second.error);
  assert_there (fixture, "1", "{\"n\":2}");
}

static void
test_rejected (Fixture      *fixture,
               gconstpointer data)
{
  g_auto(Ended) before = { 0, };
  g_auto(Ended) after = { 0, };
  g_auto(Ended) other = { 0, };

  plain_remote_reject (fixture->remote, "1", "the server's own words");
  put (fixture, "1", "{}");
  put (fixture, "2", "{}");
  wait_for (fixture, "1", &before);
  wait_for (fixture, "2", &other);
  sync_once (fixture);
  wait_for (fixture, "1", &after);
  wait_until (before.n + after.n + other.n == 3);
  g_assert_error (before.error, TRUCE_ERROR, TRUCE_ERROR_REJECTED);
  g_assert_nonnull (strstr (before.error->message, "the server's own words"));
  g_assert_error (after.error, TRUCE_ERROR, TRUCE_ERROR_REJECTED);
  g_assert_no_error (other.error);
}

/* Of all, the first one's error, when nothing is missing any more. */
static void
test_all (Fixture      *fixture,
          gconstpointer data)
{
  g_auto(Ended) all = { 0, };
  g_auto(Ended) collection = { 0, };
  g_auto(Ended) other = { 0, };
  g_auto(Ended) clean = { 0, };

  put (fixture, "1", "{}");
  put (fixture, "2", "{}");
  truce_sync_wait_synced_async (fixture->sync, NULL, NULL, NULL, on_arrived, &all);
  truce_sync_wait_synced_async (fixture->sync, "task", NULL, NULL, on_arrived, &collection);
  truce_sync_wait_synced_async (fixture->sync, "other", NULL, NULL, on_arrived, &other);
  wait_until (other.n == 1);
  settle ();
  g_assert_cmpuint (all.n + collection.n, ==, 0);
  plain_remote_reject (fixture->remote, "2", "no");
  sync_once (fixture);
  wait_until (all.n + collection.n == 2);
  g_assert_error (all.error, TRUCE_ERROR, TRUCE_ERROR_REJECTED);
  g_assert_error (collection.error, TRUCE_ERROR, TRUCE_ERROR_REJECTED);
  g_assert_no_error (other.error);
}

static void
test_batch (Fixture      *fixture,
            gconstpointer data)
{
  g_auto(Ended) ended = { 0, };
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatchResult) result = NULL;

  truce_batch_put_text (batch, "task", "1", "{}");
  truce_batch_delete (batch, "task", "missing");
  truce_batch_put_text (batch, "task", "2", "{}");
  result = truce_store_run (fixture->store, batch, &error);
  g_assert_no_error (error);
  truce_sync_wait_batch_async (fixture->sync, result, NULL, on_batch_arrived, &ended);
  settle ();
  g_assert_cmpuint (ended.n, ==, 0);
  sync_once (fixture);
  wait_until (ended.n == 1);
  g_assert_no_error (ended.error);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Ended) during = { 0, };
  g_auto(Ended) before = { 0, };

  put (fixture, "1", "{}");
  truce_sync_wait_synced_async (fixture->sync, "task", "1", cancellable, on_arrived, &during);
  g_cancellable_cancel (cancellable);
  wait_until (during.n == 1);
  g_assert_error (during.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  truce_sync_wait_synced_async (fixture->sync, "task", "1", cancellable, on_arrived, &before);
  g_assert_cmpuint (before.n, ==, 0);
  wait_until (before.n == 1);
  g_assert_error (before.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  sync_once (fixture);
  settle ();
  g_assert_cmpuint (during.n + before.n, ==, 2);
}

/* A wait keeps the engine, and the engine goes on. */
static void
test_background (Fixture      *fixture,
                 gconstpointer data)
{
  g_auto(Ended) ended = { 0, };
  gpointer sync = fixture->sync;

  put (fixture, "1", "{}");
  truce_sync_start (fixture->sync);
  wait_for (fixture, "1", &ended);
  g_object_add_weak_pointer (G_OBJECT (sync), &sync);
  g_clear_object (&fixture->sync);
  wait_until (ended.n == 1);
  g_assert_no_error (ended.error);
  wait_until (sync == NULL);
  assert_there (fixture, "1", "{}");
}

static void
test_delivery (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  truce_sync_get_delivery (fixture->sync, "task", "1", &error);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  put (fixture, "1", "{}");
  g_assert_cmpint (truce_sync_get_delivery (fixture->sync, "task", "1", NULL), ==, TRUCE_DELIVERY_PENDING);
  sync_once (fixture);
  g_assert_cmpint (truce_sync_get_delivery (fixture->sync, "task", "1", NULL), ==, TRUCE_DELIVERY_SYNCED);
}

#define add(path, test) \
  g_test_add (path "/here", Fixture, NULL, set_up, test, tear_down); \
  g_test_add (path "/threaded", Fixture, GINT_TO_POINTER (TRUE), set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/sync-wait/record", test_record);
  g_test_add ("/sync-wait/later-edit", Fixture, GINT_TO_POINTER (TRUE), set_up, test_later_edit, tear_down);
  add ("/sync-wait/rejected", test_rejected);
  add ("/sync-wait/all", test_all);
  add ("/sync-wait/batch", test_batch);
  add ("/sync-wait/cancelled", test_cancelled);
  add ("/sync-wait/background", test_background);
  add ("/sync-wait/delivery", test_delivery);

  return g_test_run ();
}
