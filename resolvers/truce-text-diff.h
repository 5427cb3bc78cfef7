/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the merge of texts. */

#include "truce-sequence.h"

G_BEGIN_DECLS

/* Set in the symbols of white space. */
#define TRUCE_TEXT_SPACE 0x80000000u

/* As truce_sequence_diff(), but the fewest words change, whatever that costs in white space. */
TruceHunk *truce_text_diff (const guint32 *a,
                            gsize          n_a,
                            const guint32 *b,
                            gsize          n_b,
                            gsize         *n_hunks) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
