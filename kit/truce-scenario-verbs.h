/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the verbs do in a world (truce-scenario-play.c). Private: nothing here is installed. */

#include "truce-scenario-private.h"

G_BEGIN_DECLS

/* TruceStep.number of the verb “hub”. */
enum
{
  TRUCE_STEP_PURGE,
  TRUCE_STEP_RESET,
};

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
