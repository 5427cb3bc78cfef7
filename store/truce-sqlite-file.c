/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A file that is not ours must stay as it is, to the byte, and SQLite would touch it: a database of another
 * program may be in the middle of something that opening it rolls back. So its first hundred bytes are read
 * first (https://sqlite.org/fileformat.html, 1.3 The Database Header).
 *
 * They are read through SQLite's VFS, never with open() and close(): closing any descriptor of a file drops
 * all POSIX locks that this process has on it, those of another connection in another thread too
 * (https://sqlite.org/howtocorrupt.html, 2.2). The VFS knows that, and waits. */

#include "truce-sqlite-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define HEADER_LENGTH 100
#define MAGIC "SQLite format 3"         /* and its NUL: 16 bytes */
#define AT_PAGE_SIZE 16
#define AT_CHANGES 24
#define AT_PAGES 28
#define AT_VERSION 60                   /* user_version */
#define AT_APPLICATION 68
#define AT_VALID_FOR 92                 /* the change for which the number of pages is right */

static guint32
big_endian (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static gboolean
has_content (const char *path,
             const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  GStatBuf status;

  return g_stat (name, &status) == 0 && status.st_size > 0;
}

/* Where a commit is still in a journal or a log, the file may be any mixture of before and after: then
 * SQLite has to put it right first, and truce_sqlite_layout_check() judges the result. */
static gboolean
is_settled (const char *path)
{
  return !has_content (path, "-journal") && !has_content (path, "-wal");
}

static gboolean
judge_header (const char   *path,
              const guint8 *header,
              sqlite3_int64 size,
              GError      **error)
{
  guint32 page = header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];
  guint32 pages = big_endian (header + AT_PAGES);

  if (memcmp (header, MAGIC, sizeof (MAGIC)) != 0)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "“%s” is not a SQLite database", path);
  else if (big_endian (header + AT_APPLICATION) != TRUCE_SQLITE_APPLICATION)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                 "“%s” is a database of another program (application_id 0x%08x), not a store",
                 path, big_endian (header + AT_APPLICATION));
  else if (big_endian (header + AT_VERSION) > TRUCE_SQLITE_VERSION)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_NEW,
                 "“%s” has layout %u; this version of Truce reads up to %u",
                 path, big_endian (header + AT_VERSION), (guint) TRUCE_SQLITE_VERSION);
  else if (is_settled (path) && memcmp (header + AT_CHANGES, header + AT_VALID_FOR, 4) == 0 &&
           (sqlite3_int64) (page == 1 ? 65536 : page) * pages > size)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT,
                 "“%s” is cut off: %" G_GINT64_FORMAT " bytes of %u pages",
                 path, (gint64) size, pages);
  else
    return TRUE;
  return FALSE;
}

static gboolean
judge (const char      *path,
       sqlite3_file    *file,
       TruceSqliteFile *found,
       GError         **error)
{
  guint8 header[HEADER_LENGTH] = { 0 };
  sqlite3_int64 size = 0;
  int rc = file->pMethods->xFileSize (file, &size);

  if (rc == SQLITE_OK && size > 0)
    rc = file->pMethods->xRead (file, header, MIN (size, HEADER_LENGTH), 0);
  if (rc != SQLITE_OK)
    return truce_sqlite_fail_at (NULL, rc, path, "read", error);

  *found = size == 0 ? TRUCE_SQLITE_FILE_NEW : TRUCE_SQLITE_FILE_OURS;
  /* A commit of the very first tables that was cut short has a journal, from which SQLite empties the file. */
  if (size == 0 || (memcmp (header, "\0\0\0\0\0\0\0\0", 8) == 0 && has_content (path, "-journal")))
    return TRUE;
  return judge_header (path, header, size, error);
}

/* The VFS itself follows no links. NULL with an error. */
static char *
resolve (sqlite3_vfs *vfs,
         const char  *path,
         GError     **error)
{
  g_autofree char *full = g_malloc0 ((gsize) vfs->mxPathname + 1);
  int rc = vfs->xFullPathname (vfs, path, vfs->mxPathname + 1, full);
  char *name = NULL;

  if ((rc & 0xff) == SQLITE_OK)
    {
      name = (char *) sqlite3_create_filename (full, "", "", 0, NULL);
      rc = SQLITE_NOMEM;
    }
  if (name == NULL)
    truce_sqlite_fail_at (NULL, rc, path, "open", error);
  return name;
}

static gboolean
look_inside (const char      *path,
             TruceSqliteFile *found,
             GError         **error)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);
  g_autofree sqlite3_file *file = g_malloc0 (vfs->szOsFile);
  char *name = resolve (vfs, path, error);
  gboolean good = FALSE;

  if (name == NULL)
    return FALSE;
  if (vfs->xOpen (vfs, name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, NULL) == SQLITE_OK)
    {
      good = judge (path, file, found, error);
      file->pMethods->xClose (file);
    }
  else
    {
      int number = vfs->xGetLastError (vfs, 0, NULL);

      g_set_error (error, TRUCE_ERROR, truce_sqlite_code_of_system (number), "Cannot open “%s”: %s", path,
                   g_strerror (number));
    }
  sqlite3_free_filename (name);
  return good;
}

gboolean
truce_sqlite_file_look (const char      *path,
                        TruceSqliteFile *found,
                        GError         **error)
{
  GStatBuf status;

  *found = TRUCE_SQLITE_FILE_NEW;
  if (g_stat (path, &status) != 0)
    {
      if (errno == ENOENT)
        return TRUE;
      g_set_error (error, TRUCE_ERROR, truce_sqlite_code_of_system (errno), "Cannot open “%s”: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  /* To open a pipe would wait for somebody at its other end. */
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "“%s” is %s, not a file", path,
                   S_ISDIR (status.st_mode) ? "a folder" : "a device or a pipe");
      return FALSE;
    }
  return look_inside (path, found, error);
}
