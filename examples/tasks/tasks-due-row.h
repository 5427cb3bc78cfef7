/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A date that may be missing, as a row of a boxed list: the date in words, a calendar to pick one, a button to clear
 * it.
 *
 * Property: `date` (YYYY-MM-DD, or NULL). Signal: `changed`, when a person picked or cleared it: not when it was set.
 *
 * To take it into another app: tasks-due-row.[ch] and .ui. Needs GTK 4.8, libadwaita 1.2; and the .ui file in a
 * resource, at the path that class_init names. */

#include <adwaita.h>

G_BEGIN_DECLS

#define TASKS_TYPE_DUE_ROW (tasks_due_row_get_type ())
G_DECLARE_FINAL_TYPE (TasksDueRow, tasks_due_row, TASKS, DUE_ROW, AdwActionRow)

GtkWidget  *tasks_due_row_new      (void);
const char *tasks_due_row_get_date (TasksDueRow *self);
/* date: what is no date counts as NULL. */
void        tasks_due_row_set_date (TasksDueRow *self,
                                    const char  *date);

G_END_DECLS
