/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How an exchange is spoilt. Private: nothing here is installed. */

#include "truce-exchange-private.h"
#include "truce-test-remote.h"

G_BEGIN_DECLS

/* The same request again, not answered. */
TruceExchange *truce_test_copy_request (TruceExchange       *exchange) G_GNUC_WARN_UNUSED_RESULT;
/* Appends the same change. */
void           truce_test_copy_item    (TrucePush           *push,
                                        const TrucePushItem *item);
/* What is told of one change where a fault strikes it. */
void           truce_test_answer_fault (TrucePush           *push,
                                        guint                index,
                                        TruceTestFault       fault);
/* What the remote said of the changes that reached it goes to their places (guint) in the whole push. */
void           truce_test_take_answers (TrucePush           *push,
                                        TrucePush           *passed,
                                        const GArray        *places);
/* Leaves half of an answer. FALSE: it has no half. */
gboolean       truce_test_halve        (TruceExchange       *exchange);

G_END_DECLS
