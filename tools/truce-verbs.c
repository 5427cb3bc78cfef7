/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
print_help (const TruceVerbs *verbs)
{
  g_print ("Usage: truce %s VERB FILE.db [ARGUMENT…] [OPTION…]\n\n%s\nVerbs:\n", verbs->command, verbs->teaching);
  for (gsize i = 0; i < verbs->n_entries; i++)
    g_print ("  %-8s %s\n", verbs->entries[i].verb, verbs->entries[i].summary);
  g_print ("\nBegin with:\n%s"
           "\n“truce %s VERB --help” tells more of one.\n"
           "\nExit status: 0 done, 1 something failed or was found, 2 bad input or usage.\n", verbs->example, verbs->command);
}

/* ---- the command line ---- */

/* Those of all options whose letter is in `letters`. */
static GArray *
make_entries (TruceStoreCall *call,
              char         ***arguments,
              const char     *letters)
{
  const struct
  {
    char letter;
    GOptionEntry entry;
  } all[] = {
    { 's', { "schema", 's', 0, G_OPTION_ARG_FILENAME, &call->schema, "What the fields mean: a schema as JSON", "FILE" } },
    { 'y', { "synced", 0, 0, G_OPTION_ARG_NONE, &call->synced, "The other side has these records already", NULL } },
    { 'j', { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, "Print JSON, for programs", NULL } },
    { 'o', { "order", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &call->order,
             "Order by a field, with a - before it the other way round; may be given again", "FIELD" } },
    { 'w', { "search", 0, 0, G_OPTION_ARG_STRING, &call->search, "Only records with all of these words", "WORDS" } },
    { 'l', { "limit", 'n', 0, G_OPTION_ARG_INT, &call->limit, "Print at most so many", "N" } },
    { 'd', { "days", 0, 0, G_OPTION_ARG_INT, &call->days, "How long ago", "N" } },
  };
  const GOptionEntry rest = { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, arguments, NULL, NULL };
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (strchr (letters, all[i].letter) != NULL)
      g_array_append_val (entries, all[i].entry);
  g_array_append_val (entries, rest);
  return entries;
}

static gboolean
parse (const TruceVerbs *verbs,
       const TruceVerb  *verb,
       TruceStoreCall   *call,
       char           ***arguments,
       int              *argc,
       char           ***argv,
       GError          **error)
{
  g_autoptr(GArray) entries = make_entries (call, arguments, verb->options);
  g_autofree char *shown = g_strconcat (verb->arguments, " – ", verb->summary, NULL);
  g_autoptr(GOptionContext) context = g_option_context_new (shown);
  g_autofree char *old_name = g_strdup (g_get_prgname ());
  g_autofree char *name = g_strdup_printf ("truce %s %s", verbs->command, verb->verb);
  gboolean parsed;

  /* --help then says how it is really called. */
  g_set_prgname (name);
  g_option_context_set_description (context, verb->description);
  g_option_context_add_main_entries (context, (GOptionEntry *) entries->data, NULL);
  parsed = g_option_context_parse (context, argc, argv, error);
  g_set_prgname (old_name);
  return parsed;
}

static void
call_clear (TruceStoreCall *call)
{
  g_free (call->schema);
  g_strfreev (call->order);
  g_free (call->search);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceStoreCall, call_clear)

static int
run_verb (const TruceVerbs *verbs,
          const TruceVerb  *verb,
          int               argc,
          char            **argv)
{
  g_auto(TruceStoreCall) call = { .days = -1 };
  g_auto(GStrv) arguments = NULL;
  g_autoptr(GError) error = NULL;
  guint n;

  if (!parse (verbs, verb, &call, &arguments, &argc, &argv, &error))
    return truce_complain ("%s; see “truce %s %s --help”", error->message, verbs->command, verb->verb);
  n = arguments != NULL ? g_strv_length (arguments) : 0;
  if (n < verb->n_min || n > verb->n_max)
    return truce_complain ("it takes %s; see “truce %s %s --help”", verb->arguments, verbs->command, verb->verb);

  call.path = arguments[0];
  call.collection = n > 1 ? arguments[1] : NULL;
  call.rest = arguments + MIN (n, 2);
  return verb->run (&call);
}

/* What was printed is not printed before it has left. */
static int
end (int status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  return truce_complain ("standard output: %s", g_strerror (errno));
}

int
truce_run_verbs (const TruceVerbs *verbs,
                 int               argc,
                 char            **argv)
{
  const char *verb = argc > 1 ? argv[1] : "--help";

  if (strcmp (verb, "--help") == 0 || strcmp (verb, "-h") == 0 || strcmp (verb, "help") == 0)
    {
      print_help (verbs);
      return argc > 1 ? 0 : EXIT_BAD_INPUT;
    }
  for (gsize i = 0; i < verbs->n_entries; i++)
    if (strcmp (verb, verbs->entries[i].verb) == 0)
      return end (run_verb (verbs, &verbs->entries[i], argc - 1, argv + 1));

  return truce_complain ("%s has no verb “%s”; see “truce %s --help”", verbs->command, verb, verbs->command);
}

/* ---- what verbs share ---- */

int
truce_store_call_fail (TruceStoreCall *call,
                       const GError   *error)
{
  truce_bar_clear (&call->bar);
  truce_complain ("%s", error->message);
  if (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_EXISTS) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE))
    return EXIT_FAILED;
  return EXIT_BAD_INPUT;
}

TruceStore *
truce_store_call_open (const char *path,
                       gboolean    create)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = NULL;
  TruceStore *store = NULL;

  adapter = truce_sqlite_adapter_new (path, create ? TRUCE_SQLITE_DEFAULT : TRUCE_SQLITE_EXISTING, &error);
  if (adapter != NULL)
    store = truce_store_new (TRUCE_STORE_ADAPTER (adapter), &error);
  if (store == NULL && !create && g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND))
    truce_complain ("%s: there is no such store; “truce store init” makes one", path);
  else if (store == NULL)
    truce_complain ("%s", error->message);
  return store;
}

static gboolean
has_collection (TruceStore *store,
                const char *name)
{
  g_auto(GStrv) names = truce_store_list_collections (store);

  return g_strv_contains ((const char *const *) names, name);
}

TruceCollection *
truce_store_call_collection (TruceStoreCall *call,
                             TruceStore     *store,
                             gboolean        must_exist)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = NULL;
  TruceCollection *collection = NULL;

  if (must_exist && !has_collection (store, call->collection))
    {
      truce_complain ("%s: it has no collection “%s”", call->path, call->collection);
      return NULL;
    }
  if (call->schema == NULL || (schema = truce_read_schema (call->schema, &error)) != NULL)
    collection = truce_store_get_collection (store, call->collection, schema, &error);
  if (collection == NULL)
    truce_complain ("%s", error->message);
  return collection;
}
