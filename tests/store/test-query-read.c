/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How often SQLite is asked while somebody looks at a list. */
#include "truce-query.h"
#include "truce-sqlite-private.h"
#include "truce-store.h"

#include <glib/gstdio.h>

#define N_RECORDS 1000

typedef struct
{
  char *folder;
  char *path;
  TruceSqliteAdapter *adapter;
  TruceStore *store;
  TruceCollection *tasks;
  TruceQuery *query;
  guint n_statements;           /* since the last question about them */
} Fixture;

static int
count_statement (unsigned what,
                 void    *data,
                 void    *statement,
                 void    *text)
{
  (*(guint *) data)++;
  return 0;
}

static void
fill (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;

  for (guint i = 0; i < N_RECORDS; i++)
    {
      g_autofree char *id = g_strdup_printf ("\"%04u\\", i);
      g_autofree char *text = g_strdup_printf ("{\"n\":%u}", i);

      truce_batch_put_text (batch, "task", id, text);
    }
  result = truce_store_run (fixture->store, batch, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture      *fixture,
        gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("truce-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "test.db", NULL);
  fixture->adapter = truce_sqlite_adapter_new (fixture->path, TRUCE_SQLITE_DEFAULT, &error);
  g_assert_no_error (error);
  fixture->store = truce_store_new (TRUCE_STORE_ADAPTER (fixture->adapter), &error);
  g_assert_no_error (error);
  fixture->tasks = truce_store_get_collection (fixture->store, "task", NULL, &error);
  g_assert_no_error (error);
  fill (fixture);
  fixture->query = truce_query_new (fixture->tasks);
  g_assert_true (truce_query_open (fixture->query, &error));
  g_assert_no_error (error);
  sqlite3_trace_v2 (fixture->adapter->db, SQLITE_TRACE_STMT, count_statement, &fixture->n_statements);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-lock" };

  g_clear_object (&fixture->query);
  g_assert_finalize_object (fixture->tasks);
  g_object_unref (fixture->adapter);
  g_assert_finalize_object (fixture->store);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, ends[i], NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* ---- looking ---- */

static guint
take_count (Fixture *fixture)
{
  guint n = fixture->n_statements;

  fixture->n_statements = 0;
  return n;
}

static void
look_at (Fixture *fixture,
         guint    position)
{
  g_autoptr(TruceRecord) record = g_list_model_get_item (G_LIST_MODEL (fixture->query), position);
  g_autofree char *text = truce_record_dup_text (record);
  g_autofree char *expected = g_strdup_printf ("{\"n\":%u}", position);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_forth_and_back (Fixture      *fixture,
                     gconstpointer unused)
{
  for (guint i = 0; i < N_RECORDS; i++)
    look_at (fixture, i);
  g_assert_cmpuint (take_count (fixture), <=, 1 + N_RECORDS / 64 + 1);

  /* What was shown last is still there. */
  for (guint i = N_RECORDS; i-- > N_RECORDS - 150;)
    look_at (fixture, i);
  g_assert_cmpuint (take_count (fixture), ==, 0);

  for (guint i = N_RECORDS - 150; i-- > 0;)
    look_at (fixture, i);
  g_assert_cmpuint (take_count (fixture), <=, N_RECORDS / 64 + 1);
}

/* A view of 20 rows that goes down by 7 a frame asks in one frame of nine. */
static void
test_frames (Fixture      *fixture,
             gconstpointer unused)
{
  guint n_frames = 0;
  guint n_asking = 0;

  for (guint first = 0; first + 20 <= N_RECORDS; first += 7, n_frames++)
    {
      for (guint i = first; i < first + 20; i++)
        look_at (fixture, i);
      n_asking += take_count (fixture) > 0 ? 1 : 0;
    }
  g_assert_cmpuint (n_frames, ==, 141);
  g_assert_cmpuint (n_asking, <=, 17);
}

static void
test_single_places (Fixture      *fixture,
                    gconstpointer unused)
{
  for (guint i = 0; i < N_RECORDS; i += 100)
    {
      look_at (fixture, i);
      g_assert_cmpuint (take_count (fixture), ==, 1);
      look_at (fixture, i);
      g_assert_cmpuint (take_count (fixture), ==, 0);
    }
}

/* ---- what was read ahead is as good as what is read when it is asked for ---- */

static void
test_follows (Fixture      *fixture,
              gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceRecord) record = NULL;
  g_autofree char *text = NULL;

  look_at (fixture, 0);
  look_at (fixture, 1);
  truce_collection_put_text (fixture->tasks, "\"0005\\", "{\"n\":\"new\"}", &error);
  g_assert_no_error (error);
  record = g_list_model_get_item (G_LIST_MODEL (fixture->query), 5);
  text = truce_record_dup_text (record);
  g_assert_cmpstr (text, ==, "{\"n\":\"new\"}");
}

static void
test_damaged_neighbour (Fixture      *fixture,
                        gconstpointer unused)
{
  g_autoptr(TruceRecord) record = NULL;

  g_assert_cmpint (sqlite3_exec (fixture->adapter->db, "UPDATE record SET value = '{\"n\":7000}' WHERE id = '\"0007\\'",
                                 NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < 20; i++)
    if (i != 7)
      look_at (fixture, i);
  record = g_list_model_get_item (G_LIST_MODEL (fixture->query), 7);
  g_assert_true (truce_record_is_deleted (record));
}

/* The ring of what was read last holds so many, and goes with the query. */
static void
test_holds_few (Fixture      *fixture,
                gconstpointer unused)
{
  TruceRecord *records[N_RECORDS] = { NULL, };
  guint n_alive = 0;

  for (guint i = 0; i < N_RECORDS; i++)
    {
      records[i] = g_list_model_get_item (G_LIST_MODEL (fixture->query), i);
      g_object_add_weak_pointer (G_OBJECT (records[i]), (gpointer *) &records[i]);
      g_object_unref (records[i]);
    }
  for (guint i = 0; i < N_RECORDS; i++)
    n_alive += records[i] != NULL ? 1 : 0;
  g_assert_cmpuint (n_alive, ==, 256);

  g_clear_object (&fixture->query);
  for (guint i = 0; i < N_RECORDS; i++)
    g_assert_null (records[i]);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } cases[] = {
    { "/query-read/forth-and-back", test_forth_and_back },
    { "/query-read/frames", test_frames },
    { "/query-read/single-places", test_single_places },
    { "/query-read/follows", test_follows },
    { "/query-read/damaged-neighbour", test_damaged_neighbour },
    { "/query-read/holds-few", test_holds_few },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
