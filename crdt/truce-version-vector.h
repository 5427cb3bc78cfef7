/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-stamp.h"

G_BEGIN_DECLS

/**
 * TruceOrdering:
 * @TRUCE_ORDERING_EQUAL: both have seen the same
 * @TRUCE_ORDERING_BEFORE: the other has seen all of it, and more
 * @TRUCE_ORDERING_AFTER: it has seen all of the other, and more
 * @TRUCE_ORDERING_CONCURRENT: each has seen something that the other has not
 *
 * How two version vectors compare.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_ORDERING_EQUAL,
  TRUCE_ORDERING_BEFORE,
  TRUCE_ORDERING_AFTER,
  TRUCE_ORDERING_CONCURRENT,
} TruceOrdering;

#define TRUCE_TYPE_ORDERING (truce_ordering_get_type ())
#define TRUCE_TYPE_VERSION_VECTOR (truce_version_vector_get_type ())

typedef struct _TruceVersionVector TruceVersionVector;

TRUCE_AVAILABLE_IN_1_0
GType               truce_ordering_get_type             (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType               truce_version_vector_get_type       (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceVersionVector *truce_version_vector_new            (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceVersionVector *truce_version_vector_new_from_bytes (GBytes                    *bytes,
                                                         GError                   **error)
                                                         G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceVersionVector *truce_version_vector_ref            (const TruceVersionVector  *self);
TRUCE_AVAILABLE_IN_1_0
void                truce_version_vector_unref          (TruceVersionVector        *self);
TRUCE_AVAILABLE_IN_1_0
GBytes             *truce_version_vector_to_bytes       (const TruceVersionVector  *self)
                                                         G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceVersionVector *truce_version_vector_with_stamp     (const TruceVersionVector  *self,
                                                         const TruceStamp          *stamp,
                                                         GError                   **error)
                                                         G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceVersionVector *truce_version_vector_join           (const TruceVersionVector  *a,
                                                         const TruceVersionVector  *b,
                                                         GError                   **error)
                                                         G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean            truce_version_vector_covers         (const TruceVersionVector  *self,
                                                         const TruceStamp          *stamp);
TRUCE_AVAILABLE_IN_1_0
TruceOrdering       truce_version_vector_compare        (const TruceVersionVector  *a,
                                                         const TruceVersionVector  *b);
TRUCE_AVAILABLE_IN_1_0
gboolean            truce_version_vector_equal          (const TruceVersionVector  *a,
                                                         const TruceVersionVector  *b);
TRUCE_AVAILABLE_IN_1_0
guint               truce_version_vector_get_length     (const TruceVersionVector  *self);
TRUCE_AVAILABLE_IN_1_0
TruceStamp         *truce_version_vector_get_stamp      (const TruceVersionVector  *self,
                                                         guint                      index)
                                                         G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStamp         *truce_version_vector_lookup         (const TruceVersionVector  *self,
                                                         guint64                    replica)
                                                         G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceVersionVector, truce_version_vector_unref)

G_END_DECLS
