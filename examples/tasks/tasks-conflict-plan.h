/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What comes of a conflict, as a person decides it field by field. It shows nothing: TasksConflictDialog does. */

#include <truce.h>

#include "tasks-words.h"

G_BEGIN_DECLS

/* Whose value a field gets. */
typedef enum
{
  TASKS_CHOICE_MINE,
  TASKS_CHOICE_THEIRS,
  TASKS_CHOICE_MERGED,
} TasksChoice;

/* A field that is not the same on all sides. A value is NULL where the field is absent. */
typedef struct
{
  char *name;
  JsonNode *before;             /* what both sides last agreed on */
  JsonNode *values[3];          /* by TasksChoice */
  gboolean open;                /* both changed it, and not to the same: a person may choose */
  gboolean has_merged;          /* what is merged is neither mine nor theirs */
  TasksChoice choice;
} TasksConflictField;

typedef struct
{
  TruceConflict *conflict;      /* owned */
  GPtrArray *fields;            /* of TasksConflictField *, owned */
  gboolean deleted_here;
  gboolean deleted_there;
  gboolean delete_it;           /* what a person chose, where one side has deleted it */
} TasksConflictPlan;

/* Each field is decided as well as it can be: by the merge, or else mine; and what one side has deleted is kept. */
TasksConflictPlan *tasks_conflict_plan_new      (TruceConflict      *conflict,
                                                 TasksWords         *words,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void               tasks_conflict_plan_free     (TasksConflictPlan  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TasksConflictPlan, tasks_conflict_plan_free)

/* The record that comes of it, as JSON text: NULL without an error if it is to be deleted. */
char              *tasks_conflict_plan_dup_text (TasksConflictPlan  *self,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
