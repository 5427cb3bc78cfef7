/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The widgets by keyboard alone: real keys, as a person presses them. */

#include "tasks-conflict-dialog.h"
#include "tasks-due-row.h"
#include "tasks-inbox-window.h"
#include "tasks-sync-button.h"
#include "tasks-tag-editor.h"
#include "widgets-fixture.h"

/* ---- keys ---- */

static void
on_exited (GObject      *process,
           GAsyncResult *result,
           gpointer      exited)
{
  g_assert_true (g_subprocess_wait_check_finish (G_SUBPROCESS (process), result, NULL));
  *(gboolean *) exited = TRUE;
}

static void
xdotool (const char *verb,
         const char *argument,
         const char *more)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "xdotool", verb, argument, more,
                                                     NULL);
  gboolean exited = FALSE;

  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, on_exited, &exited);
  wait_until (exited);
  settle ();
}

/* name: an X keysym. */
static void
key (const char *name)
{
  xdotool ("key", name, NULL);
}

/* Without a window manager keys go to the window under the pointer. */
static void
point_at (GtkWidget *window)
{
  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_mapped (window));
  xdotool ("mousemove", "100", "10");
}

static GtkWidget *
get_focus (GtkWidget *window)
{
  return gtk_window_get_focus (GTK_WINDOW (window));
}

/* Presses a key until the focus is on a widget, or in it. */
static void
walk (GtkWidget  *window,
      const char *name,
      GtkWidget  *to)
{
  g_assert_nonnull (to);
  for (guint i = 0; i < 40; i++)
    {
      if (get_focus (window) != NULL && (get_focus (window) == to || gtk_widget_is_ancestor (get_focus (window), to)))
        return;
      key (name);
    }
  g_test_message ("%s never comes to the %s", name, G_OBJECT_TYPE_NAME (to));
  g_test_fail ();
}

/* ---- the conflict dialog ---- */

static gboolean
is_row (GtkWidget  *widget,
        const char *subtitle)
{
  return ADW_IS_ACTION_ROW (widget) && g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (widget)), subtitle) == 0;
}

/* It is set to NULL when it is gone. */
static void
show_dialog (Fixture    *fixture,
             GtkWidget **dialog)
{
  g_autoptr(TruceInboxItem) item =
    make_conflict (fixture, "{\"due\":\"2026-11-01\",\"title\":\"a\"}", "{\"due\":\"2026-11-02\",\"title\":\"b\"}",
                   "{\"due\":\"2026-11-03\",\"title\":\"c\"}");

  *dialog = GTK_WIDGET (tasks_conflict_dialog_new (NULL, item, fixture->words));
  g_object_add_weak_pointer (G_OBJECT (*dialog), (gpointer *) dialog);
  point_at (*dialog);
}

static void
test_enter_uses (Fixture      *fixture,
                 gconstpointer data)
{
  GtkWidget *dialog;

  show_dialog (fixture, &dialog);
  key ("Return");
  wait_until (dialog == NULL);
  assert_here (fixture, "1", "{\"due\":\"2026-11-02\",\"title\":\"b\"}");
  g_assert_cmpuint (truce_sync_get_n_conflicted (fixture->sync), ==, 0);
}

static void
test_escape_cancels (Fixture      *fixture,
                     gconstpointer data)
{
  GtkWidget *dialog;

  show_dialog (fixture, &dialog);
  key ("Escape");
  wait_until (dialog == NULL);
  g_assert_cmpuint (truce_sync_get_n_conflicted (fixture->sync), ==, 1);
}

/* Arrows go through the rows of a field, Tab to the next field, the space bar chooses. */
static void
test_choose (Fixture      *fixture,
             gconstpointer data)
{
  GtkWidget *dialog;
  GtkWidget *theirs;

  show_dialog (fixture, &dialog);
  theirs = find (dialog, is_row, "c");
  walk (dialog, "Tab", gtk_widget_get_parent (theirs));
  walk (dialog, "Down", theirs);
  key ("space");
  theirs = find (dialog, is_row, "2026-11-03");
  walk (dialog, "Tab", gtk_widget_get_parent (theirs));
  walk (dialog, "Down", theirs);
  key ("space");
  walk (dialog, "Tab", find (dialog, is_button, "Cancel"));
  walk (dialog, "Tab", find (dialog, is_button, "Use Result"));
  key ("space");
  wait_until (dialog == NULL);
  assert_here (fixture, "1", "{\"due\":\"2026-11-03\",\"title\":\"c\"}");
}

/* ---- the inbox ---- */

static void
test_inbox (Fixture      *fixture,
            gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (tasks_inbox_window_new (NULL, fixture->inbox, fixture->words));

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  reject (fixture, "1", "{\"title\":\"milk\"}");
  point_at (window);
  walk (window, "Tab", find (window, is_button, "Retry"));
  walk (window, "Tab", find (window, is_button, "Edit"));
  walk (window, "Tab", find (window, is_button, "Discard"));
  key ("space");
  g_assert_cmpuint (truce_sync_get_n_failed (fixture->sync), ==, 0);
  g_assert_true (says (window, "was discarded"));
  walk (window, "Tab", find (window, is_button, "Undo"));
  key ("space");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 1);
  wait_until (!says (window, "was discarded"));
  key ("Escape");
  wait_until (window == NULL);
}

/* ---- the sync button ---- */

static void
test_sync_button (Fixture      *fixture,
                  gconstpointer data)
{
  g_autoptr(TasksNetwork) network = tasks_network_new ();
  GtkWidget *button = tasks_sync_button_new ();
  GtkWidget *window = present (button);
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (adw_bin_get_child (ADW_BIN (button)))));

  g_object_set (button, "sync", fixture->sync, "network", network, NULL);
  point_at (window);
  walk (window, "Tab", button);
  key ("space");
  wait_until (gtk_widget_get_mapped (popover));
  walk (window, "Tab", find (popover, is_switch, NULL));
  key ("space");
  wait_until (!tasks_network_get_online (network));
  key ("space");
  wait_until (tasks_network_get_online (network));
  walk (window, "Tab", find (popover, is_button, "Sync Now"));
  key ("Escape");
  wait_until (!gtk_widget_get_mapped (popover));
  g_assert_true (gtk_widget_is_ancestor (get_focus (window), button));
  close_window (window, button);
}

/* ---- rows ---- */

static gboolean
is_chip (GtkWidget  *widget,
         const char *text)
{
  return gtk_widget_has_css_class (widget, "tag-chip");
}

static void
note_tag (TasksTagEditor *editor,
          const char     *tag,
          GString        *noted)
{
  g_string_append_printf (noted, "%s;", tag);
}

static void
test_tags (void)
{
  const char * const tags[] = { "home", NULL };
  g_autoptr(GString) noted = g_string_new (NULL);
  GtkWidget *editor = tasks_tag_editor_new ();
  GtkWidget *window = present_row (editor);

  tasks_tag_editor_set_tags (TASKS_TAG_EDITOR (editor), tags);
  g_signal_connect (editor, "tag-added", G_CALLBACK (note_tag), noted);
  g_signal_connect (editor, "tag-removed", G_CALLBACK (note_tag), noted);
  point_at (window);
  walk (window, "Tab", find (editor, is_chip, NULL));
  key ("space");
  g_assert_cmpstr (noted->str, ==, "home;");
  walk (window, "Tab", find (editor, is_entry, NULL));
  key ("x");
  key ("Return");
  g_assert_cmpstr (noted->str, ==, "home;x;");
  close_window (window, editor);
}

static void
test_due (void)
{
  GtkWidget *row = tasks_due_row_new ();
  GtkWidget *window = present_row (row);
  GtkPopover *popover;

  tasks_due_row_set_date (TASKS_DUE_ROW (row), "2026-02-03");
  popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (find (row, is_menu_button, NULL)));
  point_at (window);
  walk (window, "Tab", find (row, is_menu_button, NULL));
  key ("space");
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  walk (window, "Tab", find (GTK_WIDGET (popover), is_calendar, NULL));
  /* GTK 4.8 begins at the first day that is shown, the 25th of January, which is a Sunday. */
  key ("Down");
  key ("Down");
  key ("space");
  wait_until (!gtk_widget_get_mapped (GTK_WIDGET (popover)));
  g_assert_cmpstr (tasks_due_row_get_date (TASKS_DUE_ROW (row)), ==, "2026-02-01");
  walk (window, "Shift+Tab", find (row, is_icon_button, "edit-clear-symbolic"));
  key ("space");
  g_assert_null (tasks_due_row_get_date (TASKS_DUE_ROW (row)));
  close_window (window, row);
}

#define add(path, test) g_test_add ("/tasks/keys/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_autofree char *xdotool_path = g_find_program_in_path ("xdotool");

  if (xdotool_path == NULL)
    {
      g_print ("1..0 # SKIP xdotool is not installed\n");
      return 0;
    }
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  add ("enter-uses", test_enter_uses);
  add ("escape-cancels", test_escape_cancels);
  add ("choose", test_choose);
  add ("inbox", test_inbox);
  add ("sync-button", test_sync_button);
  g_test_add_func ("/tasks/keys/tags", test_tags);
  g_test_add_func ("/tasks/keys/due", test_due);
  return g_test_run ();
}
