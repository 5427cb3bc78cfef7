/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-inbox-row.h"

#include <glib/gi18n.h>

#include "tasks-when.h"

/* NOTES
 *
 * An inbox keeps the item of a record as long as the record waits in it, and notifies where it changes: after another
 * rejection there is another message, and what failed may have become a conflict. The row shows its item anew each
 * time. */

struct _TasksInboxRow
{
  GtkListBoxRow parent_instance;
  TruceInboxItem *item;         /* owned */
  TasksWords *words;            /* owned */
  GtkLabel *name;
  GtkLabel *reason;
  GtkLabel *history;
  GtkWidget *failed_buttons;
  GtkWidget *retry_button;
  GtkWidget *edit_button;
  GtkWidget *discard_button;
  GtkWidget *resolve_button;
};

enum { EDIT, RESOLVE, DISCARDED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksInboxRow, tasks_inbox_row, GTK_TYPE_LIST_BOX_ROW)

/* ---- in words ---- */

static gboolean
is_conflict (TasksInboxRow *self)
{
  return truce_inbox_item_get_delivery (self->item) == TRUCE_DELIVERY_CONFLICTED;
}

/* Since when, and how often it was tried. */
static char *
dup_history (TasksInboxRow *self)
{
  g_autofree char *since = tasks_when_format (truce_inbox_item_get_since (self->item));
  guint n = truce_inbox_item_get_attempts (self->item);
  g_autoptr(GListModel) waiting = truce_inbox_item_get_waiting (self->item);
  guint n_waiting = g_list_model_get_n_items (waiting);
  /* Translators: a time follows, as 14:03 */
  GString *words = g_string_new (NULL);

  g_string_append_printf (words, _("Since %s"), since);
  if (n > 1)
    {
      g_string_append (words, " · ");
      g_string_append_printf (words, ngettext ("tried %u time", "tried %u times", n), n);
    }
  if (n_waiting > 0)
    {
      g_string_append (words, " · ");
      g_string_append_printf (words, ngettext ("%u other waits for it", "%u others wait for it", n_waiting), n_waiting);
    }
  return g_string_free (words, FALSE);
}

/* A button's name says what it is for: there is one like it in each row. */
static void
describe (GtkWidget  *button,
          const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
}

static void
show (TasksInboxRow *self)
{
  const char *message = truce_inbox_item_get_message (self->item);
  g_autofree char *name = tasks_words_dup_name (self->words, self->item);
  g_autofree char *history = dup_history (self);

  gtk_label_set_label (self->name, name);
  if (is_conflict (self))
    message = _("Changed here and elsewhere");
  gtk_label_set_label (self->reason, message != NULL ? message : _("Rejected"));
  gtk_label_set_label (self->history, history);
  gtk_widget_set_visible (self->failed_buttons, !is_conflict (self));
  gtk_widget_set_visible (self->resolve_button, is_conflict (self));
  describe (self->retry_button, name);
  describe (self->edit_button, name);
  describe (self->discard_button, name);
  describe (self->resolve_button, name);
}

/* ---- what a person does ---- */

/* A record that is done with leaves the inbox, and this row goes with it: so the row is held meanwhile. */

static void
on_retry_clicked (TasksInboxRow *self)
{
  g_autoptr(TasksInboxRow) hold = g_object_ref (self);
  g_autoptr(GError) error = NULL;

  if (!truce_inbox_item_retry (self->item, NULL, &error))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* Without an error and NULL: deleted here. What can't be read is not given up, as nothing could bring it back. */
static void
on_discard_clicked (TasksInboxRow *self)
{
  g_autoptr(TasksInboxRow) hold = g_object_ref (self);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = truce_inbox_item_dup_local (self->item, &error);

  if (error == NULL && truce_inbox_item_discard (self->item, &error))
    g_signal_emit (self, signals[DISCARDED], 0, text);
  else
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
on_edit_clicked (TasksInboxRow *self)
{
  g_signal_emit (self, signals[EDIT], 0);
}

static void
on_resolve_clicked (TasksInboxRow *self)
{
  g_signal_emit (self, signals[RESOLVE], 0);
}

/* ---- the object ---- */

static void
tasks_inbox_row_finalize (GObject *object)
{
  TasksInboxRow *self = TASKS_INBOX_ROW (object);

  g_clear_object (&self->item);
  g_clear_object (&self->words);

  G_OBJECT_CLASS (tasks_inbox_row_parent_class)->finalize (object);
}

static void
tasks_inbox_row_class_init (TasksInboxRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = tasks_inbox_row_finalize;

  signals[EDIT] = g_signal_new ("edit", TASKS_TYPE_INBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESOLVE] = g_signal_new ("resolve", TASKS_TYPE_INBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[DISCARDED] = g_signal_new ("discarded", TASKS_TYPE_INBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", TASKS_TYPE_INBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-inbox-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, name);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, reason);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, history);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, failed_buttons);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, discard_button);
  gtk_widget_class_bind_template_child (widget_class, TasksInboxRow, resolve_button);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_edit_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_discard_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_resolve_clicked);
}

static void
tasks_inbox_row_init (TasksInboxRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tasks_inbox_row_new (TruceInboxItem *item,
                     TasksWords     *words)
{
  TasksInboxRow *self = g_object_new (TASKS_TYPE_INBOX_ROW, NULL);

  self->item = g_object_ref (item);
  self->words = g_object_ref (words);
  g_signal_connect_object (item, "notify", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

TruceInboxItem *
tasks_inbox_row_get_item (TasksInboxRow *self)
{
  return self->item;
}

const char *
tasks_inbox_row_get_name (TasksInboxRow *self)
{
  return gtk_label_get_label (self->name);
}
