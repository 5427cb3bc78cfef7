/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* TasksTagEditor, TasksDueRow, and TasksNetwork: what they show, and what they say when a person does something. */

#include "tasks-due-row.h"
#include "tasks-network.h"
#include "tasks-tag-editor.h"
#include "widgets-fixture.h"

static void
note_text (gpointer    object,
           const char *text,
           GString    *noted)
{
  g_string_append_printf (noted, "%s;", text);
}

static void
note_date (TasksDueRow *row,
           GString     *noted)
{
  g_string_append_printf (noted, "%s;", tasks_due_row_get_date (row) != NULL ? tasks_due_row_get_date (row) : "none");
}

/* ---- tags ---- */

typedef struct
{
  GtkWidget *window;
  TasksTagEditor *editor;
  GString *noted;               /* owned: what it said */
} Tags;

static void
set_up_tags (Tags         *tags,
             gconstpointer data)
{
  tags->editor = TASKS_TAG_EDITOR (tasks_tag_editor_new ());
  tags->noted = g_string_new (NULL);
  tags->window = present_row (GTK_WIDGET (tags->editor));
  g_signal_connect (tags->editor, "tag-added", G_CALLBACK (note_text), tags->noted);
  g_signal_connect (tags->editor, "tag-removed", G_CALLBACK (note_text), tags->noted);
}

static void
tear_down_tags (Tags         *tags,
                gconstpointer data)
{
  close_window (tags->window, GTK_WIDGET (tags->editor));
  g_string_free (tags->noted, TRUE);
}

static void
set_tags (Tags       *tags,
          const char *names)
{
  g_auto(GStrv) list = g_strsplit (names, " ", -1);

  g_object_set (tags->editor, "tags", list, NULL);
  settle ();
}

static gboolean
is_chip (GtkWidget  *widget,
         const char *tag)
{
  return gtk_widget_has_css_class (widget, "tag-chip") && g_str_equal (gtk_widget_get_name (widget), tag);
}

static gboolean
is_any_button (GtkWidget  *widget,
               const char *text)
{
  return GTK_IS_BUTTON (widget);
}

static GtkWidget *
get_remove_button (Tags       *tags,
                   const char *tag)
{
  GtkWidget *chip = find (tags->window, is_chip, tag);

  g_assert_nonnull (chip);
  return find (chip, is_any_button, NULL);
}

/* The chips, in their order. */
static void
assert_chips (Tags       *tags,
              const char *expected)
{
  GtkWidget *first = find (tags->window, is_chip, tasks_tag_editor_get_tags (tags->editor)[0]);
  g_autoptr(GString) shown = g_string_new (NULL);

  for (GtkWidget *chip = first; chip != NULL; chip = gtk_widget_get_next_sibling (chip))
    g_string_append_printf (shown, "%s%s", shown->len > 0 ? " " : "", gtk_widget_get_name (chip));
  g_assert_cmpstr (shown->str, ==, expected);
}

static void
test_tags_shown (Tags         *tags,
                 gconstpointer data)
{
  set_tags (tags, "home phone");
  assert_chips (tags, "home phone");
  assert_accessible (get_remove_button (tags, "phone"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Remove tag phone");
  set_tags (tags, "away home money phone");
  assert_chips (tags, "away home money phone");
  set_tags (tags, "phone away");
  assert_chips (tags, "phone away");
  g_object_set (tags->editor, "tags", NULL, NULL);
  g_assert_null (find (tags->window, is_chip, "phone"));
  g_assert_cmpstr (tags->noted->str, ==, "");
}

static void
test_tags_edited (Tags         *tags,
                  gconstpointer data)
{
  GtkWidget *entry = find (tags->window, is_entry, NULL);

  set_tags (tags, "home");
  assert_accessible (entry, GTK_ACCESSIBLE_PROPERTY_LABEL, "Add tag");
  gtk_editable_set_text (GTK_EDITABLE (entry), "  new one ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  gtk_editable_set_text (GTK_EDITABLE (entry), "home");
  g_signal_emit_by_name (entry, "activate");
  gtk_editable_set_text (GTK_EDITABLE (entry), "   ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (tags->noted->str, ==, "new one;");
  /* It waits to be told. */
  assert_chips (tags, "home");

  g_signal_emit_by_name (get_remove_button (tags, "home"), "clicked");
  g_assert_cmpstr (tags->noted->str, ==, "new one;home;");
  assert_chips (tags, "home");
}

/* What comes and goes elsewhere does not take the focus; a chip that is removed gives it to the entry. */
static void
test_tags_focus (Tags         *tags,
                 gconstpointer data)
{
  GtkWidget *button;

  set_tags (tags, "home phone");
  button = get_remove_button (tags, "phone");
  gtk_widget_grab_focus (button);
  set_tags (tags, "away phone");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (tags->window)) == button);
  g_signal_emit_by_name (button, "clicked");
  set_tags (tags, "away");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (tags->window)),
                                         find (tags->window, is_entry, NULL)));
}

/* Each line is filled before the next is begun; none is wider than there is room. */
static void
test_tags_flow (Tags         *tags,
                gconstpointer data)
{
  GtkWidget *box;
  int one;
  int minimum;
  int narrow;

  set_tags (tags, "aaaa");
  box = gtk_widget_get_parent (find (tags->window, is_chip, "aaaa"));
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 1000, NULL, &one, NULL, NULL);
  set_tags (tags, "aaaa bbbb cccc");
  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, minimum, NULL, &narrow, NULL, NULL);
  g_assert_cmpint (narrow, ==, 3 * one + 2 * 6);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 1000, NULL, &narrow, NULL, NULL);
  g_assert_cmpint (narrow, ==, one);
}

/* ---- due ---- */

typedef struct
{
  GtkWidget *window;
  TasksDueRow *row;
  GString *noted;               /* owned: what it said */
} Due;

static void
set_up_due (Due          *due,
            gconstpointer data)
{
  due->row = TASKS_DUE_ROW (tasks_due_row_new ());
  due->noted = g_string_new (NULL);
  due->window = present_row (GTK_WIDGET (due->row));
  g_signal_connect (due->row, "changed", G_CALLBACK (note_date), due->noted);
}

static void
tear_down_due (Due          *due,
               gconstpointer data)
{
  close_window (due->window, GTK_WIDGET (due->row));
  g_string_free (due->noted, TRUE);
}

static void
press_icon (GtkWidget  *widget,
            const char *icon)
{
  g_signal_emit_by_name (find (widget, is_icon_button, icon), "clicked");
  settle ();
}

static GtkMenuButton *
get_calendar_button (Due *due)
{
  return GTK_MENU_BUTTON (find (due->window, is_menu_button, NULL));
}

/* Opens the calendar, and selects a day where one is given, as arrows, space and clicks do. */
static GtkCalendar *
open_calendar (Due        *due,
               const char *date)
{
  GtkPopover *popover = gtk_menu_button_get_popover (get_calendar_button (due));
  g_autofree char *moment = date != NULL ? g_strconcat (date, "T12:00:00Z", NULL) : NULL;
  g_autoptr(GDateTime) day = moment != NULL ? g_date_time_new_from_iso8601 (moment, NULL) : NULL;
  GtkCalendar *calendar;

  gtk_widget_activate (GTK_WIDGET (due->row));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  calendar = GTK_CALENDAR (find (GTK_WIDGET (popover), is_calendar, NULL));
  if (day != NULL)
    gtk_calendar_select_day (calendar, day);
  return calendar;
}

static void
close_calendar (Due *due)
{
  gtk_menu_button_popdown (get_calendar_button (due));
  settle ();
}

static void
test_due_shown (Due          *due,
                gconstpointer data)
{
  g_assert_true (shows (due->window, "No due date"));
  g_assert_null (tasks_due_row_get_date (due->row));
  g_object_set (due->row, "date", "2026-02-03", NULL);
  g_assert_true (shows (due->window, "Tuesday, 3 February 2026"));
  assert_accessible (get_calendar_button (due), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Tuesday, 3 February 2026");
  tasks_due_row_set_date (due->row, "2026-02-30");
  g_assert_null (tasks_due_row_get_date (due->row));
  tasks_due_row_set_date (due->row, "some day");
  g_assert_null (tasks_due_row_get_date (due->row));
  g_assert_cmpstr (due->noted->str, ==, "");
}

/* A day that is picked is the choice: it closes the calendar. */
static void
test_due_picked (Due          *due,
                 gconstpointer data)
{
  tasks_due_row_set_date (due->row, "2026-02-03");
  open_calendar (due, "2026-04-05");
  wait_until (!gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (get_calendar_button (due)))));
  g_assert_cmpstr (due->noted->str, ==, "2026-04-05;");
  g_assert_true (shows (due->window, "Sunday, 5 April 2026"));
}

/* A look at the calendar, also at other months, picks nothing; and it opens at the day that is set. */
static void
test_due_looked_at (Due          *due,
                    gconstpointer data)
{
  g_autoptr(GDateTime) day = NULL;
  g_autofree char *date = NULL;

  press_icon (GTK_WIDGET (open_calendar (due, NULL)), "pan-end-symbolic");
  close_calendar (due);
  g_assert_null (tasks_due_row_get_date (due->row));
  tasks_due_row_set_date (due->row, "2026-01-31");
  day = gtk_calendar_get_date (open_calendar (due, NULL));
  date = g_date_time_format (day, "%Y-%m-%d");
  g_assert_cmpstr (date, ==, "2026-01-31");
  close_calendar (due);
  g_assert_cmpstr (due->noted->str, ==, "");
}

static void
test_due_cleared (Due          *due,
                  gconstpointer data)
{
  GtkWidget *clear;

  g_assert_null (find (due->window, is_icon_button, "edit-clear-symbolic"));
  tasks_due_row_set_date (due->row, "2026-02-03");
  clear = find (due->window, is_icon_button, "edit-clear-symbolic");
  g_assert_nonnull (clear);
  gtk_widget_grab_focus (clear);
  g_signal_emit_by_name (clear, "clicked");
  g_assert_cmpstr (due->noted->str, ==, "none;");
  g_assert_true (shows (due->window, "No due date"));
  /* The button is gone, and the focus is not lost with it. */
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (due->window)),
                                         GTK_WIDGET (get_calendar_button (due))));
}

/* ---- the network ---- */

static void
note_network (GNetworkMonitor *monitor,
              gboolean         available,
              GString         *noted)
{
  g_string_append (noted, available ? "on;" : "off;");
}

static void
on_reached (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (g_network_monitor_can_reach_finish (G_NETWORK_MONITOR (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE);
  *(gboolean *) data = TRUE;
}

static void
test_network (void)
{
  GNetworkMonitor *monitor = G_NETWORK_MONITOR (tasks_network_new ());
  g_autoptr(GSocketConnectable) address = g_network_address_new ("localhost", 80);
  g_autoptr(GString) noted = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  gboolean reached = FALSE;

  g_signal_connect (monitor, "network-changed", G_CALLBACK (note_network), noted);
  g_assert_true (g_network_monitor_get_network_available (monitor));
  g_assert_true (g_network_monitor_can_reach (monitor, address, NULL, &error));
  g_assert_cmpint (g_network_monitor_get_connectivity (monitor), ==, G_NETWORK_CONNECTIVITY_FULL);
  g_object_set (monitor, "online", FALSE, NULL);
  g_object_set (monitor, "online", FALSE, NULL);
  g_assert_false (g_network_monitor_get_network_available (monitor));
  g_assert_false (g_network_monitor_get_network_metered (monitor));
  g_assert_cmpint (g_network_monitor_get_connectivity (monitor), ==, G_NETWORK_CONNECTIVITY_LOCAL);
  g_network_monitor_can_reach_async (monitor, address, NULL, on_reached, &reached);
  wait_until (reached);
  tasks_network_set_online (TASKS_NETWORK (monitor), TRUE);
  g_assert_cmpstr (noted->str, ==, "off;on;");
  g_assert_finalize_object (monitor);
}

#define add_tags(path, test) g_test_add ("/tasks/tag-editor/" path, Tags, NULL, set_up_tags, test, tear_down_tags)
#define add_due(path, test) g_test_add ("/tasks/due-row/" path, Due, NULL, set_up_due, test, tear_down_due)

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  add_tags ("shown", test_tags_shown);
  add_tags ("edited", test_tags_edited);
  add_tags ("focus", test_tags_focus);
  add_tags ("flow", test_tags_flow);
  add_due ("shown", test_due_shown);
  add_due ("picked", test_due_picked);
  add_due ("looked-at", test_due_looked_at);
  add_due ("cleared", test_due_cleared);
  g_test_add_func ("/tasks/network", test_network);
  return g_test_run ();
}
