/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Counters, flags and registers of many values beside plain C that does the same with no objects, no checks and no
 * bytes from outside: arrays of eight replicas. Ours and the floor take turns; the median of nine turns counts,
 * in CPU time. A line of JSON a measurement. */

#include "bench.h"

#include "truce-counter.h"
#include "truce-flag.h"
#include "truce-lww-register.h"
#include "truce-mv-register.h"
#include "truce-stamp-private.h"

#include <string.h>
#include <time.h>

#define N_TURNS 9
#define N_REPLICAS 8u

typedef struct
{
  guint64 replica;
  guint64 time;
  guint64 plus;
  guint64 minus;
} PlainTally;

static TruceCounter *counters[2];
static TruceFlag *flags[2];
static TruceMvRegister *registers[2];
static TruceLwwRegister *last_writer;
static GBytes *encoded;
static PlainTally plain[2][N_REPLICAS];
static guint64 last_time;
static guint64 sink;

static const char value[] =
  "{\"city\":\"Leipzig\",\"country\":\"DE\",\"lines\":[\"Karl-Liebknecht-Str. 42\",\"Hinterhaus\"],\"zip\":\"04275\"}";

static double
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

/* ---- counters ---- */

/* As a library would have it: not to be merged into the loop that measures it. */
static G_GNUC_NO_INLINE gboolean
plain_increment (PlainTally       *tallies,
                 gint64            amount,
                 const TruceStamp *stamp)
{
  PlainTally *tally = tallies;

  while (tally->replica != stamp->replica)
    tally++;
  if (stamp->time <= tally->time)
    return FALSE;
  if (amount < 0)
    tally->minus += -(guint64) amount;
  else
    tally->plus += (guint64) amount;
  tally->time = stamp->time;
  return TRUE;
}

static void
increments (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 1 };

      sink += (guint64) truce_counter_increment (counters[0], i & 7, &stamp, NULL);
    }
}

static void
plain_increments (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 1 };

      sink += (guint64) plain_increment (plain[0], i & 7, &stamp);
    }
}

static void
counter_values (guint n)
{
  for (guint i = 0; i < n; i++)
    sink += (guint64) truce_counter_get_value (counters[0]);
}

static G_GNUC_NO_INLINE gint64
plain_value (const PlainTally *tallies)
{
  guint64 sum = 0;

  for (guint i = 0; i < N_REPLICAS; i++)
    sum += tallies[i].plus - tallies[i].minus;
  return (gint64) sum;
}

static void
plain_values (guint n)
{
  for (guint i = 0; i < n; i++)
    sink += (guint64) plain_value (plain[0]);
}

static void
counter_merges (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 2 };

      truce_counter_increment (counters[1], 1, &stamp, NULL);
      truce_crdt_merge (TRUCE_CRDT (counters[0]), TRUCE_CRDT (counters[1]), NULL);
    }
}

static G_GNUC_NO_INLINE void
plain_merge (PlainTally       *into,
             const PlainTally *from)
{
  for (guint i = 0; i < N_REPLICAS; i++)
    {
      into[i].time = MAX (into[i].time, from[i].time);
      into[i].plus = MAX (into[i].plus, from[i].plus);
      into[i].minus = MAX (into[i].minus, from[i].minus);
    }
}

static void
plain_merges (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 2 };

      plain_increment (plain[1], 1, &stamp);
      plain_merge (plain[0], plain[1]);
    }
}

/* There and back by way of bytes, checked. */
static void
counter_bytes (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_clear_pointer (&encoded, g_bytes_unref);
      encoded = truce_crdt_encode (TRUCE_CRDT (counters[1]), NULL);
      sink += (guint64) truce_crdt_apply (TRUCE_CRDT (counters[0]), encoded, NULL);
    }
}

static void
plain_bytes (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree PlainTally *copy = g_memdup2 (plain[1], sizeof plain[1]);

      plain_merge (plain[0], copy);
    }
}

/* ---- flags ---- */

static void
enables (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 1 };

      sink += (guint64) truce_flag_enable (flags[0], &stamp, NULL);
    }
}

static void
flag_merges (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 2 };

      truce_flag_disable (flags[1], &stamp, NULL);
      truce_crdt_merge (TRUCE_CRDT (flags[0]), TRUCE_CRDT (flags[1]), NULL);
    }
}

/* ---- registers ---- */

static void
sets (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 1 };

      sink += (guint64) truce_mv_register_set_text (registers[0], value, &stamp, NULL);
    }
}

static void
last_writer_sets (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 1 };

      sink += (guint64) truce_lww_register_set_text (last_writer, value, &stamp, NULL);
    }
}

static void
register_merges (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 2 };

      truce_mv_register_set_text (registers[1], value, &stamp, NULL);
      truce_crdt_merge (TRUCE_CRDT (registers[0]), TRUCE_CRDT (registers[1]), NULL);
    }
}

static void
last_writer_merges (guint n)
{
  g_autoptr(TruceLwwRegister) other = truce_lww_register_new ();

  for (guint i = 0; i < n; i++)
    {
      TruceStamp stamp = { ++last_time, 2 };

      truce_lww_register_set_text (other, value, &stamp, NULL);
      truce_crdt_merge (TRUCE_CRDT (last_writer), TRUCE_CRDT (other), NULL);
    }
}

/* ---- measuring ---- */

typedef struct
{
  const char *name;
  guint n_ops;
  void (*ours)(guint n);
  const char *floor_name;
  void (*floor)(guint n);
} Bench;

static const Bench benches[] = {
  { "counter increment", 1000000, increments, "plain C tallies", plain_increments },
  { "counter value, 8 replicas", 1000000, counter_values, "plain C tallies", plain_values },
  { "counter increment and merge, 8 replicas", 200000, counter_merges, "plain C tallies", plain_merges },
  { "counter encode and apply, 8 replicas", 50000, counter_bytes, "plain C copy", plain_bytes },
  { "flag enable", 200000, enables, "plain C tallies", plain_increments },
  { "flag disable and merge, 8 replicas", 100000, flag_merges, "plain C tallies", plain_merges },
  { "mv-register set, 90 bytes", 50000, sets, "lww-register set", last_writer_sets },
  { "mv-register set and merge, 90 bytes", 50000, register_merges, "lww-register set and merge", last_writer_merges },
};

static double
measure (void (*run)(guint n),
         guint  n_ops)
{
  double start = now_ns ();

  run (n_ops);
  return (now_ns () - start) / n_ops;
}

static void
run_bench (const Bench *bench)
{
  double ours[N_TURNS];
  double floors[N_TURNS];
  double a;
  double b;

  for (guint i = 0; i < N_TURNS; i++)
    {
      ours[i] = measure (bench->ours, bench->n_ops);
      floors[i] = measure (bench->floor, bench->n_ops);
    }
  a = bench_median (ours, N_TURNS);
  b = bench_median (floors, N_TURNS);
  g_print ("{\"bench\":\"%s\",\"ops\":%u,\"ns_per_op\":%.2f,\"floor\":\"%s\",\"floor_ns_per_op\":%.2f,\"ratio\":%.2f}\n",
           bench->name, bench->n_ops, a, bench->floor_name, b, a / b);
}

/* All replicas have been there. */
static void
prepare (void)
{
  last_writer = truce_lww_register_new ();
  for (guint k = 0; k < 2; k++)
    {
      counters[k] = truce_counter_new ();
      flags[k] = truce_flag_new (FALSE);
      registers[k] = truce_mv_register_new ();
      for (guint i = 0; i < N_REPLICAS; i++)
        {
          TruceStamp stamp = { ++last_time, i + 1 };

          plain[k][i] = (PlainTally) { stamp.replica, stamp.time, 1, 0 };
          truce_counter_increment (counters[k], 1, &stamp, NULL);
          truce_flag_enable (flags[k], &stamp, NULL);
          truce_mv_register_set_text (registers[k], value, &stamp, NULL);
          truce_lww_register_set_text (last_writer, value, &stamp, NULL);
        }
    }
}

int
main (void)
{
  prepare ();
  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    run_bench (&benches[i]);
  return sink == 42;
}
