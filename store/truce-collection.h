/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-log-entry.h"
#include "truce-resolver.h"
#include "truce-store.h"

G_BEGIN_DECLS

TRUCE_AVAILABLE_IN_1_0
const char    *truce_collection_get_name      (TruceCollection *self);
TRUCE_AVAILABLE_IN_1_0
TruceSchema   *truce_collection_get_schema    (TruceCollection *self);
TRUCE_AVAILABLE_IN_1_0
TruceStore    *truce_collection_get_store     (TruceCollection *self);
TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_collection_get_resolver  (TruceCollection *self);
TRUCE_AVAILABLE_IN_1_0
void           truce_collection_set_resolver  (TruceCollection *self,
                                               TruceResolver   *resolver);
TRUCE_AVAILABLE_IN_1_0
guint64        truce_collection_get_n_records (TruceCollection *self);
TRUCE_AVAILABLE_IN_1_0
guint64        truce_collection_count         (TruceCollection *self,
                                               TruceDelivery    delivery);
TRUCE_AVAILABLE_IN_1_0
TruceRecord   *truce_collection_get           (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char          *truce_collection_dup_text      (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_contains      (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
TruceDelivery  truce_collection_get_delivery  (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
char          *truce_collection_dup_base      (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char         **truce_collection_dup_values    (TruceCollection  *self,
                                               const char       *id,
                                               const char       *field,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_create        (TruceCollection  *self,
                                               const char       *id,
                                               JsonNode         *value,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_create_text   (TruceCollection  *self,
                                               const char       *id,
                                               const char       *text,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_put           (TruceCollection  *self,
                                               const char       *id,
                                               JsonNode         *value,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_put_text      (TruceCollection  *self,
                                               const char       *id,
                                               const char       *text,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_patch         (TruceCollection  *self,
                                               const char       *id,
                                               JsonNode         *fields,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_patch_text    (TruceCollection  *self,
                                               const char       *id,
                                               const char       *text,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_unset         (TruceCollection  *self,
                                               const char       *id,
                                               const char       *field,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_delete        (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_undelete      (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_add           (TruceCollection  *self,
                                               const char       *id,
                                               const char       *field,
                                               JsonNode         *element,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_remove        (TruceCollection  *self,
                                               const char       *id,
                                               const char       *field,
                                               JsonNode         *element,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_increment     (TruceCollection  *self,
                                               const char       *id,
                                               const char       *field,
                                               gint64            amount,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
GListModel    *truce_collection_get_log       (TruceCollection  *self,
                                               const char       *id,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_collection_restore       (TruceCollection  *self,
                                               TruceLogEntry    *entry,
                                               GError          **error);

G_END_DECLS
