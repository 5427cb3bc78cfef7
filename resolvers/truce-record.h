/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-stamp.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_RECORD (truce_record_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceRecord, truce_record, TRUCE, RECORD, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceRecord      *truce_record_new            (const char        *collection,
                                               const char        *id,
                                               JsonNode          *value,
                                               GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceRecord      *truce_record_new_from_text  (const char        *collection,
                                               const char        *id,
                                               const char        *text,
                                               GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceRecord      *truce_record_new_tombstone    (const char        *collection,
                                               const char        *id,
                                               GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char       *truce_record_get_collection (TruceRecord       *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_record_get_id         (TruceRecord       *self);
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_record_is_deleted     (TruceRecord       *self);
TRUCE_AVAILABLE_IN_1_0
JsonNode         *truce_record_get_value      (TruceRecord       *self);
TRUCE_AVAILABLE_IN_1_0
char             *truce_record_dup_text       (TruceRecord       *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
JsonNode         *truce_record_get_field      (TruceRecord       *self,
                                               const char        *field);
TRUCE_AVAILABLE_IN_1_0
void              truce_record_set_stamp      (TruceRecord       *self,
                                               const char        *field,
                                               const TruceStamp  *stamp);
TRUCE_AVAILABLE_IN_1_0
const TruceStamp *truce_record_get_stamp      (TruceRecord       *self,
                                               const char        *field);

G_END_DECLS
