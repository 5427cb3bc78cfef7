/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A state is no log: it keeps an event as long as its value stands, or has not been seen by what replaced it. What it
 * keeps has a stamp, and that tells who did it and when; the history knows of the values that lost. Put in order of time,
 * this is what can still be told of a record. */

#include "truce-explain-private.h"

static void
event_clear (gpointer data)
{
  TruceStoryEvent *event = data;

  g_free (event->pointer);
  g_free (event->value);
}

static char *
dup_slice (TruceSlice slice)
{
  return slice.text != NULL ? g_strndup (slice.text, slice.length) : NULL;
}

static void
tell (GArray     *story,
      const char *what,
      const char *by,
      const char *pointer,
      TruceSlice  value,
      TruceStamp  stamp)
{
  TruceStoryEvent event = { what, by, g_strdup (pointer), dup_slice (value), -1, stamp };

  if (stamp.time != 0)
    event.time_ms = (gint64) truce_time_ms (stamp.time);
  g_array_append_val (story, event);
}

/* Why a value stands behind another one of its field. */
static const char *
loses_by (TruceShape shape)
{
  switch (shape)
    {
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_MULTI:
      return "later";
    case TRUCE_SHAPE_FIRST:
      return "first";
    case TRUCE_SHAPE_MAX:
      return "max";
    case TRUCE_SHAPE_MIN:
      return "min";
    case TRUCE_SHAPE_FLAG:
      return "true-wins";
    case TRUCE_SHAPE_FLAG_OFF:
      return "false-wins";
    case TRUCE_SHAPE_SET:
    case TRUCE_SHAPE_COUNTER:
    case TRUCE_SHAPE_MAP:
    case TRUCE_SHAPE_LOCAL:
      break;
    }
  return "kind";
}

static void
tell_values (GArray               *story,
             const TruceStatePart *part,
             const char           *by,
             const char           *pointer)
{
  const TruceStateDot *shown = truce_state_shown_dot (part);

  for (guint32 i = 0; i < part->n; i++)
    tell (story, part->dots[i].value.text != NULL ? "write" : "unset",
          by != NULL ? by : &part->dots[i] == shown ? NULL : loses_by (part->shape),
          pointer, part->dots[i].value, part->dots[i].stamp);
}

static void
tell_elements (GArray               *story,
               const TruceStatePart *part,
               const char           *by,
               const char           *pointer)
{
  for (guint32 i = 0; i < part->n; i++)
    if (part->dots[i].value.text != NULL)
      tell (story, "add", by, pointer, part->dots[i].value, part->dots[i].stamp);
}

/* What each replica has counted since the last reset that saw it. */
static void
tell_counts (GArray               *story,
             const TruceStatePart *part,
             const char           *by,
             const char           *pointer)
{
  for (guint32 i = 0; i < part->n; i++)
    {
      const TruceTally *tally = &part->tallies[i];
      g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) (tally->plus - tally->reset_plus) -
                                               (gint64) (tally->minus - tally->reset_minus));

      if (tally->time > tally->reset_time)
        tell (story, "count", by, pointer, (TruceSlice) { text, strlen (text) },
              (TruceStamp) { tally->time, tally->replica });
    }
}

static void tell_map (GArray              *story,
                      const TruceStateMap *map,
                      const char          *by,
                      GString             *pointer);

static void
tell_part (GArray               *story,
           const TruceStatePart *part,
           const char           *by,
           GString              *pointer)
{
  switch (part->shape)
    {
    case TRUCE_SHAPE_SET:
      tell_elements (story, part, by, pointer->str);
      return;
    case TRUCE_SHAPE_COUNTER:
      tell_counts (story, part, by, pointer->str);
      return;
    case TRUCE_SHAPE_MAP:
      tell_map (story, part->map, by, pointer);
      return;
    case TRUCE_SHAPE_LOCAL:
      tell (story, "local", by, pointer->str, part->local, (TruceStamp) { 0 });
      return;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      tell_values (story, part, by, pointer->str);
      return;
    }
}

/* No deeper than TRUCE_STATE_DEPTH_MAX. */
static void
tell_map (GArray              *story,
          const TruceStateMap *map,
          const char          *by,
          GString             *pointer)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStateField *field = &map->fields[i];
      const TruceStatePart *shown = truce_state_shown (field);
      g_autofree char *name = dup_slice (field->name);
      gsize length = pointer->len;

      truce_json_pointer_append (pointer, name);
      for (guint32 k = 0; k < field->n_parts; k++)
        tell_part (story, &field->parts[k], by != NULL ? by : shown == NULL || shown == &field->parts[k] ? NULL : "kind",
                   pointer);
      g_string_truncate (pointer, length);
    }
}

GArray *
truce_story_new (TruceState *state,
                 gboolean    shows)
{
  GArray *story = g_array_new (FALSE, FALSE, sizeof (TruceStoryEvent));
  g_autoptr(GString) pointer = g_string_new (NULL);

  g_array_set_clear_func (story, event_clear);
  for (guint32 i = 0; i < state->n_creations; i++)
    tell (story, "create", shows ? NULL : "deleted", NULL, (TruceSlice) { 0 }, state->creations[i]);
  if (state->deleted.time != 0)
    tell (story, "delete", shows ? "written" : NULL, NULL, (TruceSlice) { 0 }, state->deleted);
  tell_map (story, &state->fields, shows ? NULL : "deleted", pointer);
  return story;
}

/* What stands at the pointer now, among the first n; in a deleted record, what stood there. NULL: nothing. */
static const TruceStoryEvent *
find_shown (GArray     *story,
            guint       n,
            const char *pointer)
{
  const TruceStoryEvent *found = NULL;

  for (guint i = 0; i < n; i++)
    {
      const TruceStoryEvent *event = &g_array_index (story, TruceStoryEvent, i);

      if ((event->by == NULL || g_str_equal (event->by, "deleted")) && g_strcmp0 (event->pointer, pointer) == 0)
        found = event;
    }
  return found;
}

void
truce_story_lose (GArray     *story,
                  GListModel *log)
{
  guint n = story->len;

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr(TruceLogEntry) entry = g_list_model_get_item (log, i);
      const TruceStoryEvent *winner = find_shown (story, n, truce_log_entry_get_pointer (entry));
      const TruceStamp *stamp = truce_log_entry_get_stamp (entry);
      TruceStoryEvent event = { "lose", "resolver", g_strdup (truce_log_entry_get_pointer (entry)),
                                g_strdup (truce_log_entry_get_text (entry)), truce_log_entry_get_time_ms (entry),
                                stamp != NULL ? *stamp : (TruceStamp) { 0 } };

      if (winner != NULL && stamp != NULL && winner->stamp.time != 0)
        event.by = truce_stamp_order (winner->stamp, *stamp) > 0 ? "later" : "first";
      g_array_append_val (story, event);
    }
}

static int
compare_events (gconstpointer a,
                gconstpointer b)
{
  const TruceStoryEvent *first = a;
  const TruceStoryEvent *second = b;

  if (first->time_ms != second->time_ms)
    return first->time_ms < second->time_ms ? -1 : 1;
  return truce_stamp_order (first->stamp, second->stamp);
}

void
truce_story_sort (GArray *story)
{
  /* Stable: what one write did stays in the order of its fields. */
  g_array_sort (story, compare_events);
}
