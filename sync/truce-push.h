/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-change.h"
#include "truce-exchange.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_PUSH (truce_push_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TrucePush, truce_push, TRUCE, PUSH, TruceExchange)

/* What is asked. */
TRUCE_AVAILABLE_IN_1_0
guint        truce_push_get_n_changes   (TrucePush         *self);
TRUCE_AVAILABLE_IN_1_0
TruceChange *truce_push_get_change      (TrucePush         *self,
                                         guint              index) G_GNUC_WARN_UNUSED_RESULT;

/* What is answered. */
TRUCE_AVAILABLE_IN_1_0
void         truce_push_accept          (TrucePush         *self,
                                         guint              index,
                                         const char        *token);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_assign          (TrucePush         *self,
                                         guint              index,
                                         const char        *new_id);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_reject          (TrucePush         *self,
                                         guint              index,
                                         TruceError         code,
                                         const char        *message);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_retry           (TrucePush         *self,
                                         guint              index,
                                         gint64             after_ms,
                                         const char        *message);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_skip            (TrucePush         *self,
                                         guint              index,
                                         const char        *message);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_conflict        (TrucePush         *self,
                                         guint              index,
                                         const char        *text,
                                         const char        *token);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_conflict_record (TrucePush         *self,
                                         guint              index,
                                         TruceStoredRecord *record);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_fail            (TrucePush         *self,
                                         guint              index,
                                         const GError      *failure);
TRUCE_AVAILABLE_IN_1_0
void         truce_push_set_range       (TrucePush         *self,
                                         gint64             first,
                                         gint64             last);

G_END_DECLS
