/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sqlite-private.h"
#include "truce-crc32c.h"

#include <string.h>

enum { AT_GROUP = 1, AT_KEY, AT_VALUE, AT_CHECKSUM };

/* Lengths first, as of a record: else the end of one could be the start of the next. */
guint32
truce_sqlite_meta_checksum (const char *group,
                            gsize       group_length,
                            const char *key,
                            gsize       key_length,
                            const void *value,
                            gsize       value_length)
{
  guint32 lengths[4] = { GUINT32_TO_LE (group_length), GUINT32_TO_LE (key_length), GUINT32_TO_LE (value_length), 0 };
  guint32 crc = truce_crc32c (0, lengths, sizeof (lengths));

  crc = truce_crc32c (crc, group, group_length);
  crc = truce_crc32c (crc, key, key_length);
  return truce_crc32c (crc, value, value_length);
}

static sqlite3_stmt *
bound (TruceSqliteAdapter  *self,
       TruceSqliteStatement which,
       const char          *group,
       const char          *key,
       GError             **error)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, which, error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, AT_GROUP, group, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, AT_KEY, key, -1, SQLITE_STATIC);
  return statement;
}

static GBytes *
read_value (TruceSqliteAdapter *self,
            sqlite3_stmt       *statement,
            const char         *group,
            const char         *key,
            GError            **error)
{
  const void *value = sqlite3_column_blob (statement, 0);
  gsize length = (gsize) sqlite3_column_bytes (statement, 0);

  if (sqlite3_column_int64 (statement, 1) ==
      truce_sqlite_meta_checksum (group, strlen (group), key, strlen (key), value, length))
    return g_bytes_new (value, length);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT,
               "“%s”: “%s” of “%s” is damaged: wrong checksum", self->path, key, group);
  return NULL;
}

GBytes *
truce_sqlite_get_meta (TruceStoreAdapter *adapter,
                       const char        *group,
                       const char        *key,
                       GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  sqlite3_stmt *statement;
  GBytes *value = NULL;
  int rc;

  if (!truce_sqlite_ready (self, error))
    return NULL;
  statement = bound (self, TRUCE_SQLITE_META_GET, group, key, error);
  if (statement == NULL)
    return NULL;
  rc = sqlite3_step (statement);
  if (rc == SQLITE_ROW)
    value = read_value (self, statement, group, key, error);
  else if (rc != SQLITE_DONE)
    truce_sqlite_fail (self, rc, "read a value", error);
  sqlite3_reset (statement);
  return value;
}

gboolean
truce_sqlite_set_meta (TruceStoreAdapter *adapter,
                       const char        *group,
                       const char        *key,
                       GBytes            *value,
                       GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  TruceSqliteStatement which = value != NULL ? TRUCE_SQLITE_META_SET : TRUCE_SQLITE_META_REMOVE;
  const void *bytes = "";
  gsize length = 0;
  sqlite3_stmt *statement;

  if (!truce_sqlite_writable (self, error))
    return FALSE;
  statement = bound (self, which, group, key, error);
  if (statement == NULL)
    return FALSE;
  if (value != NULL)
    {
      bytes = g_bytes_get_data (value, &length);
      sqlite3_bind_blob64 (statement, AT_VALUE, length > 0 ? bytes : "", length, SQLITE_STATIC);
      sqlite3_bind_int64 (statement, AT_CHECKSUM,
                          truce_sqlite_meta_checksum (group, strlen (group), key, strlen (key), bytes, length));
    }
  return truce_sqlite_run (self, statement, "write a value", error);
}

char *
truce_sqlite_next_meta (TruceStoreAdapter *adapter,
                        const char        *group,
                        const char        *after_key,
                        GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  sqlite3_stmt *statement;
  char *key = NULL;
  int rc;

  if (!truce_sqlite_ready (self, error))
    return NULL;
  statement = bound (self, TRUCE_SQLITE_META_NEXT, group, after_key != NULL ? after_key : "", error);
  if (statement == NULL)
    return NULL;
  rc = sqlite3_step (statement);
  if (rc == SQLITE_ROW)
    key = g_strndup (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0));
  else if (rc != SQLITE_DONE)
    truce_sqlite_fail (self, rc, "read a key", error);
  sqlite3_reset (statement);
  return key;
}
