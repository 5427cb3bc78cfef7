/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A file that somebody or something has changed: an error or the right answer for every record, never another
 * record's words. */

#include "sqlite-session.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define STEPS 40
#define SECTOR 512

typedef struct
{
  char *folder;
  char *path;
  char *log;
  char *content;                /* of a file that is whole */
  gsize length;
} Fixture;

static void
fixture_set_up (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = NULL;
  int step;

  f->folder = session_create_folder ();
  f->path = g_build_filename (f->folder, "store.db", NULL);
  f->log = g_strconcat (f->path, "-wal", NULL);
  adapter = session_open (f->path);
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (adapter), TRUCE_DURABILITY_NORMAL);
  for (step = 1; step <= STEPS; step++)
    g_assert_true (session_step (adapter, step, NULL));
  g_clear_object (&adapter);
  g_assert_true (g_file_get_contents (f->path, &f->content, &f->length, NULL));
}

static void
fixture_tear_down (Fixture      *f,
                   gconstpointer data)
{
  session_remove_folder (f->folder);
  g_free (f->path);
  g_free (f->log);
  g_free (f->content);
}

static void
remove_beside (Fixture *f)
{
  g_autofree char *memory = g_strconcat (f->path, "-shm", NULL);

  g_unlink (f->log);
  g_unlink (memory);
}

static void
write_changed (Fixture    *f,
               const char *content,
               gsize       length)
{
  remove_beside (f);
  g_assert_true (g_file_set_contents_full (f->path, content, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0666, NULL));
}

static TruceStoreAdapter *
get_model (void)
{
  static TruceStoreAdapter *model;
  int step;

  if (model != NULL)
    return model;
  model = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  for (step = 1; step <= STEPS; step++)
    g_assert_true (session_step (model, step, NULL));
  return model;
}

static void
assert_same (TruceStoredRecord *a,
             TruceStoredRecord *b)
{
  g_autoptr(GBytes) state_a = truce_stored_record_dup_state (a);
  g_autoptr(GBytes) state_b = truce_stored_record_dup_state (b);

  g_assert_cmpstr (truce_stored_record_get_value (a), ==, truce_stored_record_get_value (b));
  g_assert_cmpint (truce_stored_record_get_version (a), ==, truce_stored_record_get_version (b));
  g_assert_cmpint (truce_stored_record_get_delivery (a), ==, truce_stored_record_get_delivery (b));
  g_assert_true (g_bytes_equal (state_a, state_b));
}

/* How many records are not there; those that are, are right, or give an error. */
static int
count_lost (TruceStoreAdapter *adapter)
{
  int lost = 0;
  int number;

  for (number = 1; number <= STEPS; number++)
    {
      g_autofree char *id = g_strdup_printf ("n%03d", number);
      g_autoptr(TruceStoredRecord) wanted = truce_store_adapter_get (get_model (), "note", id, NULL);
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceStoredRecord) found = truce_store_adapter_get (adapter, "note", id, &error);

      g_assert_true (error == NULL || error->domain == TRUCE_ERROR);
      if (found != NULL)
        g_assert_nonnull (wanted);
      if (found != NULL)
        assert_same (found, wanted);
      else if (wanted != NULL)
        lost++;
    }
  return lost;
}

/* The walk ends, with an error or without. */
static void
walk_all (TruceStoreAdapter *adapter)
{
  g_autoptr(GError) error = NULL;
  gint64 after = 0;

  for (;;)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next_change (adapter, after, &error);

      if (record == NULL)
        break;
      g_assert_cmpint (truce_stored_record_get_version (record), >, after);
      after = truce_stored_record_get_version (record);
    }
}

/* What is wrong with the file is seen: when it is opened, when it is read, or at the latest when it is
 * verified. */
static void
look_at_damaged (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new (f->path, TRUCE_SQLITE_DEFAULT, &error);
  g_auto(GStrv) problems = NULL;
  int lost;

  if (adapter == NULL)
    {
      g_assert_true (error->domain == TRUCE_ERROR);
      return;
    }
  lost = count_lost (TRUCE_STORE_ADAPTER (adapter));
  walk_all (TRUCE_STORE_ADAPTER (adapter));
  problems = truce_store_adapter_verify (TRUCE_STORE_ADAPTER (adapter), NULL, &error);
  g_assert_true (problems != NULL || error != NULL);
  if (lost > 0)
    g_assert_true (problems == NULL || problems[0] != NULL);
}

static void
test_bit (Fixture      *f,
          gconstpointer data)
{
  int rounds = session_rounds (50);
  g_autofree char *changed = g_malloc (f->length);
  int i;

  for (i = 0; i < rounds; i++)
    {
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) f->length);

      memcpy (changed, f->content, f->length);
      changed[at] ^= (char) (1 << g_test_rand_int_range (0, 8));
      write_changed (f, changed, f->length);
      look_at_damaged (f);
    }
}

static void
test_sector (Fixture      *f,
             gconstpointer data)
{
  int rounds = session_rounds (10);
  g_autofree char *changed = g_malloc (f->length);
  int i;

  for (i = 0; i < rounds; i++)
    {
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) (f->length / SECTOR)) * SECTOR;
      gsize k;

      memcpy (changed, f->content, f->length);
      for (k = at; k < at + SECTOR; k++)
        changed[k] = (char) g_test_rand_int_range (0, 256);
      write_changed (f, changed, f->length);
      look_at_damaged (f);
    }
}

static void
run_sql (Fixture    *f,
         const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

typedef struct
{
  const char *name;
  const char *sql;
  const char *problem;          /* that verify reports */
} Change;

/* What SQLite takes for a sound file. */
static const Change changes[] = {
  { "value", "UPDATE record SET value = '{\"step\":1}' WHERE id = 'n040'", "wrong checksum" },
  { "value-to-deleted", "UPDATE record SET value = NULL WHERE id = 'n040'", "wrong checksum" },
  { "state", "UPDATE record SET state = x'00' WHERE id = 'n040'", "wrong checksum" },
  { "base", "UPDATE record SET base = NULL WHERE id = 'n040'", "wrong checksum" },
  { "id", "UPDATE record SET id = 'n999' WHERE id = 'n040'", "wrong checksum" },
  { "version", "UPDATE record SET version = version + 1 WHERE id = 'n040'", "wrong checksum" },
  { "delivery", "UPDATE record SET delivery = 0 WHERE id = 'n040'", "wrong checksum" },
  { "no-outbox", "DELETE FROM outbox WHERE version = 400", "not in the outbox" },
  { "two-lists", "INSERT INTO feed (version, record) SELECT version, key FROM record WHERE id = 'n040'",
    "both in the outbox and in the feed" },
  { "no-feed", "DELETE FROM feed", "not in the feed" },
  { "meta", "UPDATE meta SET value = x'31' WHERE grp = 'store'", "wrong checksum" },
  { "meta-key", "UPDATE meta SET key = 'stat' WHERE grp = 'store'", "wrong checksum" },
  { "stray-words", "INSERT INTO search (rowid, text) VALUES (4, 'word')", "Words of a record that is not there" },
  { "own-words", "INSERT INTO search (rowid, text) VALUES (400, 'word')", "the words that are searched are not its own" },
};

static void
test_change (Fixture      *f,
             gconstpointer data)
{
  const Change *change = data;
  g_autoptr(TruceStoreAdapter) adapter = NULL;
  g_auto(GStrv) problems = NULL;
  g_autofree char *all = NULL;
  g_autoptr(GError) error = NULL;

  run_sql (f, change->sql);
  adapter = session_open (f->path);
  problems = truce_store_adapter_verify (adapter, NULL, &error);
  g_assert_no_error (error);
  all = g_strjoinv ("\n", problems);
  g_assert_nonnull (strstr (all, change->problem));
  g_clear_object (&adapter);
  look_at_damaged (f);
}

/* ---- what can be read ---- */

typedef struct
{
  int n_records;
  int n_problems;
} Salvaged;

static void
note_salvaged (TruceStoredRecord *record,
               const char        *problem,
               gpointer           data)
{
  Salvaged *salvaged = data;
  g_autoptr(TruceStoredRecord) wanted = NULL;

  g_assert_true ((record == NULL) != (problem == NULL));
  salvaged->n_records += record != NULL;
  salvaged->n_problems += problem != NULL;
  if (record == NULL)
    return;
  wanted = truce_store_adapter_get (get_model (), "note", truce_stored_record_get_id (record), NULL);
  g_assert_nonnull (wanted);
  assert_same (record, wanted);
}

static int
count_model (void)
{
  int n = 0;
  int number;

  for (number = 1; number <= STEPS; number++)
    {
      g_autofree char *id = g_strdup_printf ("n%03d", number);
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_get (get_model (), "note", id, NULL);

      n += record != NULL;
    }
  return n;
}

/* What is missing is told. */
static int
salvage (Fixture *f)
{
  Salvaged salvaged = { 0, 0 };
  g_autoptr(GError) error = NULL;
  gint64 n = truce_sqlite_adapter_salvage (f->path, note_salvaged, &salvaged, &error);

  if (n < 0)
    {
      g_assert_true (error->domain == TRUCE_ERROR);
      return 0;
    }
  g_assert_cmpint (n, ==, salvaged.n_records);
  g_assert_cmpint (salvaged.n_records, <=, count_model ());
  if (salvaged.n_records < count_model ())
    g_assert_cmpint (salvaged.n_problems, >, 0);
  return salvaged.n_records;
}

static void
test_salvage (Fixture      *f,
              gconstpointer data)
{
  int whole = salvage (f);
  int kept = 0;
  gsize length;

  g_assert_cmpint (whole, ==, count_model ());
  for (length = f->length - 4096; length > f->length / 2; length -= 4096)
    {
      write_changed (f, f->content, length);
      kept += salvage (f);
    }
  g_assert_cmpint (kept, >, 0);
  write_changed (f, "nothing of the kind", 19);
  g_assert_cmpint (salvage (f), ==, 0);
}

static void
test_salvage_sector (Fixture      *f,
                     gconstpointer data)
{
  int rounds = session_rounds (10);
  g_autofree char *changed = g_malloc (f->length);
  int kept = 0;
  int i;

  for (i = 0; i < rounds; i++)
    {
      gsize at = (gsize) g_test_rand_int_range (8, (gint32) (f->length / SECTOR)) * SECTOR;       /* not the first page */
      gsize k;

      memcpy (changed, f->content, f->length);
      for (k = at; k < at + SECTOR; k++)
        changed[k] = (char) g_test_rand_int_range (0, 256);
      write_changed (f, changed, f->length);
      kept += salvage (f);
    }
  g_assert_cmpint (kept, >, rounds * count_model () / 2);
}

/* ---- the files beside it ---- */

static void
make_killed (Fixture *f,
             int      steps)
{
  g_autofree char *copy = g_strconcat (f->path, ".copy", NULL);
  g_autofree char *copy_log = g_strconcat (f->log, ".copy", NULL);
  TruceStoreAdapter *adapter = NULL;
  int step;

  remove_beside (f);
  g_unlink (f->path);
  adapter = session_open (f->path);
  for (step = 1; step <= steps; step++)
    g_assert_true (session_step (adapter, step, NULL));
  session_copy_file (f->path, copy);
  session_copy_file (f->log, copy_log);
  g_object_unref (adapter);
  session_copy_file (copy, f->path);
  session_copy_file (copy_log, f->log);
}

static void
test_no_memory_file (Fixture      *f,
                     gconstpointer data)
{
  make_killed (f, 7);
  g_assert_cmpint (session_check (f->path), ==, 7);
}

static void
test_wrong_memory_file (Fixture      *f,
                        gconstpointer data)
{
  g_autofree char *memory = g_strconcat (f->path, "-shm", NULL);

  make_killed (f, 7);
  session_copy_file (f->log, memory);
  g_assert_cmpint (session_check (f->path), ==, 7);
}

/* Then what was only in it is gone; what is left is whole. */
static void
test_no_log (Fixture      *f,
             gconstpointer data)
{
  make_killed (f, 7);
  g_unlink (f->log);
  g_assert_cmpint (session_check (f->path), ==, 0);
}

static void
test_log_cut (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *log = NULL;
  gsize length = 0;
  gsize cut;
  int last = 0;

  make_killed (f, 7);
  g_assert_true (g_file_get_contents (f->log, &log, &length, NULL));
  for (cut = 0; cut < length; cut += 1 + (gsize) g_test_rand_int_range (0, 20000))
    {
      int found;

      make_killed (f, 7);
      g_assert_cmpint (truncate (f->log, (off_t) cut), ==, 0);
      found = session_check (f->path);
      g_assert_cmpint (found, >=, last);
      last = found;
    }
}

/* A stale log of another file: SQLite cannot know; what comes of it is seen when it is verified, or is
 * whole. */
static void
test_log_of_another (Fixture      *f,
                     gconstpointer data)
{
  g_autofree char *log = NULL;
  gsize length = 0;

  make_killed (f, 9);
  g_assert_true (g_file_get_contents (f->log, &log, &length, NULL));
  write_changed (f, f->content, f->length);
  g_assert_true (g_file_set_contents (f->log, log, (gssize) length, NULL));
  {
    g_autoptr(GError) error = NULL;
    g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new (f->path, TRUCE_SQLITE_DEFAULT, &error);
    g_auto(GStrv) problems = NULL;
    g_autofree char *dump = NULL;

    if (adapter == NULL)
      return;
    problems = truce_store_adapter_verify (TRUCE_STORE_ADAPTER (adapter), NULL, &error);
    if (problems == NULL || problems[0] != NULL)
      return;
    dump = session_dump (TRUCE_STORE_ADAPTER (adapter));
    g_assert_cmpstr (dump, ==, session_expect (session_count (TRUCE_STORE_ADAPTER (adapter))));
  }
}

/* With SQLite's backup, while the store is open. */
static void
test_backup (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *copy = g_strconcat (f->path, ".backup", NULL);
  g_autoptr(TruceStoreAdapter) adapter = session_open (f->path);
  sqlite3_backup *backup;
  sqlite3 *from = NULL;
  sqlite3 *to = NULL;

  g_assert_cmpint (sqlite3_open (f->path, &from), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_open (copy, &to), ==, SQLITE_OK);
  backup = sqlite3_backup_init (to, "main", from, "main");
  g_assert_nonnull (backup);
  g_assert_cmpint (sqlite3_backup_step (backup, -1), ==, SQLITE_DONE);
  g_assert_cmpint (sqlite3_backup_finish (backup), ==, SQLITE_OK);
  sqlite3_close (to);
  sqlite3_close (from);
  g_assert_true (session_step (adapter, STEPS + 1, NULL));
  g_assert_cmpint (session_check (copy), ==, STEPS);
}

#define ADD(path, func) g_test_add ("/sqlite-damage/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  guint i;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("bit", test_bit);
  ADD ("sector", test_sector);
  for (i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *path = g_strconcat ("/sqlite-damage/change/", changes[i].name, NULL);

      g_test_add (path, Fixture, &changes[i], fixture_set_up, test_change, fixture_tear_down);
    }
  ADD ("beside/no-memory-file", test_no_memory_file);
  ADD ("beside/wrong-memory-file", test_wrong_memory_file);
  ADD ("beside/no-log", test_no_log);
  ADD ("beside/log-cut", test_log_cut);
  ADD ("beside/log-of-another", test_log_of_another);
  ADD ("salvage/cut-off", test_salvage);
  ADD ("salvage/sector", test_salvage_sector);
  ADD ("backup", test_backup);
  return g_test_run ();
}
