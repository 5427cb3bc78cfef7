/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-simulation-private.h"

#include "truce-kind-private.h"
#include "truce-simulation-act.h"
#include "truce-simulation-story.h"
#include "truce-simulation-witness.h"

#define ROUNDS 50u              /* of deciding what waits, and settling again: records may fail some times */

typedef struct
{
  TruceWorld *world;
  TruceWitness *witness;
  TruceSimTelling *telling;
  GChecksum *digest;
  GError *last_error;           /* owned: what the last step ended in, or NULL */
} Teller;

void
truce_sim_telling_clear (TruceSimTelling *self)
{
  g_clear_pointer (&self->digest, g_free);
  g_clear_pointer (&self->broken, g_free);
  g_clear_pointer (&self->told, g_ptr_array_unref);
}

static const char *
name_error (const GError *error)
{
  if (error == NULL)
    return "none";
  return error->domain == TRUCE_ERROR ? truce_enum_nick (TRUCE_TYPE_ERROR, error->code) : "other";
}

/* As the step was, with what it ended in. */
static void
keep_step (Teller       *self,
           JsonObject   *step,
           const GError *error)
{
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *text = NULL;

  if (self->telling->told == NULL)
    return;
  node = json_node_init_object (json_node_alloc (), step);
  text = json_to_string (node, FALSE);
  if (error != NULL && truce_world_has_crashed (self->world) == NULL)
    {
      text[strlen (text) - 1] = '\0';
      g_ptr_array_add (self->telling->told, g_strdup_printf ("%s,\"error\":\"%s\"}", text, name_error (error)));
    }
  else
    g_ptr_array_add (self->telling->told, g_steal_pointer (&text));
  if (g_str_equal (json_object_get_string_member_with_default (step, "to", ""), TRUCE_WORLD_HUB))
    g_ptr_array_add (self->telling->told, g_strdup ("{\"hub\":\"reset\"}"));
}

/* FALSE: something is broken. */
static gboolean
tell_step (Teller     *self,
           JsonObject *step)
{
  g_clear_error (&self->last_error);
  truce_witness_before (self->witness, step);
  truce_simulation_act (self->world, step, &self->last_error);
  keep_step (self, step, self->last_error);
  g_checksum_update (self->digest, (const guchar *) name_error (self->last_error), -1);
  self->telling->broken = truce_witness_after (self->witness, step, self->last_error);
  return self->telling->broken == NULL;
}

static gboolean
tell_text (Teller     *self,
           const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  return tell_step (self, json_node_get_object (node));
}

/* ---- putting it to rest ---- */

/* The steps that decide what waits in a store's inbox. */
static void
list_decisions (Teller     *self,
                const char *name,
                GPtrArray  *steps)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (truce_world_get_store (self->world, name, NULL));
  GPtrArray *collections = truce_world_get_collections (self->world);

  truce_store_adapter_begin (adapter, FALSE, NULL);
  for (guint i = 0; i < collections->len; i++)
    {
      g_autofree char *after = NULL;
      TruceStoredRecord *row;

      while ((row = truce_store_adapter_next (adapter, collections->pdata[i], after, NULL)) != NULL)
        {
          if (row->delivery == TRUCE_DELIVERY_FAILED)
            g_ptr_array_add (steps, g_strdup_printf ("{\"on\":\"%s\",\"retry\":[\"%s\",\"%s\"]}", name,
                                                     row->collection, row->id));
          if (row->delivery == TRUCE_DELIVERY_CONFLICTED)
            g_ptr_array_add (steps, g_strdup_printf ("{\"on\":\"%s\",\"resolve\":[\"%s\",\"%s\"],\"with\":\"%s\"}",
                                                     name, row->collection, row->id,
                                                     *name % 2 ? "local" : "remote"));
          g_free (after);
          after = g_strdup (row->id);
          truce_stored_record_unref (row);
        }
    }
  truce_store_adapter_rollback (adapter);
}

/* Faults that are left may strike yet; but not for ever. */
static gboolean
settle (Teller *self)
{
  for (guint i = 0; i < ROUNDS; i++)
    if (!tell_text (self, "{\"settle\":true}"))
      return FALSE;
    else if (self->last_error == NULL)
      return TRUE;
  self->telling->broken = g_strdup_printf ("it never comes to rest: %s", self->last_error->message);
  return FALSE;
}

static gboolean
put_to_rest (Teller *self)
{
  GPtrArray *replicas = truce_world_get_replicas (self->world);

  if (!settle (self))
    return FALSE;
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < replicas->len; i++)
        list_decisions (self, replicas->pdata[i], steps);
      if (steps->len == 0)
        break;
      for (guint i = 0; i < steps->len; i++)
        if (!tell_text (self, steps->pdata[i]))
          return FALSE;
      if (!settle (self))
        return FALSE;
    }
  self->telling->broken = truce_witness_at_rest (self->witness);
  return self->telling->broken == NULL;
}

static void
add_shown (Teller *self)
{
  GPtrArray *replicas = truce_world_get_replicas (self->world);

  for (guint i = 0; i < replicas->len; i++)
    {
      g_autofree char *shown = truce_world_show (self->world, replicas->pdata[i], NULL);

      g_checksum_update (self->digest, (const guchar *) shown, -1);
    }
}

static void
expect_skews (Teller     *self,
              JsonObject *replicas)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, replicas);
  while (json_object_iter_next (&iter, &name, &node))
    truce_witness_skew (self->witness, name, json_object_get_int_member (json_node_get_object (node), "skew_ms"));
}

gboolean
truce_sim_story_tell (JsonObject      *story,
                      gboolean         sqlite,
                      gboolean         keep,
                      TruceSimTelling *telling,
                      GError         **error)
{
  g_autoptr(TruceWorld) world = truce_simulation_world (story, sqlite, error);
  g_autoptr(TruceWitness) witness = NULL;
  g_autoptr(GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
  JsonArray *steps = json_object_get_array_member (story, "steps");
  Teller teller = { .telling = telling };
  gboolean holds = TRUE;

  if (world == NULL)
    return FALSE;
  *telling = (TruceSimTelling) { .told = keep ? g_ptr_array_new_with_free_func (g_free) : NULL };
  witness = truce_witness_new (world, truce_sim_story_n_events (story));
  teller.world = world;
  teller.witness = witness;
  teller.digest = digest;
  expect_skews (&teller, json_object_get_object_member (story, "replicas"));

  for (guint i = 0; i < json_array_get_length (steps) && holds; i++)
    holds = tell_step (&teller, json_array_get_object_element (steps, i));
  if (holds && put_to_rest (&teller))
    add_shown (&teller);
  g_clear_error (&teller.last_error);
  telling->digest = g_strdup (g_checksum_get_string (digest));
  return TRUE;
}
