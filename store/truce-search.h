/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Words that a record must have. Private: nothing here is installed. */

#include "truce-json.h"

G_BEGIN_DECLS

typedef struct _TruceSearch TruceSearch;

/* words: as a person types them. fields: of the schema, where they are looked for. NULL with
 * TRUCE_ERROR_UNSUPPORTED: the schema has no such fields, or SQLite no FTS5. */
TruceSearch *truce_search_new      (const char          *words,
                                    const char *const   *fields,
                                    GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void         truce_search_free     (TruceSearch         *self);
/* There is no word in it: every record has all of them. */
gboolean     truce_search_is_empty (const TruceSearch   *self);
const char *const *
             truce_search_fields   (const TruceSearch   *self);
/* Whether each word is the beginning of a word of the record. doc is a record's object. */
gboolean     truce_search_test     (const TruceSearch   *self,
                                    const TruceJsonDoc  *doc);
/* The same for FTS5: each word in quotes, so nothing in it is syntax. */
char        *truce_search_to_match (const TruceSearch   *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceSearch, truce_search_free)

G_END_DECLS
