/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * An index that a schema declares is one on an expression (https://sqlite.org/expridx.html), partial: it has
 * the records of that collection alone, and none that are deleted. A query is served by it if it has the
 * same expression, so both take it from truce_sqlite_field(). The id is behind it: what is equal comes in
 * the order of ids.
 *
 * A name in SQL text is quoted by SQLite's own printf (%Q, %w). What its JSON paths can't express, a name
 * with a quote, a backslash or a control character, has no index. Names are "index/COLLECTION/FIELD". */

#include "truce-sqlite-private.h"
#include "truce-json.h"
#include "truce-store-key.h"

#include <string.h>

#define PREFIX "index/"

static gboolean
append_label (GString    *path,
              const char *name)
{
  const char *at;

  for (at = name; *at != '\0'; at++)
    if ((guchar) *at < 0x20 || *at == 0x7f || *at == '"' || *at == '\\')
      return FALSE;
  g_string_append_printf (path, ".\"%s\"", name);
  return TRUE;
}

/* A number in a pointer may be a member's name or an element's place: SQLite's path has to know which. */
static gboolean
append_token (GString    *path,
              const char *token)
{
  return !g_ascii_isdigit (token[0]) && append_label (path, token);
}

static char *
path_of (const char *field)
{
  g_autoptr(GString) path = g_string_new ("$");
  g_auto(GStrv) tokens = NULL;
  guint i;

  if (field[0] != '/')
    return append_label (path, field) ? g_strdup (path->str) : NULL;
  tokens = truce_json_pointer_split (field, NULL);
  for (i = 0; tokens != NULL && tokens[i] != NULL; i++)
    if (!append_token (path, tokens[i]))
      return NULL;
  return tokens != NULL ? g_strdup (path->str) : NULL;
}

char *
truce_sqlite_field (const char *field)
{
  g_autofree char *path = path_of (field);
  char *sql;
  char *copy;

  if (path == NULL)
    return NULL;
  sql = sqlite3_mprintf ("json_extract (value, %Q)", path);
  copy = g_strdup (sql);
  sqlite3_free (sql);
  return copy;
}

/* ---- what there is, and what there should be ---- */

static GHashTable *
list_indexes (TruceSqliteAdapter *self,
              const char         *collection,
              GError            **error)
{
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *key = truce_store_key (collection, "");
  g_autofree char *prefix = g_strconcat (PREFIX, key, NULL);
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (self->db, "SELECT name FROM sqlite_schema WHERE type = 'index'", -1, &statement,
                               NULL);

  while (rc == SQLITE_OK || rc == SQLITE_ROW)
    {
      rc = sqlite3_step (statement);
      if (rc == SQLITE_ROW && g_str_has_prefix ((const char *) sqlite3_column_text (statement, 0), prefix))
        g_hash_table_add (names, g_strdup ((const char *) sqlite3_column_text (statement, 0)));
    }
  sqlite3_finalize (statement);
  if (rc == SQLITE_DONE)
    return g_steal_pointer (&names);
  truce_sqlite_fail (self, rc, "list indexes", error);
  return NULL;
}

static gboolean
run_sql (TruceSqliteAdapter *self,
         char               *sql,
         const char         *doing,
         GError            **error)
{
  gboolean done = truce_sqlite_exec (self, sql, doing, error);

  sqlite3_free (sql);
  return done;
}

static gboolean
make_index (TruceSqliteAdapter *self,
            const char         *collection,
            const char         *name,
            const char         *expression,
            GError            **error)
{
  char *sql = sqlite3_mprintf ("CREATE INDEX \"%w\" ON record (%s, id) WHERE collection = %Q AND value IS NOT NULL",
                               name, expression, collection);

  return run_sql (self, sql, "make an index", error);
}

/* Makes what is declared and missing (want maps a name to its expression), drops what is no longer declared. */
static gboolean
change_indexes (TruceSqliteAdapter *self,
                const char         *collection,
                GHashTable         *have,
                GHashTable         *want,
                GError            **error)
{
  GHashTableIter iter;
  gpointer name;
  gpointer expression;

  g_hash_table_iter_init (&iter, want);
  while (g_hash_table_iter_next (&iter, &name, &expression))
    if (!g_hash_table_contains (have, name) && !make_index (self, collection, name, expression, error))
      return FALSE;
  g_hash_table_iter_init (&iter, have);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (want, name) &&
        !run_sql (self, sqlite3_mprintf ("DROP INDEX \"%w\"", name), "drop an index", error))
      return FALSE;
  return TRUE;
}

static GHashTable *
list_declared (const char         *collection,
               const char * const *fields)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint i;

  for (i = 0; fields != NULL && fields[i] != NULL; i++)
    {
      g_autofree char *key = truce_store_key (collection, fields[i]);
      char *expression = truce_sqlite_field (fields[i]);

      if (expression != NULL)
        g_hash_table_replace (names, g_strconcat (PREFIX, key, NULL), expression);
    }
  return names;
}

static gboolean
same_names (GHashTable *a,
            GHashTable *b)
{
  GHashTableIter iter;
  gpointer name;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (b, name))
      return FALSE;
  return TRUE;
}

static gboolean
same_fields (const char * const *a,
             const char * const *b)
{
  static const char * const none[] = { NULL };

  return g_strv_equal (a != NULL ? a : none, b != NULL ? b : none);
}

/* ---- the two kinds of index together ---- */

static gboolean
change (TruceSqliteAdapter *self,
        const char         *collection,
        TruceSchema        *schema,
        GHashTable         *want,
        GError            **error)
{
  const char * const *fields = truce_schema_get_search_fields (schema);
  g_autoptr(GHashTable) have = list_indexes (self, collection, error);

  if (have == NULL || !change_indexes (self, collection, have, want, error))
    return FALSE;
  return same_fields (g_hash_table_lookup (self->searched, collection), fields) ||
         truce_sqlite_search_prepare (self, collection, fields, error);
}

/* A look costs microseconds; only what differs costs a transaction. One that may only read has to take what
 * there is. */
gboolean
truce_sqlite_prepare (TruceStoreAdapter *adapter,
                      const char        *collection,
                      TruceSchema       *schema,
                      GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  g_autoptr(GHashTable) want = list_declared (collection, truce_schema_get_indexes (schema));
  g_autoptr(GHashTable) have = NULL;

  if (!truce_sqlite_ready (self, error) || !truce_sqlite_search_load (self, error))
    return FALSE;
  have = list_indexes (self, collection, error);
  if (have == NULL)
    return FALSE;
  if ((self->flags & TRUCE_SQLITE_READ_ONLY) != 0 ||
      (same_names (have, want) && same_fields (g_hash_table_lookup (self->searched, collection),
                                               truce_schema_get_search_fields (schema))))
    return TRUE;
  if (!truce_store_adapter_begin (adapter, TRUE, error))
    return FALSE;
  if (change (self, collection, schema, want, error))
    return truce_store_adapter_commit (adapter, error);
  truce_store_adapter_rollback (adapter);
  return FALSE;
}
