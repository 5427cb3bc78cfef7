/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The tables, as docs/file-format.md explains them, and the way from each older version to the next. All of
 * it is one transaction: a crash leaves the old layout or the new one.
 *
 * A new file is made with SQLite's rollback journal and turned to a write-ahead log only then, so that the
 * header of the main file says whose it is from the first commit on: a reader need not look into a log to
 * know. */

#include "truce-sqlite-private.h"

static const char first[] =
  "CREATE TABLE record (key INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
  " delivery INTEGER NOT NULL, value TEXT, state BLOB NOT NULL, base BLOB, checksum INTEGER NOT NULL) STRICT;"
  "CREATE UNIQUE INDEX record_id ON record (collection, id);"
  "CREATE TABLE outbox (version INTEGER PRIMARY KEY, record INTEGER NOT NULL) STRICT;"
  "CREATE TABLE feed (version INTEGER PRIMARY KEY, record INTEGER NOT NULL) STRICT;"
  "CREATE TABLE meta (grp TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, checksum INTEGER NOT NULL,"
  " PRIMARY KEY (grp, key)) STRICT, WITHOUT ROWID;"
  "CREATE VIRTUAL TABLE search USING fts5 (text, prefix = '1 2');";

/* The SQL that leads from version i to version i + 1. */
static const char * const steps[] = { first };

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == TRUCE_SQLITE_VERSION);

static gboolean
ask (TruceSqliteAdapter *self,
     const char         *pragma,
     gint64             *answer,
     GError            **error)
{
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (self->db, pragma, -1, &statement, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);
  if (rc == SQLITE_ROW)
    *answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return rc == SQLITE_ROW || truce_sqlite_fail (self, rc, "open", error);
}

/* Version 0: an empty file. Otherwise it must be ours, and not newer than us. current: nothing is to be
 * done. */
static gboolean
look (TruceSqliteAdapter *self,
      gint64             *version,
      GError            **error)
{
  gint64 application = 0;
  gint64 tables = 0;

  if (!ask (self, "PRAGMA application_id", &application, error) ||
      !ask (self, "PRAGMA user_version", version, error) ||
      !ask (self, "SELECT count (*) FROM sqlite_schema", &tables, error))
    return FALSE;
  if (application == 0 && *version == 0 && tables == 0)
    return TRUE;
  if (application != TRUCE_SQLITE_APPLICATION || *version < 1)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                 "“%s” is a database of another program (application_id 0x%08x), not a store",
                 self->path, (guint) application);
  else if (*version > TRUCE_SQLITE_VERSION)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_NEW,
                 "“%s” has layout %u; this version of Truce reads up to %u",
                 self->path, (guint) *version, (guint) TRUCE_SQLITE_VERSION);
  else
    return TRUE;
  return FALSE;
}

gboolean
truce_sqlite_layout_check (TruceSqliteAdapter *self,
                           gboolean           *current,
                           GError            **error)
{
  gint64 version = 0;

  if (!look (self, &version, error))
    return FALSE;
  *current = version == TRUCE_SQLITE_VERSION;
  return TRUE;
}

static gboolean
climb (TruceSqliteAdapter *self,
       GError            **error)
{
  g_autofree char *stamp = NULL;
  gint64 version = 0;

  /* Asked again: somebody else may have been here before us. */
  if (!look (self, &version, error))
    return FALSE;
  for (; version < TRUCE_SQLITE_VERSION; version++)
    if (!truce_sqlite_exec (self, steps[version], "make the tables", error))
      return FALSE;
  stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                           TRUCE_SQLITE_APPLICATION, TRUCE_SQLITE_VERSION);
  return truce_sqlite_exec (self, stamp, "make the tables", error);
}

/* Under the lock. */
gboolean
truce_sqlite_layout_make (TruceSqliteAdapter *self,
                          GError            **error)
{
  if (!truce_sqlite_exec (self, "BEGIN IMMEDIATE", "begin", error))
    return FALSE;
  if (climb (self, error) && truce_sqlite_exec (self, "COMMIT", "make the tables", error))
    return TRUE;
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}
