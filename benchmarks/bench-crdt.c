/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The CRDT floor beside plain C that does the same work, in one run: ours and the floor take turns, and
 * the median of nine turns counts. A line of JSON a measurement; docs/performance.md tells how to read
 * them. */

#include "bench.h"

#include "floor-set.h"
#include "truce-clock-private.h"
#include "truce-or-set-private.h"

#include <malloc.h>
#include <time.h>

#define N_TURNS 9
#define N 100000u
#define TEXT_LENGTH 7u

static char (*names)[TEXT_LENGTH + 1];  /* e000000 … */
static guint *order;                    /* of N names, shuffled */
static guint64 sink;

/* ---- measuring ---- */

static double
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

static gsize
heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

typedef struct
{
  const char *name;
  guint n_ops;
  void (*prepare)(void);        /* both sides, before each turn; not measured */
  void (*ours)(void);
  const char *floor_name;
  void (*floor)(void);
} Bench;

static double
measure (void (*work)(void))
{
  double start = now_ns ();

  work ();
  return now_ns () - start;
}

static double
run (const Bench *bench)
{
  double ours[N_TURNS];
  double floor[N_TURNS];
  double a;
  double b;

  for (guint i = 0; i < N_TURNS; i++)
    {
      if (bench->prepare != NULL)
        bench->prepare ();
      ours[i] = measure (bench->ours);
      floor[i] = measure (bench->floor);
    }
  a = bench_median (ours, N_TURNS) / bench->n_ops;
  b = bench_median (floor, N_TURNS) / bench->n_ops;
  g_print ("{\"bench\":\"%s\",\"ops\":%u,\"ns_per_op\":%.2f,"
           "\"floor\":\"%s\",\"floor_ns_per_op\":%.2f,\"ratio\":%.2f}\n",
           bench->name, bench->n_ops, a, bench->floor_name, b, a / b);
  return a;
}

/* ---- clock ---- */

static TruceClock *hlc;
static guint64 plain_hlc;

static void
ticks (void)
{
  TruceStamp stamp = { 0 };

  for (guint i = 0; i < 1000000; i++)
    sink += truce_clock_tick_into (hlc, &stamp, NULL);
  sink += stamp.time;
}

static void
public_ticks (void)
{
  for (guint i = 0; i < 1000000; i++)
    truce_stamp_free (truce_clock_tick (hlc, NULL));
}

static void
plain_ticks (void)
{
  for (guint i = 0; i < 1000000; i++)
    {
      struct timespec now;
      guint64 time;

      clock_gettime (CLOCK_REALTIME, &now);
      time = ((guint64) now.tv_sec * 1000 + (guint64) now.tv_nsec / 1000000) << 16;
      plain_hlc = MAX (time, plain_hlc + 1);
    }
  sink += plain_hlc;
}

/* ---- sets ---- */

static TruceOrSet *x;
static TruceOrSet *y;
static FloorSet *fx;
static FloorSet *fy;
static GBytes *encoded;
static guint8 *floor_encoded;
static guint64 stamp_time;
static guint n_names;

static void
add (TruceOrSet *set,
     const char *name,
     guint64     replica)
{
  TruceStamp stamp = { ++stamp_time, replica };

  if (!truce_or_set_add (set, name, &stamp, NULL))
    g_error ("cannot add %s", name);
}

static void
prepare_empty (void)
{
  g_clear_object (&x);
  g_clear_object (&y);
  g_clear_pointer (&fx, floor_set_free);
  g_clear_pointer (&fy, floor_set_free);
  x = truce_or_set_new ();
  y = truce_or_set_new ();
  fx = floor_set_new (1);
  fy = floor_set_new (2);
  truce_or_set_set_limit (x, 2000000);
  truce_or_set_set_limit (y, 2000000);
  stamp_time = truce_time_pack (1795212600000, 0);
}

static void
adds (void)
{
  for (guint i = 0; i < n_names; i++)
    add (x, names[i], 1);
}

static void
floor_adds (void)
{
  for (guint i = 0; i < n_names; i++)
    floor_set_add (fx, names[i], TEXT_LENGTH);
}

static void
prepare_full (void)
{
  prepare_empty ();
  adds ();
  floor_adds ();
}

static void
lookups (void)
{
  for (guint i = 0; i < N; i++)
    sink += truce_or_set_contains (x, names[order[i]]);
}

static void
floor_lookups (void)
{
  for (guint i = 0; i < N; i++)
    sink += floor_set_contains (fx, names[order[i]], TEXT_LENGTH);
}

static void
removes (void)
{
  for (guint i = 0; i < N / 2; i++)
    {
      TruceStamp stamp = { ++stamp_time, 1 };

      truce_or_set_remove (x, names[order[i]], &stamp, NULL);
    }
}

static void
floor_removes (void)
{
  for (guint i = 0; i < N / 2; i++)
    floor_set_remove (fx, names[order[i]], TEXT_LENGTH);
}

static void
encode (void)
{
  g_clear_pointer (&encoded, g_bytes_unref);
  encoded = truce_crdt_encode (TRUCE_CRDT (x), NULL);
}

static void
floor_encode (void)
{
  gsize length;

  g_clear_pointer (&floor_encoded, g_free);
  floor_encoded = floor_set_encode (fx, NULL, &length);
  sink += length;
}

static void
prepare_encoded (void)
{
  prepare_full ();
  encode ();
  floor_encode ();
}

static void
decode (void)
{
  if (!truce_crdt_apply (TRUCE_CRDT (y), encoded, NULL))
    g_error ("cannot decode");
}

static void
floor_decode (void)
{
  floor_set_apply (fy, floor_encoded);
}

/* Half of the names here, half there, nothing in common. */
static void
prepare_apart (void)
{
  prepare_empty ();
  for (guint i = 0; i < n_names / 2; i++)
    {
      add (x, names[i], 1);
      add (y, names[n_names / 2 + i], 2);
      floor_set_add (fx, names[i], TEXT_LENGTH);
      floor_set_add (fy, names[n_names / 2 + i], TEXT_LENGTH);
    }
}

/* 100,000 each; half of them common history. */
static void
prepare_half (void)
{
  g_autofree guint8 *bytes = NULL;
  gsize length;

  prepare_empty ();
  for (guint i = 0; i < N / 2; i++)
    {
      add (x, names[i], 1);
      floor_set_add (fx, names[i], TEXT_LENGTH);
    }
  truce_crdt_merge (TRUCE_CRDT (y), TRUCE_CRDT (x), NULL);
  bytes = floor_set_encode (fx, fy, &length);
  floor_set_apply (fy, bytes);
  for (guint i = 0; i < N / 2; i++)
    {
      add (x, names[N / 2 + i], 1);
      add (y, names[N + i], 2);
      floor_set_add (fx, names[N / 2 + i], TEXT_LENGTH);
      floor_set_add (fy, names[N + i], TEXT_LENGTH);
    }
}

static void
merge_both (void)
{
  truce_crdt_merge (TRUCE_CRDT (x), TRUCE_CRDT (y), NULL);
  truce_crdt_merge (TRUCE_CRDT (y), TRUCE_CRDT (x), NULL);
}

static void
send (TruceOrSet *from,
      TruceOrSet *to)
{
  g_autoptr(TruceVersionVector) since = truce_crdt_get_context (TRUCE_CRDT (to), NULL);
  g_autoptr(GBytes) bytes = truce_crdt_delta (TRUCE_CRDT (from), since, NULL);

  if (!truce_crdt_apply (TRUCE_CRDT (to), bytes, NULL))
    g_error ("cannot apply");
}

static void
sync_both (void)
{
  send (x, y);
  send (y, x);
}

static void
floor_sync_both (void)
{
  gsize length;
  g_autofree guint8 *to_y = floor_set_encode (fx, fy, &length);
  g_autofree guint8 *to_x = floor_set_encode (fy, fx, &length);

  floor_set_apply (fy, to_y);
  floor_set_apply (fx, to_x);
}

static void
add_news (guint start)
{
  for (guint i = start; i < start + 1000; i++)
    {
      add (x, names[i], 1);
      floor_set_add (fx, names[i], TEXT_LENGTH);
    }
}

/* 1,000 news in 100,000. The thousand before them went the same way: what a decode left exactly full has
 * grown. */
static void
prepare_news (void)
{
  n_names = N - 2000;
  prepare_full ();
  n_names = N;
  sync_both ();
  floor_sync_both ();
  add_news (N - 2000);
  sync_both ();
  floor_sync_both ();
  add_news (N - 1000);
}

static void
send_news (void)
{
  send (x, y);
}

static void
floor_send_news (void)
{
  gsize length;
  g_autofree guint8 *bytes = floor_set_encode (fx, fy, &length);

  floor_set_apply (fy, bytes);
}

/* ---- flood: long texts that are alike but for two bits in some blocks; and as many random ones ---- */

#define FLOOD_LENGTH (17u * 16)
static char (*flood)[FLOOD_LENGTH + 1];
static char (*drizzle)[FLOOD_LENGTH + 1];

static void
make_flood (void)
{
  flood = g_malloc (N * sizeof *flood);
  drizzle = g_malloc (N * sizeof *drizzle);
  for (guint i = 0; i < N; i++)
    {
      for (guint j = 0; j < FLOOD_LENGTH; j++)
        {
          flood[i][j] = 'a';
          drizzle[i][j] = (char) ('a' + g_random_int_range (0, 26));
        }
      /* Bits that a hash of multiplications and shifts, whatever its seed, is prone to cancel. */
      for (guint bit = 0; bit < 17; bit++)
        if (i >> bit & 1)
          {
            flood[i][bit * 16 + 7] ^= 0x40;
            flood[i][bit * 16 + 11] ^= 0x40;
          }
      flood[i][FLOOD_LENGTH] = drizzle[i][FLOOD_LENGTH] = '\0';
    }
}

static void
add_flood (void)
{
  for (guint i = 0; i < N; i++)
    add (x, flood[i], 1);
}

static void
add_drizzle (void)
{
  for (guint i = 0; i < N; i++)
    add (y, drizzle[i], 1);
}

/* ---- sizes ---- */

static void
report_size (const char *name,
             double      bytes,
             double      most)
{
  g_print ("{\"bench\":\"%s\",\"bytes_per_element\":%.2f,\"limit\":%.0f}\n", name, bytes, most);
}

static void
sizes (void)
{
  gsize before;

  prepare_empty ();
  before = heap_bytes ();
  adds ();
  report_size ("or-set memory beside the texts", (double) (heap_bytes () - before) / N - TEXT_LENGTH, 40);
  encode ();
  report_size ("or-set encoded, bytes an element", (double) g_bytes_get_size (encoded) / N, TEXT_LENGTH + 4);
  before = heap_bytes ();
  decode ();
  report_size ("or-set memory beside the texts, decoded",
               (double) (heap_bytes () - before) / N - TEXT_LENGTH, 40);
}

/* A person's adds: seconds apart, texts that have little in common. */
static void
sizes_spread (void)
{
  gsize n_texts = 0;

  prepare_empty ();
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *text = g_strdup_printf ("%x-%u", g_random_int (), i);
      TruceStamp stamp;

      stamp_time = truce_time_pack (truce_time_ms (stamp_time) + (guint64) g_random_int_range (1, 4000), 0);
      stamp = (TruceStamp) { stamp_time, 1 };
      truce_or_set_add (x, text, &stamp, NULL);
      n_texts += strlen (text);
    }
  encode ();
  report_size ("or-set encoded, adds seconds apart, bytes beside the texts",
               ((double) g_bytes_get_size (encoded) - (double) n_texts) / N, 4);
}

/* The same work on ten times as many elements. */
static void
linearity (const char *name,
           void (     *prepare ) (void),
           void (     *ours ) (void),
           void (     *floor ) (void))
{
  g_autofree char *few_name = g_strdup_printf ("%s 100,000", name);
  g_autofree char *many_name = g_strdup_printf ("%s 1,000,000", name);
  double few;
  double many;

  few = run (&(Bench) { few_name, N, prepare, ours, "plain C set", floor });
  n_names = 10 * N;
  many = run (&(Bench) { many_name, 10 * N, prepare, ours, "plain C set", floor });
  n_names = N;
  g_print ("{\"bench\":\"%s\",\"time_1000000_to_100000\":%.1f,\"limit\":12}\n", name, 10 * many / few);
}

int
main (void)
{
  static const Bench benches[] = {
    { "clock tick", 1000000, NULL, ticks, "plain C clock", plain_ticks },
    { "clock tick, boxed", 1000000, NULL, public_ticks, "plain C clock", plain_ticks },
    { "or-set contains", N, prepare_full, lookups, "plain C set", floor_lookups },
    { "or-set remove", N / 2, prepare_full, removes, "plain C set", floor_removes },
    { "or-set encode", N, prepare_full, encode, "plain C set", floor_encode },
    { "or-set sync 50,000 + 50,000 both ways", N, prepare_apart, sync_both, "plain C set", floor_sync_both },
    { "or-set merge 100,000 + 100,000, half shared, both ways", 2 * N,
      prepare_half, merge_both, "plain C set", floor_sync_both },
    { "or-set send 1,000 news of 100,000", 1000, prepare_news, send_news, "plain C set", floor_send_news },
    { "or-set add 100,000 alike", N, prepare_empty, add_flood, "random ones as long", add_drizzle },
  };

  n_names = N;
  names = g_malloc (10 * N * sizeof *names);
  order = g_new (guint, N);
  for (guint i = 0; i < 10 * N; i++)
    g_snprintf (names[i], sizeof names[i], "e%06u", i);
  for (guint i = 0; i < N; i++)
    {
      guint j = g_random_int_range (0, (int) i + 1);

      order[i] = order[j];
      order[j] = i;
    }
  hlc = truce_clock_new (7);
  make_flood ();

  linearity ("or-set add", prepare_empty, adds, floor_adds);
  linearity ("or-set decode", prepare_encoded, decode, floor_decode);
  linearity ("or-set merge two halves of", prepare_apart, merge_both, floor_sync_both);
  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    run (&benches[i]);
  sizes ();
  sizes_spread ();
  return sink == 42;
}
