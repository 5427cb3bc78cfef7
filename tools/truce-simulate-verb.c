/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <stdio.h>
#include <string.h>

#define SQLITE_EVERY 20u        /* of mixed stores: files are slower */

static gboolean
read_faults (const char            *text,
             TruceSimulationFaults *faults)
{
  g_autoptr(GFlagsClass) klass = g_type_class_ref (TRUCE_TYPE_SIMULATION_FAULTS);
  g_auto(GStrv) names = g_strsplit (text, ",", -1);

  *faults = TRUCE_SIMULATION_FAULTS_NONE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      const GFlagsValue *value = g_flags_get_value_by_nick (klass, names[i]);

      if (value == NULL)
        return FALSE;
      *faults |= value->value;
    }
  return TRUE;
}

/* Says what is wrong with them. */
static gboolean
check (const TruceCall       *call,
       TruceSimulationFaults *faults)
{
  static const char *const stores[] = { "memory", "sqlite", NULL };

  if (call->seed < 0 || call->seeds < 1)
    truce_complain (NULL, "--seed is not negative, and --seeds at least 1");
  else if (call->replicas < 0 || call->replicas == 1 || call->replicas > 16)
    truce_complain (NULL, "--replicas: there can be 2 to 16");
  else if (call->steps < 0 || call->steps > 10000)
    truce_complain (NULL, "--steps: there can be up to 10000");
  else if (call->jobs < 1 || call->jobs > 256)
    truce_complain (NULL, "--jobs: there can be 1 to 256");
  else if (call->store != NULL && !g_strv_contains (stores, call->store))
    truce_complain (NULL, "--store: memory or sqlite");
  else if (call->faults != NULL && !read_faults (call->faults, faults))
    truce_complain (NULL, "--faults: see “truce simulate --help” for what there is");
  else
    return TRUE;
  return FALSE;
}

/* ---- telling ---- */

typedef struct
{
  const TruceCall *call;
  TruceSimulationFaults faults;
  TruceSimulationResult **results;      /* owned, by number; NULL: not yet, or failed */
  GMutex lock;
  GCond told;
  GError *error;                /* the first one, or NULL */
} Run;

static TruceSimulation *
make_simulation (const Run *run,
                 guint      number)
{
  guint64 seed = (guint64) run->call->seed + number;
  const char *store = run->call->store;
  gboolean sqlite = store != NULL ? g_str_equal (store, "sqlite") : seed % SQLITE_EVERY == 0;

  return g_object_new (TRUCE_TYPE_SIMULATION, "seed", seed, "replicas", run->call->replicas, "steps",
                       run->call->steps, "faults", run->faults, "sqlite", sqlite, NULL);
}

static void
tell (gpointer number,
      gpointer data)
{
  Run *run = data;
  guint i = GPOINTER_TO_UINT (number) - 1;
  g_autoptr(TruceSimulation) simulation = make_simulation (run, i);
  g_autoptr(GError) error = NULL;
  TruceSimulationResult *result = truce_simulation_run (simulation, &error);

  g_mutex_lock (&run->lock);
  run->results[i] = result;
  if (error != NULL && run->error == NULL)
    run->error = g_steal_pointer (&error);
  g_cond_signal (&run->told);
  g_mutex_unlock (&run->lock);
}

static TruceSimulationResult *
wait_for (Run  *run,
          guint i)
{
  TruceSimulationResult *result;

  g_mutex_lock (&run->lock);
  while (run->results[i] == NULL && run->error == NULL)
    g_cond_wait (&run->told, &run->lock);
  result = g_steal_pointer (&run->results[i]);
  g_mutex_unlock (&run->lock);
  return result;
}

static void
print_result (const Run             *run,
              guint                  number,
              TruceSimulationResult *result)
{
  guint64 seed = (guint64) run->call->seed + number;
  const char *broken = truce_simulation_result_get_broken (result);

  if (run->call->json)
    {
      g_autofree char *shown = broken != NULL ? truce_dup_quoted (broken) : NULL;
      g_autoptr(GString) line = g_string_new (NULL);

      g_string_printf (line, "{\"seed\":%" G_GUINT64_FORMAT ",\"holds\":%s,\"digest\":\"%s\"", seed,
                       broken == NULL ? "true" : "false", truce_simulation_result_get_digest (result));
      if (broken != NULL)
        g_string_append_printf (line, ",\"broken\":%s", shown);
      g_string_append_c (line, '}');
      truce_print_json (line->str);
    }
  else if (broken != NULL)
    {
      g_autofree char *shown = truce_dup_shown (broken);

      g_printerr ("seed %" G_GUINT64_FORMAT ": %s\n", seed, shown);
    }
}

/* The story that breaks as that seed's does. */
static gboolean
print_story (const Run *run,
             guint      number,
             GError   **error)
{
  g_autoptr(TruceSimulation) simulation = make_simulation (run, number);
  g_autofree char *story = truce_simulation_shrink (simulation, error);
  g_autoptr(GBytes) bytes = NULL;

  if (story == NULL)
    return FALSE;
  bytes = g_bytes_new (story, strlen (story));
  return truce_write_stdout (bytes);
}

/* Prints them in order, whichever is told first. Gives the exit status. */
static int
print_all (Run *run)
{
  g_autoptr(GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
  int first_broken = -1;
  int n_broken = 0;

  for (int i = 0; i < run->call->seeds; i++)
    {
      g_autoptr(TruceSimulationResult) result = wait_for (run, i);

      if (result == NULL)
        return truce_complain_of (run->error);
      print_result (run, i, result);
      g_checksum_update (digest, (const guchar *) truce_simulation_result_get_digest (result), -1);
      if (truce_simulation_result_get_broken (result) == NULL)
        continue;
      if (first_broken < 0)
        first_broken = i;
      n_broken++;
    }
  if (n_broken == 0 && !run->call->json)
    g_print ("%d of %d held, digest %s\n", run->call->seeds, run->call->seeds, g_checksum_get_string (digest));
  if (n_broken > 0 && !run->call->json && !print_story (run, first_broken, &run->error))
    return run->error != NULL ? truce_complain_of (run->error) : EXIT_BAD_INPUT;
  return n_broken == 0 ? 0 : EXIT_FAILED;
}

static int
run_all (const TruceCall      *call,
         TruceSimulationFaults faults)
{
  Run run = { .call = call, .faults = faults };
  GThreadPool *pool;
  int status;

  run.results = g_new0 (TruceSimulationResult *, call->seeds);
  g_mutex_init (&run.lock);
  g_cond_init (&run.told);
  pool = g_thread_pool_new (tell, &run, call->jobs, FALSE, NULL);
  for (int i = 0; i < call->seeds; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  status = print_all (&run);
  g_thread_pool_free (pool, status == EXIT_BAD_INPUT, TRUE);

  for (int i = 0; i < call->seeds; i++)
    g_clear_object (&run.results[i]);
  g_free (run.results);
  g_clear_error (&run.error);
  g_mutex_clear (&run.lock);
  g_cond_clear (&run.told);
  return status;
}

int
truce_simulate_verb (TruceCall *call)
{
  TruceSimulationFaults faults = TRUCE_SIMULATION_FAULTS_ALL;

  return check (call, &faults) ? run_all (call, faults) : EXIT_BAD_INPUT;
}
