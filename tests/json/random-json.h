/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random JSON texts, in random formattings, and random drafts of them: for tests and fuzz targets. All
 * randomness comes from the GRand that is passed. */

#include "truce-json.h"

/* How often a random test runs: so often; fifty times more with -m slow; or $TRUCE_TEST_ROUNDS. */
guint           random_rounds (guint              quick);

/* How one random document is spaced. */
typedef struct
{
  const char *newline;          /* "" for a document on one line */
  const char *unit;             /* of indentation */
  const char *colon;
  const char *comma;            /* behind a comma on one line */
  guint chaos;                  /* percent: how often a space is anything at all */
} RandomStyle;

RandomStyle     random_style (GRand             *rand);
/* A JSON text with white space around it, at times. */
char           *random_text  (GRand             *rand,
                              const RandomStyle *style,
                              guint              size) G_GNUC_WARN_UNUSED_RESULT;
/* A draft laid out like docs[0], with pieces of all. */
TruceJsonDraft *random_draft (GRand             *rand,
                              TruceJsonArena    *arena,
                              TruceJsonDoc     **docs,
                              guint              n_docs) G_GNUC_WARN_UNUSED_RESULT;
/* The draft that is a document, with a container draft for each container. */
TruceJsonDraft *identity_draft (TruceJsonArena     *arena,
                                const TruceJsonDoc *doc,
                                guint32             node) G_GNUC_WARN_UNUSED_RESULT;
