/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_FIELD_MERGE_RESOLVER (truce_field_merge_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceFieldMergeResolver, truce_field_merge_resolver, TRUCE, FIELD_MERGE_RESOLVER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_field_merge_resolver_new          (TruceSchema              *schema) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceRule      truce_field_merge_resolver_get_fallback (TruceFieldMergeResolver  *self);
TRUCE_AVAILABLE_IN_1_0
void           truce_field_merge_resolver_set_fallback (TruceFieldMergeResolver  *self,
                                                        TruceRule                 fallback);

G_END_DECLS
