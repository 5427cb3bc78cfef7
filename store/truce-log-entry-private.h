/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-json.h"
#include "truce-log-entry.h"

G_BEGIN_DECLS

/* stamp may be NULL. */
TruceLogEntry *truce_log_entry_new (const char       *collection,
                                    const char       *id,
                                    const char       *pointer,
                                    const char       *text,
                                    const TruceStamp *stamp,
                                    gint64            time_ms) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
