/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What shows of a state. Everything here is a function of the events alone, and so the same for all who have
 * seen the same. */

#include "truce-state.h"

/* ---- the order of values ---- */

static TruceJsonDoc *
parse (TruceSlice value)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (value.text, value.length);
  TruceJsonDoc *doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);

  g_assert (doc != NULL);
  return doc;
}

int
truce_state_value_order (TruceSlice a,
                         TruceSlice b)
{
  g_autoptr(TruceJsonDoc) doc_a = parse (a);
  g_autoptr(TruceJsonDoc) doc_b = parse (b);
  TruceJsonType type_a = truce_json_type (doc_a, 0);
  TruceJsonType type_b = truce_json_type (doc_b, 0);

  if (type_a != type_b)
    return type_a < type_b ? -1 : 1;
  return type_a == TRUCE_JSON_NUMBER ? truce_json_number_compare (doc_a, 0, doc_b, 0)
                                     : truce_json_string_compare (doc_a, 0, doc_b, 0);
}

static const TruceStateDot *
find_greatest (const TruceStatePart *part,
               int                   sign)
{
  const TruceStateDot *greatest = &part->dots[0];

  for (guint32 i = 1; i < part->n; i++)
    if (truce_state_value_order (part->dots[i].value, greatest->value) * sign > 0)
      greatest = &part->dots[i];
  return greatest;
}

static const TruceStateDot *
find_flag (const TruceStatePart *part,
           char                  winner)
{
  for (guint32 i = part->n; i > 0; i--)
    if (part->dots[i - 1].value.text != NULL && *part->dots[i - 1].value.text == winner)
      return &part->dots[i - 1];
  return &part->dots[part->n - 1];
}

const TruceStateDot *
truce_state_shown_dot (const TruceStatePart *part)
{
  if (part->n == 0)
    return NULL;

  switch (part->shape)
    {
    case TRUCE_SHAPE_FIRST:
      return &part->dots[0];
    case TRUCE_SHAPE_MAX:
      return find_greatest (part, 1);
    case TRUCE_SHAPE_MIN:
      return find_greatest (part, -1);
    case TRUCE_SHAPE_FLAG:
      return find_flag (part, 't');
    case TRUCE_SHAPE_FLAG_OFF:
      return find_flag (part, 'f');
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_MULTI:
      return &part->dots[part->n - 1];
    case TRUCE_SHAPE_SET:
    case TRUCE_SHAPE_COUNTER:
    case TRUCE_SHAPE_MAP:
    case TRUCE_SHAPE_LOCAL:
      break;
    }
  return NULL;
}

/* ---- which part shows ---- */

static TruceStamp latest_in_part (const TruceStatePart *part);

static inline TruceStamp
later (TruceStamp a,
       TruceStamp b)
{
  return truce_stamp_order (a, b) < 0 ? b : a;
}

static TruceStamp
latest_in_map (const TruceStateMap *map)
{
  TruceStamp latest = { 0 };

  for (guint32 i = 0; i < map->n_fields; i++)
    for (guint32 k = 0; k < map->fields[i].n_parts; k++)
      latest = later (latest, latest_in_part (&map->fields[i].parts[k]));
  return latest;
}

static TruceStamp
latest_in_part (const TruceStatePart *part)
{
  TruceStamp latest = { 0 };

  if (part->shape == TRUCE_SHAPE_COUNTER)
    return truce_state_tally_latest (part);
  if (part->shape == TRUCE_SHAPE_MAP)
    latest = latest_in_map (part->map);
  for (guint32 i = 0; i < part->n; i++)
    latest = later (latest, part->dots[i].stamp);
  return latest;
}

static gboolean
map_shows (const TruceStateMap *map)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    if (truce_state_shown (&map->fields[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
truce_state_part_shows (const TruceStatePart *part)
{
  const TruceStateDot *dot;
  gint64 count;

  switch (part->shape)
    {
    case TRUCE_SHAPE_SET:
      return part->n > 0;
    case TRUCE_SHAPE_COUNTER:
      return truce_state_count (part, &count);
    case TRUCE_SHAPE_MAP:
      return part->n > 0 || map_shows (part->map);
    case TRUCE_SHAPE_LOCAL:
      return part->local.text != NULL;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      break;
    }
  dot = truce_state_shown_dot (part);
  return dot != NULL && dot->value.text != NULL;
}

static const TruceStatePart *
latest_part (const TruceStateField *field)
{
  const TruceStatePart *found = NULL;
  TruceStamp latest = { 0 };

  for (guint32 i = 0; i < field->n_parts; i++)
    {
      const TruceStatePart *part = &field->parts[i];
      TruceStamp stamp;

      if (part->shape == TRUCE_SHAPE_LOCAL && part->local.text != NULL)
        return part;
      stamp = latest_in_part (part);
      if (truce_stamp_order (stamp, latest) > 0)
        {
          found = part;
          latest = stamp;
        }
    }
  return found;
}

const TruceStatePart *
truce_state_shown (const TruceStateField *field)
{
  const TruceStatePart *part = NULL;

  if (field->n_parts == 1)
    part = field->parts;
  else if (field->n_parts > 1)
    part = latest_part (field);
  return part != NULL && truce_state_part_shows (part) ? part : NULL;
}

/* ---- its text ---- */

static TruceSlice
count_text (TruceJsonArena       *arena,
            const TruceStatePart *part)
{
  gint64 count = 0;
  char *text = truce_json_arena_alloc (arena, 24);

  truce_state_count (part, &count);
  return (TruceSlice) { text, (gsize) g_snprintf (text, 24, "%" G_GINT64_FORMAT, count) };
}

TruceSlice
truce_state_value (TruceState           *self,
                   const TruceStatePart *part)
{
  g_assert (part->shape != TRUCE_SHAPE_SET && part->shape != TRUCE_SHAPE_MAP);

  if (part->shape == TRUCE_SHAPE_LOCAL)
    return part->local;
  if (part->shape == TRUCE_SHAPE_COUNTER)
    return count_text (self->arena, part);
  return truce_state_shown_dot (part)->value;
}

static void
write_set (const TruceStatePart *set,
           GString              *json)
{
  TruceSlice previous = { 0 };

  g_string_append_c (json, '[');
  for (guint32 i = 0; i < set->n; i++)
    {
      TruceSlice element = set->dots[i].value;

      if (element.text == NULL || truce_slice_equal (element, previous))
        continue;
      if (previous.text != NULL)
        g_string_append_c (json, ',');
      g_string_append_len (json, element.text, (gssize) element.length);
      previous = element;
    }
  g_string_append_c (json, ']');
}

void
truce_state_write_part (const TruceStatePart *part,
                        GString              *json)
{
  gint64 count;

  switch (part->shape)
    {
    case TRUCE_SHAPE_SET:
      write_set (part, json);
      return;
    case TRUCE_SHAPE_COUNTER:
      truce_state_count (part, &count);
      g_string_append_printf (json, "%" G_GINT64_FORMAT, count);
      return;
    case TRUCE_SHAPE_MAP:
      truce_state_write_map (part->map, json);
      return;
    case TRUCE_SHAPE_LOCAL:
      g_string_append_len (json, part->local.text, (gssize) part->local.length);
      return;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      break;
    }
  g_string_append_len (json, truce_state_shown_dot (part)->value.text,
                       (gssize) truce_state_shown_dot (part)->value.length);
}

void
truce_state_write_map (TruceStateMap *map,
                       GString       *json)
{
  char separator = '{';

  truce_state_map_sort (map);
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStatePart *part = truce_state_shown (&map->fields[i]);

      if (part == NULL)
        continue;
      g_string_append_c (json, separator);
      truce_json_write_string (json, map->fields[i].name.text, (gssize) map->fields[i].name.length);
      g_string_append_c (json, ':');
      truce_state_write_part (part, json);
      separator = ',';
    }
  g_string_append (json, separator == '{' ? "{}" : "}");
}

/* ---- the life of the whole ---- */

/* Whether something happened that no deletion had seen. */
static gboolean
has_unseen (const TruceState *self)
{
  for (guint32 i = 0; i < self->n_context; i++)
    if (self->context[i].time > truce_context_time (self->deleted_context, self->n_deleted_context,
                                                    self->context[i].replica))
      return TRUE;
  return FALSE;
}

static gboolean
touched_later (const TruceState *self)
{
  int order = truce_stamp_order (self->touched, self->deleted);

  /* One write may delete and touch: then what came last in it counts. */
  return order > 0 || (order == 0 && self->touched.time > truce_context_time (self->deleted_context,
                                                                              self->n_deleted_context,
                                                                              self->touched.replica));
}

gboolean
truce_state_is_alive (const TruceState *self,
                      TruceLifeRule     rule)
{
  if (self->deleted.time == 0)
    return self->touched.time != 0;

  switch (rule)
    {
    case TRUCE_LIFE_UPDATE_WINS:
      return has_unseen (self);
    case TRUCE_LIFE_DELETE_WINS:
      return self->n_creations > 0;
    case TRUCE_LIFE_LATER_WINS:
      return touched_later (self);
    }
  return FALSE;
}
