/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-error.h"

G_BEGIN_DECLS

/**
 * TruceDelivery:
 * @TRUCE_DELIVERY_SYNCED: nothing waits: as the remote has it, or never to be sent
 * @TRUCE_DELIVERY_PENDING: changed here, and not yet acknowledged
 * @TRUCE_DELIVERY_IN_FLIGHT: sent, and not yet acknowledged
 * @TRUCE_DELIVERY_FAILED: rejected; it waits in the inbox
 * @TRUCE_DELIVERY_CONFLICTED: changed on both sides and deferred; it waits in the inbox
 *
 * What is still to be done with a record.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_DELIVERY_SYNCED,
  TRUCE_DELIVERY_PENDING,
  TRUCE_DELIVERY_IN_FLIGHT,
  TRUCE_DELIVERY_FAILED,
  TRUCE_DELIVERY_CONFLICTED,
} TruceDelivery;

#define TRUCE_TYPE_DELIVERY (truce_delivery_get_type ())
#define TRUCE_TYPE_STORED_RECORD (truce_stored_record_get_type ())

typedef struct _TruceStoredRecord TruceStoredRecord;

TRUCE_AVAILABLE_IN_1_0
GType              truce_delivery_get_type             (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType              truce_stored_record_get_type        (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_stored_record_new             (const char              *collection,
                                                        const char              *id,
                                                        gint64                   version,
                                                        TruceDelivery            delivery,
                                                        const char              *value,
                                                        GBytes                  *state,
                                                        GBytes                  *base) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_stored_record_ref             (TruceStoredRecord       *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_stored_record_unref           (TruceStoredRecord       *self);
TRUCE_AVAILABLE_IN_1_0
const char        *truce_stored_record_get_collection  (const TruceStoredRecord *self);
TRUCE_AVAILABLE_IN_1_0
const char        *truce_stored_record_get_id          (const TruceStoredRecord *self);
TRUCE_AVAILABLE_IN_1_0
gint64             truce_stored_record_get_version     (const TruceStoredRecord *self);
TRUCE_AVAILABLE_IN_1_0
TruceDelivery      truce_stored_record_get_delivery    (const TruceStoredRecord *self);
TRUCE_AVAILABLE_IN_1_0
const char        *truce_stored_record_get_value       (const TruceStoredRecord *self);
TRUCE_AVAILABLE_IN_1_0
GBytes            *truce_stored_record_dup_state       (const TruceStoredRecord *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GBytes            *truce_stored_record_dup_base        (const TruceStoredRecord *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceStoredRecord, truce_stored_record_unref)

G_END_DECLS
