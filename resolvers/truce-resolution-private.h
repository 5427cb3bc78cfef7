/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-json.h"
#include "truce-resolution.h"

G_BEGIN_DECLS

/* doc: kept; NULL: deleted. */
TruceResolution *truce_resolution_new_doc (TruceJsonDoc     *doc) G_GNUC_WARN_UNUSED_RESULT;
/* Whether it can be written as it is; checked once, by whoever called a resolver. */
gboolean         truce_resolution_check   (TruceResolution  *self,
                                           GError          **error);

G_END_DECLS
