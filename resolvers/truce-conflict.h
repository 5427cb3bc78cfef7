/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-field-conflict.h"
#include "truce-record.h"
#include "truce-schema.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_CONFLICT (truce_conflict_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceConflict, truce_conflict, TRUCE, CONFLICT, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceConflict *truce_conflict_new            (TruceRecord    *base,
                                              TruceRecord    *local,
                                              TruceRecord    *remote,
                                              TruceSchema    *schema,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char    *truce_conflict_get_collection (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
const char    *truce_conflict_get_id         (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
TruceRecord   *truce_conflict_get_base       (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
TruceRecord   *truce_conflict_get_local      (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
TruceRecord   *truce_conflict_get_remote     (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
TruceSchema   *truce_conflict_get_schema     (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
GListModel    *truce_conflict_get_fields     (TruceConflict  *self);
TRUCE_AVAILABLE_IN_1_0
TruceRecord   *truce_conflict_dup_proposed   (TruceConflict  *self,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
