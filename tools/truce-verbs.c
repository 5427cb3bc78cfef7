/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <string.h>

const TruceVerb *
truce_verb_find (const TruceVerb *group,
                 const char      *name)
{
  for (const TruceVerb *verb = group->verbs; verb != NULL && verb->verb != NULL; verb++)
    if (strcmp (verb->verb, name) == 0)
      return verb;
  return NULL;
}

/* ---- help ---- */

static void
print_help (const TruceVerb *group,
            const char      *path)
{
  const char *blank = *path != '\0' ? " " : "";

  g_print ("Usage: truce%s%s VERB %s\n\n%s\nVerbs:\n", blank, path, group->arguments, group->description);
  for (const TruceVerb *verb = group->verbs; verb->verb != NULL; verb++)
    g_print ("  %-8s  %s\n", verb->verb, verb->summary);
  g_print ("\n“truce help %s%sVERB” tells more of one.\n"
           "Exit status: 0 done, 1 something failed or was found, 2 bad input or usage.\n"
           "Read on: man truce%s%s\n", path, blank, *path != '\0' ? "-" : "", path);
}

static gboolean
asks_for_help (const char *word)
{
  return strcmp (word, "--help") == 0 || strcmp (word, "-h") == 0 || strcmp (word, "help") == 0;
}

/* ---- running ---- */

static int
complain_of_verb (const TruceVerb *group,
                  const char      *path,
                  const char      *word)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new ();
  g_autofree char *said = NULL;
  const char *meant;

  for (const TruceVerb *verb = group->verbs; verb->verb != NULL; verb++)
    g_ptr_array_add (known, (gpointer) verb->verb);
  g_ptr_array_add (known, NULL);
  meant = truce_suggest (word, (const char *const *) known->pdata);
  if (*path != '\0')
    said = g_strdup_printf ("%s has no verb “%s”", path, word);
  else
    said = g_strdup_printf ("there is no verb “%s”", word);
  if (meant != NULL)
    return truce_complain (NULL, "%s; did you mean %s?", said, meant);
  return truce_complain (NULL, "%s; see “truce%s%s --help”", said, *path != '\0' ? " " : "", path);
}

static int
run_verb (const TruceVerb *verb,
          const char      *path,
          int              argc,
          char           **argv)
{
  g_auto(TruceCall) call = { .days = -1, .seed = 1, .seeds = 1, .jobs = (int) g_get_num_processors () };
  g_autoptr(GError) error = NULL;
  guint n;

  if (!truce_call_parse (&call, verb, path, argc, argv, &error))
    return truce_complain (NULL, "%s", error->message);
  n = g_strv_length (call.arguments);
  if (n < verb->n_min || n > verb->n_max)
    return truce_complain (NULL, "it takes %s; see “truce %s --help”", *verb->arguments != '\0' ? verb->arguments : "no arguments",
                           path);

  call.path = n > 0 ? call.arguments[0] : NULL;
  call.collection = n > 1 ? call.arguments[1] : NULL;
  call.rest = call.arguments + MIN (n, 2);
  return truce_end (verb->run (&call));
}

/* argv[0]: the group's name; path: how it is called, "" of all. */
static int
run_group (const TruceVerb *group,
           const char      *path,
           int              argc,
           char           **argv)
{
  const char *word = argc > 1 ? argv[1] : "--help";
  const TruceVerb *verb = truce_verb_find (group, word);
  g_autofree char *below = g_strconcat (path, *path != '\0' ? " " : "", word, NULL);

  if (verb != NULL)
    return verb->verbs != NULL ? run_group (verb, below, argc - 1, argv + 1) : run_verb (verb, below, argc - 1, argv + 1);
  if (!asks_for_help (word))
    return complain_of_verb (group, path, word);

  print_help (group, path);
  return truce_end (argc > 1 ? EXIT_DONE : EXIT_BAD_INPUT);
}

/* “truce help store get” is “truce store get --help”. */
static int
run_help (int    argc,
          char **argv)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new ();

  for (int i = 0; i < argc; i++)
    if (i != 1)
      g_ptr_array_add (words, argv[i]);
  g_ptr_array_add (words, (gpointer) "--help");
  g_ptr_array_add (words, NULL);
  return run_group (&truce_root, "", words->len - 1, (char **) words->pdata);
}

int
truce_run (int    argc,
           char **argv)
{
  /* Before it is parsed: what is wrong with the command line is told as it asks for, too. */
  truce_tell_json (g_strv_contains ((const char *const *) argv, "--json"));

  if (argc > 1 && strcmp (argv[1], "complete") == 0)
    return truce_end (truce_complete (argv + 2));
  if (argc > 1 && strcmp (argv[1], "--version") == 0)
    {
      g_print ("truce %s\n", TRUCE_VERSION);
      return truce_end (EXIT_DONE);
    }
  return argc > 2 && strcmp (argv[1], "help") == 0 ? run_help (argc, argv) : run_group (&truce_root, "", argc, argv);
}
