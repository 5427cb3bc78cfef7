/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-sidebar.h"

#include <glib/gi18n.h>

#include "tasks-record.h"

struct _TasksSidebar
{
  GtkBox parent_instance;
  TasksData *data;              /* owned */
  TruceQuery *projects;         /* owned */
  GtkSingleSelection *selection;        /* owned: “All Tasks”, and the projects */

  GtkListView *list_view;
  GtkEditable *entry;
};

enum { PROP_0, PROP_PROJECT, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksSidebar, tasks_sidebar, GTK_TYPE_BOX)

/* ---- rows ---- */

/* A task that is dropped here moves into the project. */
static gboolean
on_drop (GtkListItem   *item,
         const GValue  *value,
         double         x,
         double         y,
         GtkDropTarget *target)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  gpointer shown = gtk_list_item_get_item (item);
  TruceRecord *task = g_value_get_object (value);

  return task != NULL && TRUCE_IS_RECORD (shown) &&
         gtk_widget_activate_action (row, "sidebar.take-task", "(ss)", truce_record_get_id (task),
                                     truce_record_get_id (shown));
}

static void
take_task (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  TasksSidebar *self = TASKS_SIDEBAR (widget);
  const char *task;
  const char *project;
  g_autoptr(GError) error = NULL;

  g_variant_get (parameter, "(&s&s)", &task, &project);
  if (!tasks_data_set_project (self->data, task, project, &error))
    gtk_widget_activate_action (widget, "win.report", "s", error->message);
}

static void
setup_row (GtkListItemFactory *factory,
           GtkListItem        *item)
{
  GtkDropTarget *target = gtk_drop_target_new (TRUCE_TYPE_RECORD, GDK_ACTION_MOVE);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *closed = gtk_image_new_from_icon_name ("changes-prevent-symbolic");

  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (closed, _("Closed"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (closed), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Closed"), -1);
  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), closed);
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), item, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
  gtk_list_item_set_child (item, row);
}

static void
fill_row (GtkListItem *item)
{
  gpointer shown = gtk_list_item_get_item (item);
  TruceRecord *project = TRUCE_IS_RECORD (shown) ? shown : NULL;
  const char *title = project != NULL ? tasks_record_get_title (project) : _("All Tasks");
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *icon = gtk_widget_get_first_child (row);
  GtkWidget *label = gtk_widget_get_next_sibling (icon);
  GtkWidget *closed = gtk_widget_get_next_sibling (label);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), project != NULL ? "folder-symbolic" : "view-list-symbolic");
  gtk_label_set_label (GTK_LABEL (label), title);
  gtk_widget_set_visible (closed, project != NULL && tasks_record_is_closed (project));
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : "", -1);
}

static void
bind_row (GtkListItemFactory *factory,
          GtkListItem        *item)
{
  gpointer shown = gtk_list_item_get_item (item);

  if (TRUCE_IS_RECORD (shown))
    g_signal_connect_object (shown, "changed", G_CALLBACK (fill_row), item, G_CONNECT_SWAPPED);
  fill_row (item);
}

static void
unbind_row (GtkListItemFactory *factory,
            GtkListItem        *item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), fill_row, item);
}

/* ---- a new project ---- */


static void
on_entry_activate (TasksSidebar *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;

  if (*title == '\0')
    return;
  id = tasks_data_add_project (self->data, title, &error);
  if (id == NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.report", "s", error->message);
      return;
    }
  gtk_editable_set_text (self->entry, "");
  tasks_sidebar_choose (self, id);
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* ---- the object ---- */

static void
on_activate (TasksSidebar *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_released (TasksSidebar *self,
             int           n_press,
             double        x,
             double        y)
{
  GtkWidget *view = GTK_WIDGET (self->list_view);

  if (gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT) != view)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_selected (TasksSidebar *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROJECT]);
}

static void
tasks_sidebar_dispose (GObject *object)
{
  TasksSidebar *self = TASKS_SIDEBAR (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->projects);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (tasks_sidebar_parent_class)->dispose (object);
}

static void
tasks_sidebar_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_PROJECT)
    g_value_set_object (value, tasks_sidebar_get_project (TASKS_SIDEBAR (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tasks_sidebar_class_init (TasksSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = tasks_sidebar_dispose;
  object_class->get_property = tasks_sidebar_get_property;

  properties[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, TRUCE_TYPE_RECORD,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* A project was chosen, be it the same again. */
  signals[ACTIVATED] = g_signal_new ("activated", TASKS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksSidebar, list_view);
  gtk_widget_class_bind_template_child (widget_class, TasksSidebar, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_released);
  gtk_widget_class_install_action (widget_class, "sidebar.take-task", "(ss)", take_task);
}

static void
tasks_sidebar_init (TasksSidebar *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
}

void
tasks_sidebar_set_data (TasksSidebar *self,
                        TasksData    *data)
{
  GListStore *lists = g_list_store_new (G_TYPE_LIST_MODEL);
  GtkStringList *all = gtk_string_list_new ((const char *[]) { "", NULL });
  g_autoptr(GError) error = NULL;

  g_set_object (&self->data, data);
  self->projects = tasks_data_query_projects (data, &error);
  if (error != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.report", "s", error->message);

  g_list_store_append (lists, all);
  g_list_store_append (lists, self->projects);
  g_object_unref (all);
  self->selection =
    gtk_single_selection_new (G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (lists))));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
}

TruceRecord *
tasks_sidebar_get_project (TasksSidebar *self)
{
  gpointer shown = self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  return TRUCE_IS_RECORD (shown) ? shown : NULL;
}

void
tasks_sidebar_choose (TasksSidebar *self,
                      const char   *id)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->projects));
  guint position = 0;

  for (guint i = 0; id != NULL && i < n; i++)
    if (g_str_equal (truce_query_get_record_id (self->projects, i), id))
      position = i + 1;
  gtk_single_selection_set_selected (self->selection, position);
}
