/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-json.h"

G_BEGIN_DECLS

/* What full text search looks at in a record: all strings at its search fields, at any depth below them,
 * decoded, a line each. NULL where there are none. fields: as of truce_schema_get_search_fields (), names or
 * JSON pointers. doc is a record's object. */
char *truce_search_text (const TruceJsonDoc  *doc,
                         const char * const  *fields) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
