/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-inbox-view.h"

#include "tasks-conflict-dialog.h"
#include "tasks-inbox-row.h"

/* NOTES
 *
 * A TruceInbox is a list model, so GTK makes and drops the rows. What is left is to show the other page when it is
 * empty, and to hand on what the rows say. */

struct _TasksInboxView
{
  AdwBin parent_instance;
  TruceInbox *inbox;            /* owned; NULL: nothing to show */
  TasksWords *words;            /* owned; never NULL */
  GSignalGroup *inbox_signals;  /* owned */
  GtkStack *stack;
  GtkWidget *empty;
  GtkWidget *filled;
  GtkListBox *list;
};

enum { PROP_0, PROP_INBOX, PROP_WORDS, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { EDIT, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksInboxView, tasks_inbox_view, ADW_TYPE_BIN)

static void
on_row_edit (TasksInboxView *self,
             TasksInboxRow  *row)
{
  g_signal_emit (self, signals[EDIT], 0, tasks_inbox_row_get_item (row));
}

static void
on_row_resolve (TasksInboxView *self,
                TasksInboxRow  *row)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWindow *parent = GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;

  gtk_window_present (GTK_WINDOW (tasks_conflict_dialog_new (parent, tasks_inbox_row_get_item (row), self->words)));
}

static void
on_row_failed (TasksInboxView *self,
               const char     *message)
{
  g_signal_emit (self, signals[FAILED], 0, message);
}

static GtkWidget *
make_row (gpointer item,
          gpointer data)
{
  TasksInboxView *self = data;
  GtkWidget *row = tasks_inbox_row_new (item, self->words);

  g_signal_connect_object (row, "edit", G_CALLBACK (on_row_edit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "resolve", G_CALLBACK (on_row_resolve), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "failed", G_CALLBACK (on_row_failed), self, G_CONNECT_SWAPPED);
  return row;
}

static void
show_page (TasksInboxView *self)
{
  gboolean any = self->inbox != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->inbox)) > 0;

  gtk_stack_set_visible_child (self->stack, any ? self->filled : self->empty);
}

static void
show_rows (TasksInboxView *self)
{
  gtk_list_box_bind_model (self->list, (GListModel *) self->inbox, make_row, self, NULL);
  show_page (self);
}

/* ---- the object ---- */

static void
tasks_inbox_view_dispose (GObject *object)
{
  TasksInboxView *self = TASKS_INBOX_VIEW (object);

  g_signal_group_set_target (self->inbox_signals, NULL);
  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);

  G_OBJECT_CLASS (tasks_inbox_view_parent_class)->dispose (object);
}

static void
tasks_inbox_view_finalize (GObject *object)
{
  TasksInboxView *self = TASKS_INBOX_VIEW (object);

  g_clear_object (&self->inbox_signals);
  g_clear_object (&self->inbox);
  g_clear_object (&self->words);

  G_OBJECT_CLASS (tasks_inbox_view_parent_class)->finalize (object);
}

static void
tasks_inbox_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TasksInboxView *self = TASKS_INBOX_VIEW (object);

  switch (id)
    {
    case PROP_INBOX:
      g_value_set_object (value, self->inbox);
      break;
    case PROP_WORDS:
      g_value_set_object (value, self->words);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_inbox_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TasksInboxView *self = TASKS_INBOX_VIEW (object);

  switch (id)
    {
    case PROP_INBOX:
      tasks_inbox_view_set_inbox (self, g_value_get_object (value));
      break;
    case PROP_WORDS:
      tasks_inbox_view_set_words (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_inbox_view_class_init (TasksInboxViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = tasks_inbox_view_dispose;
  object_class->finalize = tasks_inbox_view_finalize;
  object_class->get_property = tasks_inbox_view_get_property;
  object_class->set_property = tasks_inbox_view_set_property;

  properties[PROP_INBOX] = g_param_spec_object ("inbox", NULL, NULL, TRUCE_TYPE_INBOX, flags);
  properties[PROP_WORDS] = g_param_spec_object ("words", NULL, NULL, TASKS_TYPE_WORDS, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[EDIT] = g_signal_new ("edit", TASKS_TYPE_INBOX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, TRUCE_TYPE_INBOX_ITEM);
  signals[FAILED] = g_signal_new ("failed", TASKS_TYPE_INBOX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-inbox-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksInboxView, stack);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxView, empty);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxView, filled);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxView, list);
}

static void
tasks_inbox_view_init (TasksInboxView *self)
{
  self->words = tasks_words_new ();
  self->inbox_signals = g_signal_group_new (TRUCE_TYPE_INBOX);
  g_signal_group_connect_swapped (self->inbox_signals, "items-changed", G_CALLBACK (show_page), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tasks_inbox_view_new (void)
{
  return g_object_new (TASKS_TYPE_INBOX_VIEW, NULL);
}

TruceInbox *
tasks_inbox_view_get_inbox (TasksInboxView *self)
{
  return self->inbox;
}

void
tasks_inbox_view_set_inbox (TasksInboxView *self,
                            TruceInbox     *inbox)
{
  if (!g_set_object (&self->inbox, inbox))
    return;
  g_signal_group_set_target (self->inbox_signals, inbox);
  show_rows (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INBOX]);
}

TasksWords *
tasks_inbox_view_get_words (TasksInboxView *self)
{
  return self->words;
}

void
tasks_inbox_view_set_words (TasksInboxView *self,
                            TasksWords     *words)
{
  g_autoptr(TasksWords) owned = words != NULL ? g_object_ref (words) : tasks_words_new ();

  if (!g_set_object (&self->words, owned))
    return;
  show_rows (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORDS]);
}
