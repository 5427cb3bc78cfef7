/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a word is, and which letters are the same, is FTS5's to say (unicode61: letters and digits, without
 * case and accents; sqlite.org/fts5.html, 4.3.1). A search is answered by FTS5, but a record that changes is
 * looked at here. A second tokenizer would differ somewhere: Unicode has grown since FTS5's tables were made.
 * So FTS5's own is asked, over an empty database in memory, which costs some 50 us a search. */

#include "truce-search.h"

#include "truce-error.h"
#include "truce-search-text.h"

#include <sqlite3.h>
#include <string.h>

struct _TruceSearch
{
  char **fields;
  GPtrArray *words;             /* of char *, owned: folded as FTS5 does */
  sqlite3 *db;                  /* it holds the tokenizer's code */
  fts5_tokenizer module;
  Fts5Tokenizer *tokenizer;
};

typedef int (*TokenFunc) (gpointer    data,
                          int         flags,
                          const char *token,
                          int         length,
                          int         start,
                          int         end);

/* ---- FTS5's tokenizer ---- */

static fts5_api *
find_fts5 (sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  fts5_api *api = NULL;

  if (sqlite3_prepare_v2 (db, "SELECT fts5 (?1)", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL) == SQLITE_OK)
    sqlite3_step (statement);
  sqlite3_finalize (statement);
  return api;
}

static gboolean
load_tokenizer (TruceSearch *self)
{
  fts5_api *api = NULL;
  void *context = NULL;

  if (sqlite3_open_v2 (":memory:", &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    api = find_fts5 (self->db);

  return api != NULL && api->xFindTokenizer (api, "unicode61", &context, &self->module) == SQLITE_OK &&
         self->module.xCreate (context, NULL, 0, &self->tokenizer) == SQLITE_OK;
}

/* func ends it by another answer than SQLITE_OK. */
static void
tokenize (const TruceSearch *self,
          const char        *text,
          gpointer           data,
          TokenFunc          func)
{
  self->module.xTokenize (self->tokenizer, data, FTS5_TOKENIZE_DOCUMENT, text, (int) strlen (text), func);
}

/* ---- the words ---- */

static int
add_word (gpointer    data,
          int         flags,
          const char *token,
          int         length,
          int         start,
          int         end)
{
  g_ptr_array_add (data, g_strndup (token, length));
  return SQLITE_OK;
}

TruceSearch *
truce_search_new (const char        *words,
                  const char *const *fields,
                  GError           **error)
{
  g_autoptr(TruceSearch) self = NULL;

  if (fields == NULL || fields[0] == NULL)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED,
                           "the collection's schema names no fields to search");
      return NULL;
    }

  self = g_new0 (TruceSearch, 1);
  self->fields = g_strdupv ((char **) fields);
  self->words = g_ptr_array_new_with_free_func (g_free);
  if (!load_tokenizer (self))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "this SQLite has no full text search (FTS5)");
      return NULL;
    }

  tokenize (self, words, self->words, add_word);
  return g_steal_pointer (&self);
}

void
truce_search_free (TruceSearch *self)
{
  if (self == NULL)
    return;

  if (self->tokenizer != NULL)
    self->module.xDelete (self->tokenizer);
  sqlite3_close (self->db);
  g_ptr_array_unref (self->words);
  g_strfreev (self->fields);
  g_free (self);
}

gboolean
truce_search_is_empty (const TruceSearch *self)
{
  return self->words->len == 0;
}

const char *const *
truce_search_fields (const TruceSearch *self)
{
  return (const char *const *) self->fields;
}

/* ---- a record ---- */

typedef struct
{
  const TruceSearch *search;
  gboolean *found;              /* a word each */
  guint n_missing;
} Match;

static int
meet_word (gpointer    data,
           int         flags,
           const char *token,
           int         length,
           int         start,
           int         end)
{
  Match *match = data;

  for (guint i = 0; i < match->search->words->len; i++)
    {
      const char *word = g_ptr_array_index (match->search->words, i);
      gsize word_length = strlen (word);

      if (!match->found[i] && word_length <= (gsize) length && memcmp (token, word, word_length) == 0)
        {
          match->found[i] = TRUE;
          match->n_missing--;
        }
    }
  return match->n_missing == 0 ? SQLITE_DONE : SQLITE_OK;
}

gboolean
truce_search_test (const TruceSearch  *self,
                   const TruceJsonDoc *doc)
{
  g_autofree char *text = truce_search_text (doc, (const char *const *) self->fields);
  g_autofree gboolean *found = g_new0 (gboolean, self->words->len + 1);
  Match match = { self, found, self->words->len };

  if (text != NULL && match.n_missing > 0)
    tokenize (self, text, &match, meet_word);
  return match.n_missing == 0;
}

/* A word is letters and digits: there is no quote in it. */
char *
truce_search_to_match (const TruceSearch *self)
{
  GString *match = g_string_new (NULL);

  for (guint i = 0; i < self->words->len; i++)
    g_string_append_printf (match, "%s\"%s\"*", i > 0 ? " AND " : "",
                            (const char *) g_ptr_array_index (self->words, i));
  return g_string_free (match, FALSE);
}
