/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A text that several people may write at the same time.
 *
 * It changes nothing by itself. Signal: `edited` (before, text), some time after the person has typed, or
 * when the view is left: write text, as it came from before. Whatever the text becomes is then set, whether
 * or not somebody types: what is typed and not yet told stays, and so does the cursor.
 *
 * To take it into another app: tasks-notes.[ch] and .ui. Needs GTK 4.8, libadwaita 1.2; and the .ui file
 * in a resource, at the path that class_init names. */

#include <adwaita.h>

G_BEGIN_DECLS

#define TASKS_TYPE_NOTES (tasks_notes_get_type ())
G_DECLARE_FINAL_TYPE (TasksNotes, tasks_notes, TASKS, NOTES, AdwBin)

GtkWidget *tasks_notes_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void       tasks_notes_set_text (TasksNotes *self,
                                 const char *text);
/* Tells what was typed now, not later. */
void       tasks_notes_finish   (TasksNotes *self);

G_END_DECLS
