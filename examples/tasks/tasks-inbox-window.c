/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-inbox-window.h"

struct _TasksInboxWindow
{
  AdwWindow parent_instance;
  TasksInboxView *view;
};

G_DEFINE_FINAL_TYPE (TasksInboxWindow, tasks_inbox_window, ADW_TYPE_WINDOW)

static void
tasks_inbox_window_class_init (TasksInboxWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TASKS_TYPE_INBOX_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-inbox-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksInboxWindow, view);
}

static void
tasks_inbox_window_init (TasksInboxWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

TasksInboxWindow *
tasks_inbox_window_new (GtkWindow  *parent,
                        TruceInbox *inbox,
                        TasksWords *words)
{
  TasksInboxWindow *self = g_object_new (TASKS_TYPE_INBOX_WINDOW, "transient-for", parent, NULL);

  tasks_inbox_view_set_words (self->view, words);
  tasks_inbox_view_set_inbox (self->view, inbox);
  return self;
}

TasksInboxView *
tasks_inbox_window_get_view (TasksInboxWindow *self)
{
  return self->view;
}
