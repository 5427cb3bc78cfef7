/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stories made from seeds: what is promised holds in each, and each is the same whenever it is told. */

#include <truce.h>

static TruceSimulationResult *
tell (guint64  seed,
      gboolean sqlite)
{
  g_autoptr(TruceSimulation) simulation = truce_simulation_new (seed);
  g_autoptr(GError) error = NULL;
  TruceSimulationResult *result;

  truce_simulation_set_sqlite (simulation, sqlite);
  result = truce_simulation_run (simulation, &error);
  g_assert_no_error (error);
  return result;
}

static guint
count_rounds (guint quick)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  return rounds != NULL ? (guint) g_ascii_strtoull (rounds, NULL, 10) : quick;
}

static void
test_promises_hold (void)
{
  for (guint64 seed = 1; seed <= count_rounds (40); seed++)
    {
      g_autoptr(TruceSimulationResult) result = tell (seed, FALSE);

      if (truce_simulation_result_get_broken (result) != NULL)
        g_error ("seed %u: %s", (guint) seed, truce_simulation_result_get_broken (result));
    }
}

static void
test_same_again (void)
{
  for (guint64 seed = 1; seed <= 10; seed++)
    {
      g_autoptr(TruceSimulationResult) once = tell (seed, FALSE);
      g_autoptr(TruceSimulationResult) again = tell (seed, FALSE);

      g_assert_cmpstr (truce_simulation_result_get_digest (once), ==, truce_simulation_result_get_digest (again));
    }
}

static void
test_same_in_files (void)
{
  for (guint64 seed = 1; seed <= 5; seed++)
    {
      g_autoptr(TruceSimulationResult) memory = tell (seed, FALSE);
      g_autoptr(TruceSimulationResult) files = tell (seed, TRUE);

      g_assert_cmpstr (truce_simulation_result_get_digest (memory), ==, truce_simulation_result_get_digest (files));
    }
}

static void
test_other_seed_other_story (void)
{
  g_autoptr(TruceSimulationResult) one = tell (1, FALSE);
  g_autoptr(TruceSimulationResult) two = tell (2, FALSE);

  g_assert_cmpstr (truce_simulation_result_get_digest (one), !=, truce_simulation_result_get_digest (two));
}

static void
test_settings (void)
{
  g_autoptr(TruceSimulation) simulation = truce_simulation_new (7);
  g_autoptr(TruceSimulationResult) result = NULL;
  g_autoptr(GError) error = NULL;
  guint replicas;
  guint steps;
  TruceSimulationFaults faults;

  g_object_set (simulation, "replicas", 16, "steps", 50, "faults", TRUCE_SIMULATION_FAULTS_LOST, NULL);
  g_object_get (simulation, "replicas", &replicas, "steps", &steps, "faults", &faults, NULL);
  g_assert_cmpuint (truce_simulation_get_seed (simulation), ==, 7);
  g_assert_cmpuint (replicas, ==, 16);
  g_assert_cmpuint (steps, ==, 50);
  g_assert_cmpuint (faults, ==, TRUCE_SIMULATION_FAULTS_LOST);
  g_assert_false (truce_simulation_get_sqlite (simulation));

  result = truce_simulation_run (simulation, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (truce_simulation_result_get_broken (result), ==, NULL);
}

static void
test_no_faults (void)
{
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_autoptr(TruceSimulation) simulation = truce_simulation_new (seed);
      g_autoptr(TruceSimulationResult) result = NULL;
      g_autoptr(GError) error = NULL;

      truce_simulation_set_faults (simulation, TRUCE_SIMULATION_FAULTS_NONE);
      result = truce_simulation_run (simulation, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (truce_simulation_result_get_broken (result), ==, NULL);
    }
}

/* What is not broken can't be told shorter. */
static void
test_shrink_nothing (void)
{
  g_autoptr(TruceSimulation) simulation = truce_simulation_new (1);
  g_autoptr(GError) error = NULL;
  g_autofree char *story = NULL;

  truce_simulation_set_faults (simulation, TRUCE_SIMULATION_FAULTS_NONE);
  story = truce_simulation_shrink (simulation, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (story, ==, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/simulation/promises-hold", test_promises_hold);
  g_test_add_func ("/simulation/same-again", test_same_again);
  g_test_add_func ("/simulation/same-in-files", test_same_in_files);
  g_test_add_func ("/simulation/other-seed-other-story", test_other_seed_other_story);
  g_test_add_func ("/simulation/settings", test_settings);
  g_test_add_func ("/simulation/no-faults", test_no_faults);
  g_test_add_func ("/simulation/shrink-nothing", test_shrink_nothing);
  return g_test_run ();
}
