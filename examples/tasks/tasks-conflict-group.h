/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One decision of a TasksConflictDialog: the values that meet, a radio button for each that can be had, and what comes
 * of it, live. What is chosen it writes into the plan, which must live longer. */

#include <adwaita.h>

#include "tasks-conflict-plan.h"

G_BEGIN_DECLS

#define TASKS_TYPE_CONFLICT_GROUP (tasks_conflict_group_get_type ())
G_DECLARE_FINAL_TYPE (TasksConflictGroup, tasks_conflict_group, TASKS, CONFLICT_GROUP, AdwPreferencesGroup)

/* A field that is not the same on all sides. */
GtkWidget *tasks_conflict_group_new_field  (TasksConflictField *field,
                                            TasksWords         *words);
/* Whether to keep a record that one side deleted. */
GtkWidget *tasks_conflict_group_new_delete (TasksConflictPlan  *plan,
                                            TasksWords         *words);

G_END_DECLS
