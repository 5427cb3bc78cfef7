/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Completion for every shell: it hands over the words that were typed behind “truce”, and is told what the last one may
 * become, as the tables of verbs and options have it. The first line says who knows: “file”, the shell completes the name
 * of a file; or “words”, and each further line is one. What stands at the place of an argument, its name in the table tells:
 * FILE.db is a file, COLLECTION a collection of the store that stands before it. */

#include "truce-verbs.h"

#include <string.h>

#define MOST_IDS 500u           /* more is no choice */

static void
offer (const char *word,
       const char *typed)
{
  g_autofree char *shown = truce_dup_shown (word);

  /* A word that a terminal can't show can't be offered. */
  if (g_str_has_prefix (word, typed) && strcmp (shown, word) == 0)
    g_print ("%s\n", word);
}

/* ---- from a store ---- */

static TruceStore *
open_store (const char *path)
{
  g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_EXISTING, NULL);

  return adapter != NULL ? truce_store_new (TRUCE_STORE_ADAPTER (adapter), NULL) : NULL;
}

static void
offer_collections (TruceStore *store,
                   const char *behind,
                   const char *typed)
{
  g_auto(GStrv) names = truce_store_list_collections (store);

  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *word = g_strconcat (*name, behind, NULL);

      offer (word, typed);
    }
}

/* before: what stands before each id in its word. */
static void
offer_ids (TruceStore *store,
           const char *collection,
           const char *before,
           const char *typed)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (store);
  g_autofree char *after = NULL;

  if (!truce_store_adapter_begin (adapter, FALSE, NULL))
    return;
  for (guint n = 0; n < MOST_IDS; n++)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next (adapter, collection, after, NULL);
      g_autofree char *word = NULL;

      if (record == NULL)
        break;
      g_free (after);
      after = g_strdup (truce_stored_record_get_id (record));
      word = g_strconcat (before, after, NULL);
      if (truce_stored_record_get_value (record) != NULL)
        offer (word, typed);
    }
  truce_store_adapter_rollback (adapter);
}

/* COLLECTION/ID: first the one, then the other. */
static void
offer_records (TruceStore *store,
               const char *typed)
{
  const char *slash = strchr (typed, '/');
  g_autofree char *collection = slash != NULL ? g_strndup (typed, slash - typed) : NULL;
  g_autofree char *before = slash != NULL ? g_strndup (typed, slash + 1 - typed) : NULL;

  if (slash == NULL)
    offer_collections (store, "/", typed);
  else
    offer_ids (store, collection, before, typed);
}

/* ---- arguments ---- */

/* The one at this place, without brackets and dots; the last one stands for all that follow. */
static char *
dup_argument_name (const TruceVerb *verb,
                   guint            place)
{
  g_auto(GStrv) names = g_strsplit (verb->arguments, " ", -1);
  guint n = g_strv_length (names);
  gboolean repeats = n > 0 && g_str_has_suffix (names[n - 1], "…");
  g_autofree char *name = g_strdup (place < n ? names[place] : repeats ? names[n - 1] : "");

  g_strdelimit (name, "[]", ' ');
  return g_strdup (g_strstrip (name));
}

/* arguments: those before it. */
static void
complete_argument (const TruceVerb *verb,
                   GPtrArray       *arguments,
                   const char      *typed)
{
  g_autofree char *name = dup_argument_name (verb, arguments->len);
  g_autoptr(TruceStore) store = NULL;

  if (strstr (name, ".db") != NULL || strstr (name, ".ndjson") != NULL || g_str_has_prefix (name, "FILE") ||
      g_str_equal (name, "BASE") || g_str_equal (name, "OURS") || g_str_equal (name, "THEIRS"))
    {
      g_print ("file\n");
      return;
    }

  g_print ("words\n");
  if (strchr (name, '|') != NULL)
    {
      offer ("ours", typed);
      offer ("theirs", typed);
      return;
    }
  store = arguments->len > 0 ? open_store (g_ptr_array_index (arguments, 0)) : NULL;
  if (store == NULL)
    return;
  if (g_str_equal (name, "COLLECTION"))
    offer_collections (store, "", typed);
  else if (g_str_equal (name, "COLLECTION/ID"))
    offer_records (store, typed);
  else if (g_str_has_prefix (name, "ID"))
    offer_ids (store, g_ptr_array_index (arguments, 1), "", typed);
}

/* ---- options ---- */

/* values: as the table has them; typed: what stands there of the value; before: what stands before it in its word. */
static void
complete_value (const char *values,
                const char *typed,
                const char *before)
{
  g_auto(GStrv) words = g_strsplit (values, " ", -1);
  const char *last = typed + strlen (typed);
  g_autofree char *whole = g_strconcat (before, typed, NULL);
  g_autofree char *start = NULL;

  if (strcmp (values, "file") == 0)
    {
      g_print ("file\n");
      return;
    }
  /* PATTERN=RULE, FAULT,…: the last part is one of the words. */
  while (last > typed && last[-1] != '=' && last[-1] != ',')
    last--;
  start = g_strndup (whole, strlen (before) + (last - typed));

  g_print ("words\n");
  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *offered = g_strconcat (start, *word, NULL);

      offer (offered, whole);
    }
}

/* ---- the line ---- */

static void
offer_verbs (const TruceVerb *group,
             const char      *typed)
{
  g_print ("words\n");
  for (const TruceVerb *verb = group->verbs; verb->verb != NULL; verb++)
    offer (verb->verb, typed);
  offer ("--help", typed);
  if (group == &truce_root)
    {
      offer ("--version", typed);
      offer ("help", typed);
    }
}

static void
offer_options (const TruceVerb *verb,
               const char      *typed)
{
  g_auto(GStrv) names = truce_verb_list_options (verb);

  g_print ("words\n");
  for (char **name = names; *name != NULL; name++)
    offer (*name, typed);
}

/* Those behind the verb. */
static void
complete_words (const TruceVerb *verb,
                char           **words)
{
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  const char *values = NULL;    /* of the option before this word, if it takes one */
  gboolean behind_dashes = FALSE;
  char *typed = *words;
  char *equals;

  for (; words[1] != NULL; typed = *++words)
    {
      if (values != NULL)
        values = NULL;
      else if (!behind_dashes && strcmp (typed, "--") == 0)
        behind_dashes = TRUE;
      else if (behind_dashes || *typed != '-' || typed[1] == '\0')
        g_ptr_array_add (arguments, typed);
      else
        values = truce_verb_option_values (verb, typed);
    }

  equals = g_str_has_prefix (typed, "--") && !behind_dashes ? strchr (typed, '=') : NULL;
  if (values != NULL)
    complete_value (values, typed, "");
  else if (equals != NULL)
    {
      g_autofree char *name = g_strndup (typed, equals - typed);
      g_autofree char *before = g_strndup (typed, equals + 1 - typed);

      values = truce_verb_option_values (verb, name);
      complete_value (values != NULL ? values : "", equals + 1, before);
    }
  else if (*typed == '-' && !behind_dashes)
    offer_options (verb, typed);
  else
    complete_argument (verb, arguments, typed);
}

int
truce_complete (char **words)
{
  const TruceVerb *verb = &truce_root;

  if (*words != NULL && strcmp (*words, "help") == 0 && words[1] != NULL)
    words++;
  for (; words[0] != NULL && words[1] != NULL && verb != NULL && verb->verbs != NULL; words++)
    verb = truce_verb_find (verb, *words);
  if (*words == NULL || verb == NULL)
    return EXIT_BAD_INPUT;

  if (verb->verbs != NULL)
    offer_verbs (verb, *words);
  else
    complete_words (verb, words);
  return EXIT_DONE;
}
