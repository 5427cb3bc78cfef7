/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-drag.h"

#include "tasks-record.h"

static GdkContentProvider *
on_prepare (GtkDragSource *source,
            double         x,
            double         y,
            TasksRow      *row)
{
  TruceRecord *task = tasks_row_get_task (row);

  return task != NULL ? gdk_content_provider_new_typed (TRUCE_TYPE_RECORD, task) : NULL;
}

/* What one has at the pointer: the title on a card. */
static void
on_begin (GtkDragSource *source,
          GdkDrag       *drag,
          TasksRow      *row)
{
  GtkWidget *label = gtk_label_new (tasks_record_get_title (tasks_row_get_task (row)));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "dragged-task");
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), label);
  gdk_drag_set_hotspot (drag, 12, 12);
}

static gboolean
is_below (GtkWidget *row,
          double     y)
{
  return y > gtk_widget_get_height (row) / 2;
}

static void
on_leave (GtkDropTarget *target,
          GtkWidget     *row)
{
  gtk_widget_remove_css_class (row, "drop-above");
  gtk_widget_remove_css_class (row, "drop-below");
}

static GdkDragAction
on_motion (GtkDropTarget *target,
           double         x,
           double         y,
           GtkWidget     *row)
{
  on_leave (target, row);
  gtk_widget_add_css_class (row, is_below (row, y) ? "drop-below" : "drop-above");
  return GDK_ACTION_MOVE;
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         TasksRow      *row)
{
  TruceRecord *task = g_value_get_object (value);
  TruceRecord *other = tasks_row_get_task (row);

  on_leave (target, GTK_WIDGET (row));
  if (task == NULL || other == NULL || task == other)
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (row), "tasks.move", "(ssb)", truce_record_get_id (task),
                                     truce_record_get_id (other), is_below (GTK_WIDGET (row), y));
}

void
tasks_drag_add (TasksRow *row)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (TRUCE_TYPE_RECORD, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (on_prepare), row);
  g_signal_connect (source, "drag-begin", G_CALLBACK (on_begin), row);
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (source));

  g_signal_connect (target, "motion", G_CALLBACK (on_motion), row);
  g_signal_connect (target, "leave", G_CALLBACK (on_leave), row);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), row);
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (target));
}
