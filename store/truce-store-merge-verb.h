/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The verb MERGE: a record that was edited apart meets what the store has by now. Private. */

#include "truce-store-private.h"

G_BEGIN_DECLS

/* done->before is what is there. Sets done->outcome and done->after. */
gboolean truce_store_merge_verb (TruceStore           *self,
                                 TruceCollectionInfo  *info,
                                 TruceWrite           *write,
                                 const TruceOperation *operation,
                                 TruceDone            *done,
                                 GError              **error);

G_END_DECLS
