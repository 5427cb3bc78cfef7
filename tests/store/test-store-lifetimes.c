/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Long work that is cancelled at any moment, or whose store everybody else has let go; and that opening,
 * using and closing a store a thousand times leaves nothing behind. */

#include <truce.h>

#include <glib/gstdio.h>
#include <malloc.h>

#define N_RECORDS 2000

typedef struct
{
  TruceStore *store;
  TruceStore *other;
  TruceCollection *task;
  GInputStream *lines;
  GOutputStream *out;
} World;

/* Who waits for the work. */
typedef struct
{
  GMainContext *context;
  GCancellable *cancellable;
  gboolean cancel_in_flight;
  guint n_progress;
  guint n_freed;                /* the data of the progress function */
  guint n_called;
  GError *error;
} Waiter;

typedef struct
{
  const char *name;
  void (*start)(World              *world,
                TruceProgressFunc   progress,
                GDestroyNotify      freed,
                GCancellable       *cancellable,
                GAsyncReadyCallback callback,
                Waiter             *waiter);
  void (*finish)(GObject      *source,
                 GAsyncResult *result,
                 GError      **error);
} Work;

/* ---- the works ---- */

static void
start_merge (World              *world,
             TruceProgressFunc   progress,
             GDestroyNotify      freed,
             GCancellable       *cancellable,
             GAsyncReadyCallback callback,
             Waiter             *waiter)
{
  truce_store_merge_async (world->other, world->store, progress, waiter, freed, cancellable, callback, waiter);
}

static void
finish_merge (GObject      *source,
              GAsyncResult *result,
              GError      **error)
{
  gint64 n = truce_store_merge_finish (TRUCE_STORE (source), result, error);

  g_assert_true (n == -1 || n == N_RECORDS);
}

static void
start_purge (World              *world,
             TruceProgressFunc   progress,
             GDestroyNotify      freed,
             GCancellable       *cancellable,
             GAsyncReadyCallback callback,
             Waiter             *waiter)
{
  truce_store_purge_async (world->store, G_MAXINT32, progress, waiter, freed, cancellable, callback, waiter);
}

static void
finish_purge (GObject      *source,
              GAsyncResult *result,
              GError      **error)
{
  gint64 n = truce_store_purge_finish (TRUCE_STORE (source), result, error);

  g_assert_true (n == -1 || n == 0);
}

static void
start_verify (World              *world,
              TruceProgressFunc   progress,
              GDestroyNotify      freed,
              GCancellable       *cancellable,
              GAsyncReadyCallback callback,
              Waiter             *waiter)
{
  truce_store_verify_async (world->store, progress, waiter, freed, cancellable, callback, waiter);
}

static void
finish_verify (GObject      *source,
               GAsyncResult *result,
               GError      **error)
{
  g_auto(GStrv) problems = truce_store_verify_finish (TRUCE_STORE (source), result, error);

  g_assert_true (problems == NULL || problems[0] == NULL);
}

static void
start_import (World              *world,
              TruceProgressFunc   progress,
              GDestroyNotify      freed,
              GCancellable       *cancellable,
              GAsyncReadyCallback callback,
              Waiter             *waiter)
{
  truce_collection_import_async (world->task, world->lines, TRUCE_IMPORT_NONE, NULL, NULL, NULL, progress, waiter,
                                 freed, cancellable, callback, waiter);
}

static void
finish_import (GObject      *source,
               GAsyncResult *result,
               GError      **error)
{
  gint64 n = truce_collection_import_finish (TRUCE_COLLECTION (source), result, error);

  g_assert_true (n == -1 || n == 1);
}

static void
start_export (World              *world,
              TruceProgressFunc   progress,
              GDestroyNotify      freed,
              GCancellable       *cancellable,
              GAsyncReadyCallback callback,
              Waiter             *waiter)
{
  truce_collection_export_async (world->task, world->out, NULL, NULL, NULL, progress, waiter, freed, cancellable,
                                 callback, waiter);
}

static void
finish_export (GObject      *source,
               GAsyncResult *result,
               GError      **error)
{
  gint64 n = truce_collection_export_finish (TRUCE_COLLECTION (source), result, error);

  g_assert_true (n == -1 || n == N_RECORDS);
}

static const Work works[] = {
  { "merge", start_merge, finish_merge },
  { "purge", start_purge, finish_purge },
  { "verify", start_verify, finish_verify },
  { "import", start_import, finish_import },
  { "export", start_export, finish_export },
};

/* ---- the world ---- */

static TruceStore *
open_store (void)
{
  g_autoptr(TruceStoreAdapter) adapter = truce_memory_adapter_new ();
  GError *error = NULL;
  TruceStore *store = truce_store_new (adapter, &error);

  g_assert_no_error (error);
  return store;
}

static TruceCollection *
open_tasks (TruceStore *store)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  GError *error = NULL;
  TruceCollection *task = truce_store_get_collection (store, "task", schema, &error);

  g_assert_no_error (error);
  return task;
}

static void
open_world (World *world)
{
  static const char line[] = "{\"id\":\"one more\"}\n";
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  GError *error = NULL;

  world->store = open_store ();
  world->other = open_store ();
  world->task = open_tasks (world->store);
  world->lines = g_memory_input_stream_new_from_data (line, sizeof line - 1, NULL);
  world->out = g_memory_output_stream_new_resizable ();
  for (guint i = 0; i < N_RECORDS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      truce_batch_put_text (batch, "task", id, "{\"title\":\"Tent\"}");
    }
  result = truce_store_run (world->store, batch, &error);
  g_assert_no_error (error);
  g_assert_true (truce_batch_result_is_clean (result));
}

/* Lets go of all that a program would have. */
static void
leave_world (World *world)
{
  g_clear_object (&world->lines);
  g_clear_object (&world->out);
  g_clear_object (&world->task);
  g_clear_object (&world->other);
  g_clear_object (&world->store);
}

/* ---- waiting ---- */

static void
on_progress (gint64   done,
             gint64   total,
             gpointer data)
{
  Waiter *waiter = data;

  g_assert_true (g_main_context_get_thread_default () == waiter->context);
  g_assert_cmpuint (waiter->n_called, ==, 0);
  waiter->n_progress++;
  if (waiter->cancel_in_flight)
    g_cancellable_cancel (waiter->cancellable);
}

static void
on_freed (gpointer data)
{
  ((Waiter *) data)->n_freed++;
}

typedef struct
{
  Waiter waiter;                /* first: the works know only this */
  const Work *work;
} Run;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Run *run = data;

  g_assert_true (g_main_context_get_thread_default () == run->waiter.context);
  run->work->finish (source, result, &run->waiter.error);
  run->waiter.n_called++;
}

static void
run_init (Run        *run,
          const Work *work)
{
  *run = (Run) { .work = work };
  run->waiter.context = g_main_context_new ();
  run->waiter.cancellable = g_cancellable_new ();
  g_main_context_push_thread_default (run->waiter.context);
}

static void
run_start (Run   *run,
           World *world)
{
  run->work->start (world, on_progress, on_freed, run->waiter.cancellable, on_done, &run->waiter);
  g_assert_cmpuint (run->waiter.n_called, ==, 0);
}

static void
run_wait (Run *run)
{
  while (run->waiter.n_called == 0)
    g_main_context_iteration (run->waiter.context, TRUE);
  while (g_main_context_iteration (run->waiter.context, FALSE))
    continue;
  g_assert_cmpuint (run->waiter.n_called, ==, 1);
  g_assert_cmpuint (run->waiter.n_freed, ==, 1);
}

static void
run_clear (Run *run)
{
  g_main_context_pop_thread_default (run->waiter.context);
  g_main_context_unref (run->waiter.context);
  g_object_unref (run->waiter.cancellable);
  g_clear_error (&run->waiter.error);
}

/* ---- cases ---- */

static void
test_cancel_before (gconstpointer work)
{
  World world;
  Run run;

  open_world (&world);
  run_init (&run, work);
  g_cancellable_cancel (run.waiter.cancellable);
  run_start (&run, &world);
  run_wait (&run);
  g_assert_error (run.waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (run.waiter.n_progress, ==, 0);
  run_clear (&run);
  leave_world (&world);
}

static void
test_cancel_at_once (gconstpointer work)
{
  World world;
  Run run;

  open_world (&world);
  run_init (&run, work);
  run_start (&run, &world);
  g_cancellable_cancel (run.waiter.cancellable);
  run_wait (&run);
  g_assert_error (run.waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  run_clear (&run);
  leave_world (&world);
}

/* It may be done by then. */
static void
test_cancel_in_flight (gconstpointer work)
{
  World world;
  Run run;

  open_world (&world);
  run_init (&run, work);
  run.waiter.cancel_in_flight = TRUE;
  run_start (&run, &world);
  run_wait (&run);
  if (run.waiter.error != NULL)
    g_assert_error (run.waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  run_clear (&run);
  leave_world (&world);
}

static void
test_cancel_after (gconstpointer work)
{
  World world;
  Run run;

  open_world (&world);
  run_init (&run, work);
  run_start (&run, &world);
  run_wait (&run);
  g_cancellable_cancel (run.waiter.cancellable);
  while (g_main_context_iteration (run.waiter.context, FALSE))
    continue;
  g_assert_cmpuint (run.waiter.n_called, ==, 1);
  g_assert_no_error (run.waiter.error);
  g_assert_cmpuint (run.waiter.n_progress, >, 0);
  run_clear (&run);
  leave_world (&world);
}

/* Nobody else holds the store: it lives until the work has ended, and no longer. */
static void
test_last_reference (gconstpointer work)
{
  World world;
  GWeakRef store;
  GWeakRef other;
  Run run;

  open_world (&world);
  g_weak_ref_init (&store, world.store);
  g_weak_ref_init (&other, world.other);
  run_init (&run, work);
  run_start (&run, &world);
  leave_world (&world);
  run_wait (&run);
  g_assert_no_error (run.waiter.error);
  g_assert_null (g_weak_ref_get (&store));
  g_assert_null (g_weak_ref_get (&other));
  g_weak_ref_clear (&store);
  g_weak_ref_clear (&other);
  run_clear (&run);
}

/* ---- a thousand times ---- */

static guint
count_descriptors (void)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
use_once (const char *path)
{
  GError *error = NULL;
  g_autoptr(TruceStore) store = truce_store_open (path, &error);
  g_autoptr(TruceCollection) task = NULL;
  g_autoptr(TruceQuery) query = NULL;
  g_autoptr(TruceRecord) record = NULL;
  g_autoptr(GError) refused = NULL;

  g_assert_no_error (error);
  task = open_tasks (store);
  query = truce_query_new (task);
  truce_query_open (query, &error);
  g_assert_no_error (error);
  truce_collection_put_text (task, "1", "{\"title\":\"Tent\"}", &error);
  g_assert_no_error (error);
  record = g_list_model_get_item (G_LIST_MODEL (query), 0);
  truce_collection_delete (task, "1", &error);
  g_assert_no_error (error);
  g_assert_false (truce_collection_delete (task, "1", &refused));
}

static void
test_thousand_times (void)
{
  g_autofree char *folder = g_dir_make_tmp ("truce-lifetimes-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tasks.db", NULL);
  const char *asked = g_getenv ("TRUCE_TEST_ROUNDS");
  guint n = asked != NULL ? MAX (1, g_ascii_strtoull (asked, NULL, 10)) : g_test_slow () ? 1000 : 100;
  g_autoptr(GDir) dir = NULL;
  guint n_descriptors;
  gsize in_use;
  const char *name;

  /* What is made once in a process, and the first growth of the file, are not what is looked for. */
  for (guint i = 0; i < 10; i++)
    use_once (path);
  n_descriptors = count_descriptors ();
  in_use = mallinfo2 ().uordblks;
  for (guint i = 0; i < n; i++)
    use_once (path);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);
  g_assert_cmpuint (mallinfo2 ().uordblks, <, in_use + 64 * 1024);

  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);

      g_unlink (file);
    }
  g_rmdir (folder);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *name;
    GTestDataFunc run;
  } cases[] = {
    { "cancel-before", test_cancel_before },
    { "cancel-at-once", test_cancel_at_once },
    { "cancel-in-flight", test_cancel_in_flight },
    { "cancel-after", test_cancel_after },
    { "last-reference", test_last_reference },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
      {
        g_autofree char *path = g_strdup_printf ("/store/%s/%s", works[i].name, cases[k].name);

        g_test_add_data_func (path, &works[i], cases[k].run);
      }
  g_test_add_func ("/store/thousand-times", test_thousand_times);
  return g_test_run ();
}
