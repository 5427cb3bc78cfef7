/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How the sync stands, as a button for a header bar: an icon, and the number of changes to send or of records that need
 * attention. Its accessible name says it in words: “Synced”, “Offline, 3 changes to send”, “2 need attention”. Its
 * popover tells more, and has “Sync Now”, “Work Offline” and “Needs Attention”.
 *
 * Properties: `sync` (TruceSync, or NULL: the button is hidden), `network` (TasksNetwork, or NULL: no switch).
 * “Needs Attention” activates the action `win.show-inbox`, which the window has.
 *
 * To take it into another app: tasks-sync-button.[ch] and .ui, tasks-when.[ch], tasks-network.[ch]. Needs Truce, GTK
 * 4.8, libadwaita 1.2; and the .ui file in a resource, at the path that class_init names. */

#include <adwaita.h>
#include <truce.h>

#include "tasks-network.h"

G_BEGIN_DECLS

#define TASKS_TYPE_SYNC_BUTTON (tasks_sync_button_get_type ())
G_DECLARE_FINAL_TYPE (TasksSyncButton, tasks_sync_button, TASKS, SYNC_BUTTON, AdwBin)

GtkWidget    *tasks_sync_button_new         (void);
TruceSync    *tasks_sync_button_get_sync    (TasksSyncButton *self);
void          tasks_sync_button_set_sync    (TasksSyncButton *self,
                                             TruceSync       *sync);
TasksNetwork *tasks_sync_button_get_network (TasksSyncButton *self);
void          tasks_sync_button_set_network (TasksSyncButton *self,
                                             TasksNetwork    *network);

/* As “Sync Now” does; nothing where that can't be pressed. */
void          tasks_sync_button_sync_now    (TasksSyncButton *self);

G_END_DECLS
