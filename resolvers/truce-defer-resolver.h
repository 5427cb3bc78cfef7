/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_DEFER_RESOLVER (truce_defer_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceDeferResolver, truce_defer_resolver, TRUCE, DEFER_RESOLVER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_defer_resolver_new (const char *reason) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
