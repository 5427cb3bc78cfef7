/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What TasksInboxView and its window show of an inbox, and what can be done in them. */

#include "tasks-conflict-dialog.h"
#include "tasks-inbox-row.h"
#include "tasks-inbox-window.h"
#include "widgets-fixture.h"

static GtkWidget *
show_inbox (Fixture *fixture)
{
  GtkWidget *window = GTK_WIDGET (tasks_inbox_window_new (NULL, fixture->inbox, fixture->words));

  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_mapped (window));
  return window;
}

static void
hide_inbox (GtkWidget *window)
{
  close_window (window, GTK_WIDGET (tasks_inbox_window_get_view (TASKS_INBOX_WINDOW (window))));
}

/* The page that is shown is the only one that is mapped. */
static gboolean
is_shown (GtkWidget  *window,
          const char *text)
{
  GtkWidget *label = find (window, is_label, text);

  settle ();
  return label != NULL && gtk_widget_get_child_visible (gtk_widget_get_ancestor (label, GTK_TYPE_STACK)) &&
         gtk_widget_get_mapped (label);
}

static gboolean
is_row_of (GtkWidget  *widget,
           const char *id)
{
  return TASKS_IS_INBOX_ROW (widget) &&
         g_str_equal (truce_inbox_item_get_id (tasks_inbox_row_get_item (TASKS_INBOX_ROW (widget))), id);
}

static GtkWidget *
get_row (GtkWidget  *window,
         const char *id)
{
  GtkWidget *row = find (window, is_row_of, id);

  g_assert_nonnull (row);
  return row;
}

/* ---- what is shown ---- */

static void
test_empty (Fixture      *fixture,
            gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);

  g_assert_true (is_shown (window, "All Is Well"));
  reject (fixture, "1", "{\"title\":\"milk\"}");
  wait_until (!is_shown (window, "All Is Well"));
  g_assert_true (is_shown (window, "milk"));
  hide_inbox (window);
}

static void
test_rejected (Fixture      *fixture,
               gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);
  GtkWidget *row;

  reject (fixture, "1", "{\"title\":\"milk & <tea>\"}");
  row = get_row (window, "1");
  g_assert_true (shows (row, "milk & <tea>"));
  g_assert_true (shows (row, "The project is closed"));
  g_assert_true (says (row, "Since "));
  g_assert_false (says (row, "tried"));
  g_assert_nonnull (find (row, is_button, "Retry"));
  g_assert_nonnull (find (row, is_button, "Edit"));
  g_assert_nonnull (find (row, is_button, "Discard"));
  g_assert_null (find (row, is_button, "Resolve"));
  assert_accessible (find (row, is_button, "Retry"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "milk & <tea>");
  hide_inbox (window);
}

static void
test_conflict (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(TruceInboxItem) item = make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}",
                                                  "{\"title\":\"c\"}");
  GtkWidget *window = show_inbox (fixture);
  GtkWidget *row = get_row (window, "1");

  g_assert_true (shows (row, "b"));
  g_assert_true (shows (row, "Changed here and elsewhere"));
  g_assert_nonnull (find (row, is_button, "Resolve"));
  g_assert_null (find (row, is_button, "Retry"));
  hide_inbox (window);
}

/* A record without a name is called by its id; one that was deleted here as it was called before. */
static void
test_names (Fixture      *fixture,
            gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);

  reject (fixture, "nameless", "{\"votes\":2}");
  g_assert_true (shows (get_row (window, "nameless"), "nameless"));
  put (fixture, "2", "{\"title\":\"tea\"}");
  sync_once (fixture);
  plain_remote_reject (fixture->remote, "2", "It is needed");
  g_assert_true (truce_collection_delete (fixture->tasks, "2", NULL));
  sync_once (fixture);
  g_assert_true (shows (get_row (window, "2"), "tea"));
  hide_inbox (window);
}

/* ---- what a person does ---- */

static void
test_retry (Fixture      *fixture,
            gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);

  reject (fixture, "1", "{\"title\":\"milk\"}");
  press (get_row (window, "1"), "Retry");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 1);
  g_assert_true (is_shown (window, "All Is Well"));

  plain_remote_reject (fixture->remote, "1", "Still closed");
  sync_once (fixture);
  g_assert_true (shows (get_row (window, "1"), "Still closed"));
  press (get_row (window, "1"), "Retry");
  plain_remote_reject (fixture->remote, "1", NULL);
  sync_once (fixture);
  assert_there (fixture, "1", "{\"title\":\"milk\"}");
  g_assert_true (is_shown (window, "All Is Well"));
  hide_inbox (window);
}

static void
test_discard (Fixture      *fixture,
              gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);

  put (fixture, "1", "{\"title\":\"milk\"}");
  sync_once (fixture);
  reject (fixture, "1", "{\"title\":\"tea\"}");
  press (get_row (window, "1"), "Discard");
  assert_here (fixture, "1", "{\"title\":\"milk\"}");
  g_assert_true (is_shown (window, "All Is Well"));
  hide_inbox (window);
}

static void
on_edit (TasksInboxView *view,
         TruceInboxItem *item,
         GString        *edited)
{
  g_string_append (edited, truce_inbox_item_get_id (item));
}

static void
test_edit (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr(GString) edited = g_string_new (NULL);
  GtkWidget *window = show_inbox (fixture);

  g_signal_connect (tasks_inbox_window_get_view (TASKS_INBOX_WINDOW (window)), "edit", G_CALLBACK (on_edit), edited);
  reject (fixture, "1", "{\"title\":\"milk\"}");
  reject (fixture, "2", "{\"title\":\"tea\"}");
  press (get_row (window, "2"), "Edit");
  g_assert_cmpstr (edited->str, ==, "2");
  hide_inbox (window);
}

static TasksConflictDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (TASKS_IS_CONFLICT_DIALOG (window))
        return TASKS_CONFLICT_DIALOG (window);
    }
  return NULL;
}

static void
test_resolve (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(TruceInboxItem) item = make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}",
                                                  "{\"title\":\"c\"}");
  GtkWidget *window = show_inbox (fixture);

  press (get_row (window, "1"), "Resolve");
  g_assert_nonnull (find_dialog ());
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (find_dialog ())) == GTK_WINDOW (window));
  g_assert_true (gtk_window_get_modal (GTK_WINDOW (find_dialog ())));
  g_assert_true (tasks_conflict_dialog_get_item (find_dialog ()) == item);
  press (GTK_WIDGET (find_dialog ()), "Use Result");
  g_assert_null (find_dialog ());
  assert_here (fixture, "1", "{\"title\":\"b\"}");
  g_assert_true (is_shown (window, "All Is Well"));
  hide_inbox (window);
}

static void
on_failed (TasksInboxRow *row,
           const char    *message,
           GString       *said)
{
  g_string_append (said, message);
}

/* What can't be done is said: here it was decided elsewhere while somebody moved the pointer to a button. */
static void
test_failed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GString) said = g_string_new (NULL);
  GtkWidget *row;

  reject (fixture, "1", "{\"title\":\"milk\"}");
  item = truce_inbox_find (fixture->inbox, "task", "1");
  row = g_object_ref_sink (tasks_inbox_row_new (item, fixture->words));
  g_signal_connect (row, "failed", G_CALLBACK (on_failed), said);
  g_assert_true (truce_inbox_item_discard (item, NULL));
  press (row, "Retry");
  g_assert_cmpstr (said->str, !=, "");
  g_string_truncate (said, 0);
  press (row, "Discard");
  g_assert_cmpstr (said->str, !=, "");
  g_assert_finalize_object (row);
}

/* What is said is text, not markup. */
static void
test_toast (Fixture      *fixture,
            gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);
  GtkWidget *row;

  reject (fixture, "1", "{\"title\":\"milk\"}");
  row = get_row (window, "1");
  g_signal_emit_by_name (row, "failed", "It is <gone> & lost");
  settle ();
  g_assert_true (says (window, "It is &lt;gone&gt; &amp; lost"));
  hide_inbox (window);
}

/* One that was never there, one that was, and a deletion. */
static void
test_undo_discard (Fixture      *fixture,
                   gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);

  reject (fixture, "1", "{\"title\":\"milk\"}");
  press (get_row (window, "1"), "Discard");
  assert_here (fixture, "1", NULL);
  g_assert_true (says (window, "“milk” was discarded"));
  press (window, "Undo");
  assert_here (fixture, "1", "{\"title\":\"milk\"}");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 1);
  sync_once (fixture);
  g_assert_true (shows (get_row (window, "1"), "milk"));
  plain_remote_reject (fixture->remote, "1", NULL);
  press (get_row (window, "1"), "Retry");
  sync_once (fixture);

  reject (fixture, "1", "{\"title\":\"tea\"}");
  press (get_row (window, "1"), "Discard");
  assert_here (fixture, "1", "{\"title\":\"milk\"}");
  press (window, "Undo");
  assert_here (fixture, "1", "{\"title\":\"tea\"}");

  g_assert_true (truce_collection_delete (fixture->tasks, "1", NULL));
  sync_once (fixture);
  press (get_row (window, "1"), "Discard");
  assert_here (fixture, "1", "{\"title\":\"milk\"}");
  press (window, "Undo");
  assert_here (fixture, "1", NULL);
  hide_inbox (window);
}

/* ---- live ---- */

/* A row that stays is the same widget, whatever comes before and after it: so the focus stays where it is. */
static void
test_live (Fixture      *fixture,
           gconstpointer data)
{
  GtkWidget *window = show_inbox (fixture);
  GtkWidget *row;

  reject (fixture, "2", "{\"title\":\"milk\"}");
  row = get_row (window, "2");
  reject (fixture, "1", "{\"title\":\"tea\"}");
  reject (fixture, "3", "{\"title\":\"rice\"}");
  g_assert_true (get_row (window, "2") == row);
  hide_inbox (window);
}

static void
test_no_inbox (Fixture      *fixture,
               gconstpointer data)
{
  GtkWidget *view = tasks_inbox_view_new ();
  GtkWidget *window = present (view);

  g_assert_true (is_shown (window, "All Is Well"));
  reject (fixture, "1", "{\"title\":\"milk\"}");
  g_object_set (view, "inbox", fixture->inbox, NULL);
  /* Without words a record has no name but its id. */
  g_assert_true (shows (get_row (window, "1"), "1"));
  g_object_set (view, "words", fixture->words, NULL);
  g_assert_true (shows (get_row (window, "1"), "milk"));
  g_object_set (view, "inbox", NULL, NULL);
  g_assert_true (is_shown (window, "All Is Well"));
  close_window (window, view);
}

#define add(path, test) g_test_add ("/tasks/inbox/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  add ("empty", test_empty);
  add ("rejected", test_rejected);
  add ("conflict", test_conflict);
  add ("names", test_names);
  add ("retry", test_retry);
  add ("discard", test_discard);
  add ("edit", test_edit);
  add ("resolve", test_resolve);
  add ("failed", test_failed);
  add ("toast", test_toast);
  add ("undo-discard", test_undo_discard);
  add ("live", test_live);
  add ("no-inbox", test_no_inbox);
  return g_test_run ();
}
