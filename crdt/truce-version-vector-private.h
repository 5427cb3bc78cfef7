/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-codec.h"
#include "truce-stamp-private.h"
#include "truce-version-vector.h"

G_BEGIN_DECLS

#define TRUCE_VERSION_VECTOR_MAX 10000u /* replicas */

struct _TruceVersionVector
{
  gatomicrefcount refs;
  guint n_stamps;
  TruceStamp stamps[];          /* the latest of each replica, by ascending replica */
};

/* Room for n_stamps, which the caller fills in. */
TruceVersionVector *truce_version_vector_alloc  (guint                      n_stamps)
                                                 G_GNUC_WARN_UNUSED_RESULT;
/* The latest time of a replica; 0 for one that it doesn't know. */
guint64             truce_version_vector_time   (const TruceVersionVector  *self,
                                                 guint64                    replica);
/* Of each replica the earlier: what both have seen. */
TruceVersionVector *truce_version_vector_meet   (const TruceVersionVector  *a,
                                                 const TruceVersionVector  *b) G_GNUC_WARN_UNUSED_RESULT;
/* Without the header, as a part of other formats. */
void                truce_version_vector_write  (const TruceVersionVector  *self,
                                                 TruceWriter               *writer);
/* NULL after a problem. */
TruceVersionVector *truce_version_vector_read   (TruceReader               *reader) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a has seen all that b has. */
static inline gboolean
truce_version_vector_covers_all (const TruceVersionVector *a, const TruceVersionVector *b)
{
  TruceOrdering ordering = truce_version_vector_compare (a, b);

  return ordering == TRUCE_ORDERING_EQUAL || ordering == TRUCE_ORDERING_AFTER;
}

G_END_DECLS
