/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A record as it leaves its replica: without what is local. Private: nothing here is installed. */

#include "truce-state.h"
#include "truce-stored-record-private.h"

G_BEGIN_DECLS

/* The same record but for that; state is its state, and loses it too. */
TruceStoredRecord *truce_leaving_strip (const TruceStoredRecord  *row,
                                        TruceState               *state) G_GNUC_WARN_UNUSED_RESULT;
/* The record to be sent, where nobody has read its state yet. Most are fresh, and nothing is looked at. NULL with
 * CORRUPT, TOO_NEW. */
TruceStoredRecord *truce_leaving_record (TruceStoredRecord       *row,
                                         GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
