/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-scenario-private.h"

/**
 * TruceScenario:
 *
 * A short story about replicas, written as data: who did what, when, what failed on
 * the way, and what everyone must see at the end.
 *
 * It is the form in which a bug of an app's schema or resolver is best reported and
 * kept from coming back. It runs the same way every time: its time moves only by
 * what it says, its random numbers come from a seed, and its hub lives in the
 * process.
 *
 * ```json
 * {
 *   "scenario": "an edit of another field survives",
 *   "schema": { "task": {} },
 *   "replicas": { "a": {}, "b": {} },
 *   "steps": [
 *     { "on": "a", "put": ["task", "1", { "title": "milk", "due": "mon" }] },
 *     { "settle": true },
 *     { "on": "a", "patch": ["task", "1", { "title": "oat milk" }] },
 *     { "on": "b", "patch": ["task", "1", { "due": "tue" }] },
 *     { "settle": true },
 *     { "expect": { "a": { "task": { "1": { "title": "oat milk", "due": "tue" } } },
 *                   "b": "same as a", "hub": "same as a" } }
 *   ]
 * }
 * ```
 *
 * `truce scenario` runs files of them; the manual page truce-scenario(1) tells the
 * language.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (TruceScenario, truce_scenario, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TruceScenarioStore, truce_scenario_store,
                    G_DEFINE_ENUM_VALUE (TRUCE_SCENARIO_STORE_AS_WRITTEN, "as-written"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SCENARIO_STORE_MEMORY, "memory"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SCENARIO_STORE_SQLITE, "sqlite"))

enum { PROP_0, PROP_NAME, PROP_WHY, PROP_N_STEPS, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
clear_collection (gpointer data)
{
  TruceScenarioCollection *collection = data;

  g_free (collection->name);
  g_object_unref (collection->schema);
}

static void
clear_replica (gpointer data)
{
  g_free (((TruceScenarioReplica *) data)->name);
}

static void
clear_step (gpointer step)
{
  truce_step_clear (step);
}

static void
truce_scenario_finalize (GObject *object)
{
  TruceScenario *self = TRUCE_SCENARIO (object);

  g_clear_pointer (&self->doc, truce_json_doc_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->why, g_free);
  g_clear_pointer (&self->collections, g_array_unref);
  g_clear_pointer (&self->replicas, g_array_unref);
  g_clear_pointer (&self->steps, g_array_unref);

  G_OBJECT_CLASS (truce_scenario_parent_class)->finalize (object);
}

static void
truce_scenario_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  TruceScenario *self = TRUCE_SCENARIO (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_WHY:
      g_value_set_string (value, self->why);
      break;
    case PROP_N_STEPS:
      g_value_set_uint (value, self->steps->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_scenario_class_init (TruceScenarioClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_scenario_finalize;
  object_class->get_property = truce_scenario_get_property;

  /**
   * TruceScenario:name:
   *
   * What it shows, in a line.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * TruceScenario:why:
   *
   * What is to be said of it.
   *
   * Since: 1.0
   */
  properties[PROP_WHY] = g_param_spec_string ("why", NULL, NULL, NULL, flags);
  /**
   * TruceScenario:n-steps:
   *
   * How many steps it has.
   *
   * Since: 1.0
   */
  properties[PROP_N_STEPS] = g_param_spec_uint ("n-steps", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_scenario_init (TruceScenario *self)
{
  self->drift_cap_ms = -1;
  self->tombstone_ttl_ms = -1;
  self->collections = g_array_new (FALSE, FALSE, sizeof (TruceScenarioCollection));
  g_array_set_clear_func (self->collections, clear_collection);
  self->replicas = g_array_new (FALSE, FALSE, sizeof (TruceScenarioReplica));
  g_array_set_clear_func (self->replicas, clear_replica);
  self->steps = g_array_new (FALSE, FALSE, sizeof (TruceStep));
  g_array_set_clear_func (self->steps, clear_step);
}

/* ---- reading ---- */

static gboolean
append_scenario (GListStore   *list,
                 TruceJsonDoc *doc,
                 guint32       node,
                 GError      **error)
{
  g_autoptr(TruceScenario) self = g_object_new (TRUCE_TYPE_SCENARIO, NULL);

  self->doc = truce_json_doc_ref (doc);
  self->node = node;
  if (!truce_scenario_read (self, error))
    return FALSE;
  g_list_store_append (list, self);
  return TRUE;
}

static GListModel *
read_bytes (GBytes  *bytes,
            GError **error)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, error);
  g_autoptr(GListStore) list = g_list_store_new (TRUCE_TYPE_SCENARIO);

  if (doc == NULL)
    return NULL;
  if (truce_json_type (doc, 0) != TRUCE_JSON_ARRAY)
    return append_scenario (list, doc, 0, error) ? G_LIST_MODEL (g_steal_pointer (&list)) : NULL;

  for (guint32 i = 1; i < doc->n_nodes; i = doc->nodes[i].next)
    if (!append_scenario (list, doc, i, error))
      return NULL;
  return G_LIST_MODEL (g_steal_pointer (&list));
}

/**
 * truce_scenario_load:
 * @path: (type filename): the path of a file
 * @error: return location for an error
 *
 * Reads the scenarios of a file: a JSON object, or an array of them.
 *
 * Everything in it is checked before any of it is run.
 *
 * Returns: (transfer full): a list of [class@Scenario], or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA, whose message names file, line, column and JSON
 *   pointer of what can't be, or as g_file_get_contents() says
 *
 * Since: 1.0
 */
GListModel *
truce_scenario_load (const char *path,
                     GError    **error)
{
  g_autoptr(GBytes) bytes = NULL;
  GListModel *list;
  char *contents;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_file_get_contents (path, &contents, &length, error))
    return NULL;
  bytes = g_bytes_new_take (contents, length);
  list = read_bytes (bytes, error);
  if (list == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_prefix_error (error, "%s:", shown);
    }
  return list;
}

/**
 * truce_scenario_parse:
 * @text: a JSON object, or an array of them
 * @error: return location for an error
 *
 * Reads scenarios, as [func@Scenario.load] does.
 *
 * Returns: (transfer full): a list of [class@Scenario], or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA, whose message names line, column and JSON pointer
 *   of what can't be
 *
 * Since: 1.0
 */
GListModel *
truce_scenario_parse (const char *text,
                      GError    **error)
{
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = g_bytes_new (text, strlen (text));
  return read_bytes (bytes, error);
}

/**
 * truce_scenario_get_name:
 * @self: a scenario
 *
 * Gets what it shows, in a line.
 *
 * Returns: (transfer none) (nullable): the name; %NULL of one that was not read
 *
 * Since: 1.0
 */
const char *
truce_scenario_get_name (TruceScenario *self)
{
  g_return_val_if_fail (TRUCE_IS_SCENARIO (self), NULL);

  return self->name;
}

/**
 * truce_scenario_get_why:
 * @self: a scenario
 *
 * Gets what is to be said of it.
 *
 * Returns: (transfer none) (nullable): a text, or %NULL
 *
 * Since: 1.0
 */
const char *
truce_scenario_get_why (TruceScenario *self)
{
  g_return_val_if_fail (TRUCE_IS_SCENARIO (self), NULL);

  return self->why;
}

/**
 * truce_scenario_get_n_steps:
 * @self: a scenario
 *
 * Gets how many steps it has.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_scenario_get_n_steps (TruceScenario *self)
{
  g_return_val_if_fail (TRUCE_IS_SCENARIO (self), 0);

  return self->steps->len;
}

/* ---- running ---- */

static TruceWorldStore
choose_store (TruceScenarioStore asked,
              TruceWorldStore    written)
{
  switch (asked)
    {
    case TRUCE_SCENARIO_STORE_MEMORY:
      return TRUCE_WORLD_MEMORY;
    case TRUCE_SCENARIO_STORE_SQLITE:
      return TRUCE_WORLD_SQLITE;
    case TRUCE_SCENARIO_STORE_AS_WRITTEN:
      break;
    }
  return written;
}

static TruceWorld *
make_world (TruceScenario     *self,
            TruceScenarioStore store,
            GError           **error)
{
  const TruceWorldSetup setup = {
    .seed = 1,
    .hub_store = choose_store (store, TRUCE_WORLD_MEMORY),
    .drift_cap_ms = self->drift_cap_ms,
    .tombstone_ttl_ms = self->tombstone_ttl_ms,
  };
  g_autoptr(TruceWorld) world = truce_world_new (&setup, error);

  if (world == NULL)
    return NULL;
  for (guint i = 0; i < self->collections->len; i++)
    {
      const TruceScenarioCollection *collection = &g_array_index (self->collections, TruceScenarioCollection, i);

      if (!truce_world_add_collection (world, collection->name, collection->schema, error))
        return NULL;
    }
  for (guint i = 0; i < self->replicas->len; i++)
    {
      const TruceScenarioReplica *replica = &g_array_index (self->replicas, TruceScenarioReplica, i);

      if (!truce_world_add_replica (world, replica->name, replica->skew_ms, choose_store (store, replica->store),
                                    error))
        return NULL;
    }
  return g_steal_pointer (&world);
}

/**
 * truce_scenario_run:
 * @self: a scenario
 * @store: where the stores are kept
 * @error: return location for an error
 *
 * Tells the story, and checks what it says must show.
 *
 * A scenario may be run any number of times. It takes the random numbers of its
 * thread for itself meanwhile.
 *
 * Returns: %TRUE if all is as it says, or %FALSE with an error whose message names
 *   the step by line, column and JSON pointer: with %TRUCE_ERROR_CONFLICT where
 *   something else was expected, or with what a verb failed with
 *
 * Since: 1.0
 */
gboolean
truce_scenario_run (TruceScenario     *self,
                    TruceScenarioStore store,
                    GError           **error)
{
  g_autoptr(TruceWorld) world = NULL;

  g_return_val_if_fail (TRUCE_IS_SCENARIO (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  world = make_world (self, store, error);
  if (world == NULL)
    return FALSE;
  for (guint i = 0; i < self->steps->len; i++)
    if (!truce_step_play (self, &g_array_index (self->steps, TruceStep, i), world, error))
      return FALSE;
  return TRUE;
}
