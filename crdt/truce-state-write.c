/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Local events. Each looks first whether what it says is already so; else it takes away the dots that it
 * replaces, all of which it has seen, and leaves its own stamp in the context, with a dot or without. */

#include "truce-state.h"

/* ---- the context ---- */

static void
enter_context (TruceState *self,
               TruceStamp  stamp)
{
  guint32 at = 0;

  while (at < self->n_context && self->context[at].replica < stamp.replica)
    at++;
  if (at < self->n_context && self->context[at].replica == stamp.replica)
    {
      g_assert (stamp.time >= self->context[at].time);
      self->context[at].time = stamp.time;
      return;
    }
  self->context = truce_context_join (self->arena, self->context, &self->n_context, &stamp, 1);
}

static void
enter (TruceState *self,
       TruceStamp  stamp)
{
  enter_context (self, stamp);
  if (truce_stamp_order (stamp, self->touched) > 0)
    self->touched = stamp;

  /* The same write has deleted before: of itself, the deletion has not seen what follows it. */
  if (self->deleted.time == stamp.time && self->deleted.replica == stamp.replica)
    for (guint32 i = 0; i < self->n_deleted_context; i++)
      if (self->deleted_context[i].replica == stamp.replica)
        self->deleted_context[i].time = stamp.time - 1;
}

/* ---- taking away ---- */

static gboolean
has_dot (const TruceStatePart *part)
{
  for (guint32 i = 0; i < part->n; i++)
    if (part->dots[i].value.text != NULL || !truce_shape_has_one_value (part->shape))
      return TRUE;
  return FALSE;
}

/* Whether there is more than the absence of a value. */
static gboolean
is_live (const TruceStateField *field)
{
  gint64 count;

  for (guint32 i = 0; i < field->n_parts; i++)
    {
      const TruceStatePart *part = &field->parts[i];

      if (part->shape == TRUCE_SHAPE_LOCAL && part->local.text != NULL)
        return TRUE;
      if (part->shape == TRUCE_SHAPE_COUNTER ? truce_state_count (part, &count) : has_dot (part))
        return TRUE;
      for (guint32 k = 0; part->shape == TRUCE_SHAPE_MAP && k < part->map->n_fields; k++)
        if (is_live (&part->map->fields[k]))
          return TRUE;
    }
  return FALSE;
}

static void
clear_field (TruceStateField      *field,
             const TruceStatePart *kept)
{
  for (guint32 i = 0; i < field->n_parts; i++)
    {
      TruceStatePart *part = &field->parts[i];

      if (part == kept)
        continue;
      if (part->shape == TRUCE_SHAPE_COUNTER)
        truce_state_tally_reset (part);
      else if (part->shape == TRUCE_SHAPE_LOCAL)
        part->local.text = NULL;
      else
        part->n = 0;
      for (guint32 k = 0; part->shape == TRUCE_SHAPE_MAP && k < part->map->n_fields; k++)
        clear_field (&part->map->fields[k], NULL);
    }
  truce_state_field_trim (field);
}

/* ---- putting in ---- */

static TruceStateField *
make_field (TruceState    *self,
            TruceStateMap *map,
            const char    *name)
{
  TruceSlice slice = { name, strlen (name) };
  TruceStateField *field = truce_state_field (map, slice.text, slice.length);

  return field != NULL ? field : truce_state_field_append (self, map, slice);
}

/* The part of that shape that shows, or NULL. */
static TruceStatePart *
find_shown (const TruceStateMap *map,
            const char          *name,
            TruceShape           shape)
{
  const TruceStateField *field = truce_state_field (map, name, strlen (name));
  const TruceStatePart *part = field != NULL ? truce_state_shown (field) : NULL;

  return part != NULL && part->shape == shape ? (TruceStatePart *) part : NULL;
}

/* The part of that shape, alone in its field, as it shows or empty: what is hidden goes, or the write could
 * bring it to light. */
static TruceStatePart *
prepare (TruceState    *self,
         TruceStateMap *map,
         const char    *name,
         TruceShape     shape)
{
  TruceStateField *field = make_field (self, map, name);

  clear_field (field, find_shown (map, name, shape));
  return truce_state_part_make (self, field, shape);
}

/* Ascending by element, then stamp; no element (presence) comes first. */
static void
insert_dot (TruceState     *self,
            TruceStatePart *part,
            TruceStateDot   dot)
{
  guint32 at = part->n;

  while (at > 0)
    {
      int order = truce_slice_compare (part->dots[at - 1].value, dot.value);

      if (order < 0 || (order == 0 && truce_stamp_order (part->dots[at - 1].stamp, dot.stamp) < 0))
        break;
      at--;
    }
  part->dots = truce_state_grow (self->arena, part->dots, part->n, &part->room, sizeof dot);
  memmove (part->dots + at + 1, part->dots + at, (part->n - at) * sizeof dot);
  part->dots[at] = dot;
  part->n++;
}

static void
ensure_presence (TruceState     *self,
                 TruceStatePart *part,
                 TruceStamp      stamp)
{
  if (part->n == 0 || part->dots[0].value.text != NULL)
    insert_dot (self, part, (TruceStateDot) { .stamp = stamp });
}

/* ---- life ---- */

/* Whether a deletion would change nothing: no rule lets the record show. */
static gboolean
is_dead (const TruceState *self)
{
  return !truce_state_is_alive (self, TRUCE_LIFE_UPDATE_WINS) &&
         !truce_state_is_alive (self, TRUCE_LIFE_DELETE_WINS) &&
         !truce_state_is_alive (self, TRUCE_LIFE_LATER_WINS);
}

gboolean
truce_state_create (TruceState *self,
                    TruceStamp  stamp)
{
  if (self->n_creations > 0 && truce_state_is_alive (self, TRUCE_LIFE_UPDATE_WINS) &&
      truce_state_is_alive (self, TRUCE_LIFE_LATER_WINS))
    return FALSE;

  enter (self, stamp);
  self->creations = truce_json_arena_alloc (self->arena, sizeof stamp);
  self->creations[0] = stamp;
  self->n_creations = 1;
  return TRUE;
}

gboolean
truce_state_delete (TruceState *self,
                    TruceStamp  stamp)
{
  if (is_dead (self))
    return FALSE;

  enter_context (self, stamp);
  if (truce_stamp_order (stamp, self->deleted) > 0)
    self->deleted = stamp;
  self->n_creations = 0;
  self->n_deleted_context = self->n_context;
  self->deleted_context = truce_json_arena_alloc (self->arena, self->n_context * sizeof stamp);
  memcpy (self->deleted_context, self->context, self->n_context * sizeof stamp);
  return TRUE;
}

/* ---- one value ---- */

/* Without the spaces between tokens. */
static TruceSlice
compact (TruceState *self,
         TruceSlice  value)
{
  gboolean in_string = FALSE;
  char *text = NULL;
  gsize length = 0;

  for (gsize i = 0; i < value.length; i++)
    {
      char c = value.text[i];
      gboolean skipped = !in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t');

      if (skipped && text == NULL)
        {
          text = truce_json_arena_alloc (self->arena, value.length);
          memcpy (text, value.text, i);
        }
      if (c == '"')
        in_string = !in_string;
      if (text != NULL && !skipped)
        text[length] = c;
      length += !skipped;
      if (c == '\\')
        {
          i++;
          if (text != NULL)
            text[length] = value.text[i];
          length++;
        }
    }
  return text != NULL ? (TruceSlice) { text, length } : value;
}

/* Whether a write of value would change nothing, or is none for this shape. */
static gboolean
is_so (const TruceStatePart *part,
       TruceShape            shape,
       TruceSlice            value)
{
  TruceSlice old = { 0 };

  if (part != NULL)
    old = shape == TRUCE_SHAPE_LOCAL ? part->local : truce_state_shown_dot (part)->value;

  switch (shape)
    {
    case TRUCE_SHAPE_FIRST:
      return value.text == NULL || part != NULL;
    case TRUCE_SHAPE_MAX:
      return value.text == NULL || (part != NULL && truce_state_value_order (value, old) <= 0);
    case TRUCE_SHAPE_MIN:
      return value.text == NULL || (part != NULL && truce_state_value_order (value, old) >= 0);
    case TRUCE_SHAPE_MULTI:
      return value.text != NULL && part != NULL && part->n == 1 && truce_slice_equal (value, old);
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
      return value.text != NULL && part != NULL && truce_slice_equal (value, old);
    case TRUCE_SHAPE_LOCAL:
      return truce_slice_equal (value, old) && (value.text == NULL) == (old.text == NULL);
    case TRUCE_SHAPE_SET:
    case TRUCE_SHAPE_COUNTER:
    case TRUCE_SHAPE_MAP:
      break;
    }
  g_assert_not_reached ();
}

static gboolean
is_unset (const TruceStateMap *map,
          const char          *name)
{
  const TruceStateField *field = truce_state_field (map, name, strlen (name));

  return field == NULL || truce_state_shown (field) == NULL;
}

static gboolean
set_local (TruceState    *self,
           TruceStateMap *map,
           const char    *name,
           TruceSlice     value)
{
  TruceStateField *field = make_field (self, map, name);

  truce_state_part_make (self, field, TRUCE_SHAPE_LOCAL)->local = value;
  truce_state_field_trim (field);
  return TRUE;
}

gboolean
truce_state_set (TruceState    *self,
                 TruceStateMap *map,
                 const char    *name,
                 TruceShape     shape,
                 TruceSlice     value,
                 TruceStamp     stamp)
{
  TruceStatePart *part;

  value = compact (self, value);
  if (is_so (find_shown (map, name, shape), shape, value))
    return FALSE;
  if (value.text == NULL && is_unset (map, name))
    return FALSE;
  if (shape == TRUCE_SHAPE_LOCAL)
    return set_local (self, map, name, value);

  part = prepare (self, map, name, shape);
  part->n = 0;
  insert_dot (self, part, (TruceStateDot) { stamp, value });
  enter (self, stamp);
  return TRUE;
}

/* ---- sets ---- */

/* The first dot of an element, or where it would be. */
static guint32
find_element (const TruceStatePart *set,
              TruceSlice            element)
{
  guint32 low = 0;
  guint32 high = set->n;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (truce_slice_compare (set->dots[middle].value, element) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static inline gboolean
has_element_at (const TruceStatePart *set,
                guint32               at,
                TruceSlice            element)
{
  return at < set->n && truce_slice_equal (set->dots[at].value, element) && set->dots[at].value.text != NULL;
}

gboolean
truce_state_add (TruceState    *self,
                 TruceStateMap *map,
                 const char    *name,
                 TruceSlice     element,
                 TruceStamp     stamp)
{
  TruceStatePart *set = find_shown (map, name, TRUCE_SHAPE_SET);

  if (set != NULL && has_element_at (set, find_element (set, element), element))
    return FALSE;

  set = prepare (self, map, name, TRUCE_SHAPE_SET);
  ensure_presence (self, set, stamp);
  insert_dot (self, set, (TruceStateDot) { stamp, element });
  enter (self, stamp);
  return TRUE;
}

gboolean
truce_state_remove (TruceState    *self,
                    TruceStateMap *map,
                    const char    *name,
                    TruceSlice     element,
                    TruceStamp     stamp)
{
  TruceStatePart *set = find_shown (map, name, TRUCE_SHAPE_SET);
  guint32 start;
  guint32 end;

  if (set == NULL)
    return FALSE;

  start = end = find_element (set, element);
  while (has_element_at (set, end, element))
    end++;
  if (start == end)
    return FALSE;

  set = prepare (self, map, name, TRUCE_SHAPE_SET);
  memmove (set->dots + start, set->dots + end, (set->n - end) * sizeof (TruceStateDot));
  set->n -= end - start;
  ensure_presence (self, set, stamp);
  enter (self, stamp);
  return TRUE;
}

/* ---- counters, maps ---- */

gboolean
truce_state_increment (TruceState    *self,
                       TruceStateMap *map,
                       const char    *name,
                       gint64         amount,
                       TruceStamp     stamp)
{
  guint64 size = amount < 0 ? -(guint64) amount : (guint64) amount;
  TruceTally *tally;
  guint64 *sum;

  if (amount == 0 && find_shown (map, name, TRUCE_SHAPE_COUNTER) != NULL)
    return FALSE;

  tally = truce_state_tally_make (self, prepare (self, map, name, TRUCE_SHAPE_COUNTER), stamp.replica);
  sum = amount < 0 ? &tally->minus : &tally->plus;
  *sum = size > G_MAXUINT64 - *sum ? G_MAXUINT64 : *sum + size;
  tally->time = stamp.time;
  enter (self, stamp);
  return TRUE;
}

static TruceStatePart *
prepare_map (TruceState    *self,
             TruceStateMap *map,
             const char    *name)
{
  TruceStatePart *part = prepare (self, map, name, TRUCE_SHAPE_MAP);

  if (part->map == NULL)
    part->map = truce_state_map_new (self, map->depth + 1);
  return part;
}

gboolean
truce_state_touch (TruceState    *self,
                   TruceStateMap *map,
                   const char    *name,
                   TruceShape     shape,
                   TruceStamp     stamp)
{
  TruceStatePart *part;

  g_assert (shape == TRUCE_SHAPE_SET || shape == TRUCE_SHAPE_MAP);

  if (find_shown (map, name, shape) != NULL)
    return FALSE;
  if (shape == TRUCE_SHAPE_MAP && map->depth >= TRUCE_STATE_DEPTH_MAX)
    return FALSE;

  part = shape == TRUCE_SHAPE_MAP ? prepare_map (self, map, name) : prepare (self, map, name, shape);
  ensure_presence (self, part, stamp);
  enter (self, stamp);
  return TRUE;
}

TruceStateMap *
truce_state_map (TruceState    *self,
                 TruceStateMap *map,
                 const char    *name,
                 TruceStamp     stamp)
{
  TruceStatePart *part;

  truce_state_touch (self, map, name, TRUCE_SHAPE_MAP, stamp);
  part = find_shown (map, name, TRUCE_SHAPE_MAP);
  return part != NULL ? part->map : NULL;
}

gboolean
truce_state_clear (TruceState    *self,
                   TruceStateMap *map,
                   const char    *name,
                   TruceStamp     stamp)
{
  TruceStateField *field = truce_state_field (map, name, strlen (name));

  if (field == NULL || !is_live (field))
    return FALSE;

  clear_field (field, NULL);
  enter (self, stamp);
  return TRUE;
}
