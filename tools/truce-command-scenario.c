/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <stdio.h>

static const char description[] =
  "A scenario is a short story about replicas, as JSON: who did what, when, what failed on\n"
  "the way, and what everyone must see at the end. It runs the same way every time, without\n"
  "real time or a network. truce-scenario(1) tells the language.\n"
  "\n"
  "Prints TAP, a test a scenario.\n"
  "\n"
  "Examples:\n"
  "  truce scenario tests/scenarios/*.json\n"
  "  truce scenario --store sqlite story.json\n"
  "\n"
  "Exit status: 0 all hold, 1 one does not, 2 bad input or usage.\n";

typedef struct
{
  char **files;
  TruceScenarioStore store;
} Options;

static gboolean
parse_store (const char *option,
             const char *value,
             gpointer    data,
             GError    **error)
{
  Options *options = data;

  if (strcmp (value, "memory") == 0)
    options->store = TRUCE_SCENARIO_STORE_MEMORY;
  else if (strcmp (value, "sqlite") == 0)
    options->store = TRUCE_SCENARIO_STORE_SQLITE;
  else
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--store “%s”: it is memory or sqlite", value);
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse_options (Options *options,
               int     *argc,
               char  ***argv,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "store", 0, 0, G_OPTION_ARG_CALLBACK, parse_store, "Keep every store there, whatever the scenario says",
      "memory|sqlite" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, "FILE…" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("", "", "", options, NULL);
  g_autofree char *name = g_strdup (g_get_prgname ());
  gboolean parsed;

  /* --help then says how it is really called. */
  g_set_prgname ("truce scenario");
  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, "Runs stories about replicas, and checks how they end.");
  g_option_context_set_description (context, description);
  parsed = g_option_context_parse (context, argc, argv, error);
  g_set_prgname (name);
  return parsed;
}

/* All files are read before anything runs, so that a mistake in the last one is not told at the end. NULL: it has
 * complained, of each file that is wrong. */
static GListModel *
load_files (char **files)
{
  g_autoptr(GListStore) all = g_list_store_new (TRUCE_TYPE_SCENARIO);
  gboolean loaded = TRUE;

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GListModel) list = truce_scenario_load (files[i], &error);

      if (list == NULL)
        {
          truce_complain ("%s", error->message);
          loaded = FALSE;
          continue;
        }
      for (guint j = 0; j < g_list_model_get_n_items (list); j++)
        {
          g_autoptr(TruceScenario) scenario = g_list_model_get_item (list, j);

          g_object_set_data_full (G_OBJECT (scenario), "file", truce_dup_shown (files[i]), g_free);
          g_list_store_append (all, scenario);
        }
    }
  return loaded ? G_LIST_MODEL (g_steal_pointer (&all)) : NULL;
}

/* A # in a name would begin a directive of TAP. */
static char *
dup_title (TruceScenario *scenario)
{
  g_autofree char *shown = truce_dup_shown (truce_scenario_get_name (scenario));
  g_auto(GStrv) parts = g_strsplit (shown, "#", -1);

  return g_strjoinv ("\\#", parts);
}

static gboolean
run_one (TruceScenario     *scenario,
         TruceScenarioStore store,
         guint              number)
{
  g_autoptr(GError) error = NULL;
  gboolean holds = truce_scenario_run (scenario, store, &error);
  g_autofree char *title = dup_title (scenario);

  g_print ("%s %u - %s\n", holds ? "ok" : "not ok", number, title);
  if (!holds)
    {
      g_autofree char *message = truce_dup_shown (error->message);

      g_print ("# %s:%s\n", (const char *) g_object_get_data (G_OBJECT (scenario), "file"), message);
    }
  fflush (stdout);
  return holds;
}

int
truce_command_scenario (int    argc,
                        char **argv)
{
  Options options = { NULL, TRUCE_SCENARIO_STORE_AS_WRITTEN };
  g_autoptr(GError) error = NULL;
  gboolean parsed = parse_options (&options, &argc, &argv, &error);
  g_auto(GStrv) files = options.files;
  g_autoptr(GListModel) scenarios = NULL;
  gboolean all_hold = TRUE;

  if (!parsed)
    return truce_complain ("%s; see “truce scenario --help”", error->message);
  if (files == NULL)
    return truce_complain ("no file is named; see “truce scenario --help”");
  scenarios = load_files (files);
  if (scenarios == NULL)
    return EXIT_BAD_INPUT;

  g_print ("TAP version 13\n1..%u\n", g_list_model_get_n_items (scenarios));
  for (guint i = 0; i < g_list_model_get_n_items (scenarios); i++)
    {
      g_autoptr(TruceScenario) scenario = g_list_model_get_item (scenarios, i);

      all_hold &= run_one (scenario, options.store, i + 1);
    }
  return all_hold ? 0 : EXIT_FAILED;
}
