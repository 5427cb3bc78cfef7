/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What may be opened, and what happens to the file under an open store. */

#include "sqlite-session.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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
  g_chmod (f->folder, 0700);
  session_remove_folder (f->folder);
  g_free (f->path);
}

/* Everything in the folder: names, and what is in the files. */
static char *
see_folder (const char *folder)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  GString *seen = g_string_new (NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = NULL;
      gsize length = 0;

      g_string_append_printf (seen, "%s ", name);
      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || !g_file_get_contents (path, &content, &length, NULL))
        continue;
      g_checksum_reset (checksum);
      g_checksum_update (checksum, (guchar *) content, (gssize) length);
      g_string_append_printf (seen, "(%s) ", g_checksum_get_string (checksum));
    }
  return g_string_free (seen, FALSE);
}

/* It is refused, the message names the file, and nothing is touched. */
static void
assert_refused (Fixture         *f,
                TruceSqliteFlags flags,
                TruceError       code,
                const char      *reason)
{
  g_autofree char *before = see_folder (f->folder);
  g_autofree char *after = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new (f->path, flags, &error);

  g_assert_null (adapter);
  g_assert_error (error, TRUCE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, f->path));
  g_assert_nonnull (strstr (error->message, reason));
  after = see_folder (f->folder);
  g_assert_cmpstr (after, ==, before);
}

static void
make_store (Fixture *f,
            int      steps)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(GError) error = NULL;
  int step;

  for (step = 1; step <= steps; step++)
    {
      session_step (adapter, step, &error);
      g_assert_no_error (error);
    }
}

static void
run_sql (const char *path,
         const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
write_file (const char *path,
            const char *content,
            gssize      length)
{
  g_assert_true (g_file_set_contents (path, content, length, NULL));
}

/* ---- what is no store ---- */

static void
test_text (Fixture      *f,
           gconstpointer data)
{
  write_file (f->path, "Dear diary, this is not a database, but longer than one hundred bytes, so that a header "
              "would have room in it.\n", -1);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_INVALID_DATA, "is not a SQLite database");
}

static void
test_short (Fixture      *f,
            gconstpointer data)
{
  write_file (f->path, "SQLite format 3", 16);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_INVALID_DATA, "another program");
}

static void
test_other_program (Fixture      *f,
                    gconstpointer data)
{
  run_sql (f->path, "CREATE TABLE a (b)");
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_INVALID_DATA, "another program (application_id 0x00000000)");
  run_sql (f->path, "PRAGMA application_id = 17");
  assert_refused (f, TRUCE_SQLITE_READ_ONLY, TRUCE_ERROR_INVALID_DATA, "another program (application_id 0x00000011)");
}

static void
test_folder (Fixture      *f,
             gconstpointer data)
{
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_UNSUPPORTED, "is a folder");
}

static void
test_pipe (Fixture      *f,
           gconstpointer data)
{
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_UNSUPPORTED, "a device or a pipe");
}

static void
test_nothing (Fixture      *f,
              gconstpointer data)
{
  assert_refused (f, TRUCE_SQLITE_EXISTING, TRUCE_ERROR_NOT_FOUND, "there is no store");
  assert_refused (f, TRUCE_SQLITE_READ_ONLY, TRUCE_ERROR_NOT_FOUND, "there is no store");
  g_clear_pointer (&f->path, g_free);
  f->path = g_build_filename (f->folder, "nowhere", "store.db", NULL);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_NOT_FOUND, "No such file");
}

static void
test_newer (Fixture      *f,
            gconstpointer data)
{
  make_store (f, 2);
  run_sql (f->path, "PRAGMA user_version = 2");
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_TOO_NEW, "has layout 2; this version of Truce reads up to 1");
  assert_refused (f, TRUCE_SQLITE_READ_ONLY, TRUCE_ERROR_TOO_NEW, "has layout 2");
}

/* The newer version has not come further than the log yet. */
static void
test_newer_in_log (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length = 0;
  gsize length_after = 0;
  sqlite3 *db = NULL;

  make_store (f, 2);
  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 2", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_true (g_file_get_contents (f->path, &before, &length, NULL));
  adapter = truce_sqlite_adapter_new (f->path, TRUCE_SQLITE_DEFAULT, &error);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_NEW);
  g_assert_true (g_file_get_contents (f->path, &after, &length_after, NULL));
  g_assert_cmpmem (before, length, after, length_after);
  sqlite3_close (db);
}

static void
test_cut_off (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *lock = g_strconcat (f->path, "-lock", NULL);
  GStatBuf status;
  goffset size;

  make_store (f, 12);
  g_unlink (lock);
  g_assert_cmpint (g_stat (f->path, &status), ==, 0);
  for (size = status.st_size - 4096; size > 0; size -= 4096)
    {
      g_assert_cmpint (truncate (f->path, size), ==, 0);
      assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_CORRUPT, "is cut off");
      g_assert_cmpint (truncate (f->path, size - 1000), ==, 0);
      assert_refused (f, TRUCE_SQLITE_READ_ONLY, TRUCE_ERROR_CORRUPT, "is cut off");
    }
}

/* Its name and number are right, its tables are not there. */
static void
test_no_tables (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = NULL;

  run_sql (f->path, "PRAGMA application_id = 0x54727563; PRAGMA user_version = 1; CREATE TABLE a (b)");
  adapter = truce_sqlite_adapter_new (f->path, TRUCE_SQLITE_DEFAULT, &error);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "no such table"));
}

#define NOBODY 65534

/* As root everything may be read and written: so, as somebody else. */
static void
test_no_permission (Fixture      *f,
                    gconstpointer data)
{
  g_autofree char *lock = g_strconcat (f->path, "-lock", NULL);
  gboolean root = geteuid () == 0;

  if (root)
    {
      g_assert_cmpint (chown (f->folder, NOBODY, (gid_t) -1), ==, 0);
      g_assert_cmpint (seteuid (NOBODY), ==, 0);
    }
  make_store (f, 2);
  g_chmod (f->path, 0000);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_READ_ONLY, "Permission denied");
  g_chmod (f->path, 0400);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_READ_ONLY, "cannot be written");
  g_unlink (lock);
  g_chmod (f->folder, 0500);
  assert_refused (f, TRUCE_SQLITE_DEFAULT, TRUCE_ERROR_READ_ONLY, "Permission denied");
  if (root)
    g_assert_cmpint (seteuid (0), ==, 0);
}

/* ---- what is one ---- */

static void
test_empty_is_new (Fixture      *f,
                   gconstpointer data)
{
  write_file (f->path, "", 0);
  make_store (f, 2);
  g_assert_cmpint (session_check (f->path), ==, 2);
}

/* Names that SQLite reads in a way of its own are names of files here. */
static void
test_names (Fixture      *f,
            gconstpointer data)
{
  static const char * const names[] = { ":memory:", "file:x?mode=memory", "", "a b'c\"d%20.db", "ÄÖ-\xe2\x82\xac.db" };
  g_autofree char *before = g_get_current_dir ();
  guint i;

  g_assert_cmpint (g_chdir (f->folder), ==, 0);
  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new (names[i], TRUCE_SQLITE_DEFAULT, &error);

      if (names[i][0] == '\0')          /* the folder itself */
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
      else
        g_assert_no_error (error);
      if (adapter != NULL)
        g_assert_true (g_file_test (names[i], G_FILE_TEST_IS_REGULAR));
    }
  g_assert_cmpint (g_chdir (before), ==, 0);
}

static void
test_read_only (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  g_autoptr(TruceSqliteAdapter) adapter = NULL;
  g_autofree char *dump = NULL;

  make_store (f, 5);
  adapter = truce_sqlite_adapter_new (f->path, TRUCE_SQLITE_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truce_sqlite_adapter_get_flags (adapter), ==, TRUCE_SQLITE_READ_ONLY);
  g_assert_cmpstr (truce_sqlite_adapter_get_path (adapter), ==, f->path);
  dump = session_dump (TRUCE_STORE_ADAPTER (adapter));
  g_assert_cmpstr (dump, ==, session_expect (5));
  truce_schema_add_index (schema, "step", &error);
  g_assert_no_error (error);
  g_assert_true (truce_store_adapter_prepare (TRUCE_STORE_ADAPTER (adapter), "note", schema, &error));
  g_assert_false (truce_store_adapter_begin (TRUCE_STORE_ADAPTER (adapter), TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY);
}

static void
test_properties (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  TruceDurability durability = TRUCE_DURABILITY_NORMAL;
  TruceSqliteFlags flags = TRUCE_SQLITE_EXISTING;
  g_autofree char *path = NULL;
  guint timeout = 0;

  g_object_get (adapter, "path", &path, "flags", &flags, "durability", &durability, "busy-timeout", &timeout, NULL);
  g_assert_cmpstr (path, ==, f->path);
  g_assert_cmpint (flags, ==, TRUCE_SQLITE_DEFAULT);
  g_assert_cmpint (durability, ==, TRUCE_DURABILITY_FULL);
  g_assert_cmpuint (timeout, ==, 5000);
  g_object_set (adapter, "durability", TRUCE_DURABILITY_NORMAL, "busy-timeout", 7, NULL);
  g_assert_cmpint (truce_sqlite_adapter_get_durability (TRUCE_SQLITE_ADAPTER (adapter)), ==, TRUCE_DURABILITY_NORMAL);
  g_assert_cmpuint (truce_sqlite_adapter_get_busy_timeout (TRUCE_SQLITE_ADAPTER (adapter)), ==, 7);
}

/* Made by g_object_new() instead of g_initable_new(): opened at its first use, or an error. */
static void
test_not_initialized (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = g_object_new (TRUCE_TYPE_SQLITE_ADAPTER, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_store_adapter_begin (adapter, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

/* ---- under an open store ---- */

static void
test_moved (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autofree char *elsewhere = g_strconcat (f->path, ".old", NULL);
  g_autofree char *dump = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (session_step (adapter, 1, &error));
  g_assert_cmpint (g_rename (f->path, elsewhere), ==, 0);
  g_assert_false (session_step (adapter, 2, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  dump = session_dump (adapter);
  g_assert_cmpstr (dump, ==, session_expect (1));
  g_assert_cmpint (g_rename (elsewhere, f->path), ==, 0);
  g_assert_true (session_step (adapter, 2, &error));
}

static void
test_removed (Fixture      *f,
              gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(GError) error = NULL;

  g_assert_true (session_step (adapter, 1, &error));
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_false (session_step (adapter, 2, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
}

/* Whoever holds the removed one and whoever makes a new one still keep apart. */
static void
test_lock_removed (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) one = session_open (f->path);
  g_autofree char *lock = g_strconcat (f->path, "-lock", NULL);
  g_autoptr(TruceStoreAdapter) two = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_unlink (lock), ==, 0);
  two = session_open (f->path);
  truce_sqlite_adapter_set_busy_timeout (TRUCE_SQLITE_ADAPTER (two), 5);
  g_assert_true (truce_store_adapter_begin (one, TRUE, &error));
  g_assert_false (truce_store_adapter_begin (two, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "somebody else is writing"));
  truce_store_adapter_rollback (one);
}

/* One file by two names has one lock. */
static void
test_links (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) one = session_open (f->path);
  g_autofree char *link = g_build_filename (f->folder, "link.db", NULL);
  g_autoptr(TruceStoreAdapter) two = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (symlink (f->path, link), ==, 0);
  two = session_open (link);
  truce_sqlite_adapter_set_busy_timeout (TRUCE_SQLITE_ADAPTER (two), 5);
  g_assert_true (truce_store_adapter_begin (one, TRUE, &error));
  g_assert_false (truce_store_adapter_begin (two, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "somebody else is writing"));
  truce_store_adapter_rollback (one);
}

/* The sqlite3 command writes without our lock. */
static void
test_stranger_writes (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(GError) error = NULL;
  sqlite3 *db = NULL;

  truce_sqlite_adapter_set_busy_timeout (TRUCE_SQLITE_ADAPTER (adapter), 5);
  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (session_step (adapter, 1, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_cmpint (sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  g_assert_true (session_step (adapter, 1, &error));
}

static void
test_no_descriptors (Fixture      *f,
                     gconstpointer data)
{
  g_autofree char *second = g_strconcat (f->path, "2", NULL);
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  g_autoptr(TruceSqliteAdapter) other = NULL;
  g_autoptr(GError) error = NULL;
  struct rlimit before;
  struct rlimit few;
  int next = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  close (next);
  g_assert_true (session_step (adapter, 1, &error));
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  few = before;
  few.rlim_cur = (rlim_t) next;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  other = truce_sqlite_adapter_new (second, TRUCE_SQLITE_DEFAULT, &error);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
  g_clear_error (&error);
  g_assert_true (session_step (adapter, 2, &error));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  g_clear_object (&adapter);
  g_assert_cmpint (session_check (f->path), ==, 2);
}

/* ---- a filesystem without locks: flock() is made to fail, in a process of its own ---- */

static gboolean
forbid_locks (void)
{
  struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_flock, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOLCK),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { G_N_ELEMENTS (filter), filter };

  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum { REFUSED, NO_SANDBOX, WRONG };

static int
open_without_locks (const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = NULL;

  if (!forbid_locks ())
    return NO_SANDBOX;
  adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error);
  return g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED) && !g_file_test (path, G_FILE_TEST_EXISTS) ?
         REFUSED : WRONG;
}

static void
test_no_locks (Fixture      *f,
               gconstpointer data)
{
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    _exit (open_without_locks (f->path));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == NO_SANDBOX)
    g_test_skip ("no seccomp here");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, REFUSED);
}

#define ADD(path, func) g_test_add ("/sqlite-open/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("refuses/text", test_text);
  ADD ("refuses/short", test_short);
  ADD ("refuses/other-program", test_other_program);
  ADD ("refuses/folder", test_folder);
  ADD ("refuses/pipe", test_pipe);
  ADD ("refuses/nothing", test_nothing);
  ADD ("refuses/newer", test_newer);
  ADD ("refuses/newer-in-log", test_newer_in_log);
  ADD ("refuses/cut-off", test_cut_off);
  ADD ("refuses/no-tables", test_no_tables);
  ADD ("refuses/no-permission", test_no_permission);
  ADD ("refuses/no-locks", test_no_locks);
  ADD ("empty-is-new", test_empty_is_new);
  ADD ("names", test_names);
  ADD ("read-only", test_read_only);
  ADD ("properties", test_properties);
  ADD ("not-initialized", test_not_initialized);
  ADD ("under/moved", test_moved);
  ADD ("under/removed", test_removed);
  ADD ("under/lock-removed", test_lock_removed);
  ADD ("under/links", test_links);
  ADD ("under/stranger-writes", test_stranger_writes);
  ADD ("under/no-descriptors", test_no_descriptors);
  return g_test_run ();
}
