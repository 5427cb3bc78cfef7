/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-resolver.h"

G_BEGIN_DECLS

/**
 * TruceResolveFunc:
 * @conflict: a conflict
 * @user_data: what was given with the function
 * @error: return location for an error
 *
 * Resolves a conflict.
 *
 * Returns: (transfer full): the resolution, or %NULL with an error
 *
 * Since: 1.0
 */
typedef TruceResolution *(*TruceResolveFunc) (TruceConflict  *conflict,
                                              gpointer        user_data,
                                              GError        **error);

#define TRUCE_TYPE_CALLBACK_RESOLVER (truce_callback_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceCallbackResolver, truce_callback_resolver, TRUCE, CALLBACK_RESOLVER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolver *truce_callback_resolver_new (TruceResolveFunc   func,
                                            gpointer           user_data,
                                            GDestroyNotify     destroy) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
