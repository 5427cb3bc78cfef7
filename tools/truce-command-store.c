/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What may follow the options. */
typedef struct
{
  const char *verb;
  int (*run)(TruceStoreCall *call);
  const char *arguments;        /* as help shows them */
  guint n_min;
  guint n_max;
  const char *options;          /* letters of those that it takes, see make_entries() */
  const char *summary;
  const char *description;
} Verb;

static const Verb verbs[] = {
  { "init", truce_store_verb_init, "FILE.db [COLLECTION]", 1, 2, "s", "make a store",
    "Makes FILE.db, and a collection in it if one is named. A store that is there\n"
    "already stays as it is. A schema tells what the fields mean when edits meet, which\n"
    "are required, and which are indexed; see truce-store(1).\n"
    "\n"
    "  truce store init notes.db note --schema note.json\n" },
  { "import", truce_store_verb_import, "FILE.db COLLECTION [IN.ndjson]", 2, 3, "sy", "put records from a file",
    "Puts the records of IN.ndjson, a JSON object a line; without it, or with -, those of\n"
    "standard input. The member “id” of a line is the record’s id. A line that can’t be\n"
    "imported is told of and left out. What was imported waits to be sent, but with\n"
    "--synced. FILE.db is made if it is not there.\n"
    "\n"
    "  truce store import notes.db note notes.ndjson\n"
    "  sqlite3 -json old.db 'SELECT * FROM note' | jq -c '.[]' | truce store import notes.db note\n" },
  { "export", truce_store_verb_export, "FILE.db COLLECTION", 2, 2, "", "write all records to standard output",
    "Writes the records, a JSON object a line, in order of their ids.\n"
    "\n"
    "  truce store export notes.db note >notes.ndjson\n" },
  { "merge", truce_store_verb_merge, "FILE.db OTHER.db", 2, 2, "", "take in what another store holds",
    "Joins the records of OTHER.db, which stays as it is, with those of FILE.db: each field\n"
    "by its kind, as the collection’s schema says. What loses is kept: see “truce store\n"
    "log”. It may be run again, in either direction; what is there already changes nothing.\n"
    "\n"
    "  truce store merge desk.db laptop.db\n" },
  { "get", truce_store_verb_get, "FILE.db COLLECTION ID", 3, 3, "j", "print a record",
    "Prints the record as JSON; with --json in an object that tells whether it waits to\n"
    "be sent. The status is 1 if there is none.\n"
    "\n"
    "  truce store get notes.db note 17\n" },
  { "put", truce_store_verb_put, "FILE.db COLLECTION ID [JSON]", 3, 4, "s", "write a record",
    "Writes the record, new or in place of the one that is there; without JSON, or with\n"
    "-, what standard input holds.\n"
    "\n"
    "  truce store put notes.db note 17 '{\"title\": \"Milk\", \"done\": false}'\n" },
  { "delete", truce_store_verb_delete, "FILE.db COLLECTION ID…", 3, G_MAXUINT, "", "delete records",
    "Deletes the records. One that is not there is told of, and the others are deleted.\n" },
  { "ls", truce_store_verb_ls, "FILE.db [COLLECTION]", 1, 2, "j", "list collections, or a collection’s records",
    "Lists the collections with the number of their records; of a collection, the ids in\n"
    "order, with what is still to be sent. With --json, a JSON object a line.\n" },
  { "query", truce_store_verb_query, "FILE.db COLLECTION [FILTER]", 2, 3, "jowl", "print the records that a filter finds",
    "Prints the records that FILTER finds; without it, all. A filter compares fields with\n"
    "JSON values, by == != < <= > >=, joined by and, or, and parentheses. A field is a\n"
    "name, or a JSON pointer in double quotes.\n"
    "\n"
    "  truce store query notes.db note 'done == false and due < \"2026-12-01\"' --order due\n"
    "  truce store query notes.db note --search 'oat milk' --limit 10 --json\n" },
  { "status", truce_store_verb_status, "FILE.db", 1, 1, "j", "tell what is in a store and what waits",
    "Tells the number of records, and how many wait to be sent, were rejected, or are in\n"
    "conflict.\n" },
  { "verify", truce_store_verb_verify, "FILE.db", 1, 1, "j", "check everything in a store",
    "Reads and checks everything: pages, checksums, records, their stamps, and what is to\n"
    "be sent. Prints each problem. The status is 1 if there is one.\n" },
  { "salvage", truce_store_verb_salvage, "FILE.db COLLECTION", 2, 2, "", "write what can be read of a damaged store",
    "Writes the records that can still be read, as “export” does, and tells what can’t be.\n"
    "The file stays as it is. The status is 1 if something was lost.\n"
    "\n"
    "  truce store salvage broken.db note | truce store import new.db note\n" },
  { "purge", truce_store_verb_purge, "FILE.db", 1, 1, "d", "forget what was deleted long ago",
    "Removes for good what is left of records deleted more than --days ago (30 if it is\n"
    "not given), and values kept since merges that old. Replicas that have not heard of a\n"
    "deletion by then may bring the record back.\n" },
  { "log", truce_store_verb_log, "FILE.db COLLECTION ID", 3, 3, "j", "list the values that a record lost in merges",
    "Lists the values that lost in merges, the newest first, each with a number for\n"
    "“truce store restore”.\n" },
  { "restore", truce_store_verb_restore, "FILE.db COLLECTION ID NUMBER", 4, 4, "", "put back a value that was lost",
    "Writes the value with this number in “truce store log” to its field again.\n" },
};

static const char teaching[] =
  "A store keeps records, JSON objects with an id, in collections, in one SQLite file.\n"
  "It remembers what each field was changed by and when, so that stores merge, and what is\n"
  "still to be sent. Several programs may use it at once.\n";

static void
print_help (void)
{
  g_print ("Usage: truce store VERB FILE.db [ARGUMENT…] [OPTION…]\n\n%s\nVerbs:\n", teaching);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_print ("  %-8s %s\n", verbs[i].verb, verbs[i].summary);
  g_print ("\nBegin with:\n"
           "  truce store init notes.db\n"
           "  truce store put notes.db note 1 '{\"title\": \"Milk\", \"done\": false}'\n"
           "  truce store query notes.db note 'done == false'\n"
           "\n“truce store VERB --help” tells more of one.\n"
           "\nExit status: 0 done, 1 something failed or was found, 2 bad input or usage.\n");
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
parse (const Verb     *verb,
       TruceStoreCall *call,
       char         ***arguments,
       int            *argc,
       char         ***argv,
       GError        **error)
{
  g_autoptr(GArray) entries = make_entries (call, arguments, verb->options);
  g_autofree char *shown = g_strconcat (verb->arguments, " – ", verb->summary, NULL);
  g_autoptr(GOptionContext) context = g_option_context_new (shown);
  g_autofree char *old_name = g_strdup (g_get_prgname ());
  g_autofree char *name = g_strconcat ("truce store ", verb->verb, NULL);
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
run_verb (const Verb *verb,
          int         argc,
          char      **argv)
{
  g_auto(TruceStoreCall) call = { .days = -1 };
  g_auto(GStrv) arguments = NULL;
  g_autoptr(GError) error = NULL;
  guint n;

  if (!parse (verb, &call, &arguments, &argc, &argv, &error))
    return truce_complain ("%s; see “truce store %s --help”", error->message, verb->verb);
  n = arguments != NULL ? g_strv_length (arguments) : 0;
  if (n < verb->n_min || n > verb->n_max)
    return truce_complain ("it takes %s; see “truce store %s --help”", verb->arguments, verb->verb);

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
truce_command_store (int    argc,
                     char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "--help";

  if (strcmp (verb, "--help") == 0 || strcmp (verb, "-h") == 0 || strcmp (verb, "help") == 0)
    {
      print_help ();
      return argc > 1 ? 0 : EXIT_BAD_INPUT;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verb, verbs[i].verb) == 0)
      return end (run_verb (&verbs[i], argc - 1, argv + 1));

  return truce_complain ("store has no verb “%s”; see “truce store --help”", verb);
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
