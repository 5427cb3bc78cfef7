/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-store-adapter.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_TEST_ADAPTER (truce_test_adapter_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceTestAdapter, truce_test_adapter, TRUCE, TEST_ADAPTER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceTestAdapter  *truce_test_adapter_new                (TruceStoreAdapter *inner) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStoreAdapter *truce_test_adapter_get_inner          (TruceTestAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
guint64            truce_test_adapter_get_n_commits      (TruceTestAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_test_adapter_is_crashed         (TruceTestAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_test_adapter_crash              (TruceTestAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_test_adapter_crash_at_commit    (TruceTestAdapter  *self,
                                                          guint              nth);
TRUCE_AVAILABLE_IN_1_0
void               truce_test_adapter_crash_after_commit (TruceTestAdapter  *self,
                                                          guint              nth);
TRUCE_AVAILABLE_IN_1_0
void               truce_test_adapter_reopen             (TruceTestAdapter  *self);

G_END_DECLS
