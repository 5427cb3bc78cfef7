/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_CHAIN_RESOLVER (truce_chain_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceChainResolver, truce_chain_resolver, TRUCE, CHAIN_RESOLVER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_chain_resolver_new    (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
void           truce_chain_resolver_append (TruceChainResolver  *self,
                                            TruceResolver       *resolver);

G_END_DECLS
