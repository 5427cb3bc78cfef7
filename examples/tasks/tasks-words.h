/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an app calls the fields of its records, for widgets that show any record: TasksInboxView, TasksConflictDialog.
 *
 * To take it into another app: tasks-words.[ch]. Needs Truce and GIO. */

#include <truce.h>

G_BEGIN_DECLS

#define TASKS_TYPE_WORDS (tasks_words_get_type ())
G_DECLARE_FINAL_TYPE (TasksWords, tasks_words, TASKS, WORDS, GObject)

/* A value as people read it; NULL: as tasks_words_dup_value() would say it by itself. */
typedef char *(*TasksValueFunc) (const char *field,
                                 JsonNode   *value,
                                 gpointer    data);

TasksWords *tasks_words_new            (void);
/* Fields are shown in the order in which they are added; one that has no label only where it can't be merged. The first
 * one names the record. */
void        tasks_words_add_field      (TasksWords     *self,
                                        const char     *field,
                                        const char     *label);
void        tasks_words_set_value_func (TasksWords     *self,
                                        TasksValueFunc  func,
                                        gpointer        data,
                                        GDestroyNotify  destroy);

guint       tasks_words_get_n_fields   (TasksWords     *self);
const char *tasks_words_get_field      (TasksWords     *self,
                                        guint           position);
/* The field's own name if it has no label. */
const char *tasks_words_get_label      (TasksWords     *self,
                                        const char     *field);
/* value: NULL where the field is absent. */
char       *tasks_words_dup_value      (TasksWords     *self,
                                        const char     *field,
                                        JsonNode       *value) G_GNUC_WARN_UNUSED_RESULT;
/* What to call the record: as it is here, or else as it was, or as it is there; its id if it has no name. */
char       *tasks_words_dup_name       (TasksWords     *self,
                                        TruceInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
