/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A store in a file, whose disk fails, whose power goes, whose process is killed, and which others write to:
 * every batch that was acknowledged is there, whole, and nothing else is. What must be there is known from a
 * store in memory that does the same. */

#include "fault-vfs.h"
#include "sqlite-session.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS 10
#define REOPEN 4                        /* steps after which the file is closed and opened again */
#define KILL_STEPS 200

static TruceCollection *
get_notes (TruceStore *store,
           GError    **error)
{
  g_autoptr(TruceSchema) schema =
    truce_schema_new_from_text ("{\"fields\":{\"votes\":{\"kind\":\"counter\"},\"tags\":{\"kind\":\"set\"}},"
                                "\"indexes\":[\"n\"],\"search\":[\"title\"]}", NULL);

  g_assert_nonnull (schema);
  return truce_store_get_collection (store, "note", schema, error);
}

/* ---- the script ---- */

static TruceBatch *
make_batch (int step)
{
  TruceBatch *batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autofree char *id = g_strdup_printf ("n%03d", step);
  g_autofree char *filling = g_strnfill ((gsize) (step % 5) * 1200, 'x');
  g_autofree char *value =
    g_strdup_printf ("{\"n\":%d,\"tags\":[\"a\",\"b%d\"],\"title\":\"word%d %s\",\"votes\":1}", step, step, step, filling);
  g_autofree char *count = g_strdup_printf ("{\"n\":%d}", step);
  int half = step / 2;

  truce_batch_create_text (batch, "note", id, value);
  truce_batch_put_text (batch, "note", "count", count);
  if (half > 0 && half % 5 != 3)
    {
      g_autofree char *other = g_strdup_printf ("n%03d", half);
      g_autofree char *fields = g_strdup_printf ("{\"title\":\"again%d\"}", step);

      truce_batch_patch_text (batch, "note", other, fields);
      truce_batch_increment (batch, "note", other, "votes", step);
    }
  if (step % 5 == 0)
    {
      g_autofree char *other = g_strdup_printf ("n%03d", step - 2);

      truce_batch_delete (batch, "note", other);
    }
  return batch;
}

/* TRUE: acknowledged. */
static gboolean
run_step (TruceStore *store,
          int         step,
          GError    **error)
{
  g_autoptr(TruceBatch) batch = make_batch (step);
  g_autoptr(TruceBatchResult) result = truce_store_run (store, batch, error);

  return result != NULL && truce_batch_result_is_clean (result);
}

/* ---- what is there ---- */

static void
dump_record (GString         *text,
             TruceCollection *notes,
             const char      *id)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *value = truce_collection_dup_text (notes, id, NULL);
  TruceDelivery delivery = truce_collection_get_delivery (notes, id, NULL);

  g_string_append_printf (text, "%s %d %s\n", id, (int) delivery, value);
}

static char *
dump_store (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) notes = get_notes (store, &error);
  GString *text = g_string_new (NULL);
  int number;

  g_assert_no_error (error);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " records, %" G_GUINT64_FORMAT " pending\n",
                          truce_store_get_n_records (store), truce_store_count (store, TRUCE_DELIVERY_PENDING));
  dump_record (text, notes, "count");
  for (number = 1; number <= KILL_STEPS; number++)
    {
      g_autofree char *id = g_strdup_printf ("n%03d", number);

      dump_record (text, notes, id);
    }
  return g_string_free (text, FALSE);
}

static int
count_steps (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) notes = get_notes (store, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = truce_collection_dup_text (notes, "count", NULL);
  return text != NULL ? (int) g_ascii_strtoll (text + 5, NULL, 10) : 0;        /* {"n":12} */
}

static const char *
expect (int steps)
{
  static char *dumps[KILL_STEPS + 1];
  static TruceStore *model;
  static TruceCollection *notes;        /* kept, with its schema */
  static int known;

  if (model == NULL)
    {
      g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());

      model = truce_store_new (adapter, NULL);
      notes = get_notes (model, NULL);
      g_assert_nonnull (notes);
      dumps[0] = dump_store (model);
    }
  while (known < steps)
    {
      g_assert_true (run_step (model, ++known, NULL));
      dumps[known] = dump_store (model);
    }
  return dumps[steps];
}

static int
check_file (const char *path)
{
  static const char * const none[] = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStore) store = truce_store_open (path, &error);
  g_autofree char *dump = NULL;
  g_auto(GStrv) problems = NULL;
  int steps;

  g_assert_no_error (error);
  steps = count_steps (store);
  dump = dump_store (store);
  g_assert_cmpstr (dump, ==, expect (steps));
  problems = truce_store_verify (store, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (problems, none);
  return steps;
}

/* ---- faults ---- */

typedef struct
{
  char *folder;
  char *path;
  char *copy_folder;
  char *copy;
  TruceStore *store;                    /* NULL: could not be opened */
  TruceCollection *notes;
  int done;                             /* steps that were acknowledged */
} Run;

static void
run_init (Run *run)
{
  *run = (Run) { .folder = session_create_folder () };
  run->path = g_build_filename (run->folder, "store.db", NULL);
  run->copy_folder = g_build_filename (run->folder, "copy", NULL);
  run->copy = g_build_filename (run->copy_folder, "store.db", NULL);
}

static void
run_clear (Run *run)
{
  g_clear_object (&run->notes);
  g_clear_object (&run->store);
  session_remove_folder (run->folder);
  g_free (run->path);
  g_free (run->copy_folder);
  g_free (run->copy);
}

static gboolean
run_open (Run *run)
{
  g_autoptr(GError) error = NULL;

  g_clear_object (&run->notes);
  g_clear_object (&run->store);
  run->store = truce_store_open (run->path, &error);
  if (run->store != NULL)
    run->notes = get_notes (run->store, &error);
  if (run->notes == NULL)
    g_clear_object (&run->store);
  return run->notes != NULL;
}

static gboolean
try_step (Run *run)
{
  if ((run->done % REOPEN == 0 || run->store == NULL) && !run_open (run))
    return FALSE;
  if (!run_step (run->store, run->done + 1, NULL))
    return FALSE;
  run->done++;
  return TRUE;
}

/* FALSE: nothing failed. */
static gboolean
run_errors (FaultKind kind,
            int       at,
            gboolean  lasting)
{
  gboolean met = FALSE;
  Run run;

  run_init (&run);
  fault_vfs_fail (kind, at, lasting);
  while (run.done < STEPS)
    {
      if (try_step (&run))
        continue;
      g_assert_false (met);             /* the next call works */
      met = TRUE;
      g_assert_cmpint (fault_vfs_heal (), >, 0);
      if (run.store != NULL)
        {
          g_autofree char *dump = dump_store (run.store);

          g_assert_cmpstr (dump, ==, expect (run.done));
        }
    }
  met = fault_vfs_heal () > 0 || met;
  g_clear_object (&run.notes);
  g_clear_object (&run.store);
  g_assert_cmpint (check_file (run.path), ==, STEPS);
  run_clear (&run);
  return met;
}

static int
get_stride (void)
{
  return MAX (40 / session_rounds (1), 1);
}

static void
test_errors (gconstpointer data)
{
  FaultKind kind = (FaultKind) (GPOINTER_TO_INT (data) / 2);
  gboolean lasting = GPOINTER_TO_INT (data) % 2;
  int at = 1 + g_test_rand_int_range (0, get_stride ());

  while (run_errors (kind, at, lasting))
    at += get_stride ();
}

static void
cut_here (int      operation,
          gpointer data)
{
  Run *run = data;
  int found;

  if (operation % get_stride () != 0)
    return;
  if (g_file_test (run->copy_folder, G_FILE_TEST_IS_DIR))
    session_remove_folder (g_strdup (run->copy_folder));
  g_assert_cmpint (g_mkdir (run->copy_folder, 0700), ==, 0);
  fault_vfs_cut (run->copy_folder);
  found = check_file (run->copy);
  g_assert_cmpint (found, >=, run->done);
  g_assert_cmpint (found, <=, run->done + 1);
}

static void
test_power (void)
{
  Run run;

  run_init (&run);
  fault_vfs_watch (cut_here, &run);
  while (run.done < STEPS)
    g_assert_true (try_step (&run));
  g_clear_object (&run.notes);
  g_clear_object (&run.store);
  fault_vfs_unwatch ();
  g_assert_cmpint (check_file (run.path), ==, STEPS);
  run_clear (&run);
}

/* ---- killed ---- */

static void
write_until_killed (const char *path,
                    int         to)
{
  g_autoptr(TruceStore) store = truce_store_open (path, NULL);
  g_autoptr(TruceCollection) notes = get_notes (store, NULL);
  int step;

  for (step = count_steps (store) + 1; step <= KILL_STEPS; step++)
    if (!run_step (store, step, NULL) || write (to, &step, sizeof (step)) != sizeof (step))
      break;
  pause ();
}

static int
kill_writer (const char *path,
             int         done)
{
  int ends[2];
  int step;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    {
      write_until_killed (path, ends[1]);
      _exit (1);
    }
  close (ends[1]);
  g_usleep ((gulong) g_test_rand_int_range (500, 12000));
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  while (read (ends[0], &step, sizeof (step)) == sizeof (step))
    done = step;
  close (ends[0]);
  return done;
}

/* 1,000 moments with -m slow. */
static void
test_killed (void)
{
  int rounds = session_rounds (50);
  int done = 0;
  Run run;
  int i;

  run_init (&run);
  for (i = 0; i < rounds; i++)
    {
      int found;

      done = kill_writer (run.path, done);
      found = check_file (run.path);
      g_assert_cmpint (found, >=, done);
      g_assert_cmpint (found, <=, done + 1);
      done = found;
      if (done > KILL_STEPS - 40)
        {
          g_unlink (run.path);
          done = 0;
        }
    }
  run_clear (&run);
}

/* ---- two write, one reads ---- */

static int
write_records (const char *path,
               int         writer,
               int         n)
{
  g_autoptr(TruceStore) store = truce_store_open (path, NULL);
  g_autoptr(TruceCollection) notes = store != NULL ? truce_store_get_collection (store, "note", NULL, NULL) : NULL;
  TruceSqliteAdapter *adapter;
  int i;

  if (notes == NULL)
    return 1;
  adapter = TRUCE_SQLITE_ADAPTER (truce_store_get_adapter (store));
  truce_sqlite_adapter_set_durability (adapter, TRUCE_DURABILITY_NORMAL);
  truce_sqlite_adapter_set_busy_timeout (adapter, 120000);
  for (i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d-%06d", writer, i);
      g_autofree char *value = g_strdup_printf ("{\"i\":%d}", i);

      if (!truce_collection_create_text (notes, id, value, NULL))
        return 2;
      if (!truce_collection_put_text (notes, "both", value, NULL))
        return 3;
    }
  return 0;
}

/* Every record is there once, with its own content. */
static void
assert_records (TruceStore *store,
                int         n)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) notes = truce_store_get_collection (store, "note", NULL, &error);
  int i;

  g_assert_no_error (error);
  g_assert_cmpuint (truce_store_get_n_records (store), ==, (guint64) (2 * n + 1));
  for (i = 0; i < 2 * n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d-%06d", i % 2, i / 2);
      g_autofree char *wanted = g_strdup_printf ("{\"i\":%d}", i / 2);
      g_autofree char *text = truce_collection_dup_text (notes, id, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, wanted);
    }
}

static void
test_two_write (void)
{
  static const char * const none[] = { NULL };
  int n = session_rounds (500);         /* 10,000 with -m slow */
  g_autoptr(TruceStore) store = NULL;
  g_auto(GStrv) problems = NULL;
  guint64 seen = 0;
  pid_t children[2];
  Run run;
  int i;

  run_init (&run);
  store = truce_store_open (run.path, NULL);
  for (i = 0; i < 2; i++)
    {
      children[i] = fork ();
      if (children[i] == 0)
        _exit (write_records (run.path, i, n));
    }
  while (seen < (guint64) (2 * n + 1))
    {
      guint64 before = seen;

      g_assert_true (truce_store_refresh (store, NULL));
      seen = truce_store_get_n_records (store);
      g_assert_cmpuint (seen, >=, before);
      g_usleep (500);
    }
  for (i = 0; i < 2; i++)
    {
      int status = 0;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  g_assert_true (truce_store_refresh (store, NULL));
  assert_records (store, n);
  problems = truce_store_verify (store, NULL, NULL, NULL, NULL);
  g_assert_cmpstrv (problems, none);
  g_clear_object (&store);
  run_clear (&run);
}

#define ONCE(kind) GINT_TO_POINTER (2 * (kind))
#define LASTING(kind) GINT_TO_POINTER (2 * (kind) + 1)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  fault_vfs_install ();
  g_test_add_data_func ("/store-survival/error/once", ONCE (FAULT_ERROR), test_errors);
  g_test_add_data_func ("/store-survival/write/lasting", LASTING (FAULT_WRITE), test_errors);
  g_test_add_data_func ("/store-survival/sync/once", ONCE (FAULT_SYNC), test_errors);
  g_test_add_data_func ("/store-survival/short/once", ONCE (FAULT_SHORT), test_errors);
  g_test_add_data_func ("/store-survival/full/lasting", LASTING (FAULT_FULL), test_errors);
  g_test_add_func ("/store-survival/power", test_power);
  g_test_add_func ("/store-survival/killed", test_killed);
  g_test_add_func ("/store-survival/two-write", test_two_write);
  return g_test_run ();
}
