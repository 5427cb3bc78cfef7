/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "many-tasks.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "tasks-rank.h"

#define N_PROJECTS 20u

static gint n_selects;

/* ---- a store full of tasks ---- */

static char *
make_task (guint       i,
           const char *rank)
{
  static const char *const verbs[] = { "Buy", "Mend", "Paint", "Write", "Call", "Sort", "Book" };
  static const char *const things[] = { "milk", "the roof", "the fence", "a letter", "tickets", "the bicycle",
                                        "mint tea", "mirrors" };

  return g_strdup_printf ("{\"title\":\"%s %s, number %u\",\"project\":\"project-%02u\",\"rank\":\"%s\","
                          "\"notes\":\"Ask whether it can wait until week %u.\",\"tags\":[\"home\",\"week%u\"],"
                          "\"votes\":%u}",
                          verbs[i % G_N_ELEMENTS (verbs)], things[i % G_N_ELEMENTS (things)], i, i % N_PROJECTS,
                          rank, i % 53, i % 53, i % 4);
}

static void
add_all (TruceBatch *batch,
         guint       n)
{
  g_autofree char *rank = NULL;

  for (guint i = 0; i < N_PROJECTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("project-%02u", i);
      g_autofree char *text = g_strdup_printf ("{\"title\":\"Project %u\",\"rank\":\"%c\"}", i + 1, 'A' + (int) i);

      truce_batch_put_text (batch, "project", id, text);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("task-%06u", i);
      g_autofree char *next = tasks_rank_between (rank, NULL);
      g_autofree char *text = make_task (i, next);

      truce_batch_put_text (batch, "task", id, text);
      g_free (rank);
      rank = g_steal_pointer (&next);
    }
}

void
many_tasks_fill (const char *store_path,
                 const char *hub_path,
                 guint       n)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TasksData) data = tasks_data_new (store_path, hub_path, &error);
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceSyncReport) report = NULL;

  g_assert_no_error (error);
  if (n > 0)
    add_all (batch, n);
  result = truce_store_run (tasks_data_get_store (data), batch, &error);
  g_assert_no_error (error);
  if (hub_path == NULL)
    return;
  report = truce_sync_sync_now (tasks_data_get_sync (data), 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (truce_store_count (tasks_data_get_store (data), TRUCE_DELIVERY_PENDING), ==, 0);
}

void
many_tasks_remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

/* ---- widgets ---- */

GtkWidget *
many_tasks_find_widget (GtkWidget *widget,
                        GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = many_tasks_find_widget (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

guint
many_tasks_count (GtkWidget *widget,
                  GType      type)
{
  guint n = G_TYPE_CHECK_INSTANCE_TYPE (widget, type);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += many_tasks_count (child, type);
  return n;
}

guint
many_tasks_count_mapped (GtkWidget *widget,
                         GType      type)
{
  guint n = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += many_tasks_count_mapped (child, type);
  return n;
}

/* ---- SQLite ---- */

static int
on_statement (unsigned event,
              void    *unused,
              void    *statement,
              void    *sql)
{
  if (g_ascii_strncasecmp (sqlite3_sql (statement), "SELECT", strlen ("SELECT")) == 0)
    g_atomic_int_inc (&n_selects);
  return 0;
}

static int
on_connection (sqlite3                           *db,
               const char                       **message,
               const struct sqlite3_api_routines *api)
{
  return sqlite3_trace_v2 (db, SQLITE_TRACE_STMT, on_statement, NULL);
}

void
many_tasks_watch_sqlite (void)
{
  sqlite3_auto_extension ((void (*)(void))on_connection);
}

guint
many_tasks_n_selects (void)
{
  return (guint) g_atomic_int_get (&n_selects);
}
