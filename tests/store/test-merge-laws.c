/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Eight stores are written to at random and take in each other's feeds in random order: again, not at all, or cut off
 * midway. Each shows at every moment what a dumb model (merge-model.h) says, all are equal in the end, and the memory
 * and the SQLite adapter hold the same bytes. */

#include "cut-adapter.h"
#include "merge-model.h"

#include <glib/gstdio.h>

#define N_COLLECTIONS 3u
#define N_IDS 3u
#define N_MODELS (N_COLLECTIONS * N_IDS)

#define FIELDS \
        "\"title\":\"register\",\"labels\":\"multi-register\",\"votes\":\"counter\",\"tags\":\"set\",\"info\":\"map\"," \
        "\"/info/likes\":\"counter\",\"/info/tags\":\"set\",\"done\":\"flag\",\"high\":\"max\",\"low\":\"min\"," \
        "\"made\":\"immutable\",\"body\":\"text\",\"items\":\"list\""

static const struct
{
  const char *name;
  const char *schema;
  TruceDeleteRule rule;
} collections[N_COLLECTIONS] = {
  { "task", "{\"fields\":{" FIELDS "},\"delete\":\"update-wins\"}", TRUCE_DELETE_RULE_UPDATE_WINS },
  { "note", "{\"fields\":{" FIELDS "},\"delete\":\"delete-wins\"}", TRUCE_DELETE_RULE_DELETE_WINS },
  /* Only here is a field that never leaves: with it, equal records may be unequal bytes. */
  { "diary", "{\"fields\":{" FIELDS ",\"here\":\"local\"},\"delete\":\"later-wins\"}", TRUCE_DELETE_RULE_LATER_WINS },
};

static const char *const ids[N_IDS] = { "1", "2", "3" };

static const char *const fields[] = {
  "title", "labels", "votes", "tags", "info", "done", "high", "low", "made", "body", "items", "here", "other",
};

static TruceKind
kind_of (const char  *path,
         const Value *value)
{
  static const struct
  {
    const char *path;
    TruceKind kind;
  } named[] = {
    { "title", TRUCE_KIND_REGISTER }, { "labels", TRUCE_KIND_MULTI_REGISTER }, { "votes", TRUCE_KIND_COUNTER },
    { "tags", TRUCE_KIND_SET }, { "info", TRUCE_KIND_MAP }, { "info/likes", TRUCE_KIND_COUNTER },
    { "info/tags", TRUCE_KIND_SET }, { "done", TRUCE_KIND_FLAG }, { "high", TRUCE_KIND_MAX },
    { "low", TRUCE_KIND_MIN }, { "made", TRUCE_KIND_IMMUTABLE }, { "body", TRUCE_KIND_TEXT },
    { "items", TRUCE_KIND_LIST }, { "here", TRUCE_KIND_LOCAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_str_equal (path, named[i].path))
      return named[i].kind;
  return strchr (path, '/') != NULL && value->names != NULL ? TRUCE_KIND_MAP : TRUCE_KIND_REGISTER;
}

/* ---- random writes ---- */

static guint
pick (guint n)
{
  return g_test_rand_int_range (0, n);
}

static Value *
random_scalar (void)
{
  static const char *const texts[] = { "1", "2.5", "\"x\"", "\"y\"", "null", "true", "\"\\u0001\"", "-1e400" };

  return value_new_plain (texts[pick (G_N_ELEMENTS (texts))]);
}

static Value *
random_number (int from,
               int to)
{
  g_autofree char *text = g_strdup_printf ("%d", g_test_rand_int_range (from, to));

  return value_new_plain (text);
}

static const char *
random_element (void)
{
  static const char *const elements[] = { "\"a\"", "\"b\"", "\"c\"", "\"d\"" };

  return elements[pick (G_N_ELEMENTS (elements))];
}

static Value *
random_set (void)
{
  static const char *const elements[] = { "\"d\"", "\"a\"", "\"c\"", "\"b\"" };
  Value *set = value_new_set ();

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    if (g_test_rand_bit ())
      g_ptr_array_add (set->elements, g_strdup (elements[i]));
  return set;
}

/* A member is now a scalar, now a map. */
static Value *
random_map (guint depth)
{
  static const char *const names[] = { "b", "a", "ü" };
  Value *map = value_new_map ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_test_rand_bit ())
      value_put (map, names[i], depth < 3 && g_test_rand_bit () ? random_map (depth + 1) : random_scalar ());
  if (depth == 1 && g_test_rand_bit ())
    value_put (map, "likes", random_number (-3, 4));
  if (depth == 1 && g_test_rand_bit ())
    value_put (map, "tags", random_set ());
  return map;
}

static Value *
random_field (const char *field)
{
  static const char *const lists[] = { "[]", "[1,2]", "[2,\"x\",{\"k\":[null]}]" };

  switch (kind_of (field, NULL))
    {
    case TRUCE_KIND_COUNTER:
      return random_number (-5, 6);
    case TRUCE_KIND_SET:
      return random_set ();
    case TRUCE_KIND_MAP:
      return random_map (1);
    case TRUCE_KIND_FLAG:
      return value_new_plain (g_test_rand_bit () ? "true" : "false");
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
      return random_number (-20, 20);
    case TRUCE_KIND_LIST:
      return value_new_plain (lists[pick (G_N_ELEMENTS (lists))]);
    case TRUCE_KIND_TEXT:
      return value_new_plain (g_test_rand_bit () ? "\"one two\"" : "\"\"");
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_IMMUTABLE:
    case TRUCE_KIND_LOCAL:
      break;
    }
  if (g_str_equal (field, "other") && g_test_rand_bit ())
    return value_new_plain (g_test_rand_bit () ? "{\"k\":1}" : "{}");
  return random_scalar ();
}

static Value *
random_record (guint collection,
               guint chance)
{
  Value *record = value_new_map ();

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (pick (chance) == 0 && (collection == 2 || !g_str_equal (fields[i], "here")))
      value_put (record, fields[i], random_field (fields[i]));
  return record;
}

static Write
random_write (guint collection)
{
  Write write = { .verb = pick (N_VERBS + 3) };

  /* Patches are most of life; what was deleted should come back often enough to be deleted again. */
  if (write.verb >= N_VERBS)
    write.verb = VERB_PATCH;
  if (write.verb == VERB_CREATE || write.verb == VERB_PUT)
    write.value = random_record (collection, 2);
  if (write.verb == VERB_PATCH)
    write.value = random_record (collection, 5);
  write.field = write.verb == VERB_UNSET       ? fields[pick (G_N_ELEMENTS (fields))]
                : write.verb == VERB_INCREMENT ? "votes"
                                               : "tags";
  write.element = random_element ();
  write.amount = g_test_rand_int_range (-3, 4);
  return write;
}

/* ---- a family of stores ---- */

typedef struct
{
  char *folder;                 /* NULL: in memory */
  gint64 now;                   /* ms */
  TruceStoreAdapter *adapters[MODEL_STORES];
  TruceStore *stores[MODEL_STORES];
} Family;

typedef struct
{
  Family *family;
  gint64 skew;
} Time;

static gint64
tell_time (gpointer data)
{
  Time *time = data;

  return time->family->now + time->skew;
}

static TruceStoreAdapter *
open_adapter (Family *family,
              guint   store)
{
  g_autofree char *name = g_strdup_printf ("%u.db", store);
  g_autofree char *path = family->folder != NULL ? g_build_filename (family->folder, name, NULL) : NULL;
  GError *error = NULL;
  TruceSqliteAdapter *adapter;

  if (path == NULL)
    return truce_memory_adapter_new ();
  adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error);
  g_assert_no_error (error);
  g_object_set (adapter, "durability", TRUCE_DURABILITY_NORMAL, NULL);
  return TRUCE_STORE_ADAPTER (adapter);
}

/* Replica ids in no order, clocks up to a minute apart: another store's later write may have the earlier stamp. */
static void
family_open (Family      *family,
             const char  *folder,
             const guint *replicas)
{
  GError *error = NULL;

  family->folder = g_strdup (folder);
  family->now = G_GINT64_CONSTANT (1700000000000);
  for (guint i = 0; i < MODEL_STORES; i++)
    {
      g_autoptr(TruceClock) clock = truce_clock_new (replicas[i] + 1);
      Time *time = g_new (Time, 1);

      *time = (Time) { family, (gint64) (replicas[i] * 7919 % 120) * 1000 - 60000 };
      truce_clock_set_time_func (clock, tell_time, time, g_free);
      family->adapters[i] = cut_adapter_new (open_adapter (family, i));
      family->stores[i] = truce_store_new_with_clock (family->adapters[i], clock, &error);
      g_assert_no_error (error);
      for (guint k = 0; k < N_COLLECTIONS; k++)
        {
          g_autoptr(TruceSchema) schema = truce_schema_new_from_text (collections[k].schema, &error);
          g_autoptr(TruceCollection) collection = NULL;

          g_assert_no_error (error);
          collection = truce_store_get_collection (family->stores[i], collections[k].name, schema, &error);
          g_assert_no_error (error);
        }
    }
}

static void
family_close (Family *family)
{
  for (guint i = 0; i < MODEL_STORES; i++)
    {
      GError *error = NULL;
      g_auto(GStrv) problems = truce_store_verify (family->stores[i], NULL, NULL, NULL, &error);
      g_autofree char *list = NULL;

      g_assert_no_error (error);
      list = g_strjoinv ("\n", problems);
      g_assert_cmpstr (list, ==, "");
      g_clear_object (&family->stores[i]);
      g_assert_finalize_object (family->adapters[i]);
    }
  g_free (family->folder);
}

static void
add_operation (TruceBatch  *batch,
               const Write *write,
               const char  *collection,
               const char  *id)
{
  g_autofree char *text = write->value != NULL ? value_to_json (write->value) : NULL;
  g_autoptr(JsonNode) element = json_from_string (write->element, NULL);

  switch (write->verb)
    {
    case VERB_CREATE:
      truce_batch_create_text (batch, collection, id, text);
      break;
    case VERB_PUT:
      truce_batch_put_text (batch, collection, id, text);
      break;
    case VERB_PATCH:
      truce_batch_patch_text (batch, collection, id, text);
      break;
    case VERB_UNSET:
      truce_batch_unset (batch, collection, id, write->field);
      break;
    case VERB_DELETE:
      truce_batch_delete (batch, collection, id);
      break;
    case VERB_UNDELETE:
      truce_batch_undelete (batch, collection, id);
      break;
    case VERB_ADD:
      truce_batch_add (batch, collection, id, write->field, element);
      break;
    case VERB_REMOVE:
      truce_batch_remove (batch, collection, id, write->field, element);
      break;
    case VERB_INCREMENT:
      truce_batch_increment (batch, collection, id, write->field, write->amount);
      break;
    case N_VERBS:
      g_assert_not_reached ();
    }
}

/* What became of it, as model_write () says it. */
static int
family_write (Family      *family,
              guint        store,
              const Write *write,
              const char  *collection,
              const char  *id)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  const GError *failure;
  GError *error = NULL;

  add_operation (batch, write, collection, id);
  result = truce_store_run (family->stores[store], batch, &error);
  g_assert_no_error (error);
  failure = truce_batch_result_get_error (result, 0);
  if (failure != NULL)
    {
      g_assert_cmpint (truce_batch_result_get_outcome (result, 0), ==, TRUCE_OUTCOME_FAILED);
      g_assert_true (failure->domain == TRUCE_ERROR);
      g_test_message ("%s", failure->message);
      return 1 + failure->code;
    }
  if (truce_batch_result_get_outcome (result, 0) == TRUCE_OUTCOME_UNCHANGED)
    return -1;
  g_assert_cmpint (truce_batch_result_get_outcome (result, 0), ==, TRUCE_OUTCOME_APPLIED);
  return 0;
}

/* The latest stamp that the store gave. */
static guint64
last_time (Family *family,
           guint   store)
{
  g_autofree char *text = truce_clock_to_string (truce_store_get_clock (family->stores[store]));
  g_autoptr(TruceStamp) stamp = truce_stamp_parse (strrchr (text, ' ') + 1, NULL);

  return truce_stamp_get_time_ms (stamp) << 16 | truce_stamp_get_counter (stamp);
}

static TruceStoredRecord *
family_row (Family *family,
            guint   store,
            guint   model)
{
  GError *error = NULL;
  TruceStoredRecord *row = truce_store_adapter_get (family->adapters[store], collections[model / N_IDS].name,
                                                    ids[model % N_IDS], &error);

  g_assert_no_error (error);
  return row;
}

static gint64
family_version (Family *family,
                guint   store,
                guint   model)
{
  g_autoptr(TruceStoredRecord) row = family_row (family, store, model);

  return row != NULL ? truce_stored_record_get_version (row) : 0;
}

/* ---- the world ---- */

typedef struct
{
  Family memory;
  Family sqlite;
  guint replicas[MODEL_STORES]; /* less 1 */
  Model *models[N_MODELS];
} World;

static void
check_record (World *world,
              guint  store,
              guint  model)
{
  g_autofree char *expected = model_show (world->models[model], store);
  g_autoptr(TruceStoredRecord) row = family_row (&world->memory, store, model);

  g_assert_cmpstr (row != NULL ? truce_stored_record_get_value (row) : NULL, ==, expected);
}

static void
check_store (World *world,
             guint  store)
{
  guint64 shown = 0;

  for (guint i = 0; i < N_MODELS; i++)
    {
      g_autofree char *text = model_show (world->models[i], store);

      shown += text != NULL;
      check_record (world, store, i);
    }
  g_assert_cmpuint (truce_store_get_n_records (world->memory.stores[store]), ==, shown);
}

/* With --verbose, to see what led to a failure. */
static void
tell_write (const Write *write,
            guint        store,
            guint        model)
{
  static const char *const names[N_VERBS] = {
    "create", "put", "patch", "unset", "delete", "undelete", "add", "remove", "increment",
  };
  g_autofree char *value = write->value != NULL ? value_to_json (write->value) : g_strdup ("");

  if (g_test_verbose ())
    g_test_message ("store %u: %s %s/%s %s %s %s %d", store, names[write->verb], collections[model / N_IDS].name,
                    ids[model % N_IDS], value, write->field, write->element, (int) write->amount);
}

static void
step_write (World *world)
{
  guint store = pick (MODEL_STORES);
  guint model = pick (N_MODELS);
  const char *collection = collections[model / N_IDS].name;
  Write write = random_write (model / N_IDS);
  int result;
  int same;
  int expected;

  tell_write (&write, store, model);
  result = family_write (&world->memory, store, &write, collection, ids[model % N_IDS]);
  same = family_write (&world->sqlite, store, &write, collection, ids[model % N_IDS]);
  expected = model_write (world->models[model], store, &write, last_time (&world->memory, store),
                          world->replicas[store] + 1);

  g_assert_cmpint (result, ==, expected);
  g_assert_cmpint (same, ==, expected);
  check_record (world, store, model);
  g_clear_pointer (&write.value, value_free);
}

/* All of the other's feed comes again. */
static void
forget_cursors (Family *family,
                guint   store)
{
  TruceStoreAdapter *adapter = family->adapters[store];
  char *key;
  GError *error = NULL;

  truce_store_adapter_begin (adapter, TRUE, &error);
  g_assert_no_error (error);
  while ((key = truce_store_adapter_next_meta (adapter, "cursor", NULL, &error)) != NULL)
    {
      truce_store_adapter_set_meta (adapter, "cursor", key, NULL, &error);
      g_assert_no_error (error);
      g_free (key);
    }
  truce_store_adapter_commit (adapter, &error);
  g_assert_no_error (error);
}

static void
fail_record (const char   *collection,
             const char   *id,
             const GError *error,
             gpointer      data)
{
  g_test_message ("%s/%s: %s", collection, id, error->message);
  g_test_fail ();
}

/* Gives whether all of it went through. */
static gboolean
family_merge (Family *family,
              guint   to,
              guint   from,
              int     changes,
              int     puts)
{
  g_autoptr(GError) error = NULL;
  gint64 n;

  cut_adapter_after (family->adapters[from], changes, -1);
  cut_adapter_after (family->adapters[to], -1, puts);
  n = truce_store_merge (family->stores[to], family->stores[from], fail_record, NULL, NULL, NULL, NULL,
                         &error);
  cut_adapter_after (family->adapters[from], -1, -1);
  cut_adapter_after (family->adapters[to], -1, -1);
  if (n < 0)
    g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
  else
    g_assert_no_error (error);
  return n >= 0;
}

/* What was cut off has either brought a record or not; its version tells which. */
static void
merge (World *world,
       guint  to,
       guint  from,
       int    changes,
       int    puts)
{
  gint64 before[N_MODELS];
  gboolean all;

  if (g_test_verbose ())
    g_test_message ("store %u takes in %u, cut after %d read, %d put", to, from, changes, puts);
  for (guint i = 0; i < N_MODELS; i++)
    before[i] = family_version (&world->memory, to, i);
  all = family_merge (&world->memory, to, from, changes, puts);
  g_assert_cmpint (family_merge (&world->sqlite, to, from, changes, puts), ==, all);

  for (guint i = 0; i < N_MODELS; i++)
    {
      gboolean changed = family_version (&world->memory, to, i) != before[i];

      if (changed != (model_brings (world->models[i], to, from)))
        g_test_message ("%s/%s %s", collections[i / N_IDS].name, ids[i % N_IDS], changed ? "changed" : all ? "is as it was" : "was cut off");
      if (changed)
        g_assert_true (model_brings (world->models[i], to, from));
      if (changed || all)
        {
          if (model_brings (world->models[i], to, from))
            g_assert_true (changed);
          model_join (world->models[i], to, from);
        }
    }
  check_store (world, to);
}

static void
step_merge (World *world)
{
  guint to = pick (MODEL_STORES);
  guint from = (to + 1 + pick (MODEL_STORES - 1)) % MODEL_STORES;

  if (pick (4) == 0)
    {
      forget_cursors (&world->memory, to);
      forget_cursors (&world->sqlite, to);
    }
  merge (world, to, from, pick (4) == 0 ? (int) pick (N_MODELS) : -1, pick (4) == 0 ? (int) pick (N_MODELS) : -1);
}

static void
assert_same_row (World   *world,
                 Family  *a,
                 guint    a_store,
                 Family  *b,
                 guint    b_store,
                 guint    model,
                 gboolean whole)
{
  g_autoptr(TruceStoredRecord) x = family_row (a, a_store, model);
  g_autoptr(TruceStoredRecord) y = family_row (b, b_store, model);
  g_autoptr(GBytes) x_state = NULL;
  g_autoptr(GBytes) y_state = NULL;
  g_autoptr(GBytes) x_base = NULL;
  g_autoptr(GBytes) y_base = NULL;

  g_assert_true ((x == NULL) == (y == NULL));
  if (x == NULL)
    return;
  x_state = truce_stored_record_dup_state (x);
  y_state = truce_stored_record_dup_state (y);
  g_assert_cmpstr (truce_stored_record_get_value (x), ==, truce_stored_record_get_value (y));
  g_assert_cmpmem (g_bytes_get_data (x_state, NULL), g_bytes_get_size (x_state),
                   g_bytes_get_data (y_state, NULL), g_bytes_get_size (y_state));
  if (!whole)
    return;

  x_base = truce_stored_record_dup_base (x);
  y_base = truce_stored_record_dup_base (y);
  g_assert_cmpint (truce_stored_record_get_version (x), ==, truce_stored_record_get_version (y));
  g_assert_cmpint (truce_stored_record_get_delivery (x), ==, truce_stored_record_get_delivery (y));
  g_assert_true ((x_base == NULL) == (y_base == NULL));
  g_assert_true (x_base == NULL || g_bytes_equal (x_base, y_base));
}

/* A ring, twice round: then all have seen all. */
static void
converge (World *world)
{
  for (guint i = 0; i < 2 * MODEL_STORES; i++)
    merge (world, (i + 1) % MODEL_STORES, i % MODEL_STORES, -1, -1);

  for (guint i = 0; i < MODEL_STORES; i++)
    for (guint k = 0; k < N_MODELS; k++)
      {
        assert_same_row (world, &world->memory, i, &world->sqlite, i, k, TRUE);
        if (k / N_IDS < 2)
          assert_same_row (world, &world->memory, i, &world->memory, 0, k, FALSE);
        g_assert_false (model_brings (world->models[k], i, 0));
      }
}

static void
world_open (World      *world,
            const char *folder)
{
  for (guint i = 0; i < MODEL_STORES; i++)
    {
      guint other = pick (i + 1);

      world->replicas[i] = world->replicas[other];
      world->replicas[other] = i;
    }
  family_open (&world->memory, NULL, world->replicas);
  family_open (&world->sqlite, folder, world->replicas);
  for (guint i = 0; i < N_MODELS; i++)
    world->models[i] = model_new (collections[i / N_IDS].rule, kind_of);
}

static void
world_close (World *world)
{
  family_close (&world->memory);
  family_close (&world->sqlite);
  for (guint i = 0; i < N_MODELS; i++)
    model_free (world->models[i]);
}

static void
remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
play (guint n_steps,
      guint writes)             /* of ten steps */
{
  g_autofree char *folder = g_dir_make_tmp ("truce-merge-laws-XXXXXX", NULL);
  World world = { 0 };

  world_open (&world, folder);
  for (guint i = 0; i < n_steps; i++)
    {
      gint64 passed = pick (3) == 0 ? g_test_rand_int_range (0, 5000) : 0;

      world.memory.now += passed;
      world.sqlite.now += passed;
      if (pick (10) < writes)
        step_write (&world);
      else
        step_merge (&world);
    }
  converge (&world);
  world_close (&world);
  remove_folder (folder);
}

static guint
n_rounds (guint quick)
{
  const char *asked = g_getenv ("TRUCE_TEST_ROUNDS");

  if (asked != NULL)
    return MAX (1, g_ascii_strtoull (asked, NULL, 10) / 100);
  return g_test_slow () ? 50 * quick : quick;
}

static void
test_talkative (void)
{
  for (guint i = n_rounds (2); i > 0; i--)
    play (300, 6);
}

/* Long apart, then together. */
static void
test_lonely (void)
{
  for (guint i = n_rounds (2); i > 0; i--)
    play (400, 9);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/merge-laws/talkative", test_talkative);
  g_test_add_func ("/merge-laws/lonely", test_lonely);
  return g_test_run ();
}
