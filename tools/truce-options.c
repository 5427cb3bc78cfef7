/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

/* NOTES
 *
 * One table of all options. A verb names those that it takes, so that an option has one spelling, one meaning and one
 * completion wherever it is taken. */

#include <string.h>

typedef struct
{
  const char *name;
  char letter;                  /* or 0 */
  GOptionArg kind;
  gsize offset;                 /* in TruceCall */
  const char *summary;
  const char *value;            /* what help calls what follows, or NULL: nothing does */
  const char *values;           /* what that may be: words, "file", or "": anything */
} Option;

#define AT(member) G_STRUCT_OFFSET (TruceCall, member)
#define RULES "ours theirs max min longest highest-version union ask"
#define FAULTS "lost doubled late cut crash clock restore purge epoch reject transient auth merge"

/* Taken by all verbs. */
static const char common[] = "json color";

static const Option options[] = {
  { "schema", 's', G_OPTION_ARG_FILENAME, AT (schema), "What the fields mean: a schema as JSON", "FILE", "file" },
  { "rule", 'r', G_OPTION_ARG_STRING_ARRAY, AT (rules), "What decides where both sides changed a value; may be given again",
    "PATTERN=RULE", RULES },
  { "output", 'o', G_OPTION_ARG_FILENAME, AT (output), "Write there instead of to standard output", "FILE", "file" },
  { "name", 0, G_OPTION_ARG_FILENAME, AT (name), "What messages call the file", "NAME", "" },
  { "quiet", 'q', G_OPTION_ARG_NONE, AT (quiet), "Do not list conflicts", NULL, NULL },
  { "install-git-driver", 0, G_OPTION_ARG_NONE, AT (install), "Let git merge the JSON files of this repository so", NULL, NULL },
  { "yes", 'y', G_OPTION_ARG_NONE, AT (yes), "With --install-git-driver: do not ask", NULL, NULL },

  { "synced", 0, G_OPTION_ARG_NONE, AT (synced), "The other side has these records already", NULL, NULL },
  { "order", 'o', G_OPTION_ARG_STRING_ARRAY, AT (order),
    "Order by a field, with a - before it the other way round; may be given again", "FIELD", "" },
  { "search", 0, G_OPTION_ARG_STRING, AT (search), "Only records with all of these words", "WORDS", "" },
  { "limit", 'n', G_OPTION_ARG_INT, AT (limit), "Print at most so many", "N", "" },
  { "days", 0, G_OPTION_ARG_INT, AT (days), "How long ago", "N", "" },

  { "hub", 0, G_OPTION_ARG_FILENAME, AT (hub), "The store of the hub; it is made if it is not there", "HUB.db", "file" },
  { "account", 0, G_OPTION_ARG_STRING, AT (account), "For whom to ask; a store keeps to one account", "NAME", "" },
  { "edit", 0, G_OPTION_ARG_STRING, AT (edit), "Change these fields before: an object, where null removes one", "JSON", "" },

  { "store", 0, G_OPTION_ARG_STRING, AT (store), "Keep the stores there", "memory|sqlite", "memory sqlite" },
  { "seed", 's', G_OPTION_ARG_INT64, AT (seed), "The first story (1)", "N", "" },
  { "seeds", 'n', G_OPTION_ARG_INT, AT (seeds), "How many stories (1)", "COUNT", "" },
  { "replicas", 0, G_OPTION_ARG_INT, AT (replicas), "2 to 16, instead of as the seed has it", "COUNT", "" },
  { "steps", 0, G_OPTION_ARG_INT, AT (steps), "Instead of as the seed has it", "COUNT", "" },
  { "faults", 0, G_OPTION_ARG_STRING, AT (faults), "What may go wrong, instead of all", "FAULT,…", FAULTS },
  { "jobs", 'j', G_OPTION_ARG_INT, AT (jobs), "Stories told at once (1 a processor)", "COUNT", "" },

  { "json", 0, G_OPTION_ARG_NONE, AT (json), "Print JSON, for programs; errors, too", NULL, NULL },
  { "color", 0, G_OPTION_ARG_STRING, AT (colour), "Colors: auto (on a terminal), always or never", "WHEN", "auto always never" },
};

static gboolean
has_word (const char *words,
          const char *word)
{
  g_auto(GStrv) list = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char *const *) list, word);
}

static gboolean
takes (const TruceVerb *verb,
       const Option    *option)
{
  return has_word (verb->options, option->name) || has_word (common, option->name);
}

char **
truce_verb_list_options (const TruceVerb *verb)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();

  for (gsize i = 0; verb->verbs == NULL && i < G_N_ELEMENTS (options); i++)
    if (takes (verb, &options[i]))
      {
        g_autofree char *name = g_strconcat ("--", options[i].name, NULL);

        g_strv_builder_add (names, name);
      }
  g_strv_builder_add (names, "--help");
  return g_strv_builder_end (names);
}

const char *
truce_verb_option_values (const TruceVerb *verb,
                          const char      *option)
{
  for (gsize i = 0; verb->verbs == NULL && i < G_N_ELEMENTS (options); i++)
    if (takes (verb, &options[i]) &&
        (g_str_has_prefix (option, "--") ? strcmp (option + 2, options[i].name) == 0
                                         : options[i].letter != 0 && option[1] == options[i].letter && option[2] == '\0'))
      return options[i].values;
  return NULL;
}

/* ---- the command line ---- */

/* "--limt": the first word that no option is called. */
static const char *
find_unknown (const TruceVerb *verb,
              char           **argv)
{
  g_auto(GStrv) known = truce_verb_list_options (verb);

  for (char **word = argv + 1; *word != NULL && strcmp (*word, "--") != 0; word++)
    {
      g_autofree char *name = g_strndup (*word, strcspn (*word, "="));

      if (g_str_has_prefix (name, "--") && !g_strv_contains ((const char *const *) known, name))
        return *word;
    }
  return NULL;
}

/* Adds to GLib's words what was meant, or where to read. */
static void
explain (const TruceVerb *verb,
         const char      *path,
         char           **argv,
         GError         **error)
{
  g_auto(GStrv) known = truce_verb_list_options (verb);
  const char *unknown = find_unknown (verb, argv);
  g_autofree char *name = unknown != NULL ? g_strndup (unknown, strcspn (unknown, "=")) : NULL;
  const char *meant = name != NULL ? truce_suggest (name, (const char *const *) known) : NULL;
  g_autofree char *message = NULL;

  if (meant != NULL)
    message = g_strdup_printf ("%s; did you mean %s?", (*error)->message, meant);
  else
    message = g_strdup_printf ("%s; see “truce %s --help”", (*error)->message, path);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&message);
}

static GArray *
make_entries (TruceCall       *call,
              const TruceVerb *verb)
{
  const GOptionEntry rest = { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &call->arguments, NULL, NULL };
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      const Option *option = &options[i];
      const GOptionEntry entry = { option->name, option->letter, 0, option->kind, (char *) call + option->offset,
                                   option->summary, option->value };

      if (takes (verb, option))
        g_array_append_val (entries, entry);
    }
  g_array_append_val (entries, rest);
  return entries;
}

/* What stands below the options. */
static char *
describe (const TruceVerb *verb,
          const char      *path)
{
  g_autofree char *page = g_strndup (path, strcspn (path, " "));

  return g_strdup_printf ("%s\nExit status: %s, 2 bad input or usage.\nRead on: man truce-%s\n", verb->description,
                          verb->statuses != NULL ? verb->statuses : "0 done, 1 something failed or was found", page);
}

static gboolean
apply_common (TruceCall *call,
              GError   **error)
{
  static const char *const modes[] = { "auto", "always", "never" };

  truce_tell_json (call->json);
  if (call->colour == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (strcmp (call->colour, modes[i]) == 0)
      {
        truce_tell_colours ((TruceColourMode) i);
        return TRUE;
      }

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--color “%s”: it is auto, always or never", call->colour);
  return FALSE;
}

gboolean
truce_call_parse (TruceCall       *call,
                  const TruceVerb *verb,
                  const char      *path,
                  int              argc,
                  char           **argv,
                  GError         **error)
{
  g_autoptr(GArray) entries = make_entries (call, verb);
  g_autofree char *shown = g_strconcat (verb->arguments, *verb->arguments != '\0' ? " – " : "– ", verb->summary, NULL);
  g_autofree char *description = describe (verb, path);
  g_autofree char *name = g_strconcat ("truce ", path, NULL);
  g_autoptr(GOptionContext) context = g_option_context_new (shown);
  gboolean parsed;

  /* --help then says how it is really called. */
  g_set_prgname (name);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, (GOptionEntry *) entries->data, NULL);
  parsed = g_option_context_parse (context, &argc, &argv, error);
  g_set_prgname ("truce");
  if (call->arguments == NULL)
    call->arguments = g_new0 (char *, 1);
  if (parsed && apply_common (call, error))
    return TRUE;
  explain (verb, path, argv, error);
  return FALSE;
}

void
truce_call_clear (TruceCall *call)
{
  g_strfreev (call->arguments);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      gpointer member = (char *) call + options[i].offset;

      if (options[i].kind == G_OPTION_ARG_STRING || options[i].kind == G_OPTION_ARG_FILENAME)
        g_free (*(char **) member);
      else if (options[i].kind == G_OPTION_ARG_STRING_ARRAY)
        g_strfreev (*(char ***) member);
    }
}
