/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Two leaflets, one in the other, hold the projects, the tasks and the task. What does not fit beside the others folds
 * away: first the task, then the projects. The window brings the panes together, and has the actions that concern all
 * of it; a pane does what it does by itself, and says what went wrong by the action win.report. */

#include "tasks-window.h"

#include <glib/gi18n.h>

#include "tasks-list.h"
#include "tasks-record.h"
#include "tasks-sidebar.h"

struct _TasksWindow
{
  AdwApplicationWindow parent_instance;
  TasksData *data;              /* owned */

  AdwToastOverlay *toasts;
  AdwLeaflet *outer;
  AdwLeaflet *inner;
  AdwWindowTitle *sidebar_title;
  AdwWindowTitle *list_title;
  TasksSidebar *sidebar;
  TasksList *list;
};

G_DEFINE_FINAL_TYPE (TasksWindow, tasks_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- the way through the panes ---- */

static void
show_sidebar (TasksWindow *self)
{
  adw_leaflet_navigate (self->outer, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
show_list (TasksWindow *self)
{
  adw_leaflet_set_visible_child_name (self->outer, "content");
  adw_leaflet_set_visible_child_name (self->inner, "list");
}

static void
show_detail (TasksWindow *self)
{
}

static void
on_project (TasksWindow *self)
{
  TruceRecord *project = tasks_sidebar_get_project (self->sidebar);
  const char *title = project != NULL ? tasks_record_get_title (project) : _("All Tasks");

  tasks_list_set_project (self->list, project);
  adw_window_title_set_title (self->list_title, title);
}

static void
on_task (TasksWindow *self)
{
}

/* ---- actions ---- */

static void
report (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  adw_toast_overlay_add_toast (TASKS_WINDOW (widget)->toasts, adw_toast_new (g_variant_get_string (parameter, NULL)));
}

static void
new_task (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);

  show_list (self);
  tasks_list_focus_entry (self->list);
}

static void
search (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);

  show_list (self);
  tasks_list_set_searching (self->list, TRUE);
}

/* ---- the object ---- */

static void
tasks_window_dispose (GObject *object)
{
  TasksWindow *self = TASKS_WINDOW (object);

  g_clear_object (&self->data);

  G_OBJECT_CLASS (tasks_window_parent_class)->dispose (object);
}

static void
tasks_window_class_init (TasksWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tasks_window_dispose;

  g_type_ensure (TASKS_TYPE_LIST);
  g_type_ensure (TASKS_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, outer);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, inner);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, sidebar_title);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, list_title);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, show_sidebar);
  gtk_widget_class_bind_template_callback (widget_class, show_list);
  gtk_widget_class_bind_template_callback (widget_class, show_detail);
  gtk_widget_class_bind_template_callback (widget_class, on_project);
  gtk_widget_class_bind_template_callback (widget_class, on_task);

  gtk_widget_class_install_action (widget_class, "win.report", "s", report);
  gtk_widget_class_install_action (widget_class, "win.new-task", NULL, new_task);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
}

static void
tasks_window_init (TasksWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
tasks_window_new (AdwApplication *application,
                  TasksData      *data,
                  const char     *name)
{
  TasksWindow *self = g_object_new (TASKS_TYPE_WINDOW, "application", application, NULL);

  self->data = g_object_ref (data);
  if (name != NULL)
    {
      g_autofree char *title = g_strdup_printf (_("%s – Tasks"), name);

      gtk_window_set_title (GTK_WINDOW (self), title);
      adw_window_title_set_subtitle (self->sidebar_title, name);
    }
  tasks_list_set_data (self->list, data);
  tasks_sidebar_set_data (self->sidebar, data);
  on_project (self);
  return GTK_WINDOW (self);
}
