/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lays children out like words: one after the other, and on the next line where there is no room. All lines are as high
 * as the highest child. Needs GTK 4 alone. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TASKS_TYPE_FLOW_LAYOUT (tasks_flow_layout_get_type ())
G_DECLARE_FINAL_TYPE (TasksFlowLayout, tasks_flow_layout, TASKS, FLOW_LAYOUT, GtkLayoutManager)

/* spacing: pixels between children, and between lines. */
GtkLayoutManager *tasks_flow_layout_new (int spacing);

G_END_DECLS
