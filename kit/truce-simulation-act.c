/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-simulation-act.h"

#include "truce-batch.h"
#include "truce-kind-private.h"

static const char *
text_at (JsonArray *array,
         guint      i)
{
  return json_array_get_string_element (array, i);
}

static int
enum_value (GType       type,
            const char *nick)
{
  g_autoptr(GError) error = NULL;
  int value = 0;

  truce_enum_from_nick (type, "word", nick, &value, &error);
  g_assert_no_error (error);
  return value;
}

/* ---- writes ---- */

static void
add_operation (TruceBatch *batch,
               const char *verb,
               JsonArray  *operation,
               guint       first)
{
  const char *collection = text_at (operation, first);
  const char *id = text_at (operation, first + 1);

  if (g_str_equal (verb, "put"))
    truce_batch_put (batch, collection, id, json_array_get_element (operation, first + 2));
  else if (g_str_equal (verb, "patch"))
    truce_batch_patch (batch, collection, id, json_array_get_element (operation, first + 2));
  else if (g_str_equal (verb, "add"))
    truce_batch_add (batch, collection, id, text_at (operation, first + 2),
                     json_array_get_element (operation, first + 3));
  else if (g_str_equal (verb, "remove"))
    truce_batch_remove (batch, collection, id, text_at (operation, first + 2),
                        json_array_get_element (operation, first + 3));
  else if (g_str_equal (verb, "increment"))
    truce_batch_increment (batch, collection, id, text_at (operation, first + 2),
                           json_array_get_int_element (operation, first + 3));
  else if (g_str_equal (verb, "delete"))
    truce_batch_delete (batch, collection, id);
  else
    truce_batch_undelete (batch, collection, id);
}

/* The first error is the batch's, but where each operation stands for itself. */
static gboolean
run_batch (TruceWorld *world,
           const char *on,
           TruceBatch *batch,
           GError    **error)
{
  g_autoptr(TruceBatchResult) result = truce_world_write (world, on, batch, error);

  if (result == NULL)
    return FALSE;
  g_assert (truce_batch_result_get_n_operations (result) == truce_batch_get_n_operations (batch));
  for (guint i = 0; i < truce_batch_result_get_n_operations (result); i++)
    {
      const GError *failure = truce_batch_result_get_error (result, i);

      if (failure == NULL || truce_batch_get_policy (batch) == TRUCE_BATCH_POLICY_INDEPENDENT)
        continue;
      g_propagate_error (error, g_error_copy (failure));
      return FALSE;
    }
  return TRUE;
}

static gboolean
act_batch (TruceWorld *world,
           JsonObject *step,
           GError    **error)
{
  JsonArray *operations = json_object_get_array_member (step, "batch");
  const char *policy = json_object_get_string_member (step, "policy");
  g_autoptr(TruceBatch) batch = truce_batch_new (enum_value (TRUCE_TYPE_BATCH_POLICY, policy));

  for (guint i = 0; i < json_array_get_length (operations); i++)
    {
      JsonArray *operation = json_array_get_array_element (operations, i);

      add_operation (batch, text_at (operation, 0), operation, 1);
    }
  return run_batch (world, json_object_get_string_member (step, "on"), batch, error);
}

static gboolean
act_put (TruceWorld *world,
         JsonObject *step,
         GError    **error)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);

  add_operation (batch, "put", json_object_get_array_member (step, "put"), 0);
  return run_batch (world, json_object_get_string_member (step, "on"), batch, error);
}

static gboolean
act_patch (TruceWorld *world,
           JsonObject *step,
           GError    **error)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  JsonArray *patch = json_object_get_array_member (step, "patch");

  add_operation (batch, "patch", patch, 0);
  if (json_object_has_member (step, "unset"))
    truce_batch_unset (batch, text_at (patch, 0), text_at (patch, 1),
                       text_at (json_object_get_array_member (step, "unset"), 0));
  return run_batch (world, json_object_get_string_member (step, "on"), batch, error);
}

/* ---- what goes wrong ---- */

static gboolean
act_fault (TruceWorld *world,
           JsonObject *step,
           GError    **error)
{
  JsonObject *fault = json_object_get_object_member (step, "fault");
  const char *on = json_object_get_string_member (fault, "on");
  const char *at = json_object_get_string_member_with_default (fault, "at", "commit");
  guint times = (guint) json_object_get_int_member_with_default (step, "times", 1);
  TruceTestRemote *remote = truce_world_get_remote (world, on);
  TruceTestFault what;

  if (g_str_equal (at, "commit"))
    {
      truce_world_crash_commit (world, on, json_object_has_member (fault, "after"), times);
      return TRUE;
    }
  what = enum_value (TRUCE_TYPE_TEST_FAULT, json_object_get_string_member (fault, "do"));
  if (json_object_has_member (fault, "collection"))
    truce_test_remote_fail_record (remote, json_object_get_string_member (fault, "collection"),
                                   json_object_get_string_member (fault, "id"), what, times);
  else
    truce_test_remote_fail (remote, enum_value (TRUCE_TYPE_TEST_POINT, at), what, times);
  return TRUE;
}

static gboolean
act_backup (TruceWorld *world,
            JsonObject *step,
            GError    **error)
{
  return truce_world_backup (world, json_object_get_string_member (step, "backup"),
                             json_object_get_string_member (step, "as"), error);
}

static gboolean
act_restore (TruceWorld *world,
             JsonObject *step,
             GError    **error)
{
  const char *to = json_object_get_string_member (step, "to");

  /* Whoever puts a hub back says so: it can't know. */
  return truce_world_restore (world, json_object_get_string_member (step, "restore"), to, error) &&
         (!g_str_equal (to, TRUCE_WORLD_HUB) || truce_world_reset_hub (world, error));
}

static gboolean
act_hub (TruceWorld *world,
         JsonObject *step,
         GError    **error)
{
  if (g_str_equal (json_object_get_string_member (step, "hub"), "purge"))
    return truce_world_purge_hub (world, error);
  return truce_world_reset_hub (world, error);
}

static gboolean
act_crash (TruceWorld *world,
           JsonObject *step,
           GError    **error)
{
  return truce_world_crash (world, json_object_get_string_member (step, "crash"), error);
}

static gboolean
act_skew (TruceWorld *world,
          JsonObject *step,
          GError    **error)
{
  return truce_world_set_skew (world, json_object_get_string_member (step, "on"),
                               json_object_get_int_member (step, "skew_ms"), error);
}

static gboolean
act_advance (TruceWorld *world,
             JsonObject *step,
             GError    **error)
{
  truce_world_advance (world, json_object_get_int_member (step, "advance"));
  return TRUE;
}

/* ---- what carries data ---- */

static gboolean
act_sync (TruceWorld *world,
          JsonObject *step,
          GError    **error)
{
  return truce_world_sync (world, json_object_get_string_member (step, "sync"), NULL, error);
}

static gboolean
act_settle (TruceWorld *world,
            JsonObject *step,
            GError    **error)
{
  return truce_world_settle (world, error);
}

static gboolean
act_merge (TruceWorld *world,
           JsonObject *step,
           GError    **error)
{
  JsonArray *pair = json_object_get_array_member (step, "merge");

  return truce_world_merge (world, text_at (pair, 0), text_at (pair, 1), error);
}

/* ---- what a person decides ---- */

static gboolean
act_retry (TruceWorld *world,
           JsonObject *step,
           GError    **error)
{
  JsonArray *place = json_object_get_array_member (step, "retry");

  return truce_world_retry (world, json_object_get_string_member (step, "on"), text_at (place, 0),
                            text_at (place, 1), NULL, error);
}

static gboolean
act_discard (TruceWorld *world,
             JsonObject *step,
             GError    **error)
{
  JsonArray *place = json_object_get_array_member (step, "discard");

  return truce_world_discard (world, json_object_get_string_member (step, "on"), text_at (place, 0),
                              text_at (place, 1), error);
}

static gboolean
act_resolve (TruceWorld *world,
             JsonObject *step,
             GError    **error)
{
  JsonArray *place = json_object_get_array_member (step, "resolve");
  gboolean local = g_str_equal (json_object_get_string_member (step, "with"), "local");

  return truce_world_resolve (world, json_object_get_string_member (step, "on"), text_at (place, 0),
                              text_at (place, 1), local ? TRUCE_RESOLUTION_LOCAL : TRUCE_RESOLUTION_REMOTE, NULL,
                              error);
}

/* ---- the whole ---- */

gboolean
truce_simulation_act (TruceWorld *world,
                      JsonObject *step,
                      GError    **error)
{
  static const struct
  {
    const char *verb;
    gboolean (*act) (TruceWorld *, JsonObject *, GError **);
  } acts[] = {
    { "put", act_put },         { "patch", act_patch },     { "batch", act_batch },   { "sync", act_sync },
    { "settle", act_settle },   { "fault", act_fault },     { "skew_ms", act_skew },  { "advance", act_advance },
    { "crash", act_crash },     { "backup", act_backup },   { "restore", act_restore }, { "hub", act_hub },
    { "merge", act_merge },     { "retry", act_retry },     { "discard", act_discard }, { "resolve", act_resolve },
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (json_object_has_member (step, acts[i].verb))
      return acts[i].act (world, step, error);
  g_assert_not_reached ();
}

static gboolean
add_collections (TruceWorld *world,
                 JsonObject *schemas,
                 GError    **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, schemas);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *text = json_to_string (node, FALSE);
      g_autoptr(TruceSchema) schema = truce_schema_new_from_text (text, error);

      if (schema == NULL || !truce_world_add_collection (world, name, schema, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_replicas (TruceWorld *world,
              JsonObject *replicas,
              gboolean    sqlite,
              GError    **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, replicas);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      gint64 skew = json_object_get_int_member (json_node_get_object (node), "skew_ms");

      if (!truce_world_add_replica (world, name, skew, sqlite ? TRUCE_WORLD_SQLITE : TRUCE_WORLD_MEMORY, error))
        return FALSE;
    }
  return TRUE;
}

TruceWorld *
truce_simulation_world (JsonObject *story,
                        gboolean    sqlite,
                        GError    **error)
{
  JsonObject *hub = json_object_get_object_member (story, "hub");
  TruceWorldSetup setup = {
    .seed = 1,                  /* as a scenario file has it: so a story that was found runs the same way as one */
    .hub_store = sqlite ? TRUCE_WORLD_SQLITE : TRUCE_WORLD_MEMORY,
    .drift_cap_ms = -1,
    .tombstone_ttl_ms = json_object_get_int_member (hub, "tombstone_ttl_ms"),
  };
  g_autoptr(TruceWorld) world = truce_world_new (&setup, error);

  if (world == NULL || !add_collections (world, json_object_get_object_member (story, "schema"), error) ||
      !add_replicas (world, json_object_get_object_member (story, "replicas"), sqlite, error))
    return NULL;
  return g_steal_pointer (&world);
}
