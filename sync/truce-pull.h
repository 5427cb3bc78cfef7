/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-exchange.h"
#include "truce-stored-record.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_PULL (truce_pull_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TrucePull, truce_pull, TRUCE, PULL, TruceExchange)

/* What is asked. */
TRUCE_AVAILABLE_IN_1_0
gint64 truce_pull_get_cursor (TrucePull         *self);
TRUCE_AVAILABLE_IN_1_0
guint  truce_pull_get_limit  (TrucePull         *self);

/* What is answered. */
TRUCE_AVAILABLE_IN_1_0
void   truce_pull_add        (TrucePull         *self,
                              const char        *collection,
                              const char        *id,
                              const char        *text,
                              const char        *token);
TRUCE_AVAILABLE_IN_1_0
void   truce_pull_add_record (TrucePull         *self,
                              TruceStoredRecord *record);
TRUCE_AVAILABLE_IN_1_0
void   truce_pull_leave      (TrucePull         *self,
                              const char        *collection,
                              const char        *id);
TRUCE_AVAILABLE_IN_1_0
void   truce_pull_finish     (TrucePull         *self,
                              gint64             cursor,
                              gboolean           more);

G_END_DECLS
