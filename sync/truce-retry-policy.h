/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "truce-version-macros.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_RETRY_POLICY (truce_retry_policy_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceRetryPolicy, truce_retry_policy, TRUCE, RETRY_POLICY, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceRetryPolicy *truce_retry_policy_new              (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gint64            truce_retry_policy_get_base         (TruceRetryPolicy *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_retry_policy_set_base         (TruceRetryPolicy *self,
                                                       gint64            base);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_retry_policy_get_cap          (TruceRetryPolicy *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_retry_policy_set_cap          (TruceRetryPolicy *self,
                                                       gint64            cap);
TRUCE_AVAILABLE_IN_1_0
guint             truce_retry_policy_get_max_attempts (TruceRetryPolicy *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_retry_policy_set_max_attempts (TruceRetryPolicy *self,
                                                       guint             max_attempts);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_retry_policy_get_max_age      (TruceRetryPolicy *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_retry_policy_set_max_age      (TruceRetryPolicy *self,
                                                       gint64            max_age);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_retry_policy_delay            (TruceRetryPolicy *self,
                                                       guint             attempts,
                                                       gint64            retry_after_ms);
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_retry_policy_is_over          (TruceRetryPolicy *self,
                                                       guint             attempts,
                                                       gint64            since_ms,
                                                       gint64            now_ms);

G_END_DECLS
