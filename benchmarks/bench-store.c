/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The store on an SQLite file, beside plain SQLite that writes the same bytes (floor-store.h), in turns: 100,000
 * records of 200 bytes. CPU time, of user and system; but wall clock where a transaction has one operation,
 * since there the disk is what counts. Prints a line of JSON a measurement. An argument picks those whose name
 * contains it. */
#include "bench.h"
#include "floor-store.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <truce.h>
#include <unistd.h>

#define N_RUNS 7
#define N 100000u
#define BATCH 1000u             /* operations in a transaction */

/* What one run works on. */
typedef struct
{
  char *folder;                 /* owned */
  char *ids[N];                 /* owned, ascending or in no order */
  char *values[N];              /* owned: as an app would write them */
  char *changed[N];             /* owned: the same with another "done" */
  JsonNode *nodes[BATCH];       /* owned: some of the values */
  FloorStore *floor;
  TruceStore *store;
  TruceStore *other;            /* or NULL */
  TruceCollection *collection;
} Bench;

typedef struct
{
  const char *name;
  const char *floor_name;
  guint n;                      /* operations in a run */
  gboolean full;                /* synchronous=FULL; else NORMAL */
  gboolean wall;
  gboolean shuffled;            /* ids are in no order */
  void (*prepare)(Bench *bench);
  void (*floor)(Bench *bench, guint n);
  void (*ours)(Bench *bench, guint n);
} Case;

/* ---- input ---- */

static guint64
mix (guint64 x)
{
  x *= G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  x ^= x >> 32;
  x *= G_GUINT64_CONSTANT (0xD6E8FEB86659FD93);
  return x ^ (x >> 32);
}

static char *
make_value (guint    i,
            gboolean done)
{
  return g_strdup_printf ("{\"title\":\"Buy milk number %08u\",\"done\":%s,\"priority\":%u,\"created\":17000000%05u,"
                          "\"tags\":[\"home\",\"shop\",\"week%02u\"],"
                          "\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-%09u\"}",
                          i, done ? "true" : "false", i % 5, i, i % 53, i % 1000);
}

static void
make_ids (Bench   *bench,
          gboolean shuffled)
{
  for (guint i = 0; i < N; i++)
    {
      g_free (bench->ids[i]);
      bench->ids[i] = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", shuffled ? mix (i + 1) : i);
    }
}

/* The i-th of n in no order: n and the step have no divisor in common. */
static guint
pick (guint i,
      guint n)
{
  return (guint) ((guint64) i * 61819 % n);
}

/* ---- ours ---- */

static void
run_batch (TruceStore *store,
           TruceBatch *batch)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceBatchResult) result = truce_store_run (store, batch, &error);

  g_assert_no_error (error);
  g_assert (truce_batch_result_is_clean (result));
}

static void
ours_put (Bench *bench,
          guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);

      for (guint j = i; j < i + BATCH; j++)
        truce_batch_put_text (batch, "task", bench->ids[j], bench->values[j]);
      run_batch (bench->store, batch);
    }
}

static void
ours_put_nodes (Bench *bench,
                guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);

      for (guint j = 0; j < BATCH; j++)
        truce_batch_put (batch, "task", bench->ids[i + j], bench->nodes[j]);
      run_batch (bench->store, batch);
    }
}

static void
ours_put_alone (Bench *bench,
                guint  n)
{
  for (guint i = 0; i < n; i++)
    if (!truce_collection_put_text (bench->collection, bench->ids[i], bench->values[i], NULL))
      g_error ("put");
}

static void
ours_patch (Bench *bench,
            guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);

      for (guint j = i; j < i + BATCH; j++)
        truce_batch_patch_text (batch, "task", bench->ids[pick (j, n)], "{\"done\":true}");
      run_batch (bench->store, batch);
    }
}

static void
ours_get (Bench *bench,
          guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = truce_collection_dup_text (bench->collection, bench->ids[pick (i, n)], NULL);

      g_assert (text != NULL);
    }
}

static void
ours_get_node (Bench *bench,
               guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceRecord) record = truce_collection_get (bench->collection, bench->ids[pick (i, n)], NULL);

      g_assert (truce_record_get_value (record) != NULL);
    }
}

static void
ours_scan (Bench *bench,
           guint  n)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (bench->store);
  TruceStoredRecord *record = NULL;
  gsize length = 0;

  g_assert (truce_store_adapter_begin (adapter, FALSE, NULL));
  for (guint i = 0; i < n; i++)
    {
      TruceStoredRecord *last = record;

      record = truce_store_adapter_next (adapter, "task", last != NULL ? truce_stored_record_get_id (last) : NULL, NULL);
      length += strlen (truce_stored_record_get_value (record));
      g_clear_pointer (&last, truce_stored_record_unref);
    }
  truce_stored_record_unref (record);
  truce_store_adapter_rollback (adapter);
  g_assert (length > n);
}

static void
ours_merge (Bench *bench,
            guint  n)
{
  g_autoptr(GError) error = NULL;
  gint64 changed = truce_store_merge (bench->store, bench->other, NULL, NULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (changed, ==, n);
}

/* ---- the floor ---- */

static void
floor_put (Bench *bench,
           guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor);
      for (guint j = i; j < i + BATCH; j++)
        floor_store_insert (bench->floor, bench->ids[j], bench->values[j]);
      floor_store_commit (bench->floor);
    }
}

/* An app with a tree has to print it, */
static void
floor_put_nodes (Bench *bench,
                 guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor);
      for (guint j = 0; j < BATCH; j++)
        {
          g_autofree char *text = json_to_string (bench->nodes[j], FALSE);

          floor_store_insert (bench->floor, bench->ids[i + j], text);
        }
      floor_store_commit (bench->floor);
    }
}

static void
floor_put_alone (Bench *bench,
                 guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      floor_store_begin (bench->floor);
      floor_store_insert (bench->floor, bench->ids[i], bench->values[i]);
      floor_store_commit (bench->floor);
    }
}

static void
floor_update (Bench *bench,
              guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor);
      for (guint j = i; j < i + BATCH; j++)
        floor_store_update (bench->floor, bench->ids[pick (j, n)], bench->changed[pick (j, n)]);
      floor_store_commit (bench->floor);
    }
}

static void
floor_edit (Bench *bench,
            guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor);
      for (guint j = i; j < i + BATCH; j++)
        floor_store_edit (bench->floor, bench->ids[pick (j, n)], bench->changed[pick (j, n)], "{\"done\":false}");
      floor_store_commit (bench->floor);
    }
}

static void
floor_get (Bench *bench,
           guint  n)
{
  for (guint i = 0; i < n; i++)
    g_assert (floor_store_get (bench->floor, bench->ids[pick (i, n)])[0] == '{');
}

/* and one that wants a tree to read it. */
static void
floor_get_node (Bench *bench,
                guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(JsonNode) node = json_from_string (floor_store_get (bench->floor, bench->ids[pick (i, n)]), NULL);

      g_assert (node != NULL);
    }
}

static void
floor_scan (Bench *bench,
            guint  n)
{
  g_assert (floor_store_scan (bench->floor) > n);
}

static void
floor_upsert (Bench *bench,
              guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor);
      for (guint j = i; j < i + BATCH; j++)
        floor_store_upsert (bench->floor, bench->ids[j], bench->changed[j]);
      floor_store_commit (bench->floor);
    }
}

/* ---- what is there before ---- */

static void
fill (Bench *bench)
{
  floor_put (bench, N);
  ours_put (bench, N);
}

/* As a remote would have brought them: nothing waits. */
static void
fill_synced (Bench *bench)
{
  floor_upsert (bench, N);
  truce_store_set_outbox (bench->store, FALSE);
  ours_put (bench, N);
  truce_store_set_outbox (bench->store, TRUE);
}

/* Another store had the same records, and changed each. */
static void
fill_two (Bench *bench)
{
  g_autofree char *path = g_build_filename (bench->folder, "other.db", NULL);
  g_autoptr(TruceCollection) collection = NULL;

  fill_synced (bench);
  bench->other = truce_store_open (path, NULL);
  collection = truce_store_get_collection (bench->other, "task", NULL, NULL);
  g_assert_cmpint (truce_store_merge (bench->other, bench->store, NULL, NULL, NULL, NULL, NULL, NULL), ==, N);
  for (guint i = 0; i < N; i += BATCH)
    {
      g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);

      for (guint j = i; j < i + BATCH; j++)
        truce_batch_patch_text (batch, "task", bench->ids[j], "{\"done\":true}");
      run_batch (bench->other, batch);
    }
}

static const Case cases[] = {
  { "put, 1,000 a transaction", "two inserts", N, FALSE, FALSE, FALSE, NULL, floor_put, ours_put },
  { "put, 1,000 a transaction, ids in no order", "two inserts", N, FALSE, FALSE, TRUE, NULL, floor_put, ours_put },
  { "put of a JsonNode, 1,000 a transaction", "json-glib prints it, two inserts", N, FALSE, FALSE, FALSE, NULL,
    floor_put_nodes, ours_put_nodes },
  { "put alone, synchronous=FULL", "two inserts", 1000, TRUE, TRUE, FALSE, NULL, floor_put_alone, ours_put_alone },
  { "put alone, synchronous=NORMAL", "two inserts", 3000, FALSE, TRUE, FALSE, NULL, floor_put_alone, ours_put_alone },
  { "get, text", "select", N, FALSE, FALSE, FALSE, fill, floor_get, ours_get },
  { "get, JsonNode", "select, json-glib parses it", N, FALSE, FALSE, FALSE, fill, floor_get_node, ours_get_node },
  { "scan", "select", N, FALSE, FALSE, FALSE, fill, floor_scan, ours_scan },
  { "patch of a pending record", "two updates", N, FALSE, FALSE, FALSE, fill, floor_update, ours_patch },
  { "patch of a clean record", "update, insert", N, FALSE, FALSE, FALSE, fill_synced, floor_edit, ours_patch },
  { "merge of changed records", "upsert, insert", N, FALSE, FALSE, FALSE, fill_two, floor_upsert, ours_merge },
};

/* ---- running ---- */

static void
open_files (Bench      *bench,
            const Case *each)
{
  g_autofree char *plain = g_build_filename (bench->folder, "plain.db", NULL);
  g_autofree char *path = g_build_filename (bench->folder, "store.db", NULL);
  g_autoptr(TruceStoreAdapter) adapter = NULL;
  g_autoptr(GError) error = NULL;

  bench->floor = floor_store_open (plain, each->full);
  adapter = TRUCE_STORE_ADAPTER (truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error));
  g_assert_no_error (error);
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (adapter),
                                       each->full ? TRUCE_DURABILITY_FULL : TRUCE_DURABILITY_NORMAL);
  bench->store = truce_store_new (adapter, &error);
  g_assert_no_error (error);
  bench->collection = truce_store_get_collection (bench->store, "task", NULL, &error);
  g_assert_no_error (error);
}

static void
close_files (Bench *bench)
{
  g_autoptr(GDir) dir = g_dir_open (bench->folder, 0, NULL);
  const char *name;

  g_clear_object (&bench->collection);
  g_clear_object (&bench->store);
  g_clear_object (&bench->other);
  g_clear_pointer (&bench->floor, floor_store_close);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (bench->folder, name, NULL);

      g_unlink (path);
    }
}

static double
ns_now (gboolean wall)
{
  struct timespec now;

  clock_gettime (wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static double
ns_per_op (Bench *bench,
           const Case *each,
           void ( *run ) (Bench *, guint))
{
  double start = ns_now (each->wall);

  run (bench, each->n);
  return (ns_now (each->wall) - start) / each->n;
}

static void
run_case (Bench      *bench,
          const Case *each)
{
  double ours[N_RUNS];
  double floors[N_RUNS];
  double our;
  double plain;

  make_ids (bench, each->shuffled);
  for (guint i = 0; i < N_RUNS; i++)
    {
      open_files (bench, each);
      if (each->prepare != NULL)
        each->prepare (bench);
      floors[i] = ns_per_op (bench, each, each->floor);
      ours[i] = ns_per_op (bench, each, each->ours);
      close_files (bench);
    }
  our = bench_median (ours, N_RUNS);
  plain = bench_median (floors, N_RUNS);
  g_print ("{\"bench\":\"store: %s\",\"ops\":%u,\"ns_per_op\":%.0f,\"floor\":\"plain SQLite: %s\",\"floor_ns_per_op\":%.0f,"
           "\"ratio\":%.2f}\n", each->name, each->n, our, each->floor_name, plain, our / plain);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree Bench *bench = g_new0 (Bench, 1);

  bench->folder = g_dir_make_tmp ("truce-bench-XXXXXX", NULL);
  for (guint i = 0; i < N; i++)
    {
      bench->values[i] = make_value (i, FALSE);
      bench->changed[i] = make_value (i, TRUE);
    }
  for (guint i = 0; i < BATCH; i++)
    bench->nodes[i] = json_from_string (bench->values[i], NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (argc < 2 || strstr (cases[i].name, argv[1]) != NULL)
      run_case (bench, &cases[i]);

  g_rmdir (bench->folder);
  g_free (bench->folder);
  for (guint i = 0; i < N; i++)
    {
      g_free (bench->ids[i]);
      g_free (bench->values[i]);
      g_free (bench->changed[i]);
    }
  for (guint i = 0; i < BATCH; i++)
    json_node_unref (bench->nodes[i]);
  return 0;
}
