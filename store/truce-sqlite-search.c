/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * An FTS5 table with a copy of the text of each searched record. FTS5 can do without the copy, but then the
 * old text must be given to take a record out, and one wrong word leaves the index damaged. Which fields are
 * searched is kept in meta: so a writer that was never told the collection's schema (the command, another
 * program) keeps the table right as well, and all writers agree. */

#include "truce-sqlite-private.h"
#include "truce-search-text.h"

#include <string.h>

#define PREFIX "search/"                /* keys in meta: this and the collection */

/* Each field with its NUL, one behind the other. */
static GBytes *
pack_fields (const char * const *fields)
{
  GByteArray *bytes = g_byte_array_new ();
  guint i;

  for (i = 0; fields != NULL && fields[i] != NULL; i++)
    g_byte_array_append (bytes, (const guint8 *) fields[i], (guint) strlen (fields[i]) + 1);
  return g_byte_array_free_to_bytes (bytes);
}

static GStrv
unpack_fields (GBytes *packed)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  gsize length = 0;
  const char *at = g_bytes_get_data (packed, &length);
  const char *end = at + length;

  while (at < end && memchr (at, '\0', (gsize) (end - at)) != NULL)
    {
      g_strv_builder_add (builder, at);
      at += strlen (at) + 1;
    }
  return g_strv_builder_end (builder);
}

gboolean
truce_sqlite_search_load (TruceSqliteAdapter *self,
                          GError            **error)
{
  TruceStoreAdapter *adapter = TRUCE_STORE_ADAPTER (self);
  g_autoptr(GHashTable) searched =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  g_autofree char *key = g_strdup (PREFIX);
  GError *failure = NULL;

  for (;;)
    {
      char *next = truce_sqlite_next_meta (adapter, TRUCE_SQLITE_GROUP, key, &failure);
      g_autoptr(GBytes) packed = NULL;

      g_free (key);
      key = next;
      if (key == NULL || !g_str_has_prefix (key, PREFIX))
        break;
      packed = truce_sqlite_get_meta (adapter, TRUCE_SQLITE_GROUP, key, &failure);
      if (packed == NULL)
        break;
      g_hash_table_replace (searched, g_strdup (key + strlen (PREFIX)), unpack_fields (packed));
    }
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  g_clear_pointer (&self->searched, g_hash_table_unref);
  self->searched = g_steal_pointer (&searched);
  return TRUE;
}

/* ---- the table ---- */

/* NULL: there is nothing to be found in it. A value that does not parse is for who checks values. */
static char *
text_of (const TruceStoredRecord *record,
         const char * const      *fields)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (record == NULL || record->value == NULL)
    return NULL;
  doc = truce_json_doc_parse_text (record->value, (gssize) record->value_length, NULL);
  return doc != NULL ? truce_search_text (doc, fields) : NULL;
}

static gboolean
take_out (TruceSqliteAdapter *self,
          gint64              key,
          GError            **error)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, TRUCE_SQLITE_SEARCH_REMOVE, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, key);
  return truce_sqlite_run (self, statement, "remove a record's words", error);
}

static gboolean
put_in (TruceSqliteAdapter *self,
        gint64              key,
        const char         *text,
        GError            **error)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, TRUCE_SQLITE_SEARCH_ADD, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, key);
  sqlite3_bind_text (statement, 2, text, -1, SQLITE_STATIC);
  return truce_sqlite_run (self, statement, "write a record's words", error);
}

gboolean
truce_sqlite_search_update (TruceSqliteAdapter      *self,
                            gint64                   key,
                            const TruceStoredRecord *before,
                            const TruceStoredRecord *after,
                            GError                 **error)
{
  const char * const *fields;
  g_autofree char *old = NULL;
  g_autofree char *new = NULL;

  if (G_LIKELY (g_hash_table_size (self->searched) == 0))
    return TRUE;
  fields = g_hash_table_lookup (self->searched, before != NULL ? before->collection : after->collection);
  if (fields == NULL)
    return TRUE;
  old = text_of (before, fields);
  new = text_of (after, fields);
  if (g_strcmp0 (old, new) == 0)
    return TRUE;
  return (old == NULL || take_out (self, key, error)) && (new == NULL || put_in (self, key, new, error));
}

/* ---- other fields ---- */

static gboolean
fill (TruceSqliteAdapter *self,
      const char         *collection,
      const char * const *old,
      const char * const *new,
      GError            **error)
{
  g_autofree char *after = NULL;
  GError *failure = NULL;

  for (;;)
    {
      g_autoptr(TruceStoredRecord) record =
        truce_sqlite_next (TRUCE_STORE_ADAPTER (self), collection, after, &failure);
      g_autofree char *text = NULL;

      if (record == NULL)
        break;
      if (old != NULL && !take_out (self, record->key, error))
        return FALSE;
      text = text_of (record, new);
      if (text != NULL && !put_in (self, record->key, text, error))
        return FALSE;
      g_free (after);
      after = g_strdup (record->id);
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

/* Within a transaction that writes. Reads all records of the collection if the fields are others than
 * before. */
gboolean
truce_sqlite_search_prepare (TruceSqliteAdapter *self,
                             const char         *collection,
                             const char * const *fields,
                             GError            **error)
{
  g_autofree char *key = g_strconcat (PREFIX, collection, NULL);
  g_autoptr(GBytes) packed = pack_fields (fields);
  const char * const *old = g_hash_table_lookup (self->searched, collection);

  if (!fill (self, collection, old, fields, error) ||
      !truce_sqlite_set_meta (TRUCE_STORE_ADAPTER (self), TRUCE_SQLITE_GROUP, key,
                              g_bytes_get_size (packed) > 0 ? packed : NULL, error))
    return FALSE;
  return truce_sqlite_search_load (self, error);
}
