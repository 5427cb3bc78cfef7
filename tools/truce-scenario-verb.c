/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <stdio.h>
#include <unistd.h>

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
          truce_complain_of (error);
          loaded = FALSE;
          continue;
        }
      for (guint j = 0; j < g_list_model_get_n_items (list); j++)
        {
          g_autoptr(TruceScenario) scenario = g_list_model_get_item (list, j);

          g_object_set_data (G_OBJECT (scenario), "file", files[i]);
          g_list_store_append (all, scenario);
        }
    }
  return loaded ? G_LIST_MODEL (g_steal_pointer (&all)) : NULL;
}

static const char *
get_file (TruceScenario *scenario)
{
  return g_object_get_data (G_OBJECT (scenario), "file");
}

/* A # in a name would begin a directive of TAP. */
static char *
dup_title (TruceScenario *scenario)
{
  g_autofree char *shown = truce_dup_shown (truce_scenario_get_name (scenario));
  g_auto(GStrv) parts = g_strsplit (shown, "#", -1);

  return g_strjoinv ("\\#", parts);
}

static void
print_tap (TruceScenario *scenario,
           guint          number,
           const GError  *broken)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_autofree char *title = dup_title (scenario);

  g_print ("%s%s%s %u - %s\n", broken == NULL ? colours->good : colours->bad, broken == NULL ? "ok" : "not ok", colours->plain,
           number, title);
  if (broken != NULL)
    {
      g_autofree char *file = truce_dup_shown (get_file (scenario));
      g_autofree char *message = truce_dup_shown (broken->message);

      g_print ("# %s:%s\n", file, message);
    }
}

static void
print_line (TruceScenario *scenario,
            const GError  *broken)
{
  g_autofree char *name = truce_dup_quoted (truce_scenario_get_name (scenario));
  g_autofree char *valid = g_utf8_make_valid (get_file (scenario), -1);
  g_autofree char *file = truce_dup_quoted (valid);
  g_autofree char *said = broken != NULL ? truce_dup_quoted (broken->message) : NULL;
  g_autofree char *line = g_strdup_printf ("{\"file\":%s,\"scenario\":%s,\"holds\":%s%s%s}", file, name,
                                           broken == NULL ? "true" : "false", said != NULL ? ",\"broken\":" : "",
                                           said != NULL ? said : "");

  truce_print_json (line);
}

static gboolean
parse_store (const char         *name,
             TruceScenarioStore *store)
{
  *store = TRUCE_SCENARIO_STORE_AS_WRITTEN;
  if (g_strcmp0 (name, "memory") == 0)
    *store = TRUCE_SCENARIO_STORE_MEMORY;
  else if (g_strcmp0 (name, "sqlite") == 0)
    *store = TRUCE_SCENARIO_STORE_SQLITE;
  else if (name != NULL)
    truce_complain (NULL, "--store “%s”: it is memory or sqlite", name);
  return name == NULL || *store != TRUCE_SCENARIO_STORE_AS_WRITTEN;
}

int
truce_scenario_verb (TruceCall *call)
{
  TruceScenarioStore store;
  g_autoptr(GListModel) scenarios = NULL;
  int status = EXIT_DONE;

  if (!parse_store (call->store, &store))
    return EXIT_BAD_INPUT;
  scenarios = load_files (call->arguments);
  if (scenarios == NULL)
    return EXIT_BAD_INPUT;

  if (!call->json)
    g_print ("TAP version 13\n1..%u\n", g_list_model_get_n_items (scenarios));
  for (guint i = 0; i < g_list_model_get_n_items (scenarios); i++)
    {
      g_autoptr(TruceScenario) scenario = g_list_model_get_item (scenarios, i);
      g_autoptr(GError) broken = NULL;

      if (!truce_scenario_run (scenario, store, &broken))
        status = EXIT_FAILED;
      if (call->json)
        print_line (scenario, broken);
      else
        print_tap (scenario, i + 1, broken);
      fflush (stdout);
    }
  return status;
}
