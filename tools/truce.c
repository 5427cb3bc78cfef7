/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <locale.h>
#include <string.h>

static const struct
{
  const char *verb;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  { "merge", truce_command_merge, "merge two JSON files that were made apart from a third" },
  { "store", truce_command_store, "keep records that merge, in an SQLite file" },
  { "sync", truce_command_sync, "tell what a store has sent, what waits, and why" },
  { "scenario", truce_command_scenario, "run stories about replicas, and check how they end" },
  { "simulate", truce_command_simulate, "make up such stories from a number, and check what is promised" },
};

static void
print_help (void)
{
  g_print ("Usage: truce VERB [OPTION…] [ARGUMENT…]\n\n"
           "Merges data that was edited in several places, by meaning.\n\n"
           "Verbs:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-8s %s\n", commands[i].verb, commands[i].summary);
  g_print ("\n“truce VERB --help” tells more of one; “truce --version” which truce this is.\n");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");

  if (argc < 2)
    {
      print_help ();
      return EXIT_BAD_INPUT;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return 0;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("truce %s\n", TRUCE_VERSION);
      return 0;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].verb) == 0)
      return commands[i].run (argc - 1, argv + 1);

  return truce_complain ("there is no verb “%s”; see “truce --help”", argv[1]);
}
