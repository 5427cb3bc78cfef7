/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A set of tags, as a row of a boxed list: a chip for each with a button that removes it, and an entry that adds one.
 *
 * It changes nothing by itself: it says what a person wants, and shows what it is given. Property: `tags` (GStrv).
 * Signals: `tag-added` (const char *), `tag-removed` (const char *).
 *
 * To take it into another app: tasks-tag-editor.[ch] and .ui, tasks-flow-layout.[ch]. Needs GTK 4.8, libadwaita 1.2;
 * and the .ui file in a resource, at the path that class_init names. */

#include <adwaita.h>

G_BEGIN_DECLS

#define TASKS_TYPE_TAG_EDITOR (tasks_tag_editor_get_type ())
G_DECLARE_FINAL_TYPE (TasksTagEditor, tasks_tag_editor, TASKS, TAG_EDITOR, AdwPreferencesRow)

GtkWidget          *tasks_tag_editor_new      (void);
const char * const *tasks_tag_editor_get_tags (TasksTagEditor     *self);
void                tasks_tag_editor_set_tags (TasksTagEditor     *self,
                                               const char * const *tags);

G_END_DECLS
