/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "tasks-data.h"

G_BEGIN_DECLS

/* One task, to read and to change. */
#define TASKS_TYPE_DETAIL (tasks_detail_get_type ())
G_DECLARE_FINAL_TYPE (TasksDetail, tasks_detail, TASKS, DETAIL, AdwBin)

void tasks_detail_set_data (TasksDetail *self,
                            TasksData   *data);
void tasks_detail_set_task (TasksDetail *self,
                            TruceRecord *task);  /* NULL: none */

G_END_DECLS
