/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-inbox-item.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_INBOX (truce_inbox_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceInbox, truce_inbox, TRUCE, INBOX, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceInbox     *truce_inbox_new       (TruceStore  *store,
                                       GError     **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStore     *truce_inbox_get_store (TruceInbox  *self);
TRUCE_AVAILABLE_IN_1_0
TruceInboxItem *truce_inbox_find      (TruceInbox  *self,
                                       const char  *collection,
                                       const char  *id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
