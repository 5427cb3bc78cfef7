/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tasks-data.h"

G_BEGIN_DECLS

/* A task in a list. It shows another one whenever the list says so, and follows the one that it shows. */
#define TASKS_TYPE_ROW (tasks_row_get_type ())
G_DECLARE_FINAL_TYPE (TasksRow, tasks_row, TASKS, ROW, GtkBox)

GtkWidget   *tasks_row_new      (TasksData   *data) G_GNUC_WARN_UNUSED_RESULT;
TruceRecord *tasks_row_get_task (TasksRow    *self);
void         tasks_row_set_task (TasksRow    *self,
                                 TruceRecord *task);     /* NULL: none */

G_END_DECLS
