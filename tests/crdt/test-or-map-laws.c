/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* TruceOrMap against the dumb model of states: random histories of up to eight replicas in all types and
 * depths, exchanged as states, as deltas and in memory, lost, repeated, reordered and late. */

#include <stdlib.h>

#include "state-model.h"
#include "truce-or-map.h"

#define N_REPLICAS_MAX 8u

typedef struct
{
  TruceOrMap *map;
  ModelState model;
  guint64 id;
} Replica;

/* Bytes on their way. */
typedef struct
{
  GBytes *bytes;
  ModelState model;             /* of the sender */
} Message;

typedef struct
{
  Model model;
  Replica replicas[N_REPLICAS_MAX];
  guint n_replicas;
  GArray *messages;             /* Message, owned */
  guint64 time;
} World;

static const char *const values[] = { "1", "\"x\"", "[1,{\"b\":null}]", "{\"a\":2,\"z\":1}", "null" };
static const char *const elements[] = { "1", "\"e\"", "null", "2.5" };

#define PICK(array) (array)[g_test_rand_int_range (0, G_N_ELEMENTS (array))]

static JsonNode *
to_node (const char *text)
{
  JsonNode *node = json_from_string (text, NULL);

  g_assert_nonnull (node);
  return node;
}

/* ---- local writes ---- */

static gboolean
has_dot (World            *world,
         const ModelState *state,
         const char       *path,
         TruceShape        shape,
         const char       *value)
{
  for (guint i = 0; i < world->model.n_dots; i++)
    if (strcmp (world->model.dots[i].path, path) == 0 && world->model.dots[i].shape == shape &&
        g_strcmp0 (world->model.dots[i].value, value) == 0 && model_is_alive (&world->model, state, i))
      return TRUE;
  return FALSE;
}

static TruceShape
find_shape (World      *world,
            Replica    *replica,
            const char *path)
{
  g_autoptr(GString) text = g_string_new (NULL);

  return model_show (&world->model, &replica->model, path, text);
}

/* The maps on the way are made; FALSE: something else is in it. */
static gboolean
make_way (World      *world,
          Replica    *replica,
          const char *path,
          TruceStamp  stamp,
          gboolean    makes)
{
  for (const char *end = strchr (path + 1, '/'); end != NULL; end = strchr (end + 1, '/'))
    {
      g_autofree char *parent = g_strndup (path, end - path);
      TruceShape shape = find_shape (world, replica, parent);

      if (shape != 0 && shape != TRUCE_SHAPE_MAP)
        return FALSE;
      if (shape == TRUCE_SHAPE_MAP || !makes)
        continue;
      model_begin (&world->model, &replica->model, stamp);
      model_kill (&world->model, parent, 0);
      model_put (&world->model, parent, TRUCE_SHAPE_MAP, NULL, 0);
      model_end (&world->model, &replica->model);
    }
  return TRUE;
}

/* A write that replaces whatever is there, or adds to what is of its own shape. */
static void
model_write (World      *world,
             Replica    *replica,
             const char *path,
             TruceShape  kept,
             TruceShape  shape,
             const char *value,
             gint64      amount,
             TruceStamp  stamp)
{
  gboolean present = shape != TRUCE_SHAPE_SET || value == NULL ||
                     (kept == shape && has_dot (world, &replica->model, path, shape, NULL));

  model_begin (&world->model, &replica->model, stamp);
  model_kill (&world->model, path, kept);
  if (shape == TRUCE_SHAPE_SET && value != NULL)
    model_kill_element (&world->model, path, value);
  if (!present)
    model_put (&world->model, path, TRUCE_SHAPE_SET, NULL, 0);
  model_put (&world->model, path, shape, value, amount);
  model_end (&world->model, &replica->model);
}

static gboolean
take_element (World      *world,
              Replica    *replica,
              const char *path,
              const char *element,
              TruceStamp  stamp)
{
  gboolean present = has_dot (world, &replica->model, path, TRUCE_SHAPE_SET, NULL);

  if (!has_dot (world, &replica->model, path, TRUCE_SHAPE_SET, element) ||
      find_shape (world, replica, path) != TRUCE_SHAPE_SET)
    return FALSE;
  model_begin (&world->model, &replica->model, stamp);
  model_kill (&world->model, path, TRUCE_SHAPE_SET);
  model_kill_element (&world->model, path, element);
  if (!present)
    model_put (&world->model, path, TRUCE_SHAPE_SET, NULL, 0);
  model_end (&world->model, &replica->model);
  return TRUE;
}

static TruceShape
pick_shape (const char *path)
{
  static const TruceShape shapes[] = {
    TRUCE_SHAPE_REGISTER, TRUCE_SHAPE_MULTI, TRUCE_SHAPE_FLAG, TRUCE_SHAPE_SET, TRUCE_SHAPE_COUNTER,
    TRUCE_SHAPE_MAP,
  };

  if (g_test_rand_int_range (0, 8) == 0)
    return PICK (shapes);
  /* Of the keys at the top the last is a map, and in it the second. */
  return shapes[((gsize) (path[strlen (path) - 1] - 'a') + strlen (path)) % G_N_ELEMENTS (shapes)];
}

static gboolean
apply_write (TruceOrMap *map,
             const char *path,
             TruceShape  shape,
             const char *text,
             gint64      amount,
             TruceStamp  stamp,
             GError    **error)
{
  g_autoptr(JsonNode) node = text != NULL ? to_node (text) : NULL;

  if (shape == TRUCE_SHAPE_REGISTER && amount > 0)
    return truce_or_map_set (map, path, node, &stamp, error);
  if (shape == TRUCE_SHAPE_REGISTER)
    return truce_or_map_set_text (map, path, text, &stamp, error);
  if (shape == TRUCE_SHAPE_MULTI)
    return truce_or_map_set_multi (map, path, node, &stamp, error);
  if (shape == TRUCE_SHAPE_FLAG)
    return truce_or_map_set_flag (map, path, *text == 't', &stamp, error);
  if (shape == TRUCE_SHAPE_COUNTER)
    return truce_or_map_increment (map, path, amount, &stamp, error);
  if (shape == TRUCE_SHAPE_SET && text != NULL)
    return truce_or_map_add (map, path, node, &stamp, error);
  return shape == TRUCE_SHAPE_SET ? truce_or_map_put_set (map, path, &stamp, error)
                                  : truce_or_map_put_map (map, path, &stamp, error);
}

static void
write_place (World      *world,
             Replica    *replica,
             const char *path,
             TruceShape  shape,
             TruceStamp  stamp)
{
  g_autoptr(GError) error = NULL;
  TruceShape shown = find_shape (world, replica, path);
  gint64 amount = g_test_rand_int_range (-9, 10);
  const char *text = NULL;
  gboolean replaces = shape == TRUCE_SHAPE_REGISTER || shape == TRUCE_SHAPE_MULTI;
  gboolean fits = make_way (world, replica, path, stamp, FALSE) && (replaces || shown == 0 || shown == shape);
  gboolean puts;

  if (replaces)
    text = PICK (values);
  else if (shape == TRUCE_SHAPE_FLAG)
    text = g_test_rand_bit () ? "true" : "false";
  else if (shape == TRUCE_SHAPE_SET && g_test_rand_int_range (0, 4) > 0)
    text = PICK (elements);
  puts = (shape == TRUCE_SHAPE_SET && text == NULL) || shape == TRUCE_SHAPE_MAP;

  g_assert_cmpint (apply_write (replica->map, path, shape, text, amount, stamp, &error), ==, fits);
  if (!fits)
    {
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
      return;
    }
  make_way (world, replica, path, stamp, TRUE);
  if ((puts && shown == shape) || (shape == TRUCE_SHAPE_COUNTER && amount == 0 && shown == shape))
    return;
  model_write (world, replica, path,
               shown == shape && (shape == TRUCE_SHAPE_SET || shape == TRUCE_SHAPE_COUNTER) ? shape : 0, shape,
               shape == TRUCE_SHAPE_COUNTER ? NULL : text, amount, stamp);
}

static void
write_somewhere (World   *world,
                 Replica *replica)
{
  TruceStamp stamp = { world->time += (guint64) g_test_rand_int_range (1, 100000), replica->id };
  char path[MODEL_PATH] = "";
  gint depth = g_test_rand_int_range (1, 4);
  TruceShape shape;
  g_autoptr(GError) error = NULL;

  for (gint i = 0; i < depth; i++)
    {
      g_strlcat (path, "/", sizeof path);
      g_strlcat (path, PICK (model_names), sizeof path);
      if (pick_shape (path) != TRUCE_SHAPE_MAP)
        break;
    }
  shape = pick_shape (path);
  if (g_test_rand_int_range (0, 6) == 0)
    {
      gboolean shown = find_shape (world, replica, path) != 0;
      gboolean fits = make_way (world, replica, path, stamp, FALSE);

      g_assert_cmpint (truce_or_map_remove (replica->map, path, &stamp, &error), ==, fits);
      if (!shown || !fits)
        return;
      model_begin (&world->model, &replica->model, stamp);
      model_kill (&world->model, path, 0);
      model_end (&world->model, &replica->model);
    }
  else if (shape == TRUCE_SHAPE_SET && g_test_rand_int_range (0, 3) == 0)
    {
      const char *element = PICK (elements);
      g_autoptr(JsonNode) node = to_node (element);

      if (truce_or_map_take (replica->map, path, node, &stamp, &error))
        take_element (world, replica, path, element, stamp);
    }
  else
    write_place (world, replica, path, shape, stamp);
}

/* ---- exchange ---- */

static void
see (Replica          *replica,
     const ModelState *other)
{
  for (guint i = 0; i < MODEL_EVENTS; i++)
    replica->model.has[i] |= other->has[i];
}

static Message *
send (World                    *world,
      Replica                  *from,
      const TruceVersionVector *since)
{
  Message message = { .model = from->model };

  message.bytes = since != NULL ? truce_crdt_delta (TRUCE_CRDT (from->map), since, NULL)
                                : truce_crdt_encode (TRUCE_CRDT (from->map), NULL);
  g_array_append_val (world->messages, message);
  return &g_array_index (world->messages, Message, world->messages->len - 1);
}

/* Whether it could be taken in. */
static gboolean
receive (Replica       *to,
         const Message *message)
{
  g_autoptr(GError) error = NULL;

  if (truce_crdt_apply (TRUCE_CRDT (to->map), message->bytes, &error))
    {
      see (to, &message->model);
      return TRUE;
    }
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_DEPENDENCY);
  return FALSE;
}

static void
exchange (World   *world,
          Replica *to)
{
  Replica *from = &world->replicas[g_test_rand_int_range (0, (gint) world->n_replicas)];
  g_autoptr(TruceVersionVector) since = NULL;

  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
      g_assert_true (truce_crdt_merge (TRUCE_CRDT (to->map), TRUCE_CRDT (from->map), NULL));
      see (to, &from->model);
      break;
    case 1:
      g_assert_true (receive (to, send (world, from, NULL)));
      break;
    case 2:
      if (world->messages->len > 0)
        receive (to, &g_array_index (world->messages, Message,
                                     g_test_rand_int_range (0, (gint) world->messages->len)));
      break;
    default:
      /* Made for this receiver, so it fits; perhaps lost at first. */
      since = truce_crdt_get_context (TRUCE_CRDT (to->map), NULL);
      send (world, from, since);
      if (g_test_rand_int_range (0, 4) > 0)
        g_assert_true (receive (to, send (world, from, since)));
    }
}

/* ---- checks ---- */

static void
assert_as_model (World   *world,
                 Replica *replica)
{
  g_autofree char *text = truce_or_map_get_text (replica->map, "");
  g_autoptr(GString) expected = g_string_new (NULL);

  model_write_map (&world->model, &replica->model, "", expected);
  g_assert_cmpstr (text, ==, expected->str);
}

static void
assert_reads_back (Replica *replica)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = truce_crdt_encode (TRUCE_CRDT (replica->map), NULL);
  g_autoptr(TruceOrMap) again = truce_or_map_new_from_bytes (bytes, &error);
  g_autoptr(GBytes) again_bytes = NULL;

  g_assert_no_error (error);
  again_bytes = truce_crdt_encode (TRUCE_CRDT (again), NULL);
  g_assert_true (g_bytes_equal (bytes, again_bytes));
}

static void
world_init (World *world)
{
  memset (world, 0, sizeof *world);
  world->n_replicas = (guint) g_test_rand_int_range (2, N_REPLICAS_MAX + 1);
  world->time = truce_time_pack (1700000000000, 0);
  world->messages = g_array_new (FALSE, FALSE, sizeof (Message));
  for (guint i = 0; i < world->n_replicas; i++)
    {
      world->replicas[i].map = truce_or_map_new ();
      world->replicas[i].id = (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    }
}

static void
world_clear (World *world)
{
  for (guint i = 0; i < world->n_replicas; i++)
    g_object_unref (world->replicas[i].map);
  for (guint i = 0; i < world->messages->len; i++)
    g_bytes_unref (g_array_index (world->messages, Message, i).bytes);
  g_array_unref (world->messages);
}

static void
test_history (void)
{
  g_autofree World *world = g_new (World, 1);
  guint n_steps = (guint) g_test_rand_int_range (10, 100);

  world_init (world);
  for (guint i = 0; i < n_steps; i++)
    {
      Replica *replica = &world->replicas[g_test_rand_int_range (0, (gint) world->n_replicas)];

      if (g_test_rand_int_range (0, 3) > 0)
        write_somewhere (world, replica);
      else
        exchange (world, replica);
      assert_as_model (world, replica);
    }
  for (guint i = 1; i < world->n_replicas; i++)
    receive (&world->replicas[0], send (world, &world->replicas[i], NULL));
  for (guint i = 1; i < world->n_replicas; i++)
    {
      Replica *replica = &world->replicas[i];
      g_autoptr(TruceVersionVector) since = truce_crdt_get_context (TRUCE_CRDT (replica->map), NULL);

      g_assert_true (receive (replica, send (world, &world->replicas[0], since)));
      g_assert_true (truce_crdt_equal (TRUCE_CRDT (world->replicas[0].map), TRUCE_CRDT (replica->map), NULL));
      assert_as_model (world, replica);
      assert_reads_back (replica);
    }
  world_clear (world);
}

static void
test_histories (void)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");
  guint n_rounds = g_test_slow () ? 10000 : 40;

  if (rounds != NULL)
    n_rounds = (guint) g_ascii_strtoull (rounds, NULL, 10);
  for (guint i = 0; i < n_rounds; i++)
    test_history ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/or-map/laws/histories", test_histories);

  return g_test_run ();
}
