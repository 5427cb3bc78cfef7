/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every step that SQLite takes on the disk, and every piece of memory that it asks for, fails in turn, until
 * a session runs to its end without meeting the fault. $TRUCE_TEST_ROUNDS, and -m slow, say how dense the
 * net is: 20 rounds take every point. */

#include "fault-vfs.h"
#include "sqlite-session.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#define STEPS 12
#define REOPEN 5                        /* steps after which the file is closed and opened again: checkpoints */

typedef struct
{
  char *folder;
  char *path;
  char *copy_folder;
  char *copy;
  gboolean lasting;
  TruceDurability durability;
  TruceStoreAdapter *adapter;           /* NULL: could not be opened */
  int done;                             /* steps that were acknowledged */
  int sure;                             /* of these, as many as a loss of power must leave */
  int lost;                             /* how often it took more than nothing */
} Run;

static void
run_init (Run *run)
{
  *run = (Run) { .folder = session_create_folder () };
  run->path = g_build_filename (run->folder, "store.db", NULL);
  run->copy_folder = g_build_filename (run->folder, "copy", NULL);
  run->copy = g_build_filename (run->copy_folder, "store.db", NULL);
  g_assert_cmpint (g_mkdir (run->copy_folder, 0700), ==, 0);
}

static void
run_clear (Run *run)
{
  g_clear_object (&run->adapter);
  session_remove_folder (run->folder);
  g_free (run->path);
  g_free (run->copy);
  g_free (run->copy_folder);
}

static gboolean
run_open (Run *run)
{
  g_autoptr(GError) error = NULL;
  TruceSqliteAdapter *adapter;

  g_clear_object (&run->adapter);
  adapter = truce_sqlite_adapter_new (run->path, TRUCE_SQLITE_DEFAULT, &error);
  if (adapter == NULL)
    {
      g_assert_nonnull (error);
      return FALSE;
    }
  truce_sqlite_adapter_set_durability (adapter, run->durability);
  run->adapter = TRUCE_STORE_ADAPTER (adapter);
  return TRUE;
}

/* What a killed process would leave: the files as they are, without the shared memory. */
static int
check_killed (Run *run)
{
  g_autofree char *log = g_strconcat (run->path, "-wal", NULL);
  g_autofree char *log_copy = g_strconcat (run->copy, "-wal", NULL);
  g_autofree char *memory_copy = g_strconcat (run->copy, "-shm", NULL);

  session_copy_file (run->path, run->copy);
  session_copy_file (log, log_copy);
  g_unlink (memory_copy);
  return session_check (run->copy);
}

static void
assert_unchanged (Run *run)
{
  g_autofree char *dump = session_dump (run->adapter);

  g_assert_cmpstr (dump, ==, session_expect (run->done));
}

/* ---- errors ---- */

static gboolean
try_step (Run        *run,
          TruceError *code)
{
  g_autoptr(GError) error = NULL;

  if ((run->done % REOPEN == 0 || run->adapter == NULL) && !run_open (run))
    return FALSE;
  if (session_step (run->adapter, run->done + 1, &error))
    {
      run->done++;
      if (run->durability == TRUCE_DURABILITY_FULL)
        run->sure = run->done;
      return TRUE;
    }
  g_assert_true (error->domain == TRUCE_ERROR);
  *code = error->code;
  return FALSE;
}

/* One session in which one thing fails. FALSE: nothing failed, the net has been cast. */
static gboolean
run_errors (FaultKind kind,
            int       at,
            gboolean  lasting)
{
  TruceError code = TRUCE_ERROR_TRANSIENT;
  gboolean met = FALSE;
  Run run;

  run_init (&run);
  run.durability = at % 2 == 0 ? TRUCE_DURABILITY_FULL : TRUCE_DURABILITY_NORMAL;
  fault_vfs_fail (kind, at, lasting);
  while (run.done < STEPS)
    {
      if (try_step (&run, &code))
        continue;
      g_assert_false (met);             /* the next call works */
      met = TRUE;
      if (kind == FAULT_FULL && run.adapter != NULL)
        g_assert_cmpint (code, ==, TRUCE_ERROR_FULL);
      if (lasting && run.adapter != NULL && kind != FAULT_ERROR && kind != FAULT_READ)
        assert_unchanged (&run);        /* reads are still served */
      g_assert_cmpint (fault_vfs_heal (), >, 0);
      if (run.adapter != NULL && !lasting)
        g_assert_cmpint (check_killed (&run), ==, run.done);
      if (run.adapter != NULL)
        assert_unchanged (&run);
    }
  met = fault_vfs_heal () > 0 || met;
  session_assert_clean (run.adapter);
  g_clear_object (&run.adapter);
  g_assert_cmpint (session_check (run.path), ==, STEPS);
  run_clear (&run);
  return met;
}

/* Every point, or every so-manieth from a random one on. */
static int
get_stride (void)
{
  return MAX (20 / session_rounds (1), 1);
}

static void
test_errors (gconstpointer data)
{
  FaultKind kind = (FaultKind) (GPOINTER_TO_INT (data) / 2);
  gboolean lasting = GPOINTER_TO_INT (data) % 2;
  int stride = get_stride ();
  int at = 1 + g_test_rand_int_range (0, stride);

  while (run_errors (kind, at, lasting))
    at += stride;
  g_assert_cmpint (at, >, STEPS);
}

/* ---- memory that runs out ---- */

static sqlite3_mem_methods real_memory;
static int memory_count;
static int memory_fails;                /* 0: never */

static gboolean
memory_is_out (void)
{
  return memory_fails > 0 && ++memory_count == memory_fails;
}

static void *
memory_alloc (int size)
{
  return memory_is_out () ? NULL : real_memory.xMalloc (size);
}

static void *
memory_realloc (void *memory,
                int   size)
{
  return memory_is_out () ? NULL : real_memory.xRealloc (memory, size);
}

static void
memory_fail (int at)
{
  memory_count = 0;
  memory_fails = at;
}

/* TRUE: it did run out. */
static gboolean
memory_heal (void)
{
  gboolean met = memory_fails > 0 && memory_count >= memory_fails;

  memory_fails = 0;
  return met;
}

/* ---- a caller who does not look ---- */

/* Writes on after a failure. TRUE: the commit went through. */
static gboolean
step_carelessly (TruceStoreAdapter *adapter,
                 int                step)
{
  g_autoptr(GBytes) count = g_bytes_new ("9", 1);
  g_autoptr(GBytes) state = g_bytes_new ("s", 1);
  g_autoptr(TruceStoredRecord) record =
    truce_stored_record_new ("note", "careless", 10 * (gint64) step, TRUCE_DELIVERY_PENDING, "{}", state, NULL);

  if (!truce_store_adapter_begin (adapter, TRUE, NULL))
    return FALSE;
  truce_store_adapter_put (adapter, record, NULL, NULL);
  truce_store_adapter_set_meta (adapter, "store", "state", count, NULL);
  return truce_store_adapter_commit (adapter, NULL);
}

/* A put of which only a part was done is not committed. */
static gboolean
run_carelessly (gboolean memory,
                int      at)
{
  g_autoptr(GError) error = NULL;
  gboolean met;
  Run run;

  run_init (&run);
  run_open (&run);
  while (run.done < STEPS)
    g_assert_true (session_step (run.adapter, ++run.done, &error));
  run_open (&run);                      /* nothing is in the cache */
  if (memory)
    memory_fail (at);
  else
    fault_vfs_fail (FAULT_READ, at, FALSE);
  met = !step_carelessly (run.adapter, STEPS + 1);
  if (memory)
    met = memory_heal () || met;
  else
    g_assert_cmpint (fault_vfs_heal () > 0, ==, met);
  session_assert_clean (run.adapter);
  run_clear (&run);
  return met;
}

static void
test_careless (gconstpointer data)
{
  int at = 1;

  while (run_carelessly (GPOINTER_TO_INT (data), at))
    at++;
  g_assert_cmpint (at, >, 3);
}

/* ---- loss of power ---- */

static void
cut_here (int      operation,
          gpointer data)
{
  Run *run = data;
  int found;

  if (operation % get_stride () != 0)
    return;
  session_remove_folder (g_strdup (run->copy_folder));
  g_assert_cmpint (g_mkdir (run->copy_folder, 0700), ==, 0);
  fault_vfs_cut (run->copy_folder);
  found = session_check (run->copy);
  g_assert_cmpint (found, <=, run->done + 1);
  g_assert_cmpint (found, >=, run->sure);
  run->lost += found < run->done;
}

static void
test_power (gconstpointer data)
{
  TruceError code;
  Run run;

  run_init (&run);
  run.durability = (TruceDurability) GPOINTER_TO_INT (data);
  fault_vfs_watch (cut_here, &run);
  while (run.done < STEPS)
    g_assert_true (try_step (&run, &code));
  g_clear_object (&run.adapter);
  fault_vfs_unwatch ();
  g_assert_cmpint (session_check (run.path), ==, STEPS);
  run_clear (&run);
}

/* Under NORMAL a commit may be lost until it was flushed. */
static void
test_flush (void)
{
  g_autoptr(GError) error = NULL;
  TruceError code;
  Run run;

  run_init (&run);
  run.durability = TRUCE_DURABILITY_NORMAL;
  fault_vfs_watch (cut_here, &run);
  while (run.done < 2 * STEPS)
    {
      g_assert_true (try_step (&run, &code));
      if (run.done % 3 != 0)
        continue;
      truce_store_adapter_flush (run.adapter, &error);
      g_assert_no_error (error);
      run.sure = run.done;
    }
  fault_vfs_unwatch ();
  g_assert_cmpint (run.lost, >, 0);
  run_clear (&run);
}

static void
count_operation (int      operation,
                 gpointer data)
{
  ++*(int *) data;
}

static void
flush_counting (Run     *run,
                gboolean reaches_disk,
                int     *operations)
{
  g_autoptr(GError) error = NULL;

  *operations = 0;
  truce_store_adapter_flush (run->adapter, &error);
  g_assert_no_error (error);
  g_assert_cmpint (*operations > 0, ==, reaches_disk);
}

/* It leaves the disk alone under FULL, and where nothing was written; also by another connection. */
static void
test_flush_idle (void)
{
  g_autoptr(TruceStoreAdapter) other = NULL;
  g_autoptr(GError) error = NULL;
  int operations;
  TruceError code;
  Run run;

  run_init (&run);
  g_assert_true (try_step (&run, &code));
  fault_vfs_watch (count_operation, &operations);
  flush_counting (&run, FALSE, &operations);

  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (run.adapter), TRUCE_DURABILITY_NORMAL);
  g_assert_true (try_step (&run, &code));
  flush_counting (&run, TRUE, &operations);
  flush_counting (&run, FALSE, &operations);
  g_assert_cmpint (truce_sqlite_adapter_get_durability (TRUCE_SQLITE_ADAPTER (run.adapter)), ==,
                   TRUCE_DURABILITY_NORMAL);

  other = session_open (run.path);
  g_assert_true (session_step (other, 3, &error));
  flush_counting (&run, TRUE, &operations);
  flush_counting (&run, FALSE, &operations);
  fault_vfs_unwatch ();
  run_clear (&run);
}

/* ---- no memory ---- */

static gboolean
run_memory (int at)
{
  TruceError code = TRUCE_ERROR_TRANSIENT;
  gboolean met = FALSE;
  Run run;

  run_init (&run);
  memory_fail (at);
  while (run.done < STEPS)
    {
      if (try_step (&run, &code))
        continue;
      g_assert_false (met);
      met = TRUE;
      g_assert_cmpint (code, ==, TRUCE_ERROR_TRANSIENT);
      if (run.adapter != NULL)
        assert_unchanged (&run);
    }
  met = memory_heal ();
  session_assert_clean (run.adapter);
  g_clear_object (&run.adapter);
  g_assert_cmpint (session_check (run.path), ==, STEPS);
  run_clear (&run);
  return met;
}

static void
test_memory (void)
{
  int stride = 10 * get_stride () - 9;
  int at = 1 + g_test_rand_int_range (0, stride);

  while (run_memory (at))
    at += stride;
  g_assert_cmpint (at, >, STEPS);
}

static void
replace_memory (void)
{
  sqlite3_mem_methods methods;

  sqlite3_config (SQLITE_CONFIG_GETMALLOC, &real_memory);
  methods = real_memory;
  methods.xMalloc = memory_alloc;
  methods.xRealloc = memory_realloc;
  sqlite3_config (SQLITE_CONFIG_MALLOC, &methods);
}

#define ONCE(kind) GINT_TO_POINTER (2 * (kind))
#define LASTING(kind) GINT_TO_POINTER (2 * (kind) + 1)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  replace_memory ();
  fault_vfs_install ();
  g_test_add_data_func ("/sqlite-faults/error/once", ONCE (FAULT_ERROR), test_errors);
  g_test_add_data_func ("/sqlite-faults/error/lasting", LASTING (FAULT_ERROR), test_errors);
  g_test_add_data_func ("/sqlite-faults/read/once", ONCE (FAULT_READ), test_errors);
  g_test_add_data_func ("/sqlite-faults/write/once", ONCE (FAULT_WRITE), test_errors);
  g_test_add_data_func ("/sqlite-faults/write/lasting", LASTING (FAULT_WRITE), test_errors);
  g_test_add_data_func ("/sqlite-faults/sync/once", ONCE (FAULT_SYNC), test_errors);
  g_test_add_data_func ("/sqlite-faults/sync/lasting", LASTING (FAULT_SYNC), test_errors);
  g_test_add_data_func ("/sqlite-faults/short/once", ONCE (FAULT_SHORT), test_errors);
  g_test_add_data_func ("/sqlite-faults/full/once", ONCE (FAULT_FULL), test_errors);
  g_test_add_data_func ("/sqlite-faults/full/lasting", LASTING (FAULT_FULL), test_errors);
  g_test_add_data_func ("/sqlite-faults/careless/read", GINT_TO_POINTER (FALSE), test_careless);
  g_test_add_data_func ("/sqlite-faults/careless/memory", GINT_TO_POINTER (TRUE), test_careless);
  g_test_add_data_func ("/sqlite-faults/power/full", GINT_TO_POINTER (TRUCE_DURABILITY_FULL), test_power);
  g_test_add_data_func ("/sqlite-faults/power/normal", GINT_TO_POINTER (TRUCE_DURABILITY_NORMAL), test_power);
  g_test_add_func ("/sqlite-faults/flush", test_flush);
  g_test_add_func ("/sqlite-faults/flush/idle", test_flush_idle);
  g_test_add_func ("/sqlite-faults/memory", test_memory);
  return g_test_run ();
}
