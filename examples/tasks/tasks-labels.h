/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tasks-data.h"
#include "tasks-words.h"

G_BEGIN_DECLS

/* What this app calls the fields of its records. data must live as long. */
TasksWords *tasks_labels_new (TasksData *data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
