/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The window and its panes: what they show of the data, and what they write of what a person does. */

#include <glib/gstdio.h>

#include "tasks-detail.h"
#include "tasks-list.h"
#include "tasks-notes.h"
#include "tasks-record.h"
#include "tasks-sidebar.h"
#include "tasks-window.h"
#include "widgets-fixture.h"

/* A window over two projects: “Home” has milk, tea and bread, “Work” has a call. */
typedef struct
{
  char *folder;
  TasksData *data;
  GtkWidget *window;
  GtkWidget *sidebar;
  GtkWidget *list;
  GtkWidget *detail;
  char *home;
  char *work;
  char *ids[4];
} Window;

static gboolean
is_of_type (GtkWidget  *widget,
            const char *type)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (widget), type);
}

/* A part of a widget, by its name in the .ui file. */
static gpointer
part (GtkWidget  *widget,
      const char *name)
{
  GObject *object = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (object);
  return object;
}

static void
open_window (Window       *window,
             gconstpointer unused)
{
  static const char *const titles[] = { "milk", "tea", "bread", "call" };
  AdwApplication *application;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  window->folder = g_dir_make_tmp ("tasks-XXXXXX", &error);
  path = g_build_filename (window->folder, "tasks.db", NULL);
  window->data = tasks_data_new (path, NULL, &error);
  g_assert_no_error (error);
  window->home = tasks_data_add_project (window->data, "Home", &error);
  window->work = tasks_data_add_project (window->data, "Work", &error);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    window->ids[i] = tasks_data_add_task (window->data, i < 3 ? window->home : window->work, titles[i],
                                          &error);
  g_assert_no_error (error);

  application = ADW_APPLICATION (g_application_get_default ());
  window->window = GTK_WIDGET (tasks_window_new (application, window->data, NULL));
  gtk_window_present (GTK_WINDOW (window->window));
  wait_until (gtk_widget_get_mapped (window->window));
  settle ();
  window->sidebar = find (window->window, is_of_type, "TasksSidebar");
  window->list = find (window->window, is_of_type, "TasksList");
  window->detail = find (window->window, is_of_type, "TasksDetail");
}

static void
shut_window (Window       *window,
             gconstpointer unused)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (window->window != NULL)
    close_window (window->window, window->detail);
  settle ();
  g_assert_finalize_object (window->data);
  dir = g_dir_open (window->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (window->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (window->folder);
  g_free (window->folder);
  g_free (window->home);
  g_free (window->work);
  for (guint i = 0; i < G_N_ELEMENTS (window->ids); i++)
    g_free (window->ids[i]);
}

/* ---- what is there ---- */

static GListModel *
get_model (Window *window)
{
  return G_LIST_MODEL (gtk_list_view_get_model (part (window->list, "list_view")));
}

/* The titles in the list, with a space between. */
static void
assert_listed (Window     *window,
               const char *expected)
{
  g_autoptr(GString) titles = g_string_new (NULL);

  settle ();
  for (guint i = 0; i < g_list_model_get_n_items (get_model (window)); i++)
    {
      g_autoptr(TruceRecord) task = g_list_model_get_item (get_model (window), i);

      g_string_append_printf (titles, "%s%s", i > 0 ? " " : "", tasks_record_get_title (task));
    }
  g_assert_cmpstr (titles->str, ==, expected);
}

static void
assert_page (Window     *window,
             const char *expected)
{
  g_assert_cmpstr (gtk_stack_get_visible_child_name (part (window->list, "stack")), ==, expected);
}

/* What the task is called in the store; NULL: it is deleted. */
static void
assert_title (Window     *window,
              const char *id,
              const char *expected)
{
  g_autoptr(TruceRecord) task = truce_collection_get (tasks_data_get_tasks (window->data), id, NULL);

  g_assert_cmpstr (task != NULL ? tasks_record_get_title (task) : NULL, ==, expected);
}

/* The title of the task that is chosen, and shown in detail. */
static void
assert_chosen (Window     *window,
               const char *expected)
{
  TruceRecord *task;

  settle ();
  task = tasks_list_get_task (TASKS_LIST (window->list));
  g_assert_cmpstr (task != NULL ? tasks_record_get_title (task) : NULL, ==, expected);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (part (window->detail, "stack")), ==,
                   task != NULL ? "task" : "none");
  if (task != NULL)
    g_assert_cmpstr (gtk_editable_get_text (part (window->detail, "title")), ==, expected);
}

/* ---- what a person does ---- */

static void
choose (Window *window,
        guint   position)
{
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (get_model (window)), position);
  settle ();
}

static void
act (Window     *window,
     const char *action)
{
  g_assert_true (gtk_widget_activate_action (window->window, action, NULL));
  settle ();
}

/* Whether a button for the action could be pressed. */
static gboolean
can (Window     *window,
     const char *action)
{
  GtkWidget *button = gtk_button_new ();
  gboolean sensitive;

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (window->sidebar), button);
  sensitive = gtk_widget_get_sensitive (button);
  gtk_box_remove (GTK_BOX (window->sidebar), button);
  return sensitive;
}

/* Types into an entry, and presses Enter. */
static void
enter (gpointer    entry,
       const char *text)
{
  gtk_editable_set_text (entry, text);
  g_signal_emit_by_name (entry, "activate");
  settle ();
}

/* ---- projects and tasks ---- */

static void
test_projects (Window       *window,
               gconstpointer unused)
{
  TruceRecord *project;

  assert_listed (window, "milk tea bread call");
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  assert_listed (window, "call");
  enter (part (window->sidebar, "entry"), "  Garden ");
  project = tasks_sidebar_get_project (TASKS_SIDEBAR (window->sidebar));
  g_assert_cmpstr (tasks_record_get_title (project), ==, "Garden");
  assert_listed (window, "");
  assert_page (window, "empty");
  enter (part (window->sidebar, "entry"), "   ");
  g_assert_cmpuint (truce_collection_get_n_records (tasks_data_get_projects (window->data)), ==, 3);
}

static void
test_add (Window       *window,
          gconstpointer unused)
{
  GtkEditable *entry = part (window->list, "entry");
  g_autofree char *long_title = g_strnfill (501, 'x');

  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  enter (entry, " mail ");
  assert_listed (window, "call mail");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  enter (entry, "  ");
  assert_listed (window, "call mail");

  /* What can't be written stays in the entry. */
  gtk_entry_set_max_length (GTK_ENTRY (entry), 0);
  enter (entry, long_title);
  assert_listed (window, "call mail");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, long_title);
}

static void
test_search (Window       *window,
             gconstpointer unused)
{
  GtkEditable *entry = part (window->list, "search_entry");

  act (window, "win.search");
  gtk_editable_set_text (entry, "t");
  assert_listed (window, "tea");
  gtk_editable_set_text (entry, "mi");
  assert_listed (window, "milk");
  gtk_editable_set_text (entry, "no");
  assert_listed (window, "");
  assert_page (window, "not-found");
  tasks_list_set_searching (TASKS_LIST (window->list), FALSE);
  assert_listed (window, "milk tea bread call");
  assert_page (window, "tasks");
}

static void
test_closed (Window       *window,
             gconstpointer unused)
{
  g_assert_false (can (window, "win.close-project"));
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  g_assert_false (can (window, "win.reopen-project"));
  act (window, "win.close-project");
  g_assert_false (gtk_widget_get_sensitive (part (window->list, "entry")));
  g_assert_false (can (window, "win.delete-project"));
  act (window, "win.reopen-project");
  g_assert_true (gtk_widget_get_sensitive (part (window->list, "entry")));
}

/* ---- the chosen one ---- */

static void
test_chosen_moves (Window       *window,
                   gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  choose (window, 0);
  assert_chosen (window, "milk");
  g_assert_true (tasks_data_move_task (window->data, window->ids[0], window->ids[3], &error));
  assert_listed (window, "tea bread call milk");
  assert_chosen (window, "milk");
  gtk_widget_activate_action (window->list, "tasks.move-step", "i", -1);
  assert_listed (window, "tea bread milk call");
  gtk_widget_activate_action (window->list, "tasks.move-step", "i", 1);
  gtk_widget_activate_action (window->list, "tasks.move-step", "i", 1);
  assert_listed (window, "tea bread call milk");
  assert_chosen (window, "milk");
}

static void
test_dropped (Window       *window,
              gconstpointer unused)
{
  gtk_widget_activate_action (window->list, "tasks.move", "(ssb)", window->ids[3], window->ids[0], FALSE);
  assert_listed (window, "call milk tea bread");
  gtk_widget_activate_action (window->list, "tasks.move", "(ssb)", window->ids[3], window->ids[1], TRUE);
  assert_listed (window, "milk tea call bread");
  gtk_widget_activate_action (window->list, "tasks.move", "(ssb)", window->ids[0], window->ids[2], FALSE);
  assert_listed (window, "tea call milk bread");

  /* Among those of one project. */
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->home);
  assert_listed (window, "tea milk bread");
  gtk_widget_activate_action (window->list, "tasks.move", "(ssb)", window->ids[2], window->ids[1], FALSE);
  assert_listed (window, "bread tea milk");
}

static void
test_chosen_goes (Window       *window,
                  gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  choose (window, 1);
  assert_chosen (window, "tea");
  g_assert_true (tasks_data_delete_task (window->data, window->ids[1], &error));
  assert_chosen (window, NULL);
  g_assert_false (can (window, "win.delete-task"));

  choose (window, 0);
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  assert_chosen (window, NULL);
}

static void
test_rename (Window       *window,
             gconstpointer unused)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *dialog = NULL;

  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  act (window, "win.rename-project");
  for (guint i = 0; i < g_list_model_get_n_items (windows) && dialog == NULL; i++)
    {
      g_autoptr(GtkWidget) widget = g_list_model_get_item (windows, i);

      dialog = ADW_IS_MESSAGE_DIALOG (widget) ? widget : NULL;
    }
  g_assert_nonnull (dialog);

  /* Meanwhile another one is chosen. */
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->home);
  gtk_editable_set_text (GTK_EDITABLE (adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog))), "Office");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  settle ();
  g_assert_cmpstr (adw_window_title_get_title (part (window->window, "list_title")), ==, "Office");
}

/* Enter in the list leads into the task. */
static void
test_edit (Window       *window,
           gconstpointer unused)
{
  choose (window, 0);
  g_signal_emit_by_name (part (window->list, "list_view"), "activate", 0u);
  settle ();
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window->window)), window->detail));
}

static void
test_undo_task (Window       *window,
                gconstpointer unused)
{
  g_assert_false (can (window, "win.undo"));
  choose (window, 1);
  act (window, "win.delete-task");
  assert_listed (window, "milk bread call");
  act (window, "win.undo");
  assert_listed (window, "milk tea bread call");
  g_assert_false (can (window, "win.undo"));
}

static void
test_undo_project (Window       *window,
                   gconstpointer unused)
{
  choose (window, 1);
  act (window, "win.delete-task");
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->home);
  act (window, "win.delete-project");
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), NULL);
  assert_listed (window, "call");

  /* The last deletion alone. */
  act (window, "win.undo");
  assert_listed (window, "milk bread call");
  g_assert_false (can (window, "win.undo"));
}

/* To a person: without markup. */
static gboolean
reads (GtkWidget  *widget,
       const char *text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text);
}

/* What went wrong is said in the words of others. */
static void
test_report (Window       *window,
             gconstpointer unused)
{
  gtk_widget_activate_action (window->window, "win.report", "s", "The project “R&D <old>” is closed");
  settle ();
  g_assert_nonnull (find (window->window, reads, "The project “R&D <old>” is closed"));
}

/* ---- the task in detail ---- */

static void
test_title (Window       *window,
            gconstpointer unused)
{
  GtkEditable *title = part (window->detail, "title");
  g_autoptr(GError) error = NULL;

  choose (window, 0);
  gtk_editable_set_text (title, " oat milk ");
  g_signal_emit_by_name (title, "apply");
  assert_title (window, window->ids[0], "oat milk");

  /* Elsewhere, while nobody types. */
  tasks_data_set_title (window->data, window->ids[0], "soy milk", &error);
  g_assert_cmpstr (gtk_editable_get_text (title), ==, "soy milk");

  /* Nor does it stay where the cursor only stands in it. */
  gtk_widget_grab_focus (GTK_WIDGET (title));
  settle ();
  tasks_data_set_title (window->data, window->ids[0], "nut milk", &error);
  g_assert_cmpstr (gtk_editable_get_text (title), ==, "nut milk");
  choose (window, 1);
  assert_title (window, window->ids[0], "nut milk");
  choose (window, 0);

  /* While somebody types it stays as it is typed; it is written when another task is chosen. */
  gtk_widget_grab_focus (GTK_WIDGET (title));
  settle ();
  gtk_editable_set_text (title, "rice milk");
  tasks_data_vote (window->data, window->ids[0], 1, &error);
  g_assert_cmpstr (gtk_editable_get_text (title), ==, "rice milk");
  choose (window, 1);
  assert_title (window, window->ids[0], "rice milk");
  assert_title (window, window->ids[1], "tea");

  /* None is no title. */
  gtk_editable_set_text (title, "  ");
  g_signal_emit_by_name (title, "apply");
  assert_title (window, window->ids[1], "tea");
  g_assert_cmpstr (gtk_editable_get_text (title), ==, "tea");
}

/* What another one writes while somebody types is merged with it, and the cursor stays at its word. */
static void
test_notes (Window       *window,
            gconstpointer unused)
{
  TasksNotes *notes = part (window->detail, "notes");
  GtkTextBuffer *buffer = part (GTK_WIDGET (notes), "buffer");
  g_autoptr(TruceRecord) task = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  GtkTextIter cursor;

  choose (window, 0);
  task = g_object_ref (tasks_list_get_task (TASKS_LIST (window->list)));
  gtk_text_buffer_insert_at_cursor (buffer, "one litre of milk", -1);
  tasks_notes_finish (notes);
  g_assert_cmpstr (tasks_record_get_notes (task), ==, "one litre of milk");

  gtk_text_buffer_get_iter_at_offset (buffer, &cursor, strlen ("one litre of"));
  gtk_text_buffer_place_cursor (buffer, &cursor);
  gtk_text_buffer_insert_at_cursor (buffer, " fresh", -1);
  tasks_data_set_notes (window->data, window->ids[0], "one litre of milk", "twenty litre of milk", &error);
  g_assert_no_error (error);
  tasks_notes_finish (notes);
  g_assert_cmpstr (tasks_record_get_notes (task), ==, "twenty litre of fresh milk");
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "twenty litre of fresh milk");
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  g_assert_cmpint (gtk_text_iter_get_offset (&cursor), ==, strlen ("twenty litre of fresh"));
}

/* What was typed belongs to the task for which it was. */
static void
test_notes_of_another (Window       *window,
                       gconstpointer unused)
{
  TasksNotes *notes = part (window->detail, "notes");
  GtkTextBuffer *buffer = part (GTK_WIDGET (notes), "buffer");
  g_autoptr(TruceRecord) milk = NULL;
  g_autoptr(TruceRecord) tea = NULL;

  choose (window, 0);
  milk = g_object_ref (tasks_list_get_task (TASKS_LIST (window->list)));
  gtk_text_buffer_insert_at_cursor (buffer, "one litre", -1);
  choose (window, 1);
  tea = g_object_ref (tasks_list_get_task (TASKS_LIST (window->list)));
  g_assert_cmpstr (tasks_record_get_notes (milk), ==, "one litre");
  g_assert_null (tasks_record_get_notes (tea));
  g_assert_cmpint (gtk_text_buffer_get_char_count (buffer), ==, 0);

  /* It is written without being told to, after a pause. */
  gtk_text_buffer_insert_at_cursor (buffer, "green", -1);
  wait_until (g_strcmp0 (tasks_record_get_notes (tea), "green") == 0);
}

/* Somebody who types, and quits. */
static void
test_notes_at_end (Window       *window,
                   gconstpointer unused)
{
  TasksNotes *notes = part (window->detail, "notes");
  g_autoptr(TruceRecord) task = NULL;

  choose (window, 0);
  task = g_object_ref (tasks_list_get_task (TASKS_LIST (window->list)));
  gtk_text_buffer_insert_at_cursor (part (GTK_WIDGET (notes), "buffer"), "one litre", -1);
  gtk_window_destroy (GTK_WINDOW (window->window));
  g_assert_cmpstr (tasks_record_get_notes (task), ==, "one litre");
  window->window = NULL;
}

static void
test_dropped_on_project (Window       *window,
                         gconstpointer unused)
{
  gtk_widget_activate_action (window->sidebar, "sidebar.take-task", "(ss)", window->ids[0], window->work);
  tasks_sidebar_choose (TASKS_SIDEBAR (window->sidebar), window->work);
  assert_listed (window, "milk call");
}

static void
test_project (Window       *window,
              gconstpointer unused)
{
  AdwComboRow *project = part (window->detail, "project");
  TruceRecord *task;
  g_autoptr(GError) error = NULL;

  choose (window, 3);
  task = tasks_list_get_task (TASKS_LIST (window->list));
  g_assert_cmpuint (adw_combo_row_get_selected (project), ==, 2);

  /* That a project is called otherwise, or that there is another one, is no choice of a person. */
  tasks_data_rename_project (window->data, window->work, "Office", &error);
  g_free (tasks_data_add_project (window->data, "Garden", &error));
  g_assert_no_error (error);
  settle ();
  g_assert_cmpuint (adw_combo_row_get_selected (project), ==, 2);
  g_assert_cmpstr (tasks_record_get_project (task), ==, window->work);

  adw_combo_row_set_selected (project, 1);
  g_assert_cmpstr (tasks_record_get_project (task), ==, window->home);
  adw_combo_row_set_selected (project, 0);
  g_assert_null (tasks_record_get_project (task));
}

static const struct
{
  const char *path;
  void (*test) (Window *, gconstpointer);
} cases[] = {
  { "/tasks/window/projects", test_projects },
  { "/tasks/window/add", test_add },
  { "/tasks/window/search", test_search },
  { "/tasks/window/closed", test_closed },
  { "/tasks/window/chosen-moves", test_chosen_moves },
  { "/tasks/window/dropped", test_dropped },
  { "/tasks/window/chosen-goes", test_chosen_goes },
  { "/tasks/window/rename", test_rename },
  { "/tasks/window/edit", test_edit },
  { "/tasks/window/undo-task", test_undo_task },
  { "/tasks/window/undo-project", test_undo_project },
  { "/tasks/window/report", test_report },
  { "/tasks/window/title", test_title },
  { "/tasks/window/notes", test_notes },
  { "/tasks/window/notes-of-another", test_notes_of_another },
  { "/tasks/window/notes-at-end", test_notes_at_end },
  { "/tasks/window/dropped-on-project", test_dropped_on_project },
  { "/tasks/window/project", test_project },
};

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = G_APPLICATION (adw_application_new ("org.truce.Tasks.Test", G_APPLICATION_NON_UNIQUE));
  g_application_register (application, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Window, NULL, open_window, cases[i].test, shut_window);
  return g_test_run ();
}
