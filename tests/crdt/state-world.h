/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random histories of several replicas in all shapes, whose whole states are lost, repeated, reordered and late;
 * beside each state the model of it. */

#include <stdlib.h>

#include "state-model.h"

#define N_REPLICAS_MAX 6u
#define N_STALE 8u              /* old states that may still arrive */

typedef struct
{
  GBytes *json;
  GBytes *bytes;
  ModelState model;
} Message;

typedef struct
{
  TruceJsonArena *arena;
  TruceState *state;
  ModelState model;
  guint64 id;
} Replica;

typedef struct
{
  Model model;
  Replica replicas[N_REPLICAS_MAX];
  guint n_replicas;
  Message stale[N_STALE];
  guint64 time;
} World;

static const char *const values[] = { "1", "\"x\"", "[1,{\"b\":null}]", "{\"z\":1,\"a\":2}", "null" };
static const char *const numbers[] = { "3", "12", "-4", "100", "7" };
static const char *const flags[] = { "true", "false" };
static const char *const elements[] = { "1", "\"e\"", "null", "\"\\n\"", "2.5" };

#define PICK(array) (array)[g_test_rand_int_range (0, G_N_ELEMENTS (array))]

/* ---- states as bytes ---- */

static inline void
message_clear (Message *message)
{
  g_clear_pointer (&message->json, g_bytes_unref);
  g_clear_pointer (&message->bytes, g_bytes_unref);
}

static inline Message
send (TruceState       *state,
      const ModelState *model)
{
  GString *json = g_string_new (NULL);
  GByteArray *bytes = g_byte_array_new ();

  truce_state_encode (state, json, bytes);
  return (Message) { g_string_free_to_bytes (json), g_byte_array_free_to_bytes (bytes), *model };
}

/* message must outlive the arena. */
static inline TruceState *
receive (TruceJsonArena *arena,
         const Message  *message)
{
  g_autoptr(GError) error = NULL;
  gsize json_length;
  gsize length;
  const char *json = g_bytes_get_data (message->json, &json_length);
  const guint8 *bytes = g_bytes_get_data (message->bytes, &length);
  TruceState *state = truce_state_decode (arena, json, json_length, bytes, length, &error);

  g_assert_no_error (error);
  return state;
}

static inline void
assert_same (TruceState *a,
             TruceState *b)
{
  static const ModelState none = { { FALSE } };
  Message message_a = send (a, &none);
  Message message_b = send (b, &none);

  g_assert_cmpstr (g_bytes_get_data (message_a.json, NULL), ==, g_bytes_get_data (message_b.json, NULL));
  g_assert_true (g_bytes_equal (message_a.bytes, message_b.bytes));
  message_clear (&message_a);
  message_clear (&message_b);
}

static inline void
assert_as_model (World   *world,
                 Replica *replica)
{
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GString) expected = g_string_new (NULL);

  truce_state_write_map (&replica->state->fields, json);
  model_write_map (&world->model, &replica->model, "", expected);
  g_assert_cmpstr (json->str, ==, expected->str);
  for (TruceLifeRule rule = TRUCE_LIFE_UPDATE_WINS; rule <= TRUCE_LIFE_LATER_WINS; rule++)
    g_assert_cmpint (truce_state_is_alive (replica->state, rule), ==,
                     model_lives (&world->model, &replica->model, rule));
}

/* ---- local events ---- */

/* A place, and the maps on the way to it, which are made in the same write. */
typedef struct
{
  TruceStateMap *map;
  char path[MODEL_PATH];
  const char *name;
  TruceShape shown;
  GString *text;
} Place;

static inline void
look (World            *world,
      const ModelState *state,
      Place            *place)
{
  g_string_truncate (place->text, 0);
  place->shown = model_show (&world->model, state, place->path, place->text);
}

static inline void
touch (World      *world,
       ModelState *seen,
       Place      *place,
       TruceShape  shape,
       TruceStamp  stamp,
       Replica    *replica,
       gboolean    expected)
{
  gboolean touched = truce_state_touch (replica->state, place->map, place->name, shape, stamp);

  look (world, seen, place);
  g_assert_cmpint (touched, ==, place->shown != shape);
  if (!touched)
    return;
  model_begin (&world->model, seen, stamp);
  model_kill (&world->model, place->path, 0);
  model_put (&world->model, place->path, shape, NULL, 0);
  model_end (&world->model, seen);
}

static inline gboolean
has_presence (World            *world,
              const ModelState *state,
              const char       *path)
{
  for (guint i = 0; i < world->model.n_dots; i++)
    if (strcmp (world->model.dots[i].path, path) == 0 && world->model.dots[i].shape == TRUCE_SHAPE_SET &&
        world->model.dots[i].value == NULL && model_is_alive (&world->model, state, i))
      return TRUE;
  return FALSE;
}

static inline gboolean
has_element (World            *world,
             const ModelState *state,
             const char       *path,
             const char       *element)
{
  for (guint i = 0; i < world->model.n_dots; i++)
    if (strcmp (world->model.dots[i].path, path) == 0 && world->model.dots[i].shape == TRUCE_SHAPE_SET &&
        g_strcmp0 (world->model.dots[i].value, element) == 0 && model_is_alive (&world->model, state, i))
      return TRUE;
  return FALSE;
}

/* What the contract says of a value that is already so. */
static inline gboolean
is_so (World      *world,
       Replica    *replica,
       Place      *place,
       TruceShape  shape,
       const char *value)
{
  gboolean same = place->shown == shape;
  guint n_alive;

  model_winner (&world->model, &replica->model, place->path, shape, &n_alive);
  if (value == NULL)
    return place->shown == 0 || shape == TRUCE_SHAPE_FIRST || shape == TRUCE_SHAPE_MAX ||
           shape == TRUCE_SHAPE_MIN;
  if (!same)
    return FALSE;
  if (shape == TRUCE_SHAPE_FIRST)
    return TRUE;
  if (shape == TRUCE_SHAPE_MAX)
    return atoi (value) <= atoi (place->text->str);
  if (shape == TRUCE_SHAPE_MIN)
    return atoi (value) >= atoi (place->text->str);
  return strcmp (value, place->text->str) == 0 && (shape != TRUCE_SHAPE_MULTI || n_alive == 1);
}

static inline void
set_value (World     *world,
           Replica   *replica,
           Place     *place,
           TruceShape shape,
           TruceStamp stamp)
{
  const char *value = shape == TRUCE_SHAPE_MAX || shape == TRUCE_SHAPE_MIN     ? PICK (numbers)
                      : shape == TRUCE_SHAPE_FLAG || shape == TRUCE_SHAPE_FLAG_OFF ? PICK (flags)
                                                                                   : PICK (values);
  TruceSlice slice;

  if (g_test_rand_int_range (0, 5) == 0)
    value = NULL;
  slice = (TruceSlice) { value, value != NULL ? strlen (value) : 0 };
  g_assert_cmpint (truce_state_set (replica->state, place->map, place->name, shape, slice, stamp), ==,
                   !is_so (world, replica, place, shape, value));
  if (is_so (world, replica, place, shape, value))
    return;
  model_begin (&world->model, &replica->model, stamp);
  model_kill (&world->model, place->path, 0);
  model_put (&world->model, place->path, shape, value, 0);
  model_end (&world->model, &replica->model);
}

static inline void
change_set (World     *world,
            Replica   *replica,
            Place     *place,
            TruceStamp stamp)
{
  const char *element = PICK (elements);
  TruceSlice slice = { element, strlen (element) };
  gboolean adds = g_test_rand_bit ();
  gboolean shown = place->shown == TRUCE_SHAPE_SET;
  gboolean there = shown && has_element (world, &replica->model, place->path, element);
  gboolean present = shown && has_presence (world, &replica->model, place->path);
  gboolean changed = adds ? truce_state_add (replica->state, place->map, place->name, slice, stamp)
                          : truce_state_remove (replica->state, place->map, place->name, slice, stamp);

  g_assert_cmpint (changed, ==, adds ? !there : there);
  if (!changed)
    return;
  model_begin (&world->model, &replica->model, stamp);
  model_kill (&world->model, place->path, shown ? TRUCE_SHAPE_SET : 0);
  if (!adds)
    model_kill_element (&world->model, place->path, element);
  if (!present)
    model_put (&world->model, place->path, TRUCE_SHAPE_SET, NULL, 0);
  if (adds)
    model_put (&world->model, place->path, TRUCE_SHAPE_SET, element, 0);
  model_end (&world->model, &replica->model);
}

static inline void
count (World     *world,
       Replica   *replica,
       Place     *place,
       TruceStamp stamp)
{
  gint64 amount = g_test_rand_int_range (-9, 10);
  gboolean shown = place->shown == TRUCE_SHAPE_COUNTER;

  g_assert_cmpint (truce_state_increment (replica->state, place->map, place->name, amount, stamp), ==,
                   amount != 0 || !shown);
  if (amount == 0 && shown)
    return;
  model_begin (&world->model, &replica->model, stamp);
  model_kill (&world->model, place->path, shown ? TRUCE_SHAPE_COUNTER : 0);
  model_put (&world->model, place->path, TRUCE_SHAPE_COUNTER, NULL, amount);
  model_end (&world->model, &replica->model);
}

static inline void
clear (World     *world,
       Replica   *replica,
       Place     *place,
       TruceStamp stamp)
{
  if (!truce_state_clear (replica->state, place->map, place->name, stamp))
    {
      g_assert_cmpint (place->shown, ==, 0);
      return;
    }
  model_begin (&world->model, &replica->model, stamp);
  model_kill (&world->model, place->path, 0);
  model_end (&world->model, &replica->model);
}

static inline void
live (World     *world,
      Replica   *replica,
      TruceStamp stamp)
{
  gboolean creates = g_test_rand_bit ();
  gboolean changed = creates ? truce_state_create (replica->state, stamp)
                             : truce_state_delete (replica->state, stamp);

  if (!changed)
    return;
  model_begin (&world->model, &replica->model, stamp);
  for (guint i = 0; i < world->model.n_dots; i++)
    if (*world->model.dots[i].path == '\0' && model_is_alive (&world->model, &replica->model, i))
      world->model.events[world->model.n_events - 1].kills[i] = TRUE;
  world->model.events[world->model.n_events - 1].deletes = !creates;
  if (creates)
    model_put (&world->model, "", 0, NULL, 0);
  model_end (&world->model, &replica->model);
}

/* A field mostly has one shape, but not always. */
static inline TruceShape
pick_shape (const char *path)
{
  if (g_test_rand_int_range (0, 6) == 0)
    return (TruceShape) g_test_rand_int_range (TRUCE_SHAPE_REGISTER, TRUCE_SHAPE_LOCAL);
  return (TruceShape) (TRUCE_SHAPE_REGISTER + g_str_hash (path) % (TRUCE_SHAPE_LOCAL - TRUCE_SHAPE_REGISTER));
}

static inline void
write_field (World   *world,
             Replica *replica)
{
  TruceStamp stamp = { world->time += g_test_rand_int_range (1, 100000), replica->id };
  g_autoptr(GString) text = g_string_new (NULL);
  Place place = { .map = &replica->state->fields, .text = text };
  TruceShape shape;

  for (guint depth = 0;; depth++)
    {
      gsize length = strlen (place.path);

      place.name = PICK (model_names);
      g_snprintf (place.path + length, sizeof place.path - length, "/%s", place.name);
      shape = pick_shape (place.path);
      if (shape != TRUCE_SHAPE_MAP || depth == 2)
        break;
      touch (world, &replica->model, &place, TRUCE_SHAPE_MAP, stamp, replica, TRUE);
      place.map = truce_state_map (replica->state, place.map, place.name, stamp);
    }
  look (world, &replica->model, &place);
  if (g_test_rand_int_range (0, 6) == 0)
    clear (world, replica, &place, stamp);
  else if (shape == TRUCE_SHAPE_SET && g_test_rand_int_range (0, 8) > 0)
    change_set (world, replica, &place, stamp);
  else if (shape == TRUCE_SHAPE_COUNTER)
    count (world, replica, &place, stamp);
  else if (shape == TRUCE_SHAPE_SET || shape == TRUCE_SHAPE_MAP)
    touch (world, &replica->model, &place, shape, stamp, replica, TRUE);
  else
    set_value (world, replica, &place, shape, stamp);
}

/* Anything, anywhere; now and then it changes nothing. */
static inline void
write_anything (World   *world,
                Replica *replica)
{
  if (g_test_rand_int_range (0, 7) == 0)
    live (world, replica, (TruceStamp) { world->time += (guint64) g_test_rand_int_range (1, 100000), replica->id });
  else
    write_field (world, replica);
}

/* ---- exchange ---- */

static inline void
take (Replica       *replica,
      const Message *message)
{
  truce_state_join (replica->state, receive (replica->arena, message), NULL, NULL);
  for (guint i = 0; i < MODEL_EVENTS; i++)
    replica->model.has[i] |= message->model.has[i];
}

/* Texts must live as long as the arenas, so all messages are kept until a history ends. */
static inline Message *
keep (GArray *kept,
      Message message)
{
  g_array_append_val (kept, message);
  return &g_array_index (kept, Message, kept->len - 1);
}

/* One that was sent just now, or long ago. */
static inline void
exchange (World   *world,
          GArray  *kept,
          Replica *replica)
{
  Replica *other = &world->replicas[g_test_rand_int_range (0, (gint) world->n_replicas)];
  Message *message;

  if (kept->len > 0 && g_test_rand_int_range (0, 3) == 0)
    message = &g_array_index (kept, Message, g_test_rand_int_range (0, (gint) kept->len));
  else
    message = keep (kept, send (other->state, &other->model));
  take (replica, message);
  if (g_test_rand_bit ())
    take (replica, message);
}

static inline void
world_init (World *world)
{
  memset (world, 0, sizeof *world);
  world->n_replicas = (guint) g_test_rand_int_range (2, N_REPLICAS_MAX + 1);
  world->time = truce_time_pack (1700000000000, 0);
  for (guint i = 0; i < world->n_replicas; i++)
    {
      world->replicas[i].arena = truce_json_arena_new ();
      world->replicas[i].state = truce_state_new (world->replicas[i].arena);
      world->replicas[i].id = (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    }
}

static inline void
world_clear (World  *world,
             GArray *kept)
{
  for (guint i = 0; i < world->n_replicas; i++)
    truce_json_arena_free (world->replicas[i].arena);
  for (guint i = 0; i < kept->len; i++)
    message_clear (&g_array_index (kept, Message, i));
}

static inline guint
n_rounds (void)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  if (rounds != NULL)
    return (guint) g_ascii_strtoull (rounds, NULL, 10);
  return g_test_slow () ? 20000 : 60;
}
