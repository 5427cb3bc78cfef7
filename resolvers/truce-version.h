/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Semantic versions, for the rule `highest-version`. Private: nothing here is installed. */

#include <glib.h>

G_BEGIN_DECLS

/* Sets *which to 0 where a is the higher version, to 1 where b is. FALSE (and *which untouched) if one of
 * them is not clearly a version, if they are versions of different things, or if none is higher and their
 * texts differ. Linear. */
gboolean truce_version_pick_highest (const char *a,
                                     const char *b,
                                     int        *which);

/* Whether both are versions of one thing, and none of them breaks what the other promises: the same major
 * number, or, below 1.0.0, the same first number that is not 0 and all before it. Linear. */
gboolean truce_version_is_compatible (const char *a,
                                      const char *b);

G_END_DECLS
