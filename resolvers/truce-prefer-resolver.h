/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_PREFER_RESOLVER (truce_prefer_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TrucePreferResolver, truce_prefer_resolver, TRUCE, PREFER_RESOLVER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_prefer_resolver_new      (TruceSide             side) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceSide      truce_prefer_resolver_get_side (TrucePreferResolver  *self);

G_END_DECLS
