/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several processes and threads, some of which die. */

#include "sqlite-session.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
fixture_set_up (Fixture      *f,
                gconstpointer data)
{
  f->folder = session_create_folder ();
  f->path = g_build_filename (f->folder, "store.db", NULL);
}

static void
fixture_tear_down (Fixture      *f,
                   gconstpointer data)
{
  session_remove_folder (f->folder);
  g_free (f->path);
}

static void
wait_for (pid_t child,
          int   wanted)
{
  int status = 0;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, wanted);
}

/* ---- killed at a random moment ---- */

#define STEPS_MOST 350

static void
write_until_killed (const char *path,
                    int         to)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (path);
  int step;

  for (step = session_count (adapter) + 1; step < STEPS_MOST; step++)
    if (!session_step (adapter, step, NULL) || write (to, &step, sizeof (step)) != sizeof (step))
      break;
  pause ();
}

static int
read_last (int from,
           int last)
{
  int step;

  while (read (from, &step, sizeof (step)) == sizeof (step))
    last = step;
  return last;
}

static void
test_killed (Fixture      *f,
             gconstpointer data)
{
  int rounds = session_rounds (50);
  int done = 0;
  int i;

  for (i = 0; i < rounds; i++)
    {
      int ends[2];
      int found;
      pid_t child;

      g_assert_cmpint (pipe (ends), ==, 0);
      child = fork ();
      if (child == 0)
        {
          write_until_killed (f->path, ends[1]);
          _exit (1);
        }
      close (ends[1]);
      g_usleep ((gulong) g_test_rand_int_range (500, 9000));
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      done = read_last (ends[0], done);
      close (ends[0]);
      found = session_check (f->path);
      g_assert_cmpint (found, >=, done);
      g_assert_cmpint (found, <=, done + 1);
      done = found;
      if (done > STEPS_MOST - 50)
        {
          g_unlink (f->path);
          done = 0;
        }
    }
}

/* ---- who holds the lock dies ---- */

static void
hold_lock (const char *path,
           int         to)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (path);

  if (truce_store_adapter_begin (adapter, TRUE, NULL) && write (to, "", 1) == 1)
    pause ();
  _exit (1);
}

static void
test_lock_of_the_dead (Fixture      *f,
                       gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(GError) error = NULL;
  int ends[2];
  char byte;
  pid_t child;

  truce_sqlite_adapter_set_busy_timeout (TRUCE_SQLITE_ADAPTER (adapter), 5);
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    hold_lock (f->path, ends[1]);
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  g_assert_false (truce_store_adapter_begin (adapter, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_clear_error (&error);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_true (session_step (adapter, 1, &error));
  close (ends[0]);
  close (ends[1]);
}

/* ---- a fork ---- */

static int
use_after_fork (TruceStoreAdapter *adapter,
                const char        *path)
{
  g_autoptr(TruceStoreAdapter) own = NULL;
  GError *error = NULL;
  TruceStoredRecord *record = truce_store_adapter_get (adapter, "note", "n001", &error);

  if (record != NULL || !g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED))
    return 1;
  if (truce_store_adapter_begin (adapter, TRUE, NULL) || truce_store_adapter_commit (adapter, NULL))
    return 2;
  truce_store_adapter_rollback (adapter);
  g_object_unref (adapter);
  own = session_open (path);
  return session_step (own, 2, NULL) ? 0 : 3;
}

static void
test_fork (Fixture      *f,
           gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(GError) error = NULL;
  pid_t child;

  g_assert_true (session_step (adapter, 1, &error));
  child = fork ();
  if (child == 0)
    _exit (use_after_fork (adapter, f->path));
  wait_for (child, 0);
  g_assert_true (session_step (adapter, 3, &error));
  g_clear_object (&adapter);
  g_assert_cmpint (session_check (f->path), ==, 3);
}

/* A child that does nothing but end takes neither the lock nor what is not committed with it. */
static void
test_fork_in_transaction (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(TruceStoreAdapter) other = session_open (f->path);
  g_autoptr(GBytes) value = g_bytes_new ("1", 1);
  g_autoptr(GError) error = NULL;
  pid_t child;

  truce_sqlite_adapter_set_busy_timeout (TRUCE_SQLITE_ADAPTER (other), 5);
  g_assert_true (truce_store_adapter_begin (adapter, TRUE, &error));
  g_assert_true (truce_store_adapter_set_meta (adapter, "store", "state", value, &error));
  child = fork ();
  if (child == 0)
    {
      g_object_unref (adapter);
      _exit (0);
    }
  wait_for (child, 0);
  g_assert_false (truce_store_adapter_begin (other, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "somebody else is writing"));
  g_clear_error (&error);
  g_assert_true (truce_store_adapter_commit (adapter, &error));
  g_assert_cmpint (session_count (other), ==, 1);
}

/* ---- two write, one reads ---- */

#define EACH 10                 /* records a transaction */

/* The next version, which all that write count up together. */
static gint64
read_version (TruceStoreAdapter *adapter)
{
  return session_count (adapter);
}

static gboolean
write_one (TruceStoreAdapter *adapter,
           int                writer,
           int                number,
           gint64             version,
           GError           **error)
{
  g_autofree char *id = g_strdup_printf ("%d-%06d", writer, number);
  g_autofree char *value = g_strdup_printf ("{\"n\":%d}", number);
  g_autoptr(GBytes) state = g_bytes_new (NULL, 0);
  g_autoptr(TruceStoredRecord) record =
    truce_stored_record_new ("note", id, version, TRUCE_DELIVERY_PENDING, value, state, NULL);

  return truce_store_adapter_put (adapter, record, NULL, error);
}

static gboolean
write_several (TruceStoreAdapter *adapter,
               int                writer,
               int                number,
               GError           **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GBytes) count = NULL;
  gint64 version;
  int i;

  if (!truce_store_adapter_begin (adapter, TRUE, error))
    return FALSE;
  version = read_version (adapter);
  for (i = 0; i < EACH; i++)
    if (!write_one (adapter, writer, number + i, ++version, error))
      return FALSE;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, version);
  count = g_bytes_new (text, strlen (text));
  return truce_store_adapter_set_meta (adapter, "store", "state", count, error) &&
         truce_store_adapter_commit (adapter, error);
}

static int
write_all (const char *path,
           int         writer,
           int         n)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (path);
  int number;

  truce_sqlite_adapter_set_busy_timeout (TRUCE_SQLITE_ADAPTER (adapter), 120000);
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (adapter), TRUCE_DURABILITY_NORMAL);
  for (number = 0; number < n; number += EACH)
    {
      g_autoptr(GError) error = NULL;

      if (!write_several (adapter, writer, number, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
    }
  return 0;
}

/* Each of the two has written a beginning of its records, the versions have no gap, and the count is right. */
static gint64
check_snapshot (TruceStoreAdapter *adapter)
{
  int next[2] = { 0, 0 };
  gint64 version = 0;

  for (;;)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next_change (adapter, version, &error);
      g_autofree char *id = NULL;
      int writer;

      g_assert_no_error (error);
      if (record == NULL)
        break;
      g_assert_cmpint (truce_stored_record_get_version (record), ==, ++version);
      writer = truce_stored_record_get_id (record)[0] - '0';
      id = g_strdup_printf ("%d-%06d", writer, next[writer]++);
      g_assert_cmpstr (truce_stored_record_get_id (record), ==, id);
    }
  g_assert_cmpint (version, ==, read_version (adapter));
  g_assert_cmpint (version % EACH, ==, 0);
  return version;
}

static void
test_two_write (Fixture      *f,
                gconstpointer data)
{
  int n = EACH * session_rounds (50);   /* 10,000 with -m slow */
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  gint64 seen = 0;
  pid_t children[2];
  int i;

  for (i = 0; i < 2; i++)
    {
      children[i] = fork ();
      if (children[i] == 0)
        _exit (write_all (f->path, i, n));
    }
  while (seen < 2 * n)
    {
      gint64 now;

      g_assert_true (truce_store_adapter_begin (adapter, FALSE, NULL));
      now = check_snapshot (adapter);
      truce_store_adapter_rollback (adapter);
      g_assert_cmpint (now, >=, seen);
      seen = now;
      g_usleep (1000);
    }
  wait_for (children[0], 0);
  wait_for (children[1], 0);
  session_assert_clean (adapter);
}

/* ---- one reads for long, another writes much ---- */

static void
test_long_reader (Fixture      *f,
                  gconstpointer data)
{
  g_autofree char *log = g_strconcat (f->path, "-wal", NULL);
  g_autoptr(TruceStoreAdapter) reader = session_open (f->path);
  g_autoptr(TruceStoreAdapter) writer = session_open (f->path);
  g_autoptr(GError) error = NULL;
  GStatBuf during;
  GStatBuf after;
  int n = EACH * 400;
  int number;

  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (writer), TRUCE_DURABILITY_NORMAL);
  g_assert_true (write_several (writer, 0, 0, &error));
  g_assert_true (truce_store_adapter_begin (reader, FALSE, &error));
  for (number = EACH; number < n; number += EACH)
    g_assert_true (write_several (writer, 0, number, &error));
  g_assert_cmpint (check_snapshot (reader), ==, EACH);
  g_assert_cmpint (g_stat (log, &during), ==, 0);
  truce_store_adapter_rollback (reader);
  g_assert_cmpint (check_snapshot (reader), ==, n);
  for (; number < 2 * n; number += EACH)
    g_assert_true (write_several (writer, 0, number, &error));
  /* The log is used from its start again instead of growing on. */
  g_assert_cmpint (g_stat (log, &after), ==, 0);
  g_assert_cmpint (after.st_size, <, 2 * during.st_size);
}

/* ---- threads ---- */

static gpointer
write_in_thread (gpointer data)
{
  return GINT_TO_POINTER (write_all (data, 1, EACH * 20));
}

static void
test_threads (Fixture      *f,
              gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  GThread *thread = g_thread_new ("writer", write_in_thread, f->path);

  g_assert_cmpint (write_all (f->path, 0, EACH * 20), ==, 0);
  g_assert_null (g_thread_join (thread));
  g_assert_cmpint (check_snapshot (adapter), ==, 2 * EACH * 20);
  session_assert_clean (adapter);
}

#define ADD(path, func) g_test_add ("/sqlite-processes/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("killed", test_killed);
  ADD ("lock-of-the-dead", test_lock_of_the_dead);
  ADD ("fork", test_fork);
  ADD ("fork-in-transaction", test_fork_in_transaction);
  ADD ("two-write", test_two_write);
  ADD ("long-reader", test_long_reader);
  ADD ("threads", test_threads);
  return g_test_run ();
}
