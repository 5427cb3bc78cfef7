/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-json.h"
#include "truce-record.h"

G_BEGIN_DECLS

/* NULL for a deleted record; owned by the record. */
TruceJsonDoc *truce_record_get_doc (TruceRecord   *self);
/* doc is kept, not copied; its root is an object. */
TruceRecord  *truce_record_new_doc (const char    *collection,
                                    const char    *id,
                                    TruceJsonDoc  *doc,
                                    GError       **error) G_GNUC_WARN_UNUSED_RESULT;
/* The value is another by now; text NULL: it was deleted. Tells who observes the record. FALSE with an error, and
 * nothing changed, for a text that is no JSON. */
gboolean      truce_record_refresh (TruceRecord   *self,
                                    const char    *text,
                                    gsize          length,
                                    GError       **error);

G_END_DECLS
