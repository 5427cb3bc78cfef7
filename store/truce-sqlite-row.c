/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * SQLite's pages have no checksums: of bits flipped at random in a file of records, two thirds gave another
 * record and no error. So a row carries one of all that it says, where it ends and which row it is included;
 * it costs some 40 ns a record. docs/file-format.md has the bytes. */

#include "truce-sqlite-private.h"
#include "truce-crc32c.h"

#include <string.h>

enum { KEY, COLLECTION, ID, VERSION, DELIVERY, VALUE, STATE, BASE, CHECKSUM };

/* Parameters, from 1 on. */
enum { AT_KEY = 1, AT_VERSION, AT_COLLECTION, AT_ID, AT_DELIVERY, AT_VALUE, AT_STATE, AT_BASE, AT_CHECKSUM };

#define HAS_VALUE 1
#define HAS_BASE 2

/* Little-endian, each a multiple of eight bytes from the start. */
typedef struct
{
  guint64 key;
  guint64 version;
  guint32 delivery;
  guint32 flags;
  guint32 lengths[6];           /* collection, id, value, state, base, 0 */
} Head;

G_STATIC_ASSERT (sizeof (Head) == 48);

guint32
truce_sqlite_row_checksum (const TruceStoredParts *parts)
{
  guint32 flags = (parts->value != NULL ? HAS_VALUE : 0) | (parts->base != NULL ? HAS_BASE : 0);
  Head head = {
    GUINT64_TO_LE ((guint64) parts->key),
    GUINT64_TO_LE ((guint64) parts->version),
    GUINT32_TO_LE (parts->delivery),
    GUINT32_TO_LE (flags),
    { GUINT32_TO_LE (parts->collection_length), GUINT32_TO_LE (parts->id_length), GUINT32_TO_LE (parts->value_length),
      GUINT32_TO_LE (parts->state_length), GUINT32_TO_LE (parts->base_length), 0 }
  };
  guint32 crc = truce_crc32c (0, &head, sizeof (head));

  crc = truce_crc32c (crc, parts->collection, parts->collection_length);
  crc = truce_crc32c (crc, parts->id, parts->id_length);
  crc = truce_crc32c (crc, parts->value, parts->value_length);
  crc = truce_crc32c (crc, parts->state, parts->state_length);
  return truce_crc32c (crc, parts->base, parts->base_length);
}

/* A blob, not a text: SQLite then need not end it with NUL, which may cost a copy. An empty one is not NULL. */
static const void *
read_bytes (sqlite3_stmt *statement,
            int           column,
            gsize        *length)
{
  const void *bytes = sqlite3_column_blob (statement, column);

  *length = (gsize) sqlite3_column_bytes (statement, column);
  return bytes != NULL ? bytes : "";
}

static const void *
read_optional (sqlite3_stmt *statement,
               int           column,
               gsize        *length)
{
  *length = 0;
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;
  return read_bytes (statement, column, length);
}

gboolean
truce_sqlite_row_read (sqlite3_stmt     *statement,
                       TruceStoredParts *parts)
{
  parts->key = sqlite3_column_int64 (statement, KEY);
  parts->collection = read_bytes (statement, COLLECTION, &parts->collection_length);
  parts->id = read_bytes (statement, ID, &parts->id_length);
  parts->version = sqlite3_column_int64 (statement, VERSION);
  parts->delivery = (TruceDelivery) sqlite3_column_int (statement, DELIVERY);
  parts->value = read_optional (statement, VALUE, &parts->value_length);
  parts->state = read_bytes (statement, STATE, &parts->state_length);
  parts->base = read_optional (statement, BASE, &parts->base_length);
  return sqlite3_column_int64 (statement, CHECKSUM) == truce_sqlite_row_checksum (parts);
}

TruceStoredRecord *
truce_sqlite_row_get (TruceSqliteAdapter *self,
                      sqlite3_stmt       *statement,
                      GError            **error)
{
  TruceStoredParts parts;

  if (truce_sqlite_row_read (statement, &parts))
    return truce_stored_record_make (&parts);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT,
               "“%s”: record “%.*s” of “%.*s” is damaged: wrong checksum",
               self->path, (int) parts.id_length, parts.id, (int) parts.collection_length, parts.collection);
  return NULL;
}

static void
bind_blob (sqlite3_stmt *statement,
           int           at,
           const void   *bytes,
           gsize         length)
{
  if (bytes != NULL)
    sqlite3_bind_blob64 (statement, at, bytes, length, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, at);
}

void
truce_sqlite_row_bind (sqlite3_stmt            *statement,
                       const TruceStoredRecord *record,
                       gint64                   key)
{
  TruceStoredParts parts = {
    .collection = record->collection, .collection_length = strlen (record->collection),
    .id = record->id, .id_length = strlen (record->id),
    .version = record->version, .key = key, .delivery = record->delivery,
    .value = record->value, .value_length = record->value_length,
    .state = record->state_length > 0 ? (const void *) record->state : "", .state_length = record->state_length,
    .base = record->base, .base_length = record->base_length,
  };

  sqlite3_bind_int64 (statement, AT_KEY, key);
  sqlite3_bind_int64 (statement, AT_VERSION, parts.version);
  sqlite3_bind_text64 (statement, AT_COLLECTION, parts.collection, parts.collection_length, SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_text64 (statement, AT_ID, parts.id, parts.id_length, SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_int (statement, AT_DELIVERY, (int) parts.delivery);
  if (parts.value != NULL)
    sqlite3_bind_text64 (statement, AT_VALUE, parts.value, parts.value_length, SQLITE_STATIC, SQLITE_UTF8);
  else
    sqlite3_bind_null (statement, AT_VALUE);
  bind_blob (statement, AT_STATE, parts.state, parts.state_length);
  bind_blob (statement, AT_BASE, parts.base, parts.base_length);
  sqlite3_bind_int64 (statement, AT_CHECKSUM, truce_sqlite_row_checksum (&parts));
}
