/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tasks-data.h"

G_BEGIN_DECLS

/* “All Tasks” and the projects, one of which is chosen; and an entry for a new one. */
#define TASKS_TYPE_SIDEBAR (tasks_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TasksSidebar, tasks_sidebar, TASKS, SIDEBAR, GtkBox)

void         tasks_sidebar_set_data    (TasksSidebar *self,
                                        TasksData    *data);
TruceRecord *tasks_sidebar_get_project (TasksSidebar *self);     /* NULL: all tasks */
void         tasks_sidebar_choose      (TasksSidebar *self,
                                        const char   *project);  /* an id; NULL: all */

G_END_DECLS
