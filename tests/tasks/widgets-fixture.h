/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A store and a server in memory for widgets to show, and how to find what they show. */

#include <adwaita.h>
#include <truce.h>

#include "plain-remote.h"
#include "tasks-words.h"

typedef struct
{
  TruceStore *store;
  TruceCollection *tasks;
  PlainRemote *remote;
  TruceSync *sync;
  TruceInbox *inbox;
  TasksWords *words;
} Fixture;

static const char schema_text[] =
  "{\"fields\": {\"title\": {\"rule\": \"ask\"}, \"due\": {\"rule\": \"ask\"},"
  " \"notes\": {\"kind\": \"text\", \"rule\": \"ask\"}, \"tags\": \"set\", \"votes\": \"counter\"},"
  " \"resolver\": \"%s\"}";

/* resolver: NULL for field-merge. */
static inline void
set_up (Fixture      *fixture,
        gconstpointer resolver)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autofree char *text = g_strdup_printf (schema_text, resolver != NULL ? (const char *) resolver : "field-merge");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (text, &error);

  g_assert_no_error (error);
  fixture->store = truce_store_new (adapter, &error);
  g_assert_no_error (error);
  fixture->tasks = truce_store_get_collection (fixture->store, "task", schema, &error);
  g_assert_no_error (error);
  fixture->remote = plain_remote_new (FALSE);
  fixture->sync = truce_sync_new (fixture->store, TRUCE_REMOTE (fixture->remote));
  fixture->inbox = truce_inbox_new (fixture->store, &error);
  g_assert_no_error (error);
  fixture->words = tasks_words_new ();
  tasks_words_add_field (fixture->words, "title", "Title");
  tasks_words_add_field (fixture->words, "due", "Due");
  tasks_words_add_field (fixture->words, "notes", "Notes");
  tasks_words_add_field (fixture->words, "tags", "Tags");
  tasks_words_add_field (fixture->words, "votes", "Votes");
}

/* Nothing is left to do for the main loop, for now. */
static inline void
settle (void)
{
  for (guint i = 0; i < 20; i++)
    while (g_main_context_iteration (NULL, FALSE))
      ;
}

#define wait_until(condition) G_STMT_START { \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
} G_STMT_END

/* Who made a widget had to let go of all of this. */
static inline void
tear_down (Fixture      *fixture,
           gconstpointer resolver)
{
  settle ();
  g_assert_finalize_object (fixture->inbox);
  g_assert_finalize_object (fixture->words);
  g_assert_finalize_object (fixture->sync);
  g_assert_finalize_object (fixture->remote);
  g_assert_finalize_object (fixture->tasks);
  g_assert_finalize_object (fixture->store);
}

static inline void
sync_once (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSyncReport) report = truce_sync_sync_now (fixture->sync, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (truce_sync_report_is_complete (report));
}

static inline void
put (Fixture    *fixture,
     const char *id,
     const char *text)
{
  g_autoptr(GError) error = NULL;

  truce_collection_put_text (fixture->tasks, id, text, &error);
  g_assert_no_error (error);
}

/* text NULL: it is deleted. */
static inline void
assert_here (Fixture    *fixture,
             const char *id,
             const char *text)
{
  g_autofree char *here = truce_collection_dup_text (fixture->tasks, id, NULL);

  g_assert_cmpstr (here, ==, text);
}

static inline void
assert_there (Fixture    *fixture,
              const char *id,
              const char *text)
{
  g_autofree char *there = plain_remote_dup (fixture->remote, id);

  g_assert_cmpstr (there, ==, text);
}

/* A record that is rejected until the server is told otherwise. */
static inline void
reject (Fixture    *fixture,
        const char *id,
        const char *text)
{
  plain_remote_reject (fixture->remote, id, "The project is closed");
  put (fixture, id, text);
  sync_once (fixture);
}

/* base on both sides, then each side writes; NULL: it deletes. Returns what waits in the inbox. */
static inline TruceInboxItem *
make_conflict (Fixture    *fixture,
               const char *base,
               const char *mine,
               const char *theirs)
{
  TruceInboxItem *item;

  put (fixture, "1", base);
  sync_once (fixture);
  plain_remote_put (fixture->remote, "1", theirs);
  if (mine != NULL)
    put (fixture, "1", mine);
  else
    g_assert_true (truce_collection_delete (fixture->tasks, "1", NULL));
  sync_once (fixture);
  item = truce_inbox_find (fixture->inbox, "task", "1");
  g_assert_nonnull (item);
  return item;
}

/* ---- what is shown ---- */

/* The widget in a window of its own, which is shown. */
static inline GtkWidget *
present (GtkWidget *widget)
{
  GtkWidget *window = adw_window_new ();

  adw_window_set_content (ADW_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_mapped (widget));
  return window;
}

/* The row in a list in a window. */
static inline GtkWidget *
present_row (GtkWidget *row)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return present (list);
}

/* Destroys a window; nothing may hold a widget that was in it. */
static inline void
close_window (GtkWidget *window,
              GtkWidget *widget)
{
  g_object_add_weak_pointer (G_OBJECT (widget), (gpointer *) &widget);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_until (widget == NULL);
}

typedef gboolean (*MatchFunc) (GtkWidget  *widget,
                               const char *text);

/* The first widget below that matches and is shown; NULL: none. */
static inline GtkWidget *
find (GtkWidget  *widget,
      MatchFunc   match,
      const char *text)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (match (widget, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, match, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline gboolean
is_label (GtkWidget  *widget,
          const char *text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text);
}

static inline gboolean
has_text (GtkWidget  *widget,
          const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), text) != NULL;
}

static inline gboolean
is_switch (GtkWidget  *widget,
           const char *text)
{
  return GTK_IS_SWITCH (widget);
}

static inline gboolean
is_entry (GtkWidget  *widget,
          const char *text)
{
  return GTK_IS_ENTRY (widget);
}

static inline gboolean
is_menu_button (GtkWidget  *widget,
                const char *text)
{
  return GTK_IS_MENU_BUTTON (widget);
}

static inline gboolean
is_calendar (GtkWidget  *widget,
             const char *text)
{
  return GTK_IS_CALENDAR (widget);
}

static inline gboolean
is_icon_button (GtkWidget  *widget,
                const char *text)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), text) == 0;
}

static inline gboolean
is_button (GtkWidget  *widget,
           const char *text)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0;
}

static inline gboolean
shows (GtkWidget  *widget,
       const char *text)
{
  return find (widget, is_label, text) != NULL;
}

/* As a part of a label. */
static inline gboolean
says (GtkWidget  *widget,
      const char *text)
{
  return find (widget, has_text, text) != NULL;
}

static inline void
press (GtkWidget  *widget,
       const char *label)
{
  GtkWidget *button = find (widget, is_button, label);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  settle ();
}

/* What a screen reader would say of it: its property, in words. */
static inline void
assert_accessible (gpointer               widget,
                   GtkAccessibleProperty  property,
                   const char            *text)
{
  g_autofree char *difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, text);

  g_assert_cmpstr (difference, ==, NULL);
}
