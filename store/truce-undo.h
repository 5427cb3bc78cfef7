/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The operations that take a change back. Private: nothing here is installed. */

#include "truce-stored-record-private.h"
#include "truce-write.h"

G_BEGIN_DECLS

/* before NULL: the record was not there. */
void truce_undo_append (TruceBatch              *batch,
                        TruceSchema             *schema,
                        const TruceStoredRecord *before,
                        const TruceStoredRecord *after);

G_END_DECLS
