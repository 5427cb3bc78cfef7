/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-store-adapter.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_MEMORY_ADAPTER (truce_memory_adapter_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceMemoryAdapter, truce_memory_adapter, TRUCE, MEMORY_ADAPTER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceStoreAdapter  *truce_memory_adapter_new  (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceMemoryAdapter *truce_memory_adapter_copy (TruceMemoryAdapter *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
