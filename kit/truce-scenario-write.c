/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is written to records, and what is decided of those that wait in the inbox. */

#include "truce-scenario-verbs.h"

/* ---- operations on records ---- */

typedef enum
{
  PUT,
  PATCH,
  ADD,
  REMOVE,
  INCREMENT,
  DELETE,
  UNDELETE,
  N_OPERATIONS,
} Operation;

static const struct
{
  const char *verb;
  guint n_arguments;            /* with collection and id */
  const char *form;
} operations[N_OPERATIONS] = {
  [PUT] = { "put", 3, "[COLLECTION, ID, RECORD]" },
  [PATCH] = { "patch", 3, "[COLLECTION, ID, FIELDS]" },
  [ADD] = { "add", 4, "[COLLECTION, ID, FIELD, ELEMENT]" },
  [REMOVE] = { "remove", 4, "[COLLECTION, ID, FIELD, ELEMENT]" },
  [INCREMENT] = { "increment", 4, "[COLLECTION, ID, FIELD, AMOUNT]" },
  [DELETE] = { "delete", 2, "[COLLECTION, ID]" },
  [UNDELETE] = { "undelete", 2, "[COLLECTION, ID]" },
};

/* COLLECTION and ID, the first two. */
static gboolean
read_record (TruceScenario *self,
             const guint32 *arguments,
             char         **collection,
             char         **id,
             GError       **error)
{
  return truce_scenario_read_collection (self, arguments[0], collection, error) &&
         truce_scenario_read_string (self, arguments[1], "an id", id, error);
}

/* text: of the last argument, to the digit. */
static void
append_operation (TruceBatch *batch,
                  Operation   operation,
                  const char *collection,
                  const char *id,
                  const char *field,
                  const char *text,
                  JsonNode   *value,
                  gint64      amount)
{
  switch (operation)
    {
    case PUT:
      truce_batch_put_text (batch, collection, id, text);
      break;
    case PATCH:
      truce_batch_patch_text (batch, collection, id, text);
      break;
    case ADD:
      truce_batch_add (batch, collection, id, field, value);
      break;
    case REMOVE:
      truce_batch_remove (batch, collection, id, field, value);
      break;
    case INCREMENT:
      truce_batch_increment (batch, collection, id, field, amount);
      break;
    case DELETE:
      truce_batch_delete (batch, collection, id);
      break;
    case UNDELETE:
      truce_batch_undelete (batch, collection, id);
      break;
    case N_OPERATIONS:
      g_assert_not_reached ();
    }
}

static gboolean
read_operation (TruceScenario *self,
                Operation      operation,
                guint32        array,
                guint          skip,
                TruceBatch    *batch,
                GError       **error)
{
  guint n = operations[operation].n_arguments;
  guint32 arguments[ARGUMENTS_MAX];
  g_autofree char *collection = NULL;
  g_autofree char *id = NULL;
  g_autofree char *field = NULL;
  g_autofree char *text = NULL;
  g_autoptr(JsonNode) value = NULL;
  gint64 amount = 0;

  if (!truce_step_read_arguments (self, array, skip, n, operations[operation].form, arguments, error) ||
      !read_record (self, arguments, &collection, &id, error) ||
      (n == 4 && !truce_scenario_read_string (self, arguments[2], "the name of a field", &field, error)))
    return FALSE;
  if (operation == INCREMENT &&
      !truce_scenario_read_integer (self, arguments[3], G_MININT64, G_MAXINT64, &amount, error))
    return FALSE;
  text = truce_scenario_dup_text (self, arguments[n - 1]);
  value = truce_json_to_node (self->doc, arguments[n - 1]);
  append_operation (batch, operation, collection, id, field, text, value, amount);
  return TRUE;
}

/* A verb of one operation. */
gboolean
truce_read_write (TruceScenario *self,
                  TruceStep     *step,
                  GError       **error)
{
  step->batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  for (guint i = 0; i < N_OPERATIONS; i++)
    if (strcmp (step->verb, operations[i].verb) == 0)
      return read_operation (self, i, step->value, 0, step->batch, error);
  g_assert_not_reached ();
}

gboolean
truce_read_patch (TruceScenario *self,
                  TruceStep     *step,
                  GError       **error)
{
  guint32 unset = truce_step_beside (self, step, "unset");
  guint32 arguments[ARGUMENTS_MAX];
  g_autofree char *collection = NULL;
  g_autofree char *id = NULL;

  if (!truce_read_write (self, step, error))
    return FALSE;
  if (unset == TRUCE_JSON_NONE)
    return TRUE;
  if (!truce_scenario_is (self, unset, TRUCE_JSON_ARRAY, "an array of fields", error) ||
      !truce_step_read_arguments (self, step->value, 0, 3, "", arguments, error) ||
      !read_record (self, arguments, &collection, &id, error))
    return FALSE;

  for (guint32 i = unset + 1; i < self->doc->nodes[unset].next; i = self->doc->nodes[i].next)
    {
      g_autofree char *field = NULL;

      if (!truce_scenario_read_string (self, i, "the name of a field", &field, error))
        return FALSE;
      truce_batch_unset (step->batch, collection, id, field);
    }
  return TRUE;
}

/* ["VERB", ARGUMENT, …] */
static gboolean
read_batched (TruceScenario *self,
              TruceStep     *step,
              guint32        array,
              GError       **error)
{
  gboolean has_verb = truce_json_type (self->doc, array) == TRUCE_JSON_ARRAY &&
                      truce_json_n_children (self->doc, array) > 0 &&
                      truce_json_type (self->doc, array + 1) == TRUCE_JSON_STRING;

  for (guint i = 0; has_verb && i < N_OPERATIONS; i++)
    if (truce_json_string_is (self->doc, array + 1, operations[i].verb))
      return read_operation (self, i, array, 1, step->batch, error);
  return truce_scenario_refuse (self, has_verb ? array + 1 : array, error,
                                "an operation begins with put, patch, add, remove, increment, delete or undelete");
}

static gboolean
read_outcomes (TruceScenario *self,
               TruceStep     *step,
               GError       **error)
{
  int outcome;

  step->outcomes = truce_step_beside (self, step, "outcomes");
  if (step->outcomes == TRUCE_JSON_NONE)
    return TRUE;
  if (truce_json_type (self->doc, step->outcomes) != TRUCE_JSON_ARRAY ||
      truce_json_n_children (self->doc, step->outcomes) != truce_batch_get_n_operations (step->batch))
    return truce_scenario_refuse (self, step->outcomes, error, "an outcome for each operation must stand here");
  for (guint32 i = step->outcomes + 1; i < self->doc->nodes[step->outcomes].next; i = self->doc->nodes[i].next)
    if (!truce_scenario_read_nick (self, i, TRUCE_TYPE_OUTCOME, "an outcome", &outcome, error))
      return FALSE;
  return TRUE;
}

gboolean
truce_read_batch (TruceScenario *self,
                  TruceStep     *step,
                  GError       **error)
{
  guint32 policy = truce_step_beside (self, step, "policy");
  int value = TRUCE_BATCH_POLICY_ATOMIC;

  if (policy != TRUCE_JSON_NONE &&
      !truce_scenario_read_nick (self, policy, TRUCE_TYPE_BATCH_POLICY, "a policy of batches", &value, error))
    return FALSE;
  if (!truce_scenario_is (self, step->value, TRUCE_JSON_ARRAY, "an array of operations", error))
    return FALSE;

  step->batch = truce_batch_new (value);
  for (guint32 i = step->value + 1; i < self->doc->nodes[step->value].next; i = self->doc->nodes[i].next)
    if (!read_batched (self, step, i, error))
      return FALSE;
  return read_outcomes (self, step, error);
}

/* ---- what waits in the inbox ---- */

gboolean
truce_read_waiting (TruceScenario *self,
                    TruceStep     *step,
                    GError       **error)
{
  guint32 arguments[ARGUMENTS_MAX];
  guint32 edit = truce_step_beside (self, step, "edit");

  if (!truce_step_read_arguments (self, step->value, 0, 2, "[COLLECTION, ID]", arguments, error) ||
      !read_record (self, arguments, &step->collection, &step->id, error))
    return FALSE;
  if (edit == TRUCE_JSON_NONE)
    return TRUE;
  if (!truce_scenario_is (self, edit, TRUCE_JSON_OBJECT, "an object of fields", error))
    return FALSE;
  step->text = truce_scenario_dup_text (self, edit);
  return TRUE;
}

/* "local", "remote", or {"merged": RECORD}, where null means deleted. */
gboolean
truce_read_resolve (TruceScenario *self,
                    TruceStep     *step,
                    GError       **error)
{
  static const char *const keys[] = { "merged", NULL };
  guint32 with = truce_step_beside (self, step, "with");
  guint32 merged;

  if (!truce_read_waiting (self, step, error))
    return FALSE;
  if (with == TRUCE_JSON_NONE)
    return truce_scenario_refuse (self, step->node, error, "“with” is missing");

  if (truce_json_type (self->doc, with) == TRUCE_JSON_STRING)
    {
      step->number = truce_json_string_is (self->doc, with, "local") ? TRUCE_RESOLUTION_LOCAL : TRUCE_RESOLUTION_REMOTE;
      return step->number == TRUCE_RESOLUTION_LOCAL || truce_json_string_is (self->doc, with, "remote") ||
             truce_scenario_refuse (self, with, error, "“local”, “remote” or {\"merged\":…} must stand here");
    }
  if (!truce_scenario_read_members (self, with, keys, &merged, error))
    return FALSE;
  if (merged == TRUCE_JSON_NONE)
    return truce_scenario_refuse (self, with, error, "“merged” is missing");
  step->number = TRUCE_RESOLUTION_MERGED;
  if (truce_json_type (self->doc, merged) != TRUCE_JSON_NULL)
    step->text = truce_scenario_dup_text (self, merged);
  return step->text == NULL || truce_scenario_is (self, merged, TRUCE_JSON_OBJECT, "a record, or null", error);
}
