/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TASKS_TYPE_APPLICATION (tasks_application_get_type ())
G_DECLARE_FINAL_TYPE (TasksApplication, tasks_application, TASKS, APPLICATION, AdwApplication)

GApplication *tasks_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
