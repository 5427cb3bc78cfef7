/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Random histories of counters, flags and registers of many values: replicas that write, merge, and exchange
 * states that are held back, lost, repeated, reordered and stale; against a model that keeps every event. In the
 * model a replica is the set of events that it knows, and what it shows follows from the definition of the
 * type:
 *
 *   an event stands unless an event that is known too had seen it and replaced it (a reset, or any write of a
 *   flag or a register);
 *   a counter shows the sum of what stands, at most what 64 bits hold; a flag whether any stands that says so;
 *   a register the values that stand, from late to early, each once. */

#include "truce-counter.h"
#include "truce-flag.h"
#include "truce-lone.h"
#include "truce-mv-register.h"

/* A sanitizer that walks the stack at each allocation takes a hundred times as long. */
#ifdef __SANITIZE_ADDRESS__
#define ROUNDS_QUICK 25
#else
#define ROUNDS_QUICK 1000
#endif
#define ROUNDS_SLOW 50000

#define MAX_REPLICAS 8
#define MAX_EVENTS 96
#define N_MESSAGES 6
#define HUGE_AMOUNT (G_GINT64_CONSTANT (1) << 62)
#define MAX_HUGE 3              /* so that no tally reaches its end, where a reset would be remembered */

static const char *const texts[] = { "0", "null", "\"a\"", "[1,2]", "{\"k\":{}}" };

typedef struct
{
  guint8 known[MAX_EVENTS];
} Known;

typedef struct
{
  TruceStamp stamp;
  gboolean replaces;            /* what had been seen, stands no more */
  gint64 value;                 /* the amount; the boolean; the text's index */
  Known saw;                    /* what its replica knew before */
} Event;

typedef struct
{
  GBytes *bytes;
  Known known;                  /* what its sender knew */
} Message;

typedef struct _World World;

typedef struct
{
  const char *name;
  TruceCrdt *(*make)(void);
  void (*write)(World *world, TruceCrdt *crdt, Event *event);
  void (*check)(const World *world, TruceCrdt *crdt, const Known *known);
} Type;

struct _World
{
  const Type *type;
  guint n_replicas;
  TruceCrdt *crdts[MAX_REPLICAS];
  Known known[MAX_REPLICAS];
  guint64 times[MAX_REPLICAS];
  GBytes *stale[MAX_REPLICAS];  /* a state that the replica once had */
  Message messages[N_MESSAGES];
  Event events[MAX_EVENTS];
  guint n_events;
  guint n_huge;
};

/* ---- the model ---- */

static gboolean
stands (const World *world,
        const Known *known,
        guint        event)
{
  if (!known->known[event])
    return FALSE;
  for (guint i = 0; i < world->n_events; i++)
    if (known->known[i] && world->events[i].replaces && world->events[i].saw.known[event])
      return FALSE;
  return TRUE;
}

static guint64
replica_id (guint i)
{
  return (guint64) i * 1000 + 7;
}

static void
learn (Known       *known,
       const Known *from)
{
  for (guint i = 0; i < MAX_EVENTS; i++)
    known->known[i] |= from->known[i];
}

/* ---- counters ---- */

static TruceCrdt *
make_counter (void)
{
  return TRUCE_CRDT (truce_counter_new ());
}

static gint64
random_amount (World *world)
{
  gint64 amount = g_test_rand_int_range (1, 1000);

  if (world->n_huge < MAX_HUGE && g_test_rand_int_range (0, 10) == 0)
    {
      world->n_huge++;
      amount = HUGE_AMOUNT;
    }
  return g_test_rand_bit () ? amount : -amount;
}

/* One write is a reset, several amounts, or both. */
static void
write_counter (World     *world,
               TruceCrdt *crdt,
               Event     *event)
{
  guint n = g_test_rand_int_range (0, 3);

  event->value = 0;
  event->replaces = n == 0 || g_test_rand_int_range (0, 6) == 0;
  if (event->replaces)
    g_assert_true (truce_counter_reset (TRUCE_COUNTER (crdt), &event->stamp, NULL));
  for (guint i = 0; i < n; i++)
    {
      gint64 amount = i == 0 ? random_amount (world) : 1;

      event->value += amount;
      g_assert_true (truce_counter_increment (TRUCE_COUNTER (crdt), amount, &event->stamp, NULL));
    }
}

static void
check_counter (const World *world,
               TruceCrdt   *crdt,
               const Known *known)
{
  guint64 plus = 0;
  guint64 minus = 0;
  gint64 value;

  for (guint i = 0; i < world->n_events; i++)
    if (stands (world, known, i) && world->events[i].value > 0)
      plus += (guint64) world->events[i].value;
    else if (stands (world, known, i))
      minus += -(guint64) world->events[i].value;
  if (plus >= minus)
    value = plus - minus > G_MAXINT64 ? G_MAXINT64 : (gint64) (plus - minus);
  else
    value = minus - plus > G_MAXINT64 ? G_MININT64 : -(gint64) (minus - plus);
  g_assert_cmpint (truce_counter_get_value (TRUCE_COUNTER (crdt)), ==, value);
  g_assert_cmpint (truce_counter_is_saturated (TRUCE_COUNTER (crdt)), ==,
                   plus > minus ? plus - minus > G_MAXINT64 : minus - plus > (guint64) G_MAXINT64 + 1);
}

/* ---- flags ---- */

static TruceCrdt *
make_enable_wins (void)
{
  return TRUCE_CRDT (truce_flag_new (FALSE));
}

static TruceCrdt *
make_disable_wins (void)
{
  return TRUCE_CRDT (truce_flag_new (TRUE));
}

static void
write_flag (World     *world,
            TruceCrdt *crdt,
            Event     *event)
{
  event->replaces = TRUE;
  event->value = g_test_rand_bit ();
  if (event->value)
    g_assert_true (truce_flag_enable (TRUCE_FLAG (crdt), &event->stamp, NULL));
  else
    g_assert_true (truce_flag_disable (TRUCE_FLAG (crdt), &event->stamp, NULL));
}

static void
check_flag (const World *world,
            TruceCrdt   *crdt,
            const Known *known)
{
  gboolean disable_wins = truce_flag_get_disable_wins (TRUCE_FLAG (crdt));
  guint n[2] = { 0, 0 };

  for (guint i = 0; i < world->n_events; i++)
    n[world->events[i].value] += stands (world, known, i);
  g_assert_cmpint (truce_flag_is_enabled (TRUCE_FLAG (crdt)), ==, n[1] > 0 && !(disable_wins && n[0] > 0));
}

/* ---- registers ---- */

static TruceCrdt *
make_register (void)
{
  return TRUCE_CRDT (truce_mv_register_new ());
}

static void
write_register (World     *world,
                TruceCrdt *crdt,
                Event     *event)
{
  event->replaces = TRUE;
  event->value = g_test_rand_int_range (0, G_N_ELEMENTS (texts));
  g_assert_true (truce_mv_register_set_text (TRUCE_MV_REGISTER (crdt), texts[event->value], &event->stamp, NULL));
}

/* The latest that stands, whose value has not been found yet. */
static const Event *
find_next (const World    *world,
           const Known    *known,
           const gboolean *found)
{
  const Event *next = NULL;

  for (guint i = 0; i < world->n_events; i++)
    {
      const Event *event = &world->events[i];

      if (stands (world, known, i) && !found[event->value] &&
          (next == NULL || truce_stamp_order (event->stamp, next->stamp) > 0))
        next = event;
    }
  return next;
}

static void
check_register (const World *world,
                TruceCrdt   *crdt,
                const Known *known)
{
  TruceMvRegister *reg = TRUCE_MV_REGISTER (crdt);
  gboolean found[G_N_ELEMENTS (texts)] = { FALSE };
  const Event *next;
  guint n = 0;

  while ((next = find_next (world, known, found)) != NULL)
    {
      g_autofree char *text = truce_mv_register_dup_text (reg, n);
      g_autoptr(TruceStamp) stamp = truce_mv_register_dup_stamp (reg, n);

      g_assert_cmpstr (text, ==, texts[next->value]);
      g_assert_cmpint (truce_stamp_order (*stamp, next->stamp), ==, 0);
      found[next->value] = TRUE;
      n++;
    }
  g_assert_cmpuint (truce_mv_register_get_n_values (reg), ==, n);
}

static const Type types[] = {
  { "counter", make_counter, write_counter, check_counter },
  { "flag/enable-wins", make_enable_wins, write_flag, check_flag },
  { "flag/disable-wins", make_disable_wins, write_flag, check_flag },
  { "mv-register", make_register, write_register, check_register },
};

/* ---- any of them ---- */

static GBytes *
get_state (TruceCrdt *crdt)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = truce_crdt_encode (crdt, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
apply (TruceCrdt *crdt,
       GBytes    *bytes)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_apply (crdt, bytes, &error);
  g_assert_no_error (error);
}

static void
merge (TruceCrdt *crdt,
       TruceCrdt *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (crdt, other, &error);
  g_assert_no_error (error);
}

static TruceCrdt *
copy (const World *world,
      TruceCrdt   *crdt)
{
  g_autoptr(GBytes) bytes = get_state (crdt);
  TruceCrdt *other = world->type->make ();

  apply (other, bytes);
  return other;
}

static void
assert_same (TruceCrdt *a,
             TruceCrdt *b)
{
  g_autoptr(GBytes) bytes_a = get_state (a);
  g_autoptr(GBytes) bytes_b = get_state (b);
  g_autoptr(GError) error = NULL;

  g_assert_true (truce_crdt_equal (a, b, &error));
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes_a, bytes_b));
}

/* ---- steps ---- */

static void
step_write (World *world,
            guint  i)
{
  Event *event = &world->events[world->n_events];

  if (world->n_events == MAX_EVENTS)
    return;
  world->times[i] += g_test_rand_bit () ? 1 : truce_time_pack (g_test_rand_int_range (1, 300), 0);
  event->stamp = (TruceStamp) { world->times[i], replica_id (i) };
  event->saw = world->known[i];
  world->type->write (world, world->crdts[i], event);
  world->known[i].known[world->n_events++] = TRUE;
}

static void
step_send (World *world,
           guint  i)
{
  Message *message = &world->messages[g_test_rand_int_range (0, N_MESSAGES)];

  g_clear_pointer (&message->bytes, g_bytes_unref);
  message->bytes = get_state (world->crdts[i]);
  message->known = world->known[i];
}

static void
step_deliver (World *world,
              guint  i)
{
  const Message *message = &world->messages[g_test_rand_int_range (0, N_MESSAGES)];

  if (message->bytes == NULL)
    return;
  apply (world->crdts[i], message->bytes);
  learn (&world->known[i], &message->known);
}

static void
step_merge (World *world,
            guint  i)
{
  guint j = g_test_rand_int_range (0, (int) world->n_replicas);

  merge (world->crdts[i], world->crdts[j]);
  learn (&world->known[i], &world->known[j]);
}

/* 56. Whatever the state was once is in what it is now. */
static void
check_stale (World *world,
             guint  i)
{
  g_autoptr(TruceCrdt) joined = copy (world, world->crdts[i]);

  if (world->stale[i] != NULL)
    apply (joined, world->stale[i]);
  assert_same (joined, world->crdts[i]);
  g_clear_pointer (&world->stale[i], g_bytes_unref);
  world->stale[i] = get_state (world->crdts[i]);
}

/* 53 to 58: in any order and grouping, of objects or of bytes. */
static void
check_laws (World *world)
{
  TruceCrdt *a = world->crdts[g_test_rand_int_range (0, (int) world->n_replicas)];
  TruceCrdt *b = world->crdts[g_test_rand_int_range (0, (int) world->n_replicas)];
  TruceCrdt *c = world->crdts[g_test_rand_int_range (0, (int) world->n_replicas)];
  g_autoptr(GBytes) bytes_b = get_state (b);
  g_autoptr(TruceCrdt) a_b = copy (world, a);
  g_autoptr(TruceCrdt) b_a = copy (world, b);
  g_autoptr(TruceCrdt) ab_c = NULL;
  g_autoptr(TruceCrdt) b_c = copy (world, b);
  g_autoptr(TruceCrdt) a_bc = copy (world, a);
  g_autoptr(TruceCrdt) again = NULL;

  merge (a_b, b);
  merge (b_a, a);
  assert_same (a_b, b_a);

  ab_c = copy (world, a_b);
  merge (ab_c, c);
  merge (b_c, c);
  merge (a_bc, b_c);
  assert_same (ab_c, a_bc);

  again = copy (world, a);
  apply (again, bytes_b);
  assert_same (again, a_b);
  merge (again, b);
  merge (again, again);
  assert_same (again, a_b);
}

static void
converge (World *world)
{
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < world->n_replicas; i++)
      for (guint j = 0; j < world->n_replicas; j++)
        {
          g_autoptr(GBytes) bytes = get_state (world->crdts[i]);

          apply (world->crdts[j], bytes);
          learn (&world->known[j], &world->known[i]);
        }
  for (guint i = 0; i < world->n_replicas; i++)
    {
      world->type->check (world, world->crdts[i], &world->known[i]);
      assert_same (world->crdts[i], world->crdts[0]);
    }
}

static void
world_init (World      *world,
            const Type *type)
{
  memset (world, 0, sizeof *world);
  world->type = type;
  world->n_replicas = g_test_rand_int_range (2, MAX_REPLICAS + 1);
  for (guint i = 0; i < world->n_replicas; i++)
    {
      world->crdts[i] = type->make ();
      world->times[i] = truce_time_pack (1000, 0);
    }
}

static void
world_clear (World *world)
{
  for (guint i = 0; i < world->n_replicas; i++)
    {
      g_assert_finalize_object (world->crdts[i]);
      g_clear_pointer (&world->stale[i], g_bytes_unref);
    }
  for (guint i = 0; i < N_MESSAGES; i++)
    g_clear_pointer (&world->messages[i].bytes, g_bytes_unref);
}

static void
run_history (World      *world,
             const Type *type)
{
  guint n_steps = g_test_rand_int_range (5, 80);

  world_init (world, type);
  for (guint step = 0; step < n_steps; step++)
    {
      guint i = g_test_rand_int_range (0, (int) world->n_replicas);
      guint kind = g_test_rand_int_range (0, 20);

      if (kind < 9)
        step_write (world, i);
      else if (kind < 12)
        step_send (world, i);
      else if (kind < 16)
        step_deliver (world, i);
      else if (kind < 18)
        step_merge (world, i);
      else
        check_stale (world, i);
      world->type->check (world, world->crdts[i], &world->known[i]);
    }
  check_laws (world);
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
test_histories (gconstpointer data)
{
  g_autofree World *world = g_new (World, 1);
  guint n = n_rounds ();

  for (guint i = 0; i < n; i++)
    run_history (world, data);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strdup_printf ("/value-laws/%s", types[i].name);

      g_test_add_data_func (path, &types[i], test_histories);
    }
  return g_test_run ();
}
