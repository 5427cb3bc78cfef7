/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a scenario can't say of a session: what happens between two exchanges, how many there are, and what is kept. */

#include "sync-fixture.h"

#include "truce-outbox.h"
#include "truce-session-private.h"

static const char plain_schema[] = "{}";

static gint64
version_of (TruceStore *store)
{
  return store->version;
}

static TruceDelivery
delivery_of (TruceStore *store,
             const char *id)
{
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (truce_store_get_adapter (store), "task", id, NULL);

  g_assert_nonnull (row);
  return truce_stored_record_get_delivery (row);
}

static void
test_there_and_back (void)
{
  Sync sync;
  TruceSessionCounts counts;

  sync_set_up (&sync, plain_schema);
  sync_put (sync.a, "1", "{\"n\":1}");
  sync_put (sync.a, "2", "{\"n\":2}");
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, 2);
  g_assert_cmpint (delivery_of (sync.a, "1"), ==, TRUCE_DELIVERY_SYNCED);
  sync_assert (sync.hub_store, "2", "{\"n\":2}");
  counts = sync_run (&sync, sync.b);
  g_assert_cmpuint (counts.pulled, ==, 2);
  sync_assert (sync.b, "1", "{\"n\":1}");
  g_assert_cmpint (delivery_of (sync.b, "1"), ==, TRUCE_DELIVERY_SYNCED);
  sync_tear_down (&sync);
}

/* One exchange, nothing written on either side, and nothing that was sent comes back. */
static void
test_nothing_to_do (void)
{
  Sync sync;
  TruceSessionCounts counts;
  gint64 generation;

  sync_set_up (&sync, plain_schema);
  sync_put (sync.a, "1", "{\"n\":1}");
  sync_run (&sync, sync.a);
  generation = truce_store_adapter_get_generation (truce_store_get_adapter (sync.hub_store));
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.exchanges, ==, 1);
  g_assert_cmpuint (counts.pulled, ==, 0);
  g_assert_cmpint (truce_store_adapter_get_generation (truce_store_get_adapter (sync.hub_store)), ==, generation);
  sync_tear_down (&sync);
}

typedef void (*MeanwhileFunc) (Sync *sync);

/* A session of a, in which something happens while the push is out. */
static void
run_meanwhile (Sync         *sync,
               MeanwhileFunc meanwhile)
{
  g_autoptr(TruceSession) session = truce_session_new (sync->a, &sync->setup);
  g_autoptr(GError) error = NULL;

  while (!truce_session_is_finished (session))
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);

      g_assert_no_error (error);
      if (exchange == NULL)
        continue;
      truce_exchange_perform (sync->remote, exchange, NULL, &error);
      g_assert_no_error (error);
      if (TRUCE_IS_PUSH (exchange) && meanwhile != NULL)
        {
          g_assert_true (truce_session_is_out (session, "task", "1"));
          meanwhile (sync);
          meanwhile = NULL;
        }
      truce_session_take (session, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
edit_meanwhile (Sync *sync)
{
  sync_patch (sync->a, "1", "{\"n\":2}");
}

static void
test_edited_in_flight (void)
{
  Sync sync;

  sync_set_up (&sync, plain_schema);
  sync_put (sync.a, "1", "{\"n\":1}");
  run_meanwhile (&sync, edit_meanwhile);
  sync_assert (sync.hub_store, "1", "{\"n\":2}");
  g_assert_cmpint (delivery_of (sync.a, "1"), ==, TRUCE_DELIVERY_SYNCED);
  sync_tear_down (&sync);
}

static void
delete_meanwhile (Sync *sync)
{
  g_autoptr(TruceCollection) tasks = sync_tasks (sync->a);
  g_autoptr(GError) error = NULL;

  truce_collection_delete (tasks, "1", &error);
  g_assert_no_error (error);
}

/* A record that was made here and deleted is not sent; unless it was on its way already. */
static void
test_deleted_in_flight (void)
{
  Sync sync;

  sync_set_up (&sync, plain_schema);
  sync_put (sync.a, "1", "{\"n\":1}");
  run_meanwhile (&sync, delete_meanwhile);
  sync_assert (sync.hub_store, "1", NULL);
  sync_tear_down (&sync);
}

/* A change that was rejected and is discarded leaves nothing behind: not in the record, not in its stamps. */
static void
test_discard_is_exact (void)
{
  Sync sync;
  g_autoptr(TruceStoredRecord) before = NULL;
  g_autoptr(TruceStoredRecord) after = NULL;
  g_autoptr(TruceStoredRecord) rejected = NULL;
  g_autoptr(GError) error = NULL;
  TruceInboxEntry entry = { .code = TRUCE_ERROR_REJECTED, .message = (char *) "no" };

  sync_set_up (&sync, "{\"fields\":{\"tags\":\"set\",\"votes\":\"counter\"}}");
  sync_put (sync.a, "1", "{\"n\":1,\"tags\":[\"x\",\"y\"],\"votes\":3}");
  sync_run (&sync, sync.a);
  before = truce_store_adapter_get (truce_store_get_adapter (sync.a), "task", "1", &error);
  sync_patch (sync.a, "1", "{\"n\":2,\"tags\":[\"z\"],\"votes\":7,\"m\":1}");
  rejected = truce_store_adapter_get (truce_store_get_adapter (sync.a), "task", "1", &error);
  g_assert_true (truce_store_begin (sync.a, &error));
  g_assert_true (truce_inbox_put (sync.a, rejected, TRUCE_DELIVERY_FAILED, &entry, &error));
  g_assert_true (truce_store_commit (sync.a, &error));
  truce_outbox_discard (sync.a, "task", "1", &error);
  g_assert_no_error (error);
  after = truce_store_adapter_get (truce_store_get_adapter (sync.a), "task", "1", &error);
  g_assert_cmpmem (before->state, before->state_length, after->state, after->state_length);
  g_assert_cmpstr (before->value, ==, after->value);
  g_assert_cmpint (after->delivery, ==, TRUCE_DELIVERY_SYNCED);
  sync_tear_down (&sync);
}

static gboolean
refuse_odd (TruceHub    *hub,
            TruceChange *change,
            const char  *account,
            gpointer     data,
            GError     **error)
{
  if (strstr (truce_change_get_text (change), "odd") == NULL)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_REJECTED, "odd things are not taken");
  return FALSE;
}

static void
test_rejected (void)
{
  Sync sync;
  TruceSessionCounts counts;
  g_autoptr(TruceInboxEntry) entry = NULL;
  g_autoptr(GError) error = NULL;

  sync_set_up (&sync, plain_schema);
  truce_hub_set_guard (sync.hub, refuse_odd, NULL, NULL);
  sync_put (sync.a, "1", "{\"n\":1}");
  sync_put (sync.a, "2", "{\"n\":\"odd\"}");
  sync_put (sync.a, "3", "{\"n\":3}");
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, 2);
  g_assert_cmpuint (counts.failed, ==, 1);
  entry = truce_inbox_get (sync.a, "task", "2", &error);
  g_assert_cmpstr (entry->message, ==, "odd things are not taken");
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.exchanges, ==, 1);   /* it is not sent again by itself */

  truce_outbox_retry (sync.a, "task", "2", "{\"n\":\"even\"}", &error);
  g_assert_no_error (error);
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, 1);
  sync_assert (sync.hub_store, "2", "{\"n\":\"even\"}");
  sync_tear_down (&sync);
}

/* Two that refer to each other, and one whose parent was rejected. */
static void
test_references (void)
{
  Sync sync;
  TruceSessionCounts counts;

  sync_set_up (&sync, "{\"references\":{\"up\":\"task\"}}");
  truce_hub_set_guard (sync.hub, refuse_odd, NULL, NULL);
  sync_put (sync.a, "1", "{\"up\":\"2\"}");
  sync_put (sync.a, "2", "{\"up\":\"1\"}");
  sync_put (sync.a, "4", "{\"up\":\"3\"}");
  sync_put (sync.a, "5", "{\"up\":\"4\"}");
  sync_put (sync.a, "3", "{\"n\":\"odd\"}");
  sync_put (sync.a, "7", "{\"up\":[\"6\"]}");
  sync_put (sync.a, "6", "{\"n\":1}");
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, 4);
  g_assert_cmpuint (counts.failed, ==, 1);
  g_assert_cmpuint (counts.skipped, ==, 2);
  sync_assert (sync.hub_store, "1", "{\"up\":\"2\"}");
  sync_assert (sync.hub_store, "7", "{\"up\":[\"6\"]}");
  sync_assert (sync.hub_store, "4", NULL);
  sync_assert (sync.hub_store, "5", NULL);
  sync_tear_down (&sync);
}

/* More than half of a collection gone at the remote: nothing goes here before somebody says so. */
static void
test_mass_delete (void)
{
  Sync sync;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) there = NULL;
  TruceSessionCounts counts;

  sync_set_up (&sync, plain_schema);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *id = g_strdup_printf ("%02u", i);

      sync_put (sync.a, id, "{\"n\":1}");
    }
  sync_run (&sync, sync.a);
  sync_run (&sync, sync.b);
  there = sync_tasks (sync.a);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("%02u", i);

      truce_collection_delete (there, id, &error);
    }
  sync_run (&sync, sync.a);
  truce_hub_set_tombstone_ttl (sync.hub, 1);
  sync.now_ms += 100000;
  g_assert_cmpint (truce_hub_purge (sync.hub, &error), ==, 20);

  g_assert_false (sync_try (&sync, sync.b, sync.remote, &counts, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_MASS_DELETE);
  g_clear_error (&error);
  sync_assert (sync.b, "00", "{\"n\":1}");
  g_assert_cmpuint (truce_store_get_n_records (sync.b), ==, 30);

  sync.setup.allow_removal = TRUE;
  counts = sync_run (&sync, sync.b);
  g_assert_cmpuint (counts.removed, ==, 20);
  g_assert_cmpuint (truce_store_get_n_records (sync.b), ==, 10);
  g_clear_object (&there);
  sync_tear_down (&sync);
}

static void
set_filter (Sync       *sync,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&sync->setup.filters, g_hash_table_unref);
  if (text == NULL)
    return;
  sync->setup.filters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) truce_filter_unref);
  g_hash_table_insert (sync->setup.filters, g_strdup ("task"), truce_filter_parse (text, &error));
  g_assert_no_error (error);
}

/* A part of the whole: narrowing takes the rest away here alone, widening brings it back. */
static void
test_filter (void)
{
  Sync sync;

  sync_set_up (&sync, plain_schema);
  sync_put (sync.a, "1", "{\"n\":1}");
  sync_put (sync.a, "2", "{\"n\":2}");
  sync_put (sync.a, "3", "{\"n\":3}");
  sync_run (&sync, sync.a);

  set_filter (&sync, "n >= 2");
  sync_run (&sync, sync.b);
  sync_assert (sync.b, "1", NULL);
  sync_assert (sync.b, "2", "{\"n\":2}");
  sync_put (sync.b, "0", "{\"n\":0}");                  /* sent, and then it goes */
  set_filter (&sync, "n >= 3");
  sync_run (&sync, sync.b);
  sync_assert (sync.b, "2", NULL);
  sync_assert (sync.b, "0", NULL);
  sync_assert (sync.hub_store, "2", "{\"n\":2}");
  sync_assert (sync.hub_store, "0", "{\"n\":0}");

  set_filter (&sync, NULL);
  sync_patch (sync.a, "3", "{\"n\":1}");
  sync_run (&sync, sync.a);
  set_filter (&sync, "n >= 3");
  sync_run (&sync, sync.b);
  sync_assert (sync.b, "3", NULL);                      /* it has left */
  set_filter (&sync, NULL);
  sync_run (&sync, sync.b);
  sync_assert (sync.b, "1", "{\"n\":1}");
  sync_assert (sync.b, "3", "{\"n\":1}");
  sync_assert (sync.hub_store, "3", "{\"n\":1}");
  sync_tear_down (&sync);
}

static void
test_account (void)
{
  Sync sync;
  g_autoptr(GError) error = NULL;

  sync_set_up (&sync, plain_schema);
  sync.setup.account = g_strdup ("ada");
  sync_put (sync.a, "1", "{\"n\":1}");
  sync_run (&sync, sync.a);
  sync_patch (sync.a, "1", "{\"n\":2}");
  g_free (sync.setup.account);
  sync.setup.account = g_strdup ("bob");
  g_assert_false (sync_try (&sync, sync.a, sync.remote, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_AUTH);
  sync_assert (sync.hub_store, "1", "{\"n\":1}");
  sync_tear_down (&sync);
}

/* What is local stays. */
static void
test_local (void)
{
  Sync sync;

  sync_set_up (&sync, "{\"fields\":{\"here\":\"local\"}}");
  sync_put (sync.a, "1", "{\"here\":1,\"n\":1}");
  sync_run (&sync, sync.a);
  sync_assert (sync.hub_store, "1", "{\"n\":1}");
  sync_run (&sync, sync.b);
  sync_patch (sync.b, "1", "{\"here\":2,\"n\":2}");
  sync_run (&sync, sync.b);
  sync_run (&sync, sync.a);
  sync_assert (sync.a, "1", "{\"here\":1,\"n\":2}");
  sync_assert (sync.b, "1", "{\"here\":2,\"n\":2}");
  g_assert_cmpint (delivery_of (sync.a, "1"), ==, TRUCE_DELIVERY_SYNCED);
  sync_tear_down (&sync);
}

static void
test_budget (void)
{
  Sync sync;
  g_autoptr(TruceSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 version;

  sync_set_up (&sync, plain_schema);
  sync.setup.batch_size = 1;
  sync_put (sync.a, "1", "{\"n\":1}");
  sync_put (sync.a, "2", "{\"n\":2}");
  session = truce_session_new (sync.a, &sync.setup);
  for (gboolean pushed = FALSE; !pushed;)
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);

      pushed = TRUCE_IS_PUSH (exchange);
      truce_exchange_perform (sync.remote, exchange, NULL, &error);
      truce_session_take (session, NULL, &error);
      g_assert_no_error (error);
    }
  g_clear_pointer (&session, truce_session_free);       /* the time is up */
  version = version_of (sync.hub_store);
  g_assert_cmpint (version, ==, 1);
  sync_run (&sync, sync.a);
  g_assert_cmpint (version_of (sync.hub_store), ==, 2);
  sync_tear_down (&sync);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/there-and-back", test_there_and_back);
  g_test_add_func ("/session/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/session/edited-in-flight", test_edited_in_flight);
  g_test_add_func ("/session/deleted-in-flight", test_deleted_in_flight);
  g_test_add_func ("/session/discard-is-exact", test_discard_is_exact);
  g_test_add_func ("/session/rejected", test_rejected);
  g_test_add_func ("/session/references", test_references);
  g_test_add_func ("/session/mass-delete", test_mass_delete);
  g_test_add_func ("/session/filter", test_filter);
  g_test_add_func ("/session/account", test_account);
  g_test_add_func ("/session/local", test_local);
  g_test_add_func ("/session/budget", test_budget);

  return g_test_run ();
}
