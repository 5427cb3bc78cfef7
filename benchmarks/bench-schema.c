/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What it costs a store to check a record against its schema: one of 200 bytes and eight fields, of which the
 * schema names all, and what a schema that names none costs. The floor finds the fields of the same
 * document in a GHashTable and looks at no value; a second one is the parse that comes before. Prints JSON
 * lines. */
#include "bench.h"

#include "truce-schema-private.h"

#define N_RUNS 9
#define N_OPS 200000

static const char record[] =
  "{\"title\":\"Buy milk number 00000003\",\"done\":false,\"priority\":3,\"created\":1700000000003,\"tags\":[\"home\",\"shop\","
  "\"week03\"],\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-000000003\",\"votes\":12}";

static const char rules[] =
  "{\"fields\":{\"title\":{\"type\":\"string\",\"required\":true,\"max-size\":200},\"done\":\"flag\",\"priority\":{\"type\":\"integer\"},"
  "\"created\":{\"type\":\"integer\",\"required\":true},\"tags\":\"set\",\"notes\":{\"type\":\"string\",\"nullable\":true},"
  "\"owner\":{\"kind\":\"immutable\",\"type\":\"string\"},\"votes\":\"counter\"}}";

static TruceJsonDoc *doc;
static GHashTable *names;
static TruceSchema *schemas[2];

static void
run_check (guint schema)
{
  if (!truce_schema_check (schemas[schema], "task", "t", doc, NULL))
    g_error ("the record is right");
}

static void
run_floor (guint unused)
{
  guint found = 0;

  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      char name[32];
      gsize length = doc->nodes[i].end - doc->nodes[i].start - 2;

      memcpy (name, doc->text + doc->nodes[i].start + 1, length);
      name[length] = '\0';
      found += g_hash_table_contains (names, name);
    }
  if (found != 8)
    g_error ("there are eight fields");
}

static void
run_parse (guint unused)
{
  truce_json_doc_unref (truce_json_doc_parse_text (record, sizeof record - 1, NULL));
}

static double
ns_per_op (void (*run)(guint),
           guint  schema)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < N_OPS; i++)
    run (schema);
  return (g_get_monotonic_time () - start) * 1000.0 / N_OPS;
}

static void
measure (const char *what,
         guint       schema,
         const char *floor_name,
         void (     *run_beside ) (guint))
{
  double ours[N_RUNS];
  double floors[N_RUNS];
  double mine;
  double floor_ns;

  for (guint i = 0; i < N_RUNS; i++)
    {
      floors[i] = ns_per_op (run_beside, schema);
      ours[i] = ns_per_op (run_check, schema);
    }
  mine = bench_median (ours, N_RUNS);
  floor_ns = bench_median (floors, N_RUNS);
  g_print ("{\"bench\":\"%s\",\"ops\":%d,\"ns_per_op\":%.1f,\"floor\":\"%s\",\"floor_ns_per_op\":%.1f,\"ratio\":%.2f}\n",
           what, N_OPS, mine, floor_name, floor_ns, mine / floor_ns);
}

int
main (void)
{
  doc = truce_json_doc_parse_text (record, -1, NULL);
  names = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    g_hash_table_add (names, truce_json_dup_string (doc, i));
  schemas[0] = truce_schema_new_from_text (rules, NULL);
  schemas[1] = truce_schema_new ();
  truce_schema_seal (schemas[0]);
  truce_schema_seal (schemas[1]);

  measure ("schema-check-8-fields", 0, "GHashTable lookups", run_floor);
  measure ("schema-check-8-fields", 0, "parse", run_parse);
  measure ("schema-check-nothing-said", 1, "parse", run_parse);
  return 0;
}
