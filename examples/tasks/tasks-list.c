/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The list shows a TruceQuery as it is. Each project, and each search, is another question to the store;
 * what is on the screen then follows by itself, whoever changes it, and nothing here is told of a write. */

#include "tasks-list.h"

#include <glib/gi18n.h>

#include "tasks-record.h"
#include "tasks-row.h"

#define SHOWN_FIRST 25u         /* rows: more than most windows have room for */
#define SHOWN_MORE 15u          /* rows that come with each further frame */
#define SHOWN_MOST 200u         /* rows that a list view makes, however long the list is */

struct _TasksList
{
  GtkBox parent_instance;
  TasksData *data;              /* owned */
  TruceRecord *project;         /* owned; NULL: all */
  TruceRecord *task;            /* owned: what is chosen; NULL: none */
  TruceQuery *query;            /* owned; NULL: no data yet */
  GtkSliceListModel *shown;     /* owned: the beginning of the query, soon all of it */
  GtkSingleSelection *selection;        /* owned, of what is shown */
  guint tick;                   /* shows more with each frame; 0: all is shown */
  guint n_ticks;                /* since the beginning alone was shown */
  gboolean searching;
  guint find_source;            /* looks for a task that left its place */

  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkWidget *entry;
  GtkStack *stack;
  GtkListView *list_view;
};

enum { PROP_0, PROP_PROJECT, PROP_TASK, PROP_SEARCHING, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksList, tasks_list, GTK_TYPE_BOX)

static void
report (TasksList    *self,
        const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.report", "s", error->message);
}

/* ---- rows ---- */

static void
setup_row (TasksList   *self,
           GtkListItem *item)
{
  gtk_list_item_set_child (item, tasks_row_new (self->data));
}

static void
bind_row (TasksList   *self,
          GtkListItem *item)
{
  tasks_row_set_task (TASKS_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_row (TasksList   *self,
            GtkListItem *item)
{
  tasks_row_set_task (TASKS_ROW (gtk_list_item_get_child (item)), NULL);
}

/* ---- what is listed ---- */

static const char *
get_words (TasksList *self)
{
  const char *words = gtk_editable_get_text (self->search_entry);

  return self->searching && *words != '\0' ? words : NULL;
}

static void
show_page (TasksList *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->query)) > 0)
    gtk_stack_set_visible_child_name (self->stack, "tasks");
  else
    gtk_stack_set_visible_child_name (self->stack, get_words (self) != NULL ? "not-found" : "empty");
}

/* The place of a task; GTK_INVALID_LIST_POSITION: it is not listed. */
static guint
find_id (TasksList  *self,
         const char *id)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->query));

  for (guint i = 0; i < n; i++)
    if (g_str_equal (truce_query_get_record_id (self->query, i), id))
      return i;
  return GTK_INVALID_LIST_POSITION;
}

static guint
find (TasksList   *self,
      TruceRecord *task)
{
  return task != NULL ? find_id (self, truce_record_get_id (task)) : GTK_INVALID_LIST_POSITION;
}

static void
take_task (TasksList   *self,
           TruceRecord *task)
{
  g_clear_handle_id (&self->find_source, g_source_remove);
  if (g_set_object (&self->task, task))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TASK]);
}

static void
find_again (gpointer data)
{
  TasksList *self = data;
  guint position = find (self, self->task);

  self->find_source = 0;
  gtk_single_selection_set_selected (self->selection, position);
  if (position == GTK_INVALID_LIST_POSITION)
    take_task (self, NULL);
}

/* A task that moves leaves the list before it comes back: look for it when all has been told. */
static void
on_selected (TasksList *self)
{
  TruceRecord *task = gtk_single_selection_get_selected_item (self->selection);

  if (task != NULL)
    take_task (self, task);
  else if (self->task != NULL && self->find_source == 0)
    self->find_source = g_idle_add_once (find_again, self);
}

/* ---- a screenful first ---- */

/* A list view makes its 200 rows in one go, and all anew when another list comes, which takes ten times as
 * long as the ones that one sees. So these come first, and the others some in a frame. The first tick is
 * ahead of the first frame. */
static gboolean
show_more (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       unused)
{
  TasksList *self = TASKS_LIST (widget);
  guint size = gtk_slice_list_model_get_size (self->shown);

  if (self->n_ticks++ == 0)
    return G_SOURCE_CONTINUE;
  if (size + SHOWN_MORE < SHOWN_MOST)
    {
      gtk_slice_list_model_set_size (self->shown, size + SHOWN_MORE);
      return G_SOURCE_CONTINUE;
    }

  self->tick = 0;
  gtk_slice_list_model_set_size (self->shown, G_MAXUINT);
  if (gtk_single_selection_get_selected_item (self->selection) == NULL)
    gtk_single_selection_set_selected (self->selection, find (self, self->task));
  return G_SOURCE_REMOVE;
}

static void
show_beginning (TasksList *self,
                guint      size)
{
  gtk_slice_list_model_set_size (self->shown, size);
  self->n_ticks = 0;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), show_more, NULL, NULL);
}

static void
forget_query (TasksList *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_handle_id (&self->find_source, g_source_remove);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->query != NULL)
    g_signal_handlers_disconnect_by_data (self->query, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->query);
}

static void
ask (TasksList *self)
{
  const char *id = self->project != NULL ? truce_record_get_id (self->project) : NULL;
  g_autoptr(GError) error = NULL;
  guint position;

  forget_query (self);
  self->query = tasks_data_query_tasks (self->data, id, get_words (self), &error);
  position = find (self, self->task);
  self->shown = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->query)), 0, 0);
  show_beginning (self, position != GTK_INVALID_LIST_POSITION ? MAX (position + 1, SHOWN_FIRST) : SHOWN_FIRST);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_selected (self->selection, position);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  g_signal_connect_swapped (self->query, "items-changed", G_CALLBACK (show_page), self);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  on_selected (self);
  show_page (self);
  if (error != NULL)
    report (self, error);
}

static void
on_search_changed (TasksList *self)
{
  if (self->query == NULL)
    return;
  show_beginning (self, SHOWN_FIRST);
  truce_query_set_search (self->query, get_words (self));
  show_page (self);
}

/* ---- what a person does ---- */

static void
on_entry_activate (TasksList *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;

  if (*title == '\0')
    return;
  id = tasks_data_add_task (self->data, self->project != NULL ? truce_record_get_id (self->project) : NULL, title,
                            &error);
  if (id != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  else
    report (self, error);
}

/* By Enter, or by two clicks: the person wants to write in it. */
static void
on_activate (TasksList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.edit-task", NULL);
}

/* A click opens a task, be it chosen already: where there is one pane only, that is how one gets to it. */
static void
on_released (TasksList *self,
             int        n_press,
             double     x,
             double     y)
{
  GtkWidget *view = GTK_WIDGET (self->list_view);

  if (gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT) != view)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

/* other: the task beside which it comes to stand. */
static void
move_beside (TasksList  *self,
             const char *id,
             guint       other,
             gboolean    below)
{
  g_autofree char *after = NULL;
  g_autoptr(GError) error = NULL;

  if (!below && other > 0)
    after = g_strdup (truce_query_get_record_id (self->query, other - 1));
  else if (below)
    after = g_strdup (truce_query_get_record_id (self->query, other));
  if (g_strcmp0 (after, id) != 0 && !tasks_data_move_task (self->data, id, after, &error))
    report (self, error);
}

static void
move_dropped (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  TasksList *self = TASKS_LIST (widget);
  const char *id;
  const char *other;
  gboolean below;
  guint position;

  g_variant_get (parameter, "(&s&sb)", &id, &other, &below);
  position = find_id (self, other);
  if (position != GTK_INVALID_LIST_POSITION)
    move_beside (self, id, position, below);
}

static void
move_step (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  TasksList *self = TASKS_LIST (widget);
  int step = g_variant_get_int32 (parameter);
  guint position = gtk_single_selection_get_selected (self->selection);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->query));

  if (self->task == NULL || position >= n || (step < 0 ? position == 0 : position + 1 == n))
    return;
  move_beside (self, truce_record_get_id (self->task), position + step, step > 0);
}

/* ---- the object ---- */

static void
tasks_list_dispose (GObject *object)
{
  TasksList *self = TASKS_LIST (object);

  forget_query (self);
  g_clear_object (&self->task);
  g_clear_object (&self->project);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (tasks_list_parent_class)->dispose (object);
}

static void
tasks_list_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  TasksList *self = TASKS_LIST (object);

  switch (id)
    {
    case PROP_PROJECT:
      g_value_set_object (value, self->project);
      break;
    case PROP_TASK:
      g_value_set_object (value, self->task);
      break;
    case PROP_SEARCHING:
      g_value_set_boolean (value, self->searching);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_list_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  TasksList *self = TASKS_LIST (object);

  switch (id)
    {
    case PROP_PROJECT:
      tasks_list_set_project (self, g_value_get_object (value));
      break;
    case PROP_TASK:
      tasks_list_set_task (self, g_value_get_object (value));
      break;
    case PROP_SEARCHING:
      tasks_list_set_searching (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_list_class_init (TasksListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = tasks_list_dispose;
  object_class->get_property = tasks_list_get_property;
  object_class->set_property = tasks_list_set_property;

  properties[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, TRUCE_TYPE_RECORD, flags);
  properties[PROP_TASK] = g_param_spec_object ("task", NULL, NULL, TRUCE_TYPE_RECORD, flags);
  properties[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* A task was opened, be it the same again. */
  signals[ACTIVATED] = g_signal_new ("activated", TASKS_TYPE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-list.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksList, search_bar);
  gtk_widget_class_bind_template_child (widget_class, TasksList, search_entry);
  gtk_widget_class_bind_template_child (widget_class, TasksList, entry);
  gtk_widget_class_bind_template_child (widget_class, TasksList, stack);
  gtk_widget_class_bind_template_child (widget_class, TasksList, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_released);

  gtk_widget_class_install_action (widget_class, "tasks.move", "(ssb)", move_dropped);
  gtk_widget_class_install_action (widget_class, "tasks.move-step", "i", move_step);
}

static void
tasks_list_init (TasksList *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_row), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list_view, factory);
}

void
tasks_list_set_data (TasksList *self,
                     TasksData *data)
{
  if (g_set_object (&self->data, data))
    ask (self);
}

TruceRecord *
tasks_list_get_project (TasksList *self)
{
  return self->project;
}

void
tasks_list_set_project (TasksList   *self,
                        TruceRecord *project)
{
  if (!g_set_object (&self->project, project))
    return;
  ask (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROJECT]);
}

void
tasks_list_set_closed (TasksList *self,
                       gboolean   closed)
{
  gtk_widget_set_sensitive (self->entry, !closed);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), closed ? _("This project is closed") : _("New task"));
}

TruceRecord *
tasks_list_get_task (TasksList *self)
{
  return self->task;
}

void
tasks_list_set_task (TasksList   *self,
                     TruceRecord *task)
{
  guint position = find (self, task);

  take_task (self, position != GTK_INVALID_LIST_POSITION ? task : NULL);
  gtk_single_selection_set_selected (self->selection, position);
}

gboolean
tasks_list_get_searching (TasksList *self)
{
  return self->searching;
}

void
tasks_list_set_searching (TasksList *self,
                          gboolean   searching)
{
  if (self->searching == searching)
    return;
  self->searching = searching;
  on_search_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHING]);
}

void
tasks_list_focus_entry (TasksList *self)
{
  gtk_widget_grab_focus (self->entry);
}
