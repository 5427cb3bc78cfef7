/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A record that was changed on both sides, to decide it: for each field that differs what it was before, mine,
 * theirs, and what comes of it. Where both changed a field one picks; what can be merged is. “Use Result” writes
 * exactly what is shown as the result, Enter does the same, Escape leaves all as it is.
 *
 * To take it into another app: tasks-conflict-dialog.[ch] and .ui, tasks-conflict-group.[ch],
 * tasks-conflict-plan.[ch], tasks-words.[ch]. Needs Truce, GTK 4.8, libadwaita 1.2; and the .ui file in a resource, at
 * the path that class_init names. */

#include <adwaita.h>
#include <truce.h>

#include "tasks-words.h"

G_BEGIN_DECLS

#define TASKS_TYPE_CONFLICT_DIALOG (tasks_conflict_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TasksConflictDialog, tasks_conflict_dialog, TASKS, CONFLICT_DIALOG, AdwWindow)

/* parent: NULL for none. words: NULL for the fields' own names. */
TasksConflictDialog *tasks_conflict_dialog_new      (GtkWindow           *parent,
                                                     TruceInboxItem      *item,
                                                     TasksWords          *words);
TruceInboxItem      *tasks_conflict_dialog_get_item (TasksConflictDialog *self);

G_END_DECLS
