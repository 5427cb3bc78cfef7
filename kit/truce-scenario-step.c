/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-scenario-private.h"

#include "truce-scenario-verbs.h"

/* Fills in what stands at the verb's key, and beside it. */
typedef gboolean (*ReadFunc) (TruceScenario *self,
                              TruceStep     *step,
                              GError       **error);

/* NONE where the step has no such key. */
static guint32
beside (TruceScenario   *self,
        const TruceStep *step,
        const char      *key)
{
  return truce_json_member (self->doc, step->node, key);
}

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

#define ARGUMENTS_MAX 4

/* The elements of an array that stand behind the first `skip`. */
static gboolean
read_arguments (TruceScenario *self,
                guint32        array,
                guint          skip,
                guint          n_arguments,
                const char    *form,
                guint32       *arguments,
                GError       **error)
{
  guint n = 0;

  if (truce_json_type (self->doc, array) == TRUCE_JSON_ARRAY &&
      truce_json_n_children (self->doc, array) == skip + n_arguments)
    for (guint32 i = array + 1; i < self->doc->nodes[array].next; i = self->doc->nodes[i].next)
      if (n++ >= skip)
        arguments[n - 1 - skip] = i;
  return n == skip + n_arguments || truce_scenario_refuse (self, array, error, "%s must stand here", form);
}

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

  if (!read_arguments (self, array, skip, n, operations[operation].form, arguments, error) ||
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
static gboolean
read_write (TruceScenario *self,
            TruceStep     *step,
            GError       **error)
{
  step->batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  for (guint i = 0; i < N_OPERATIONS; i++)
    if (strcmp (step->verb, operations[i].verb) == 0)
      return read_operation (self, i, step->value, 0, step->batch, error);
  g_assert_not_reached ();
}

static gboolean
read_patch (TruceScenario *self,
            TruceStep     *step,
            GError       **error)
{
  guint32 unset = beside (self, step, "unset");
  guint32 arguments[ARGUMENTS_MAX];
  g_autofree char *collection = NULL;
  g_autofree char *id = NULL;

  if (!read_write (self, step, error))
    return FALSE;
  if (unset == TRUCE_JSON_NONE)
    return TRUE;
  if (!truce_scenario_is (self, unset, TRUCE_JSON_ARRAY, "an array of fields", error) ||
      !read_arguments (self, step->value, 0, 3, "", arguments, error) ||
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

  step->outcomes = beside (self, step, "outcomes");
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

static gboolean
read_batch (TruceScenario *self,
            TruceStep     *step,
            GError       **error)
{
  guint32 policy = beside (self, step, "policy");
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

static gboolean
read_waiting (TruceScenario *self,
              TruceStep     *step,
              GError       **error)
{
  guint32 arguments[ARGUMENTS_MAX];
  guint32 edit = beside (self, step, "edit");

  if (!read_arguments (self, step->value, 0, 2, "[COLLECTION, ID]", arguments, error) ||
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
static gboolean
read_resolve (TruceScenario *self,
              TruceStep     *step,
              GError       **error)
{
  static const char *const keys[] = { "merged", NULL };
  guint32 with = beside (self, step, "with");
  guint32 merged;

  if (!read_waiting (self, step, error))
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

/* ---- sessions ---- */

int
truce_step_find_count (const TruceJsonDoc *doc,
                       guint32             name)
{
  static const char *const names[] = {
    "pushed", "pulled", "failed", "conflicted", "retried", "skipped", "removed", "exchanges",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (truce_json_string_is (doc, name, names[i]))
      return (int) i;
  return -1;
}

static gboolean
read_sync (TruceScenario *self,
           TruceStep     *step,
           GError       **error)
{
  const TruceJsonDoc *doc = self->doc;
  guint32 report = beside (self, step, "report");
  gint64 count;

  step->report = report;
  if (!truce_scenario_read_replica (self, step->value, FALSE, &step->on, error))
    return FALSE;
  if (report == TRUCE_JSON_NONE)
    return TRUE;
  if (!truce_scenario_is (self, report, TRUCE_JSON_OBJECT, "an object of counts", error))
    return FALSE;
  for (guint32 i = report + 1; i < doc->nodes[report].next; i = doc->nodes[i + 1].next)
    {
      if (truce_step_find_count (doc, i) < 0)
        return truce_scenario_refuse (self, i + 1, error, "a session does not count this");
      if (!truce_scenario_read_integer (self, i + 1, 0, G_MAXINT64, &count, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_settle (TruceScenario *self,
             TruceStep     *step,
             GError       **error)
{
  return truce_scenario_is (self, step->value, TRUCE_JSON_TRUE, "true", error);
}

static gboolean
read_merge (TruceScenario *self,
            TruceStep     *step,
            GError       **error)
{
  guint32 arguments[ARGUMENTS_MAX];

  return read_arguments (self, step->value, 0, 2, "[REPLICA, REPLICA]", arguments, error) &&
         truce_scenario_read_replica (self, arguments[0], FALSE, &step->on, error) &&
         truce_scenario_read_replica (self, arguments[1], FALSE, &step->other, error);
}

/* ---- time, processes, the hub ---- */

static gboolean
read_advance (TruceScenario *self,
              TruceStep     *step,
              GError       **error)
{
  return truce_scenario_read_integer (self, step->value, 0, TRUCE_STEP_MS_MAX, &step->number, error);
}

static gboolean
read_skew (TruceScenario *self,
           TruceStep     *step,
           GError       **error)
{
  return truce_scenario_read_integer (self, step->value, -TRUCE_STEP_MS_MAX, TRUCE_STEP_MS_MAX, &step->number, error);
}

static gboolean
read_crash (TruceScenario *self,
            TruceStep     *step,
            GError       **error)
{
  return truce_scenario_read_replica (self, step->value, TRUE, &step->on, error);
}

/* The key beside the verb, which must be there. */
static gboolean
read_beside (TruceScenario *self,
             TruceStep     *step,
             const char    *key,
             guint32       *node,
             GError       **error)
{
  *node = beside (self, step, key);
  return *node != TRUCE_JSON_NONE || truce_scenario_refuse (self, step->node, error, "“%s” is missing", key);
}

static gboolean
read_backup (TruceScenario *self,
             TruceStep     *step,
             GError       **error)
{
  guint32 as;

  return truce_scenario_read_replica (self, step->value, TRUE, &step->on, error) &&
         read_beside (self, step, "as", &as, error) &&
         truce_scenario_read_string (self, as, "a name", &step->other, error);
}

/* Whether a step before this one keeps a copy under that name. */
static gboolean
has_backup (TruceScenario *self,
            const char    *name)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      const TruceStep *step = &g_array_index (self->steps, TruceStep, i);

      if (strcmp (step->verb, "backup") == 0 && strcmp (step->other, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_restore (TruceScenario *self,
              TruceStep     *step,
              GError       **error)
{
  guint32 to;

  if (!truce_scenario_read_string (self, step->value, "the name of a backup", &step->other, error) ||
      !read_beside (self, step, "to", &to, error) ||
      !truce_scenario_read_replica (self, to, TRUE, &step->on, error))
    return FALSE;
  return has_backup (self, step->other) ||
         truce_scenario_refuse (self, step->value, error, "there is no backup “%s” yet", step->other);
}

static gboolean
read_hub (TruceScenario *self,
          TruceStep     *step,
          GError       **error)
{
  gboolean is_string = truce_json_type (self->doc, step->value) == TRUCE_JSON_STRING;

  step->number = is_string && truce_json_string_is (self->doc, step->value, "reset") ? TRUCE_STEP_RESET
                                                                                     : TRUCE_STEP_PURGE;
  return (is_string && (step->number == TRUCE_STEP_RESET || truce_json_string_is (self->doc, step->value, "purge"))) ||
         truce_scenario_refuse (self, step->value, error, "“purge” or “reset” must stand here");
}

/* ---- faults ---- */

enum { ON, AT, AFTER, DO, COLLECTION, ID, N_FAULT_KEYS };
static const char *const fault_keys[] = { "on", "at", "after", "do", "collection", "id", NULL };

static gboolean
is_word (TruceScenario *self,
         guint32        node,
         const char    *word)
{
  return node != TRUCE_JSON_NONE && truce_json_type (self->doc, node) == TRUCE_JSON_STRING &&
         truce_json_string_is (self->doc, node, word);
}

/* {"on": REPLICA, "at"|"after": "commit", "do": "crash"} */
static gboolean
read_commit_fault (TruceScenario *self,
                   TruceStep     *step,
                   const guint32 *nodes,
                   GError       **error)
{
  step->of_commit = TRUE;
  step->after = nodes[AFTER] != TRUCE_JSON_NONE;
  if (nodes[COLLECTION] != TRUCE_JSON_NONE || nodes[ID] != TRUCE_JSON_NONE)
    return truce_scenario_refuse (self, step->value, error, "a commit is of no single record");
  return is_word (self, nodes[DO], "crash") ||
         truce_scenario_refuse (self, nodes[DO], error, "a commit can only “crash”");
}

/* {"on": REPLICA, "at": POINT, "do": FAULT, "collection": …, "id": …} */
static gboolean
read_exchange_fault (TruceScenario *self,
                     TruceStep     *step,
                     const guint32 *nodes,
                     GError       **error)
{
  gboolean of_record = nodes[COLLECTION] != TRUCE_JSON_NONE || nodes[ID] != TRUCE_JSON_NONE;
  int point = 0;
  int fault = 0;

  if (nodes[AT] == TRUCE_JSON_NONE)
    return truce_scenario_refuse (self, nodes[AFTER], error, "only “commit” can stand here");
  if (!truce_scenario_read_nick (self, nodes[AT], TRUCE_TYPE_TEST_POINT, "a point of a session", &point, error) ||
      !truce_scenario_read_nick (self, nodes[DO], TRUCE_TYPE_TEST_FAULT, "a fault", &fault, error))
    return FALSE;
  step->point = point;
  step->fault = fault;
  if (!of_record)
    return TRUE;
  if (nodes[COLLECTION] == TRUCE_JSON_NONE || nodes[ID] == TRUCE_JSON_NONE || point != TRUCE_TEST_POINT_PUSH ||
      (fault != TRUCE_TEST_FAULT_TRANSIENT && fault != TRUCE_TEST_FAULT_PERMANENT))
    return truce_scenario_refuse (self, step->value, error,
                                  "a record, by collection and id, can only be hit at “push”, by “transient” or "
                                  "“permanent”");
  return truce_scenario_read_collection (self, nodes[COLLECTION], &step->collection, error) &&
         truce_scenario_read_string (self, nodes[ID], "an id", &step->id, error);
}

static gboolean
read_fault (TruceScenario *self,
            TruceStep     *step,
            GError       **error)
{
  guint32 nodes[N_FAULT_KEYS];
  guint32 times = beside (self, step, "times");
  gint64 number = 1;
  gboolean of_commit;

  if (!truce_scenario_read_members (self, step->value, fault_keys, nodes, error) ||
      (times != TRUCE_JSON_NONE && !truce_scenario_read_integer (self, times, 1, G_MAXINT, &number, error)))
    return FALSE;
  step->times = (guint) number;
  if (nodes[ON] == TRUCE_JSON_NONE || nodes[DO] == TRUCE_JSON_NONE ||
      (nodes[AT] == TRUCE_JSON_NONE) == (nodes[AFTER] == TRUCE_JSON_NONE))
    return truce_scenario_refuse (self, step->value, error,
                                  "a fault has “on”, “do”, and one of “at” and “after”");

  of_commit = is_word (self, nodes[AT], "commit") || is_word (self, nodes[AFTER], "commit");
  return truce_scenario_read_replica (self, nodes[ON], of_commit, &step->on, error) &&
         (of_commit ? read_commit_fault : read_exchange_fault)(self, step, nodes, error);
}

static gboolean
read_expect (TruceScenario *self,
             TruceStep     *step,
             GError       **error)
{
  return truce_expect_read (self, step->value, error);
}

/* ---- all verbs ---- */

static const struct
{
  const char *key;
  const char *others[4];        /* what may stand beside it */
  gboolean has_on;              /* “on” must, and names a replica */
  gboolean fails;               /* “error” may */
  gboolean local;
  ReadFunc read;
  TruceStepFunc play;
} verbs[] = {
  { "put", { NULL }, TRUE, TRUE, TRUE, read_write, truce_play_write },
  { "patch", { "unset" }, TRUE, TRUE, TRUE, read_patch, truce_play_write },
  { "add", { NULL }, TRUE, TRUE, TRUE, read_write, truce_play_write },
  { "remove", { NULL }, TRUE, TRUE, TRUE, read_write, truce_play_write },
  { "increment", { NULL }, TRUE, TRUE, TRUE, read_write, truce_play_write },
  { "delete", { NULL }, TRUE, TRUE, TRUE, read_write, truce_play_write },
  { "undelete", { NULL }, TRUE, TRUE, TRUE, read_write, truce_play_write },
  { "batch", { "policy", "outcomes" }, TRUE, TRUE, FALSE, read_batch, truce_play_batch },
  { "sync", { "report" }, FALSE, TRUE, FALSE, read_sync, truce_play_sync },
  { "settle", { NULL }, FALSE, TRUE, FALSE, read_settle, truce_play_settle },
  { "merge", { NULL }, FALSE, TRUE, FALSE, read_merge, truce_play_merge },
  { "advance", { NULL }, FALSE, FALSE, FALSE, read_advance, truce_play_advance },
  { "skew_ms", { NULL }, TRUE, FALSE, FALSE, read_skew, truce_play_skew },
  { "crash", { NULL }, FALSE, FALSE, FALSE, read_crash, truce_play_crash },
  { "backup", { "as" }, FALSE, TRUE, FALSE, read_backup, truce_play_backup },
  { "restore", { "to" }, FALSE, TRUE, FALSE, read_restore, truce_play_restore },
  { "hub", { NULL }, FALSE, TRUE, FALSE, read_hub, truce_play_hub },
  { "fault", { "times" }, FALSE, FALSE, FALSE, read_fault, truce_play_fault },
  { "resolve", { "with" }, TRUE, TRUE, TRUE, read_resolve, truce_play_resolve },
  { "retry", { "edit" }, TRUE, TRUE, TRUE, read_waiting, truce_play_retry },
  { "discard", { NULL }, TRUE, TRUE, TRUE, read_waiting, truce_play_discard },
  { "expect", { NULL }, FALSE, FALSE, FALSE, read_expect, truce_play_expect },
};

static int
find_verb (TruceScenario *self,
           guint32        name)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (truce_json_string_is (self->doc, name, verbs[i].key))
      return (int) i;
  return -1;
}

/* Whether a key may stand beside the verb. */
static gboolean
goes_with (TruceScenario *self,
           guint32        name,
           guint          verb)
{
  const TruceJsonDoc *doc = self->doc;

  if (verbs[verb].has_on && truce_json_string_is (doc, name, "on"))
    return TRUE;
  if (verbs[verb].fails && truce_json_string_is (doc, name, "error"))
    return TRUE;
  for (guint i = 0; verbs[verb].others[i] != NULL; i++)
    if (truce_json_string_is (doc, name, verbs[verb].others[i]))
      return TRUE;
  return FALSE;
}

/* The first key that goes with no verb was meant to be one. */
static gboolean
refuse_verbless (TruceScenario *self,
                 TruceStep     *step,
                 GError       **error)
{
  const TruceJsonDoc *doc = self->doc;

  for (guint32 i = step->node + 1; i < doc->nodes[step->node].next; i = doc->nodes[i + 1].next)
    {
      gboolean known = FALSE;

      for (guint verb = 0; verb < G_N_ELEMENTS (verbs); verb++)
        known |= goes_with (self, i, verb);
      if (!known)
        return truce_scenario_refuse (self, i + 1, error, "unknown verb");
    }
  return truce_scenario_refuse (self, step->node, error, "this step has no verb");
}

/* The one verb of the step. */
static gboolean
read_verb (TruceScenario *self,
           TruceStep     *step,
           int           *verb,
           GError       **error)
{
  const TruceJsonDoc *doc = self->doc;

  *verb = -1;
  if (!truce_scenario_is (self, step->node, TRUCE_JSON_OBJECT, "a step, which is an object,", error))
    return FALSE;
  for (guint32 i = step->node + 1; i < doc->nodes[step->node].next; i = doc->nodes[i + 1].next)
    {
      int found = find_verb (self, i);

      if (found >= 0 && *verb >= 0)
        return truce_scenario_refuse (self, i + 1, error, "a step has one verb, and this has “%s” already",
                                      verbs[*verb].key);
      if (found < 0)
        continue;
      *verb = found;
      step->value = i + 1;
    }
  if (*verb < 0)
    return refuse_verbless (self, step, error);

  for (guint32 i = step->node + 1; i < doc->nodes[step->node].next; i = doc->nodes[i + 1].next)
    if (i + 1 != step->value && !goes_with (self, i, (guint) *verb))
      return truce_scenario_refuse (self, i + 1, error, "unknown key: it does not go with “%s”", verbs[*verb].key);
  return TRUE;
}

gboolean
truce_step_read (TruceScenario *self,
                 guint32        node,
                 TruceStep     *step,
                 GError       **error)
{
  guint32 failure;
  guint32 on;
  int verb;

  if (!read_verb (self, step, &verb, error))
    return FALSE;
  step->verb = verbs[verb].key;
  step->play = verbs[verb].play;
  step->local = verbs[verb].local;
  failure = beside (self, step, "error");
  if (failure != TRUCE_JSON_NONE &&
      !truce_scenario_read_nick (self, failure, TRUCE_TYPE_ERROR, "a code of errors", &step->error, error))
    return FALSE;
  if (verbs[verb].has_on &&
      (!read_beside (self, step, "on", &on, error) ||
       !truce_scenario_read_replica (self, on, FALSE, &step->on, error)))
    return FALSE;
  return verbs[verb].read (self, step, error);
}

void
truce_step_clear (TruceStep *step)
{
  g_free (step->on);
  g_free (step->other);
  g_free (step->collection);
  g_free (step->id);
  g_free (step->text);
  g_clear_object (&step->batch);
}
