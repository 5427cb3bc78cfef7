/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-collection.h"
#include "truce-conflict.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_INBOX_ITEM (truce_inbox_item_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceInboxItem, truce_inbox_item, TRUCE, INBOX_ITEM, GObject)

TRUCE_AVAILABLE_IN_1_0
const char    *truce_inbox_item_get_collection  (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
const char    *truce_inbox_item_get_id          (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
TruceDelivery  truce_inbox_item_get_delivery    (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
TruceError     truce_inbox_item_get_code        (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
const char    *truce_inbox_item_get_message     (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
gint64         truce_inbox_item_get_since       (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
guint          truce_inbox_item_get_attempts    (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
gint64         truce_inbox_item_get_next_try    (TruceInboxItem  *self);
TRUCE_AVAILABLE_IN_1_0
char          *truce_inbox_item_dup_local       (TruceInboxItem  *self,
                                                 GError         **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char          *truce_inbox_item_dup_base        (TruceInboxItem  *self,
                                                 GError         **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char          *truce_inbox_item_dup_remote      (TruceInboxItem  *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceConflict *truce_inbox_item_dup_conflict    (TruceInboxItem  *self,
                                                 GError         **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GListModel    *truce_inbox_item_get_waiting     (TruceInboxItem  *self) G_GNUC_WARN_UNUSED_RESULT;

/* What a person decides. */
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_inbox_item_retry           (TruceInboxItem  *self,
                                                 const char      *edit,
                                                 GError         **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_inbox_item_discard         (TruceInboxItem  *self,
                                                 GError         **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_inbox_item_keep_copy       (TruceInboxItem  *self,
                                                 const char      *new_id,
                                                 GError         **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_inbox_item_resolve         (TruceInboxItem  *self,
                                                 TruceResolutionType type,
                                                 const char      *text,
                                                 GError         **error);

G_END_DECLS
