/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Two leaflets, one in the other, hold the projects, the tasks and the task. What does not fit beside the
 * others folds away: first the task, then the projects. The window brings the panes together, and has the
 * actions that concern all of it; a pane does what it does by itself, and says what went wrong by the
 * action win.report. */

#include "tasks-window.h"

#include <glib/gi18n.h>

#include "tasks-conflict-dialog.h"
#include "tasks-detail.h"
#include "tasks-inbox-window.h"
#include "tasks-labels.h"
#include "tasks-list.h"
#include "tasks-record.h"
#include "tasks-sidebar.h"
#include "tasks-sync-button.h"

struct _TasksWindow
{
  AdwApplicationWindow parent_instance;
  TasksData *data;              /* owned */
  TasksWords *words;            /* owned */
  TruceRecord *project;         /* owned: what is listed; NULL: all tasks */
  char *deleted_task;           /* what “Undo” brings back; NULL: no task */
  TruceBatchResult *deleted_project;    /* owned, the same of a project */
  AdwToast *undo_toast;         /* owned: says so; NULL: nothing was deleted */

  AdwToastOverlay *toasts;
  AdwLeaflet *outer;
  AdwLeaflet *inner;
  AdwWindowTitle *sidebar_title;
  AdwWindowTitle *list_title;
  TasksSyncButton *sync_button;
  GtkWidget *project_button;
  TasksSidebar *sidebar;
  TasksList *list;
  TasksDetail *detail;
};

G_DEFINE_FINAL_TYPE (TasksWindow, tasks_window, ADW_TYPE_APPLICATION_WINDOW)

/* message: not markup. */
static void
show_message (TasksWindow *self,
              const char  *message)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

/* ---- the way through the panes ---- */

static void
show_list (TasksWindow *self)
{
  adw_leaflet_set_visible_child_name (self->outer, "content");
  adw_leaflet_set_visible_child_name (self->inner, "list");
}

/* Beside the list it is shown anyway; and the focus, which a leaflet takes along, stays in the list. */
static void
show_detail (TasksWindow *self)
{
  adw_leaflet_set_visible_child_name (self->outer, "content");
  if (adw_leaflet_get_folded (self->inner))
    adw_leaflet_set_visible_child_name (self->inner, "detail");
}

static void
go_back (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);

  if (!adw_leaflet_navigate (self->inner, ADW_NAVIGATION_DIRECTION_BACK))
    adw_leaflet_navigate (self->outer, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
fill_project (TasksWindow *self)
{
  gboolean closed = self->project != NULL && tasks_record_is_closed (self->project);

  adw_window_title_set_title (self->list_title, self->project == NULL ? _("All Tasks") :
                              tasks_record_get_title (self->project));
  adw_window_title_set_subtitle (self->list_title, closed ? _("Closed") : "");
  gtk_widget_set_visible (self->project_button, self->project != NULL);
  tasks_list_set_closed (self->list, closed);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.rename-project", self->project != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.close-project", self->project != NULL && !closed);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.reopen-project", closed);
  /* The hub would not let its tasks go. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete-project", self->project != NULL && !closed);
}

static void
on_project (TasksWindow *self)
{
  TruceRecord *project = tasks_sidebar_get_project (self->sidebar);

  if (self->project != NULL)
    g_signal_handlers_disconnect_by_func (self->project, fill_project, self);
  g_set_object (&self->project, project);
  if (project != NULL)
    g_signal_connect_swapped (project, "changed", G_CALLBACK (fill_project), self);
  tasks_list_set_project (self->list, project);
  fill_project (self);
}

static void
on_task (TasksWindow *self)
{
  TruceRecord *task = tasks_list_get_task (self->list);

  tasks_detail_set_task (self->detail, task);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.edit-task", task != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete-task", task != NULL);
  if (task == NULL)
    adw_leaflet_set_visible_child_name (self->inner, "list");
}

static void
report (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  show_message (TASKS_WINDOW (widget), g_variant_get_string (parameter, NULL));
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

static void
edit_task (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  gtk_widget_child_focus (GTK_WIDGET (TASKS_WINDOW (widget)->detail), GTK_DIR_TAB_FORWARD);
}

/* ---- deleting, and bringing back ---- */

/* What could be undone until now can't be any more. */
static void
forget_deleted (TasksWindow *self)
{
  g_clear_pointer (&self->deleted_task, g_free);
  g_clear_object (&self->deleted_project);
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
  g_clear_object (&self->undo_toast);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", FALSE);
}

static void
offer_undo (TasksWindow *self,
            const char  *message)
{
  self->undo_toast = adw_toast_new (message);
  adw_toast_set_button_label (self->undo_toast, _("Undo"));
  adw_toast_set_action_name (self->undo_toast, "win.undo");
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (self->undo_toast));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", TRUE);
}

static void
delete_task (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  TruceRecord *task = tasks_list_get_task (self->list);
  g_autofree char *id = g_strdup (truce_record_get_id (task));
  g_autoptr(GError) error = NULL;

  if (!tasks_data_delete_task (self->data, id, &error))
    {
      show_message (self, error->message);
      return;
    }
  forget_deleted (self);
  self->deleted_task = g_steal_pointer (&id);
  offer_undo (self, _("Task deleted"));
}

static void
delete_project (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceBatchResult) result =
    tasks_data_delete_project (self->data, truce_record_get_id (self->project), &error);

  if (result == NULL)
    {
      show_message (self, error->message);
      return;
    }
  forget_deleted (self);
  self->deleted_project = g_steal_pointer (&result);
  offer_undo (self, _("Project deleted"));
}

static void
undo (GtkWidget  *widget,
      const char *name,
      GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  g_autoptr(GError) error = NULL;
  gboolean undone;

  if (self->deleted_task != NULL)
    undone = tasks_data_undelete_task (self->data, self->deleted_task, &error);
  else
    undone = tasks_data_undo (self->data, self->deleted_project, &error);
  if (undone)
    forget_deleted (self);
  else
    show_message (self, error->message);        /* Ctrl+Z tries again */
}

/* ---- the project ---- */

static void
rename_now (TasksWindow *self,
            const char  *response,
            GtkWindow   *dialog)
{
  GtkWidget *entry = adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog));
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  const char *id = g_object_get_data (G_OBJECT (dialog), "project");
  g_autoptr(GError) error = NULL;

  if (g_str_equal (response, "rename") && *title != '\0' &&
      !tasks_data_rename_project (self->data, id, title, &error))
    show_message (self, error->message);
}

static void
rename_project (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Rename Project"), NULL);
  GtkWidget *entry = gtk_entry_new ();
  char *id = g_strdup (truce_record_get_id (self->project));

  /* Another project may be chosen by then: this one may be deleted elsewhere. */
  g_object_set_data_full (G_OBJECT (dialog), "project", id, g_free);
  gtk_editable_set_text (GTK_EDITABLE (entry), tasks_record_get_title (self->project));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Title"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "rename", _("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  g_signal_connect_object (dialog, "response", G_CALLBACK (rename_now), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
set_closed (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  gboolean closed = g_str_equal (name, "win.close-project");
  g_autoptr(GError) error = NULL;

  if (!tasks_data_set_closed (self->data, truce_record_get_id (self->project), closed, &error))
    show_message (self, error->message);
}

/* ---- the sync, and what needs attention ---- */

static void
sync_now (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  tasks_sync_button_sync_now (TASKS_WINDOW (widget)->sync_button);
}

/* Shows what an item of the inbox is about: the window closes, and the person is there. */
static void
on_edit (TasksWindow    *self,
         TruceInboxItem *item,
         TasksInboxView *view)
{
  const char *id = truce_inbox_item_get_id (item);
  g_autoptr(TruceRecord) task = truce_collection_get (tasks_data_get_tasks (self->data), id, NULL);

  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (view))));
  tasks_sidebar_choose (self->sidebar, task != NULL ? tasks_record_get_project (task) : id);
  tasks_list_set_searching (self->list, FALSE);
  if (task != NULL)
    {
      tasks_list_set_task (self->list, task);
      show_detail (self);
    }
  else
    {
      show_list (self);
    }
}

static void
show_inbox (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  TruceInbox *inbox = tasks_data_get_inbox (self->data);
  TasksInboxWindow *window = tasks_inbox_window_new (GTK_WINDOW (self), inbox, self->words);

  g_signal_connect_object (tasks_inbox_window_get_view (window), "edit", G_CALLBACK (on_edit), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

/* A conflict is decided at once; whatever else it is, the list says. */
static void
attend (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  TasksWindow *self = TASKS_WINDOW (widget);
  TruceCollection *tasks = tasks_data_get_tasks (self->data);
  g_autoptr(TruceInboxItem) item = truce_inbox_find (tasks_data_get_inbox (self->data),
                                                     truce_collection_get_name (tasks),
                                                     g_variant_get_string (parameter, NULL));

  if (item != NULL && truce_inbox_item_get_delivery (item) == TRUCE_DELIVERY_CONFLICTED)
    gtk_window_present (GTK_WINDOW (tasks_conflict_dialog_new (GTK_WINDOW (self), item, self->words)));
  else
    show_inbox (widget, name, NULL);
}

/* ---- the object ---- */

static void
tasks_window_dispose (GObject *object)
{
  TasksWindow *self = TASKS_WINDOW (object);

  if (self->project != NULL)
    g_signal_handlers_disconnect_by_func (self->project, fill_project, self);
  g_clear_object (&self->project);
  g_clear_object (&self->words);
  g_clear_object (&self->data);
  g_clear_object (&self->deleted_project);
  g_clear_object (&self->undo_toast);
  g_clear_pointer (&self->deleted_task, g_free);

  G_OBJECT_CLASS (tasks_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.report", "s", report);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "win.new-task", NULL, new_task);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.edit-task", NULL, edit_task);
  gtk_widget_class_install_action (widget_class, "win.delete-task", NULL, delete_task);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "win.rename-project", NULL, rename_project);
  gtk_widget_class_install_action (widget_class, "win.close-project", NULL, set_closed);
  gtk_widget_class_install_action (widget_class, "win.reopen-project", NULL, set_closed);
  gtk_widget_class_install_action (widget_class, "win.delete-project", NULL, delete_project);
  gtk_widget_class_install_action (widget_class, "win.sync", NULL, sync_now);
  gtk_widget_class_install_action (widget_class, "win.show-inbox", NULL, show_inbox);
  gtk_widget_class_install_action (widget_class, "win.attend", "s", attend);
  /* Not of the application: in an entry these keys belong to what is typed. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
}

static void
tasks_window_class_init (TasksWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tasks_window_dispose;

  g_type_ensure (TASKS_TYPE_DETAIL);
  g_type_ensure (TASKS_TYPE_LIST);
  g_type_ensure (TASKS_TYPE_SIDEBAR);
  g_type_ensure (TASKS_TYPE_SYNC_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, outer);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, inner);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, sidebar_title);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, list_title);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, sync_button);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, project_button);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, list);
  gtk_widget_class_bind_template_child (widget_class, TasksWindow, detail);
  gtk_widget_class_bind_template_callback (widget_class, show_list);
  gtk_widget_class_bind_template_callback (widget_class, show_detail);
  gtk_widget_class_bind_template_callback (widget_class, on_project);
  gtk_widget_class_bind_template_callback (widget_class, on_task);
  install_actions (widget_class);
}

static void
tasks_window_init (TasksWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  forget_deleted (self);
}

GtkWindow *
tasks_window_new (AdwApplication *application,
                  TasksData      *data,
                  const char     *name)
{
  TasksWindow *self = g_object_new (TASKS_TYPE_WINDOW, "application", application, NULL);

  self->data = g_object_ref (data);
  self->words = tasks_labels_new (data);
  if (name != NULL)
    {
      /* Translators: the title of a window; %s is what the device is called */
      g_autofree char *title = g_strdup_printf (_("%s – Tasks"), name);

      gtk_window_set_title (GTK_WINDOW (self), title);
      adw_window_title_set_subtitle (self->sidebar_title, name);
    }
  tasks_sync_button_set_network (self->sync_button, tasks_data_get_network (data));
  tasks_sync_button_set_sync (self->sync_button, tasks_data_get_sync (data));
  tasks_detail_set_data (self->detail, data);
  tasks_list_set_data (self->list, data);
  tasks_sidebar_set_data (self->sidebar, data);
  on_project (self);
  on_task (self);
  return GTK_WINDOW (self);
}
