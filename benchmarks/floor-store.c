/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "floor-store.h"

#include <sqlite3.h>
#include <string.h>

/* Bytes of what stands beside a value: about what our stamps take. */
#define STATE 20

struct _FloorStore
{
  sqlite3 *db;
  sqlite3_stmt *begin;
  sqlite3_stmt *commit;
  sqlite3_stmt *insert;
  sqlite3_stmt *insert_outbox;
  sqlite3_stmt *update;
  sqlite3_stmt *update_again;
  sqlite3_stmt *update_outbox;
  sqlite3_stmt *upsert;
  sqlite3_stmt *upsert_feed;
  sqlite3_stmt *acknowledge;
  sqlite3_stmt *cursor;
  sqlite3_stmt *get;
  sqlite3_stmt *scan;
  sqlite3_stmt *copy;
  GString *value;               /* owned: what was got last */
  gint64 latest;                /* version */
};

static const char schema[] =
  "CREATE TABLE IF NOT EXISTS record (collection TEXT, id TEXT, value TEXT, state BLOB, version INTEGER,"
  "  PRIMARY KEY (collection, id)) WITHOUT ROWID;"
  "CREATE TABLE IF NOT EXISTS outbox (version INTEGER PRIMARY KEY, collection TEXT, id TEXT, base BLOB,"
  "  edits INTEGER);"
  "CREATE TABLE IF NOT EXISTS feed (version INTEGER PRIMARY KEY, collection TEXT, id TEXT);"
  "CREATE TABLE IF NOT EXISTS cursor (key INTEGER PRIMARY KEY, value INTEGER);";

static void
check (FloorStore *self,
       int         code)
{
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    g_error ("floor: %s", sqlite3_errmsg (self->db));
}

static sqlite3_stmt *
prepare (FloorStore *self,
         const char *sql)
{
  sqlite3_stmt *statement;

  check (self, sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}

static void
run (FloorStore   *self,
     sqlite3_stmt *statement)
{
  check (self, sqlite3_step (statement));
  sqlite3_reset (statement);
}

FloorStore *
floor_store_open (const char *path,
                  gboolean    full)
{
  FloorStore *self = g_new0 (FloorStore, 1);

  self->value = g_string_new (NULL);
  check (self, sqlite3_open (path, &self->db));
  check (self, sqlite3_exec (self->db, full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", NULL, NULL, NULL));
  check (self, sqlite3_exec (self->db, "PRAGMA journal_mode=WAL; PRAGMA cache_size=-16000", NULL, NULL, NULL));
  check (self, sqlite3_exec (self->db, schema, NULL, NULL, NULL));

  self->begin = prepare (self, "BEGIN IMMEDIATE");
  self->commit = prepare (self, "COMMIT");
  self->insert = prepare (self, "INSERT INTO record (collection, id, value, state, version) VALUES ('task', ?1, ?2, ?3, ?4)");
  self->insert_outbox = prepare (self, "INSERT INTO outbox (version, collection, id, base) VALUES (?1, 'task', ?2, ?3)");
  self->update = prepare (self, "UPDATE record SET value = ?2, state = ?3, version = ?4 WHERE collection = 'task' AND id = ?1");
  self->update_again = prepare (self, "UPDATE record SET value = ?2, state = ?3 WHERE collection = 'task' AND id = ?1"
                                " RETURNING version");
  self->update_outbox = prepare (self, "UPDATE outbox SET edits = edits + 1 WHERE version = ?1");
  self->upsert = prepare (self, "INSERT INTO record (collection, id, value, state, version) VALUES ('task', ?1, ?2, ?3, ?4)"
                          " ON CONFLICT DO UPDATE SET value = excluded.value, state = excluded.state,"
                          " version = excluded.version");
  self->upsert_feed = prepare (self, "INSERT INTO feed (version, collection, id) VALUES (?1, 'task', ?2)");
  self->acknowledge = prepare (self, "DELETE FROM outbox WHERE version <= ?1");
  self->cursor = prepare (self, "INSERT OR REPLACE INTO cursor (key, value) VALUES (1, ?1)");
  self->get = prepare (self, "SELECT value, state, version FROM record WHERE collection = 'task' AND id = ?1");
  self->copy = prepare (self, "SELECT id, value, state FROM record WHERE collection = 'task' ORDER BY id");
  self->scan = prepare (self, "SELECT id, value FROM record WHERE collection = 'task' ORDER BY id");
  return self;
}

void
floor_store_close (FloorStore *self)
{
  sqlite3_stmt *statement;

  while ((statement = sqlite3_next_stmt (self->db, NULL)) != NULL)
    sqlite3_finalize (statement);
  sqlite3_close (self->db);
  g_string_free (self->value, TRUE);
  g_free (self);
}

void
floor_store_begin (FloorStore *self)
{
  run (self, self->begin);
}

void
floor_store_commit (FloorStore *self)
{
  run (self, self->commit);
}

/* Binds what the statements that write a record begin with. */
static void
bind_record (sqlite3_stmt *statement,
             const char   *id,
             const char   *value)
{
  static const guint8 state[STATE];

  sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, value, -1, SQLITE_STATIC);
  sqlite3_bind_blob (statement, 3, state, sizeof state, SQLITE_STATIC);
}

static void
write_record (FloorStore   *self,
              sqlite3_stmt *statement,
              const char   *id,
              const char   *value)
{
  bind_record (statement, id, value);
  sqlite3_bind_int64 (statement, 4, ++self->latest);
  run (self, statement);
}

static void
append (FloorStore   *self,
        sqlite3_stmt *statement,
        const char   *id)
{
  sqlite3_bind_int64 (statement, 1, self->latest);
  sqlite3_bind_text (statement, 2, id, -1, SQLITE_STATIC);
  run (self, statement);
}

void
floor_store_insert (FloorStore *self,
                    const char *id,
                    const char *value)
{
  write_record (self, self->insert, id, value);
  append (self, self->insert_outbox, id);
}

void
floor_store_edit (FloorStore *self,
                  const char *id,
                  const char *value,
                  const char *base)
{
  write_record (self, self->update, id, value);
  sqlite3_bind_text (self->insert_outbox, 3, base, -1, SQLITE_STATIC);
  append (self, self->insert_outbox, id);
}

void
floor_store_upsert (FloorStore *self,
                    const char *id,
                    const char *value)
{
  write_record (self, self->upsert, id, value);
  append (self, self->upsert_feed, id);
}

void
floor_store_replace (FloorStore *self,
                     const char *id,
                     const char *value)
{
  write_record (self, self->upsert, id, value);
}

void
floor_store_acknowledge (FloorStore *self,
                         gint64      version)
{
  sqlite3_bind_int64 (self->acknowledge, 1, version);
  run (self, self->acknowledge);
}

void
floor_store_set_cursor (FloorStore *self,
                        gint64      cursor)
{
  sqlite3_bind_int64 (self->cursor, 1, cursor);
  run (self, self->cursor);
}

void
floor_store_update (FloorStore *self,
                    const char *id,
                    const char *value)
{
  gint64 version;

  bind_record (self->update_again, id, value);
  check (self, sqlite3_step (self->update_again));
  version = sqlite3_column_int64 (self->update_again, 0);
  sqlite3_reset (self->update_again);

  sqlite3_bind_int64 (self->update_outbox, 1, version);
  run (self, self->update_outbox);
}

const char *
floor_store_get (FloorStore *self,
                 const char *id)
{
  sqlite3_bind_text (self->get, 1, id, -1, SQLITE_STATIC);
  check (self, sqlite3_step (self->get));
  sqlite3_column_blob (self->get, 1);
  g_string_assign (self->value, (const char *) sqlite3_column_text (self->get, 0));
  sqlite3_reset (self->get);
  return self->value->str;
}

gsize
floor_store_scan (FloorStore *self)
{
  gsize length = 0;

  while (sqlite3_step (self->scan) == SQLITE_ROW)
    {
      sqlite3_column_text (self->scan, 0);
      length += strlen ((const char *) sqlite3_column_text (self->scan, 1));
    }
  sqlite3_reset (self->scan);
  return length;
}

gsize
floor_store_copy (FloorStore *self,
                  guint       batch)
{
  gsize length = 0;
  guint n = 0;

  while (sqlite3_step (self->copy) == SQLITE_ROW)
    {
      if (n++ % batch == 0)
        g_string_truncate (self->value, 0);
      for (int i = 0; i < 3; i++)
        g_string_append_len (self->value, sqlite3_column_blob (self->copy, i), sqlite3_column_bytes (self->copy, i));
      length += self->value->len;
    }
  sqlite3_reset (self->copy);
  return length;
}
