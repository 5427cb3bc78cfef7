/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A dumb model of the stamped state: it keeps every event for ever, with what it had seen, and looks through
 * all of them for each answer. A state is a set of events; a join is a union. */

#include "truce-state.h"

#define MODEL_EVENTS 600u       /* in one history */
#define MODEL_DOTS (4 * MODEL_EVENTS)
#define MODEL_PATH 24u

/* A set of events. */
typedef struct
{
  gboolean has[MODEL_EVENTS];
} ModelState;

/* What an event put somewhere: a value, an element, a presence, an amount, a creation. */
typedef struct
{
  guint event;
  TruceStamp stamp;
  char path[MODEL_PATH];        /* "/a/b"; "" for a creation */
  TruceShape shape;
  const char *value;            /* JSON; NULL: absent, or presence */
  gint64 amount;
} ModelDot;

typedef struct
{
  TruceStamp stamp;
  gboolean deletes;
  ModelState seen;              /* before it */
  gboolean kills[MODEL_DOTS];
} ModelEvent;

typedef struct
{
  ModelEvent events[MODEL_EVENTS];
  guint n_events;
  ModelDot dots[MODEL_DOTS];
  guint n_dots;
} Model;

/* ---- questions ---- */

static inline gboolean
model_is_alive (const Model      *model,
                const ModelState *state,
                guint             dot)
{
  if (!state->has[model->dots[dot].event])
    return FALSE;
  for (guint i = 0; i < model->n_events; i++)
    if (state->has[i] && model->events[i].kills[dot])
      return FALSE;
  return TRUE;
}

static inline gboolean
model_is_below (const char *path,
                const char *parent)
{
  gsize length = strlen (parent);

  return strncmp (path, parent, length) == 0 && path[length] == '/';
}

/* The shape that a dot gives to the field at path: its own, or MAP for what is below. 0: none. */
static inline TruceShape
model_shape_at (const ModelDot *dot,
                const char     *path)
{
  if (*dot->path == '\0')
    return 0;
  return strcmp (dot->path, path) == 0 ? dot->shape : model_is_below (dot->path, path) ? TRUCE_SHAPE_MAP : 0;
}

static inline gboolean
model_has_part (const Model      *model,
                const ModelState *state,
                const char       *path,
                TruceShape        shape,
                TruceStamp       *latest)
{
  gboolean found = FALSE;

  *latest = (TruceStamp) { 0 };
  for (guint i = 0; i < model->n_dots; i++)
    if (model_shape_at (&model->dots[i], path) == shape && model_is_alive (model, state, i))
      {
        found = TRUE;
        if (truce_stamp_order (model->dots[i].stamp, *latest) > 0)
          *latest = model->dots[i].stamp;
      }
  return found;
}

static inline gboolean
model_beats (const ModelDot *dot,
             const ModelDot *other)
{
  int order = truce_stamp_order (dot->stamp, other->stamp);
  gboolean is_true = dot->value != NULL && *dot->value == 't';
  gboolean is_false = dot->value != NULL && *dot->value == 'f';
  gboolean other_is_true = other->value != NULL && *other->value == 't';
  gboolean other_is_false = other->value != NULL && *other->value == 'f';

  if (dot->shape == TRUCE_SHAPE_FIRST)
    return order < 0;
  if (dot->shape == TRUCE_SHAPE_MAX && atoi (dot->value) != atoi (other->value))
    return atoi (dot->value) > atoi (other->value);
  if (dot->shape == TRUCE_SHAPE_MIN && atoi (dot->value) != atoi (other->value))
    return atoi (dot->value) < atoi (other->value);
  if (dot->shape == TRUCE_SHAPE_MAX || dot->shape == TRUCE_SHAPE_MIN)
    return order < 0;
  if (dot->shape == TRUCE_SHAPE_FLAG && is_true != other_is_true)
    return is_true;
  if (dot->shape == TRUCE_SHAPE_FLAG_OFF && is_false != other_is_false)
    return is_false;
  return order > 0;
}

static inline const ModelDot *
model_winner (const Model      *model,
              const ModelState *state,
              const char       *path,
              TruceShape        shape,
              guint            *n_alive)
{
  const ModelDot *winner = NULL;

  *n_alive = 0;
  for (guint i = 0; i < model->n_dots; i++)
    if (model_shape_at (&model->dots[i], path) == shape && model_is_alive (model, state, i))
      {
        (*n_alive)++;
        if (winner == NULL || model_beats (&model->dots[i], winner))
          winner = &model->dots[i];
      }
  return winner;
}

static inline void model_write_map (const Model      *model,
                                    const ModelState *state,
                                    const char       *path,
                                    GString          *json);

static inline int
model_compare_texts (gconstpointer a,
                     gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static inline void
model_write_set (const Model      *model,
                 const ModelState *state,
                 const char       *path,
                 GString          *json)
{
  g_autoptr(GPtrArray) elements = g_ptr_array_new ();

  for (guint i = 0; i < model->n_dots; i++)
    if (strcmp (model->dots[i].path, path) == 0 && model->dots[i].shape == TRUCE_SHAPE_SET &&
        model->dots[i].value != NULL && model_is_alive (model, state, i))
      g_ptr_array_add (elements, (gpointer) model->dots[i].value);
  g_ptr_array_sort (elements, model_compare_texts);
  g_string_append_c (json, '[');
  for (guint i = 0; i < elements->len; i++)
    if (i == 0 || strcmp (elements->pdata[i - 1], elements->pdata[i]) != 0)
      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", (char *) elements->pdata[i]);
  g_string_append_c (json, ']');
}

static inline gint64
model_sum (const Model      *model,
           const ModelState *state,
           const char       *path)
{
  gint64 sum = 0;

  for (guint i = 0; i < model->n_dots; i++)
    if (strcmp (model->dots[i].path, path) == 0 && model->dots[i].shape == TRUCE_SHAPE_COUNTER &&
        model_is_alive (model, state, i))
      sum += model->dots[i].amount;
  return sum;
}

/* The shape that shows at path, 0 where none does; its text is appended. */
static inline TruceShape
model_show (const Model      *model,
            const ModelState *state,
            const char       *path,
            GString          *json)
{
  TruceShape shown = 0;
  TruceStamp latest = { 0 };
  const ModelDot *winner;
  guint n_alive;

  for (TruceShape shape = TRUCE_SHAPE_REGISTER; shape < TRUCE_SHAPE_LOCAL; shape++)
    {
      TruceStamp stamp;

      if (model_has_part (model, state, path, shape, &stamp) && truce_stamp_order (stamp, latest) > 0)
        {
          shown = shape;
          latest = stamp;
        }
    }
  if (shown == 0)
    return 0;
  if (shown == TRUCE_SHAPE_SET)
    model_write_set (model, state, path, json);
  else if (shown == TRUCE_SHAPE_COUNTER)
    g_string_append_printf (json, "%" G_GINT64_FORMAT, model_sum (model, state, path));
  else if (shown == TRUCE_SHAPE_MAP)
    {
      gsize length = json->len;
      gboolean present = FALSE;

      for (guint i = 0; i < model->n_dots && !present; i++)
        present = strcmp (model->dots[i].path, path) == 0 && model->dots[i].shape == TRUCE_SHAPE_MAP &&
                  model_is_alive (model, state, i);
      model_write_map (model, state, path, json);
      if (!present && strcmp (json->str + length, "{}") == 0)
        {
          g_string_truncate (json, length);
          return 0;
        }
    }
  else
    {
      winner = model_winner (model, state, path, shown, &n_alive);
      if (winner->value == NULL)
        return 0;
      g_string_append (json, winner->value);
    }
  return shown;
}

/* The fields that histories use, in order. */
static const char *const model_names[] = { "a", "b", "c", "d" };

static inline void
model_write_map (const Model      *model,
                 const ModelState *state,
                 const char       *path,
                 GString          *json)
{
  char separator = '{';

  for (guint i = 0; i < G_N_ELEMENTS (model_names) && strlen (path) < 6; i++)
    {
      g_autoptr(GString) value = g_string_new (NULL);
      char child[MODEL_PATH];

      g_snprintf (child, sizeof child, "%s/%s", path, model_names[i]);
      if (model_show (model, state, child, value) == 0)
        continue;
      g_string_append_printf (json, "%c\"%s\":%s", separator, model_names[i], value->str);
      separator = ',';
    }
  g_string_append (json, separator == '{' ? "{}" : "}");
}

static inline gboolean
model_lives (const Model      *model,
             const ModelState *state,
             TruceLifeRule     rule)
{
  TruceStamp touched = { 0 };
  TruceStamp deleted = { 0 };
  gboolean unseen = FALSE;
  gboolean created = FALSE;

  for (guint i = 0; i < model->n_events; i++)
    {
      TruceStamp *latest = model->events[i].deletes ? &deleted : &touched;
      gboolean seen = FALSE;

      if (!state->has[i])
        continue;
      if (truce_stamp_order (model->events[i].stamp, *latest) > 0)
        *latest = model->events[i].stamp;
      for (guint k = 0; k < model->n_events; k++)
        seen |= state->has[k] && model->events[k].deletes && model->events[k].seen.has[i];
      unseen |= !seen && !model->events[i].deletes;
    }
  for (guint i = 0; i < model->n_dots; i++)
    created |= *model->dots[i].path == '\0' && model_is_alive (model, state, i);

  if (deleted.time == 0)
    return touched.time != 0;
  if (rule == TRUCE_LIFE_UPDATE_WINS)
    return unseen;
  return rule == TRUCE_LIFE_DELETE_WINS ? created : truce_stamp_order (touched, deleted) > 0;
}

/* ---- events ---- */

/* A new event, not yet in any state. */
static inline ModelEvent *
model_begin (Model            *model,
             const ModelState *seen,
             TruceStamp        stamp)
{
  ModelEvent *event = &model->events[model->n_events++];

  g_assert_cmpuint (model->n_events, <=, MODEL_EVENTS);
  memset (event, 0, sizeof *event);
  event->stamp = stamp;
  event->seen = *seen;
  return event;
}

static inline void
model_end (Model      *model,
           ModelState *state)
{
  state->has[model->n_events - 1] = TRUE;
}

static inline void
model_put (Model      *model,
           const char *path,
           TruceShape  shape,
           const char *value,
           gint64      amount)
{
  ModelDot *dot = &model->dots[model->n_dots++];

  g_assert_cmpuint (model->n_dots, <=, MODEL_DOTS);
  *dot = (ModelDot) {
    .event = model->n_events - 1, .stamp = model->events[model->n_events - 1].stamp, .shape = shape,
    .value = value, .amount = amount,
  };
  g_strlcpy (dot->path, path, sizeof dot->path);
}

/* The newest event takes away what it has seen at path and below, but for a part of shape kept. */
static inline void
model_kill (Model      *model,
            const char *path,
            TruceShape  kept)
{
  ModelEvent *event = &model->events[model->n_events - 1];

  for (guint i = 0; i < model->n_dots; i++)
    {
      TruceShape shape = model_shape_at (&model->dots[i], path);

      if (shape != 0 && shape != kept && model_is_alive (model, &event->seen, i))
        event->kills[i] = TRUE;
    }
}

/* The newest event takes an element away. */
static inline void
model_kill_element (Model      *model,
                    const char *path,
                    const char *element)
{
  ModelEvent *event = &model->events[model->n_events - 1];

  for (guint i = 0; i < model->n_dots; i++)
    if (strcmp (model->dots[i].path, path) == 0 && model->dots[i].shape == TRUCE_SHAPE_SET &&
        g_strcmp0 (model->dots[i].value, element) == 0 && model_is_alive (model, &event->seen, i))
      event->kills[i] = TRUE;
}
