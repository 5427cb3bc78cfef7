/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A network that a switch turns on and off.
 *
 * Give it to truce_sync_set_network_monitor(): what is written while `online` is FALSE waits in the store, and is sent
 * when it is TRUE again. It asks no system: right for a hub in a file, and for tests.
 *
 * To take it into another app: tasks-network.[ch]. Needs GIO alone. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define TASKS_TYPE_NETWORK (tasks_network_get_type ())
G_DECLARE_FINAL_TYPE (TasksNetwork, tasks_network, TASKS, NETWORK, GObject)

TasksNetwork *tasks_network_new        (void);
gboolean      tasks_network_get_online (TasksNetwork *self);
void          tasks_network_set_online (TasksNetwork *self,
                                        gboolean      online);

G_END_DECLS
