/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-exchange.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_LISTING (truce_listing_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceListing, truce_listing, TRUCE, LISTING, TruceExchange)

/* What is asked. */
TRUCE_AVAILABLE_IN_1_0
const char *truce_listing_get_after_collection (TruceListing *self);
TRUCE_AVAILABLE_IN_1_0
const char *truce_listing_get_after_id         (TruceListing *self);
TRUCE_AVAILABLE_IN_1_0
guint       truce_listing_get_limit            (TruceListing *self);

/* What is answered. */
TRUCE_AVAILABLE_IN_1_0
void        truce_listing_add                  (TruceListing *self,
                                                const char   *collection,
                                                const char   *id);
TRUCE_AVAILABLE_IN_1_0
void        truce_listing_finish               (TruceListing *self,
                                                gboolean      more);

G_END_DECLS
