/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inbox as a list. Private: nothing here is installed. What the store keeps of it is in store/truce-inbox.h. */

#include "truce-inbox-model.h"
#include "truce-inbox.h"

G_BEGIN_DECLS

/* ---- truce-inbox-item.c ---- */

/* key: as truce_store_key() makes it. NULL: it is no longer in the inbox. */
TruceInboxItem *truce_inbox_item_new         (TruceStore       *store,
                                              const char       *key) G_GNUC_WARN_UNUSED_RESULT;
const char     *truce_inbox_item_get_key     (TruceInboxItem   *self);
/* Reads it again, and tells what is other than it was. What can't be read stays as it was. */
void            truce_inbox_item_refresh     (TruceInboxItem   *self);
/* Records may have begun or ceased to wait for it. */
void            truce_inbox_item_waiting_changed (TruceInboxItem *self);

/* ---- truce-inbox-waiting.c ---- */

/* All records that wait to be sent and refer to the record, or to one that does: of TruceRecord *. */
GPtrArray      *truce_inbox_list_waiting     (TruceStore       *store,
                                              const char       *collection,
                                              const char       *id,
                                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
