/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A state in another arena. Nothing is ever given back to an arena, so who keeps a state long moves it now and
 * then, and leaves behind what it no longer refers to. */

#include "truce-state.h"

static void copy_map (TruceState          *copy,
                      TruceStateMap       *to,
                      const TruceStateMap *from);

static gpointer
copy_array (TruceState   *copy,
            gconstpointer array,
            gsize         size)
{
  gpointer copied = truce_json_arena_alloc (copy->arena, size);

  if (size > 0)
    memcpy (copied, array, size);
  return copied;
}

TruceSlice
truce_slice_copy (TruceSlice      slice,
                  TruceJsonArena *arena)
{
  char *text;

  if (slice.text == NULL)
    return slice;

  text = truce_json_arena_alloc (arena, slice.length + 1);
  memcpy (text, slice.text, slice.length);
  text[slice.length] = '\0';
  return (TruceSlice) { text, slice.length };
}

/* Elements of a set that have several dots share their text. */
static void
copy_dots (TruceState           *copy,
           TruceStatePart       *to,
           const TruceStatePart *from)
{
  to->dots = copy_array (copy, from->dots, from->n * sizeof (TruceStateDot));
  for (guint32 i = 0; i < from->n; i++)
    if (i > 0 && from->dots[i].value.text == from->dots[i - 1].value.text)
      to->dots[i].value = to->dots[i - 1].value;
    else
      to->dots[i].value = truce_slice_copy (from->dots[i].value, copy->arena);
}

static void
copy_part (TruceState           *copy,
           TruceStatePart       *to,
           const TruceStatePart *from)
{
  if (from->shape == TRUCE_SHAPE_COUNTER)
    to->tallies = copy_array (copy, from->tallies, from->n * sizeof (TruceTally));
  else if (from->n > to->room || !truce_shape_has_one_value (from->shape))
    copy_dots (copy, to, from);
  else
    for (guint32 i = 0; i < from->n; i++)
      to->dots[i] = (TruceStateDot) { from->dots[i].stamp, truce_slice_copy (from->dots[i].value, copy->arena) }
  ;
  to->n = from->n;
  to->room = MAX (to->room, from->n);

  if (from->shape == TRUCE_SHAPE_LOCAL)
    to->local = truce_slice_copy (from->local, copy->arena);
  else if (from->shape == TRUCE_SHAPE_MAP)
    {
      to->map = truce_state_map_new (copy, from->map->depth);
      copy_map (copy, to->map, from->map);
    }
}

static void
copy_map (TruceState          *copy,
          TruceStateMap       *to,
          const TruceStateMap *from)
{
  truce_state_map_reserve (copy, to, from->n_fields);
  for (guint32 i = 0; i < from->n_fields; i++)
    {
      const TruceStateField *field = &from->fields[i];
      TruceStateField *copied;

      if (field->n_parts == 0)
        continue;
      copied = truce_state_field_append (copy, to, truce_slice_copy (field->name, copy->arena));
      for (guint32 k = 0; k < field->n_parts; k++)
        copy_part (copy, truce_state_part_make (copy, copied, field->parts[k].shape), &field->parts[k]);
    }
}

TruceState *
truce_state_copy (const TruceState *self,
                  TruceJsonArena   *arena)
{
  TruceState *copy = truce_json_arena_alloc (arena, sizeof (TruceState));

  *copy = *self;
  copy->arena = arena;
  copy->fields = (TruceStateMap) { .sorted = TRUE };
  copy_map (copy, &copy->fields, &self->fields);
  copy->context = copy_array (copy, self->context, self->n_context * sizeof (TruceStamp));
  copy->creations = copy_array (copy, self->creations, self->n_creations * sizeof (TruceStamp));
  copy->deleted_context = copy_array (copy, self->deleted_context,
                                      self->n_deleted_context * sizeof (TruceStamp));
  return copy;
}
