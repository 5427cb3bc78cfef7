/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Stamped states beside plain C, in one run, taking turns: a record of eight fields that is read, joined with
 * an update of it and written, beside the parsing of the two texts that this needs; and a map of 100,000 keys,
 * beside a table of keys, values and stamps that knows no types, no removals and no contexts. */

#include "bench.h"

#include "truce-hash.h"
#include "truce-or-map.h"
#include "truce-state.h"
#include "truce-version-vector-private.h"

#include <time.h>

#define N_TURNS 9
#define N_RECORDS 20000u
#define N 100000u
#define N_SLOTS (N * 2u)

/* ---- measuring ---- */

static double
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

static double
measure (void (*work)(void))
{
  double start = now_ns ();

  work ();
  return now_ns () - start;
}

static void
run (const char *name,
     guint       n_ops,
     void (     *prepare )(void),
     void (     *work )(void),
     const char *floor_name,
     void (     *floor )(void))
{
  double ours[N_TURNS];
  double theirs[N_TURNS];
  double a;
  double b;

  for (guint i = 0; i < N_TURNS; i++)
    {
      prepare ();
      ours[i] = measure (work);
      theirs[i] = measure (floor);
    }
  a = bench_median (ours, N_TURNS) / n_ops;
  b = bench_median (theirs, N_TURNS) / n_ops;
  g_print ("{\"bench\":\"%s\",\"ops\":%u,\"ns_per_op\":%.2f,\"floor\":\"%s\",\"floor_ns_per_op\":%.2f,"
           "\"ratio\":%.2f}\n", name, n_ops, a, floor_name, b, a / b);
}

/* ---- a record ---- */

static GString *jsons[2];
static GByteArray *blobs[2];
static guint64 sink;

static void
make_record (void)
{
  static const char *const fields[][2] = {
    { "done", "false" }, { "due", "\"2026-11-21\"" }, { "list", "\"inbox\"" },
    { "notes", "\"Some longer notes, about sixty bytes long as they mostly are\"" },
    { "owner", "\"alice@example.org\"" }, { "priority", "3" }, { "tags", "[\"a\",\"b\"]" },
    { "title", "\"Buy milk and bread\"" },
  };
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  TruceState *state = truce_state_new (arena);
  TruceStamp stamp = { truce_time_pack (1795212600000, 0), 1 };
  TruceStamp later = { truce_time_pack (1795212700000, 0), 2 };

  truce_state_create (state, stamp);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    truce_state_set (state, &state->fields, fields[i][0], TRUCE_SHAPE_REGISTER,
                     (TruceSlice) { fields[i][1], strlen (fields[i][1]) }, stamp);
  for (guint i = 0; i < 2; i++)
    {
      jsons[i] = g_string_new (NULL);
      blobs[i] = g_byte_array_new ();
      truce_state_encode (state, jsons[i], blobs[i]);
      truce_state_set (state, &state->fields, "done", TRUCE_SHAPE_REGISTER, (TruceSlice) { "true", 4 }, later);
    }
}

static TruceState *
decode (TruceJsonArena *arena,
        guint           which)
{
  return truce_state_decode (arena, jsons[which]->str, jsons[which]->len, blobs[which]->data,
                             blobs[which]->len, NULL);
}

static void
join_records (void)
{
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GByteArray) blob = g_byte_array_new ();

  for (guint i = 0; i < N_RECORDS; i++)
    {
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      TruceState *state = decode (arena, 0);

      sink += (guint64) truce_state_join (state, decode (arena, 1), NULL, NULL);
      g_string_truncate (json, 0);
      g_byte_array_set_size (blob, 0);
      truce_state_encode (state, json, blob);
    }
}

static void
parse_records (void)
{
  for (guint i = 0; i < 2 * N_RECORDS; i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (jsons[i & 1]->str, jsons[i & 1]->len);
      g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);

      sink += doc->n_nodes;
    }
}

static void
nothing (void)
{
}

/* ---- a map ---- */

typedef struct
{
  TruceStamp stamp;
  char *key;
  char *value;
} Entry;

static char (*pointers)[9];     /* /k000000 … */
static TruceOrMap *map;
static TruceOrMap *other;
static GBytes *encoded;
static Entry *table;
static Entry *other_table;

static void
put (Entry      *entries,
     const char *key,
     const char *value,
     TruceStamp  stamp)
{
  guint slot = (guint) (truce_hash_text (truce_hash_key (), key, strlen (key)) % N_SLOTS);

  while (entries[slot].key != NULL && strcmp (entries[slot].key, key) != 0)
    slot = (slot + 1) % N_SLOTS;
  if (entries[slot].key == NULL)
    entries[slot].key = g_strdup (key);
  else if (truce_stamp_order (entries[slot].stamp, stamp) >= 0)
    return;
  g_free (entries[slot].value);
  entries[slot].value = g_strdup (value);
  entries[slot].stamp = stamp;
}

static void
free_table (Entry *entries)
{
  for (guint i = 0; entries != NULL && i < N_SLOTS; i++)
    {
      g_free (entries[i].key);
      g_free (entries[i].value);
    }
  g_free (entries);
}

static void
prepare_empty (void)
{
  g_clear_object (&map);
  g_clear_object (&other);
  g_clear_pointer (&table, free_table);
  g_clear_pointer (&other_table, free_table);
  map = truce_or_map_new ();
  other = truce_or_map_new ();
  truce_or_map_set_limit (map, N);
  truce_or_map_set_limit (other, N);
  table = g_new0 (Entry, N_SLOTS);
  other_table = g_new0 (Entry, N_SLOTS);
}

static void
sets (void)
{
  for (guint i = 0; i < N; i++)
    {
      TruceStamp stamp = { truce_time_pack (1795212600000, 0) + i, 1 };

      truce_or_map_set_text (map, pointers[i], "12345", &stamp, NULL);
    }
}

static void
plain_sets (void)
{
  for (guint i = 0; i < N; i++)
    put (table, pointers[i] + 1, "12345", (TruceStamp) { truce_time_pack (1795212600000, 0) + i, 1 });
}

static void
prepare_full (void)
{
  prepare_empty ();
  sets ();
  plain_sets ();
  g_clear_pointer (&encoded, g_bytes_unref);
  encoded = truce_crdt_encode (TRUCE_CRDT (map), NULL);
}

static void
merge (void)
{
  truce_crdt_merge (TRUCE_CRDT (other), TRUCE_CRDT (map), NULL);
}

static void
apply (void)
{
  truce_crdt_apply (TRUCE_CRDT (other), encoded, NULL);
}

static void
encode (void)
{
  g_clear_pointer (&encoded, g_bytes_unref);
  encoded = truce_crdt_encode (TRUCE_CRDT (map), NULL);
}

static void
plain_merge (void)
{
  for (guint i = 0; i < N_SLOTS; i++)
    if (table[i].key != NULL)
      put (other_table, table[i].key, table[i].value, table[i].stamp);
}

int
main (void)
{
  make_record ();
  run ("record-decode-join-encode", N_RECORDS, nothing, join_records, "parse-both", parse_records);

  pointers = g_malloc (N * sizeof *pointers);
  for (guint i = 0; i < N; i++)
    g_snprintf (pointers[i], sizeof *pointers, "/k%06u", i);
  run ("or-map-set", N, prepare_empty, sets, "plain-table-set", plain_sets);
  run ("or-map-merge-into-empty", N, prepare_full, merge, "plain-table-merge", plain_merge);
  run ("or-map-apply-into-empty", N, prepare_full, apply, "plain-table-merge", plain_merge);
  run ("or-map-encode", N, prepare_full, encode, "plain-table-merge", plain_merge);
  g_print ("{\"bench\":\"or-map-bytes-per-key\",\"ops\":%u,\"bytes\":%.2f}\n", N,
           (double) g_bytes_get_size (encoded) / N);
  g_assert (truce_or_map_get_n_keys (map, "") == N && sink != 0);
  prepare_empty ();
  return 0;
}
