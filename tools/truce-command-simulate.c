/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <stdio.h>
#include <string.h>

#define SQLITE_EVERY 20u        /* of mixed stores: files are slower */

typedef struct
{
  gint64 seed;
  int n_seeds;
  int replicas;
  int steps;
  int jobs;
  char *store;                  /* owned, or NULL: mixed */
  char *faults;                 /* owned, or NULL: all */
  gboolean json;
} Options;

static const char description[] =
  "Without --store every twentieth seed is told in SQLite files, the others in memory;\n"
  "the digest is the same. Faults: lost, doubled, late, cut, crash, clock, restore, purge,\n"
  "epoch, reject, transient, auth, merge.\n"
  "\n"
  "  truce simulate --seeds 10000 >story.json || truce scenario story.json\n"
  "\n"
  "The status is 0 if all promises held and 1 if one was broken: then each such seed is\n"
  "told of on standard error, and the shortest story found that breaks as the first one\n"
  "did is written to standard output, as a scenario file.";

static gboolean
parse (int     *argc,
       char  ***argv,
       Options *options,
       GError **error)
{
  GOptionEntry entries[] = {
    { "seed", 's', 0, G_OPTION_ARG_INT64, &options->seed, "The first story (1)", "N" },
    { "seeds", 'n', 0, G_OPTION_ARG_INT, &options->n_seeds, "How many stories (1)", "COUNT" },
    { "replicas", 0, 0, G_OPTION_ARG_INT, &options->replicas, "2 to 16, instead of as the seed has it", "COUNT" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &options->steps, "Instead of as the seed has it", "COUNT" },
    { "faults", 0, 0, G_OPTION_ARG_STRING, &options->faults, "What may go wrong, instead of all", "FAULT,…" },
    { "store", 0, 0, G_OPTION_ARG_STRING, &options->store, "memory or sqlite", "STORE" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &options->jobs, "Stories told at once (1 a processor)", "COUNT" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, "Print a JSON object for each story", NULL },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *name = g_strdup (g_get_prgname ());
  gboolean parsed;

  g_set_prgname ("truce simulate");
  g_option_context_set_summary (context, "Tells stories of replicas that write, meet and fail, and checks "
                                "what is promised.");
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  parsed = g_option_context_parse (context, argc, argv, error);
  g_set_prgname (name);
  return parsed;
}

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
check (const Options         *options,
       TruceSimulationFaults *faults)
{
  static const char *const stores[] = { "memory", "sqlite", NULL };

  if (options->seed < 0 || options->n_seeds < 1)
    truce_complain ("--seed is not negative, and --seeds at least 1");
  else if (options->replicas < 0 || options->replicas == 1 || options->replicas > 16)
    truce_complain ("--replicas: there can be 2 to 16");
  else if (options->steps < 0 || options->steps > 10000)
    truce_complain ("--steps: there can be up to 10000");
  else if (options->jobs < 1 || options->jobs > 256)
    truce_complain ("--jobs: there can be 1 to 256");
  else if (options->store != NULL && !g_strv_contains (stores, options->store))
    truce_complain ("--store: memory or sqlite");
  else if (options->faults != NULL && !read_faults (options->faults, faults))
    truce_complain ("--faults: see “truce simulate --help” for what there is");
  else
    return TRUE;
  return FALSE;
}

/* ---- telling ---- */

typedef struct
{
  const Options *options;
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
  guint64 seed = (guint64) run->options->seed + number;
  const char *store = run->options->store;
  gboolean sqlite = store != NULL ? g_str_equal (store, "sqlite") : seed % SQLITE_EVERY == 0;

  return g_object_new (TRUCE_TYPE_SIMULATION, "seed", seed, "replicas", run->options->replicas, "steps",
                       run->options->steps, "faults", run->faults, "sqlite", sqlite, NULL);
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
  guint64 seed = (guint64) run->options->seed + number;
  const char *broken = truce_simulation_result_get_broken (result);

  if (run->options->json)
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

  for (int i = 0; i < run->options->n_seeds; i++)
    {
      g_autoptr(TruceSimulationResult) result = wait_for (run, i);

      if (result == NULL)
        return truce_complain ("%s", run->error->message);
      print_result (run, i, result);
      g_checksum_update (digest, (const guchar *) truce_simulation_result_get_digest (result), -1);
      if (truce_simulation_result_get_broken (result) == NULL)
        continue;
      if (first_broken < 0)
        first_broken = i;
      n_broken++;
    }
  if (n_broken == 0 && !run->options->json)
    g_print ("%d of %d held, digest %s\n", run->options->n_seeds, run->options->n_seeds, g_checksum_get_string (digest));
  if (n_broken > 0 && !run->options->json && !print_story (run, first_broken, &run->error))
    return run->error != NULL ? truce_complain ("%s", run->error->message) : EXIT_BAD_INPUT;
  return n_broken == 0 ? 0 : EXIT_FAILED;
}

static int
run_all (const Options        *options,
         TruceSimulationFaults faults)
{
  Run run = { .options = options, .faults = faults };
  GThreadPool *pool;
  int status;

  run.results = g_new0 (TruceSimulationResult *, options->n_seeds);
  g_mutex_init (&run.lock);
  g_cond_init (&run.told);
  pool = g_thread_pool_new (tell, &run, options->jobs, FALSE, NULL);
  for (int i = 0; i < options->n_seeds; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  status = print_all (&run);
  g_thread_pool_free (pool, status == EXIT_BAD_INPUT, TRUE);

  for (int i = 0; i < options->n_seeds; i++)
    g_clear_object (&run.results[i]);
  g_free (run.results);
  g_clear_error (&run.error);
  g_mutex_clear (&run.lock);
  g_cond_clear (&run.told);
  return status;
}

int
truce_command_simulate (int    argc,
                        char **argv)
{
  Options options = { .seed = 1, .n_seeds = 1, .jobs = (int) g_get_num_processors () };
  TruceSimulationFaults faults = TRUCE_SIMULATION_FAULTS_ALL;
  g_autoptr(GError) error = NULL;
  int status = EXIT_BAD_INPUT;

  if (!parse (&argc, &argv, &options, &error))
    truce_complain ("%s", error->message);
  else if (argc > 1)
    truce_complain ("“%s” is not an option; see “truce simulate --help”", argv[1]);
  else if (check (&options, &faults))
    status = run_all (&options, faults);
  g_free (options.store);
  g_free (options.faults);
  return status;
}
