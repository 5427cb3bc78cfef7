/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-conflict-dialog.h"

#include <glib/gi18n.h>

#include "tasks-conflict-group.h"

/* NOTES
 *
 * What is decided is what was shown. A sync may bring another value, or settle the conflict, while the dialog is open;
 * so both sides are read again before anything is written, and if they are no longer what they were it is all shown
 * anew, for another look. */

struct _TasksConflictDialog
{
  AdwWindow parent_instance;
  TruceInboxItem *item;         /* owned */
  TasksWords *words;            /* owned */
  TasksConflictPlan *plan;      /* owned; NULL: there is nothing to decide */
  char *shown;                  /* owned: both sides as they were when they were last read */
  GPtrArray *groups;            /* those on the page */
  AdwWindowTitle *title;
  AdwPreferencesPage *page;
  GtkInfoBar *trouble_bar;
  GtkLabel *trouble;
  GtkWidget *use_button;
};

enum { PROP_0, PROP_ITEM, PROP_WORDS, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TasksConflictDialog, tasks_conflict_dialog, ADW_TYPE_WINDOW)

static void
show_trouble (TasksConflictDialog *self,
              const char          *message)
{
  gtk_label_set_label (self->trouble, message);
  gtk_info_bar_set_revealed (self->trouble_bar, TRUE);
}

/* ---- what is shown ---- */

static void
add_group (TasksConflictDialog *self,
           GtkWidget           *group)
{
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
  g_ptr_array_add (self->groups, group);
}

static void
clear (TasksConflictDialog *self)
{
  for (guint i = 0; i < self->groups->len; i++)
    adw_preferences_page_remove (self->page, g_ptr_array_index (self->groups, i));
  g_ptr_array_set_size (self->groups, 0);
  g_clear_pointer (&self->plan, tasks_conflict_plan_free);
}

static void
fill (TasksConflictDialog *self)
{
  if (self->plan->deleted_here || self->plan->deleted_there)
    {
      add_group (self, tasks_conflict_group_new_delete (self->plan, self->words));
      return;
    }
  for (guint i = 0; i < self->plan->fields->len; i++)
    add_group (self, tasks_conflict_group_new_field (g_ptr_array_index (self->plan->fields, i), self->words));
}

/* Both sides in one text. */
static char *
dup_sides (TasksConflictDialog *self)
{
  g_autofree char *mine = truce_inbox_item_dup_local (self->item, NULL);
  g_autofree char *theirs = truce_inbox_item_dup_remote (self->item);

  return g_strdup_printf ("%s\n%s", mine != NULL ? mine : "", theirs != NULL ? theirs : "");
}

static void
load (TasksConflictDialog *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceConflict) conflict = truce_inbox_item_dup_conflict (self->item, &error);
  g_autofree char *name = tasks_words_dup_name (self->words, self->item);

  clear (self);
  g_free (self->shown);
  self->shown = dup_sides (self);
  adw_window_title_set_title (self->title, name);
  if (conflict != NULL)
    self->plan = tasks_conflict_plan_new (conflict, self->words, &error);
  gtk_widget_set_sensitive (self->use_button, self->plan != NULL);
  if (self->plan != NULL)
    fill (self);
  else if (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND))
    show_trouble (self, _("It has been decided meanwhile."));
  else
    show_trouble (self, error->message);
}

/* ---- what a person does ---- */

static gboolean
use_result (TasksConflictDialog *self,
            GError             **error)
{
  g_autoptr(GError) local = NULL;
  g_autofree char *text = tasks_conflict_plan_dup_text (self->plan, &local);

  if (local == NULL)
    return truce_inbox_item_resolve (self->item, TRUCE_RESOLUTION_MERGED, text, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
on_use_clicked (TasksConflictDialog *self)
{
  g_autofree char *sides = dup_sides (self);
  g_autoptr(GError) error = NULL;

  if (g_strcmp0 (sides, self->shown) != 0)
    {
      load (self);
      if (self->plan != NULL)
        show_trouble (self, _("It has changed meanwhile. Have another look."));
    }
  else if (use_result (self, &error))
    gtk_window_close (GTK_WINDOW (self));
  else
    show_trouble (self, error->message);
}

/* ---- the object ---- */

static void
tasks_conflict_dialog_constructed (GObject *object)
{
  TasksConflictDialog *self = TASKS_CONFLICT_DIALOG (object);

  G_OBJECT_CLASS (tasks_conflict_dialog_parent_class)->constructed (object);

  if (self->words == NULL)
    self->words = tasks_words_new ();
  load (self);
  gtk_widget_grab_focus (self->use_button);
}

static void
tasks_conflict_dialog_finalize (GObject *object)
{
  TasksConflictDialog *self = TASKS_CONFLICT_DIALOG (object);

  g_clear_pointer (&self->plan, tasks_conflict_plan_free);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_object (&self->item);
  g_clear_object (&self->words);
  g_free (self->shown);

  G_OBJECT_CLASS (tasks_conflict_dialog_parent_class)->finalize (object);
}

static void
tasks_conflict_dialog_set_property (GObject      *object,
                                    guint         id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  TasksConflictDialog *self = TASKS_CONFLICT_DIALOG (object);

  switch (id)
    {
    case PROP_ITEM:
      self->item = g_value_dup_object (value);
      break;
    case PROP_WORDS:
      self->words = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_conflict_dialog_class_init (TasksConflictDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags once = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tasks_conflict_dialog_constructed;
  object_class->finalize = tasks_conflict_dialog_finalize;
  object_class->set_property = tasks_conflict_dialog_set_property;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, TRUCE_TYPE_INBOX_ITEM, once);
  properties[PROP_WORDS] = g_param_spec_object ("words", NULL, NULL, TASKS_TYPE_WORDS, once);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-conflict-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksConflictDialog, title);
  gtk_widget_class_bind_template_child (widget_class, TasksConflictDialog, page);
  gtk_widget_class_bind_template_child (widget_class, TasksConflictDialog, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, TasksConflictDialog, trouble);
  gtk_widget_class_bind_template_child (widget_class, TasksConflictDialog, use_button);
  gtk_widget_class_bind_template_callback (widget_class, on_use_clicked);
}

static void
tasks_conflict_dialog_init (TasksConflictDialog *self)
{
  self->groups = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

TasksConflictDialog *
tasks_conflict_dialog_new (GtkWindow      *parent,
                           TruceInboxItem *item,
                           TasksWords     *words)
{
  return g_object_new (TASKS_TYPE_CONFLICT_DIALOG, "transient-for", parent, "item", item, "words", words, NULL);
}

TruceInboxItem *
tasks_conflict_dialog_get_item (TasksConflictDialog *self)
{
  return self->item;
}
