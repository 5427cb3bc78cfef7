/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * One writer at a time, and checkpoints by the writer alone: SQLite from 3.7.0 to 3.51.2 can lose a
 * checkpointed page when two connections write or checkpoint at the same instant (the "WAL-reset bug"). The
 * lock is flock() on a file of its own beside the database. It belongs to the open file, not to a process
 * id: it keeps threads of one process apart as well, and the kernel drops it when its holder dies. (Not on
 * the database itself: SQLite's own POSIX locks are there, and closing any descriptor of that file would
 * drop them.)
 *
 * The lock file is never removed by us: whoever still waits on a removed one would hold another lock than
 * who came later. If somebody else removes it, that shows in its link count. */

#include "truce-sqlite-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_FIRST 500                  /* us between two tries, doubled up to … */
#define WAIT_MOST 20000

/* How often this process is a fork of the one before. A connection must not be carried over a fork: both
 * sides would write with one state of locks. Counted in the child, so asking costs nothing (getpid() is a
 * system call). */
static guint forks;

static void
count_fork (void)
{
  forks++;
}

guint
truce_sqlite_count_forks (void)
{
  static gsize watched;

  if (g_once_init_enter (&watched))
    {
      pthread_atfork (NULL, NULL, count_fork);
      g_once_init_leave (&watched, 1);
    }
  return forks;
}

static gboolean
fail (TruceSqliteAdapter *self,
      int                 number,
      GError            **error)
{
  TruceError code = truce_sqlite_code_of_system (number);

  g_set_error (error, TRUCE_ERROR, code, "Cannot lock “%s”: %s%s", self->lock_path, g_strerror (number),
               code == TRUCE_ERROR_UNSUPPORTED ? "; a store needs a file system with locks" : "");
  return FALSE;
}

static gboolean
lock_open (TruceSqliteAdapter *self,
           GError            **error)
{
  if (self->lock >= 0)
    return TRUE;
  self->lock = g_open (self->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  return self->lock >= 0 || fail (self, errno, error);
}

static gboolean
lock_wait (TruceSqliteAdapter *self,
           gint64              deadline,
           GError            **error)
{
  gulong pause = WAIT_FIRST;

  while (flock (self->lock, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return fail (self, errno, error);
      if (g_get_monotonic_time () >= deadline)
        {
          g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "“%s”: somebody else is writing", self->path);
          return FALSE;
        }
      g_usleep (pause);
      pause = MIN (pause * 2, WAIT_MOST);
    }
  return TRUE;
}

/* timeout: ms. */
gboolean
truce_sqlite_lock_take (TruceSqliteAdapter *self,
                        guint               timeout,
                        GError            **error)
{
  gint64 deadline = g_get_monotonic_time () + timeout * G_GINT64_CONSTANT (1000);
  struct stat status;

  for (;;)
    {
      if (!lock_open (self, error) || !lock_wait (self, deadline, error))
        return FALSE;
      if (fstat (self->lock, &status) == 0 && status.st_nlink > 0)
        return TRUE;
      truce_sqlite_lock_close (self);
    }
}

void
truce_sqlite_lock_give (TruceSqliteAdapter *self)
{
  flock (self->lock, LOCK_UN);
}

void
truce_sqlite_lock_close (TruceSqliteAdapter *self)
{
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}
