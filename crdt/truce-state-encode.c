/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A state out (docs/format.md). What shows is in the JSON and is not said again: the bytes walk along it, and
 * list only the members that are not lone registers of the base stamp, which is the one that most members
 * have. All stamps are in one table; the rest refers to them by index. */

#include "truce-state.h"

#include <stdlib.h>

#include "truce-codec.h"

#define NO_STAMP G_MAXUINT32

typedef struct
{
  TruceState *state;
  TruceWriter writer;           /* owned */
  TruceStamp *stamps;           /* all that are in use; sorted by replica, time; each once */
  guint32 *n_plain;             /* for each stamp: the lone registers of it that show */
  guint32 n_stamps;
  guint32 room;
  guint32 base;                 /* index, or NO_STAMP */
} Encoder;

/* ---- fresh states ---- */

static inline guint8 *
put_varint (guint8 *out,
            guint64 value)
{
  for (; value >= 0x80; value >>= 7)
    *out++ = (guint8) value | 0x80;
  *out++ = (guint8) value;
  return out;
}

gsize
truce_state_fresh (TruceStamp stamp,
                   guint8    *buffer)
{
  guint64 replica = GUINT64_TO_BE (stamp.replica);
  guint8 *out = buffer;

  *out++ = TRUCE_STATE_VERSION;
  *out++ = 0;
  memcpy (out, &replica, sizeof replica);
  out = put_varint (out + sizeof replica, truce_zigzag ((gint64) truce_time_ms (stamp.time)));
  out = put_varint (out, truce_time_counter (stamp.time));
  return (gsize) (out - buffer);
}

/* A lone register that has a value: its dot, or NULL. */
static inline const TruceStateDot *
get_plain (const TruceStateField *field)
{
  const TruceStatePart *part = field->parts;

  if (field->n_parts != 1 || part->shape != TRUCE_SHAPE_REGISTER || part->n != 1 ||
      part->dots[0].value.text == NULL)
    return NULL;
  return &part->dots[0];
}

static gboolean
is_fresh (const TruceState *self)
{
  TruceStamp stamp;

  if (self->n_context != 1 || self->n_creations != 1 || self->deleted.time != 0)
    return FALSE;

  stamp = self->context[0];
  if (truce_stamp_order (self->creations[0], stamp) != 0)
    return FALSE;
  for (guint32 i = 0; i < self->fields.n_fields; i++)
    {
      const TruceStateDot *dot = get_plain (&self->fields.fields[i]);

      if (self->fields.fields[i].n_parts > 0 && (dot == NULL || truce_stamp_order (dot->stamp, stamp) != 0))
        return FALSE;
    }
  return TRUE;
}

/* ---- the table of stamps ---- */

static inline int
compare_stamps (TruceStamp a,
                TruceStamp b)
{
  if (a.replica != b.replica)
    return a.replica < b.replica ? -1 : 1;
  return a.time == b.time ? 0 : a.time < b.time ? -1 : 1;
}

static int
compare_stamp_pointers (gconstpointer a,
                        gconstpointer b)
{
  return compare_stamps (*(const TruceStamp *) a, *(const TruceStamp *) b);
}

static void
collect_stamp (Encoder   *self,
               TruceStamp stamp)
{
  if (self->n_stamps > 0 && compare_stamps (self->stamps[self->n_stamps - 1], stamp) == 0)
    return;

  self->stamps = truce_state_grow (self->state->arena, self->stamps, self->n_stamps, &self->room,
                                   sizeof stamp);
  self->stamps[self->n_stamps++] = stamp;
}

static void
collect_map (Encoder             *self,
             const TruceStateMap *map)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    for (guint32 k = 0; k < map->fields[i].n_parts; k++)
      {
        const TruceStatePart *part = &map->fields[i].parts[k];

        if (part->shape == TRUCE_SHAPE_COUNTER)
          continue;
        for (guint32 d = 0; d < part->n; d++)
          collect_stamp (self, part->dots[d].stamp);
        if (part->shape == TRUCE_SHAPE_MAP)
          collect_map (self, part->map);
      }
}

static void
collect (Encoder *self)
{
  const TruceState *state = self->state;
  guint32 n_unique = 0;

  self->room = 16;
  self->stamps = truce_json_arena_alloc (state->arena, self->room * sizeof (TruceStamp));
  for (guint32 i = 0; i < state->n_creations; i++)
    collect_stamp (self, state->creations[i]);
  if (state->deleted.time != 0)
    collect_stamp (self, state->deleted);
  if (state->deleted.time != 0 && state->touched.time != 0)
    collect_stamp (self, state->touched);
  collect_map (self, &state->fields);

  if (self->n_stamps > 1)
    qsort (self->stamps, self->n_stamps, sizeof (TruceStamp), compare_stamp_pointers);
  for (guint32 i = 0; i < self->n_stamps; i++)
    if (n_unique == 0 || compare_stamps (self->stamps[n_unique - 1], self->stamps[i]) != 0)
      self->stamps[n_unique++] = self->stamps[i];
  self->n_stamps = n_unique;
}

static guint32
find_stamp (const Encoder *self,
            TruceStamp     stamp)
{
  guint32 low = 0;
  guint32 high = self->n_stamps;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (compare_stamps (self->stamps[middle], stamp) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Only within maps that are written as JSON, be it among the bytes: elsewhere there is nothing to walk along.
 * A map that does not show may hold, below another part, one that would. */
static void
count_plain (Encoder             *self,
             const TruceStateMap *map,
             gboolean             shows)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStateField *field = &map->fields[i];
      const TruceStateDot *dot = shows ? get_plain (field) : NULL;

      if (dot != NULL)
        self->n_plain[find_stamp (self, dot->stamp)]++;
      for (guint32 k = 0; k < field->n_parts; k++)
        if (field->parts[k].shape == TRUCE_SHAPE_MAP)
          count_plain (self, field->parts[k].map, truce_state_part_shows (&field->parts[k]));
    }
}

/* The stamp of the most members that show; of several, the first. */
static void
choose_base (Encoder *self)
{
  gsize size = self->n_stamps * sizeof (guint32);

  self->n_plain = truce_json_arena_alloc (self->state->arena, size);
  memset (self->n_plain, 0, size);
  count_plain (self, &self->state->fields, TRUE);

  self->base = NO_STAMP;
  for (guint32 i = 0; i < self->n_stamps; i++)
    if (self->n_plain[i] > 0 && (self->base == NO_STAMP || self->n_plain[i] > self->n_plain[self->base]))
      self->base = i;
}

/* ---- pieces ---- */

static void
write_time (Encoder *self,
            guint64  time,
            guint64  near)
{
  truce_writer_varint (&self->writer, truce_zigzag ((gint64) (truce_time_ms (time) - truce_time_ms (near))));
  truce_writer_varint (&self->writer, truce_time_counter (time));
}

static void
write_text (Encoder   *self,
            TruceSlice text)
{
  truce_writer_varint (&self->writer, text.length);
  truce_writer_bytes (&self->writer, text.text, text.length);
}

static void
write_context (Encoder *self)
{
  const TruceState *state = self->state;
  guint64 near = 0;

  truce_writer_varint (&self->writer, state->n_context);
  for (guint32 i = 0; i < state->n_context; i++)
    {
      guint64 replica = GUINT64_TO_BE (state->context[i].replica);

      truce_writer_bytes (&self->writer, &replica, sizeof replica);
      write_time (self, state->context[i].time, near);
      near = state->context[i].time;
    }
}

/* Stamps and context are both sorted by replica. */
static void
write_stamps (Encoder *self)
{
  const TruceState *state = self->state;
  guint32 rank = 0;
  guint32 last_rank = 0;

  truce_writer_varint (&self->writer, self->n_stamps);
  for (guint32 i = 0; i < self->n_stamps; i++)
    {
      gboolean again = i > 0 && self->stamps[i].replica == self->stamps[i - 1].replica;

      while (state->context[rank].replica != self->stamps[i].replica)
        rank++;
      truce_writer_varint (&self->writer, rank - last_rank);
      write_time (self, self->stamps[i].time, again ? self->stamps[i - 1].time : state->context[rank].time);
      last_rank = rank;
    }
}

/* What deletions had not seen of the context. */
static void
write_deletion (Encoder *self)
{
  const TruceState *state = self->state;
  guint32 n_behind = 0;
  guint32 last_rank = 0;

  truce_writer_varint (&self->writer, find_stamp (self, state->deleted));
  truce_writer_varint (&self->writer, state->touched.time == 0 ? 0 : find_stamp (self, state->touched) + 1);

  for (guint32 pass = 0; pass < 2; pass++)
    {
      if (pass == 1)
        truce_writer_varint (&self->writer, n_behind);
      for (guint32 i = 0; i < state->n_context; i++)
        {
          guint64 seen = truce_context_time (state->deleted_context, state->n_deleted_context,
                                             state->context[i].replica);

          if (seen == state->context[i].time)
            continue;
          if (pass == 0)
            {
              n_behind++;
              continue;
            }
          truce_writer_varint (&self->writer, i - last_rank);
          truce_writer_varint (&self->writer, state->context[i].time - seen);
          last_rank = i;
        }
    }
}

/* ---- parts ---- */

static void write_map (Encoder       *self,
                       TruceStateMap *map,
                       gboolean       shows,
                       GString       *json);

/* The dots' stamps, and of those that do not show the values. */
static void
write_values (Encoder              *self,
              const TruceStatePart *part)
{
  const TruceStateDot *shown = truce_state_shown_dot (part);

  truce_writer_varint (&self->writer, part->n);
  for (guint32 i = 0; i < part->n; i++)
    {
      const TruceStateDot *dot = &part->dots[i];
      TruceDotTag tag = TRUCE_DOT_TEXT;

      if (dot->value.text == NULL)
        tag = TRUCE_DOT_ABSENT;
      else if (dot == shown)
        tag = TRUCE_DOT_SHOWN;
      else if (shown->value.text != NULL && truce_slice_equal (dot->value, shown->value))
        tag = TRUCE_DOT_SAME;
      truce_writer_varint (&self->writer, (guint64) find_stamp (self, dot->stamp) << 2 | tag);
      if (tag == TRUCE_DOT_TEXT)
        write_text (self, dot->value);
    }
}

static guint32
write_presence (Encoder              *self,
                const TruceStatePart *part)
{
  guint32 n_presence = 0;

  while (n_presence < part->n && part->dots[n_presence].value.text == NULL)
    n_presence++;
  truce_writer_varint (&self->writer, n_presence);
  for (guint32 i = 0; i < n_presence; i++)
    truce_writer_varint (&self->writer, find_stamp (self, part->dots[i].stamp));
  return n_presence;
}

static void
write_set (Encoder              *self,
           const TruceStatePart *set)
{
  for (guint32 i = write_presence (self, set); i < set->n; i++)
    {
      gboolean more = i + 1 < set->n && truce_slice_equal (set->dots[i].value, set->dots[i + 1].value);

      truce_writer_varint (&self->writer, (guint64) find_stamp (self, set->dots[i].stamp) << 1 | more);
    }
}

static void
write_counter (Encoder              *self,
               const TruceStatePart *counter)
{
  const TruceState *state = self->state;
  guint32 last_rank = 0;
  guint32 rank = 0;

  truce_writer_varint (&self->writer, counter->n);
  for (guint32 i = 0; i < counter->n; i++)
    {
      const TruceTally *tally = &counter->tallies[i];
      gboolean reset = tally->reset_time != 0;

      while (state->context[rank].replica != tally->replica)
        rank++;
      truce_writer_varint (&self->writer, (guint64) (rank - last_rank) << 1 | reset);
      write_time (self, tally->time, state->context[rank].time);
      truce_writer_varint (&self->writer, tally->plus);
      truce_writer_varint (&self->writer, tally->minus);
      if (reset)
        {
          truce_writer_varint (&self->writer, tally->time - tally->reset_time);
          truce_writer_varint (&self->writer, tally->plus - tally->reset_plus);
          truce_writer_varint (&self->writer, tally->minus - tally->reset_minus);
        }
      last_rank = rank;
    }
}

/* json: where the value goes if it shows there; else it goes among the bytes. */
static void
write_part (Encoder              *self,
            const TruceStatePart *part,
            TruceWhere            where,
            gboolean              more,
            GString              *json)
{
  g_autoptr(GString) here = where == TRUCE_WHERE_HERE ? g_string_new (NULL) : NULL;

  truce_writer_byte (&self->writer, part->shape | where << 4 | (more ? TRUCE_PART_MORE : 0));
  if (where == TRUCE_WHERE_HERE)
    {
      truce_state_write_part (part, here);
      write_text (self, (TruceSlice) { here->str, here->len });
      g_string_truncate (here, 0);
    }
  else if (where == TRUCE_WHERE_JSON && part->shape != TRUCE_SHAPE_MAP)
    truce_state_write_part (part, json);

  switch (part->shape)
    {
    case TRUCE_SHAPE_SET:
      write_set (self, part);
      break;
    case TRUCE_SHAPE_COUNTER:
      write_counter (self, part);
      break;
    case TRUCE_SHAPE_MAP:
      write_presence (self, part);
      write_map (self, part->map, where != TRUCE_WHERE_NOWHERE, where == TRUCE_WHERE_JSON ? json : here);
      break;
    case TRUCE_SHAPE_LOCAL:
      break;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      write_values (self, part);
      break;
    }
}

static void
write_parts (Encoder               *self,
             const TruceStateField *field,
             const TruceStatePart  *shown,
             GString               *json)
{
  guint32 last = field->n_parts - 1;

  for (guint32 i = 0; i <= last; i++)
    {
      const TruceStatePart *part = &field->parts[i];
      TruceWhere where = TRUCE_WHERE_NOWHERE;

      if (part == shown)
        where = TRUCE_WHERE_JSON;
      else if (truce_state_part_shows (part))
        where = TRUCE_WHERE_HERE;
      write_part (self, part, where, i < last, json);
    }
}

/* ---- maps ---- */

static void
write_name (GString   *json,
            TruceSlice name,
            char      *separator)
{
  g_string_append_c (json, *separator);
  truce_json_write_string (json, name.text, (gssize) name.length);
  g_string_append_c (json, ':');
  *separator = ',';
}

/* shows: a JSON object goes to json, and the bytes walk along it. */
static void
write_map (Encoder       *self,
           TruceStateMap *map,
           gboolean       shows,
           GString       *json)
{
  char separator = '{';
  guint32 n_passed = 0;

  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStateField *field = &map->fields[i];
      const TruceStatePart *shown = shows ? truce_state_shown (field) : NULL;
      const TruceStateDot *plain = shows ? get_plain (field) : NULL;

      if (shown != NULL)
        write_name (json, field->name, &separator);
      if (plain != NULL && find_stamp (self, plain->stamp) == self->base)
        {
          g_string_append_len (json, plain->value.text, (gssize) plain->value.length);
          n_passed++;
          continue;
        }
      if (field->n_parts == 0)
        continue;

      truce_writer_varint (&self->writer, (guint64) (n_passed + 1) << 1 | (shown == NULL));
      n_passed = 0;
      if (shown == NULL)
        write_text (self, field->name);
      write_parts (self, field, shown, json);
    }
  truce_writer_varint (&self->writer, 0);
  if (shows)
    g_string_append (json, separator == '{' ? "{}" : "}");
}

/* All passes need the same order, and parts that hold nothing are not to be seen. */
static void
tidy (TruceStateMap *map)
{
  truce_state_map_sort (map);
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      TruceStateField *field = &map->fields[i];

      for (guint32 k = 0; k < field->n_parts; k++)
        if (field->parts[k].shape == TRUCE_SHAPE_MAP)
          tidy (field->parts[k].map);
      truce_state_field_trim (field);
    }
}

/* ---- the whole ---- */

static void
write_general (Encoder *self,
               GString *json)
{
  TruceState *state = self->state;
  g_autoptr(GString) hidden = json == NULL ? g_string_new (NULL) : NULL;
  gboolean deleted = state->deleted.time != 0;

  collect (self);
  choose_base (self);

  truce_writer_byte (&self->writer, TRUCE_STATE_VERSION);
  truce_writer_byte (&self->writer, TRUCE_STATE_GENERAL | (json == NULL ? TRUCE_STATE_HIDDEN : 0) |
                     (deleted ? TRUCE_STATE_DELETED : 0));
  write_context (self);
  write_stamps (self);
  truce_writer_varint (&self->writer, state->n_creations);
  for (guint32 i = 0; i < state->n_creations; i++)
    truce_writer_varint (&self->writer, find_stamp (self, state->creations[i]));
  if (deleted)
    write_deletion (self);
  truce_writer_varint (&self->writer, self->base == NO_STAMP ? 0 : self->base + 1);
  if (json == NULL)
    {
      truce_state_write_map (&state->fields, hidden);
      write_text (self, (TruceSlice) { hidden->str, hidden->len });
    }
  write_map (self, &state->fields, TRUE, json != NULL ? json : hidden);
}

void
truce_state_encode (TruceState *self,
                    GString    *json,
                    GByteArray *bytes)
{
  Encoder encoder = { .state = self };
  guint8 fresh[TRUCE_STATE_FRESH_MAX];

  tidy (&self->fields);
  if (json != NULL && is_fresh (self))
    {
      truce_state_write_map (&self->fields, json);
      g_byte_array_append (bytes, fresh, (guint) truce_state_fresh (self->context[0], fresh));
      return;
    }

  write_general (&encoder, json);
  g_byte_array_append (bytes, encoder.writer.data, (guint) encoder.writer.length);
  truce_writer_clear (&encoder.writer);
}
