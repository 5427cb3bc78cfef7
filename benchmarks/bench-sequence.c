/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Difference and merge of 100,000 elements, each beside a floor: one pass that reads both sequences and adds
 * them up. Prints a line of JSON a measurement; an operation is one element of the longer sequence. */
#include "bench.h"

#include "truce-sequence.h"

#define N 100000
#define N_RUNS 9

typedef struct
{
  const char *name;
  guint32 a[N];
  guint32 b[N];
} Input;

static volatile guint64 sink;   /* keeps the compiler from dropping what nobody reads */

static void
run_diff (const Input *input)
{
  gsize n_hunks;
  g_autofree TruceHunk *hunks = truce_sequence_diff (input->a, N, input->b, N, &n_hunks);

  sink += n_hunks + (hunks != NULL);
}

/* Base against one side as it is, and the other as it was. */
static void
run_merge (const Input *input)
{
  gsize n_chunks;
  g_autofree TruceChunk *chunks = truce_sequence_merge (input->a, N, input->b, N, input->a, N, &n_chunks);

  sink += n_chunks + (chunks != NULL);
}

static void
run_floor (const Input *input)
{
  guint64 sum = 0;

  for (gsize i = 0; i < N; i++)
    sum += input->a[i] ^ input->b[i];
  sink += sum;
}

static double
ns_per_element (void (      *run ) (const Input *),
                const Input *input,
                guint        n_repeats)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < n_repeats; i++)
    run (input);
  return (g_get_monotonic_time () - start) * 1000.0 / n_repeats / N;
}

static void
measure (const char  *what,
         void (      *run ) (const Input *),
         const Input *input)
{
  double ours[N_RUNS];
  double floors[N_RUNS];
  double ours_median;
  double floor_median;

  for (guint i = 0; i < N_RUNS; i++)
    {
      floors[i] = ns_per_element (run_floor, input, 20);
      ours[i] = ns_per_element (run, input, 1);
    }

  ours_median = bench_median (ours, N_RUNS);
  floor_median = bench_median (floors, N_RUNS);
  g_print ("{\"bench\":\"sequence/%s/%s\",\"ops\":%d,\"ns_per_op\":%.2f,"
           "\"floor\":\"one pass over both\",\"floor_ns_per_op\":%.3f,\"ratio\":%.1f}\n",
           what, input->name, N, ours_median, floor_median, ours_median / floor_median);
}

static void
fill (Input      *input,
      const char *name,
      GRand      *rand)
{
  input->name = name;
  for (guint32 i = 0; i < N; i++)
    {
      input->a[i] = input->b[i] = i;
      if (g_str_equal (name, "1-percent-changed") && i % 100 == 50)
        input->b[i] = N + i;
      else if (g_str_equal (name, "half-changed") && i % 2 == 0)
        input->b[i] = N + i;
      else if (g_str_equal (name, "nothing-common"))
        input->b[i] = N + i;
      else if (g_str_equal (name, "reversed"))
        input->b[i] = N - 1 - i;
      else if (g_str_equal (name, "shuffled-words"))
        {
          input->a[i] = g_rand_int_range (rand, 0, 1000);
          input->b[i] = g_rand_int_range (rand, 0, 1000);
        }
      else if (g_str_equal (name, "random-bits"))
        {
          input->a[i] = g_rand_boolean (rand);
          input->b[i] = g_rand_boolean (rand);
        }
    }
}

int
main (void)
{
  static const char *names[] = { "same", "1-percent-changed", "half-changed", "nothing-common", "reversed",
                                 "shuffled-words", "random-bits" };
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);
  g_autofree Input *input = g_new (Input, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      fill (input, names[i], rand);
      measure ("diff", run_diff, input);
    }
  fill (input, "1-percent-changed", rand);
  measure ("merge", run_merge, input);
  return 0;
}
