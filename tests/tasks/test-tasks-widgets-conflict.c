/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What TasksConflictDialog shows of a conflict; that what it shows as the result is what is written. */

#include "tasks-conflict-dialog.h"
#include "widgets-fixture.h"

/* A dialog over a conflict. */
typedef struct
{
  Fixture *fixture;
  TruceInboxItem *item;
  GtkWidget *dialog;            /* weak */
} Shown;

static void
show_dialog (Shown          *shown,
             Fixture        *fixture,
             TruceInboxItem *item)
{
  shown->fixture = fixture;
  shown->item = item;
  shown->dialog = GTK_WIDGET (tasks_conflict_dialog_new (NULL, item, fixture->words));
  g_object_add_weak_pointer (G_OBJECT (shown->dialog), (gpointer *) &shown->dialog);
  gtk_window_present (GTK_WINDOW (shown->dialog));
  wait_until (gtk_widget_get_mapped (shown->dialog));
}

static void
hide_dialog (Shown *shown)
{
  if (shown->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (shown->dialog));
  wait_until (shown->dialog == NULL);
  g_clear_object (&shown->item);
}

static gboolean
is_group (GtkWidget  *widget,
          const char *title)
{
  return ADW_IS_PREFERENCES_GROUP (widget) &&
         g_str_equal (adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (widget)), title);
}

static gboolean
is_row (GtkWidget  *widget,
        const char *title)
{
  return ADW_IS_ACTION_ROW (widget) &&
         g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

/* NULL: there is none. */
static AdwActionRow *
find_row (Shown      *shown,
          const char *group,
          const char *title)
{
  GtkWidget *found = find (shown->dialog, is_group, group);

  return found != NULL ? (AdwActionRow *) find (found, is_row, title) : NULL;
}

static void
assert_row (Shown      *shown,
            const char *group,
            const char *title,
            const char *value)
{
  AdwActionRow *row = find_row (shown, group, title);

  g_assert_nonnull (row);
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, value);
  assert_accessible (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, value);
}

static gboolean
is_radio (GtkWidget  *widget,
          const char *text)
{
  return GTK_IS_CHECK_BUTTON (widget);
}

/* NULL: the row is not for choosing. */
static GtkCheckButton *
find_radio (Shown      *shown,
            const char *group,
            const char *title)
{
  AdwActionRow *row = find_row (shown, group, title);

  g_assert_nonnull (row);
  return (GtkCheckButton *) find (GTK_WIDGET (row), is_radio, NULL);
}

/* As by a click on the row. */
static void
choose (Shown      *shown,
        const char *group,
        const char *title)
{
  g_assert_nonnull (find_radio (shown, group, title));
  g_assert_true (gtk_widget_activate (GTK_WIDGET (find_row (shown, group, title))));
  settle ();
  g_assert_true (gtk_check_button_get_active (find_radio (shown, group, title)));
}

#define assert_chosen(shown, group, title) \
  g_assert_true (gtk_check_button_get_active (find_radio (shown, group, title)))

/* Writes what is shown; it arrives there as it is here. text NULL: it is deleted. */
static void
use_result (Shown      *shown,
            const char *text)
{
  press (shown->dialog, "Use Result");
  wait_until (shown->dialog == NULL);
  assert_here (shown->fixture, "1", text);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown->fixture->inbox)), ==, 0);
  sync_once (shown->fixture);
  assert_there (shown->fixture, "1", text);
  hide_dialog (shown);
}

/* ---- fields ---- */

static void
test_title (Fixture      *fixture,
            gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"title\":\"Call\"}", "{\"title\":\"Call Ann\"}",
                              "{\"title\":\"Call Bob & <co>\"}"));
  assert_row (&shown, "Title", "Before", "Call");
  assert_row (&shown, "Title", "Mine", "Call Ann");
  assert_row (&shown, "Title", "Theirs", "Call Bob & <co>");
  assert_row (&shown, "Title", "Result", "Call Ann");
  assert_chosen (&shown, "Title", "Mine");
  g_assert_null (find_row (&shown, "Title", "Merged"));
  g_assert_null (find_row (&shown, "Due", "Before"));
  assert_accessible (find_radio (&shown, "Title", "Theirs"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Title: Theirs");
  assert_accessible (find_radio (&shown, "Title", "Theirs"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Call Bob & <co>");

  choose (&shown, "Title", "Theirs");
  assert_row (&shown, "Title", "Result", "Call Bob & <co>");
  choose (&shown, "Title", "Mine");
  assert_row (&shown, "Title", "Result", "Call Ann");
  choose (&shown, "Title", "Theirs");
  use_result (&shown, "{\"title\":\"Call Bob & <co>\"}");
}

/* Each field is decided by itself; and nobody is asked of a field that only one side changed. */
static void
test_title_and_due (Fixture      *fixture,
                    gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"due\":\"2026-11-01\",\"title\":\"a\",\"votes\":1}",
                              "{\"due\":\"2026-11-02\",\"title\":\"b\",\"votes\":1}",
                              "{\"due\":\"2026-11-03\",\"title\":\"c\",\"votes\":4}"));
  choose (&shown, "Title", "Theirs");
  assert_row (&shown, "Title", "Result", "c");
  assert_row (&shown, "Due", "Result", "2026-11-02");
  g_assert_null (find_radio (&shown, "Votes", "Mine"));
  g_assert_null (find_radio (&shown, "Votes", "Theirs"));
  assert_row (&shown, "Votes", "Result", "4");
  use_result (&shown, "{\"due\":\"2026-11-02\",\"title\":\"c\",\"votes\":4}");
}

/* A field that one side removed: it can be kept removed, or come back. */
static void
test_absent (Fixture      *fixture,
             gconstpointer choice)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"due\":\"2026-11-01\",\"title\":\"a\"}", "{\"title\":\"a\"}",
                              "{\"due\":\"2026-11-03\",\"title\":\"a\"}"));
  assert_row (&shown, "Due", "Before", "2026-11-01");
  assert_row (&shown, "Due", "Mine", "Nothing");
  assert_row (&shown, "Due", "Theirs", "2026-11-03");
  assert_row (&shown, "Due", "Result", "Nothing");
  use_result (&shown, "{\"title\":\"a\"}");

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"title\":\"a\"}", "{\"due\":\"2026-11-02\",\"title\":\"a\"}",
                              "{\"due\":\"2026-11-03\",\"title\":\"a\"}"));
  assert_row (&shown, "Due", "Before", "Nothing");
  choose (&shown, "Due", "Theirs");
  use_result (&shown, "{\"due\":\"2026-11-03\",\"title\":\"a\"}");
}

/* Words that only one side changed are merged; where both changed the same word mine stands, until one chooses. */
static void
test_notes (Fixture      *fixture,
            gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"notes\":\"Bring the old book back\"}",
                              "{\"notes\":\"Bring the red book back\"}",
                              "{\"notes\":\"Bring the blue book back today\"}"));
  assert_chosen (&shown, "Notes", "Merged");
  assert_row (&shown, "Notes", "Merged", "Bring the red book back today");
  assert_row (&shown, "Notes", "Result", "Bring the red book back today");
  choose (&shown, "Notes", "Theirs");
  assert_row (&shown, "Notes", "Result", "Bring the blue book back today");
  choose (&shown, "Notes", "Merged");
  use_result (&shown, "{\"notes\":\"Bring the red book back today\"}");
}

/* What merges is merged, and can be had otherwise. */
static void
test_kinds (Fixture      *fixture,
            gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"tags\":[\"a\"],\"title\":\"a\",\"votes\":3}",
                              "{\"tags\":[\"a\",\"b\"],\"title\":\"b\",\"votes\":5}",
                              "{\"tags\":[\"a\",\"c\"],\"title\":\"c\",\"votes\":4}"));
  assert_row (&shown, "Tags", "Mine", "a, b");
  assert_row (&shown, "Votes", "Merged", "6");
  assert_row (&shown, "Votes", "Result", "6");
  assert_chosen (&shown, "Tags", "Merged");
  choose (&shown, "Votes", "Theirs");
  assert_row (&shown, "Votes", "Result", "4");
  assert_row (&shown, "Tags", "Result", "a, b, c");
  use_result (&shown, "{\"tags\":[\"a\",\"b\",\"c\"],\"title\":\"b\",\"votes\":4}");
}

/* A field without a label is shown where it must be decided, by its own name; else it is merged without a word. */
static void
test_unknown_fields (Fixture      *fixture,
                     gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"a/b\":1,\"quiet\":1,\"title\":\"a\"}",
                              "{\"a/b\":2,\"quiet\":1,\"title\":\"b\"}",
                              "{\"a/b\":3,\"quiet\":2,\"title\":\"c\"}"));
  assert_row (&shown, "a/b", "Mine", "2");
  g_assert_null (find_row (&shown, "quiet", "Before"));
  choose (&shown, "a/b", "Theirs");
  use_result (&shown, "{\"a/b\":3,\"quiet\":2,\"title\":\"b\"}");
}

/* ---- a deletion ---- */

static void
test_deleted_here (Fixture      *fixture,
                   gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"title\":\"a\"}", NULL, "{\"title\":\"b\",\"votes\":2}"));
  assert_row (&shown, "Deleted here, changed elsewhere", "Keep it", "Title: b\nVotes: 2");
  assert_chosen (&shown, "Deleted here, changed elsewhere", "Keep it");
  assert_row (&shown, "Deleted here, changed elsewhere", "Result", "It is kept as it is there");
  use_result (&shown, "{\"title\":\"b\",\"votes\":2}");
}

static void
test_deleted_there (Fixture      *fixture,
                    gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}", NULL));
  assert_row (&shown, "Changed here, deleted elsewhere", "Keep it", "Title: b");
  assert_row (&shown, "Changed here, deleted elsewhere", "Result", "It is kept as it is here");
  choose (&shown, "Changed here, deleted elsewhere", "Delete it");
  assert_row (&shown, "Changed here, deleted elsewhere", "Result", "It is deleted");
  use_result (&shown, NULL);
}

/* ---- what happens meanwhile ---- */

static void
test_cancel (Fixture      *fixture,
             gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture, make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}", "{\"title\":\"c\"}"));
  choose (&shown, "Title", "Theirs");
  press (shown.dialog, "Cancel");
  wait_until (shown.dialog == NULL);
  assert_here (fixture, "1", "{\"title\":\"b\"}");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->inbox)), ==, 1);
  hide_dialog (&shown);
}

/* What was not shown is not decided. */
static void
test_changed_meanwhile (Fixture      *fixture,
                        gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture, make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}", "{\"title\":\"c\"}"));
  choose (&shown, "Title", "Theirs");
  plain_remote_put (fixture->remote, "1", "{\"title\":\"d\"}");
  sync_once (fixture);
  press (shown.dialog, "Use Result");
  g_assert_true (says (shown.dialog, "It has changed meanwhile"));
  assert_here (fixture, "1", "{\"title\":\"b\"}");
  assert_row (&shown, "Title", "Theirs", "d");
  choose (&shown, "Title", "Theirs");
  use_result (&shown, "{\"title\":\"d\"}");
}

static void
test_gone_meanwhile (Fixture      *fixture,
                     gconstpointer data)
{
  Shown shown;

  show_dialog (&shown, fixture, make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}", "{\"title\":\"c\"}"));
  g_assert_true (truce_inbox_item_discard (shown.item, NULL));
  press (shown.dialog, "Use Result");
  g_assert_true (says (shown.dialog, "It has been decided meanwhile"));
  g_assert_false (gtk_widget_is_sensitive (find (shown.dialog, is_button, "Use Result")));
  g_assert_null (find_row (&shown, "Title", "Mine"));
  assert_here (fixture, "1", "{\"title\":\"c\"}");
  hide_dialog (&shown);
}

/* ---- in words ---- */

static char *
show_votes (const char *field,
            JsonNode   *value,
            gpointer    data)
{
  if (!g_str_equal (field, "votes"))
    return NULL;
  return g_strdup_printf ("%" G_GINT64_FORMAT " votes", json_node_get_int (value));
}

static void
test_words (Fixture      *fixture,
            gconstpointer data)
{
  Shown shown;

  tasks_words_set_value_func (fixture->words, show_votes, NULL, NULL);
  show_dialog (&shown, fixture,
               make_conflict (fixture, "{\"title\":\"a\"}", "{\"done\":true,\"title\":\"\",\"votes\":2}",
                              "{\"done\":false,\"title\":null}"));
  assert_row (&shown, "Title", "Mine", "Nothing");
  assert_row (&shown, "Title", "Theirs", "Nothing");
  assert_row (&shown, "Votes", "Before", "Nothing");
  assert_row (&shown, "Votes", "Mine", "2 votes");
  assert_row (&shown, "done", "Mine", "Yes");
  assert_row (&shown, "done", "Theirs", "No");
  hide_dialog (&shown);
}

#define add_for(path, resolver, test) \
  g_test_add ("/tasks/conflict/" path, Fixture, resolver, set_up, test, tear_down)
#define add(path, test) add_for (path, NULL, test)

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  add ("title", test_title);
  add ("title-and-due", test_title_and_due);
  add ("absent", test_absent);
  add ("notes", test_notes);
  add ("kinds", test_kinds);
  add ("unknown-fields", test_unknown_fields);
  add_for ("deleted-here", "defer", test_deleted_here);
  add_for ("deleted-there", "defer", test_deleted_there);
  add ("cancel", test_cancel);
  add ("changed-meanwhile", test_changed_meanwhile);
  add ("gone-meanwhile", test_gone_meanwhile);
  add ("words", test_words);
  return g_test_run ();
}
