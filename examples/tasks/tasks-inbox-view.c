/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-inbox-view.h"

#include <glib/gi18n.h>

#include "tasks-conflict-dialog.h"
#include "tasks-inbox-row.h"

/* NOTES
 *
 * A TruceInbox is a list model, so GTK makes and drops the rows. What is left is to show the other page when it is
 * empty, and to act on what the rows say.
 *
 * Nobody is asked before something is discarded; instead it can be undone. To undo is to write what was there again, as
 * any change: it waits to be sent, and if it is rejected once more it is back in the inbox. */

struct _TasksInboxView
{
  AdwBin parent_instance;
  TruceInbox *inbox;            /* owned; NULL: nothing to show */
  TasksWords *words;            /* owned; never NULL */
  GSignalGroup *inbox_signals;  /* owned */
  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkWidget *empty;
  GtkWidget *filled;
  GtkListBox *list;
};

enum { PROP_0, PROP_INBOX, PROP_WORDS, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { EDIT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksInboxView, tasks_inbox_view, ADW_TYPE_BIN)

/* ---- toasts ---- */

/* What was discarded, as long as its toast lives. */
typedef struct
{
  TruceStore *store;            /* owned */
  char *collection;
  char *id;
  char *text;                   /* NULL: it was deleted here */
} Discarded;

static void
discarded_free (gpointer data)
{
  Discarded *discarded = data;

  g_object_unref (discarded->store);
  g_free (discarded->collection);
  g_free (discarded->id);
  g_free (discarded->text);
  g_free (discarded);
}

static gboolean
undo_discard (const Discarded *discarded,
              GError         **error)
{
  g_autoptr(TruceCollection) collection = truce_store_get_collection (discarded->store, discarded->collection, NULL,
                                                                      error);

  if (collection == NULL)
    return FALSE;
  if (discarded->text == NULL)
    return truce_collection_delete (collection, discarded->id, error);
  return truce_collection_put_text (collection, discarded->id, discarded->text, error);
}

/* text: not markup. */
static AdwToast *
add_toast (TasksInboxView *self,
           const char     *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_overlay_add_toast (self->toasts, toast);
  return toast;
}

static void offer_undo (TasksInboxView *self,
                        const char     *text,
                        Discarded      *discarded);

/* A toast goes with the click. What it would bring back is nowhere else. */
static void
on_undo_clicked (TasksInboxView *self,
                 AdwToast       *toast)
{
  g_autoptr(GError) error = NULL;

  if (!undo_discard (g_object_get_data (G_OBJECT (toast), "discarded"), &error))
    offer_undo (self, error->message, g_object_steal_data (G_OBJECT (toast), "discarded"));
}

/* discarded: taken. */
static void
offer_undo (TasksInboxView *self,
            const char     *text,
            Discarded      *discarded)
{
  AdwToast *toast = add_toast (self, text);

  g_object_set_data_full (G_OBJECT (toast), "discarded", discarded, discarded_free);
  adw_toast_set_button_label (toast, _("Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo_clicked), self, G_CONNECT_SWAPPED);
}

static void
on_row_discarded (TasksInboxView *self,
                  const char     *text,
                  TasksInboxRow  *row)
{
  TruceInboxItem *item = tasks_inbox_row_get_item (row);
  g_autofree char *title = g_strdup_printf (_("“%s” was discarded"), tasks_inbox_row_get_name (row));
  Discarded *discarded = g_new0 (Discarded, 1);

  discarded->store = g_object_ref (truce_inbox_get_store (self->inbox));
  discarded->collection = g_strdup (truce_inbox_item_get_collection (item));
  discarded->id = g_strdup (truce_inbox_item_get_id (item));
  discarded->text = g_strdup (text);
  offer_undo (self, title, discarded);
}

/* ---- rows ---- */

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

static GtkWidget *
make_row (gpointer item,
          gpointer data)
{
  TasksInboxView *self = data;
  GtkWidget *row = tasks_inbox_row_new (item, self->words);

  g_signal_connect_object (row, "edit", G_CALLBACK (on_row_edit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "resolve", G_CALLBACK (on_row_resolve), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "discarded", G_CALLBACK (on_row_discarded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "failed", G_CALLBACK (add_toast), self, G_CONNECT_SWAPPED);
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

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-inbox-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksInboxView, toasts);
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
