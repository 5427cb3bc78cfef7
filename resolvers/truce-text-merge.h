/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Three-way merge of text by words. Private: nothing here is installed. */

#include <glib.h>

G_BEGIN_DECLS

/* The merged text; all are valid UTF-8. Where both changed the same words apart *conflict is set, and ours
 * stands there; it is cleared where all went well. See truce-text-split.h for what a word is. */
char *truce_text_merge (const char *base,
                        const char *ours,
                        const char *theirs,
                        gboolean   *conflict) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
