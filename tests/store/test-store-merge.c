/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include "truce-store-private.h"

/* Joining another store, one story after another; the laws are in test-merge-laws. */

static gint64 now_ms;

static gint64
get_now (gpointer data)
{
  return now_ms + GPOINTER_TO_INT (data);
}

static TruceStore *
make_store_of (guint64 replica,
               int     skew_ms)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceClock) clock = truce_clock_new (replica);
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schema_text, &error);
  g_autoptr(TruceCollection) tasks = NULL;
  TruceStore *store;

  truce_clock_set_time_func (clock, get_now, GINT_TO_POINTER (skew_ms), NULL);
  store = truce_store_new_with_clock (adapter, clock, &error);
  g_assert_no_error (error);
  tasks = truce_store_get_collection (store, "task", schema, &error);
  g_assert_no_error (error);
  return store;
}

static TruceStore *
make_store (int skew_ms)
{
  static guint64 replica = 1;

  return make_store_of (replica++, skew_ms);
}

static void
write_task (TruceStore *store,
            const char *id,
            const char *text)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;

  now_ms++;
  truce_batch_put_text (batch, "task", id, text);
  result = run_batch (store, batch, "a");
}

static void
count_failed (const char   *collection,
              const char   *id,
              const GError *error,
              gpointer      data)
{
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CLOCK_SKEW);
  g_string_append_printf (data, "%s/%s ", collection, id);
}

static void
assert_merged (TruceStore *store,
               TruceStore *other,
               gint64      expected)
{
  g_autoptr(GError) error = NULL;
  gint64 n = truce_store_merge (store, other, NULL, NULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, expected);
}

static void
assert_task (TruceStore *store,
             const char *id,
             const char *expected)
{
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (store, "task", NULL, NULL);

  assert_text (tasks, id, expected);
}

static void
test_both_ways (void)
{
  g_autoptr(TruceStore) a = make_store (0);
  g_autoptr(TruceStore) b = make_store (0);

  write_task (a, "1", "{\"here\":1,\"tags\":[\"x\"],\"title\":\"a\",\"votes\":2}");
  assert_merged (b, a, 1);
  assert_task (b, "1", "{\"tags\":[\"x\"],\"title\":\"a\",\"votes\":2}");
  write_task (b, "1", "{\"tags\":[\"x\",\"y\"],\"title\":\"a\",\"votes\":5}");
  write_task (a, "1", "{\"here\":2,\"tags\":[],\"title\":\"a\",\"votes\":1}");
  assert_merged (a, b, 1);
  assert_merged (b, a, 1);
  assert_merged (a, b, 0);
  assert_merged (b, a, 0);
  assert_task (a, "1", "{\"here\":2,\"tags\":[\"y\"],\"title\":\"a\",\"votes\":4}");
  assert_task (b, "1", "{\"tags\":[\"y\"],\"title\":\"a\",\"votes\":4}");
  g_assert_cmpuint (truce_store_count (b, TRUCE_DELIVERY_PENDING), ==, 1);
}

/* What lost is in the history of whoever joined, and can be put back. */
static void
test_history (void)
{
  g_autoptr(TruceStore) a = make_store (0);
  g_autoptr(TruceStore) b = make_store (0);
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (a, "task", NULL, NULL);
  g_autoptr(GListModel) log = NULL;
  g_autoptr(GListModel) purged = NULL;
  g_autoptr(TruceLogEntry) entry = NULL;
  g_autoptr(GError) error = NULL;

  write_task (a, "1", "{\"title\":\"x\"}");
  assert_merged (b, a, 1);
  write_task (a, "1", "{\"title\":\"from a\"}");
  write_task (b, "1", "{\"title\":\"from b\"}");
  assert_merged (a, b, 1);
  assert_task (a, "1", "{\"title\":\"from b\"}");
  log = truce_collection_get_log (tasks, "1", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (log), ==, 1);
  entry = g_list_model_get_item (log, 0);
  g_assert_cmpstr (truce_log_entry_get_text (entry), ==, "\"from a\"");
  g_assert_cmpstr (truce_log_entry_get_pointer (entry), ==, "/title");
  g_assert_cmpuint (truce_stamp_get_replica (truce_log_entry_get_stamp (entry)), ==, truce_store_get_replica (a));
  g_assert_true (truce_collection_restore (tasks, entry, &error));
  assert_task (a, "1", "{\"title\":\"from a\"}");
  assert_merged (b, a, 1);
  assert_task (b, "1", "{\"title\":\"from a\"}");

  /* Merging again finds nothing that lost. */
  assert_merged (a, b, 0);
  purged = truce_collection_get_log (tasks, "1", &error);
  g_assert_cmpuint (g_list_model_get_n_items (purged), ==, 1);
  g_clear_object (&purged);

  now_ms += (gint64) 31 * 24 * 60 * 60 * 1000;
  g_assert_cmpint (truce_store_purge (a, 0, NULL, NULL, NULL, &error), ==, 0);
  purged = truce_collection_get_log (tasks, "1", &error);
  g_assert_cmpuint (g_list_model_get_n_items (purged), ==, 0);
}

/* A record from far in the future holds up no other, and is taken when its time has come. */
static void
test_skew (void)
{
  g_autoptr(TruceStore) a = make_store (0);
  g_autoptr(TruceStore) b = make_store (10 * 60 * 1000);
  g_autoptr(GString) failed = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStamp) stamp = NULL;

  write_task (b, "1", "{\"title\":\"late\"}");
  truce_clock_set_offset (truce_store_get_clock (b), -10 * 60 * 1000);
  g_assert_cmpint (truce_store_merge (a, b, count_failed, failed, NULL, NULL, NULL, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (failed->str, ==, "task/1 ");
  stamp = truce_clock_tick (truce_store_get_clock (a), &error);
  g_assert_cmpuint (truce_stamp_get_time_ms (stamp), <=, (guint64) now_ms + 1);

  now_ms += 6 * 60 * 1000;
  assert_merged (a, b, 1);
  assert_task (a, "1", "{\"title\":\"late\"}");
}

/* A deletion is told, and undone, like any change; purged records are no more. */
static void
test_purge (void)
{
  g_autoptr(TruceStore) a = make_store (0);
  g_autoptr(TruceStore) b = make_store (0);
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (b, "task", NULL, NULL);
  g_autoptr(TruceCollection) ours = truce_store_get_collection (a, "task", NULL, NULL);
  g_autoptr(GError) error = NULL;

  truce_store_set_outbox (a, FALSE);
  truce_store_set_outbox (b, FALSE);
  write_task (a, "1", "{\"title\":\"x\"}");
  write_task (a, "2", "{\"title\":\"x\"}");
  assert_merged (b, a, 2);
  g_assert_true (truce_collection_delete (tasks, "1", &error));
  assert_merged (a, b, 1);
  assert_task (a, "1", NULL);
  g_assert_true (truce_collection_undelete (ours, "1", &error));
  assert_task (a, "1", "{\"title\":\"x\"}");
  g_assert_true (truce_collection_delete (ours, "1", &error));

  g_assert_cmpint (truce_store_purge (a, now_ms - 1000, NULL, NULL, NULL, &error), ==, 0);
  now_ms += 1000;
  g_assert_cmpint (truce_store_purge (a, now_ms, NULL, NULL, NULL, &error), ==, 1);
  g_assert_no_error (error);
  g_assert_false (truce_collection_undelete (ours, "1", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  assert_task (a, "2", "{\"title\":\"x\"}");
  g_assert_cmpuint (truce_store_get_n_records (a), ==, 1);
}

typedef struct
{
  GAsyncResult *result;
  gint64 done;
  gint64 total;
} Async;

static void
on_progress (gint64   done,
             gint64   total,
             gpointer data)
{
  Async *async = data;

  async->done = done;
  async->total = total;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Async *async = data;

  g_assert_null (async->result);
  async->result = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr(TruceStore) a = make_store (0);
  g_autoptr(TruceStore) b = make_store (0);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) problems = NULL;
  Async merge = { 0 };
  Async cancelled = { 0 };
  Async verify = { 0 };
  Async purge = { 0 };

  for (int i = 0; i < 3000; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      write_task (b, id, "{\"title\":\"x\"}");
    }
  truce_store_merge_async (a, b, on_progress, &merge, NULL, NULL, on_done, &merge);
  while (merge.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (truce_store_merge_finish (a, merge.result, &error), ==, 3000);
  g_assert_no_error (error);
  g_assert_cmpint (merge.done, ==, 3000);
  g_assert_cmpint (merge.total, ==, 3000);

  g_cancellable_cancel (cancellable);
  truce_store_merge_async (b, a, NULL, NULL, NULL, cancellable, on_done, &cancelled);
  truce_store_verify_async (a, NULL, NULL, NULL, NULL, on_done, &verify);
  truce_store_purge_async (a, now_ms, NULL, NULL, NULL, NULL, on_done, &purge);
  while (cancelled.result == NULL || verify.result == NULL || purge.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (truce_store_merge_finish (b, cancelled.result, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  problems = truce_store_verify_finish (a, verify.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);
  g_assert_cmpint (truce_store_purge_finish (a, purge.result, &error), ==, 0);
  g_object_unref (merge.result);
  g_object_unref (cancelled.result);
  g_object_unref (verify.result);
  g_object_unref (purge.result);
}

/* A field that was written as one kind by one and as another by the other: one fixed result everywhere. */
static void
test_kind_changed (void)
{
  g_autoptr(TruceStore) a = make_store (0);
  g_autoptr(TruceStore) b = make_store (0);
  g_autoptr(TruceSchema) other = truce_schema_new ();
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (b, "task", other, NULL);

  g_assert_nonnull (tasks);
  write_task (a, "1", "{\"votes\":2}");
  write_task (b, "1", "{\"votes\":\"many\"}");
  assert_merged (a, b, 1);
  assert_merged (b, a, 1);
  assert_task (a, "1", "{\"votes\":\"many\"}");
  assert_task (b, "1", "{\"votes\":\"many\"}");
  write_task (a, "1", "{\"votes\":3}");
  assert_merged (b, a, 1);
  assert_task (b, "1", "{\"votes\":3}");
}

/* Work that finds nothing to do writes nothing: another connection sees no commit. */
static void
test_nothing (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "nothing.db", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) watcher = NULL;
  g_autoptr(TruceStore) a = NULL;
  g_autoptr(TruceStore) b = make_store (0);
  gint64 generation;

  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  a = truce_store_open (path, &error);
  g_assert_no_error (error);
  truce_clock_set_time_func (truce_store_get_clock (a), get_now, NULL, NULL);
  write_task (b, "1", "{\"title\":\"x\"}");
  assert_merged (a, b, 1);

  watcher = truce_sqlite_adapter_new (path, TRUCE_SQLITE_READ_ONLY, &error);
  g_assert_no_error (error);
  generation = truce_store_adapter_get_generation (TRUCE_STORE_ADAPTER (watcher));
  assert_merged (a, b, 0);
  g_assert_cmpint (truce_store_purge (a, now_ms, NULL, NULL, NULL, &error), ==, 0);
  g_assert_cmpint (truce_store_adapter_get_generation (TRUCE_STORE_ADAPTER (watcher)), ==, generation);
  write_task (b, "2", "{}");
  assert_merged (a, b, 1);
  g_assert_cmpint (truce_store_adapter_get_generation (TRUCE_STORE_ADAPTER (watcher)), !=, generation);
}

/* A cloned disk: one stamp stands for two values. They end in the same one, however they meet. */
static void
test_clones (void)
{
  g_autoptr(TruceStore) a = make_store_of (77, 0);
  g_autoptr(TruceStore) b = make_store_of (77, 0);

  write_task (a, "1", "{\"title\":\"a\"}");
  now_ms--;
  write_task (b, "1", "{\"title\":\"b\"}");
  assert_merged (a, b, 1);
  assert_merged (b, a, 0);
  assert_task (a, "1", "{\"title\":\"b\"}");
  assert_task (b, "1", "{\"title\":\"b\"}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  now_ms = 1767225600000;       /* 2026-01-01 */
  g_test_add_func ("/store/merge/both-ways", test_both_ways);
  g_test_add_func ("/store/merge/history", test_history);
  g_test_add_func ("/store/merge/skew", test_skew);
  g_test_add_func ("/store/merge/purge", test_purge);
  g_test_add_func ("/store/merge/async", test_async);
  g_test_add_func ("/store/merge/kind-changed", test_kind_changed);
  g_test_add_func ("/store/merge/nothing", test_nothing);
  g_test_add_func ("/store/merge/clones", test_clones);
  return g_test_run ();
}
