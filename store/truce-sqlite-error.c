/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sqlite-private.h"

#include <errno.h>

TruceError
truce_sqlite_code_of_system (int number)
{
  switch (number)
    {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return TRUCE_ERROR_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
      return TRUCE_ERROR_READ_ONLY;
    case ENOENT:
    case ENOTDIR:
      return TRUCE_ERROR_NOT_FOUND;
    case EISDIR:
    case ELOOP:
    case ENOLCK:
    case ENOSYS:
    case EOPNOTSUPP:
      return TRUCE_ERROR_UNSUPPORTED;
    default:
      return TRUCE_ERROR_TRANSIENT;
    }
}

/* SQLITE_ERROR, SQLITE_CONSTRAINT and their like: our statements are right and our rows break no rule, so
 * the tables are not what they must be. */
static TruceError
code_of_sqlite (int rc,
                int number)
{
  switch (rc & 0xff)
    {
    case SQLITE_FULL:
      return TRUCE_ERROR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return TRUCE_ERROR_BUSY;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return TRUCE_ERROR_READ_ONLY;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return rc == SQLITE_IOERR_CORRUPTFS ? TRUCE_ERROR_CORRUPT : truce_sqlite_code_of_system (number);
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
      return TRUCE_ERROR_TRANSIENT;
    case SQLITE_TOOBIG:
      return TRUCE_ERROR_TOO_LARGE;
    case SQLITE_NOLFS:
      return TRUCE_ERROR_UNSUPPORTED;
    default:
      return TRUCE_ERROR_CORRUPT;
    }
}

/* db may be NULL: nothing more is known than rc. */
gboolean
truce_sqlite_fail_at (sqlite3    *db,
                      int         rc,
                      const char *path,
                      const char *doing,
                      GError    **error)
{
  gboolean same = db != NULL && (sqlite3_extended_errcode (db) & 0xff) == (rc & 0xff);
  gboolean system = (rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_IOERR;
  int number = db != NULL && system ? sqlite3_system_errno (db) : 0;

  g_set_error (error, TRUCE_ERROR, code_of_sqlite (rc, number), "Cannot %s: “%s”: %s%s%s (SQLite's code %d)",
               doing, path, same ? sqlite3_errmsg (db) : sqlite3_errstr (rc), number != 0 ? ", " : "",
               number != 0 ? g_strerror (number) : "", rc);
  return FALSE;
}

/* A failed write leaves the transaction in the middle of something, or SQLite has ended it already: from here
 * on it can only be rolled back. */
gboolean
truce_sqlite_fail (TruceSqliteAdapter *self,
                   int                 rc,
                   const char         *doing,
                   GError            **error)
{
  GError *made = NULL;

  truce_sqlite_fail_at (self->db, rc, self->path, doing, &made);
  if (self->transaction == TRUCE_SQLITE_WRITING && self->broken == NULL)
    self->broken = g_error_copy (made);
  g_propagate_error (error, made);
  return FALSE;
}
