/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a scenario expects to see: the form of it (truce-scenario-expect.c), and whether it is so (truce-scenario-check.c).
 * Private: nothing here is installed. */

#include "truce-scenario-private.h"

G_BEGIN_DECLS

#define SAME_AS "same as "
#define NOTHING_ELSE "nothing else"

/* Members of an object: the name's node, behind which the value's stands. */
#define FOR_MEMBERS(doc, name, object) \
  for (guint32 name = (object) + 1; name < (doc)->nodes[object].next; name = (doc)->nodes[name + 1].next)
#define FOR_ELEMENTS(doc, element, array) \
  for (guint32 element = (array) + 1; element < (doc)->nodes[array].next; element = (doc)->nodes[element].next)

/* The keys of $counts; the last one is NULL. */
extern const char *const truce_expect_counts[4];

/* COLLECTION/ID: the length of the collection; 0: it is of none that is there. */
gsize truce_expect_find_collection (TruceScenario *self,
                                    const char    *record);

G_END_DECLS
