/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The tree of a state. A record has a handful of fields with a dot each, so everything is made for that: a
 * field that is a lone register is one piece of the arena, and names are compared one by one. Only a map of
 * many fields that are not in order is indexed by hash. */

#include "truce-state.h"

#include "truce-hash.h"

#define LINEAR_MAX 16u          /* up to as many fields, comparing each name costs least */

TruceState *
truce_state_new (TruceJsonArena *arena)
{
  TruceState *self = truce_json_arena_alloc (arena, sizeof (TruceState));

  *self = (TruceState) { .arena = arena, .fields.sorted = TRUE };
  return self;
}

gpointer
truce_state_grow (TruceJsonArena *arena,
                  gpointer        array,
                  guint32         n,
                  guint32        *room,
                  gsize           size)
{
  gpointer grown;

  if (n < *room)
    return array;

  *room = n == 0 ? 1 : n + MAX (n / 2, 3);
  grown = truce_json_arena_alloc (arena, *room * size);
  if (n > 0)
    memcpy (grown, array, n * size);
  return grown;
}

/* ---- contexts ---- */

guint64
truce_context_time (const TruceStamp *context,
                    guint32           n_context,
                    guint64           replica)
{
  guint32 low = 0;
  guint32 high = n_context;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (context[middle].replica < replica)
        low = middle + 1;
      else
        high = middle;
    }
  return low < n_context && context[low].replica == replica ? context[low].time : 0;
}

TruceStamp *
truce_context_join (TruceJsonArena   *arena,
                    const TruceStamp *a,
                    guint32          *n,
                    const TruceStamp *b,
                    guint32           n_b)
{
  TruceStamp *joined = truce_json_arena_alloc (arena, (*n + n_b) * sizeof (TruceStamp));
  guint32 n_joined = 0;
  guint32 i = 0;
  guint32 k = 0;

  while (i < *n || k < n_b)
    {
      gboolean has_a = i < *n && (k == n_b || a[i].replica <= b[k].replica);
      gboolean has_b = k < n_b && (i == *n || b[k].replica <= a[i].replica);

      joined[n_joined] = has_a ? a[i] : b[k];
      if (has_a && has_b)
        joined[n_joined].time = MAX (a[i].time, b[k].time);
      n_joined++;
      i += has_a;
      k += has_b;
    }
  *n = n_joined;
  return joined;
}

gboolean
truce_state_covers (const TruceState *self,
                    TruceStamp        stamp)
{
  return truce_context_time (self->context, self->n_context, stamp.replica) >= stamp.time;
}

/* ---- fields ---- */

static inline gboolean
has_name (const TruceStateField *field,
          const char            *name,
          gsize                  length)
{
  return field->name.length == length && memcmp (field->name.text, name, length) == 0;
}

static TruceStateField *
find_sorted (const TruceStateMap *map,
             const char          *name,
             gsize                length)
{
  TruceSlice wanted = { name, length };
  guint32 low = 0;
  guint32 high = map->n_fields;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      int order = truce_slice_compare (map->fields[middle].name, wanted);

      if (order == 0)
        return &map->fields[middle];
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

/* The slot that holds the name, or the free one where it belongs. */
static guint32
find_slot (const TruceStateMap *map,
           const char          *name,
           gsize                length)
{
  guint32 mask = map->n_slots - 1;
  guint32 slot = (guint32) truce_hash_text (truce_hash_key (), name, length) & mask;

  while (map->index[slot] != 0 && !has_name (&map->fields[map->index[slot] - 1], name, length))
    slot = (slot + 1) & mask;
  return slot;
}

TruceStateField *
truce_state_field (const TruceStateMap *map,
                   const char          *name,
                   gsize                length)
{
  if (map->index != NULL)
    {
      guint32 found = map->index[find_slot (map, name, length)];

      return found != 0 ? &map->fields[found - 1] : NULL;
    }
  if (map->n_fields > LINEAR_MAX)
    return find_sorted (map, name, length);

  for (guint32 i = 0; i < map->n_fields; i++)
    if (has_name (&map->fields[i], name, length))
      return &map->fields[i];
  return NULL;
}

static void
index_fields (TruceState    *self,
              TruceStateMap *map)
{
  map->n_slots = 64;
  while (map->n_slots / 4 * 3 < map->n_fields * 2)
    map->n_slots *= 2;
  map->index = truce_json_arena_alloc (self->arena, map->n_slots * sizeof (guint32));
  memset (map->index, 0, map->n_slots * sizeof (guint32));
  for (guint32 i = 0; i < map->n_fields; i++)
    map->index[find_slot (map, map->fields[i].name.text, map->fields[i].name.length)] = i + 1;
}

void
truce_state_map_reserve (TruceState    *self,
                         TruceStateMap *map,
                         guint32        n_fields)
{
  TruceStateField *fields;

  if (n_fields <= map->room)
    return;

  fields = truce_json_arena_alloc (self->arena, n_fields * sizeof (TruceStateField));
  if (map->n_fields > 0)
    memcpy (fields, map->fields, map->n_fields * sizeof (TruceStateField));
  map->fields = fields;
  map->room = n_fields;
}

TruceStateField *
truce_state_field_append (TruceState    *self,
                          TruceStateMap *map,
                          TruceSlice     name)
{
  TruceStateField *field;

  if (map->sorted && map->n_fields > 0 &&
      truce_slice_compare (map->fields[map->n_fields - 1].name, name) >= 0)
    map->sorted = FALSE;

  map->fields = truce_state_grow (self->arena, map->fields, map->n_fields, &map->room, sizeof *field);
  field = &map->fields[map->n_fields++];
  *field = (TruceStateField) { .name = name };

  if (map->index != NULL && map->n_fields <= map->n_slots / 4 * 3)
    map->index[find_slot (map, name.text, name.length)] = map->n_fields;
  else if (map->index != NULL || (!map->sorted && map->n_fields > LINEAR_MAX))
    index_fields (self, map);
  return field;
}

static int
compare_fields (gconstpointer a,
                gconstpointer b)
{
  return truce_slice_compare (((const TruceStateField *) a)->name, ((const TruceStateField *) b)->name);
}

void
truce_state_map_sort (TruceStateMap *map)
{
  if (map->sorted)
    return;

  qsort (map->fields, map->n_fields, sizeof (TruceStateField), compare_fields);
  map->sorted = TRUE;
  map->index = NULL;
}

TruceStateMap *
truce_state_map_new (TruceState *self,
                     guint32     depth)
{
  TruceStateMap *map = truce_json_arena_alloc (self->arena, sizeof (TruceStateMap));

  *map = (TruceStateMap) { .depth = depth, .sorted = TRUE };
  return map;
}

/* ---- parts ---- */

TruceStatePart *
truce_state_part (const TruceStateField *field,
                  TruceShape             shape)
{
  for (guint32 i = 0; i < field->n_parts; i++)
    if (field->parts[i].shape == shape)
      return &field->parts[i];
  return NULL;
}

/* With room for a dot: a lone register is made in one piece. */
static TruceStatePart *
make_first_part (TruceState      *self,
                 TruceStateField *field)
{
  typedef struct
  {
    TruceStatePart part;
    TruceStateDot dot;
  } Single;
  Single *single = truce_json_arena_alloc (self->arena, sizeof (Single));

  field->parts = &single->part;
  field->n_parts = 1;
  single->part = (TruceStatePart) { .dots = &single->dot, .room = 1 };
  return &single->part;
}

TruceStatePart *
truce_state_part_make (TruceState      *self,
                       TruceStateField *field,
                       TruceShape       shape)
{
  TruceStatePart *part = truce_state_part (field, shape);
  TruceStatePart *parts;
  guint32 at = 0;

  if (part != NULL)
    return part;

  if (field->n_parts == 0 && truce_shape_has_one_value (shape))
    part = make_first_part (self, field);
  else
    {
      parts = truce_json_arena_alloc (self->arena, (field->n_parts + 1) * sizeof (TruceStatePart));
      while (at < field->n_parts && field->parts[at].shape < shape)
        at++;
      if (field->n_parts > 0)
        {
          memcpy (parts, field->parts, at * sizeof *parts);
          memcpy (parts + at + 1, field->parts + at, (field->n_parts - at) * sizeof *parts);
        }
      field->parts = parts;
      field->n_parts++;
      part = &parts[at];
      *part = (TruceStatePart) { 0 };
    }
  part->shape = shape;
  return part;
}

gboolean
truce_state_part_is_empty (const TruceStatePart *part)
{
  if (part->n > 0 || (part->shape == TRUCE_SHAPE_LOCAL && part->local.text != NULL))
    return FALSE;
  if (part->shape != TRUCE_SHAPE_MAP || part->map == NULL)
    return TRUE;

  for (guint32 i = 0; i < part->map->n_fields; i++)
    for (guint32 k = 0; k < part->map->fields[i].n_parts; k++)
      if (!truce_state_part_is_empty (&part->map->fields[i].parts[k]))
        return FALSE;
  return TRUE;
}

void
truce_state_field_trim (TruceStateField *field)
{
  guint32 n_parts = 0;

  for (guint32 i = 0; i < field->n_parts; i++)
    if (!truce_state_part_is_empty (&field->parts[i]))
      field->parts[n_parts++] = field->parts[i];
  field->n_parts = n_parts;
}

static gboolean
has_local (const TruceStateMap *map)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    for (guint32 k = 0; k < map->fields[i].n_parts; k++)
      {
        const TruceStatePart *part = &map->fields[i].parts[k];

        if (part->shape == TRUCE_SHAPE_LOCAL || (part->shape == TRUCE_SHAPE_MAP && has_local (part->map)))
          return TRUE;
      }
  return FALSE;
}

gboolean
truce_state_has_local (const TruceState *self)
{
  return has_local (&self->fields);
}

gboolean
truce_state_covers_all (const TruceState *self,
                        const TruceState *other)
{
  for (guint32 i = 0; i < other->n_context; i++)
    if (!truce_state_covers (self, other->context[i]))
      return FALSE;
  return TRUE;
}
