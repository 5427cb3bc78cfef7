/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The window of examples/tasks over a store of 10,000 tasks, beside the same over an empty store, in turns: wall clock
 * until the first frame is painted. Then, in one window, how long a letter of a search takes until it is answered on
 * the screen, and what a scroll through the whole list asks of SQLite. Prints a line of JSON a measurement. Needs a
 * display: tests/tasks/run-display.sh gives it one. */
#include "bench.h"

#include <stdio.h>

#include "many-tasks.h"
#include "tasks-application.h"
#include "tasks-row.h"

#define N_RUNS 9
#define N 10000u
#define STEP 200                /* pixels that a frame scrolls by */
#define N_FRAMES 20u            /* after which a list is whole */
#define FRAMES_PER_KEY 6u       /* who types 10 letters a second leaves so many between two */

static const char word[] = "milk";

/* One start of the app, in a process of its own: the child's side of it. */
typedef struct
{
  GtkApplication *application;
  gint64 started;               /* when the process was, µs of the monotonic clock, as the parent saw it */
  gint64 activated;
  gboolean stays;               /* goes on to search and scroll */
  GtkWidget *window;            /* GTK's */
  GdkFrameClock *clock;         /* the window's */
  guint n_frames;
} Run;

/* ---- search and scroll ---- */

/* Until so many frames more are painted. */
static void
paint (Run  *run,
       guint n)
{
  guint end = run->n_frames + n;

  while (run->n_frames < end)
    {
      gdk_frame_clock_request_phase (run->clock, GDK_FRAME_CLOCK_PHASE_PAINT);
      g_main_context_iteration (NULL, TRUE);
    }
}

/* What the query finds, of which the rows show the beginning first. */
static GListModel *
get_list (Run *run)
{
  GtkWidget *row = many_tasks_find_widget (run->window, TASKS_TYPE_ROW);
  GtkWidget *view = gtk_widget_get_ancestor (row, GTK_TYPE_LIST_VIEW);
  GtkSelectionModel *selection = gtk_list_view_get_model (GTK_LIST_VIEW (view));
  GListModel *shown = gtk_single_selection_get_model (GTK_SINGLE_SELECTION (selection));

  return gtk_slice_list_model_get_model (GTK_SLICE_LIST_MODEL (shown));
}

static void
search (Run *run)
{
  GListModel *list = get_list (run);
  GtkEditable *entry;

  gtk_widget_activate_action (run->window, "win.search", NULL);
  paint (run, N_FRAMES);
  entry = GTK_EDITABLE (many_tasks_find_widget (run->window, GTK_TYPE_SEARCH_ENTRY));
  for (int i = 0; word[i] != '\0'; i++)
    {
      guint before = g_list_model_get_n_items (list);
      guint frame = run->n_frames;
      gint64 start = g_get_monotonic_time ();
      gint64 returned;
      int position = i;

      gtk_editable_insert_text (entry, &word[i], 1, &position);
      returned = g_get_monotonic_time ();
      do
        paint (run, 1);
      while (g_list_model_get_n_items (list) == before && i + 1 < (int) strlen (word));
      printf ("{\"bench\":\"tasks/search/%.*s\",\"found\":%u,\"frames\":%u,\"ms_blocked\":%.2f,\"ms_to_paint\":%.2f}\n",
              i + 1, word, g_list_model_get_n_items (list), run->n_frames - frame,
              (double) (returned - start) / 1000, (double) (g_get_monotonic_time () - start) / 1000);
      paint (run, FRAMES_PER_KEY);
    }
  gtk_editable_set_text (entry, "");
  paint (run, N_FRAMES);
}

static void
scroll (Run *run)
{
  GtkWidget *row = many_tasks_find_widget (run->window, TASKS_TYPE_ROW);
  GtkScrollable *view = GTK_SCROLLABLE (gtk_widget_get_ancestor (row, GTK_TYPE_LIST_VIEW));
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (view);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  guint queries = many_tasks_n_selects ();
  guint frames = run->n_frames;

  for (double at = 0; at < end; at += STEP)
    {
      gtk_adjustment_set_value (adjustment, at);
      paint (run, 1);
    }
  queries = many_tasks_n_selects () - queries;
  frames = run->n_frames - frames;
  printf ("{\"bench\":\"tasks/scroll\",\"frames\":%u,\"queries\":%u,\"queries_per_frame\":%.3f}\n", frames, queries,
          (double) queries / frames);
}

/* ---- the child: a start of the app ---- */

static void
on_idle (gpointer data)
{
  Run *run = data;

  search (run);
  scroll (run);
  g_application_quit (G_APPLICATION (run->application));
}

static void
on_first_frame (GdkFrameClock *clock,
                Run           *run)
{
  gint64 now = g_get_monotonic_time ();

  if (run->n_frames++ > 0)
    return;
  if (run->stays)
    {
      g_idle_add_once (on_idle, run);
      return;
    }
  printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u\n", now - run->started, now - run->activated,
          many_tasks_count_mapped (run->window, TASKS_TYPE_ROW));
  g_application_quit (G_APPLICATION (run->application));
}

static void
on_realize (Run *run)
{
  run->clock = gtk_widget_get_frame_clock (run->window);
  g_signal_connect (run->clock, "after-paint", G_CALLBACK (on_first_frame), run);
}

static void
on_window_added (Run       *run,
                 GtkWidget *window)
{
  if (run->window != NULL)
    return;
  run->window = window;
  g_signal_connect_swapped (window, "realize", G_CALLBACK (on_realize), run);
}

static void
on_activate (Run *run)
{
  run->activated = g_get_monotonic_time ();
}

/* arguments: child STARTED|stay STORE HUB */
static int
child (char *argv[])
{
  char *arguments[] = { (char *) "truce-tasks", (char *) "--store", argv[3], (char *) "--hub", argv[4], NULL };
  g_autoptr(GApplication) application = NULL;
  Run run = { 0 };

  run.stays = g_str_equal (argv[2], "stay");
  run.started = g_ascii_strtoll (argv[2], NULL, 10);
  many_tasks_watch_sqlite ();
  application = tasks_application_new ();
  run.application = GTK_APPLICATION (application);
  g_signal_connect_swapped (application, "activate", G_CALLBACK (on_activate), &run);
  g_signal_connect_swapped (application, "window-added", G_CALLBACK (on_window_added), &run);
  return g_application_run (application, G_N_ELEMENTS (arguments) - 1, arguments);
}

/* ---- the parent ---- */

/* Starts the app over a store; returns what the child prints. */
static char *
start (const char *program,
       const char *how,
       const char *folder,
       const char *name)
{
  g_autofree char *store = g_strdup_printf ("%s/%s.db", folder, name);
  g_autofree char *hub = g_strdup_printf ("%s/%s-hub.db", folder, name);
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
  const char *arguments[] = { program, "child", how != NULL ? how : now, store, hub, NULL };
  g_autoptr(GError) error = NULL;
  char *text = NULL;
  int status;

  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  return text;
}

static guint
open_once (const char *program,
           const char *folder,
           const char *name,
           double     *since_start,
           double     *since_activate)
{
  g_autofree char *text = start (program, NULL, folder, name);
  g_auto(GStrv) words = g_strsplit (g_strstrip (text), " ", -1);

  g_assert_cmpuint (g_strv_length (words), ==, 3);
  *since_start = g_ascii_strtod (words[0], NULL) / 1000;
  *since_activate = g_ascii_strtod (words[1], NULL) / 1000;
  return (guint) g_ascii_strtoull (words[2], NULL, 10);
}

static void
report_open (const char *name,
             double     *full,
             double     *empty)
{
  double ours = bench_median (full, N_RUNS);
  double floor = bench_median (empty, N_RUNS);

  printf ("{\"bench\":\"tasks/open/%s\",\"tasks\":%u,\"ms\":%.1f,\"floor\":\"an empty store\",\"floor_ms\":%.1f,"
          "\"ratio\":%.2f}\n", name, N, ours, floor, ours / floor);
}

static void
bench_open (const char *program,
            const char *folder)
{
  double full[2][N_RUNS + 1];
  double empty[2][N_RUNS + 1];

  for (guint i = 0; i <= N_RUNS; i++)
    {
      guint rows = open_once (program, folder, "full", &full[0][i], &full[1][i]);

      g_assert_cmpuint (rows, >, 0);
      open_once (program, folder, "empty", &empty[0][i], &empty[1][i]);
    }
  report_open ("from-process-start", full[0] + 1, empty[0] + 1);        /* The first turn fills caches. */
  report_open ("from-activate", full[1] + 1, empty[1] + 1);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *text = NULL;
  const char *const names[] = { "full", "empty" };

  if (argc == 5 && g_str_equal (argv[1], "child"))
    return child (argv);

  folder = g_dir_make_tmp ("truce-bench-tasks-XXXXXX", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *store = g_strdup_printf ("%s/%s.db", folder, names[i]);
      g_autofree char *hub = g_strdup_printf ("%s/%s-hub.db", folder, names[i]);

      many_tasks_fill (store, hub, i == 0 ? N : 0);
    }
  bench_open (argv[0], folder);
  text = start (argv[0], "stay", folder, "full");
  fputs (text, stdout);
  many_tasks_remove_folder (folder);
  return 0;
}
