/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-scenario-verbs.h"

#include <stdarg.h>

gboolean
truce_step_differ (GError    **error,
                   const char *who,
                   const char *format,
                   ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (TRUCE_ERROR, TRUCE_ERROR_CONFLICT, format, arguments));
  va_end (arguments);
  if (who != NULL)
    g_prefix_error (error, "%s: ", who);
  return FALSE;
}

/* ---- records ---- */

/* What the first operation that did not go through says. */
static gboolean
check_clean (TruceBatchResult *result,
             GError          **error)
{
  for (guint i = 0; i < truce_batch_result_get_n_operations (result); i++)
    {
      const GError *failure = truce_batch_result_get_error (result, i);

      if (failure == NULL)
        continue;
      g_propagate_error (error, g_error_copy (failure));
      return FALSE;
    }
  return TRUE;
}

gboolean
truce_play_write (TrucePlay *play,
                  GError   **error)
{
  g_autoptr(TruceBatchResult) result = truce_world_write (play->world, play->step->on, play->step->batch, error);

  return result != NULL && check_clean (result, error);
}

/* Its failures are outcomes; where one is told to be the verb's error, they are that. */
gboolean
truce_play_batch (TrucePlay *play,
                  GError   **error)
{
  play->result = truce_world_write (play->world, play->step->on, play->step->batch, error);
  return play->result != NULL && (play->step->error < 0 || check_clean (play->result, error));
}

gboolean
truce_play_resolve (TrucePlay *play,
                    GError   **error)
{
  const TruceStep *step = play->step;

  return truce_world_resolve (play->world, step->on, step->collection, step->id, (TruceResolutionType) step->number,
                              step->text, error);
}

gboolean
truce_play_retry (TrucePlay *play,
                  GError   **error)
{
  const TruceStep *step = play->step;

  return truce_world_retry (play->world, step->on, step->collection, step->id, step->text, error);
}

gboolean
truce_play_discard (TrucePlay *play,
                    GError   **error)
{
  const TruceStep *step = play->step;

  return truce_world_discard (play->world, step->on, step->collection, step->id, error);
}

/* ---- between replicas ---- */

gboolean
truce_play_sync (TrucePlay *play,
                 GError   **error)
{
  return truce_world_sync (play->world, play->step->on, &play->counts, error);
}

gboolean
truce_play_settle (TrucePlay *play,
                   GError   **error)
{
  return truce_world_settle (play->world, error);
}

gboolean
truce_play_merge (TrucePlay *play,
                  GError   **error)
{
  return truce_world_merge (play->world, play->step->on, play->step->other, error);
}

gboolean
truce_play_hub (TrucePlay *play,
                GError   **error)
{
  return play->step->number == TRUCE_STEP_RESET ? truce_world_reset_hub (play->world, error)
                                                : truce_world_purge_hub (play->world, error);
}

/* ---- time, processes, faults ---- */

gboolean
truce_play_advance (TrucePlay *play,
                    GError   **error)
{
  truce_world_advance (play->world, play->step->number);
  return TRUE;
}

gboolean
truce_play_skew (TrucePlay *play,
                 GError   **error)
{
  return truce_world_set_skew (play->world, play->step->on, play->step->number, error);
}

gboolean
truce_play_crash (TrucePlay *play,
                  GError   **error)
{
  return truce_world_crash (play->world, play->step->on, error);
}

gboolean
truce_play_backup (TrucePlay *play,
                   GError   **error)
{
  return truce_world_backup (play->world, play->step->on, play->step->other, error);
}

gboolean
truce_play_restore (TrucePlay *play,
                    GError   **error)
{
  return truce_world_restore (play->world, play->step->other, play->step->on, error);
}

gboolean
truce_play_fault (TrucePlay *play,
                  GError   **error)
{
  const TruceStep *step = play->step;
  TruceTestRemote *remote = truce_world_get_remote (play->world, step->on);

  if (step->of_commit)
    truce_world_crash_commit (play->world, step->on, step->after, step->times);
  else if (step->id != NULL)
    truce_test_remote_fail_record (remote, step->collection, step->id, step->fault, step->times);
  else
    truce_test_remote_fail (remote, step->point, step->fault, step->times);
  return TRUE;
}

gboolean
truce_play_expect (TrucePlay *play,
                   GError   **error)
{
  return truce_expect_check (play->scenario, play->step->value, play->world, error);
}

/* ---- what is checked of each verb ---- */

static const char *
nick_of (GType type,
         int   value)
{
  g_autoptr(GEnumClass) values = g_type_class_ref (type);

  return g_enum_get_value (values, value)->value_nick;
}

/* It ended as it was told to: failure NULL: it went through. */
static gboolean
check_end (TrucePlay    *play,
           const GError *failure,
           GError      **error)
{
  int code = play->step->error;

  if (code < 0 && (failure == NULL || truce_world_has_crashed (play->world) != NULL))
    return TRUE;
  if (code < 0)
    {
      g_propagate_error (error, g_error_copy (failure));
      return FALSE;
    }
  if (failure == NULL)
    return truce_step_differ (error, NULL, "it went through, and must fail with %s", nick_of (TRUCE_TYPE_ERROR, code));
  return g_error_matches (failure, TRUCE_ERROR, code) ||
         truce_step_differ (error, NULL, "it must fail with %s, and failed with: %s", nick_of (TRUCE_TYPE_ERROR, code),
                            failure->message);
}

static guint64
count_at (const TruceSessionCounts *counts,
          int                       index)
{
  const guint64 all[] = {
    counts->pushed, counts->pulled, counts->failed, counts->conflicted, counts->retried, counts->skipped,
    counts->removed, counts->exchanges,
  };

  return all[index];
}

static gboolean
check_report (TrucePlay *play,
              GError   **error)
{
  const TruceJsonDoc *doc = play->scenario->doc;
  guint32 report = play->step->report;

  for (guint32 i = report + 1; i < doc->nodes[report].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);
      guint64 count = count_at (&play->counts, truce_step_find_count (doc, i));
      gint64 expected = 0;

      if (truce_json_get_int64 (doc, i + 1, &expected) && (guint64) expected != count)
        return truce_step_differ (error, NULL, "%s is %" G_GUINT64_FORMAT ", not %" G_GINT64_FORMAT, name, count, expected);
    }
  return TRUE;
}

static gboolean
check_outcomes (TrucePlay *play,
                GError   **error)
{
  const TruceJsonDoc *doc = play->scenario->doc;
  guint32 outcomes = play->step->outcomes;
  guint operation = 0;

  for (guint32 i = outcomes + 1; i < doc->nodes[outcomes].next; i = doc->nodes[i].next, operation++)
    {
      const char *outcome = truce_outcome_to_string (truce_batch_result_get_outcome (play->result, operation));

      if (!truce_json_string_is (doc, i, outcome))
        return truce_step_differ (error, NULL, "the outcome of operation %u is %s", operation, outcome);
    }
  return TRUE;
}

/* A verb that must fail changes nothing. */
static gint64
version_of (TrucePlay *play)
{
  TruceStore *store = NULL;

  if (play->step->local && play->step->error >= 0)
    store = truce_world_get_store (play->world, play->step->on, NULL);
  return store != NULL ? store->version : 0;
}

static gboolean
play_verb (TrucePlay *play,
           GError   **error)
{
  gint64 version = version_of (play);
  g_autoptr(GError) failure = NULL;

  play->step->play (play, &failure);
  return check_end (play, failure, error) &&
         (play->step->report == TRUCE_JSON_NONE || check_report (play, error)) &&
         (play->step->outcomes == TRUCE_JSON_NONE || play->result == NULL || check_outcomes (play, error)) &&
         (version_of (play) == version || truce_step_differ (error, NULL, "it failed, and changed something all the same"));
}

gboolean
truce_step_play (TruceScenario   *self,
                 const TruceStep *step,
                 TruceWorld      *world,
                 GError         **error)
{
  TrucePlay play = { .scenario = self, .world = world, .step = step };
  gboolean told = play_verb (&play, error);

  if (!told && error != NULL)
    {
      g_autoptr(GString) place = g_string_new (NULL);

      truce_json_append_place (place, self->doc, step->node);
      g_prefix_error (error, "%s: %s: ", place->str, step->verb);
    }
  g_clear_object (&play.result);
  return told;
}
