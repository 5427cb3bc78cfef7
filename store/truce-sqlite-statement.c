/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Each statement is prepared once, at its first use, and then only bound and stepped. Parameters are bound
 * without a copy (SQLITE_STATIC): what they point at lives until the statement is reset, which is before
 * each function returns. */

#include "truce-sqlite-private.h"

/* An entry is live while its record still has its version: hence the joins on both. CROSS JOIN keeps the
 * order of the tables: the list first, then its record by key. */
#define LIST_NEXT(list) \
        "SELECT " TRUCE_SQLITE_COLUMNS " FROM " list " AS l CROSS JOIN record AS r " \
        "ON r.key = l.record AND r.version = l.version WHERE l.version > ?1 ORDER BY l.version"
#define LIST_STALE(list) \
        "SELECT l.version, r.version FROM " list " AS l LEFT JOIN record AS r ON r.key = l.record " \
        "WHERE l.version > ?1 ORDER BY l.version LIMIT ?2"

static const char * const texts[TRUCE_SQLITE_N_STATEMENTS] = {
  [TRUCE_SQLITE_BEGIN_READ] = "BEGIN",
  [TRUCE_SQLITE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
  [TRUCE_SQLITE_COMMIT] = "COMMIT",
  [TRUCE_SQLITE_ROLLBACK] = "ROLLBACK",
  [TRUCE_SQLITE_GENERATION] = "PRAGMA data_version",
  [TRUCE_SQLITE_GET] =
    "SELECT " TRUCE_SQLITE_COLUMNS " FROM record AS r WHERE r.collection = ?1 AND r.id = ?2",
  [TRUCE_SQLITE_GET_SEVERAL] =
    "SELECT " TRUCE_SQLITE_COLUMNS " FROM json_each (?2) AS wanted "
    "CROSS JOIN record AS r ON r.collection = ?1 AND r.id = wanted.value",
  [TRUCE_SQLITE_INSERT] =
    "INSERT INTO record (key, version, collection, id, delivery, value, state, base, checksum) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (collection, id) DO NOTHING",
  [TRUCE_SQLITE_UPDATE] =
    "UPDATE record SET version = ?2, delivery = ?5, value = ?6, state = ?7, base = ?8, checksum = ?9 "
    "WHERE key = ?1 AND version = ?10",
  [TRUCE_SQLITE_SETTLE] =
    "UPDATE record SET delivery = ?5, base = ?8, checksum = ?9 WHERE key = ?1 AND version = ?2 "
    "AND delivery = ?10",
  [TRUCE_SQLITE_DELETE] = "DELETE FROM record WHERE key = ?1 AND version = ?2",
  [TRUCE_SQLITE_NEXT] =
    "SELECT " TRUCE_SQLITE_COLUMNS " FROM record AS r WHERE r.collection = ?1 AND r.id > ?2 ORDER BY r.id",
  [TRUCE_SQLITE_FIND] = "SELECT key FROM record WHERE collection = ?1 AND id = ?2",
  [TRUCE_SQLITE_OUTBOX_ADD] = "INSERT INTO outbox (version, record) VALUES (?1, ?2)",
  [TRUCE_SQLITE_OUTBOX_REMOVE] = "DELETE FROM outbox WHERE version = ?1",
  [TRUCE_SQLITE_OUTBOX_NEXT] = LIST_NEXT ("outbox"),
  [TRUCE_SQLITE_OUTBOX_STALE] = LIST_STALE ("outbox"),
  [TRUCE_SQLITE_FEED_ADD] = "INSERT INTO feed (version, record) VALUES (?1, ?2)",
  [TRUCE_SQLITE_FEED_REMOVE] = "DELETE FROM feed WHERE version = ?1",
  [TRUCE_SQLITE_FEED_NEXT] = LIST_NEXT ("feed"),
  [TRUCE_SQLITE_FEED_STALE] = LIST_STALE ("feed"),
  [TRUCE_SQLITE_META_GET] = "SELECT value, checksum FROM meta WHERE grp = ?1 AND key = ?2",
  [TRUCE_SQLITE_META_SET] =
    "INSERT INTO meta (grp, key, value, checksum) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (grp, key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum",
  [TRUCE_SQLITE_META_REMOVE] = "DELETE FROM meta WHERE grp = ?1 AND key = ?2",
  [TRUCE_SQLITE_META_NEXT] = "SELECT key FROM meta WHERE grp = ?1 AND key > ?2 ORDER BY key LIMIT 1",
  [TRUCE_SQLITE_SEARCH_ADD] = "INSERT INTO search (rowid, text) VALUES (?1, ?2)",
  [TRUCE_SQLITE_SEARCH_REMOVE] = "DELETE FROM search WHERE rowid = ?1",
};

/* NULL with an error. */
sqlite3_stmt *
truce_sqlite_statement (TruceSqliteAdapter  *self,
                        TruceSqliteStatement which,
                        GError             **error)
{
  int rc;

  if (G_LIKELY (self->statements[which] != NULL))
    return self->statements[which];
  rc = sqlite3_prepare_v3 (self->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, &self->statements[which], NULL);
  if (rc != SQLITE_OK)
    truce_sqlite_fail (self, rc, "prepare a statement", error);
  return self->statements[which];
}

gboolean
truce_sqlite_run (TruceSqliteAdapter *self,
                  sqlite3_stmt       *statement,
                  const char         *doing,
                  GError            **error)
{
  int rc = sqlite3_step (statement);
  gboolean done = rc == SQLITE_DONE || rc == SQLITE_ROW || truce_sqlite_fail (self, rc, doing, error);

  sqlite3_reset (statement);
  return done;
}

/* One that was never prepared is fine. */
void
truce_sqlite_reset (TruceSqliteAdapter  *self,
                    TruceSqliteStatement which)
{
  if (self->statements[which] != NULL)
    sqlite3_reset (self->statements[which]);
}

void
truce_sqlite_finalize_all (TruceSqliteAdapter *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->statements); i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
}
