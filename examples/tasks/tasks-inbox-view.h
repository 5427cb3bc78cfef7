/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What needs attention: a list of the records that the remote rejected (“Retry”, “Edit”, “Discard”) and of those in
 * conflict (“Resolve”, which opens a TasksConflictDialog).
 *
 * Properties: `inbox` (TruceInbox), `words` (TasksWords: what fields are called; NULL: by their own names).
 * Signal: `edit` (TruceInboxItem *): “Edit” was pressed; whoever has an editor shows the record in it. What was
 * discarded can be undone as long as a toast says so; and a toast says what could not be done.
 *
 * To take it into another app: tasks-inbox-view.[ch] and .ui, tasks-inbox-row.[ch] and .ui, tasks-conflict-dialog.[ch]
 * and .ui with what that needs, tasks-when.[ch]. Needs Truce, GTK 4.8, libadwaita 1.2; and the .ui files in a
 * resource, at the paths that class_init names. */

#include <adwaita.h>
#include <truce.h>

#include "tasks-words.h"

G_BEGIN_DECLS

#define TASKS_TYPE_INBOX_VIEW (tasks_inbox_view_get_type ())
G_DECLARE_FINAL_TYPE (TasksInboxView, tasks_inbox_view, TASKS, INBOX_VIEW, AdwBin)

GtkWidget  *tasks_inbox_view_new       (void);
TruceInbox *tasks_inbox_view_get_inbox (TasksInboxView *self);
void        tasks_inbox_view_set_inbox (TasksInboxView *self,
                                        TruceInbox     *inbox);
TasksWords *tasks_inbox_view_get_words (TasksInboxView *self);
void        tasks_inbox_view_set_words (TasksInboxView *self,
                                        TasksWords     *words);

G_END_DECLS
