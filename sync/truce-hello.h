/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-exchange.h"
#include "truce-stamp.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_HELLO (truce_hello_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceHello, truce_hello, TRUCE, HELLO, TruceExchange)

/* What is asked. */
TRUCE_AVAILABLE_IN_1_0
guint             truce_hello_get_protocol         (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
guint64           truce_hello_get_replica          (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
char             *truce_hello_dup_replica_text     (TruceHello       *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char       *truce_hello_get_last_session     (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_hello_get_previous_session (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_hello_get_epoch            (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_hello_get_cursor           (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
const TruceStamp *truce_hello_get_sent             (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_hello_get_now              (TruceHello       *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_hello_get_account          (TruceHello       *self);

/* What is answered. */
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_welcome              (TruceHello       *self,
                                                    const char       *session);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_remote_epoch     (TruceHello       *self,
                                                    const char       *epoch);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_remote_last_session (TruceHello    *self,
                                                    const char       *session);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_head             (TruceHello       *self,
                                                    gint64            head);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_horizon          (TruceHello       *self,
                                                    gint64            horizon);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_remote_now       (TruceHello       *self,
                                                    gint64            now_ms);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_seen             (TruceHello       *self,
                                                    const TruceStamp *seen);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_forked           (TruceHello       *self,
                                                    gboolean          forked);
TRUCE_AVAILABLE_IN_1_0
void              truce_hello_set_stamped          (TruceHello       *self,
                                                    gboolean          stamped);

G_END_DECLS
