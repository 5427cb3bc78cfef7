/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the sequence difference. */

#include <glib.h>

G_BEGIN_DECLS

/* a[a] and b[b] are one symbol that occurs nowhere else in either. */
typedef struct
{
  guint32 a;
  guint32 b;
} TruceAnchor;

/* The longest ascending row of anchors, n_anchors of them. common tells whether a and b share any symbol at
 * all. O(n log n) time, O(n) memory. */
TruceAnchor *truce_sequence_anchors (const guint32 *a,
                                     gsize          n_a,
                                     const guint32 *b,
                                     gsize          n_b,
                                     gsize         *n_anchors,
                                     gboolean      *common) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
