/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Each field is written by itself, when the person is done with it: there is no “Save”, and what somebody
 * else changes meanwhile in another field is nobody's conflict. The widgets show the record; when that
 * changes, by whomever, they are filled in anew, except what is just being typed. */

#include "tasks-detail.h"

#include <glib/gi18n.h>

#include "tasks-due-row.h"
#include "tasks-notes.h"
#include "tasks-record.h"
#include "tasks-tag-editor.h"

struct _TasksDetail
{
  AdwBin parent_instance;
  TasksData *data;              /* owned */
  TruceQuery *projects;         /* owned */
  TruceRecord *task;            /* owned; NULL: none */
  char *shown_title;            /* what the title's entry was filled with: another text has been typed */
  gboolean filling;             /* what changes in the widgets is no one's wish */

  GtkStack *stack;
  GtkWidget *attention;
  AdwActionRow *attention_row;
  GtkButton *attention_button;
  GtkEditable *title;
  AdwComboRow *project;
  TasksDueRow *due;
  GtkLabel *n_votes;
  TasksTagEditor *tags;
  TasksNotes *notes;
  GtkLabel *delivery;
};

G_DEFINE_FINAL_TYPE (TasksDetail, tasks_detail, ADW_TYPE_BIN)

/* ---- what it shows ---- */

static const char *
get_id (TasksDetail *self)
{
  return truce_record_get_id (self->task);
}

static void
show_title (TasksDetail *self,
            const char  *title)
{
  char *shown = g_strdup (title);

  if (!g_str_equal (gtk_editable_get_text (self->title), shown))
    gtk_editable_set_text (self->title, shown);
  g_free (self->shown_title);
  self->shown_title = shown;
}

static gboolean
title_is_typed (TasksDetail *self)
{
  return g_strcmp0 (gtk_editable_get_text (self->title), self->shown_title) != 0;
}

/* A title that is being typed stays. */
static void
fill_title (TasksDetail *self)
{
  const char *title = tasks_record_get_title (self->task);
  gboolean focused = gtk_widget_get_state_flags (GTK_WIDGET (self->title)) & GTK_STATE_FLAG_FOCUS_WITHIN;

  if (!focused || !title_is_typed (self))
    show_title (self, title != NULL ? title : "");
}

/* The place of the task's project in the list of choices: the first one is “None”. */
static guint
find_project (TasksDetail *self)
{
  const char *id = tasks_record_get_project (self->task);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->projects));

  for (guint i = 0; id != NULL && i < n; i++)
    if (g_str_equal (truce_query_get_record_id (self->projects, i), id))
      return i + 1;
  return 0;
}

static void
fill_fields (TasksDetail *self)
{
  g_autofree char *votes = g_strdup_printf ("%" G_GINT64_FORMAT, tasks_record_get_votes (self->task));
  g_auto(GStrv) tags = tasks_record_dup_tags (self->task);

  gtk_label_set_label (self->n_votes, votes);
  tasks_tag_editor_set_tags (self->tags, (const char *const *) tags);
  tasks_due_row_set_date (self->due, tasks_record_get_due (self->task));
  tasks_notes_set_text (self->notes, tasks_record_get_notes (self->task));
  adw_combo_row_set_selected (self->project, find_project (self));
}

static void
fill (TasksDetail *self)
{
  if (self->task == NULL || truce_record_is_deleted (self->task))
    return;
  self->filling = TRUE;
  fill_title (self);
  fill_fields (self);
  self->filling = FALSE;
}

static void
show_attention (TasksDetail *self,
                const char  *title,
                const char  *subtitle,
                const char  *button)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->attention_row), title);
  adw_action_row_set_subtitle (self->attention_row, subtitle != NULL ? subtitle : "");
  gtk_button_set_label (self->attention_button, button);
}

/* In the words of who rejected it. */
static const char *
get_reason (TasksDetail *self)
{
  g_autoptr(TruceInboxItem) item = truce_inbox_find (tasks_data_get_inbox (self->data),
                                                     truce_record_get_collection (self->task),
                                                     get_id (self));

  return item != NULL ? truce_inbox_item_get_message (item) : NULL;
}

static void
fill_delivery (TasksDetail *self)
{
  TruceDelivery delivery;

  if (self->task == NULL)
    return;
  delivery = truce_collection_get_delivery (tasks_data_get_tasks (self->data), get_id (self), NULL);
  gtk_widget_set_visible (self->attention,
                          delivery == TRUCE_DELIVERY_FAILED || delivery == TRUCE_DELIVERY_CONFLICTED);
  switch (delivery)
    {
    case TRUCE_DELIVERY_SYNCED:
      gtk_label_set_label (self->delivery, _("All changes have been sent"));
      break;
    case TRUCE_DELIVERY_PENDING:
    case TRUCE_DELIVERY_IN_FLIGHT:
      gtk_label_set_label (self->delivery, _("Changes to be sent"));
      break;
    case TRUCE_DELIVERY_FAILED:
      gtk_label_set_label (self->delivery, _("Changes were rejected"));
      show_attention (self, _("Rejected"), get_reason (self), _("Show"));
      break;
    case TRUCE_DELIVERY_CONFLICTED:
      gtk_label_set_label (self->delivery, _("Changed here and elsewhere"));
      show_attention (self, _("Changed on Both Sides"), _("Only you can say what is to stay."), _("Resolve"));
      break;
    }
}

/* A list of the projects' titles. It is made anew when one changes, so that no choice is taken for a
 * person's. */
static void
list_projects (TasksDetail *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->projects));

  gtk_string_list_append (titles, _("None"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceRecord) project = g_list_model_get_item (G_LIST_MODEL (self->projects), i);
      const char *title = tasks_record_get_title (project);

      gtk_string_list_append (titles, title != NULL ? title : "");
    }
  self->filling = TRUE;
  adw_combo_row_set_model (self->project, G_LIST_MODEL (titles));
  self->filling = FALSE;
  fill (self);
}

/* ---- what a person does ---- */

/* Says what went wrong, and shows what is. */
static void
complain (TasksDetail  *self,
          const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.report", "s", error->message);
  fill (self);
}

static gboolean
is_idle (TasksDetail *self)
{
  return self->task == NULL || truce_record_is_deleted (self->task) || self->filling;
}

/* What nobody typed is no one's wish: another device may have renamed the task meanwhile. */
static void
save_title (TasksDetail *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->title)));
  const char *before;
  g_autoptr(GError) error = NULL;

  if (is_idle (self) || !title_is_typed (self))
    return;
  before = tasks_record_get_title (self->task);
  if (*title == '\0')
    show_title (self, before != NULL ? before : "");
  else if (g_strcmp0 (title, before) != 0 &&
           !tasks_data_set_title (self->data, get_id (self), title, &error))
    complain (self, error);
  else
    show_title (self, title);
}

static void
on_project (TasksDetail *self)
{
  guint chosen = adw_combo_row_get_selected (self->project);
  g_autoptr(GError) error = NULL;
  const char *id;

  if (is_idle (self) || chosen == GTK_INVALID_LIST_POSITION || chosen == find_project (self))
    return;
  id = chosen > 0 ? truce_query_get_record_id (self->projects, chosen - 1) : NULL;
  if (!tasks_data_set_project (self->data, get_id (self), id, &error))
    complain (self, error);
}

static void
on_due (TasksDetail *self)
{
  g_autoptr(GError) error = NULL;

  if (!is_idle (self) &&
      !tasks_data_set_due (self->data, get_id (self), tasks_due_row_get_date (self->due), &error))
    complain (self, error);
}

static void
vote (TasksDetail *self,
      int          votes)
{
  g_autoptr(GError) error = NULL;

  if (!is_idle (self) && !tasks_data_vote (self->data, get_id (self), votes, &error))
    complain (self, error);
}

static void
on_vote_for (TasksDetail *self)
{
  vote (self, 1);
}

static void
on_vote_against (TasksDetail *self)
{
  vote (self, -1);
}

static void
on_tag_added (TasksDetail *self,
              const char  *tag)
{
  g_autoptr(GError) error = NULL;

  if (!is_idle (self) && !tasks_data_add_tag (self->data, get_id (self), tag, &error))
    complain (self, error);
}

static void
on_tag_removed (TasksDetail *self,
                const char  *tag)
{
  g_autoptr(GError) error = NULL;

  if (!is_idle (self) && !tasks_data_remove_tag (self->data, get_id (self), tag, &error))
    complain (self, error);
}

static void
on_notes (TasksDetail *self,
          const char  *before,
          const char  *notes)
{
  g_autoptr(GError) error = NULL;

  /* What was typed stays in the view. */
  if (!is_idle (self) && !tasks_data_set_notes (self->data, get_id (self), before, notes, &error))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.report", "s", error->message);
}

static void
on_attention (TasksDetail *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.attend", "s", get_id (self));
}

/* ---- the object ---- */

static void
tasks_detail_dispose (GObject *object)
{
  TasksDetail *self = TASKS_DETAIL (object);

  if (self->task != NULL)
    tasks_detail_set_task (self, NULL);
  g_clear_pointer (&self->shown_title, g_free);
  g_clear_object (&self->projects);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (tasks_detail_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, stack);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, attention);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, attention_row);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, attention_button);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, title);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, project);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, due);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, n_votes);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, tags);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, notes);
  gtk_widget_class_bind_template_child (widget_class, TasksDetail, delivery);
}

static void
tasks_detail_class_init (TasksDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tasks_detail_dispose;

  g_type_ensure (TASKS_TYPE_DUE_ROW);
  g_type_ensure (TASKS_TYPE_NOTES);
  g_type_ensure (TASKS_TYPE_TAG_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-detail.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, save_title);
  gtk_widget_class_bind_template_callback (widget_class, on_project);
  gtk_widget_class_bind_template_callback (widget_class, on_due);
  gtk_widget_class_bind_template_callback (widget_class, on_vote_for);
  gtk_widget_class_bind_template_callback (widget_class, on_vote_against);
  gtk_widget_class_bind_template_callback (widget_class, on_tag_added);
  gtk_widget_class_bind_template_callback (widget_class, on_tag_removed);
  gtk_widget_class_bind_template_callback (widget_class, on_notes);
  gtk_widget_class_bind_template_callback (widget_class, on_attention);
}

static void
tasks_detail_init (TasksDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tasks_detail_set_data (TasksDetail *self,
                       TasksData   *data)
{
  static const char *const counts[] = { "notify::n-pending", "notify::n-failed", "notify::n-conflicted" };
  g_autoptr(GError) error = NULL;

  self->data = g_object_ref (data);
  self->projects = tasks_data_query_projects (data, &error);
  g_signal_connect_object (self->projects, "items-changed", G_CALLBACK (list_projects), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_signal_connect_object (tasks_data_get_store (data), counts[i], G_CALLBACK (fill_delivery), self,
                             G_CONNECT_SWAPPED);
  list_projects (self);
}

void
tasks_detail_set_task (TasksDetail *self,
                       TruceRecord *task)
{
  if (task == self->task)
    return;

  /* What has been typed belongs to the one that goes. */
  save_title (self);
  tasks_notes_finish (self->notes);
  if (self->task != NULL)
    g_signal_handlers_disconnect_by_func (self->task, fill, self);
  g_set_object (&self->task, task);
  gtk_stack_set_visible_child_name (self->stack, task != NULL ? "task" : "none");
  if (task == NULL)
    return;
  g_signal_connect_swapped (task, "changed", G_CALLBACK (fill), self);
  show_title (self, "");
  fill (self);
  fill_delivery (self);
}
