/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "tasks-data.h"

G_BEGIN_DECLS

#define TASKS_TYPE_WINDOW (tasks_window_get_type ())
G_DECLARE_FINAL_TYPE (TasksWindow, tasks_window, TASKS, WINDOW, AdwApplicationWindow)

GtkWindow *tasks_window_new (AdwApplication *application,
                             TasksData      *data,
                             const char     *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
