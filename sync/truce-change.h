/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-stored-record.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_CHANGE (truce_change_get_type ())

typedef struct _TruceChange TruceChange;

TRUCE_AVAILABLE_IN_1_0
GType              truce_change_get_type       (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceChange       *truce_change_ref            (TruceChange       *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_change_unref          (TruceChange       *self);
TRUCE_AVAILABLE_IN_1_0
const char        *truce_change_get_collection (const TruceChange *self);
TRUCE_AVAILABLE_IN_1_0
const char        *truce_change_get_id         (const TruceChange *self);
TRUCE_AVAILABLE_IN_1_0
const char        *truce_change_get_text       (const TruceChange *self);
TRUCE_AVAILABLE_IN_1_0
char              *truce_change_dup_base_text  (const TruceChange *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char        *truce_change_get_token      (const TruceChange *self);
TRUCE_AVAILABLE_IN_1_0
char              *truce_change_dup_key        (const TruceChange *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_change_get_gated      (const TruceChange *self);
TRUCE_AVAILABLE_IN_1_0
guint              truce_change_get_attempts   (const TruceChange *self);
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_change_get_record     (const TruceChange *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceChange, truce_change_unref)

G_END_DECLS
