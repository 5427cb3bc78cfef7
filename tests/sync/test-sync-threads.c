/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Eight threads put, get, observe and sync, each with objects of its own over one file, and with a hub's file that all
 * of them share. A build with -Db_sanitize=thread looks for races meanwhile. */

#include <truce.h>

#include "truce-session.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_THREADS 8u

typedef struct
{
  const char *folder;
  guint number;
  guint rounds;
} Worker;

static TruceStore *
open_store (const char *folder,
            const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_store_open (path, &error);

  g_assert_no_error (error);
  return store;
}

/* Somebody else may be at it: then it is tried again, as an engine does. */
static gboolean
sync_once (TruceStore  *store,
           TruceRemote *remote)
{
  TruceSessionSetup setup = { 0 };
  g_autoptr(TruceSession) session = truce_session_new (store, &setup);
  g_autoptr(GError) error = NULL;

  while (!truce_session_is_finished (session) && error == NULL)
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);
      g_autoptr(GError) failure = NULL;

      if (exchange == NULL)
        continue;
      truce_exchange_perform (remote, exchange, NULL, &failure);
      truce_session_take (session, failure, &error);
    }
  if (error != NULL)
    g_assert_true (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_BUSY) ||
                   g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT));
  return error == NULL;
}

static TruceRemote *
open_hub (const char *folder)
{
  g_autoptr(TruceStore) store = open_store (folder, "hub.db");
  g_autoptr(TruceHub) hub = NULL;
  g_autoptr(GError) error = NULL;

  truce_store_set_outbox (store, FALSE);
  hub = truce_hub_new (store, &error);
  g_assert_no_error (error);
  return TRUCE_REMOTE (truce_hub_remote_new (hub));
}

static void
on_changed (GListModel *list,
            guint       position,
            guint       removed,
            guint       added,
            gpointer    data)
{
  *(guint *) data += removed + added;
}

/* What this thread wrote is there when it looks, and was written later than what it saw before. */
static void
write_and_read (TruceCollection *tasks,
                guint            worker,
                guint            round)
{
  g_autofree char *id = g_strdup_printf ("%u-%u", worker, round % 10);
  g_autofree char *text = g_strdup_printf ("{\"by\":%u,\"round\":%u}", worker, round);
  g_autoptr(GError) error = NULL;
  g_autofree char *found = NULL;

  if (!truce_collection_put_text (tasks, id, text, &error))
    {
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
      return;
    }
  found = truce_collection_dup_text (tasks, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, text);
}

static gpointer
work (gpointer data)
{
  const Worker *worker = data;
  g_autoptr(GMainContext) context = g_main_context_new ();
  guint changes = 0;

  g_main_context_push_thread_default (context);
  {
    g_autoptr(TruceStore) store = open_store (worker->folder, worker->number % 2 == 0 ? "a.db" : "b.db");
    g_autoptr(TruceRemote) remote = open_hub (worker->folder);
    g_autoptr(TruceCollection) tasks = truce_store_get_collection (store, "task", NULL, NULL);
    g_autoptr(TruceQuery) query = truce_query_new (tasks);

    g_signal_connect (query, "items-changed", G_CALLBACK (on_changed), &changes);
    g_assert_true (truce_query_open (query, NULL));
    for (guint i = 0; i < worker->rounds; i++)
      {
        write_and_read (tasks, worker->number, i);
        if (i % 5 == worker->number % 5)
          sync_once (store, remote);
        truce_store_refresh (store, NULL);
        while (g_main_context_iteration (context, FALSE))
          ;
      }
  }
  g_main_context_pop_thread_default (context);
  g_assert_cmpuint (changes, >, 0);
  return NULL;
}

static guint
n_rounds (void)
{
  const char *asked = g_getenv ("TRUCE_TEST_ROUNDS");

  if (asked != NULL)
    return g_ascii_strtoull (asked, NULL, 10);
  return g_test_slow () ? 2000 : 20;
}

/* Afterwards, all that was written is everywhere. */
static void
assert_equal (const char *folder,
              guint       expected)
{
  static const char *const names[] = { "a.db", "b.db", "a.db", "b.db" };
  g_autoptr(TruceRemote) remote = open_hub (folder);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(TruceStore) store = open_store (folder, names[i]);
      g_autoptr(TruceCollection) tasks = truce_store_get_collection (store, "task", NULL, NULL);
      g_auto(GStrv) problems = NULL;

      for (guint tries = 0; !sync_once (store, remote); tries++)
        g_assert_cmpuint (tries, <, 10);
      if (i < 2)
        continue;
      g_assert_cmpuint (truce_collection_get_n_records (tasks), ==, expected);
      g_assert_cmpuint (truce_store_count (store, TRUCE_DELIVERY_SYNCED), ==, expected);
      problems = truce_store_verify (store, NULL, NULL, NULL, NULL);
      g_assert_cmpuint (g_strv_length (problems), ==, 0);
    }
}

static void
test_threads (void)
{
  g_autofree char *folder = g_dir_make_tmp ("truce-threads-XXXXXX", NULL);
  static const char *const names[] = { "a.db", "b.db", "hub.db" };
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];

  /* Made before, so that the threads need not wait for each other to make them. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_unref (open_store (folder, names[i]));
  g_object_unref (open_hub (folder));
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker) { folder, i, n_rounds () };
      threads[i] = g_thread_new ("worker", work, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  assert_equal (folder, N_THREADS * MIN (n_rounds (), 10));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint k = 0; k < 4; k++)
      {
        static const char *const endings[] = { "", "-wal", "-shm", "-lock" };
        g_autofree char *path = g_strconcat (folder, "/", names[i], endings[k], NULL);

        g_unlink (path);
      }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/sync/threads", test_threads);
  return g_test_run ();
}
