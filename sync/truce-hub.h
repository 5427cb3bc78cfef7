/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-change.h"
#include "truce-store.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_HUB (truce_hub_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceHub, truce_hub, TRUCE, HUB, GObject)

/**
 * TruceGuardFunc:
 * @hub: the hub
 * @change: what a replica pushes
 * @account: (nullable): for whom the replica said that it asks
 * @user_data: what was given with the function
 * @error: return location for an error
 *
 * Is asked before a hub takes a change. It may read the hub's store, and not write
 * to it.
 *
 * Returns: %TRUE, or %FALSE with an error, which is this change's alone: one that
 *   is permanent, by [func@Error.classify], rejects it, after any other the replica
 *   tries again
 *
 * Since: 1.0
 */
typedef gboolean (*TruceGuardFunc) (TruceHub     *hub,
                                    TruceChange  *change,
                                    const char   *account,
                                    gpointer      user_data,
                                    GError      **error);

TRUCE_AVAILABLE_IN_1_0
TruceHub   *truce_hub_new               (TruceStore      *store,
                                         GError         **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStore *truce_hub_get_store         (TruceHub        *self);
TRUCE_AVAILABLE_IN_1_0
const char *truce_hub_get_epoch         (TruceHub        *self);
TRUCE_AVAILABLE_IN_1_0
gint64      truce_hub_get_horizon       (TruceHub        *self);
TRUCE_AVAILABLE_IN_1_0
gint64      truce_hub_get_tombstone_ttl (TruceHub        *self);
TRUCE_AVAILABLE_IN_1_0
void        truce_hub_set_tombstone_ttl (TruceHub        *self,
                                         gint64           ms);
TRUCE_AVAILABLE_IN_1_0
void        truce_hub_set_guard         (TruceHub        *self,
                                         TruceGuardFunc   guard,
                                         gpointer         user_data,
                                         GDestroyNotify   destroy);
TRUCE_AVAILABLE_IN_1_0
gint64      truce_hub_purge             (TruceHub        *self,
                                         GError         **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_hub_reset             (TruceHub        *self,
                                         GError         **error);
TRUCE_AVAILABLE_IN_1_0
GBytes     *truce_hub_answer            (TruceHub        *self,
                                         GBytes          *request) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
