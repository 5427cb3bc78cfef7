/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A list view has some hundred rows, however many tasks there are, and gives each of them one task after the
 * other. So a row is made once and only filled in anew; what it needs to know of the task it reads from the
 * record, which is there.
 *
 * How far a change has come is told by no record. It is asked for when the row gets a task, and when the
 * numbers of what waits change, as long as something of this task waits. */

#include "tasks-row.h"

#include <glib/gi18n.h>

#include "tasks-drag.h"
#include "tasks-record.h"

#define TAGS_SHOWN 3

struct _TasksRow
{
  GtkBox parent_instance;
  TasksData *data;              /* owned */
  TruceRecord *task;            /* owned; NULL: none */
  TruceDelivery delivery;       /* as it is shown */
  gboolean filling;             /* what changes in the widgets is no one's wish */

  GtkCheckButton *check;
  GtkLabel *title;
  GtkWidget *details;
  GtkLabel *due;
  GtkWidget *tags;
  GtkLabel *tag_labels[TAGS_SHOWN + 1];
  GtkImage *delivery_image;
  GtkButton *vote;
  GtkLabel *votes;
};

G_DEFINE_FINAL_TYPE (TasksRow, tasks_row, GTK_TYPE_BOX)

/* ---- what it shows ---- */

static void
set_css_class (GtkWidget  *widget,
               const char *css_class,
               gboolean    has)
{
  if (has)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* The list's own widget around the row has the focus; a screen reader says what it is called. */
static void
fill_title (TasksRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *title = tasks_record_get_title (self->task);
  gboolean done = tasks_record_is_done (self->task);
  g_autofree char *name = NULL;

  /* Translators: of a check button; %s is a task */
  name = g_strdup_printf (_("Done: %s"), title != NULL ? title : "");
  gtk_label_set_label (self->title, title);
  gtk_check_button_set_active (self->check, done);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    title != NULL ? title : "", -1);
  set_css_class (GTK_WIDGET (self->title), "done", done);
  set_css_class (GTK_WIDGET (self->title), "dim-label", done);
}

/* A date as people write it; red from the day after. */
static void
fill_due (TasksRow *self)
{
  const char *due = tasks_record_get_due (self->task);
  g_autofree char *midnight = due != NULL ? g_strconcat (due, "T00:00:00", NULL) : NULL;
  g_autoptr(GTimeZone) here = g_time_zone_new_local ();
  g_autoptr(GDateTime) now = g_date_time_new_now (here);
  g_autoptr(GDateTime) date = midnight != NULL ? g_date_time_new_from_iso8601 (midnight, here) : NULL;
  g_autofree char *text = date != NULL ? g_date_time_format (date, "%x") : NULL;
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  gboolean over = date != NULL && strcmp (due, today) < 0 && !tasks_record_is_done (self->task);

  gtk_widget_set_visible (GTK_WIDGET (self->due), text != NULL);
  gtk_label_set_label (self->due, text);
  set_css_class (GTK_WIDGET (self->due), "error", over);
  set_css_class (GTK_WIDGET (self->due), "dim-label", !over);
}

/* The first few; the last label says how many there are beside. */
static void
fill_tags (TasksRow *self)
{
  g_auto(GStrv) tags = tasks_record_dup_tags (self->task);
  guint n = g_strv_length (tags);

  for (guint i = 0; i < TAGS_SHOWN; i++)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->tag_labels[i]), i < n);
      gtk_label_set_label (self->tag_labels[i], i < n ? tags[i] : NULL);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->tag_labels[TAGS_SHOWN]), n > TAGS_SHOWN);
  if (n > TAGS_SHOWN)
    {
      g_autofree char *more = g_strdup_printf ("+%u", n - TAGS_SHOWN);

      gtk_label_set_label (self->tag_labels[TAGS_SHOWN], more);
    }
  gtk_widget_set_visible (self->details, n > 0 || gtk_widget_get_visible (GTK_WIDGET (self->due)));
}

static void
fill_votes (TasksRow *self)
{
  const char *title = tasks_record_get_title (self->task);
  gint64 votes = tasks_record_get_votes (self->task);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, votes);
  g_autofree char *name = NULL;

  /* Translators: of a button; the first %s is a task, the second one how many have voted for it */
  name = g_strdup_printf (_("Vote for %s (%s)"), title != NULL ? title : "", text);
  gtk_label_set_label (self->votes, votes != 0 ? text : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->vote), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->vote), _("Vote"));
}

/* attention: a person has to do something. */
static void
show_delivery (TasksRow   *self,
               const char *icon,
               const char *text,
               gboolean    attention)
{
  set_css_class (GTK_WIDGET (self->delivery_image), "warning", attention);
  set_css_class (GTK_WIDGET (self->delivery_image), "dim-label", !attention);
  gtk_widget_set_visible (GTK_WIDGET (self->delivery_image), icon != NULL);
  gtk_image_set_from_icon_name (self->delivery_image, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->delivery_image), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->delivery_image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text != NULL ? text : "", -1);
}

/* Counting costs nothing; asking for one task is a query, which a list that is scrolled would make for
 * each row. */
static gboolean
anything_waits (TasksData *data)
{
  TruceCollection *tasks = tasks_data_get_tasks (data);

  return truce_collection_count (tasks, TRUCE_DELIVERY_PENDING) > 0 ||
         truce_collection_count (tasks, TRUCE_DELIVERY_IN_FLIGHT) > 0 ||
         truce_collection_count (tasks, TRUCE_DELIVERY_FAILED) > 0 ||
         truce_collection_count (tasks, TRUCE_DELIVERY_CONFLICTED) > 0;
}

static void
fill_delivery (TasksRow *self)
{
  self->delivery = anything_waits (self->data) ?
                   truce_collection_get_delivery (tasks_data_get_tasks (self->data), truce_record_get_id (self->task),
                                                  NULL) : TRUCE_DELIVERY_SYNCED;
  switch (self->delivery)
    {
    case TRUCE_DELIVERY_PENDING:
    case TRUCE_DELIVERY_IN_FLIGHT:
      show_delivery (self, "content-loading-symbolic", _("To be sent"), FALSE);
      break;
    case TRUCE_DELIVERY_FAILED:
      show_delivery (self, "dialog-warning-symbolic", _("Rejected"), TRUE);
      break;
    case TRUCE_DELIVERY_CONFLICTED:
      show_delivery (self, "dialog-question-symbolic", _("Changed on both sides"), TRUE);
      break;
    case TRUCE_DELIVERY_SYNCED:
      show_delivery (self, NULL, NULL, FALSE);
      break;
    }
}

static void
fill (TasksRow *self)
{
  self->filling = TRUE;
  fill_title (self);
  fill_due (self);
  fill_tags (self);
  fill_votes (self);
  fill_delivery (self);
  self->filling = FALSE;
}

static void
on_counts (TasksRow *self)
{
  if (self->task != NULL && self->delivery != TRUCE_DELIVERY_SYNCED)
    fill_delivery (self);
}

/* ---- what a person does ---- */

static void
report (TasksRow     *self,
        const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.report", "s", error->message);
}

static void
on_toggled (TasksRow *self)
{
  g_autoptr(GError) error = NULL;

  if (self->task == NULL || self->filling)
    return;
  if (tasks_data_set_done (self->data, truce_record_get_id (self->task), gtk_check_button_get_active (self->check),
                           &error))
    return;
  report (self, error);
  fill (self);
}

static void
on_vote (TasksRow *self)
{
  g_autoptr(GError) error = NULL;

  if (self->task != NULL && !tasks_data_vote (self->data, truce_record_get_id (self->task), 1, &error))
    report (self, error);
}

/* ---- the object ---- */

static void
tasks_row_dispose (GObject *object)
{
  TasksRow *self = TASKS_ROW (object);

  tasks_row_set_task (self, NULL);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (tasks_row_parent_class)->dispose (object);
}

static void
tasks_row_class_init (TasksRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tasks_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksRow, check);
  gtk_widget_class_bind_template_child (widget_class, TasksRow, title);
  gtk_widget_class_bind_template_child (widget_class, TasksRow, details);
  gtk_widget_class_bind_template_child (widget_class, TasksRow, due);
  gtk_widget_class_bind_template_child (widget_class, TasksRow, tags);
  gtk_widget_class_bind_template_child_full (widget_class, "delivery", FALSE,
                                             G_STRUCT_OFFSET (TasksRow, delivery_image));
  gtk_widget_class_bind_template_child (widget_class, TasksRow, vote);
  gtk_widget_class_bind_template_child (widget_class, TasksRow, votes);
  gtk_widget_class_bind_template_callback (widget_class, on_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_vote);
}

static void
tasks_row_init (TasksRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i <= TAGS_SHOWN; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (label, "tag");
      gtk_box_append (GTK_BOX (self->tags), label);
      self->tag_labels[i] = GTK_LABEL (label);
    }
  tasks_drag_add (self);
}

GtkWidget *
tasks_row_new (TasksData *data)
{
  TasksRow *self = g_object_new (TASKS_TYPE_ROW, NULL);
  TruceStore *store = tasks_data_get_store (data);

  self->data = g_object_ref (data);
  g_signal_connect_object (store, "notify::n-pending", G_CALLBACK (on_counts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify::n-failed", G_CALLBACK (on_counts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify::n-conflicted", G_CALLBACK (on_counts), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

TruceRecord *
tasks_row_get_task (TasksRow *self)
{
  return self->task;
}

void
tasks_row_set_task (TasksRow    *self,
                    TruceRecord *task)
{
  if (self->task == task)
    return;
  if (self->task != NULL)
    g_signal_handlers_disconnect_by_func (self->task, fill, self);
  g_set_object (&self->task, task);
  if (task == NULL)
    return;
  g_signal_connect_swapped (task, "changed", G_CALLBACK (fill), self);
  fill (self);
}
