/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A state in (docs/format.md). Nothing is believed: what the bytes say must fit the JSON, and be said in the
 * one way in which truce_state_encode() says it. So what is accepted encodes to itself again, and no count
 * or length makes us take more memory than bytes were given. The first problem sticks to the reader. */

#include "truce-state-read.h"

/* ---- the table of stamps, and the life ---- */

static void
read_context (TruceStateReader *self)
{
  TruceState *state = self->state;
  guint32 n = truce_state_read_count (self, sizeof (guint64) + 2);
  guint64 near = 0;

  if (n > TRUCE_VERSION_VECTOR_MAX)
    {
      truce_reader_fail (&self->reader, TRUCE_ERROR_TOO_LARGE, "a context of too many replicas");
      return;
    }
  state->context = truce_json_arena_alloc (state->arena, n * sizeof (TruceStamp));
  for (guint32 i = 0; i < n && self->reader.problem == NULL; i++)
    {
      state->n_context = i + 1;         /* what follows a problem looks at no more than has been read */
      state->context[i].replica = truce_state_read_replica (self);
      near = state->context[i].time = truce_state_read_time (self, near);
      if (i > 0 && state->context[i].replica <= state->context[i - 1].replica)
        truce_reader_corrupt (&self->reader, "a context whose replicas do not ascend");
    }
}

static void
read_stamps (TruceStateReader *self)
{
  const TruceState *state = self->state;
  guint32 n = truce_state_read_count (self, 3);
  guint32 rank = 0;

  self->stamps = truce_json_arena_alloc (state->arena, n * sizeof (TruceStamp));
  self->n_plain = truce_json_arena_alloc (state->arena, n * sizeof (guint32));
  self->used = truce_json_arena_alloc (state->arena, n * sizeof (gboolean));
  self->n_stamps = n;
  memset (self->n_plain, 0, n * sizeof (guint32));
  memset (self->used, 0, n * sizeof (gboolean));
  if (n > 0 && state->n_context == 0)
    truce_reader_corrupt (&self->reader, "stamps without a context");
  for (guint32 i = 0; i < n && self->reader.problem == NULL; i++)
    {
      guint64 gap = truce_reader_varint (&self->reader);
      gboolean again = i > 0 && gap == 0;
      guint64 near;

      rank = truce_state_read_rank (self, gap, rank);
      self->stamps[i].replica = state->context[rank].replica;
      near = again ? self->stamps[i - 1].time : state->context[rank].time;
      self->stamps[i].time = truce_state_read_time (self, near);
      if (self->stamps[i].time > state->context[rank].time)
        truce_reader_corrupt (&self->reader, "a stamp that the context does not cover");
      if (again && self->stamps[i].time <= self->stamps[i - 1].time)
        truce_reader_corrupt (&self->reader, "stamps that do not ascend");
    }
}

static void
read_creations (TruceStateReader *self)
{
  TruceState *state = self->state;

  state->n_creations = truce_state_read_count (self, 1);
  state->creations = truce_json_arena_alloc (state->arena, state->n_creations * sizeof (TruceStamp));
  for (guint32 i = 0; i < state->n_creations && self->reader.problem == NULL; i++)
    {
      state->creations[i] = truce_state_read_stamp (self);
      if (i > 0 && truce_stamp_order (state->creations[i - 1], state->creations[i]) >= 0)
        truce_reader_corrupt (&self->reader, "creations that do not ascend");
    }
}

static void
read_deletion (TruceStateReader *self)
{
  TruceState *state = self->state;
  guint64 touched;
  guint32 n_behind;
  guint32 n_gone = 0;
  guint32 rank = 0;

  state->deleted = truce_state_read_stamp (self);
  touched = truce_reader_varint (&self->reader);
  if (touched > 0)
    state->touched = truce_state_use_stamp (self, touched - 1);
  state->deleted_context = truce_json_arena_alloc (state->arena, state->n_context * sizeof (TruceStamp));
  memcpy (state->deleted_context, state->context, state->n_context * sizeof (TruceStamp));
  n_behind = truce_state_read_count (self, 2);
  for (guint32 i = 0; i < n_behind && self->reader.problem == NULL; i++)
    {
      guint64 gap = truce_reader_varint (&self->reader);
      guint64 behind = truce_reader_varint (&self->reader);

      rank = truce_state_read_rank (self, gap, rank);
      if (behind == 0 || behind > state->context[rank].time || (i > 0 && gap == 0))
        truce_reader_corrupt (&self->reader, "a deletion that saw what never was");
      else
        state->deleted_context[rank].time -= behind;
    }

  /* What a deletion has not seen at all. */
  for (guint32 i = 0; i < state->n_context; i++)
    if (state->deleted_context[i].time != 0)
      state->deleted_context[n_gone++] = state->deleted_context[i];
  state->n_deleted_context = n_gone;
}

/* Without deletions all events touch. */
static void
find_touched (TruceState *state)
{
  for (guint32 i = 0; i < state->n_context; i++)
    if (truce_stamp_order (state->context[i], state->touched) > 0)
      state->touched = state->context[i];
}

/* ---- maps ---- */

/* Walks along an object's members while the bytes list some of them. */
typedef struct
{
  TruceJsonValue object;
  guint32 at;                   /* the name of the next member */
  guint32 end;
} Walk;

static TruceStateField *
add_field (TruceStateReader *self,
           TruceStateMap    *map,
           TruceSlice        name)
{
  TruceStateField *field = truce_state_field_append (self->state, map, name);

  if (!map->sorted)
    truce_reader_corrupt (&self->reader, "names that do not ascend");
  return field;
}

static TruceStateField *
add_member (TruceStateReader *self,
            TruceStateMap    *map,
            Walk             *walk,
            TruceJsonValue   *value)
{
  *value = (TruceJsonValue) { walk->object.doc, walk->at + 1 };
  walk->at = value->doc->nodes[value->node].next;
  return add_field (self, map, truce_state_name (self, (TruceJsonValue) { value->doc, value->node - 1 }));
}

/* Members that are not listed: lone registers of the base stamp. */
static void
pass_members (TruceStateReader *self,
              TruceStateMap    *map,
              Walk             *walk,
              guint64           n)
{
  for (guint64 i = 0; i < n && self->reader.problem == NULL; i++)
    {
      TruceStatePart *part;
      TruceStateField *field;
      TruceJsonValue value;

      if (walk->at == walk->end || self->base == TRUCE_STATE_NO_STAMP)
        {
          truce_reader_corrupt (&self->reader, "members that are not there, or have no stamp");
          return;
        }
      field = add_member (self, map, walk, &value);
      part = truce_state_part_make (self->state, field, TRUCE_SHAPE_REGISTER);
      part->dots[0] = (TruceStateDot) { self->stamps[self->base], truce_state_value_slice (value) };
      part->n = 1;
      self->n_passed++;
    }
}

static void
pass_rest (TruceStateReader *self,
           TruceStateMap    *map,
           Walk             *walk)
{
  while (walk->at < walk->end && self->reader.problem == NULL)
    pass_members (self, map, walk, 1);
}

static TruceSlice
read_hidden_name (TruceStateReader *self)
{
  TruceSlice name = truce_state_read_text (self);

  if (self->reader.problem == NULL && !g_utf8_validate_len (name.text, name.length, NULL))
    truce_reader_corrupt (&self->reader, "a name that is not UTF-8");
  return name;
}

static gboolean
is_plain (const TruceStateField *field)
{
  const TruceStatePart *part = field->parts;

  return field->n_parts == 1 && part->shape == TRUCE_SHAPE_REGISTER && part->n == 1 &&
         part->dots[0].value.text != NULL;
}

static void
read_listed (TruceStateReader *self,
             TruceStateMap    *map,
             Walk             *walk,
             gboolean          hidden)
{
  TruceJsonValue member = { 0 };
  TruceStateField *field;

  if (hidden)
    field = add_field (self, map, read_hidden_name (self));
  else if (walk->at < walk->end)
    field = add_member (self, map, walk, &member);
  else
    {
      truce_reader_corrupt (&self->reader, "members that are not there");
      return;
    }
  if (self->reader.problem != NULL)
    return;

  truce_state_read_parts (self, map, field, member);
  if (member.doc != NULL && self->reader.problem == NULL && is_plain (field))
    self->n_plain[self->last_used]++;
}

void
truce_state_read_map (TruceStateReader *self,
                      TruceStateMap    *map,
                      TruceJsonValue    object)
{
  Walk walk = { .object = object };

  if (object.doc != NULL)
    {
      walk.at = object.node + 1;
      walk.end = object.doc->nodes[object.node].next;
      truce_state_map_reserve (self->state, map, truce_json_n_children (object.doc, object.node));
    }
  while (self->reader.problem == NULL)
    {
      guint64 entry = truce_reader_varint (&self->reader);

      if (entry == 0)
        break;
      if (entry == 1)
        truce_reader_corrupt (&self->reader, "a member before the first");
      pass_members (self, map, &walk, (entry >> 1) - 1);
      if (self->reader.problem == NULL)
        read_listed (self, map, &walk, entry & 1);
    }
  pass_rest (self, map, &walk);
}

/* ---- the whole ---- */

/* The base is the stamp of the most members; of several, the first. */
static void
check_base (TruceStateReader *self)
{
  if (self->base == TRUCE_STATE_NO_STAMP ? self->n_passed > 0
                                         : self->n_passed == 0 || self->n_plain[self->base] > 0)
    truce_reader_corrupt (&self->reader, "a base that is none");
  for (guint32 i = 0; i < self->n_stamps; i++)
    {
      if (!self->used[i])
        truce_reader_corrupt (&self->reader, "a stamp that nothing uses");
      if (self->n_plain[i] > self->n_passed ||
          (self->base != TRUCE_STATE_NO_STAMP && i < self->base && self->n_plain[i] == self->n_passed))
        truce_reader_corrupt (&self->reader, "a base of fewer members than another");
    }
}

/* Such a state has a form of its own. */
static gboolean
is_fresh (const TruceStateReader *self,
          guint8                  form)
{
  const TruceState *state = self->state;

  if (form != TRUCE_STATE_GENERAL || state->n_context != 1 || state->n_creations != 1 ||
      self->n_stamps != 1 || truce_stamp_order (self->stamps[0], state->context[0]) != 0)
    return FALSE;
  for (guint32 i = 0; i < state->fields.n_fields; i++)
    if (!is_plain (&state->fields.fields[i]))
      return FALSE;
  return TRUE;
}

static void
read_general (TruceStateReader *self,
              guint8            form,
              TruceJsonValue    object)
{
  TruceState *state = self->state;
  guint64 base;

  read_context (self);
  read_stamps (self);
  read_creations (self);
  if (form & TRUCE_STATE_DELETED)
    read_deletion (self);
  else
    find_touched (state);

  base = truce_reader_varint (&self->reader);
  self->base = TRUCE_STATE_NO_STAMP;
  if (base > 0 && self->reader.problem == NULL)
    {
      truce_state_use_stamp (self, base - 1);
      self->base = (guint32) (base - 1);
    }
  if (form & TRUCE_STATE_HIDDEN)
    object = truce_state_find_value (self, TRUCE_SHAPE_MAP, TRUCE_WHERE_HERE, object);
  if (self->reader.problem != NULL)
    return;

  truce_state_read_map (self, &state->fields, object);
  if (self->reader.problem != NULL)
    return;
  check_base (self);
  if (is_fresh (self, form))
    truce_reader_corrupt (&self->reader, "a fresh state that is written at length");
}

static void
read_fresh (TruceStateReader *self,
            TruceJsonValue    object)
{
  TruceState *state = self->state;
  TruceStamp *stamp = truce_json_arena_alloc (state->arena, 2 * sizeof (TruceStamp));
  Walk walk = { object, object.node + 1, object.doc->nodes[object.node].next };

  stamp->replica = truce_state_read_replica (self);
  stamp->time = truce_state_read_time (self, 0);
  stamp[1] = stamp[0];
  state->context = &stamp[0];
  state->creations = &stamp[1];
  state->n_context = state->n_creations = 1;
  state->touched = *stamp;
  self->stamps = stamp;
  self->base = 0;
  truce_state_map_reserve (state, &state->fields, truce_json_n_children (object.doc, object.node));
  pass_rest (self, &state->fields, &walk);
}

static void
read_state (TruceStateReader *self,
            const char       *json,
            gsize             json_length)
{
  guint8 version = truce_reader_byte (&self->reader);
  guint8 form = truce_reader_byte (&self->reader);
  TruceJsonValue object = { 0 };

  if (version > TRUCE_STATE_VERSION)
    truce_reader_fail (&self->reader, TRUCE_ERROR_TOO_NEW, "a state that this Truce does not know");
  else if (version == 0 || form > (TRUCE_STATE_GENERAL | TRUCE_STATE_HIDDEN | TRUCE_STATE_DELETED) ||
           (form != 0 && (form & TRUCE_STATE_GENERAL) == 0))
    truce_reader_corrupt (&self->reader, "no such form of a state");
  else if ((json == NULL) != ((form & TRUCE_STATE_HIDDEN) != 0))
    truce_reader_corrupt (&self->reader, "an object in two places, or in none");
  else if (json != NULL)
    {
      object = truce_state_parse (self, json, json_length);
      if (object.doc != NULL && truce_json_type (object.doc, 0) != TRUCE_JSON_OBJECT)
        truce_reader_corrupt (&self->reader, "a state whose JSON is no object");
    }
  if (self->reader.problem != NULL)
    return;

  if (form == 0)
    read_fresh (self, object);
  else
    read_general (self, form, object);
}

TruceState *
truce_state_decode (TruceJsonArena *arena,
                    const char     *json,
                    gsize           json_length,
                    const guint8   *bytes,
                    gsize           length,
                    GError        **error)
{
  TruceStateReader decoder = { .reader = { .data = bytes, .length = length } };
  gboolean fine;

  decoder.state = truce_state_new (arena);
  read_state (&decoder, json, json_length);
  truce_state_free_texts (&decoder);
  fine = truce_reader_finish (&decoder.reader, decoder.error == NULL ? error : NULL);
  if (decoder.error != NULL)
    g_propagate_error (error, decoder.error);
  return fine ? decoder.state : NULL;
}

gboolean
truce_state_get_fresh (const guint8 *bytes,
                       gsize         length,
                       TruceStamp   *stamp)
{
  TruceStateReader self = { .reader = { .data = bytes, .length = length } };

  if (truce_reader_byte (&self.reader) != TRUCE_STATE_VERSION || truce_reader_byte (&self.reader) != 0)
    return FALSE;

  stamp->replica = truce_state_read_replica (&self);
  stamp->time = truce_state_read_time (&self, 0);
  return truce_reader_finish (&self.reader, NULL);
}
