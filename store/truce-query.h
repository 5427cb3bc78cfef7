/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-collection.h"
#include "truce-filter.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_QUERY (truce_query_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceQuery, truce_query, TRUCE, QUERY, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceQuery      *truce_query_new            (TruceCollection  *collection) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceCollection *truce_query_get_collection (TruceQuery       *self);
TRUCE_AVAILABLE_IN_1_0
TruceFilter     *truce_query_get_filter     (TruceQuery       *self);
TRUCE_AVAILABLE_IN_1_0
void             truce_query_set_filter     (TruceQuery       *self,
                                             TruceFilter      *filter);
TRUCE_AVAILABLE_IN_1_0
const char      *truce_query_get_search     (TruceQuery       *self);
TRUCE_AVAILABLE_IN_1_0
void             truce_query_set_search     (TruceQuery       *self,
                                             const char       *words);
TRUCE_AVAILABLE_IN_1_0
guint            truce_query_get_limit      (TruceQuery       *self);
TRUCE_AVAILABLE_IN_1_0
void             truce_query_set_limit      (TruceQuery       *self,
                                             guint             limit);
TRUCE_AVAILABLE_IN_1_0
void             truce_query_add_order      (TruceQuery       *self,
                                             const char       *field,
                                             gboolean          descending);
TRUCE_AVAILABLE_IN_1_0
void             truce_query_clear_order    (TruceQuery       *self);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_query_open           (TruceQuery       *self,
                                             GError          **error);
TRUCE_AVAILABLE_IN_1_0
const char      *truce_query_get_record_id  (TruceQuery       *self,
                                             guint             position);

G_END_DECLS
