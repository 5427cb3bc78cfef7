/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A store of 1,000,000 records of 200 bytes: what importing and exporting them takes, as a process of its own,
 * in time and in memory, beside a tenth of them; and what opening it takes beside plain SQLite that opens its
 * own. Another number may be given. Prints a line of JSON a measurement. */
#include "bench.h"
#include "floor-store.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <truce.h>

#define N_OPENS 21

/* What a child process took. */
typedef struct
{
  double seconds;               /* CPU time, of user and system */
  double megabytes;             /* at its peak */
} Cost;

static char *
make_value (guint i)
{
  return g_strdup_printf ("{\"title\":\"Buy milk number %08u\",\"done\":false,\"priority\":%u,\"created\":17000%08u,"
                          "\"tags\":[\"home\",\"shop\",\"week%02u\"],"
                          "\"notes\":\"two litres, semi-skimmed, from the corner shop\",\"owner\":\"user-%09u\"}",
                          i, i % 5, i, i % 53, i % 1000);
}

static void
write_lines (const char *path,
             guint       n)
{
  FILE *file = g_fopen (path, "we");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *value = make_value (i);

      fprintf (file, "{\"id\":\"%016x\",%s\n", i, value + 1);
    }
  fclose (file);
}

static Cost
run (const char *const *argv)
{
  g_autoptr(GError) error = NULL;
  struct rusage usage;
  GPid pid;
  int status;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid,
                 &error);
  g_assert_no_error (error);
  g_assert_cmpint (wait4 (pid, &status, 0, &usage), ==, pid);
  g_assert_cmpint (status, ==, 0);
  return (Cost) { usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
                  (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6, usage.ru_maxrss / 1024.0 };
}

static void
print_cost (const char *name,
            guint       n,
            Cost        cost,
            guint       less,
            Cost        before)
{
  g_print ("{\"bench\":\"store: %s\",\"ops\":%u,\"ns_per_op\":%.0f,\"floor\":\"%u of them\",\"floor_ns_per_op\":%.0f,"
           "\"ratio\":%.2f,\"peak_mb\":%.1f,\"floor_peak_mb\":%.1f}\n", name, n, cost.seconds * 1e9 / n, less,
           before.seconds * 1e9 / less, cost.seconds * less / (before.seconds * n), cost.megabytes, before.megabytes);
}

static char *
path_of (const char *folder,
         const char *name,
         guint       n)
{
  g_autofree char *file = g_strdup_printf ("%u.%s", n, name);

  return g_build_filename (folder, file, NULL);
}

static Cost
import (const char *folder,
        guint       n)
{
  g_autofree char *lines = path_of (folder, "ndjson", n);
  g_autofree char *path = path_of (folder, "db", n);
  const char *const argv[] = { TRUCE_COMMAND, "store", "import", path, "task", lines, NULL };

  write_lines (lines, n);
  return run (argv);
}

static Cost
read_all (const char *folder,
          guint       n,
          const char *verb)
{
  g_autofree char *path = path_of (folder, "db", n);
  const char *const argv[] = { TRUCE_COMMAND, "store", verb, path, strcmp (verb, "export") == 0 ? "task" : NULL, NULL };

  return run (argv);
}

/* ---- opening ---- */

static void
fill_floor (const char *path,
            guint       n)
{
  FloorStore *floor = floor_store_open (path, FALSE);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *value = make_value (i);
      g_autofree char *id = g_strdup_printf ("%016x", i);

      if (i % 1000 == 0)
        floor_store_begin (floor);
      floor_store_insert (floor, id, value);
      if (i % 1000 == 999 || i + 1 == n)
        floor_store_commit (floor);
    }
  floor_store_close (floor);
}

static void
open_floor (const char *path)
{
  FloorStore *floor = floor_store_open (path, TRUE);

  floor_store_get (floor, "0000000000000007");
  floor_store_close (floor);
}

static void
open_ours (const char *path)
{
  g_autoptr(TruceStore) store = truce_store_open (path, NULL);
  g_autoptr(TruceCollection) collection = truce_store_get_collection (store, "task", NULL, NULL);
  g_autofree char *text = truce_collection_dup_text (collection, "0000000000000007", NULL);

  g_assert_nonnull (text);
}

static void
bench_open (const char *folder,
            guint       n)
{
  g_autofree char *path = path_of (folder, "db", n);
  g_autofree char *plain = path_of (folder, "plain", n);
  double ours[N_OPENS];
  double floors[N_OPENS];
  double our;
  double floor;

  fill_floor (plain, n);
  for (guint i = 0; i < N_OPENS; i++)
    {
      gint64 start = g_get_monotonic_time ();

      open_floor (plain);
      floors[i] = (g_get_monotonic_time () - start) * 1000.0;
      start = g_get_monotonic_time ();
      open_ours (path);
      ours[i] = (g_get_monotonic_time () - start) * 1000.0;
    }
  our = bench_median (ours, N_OPENS);
  floor = bench_median (floors, N_OPENS);
  g_print ("{\"bench\":\"store: open, get, close with %u records\",\"ops\":1,\"ns_per_op\":%.0f,"
           "\"floor\":\"plain SQLite\",\"floor_ns_per_op\":%.0f,\"ratio\":%.2f}\n", n, our, floor, our / floor);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("truce-bench-XXXXXX", NULL);
  const char *const clean[] = { "/bin/rm", "-rf", folder, NULL };
  guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 1000000;
  Cost less = import (folder, n / 10);

  print_cost ("import", n, import (folder, n), n / 10, less);
  less = read_all (folder, n / 10, "export");
  print_cost ("export", n, read_all (folder, n, "export"), n / 10, less);
  less = read_all (folder, n / 10, "verify");
  print_cost ("verify", n, read_all (folder, n, "verify"), n / 10, less);
  bench_open (folder, n);
  run (clean);
  return 0;
}
