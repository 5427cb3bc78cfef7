/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "store-fixture.h"

/* Batches: what becomes of each operation, and what one can do about it. */

static void
put_odd (Fixture *f)
{
  for (int i = 1; i <= 5; i += 2)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      assert_done (truce_collection_put_text (f->tasks, id, "{\"title\":\"x\"}", &error));
    }
}

/* Five deletions, of which the second and the fourth find nothing. */
static TruceBatch *
delete_five (TruceBatchPolicy policy)
{
  TruceBatch *batch = truce_batch_new (policy);

  for (int i = 1; i <= 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      truce_batch_delete (batch, "task", id);
    }
  return batch;
}

static const struct
{
  const char *outcomes;
  guint left;
  const char *retried;          /* after records 2 and 4 have come */
} policies[] = {
  [TRUCE_BATCH_POLICY_ATOMIC] = { "rfsss", 3, "aaaaa" },
  [TRUCE_BATCH_POLICY_INDEPENDENT] = { "afafa", 0, "aa" },
  [TRUCE_BATCH_POLICY_STOP] = { "afsss", 2, "aaaa" },
};

static void
test_policy (Fixture      *f,
             gconstpointer data)
{
  TruceBatchPolicy policy = GPOINTER_TO_INT (data);
  g_autoptr(TruceBatch) batch = delete_five (policy);
  g_autoptr(TruceBatch) retry = NULL;
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceBatchResult) retried = NULL;

  put_odd (f);
  result = run_batch (f->store, batch, policies[policy].outcomes);
  g_assert_error (truce_batch_result_get_error (result, 1), TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  g_assert_cmpuint (truce_batch_result_count (result, TRUCE_OUTCOME_FAILED), ==,
                    policy == TRUCE_BATCH_POLICY_INDEPENDENT ? 2 : 1);
  g_assert_cmpuint (truce_store_get_n_records (f->store), ==, policies[policy].left);
  g_assert_false (truce_batch_result_is_clean (result));

  assert_done (truce_collection_put_text (f->tasks, "2", "{}", &error));
  assert_done (truce_collection_put_text (f->tasks, "4", "{}", &error));
  retry = truce_batch_result_create_retry (result);
  g_assert_cmpint (truce_batch_get_policy (retry), ==, policy);
  retried = run_batch (f->store, retry, policies[policy].retried);
  g_assert_true (truce_batch_result_is_clean (retried));
  g_assert_cmpuint (truce_store_get_n_records (f->store), ==, 0);
}

/* What went through is taken back. */
static void
test_roll_back (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(TruceBatch) batch = delete_five (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceBatchResult) undone = NULL;
  g_autoptr(TruceBatch) undo = NULL;

  put_odd (f);
  result = run_batch (f->store, batch, "afafa");
  undo = truce_batch_result_create_undo (result);
  undone = run_batch (f->store, undo, "aaa");
  for (int i = 1; i <= 5; i += 2)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      assert_text (f->tasks, id, "{\"title\":\"x\"}");
    }
}

static TruceBatchAnswer
answer (TruceBatch   *batch,
        guint         operation,
        const GError *error,
        gpointer      data)
{
  int *answers = data;

  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  return answers[operation];
}

/* The callback is asked in place of the policy, after each failure. */
static void
test_callback (Fixture      *f,
               gconstpointer data)
{
  static const struct { int answers[5]; const char *outcomes; } cases[] = {
    { { 0, TRUCE_BATCH_ANSWER_GO_ON, 0, TRUCE_BATCH_ANSWER_GO_ON }, "afafa" },
    { { 0, TRUCE_BATCH_ANSWER_GO_ON, 0, TRUCE_BATCH_ANSWER_STOP }, "afafs" },
    { { 0, TRUCE_BATCH_ANSWER_STOP }, "afsss" },
    { { 0, TRUCE_BATCH_ANSWER_GO_ON, 0, TRUCE_BATCH_ANSWER_ROLL_BACK }, "rfrfs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TruceBatch) batch = delete_five (TRUCE_BATCH_POLICY_ATOMIC);
      g_autoptr(TruceBatchResult) result = NULL;

      put_odd (f);
      truce_batch_set_failure_func (batch, answer, (gpointer) cases[i].answers, NULL);
      result = run_batch (f->store, batch, cases[i].outcomes);
    }
}

static TruceBatchAnswer
write_within (TruceBatch   *batch,
              guint         operation,
              const GError *problem,
              gpointer      data)
{
  assert_fails (truce_collection_put_text (data, "9", "{}", &error), TRUCE_ERROR_BUSY);
  return TRUCE_BATCH_ANSWER_GO_ON;
}

static void
test_callback_writes (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr(TruceBatch) batch = delete_five (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;

  truce_batch_set_failure_func (batch, write_within, f->tasks, NULL);
  result = run_batch (f->store, batch, "fffff");
}

/* Each verb and each way to fail, beside others that go through. */
static void
test_outcomes (Fixture      *f,
               gconstpointer data)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceRecord) record = NULL;
  g_autoptr(JsonNode) element = json_from_string ("\"a\"", NULL);
  g_autoptr(JsonNode) infinite = json_node_init_double (json_node_alloc (), INFINITY);
  g_autofree char *text = NULL;
  static const int codes[] = {
    0, TRUCE_ERROR_EXISTS, 0, 0, TRUCE_ERROR_INVALID_DATA, 0, 0, TRUCE_ERROR_INVALID_DATA, 0, TRUCE_ERROR_INVALID_DATA,
    TRUCE_ERROR_TOO_LARGE, TRUCE_ERROR_INVALID_DATA, TRUCE_ERROR_INVALID_DATA, TRUCE_ERROR_NOT_FOUND,
    TRUCE_ERROR_INVALID_DATA, TRUCE_ERROR_INVALID_DATA,
  };

  truce_batch_create_text (batch, "task", "1", "{\"title\":\"x\"}");
  truce_batch_create_text (batch, "task", "1", "{}");
  truce_batch_put_text (batch, "task", "1", "{\"title\":\"x\"}");
  truce_batch_add (batch, "task", "1", "tags", element);
  truce_batch_add (batch, "task", "1", "title", element);
  truce_batch_add (batch, "task", "1", "tags", element);
  truce_batch_increment (batch, "task", "1", "votes", 2);
  truce_batch_increment (batch, "task", "1", "title", 2);
  truce_batch_unset (batch, "task", "1", "title");
  truce_batch_patch_text (batch, "task", "1", "{\"title\":5}");
  truce_batch_patch_text (batch, "task", "1", "{\"title\":\"01234567890123456789012345678901234567890123456789\"}");
  truce_batch_put_text (batch, "task", "1", "{\"title\"");
  truce_batch_put_text (batch, "task", "1", "[]");
  truce_batch_undelete (batch, "task", "2");
  truce_batch_put_text (batch, "task", "", "{}");
  truce_batch_put (batch, "task", "1", infinite);
  result = run_batch (f->store, batch, "afuafuafafffffff");

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i] != 0)
      g_assert_error (truce_batch_result_get_error (result, i), TRUCE_ERROR, codes[i]);
  record = truce_batch_result_dup_record (result, 8);
  text = truce_record_dup_text (record);
  g_assert_cmpstr (text, ==, "{\"tags\":[\"a\"],\"votes\":2}");
}

/* Undoing goes by kind: what somebody else did since stays. */
static void
test_undo_by_kind (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceBatchResult) undone = NULL;
  g_autoptr(TruceBatch) undo = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"tags\":[\"a\",\"b\"],\"title\":\"x\",\"votes\":5}", &error));
  truce_batch_put_text (batch, "task", "1", "{\"due\":\"mon\",\"tags\":[\"b\",\"c\"],\"title\":\"y\",\"votes\":7}");
  truce_batch_create_text (batch, "task", "2", "{}");
  result = run_batch (f->store, batch, "aa");

  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"tags\":[\"b\",\"c\",\"d\"],\"votes\":17}", &error));
  undo = truce_batch_result_create_undo (result);
  undone = truce_store_run (f->store, undo, NULL);
  g_assert_true (truce_batch_result_is_clean (undone));
  assert_text (f->tasks, "1", "{\"tags\":[\"a\",\"b\",\"d\"],\"title\":\"x\",\"votes\":15}");
  assert_text (f->tasks, "2", NULL);
}

/* A record that was edited apart. */
static void
test_merge (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatch) deferred = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceResolver) defer = truce_defer_resolver_new ("ask Ann");
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceBatchResult) left = NULL;
  g_autoptr(GListModel) log = NULL;
  g_autoptr(TruceLogEntry) entry = NULL;
  g_autoptr(GError) problem = NULL;
  const char *base = "{\"due\":\"mon\",\"title\":\"x\",\"votes\":1}";

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"due\":\"tue\",\"title\":\"store\",\"votes\":3}", &error));
  truce_batch_merge_text (batch, "task", "1", base, "{\"due\":\"mon\",\"title\":\"editor\",\"votes\":6}");
  truce_batch_merge_text (batch, "task", "2", NULL, "{\"title\":\"new\"}");
  truce_batch_merge_text (batch, "task", "2", NULL, "{\"title\":\"new\"}");
  truce_batch_merge_text (batch, "task", "2", "{\"title\":\"new\"}", "{\"title\":\"newer\"}");
  result = run_batch (f->store, batch, "maua");
  assert_text (f->tasks, "1", "{\"due\":\"tue\",\"title\":\"editor\",\"votes\":8}");
  assert_text (f->tasks, "2", "{\"title\":\"newer\"}");

  /* The title that lost can be put back. */
  log = truce_collection_get_log (f->tasks, "1", &problem);
  g_assert_no_error (problem);
  g_assert_cmpuint (g_list_model_get_n_items (log), ==, 1);
  entry = g_list_model_get_item (log, 0);
  g_assert_cmpstr (truce_log_entry_get_pointer (entry), ==, "/title");
  g_assert_cmpstr (truce_log_entry_get_text (entry), ==, "\"store\"");
  assert_done (truce_collection_restore (f->tasks, entry, &error));
  assert_text (f->tasks, "1", "{\"due\":\"tue\",\"title\":\"store\",\"votes\":8}");

  truce_collection_set_resolver (f->tasks, defer);
  truce_batch_merge_text (deferred, "task", "1", base, "{\"due\":\"mon\",\"title\":\"again\",\"votes\":1}");
  left = run_batch (f->store, deferred, "c");
  g_assert_error (truce_batch_result_get_error (left, 0), TRUCE_ERROR, TRUCE_ERROR_CONFLICT);
  g_assert_nonnull (strstr (truce_batch_result_get_error (left, 0)->message, "ask Ann"));
  assert_text (f->tasks, "1", "{\"due\":\"tue\",\"title\":\"store\",\"votes\":8}");
}

static TruceResolution *
break_down (TruceConflict *conflict,
            gpointer       data,
            GError       **problem)
{
  /* It may not write either. */
  assert_fails (truce_collection_put_text (data, "9", "{}", &error), TRUCE_ERROR_BUSY);
  g_set_error (problem, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "no idea");
  return NULL;
}

static void
test_resolver_errs (Fixture      *f,
                    gconstpointer data)
{
  g_autoptr(TruceResolver) resolver = truce_callback_resolver_new (break_down, f->tasks, NULL);
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatchResult) result = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"store\"}", &error));
  truce_collection_set_resolver (f->tasks, resolver);
  truce_batch_merge_text (batch, "task", "1", "{\"title\":\"x\"}", "{\"title\":\"editor\"}");
  truce_batch_put_text (batch, "task", "2", "{}");
  result = run_batch (f->store, batch, "fa");
  g_assert_error (truce_batch_result_get_error (result, 0), TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
  assert_text (f->tasks, "1", "{\"title\":\"store\"}");
  truce_collection_set_resolver (f->tasks, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, data, func) g_test_add ("/store/batch/" path, Fixture, data, set_up, func, tear_down)
  ADD ("atomic", GINT_TO_POINTER (TRUCE_BATCH_POLICY_ATOMIC), test_policy);
  ADD ("independent", GINT_TO_POINTER (TRUCE_BATCH_POLICY_INDEPENDENT), test_policy);
  ADD ("stop", GINT_TO_POINTER (TRUCE_BATCH_POLICY_STOP), test_policy);
  ADD ("roll-back", NULL, test_roll_back);
  ADD ("callback", NULL, test_callback);
  ADD ("callback-writes", NULL, test_callback_writes);
  ADD ("outcomes", NULL, test_outcomes);
  ADD ("undo-by-kind", NULL, test_undo_by_kind);
  ADD ("merge", NULL, test_merge);
  ADD ("resolver-errs", NULL, test_resolver_errs);
  return g_test_run ();
}
