/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Both sides changed a record apart, and a join may not decide. */

#include "sync-fixture.h"

#include "truce-outbox.h"
#include "truce-session-private.h"

static TruceDelivery
delivery_of (TruceStore *store,
             const char *id)
{
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (truce_store_get_adapter (store), "task", id, NULL);

  g_assert_nonnull (row);
  return truce_stored_record_get_delivery (row);
}

/* a and b both have {"t":0}; then each writes its own, and a sends it. */
static void
set_up_apart (Sync       *sync,
              const char *schema)
{
  sync_set_up (sync, schema);
  sync_put (sync->a, "1", "{\"t\":0}");
  sync_run (sync, sync->a);
  sync_run (sync, sync->b);
  sync_patch (sync->a, "1", "{\"t\":\"a\"}");
  sync_patch (sync->b, "1", "{\"t\":\"b\"}");
  sync_run (sync, sync->a);
}

static void
assert_all (Sync       *sync,
            const char *expected)
{
  sync_run (sync, sync->b);
  sync_run (sync, sync->a);
  sync_assert (sync->a, "1", expected);
  sync_assert (sync->b, "1", expected);
  sync_assert (sync->hub_store, "1", expected);
  g_assert_cmpint (delivery_of (sync->a, "1"), ==, TRUCE_DELIVERY_SYNCED);
  g_assert_cmpint (delivery_of (sync->b, "1"), ==, TRUCE_DELIVERY_SYNCED);
}

static void
assert_in_history (TruceStore *store,
                   const char *value)
{
  g_autoptr(TruceCollection) tasks = sync_tasks (store);
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) log = truce_collection_get_log (tasks, "1", &error);
  gboolean found = FALSE;

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr(TruceLogEntry) entry = g_list_model_get_item (log, i);
      const char *text = truce_log_entry_get_text (entry);

      found |= g_str_equal (text, value);
    }
  g_assert_true (found);
}

static void
test_strategies (void)
{
  static const struct { const char *schema; const char *expected; const char *lost; } rows[] = {
    { "{\"resolver\":\"prefer-local\"}", "{\"t\":\"b\"}", "\"a\"" },
    { "{\"resolver\":\"prefer-remote\"}", "{\"t\":\"a\"}", "\"b\"" },
    { "{\"resolver\":\"last-write\"}", "{\"t\":\"b\"}", "\"a\"" },
    { "{\"fields\":{\"t\":{\"rule\":\"ours\"}}}", "{\"t\":\"b\"}", "\"a\"" },
    { "{\"fields\":{\"t\":{\"rule\":\"theirs\"}}}", "{\"t\":\"a\"}", "\"b\"" },
    { "{\"fields\":{\"t\":{\"rule\":\"max\"}}}", "{\"t\":\"b\"}", "\"a\"" },
    { "{\"fields\":{\"t\":{\"rule\":\"min\"}}}", "{\"t\":\"a\"}", "\"b\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Sync sync;

      set_up_apart (&sync, rows[i].schema);
      assert_all (&sync, rows[i].expected);
      assert_in_history (sync.b, rows[i].lost);
      sync_tear_down (&sync);
    }
}

static void
test_text (void)
{
  Sync sync;

  sync_set_up (&sync, "{\"fields\":{\"n\":\"text\"}}");
  sync_put (sync.a, "1", "{\"n\":\"one two three\"}");
  sync_run (&sync, sync.a);
  sync_run (&sync, sync.b);
  sync_patch (sync.a, "1", "{\"n\":\"ONE two three\"}");
  sync_patch (sync.b, "1", "{\"n\":\"one two THREE\"}");
  sync_run (&sync, sync.a);
  assert_all (&sync, "{\"n\":\"ONE two THREE\"}");
  sync_tear_down (&sync);
}

static void
test_deferred (void)
{
  static const struct { TruceResolutionType type; const char *text; const char *expected; } rows[] = {
    { TRUCE_RESOLUTION_LOCAL, NULL, "{\"t\":\"b\"}" },
    { TRUCE_RESOLUTION_REMOTE, NULL, "{\"t\":\"a\"}" },
    { TRUCE_RESOLUTION_MERGED, "{\"t\":\"ab\"}", "{\"t\":\"ab\"}" },
    { TRUCE_RESOLUTION_MERGED, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Sync sync;
      g_autoptr(GError) error = NULL;
      TruceSessionCounts counts;

      set_up_apart (&sync, "{\"resolver\":\"defer\"}");
      counts = sync_run (&sync, sync.b);
      g_assert_cmpuint (counts.conflicted, ==, 1);
      sync_assert (sync.b, "1", "{\"t\":\"b\"}");       /* ours stays in use */
      sync_patch (sync.b, "1", "{\"u\":1}");            /* and may be edited */
      sync_patch (sync.a, "1", "{\"v\":1}");            /* the remote's too */
      sync_run (&sync, sync.a);
      sync_run (&sync, sync.b);
      g_assert_cmpint (delivery_of (sync.b, "1"), ==, TRUCE_DELIVERY_CONFLICTED);
      sync_patch (sync.a, "1", "{\"v\":null}");

      truce_outbox_resolve (sync.b, "task", "1", rows[i].type, rows[i].text, &error);
      g_assert_no_error (error);
      truce_outbox_resolve (sync.b, "task", "1", rows[i].type, rows[i].text, &error);
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
      sync_run (&sync, sync.b);
      g_assert_cmpuint (truce_store_count (sync.b, TRUCE_DELIVERY_CONFLICTED), ==, 0);
      if (rows[i].type == TRUCE_RESOLUTION_LOCAL)
        sync_assert (sync.hub_store, "1", "{\"t\":\"b\",\"u\":1}");
      else if (rows[i].type == TRUCE_RESOLUTION_REMOTE)
        sync_assert (sync.hub_store, "1", "{\"t\":\"a\",\"v\":1}");
      else
        sync_assert (sync.hub_store, "1", rows[i].expected);
      sync_tear_down (&sync);
    }
}

static void
test_keep_both (void)
{
  Sync sync;
  g_autoptr(GError) error = NULL;

  set_up_apart (&sync, "{\"resolver\":\"defer\"}");
  sync_run (&sync, sync.b);
  truce_outbox_keep_copy (sync.b, "task", "1", "1-copy", &error);
  g_assert_no_error (error);
  assert_all (&sync, "{\"t\":\"a\"}");
  sync_assert (sync.a, "1-copy", "{\"t\":\"b\"}");
  sync_tear_down (&sync);
}

static TruceResolution *
misbehave (TruceConflict *conflict,
           gpointer       data,
           GError       **error)
{
  Sync *sync = data;
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceCollection) tasks = sync_tasks (sync->b);

  g_assert_false (truce_collection_put_text (tasks, "2", "{}", &local));
  g_assert_error (local, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "a resolver that fails");
  return NULL;
}

static TruceResolution *
answer_nonsense (TruceConflict *conflict,
                 gpointer       data,
                 GError       **error)
{
  g_autoptr(JsonNode) value = json_from_string ("{\"t\":\"what the schema does not allow\"}", NULL);

  return truce_resolution_new_merged (value);
}

/* A resolver that fails, calls the store again, or says what can't be: the record waits, the others go on. */
static void
test_bad_resolvers (void)
{
  TruceResolveFunc funcs[] = { misbehave, answer_nonsense };

  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    {
      Sync sync;
      g_autoptr(TruceCollection) tasks = NULL;
      g_autoptr(TruceResolver) resolver = NULL;
      g_autoptr(TruceInboxEntry) entry = NULL;
      g_autoptr(GError) error = NULL;

      set_up_apart (&sync, "{\"fields\":{\"t\":{\"max-size\":5}}}");
      sync_put (sync.b, "9", "{\"t\":9}");
      tasks = sync_tasks (sync.b);
      resolver = TRUCE_RESOLVER (truce_callback_resolver_new (funcs[i], &sync, NULL));
      truce_collection_set_resolver (tasks, resolver);
      sync_run (&sync, sync.b);
      g_assert_cmpint (delivery_of (sync.b, "1"), ==, TRUCE_DELIVERY_CONFLICTED);
      sync_assert (sync.hub_store, "9", "{\"t\":9}");
      entry = truce_inbox_get (sync.b, "task", "1", &error);
      g_assert_nonnull (strstr (entry->message, i == 0 ? "a resolver that fails" : "/t"));
      g_clear_object (&tasks);
      sync_tear_down (&sync);
    }
}

/* The remote has changed again between our pull and our push: the hub says so, and the resolver decides once more. */
static void
test_conflict_at_push (void)
{
  Sync sync;
  g_autoptr(TruceSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gboolean raced = FALSE;

  sync_set_up (&sync, "{\"fields\":{\"t\":{\"rule\":\"max\"}}}");
  sync_put (sync.a, "1", "{\"t\":0}");
  sync_run (&sync, sync.a);
  sync_run (&sync, sync.b);
  sync_patch (sync.a, "1", "{\"t\":7}");
  sync_patch (sync.b, "1", "{\"t\":5}");
  session = truce_session_new (sync.b, &sync.setup);
  while (!truce_session_is_finished (session))
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);

      g_assert_no_error (error);
      if (exchange == NULL)
        continue;
      if (TRUCE_IS_PUSH (exchange) && !raced)
        {
          sync_run (&sync, sync.a);
          raced = TRUE;
        }
      truce_exchange_perform (sync.remote, exchange, NULL, &error);
      g_assert_no_error (error);
      truce_session_take (session, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_true (raced);
  g_clear_pointer (&session, truce_session_free);
  sync_assert (sync.b, "1", "{\"t\":7}");
  assert_all (&sync, "{\"t\":7}");
  sync_tear_down (&sync);
}

/* A child of a record in conflict goes, for the remote has its parent; whatever the parent's fields are called. */
static void
test_child_of_conflict (void)
{
  Sync sync;

  sync_set_up (&sync, "{\"resolver\":\"defer\",\"references\":{\"up\":\"task\"}}");
  sync_put (sync.a, "1", "{\"absent\":0}");
  sync_run (&sync, sync.a);
  sync_run (&sync, sync.b);
  sync_patch (sync.a, "1", "{\"absent\":1}");
  sync_patch (sync.b, "1", "{\"absent\":2}");
  sync_put (sync.b, "2", "{\"up\":\"1\"}");
  sync_run (&sync, sync.a);
  sync_run (&sync, sync.b);
  g_assert_cmpint (delivery_of (sync.b, "1"), ==, TRUCE_DELIVERY_CONFLICTED);
  sync_assert (sync.hub_store, "2", "{\"up\":\"1\"}");
  sync_tear_down (&sync);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-conflict/strategies", test_strategies);
  g_test_add_func ("/session-conflict/text", test_text);
  g_test_add_func ("/session-conflict/deferred", test_deferred);
  g_test_add_func ("/session-conflict/keep-both", test_keep_both);
  g_test_add_func ("/session-conflict/bad-resolvers", test_bad_resolvers);
  g_test_add_func ("/session-conflict/conflict-at-push", test_conflict_at_push);

  g_test_add_func ("/session-conflict/child-of-conflict", test_child_of_conflict);

  return g_test_run ();
}
