/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session that is broken off, anywhere: exchanges that are lost, doubled, cut or late, crashes at every commit on
 * either side, and somebody who writes all the while. The next session goes on, and each change counts once. */

#include "sync-pair.h"

#define N 60

/* ---- exchanges that go wrong ---- */

typedef struct
{
  TruceTestPoint point;
  TruceTestFault fault;
} Trouble;

/* 28-30. The exchange, or several after each other, go wrong at any time; the next sessions end in the same. */
static void
test_exchange (gconstpointer data)
{
  const Trouble *trouble = data;
  guint n_exchanges = 1;

  for (guint skipped = 0; skipped < n_exchanges; skipped++)
    {
      g_autoptr(TruceTestRemote) remote = NULL;
      Pair pair;

      pair_open_memory (&pair);
      pair_work (&pair, N);
      remote = truce_test_remote_new (pair.remote);
      pair_try_some (pair.store, TRUCE_REMOTE (remote), skipped);
      truce_test_remote_fail (remote, trouble->point, trouble->fault, 1 + (guint) g_test_rand_int_range (0, 3));
      for (guint tries = 0; truce_test_remote_get_n_armed (remote) > 0 && tries < 6; tries++)
        {
          g_autoptr(GError) error = NULL;

          if (!pair_try (pair.store, TRUCE_REMOTE (remote), &error))
            g_test_message ("%s", error->message);
          pair_check_between (pair.store, N, FALSE);
          pair_check_between (pair.hub_store, N, TRUE);
        }
      truce_test_remote_clear (remote);
      n_exchanges = MAX (n_exchanges, truce_test_remote_get_n_exchanges (remote, trouble->point));
      pair_sync (pair.store, TRUCE_REMOTE (remote));
      pair_check (&pair, N);
      pair_close (&pair);
    }
}

/* ---- sessions that nobody ends ---- */

/* 35. Dropped after any number of exchanges, be it that the last one was never looked at. */
static void
test_dropped (void)
{
  gboolean done = FALSE;

  for (guint n = 0; !done; n++)
    {
      Pair pair;

      pair_open_memory (&pair);
      pair_work (&pair, N);
      done = pair_try_some (pair.store, pair.remote, n);
      pair_check_between (pair.store, N, FALSE);
      pair_check_between (pair.hub_store, N, TRUE);
      pair_sync (pair.store, pair.remote);
      pair_check (&pair, N);
      pair_close (&pair);
    }
}

/* 33, 35. Somebody counts on, in a note that is on its way. */
static void
test_written_meanwhile (void)
{
  g_autoptr(TruceSession) session = NULL;
  g_autoptr(TruceCollection) notes = NULL;
  g_autoptr(TruceCollection) hub_notes = NULL;
  g_autoptr(GError) error = NULL;
  const TruceSessionSetup setup = { .batch_size = 10, .page_size = 10 };
  int n_counted = 0;
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  Pair pair;

  pair_open_memory (&pair);
  pair_work (&pair, N);
  notes = pair_notes (pair.store);
  hub_notes = pair_notes (pair.hub_store);
  session = truce_session_new (pair.store, &setup);
  while (!truce_session_is_finished (session))
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);
      gboolean counts;

      g_assert_no_error (error);
      if (exchange == NULL)
        continue;
      counts = TRUCE_IS_PUSH (exchange) && n_counted < 60;      /* or there would always be more to send */
      g_assert_true (!counts || truce_collection_increment (notes, "n0001", "votes", 1000, &error));
      g_assert_true (truce_exchange_perform (pair.remote, exchange, NULL, &error));
      g_assert_true (!counts || truce_collection_increment (notes, "n0001", "votes", 1000, &error));
      g_assert_true (truce_session_take (session, NULL, &error));
      n_counted += counts ? 2 : 0;
    }
  pair_sync (pair.store, pair.remote);
  text = truce_collection_dup_text (hub_notes, "n0001", &error);
  expected = g_strdup_printf ("{\"tags\":[\"a\",\"r\"],\"title\":\"old\",\"votes\":%d}", 3 + 1000 * n_counted);
  g_assert_cmpstr (text, ==, expected);
  pair_close (&pair);
}

/* ---- crashes ---- */

typedef struct
{
  gboolean hub;                 /* whose process dies */
  gboolean after;               /* the commit, or at it */
} Crash;

/* 45. At each commit of either side. A page and its cursor are one commit, so none comes twice, and none is missed. */
static void
test_crash (gconstpointer data)
{
  const Crash *crash = data;
  gboolean crashed = TRUE;

  for (guint nth = 1; crashed; nth++)
    {
      g_autoptr(TruceTestAdapter) ours = truce_test_adapter_new (TRUCE_STORE_ADAPTER (truce_memory_adapter_new ()));
      g_autoptr(TruceTestAdapter) theirs = truce_test_adapter_new (TRUCE_STORE_ADAPTER (truce_memory_adapter_new ()));
      TruceTestAdapter *victim = crash->hub ? theirs : ours;
      g_autoptr(GError) error = NULL;
      Pair pair;

      pair_open (&pair, g_object_ref (TRUCE_STORE_ADAPTER (ours)), g_object_ref (TRUCE_STORE_ADAPTER (theirs)), &error);
      g_assert_no_error (error);
      pair_work (&pair, N);
      if (crash->after)
        truce_test_adapter_crash_after_commit (victim, nth);
      else
        truce_test_adapter_crash_at_commit (victim, nth);
      g_assert_cmpint (pair_try (pair.store, pair.remote, NULL), ==, !truce_test_adapter_is_crashed (victim));
      crashed = truce_test_adapter_is_crashed (victim);
      pair_close (&pair);

      truce_test_adapter_reopen (victim);
      pair_open (&pair, g_object_ref (TRUCE_STORE_ADAPTER (ours)), g_object_ref (TRUCE_STORE_ADAPTER (theirs)), &error);
      g_assert_no_error (error);
      pair_check_between (pair.store, N, FALSE);
      pair_check_between (pair.hub_store, N, TRUE);
      pair_sync (pair.store, pair.remote);
      pair_check (&pair, N);
      pair_close (&pair);
    }
}

/* ---- what is never sent ---- */

static guint
count_pushed (Pair *pair)
{
  const TruceSessionSetup setup = { .batch_size = 10 };
  g_autoptr(TruceSession) session = truce_session_new (pair->store, &setup);
  g_autoptr(GError) error = NULL;

  while (!truce_session_is_finished (session))
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);

      g_assert_no_error (error);
      if (exchange == NULL)
        continue;
      g_assert_true (truce_exchange_perform (pair->remote, exchange, NULL, &error));
      g_assert_true (truce_session_take (session, NULL, &error));
    }
  return (guint) truce_session_get_counts (session)->pushed;
}

static void
assert_note (TruceStore *store,
             const char *id,
             const char *expected)
{
  g_autoptr(TruceCollection) notes = pair_notes (store);
  g_autofree char *text = truce_collection_dup_text (notes, id, NULL);

  g_assert_cmpstr (text, ==, expected);
}

/* 34. Many changes of one record before a sync are one, and what came and went is none. */
static void
test_compacted (void)
{
  g_autoptr(TruceCollection) notes = NULL;
  g_autoptr(GError) error = NULL;
  Pair pair;

  pair_open_memory (&pair);
  notes = pair_notes (pair.store);
  truce_collection_put_text (notes, "kept", "{\"title\":\"a\"}", &error);
  truce_collection_put_text (notes, "came-and-went", "{\"title\":\"a\"}", &error);
  truce_collection_put_text (notes, "old", "{\"title\":\"a\"}", &error);
  truce_collection_delete (notes, "came-and-went", &error);
  truce_collection_patch_text (notes, "kept", "{\"title\":\"b\",\"votes\":2}", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_pushed (&pair), ==, 2);
  assert_note (pair.hub_store, "kept", "{\"title\":\"b\",\"votes\":2}");
  assert_note (pair.hub_store, "came-and-went", NULL);

  truce_collection_delete (notes, "old", &error);
  truce_collection_delete (notes, "kept", &error);
  truce_collection_put_text (notes, "kept", "{\"title\":\"c\"}", &error);
  truce_collection_put_text (notes, "came-and-went", "{\"title\":\"d\"}", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_pushed (&pair), ==, 3);
  assert_note (pair.hub_store, "old", NULL);
  assert_note (pair.hub_store, "kept", "{\"title\":\"c\"}");
  assert_note (pair.hub_store, "came-and-went", "{\"title\":\"d\"}");
  g_assert_cmpuint (count_pushed (&pair), ==, 0);
  pair_close (&pair);
}

int
main (int   argc,
      char *argv[])
{
  static const Trouble troubles[] = {
    { TRUCE_TEST_POINT_OPEN, TRUCE_TEST_FAULT_DROP_REPLY }, { TRUCE_TEST_POINT_OPEN, TRUCE_TEST_FAULT_LATE },
    { TRUCE_TEST_POINT_OPEN, TRUCE_TEST_FAULT_DUPLICATE }, { TRUCE_TEST_POINT_PULL, TRUCE_TEST_FAULT_DROP_REPLY },
    { TRUCE_TEST_POINT_PULL, TRUCE_TEST_FAULT_TRUNCATE }, { TRUCE_TEST_POINT_PULL, TRUCE_TEST_FAULT_DUPLICATE },
    { TRUCE_TEST_POINT_PULL, TRUCE_TEST_FAULT_LATE }, { TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_DROP_REQUEST },
    { TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_DROP_REPLY }, { TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_TRANSIENT },
    { TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_TRUNCATE }, { TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_DUPLICATE },
    { TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_LATE }, { TRUCE_TEST_POINT_CLOSE, TRUCE_TEST_FAULT_DROP_REPLY },
    { TRUCE_TEST_POINT_CLOSE, TRUCE_TEST_FAULT_LATE },
  };
  static const Crash crashes[] = { { FALSE, FALSE }, { FALSE, TRUE }, { TRUE, FALSE }, { TRUE, TRUE } };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sync-faults/exchange/%d-%d", troubles[i].point, troubles[i].fault);

      g_test_add_data_func (path, &troubles[i], test_exchange);
    }
  g_test_add_func ("/sync-faults/dropped", test_dropped);
  g_test_add_func ("/sync-faults/written-meanwhile", test_written_meanwhile);
  g_test_add_data_func ("/sync-faults/crash/replica/at", &crashes[0], test_crash);
  g_test_add_data_func ("/sync-faults/crash/replica/after", &crashes[1], test_crash);
  g_test_add_data_func ("/sync-faults/crash/hub/at", &crashes[2], test_crash);
  g_test_add_data_func ("/sync-faults/crash/hub/after", &crashes[3], test_crash);
  g_test_add_func ("/sync-faults/compacted", test_compacted);
  return g_test_run ();
}
