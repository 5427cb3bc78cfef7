/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tasks-data.h"

G_BEGIN_DECLS

/* The tasks of a project, or of all: an entry for a new one, the list, and the search in it. */
#define TASKS_TYPE_LIST (tasks_list_get_type ())
G_DECLARE_FINAL_TYPE (TasksList, tasks_list, TASKS, LIST, GtkBox)

void         tasks_list_set_data      (TasksList   *self,
                                     TasksData   *data);
TruceRecord *tasks_list_get_project   (TasksList   *self);
void         tasks_list_set_project   (TasksList   *self,
                                     TruceRecord *project);       /* NULL: all tasks */
/* A closed project takes no new task. */
void         tasks_list_set_closed    (TasksList   *self,
                                       gboolean     closed);
TruceRecord *tasks_list_get_task      (TasksList   *self);
void         tasks_list_set_task      (TasksList   *self,
                                     TruceRecord *task);          /* NULL: none */
gboolean     tasks_list_get_searching (TasksList   *self);
void         tasks_list_set_searching (TasksList   *self,
                                       gboolean     searching);
void         tasks_list_focus_entry   (TasksList   *self);

G_END_DECLS
