/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a store adds to a conflict before a resolver sees it, and keeps of it afterwards. Private: nothing here is
 * installed. */

#include "truce-conflict.h"
#include "truce-store-private.h"

G_BEGIN_DECLS

/* One side of a conflict. text NULL: deleted, or not there. */
TruceRecord *truce_settle_record    (const char    *collection,
                                     const char    *id,
                                     const char    *text,
                                     GError       **error) G_GNUC_WARN_UNUSED_RESULT;
/* The latest stamp of each field that shows, for resolvers that ask which came later. */
void         truce_settle_stamp     (TruceRecord      *record,
                                     const TruceState *state);
/* Whether both show the same, or neither shows anything. */
gboolean     truce_settle_same      (TruceRecord   *a,
                                     TruceRecord   *b);
/* In a transaction that is open: what one side had changed, and the result (NULL: a deletion) has not so, goes to the
 * history. */
gboolean     truce_settle_keep_lost (TruceStore    *store,
                                     TruceConflict *conflict,
                                     TruceRecord   *side,
                                     JsonNode      *result,
                                     GError       **error);

G_END_DECLS
