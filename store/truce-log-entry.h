/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-stamp.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_LOG_ENTRY (truce_log_entry_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceLogEntry, truce_log_entry, TRUCE, LOG_ENTRY, GObject)

TRUCE_AVAILABLE_IN_1_0
const char       *truce_log_entry_get_collection (TruceLogEntry *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_log_entry_get_id         (TruceLogEntry *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_log_entry_get_pointer    (TruceLogEntry *self);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_log_entry_get_time_ms    (TruceLogEntry *self);
TRUCE_AVAILABLE_IN_1_0
const TruceStamp *truce_log_entry_get_stamp      (TruceLogEntry *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_log_entry_get_text       (TruceLogEntry *self);
TRUCE_AVAILABLE_IN_1_0
JsonNode         *truce_log_entry_dup_value      (TruceLogEntry *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
