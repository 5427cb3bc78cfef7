/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A commit that failed may still have left all of its frames in the write-ahead log. While the connection
 * lives it ignores them; but the next one to recover the log (after a crash, or by opening the file again)
 * would find a commit that its writer was told had failed. So a failed commit is *settled* before anything
 * else is written: an empty commit is written over the first of those frames, which breaks the chain of
 * checksums that the others hang on. Only then is the file closed and opened again. Nothing relies on a
 * second fsync of pages whose first one failed, which may succeed without writing them (P. Eisentraut et
 * al., "fsyncgate", 2018): what is synced next has been written anew. */

#include "truce-sqlite-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* DEFENSIVE, no triggers, no views: a file made by an enemy runs no SQL of its own.
 * NO_CKPT_ON_CLOSE: a checkpoint is for who has the lock; truce_sqlite_close() allows it. */
static const struct
{
  int what;
  int value;
} switches[] = {
  { SQLITE_DBCONFIG_DEFENSIVE, 1 },
  { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
  { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
  { SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
};

/* The cache is in KiB; the log is cut back to 64 MiB after a transaction that needed more. */
static const char settings[] =
  "PRAGMA cell_size_check = ON;"
  "PRAGMA cache_size = -16000;"
  "PRAGMA temp_store = MEMORY;"
  "PRAGMA journal_size_limit = 67108864;";

gboolean
truce_sqlite_exec (TruceSqliteAdapter *self,
                   const char         *sql,
                   const char         *doing,
                   GError            **error)
{
  int rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  return rc == SQLITE_OK || truce_sqlite_fail (self, rc, doing, error);
}

static gboolean
set_durability (TruceSqliteAdapter *self,
                GError            **error)
{
  const char *sql = self->durability == TRUCE_DURABILITY_FULL ?
                    "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";

  if (!truce_sqlite_exec (self, sql, "open", error))
    return FALSE;
  self->synchronous = self->durability;
  return TRUE;
}

/* Up to 3.40 SQLite takes its own JSON functions for unsafe (fixed in January 2023), and would refuse the
 * indexes that are made of them. The schema is trusted there; what is left to an enemy are SQLite's own
 * functions. */
static void
set_switches (TruceSqliteAdapter *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (switches); i++)
    sqlite3_db_config (self->db, switches[i].what, switches[i].value, NULL);
  if (sqlite3_libversion_number () >= 3041000)
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

static gboolean
set_up (TruceSqliteAdapter *self,
        GError            **error)
{
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, (int) MIN (self->busy_timeout, G_MAXINT));
  set_switches (self);
  return truce_sqlite_exec (self, settings, "open", error) && set_durability (self, error);
}

static gboolean
use_log (TruceSqliteAdapter *self,
         GError            **error)
{
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (self->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
  gboolean used = FALSE;

  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);
  if (rc == SQLITE_ROW)
    used = g_ascii_strcasecmp ((const char *) sqlite3_column_text (statement, 0), "wal") == 0;
  sqlite3_finalize (statement);
  if (rc != SQLITE_ROW)
    return truce_sqlite_fail (self, rc, "open", error);
  if (!used)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED,
                 "“%s”: a store needs a file system with locks and shared memory", self->path);
  return used;
}

/* Under the lock: makes what is missing. */
static gboolean
set_up_tables (TruceSqliteAdapter *self,
               GError            **error)
{
  gboolean current = FALSE;

  if (!truce_sqlite_layout_check (self, &current, error))
    return FALSE;
  return (current || truce_sqlite_layout_make (self, error)) && use_log (self, error);
}

static gboolean
connect (TruceSqliteAdapter *self,
         GError            **error)
{
  gboolean read_only = (self->flags & TRUCE_SQLITE_READ_ONLY) != 0;
  int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  gboolean current = FALSE;
  int rc;

  rc = sqlite3_open_v2 (self->path, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
  if (rc != SQLITE_OK)
    return truce_sqlite_fail (self, rc, "open", error);
  if (!set_up (self, error))
    return FALSE;
  if (!read_only)
    return set_up_tables (self, error);
  if (!truce_sqlite_layout_check (self, &current, error))
    return FALSE;
  if (!current)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY,
                 "“%s” has an older layout, or none, and may not be written", self->path);
  return current;
}

/* Two paths to one file have one lock: links are followed first. */
static char *
path_of_lock (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *real = realpath (path, NULL);
  char *real_folder = realpath (folder, NULL);
  char *lock;

  if (real != NULL)
    lock = g_strconcat (real, "-lock", NULL);
  else
    lock = g_strconcat (real_folder != NULL ? real_folder : folder, "/", name, "-lock", NULL);
  free (real);
  free (real_folder);
  return lock;
}

/* SQLite would open it for reading only, and leave a log beside it. */
static gboolean
check_writable (TruceSqliteAdapter *self,
                GError            **error)
{
  if (faccessat (AT_FDCWD, self->path, W_OK, AT_EACCESS) == 0)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, truce_sqlite_code_of_system (errno), "“%s” cannot be written: %s", self->path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
look_at_file (TruceSqliteAdapter *self,
              GError            **error)
{
  gboolean read_only = (self->flags & TRUCE_SQLITE_READ_ONLY) != 0;
  TruceSqliteFile found;

  if (self->path == NULL)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "A store in a file needs a path");
      return FALSE;
    }
  if (!truce_sqlite_file_look (self->path, &found, error))
    return FALSE;
  if (found == TRUCE_SQLITE_FILE_OURS)
    return read_only || check_writable (self, error);
  if (read_only || (self->flags & TRUCE_SQLITE_EXISTING) != 0)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "“%s”: there is no store", self->path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
open_locked (TruceSqliteAdapter *self,
             GError            **error)
{
  gboolean opened;

  g_clear_pointer (&self->lock_path, g_free);
  self->lock_path = path_of_lock (self->path);
  if (!truce_sqlite_lock_take (self, self->busy_timeout, error))
    return FALSE;
  opened = connect (self, error);
  truce_sqlite_lock_give (self);
  return opened;
}

gboolean
truce_sqlite_open (TruceSqliteAdapter *self,
                   GError            **error)
{
  gboolean read_only = (self->flags & TRUCE_SQLITE_READ_ONLY) != 0;

  g_assert (self->db == NULL);

  self->forks = truce_sqlite_count_forks ();
  if (!look_at_file (self, error))
    return FALSE;
  if (!(read_only ? connect (self, error) : open_locked (self, error)) ||
      !truce_sqlite_search_load (self, error))
    {
      truce_sqlite_close (self);
      return FALSE;
    }
  self->openings++;
  return TRUE;
}

gboolean
truce_sqlite_ready (TruceSqliteAdapter *self,
                    GError            **error)
{
  if (G_UNLIKELY (self->forks != truce_sqlite_count_forks ()))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED,
                   "“%s” was opened before this process was forked: open it again", self->path);
      return FALSE;
    }
  if (G_UNLIKELY (self->broken != NULL))
    {
      g_propagate_error (error, g_error_copy (self->broken));
      return FALSE;
    }
  return self->db != NULL || truce_sqlite_open (self, error);
}

gboolean
truce_sqlite_writable (TruceSqliteAdapter *self,
                       GError            **error)
{
  if (!truce_sqlite_ready (self, error))
    return FALSE;
  if (self->transaction == TRUCE_SQLITE_WRITING)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY,
               "“%s”: no transaction that writes was begun", self->path);
  return FALSE;
}

/* The connection alone; the lock stays open. checkpoint: the last to close may move the log into the file. */
static void
disconnect (TruceSqliteAdapter *self,
            gboolean            checkpoint)
{
  if (self->db == NULL)
    return;
  truce_sqlite_walks_end (self);
  truce_sqlite_finalize_all (self);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !checkpoint, NULL);
  sqlite3_close_v2 (self->db);
  self->db = NULL;
}

static gboolean
write_over_doubt (TruceSqliteAdapter *self,
                  GError            **error)
{
  g_autofree char *nothing =
    g_strdup_printf ("BEGIN IMMEDIATE; PRAGMA user_version = %d; COMMIT", TRUCE_SQLITE_VERSION);

  if (truce_sqlite_exec (self, nothing, "write again", error))
    {
      self->in_doubt = FALSE;
      return TRUE;
    }
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* Under the lock, between transactions. */
gboolean
truce_sqlite_settle (TruceSqliteAdapter *self,
                     GError            **error)
{
  if (self->in_doubt)
    {
      if (!write_over_doubt (self, error))
        return FALSE;
      disconnect (self, FALSE);
      if (!connect (self, error))
        {
          disconnect (self, FALSE);
          return FALSE;
        }
      self->openings++;
    }
  return self->durability == self->synchronous || set_durability (self, error);
}

/* Not in a fork: there the connection is abandoned, since to close it would touch the file under its owner's
 * hands. */
void
truce_sqlite_close (TruceSqliteAdapter *self)
{
  gboolean locked = FALSE;

  if (self->forks == truce_sqlite_count_forks () && self->db != NULL)
    {
      locked = self->lock >= 0 && truce_sqlite_lock_take (self, 0, NULL);
      if (locked && self->in_doubt)
        write_over_doubt (self, NULL);
      disconnect (self, locked && !self->in_doubt);
      if (locked)
        truce_sqlite_lock_give (self);
    }
  self->db = NULL;
  g_clear_pointer (&self->searched, g_hash_table_unref);
  truce_sqlite_lock_close (self);
}
