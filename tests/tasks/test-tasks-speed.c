/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a long list does to the window, as far as it can be counted. How long it takes: benchmarks/bench-tasks.c. */

#include <glib/gstdio.h>

#include "many-tasks.h"
#include "tasks-row.h"
#include "tasks-window.h"

#define N_TASKS 2000u
#define N_FRAMES 20u            /* after which a list is whole */

typedef struct
{
  char *folder;                 /* owned */
  TasksData *data;              /* owned */
  GtkWindow *window;            /* GTK's */
  GtkListView *list;
  GdkFrameClock *clock;
} Fixture;

/* ---- frames ---- */

static void
count_frame (GdkFrameClock *clock,
             guint         *n)
{
  *n += 1;
}

/* Lets the window paint so many frames more. */
static void
paint (Fixture *fixture,
       guint    n)
{
  guint painted = 0;
  gulong handler = g_signal_connect (fixture->clock, "after-paint", G_CALLBACK (count_frame), &painted);

  while (painted < n)
    {
      gdk_frame_clock_request_phase (fixture->clock, GDK_FRAME_CLOCK_PHASE_PAINT);
      g_main_context_iteration (NULL, TRUE);
    }
  g_signal_handler_disconnect (fixture->clock, handler);
}

/* ---- the window ---- */

static AdwApplication *
get_application (void)
{
  static AdwApplication *application;
  g_autoptr(GError) error = NULL;

  if (application == NULL)
    {
      application = adw_application_new ("org.truce.Tasks.Speed", G_APPLICATION_NON_UNIQUE);
      g_object_set (application, "resource-base-path", "/org/truce/Tasks", NULL);
      g_application_register (G_APPLICATION (application), NULL, &error);
      g_assert_no_error (error);
    }
  return application;
}

static void
set_up (Fixture      *fixture,
        gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *hub_path = NULL;
  GtkWidget *row;

  fixture->folder = g_dir_make_tmp ("truce-many-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (fixture->folder, "tasks.db", NULL);
  hub_path = g_build_filename (fixture->folder, "hub.db", NULL);
  many_tasks_fill (path, hub_path, N_TASKS);

  fixture->data = tasks_data_new (path, NULL, &error);
  g_assert_no_error (error);
  fixture->window = tasks_window_new (get_application (), fixture->data, NULL);
  gtk_window_present (fixture->window);
  while (!gtk_widget_get_mapped (GTK_WIDGET (fixture->window)))
    g_main_context_iteration (NULL, TRUE);
  fixture->clock = gtk_widget_get_frame_clock (GTK_WIDGET (fixture->window));
  row = many_tasks_find_widget (GTK_WIDGET (fixture->window), TASKS_TYPE_ROW);
  fixture->list = GTK_LIST_VIEW (gtk_widget_get_ancestor (row, GTK_TYPE_LIST_VIEW));
  paint (fixture, 1);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  gtk_window_destroy (fixture->window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&fixture->data);
  many_tasks_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* What the rows are of: the beginning of what the query found, and some frames later all of it. */
static GListModel *
get_shown (Fixture *fixture)
{
  return G_LIST_MODEL (gtk_list_view_get_model (fixture->list));
}

static guint
get_n_found (Fixture *fixture)
{
  GListModel *shown = gtk_single_selection_get_model (GTK_SINGLE_SELECTION (get_shown (fixture)));

  return g_list_model_get_n_items (gtk_slice_list_model_get_model (GTK_SLICE_LIST_MODEL (shown)));
}

/* Whether a word of the task begins so. */
static gboolean
matches (TruceRecord *task,
         const char  *letters)
{
  g_autofree char *text = truce_record_dup_text (task);
  g_autofree char *plain = g_ascii_strdown (text, -1);
  g_auto(GStrv) words = g_strsplit_set (plain, " \",.:[]{}", -1);

  for (char **word = words; *word != NULL; word++)
    if (g_str_has_prefix (*word, letters))
      return TRUE;
  return FALSE;
}

/* Everything that is shown has been found. */
static void
check_shown (Fixture    *fixture,
             const char *letters)
{
  guint n = g_list_model_get_n_items (get_shown (fixture));

  g_assert_cmpuint (n, >, 5);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceRecord) task = g_list_model_get_item (get_shown (fixture), i);

      g_assert_true (matches (task, letters));
    }
}

/* ---- the claims ---- */

/* The first frame has all rows that one sees, and soon the list is whole: by some hundred rows, not thousands. */
static void
test_rows (Fixture      *fixture,
           gconstpointer unused)
{
  guint n_seen = many_tasks_count_mapped (GTK_WIDGET (fixture->window), TASKS_TYPE_ROW);

  g_assert_cmpuint (n_seen, >, 5);
  g_assert_cmpuint (g_list_model_get_n_items (get_shown (fixture)), <, N_TASKS);
  paint (fixture, N_FRAMES);
  g_assert_cmpuint (g_list_model_get_n_items (get_shown (fixture)), ==, N_TASKS);
  g_assert_cmpuint (many_tasks_count_mapped (GTK_WIDGET (fixture->window), TASKS_TYPE_ROW), ==, n_seen);
  g_assert_cmpuint (many_tasks_count (GTK_WIDGET (fixture->window), TASKS_TYPE_ROW), <=, 300);
}

/* Some rows a frame, as a wheel does, to the end of the list. */
static void
test_scroll (Fixture      *fixture,
             gconstpointer unused)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->list));
  guint n_frames = 0;
  guint before;
  double end;

  paint (fixture, N_FRAMES);
  before = many_tasks_n_selects ();
  end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  for (double at = 0; at < end; at += 200)
    {
      gtk_adjustment_set_value (adjustment, at);
      paint (fixture, 1);
      n_frames++;
    }

  g_test_message ("%u frames, %u queries", n_frames, many_tasks_n_selects () - before);
  g_assert_cmpuint (n_frames, >, 100);
  g_assert_cmpuint (many_tasks_n_selects () - before, <, n_frames / 4);
}

/* Nothing is asked by a window that nobody touches, however often it is painted. */
static void
test_idle (Fixture      *fixture,
           gconstpointer unused)
{
  guint before;

  paint (fixture, N_FRAMES);
  before = many_tasks_n_selects ();
  paint (fixture, 20);
  g_assert_cmpuint (many_tasks_n_selects (), ==, before);
}

/* Each letter is answered in the frame that comes next. */
static void
test_search (Fixture      *fixture,
             gconstpointer unused)
{
  static const char word[] = "milk";
  GtkEditable *entry;
  guint found = N_TASKS;

  paint (fixture, N_FRAMES);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.search", NULL);
  paint (fixture, N_FRAMES);
  entry = GTK_EDITABLE (many_tasks_find_widget (GTK_WIDGET (fixture->window), GTK_TYPE_SEARCH_ENTRY));
  g_assert_nonnull (entry);

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *letters = g_strndup (word, (gsize) i + 1);
      int position = i;

      gtk_editable_insert_text (entry, &word[i], 1, &position);
      paint (fixture, 1);
      g_test_message ("“%s”: %u", letters, get_n_found (fixture));
      g_assert_cmpuint (get_n_found (fixture), <, found);
      found = get_n_found (fixture);
      g_assert_cmpuint (found, >, 0);
      check_shown (fixture, letters);
    }

  gtk_editable_set_text (entry, "");
  paint (fixture, N_FRAMES);
  g_assert_cmpuint (g_list_model_get_n_items (get_shown (fixture)), ==, N_TASKS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  many_tasks_watch_sqlite ();
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }

  g_test_add ("/tasks/speed/rows", Fixture, NULL, set_up, test_rows, tear_down);
  g_test_add ("/tasks/speed/scroll", Fixture, NULL, set_up, test_scroll, tear_down);
  g_test_add ("/tasks/speed/idle", Fixture, NULL, set_up, test_idle, tear_down);
  g_test_add ("/tasks/speed/search", Fixture, NULL, set_up, test_search, tear_down);
  return g_test_run ();
}
