/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A story told from beginning to end. Private.
 *
 *   truce-simulation.c           the object: a seed and what it may contain
 *   truce-simulation-story.c     a story from a seed
 *   truce-simulation-tell.c      a story told, and what became of it
 *   truce-simulation-act.c       one step
 *   truce-simulation-witness.c   who looks on
 *   truce-simulation-shrink.c    a shorter story of the same failure */

#include <json-glib/json-glib.h>

#include "truce-simulation.h"

G_BEGIN_DECLS

/* What became of a story. */
typedef struct
{
  char *digest;                 /* SHA-256, in hex */
  char *broken;                 /* NULL: all held */
  GPtrArray *told;              /* of char *, owned: each step as it came, with the error it ended in; NULL: not kept */
} TruceSimTelling;

void       truce_sim_telling_clear    (TruceSimTelling   *self);
/* keep: what was told. FALSE where there is no world to tell it in. */
gboolean   truce_sim_story_tell       (JsonObject     *story,
                                   gboolean        sqlite,
                                   gboolean        keep,
                                   TruceSimTelling   *telling,
                                   GError        **error);
/* A shorter story that is broken the same way, as the text of a scenario file. */
char      *truce_sim_story_shrink     (JsonObject     *story,
                                   gboolean        sqlite,
                                   GError        **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
