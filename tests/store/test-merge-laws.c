/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Eight stores are written to at random and take in each other's feeds in random order: again, not at all,
 * or cut off midway. Each shows at every moment what a dumb model (merge-model.h) says, all are equal in
 * the end, and the memory and the SQLite adapter hold the same bytes. */

#include "merge-family.h"

#include <glib/gstdio.h>

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

/* What an operation came to, as model_write () says it, or as a policy made of it. */
#define SKIPPED -2
#define ROLLED_BACK -3

static int
result_of (TruceBatchResult *batch,
           guint             operation)
{
  const GError *failure = truce_batch_result_get_error (batch, operation);

  switch (truce_batch_result_get_outcome (batch, operation))
    {
    case TRUCE_OUTCOME_APPLIED:
      return 0;
    case TRUCE_OUTCOME_UNCHANGED:
      return -1;
    case TRUCE_OUTCOME_SKIPPED:
      return SKIPPED;
    case TRUCE_OUTCOME_ROLLED_BACK:
      return ROLLED_BACK;
    case TRUCE_OUTCOME_FAILED:
      g_assert_true (failure->domain == TRUCE_ERROR);
      return 1 + failure->code;
    case TRUCE_OUTCOME_MERGED:
    case TRUCE_OUTCOME_CONFLICT:
      break;
    }
  g_assert_not_reached ();
}

/* Each operation has the next stamp, and the last one tried has the latest. */
static void
model_batch (World           *world,
             guint            store,
             const Operation *operations,
             guint            n,
             TruceBatchPolicy policy,
             guint            n_tried,
             int             *results)
{
  guint64 last = family_last_time (&world->memory, store);
  ModelReplica before[N_MODELS];
  gboolean failed = FALSE;

  for (guint i = 0; i < N_MODELS; i++)
    before[i] = model_save (world->models[i], store);
  for (guint i = 0; i < n; i++)
    {
      results[i] = SKIPPED;
      if (failed && policy != TRUCE_BATCH_POLICY_INDEPENDENT)
        continue;
      g_assert_cmpuint (i, <, n_tried);
      results[i] = model_write (world->models[operations[i].model], store, &operations[i].write,
                                last - (n_tried - 1 - i), world->replicas[store] + 1);
      failed |= results[i] > 0;
    }

  for (guint i = 0; i < n && failed && policy == TRUCE_BATCH_POLICY_ATOMIC; i++)
    if (results[i] == 0 || results[i] == -1)
      results[i] = ROLLED_BACK;
  for (guint i = 0; i < N_MODELS; i++)
    if (failed && policy == TRUCE_BATCH_POLICY_ATOMIC)
      model_restore (world->models[i], store, &before[i]);
    else
      model_replica_clear (&before[i]);
}

#define BATCH_MAX 4u

static void
step_write (World *world)
{
  guint store = merge_pick (MODEL_STORES);
  guint n = merge_pick (4) == 0 ? 1 + merge_pick (BATCH_MAX) : 1;
  TruceBatchPolicy policy = merge_pick (TRUCE_BATCH_POLICY_STOP + 1);
  g_autoptr(TruceBatchResult) in_memory = NULL;
  g_autoptr(TruceBatchResult) in_file = NULL;
  Operation operations[BATCH_MAX];
  int expected[BATCH_MAX];

  for (guint i = 0; i < n; i++)
    {
      operations[i].model = merge_pick (N_MODELS);
      operations[i].write = merge_random_write (operations[i].model / N_IDS);
      merge_tell_write (&operations[i].write, store, operations[i].model);
    }
  in_memory = family_run (&world->memory, store, operations, n, policy);
  in_file = family_run (&world->sqlite, store, operations, n, policy);
  model_batch (world, store, operations, n, policy,
               n - truce_batch_result_count (in_memory, TRUCE_OUTCOME_SKIPPED), expected);

  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (result_of (in_memory, i), ==, expected[i]);
      g_assert_cmpint (result_of (in_file, i), ==, expected[i]);
      check_record (world, store, operations[i].model);
      g_clear_pointer (&operations[i].write.value, value_free);
    }
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
  guint to = merge_pick (MODEL_STORES);
  guint from = (to + 1 + merge_pick (MODEL_STORES - 1)) % MODEL_STORES;
  int changes = -1;
  int puts = -1;

  if (merge_pick (4) == 0)
    {
      family_forget_cursors (&world->memory, to);
      family_forget_cursors (&world->sqlite, to);
    }
  if (merge_pick (4) == 0)
    changes = merge_pick (N_MODELS);
  if (merge_pick (4) == 0)
    puts = merge_pick (N_MODELS);
  merge (world, to, from, changes, puts);
}

static void
assert_same_row (Family  *a,
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
        assert_same_row (&world->memory, i, &world->sqlite, i, k, TRUE);
        if (k / N_IDS < 2)
          assert_same_row (&world->memory, i, &world->memory, 0, k, FALSE);
        g_assert_false (model_brings (world->models[k], i, 0));
      }
}

static void
world_open (World      *world,
            const char *folder)
{
  for (guint i = 0; i < MODEL_STORES; i++)
    {
      guint other = merge_pick (i + 1);

      world->replicas[i] = world->replicas[other];
      world->replicas[other] = i;
    }
  family_open (&world->memory, NULL, world->replicas);
  family_open (&world->sqlite, folder, world->replicas);
  for (guint i = 0; i < N_MODELS; i++)
    world->models[i] = model_new (merge_collections[i / N_IDS].rule, merge_kind_of);
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
      gint64 passed = merge_pick (3) == 0 ? g_test_rand_int_range (0, 5000) : 0;

      world.memory.now += passed;
      world.sqlite.now += passed;
      if (merge_pick (10) < writes)
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
