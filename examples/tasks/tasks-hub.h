/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <truce.h>

G_BEGIN_DECLS

/* The collections, as both sides call them. */
#define TASKS_PROJECT "project"
#define TASKS_TASK    "task"

/* The hub that all windows sync through: a file, with the one rule that it has. */
TruceHub *tasks_hub_new (const char  *path,
                         GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
