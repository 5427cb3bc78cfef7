/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-conflict-group.h"

#include <glib/gi18n.h>

/* NOTES
 *
 * Rows that say what is, and rows with a radio button that say what could be, end in one row that says what will be.
 * The name of a radio button has the field in front (“Title: Mine”): so a screen reader tells those of two fields
 * apart. */

struct _TasksConflictGroup
{
  AdwPreferencesGroup parent_instance;
  TasksConflictField *field;    /* the plan's; NULL: it is about the whole record */
  TasksConflictPlan *plan;      /* the dialog's; NULL: it is about a field */
  TasksWords *words;            /* owned */
  GtkCheckButton *first;        /* of the radio buttons; NULL: nothing to choose */
  AdwActionRow *result;
};

G_DEFINE_FINAL_TYPE (TasksConflictGroup, tasks_conflict_group, ADW_TYPE_PREFERENCES_GROUP)

/* Set once as data of a radio button: what it stands for. */
#define CHOICE "tasks-choice"

/* In a row of this dialog the value matters more than what it is. */
static const char style[] =
  "row.value label.title { font-size: smaller; opacity: 0.7; }"
  "row.value label.subtitle { font-size: inherit; opacity: 1; }"
  "row.result label { font-weight: bold; }";

static void
add_style (void)
{
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, style, -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
}

/* ---- the result ---- */

static char *
dup_fate (TasksConflictPlan *plan)
{
  if (plan->delete_it)
    return g_strdup (_("It is deleted"));
  return g_strdup (plan->deleted_here ? _("It is kept as it is there") : _("It is kept as it is here"));
}

static void
show_value (AdwActionRow *row,
            const char   *value)
{
  adw_action_row_set_subtitle (row, value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, value, -1);
}

static void
show_result (TasksConflictGroup *self)
{
  g_autofree char *value = self->field == NULL ? dup_fate (self->plan) :
                           tasks_words_dup_value (self->words, self->field->name,
                                                  self->field->values[self->field->choice]);

  show_value (self->result, value);
}

static void
on_toggled (TasksConflictGroup *self,
            GtkCheckButton     *button)
{
  int choice = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), CHOICE));

  if (!gtk_check_button_get_active (button))
    return;
  if (self->field != NULL)
    self->field->choice = choice;
  else
    self->plan->delete_it = choice;
  show_result (self);
}

/* ---- rows ---- */

static AdwActionRow *
add_row (TasksConflictGroup *self,
         const char         *title,
         const char         *value)
{
  GtkWidget *row = adw_action_row_new ();

  /* Values come from outside: no markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (self->field != NULL)
    gtk_widget_add_css_class (row, "value");
  show_value (ADW_ACTION_ROW (row), value);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  return ADW_ACTION_ROW (row);
}

static void
add_choice (TasksConflictGroup *self,
            const char         *title,
            const char         *value,
            int                 choice,
            gboolean            active)
{
  AdwActionRow *row = add_row (self, title, value);
  GtkWidget *radio = g_object_new (GTK_TYPE_CHECK_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_RADIO,
                                   "valign", GTK_ALIGN_CENTER, NULL);
  g_autofree char *name = g_strdup_printf ("%s: %s", adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (self)),
                                           title);

  g_object_set_data (G_OBJECT (radio), CHOICE, GINT_TO_POINTER (choice));
  gtk_accessible_update_property (GTK_ACCESSIBLE (radio), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, value, -1);
  if (self->first != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (radio), self->first);
  else
    self->first = GTK_CHECK_BUTTON (radio);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (radio), active);
  g_signal_connect_object (radio, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  adw_action_row_add_prefix (row, radio);
  /* Not an activatable widget: the row would name the button a second time. */
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (gtk_widget_activate), radio, G_CONNECT_SWAPPED);
}

static void
add_result (TasksConflictGroup *self)
{
  self->result = add_row (self, _("Result"), "");
  gtk_widget_add_css_class (GTK_WIDGET (self->result), "result");
  show_result (self);
}

/* ---- a field ---- */

static void
add_side (TasksConflictGroup *self,
          TasksChoice         choice,
          const char         *title)
{
  const TasksConflictField *field = self->field;
  g_autofree char *value = tasks_words_dup_value (self->words, field->name, field->values[choice]);

  if (field->open)
    add_choice (self, title, value, choice, field->choice == choice);
  else
    add_row (self, title, value);
}

GtkWidget *
tasks_conflict_group_new_field (TasksConflictField *field,
                                TasksWords         *words)
{
  TasksConflictGroup *self = g_object_new (TASKS_TYPE_CONFLICT_GROUP, NULL);
  g_autofree char *before = tasks_words_dup_value (words, field->name, field->before);

  self->field = field;
  self->words = g_object_ref (words);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), tasks_words_get_label (words, field->name));
  add_row (self, _("Before"), before);
  add_side (self, TASKS_CHOICE_MINE, _("Mine"));
  add_side (self, TASKS_CHOICE_THEIRS, _("Theirs"));
  if (field->open && field->has_merged)
    add_side (self, TASKS_CHOICE_MERGED, _("Merged"));
  add_result (self);
  return GTK_WIDGET (self);
}

/* ---- a deletion ---- */

/* What is kept, if it is. */
static char *
dup_living (TasksConflictPlan *plan,
            TasksWords        *words)
{
  TasksChoice side = plan->deleted_here ? TASKS_CHOICE_THEIRS : TASKS_CHOICE_MINE;
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < plan->fields->len; i++)
    {
      const TasksConflictField *field = g_ptr_array_index (plan->fields, i);
      g_autofree char *value = tasks_words_dup_value (words, field->name, field->values[side]);

      if (field->values[side] != NULL)
        g_string_append_printf (lines, "%s%s: %s", lines->len > 0 ? "\n" : "",
                                tasks_words_get_label (words, field->name), value);
    }
  return g_string_free (lines, FALSE);
}

GtkWidget *
tasks_conflict_group_new_delete (TasksConflictPlan *plan,
                                 TasksWords        *words)
{
  TasksConflictGroup *self = g_object_new (TASKS_TYPE_CONFLICT_GROUP, NULL);
  g_autofree char *living = dup_living (plan, words);

  self->plan = plan;
  self->words = g_object_ref (words);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self),
                                   plan->deleted_here ? _("Deleted here, changed elsewhere") :
                                   _("Changed here, deleted elsewhere"));
  add_choice (self, _("Keep it"), living, FALSE, !plan->delete_it);
  add_choice (self, _("Delete it"), "", TRUE, plan->delete_it);
  add_result (self);
  return GTK_WIDGET (self);
}

/* ---- the object ---- */

static void
tasks_conflict_group_finalize (GObject *object)
{
  g_clear_object (&TASKS_CONFLICT_GROUP (object)->words);

  G_OBJECT_CLASS (tasks_conflict_group_parent_class)->finalize (object);
}

static void
tasks_conflict_group_class_init (TasksConflictGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tasks_conflict_group_finalize;
  add_style ();
}

static void
tasks_conflict_group_init (TasksConflictGroup *self)
{
}
