/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Three texts: the one that was set last, from which the person began; the one in the view; and the one
 * that comes from outside meanwhile. While the person types the third waits. What they typed is told
 * together with the first, so that whoever writes it can merge it with the third; the merged text comes
 * back, and only where it differs from the view is the view changed. Thus a cursor stays at its word, and
 * nothing that was typed is lost. */

#include "tasks-notes.h"

#include <string.h>

#define PAUSE_MS 1000

struct _TasksNotes
{
  AdwBin parent_instance;
  char *before;                 /* what was set last */
  guint pause;                  /* source; 0: nothing was typed that is not told */
  gboolean setting;

  GtkTextBuffer *buffer;
};

enum { EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksNotes, tasks_notes, ADW_TYPE_BIN)

static char *
dup_text (TasksNotes *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

/* Changes the stretch that differs, and nothing else. */
static void
replace (TasksNotes *self,
         const char *old_text,
         const char *new_text)
{
  const char *old_end = old_text + strlen (old_text);
  const char *new_end = new_text + strlen (new_text);
  const char *old_at = old_text;
  const char *new_at = new_text;
  GtkTextIter start;
  GtkTextIter end;

  while (*old_at != '\0' && g_utf8_get_char (old_at) == g_utf8_get_char (new_at))
    {
      old_at = g_utf8_next_char (old_at);
      new_at = g_utf8_next_char (new_at);
    }
  while (old_end > old_at && new_end > new_at &&
         g_utf8_get_char (g_utf8_prev_char (old_end)) == g_utf8_get_char (g_utf8_prev_char (new_end)))
    {
      old_end = g_utf8_prev_char (old_end);
      new_end = g_utf8_prev_char (new_end);
    }

  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, g_utf8_pointer_to_offset (old_text, old_at));
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, g_utf8_pointer_to_offset (old_text, old_end));
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, new_at, new_end - new_at);
}

static void
on_pause (gpointer data)
{
  TasksNotes *self = data;

  self->pause = 0;
  tasks_notes_finish (self);
}

static void
on_changed (TasksNotes *self)
{
  if (self->setting)
    return;
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add_once (PAUSE_MS, on_pause, self);
}

static void
tasks_notes_dispose (GObject *object)
{
  TasksNotes *self = TASKS_NOTES (object);

  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_pointer (&self->before, g_free);

  G_OBJECT_CLASS (tasks_notes_parent_class)->dispose (object);
}

static void
tasks_notes_class_init (TasksNotesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tasks_notes_dispose;

  signals[EDITED] = g_signal_new ("edited", TASKS_TYPE_NOTES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-notes.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksNotes, buffer);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, tasks_notes_finish);
}

static void
tasks_notes_init (TasksNotes *self)
{
  self->before = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tasks_notes_new (void)
{
  return g_object_new (TASKS_TYPE_NOTES, NULL);
}

void
tasks_notes_set_text (TasksNotes *self,
                      const char *text)
{
  g_autofree char *shown = dup_text (self);

  if (self->pause != 0)
    return;
  text = text != NULL ? text : "";
  self->setting = TRUE;
  if (!g_str_equal (shown, text))
    replace (self, shown, text);
  self->setting = FALSE;
  g_free (self->before);
  self->before = g_strdup (text);
}

void
tasks_notes_finish (TasksNotes *self)
{
  g_autofree char *before = g_strdup (self->before);
  g_autofree char *text = dup_text (self);

  g_clear_handle_id (&self->pause, g_source_remove);
  if (!g_str_equal (before, text))
    g_signal_emit (self, signals[EDITED], 0, before, text);
}
