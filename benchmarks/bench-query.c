/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries over 100,000 records of 200 bytes in an SQLite file, beside the SQL that they stand for, in turns. And
 * what an open query adds to writing. Prints a line of JSON a measurement. An argument picks those whose name
 * contains it. */
#include "bench.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <truce.h>

#define N_RUNS 7
#define N 100000u
#define BATCH 1000u             /* operations in a transaction */
#define N_SHOWN 100u            /* rows that a window shows at first */

typedef struct
{
  char *folder;                 /* owned */
  TruceStore *store;
  TruceCollection *tasks;
  sqlite3 *db;                  /* another connection to the file */
  guint serial;                 /* of values: no two are the same */
} Bench;

/* ---- records ---- */

static char *
make_value (guint i,
            guint serial)
{
  return g_strdup_printf ("{\"title\":\"Buy milk number %08u\",\"done\":%s,\"priority\":%u,\"created\":17000000%05u,"
                          "\"tags\":[\"home\",\"shop\",\"week%02u\"],"
                          "\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-%09u\"}",
                          i, i % 2 ? "true" : "false", i % 5, i * 61819 % N, i % 53, serial);
}

static void
put_some (Bench      *bench,
          const char *prefix,
          guint       first,
          guint       n)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s-%09u", prefix, i);
      g_autofree char *value = make_value (i, bench->serial++);

      truce_batch_put_text (batch, "task", id, value);
    }
  result = truce_store_run (bench->store, batch, &error);
  g_assert_no_error (error);
  g_assert (truce_batch_result_is_clean (result));
}

static void
set_up (Bench *bench)
{
  g_autoptr(TruceSchema) schema = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  bench->folder = g_dir_make_tmp ("bench-query-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (bench->folder, "bench.db", NULL);
  bench->store = truce_store_open (path, &error);
  g_assert_no_error (error);
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (truce_store_get_adapter (bench->store)),
                                       TRUCE_DURABILITY_NORMAL);
  schema = truce_schema_new_from_text ("{\"indexes\": [\"created\"], \"search\": [\"title\"]}", &error);
  bench->tasks = truce_store_get_collection (bench->store, "task", schema, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N; i += BATCH)
    put_some (bench, "record", i, BATCH);

  g_assert (sqlite3_open (path, &bench->db) == SQLITE_OK);
  sqlite3_exec (bench->db, "PRAGMA cache_size = -16000", NULL, NULL, NULL);
}

static void
tear_down (Bench *bench)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-lock" };

  sqlite3_close (bench->db);
  g_clear_object (&bench->tasks);
  g_clear_object (&bench->store);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/bench.db%s", bench->folder, ends[i]);

      g_unlink (path);
    }
  g_rmdir (bench->folder);
  g_free (bench->folder);
}

/* CPU time: other programs disturb it least. */
static double
now_ns (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void
report (const char *name,
        guint       n,
        double      ns,
        const char *floor_name,
        double      floor_ns)
{
  printf ("{\"bench\":\"%s\",\"ops\":%u,\"ns_per_op\":%.1f,\"floor\":\"%s\",\"floor_ns_per_op\":%.1f,\"ratio\":%.2f}\n",
          name, n, ns / n, floor_name, floor_ns / n, ns / floor_ns);
}

/* ---- opening ---- */

typedef struct
{
  const char *name;
  const char *filter;
  const char *order;
  const char *search;
  const char *sql;              /* a person's */
} Opening;

#define SELECT "SELECT id FROM record WHERE collection = 'task' AND value IS NOT NULL "

static const Opening openings[] = {
  { "query/open/all", NULL, NULL, NULL, SELECT "ORDER BY id" },
  { "query/open/indexed-order", NULL, "created", NULL,
    "SELECT id FROM record INDEXED BY \"index/task/created\" WHERE collection = 'task' AND value IS NOT NULL "
    "ORDER BY json_extract (value, '$.\"created\"'), id" },
  { "query/open/other-order", NULL, "owner", NULL, SELECT "ORDER BY json_extract (value, '$.owner'), id" },
  { "query/open/half", "done == true", NULL, NULL, SELECT "AND json_extract (value, '$.done') = 1 ORDER BY id" },
  { "query/open/indexed-tenth", "created < 1700000010000", "created", NULL,
    "SELECT id FROM record INDEXED BY \"index/task/created\" WHERE collection = 'task' AND value IS NOT NULL "
    "AND json_extract (value, '$.\"created\"') < 1700000010000 ORDER BY json_extract (value, '$.\"created\"'), id" },
  { "query/open/search", NULL, NULL, "milk 0000012",
    SELECT "AND key IN (SELECT rowid FROM search WHERE search MATCH '\"milk\"* AND \"0000012\"*') ORDER BY id" },
};

static guint
run_sql (Bench      *bench,
         const char *sql)
{
  sqlite3_stmt *statement = NULL;
  guint n = 0;

  g_assert (sqlite3_prepare_v2 (bench->db, sql, -1, &statement, NULL) == SQLITE_OK);
  for (; sqlite3_step (statement) == SQLITE_ROW; n++)
    g_assert (sqlite3_column_text (statement, 0) != NULL);
  sqlite3_finalize (statement);
  return n;
}

static TruceQuery *
open_query (Bench         *bench,
            const Opening *opening)
{
  TruceQuery *query = truce_query_new (bench->tasks);
  g_autoptr(TruceFilter) filter = opening->filter != NULL ? truce_filter_parse (opening->filter, NULL) : NULL;
  g_autoptr(GError) error = NULL;

  truce_query_set_filter (query, filter);
  truce_query_set_search (query, opening->search);
  if (opening->order != NULL)
    truce_query_add_order (query, opening->order, FALSE);
  truce_query_open (query, &error);
  g_assert_no_error (error);
  return query;
}

static void
measure_opening (Bench         *bench,
                 const Opening *opening)
{
  double ours[N_RUNS];
  double floor[N_RUNS];
  guint n = 0;

  for (guint run = 0; run < N_RUNS; run++)
    {
      double start = now_ns ();
      g_autoptr(TruceQuery) query = NULL;

      n = run_sql (bench, opening->sql);
      floor[run] = now_ns () - start;
      start = now_ns ();
      query = open_query (bench, opening);
      ours[run] = now_ns () - start;
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (query)), ==, n);
    }
  report (opening->name, MAX (n, 1), bench_median (ours, N_RUNS), "the SQL that it stands for",
          bench_median (floor, N_RUNS));
}

/* ---- showing ---- */

static void
show_rows (TruceQuery *query)
{
  for (guint i = 0; i < N_SHOWN; i++)
    {
      g_autoptr(TruceRecord) record = g_list_model_get_item (G_LIST_MODEL (query), i);

      g_assert (truce_record_get_field (record, "title") != NULL);
    }
}

static void
run_shown_sql (Bench *bench)
{
  sqlite3_stmt *statement = NULL;

  g_assert (sqlite3_prepare_v2 (bench->db, "SELECT id, value FROM record WHERE collection = 'task' AND value IS NOT NULL "
                                "ORDER BY id LIMIT 100", -1, &statement, NULL) == SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      JsonNode *node = json_from_string ((const char *) sqlite3_column_text (statement, 1), NULL);

      g_assert (node != NULL);
      json_node_unref (node);
    }
  sqlite3_finalize (statement);
}

/* opened: what it takes when the list is there; else with opening it. */
static void
measure_showing (Bench      *bench,
                 const char *name,
                 guint       limit,
                 gboolean    opened)
{
  double ours[N_RUNS];
  double floor[N_RUNS];

  for (guint run = 0; run < N_RUNS; run++)
    {
      g_autoptr(TruceQuery) query = truce_query_new (bench->tasks);
      double start = now_ns ();

      run_shown_sql (bench);
      floor[run] = now_ns () - start;
      truce_query_set_limit (query, limit);
      if (opened)
        truce_query_open (query, NULL);
      start = now_ns ();
      truce_query_open (query, NULL);
      if (opened)
        start = now_ns ();
      show_rows (query);
      ours[run] = now_ns () - start;
    }
  report (name, 1, bench_median (ours, N_RUNS), "SELECT of 100 values, parsed", bench_median (floor, N_RUNS));
}

/* ---- writing while a query is open ---- */

static void
count_change (GListModel *model,
              guint       position,
              guint       removed,
              guint       added,
              gpointer    n_changes)
{
  ++*(guint *) n_changes;
}

/* New records at the end, in transactions of a thousand; then the same written anew. */
static void
measure_writing (Bench      *bench,
                 const char *name,
                 const char *order,
                 gboolean    again)
{
  const guint n = 10 * BATCH;
  double with[N_RUNS];
  double without[N_RUNS];
  guint n_changes = 0;

  for (guint run = 0; run < 2 * N_RUNS; run++)
    {
      g_autofree char *prefix = g_strdup_printf ("z%s-%02u", name, again ? 0 : run);
      g_autoptr(TruceQuery) query = truce_query_new (bench->tasks);
      double start;

      if (order != NULL)
        truce_query_add_order (query, order, FALSE);
      truce_query_open (query, NULL);
      g_signal_connect (query, "items-changed", G_CALLBACK (count_change), &n_changes);
      if (run % 2 == 0)
        g_clear_object (&query);  /* what it has read leaves the same cache behind */
      put_some (bench, "first", run, 1);  /* at the first change, ids are hashed */
      start = now_ns ();
      for (guint i = 0; i < n; i += BATCH)
        put_some (bench, prefix, i, BATCH);
      *(run % 2 == 1 ? &with[run / 2] : &without[run / 2]) = now_ns () - start;
    }
  report (name, n, bench_median (with, N_RUNS), "puts that nobody observes", bench_median (without, N_RUNS));
  printf ("{\"bench\":\"%s/added\",\"ops\":%u,\"ns_per_op\":%.1f,\"changes_per_transaction\":%.2f}\n", name, n,
          (bench_median (with, N_RUNS) - bench_median (without, N_RUNS)) / n, n_changes / (N_RUNS * 10.0));
}

static void
measure_one (Bench      *bench,
             const char *name,
             const char *order)
{
  double with[N_RUNS];
  double without[N_RUNS];

  for (guint run = 0; run < 2 * N_RUNS; run++)
    {
      g_autoptr(TruceQuery) query = truce_query_new (bench->tasks);
      double start;

      if (order != NULL)
        truce_query_add_order (query, order, FALSE);
      truce_query_open (query, NULL);
      if (run % 2 == 0)
        g_clear_object (&query);
      put_some (bench, "first", run, 1);
      start = now_ns ();
      for (guint i = 0; i < 300; i++)
        put_some (bench, "record", i * 61819 % N, 1);
      *(run % 2 == 1 ? &with[run / 2] : &without[run / 2]) = now_ns () - start;
    }
  report (name, 300, bench_median (with, N_RUNS), "puts that nobody observes", bench_median (without, N_RUNS));
}

int
main (int   argc,
      char *argv[])
{
  const char *wanted = argc > 1 ? argv[1] : "";
  Bench bench = { NULL, };

  set_up (&bench);
  for (gsize i = 0; i < G_N_ELEMENTS (openings); i++)
    if (strstr (openings[i].name, wanted) != NULL)
      measure_opening (&bench, &openings[i]);
  if (strstr ("query/show", wanted) != NULL)
    {
      measure_showing (&bench, "query/show/opened", 0, TRUE);
      measure_showing (&bench, "query/show/with-limit", N_SHOWN, FALSE);
      measure_showing (&bench, "query/show/with-all", 0, FALSE);
    }
  if (strstr ("query/write", wanted) != NULL)
    {
      measure_writing (&bench, "query/write/new", NULL, FALSE);
      measure_writing (&bench, "query/write/again", NULL, TRUE);
      measure_writing (&bench, "query/write/new-ordered", "created", FALSE);
      measure_one (&bench, "query/write/one", NULL);
      measure_one (&bench, "query/write/one-ordered", "created");
    }
  tear_down (&bench);
  return 0;
}
