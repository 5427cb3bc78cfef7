/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What fails. */

#include "truce-scenario-verbs.h"

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

gboolean
truce_read_fault (TruceScenario *self,
                  TruceStep     *step,
                  GError       **error)
{
  guint32 nodes[N_FAULT_KEYS];
  guint32 times = truce_step_beside (self, step, "times");
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
