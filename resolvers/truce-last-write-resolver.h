/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_LAST_WRITE_RESOLVER (truce_last_write_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceLastWriteResolver, truce_last_write_resolver, TRUCE, LAST_WRITE_RESOLVER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_last_write_resolver_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
