/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-conflict.h"
#include "truce-resolution.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_RESOLVER (truce_resolver_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (TruceResolver, truce_resolver, TRUCE, RESOLVER, GObject)

/**
 * TruceResolverInterface:
 * @resolve: decides at once; see [method@Resolver.resolve]. The default says
 *   that it can't
 * @resolve_async: decides later; see [method@Resolver.resolve_async]. The
 *   default calls @resolve
 * @resolve_finish: ends @resolve_async. The default reads a [class@Gio.Task]
 *   that was given the resolution by [method@Gio.Task.return_value]
 *
 * The virtual functions of [iface@Resolver].
 *
 * Since: 1.0
 */
struct _TruceResolverInterface
{
  /*< private >*/
  GTypeInterface parent_iface;

  /*< public >*/
  TruceResolution *(*resolve)        (TruceResolver        *self,
                                      TruceConflict        *conflict,
                                      GError              **error);
  void             (*resolve_async)  (TruceResolver        *self,
                                      TruceConflict        *conflict,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
  TruceResolution *(*resolve_finish) (TruceResolver        *self,
                                      GAsyncResult         *result,
                                      GError              **error);
};

TRUCE_AVAILABLE_IN_1_0
TruceResolution *truce_resolver_resolve        (TruceResolver        *self,
                                                TruceConflict        *conflict,
                                                GError              **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
void             truce_resolver_resolve_async  (TruceResolver        *self,
                                                TruceConflict        *conflict,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
TRUCE_AVAILABLE_IN_1_0
TruceResolution *truce_resolver_resolve_finish (TruceResolver        *self,
                                                GAsyncResult         *result,
                                                GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
