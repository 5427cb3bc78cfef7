/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "tasks-data.h"

/* What the test and the benchmark of a long list share: a store full of tasks, and a look at what a window does. */

void       many_tasks_fill          (const char *store_path,
                                     const char *hub_path,      /* all is sent there; NULL: nowhere */
                                     guint       n);
void       many_tasks_remove_folder (const char *folder);

/* The first widget of this type at or below one, in the order of the screen; NULL: there is none. */
GtkWidget *many_tasks_find_widget   (GtkWidget  *widget,
                                     GType       type);
guint      many_tasks_count         (GtkWidget  *widget,
                                     GType       type);
guint      many_tasks_count_mapped  (GtkWidget  *widget,
                                     GType       type);

/* Counts what SQLite is asked in this process from now on: each SELECT that is run, of every connection. */
void       many_tasks_watch_sqlite  (void);
guint      many_tasks_n_selects     (void);
