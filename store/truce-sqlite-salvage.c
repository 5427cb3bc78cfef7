/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Reads the table of records alone, in the order of its keys, and trusts nothing but checksums. Where SQLite
 * cannot go on, some page is damaged: the next key behind it that can be read is looked for in steps that
 * double, and then closed in on by halving, so a gap costs some hundred lookups, however wide it is. What
 * lies between two damaged pages may be missed.
 *
 * SQLite opens no file that is cut off, unless its schema may be written; we never write. */

#include "truce-sqlite-private.h"

typedef struct
{
  const char *path;
  sqlite3 *db;
  sqlite3_stmt *statement;
  TruceSalvageFunc func;
  gpointer data;
  gint64 n_read;
} Salvage;

static gboolean
salvage_open (Salvage *salvage,
              GError **error)
{
  int rc = sqlite3_open_v2 (salvage->path, &salvage->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_exec (salvage->db, "PRAGMA writable_schema = ON; PRAGMA cell_size_check = ON", NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2 (salvage->db, "SELECT " TRUCE_SQLITE_COLUMNS " FROM record AS r NOT INDEXED "
                             "WHERE r.key > ?1 ORDER BY r.key", -1, &salvage->statement, NULL);
  return rc == SQLITE_OK || truce_sqlite_fail_at (salvage->db, rc, salvage->path, "open", error);
}

/* SQLite's answer; a row whose key is out of order is as bad as none. */
static int
step (Salvage *salvage,
      gint64   after)
{
  int rc = sqlite3_step (salvage->statement);

  return rc == SQLITE_ROW && sqlite3_column_int64 (salvage->statement, 0) <= after ? SQLITE_CORRUPT : rc;
}

static void
seek (Salvage *salvage,
      gint64   after)
{
  sqlite3_reset (salvage->statement);
  sqlite3_bind_int64 (salvage->statement, 1, after);
}

static gboolean
is_readable (Salvage *salvage,
             gint64   after)
{
  int rc;

  seek (salvage, after);
  rc = step (salvage, after);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* The least key that is found behind which one can read; G_MAXINT64: there is none. */
static gint64
find_readable (Salvage *salvage,
               gint64   after)
{
  gint64 bad = after;
  gint64 good = after + 1;
  gint64 stride = 1;

  while (!is_readable (salvage, good))
    {
      if (stride > (G_MAXINT64 - good) / 2)
        return G_MAXINT64;
      bad = good;
      stride *= 2;
      good += stride;
    }
  while (good - bad > 1)
    {
      gint64 middle = bad + (good - bad) / 2;

      if (is_readable (salvage, middle))
        good = middle;
      else
        bad = middle;
    }
  return good;
}

static void
give_row (Salvage *salvage)
{
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autofree char *problem = NULL;
  TruceStoredParts parts;

  if (truce_sqlite_row_read (salvage->statement, &parts))
    {
      record = truce_stored_record_make (&parts);
      salvage->n_read++;
    }
  else
    problem = g_strdup_printf ("Record “%.*s” of “%.*s”: wrong checksum", (int) parts.id_length, parts.id,
                               (int) parts.collection_length, parts.collection);
  salvage->func (record, problem, salvage->data);
}

static void
give_gap (Salvage *salvage,
          gint64   from,
          gint64   to)
{
  g_autofree char *problem =
    to == G_MAXINT64 ?
    g_strdup_printf ("Records first written after version %" G_GINT64_FORMAT " cannot be read", from) :
    g_strdup_printf ("Records first written after version %" G_GINT64_FORMAT ", up to %" G_GINT64_FORMAT
                     ", cannot be read", from, to);

  salvage->func (NULL, problem, salvage->data);
}

static void
salvage_run (Salvage *salvage)
{
  gint64 after = 0;

  seek (salvage, after);
  while (after < G_MAXINT64)
    {
      int rc = step (salvage, after);

      if (rc == SQLITE_DONE)
        return;
      if (rc == SQLITE_ROW)
        {
          after = sqlite3_column_int64 (salvage->statement, 0);
          give_row (salvage);
        }
      else
        {
          gint64 to = find_readable (salvage, after);

          give_gap (salvage, after, to);
          after = to;
          seek (salvage, after);
        }
    }
}

/**
 * truce_sqlite_adapter_salvage:
 * @path: (type filename): a store's file
 * @func: (scope call) (closure user_data): given what is found
 * @user_data: for @func
 * @error: return location for an error
 *
 * Reads what can be read of a damaged file, in the order in which records were
 * first written.
 *
 * Works on a file that [ctor@SqliteAdapter.new] refuses because it is cut off or
 * damaged, unless it is damaged at its very start. Each record that @func is given
 * is as it was written: it has the right checksum. Nothing is written, and nothing
 * is mended: to do that, import what was read into a new store.
 *
 * This is long work for a large file.
 *
 * Returns: how many records were read; -1 with an error if the file can't be
 *   opened at all
 *
 * Since: 1.0
 */
gint64
truce_sqlite_adapter_salvage (const char      *path,
                              TruceSalvageFunc func,
                              gpointer         user_data,
                              GError         **error)
{
  g_autofree char *full = NULL;
  Salvage salvage = { .func = func, .data = user_data };
  gboolean opened;

  g_return_val_if_fail (path != NULL, -1);
  g_return_val_if_fail (func != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  full = g_canonicalize_filename (path, NULL);
  salvage.path = full;
  opened = salvage_open (&salvage, error);
  if (opened)
    salvage_run (&salvage);
  sqlite3_finalize (salvage.statement);
  sqlite3_close (salvage.db);
  return opened ? salvage.n_read : -1;
}
