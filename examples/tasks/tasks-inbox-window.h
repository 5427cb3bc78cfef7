/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A window “Needs Attention” around a TasksInboxView. Escape closes it.
 *
 * To take it into another app: tasks-inbox-window.[ch] and .ui, tasks-inbox-view.[ch] and .ui with what that needs.
 * Needs Truce, GTK 4.8, libadwaita 1.2; and the .ui files in a resource, at the paths that class_init names. */

#include "tasks-inbox-view.h"

G_BEGIN_DECLS

#define TASKS_TYPE_INBOX_WINDOW (tasks_inbox_window_get_type ())
G_DECLARE_FINAL_TYPE (TasksInboxWindow, tasks_inbox_window, TASKS, INBOX_WINDOW, AdwWindow)

TasksInboxWindow *tasks_inbox_window_new      (GtkWindow        *parent,
                                               TruceInbox       *inbox,
                                               TasksWords       *words);
/* For its signal `edit`. */
TasksInboxView   *tasks_inbox_window_get_view (TasksInboxWindow *self);

G_END_DECLS
