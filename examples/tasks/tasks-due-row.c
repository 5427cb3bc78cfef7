/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-due-row.h"

#include <glib/gi18n.h>

/* NOTES
 *
 * A calendar tells that a day was selected when a person picks one, and not on the way through the months; but also
 * when a program selects it. So a day that a person picked is the choice, and closes the calendar. Escape leaves all
 * as it is. */

struct _TasksDueRow
{
  AdwActionRow parent_instance;
  char *date;                   /* owned; NULL: none */
  GtkWidget *clear_button;
  GtkMenuButton *button;
  GtkCalendar *calendar;
};

enum { PROP_0, PROP_DATE, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksDueRow, tasks_due_row, ADW_TYPE_ACTION_ROW)

/* NULL: it is no date. */
static GDateTime *
parse_date (const char *date)
{
  g_autofree char *moment = date != NULL ? g_strconcat (date, "T00:00:00", NULL) : NULL;
  g_autoptr(GTimeZone) zone = g_time_zone_new_local ();

  return moment != NULL ? g_date_time_new_from_iso8601 (moment, zone) : NULL;
}

static void
show (TasksDueRow *self)
{
  g_autoptr(GDateTime) day = parse_date (self->date);
  /* Translators: a date, for g_date_time_format(), as “Monday, 23 November 2026” */
  g_autofree char *words = day != NULL ? g_date_time_format (day, _("%A, %-d %B %Y")) : g_strdup (_("No due date"));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_widget_set_visible (self->clear_button, day != NULL);
}

/* What a person did. */
static void
change (TasksDueRow *self,
        const char  *date)
{
  if (g_strcmp0 (date, self->date) == 0)
    return;
  tasks_due_row_set_date (self, date);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_clear_clicked (TasksDueRow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->button));
  change (self, NULL);
}

static void
on_day_selected (TasksDueRow *self)
{
  g_autoptr(GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");

  gtk_menu_button_popdown (self->button);
  change (self, date);
}

static void
on_popover_show (TasksDueRow *self)
{
  g_autoptr(GDateTime) day = parse_date (self->date);

  if (day == NULL)
    day = g_date_time_new_now_local ();
  g_signal_handlers_block_by_func (self->calendar, on_day_selected, self);
  gtk_calendar_select_day (self->calendar, day);
  g_signal_handlers_unblock_by_func (self->calendar, on_day_selected, self);
}

/* ---- the object ---- */

static void
tasks_due_row_finalize (GObject *object)
{
  g_free (TASKS_DUE_ROW (object)->date);

  G_OBJECT_CLASS (tasks_due_row_parent_class)->finalize (object);
}

static void
tasks_due_row_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_DATE:
      g_value_set_string (value, TASKS_DUE_ROW (object)->date);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_due_row_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_DATE:
      tasks_due_row_set_date (TASKS_DUE_ROW (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_due_row_class_init (TasksDueRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = tasks_due_row_finalize;
  object_class->get_property = tasks_due_row_get_property;
  object_class->set_property = tasks_due_row_set_property;

  properties[PROP_DATE] = g_param_spec_string ("date", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", TASKS_TYPE_DUE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-due-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksDueRow, clear_button);
  gtk_widget_class_bind_template_child (widget_class, TasksDueRow, button);
  gtk_widget_class_bind_template_child (widget_class, TasksDueRow, calendar);
  gtk_widget_class_bind_template_callback (widget_class, gtk_menu_button_popup);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_show);
}

static void
tasks_due_row_init (TasksDueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->calendar, "day-selected", G_CALLBACK (on_day_selected), self, G_CONNECT_SWAPPED);
  show (self);
}

GtkWidget *
tasks_due_row_new (void)
{
  return g_object_new (TASKS_TYPE_DUE_ROW, NULL);
}

const char *
tasks_due_row_get_date (TasksDueRow *self)
{
  return self->date;
}

void
tasks_due_row_set_date (TasksDueRow *self,
                        const char  *date)
{
  g_autoptr(GDateTime) day = parse_date (date);
  char *owned;

  if (day == NULL)
    date = NULL;
  if (g_strcmp0 (date, self->date) == 0)
    return;
  owned = g_strdup (date);
  g_free (self->date);
  self->date = owned;
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DATE]);
}
