/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The join of stamped states against a dumb model that keeps every event: random histories of several
 * replicas in all shapes, whose whole states are lost, repeated, reordered and late. */

#include "state-world.h"

/* Any three states: all orders and groupings of joining them give the same bytes. */
static void
assert_laws (GArray *kept)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  TruceState *s[3][4];

  for (guint i = 0; i < 3; i++)
    {
      Message *message = &g_array_index (kept, Message, g_test_rand_int_range (0, (gint) kept->len));

      for (guint k = 0; k < 4; k++)
        s[i][k] = receive (arena, message);
    }
  g_assert_false (truce_state_join (s[0][0], s[0][1], NULL, NULL));     /* idempotent */
  assert_same (s[0][0], s[0][1]);
  truce_state_join (s[0][0], s[1][0], NULL, NULL);
  truce_state_join (s[1][1], s[0][1], NULL, NULL);
  assert_same (s[0][0], s[1][1]);                                       /* commutative */
  truce_state_join (s[0][0], s[2][0], NULL, NULL);
  truce_state_join (s[1][2], s[2][1], NULL, NULL);
  truce_state_join (s[0][2], s[1][2], NULL, NULL);
  assert_same (s[0][0], s[0][2]);                                       /* associative */
}

static void
test_history (void)
{
  g_autofree World *world = g_new (World, 1);
  g_autoptr(GArray) kept = g_array_new (FALSE, FALSE, sizeof (Message));
  guint n_steps = (guint) g_test_rand_int_range (10, 120);
  Message last;

  world_init (world);
  for (guint i = 0; i < n_steps; i++)
    {
      Replica *replica = &world->replicas[g_test_rand_int_range (0, (gint) world->n_replicas)];

      if (g_test_rand_int_range (0, 10) < 7)
        write_anything (world, replica);
      else
        exchange (world, kept, replica);
      assert_as_model (world, replica);
    }
  for (guint i = 0; kept->len > 0 && i < 10; i++)
    assert_laws (kept);

  /* In the end all hear of all, and have the same bytes. */
  for (guint i = 1; i < world->n_replicas; i++)
    take (&world->replicas[0], keep (kept, send (world->replicas[i].state, &world->replicas[i].model)));
  last = send (world->replicas[0].state, &world->replicas[0].model);
  keep (kept, last);
  for (guint i = 1; i < world->n_replicas; i++)
    {
      take (&world->replicas[i], &last);
      assert_same (world->replicas[0].state, world->replicas[i].state);
      assert_as_model (world, &world->replicas[i]);
    }
  world_clear (world, kept);
}

static void
test_histories (void)
{
  for (guint i = 0; i < n_rounds (); i++)
    test_history ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/state/laws/histories", test_histories);

  return g_test_run ();
}
