/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Random histories of a few replicas that write, merge, and exchange states and deltas which are held
 * back, lost, repeated, reordered, stale, or meant for somebody else; against a model that keeps every
 * event. In the model a replica is the set of events that it knows. Its elements follow from their
 * definition: an addition is there unless an event that had seen it took it away. A message that goes
 * through brings all that its sender knew. */

#include "truce-or-set-private.h"

/* A sanitizer that walks the stack at each allocation takes a hundred times as long. */
#ifdef __SANITIZE_ADDRESS__
#define ROUNDS_QUICK 100
#else
#define ROUNDS_QUICK 2000
#endif
#define ROUNDS_SLOW 100000

#define MAX_REPLICAS 8
#define MAX_EVENTS 96
#define MAX_OPS 3
#define N_MESSAGES 6
#define N_ELEMENTS 6

static const char *const elements[N_ELEMENTS] = {
  "", "a", "ab", "\xc3\xa9", "\xc3\xa8 is longer than fifteen", "\xc3\xa8 is longer than others, too",
};

typedef enum { OP_NONE, OP_ADD, OP_REMOVE } Op;

typedef struct
{
  guint8 known[MAX_EVENTS];
} Known;

typedef struct
{
  TruceStamp stamp;
  Op ops[N_ELEMENTS];           /* what became of each element in the end */
  Known saw;                    /* what its replica knew before */
} Event;

typedef struct
{
  GBytes *bytes;
  TruceVersionVector *since;
  Known known;                  /* what its sender knew */
} Message;

typedef struct
{
  guint n_replicas;
  TruceOrSet *sets[MAX_REPLICAS];
  Known known[MAX_REPLICAS];
  guint64 times[MAX_REPLICAS];
  TruceVersionVector *stale[MAX_REPLICAS];      /* a context that the replica once had */
  GBytes *stale_state[MAX_REPLICAS];            /* and its state then */
  Message messages[N_MESSAGES];
  Event events[MAX_EVENTS];
  guint n_events;
} World;

/* ---- the model ---- */

static gboolean
model_dot_lives (const World *world,
                 const Known *known,
                 guint        event,
                 guint        element)
{
  if (!known->known[event] || world->events[event].ops[element] != OP_ADD)
    return FALSE;
  for (guint i = 0; i < world->n_events; i++)
    if (known->known[i] && world->events[i].ops[element] != OP_NONE && world->events[i].saw.known[event])
      return FALSE;
  return TRUE;
}

static gboolean
model_contains (const World *world,
                const Known *known,
                guint        element)
{
  for (guint i = 0; i < world->n_events; i++)
    if (model_dot_lives (world, known, i, element))
      return TRUE;
  return FALSE;
}

/* The id of a replica; ids ascend. */
static guint64
replica_id (guint i)
{
  return (guint64) i * 1000 + 7;
}

static TruceVersionVector *
model_context (const World *world,
               const Known *known)
{
  TruceVersionVector *context = truce_version_vector_alloc (MAX_REPLICAS);

  context->n_stamps = 0;
  for (guint replica = 0; replica < world->n_replicas; replica++)
    {
      TruceStamp latest = { 0, replica_id (replica) };

      for (guint i = 0; i < world->n_events; i++)
        if (known->known[i] && world->events[i].stamp.replica == latest.replica)
          latest = world->events[i].stamp;
      if (latest.time > 0)
        context->stamps[context->n_stamps++] = latest;
    }
  return context;
}

static void
model_learn (Known       *known,
             const Known *from)
{
  for (guint i = 0; i < MAX_EVENTS; i++)
    known->known[i] |= from->known[i];
}

/* ---- the set ---- */

static TruceOrSet *
new_set (void)
{
  TruceOrSet *set = truce_or_set_new ();
  TruceSetState *state = truce_or_set_get_state (set);

  /* So small that journals overflow and tables are compacted in a short history too. */
  state->journal_min = g_test_rand_bit () ? 256 : (guint) g_test_rand_int_range (1, 6);
  state->tidy_min = g_test_rand_bit () ? 0 : 200;
  return set;
}

static TruceVersionVector *
get_context (TruceOrSet *set)
{
  g_autoptr(GError) error = NULL;
  TruceVersionVector *context = truce_crdt_get_context (TRUCE_CRDT (set), &error);

  g_assert_no_error (error);
  return context;
}

static GBytes *
get_delta (TruceOrSet               *set,
           const TruceVersionVector *since)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = truce_crdt_delta (TRUCE_CRDT (set), since, &error);

  g_assert_no_error (error);
  return bytes;
}

static TruceOrSet *
copy_set (TruceOrSet *set)
{
  g_autoptr(GBytes) bytes = get_delta (set, NULL);
  g_autoptr(GError) error = NULL;
  TruceOrSet *copy = new_set ();

  truce_crdt_apply (TRUCE_CRDT (copy), bytes, &error);
  g_assert_no_error (error);
  return copy;
}

static void
merge (TruceOrSet *set,
       TruceOrSet *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (set), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

static void
assert_same (TruceOrSet *a,
             TruceOrSet *b)
{
  g_autoptr(GBytes) bytes_a = get_delta (a, NULL);
  g_autoptr(GBytes) bytes_b = get_delta (b, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (b), &error));
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes_a, bytes_b));
}

static void
check_replica (World *world,
               guint  i)
{
  g_autoptr(TruceVersionVector) expected = model_context (world, &world->known[i]);
  g_autoptr(TruceVersionVector) context = get_context (world->sets[i]);
  guint n = 0;

  g_assert_true (truce_version_vector_equal (context, expected));
  for (guint element = 0; element < N_ELEMENTS; element++)
    {
      gboolean there = model_contains (world, &world->known[i], element);

      g_assert_cmpint (truce_or_set_contains (world->sets[i], elements[element]), ==, there);
      n += there;
    }
  g_assert_cmpuint (truce_or_set_get_n_elements (world->sets[i]), ==, n);
}

/* ---- steps ---- */

static void
step_write (World *world,
            guint  i)
{
  Event *event = &world->events[world->n_events];
  guint n_ops = g_test_rand_int_range (1, MAX_OPS + 1);

  if (world->n_events == MAX_EVENTS)
    return;
  /* Counters run on, milliseconds pass, or both. */
  world->times[i] += g_test_rand_bit () ? 1 : truce_time_pack (g_test_rand_int_range (1, 300), 0);
  event->stamp = (TruceStamp) { world->times[i], replica_id (i) };
  event->saw = world->known[i];
  memset (event->ops, 0, sizeof event->ops);
  for (guint j = 0; j < n_ops; j++)
    {
      guint element = g_test_rand_int_range (0, N_ELEMENTS);
      guint kind = g_test_rand_int_range (0, 20);
      g_autoptr(GError) error = NULL;

      if (kind < 12)
        truce_or_set_add (world->sets[i], elements[element], &event->stamp, &error);
      else if (kind < 19)
        truce_or_set_remove (world->sets[i], elements[element], &event->stamp, &error);
      else
        truce_or_set_clear (world->sets[i], &event->stamp, &error);
      g_assert_no_error (error);
      for (guint e = 0; e < N_ELEMENTS; e++)
        if (kind == 19 || e == element)
          event->ops[e] = kind < 12 ? OP_ADD : OP_REMOVE;
    }
  world->known[i].known[world->n_events++] = TRUE;
}

static void
clear_message (Message *message)
{
  g_clear_pointer (&message->bytes, g_bytes_unref);
  g_clear_pointer (&message->since, truce_version_vector_unref);
}

/* Since what somebody knows or once knew, or since nothing. Whatever was in the slot is lost. */
static void
step_send (World *world,
           guint  i)
{
  Message *message = &world->messages[g_test_rand_int_range (0, N_MESSAGES)];
  guint j = g_test_rand_int_range (0, (int) world->n_replicas);

  clear_message (message);
  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      break;
    case 1:
      message->since = truce_version_vector_ref (world->stale[j]);
      break;
    default:
      message->since = get_context (world->sets[j]);
    }
  message->bytes = get_delta (world->sets[i], message->since);
  message->known = world->known[i];
}

static void
deliver (World         *world,
         const Message *message,
         guint          i)
{
  g_autoptr(TruceVersionVector) context = get_context (world->sets[i]);
  g_autoptr(GBytes) before = get_delta (world->sets[i], NULL);
  g_autoptr(GError) error = NULL;

  if (truce_crdt_apply (TRUCE_CRDT (world->sets[i]), message->bytes, &error))
    model_learn (&world->known[i], &message->known);
  else
    {
      g_autoptr(GBytes) after = get_delta (world->sets[i], NULL);

      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_DEPENDENCY);
      g_assert_nonnull (message->since);
      g_assert_false (truce_version_vector_covers_all (context, message->since));
      g_assert_true (g_bytes_equal (before, after));
    }
}

static void
step_deliver (World *world,
              guint  i)
{
  const Message *message = &world->messages[g_test_rand_int_range (0, N_MESSAGES)];

  if (message->bytes == NULL)
    return;
  deliver (world, message, i);
  if (g_test_rand_int_range (0, 4) == 0)
    deliver (world, message, i);
}

static void
step_merge (World *world,
            guint  i)
{
  guint j = g_test_rand_int_range (0, (int) world->n_replicas);

  merge (world->sets[i], world->sets[j]);
  model_learn (&world->known[i], &world->known[j]);
}

static void
remember (World *world,
          guint  i)
{
  g_clear_pointer (&world->stale[i], truce_version_vector_unref);
  g_clear_pointer (&world->stale_state[i], g_bytes_unref);
  world->stale[i] = get_context (world->sets[i]);
  world->stale_state[i] = get_delta (world->sets[i], NULL);
}

/* 60. Whatever the state was at v: with the delta since v it is the state now. */
static void
check_delta (World *world,
             guint  i)
{
  g_autoptr(TruceOrSet) old = new_set ();
  g_autoptr(GBytes) delta = get_delta (world->sets[i], world->stale[i]);
  g_autoptr(GError) error = NULL;

  truce_crdt_apply (TRUCE_CRDT (old), world->stale_state[i], &error);
  g_assert_no_error (error);
  truce_crdt_apply (TRUCE_CRDT (old), delta, &error);
  g_assert_no_error (error);
  assert_same (old, world->sets[i]);
}

/* 53 to 56. */
static void
check_laws (World *world)
{
  TruceOrSet *a = world->sets[g_test_rand_int_range (0, (int) world->n_replicas)];
  TruceOrSet *b = world->sets[g_test_rand_int_range (0, (int) world->n_replicas)];
  TruceOrSet *c = world->sets[g_test_rand_int_range (0, (int) world->n_replicas)];
  g_autoptr(TruceOrSet) a_b = copy_set (a);
  g_autoptr(TruceOrSet) b_a = copy_set (b);
  g_autoptr(TruceOrSet) ab_c = NULL;
  g_autoptr(TruceOrSet) b_c = copy_set (b);
  g_autoptr(TruceOrSet) a_bc = copy_set (a);
  g_autoptr(TruceOrSet) again = NULL;

  merge (a_b, b);
  merge (b_a, a);
  assert_same (a_b, b_a);

  ab_c = copy_set (a_b);
  merge (ab_c, c);
  merge (b_c, c);
  merge (a_bc, b_c);
  assert_same (ab_c, a_bc);

  again = copy_set (a_b);
  merge (again, b);
  assert_same (again, a_b);
  merge (again, again);
  assert_same (again, a_b);
}

/* All that is left to say is said, in one form or another; then all are equal. */
static void
converge (World *world)
{
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < world->n_replicas; i++)
      for (guint j = 0; j < world->n_replicas; j++)
        {
          Message message = { NULL };

          if (g_test_rand_bit ())
            message.since = get_context (world->sets[j]);
          message.bytes = get_delta (world->sets[i], message.since);
          message.known = world->known[i];
          deliver (world, &message, j);
          clear_message (&message);
        }
  for (guint i = 0; i < world->n_replicas; i++)
    {
      check_replica (world, i);
      assert_same (world->sets[i], world->sets[0]);
    }
}

static void
world_init (World *world)
{
  memset (world, 0, sizeof *world);
  world->n_replicas = g_test_rand_int_range (2, MAX_REPLICAS + 1);
  for (guint i = 0; i < world->n_replicas; i++)
    {
      world->sets[i] = new_set ();
      world->times[i] = truce_time_pack (1000, 0);
      remember (world, i);
    }
}

static void
world_clear (World *world)
{
  for (guint i = 0; i < world->n_replicas; i++)
    {
      g_assert_finalize_object (world->sets[i]);
      truce_version_vector_unref (world->stale[i]);
      g_bytes_unref (world->stale_state[i]);
    }
  for (guint i = 0; i < N_MESSAGES; i++)
    clear_message (&world->messages[i]);
}

static void
run_history (World *world)
{
  guint n_steps = g_test_rand_int_range (5, 80);

  world_init (world);
  for (guint step = 0; step < n_steps; step++)
    {
      guint i = g_test_rand_int_range (0, (int) world->n_replicas);
      guint kind = g_test_rand_int_range (0, 20);

      if (kind < 8)
        step_write (world, i);
      else if (kind < 12)
        step_send (world, i);
      else if (kind < 17)
        step_deliver (world, i);
      else if (kind < 18)
        step_merge (world, i);
      else if (kind < 19)
        check_delta (world, i);
      else
        remember (world, i);
      check_replica (world, i);
    }
  check_laws (world);
  for (guint i = 0; i < world->n_replicas; i++)
    check_delta (world, i);
  converge (world);
  world_clear (world);
}

static guint
n_rounds (void)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  if (rounds != NULL)
    return (guint) g_ascii_strtoull (rounds, NULL, 10);
  return g_test_slow () ? ROUNDS_SLOW : ROUNDS_QUICK;
}

static void
test_histories (void)
{
  g_autofree World *world = g_new (World, 1);
  guint n = n_rounds ();

  for (guint i = 0; i < n; i++)
    run_history (world);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/crdt-laws/or-set/histories", test_histories);
  return g_test_run ();
}
