/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sync between two files, while the process is killed, the disk fails or fills up, and the power goes. Whatever
 * happens, nothing that was written is lost, and in the end all has arrived, in effect once. */

#include "../store/fault-vfs.h"
#include "../store/sqlite-session.h"
#include "sync-pair.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The files of a replica that has work to sync and of its hub, to be copied for each run. */
typedef struct
{
  char *folder;
  char *before;                 /* as they are before the sync */
  char *work;                   /* the copy that is in use */
  char *cut;                    /* what a loss of power left */
  int n;                        /* notes */
  guint64 replica;              /* its id, which stays, whatever happens */
} Files;

static void
copy_files (const char *from,
            const char *to)
{
  static const char *const names[] = { "replica.db", "hub.db" };

  if (g_file_test (to, G_FILE_TEST_IS_DIR))
    session_remove_folder (g_strdup (to));
  g_assert_cmpint (g_mkdir (to, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *source = g_build_filename (from, names[i], NULL);
      g_autofree char *target = g_build_filename (to, names[i], NULL);

      session_copy_file (source, target);
    }
}

static void
open_files (Pair       *pair,
            const char *folder)
{
  g_autoptr(GError) error = NULL;

  pair_open_files (pair, folder, &error);
  g_assert_no_error (error);
}

static void
files_init (Files *files,
            int    n)
{
  Pair pair;

  files->n = n;
  files->folder = session_create_folder ();
  files->before = g_build_filename (files->folder, "before", NULL);
  files->work = g_build_filename (files->folder, "work", NULL);
  files->cut = g_build_filename (files->folder, "cut", NULL);
  g_assert_cmpint (g_mkdir (files->before, 0700), ==, 0);
  open_files (&pair, files->before);
  pair_work (&pair, n);
  files->replica = truce_store_get_replica (pair.store);
  pair_close (&pair);
  copy_files (files->before, files->work);
}

static void
files_clear (Files *files)
{
  session_remove_folder (files->folder);
  g_free (files->before);
  g_free (files->work);
  g_free (files->cut);
}

/* Some of it may have arrived, in whole notes; then the rest does. */
static void
check_and_finish (Files      *files,
                  const char *folder)
{
  Pair pair;

  open_files (&pair, folder);
  pair_check_between (pair.store, files->n, FALSE);
  pair_check_between (pair.hub_store, files->n, TRUE);
  pair_sync (pair.store, pair.remote);
  pair_check (&pair, files->n);
  g_assert_cmpuint (truce_store_get_replica (pair.store), ==, files->replica);
  pair_close (&pair);
}

/* ---- killed ---- */

static pid_t
sync_in_child (const char *folder)
{
  pid_t child = fork ();
  Pair pair;

  if (child != 0)
    return child;
  if (!pair_open_files (&pair, folder, NULL) || !pair_try (pair.store, pair.remote, NULL))
    _exit (1);
  _exit (0);
}

static gint64
time_whole_sync (Files *files)
{
  gint64 start = g_get_monotonic_time ();
  int status = 0;
  pid_t child = sync_in_child (files->work);

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  return g_get_monotonic_time () - start;
}

/* FALSE: it had come to its end before. */
static gboolean
kill_sync (const char *folder,
           gint64      most)
{
  int status = 0;
  pid_t child = sync_in_child (folder);

  g_usleep ((gulong) g_test_rand_double_range (0, (double) most));
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

/* 27. A process that syncs 1,000 changes is killed, and the next one; sooner or later one comes through. 500 moments
 * with -m slow. */
static void
test_killed (void)
{
  int rounds = session_rounds (25);
  Files files;
  gint64 most;

  files_init (&files, 1000);
  most = time_whole_sync (&files);
  check_and_finish (&files, files.work);
  copy_files (files.before, files.work);
  for (int i = 0; i < rounds; i++)
    if (!kill_sync (files.work, most) || g_test_rand_int_range (0, 3) == 0)
      {
        check_and_finish (&files, files.work);
        copy_files (files.before, files.work);
      }
  check_and_finish (&files, files.work);
  files_clear (&files);
}

/* ---- a disk that fails ---- */

/* FALSE: nothing failed. The same stores go on when the disk is well again. */
static gboolean
sync_on_bad_disk (Files    *files,
                  FaultKind kind,
                  int       at,
                  gboolean  lasting)
{
  g_autoptr(GError) error = NULL;
  gboolean met;
  Pair pair;

  copy_files (files->before, files->work);
  open_files (&pair, files->work);
  fault_vfs_fail (kind, at, lasting);
  pair_try (pair.store, pair.remote, &error);
  met = fault_vfs_heal () > 0;
  if (!met)
    g_assert_no_error (error);

  pair_check_between (pair.store, files->n, FALSE);
  pair_check_between (pair.hub_store, files->n, TRUE);
  pair_sync (pair.store, pair.remote);
  pair_check (&pair, files->n);
  pair_close (&pair);
  return met;
}

#define ONCE(kind) GINT_TO_POINTER (2 * (kind))
#define LASTING(kind) GINT_TO_POINTER (2 * (kind) + 1)

static int
get_stride (void)
{
  return MAX (60 / session_rounds (1), 1);
}

static void
test_bad_disk (gconstpointer data)
{
  FaultKind kind = (FaultKind) (GPOINTER_TO_INT (data) / 2);
  gboolean lasting = GPOINTER_TO_INT (data) % 2;
  int at = 1 + g_test_rand_int_range (0, get_stride ());
  Files files;

  files_init (&files, 120);
  while (sync_on_bad_disk (&files, kind, at, lasting))
    at += get_stride ();
  files_clear (&files);
}

/* ---- the power goes ---- */

typedef struct
{
  Files *files;
  int n_cuts;
} Power;

/* A file that nobody has opened yet is what it was. */
static void
copy_unopened (Files *files)
{
  static const char *const names[] = { "replica.db", "hub.db" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *source = g_build_filename (files->before, names[i], NULL);
      g_autofree char *target = g_build_filename (files->cut, names[i], NULL);

      if (!g_file_test (target, G_FILE_TEST_EXISTS))
        session_copy_file (source, target);
    }
}

/* Whatever the replica has forgotten, nothing of it had left; so it is still the one that it was. */
static void
cut_here (int      operation,
          gpointer data)
{
  Power *power = data;
  Files *files = power->files;

  if (operation % get_stride () != 0)
    return;
  power->n_cuts++;
  if (g_file_test (files->cut, G_FILE_TEST_IS_DIR))
    session_remove_folder (g_strdup (files->cut));
  g_assert_cmpint (g_mkdir (files->cut, 0700), ==, 0);
  fault_vfs_cut (files->cut);
  copy_unopened (files);
  check_and_finish (files, files->cut);
}

static void
test_power (gconstpointer data)
{
  TruceDurability durability = (TruceDurability) GPOINTER_TO_INT (data);
  Power power = { NULL };
  Files files;
  Pair pair;

  files_init (&files, 120);
  power.files = &files;
  copy_files (files.before, files.work);
  fault_vfs_watch (cut_here, &power);
  open_files (&pair, files.work);
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (truce_store_get_adapter (pair.store)), durability);
  pair_sync (pair.store, pair.remote);
  pair_check (&pair, files.n);
  pair_close (&pair);
  fault_vfs_unwatch ();
  g_assert_cmpint (power.n_cuts, >, 1);
  files_clear (&files);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  fault_vfs_install ();
  g_test_add_func ("/sync-survival/killed", test_killed);
  g_test_add_data_func ("/sync-survival/error/once", ONCE (FAULT_ERROR), test_bad_disk);
  g_test_add_data_func ("/sync-survival/write/lasting", LASTING (FAULT_WRITE), test_bad_disk);
  g_test_add_data_func ("/sync-survival/sync/once", ONCE (FAULT_SYNC), test_bad_disk);
  g_test_add_data_func ("/sync-survival/full/lasting", LASTING (FAULT_FULL), test_bad_disk);
  g_test_add_data_func ("/sync-survival/power/full", GINT_TO_POINTER (TRUCE_DURABILITY_FULL), test_power);
  g_test_add_data_func ("/sync-survival/power/normal", GINT_TO_POINTER (TRUCE_DURABILITY_NORMAL), test_power);
  return g_test_run ();
}
