/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-state.h"

static gboolean
strip_map (TruceStateMap *map)
{
  gboolean stripped = FALSE;

  for (guint32 i = 0; i < map->n_fields; i++)
    {
      for (guint32 k = 0; k < map->fields[i].n_parts; k++)
        {
          TruceStatePart *part = &map->fields[i].parts[k];

          if (part->shape == TRUCE_SHAPE_MAP)
            stripped |= strip_map (part->map);
          if (part->shape != TRUCE_SHAPE_LOCAL)
            continue;
          part->local.text = NULL;
          stripped = TRUE;
        }
      truce_state_field_trim (&map->fields[i]);
    }
  return stripped;
}

gboolean
truce_state_strip_local (TruceState *self)
{
  return strip_map (&self->fields);
}

guint64
truce_state_latest (const TruceState *self,
                    guint64           replica)
{
  return truce_context_time (self->context, self->n_context, replica);
}

typedef struct
{
  guint64 replica;
  TruceTallyFunc func;
  gpointer data;
  GString *pointer;
} Visit;

static void
visit_counter (const Visit          *visit,
               const TruceStatePart *counter)
{
  for (guint32 i = 0; i < counter->n; i++)
    if (counter->tallies[i].replica == visit->replica)
      visit->func (visit->pointer->str, &counter->tallies[i], visit->data);
}

static void
visit_map (const Visit         *visit,
           const TruceStateMap *map)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStateField *field = &map->fields[i];
      gsize length = visit->pointer->len;
      g_autofree char *name = g_strndup (field->name.text, field->name.length);

      truce_json_pointer_append (visit->pointer, name);
      for (guint32 k = 0; k < field->n_parts; k++)
        if (field->parts[k].shape == TRUCE_SHAPE_COUNTER)
          visit_counter (visit, &field->parts[k]);
        else if (field->parts[k].shape == TRUCE_SHAPE_MAP)
          visit_map (visit, field->parts[k].map);
      g_string_truncate (visit->pointer, length);
    }
}

void
truce_state_visit_tallies (const TruceState *self,
                           guint64           replica,
                           TruceTallyFunc    func,
                           gpointer          data)
{
  g_autoptr(GString) pointer = g_string_new (NULL);
  Visit visit = { replica, func, data, pointer };

  visit_map (&visit, &self->fields);
}
