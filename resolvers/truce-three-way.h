/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

TRUCE_AVAILABLE_IN_1_0
JsonNode      *truce_merge_three_way        (JsonNode      *base,
                                             JsonNode      *local,
                                             JsonNode      *remote,
                                             TruceSchema   *schema,
                                             GListModel   **conflicts,
                                             GError       **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GBytes        *truce_merge_three_way_bytes  (GBytes        *base,
                                             GBytes        *local,
                                             GBytes        *remote,
                                             TruceSchema   *schema,
                                             GListModel   **conflicts,
                                             GError       **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_schema_create_resolver (TruceSchema   *schema) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
