/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A replica and a hub in one process, each on an SQLite file, beside plain SQLite that writes the same bytes to two files
 * (floor-store.h), in turns: 100,000 records of 200 bytes, 500 a transaction, synchronous=FULL. CPU time, of user and
 * system: of the whole, and of the replica's parts, which are what the exchanges leave. Prints a line of JSON a
 * measurement. An argument picks those whose name contains it. */
#include "bench.h"
#include "floor-store.h"

#include "truce-hub-remote.h"
#include "truce-session.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <truce.h>

#define N_RUNS 7
#define N 100000u
#define FEW 10000u
#define BATCH 500u              /* as a session has it */
#define N_POISON 10u

/* Where the time of a session goes. */
typedef enum
{
  SPENT_ALL,
  SPENT_BUILD,                  /* next (), while pushing */
  SPENT_ACKNOWLEDGE,            /* take () of a push */
  SPENT_APPLY,                  /* take () of a page */
  SPENT_REMOTE,                 /* what the hub does */
  N_SPENT,
} Spent;

typedef struct
{
  char *folder;                 /* owned */
  char *ids[N];                 /* owned */
  char *values[N];              /* owned: as an app would write them */
  FloorStore *floor[2];
  TruceStore *store;
  TruceStore *hub_store;
  TruceHub *hub;
  TruceRemote *remote;
  double spent[N_SPENT];        /* ns, of the last session */
  guint64 exchanges;
} Bench;

typedef struct
{
  const char *name;
  const char *floor_name;
  guint n;                      /* records */
  Spent part;                   /* what counts */
  void (*prepare)(Bench *bench, guint n);
  void (*floor)(Bench *bench, guint n);
  void (*ours)(Bench *bench, guint n);
} Case;

static double
ns_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

/* ---- stores ---- */

static char *
make_value (guint i)
{
  return g_strdup_printf ("{\"title\":\"Buy milk number %08u\",\"done\":false,\"priority\":%u,\"created\":17000000%05u,"
                          "\"tags\":[\"home\",\"shop\",\"week%02u\"],"
                          "\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-%09u\"}",
                          i, i % 5, i, i % 53, i % 1000);
}

static char *
path_of (Bench      *bench,
         const char *name)
{
  return g_build_filename (bench->folder, name, NULL);
}

static TruceStore *
open_store (Bench      *bench,
            const char *name)
{
  g_autofree char *path = path_of (bench, name);
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_store_open (path, &error);

  g_assert_no_error (error);
  return store;
}

static FloorStore *
open_floor (Bench      *bench,
            const char *name)
{
  g_autofree char *path = path_of (bench, name);

  return floor_store_open (path, TRUE);
}

static void
open_files (Bench *bench)
{
  g_autoptr(GError) error = NULL;

  bench->floor[0] = open_floor (bench, "plain-1.db");
  bench->floor[1] = open_floor (bench, "plain-2.db");
  bench->store = open_store (bench, "replica.db");
  bench->hub_store = open_store (bench, "hub.db");
  truce_store_set_outbox (bench->hub_store, FALSE);
  bench->hub = truce_hub_new (bench->hub_store, &error);
  g_assert_no_error (error);
  bench->remote = TRUCE_REMOTE (truce_hub_remote_new (bench->hub));
}

static void
close_files (Bench *bench)
{
  g_autoptr(GDir) dir = g_dir_open (bench->folder, 0, NULL);
  const char *name;

  g_clear_object (&bench->remote);
  g_clear_object (&bench->hub);
  g_clear_object (&bench->hub_store);
  g_clear_object (&bench->store);
  for (guint i = 0; i < G_N_ELEMENTS (bench->floor); i++)
    g_clear_pointer (&bench->floor[i], floor_store_close);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = path_of (bench, name);

      g_unlink (path);
    }
}

static void
put (Bench      *bench,
     TruceStore *store,
     guint       n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
      g_autoptr(TruceBatchResult) result = NULL;
      g_autoptr(GError) error = NULL;

      for (guint j = i; j < i + BATCH; j++)
        truce_batch_put_text (batch, "task", bench->ids[j], bench->values[j]);
      result = truce_store_run (store, batch, &error);
      g_assert_no_error (error);
      g_assert_true (truce_batch_result_is_clean (result));
    }
}

/* ---- a session ---- */

static Spent
spent_taking (TruceExchange *exchange)
{
  return TRUCE_IS_PUSH (exchange) ? SPENT_ACKNOWLEDGE : TRUCE_IS_PULL (exchange) ? SPENT_APPLY : SPENT_ALL;
}

static void
sync_store (Bench      *bench,
            TruceStore *store)
{
  TruceSessionSetup setup = { 0 };
  g_autoptr(TruceSession) session = truce_session_new (store, &setup);
  g_autoptr(GError) error = NULL;
  TruceExchange *exchange;
  double start = ns_now ();

  memset (bench->spent, 0, sizeof bench->spent);
  while (TRUE)
    {
      g_autoptr(GError) failure = NULL;
      double begun = ns_now ();
      double built;
      double performed;
      Spent part;

      exchange = truce_session_next (session, 0, &error);
      g_assert_no_error (error);
      if (exchange == NULL)
        break;
      built = ns_now ();
      part = spent_taking (exchange);
      if (part == SPENT_ACKNOWLEDGE)
        bench->spent[SPENT_BUILD] += built - begun;
      truce_exchange_perform (bench->remote, exchange, NULL, &failure);
      g_assert_no_error (failure);
      performed = ns_now ();
      bench->spent[SPENT_REMOTE] += performed - built;
      truce_session_take (session, NULL, &error);
      g_assert_no_error (error);
      if (part != SPENT_ALL)
        bench->spent[part] += ns_now () - performed;
    }
  bench->spent[SPENT_ALL] = ns_now () - start;
  bench->exchanges = truce_session_get_counts (session)->exchanges;
}

static void
ours_sync (Bench *bench,
           guint  n)
{
  sync_store (bench, bench->store);
}

static void
ours_drain (Bench *bench,
            guint  n)
{
  sync_store (bench, bench->store);
  g_assert_cmpuint (truce_store_count (bench->store, TRUCE_DELIVERY_PENDING), ==, 0);
  g_assert_cmpuint (truce_store_count (bench->hub_store, TRUCE_DELIVERY_SYNCED), ==, n);
}

static void
ours_pull (Bench *bench,
           guint  n)
{
  sync_store (bench, bench->store);
  g_assert_cmpuint (truce_store_count (bench->store, TRUCE_DELIVERY_SYNCED), ==, n);
}

/* ---- the floor ---- */

static void
fill_floor (Bench      *bench,
            FloorStore *floor,
            guint       n)
{
  floor_store_begin (floor);
  for (guint i = 0; i < n; i++)
    floor_store_insert (floor, bench->ids[i], bench->values[i]);
  floor_store_commit (floor);
}

static void
floor_upsert (Bench *bench,
              guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    for (guint side = 0; side < 2; side++)
      {
        floor_store_begin (bench->floor[side]);
        for (guint j = i; j < i + BATCH; j++)
          floor_store_replace (bench->floor[side], bench->ids[j], bench->values[j]);
        floor_store_commit (bench->floor[side]);
      }
}

static void
floor_apply (Bench *bench,
             guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor[0]);
      for (guint j = i; j < i + BATCH; j++)
        {
          floor_store_get (bench->floor[0], bench->ids[j]);
          floor_store_upsert (bench->floor[0], bench->ids[j], bench->values[j]);
        }
      floor_store_set_cursor (bench->floor[0], i);
      floor_store_commit (bench->floor[0]);
    }
}

static void
floor_copy (Bench *bench,
            guint  n)
{
  g_assert_cmpuint (floor_store_copy (bench->floor[0], BATCH), >, n);
}

static void
floor_acknowledge (Bench *bench,
                   guint  n)
{
  for (guint i = 0; i < n; i += BATCH)
    {
      floor_store_begin (bench->floor[0]);
      floor_store_acknowledge (bench->floor[0], i + BATCH);
      floor_store_commit (bench->floor[0]);
    }
}

static void
floor_open (Bench *bench,
            guint  n)
{
  for (guint i = 0; i < n; i++)
    floor_store_get (bench->floor[0], bench->ids[0]);
}

/* ---- what is there before ---- */

static void
fill_pending (Bench *bench,
              guint  n)
{
  put (bench, bench->store, n);
  fill_floor (bench, bench->floor[0], n);
}

static void
fill_hub (Bench *bench,
          guint  n)
{
  g_autoptr(TruceStore) first = open_store (bench, "first.db");

  fill_floor (bench, bench->floor[0], n);
  put (bench, first, n);
  sync_store (bench, first);
}

/* What another replica has changed of what is here too. */
static void
fill_both (Bench *bench,
           guint  n)
{
  g_autoptr(TruceStore) first = open_store (bench, "first.db");

  fill_floor (bench, bench->floor[0], n);
  put (bench, first, n);
  sync_store (bench, first);
  sync_store (bench, bench->store);
  for (guint i = 0; i < n; i += BATCH)
    {
      g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
      g_autoptr(TruceBatchResult) result = NULL;

      for (guint j = i; j < i + BATCH; j++)
        truce_batch_patch_text (batch, "task", bench->ids[j], "{\"done\":true}");
      result = truce_store_run (first, batch, NULL);
      g_assert_true (truce_batch_result_is_clean (result));
    }
  sync_store (bench, first);
}

static void
fill_synced (Bench *bench,
             guint  n)
{
  fill_pending (bench, n);
  sync_store (bench, bench->store);
}

static gboolean
refuse_poison (TruceHub    *hub,
               TruceChange *change,
               const char  *account,
               gpointer     bench,
               GError     **error)
{
  static const guint every = N / N_POISON;
  guint64 number = g_ascii_strtoull (truce_change_get_id (change), NULL, 16);

  if (number % every != every / 2)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "not now");
  return FALSE;
}

static void
fill_poison (Bench *bench,
             guint  n)
{
  fill_pending (bench, n);
  truce_hub_set_guard (bench->hub, refuse_poison, bench, NULL);
}

static void
ours_poison (Bench *bench,
             guint  n)
{
  sync_store (bench, bench->store);
  g_assert_cmpuint (truce_store_count (bench->store, TRUCE_DELIVERY_PENDING), ==, N_POISON);
  g_assert_cmpuint (truce_store_count (bench->hub_store, TRUCE_DELIVERY_SYNCED), ==, n - N_POISON);
}

static void
ours_idle (Bench *bench,
           guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      sync_store (bench, bench->store);
      g_assert_cmpuint (bench->exchanges, ==, 1);
    }
  bench->spent[SPENT_ALL] *= n;
}

static void
fill_idle (Bench *bench,
           guint  n)
{
  fill_synced (bench, N);
}

static const Case cases[] = {
  { "drain", "two upserts", N, SPENT_ALL, fill_pending, floor_upsert, ours_drain },
  { "drain, a tenth", "two upserts", FEW, SPENT_ALL, fill_pending, floor_upsert, ours_drain },
  { "drain, ten that the hub can't take", "two upserts", N, SPENT_ALL, fill_poison, floor_upsert, ours_poison },
  { "drain: read and build a batch", "select, copy", N, SPENT_BUILD, fill_pending, floor_copy, ours_drain },
  { "drain: acknowledge", "delete of a stretch of the outbox", N, SPENT_ACKNOWLEDGE, fill_pending, floor_acknowledge,
    ours_drain },
  { "drain: the hub", "two upserts", N, SPENT_REMOTE, fill_pending, floor_upsert, ours_drain },
  { "pull", "two upserts", N, SPENT_ALL, fill_hub, floor_upsert, ours_pull },
  { "pull, a tenth", "two upserts", FEW, SPENT_ALL, fill_hub, floor_upsert, ours_pull },
  { "pull: apply a new record", "select, upsert, insert", N, SPENT_APPLY, fill_hub, floor_apply, ours_pull },
  { "pull: the hub", "two upserts", N, SPENT_REMOTE, fill_hub, floor_upsert, ours_pull },
  { "pull of changed records", "two upserts", N, SPENT_ALL, fill_both, floor_upsert, ours_sync },
  { "pull: apply a changed record", "select, upsert, insert", N, SPENT_APPLY, fill_both, floor_apply, ours_sync },
  { "nothing to do", "select", 200, SPENT_ALL, fill_idle, floor_open, ours_idle },
};

/* ---- running ---- */

static void
run_case (Bench      *bench,
          const Case *each)
{
  double ours[N_RUNS];
  double floors[N_RUNS];
  double our;
  double plain;

  for (guint i = 0; i < N_RUNS; i++)
    {
      double start;

      open_files (bench);
      each->prepare (bench, each->n);
      start = ns_now ();
      each->floor (bench, each->n);
      floors[i] = (ns_now () - start) / each->n;
      each->ours (bench, each->n);
      ours[i] = bench->spent[each->part] / each->n;
      close_files (bench);
    }
  our = bench_median (ours, N_RUNS);
  plain = bench_median (floors, N_RUNS);
  g_print ("{\"bench\":\"sync: %s\",\"ops\":%u,\"ns_per_op\":%.0f,\"floor\":\"plain SQLite: %s\",\"floor_ns_per_op\":%.0f,"
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
      bench->ids[i] = g_strdup_printf ("%016x", i);
      bench->values[i] = make_value (i);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (argc < 2 || strstr (cases[i].name, argv[1]) != NULL)
      run_case (bench, &cases[i]);

  g_rmdir (bench->folder);
  g_free (bench->folder);
  for (guint i = 0; i < N; i++)
    {
      g_free (bench->ids[i]);
      g_free (bench->values[i]);
    }
  return 0;
}
