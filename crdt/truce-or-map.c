/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The public face of the map: its life, and what can be seen of it. What it is made of is TruceMapState; how
 * it is written is in truce-or-map-write.c. */

#include "truce-or-map-private.h"

#define LIMIT_DEFAULT 10000u
#define LIMIT_MAX 4000000u

/**
 * TruceOrMap:
 *
 * A map of string keys to values that merge each in its own way, and to maps
 * of such.
 *
 * A place in the map is named by a JSON pointer (RFC 6901): `/title`,
 * `/author/name`. What is there depends on what was written:
 *
 * | written with | what it is | when edits meet |
 * |---|---|---|
 * | [method@OrMap.set] | any JSON value | the latest write wins |
 * | [method@OrMap.set_multi] | any JSON value | the latest shows, all are kept |
 * | [method@OrMap.set_flag] | a boolean | true wins |
 * | [method@OrMap.increment] | an integer | the sum of all increments |
 * | [method@OrMap.add], [method@OrMap.take] | an array of distinct scalars | add wins over an unseeing take |
 * | [method@OrMap.put_map], or a place below | an object | each member by itself |
 *
 * [method@OrMap.remove] takes away what it has seen, and nothing else: what
 * another replica wrote there meanwhile stays, and it alone. Where replicas wrote
 * different types to one place, the latest write shows; the others are kept until
 * the next write there.
 *
 * ```c
 * g_autoptr(TruceOrMap) page = truce_or_map_new ();
 * g_autoptr(TruceStamp) stamp = truce_clock_tick (clock, &error);
 *
 * truce_or_map_set_text (page, "/author/name", "\"Ada\"", stamp, &error);
 * truce_or_map_increment (page, "/visits", 1, stamp, &error);
 * ```
 *
 * The maps on the way to a place are made if they are not there. Each change takes
 * a stamp that is later than all that the map has seen of its replica. Changes that
 * belong together may share one, as above, until the map is encoded, merged, or
 * asked for its context; from then on a stamp that was used is refused.
 *
 * ## Costs
 *
 * Finding a place takes time linear in the length of its pointer, a change besides
 * in the number of replicas and in what stands at the place; merging is linear in
 * both maps. A register takes about 110 bytes of memory beyond its key and value,
 * and a removed key leaves nothing but what a counter must remember.
 *
 * The map keeps a journal of its latest changes, at least 1,024. [method@Crdt.delta]
 * since a context that the journal reaches has only the keys at the top that were
 * touched; beyond that, and after a whole state was merged, it is the whole state.
 *
 * Since: 1.0
 */
enum { PROP_0, PROP_LIMIT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void truce_or_map_crdt_init (TruceCrdtInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceOrMap, truce_or_map, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, truce_or_map_crdt_init))

/* ---- TruceCrdt ---- */

static void
seal (TruceOrMap *self)
{
  self->map.open.time = 0;
}

static TruceVersionVector *
truce_or_map_get_context (TruceCrdt *crdt,
                          GError   **error)
{
  TruceOrMap *self = TRUCE_OR_MAP (crdt);

  seal (self);
  return truce_map_state_get_context (&self->map);
}

static gboolean
truce_or_map_merge (TruceCrdt *crdt,
                    TruceCrdt *other_crdt,
                    GError   **error)
{
  TruceOrMap *self = TRUCE_OR_MAP (crdt);
  TruceOrMap *other = TRUCE_OR_MAP (other_crdt);

  seal (self);
  seal (other);
  return self == other || truce_map_state_merge (&self->map, &other->map, self->limit, error);
}

static GBytes *
truce_or_map_delta (TruceCrdt                *crdt,
                    const TruceVersionVector *since,
                    GError                  **error)
{
  TruceOrMap *self = TRUCE_OR_MAP (crdt);

  seal (self);
  return truce_map_state_encode (&self->map, since);
}

static gboolean
truce_or_map_apply (TruceCrdt *crdt,
                    GBytes    *bytes,
                    GError   **error)
{
  TruceOrMap *self = TRUCE_OR_MAP (crdt);

  if (!truce_map_state_apply (&self->map, bytes, self->limit, error))
    return FALSE;
  seal (self);
  return TRUE;
}

static JsonNode *
text_to_node (const char *text,
              gsize       length)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, (gssize) length, NULL);

  g_assert (doc != NULL);
  return truce_json_to_node (doc, 0);
}

static JsonNode *
truce_or_map_to_json (TruceCrdt *crdt,
                      GError   **error)
{
  g_autoptr(GString) text = g_string_new (NULL);

  truce_state_write_map (&TRUCE_OR_MAP (crdt)->map.state->fields, text);
  return text_to_node (text->str, text->len);
}

static gboolean
truce_or_map_equal (TruceCrdt *a,
                    TruceCrdt *b,
                    GError   **error)
{
  g_autoptr(GBytes) bytes_a = truce_map_state_encode (&TRUCE_OR_MAP (a)->map, NULL);
  g_autoptr(GBytes) bytes_b = truce_map_state_encode (&TRUCE_OR_MAP (b)->map, NULL);

  return g_bytes_equal (bytes_a, bytes_b);
}

static void
truce_or_map_crdt_init (TruceCrdtInterface *iface)
{
  iface->get_context = truce_or_map_get_context;
  iface->merge = truce_or_map_merge;
  iface->delta = truce_or_map_delta;
  iface->apply = truce_or_map_apply;
  iface->to_json = truce_or_map_to_json;
  iface->equal = truce_or_map_equal;
}

/* ---- GObject ---- */

static void
truce_or_map_finalize (GObject *object)
{
  truce_map_state_clear (&TRUCE_OR_MAP (object)->map);

  G_OBJECT_CLASS (truce_or_map_parent_class)->finalize (object);
}

static void
truce_or_map_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TruceOrMap *self = TRUCE_OR_MAP (object);

  switch (prop_id)
    {
    case PROP_LIMIT:
      g_value_set_uint (value, truce_or_map_get_limit (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_or_map_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  TruceOrMap *self = TRUCE_OR_MAP (object);

  switch (prop_id)
    {
    case PROP_LIMIT:
      truce_or_map_set_limit (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_or_map_class_init (TruceOrMapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_or_map_finalize;
  object_class->get_property = truce_or_map_get_property;
  object_class->set_property = truce_or_map_set_property;

  /**
   * TruceOrMap:limit:
   *
   * How many keys any one of the maps may have. What would make one larger is
   * refused with %TRUCE_ERROR_TOO_LARGE; keys that are there stay. Give all
   * replicas the same limit, or one of them may refuse for ever what the others
   * have.
   *
   * Since: 1.0
   */
  properties[PROP_LIMIT] =
    g_param_spec_uint ("limit", NULL, NULL, 0, LIMIT_MAX, LIMIT_DEFAULT,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_or_map_init (TruceOrMap *self)
{
  truce_map_state_init (&self->map);
  self->limit = LIMIT_DEFAULT;
}

/**
 * truce_or_map_new:
 *
 * Makes an empty map.
 *
 * Returns: (transfer full): a map
 *
 * Since: 1.0
 */
TruceOrMap *
truce_or_map_new (void)
{
  return g_object_new (TRUCE_TYPE_OR_MAP, NULL);
}

/**
 * truce_or_map_new_from_bytes:
 * @bytes: what [method@Crdt.encode] of a map gave
 * @error: return location for an error
 *
 * Makes a map of its encoded state. For one with another limit, make an empty
 * map, set the limit, and use [method@Crdt.apply].
 *
 * Returns: (transfer full): a map, or %NULL with %TRUCE_ERROR_CORRUPT,
 *   %TRUCE_ERROR_TOO_NEW, %TRUCE_ERROR_TOO_LARGE, or %TRUCE_ERROR_DEPENDENCY if
 *   @bytes is a delta
 *
 * Since: 1.0
 */
TruceOrMap *
truce_or_map_new_from_bytes (GBytes  *bytes,
                             GError **error)
{
  g_autoptr(TruceOrMap) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = truce_or_map_new ();
  return truce_crdt_apply (TRUCE_CRDT (self), bytes, error) ? g_steal_pointer (&self) : NULL;
}

/* ---- looking ---- */

/* What shows at the place; NULL: nothing. */
static const TruceStatePart *
look_up (TruceOrMap *self,
         const char *pointer)
{
  g_auto(GStrv) keys = truce_json_pointer_split (pointer, NULL);
  const TruceStateMap *map = &self->map.state->fields;
  const TruceStatePart *part = NULL;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      part = map != NULL ? truce_or_map_find_shown (map, keys[i]) : NULL;
      if (part == NULL)
        return NULL;
      map = part->shape == TRUCE_SHAPE_MAP ? part->map : NULL;
    }
  return part;
}

/* The map at the place: the whole for "". */
static const TruceStateMap *
look_up_map (TruceOrMap *self,
             const char *pointer)
{
  const TruceStatePart *part;

  if (*pointer == '\0')
    return &self->map.state->fields;
  part = look_up (self, pointer);
  return part != NULL && part->shape == TRUCE_SHAPE_MAP ? part->map : NULL;
}

/**
 * truce_or_map_contains:
 * @self: a map
 * @pointer: a JSON pointer to the place
 *
 * Tells whether something is there. What lies within a value that was set as a
 * whole is no place.
 *
 * Returns: %TRUE if there is
 *
 * Since: 1.0
 */
gboolean
truce_or_map_contains (TruceOrMap *self,
                       const char *pointer)
{
  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);

  return *pointer == '\0' || look_up (self, pointer) != NULL;
}

/**
 * truce_or_map_get_text:
 * @self: a map
 * @pointer: a JSON pointer to the place; "" for the whole map
 *
 * Gets what is there, as JSON text: canonical but for the order of the members of
 * maps, which is that of their bytes.
 *
 * Returns: (transfer full) (nullable): JSON text, or %NULL if nothing is there
 *
 * Since: 1.0
 */
char *
truce_or_map_get_text (TruceOrMap *self,
                       const char *pointer)
{
  const TruceStatePart *part;
  GString *text;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), NULL);
  g_return_val_if_fail (pointer != NULL, NULL);

  part = look_up (self, pointer);
  if (part == NULL && *pointer != '\0')
    return NULL;

  text = g_string_new (NULL);
  if (part != NULL)
    truce_state_write_part (part, text);
  else
    truce_state_write_map (&self->map.state->fields, text);
  return g_string_free (text, FALSE);
}

/**
 * truce_or_map_get:
 * @self: a map
 * @pointer: a JSON pointer to the place; "" for the whole map
 *
 * Gets what is there.
 *
 * Returns: (transfer full) (nullable): a JSON value, or %NULL if nothing is there
 *
 * Since: 1.0
 */
JsonNode *
truce_or_map_get (TruceOrMap *self,
                  const char *pointer)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), NULL);
  g_return_val_if_fail (pointer != NULL, NULL);

  text = truce_or_map_get_text (self, pointer);
  return text != NULL ? text_to_node (text, strlen (text)) : NULL;
}

/**
 * truce_or_map_get_values:
 * @self: a map
 * @pointer: a JSON pointer to the place
 *
 * Gets all values that were set apart and none of which has replaced the others:
 * the one that shows first, then the later before the earlier. One that is set,
 * or put, by a type that merges is alone.
 *
 * Returns: (transfer full) (element-type JsonNode): JSON values, none if nothing
 *   is there
 *
 * Since: 1.0
 */
GPtrArray *
truce_or_map_get_values (TruceOrMap *self,
                         const char *pointer)
{
  GPtrArray *values;
  const TruceStatePart *part;
  const TruceStateDot *shown;
  JsonNode *value;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), NULL);
  g_return_val_if_fail (pointer != NULL, NULL);

  values = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  value = truce_or_map_get (self, pointer);
  if (value == NULL)
    return values;

  g_ptr_array_add (values, value);
  part = look_up (self, pointer);
  if (part == NULL || !truce_shape_has_one_value (part->shape))
    return values;

  shown = truce_state_shown_dot (part);
  for (guint32 i = part->n; i > 0; i--)
    {
      const TruceStateDot *dot = &part->dots[i - 1];

      if (dot != shown && dot->value.text != NULL)
        g_ptr_array_add (values, text_to_node (dot->value.text, dot->value.length));
    }
  return values;
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * truce_or_map_get_keys:
 * @self: a map
 * @pointer: a JSON pointer to a map; "" for the whole
 *
 * Lists the keys of a map, ascending by their bytes.
 *
 * Returns: (transfer full): the keys; none if there is no map
 *
 * Since: 1.0
 */
char **
truce_or_map_get_keys (TruceOrMap *self,
                       const char *pointer)
{
  const TruceStateMap *map;
  char **keys;
  guint n_keys = 0;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), NULL);
  g_return_val_if_fail (pointer != NULL, NULL);

  map = look_up_map (self, pointer);
  keys = g_new (char *, (map != NULL ? map->n_fields : 0) + 1);
  for (guint32 i = 0; map != NULL && i < map->n_fields; i++)
    if (truce_state_shown (&map->fields[i]) != NULL)
      keys[n_keys++] = g_strndup (map->fields[i].name.text, map->fields[i].name.length);
  keys[n_keys] = NULL;
  qsort (keys, n_keys, sizeof *keys, compare_keys);
  return keys;
}

/**
 * truce_or_map_get_n_keys:
 * @self: a map
 * @pointer: a JSON pointer to a map; "" for the whole
 *
 * Counts the keys of a map. Takes time linear in them.
 *
 * Returns: the number of keys; 0 if there is no map
 *
 * Since: 1.0
 */
guint
truce_or_map_get_n_keys (TruceOrMap *self,
                         const char *pointer)
{
  const TruceStateMap *map;
  guint n_keys = 0;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), 0);
  g_return_val_if_fail (pointer != NULL, 0);

  map = look_up_map (self, pointer);
  for (guint32 i = 0; map != NULL && i < map->n_fields; i++)
    n_keys += truce_state_shown (&map->fields[i]) != NULL;
  return n_keys;
}

/**
 * truce_or_map_foreach:
 * @self: a map
 * @func: (scope call) (closure user_data): what to call
 * @user_data: data for @func
 *
 * Calls a function for each key at the top, in no particular order. The function
 * must not change the map.
 *
 * Since: 1.0
 */
void
truce_or_map_foreach (TruceOrMap    *self,
                      TruceOrMapFunc func,
                      gpointer       user_data)
{
  const TruceStateMap *map;

  g_return_if_fail (TRUCE_IS_OR_MAP (self));
  g_return_if_fail (func != NULL);

  map = &self->map.state->fields;
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStatePart *part = truce_state_shown (&map->fields[i]);
      g_autoptr(GString) text = g_string_new (NULL);
      g_autoptr(JsonNode) value = NULL;
      g_autofree char *key = NULL;

      if (part == NULL)
        continue;
      truce_state_write_part (part, text);
      value = text_to_node (text->str, text->len);
      key = g_strndup (map->fields[i].name.text, map->fields[i].name.length);
      func (key, value, user_data);
    }
}

/**
 * truce_or_map_get_limit:
 * @self: a map
 *
 * Gets [property@OrMap:limit].
 *
 * Returns: the greatest number of keys
 *
 * Since: 1.0
 */
guint
truce_or_map_get_limit (TruceOrMap *self)
{
  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), 0);

  return self->limit;
}

/**
 * truce_or_map_set_limit:
 * @self: a map
 * @limit: the greatest number of keys of any one map, at most 4,000,000
 *
 * Sets [property@OrMap:limit].
 *
 * Since: 1.0
 */
void
truce_or_map_set_limit (TruceOrMap *self,
                        guint       limit)
{
  g_return_if_fail (TRUCE_IS_OR_MAP (self));
  g_return_if_fail (limit <= LIMIT_MAX);

  if (self->limit == limit)
    return;
  self->limit = limit;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIMIT]);
}
