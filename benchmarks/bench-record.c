/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Three-way merges of one record of 200 bytes, in the process, text to text: both sides changed a field
 * apart, and a set. Beside it our own reader over the three texts, measured in turns. Prints a line of
 * JSON. */
#include "bench.h"

#include "truce-json.h"
#include "truce-three-way.h"

#define N_RUNS 9
#define N_OPS 20000

static const char *const texts[] = {
  "{\"title\":\"Buy milk number 00000003\",\"done\":false,\"priority\":3,\"created\":1700000000003,\"tags\":[\"home\",\"shop\","
  "\"week03\"],\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-000000003\"}",
  "{\"title\":\"Buy oat milk number 00000003\",\"done\":false,\"priority\":3,\"created\":1700000000003,\"tags\":[\"home\","
  "\"shop\",\"week03\",\"x\"],\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-000000003\"}",
  "{\"title\":\"Buy milk number 00000003\",\"done\":true,\"priority\":3,\"created\":1700000000003,\"tags\":[\"home\",\"week03\"],"
  "\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-000000003\"}",
};

typedef struct
{
  GBytes *sides[G_N_ELEMENTS (texts)];
  TruceSchema *schema;
} Input;

static void
run_merge (const Input *input)
{
  g_autoptr(GBytes) merged = truce_merge_three_way_bytes (input->sides[0], input->sides[1], input->sides[2],
                                                          input->schema, NULL, NULL);

  g_assert (merged != NULL);
}

static void
run_reader (const Input *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (input->sides[i], TRUCE_JSON_DEPTH_DEFAULT, NULL);

      g_assert (doc != NULL);
    }
}

static double
ns_per_op (void (      *run ) (const Input *),
           const Input *input)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < N_OPS; i++)
    run (input);
  return (g_get_monotonic_time () - start) * 1000.0 / N_OPS;
}

int
main (void)
{
  Input input = { { NULL } };
  double merges[N_RUNS];
  double readers[N_RUNS];
  double merge;
  double reader;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    input.sides[i] = g_bytes_new_static (texts[i], strlen (texts[i]));
  input.schema = truce_schema_new ();
  truce_schema_set_kind (input.schema, "tags", TRUCE_KIND_SET, NULL);

  for (guint i = 0; i < N_RUNS; i++)
    {
      readers[i] = ns_per_op (run_reader, &input);
      merges[i] = ns_per_op (run_merge, &input);
    }
  merge = bench_median (merges, N_RUNS);
  reader = bench_median (readers, N_RUNS);
  g_print ("{\"bench\":\"merge/record\",\"ops\":%d,\"ns_per_op\":%.0f,\"floor\":\"our reader: parse three\","
           "\"floor_ns_per_op\":%.0f,\"ratio\":%.1f}\n", N_OPS, merge, reader, merge / reader);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_bytes_unref (input.sides[i]);
  g_object_unref (input.schema);
  return 0;
}
