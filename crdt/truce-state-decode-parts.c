/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The parts of a field, in. What a part says must give what the JSON shows: the dot that is said to show is
 * the one that does, a counter's tallies have the sum that stands there, a set's elements are those of the
 * array. */

#include "truce-state-read.h"

static gboolean
is_of_shape (TruceShape     shape,
             TruceJsonValue value)
{
  TruceJsonType type = truce_json_type (value.doc, value.node);

  switch (shape)
    {
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
      return type == TRUCE_JSON_NUMBER || type == TRUCE_JSON_STRING;
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      return type == TRUCE_JSON_TRUE || type == TRUCE_JSON_FALSE;
    case TRUCE_SHAPE_SET:
      return type == TRUCE_JSON_ARRAY;
    case TRUCE_SHAPE_COUNTER:
      return type == TRUCE_JSON_NUMBER;
    case TRUCE_SHAPE_MAP:
      return type == TRUCE_JSON_OBJECT;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_LOCAL:
      break;
    }
  return TRUE;
}

static TruceSlice
read_hidden_value (TruceStateReader *self,
                   TruceShape        shape,
                   TruceJsonValue    shown)
{
  TruceSlice text = truce_state_read_text (self);
  TruceJsonValue value = { 0 };

  if (self->reader.problem == NULL)
    value = truce_state_parse (self, text.text, text.length);
  if (value.doc == NULL)
    return text;
  if (!is_of_shape (shape, value))
    truce_reader_corrupt (&self->reader, "a value that does not fit its shape");
  if (shown.doc != NULL && truce_slice_equal (text, truce_state_value_slice (shown)))
    truce_reader_corrupt (&self->reader, "a value said twice");
  return text;
}

static void
read_values (TruceStateReader *self,
             TruceStatePart   *part,
             TruceJsonValue    shown)
{
  const TruceStateDot *said_shown = NULL;
  const TruceStateDot *found;
  guint32 n = truce_state_read_count (self, 1);

  if (n == 0)
    truce_reader_corrupt (&self->reader, "a value without a stamp");
  if (n > part->room)
    part->dots = truce_json_arena_alloc (self->state->arena, n * sizeof (TruceStateDot));
  part->room = MAX (part->room, n);
  for (guint32 i = 0; i < n && self->reader.problem == NULL; i++)
    {
      guint64 entry = truce_reader_varint (&self->reader);
      TruceStateDot *dot = &part->dots[part->n++];

      *dot = (TruceStateDot) { .stamp = truce_state_use_stamp (self, entry >> 2) };
      if (i > 0 && truce_stamp_order (dot[-1].stamp, dot->stamp) >= 0)
        truce_reader_corrupt (&self->reader, "dots that do not ascend");
      switch ((TruceDotTag) (entry & 3))
        {
        case TRUCE_DOT_TEXT:
          dot->value = read_hidden_value (self, part->shape, shown);
          break;
        case TRUCE_DOT_ABSENT:
          if (part->shape == TRUCE_SHAPE_FIRST || part->shape == TRUCE_SHAPE_MAX ||
              part->shape == TRUCE_SHAPE_MIN)
            truce_reader_corrupt (&self->reader, "a value that must not be absent");
          break;
        case TRUCE_DOT_SHOWN:
          if (said_shown != NULL)
            truce_reader_corrupt (&self->reader, "two dots of the value that shows");
          said_shown = dot;
          G_GNUC_FALLTHROUGH;
        case TRUCE_DOT_SAME:
          if (shown.doc != NULL)
            dot->value = truce_state_value_slice (shown);
          else
            truce_reader_corrupt (&self->reader, "a value that is nowhere");
          break;
        }
    }
  if (self->reader.problem != NULL)
    return;

  found = truce_state_shown_dot (part);
  if (said_shown != NULL ? found != said_shown : found->value.text != NULL || shown.doc != NULL)
    truce_reader_corrupt (&self->reader, "another dot shows");
}

static void
read_presence (TruceStateReader *self,
               TruceStatePart   *part,
               guint32           room)
{
  guint32 n = truce_state_read_count (self, 1);

  part->room = n + room;
  part->dots = truce_json_arena_alloc (self->state->arena, part->room * sizeof (TruceStateDot));
  for (guint32 i = 0; i < n && self->reader.problem == NULL; i++)
    {
      part->dots[part->n++] = (TruceStateDot) { .stamp = truce_state_read_stamp (self) };
      if (i > 0 && truce_stamp_order (part->dots[i - 1].stamp, part->dots[i].stamp) >= 0)
        truce_reader_corrupt (&self->reader, "dots that do not ascend");
    }
}

static void
read_element (TruceStateReader *self,
              TruceStatePart   *set,
              TruceSlice        element)
{
  TruceStamp last = { 0 };
  gboolean more = TRUE;

  while (more && self->reader.problem == NULL)
    {
      guint64 entry = truce_reader_varint (&self->reader);
      TruceStamp stamp = truce_state_use_stamp (self, entry >> 1);

      if (truce_stamp_order (stamp, last) <= 0)
        truce_reader_corrupt (&self->reader, "dots that do not ascend");
      set->dots = truce_state_grow (self->state->arena, set->dots, set->n, &set->room, sizeof *set->dots);
      set->dots[set->n++] = (TruceStateDot) { stamp, element };
      last = stamp;
      more = entry & 1;
    }
}

static void
read_set (TruceStateReader *self,
          TruceStatePart   *set,
          TruceJsonValue    shown)
{
  TruceSlice last = { 0 };

  if (shown.doc == NULL)
    {
      truce_reader_corrupt (&self->reader, "a set without a value");
      return;
    }
  read_presence (self, set, truce_json_n_children (shown.doc, shown.node));
  for (guint32 i = shown.node + 1; i < shown.doc->nodes[shown.node].next && self->reader.problem == NULL;
       i = shown.doc->nodes[i].next)
    {
      TruceJsonValue value = { shown.doc, i };
      TruceSlice element = truce_state_value_slice (value);
      TruceJsonType type = truce_json_type (value.doc, i);

      if (type == TRUCE_JSON_ARRAY || type == TRUCE_JSON_OBJECT || !truce_state_is_canonical (value))
        truce_reader_corrupt (&self->reader, "an element that is no canonical scalar");
      else if (truce_slice_compare (last, element) >= 0)
        truce_reader_corrupt (&self->reader, "elements that do not ascend");
      read_element (self, set, element);
      last = element;
    }
  if (set->n == 0)
    truce_reader_corrupt (&self->reader, "a set without a stamp");
}

static void
read_tally (TruceStateReader *self,
            TruceTally       *tally,
            guint64           most)
{
  tally->time = truce_state_read_time (self, most);
  tally->plus = truce_reader_varint (&self->reader);
  tally->minus = truce_reader_varint (&self->reader);
  if (tally->time > most)
    truce_reader_corrupt (&self->reader, "a count that the context does not cover");
}

static void
read_reset (TruceStateReader *self,
            TruceTally       *tally)
{
  guint64 time = truce_reader_varint (&self->reader);
  guint64 plus = truce_reader_varint (&self->reader);
  guint64 minus = truce_reader_varint (&self->reader);

  if (time >= tally->time || plus > tally->plus || minus > tally->minus)
    {
      truce_reader_corrupt (&self->reader, "a reset of more than was counted");
      return;
    }
  tally->reset_time = tally->time - time;
  tally->reset_plus = tally->plus - plus;
  tally->reset_minus = tally->minus - minus;
}

static gboolean
is_count (TruceSlice text,
          gint64     count)
{
  char buffer[24];
  int length = g_snprintf (buffer, sizeof buffer, "%" G_GINT64_FORMAT, count);

  return truce_slice_equal (text, (TruceSlice) { buffer, (gsize) length });
}

static void
read_counter (TruceStateReader *self,
              TruceStatePart   *counter,
              TruceJsonValue    shown)
{
  guint32 n = truce_state_read_count (self, 5);
  guint32 rank = 0;
  gint64 count;
  gboolean live;

  if (n == 0)
    truce_reader_corrupt (&self->reader, "a counter without a count");
  counter->tallies = truce_json_arena_alloc (self->state->arena, n * sizeof (TruceTally));
  counter->room = n;
  for (guint32 i = 0; i < n && self->reader.problem == NULL; i++)
    {
      guint64 entry = truce_reader_varint (&self->reader);
      TruceTally *tally = &counter->tallies[counter->n++];

      rank = truce_state_read_rank (self, entry >> 1, rank);
      if (self->reader.problem != NULL || (i > 0 && entry >> 1 == 0))
        {
          truce_reader_corrupt (&self->reader, "counts that do not ascend");
          return;
        }
      *tally = (TruceTally) { .replica = self->state->context[rank].replica };
      read_tally (self, tally, self->state->context[rank].time);
      if (entry & 1)
        read_reset (self, tally);
    }
  live = truce_state_count (counter, &count);
  if (live != (shown.doc != NULL) || (live && !is_count (truce_state_value_slice (shown), count)))
    truce_reader_corrupt (&self->reader, "a counter that shows another sum");
}

static void
read_map_part (TruceStateReader    *self,
               const TruceStateMap *parent,
               TruceStatePart      *part,
               TruceJsonValue       shown)
{
  if (parent->depth >= TRUCE_STATE_DEPTH_MAX)
    {
      truce_reader_fail (&self->reader, TRUCE_ERROR_TOO_LARGE, "maps nested too deep");
      return;
    }
  part->map = truce_state_map_new (self->state, parent->depth + 1);
  read_presence (self, part, 0);
  if (self->reader.problem == NULL)
    truce_state_read_map (self, part->map, shown);
  if (truce_state_part_is_empty (part) || truce_state_part_shows (part) != (shown.doc != NULL))
    truce_reader_corrupt (&self->reader, "a map that shows without reason");
}

TruceJsonValue
truce_state_find_value (TruceStateReader *self,
                        TruceShape        shape,
                        guint8            where,
                        TruceJsonValue    member)
{
  TruceJsonValue value = { 0 };

  if (where == TRUCE_WHERE_JSON)
    value = member;
  else if (where == TRUCE_WHERE_HERE)
    {
      TruceSlice text = truce_state_read_text (self);

      if (self->reader.problem == NULL)
        value = truce_state_parse (self, text.text, text.length);
    }
  if (where != TRUCE_WHERE_NOWHERE && value.doc == NULL)
    truce_reader_corrupt (&self->reader, "a value that is nowhere");
  else if (value.doc != NULL && !is_of_shape (shape, value))
    truce_reader_corrupt (&self->reader, "a value that does not fit its shape");
  return value;
}

static void
read_part (TruceStateReader    *self,
           const TruceStateMap *map,
           TruceStatePart      *part,
           TruceJsonValue       shown)
{
  switch (part->shape)
    {
    case TRUCE_SHAPE_SET:
      read_set (self, part, shown);
      break;
    case TRUCE_SHAPE_COUNTER:
      read_counter (self, part, shown);
      break;
    case TRUCE_SHAPE_MAP:
      read_map_part (self, map, part, shown);
      break;
    case TRUCE_SHAPE_LOCAL:
      if (shown.doc != NULL)
        part->local = truce_state_value_slice (shown);
      else
        truce_reader_corrupt (&self->reader, "a value that is nowhere");
      break;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      read_values (self, part, shown);
      break;
    }
}

void
truce_state_read_parts (TruceStateReader *self,
                        TruceStateMap    *map,
                        TruceStateField  *field,
                        TruceJsonValue    member)
{
  const TruceStatePart *shown;
  TruceShape last = 0;
  TruceShape said_shown = 0;
  guint8 head;

  do
    {
      TruceShape shape;
      guint8 where;
      TruceJsonValue value;

      head = truce_reader_byte (&self->reader);
      shape = head & 0xf;
      where = TRUCE_PART_WHERE (head);
      if (shape <= last || shape > TRUCE_SHAPE_LOCAL || where > TRUCE_WHERE_HERE || head >= 0x80)
        truce_reader_corrupt (&self->reader, "a part of no shape, or out of order");
      if (where == TRUCE_WHERE_JSON && said_shown != 0)
        truce_reader_corrupt (&self->reader, "two parts that show");
      value = truce_state_find_value (self, shape, where, member);
      if (self->reader.problem != NULL)
        return;
      if (where == TRUCE_WHERE_JSON)
        said_shown = shape;
      read_part (self, map, truce_state_part_make (self->state, field, shape), value);
      last = shape;
    }
  while ((head & TRUCE_PART_MORE) != 0 && self->reader.problem == NULL);
  if (self->reader.problem != NULL)
    return;

  shown = truce_state_shown (field);
  if ((shown != NULL ? shown->shape : 0) != said_shown || (shown != NULL) != (member.doc != NULL))
    truce_reader_corrupt (&self->reader, "a part that shows without reason");
}
