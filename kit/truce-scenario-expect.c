/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-scenario-expect.h"

gsize
truce_expect_find_collection (TruceScenario *self,
                              const char    *record)
{
  for (const char *slash = strchr (record, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *collection = g_strndup (record, (gsize) (slash - record));

      if (slash[1] != '\0' && truce_scenario_has_collection (self, collection))
        return (gsize) (slash - record);
    }
  return 0;
}

/* node: what is told of where record is wrong. */
static gboolean
check_record_name (TruceScenario *self,
                   guint32        string,
                   guint32        node,
                   GError       **error)
{
  g_autofree char *record = truce_json_dup_string (self->doc, string);

  if (self->any_collection && strchr (record, '/') != NULL)
    return TRUE;
  return truce_expect_find_collection (self, record) > 0 ||
         truce_scenario_refuse (self, node, error, "“COLLECTION/ID” must stand here, of a collection of the schema");
}

static gboolean
read_states (TruceScenario *self,
             guint32        node,
             GError       **error)
{
  int delivery;

  if (!truce_scenario_is (self, node, TRUCE_JSON_OBJECT, "an object of records", error))
    return FALSE;
  FOR_MEMBERS (self->doc, i, node)
  {
    if (!check_record_name (self, i, i + 1, error) ||
        !truce_scenario_read_nick (self, i + 1, TRUCE_TYPE_DELIVERY, "a state of records", &delivery, error))
      return FALSE;
    if (delivery == TRUCE_DELIVERY_IN_FLIGHT)
      return truce_scenario_refuse (self, i + 1, error, "nothing is in flight between two steps");
  }
  return TRUE;
}

const char *const truce_expect_counts[] = { "pending", "failed", "conflicted", NULL };

static gboolean
read_counts (TruceScenario *self,
             guint32        node,
             GError       **error)
{
  guint32 nodes[G_N_ELEMENTS (truce_expect_counts)];
  gint64 count;

  if (!truce_scenario_read_members (self, node, truce_expect_counts, nodes, error))
    return FALSE;
  for (guint i = 0; truce_expect_counts[i] != NULL; i++)
    if (nodes[i] != TRUCE_JSON_NONE && !truce_scenario_read_integer (self, nodes[i], 0, G_MAXINT64, &count, error))
      return FALSE;
  return TRUE;
}

enum { RECORD, CODE, N_ENTRY_KEYS };
static const char *const entry_keys[] = { "record", "error", NULL };

static gboolean
read_entry (TruceScenario *self,
            guint32        node,
            GError       **error)
{
  guint32 nodes[N_ENTRY_KEYS];
  int code;

  if (!truce_scenario_read_members (self, node, entry_keys, nodes, error))
    return FALSE;
  if (nodes[RECORD] == TRUCE_JSON_NONE)
    return truce_scenario_refuse (self, node, error, "“record” is missing");
  return truce_scenario_is (self, nodes[RECORD], TRUCE_JSON_STRING, "“COLLECTION/ID”", error) &&
         check_record_name (self, nodes[RECORD], nodes[RECORD], error) &&
         (nodes[CODE] == TRUCE_JSON_NONE ||
          truce_scenario_read_nick (self, nodes[CODE], TRUCE_TYPE_ERROR, "a code of errors", &code, error));
}

static gboolean
read_inbox (TruceScenario *self,
            guint32        node,
            GError       **error)
{
  if (!truce_scenario_is (self, node, TRUCE_JSON_ARRAY, "an array of what waits", error))
    return FALSE;
  FOR_ELEMENTS (self->doc, i, node)
  if (!read_entry (self, i, error))
    return FALSE;
  return TRUE;
}

static gboolean
read_records (TruceScenario *self,
              guint32        node,
              GError       **error)
{
  if (!truce_scenario_is (self, node, TRUCE_JSON_OBJECT, "an object of records", error))
    return FALSE;
  FOR_MEMBERS (self->doc, i, node)
  {
    TruceJsonType type = truce_json_type (self->doc, i + 1);

    if (truce_json_string_is (self->doc, i, "*"))
      {
        if (type != TRUCE_JSON_STRING || !truce_json_string_is (self->doc, i + 1, NOTHING_ELSE))
          return truce_scenario_refuse (self, i + 1, error, "“" NOTHING_ELSE "” must stand here");
      }
    else if (type != TRUCE_JSON_OBJECT && type != TRUCE_JSON_NULL)
      return truce_scenario_refuse (self, i + 1, error, "a record, or null, must stand here");
  }
  return TRUE;
}

/* A name that begins with $ tells of a replica, not of a collection; the hub has none of it. */
static const struct
{
  const char *key;
  gboolean (*read) (TruceScenario *self, guint32 node, GError **error);
} notes[] = {
  { "$state", read_states },
  { "$counts", read_counts },
  { "$inbox", read_inbox },
};

static gboolean
read_view_member (TruceScenario *self,
                  guint32        name,
                  gboolean       of_hub,
                  GError       **error)
{
  g_autofree char *collection = truce_json_dup_string (self->doc, name);

  for (guint i = 0; !of_hub && i < G_N_ELEMENTS (notes); i++)
    if (strcmp (collection, notes[i].key) == 0)
      return notes[i].read (self, name + 1, error);
  if (collection[0] == '$')
    return truce_scenario_refuse (self, name + 1, error, "unknown key");
  if (!truce_scenario_has_collection (self, collection))
    {
      if (!self->any_collection)
        return truce_scenario_refuse (self, name + 1, error, "the schema has no such collection");
      truce_scenario_add_collection (self, collection, truce_schema_new ());
    }
  return read_records (self, name + 1, error);
}

static gboolean
is_there (TruceScenario *self,
          const char    *name)
{
  return strcmp (name, TRUCE_WORLD_HUB) == 0 || truce_scenario_has_replica (self, name);
}

static gboolean
read_view (TruceScenario *self,
           guint32        name,
           GError       **error)
{
  g_autofree char *replica = truce_json_dup_string (self->doc, name);

  if (!is_there (self, replica))
    return truce_scenario_refuse (self, name + 1, error, "there is no such replica");
  if (truce_json_type (self->doc, name + 1) == TRUCE_JSON_STRING)
    {
      g_autofree char *same = truce_json_dup_string (self->doc, name + 1);

      return (g_str_has_prefix (same, SAME_AS) && is_there (self, same + strlen (SAME_AS))) ||
             truce_scenario_refuse (self, name + 1, error, "“" SAME_AS "”, and a replica or the hub, must stand here");
    }
  if (!truce_scenario_is (self, name + 1, TRUCE_JSON_OBJECT, "what shows in the replica", error))
    return FALSE;
  FOR_MEMBERS (self->doc, i, name + 1)
  if (!read_view_member (self, i, strcmp (replica, TRUCE_WORLD_HUB) == 0, error))
    return FALSE;
  return TRUE;
}

gboolean
truce_expect_read (TruceScenario *self,
                   guint32        node,
                   GError       **error)
{
  if (!truce_scenario_is (self, node, TRUCE_JSON_OBJECT, "an object of replicas", error))
    return FALSE;
  FOR_MEMBERS (self->doc, i, node)
  if (!read_view (self, i, error))
    return FALSE;
  return TRUE;
}
