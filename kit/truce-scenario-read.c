/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A scenario that is not quite what its author meant would pass for the wrong reason. So whatever is not
 * known here, a key, a verb, a name that nothing has, is refused with its place before anything is run. */

#include "truce-scenario-private.h"

#include <stdarg.h>

/* ---- pieces ---- */

gboolean
truce_scenario_refuse (TruceScenario *self,
                       guint32        node,
                       GError       **error,
                       const char    *format,
                       ...)
{
  g_autoptr(GString) message = g_string_new (NULL);
  va_list arguments;

  truce_json_append_place (message, self->doc, node);
  g_string_append (message, ": ");
  va_start (arguments, format);
  g_string_append_vprintf (message, format, arguments);
  va_end (arguments);
  g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, message->str);
  return FALSE;
}

gboolean
truce_scenario_is (TruceScenario *self,
                   guint32        node,
                   TruceJsonType  type,
                   const char    *what,
                   GError       **error)
{
  return truce_json_type (self->doc, node) == type ||
         truce_scenario_refuse (self, node, error, "%s must stand here", what);
}

gboolean
truce_scenario_read_string (TruceScenario *self,
                            guint32        node,
                            const char    *what,
                            char         **string,
                            GError       **error)
{
  if (!truce_scenario_is (self, node, TRUCE_JSON_STRING, what, error))
    return FALSE;
  g_free (*string);
  *string = truce_json_dup_string (self->doc, node);
  return **string != '\0' || truce_scenario_refuse (self, node, error, "%s must stand here", what);
}

gboolean
truce_scenario_read_integer (TruceScenario *self,
                             guint32        node,
                             gint64         min,
                             gint64         max,
                             gint64        *integer,
                             GError       **error)
{
  if (truce_json_type (self->doc, node) == TRUCE_JSON_NUMBER && truce_json_get_int64 (self->doc, node, integer) &&
      *integer >= min && *integer <= max)
    return TRUE;
  return truce_scenario_refuse (self, node, error,
                                "an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " must stand here", min,
                                max);
}

gboolean
truce_scenario_read_nick (TruceScenario *self,
                          guint32        node,
                          GType          type,
                          const char    *what,
                          int           *value,
                          GError       **error)
{
  g_autoptr(GEnumClass) values = g_type_class_ref (type);
  g_autofree char *nick = NULL;
  const GEnumValue *found;

  if (!truce_scenario_read_string (self, node, what, &nick, error))
    return FALSE;
  found = g_enum_get_value_by_nick (values, nick);
  if (found == NULL)
    return truce_scenario_refuse (self, node, error, "“%s” is not %s", nick, what);
  *value = found->value;
  return TRUE;
}

gboolean
truce_scenario_has_collection (TruceScenario *self,
                               const char    *name)
{
  for (guint i = 0; i < self->collections->len; i++)
    if (strcmp (g_array_index (self->collections, TruceScenarioCollection, i).name, name) == 0)
      return TRUE;
  return FALSE;
}

gboolean
truce_scenario_has_replica (TruceScenario *self,
                            const char    *name)
{
  for (guint i = 0; i < self->replicas->len; i++)
    if (strcmp (g_array_index (self->replicas, TruceScenarioReplica, i).name, name) == 0)
      return TRUE;
  return FALSE;
}

void
truce_scenario_add_collection (TruceScenario *self,
                               const char    *name,
                               TruceSchema   *schema)
{
  TruceScenarioCollection collection = { g_strdup (name), schema };

  g_array_append_val (self->collections, collection);
}

gboolean
truce_scenario_read_collection (TruceScenario *self,
                                guint32        node,
                                char         **name,
                                GError       **error)
{
  if (!truce_scenario_read_string (self, node, "the name of a collection", name, error))
    return FALSE;
  if (truce_scenario_has_collection (self, *name))
    return TRUE;
  if (!self->any_collection)
    return truce_scenario_refuse (self, node, error, "the schema has no collection “%s”", *name);
  truce_scenario_add_collection (self, *name, truce_schema_new ());
  return TRUE;
}

gboolean
truce_scenario_read_replica (TruceScenario *self,
                             guint32        node,
                             gboolean       with_hub,
                             char         **name,
                             GError       **error)
{
  if (!truce_scenario_read_string (self, node, "the name of a replica", name, error))
    return FALSE;
  return truce_scenario_has_replica (self, *name) || (with_hub && strcmp (*name, TRUCE_WORLD_HUB) == 0) ||
         truce_scenario_refuse (self, node, error, "there is no replica “%s”", *name);
}

/* The place of a name among keys; -1: it is none of them. */
static int
find_key (const TruceJsonDoc *doc,
          guint32             name,
          const char *const  *keys)
{
  for (int i = 0; keys[i] != NULL; i++)
    if (truce_json_string_is (doc, name, keys[i]))
      return i;
  return -1;
}

gboolean
truce_scenario_read_members (TruceScenario     *self,
                             guint32            node,
                             const char *const *keys,
                             guint32           *nodes,
                             GError           **error)
{
  const TruceJsonDoc *doc = self->doc;

  for (guint i = 0; keys[i] != NULL; i++)
    nodes[i] = TRUCE_JSON_NONE;
  if (!truce_scenario_is (self, node, TRUCE_JSON_OBJECT, "an object", error))
    return FALSE;

  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    {
      int key = find_key (doc, i, keys);
      g_autofree char *known = NULL;

      if (key >= 0)
        {
          nodes[key] = i + 1;
          continue;
        }
      known = g_strjoinv (", ", (char **) keys);
      return truce_scenario_refuse (self, i + 1, error, "unknown key: there are %s", known);
    }
  return TRUE;
}

char *
truce_scenario_dup_text (TruceScenario *self,
                         guint32        node)
{
  const TruceJsonNode *value = &self->doc->nodes[node];

  return g_strndup (self->doc->text + value->start, value->end - value->start);
}

/* ---- the file ---- */

static gboolean
read_schema (TruceScenario *self,
             guint32        node,
             GError       **error)
{
  const TruceJsonDoc *doc = self->doc;

  self->any_collection = node == TRUCE_JSON_NONE;
  if (self->any_collection)
    return TRUE;
  if (!truce_scenario_is (self, node, TRUCE_JSON_OBJECT, "an object of collections", error))
    return FALSE;

  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);
      g_autoptr(JsonNode) json = truce_json_to_node (doc, i + 1);
      g_autoptr(GError) local = NULL;
      TruceSchema *schema = truce_schema_new_from_json (json, &local);

      if (schema == NULL)
        return truce_scenario_refuse (self, i + 1, error, "%s", local->message);
      truce_scenario_add_collection (self, name, schema);
    }
  return TRUE;
}

static gboolean
read_hub (TruceScenario *self,
          guint32        node,
          GError       **error)
{
  static const char *const keys[] = { "drift_cap_ms", "tombstone_ttl_ms", NULL };
  guint32 nodes[G_N_ELEMENTS (keys)];

  if (node == TRUCE_JSON_NONE)
    return TRUE;
  return truce_scenario_read_members (self, node, keys, nodes, error) &&
         (nodes[0] == TRUCE_JSON_NONE ||
          truce_scenario_read_integer (self, nodes[0], 0, TRUCE_STEP_MS_MAX, &self->drift_cap_ms,
                                       error)) &&
         (nodes[1] == TRUCE_JSON_NONE ||
          truce_scenario_read_integer (self, nodes[1], 0, TRUCE_STEP_MS_MAX,
                                       &self->tombstone_ttl_ms, error));
}

static gboolean
read_store (TruceScenario   *self,
            guint32          node,
            TruceWorldStore *store,
            GError         **error)
{
  if (truce_json_type (self->doc, node) == TRUCE_JSON_STRING && truce_json_string_is (self->doc, node, "sqlite"))
    *store = TRUCE_WORLD_SQLITE;
  else if (truce_json_type (self->doc, node) != TRUCE_JSON_STRING || !truce_json_string_is (self->doc, node, "memory"))
    return truce_scenario_refuse (self, node, error, "“memory” or “sqlite” must stand here");
  return TRUE;
}

static gboolean
read_replica (TruceScenario *self,
              guint32        name,
              GError       **error)
{
  static const char *const keys[] = { "skew_ms", "store", NULL };
  guint32 nodes[G_N_ELEMENTS (keys)];
  TruceScenarioReplica replica = { .store = TRUCE_WORLD_MEMORY };

  if (truce_json_string_is (self->doc, name, TRUCE_WORLD_HUB) || truce_json_string_is (self->doc, name, ""))
    return truce_scenario_refuse (self, name + 1, error, "no replica can have this name");
  if (!truce_scenario_read_members (self, name + 1, keys, nodes, error) ||
      (nodes[0] != TRUCE_JSON_NONE &&
       !truce_scenario_read_integer (self, nodes[0], -TRUCE_STEP_MS_MAX, TRUCE_STEP_MS_MAX, &replica.skew_ms, error)) ||
      (nodes[1] != TRUCE_JSON_NONE && !read_store (self, nodes[1], &replica.store, error)))
    return FALSE;
  replica.name = truce_json_dup_string (self->doc, name);
  g_array_append_val (self->replicas, replica);
  return TRUE;
}

static gboolean
read_replicas (TruceScenario *self,
               guint32        node,
               GError       **error)
{
  const TruceJsonDoc *doc = self->doc;

  if (!truce_scenario_is (self, node, TRUCE_JSON_OBJECT, "an object of replicas", error))
    return FALSE;
  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    if (!read_replica (self, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_steps (TruceScenario *self,
            guint32        node,
            GError       **error)
{
  const TruceJsonDoc *doc = self->doc;

  if (!truce_scenario_is (self, node, TRUCE_JSON_ARRAY, "an array of steps", error))
    return FALSE;
  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i].next)
    {
      TruceStep step = { .node = i, .error = -1, .outcomes = TRUCE_JSON_NONE, .report = TRUCE_JSON_NONE, .times = 1 };
      gboolean read = truce_step_read (self, i, &step, error);

      g_array_append_val (self->steps, step);
      if (!read)
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_why (TruceScenario *self,
          guint32        node,
          GError       **error)
{
  if (!truce_scenario_is (self, node, TRUCE_JSON_STRING, "a text", error))
    return FALSE;
  self->why = truce_json_dup_string (self->doc, node);
  return TRUE;
}

gboolean
truce_scenario_read (TruceScenario *self,
                     GError       **error)
{
  enum { SCENARIO, WHY, SCHEMA, HUB, REPLICAS, STEPS, N_KEYS };
  static const char *const keys[] = { "scenario", "why", "schema", "hub", "replicas", "steps", NULL };
  guint32 nodes[N_KEYS];

  if (!truce_scenario_read_members (self, self->node, keys, nodes, error))
    return FALSE;
  for (guint i = 0; i < N_KEYS; i++)
    if (nodes[i] == TRUCE_JSON_NONE && (i == SCENARIO || i == REPLICAS || i == STEPS))
      return truce_scenario_refuse (self, self->node, error, "“%s” is missing", keys[i]);

  return truce_scenario_read_string (self, nodes[SCENARIO], "a name", &self->name, error) &&
         (nodes[WHY] == TRUCE_JSON_NONE || read_why (self, nodes[WHY], error)) &&
         read_schema (self, nodes[SCHEMA], error) &&
         read_hub (self, nodes[HUB], error) &&
         read_replicas (self, nodes[REPLICAS], error) &&
         read_steps (self, nodes[STEPS], error);
}
