/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The verbs of scenarios: how each is read, and what it does in a world. Private: nothing here is installed. */

#include "truce-scenario-private.h"

G_BEGIN_DECLS

/* TruceStep.number of the verb “hub”. */
enum
{
  TRUCE_STEP_PURGE,
  TRUCE_STEP_RESET,
};

/* ---- truce-scenario-step.c: pieces that several have ---- */

#define ARGUMENTS_MAX 4

/* What stands beside the verb; NONE where the step has no such key. */
guint32  truce_step_beside         (TruceScenario    *self,
                                    const TruceStep  *step,
                                    const char       *key);
/* The same of a key that must be there. */
gboolean truce_step_read_beside    (TruceScenario    *self,
                                    TruceStep        *step,
                                    const char       *key,
                                    guint32          *node,
                                    GError          **error);
/* The elements of an array, which has so many behind the first `skip`. form: what is told where it has not. */
gboolean truce_step_read_arguments (TruceScenario    *self,
                                    guint32           array,
                                    guint             skip,
                                    guint             n_arguments,
                                    const char       *form,
                                    guint32          *arguments,
                                    GError          **error);

/* ---- truce-scenario-write.c, -fault.c: reading ---- */

gboolean truce_read_write   (TruceScenario *self, TruceStep *step, GError **error);
gboolean truce_read_patch   (TruceScenario *self, TruceStep *step, GError **error);
gboolean truce_read_batch   (TruceScenario *self, TruceStep *step, GError **error);
gboolean truce_read_waiting (TruceScenario *self, TruceStep *step, GError **error);
gboolean truce_read_resolve (TruceScenario *self, TruceStep *step, GError **error);
gboolean truce_read_fault   (TruceScenario *self, TruceStep *step, GError **error);

/* ---- truce-scenario-play.c: doing ---- */

gboolean truce_play_write   (TrucePlay *play, GError **error);
gboolean truce_play_batch   (TrucePlay *play, GError **error);
gboolean truce_play_sync    (TrucePlay *play, GError **error);
gboolean truce_play_settle  (TrucePlay *play, GError **error);
gboolean truce_play_merge   (TrucePlay *play, GError **error);
gboolean truce_play_advance (TrucePlay *play, GError **error);
gboolean truce_play_skew    (TrucePlay *play, GError **error);
gboolean truce_play_crash   (TrucePlay *play, GError **error);
gboolean truce_play_backup  (TrucePlay *play, GError **error);
gboolean truce_play_restore (TrucePlay *play, GError **error);
gboolean truce_play_hub     (TrucePlay *play, GError **error);
gboolean truce_play_fault   (TrucePlay *play, GError **error);
gboolean truce_play_resolve (TrucePlay *play, GError **error);
gboolean truce_play_retry   (TrucePlay *play, GError **error);
gboolean truce_play_discard (TrucePlay *play, GError **error);
gboolean truce_play_expect  (TrucePlay *play, GError **error);

G_END_DECLS
