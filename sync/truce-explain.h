/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-store.h"

G_BEGIN_DECLS

TRUCE_AVAILABLE_IN_1_0
char *truce_store_explain       (TruceStore  *self,
                                 const char  *collection,
                                 const char  *id,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char *truce_store_describe_sync (TruceStore  *self,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
