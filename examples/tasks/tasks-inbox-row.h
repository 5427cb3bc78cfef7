/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A row of a TasksInboxView: a record that needs attention, why, and what can be done about it. It follows its item.
 *
 * Signals: `edit`, `resolve`: what was pressed is for others to do; `discarded` (const char *): the record as it was
 * here, as JSON text, or NULL if it was deleted here; `failed` (const char *): Retry or Discard could not be done, and
 * why. */

#include <gtk/gtk.h>

#include "tasks-words.h"

G_BEGIN_DECLS

#define TASKS_TYPE_INBOX_ROW (tasks_inbox_row_get_type ())
G_DECLARE_FINAL_TYPE (TasksInboxRow, tasks_inbox_row, TASKS, INBOX_ROW, GtkListBoxRow)

GtkWidget      *tasks_inbox_row_new      (TruceInboxItem *item,
                                          TasksWords     *words);
TruceInboxItem *tasks_inbox_row_get_item (TasksInboxRow  *self);
/* What the record is called. */
const char     *tasks_inbox_row_get_name (TasksInboxRow  *self);

G_END_DECLS
