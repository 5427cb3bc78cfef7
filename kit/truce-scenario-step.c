/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-scenario-verbs.h"

/* ---- pieces of steps ---- */

guint32
truce_step_beside (TruceScenario   *self,
                   const TruceStep *step,
                   const char      *key)
{
  return truce_json_member (self->doc, step->node, key);
}

gboolean
truce_step_read_beside (TruceScenario *self,
                        TruceStep     *step,
                        const char    *key,
                        guint32       *node,
                        GError       **error)
{
  *node = truce_step_beside (self, step, key);
  return *node != TRUCE_JSON_NONE || truce_scenario_refuse (self, step->node, error, "“%s” is missing", key);
}

gboolean
truce_step_read_arguments (TruceScenario *self,
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
  guint32 report = truce_step_beside (self, step, "report");
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

  return truce_step_read_arguments (self, step->value, 0, 2, "[REPLICA, REPLICA]", arguments, error) &&
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

static gboolean
read_backup (TruceScenario *self,
             TruceStep     *step,
             GError       **error)
{
  guint32 as;

  return truce_scenario_read_replica (self, step->value, TRUE, &step->on, error) &&
         truce_step_read_beside (self, step, "as", &as, error) &&
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
      !truce_step_read_beside (self, step, "to", &to, error) ||
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

static gboolean
read_expect (TruceScenario *self,
             TruceStep     *step,
             GError       **error)
{
  return truce_expect_read (self, step->value, error);
}

/* ---- all verbs ---- */

/* Fills in what stands at the verb's key, and beside it. */
typedef gboolean (*ReadFunc) (TruceScenario *self,
                              TruceStep     *step,
                              GError       **error);

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
  { "put", { NULL }, TRUE, TRUE, TRUE, truce_read_write, truce_play_write },
  { "patch", { "unset" }, TRUE, TRUE, TRUE, truce_read_patch, truce_play_write },
  { "add", { NULL }, TRUE, TRUE, TRUE, truce_read_write, truce_play_write },
  { "remove", { NULL }, TRUE, TRUE, TRUE, truce_read_write, truce_play_write },
  { "increment", { NULL }, TRUE, TRUE, TRUE, truce_read_write, truce_play_write },
  { "delete", { NULL }, TRUE, TRUE, TRUE, truce_read_write, truce_play_write },
  { "undelete", { NULL }, TRUE, TRUE, TRUE, truce_read_write, truce_play_write },
  { "batch", { "policy", "outcomes" }, TRUE, TRUE, FALSE, truce_read_batch, truce_play_batch },
  { "sync", { "report" }, FALSE, TRUE, FALSE, read_sync, truce_play_sync },
  { "settle", { NULL }, FALSE, TRUE, FALSE, read_settle, truce_play_settle },
  { "merge", { NULL }, FALSE, TRUE, FALSE, read_merge, truce_play_merge },
  { "advance", { NULL }, FALSE, FALSE, FALSE, read_advance, truce_play_advance },
  { "skew_ms", { NULL }, TRUE, FALSE, FALSE, read_skew, truce_play_skew },
  { "crash", { NULL }, FALSE, FALSE, FALSE, read_crash, truce_play_crash },
  { "backup", { "as" }, FALSE, TRUE, FALSE, read_backup, truce_play_backup },
  { "restore", { "to" }, FALSE, TRUE, FALSE, read_restore, truce_play_restore },
  { "hub", { NULL }, FALSE, TRUE, FALSE, read_hub, truce_play_hub },
  { "fault", { "times" }, FALSE, FALSE, FALSE, truce_read_fault, truce_play_fault },
  { "resolve", { "with" }, TRUE, TRUE, TRUE, truce_read_resolve, truce_play_resolve },
  { "retry", { "edit" }, TRUE, TRUE, TRUE, truce_read_waiting, truce_play_retry },
  { "discard", { NULL }, TRUE, TRUE, TRUE, truce_read_waiting, truce_play_discard },
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
  failure = truce_step_beside (self, step, "error");
  if (failure != TRUCE_JSON_NONE &&
      !truce_scenario_read_nick (self, failure, TRUCE_TYPE_ERROR, "a code of errors", &step->error, error))
    return FALSE;
  if (verbs[verb].has_on &&
      (!truce_step_read_beside (self, step, "on", &on, error) ||
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
