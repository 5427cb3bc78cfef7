/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The join of a causal dot store (Almeida, Shoker, Baquero: Delta State Replicated Data Types, 2018), with a
 * stamp as the dot and one context for the whole tree. It is the same for all shapes, and it never chooses
 * between values: that is left to what shows. So it is the union of what both have seen to stand, less what
 * either has seen to go, and the order in which states meet can't matter.
 *
 * What is ours is changed in place; of theirs only texts are shared. */

#include "truce-state.h"

#define STACK_DOTS 16u

typedef struct
{
  TruceState *self;
  const TruceState *other;
  TruceLostFunc lost;
  gpointer lost_data;
  GString *pointer;             /* to the field being joined; NULL without lost */
  gboolean changed;
} Join;

static void join_map (Join                *join,
                      TruceStateMap       *ours,
                      const TruceStateMap *theirs);

/* ---- dots ---- */

static int
compare_dots (TruceShape           shape,
              const TruceStateDot *a,
              const TruceStateDot *b)
{
  int order = shape == TRUCE_SHAPE_SET ? truce_slice_compare (a->value, b->value) : 0;

  return order != 0 ? order : truce_stamp_order (a->stamp, b->stamp);
}

/* Those that both have, and those that the other side has not seen. */
static guint32
join_into (Join                 *join,
           TruceStateDot        *joined,
           const TruceStatePart *ours,
           const TruceStatePart *theirs)
{
  guint32 n_theirs = theirs != NULL ? theirs->n : 0;
  guint32 n_joined = 0;
  guint32 i = 0;
  guint32 k = 0;

  while (i < ours->n || k < n_theirs)
    {
      int order = i == ours->n ? 1 : -1;

      if (i < ours->n && k < n_theirs)
        order = compare_dots (ours->shape, &ours->dots[i], &theirs->dots[k]);
      if (order == 0)
        {
          gboolean greater = truce_slice_compare (theirs->dots[k].value, ours->dots[i].value) > 0;

          join->changed |= greater;
          joined[n_joined++] = greater ? theirs->dots[k] : ours->dots[i];
          i++;
          k++;
        }
      else if (order < 0)
        {
          if (truce_state_covers (join->other, ours->dots[i].stamp))
            join->changed = TRUE;
          else
            joined[n_joined++] = ours->dots[i];
          i++;
        }
      else
        {
          if (!truce_state_covers (join->self, theirs->dots[k].stamp))
            {
              joined[n_joined++] = theirs->dots[k];
              join->changed = TRUE;
            }
          k++;
        }
    }
  return n_joined;
}

static void
join_dots (Join                 *join,
           TruceStatePart       *ours,
           const TruceStatePart *theirs)
{
  TruceStateDot stack[STACK_DOTS];
  guint32 most = ours->n + (theirs != NULL ? theirs->n : 0);
  TruceStateDot *joined = stack;
  guint32 n_joined;

  if (most > STACK_DOTS)
    joined = truce_json_arena_alloc (join->self->arena, most * sizeof *joined);
  n_joined = join_into (join, joined, ours, theirs);

  if (joined != stack)
    {
      ours->dots = joined;
      ours->room = most;
    }
  else if (n_joined > 0)
    {
      if (n_joined > ours->room)
        {
          ours->dots = truce_json_arena_alloc (join->self->arena, n_joined * sizeof *joined);
          ours->room = n_joined;
        }
      memcpy (ours->dots, joined, n_joined * sizeof *joined);
    }
  ours->n = n_joined;
}

/* ---- fields ---- */

static void
join_part (Join                 *join,
           TruceStatePart       *ours,
           const TruceStatePart *theirs)
{
  switch (ours->shape)
    {
    case TRUCE_SHAPE_COUNTER:
      if (theirs != NULL)
        join->changed |= truce_state_tally_join (join->self, ours, theirs);
      return;
    case TRUCE_SHAPE_MAP:
      join_map (join, ours->map, theirs != NULL ? theirs->map : NULL);
      break;
    case TRUCE_SHAPE_LOCAL:
      return;
    case TRUCE_SHAPE_REGISTER:
    case TRUCE_SHAPE_FIRST:
    case TRUCE_SHAPE_MAX:
    case TRUCE_SHAPE_MIN:
    case TRUCE_SHAPE_MULTI:
    case TRUCE_SHAPE_FLAG:
    case TRUCE_SHAPE_FLAG_OFF:
    case TRUCE_SHAPE_SET:
      break;
    }
  join_dots (join, ours, theirs);
}

static void
join_parts (Join                  *join,
            TruceStateField       *ours,
            const TruceStateField *theirs,
            guint32                depth)
{
  for (guint32 i = 0; i < ours->n_parts; i++)
    join_part (join, &ours->parts[i],
               theirs != NULL ? truce_state_part (theirs, ours->parts[i].shape) : NULL);

  for (guint32 i = 0; theirs != NULL && i < theirs->n_parts; i++)
    {
      TruceShape shape = theirs->parts[i].shape;
      TruceStatePart *part;

      if (shape == TRUCE_SHAPE_LOCAL || truce_state_part (ours, shape) != NULL)
        continue;
      part = truce_state_part_make (join->self, ours, shape);
      if (shape == TRUCE_SHAPE_MAP)
        part->map = truce_state_map_new (join->self, depth + 1);
      join_part (join, part, &theirs->parts[i]);
    }
  truce_state_field_trim (ours);
}

/* ---- what is lost ---- */

/* Values that another one has won over unseen: the one that showed here, and those that came and do not
 * show. */
static void
report_lost (Join                  *join,
             const TruceStateField *field,
             TruceStamp             shown_before)
{
  const TruceStatePart *shown = truce_state_shown (field);

  for (guint32 i = 0; i < field->n_parts; i++)
    {
      const TruceStatePart *part = &field->parts[i];

      if (part->shape != TRUCE_SHAPE_REGISTER && part->shape != TRUCE_SHAPE_FIRST)
        continue;
      for (guint32 k = 0; k < part->n; k++)
        {
          const TruceStateDot *dot = &part->dots[k];
          gboolean came = !truce_state_covers (join->self, dot->stamp);

          if (dot->value.text == NULL || (part == shown && dot == truce_state_shown_dot (part)))
            continue;
          if (came || truce_stamp_order (dot->stamp, shown_before) == 0)
            join->lost (join->pointer->str, dot, join->lost_data);
        }
    }
}

static TruceStamp
find_shown_stamp (const TruceStateField *field)
{
  const TruceStatePart *part = truce_state_shown (field);
  TruceStamp none = { 0 };

  return part != NULL && truce_shape_has_one_value (part->shape) ? truce_state_shown_dot (part)->stamp : none;
}

static void
join_field (Join                  *join,
            TruceStateField       *ours,
            const TruceStateField *theirs,
            guint32                depth)
{
  TruceStamp shown_before;
  g_autofree char *name = NULL;
  gsize length;

  if (join->lost == NULL)
    {
      join_parts (join, ours, theirs, depth);
      return;
    }

  length = join->pointer->len;
  name = g_strndup (ours->name.text, ours->name.length);
  truce_json_pointer_append (join->pointer, name);
  shown_before = find_shown_stamp (ours);
  join_parts (join, ours, theirs, depth);
  report_lost (join, ours, shown_before);
  g_string_truncate (join->pointer, length);
}

/* ---- maps ---- */

/* Both in order: one pass over both. */
static void
join_sorted (Join                *join,
             TruceStateMap       *ours,
             const TruceStateMap *theirs)
{
  TruceStateMap old = *ours;
  guint32 i = 0;
  guint32 k = 0;

  *ours = (TruceStateMap) { .depth = old.depth, .sorted = TRUE };
  truce_state_map_reserve (join->self, ours, old.n_fields + theirs->n_fields);
  while (i < old.n_fields || k < theirs->n_fields)
    {
      int order = i == old.n_fields        ? 1
                  : k == theirs->n_fields  ? -1
                                           : truce_slice_compare (old.fields[i].name, theirs->fields[k].name);
      TruceStateField *field = &ours->fields[ours->n_fields++];

      *field = order <= 0 ? old.fields[i] : (TruceStateField) { .name = theirs->fields[k].name };
      join_field (join, field, order >= 0 ? &theirs->fields[k] : NULL, ours->depth);
      if (field->n_parts == 0)
        ours->n_fields--;
      i += order <= 0;
      k += order >= 0;
    }
}

static void
join_unsorted (Join                *join,
               TruceStateMap       *ours,
               const TruceStateMap *theirs)
{
  guint32 n_ours = ours->n_fields;

  for (guint32 i = 0; i < n_ours; i++)
    {
      TruceSlice name = ours->fields[i].name;

      join_field (join, &ours->fields[i], truce_state_field (theirs, name.text, name.length), ours->depth);
    }

  for (guint32 i = 0; i < theirs->n_fields; i++)
    {
      TruceSlice name = theirs->fields[i].name;

      if (truce_state_field (ours, name.text, name.length) == NULL)
        join_field (join, truce_state_field_append (join->self, ours, name), &theirs->fields[i], ours->depth);
    }
}

static void
join_map (Join                *join,
          TruceStateMap       *ours,
          const TruceStateMap *theirs)
{
  if (theirs == NULL)
    for (guint32 i = 0; i < ours->n_fields; i++)
      join_field (join, &ours->fields[i], NULL, ours->depth);
  else if (ours->sorted && theirs->sorted && ours->index == NULL)
    join_sorted (join, ours, theirs);
  else
    join_unsorted (join, ours, theirs);
}

/* ---- the whole ---- */

static void
join_creations (Join *join)
{
  TruceStatePart ours = { .shape = TRUCE_SHAPE_REGISTER };
  TruceStatePart theirs = ours;
  TruceState *self = join->self;
  const TruceState *other = join->other;
  guint32 n_dots = self->n_creations + other->n_creations;
  TruceStateDot *dots;

  if (n_dots == 0)
    return;

  dots = truce_json_arena_alloc (self->arena, n_dots * sizeof *dots);
  memset (dots, 0, n_dots * sizeof *dots);
  for (guint32 i = 0; i < n_dots; i++)
    dots[i].stamp = i < self->n_creations ? self->creations[i] : other->creations[i - self->n_creations];
  ours.dots = dots;
  ours.n = ours.room = self->n_creations;
  theirs.dots = dots + self->n_creations;
  theirs.n = other->n_creations;
  join_dots (join, &ours, &theirs);

  if (ours.n > self->n_creations)
    self->creations = truce_json_arena_alloc (self->arena, ours.n * sizeof (TruceStamp));
  self->n_creations = ours.n;
  for (guint32 i = 0; i < ours.n; i++)
    self->creations[i] = ours.dots[i].stamp;
}

static void
join_stamp (Join       *join,
            TruceStamp *ours,
            TruceStamp  theirs)
{
  if (truce_stamp_order (*ours, theirs) >= 0)
    return;

  *ours = theirs;
  join->changed = TRUE;
}

static void
join_context (Join             *join,
              TruceStamp      **ours,
              guint32          *n_ours,
              const TruceStamp *theirs,
              guint32           n_theirs)
{
  gboolean covers = TRUE;

  for (guint32 i = 0; covers && i < n_theirs; i++)
    covers = truce_context_time (*ours, *n_ours, theirs[i].replica) >= theirs[i].time;
  if (covers)
    return;

  *ours = truce_context_join (join->self->arena, *ours, n_ours, theirs, n_theirs);
  join->changed = TRUE;
}

/* What stands beside the fields. */
static void
join_rest (Join *join)
{
  TruceState *self = join->self;
  const TruceState *other = join->other;

  join_creations (join);
  join_stamp (join, &self->touched, other->touched);
  join_stamp (join, &self->deleted, other->deleted);
  join_context (join, &self->deleted_context, &self->n_deleted_context, other->deleted_context,
                other->n_deleted_context);
  join_context (join, &self->context, &self->n_context, other->context, other->n_context);
}

gboolean
truce_state_join (TruceState       *self,
                  const TruceState *other,
                  TruceLostFunc     lost,
                  gpointer          lost_data)
{
  g_autoptr(GString) pointer = lost != NULL ? g_string_new (NULL) : NULL;
  Join join = { self, other, lost, lost_data, pointer, FALSE };

  if (self == other)
    return FALSE;

  join_map (&join, &self->fields, &other->fields);
  join_rest (&join);
  return join.changed;
}

gboolean
truce_state_join_fields (TruceState       *self,
                         const TruceState *other,
                         const TruceSlice *missing,
                         guint32           n_missing)
{
  Join join = { .self = self, .other = other };

  for (guint32 i = 0; i < other->fields.n_fields; i++)
    {
      const TruceStateField *theirs = &other->fields.fields[i];
      TruceStateField *ours = truce_state_field (&self->fields, theirs->name.text, theirs->name.length);

      if (ours == NULL)
        ours = truce_state_field_append (self, &self->fields, theirs->name);
      join_field (&join, ours, theirs, 0);
    }
  for (guint32 i = 0; i < n_missing; i++)
    {
      TruceStateField *ours = truce_state_field (&self->fields, missing[i].text, missing[i].length);

      if (ours != NULL)
        join_field (&join, ours, NULL, 0);
    }
  join_rest (&join);
  return join.changed;
}
