/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * An app writes plain JSON; what meets later are events. So each new value is compared with the one that shows,
 * and becomes the smallest event of its kind: a counter that was 5 and is written as 7 counts 2, a set takes and
 * drops elements, a map goes member by member, and what is equal by value is no event at all. */

#include "truce-write.h"

/* A place in the record: the map that a field is in, and what the schema says below it. */
typedef struct
{
  TruceStateMap *map;
  TrucePatternWalk *walk;       /* NULL: nothing is said here or below */
  const char *field;            /* the field at the top that this is in */
  gboolean afresh;              /* the record comes back from the dead: old bounds do not bind */
} Place;

static gboolean write_value (TruceWrite         *self,
                             const Place        *place,
                             const char         *name,
                             TruceKind           kind,
                             const TruceJsonDoc *doc,
                             guint32             node,
                             gboolean           *changed,
                             GError            **error);

TruceShape
truce_shape_of (TruceKind kind)
{
  switch (kind)
    {
    case TRUCE_KIND_MULTI_REGISTER:
      return TRUCE_SHAPE_MULTI;
    case TRUCE_KIND_COUNTER:
      return TRUCE_SHAPE_COUNTER;
    case TRUCE_KIND_SET:
      return TRUCE_SHAPE_SET;
    case TRUCE_KIND_MAP:
      return TRUCE_SHAPE_MAP;
    case TRUCE_KIND_FLAG:
      return TRUCE_SHAPE_FLAG;
    case TRUCE_KIND_MAX:
      return TRUCE_SHAPE_MAX;
    case TRUCE_KIND_MIN:
      return TRUCE_SHAPE_MIN;
    case TRUCE_KIND_IMMUTABLE:
      return TRUCE_SHAPE_FIRST;
    case TRUCE_KIND_LOCAL:
      return TRUCE_SHAPE_LOCAL;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_LIST:         /* until sequences come, text and lists join as registers */
    case TRUCE_KIND_TEXT:
      break;
    }
  return TRUCE_SHAPE_REGISTER;
}

/* A copy in the arena, with a NUL. */
static const char *
keep_name (TruceWrite         *self,
           const TruceJsonDoc *doc,
           guint32             node)
{
  const char *text = doc->text + doc->nodes[node].start + 1;
  gsize length = doc->nodes[node].end - doc->nodes[node].start - 2;
  g_autofree char *decoded = NULL;
  char *copy;

  if (memchr (text, '\\', length) != NULL)
    {
      decoded = truce_json_dup_string (doc, node);
      text = decoded;
      length = strlen (decoded);
    }
  copy = truce_json_arena_alloc (self->arena, length + 1);
  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

static TruceSlice
slice_of (const TruceJsonDoc *doc,
          guint32             node)
{
  return (TruceSlice) { doc->text + doc->nodes[node].start, doc->nodes[node].end - doc->nodes[node].start };
}

/* The JSON of what shows in a field, in the arena; text NULL: nothing. */
static TruceSlice
shown_text (TruceWrite            *self,
            const TruceStateField *field)
{
  const TruceStatePart *part = field != NULL ? truce_state_shown (field) : NULL;
  TruceSlice none = { NULL, 0 };
  g_autoptr(GString) text = NULL;
  char *copy;

  if (part == NULL)
    return none;
  if (part->shape != TRUCE_SHAPE_SET && part->shape != TRUCE_SHAPE_MAP)
    return truce_state_value (self->state, part);

  text = g_string_new (NULL);
  truce_state_write_part (part, text);
  copy = truce_json_arena_alloc (self->arena, text->len);
  memcpy (copy, text->str, text->len);
  return (TruceSlice) { copy, text->len };
}

/* By value: what differs in spelling alone is no change. */
static gboolean
same_value (TruceSlice          a,
            const TruceJsonDoc *doc,
            guint32             node)
{
  TruceSlice b = slice_of (doc, node);
  g_autoptr(TruceJsonDoc) other = NULL;

  if (a.text == NULL)
    return FALSE;
  if (a.length == b.length && memcmp (a.text, b.text, a.length) == 0)
    return TRUE;

  other = truce_json_doc_parse_text (a.text, a.length, NULL);
  return other != NULL && truce_json_equal (other, 0, doc, node);
}

static void
remember (TruceWrite  *self,
          const Place *place)
{
  const TruceStateField *field;

  if (!self->base.tracked || truce_base_has (&self->base, place->field))
    return;

  field = truce_state_field (&self->state->fields, place->field, strlen (place->field));
  truce_base_remember (&self->base, place->field, shown_text (self, field));
}

static gboolean
shows (const TruceStateField *field,
       TruceShape             shape)
{
  const TruceStatePart *part = field != NULL ? truce_state_shown (field) : NULL;

  return part != NULL && part->shape == shape;
}

/* REGISTER, MULTI, FLAG, MAX, MIN, FIRST, LOCAL. What is written back as it was stays what it is: whoever does not know
 * that a field is a counter must not make it a register. */
static gboolean
write_single (TruceWrite         *self,
              const Place        *place,
              const char         *name,
              TruceShape          shape,
              const TruceJsonDoc *doc,
              guint32             node,
              gboolean           *changed,
              GError            **error)
{
  const TruceStateField *field = truce_state_field (place->map, name, strlen (name));
  gboolean same = (shape == TRUCE_SHAPE_REGISTER || shows (field, shape)) &&
                  same_value (shown_text (self, field), doc, node);
  gboolean settled = shape != TRUCE_SHAPE_MULTI || !same || truce_state_shown (field)->n == 1;
  gboolean bound = shape == TRUCE_SHAPE_FIRST || shape == TRUCE_SHAPE_MAX || shape == TRUCE_SHAPE_MIN;

  if (same && settled)
    return TRUE;
  if (shape == TRUCE_SHAPE_FIRST && shows (field, shape) && !place->afresh)
    return truce_write_refuse (self, place->field, TRUCE_ERROR_INVALID_DATA, "it is immutable, and set", error);

  remember (self, place);
  if (bound && place->afresh)
    *changed |= truce_state_clear (self->state, place->map, name, self->stamp);
  *changed |= truce_state_set (self->state, place->map, name, shape, slice_of (doc, node), self->stamp);
  return TRUE;
}

static gboolean
write_counter (TruceWrite         *self,
               const Place        *place,
               const char         *name,
               const TruceJsonDoc *doc,
               guint32             node,
               gboolean           *changed,
               GError            **error)
{
  const TruceStateField *field = truce_state_field (place->map, name, strlen (name));
  gboolean there = shows (field, TRUCE_SHAPE_COUNTER);
  gint64 now = 0;
  gint64 value;
  gint64 amount;

  if (truce_json_type (doc, node) != TRUCE_JSON_NUMBER || !truce_json_get_int64 (doc, node, &value))
    return truce_write_refuse (self, place->field, TRUCE_ERROR_INVALID_DATA, "a counter is an integer", error);
  if (there && truce_state_count (truce_state_shown (field), &now) && now == value)
    return TRUE;

  remember (self, place);
  if (__builtin_sub_overflow (value, now, &amount))
    {
      /* From one end of the range to the other takes two steps. */
      *changed |= truce_state_increment (self->state, place->map, name, -now, self->stamp);
      amount = value;
    }
  *changed |= truce_state_increment (self->state, place->map, name, amount, self->stamp);
  return TRUE;
}

/* The element as canonical JSON, in the arena; text NULL with an error where it is no scalar. */
static TruceSlice
element_of (TruceWrite         *self,
            const Place        *place,
            const TruceJsonDoc *doc,
            guint32             node,
            GError            **error)
{
  g_autoptr(GString) text = NULL;
  char *copy;

  if (truce_json_type (doc, node) == TRUCE_JSON_ARRAY || truce_json_type (doc, node) == TRUCE_JSON_OBJECT)
    {
      truce_write_refuse (self, place->field, TRUCE_ERROR_INVALID_DATA, "a set holds scalars alone", error);
      return (TruceSlice) { NULL, 0 };
    }
  text = g_string_sized_new (32);
  truce_json_write_canonical (text, doc, node);
  copy = truce_json_arena_alloc (self->arena, text->len);
  memcpy (copy, text->str, text->len);
  return (TruceSlice) { copy, text->len };
}

static int
compare_slices (gconstpointer a,
                gconstpointer b)
{
  const TruceSlice *x = a;
  const TruceSlice *y = b;
  int order = memcmp (x->text, y->text, MIN (x->length, y->length));

  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* The elements that stand in the set, ascending, each once. */
static GArray *
standing_elements (const TruceStateField *field)
{
  GArray *elements = g_array_new (FALSE, FALSE, sizeof (TruceSlice));
  const TruceStatePart *part = shows (field, TRUCE_SHAPE_SET) ? truce_state_shown (field) : NULL;

  for (guint i = 0; part != NULL && i < part->n; i++)
    {
      const TruceSlice *element = &part->dots[i].value;
      const TruceSlice *last = elements->len > 0 ? &g_array_index (elements, TruceSlice, elements->len - 1) : NULL;

      if (element->text != NULL && (last == NULL || compare_slices (last, element) != 0))
        g_array_append_val (elements, *element);
    }
  g_array_sort (elements, compare_slices);
  return elements;
}

/* Two ascending lists side by side: what is only in the first goes, what is only in the second comes. */
static void
exchange_elements (TruceWrite  *self,
                   const Place *place,
                   const char  *name,
                   GArray      *old,
                   GArray      *new,
                   gboolean    *changed)
{
  guint i = 0;
  guint j = 0;

  while (i < old->len || j < new->len)
    {
      const TruceSlice *a = i < old->len ? &g_array_index (old, TruceSlice, i) : NULL;
      const TruceSlice *b = j < new->len ? &g_array_index (new, TruceSlice, j) : NULL;
      int order = a == NULL ? 1 : b == NULL ? -1 : compare_slices (a, b);

      if (order < 0)
        *changed |= truce_state_remove (self->state, place->map, name, *a, self->stamp);
      else if (order > 0)
        *changed |= truce_state_add (self->state, place->map, name, *b, self->stamp);
      i += order <= 0;
      j += order >= 0;
    }
}

static gboolean
write_set (TruceWrite         *self,
           const Place        *place,
           const char         *name,
           const TruceJsonDoc *doc,
           guint32             node,
           gboolean           *changed,
           GError            **error)
{
  const TruceStateField *field = truce_state_field (place->map, name, strlen (name));
  g_autoptr(GArray) new = g_array_new (FALSE, FALSE, sizeof (TruceSlice));
  g_autoptr(GArray) old = NULL;

  if (truce_json_type (doc, node) != TRUCE_JSON_ARRAY)
    return truce_write_refuse (self, place->field, TRUCE_ERROR_INVALID_DATA, "a set is an array", error);
  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i].next)
    {
      TruceSlice element = element_of (self, place, doc, i, error);

      if (element.text == NULL)
        return FALSE;
      g_array_append_val (new, element);
    }
  g_array_sort (new, compare_slices);
  for (guint i = 1; i < new->len; i++)
    if (compare_slices (&g_array_index (new, TruceSlice, i - 1), &g_array_index (new, TruceSlice, i)) == 0)
      return truce_write_refuse (self, place->field, TRUCE_ERROR_INVALID_DATA, "a set holds each element once",
                                 error);

  remember (self, place);
  old = standing_elements (field);
  if (new->len == 0)
    *changed |= truce_state_touch (self->state, place->map, name, TRUCE_SHAPE_SET, self->stamp);
  exchange_elements (self, place, name, old, new, changed);
  return TRUE;
}

/* What a kind has no name for: a map goes on being one below, the rest are registers. */
static TruceKind
kind_below (TruceWrite         *self,
            TrucePatternWalk   *walk,
            const TruceJsonDoc *doc,
            guint32             node)
{
  TruceFieldRules rules = { 0 };

  if (walk != NULL)
    rules = truce_schema_rules_here (self->schema, walk);
  if (rules.has_kind)
    return rules.kind;
  return truce_json_type (doc, node) == TRUCE_JSON_OBJECT ? TRUCE_KIND_MAP : TRUCE_KIND_REGISTER;
}

/* Takes away what shows: a register by a write that beats earlier ones, the others by what was seen of them. */
static void
drop_field (TruceWrite  *self,
            const Place *place,
            const char  *name,
            gboolean    *changed)
{
  const TruceStateField *field = truce_state_field (place->map, name, strlen (name));
  const TruceStatePart *part = field != NULL ? truce_state_shown (field) : NULL;

  if (part == NULL)
    return;

  remember (self, place);
  if (part->shape == TRUCE_SHAPE_REGISTER || part->shape == TRUCE_SHAPE_LOCAL)
    *changed |= truce_state_set (self->state, place->map, name, part->shape, (TruceSlice) { NULL, 0 }, self->stamp);
  else
    *changed |= truce_state_clear (self->state, place->map, name, self->stamp);
}

/* Drops the fields that show and are not among the members. Bounds that only grow stay. */
static void
drop_others (TruceWrite         *self,
             const Place        *place,
             const TruceJsonDoc *doc,
             guint32             node,
             gboolean           *changed)
{
  for (guint i = 0; i < place->map->n_fields; i++)
    {
      TruceStateField *field = &place->map->fields[i];
      const TruceStatePart *part = truce_state_shown (field);
      g_autofree char *name = NULL;
      Place here = *place;

      if (part == NULL)
        continue;
      if (!place->afresh && (part->shape == TRUCE_SHAPE_FIRST || part->shape == TRUCE_SHAPE_MAX ||
                             part->shape == TRUCE_SHAPE_MIN))
        continue;
      name = g_strndup (field->name.text, field->name.length);
      if (truce_json_member (doc, node, name) != TRUCE_JSON_NONE)
        continue;
      if (here.field == NULL)
        here.field = name;
      drop_field (self, &here, name, changed);
    }
}

static gboolean
write_map (TruceWrite         *self,
           const Place        *place,
           const char         *name,
           const TruceJsonDoc *doc,
           guint32             node,
           gboolean           *changed,
           GError            **error)
{
  Place below = *place;

  if (truce_json_type (doc, node) != TRUCE_JSON_OBJECT)
    return truce_write_refuse (self, place->field, TRUCE_ERROR_INVALID_DATA, "a map is an object", error);

  remember (self, place);
  *changed |= truce_state_touch (self->state, place->map, name, TRUCE_SHAPE_MAP, self->stamp);
  below.map = truce_state_map (self->state, place->map, name, self->stamp);
  if (below.map == NULL)
    return truce_write_refuse (self, place->field, TRUCE_ERROR_TOO_LARGE, "too many maps within each other", error);

  drop_others (self, &below, doc, node, changed);
  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    {
      const char *member = keep_name (self, doc, i);
      gboolean written;

      if (below.walk != NULL)
        truce_pattern_walk_push (below.walk, member);
      written = write_value (self, &below, member, kind_below (self, below.walk, doc, i + 1), doc, i + 1, changed,
                             error);
      if (below.walk != NULL)
        truce_pattern_walk_pop (below.walk);
      if (!written)
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_value (TruceWrite         *self,
             const Place        *place,
             const char         *name,
             TruceKind           kind,
             const TruceJsonDoc *doc,
             guint32             node,
             gboolean           *changed,
             GError            **error)
{
  TruceShape shape = truce_shape_of (kind);

  if (shape == TRUCE_SHAPE_COUNTER)
    return write_counter (self, place, name, doc, node, changed, error);
  if (shape == TRUCE_SHAPE_SET)
    return write_set (self, place, name, doc, node, changed, error);
  if (shape == TRUCE_SHAPE_MAP)
    return write_map (self, place, name, doc, node, changed, error);
  return write_single (self, place, name, shape, doc, node, changed, error);
}

/* A field at the top. Only below a map can the schema's patterns have more to say. */
static gboolean
write_member (TruceWrite         *self,
              const TruceJsonDoc *doc,
              guint32             member,
              gboolean            afresh,
              gboolean           *changed,
              GError            **error)
{
  const char *name = keep_name (self, doc, member);
  const TruceSchemaField *said = truce_schema_field (self->schema, name, strlen (name));
  g_autoptr(TrucePatternWalk) walk = NULL;
  Place place = { &self->state->fields, NULL, name, afresh };

  if (said != NULL && said->kinds_below)
    {
      walk = truce_schema_walk_new (self->schema);
      truce_pattern_walk_push (walk, name);
      place.walk = walk;
    }
  return write_value (self, &place, name, truce_kind_of (said), doc, member + 1, changed,
                      error);
}

gboolean
truce_write_members (TruceWrite         *self,
                     const TruceJsonDoc *doc,
                     gboolean            whole,
                     gboolean            afresh,
                     gboolean           *changed,
                     GError            **error)
{
  Place top = { &self->state->fields, NULL, NULL, afresh };

  if (whole)
    drop_others (self, &top, doc, 0, changed);
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    if (!write_member (self, doc, i, afresh, changed, error))
      return FALSE;
  return TRUE;
}

gboolean
truce_write_unset (TruceWrite *self,
                   const char *field,
                   gboolean   *changed,
                   GError    **error)
{
  const TruceStateField *there = truce_state_field (&self->state->fields, field, strlen (field));
  Place place = { &self->state->fields, NULL, field, FALSE };

  if (shows (there, TRUCE_SHAPE_FIRST))
    return truce_write_refuse (self, field, TRUCE_ERROR_INVALID_DATA, "it is immutable, and set", error);
  if (shows (there, TRUCE_SHAPE_MAX) || shows (there, TRUCE_SHAPE_MIN))
    return truce_write_refuse (self, field, TRUCE_ERROR_INVALID_DATA, "it can't be taken back", error);

  drop_field (self, &place, field, changed);
  return TRUE;
}

static gboolean
is_kind (TruceWrite *self,
         const char *field,
         TruceKind   kind)
{
  const TruceSchemaField *said = truce_schema_field (self->schema, field, strlen (field));

  return truce_kind_of (said) == kind;
}

/* A field that was of another kind goes on from what it shows, if that can be a value of its kind. */
static gboolean
take_over (TruceWrite  *self,
           const Place *place,
           TruceKind    kind,
           gboolean    *changed,
           GError     **error)
{
  const TruceStateField *field = truce_state_field (place->map, place->field, strlen (place->field));
  TruceSlice text = shown_text (self, field);
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (text.text == NULL || shows (field, truce_shape_of (kind)))
    return TRUE;

  doc = truce_json_doc_parse_text (text.text, text.length, error);
  return doc != NULL && write_value (self, place, place->field, kind, doc, 0, changed, error);
}

gboolean
truce_write_element (TruceWrite           *self,
                     const TruceOperation *operation,
                     gboolean             *changed,
                     GError              **error)
{
  Place place = { &self->state->fields, NULL, operation->field, FALSE };
  g_autoptr(TruceJsonDoc) doc = NULL;
  TruceSlice element;

  if (!is_kind (self, operation->field, TRUCE_KIND_SET))
    return truce_write_refuse (self, operation->field, TRUCE_ERROR_INVALID_DATA, "it is no set", error);
  doc = truce_json_doc_parse_text (operation->text, -1, error);
  if (doc == NULL)
    return FALSE;
  element = element_of (self, &place, doc, 0, error);
  if (element.text == NULL)
    return FALSE;

  remember (self, &place);
  if (!take_over (self, &place, TRUCE_KIND_SET, changed, error))
    return FALSE;
  if (operation->verb == TRUCE_VERB_ADD)
    *changed |= truce_state_add (self->state, place.map, operation->field, element, self->stamp);
  else
    *changed |= truce_state_remove (self->state, place.map, operation->field, element, self->stamp);
  return TRUE;
}

gboolean
truce_write_amount (TruceWrite           *self,
                    const TruceOperation *operation,
                    gboolean             *changed,
                    GError              **error)
{
  Place place = { &self->state->fields, NULL, operation->field, FALSE };

  if (!is_kind (self, operation->field, TRUCE_KIND_COUNTER))
    return truce_write_refuse (self, operation->field, TRUCE_ERROR_INVALID_DATA, "it is no counter", error);

  remember (self, &place);
  if (!take_over (self, &place, TRUCE_KIND_COUNTER, changed, error))
    return FALSE;
  *changed |= truce_state_increment (self->state, place.map, operation->field, operation->amount, self->stamp);
  return TRUE;
}
