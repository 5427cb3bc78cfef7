/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which rules and kinds hold at a place of a document. Private: nothing here is installed. */

#include "truce-kind.h"

G_BEGIN_DECLS

typedef struct _TrucePattern TrucePattern;

/* text: a field's name, or (it begins with "/") a JSON pointer in which "*" stands for one member and "**"
 * for any number. NULL with TRUCE_ERROR_INVALID_SCHEMA. */
TrucePattern *truce_pattern_new  (const char          *text,
                                  GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void          truce_pattern_free (TrucePattern        *pattern);
const char   *truce_pattern_text (const TrucePattern  *pattern);
/* The top-level member that is not as any other to it: "a" of "/a/b", and of the pattern that looks for "a" at any
 * depth. NULL if all are alike. */
const char   *truce_pattern_head (const TrucePattern  *pattern);
/* Whether it names a top-level member, and nothing else. */
gboolean      truce_pattern_is_field (const TrucePattern *pattern);

/* How far into each of several patterns a walk down a document has come: a stack, one frame a level. */
typedef struct _TrucePatternWalk TrucePatternWalk;

/* patterns: of TrucePattern *, not owned. */
TrucePatternWalk *truce_pattern_walk_new     (GPtrArray              *patterns) G_GNUC_WARN_UNUSED_RESULT;
void              truce_pattern_walk_free    (TrucePatternWalk       *walk);
/* token NULL: some member that no pattern names. */
void              truce_pattern_walk_push    (TrucePatternWalk       *walk,
                                              const char             *token);
void              truce_pattern_walk_pop     (TrucePatternWalk       *walk);
/* Whether the pattern at index holds here, or can hold somewhere below. Linear in the live states. */
gboolean          truce_pattern_walk_matches (const TrucePatternWalk *walk,
                                              guint                   index);
gboolean          truce_pattern_walk_is_live (const TrucePatternWalk *walk,
                                              guint                   index);
/* The same, not counting here. */
gboolean          truce_pattern_walk_goes_on (const TrucePatternWalk *walk,
                                              guint                   index);
/* No pattern can hold here or below. */
gboolean          truce_pattern_walk_is_over (const TrucePatternWalk *walk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrucePattern, truce_pattern_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrucePatternWalk, truce_pattern_walk_free)

G_END_DECLS
