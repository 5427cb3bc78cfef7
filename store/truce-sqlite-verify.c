/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What can be known without knowing what records mean: SQLite's own check of its pages and indexes, the
 * checksum of each row, that every record has its one entry in the list where it belongs, at its version,
 * that no version was given twice, and that the words that are searched are those of the records. One
 * problem, one line. All of it sees one snapshot. */

#include "truce-sqlite-private.h"
#include "truce-search-text.h"

#define PROBLEMS_MAX 1000               /* a file that is all wrong need not fill the memory */

typedef struct
{
  TruceSqliteAdapter *self;
  GCancellable *cancellable;
  GPtrArray *problems;          /* of char *, owned */
} Check;

/* Given the row on which the statement stands. */
typedef void (*RowFunc) (Check        *check,
                         sqlite3_stmt *statement);

static void found (Check *check, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
found (Check      *check,
       const char *format,
       ...)
{
  va_list args;

  va_start (args, format);
  if (check->problems->len < PROBLEMS_MAX)
    g_ptr_array_add (check->problems, g_strdup_vprintf (format, args));
  va_end (args);
}

/* What keeps SQLite from going on is a problem as well; only what may pass (no memory, no descriptor) is an
 * error. */
static gboolean
each_row (Check      *check,
          const char *sql,
          RowFunc     func,
          GError    **error)
{
  sqlite3_stmt *statement = NULL;
  GError *failure = NULL;
  int rc = sqlite3_prepare_v2 (check->self->db, sql, -1, &statement, NULL);

  while (rc == SQLITE_OK || rc == SQLITE_ROW)
    {
      if (g_cancellable_set_error_if_cancelled (check->cancellable, &failure))
        break;
      rc = sqlite3_step (statement);
      if (rc == SQLITE_ROW)
        func (check, statement);
    }
  if (failure == NULL && rc != SQLITE_DONE)
    truce_sqlite_fail (check->self, rc, "verify", &failure);
  sqlite3_finalize (statement);
  if (g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_CORRUPT))
    {
      found (check, "%s", failure->message);
      g_clear_error (&failure);
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

static void
check_page (Check        *check,
            sqlite3_stmt *statement)
{
  const char *text = (const char *) sqlite3_column_text (statement, 0);

  if (g_strcmp0 (text, "ok") != 0)
    found (check, "SQLite: %s", text);
}

static const char rows[] = "SELECT " TRUCE_SQLITE_COLUMNS " FROM record AS r NOT INDEXED ORDER BY r.key";

static void
check_record (Check        *check,
              sqlite3_stmt *statement)
{
  TruceStoredParts parts;

  if (!truce_sqlite_row_read (statement, &parts))
    found (check, "Record “%.*s” of “%.*s” (key %" G_GINT64_FORMAT "): wrong checksum", (int) parts.id_length, parts.id,
           (int) parts.collection_length, parts.collection, parts.key);
  else if (parts.delivery > TRUCE_DELIVERY_CONFLICTED || parts.version < parts.key || parts.key < 1)
    found (check, "Record “%.*s” of “%.*s”: key %" G_GINT64_FORMAT ", version %" G_GINT64_FORMAT ", delivery %d",
           (int) parts.id_length, parts.id, (int) parts.collection_length, parts.collection, parts.key, parts.version,
           (int) parts.delivery);
}

/* The record's own list has its version, the other one does not. */
static const char places[] =
  "SELECT r.collection, r.id, r.version, r.delivery, "
  "(SELECT count (*) FROM outbox AS o WHERE o.version = r.version AND o.record = r.key), "
  "(SELECT count (*) FROM feed AS f WHERE f.version = r.version AND f.record = r.key) "
  "FROM record AS r NOT INDEXED";

static void
check_place (Check        *check,
             sqlite3_stmt *statement)
{
  gboolean synced = sqlite3_column_int (statement, 3) == TRUCE_DELIVERY_SYNCED;
  int in_outbox = sqlite3_column_int (statement, 4);
  int in_feed = sqlite3_column_int (statement, 5);

  if (in_outbox != !synced || in_feed != synced)
    found (check, "Record “%s” of “%s”, version %" G_GINT64_FORMAT ": %s", sqlite3_column_text (statement, 1),
           sqlite3_column_text (statement, 0), (gint64) sqlite3_column_int64 (statement, 2),
           in_outbox && in_feed ? "both in the outbox and in the feed" :
           synced ? "not in the feed, where it belongs" : "not in the outbox, where it belongs");
}

static const char doubles[] =
  "SELECT o.version FROM outbox AS o JOIN feed AS f ON f.version = o.version "
  "JOIN record AS a ON a.key = o.record AND a.version = o.version "
  "JOIN record AS b ON b.key = f.record AND b.version = f.version";

static void
check_double (Check        *check,
              sqlite3_stmt *statement)
{
  found (check, "Version %" G_GINT64_FORMAT " was given twice", (gint64) sqlite3_column_int64 (statement, 0));
}

static const char values[] = "SELECT grp, key, value, checksum FROM meta";

static void
check_value (Check        *check,
             sqlite3_stmt *statement)
{
  const char *group = (const char *) sqlite3_column_text (statement, 0);
  const char *key = (const char *) sqlite3_column_text (statement, 1);
  const void *value = sqlite3_column_blob (statement, 2);
  guint32 checksum = truce_sqlite_meta_checksum (group, (gsize) sqlite3_column_bytes (statement, 0),
                                                 key, (gsize) sqlite3_column_bytes (statement, 1),
                                                 value, (gsize) sqlite3_column_bytes (statement, 2));

  if (sqlite3_column_int64 (statement, 3) != checksum)
    found (check, "Value “%s” of “%s”: wrong checksum", key, group);
}

static const char words[] =
  "SELECT r.collection, r.id, r.value, s.text FROM record AS r NOT INDEXED "
  "LEFT JOIN search AS s ON s.rowid = r.key";

static void
check_words (Check        *check,
             sqlite3_stmt *statement)
{
  const char *collection = (const char *) sqlite3_column_text (statement, 0);
  const char * const *fields = g_hash_table_lookup (check->self->searched, collection != NULL ? collection : "");
  const char *value = (const char *) sqlite3_column_text (statement, 2);
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autofree char *text = NULL;

  if (value != NULL && fields != NULL)
    doc = truce_json_doc_parse_text (value, sqlite3_column_bytes (statement, 2), NULL);
  if (doc != NULL)
    text = truce_search_text (doc, fields);
  if (g_strcmp0 (text, (const char *) sqlite3_column_text (statement, 3)) != 0)
    found (check, "Record “%s” of “%s”: the words that are searched are not its own", sqlite3_column_text (statement, 1),
           collection);
}

static const char strays[] =
  "SELECT s.rowid FROM search AS s LEFT JOIN record AS r ON r.key = s.rowid WHERE r.key IS NULL";

static void
check_stray (Check        *check,
             sqlite3_stmt *statement)
{
  found (check, "Words of a record that is not there, key %" G_GINT64_FORMAT,
         (gint64) sqlite3_column_int64 (statement, 0));
}

static gboolean
check_all (Check   *check,
           GError **error)
{
  return each_row (check, "PRAGMA integrity_check (1000)", check_page, error) &&
         each_row (check, rows, check_record, error) &&
         each_row (check, places, check_place, error) &&
         each_row (check, doubles, check_double, error) &&
         each_row (check, values, check_value, error) &&
         each_row (check, words, check_words, error) &&
         each_row (check, strays, check_stray, error);
}

char **
truce_sqlite_verify (TruceStoreAdapter *adapter,
                     GCancellable      *cancellable,
                     GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  Check check = { self, cancellable, problems };
  gboolean own = self->transaction == TRUCE_SQLITE_IDLE;
  gboolean done;

  if (!truce_sqlite_ready (self, error) || (own && !truce_store_adapter_begin (adapter, FALSE, error)))
    return NULL;
  done = truce_sqlite_search_load (self, error) && check_all (&check, error);
  if (own)
    truce_store_adapter_rollback (adapter);
  if (!done)
    return NULL;
  g_ptr_array_add (problems, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&problems), FALSE);
}
