/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tasks-row.h"

G_BEGIN_DECLS

/* Lets a row be dragged, and others be dropped above or below it: then the action tasks.move is activated
 * with the ids of both tasks, and whether it was below. */
void tasks_drag_add (TasksRow *row);

G_END_DECLS
