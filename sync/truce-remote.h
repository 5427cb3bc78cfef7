/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-hello.h"
#include "truce-listing.h"
#include "truce-pull.h"
#include "truce-push.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_REMOTE (truce_remote_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (TruceRemote, truce_remote, TRUCE, REMOTE, GObject)

/**
 * TruceRemoteInterface:
 * @open: see [method@Remote.open]
 * @push: see [method@Remote.push]
 * @pull: see [method@Remote.pull]
 * @list: see [method@Remote.list]
 * @close: see [method@Remote.close]. The default does nothing
 * @watch: see [method@Remote.watch]
 * @get_threaded: see [method@Remote.get_threaded]. The default is %TRUE
 *
 * The virtual functions of [iface@Remote]. Where no default is named it gives
 * %TRUCE_ERROR_UNSUPPORTED.
 *
 * Since: 1.0
 */
struct _TruceRemoteInterface
{
  /*< private >*/
  GTypeInterface parent_iface;

  /*< public >*/
  gboolean (*open)         (TruceRemote    *self,
                            TruceHello     *hello,
                            GCancellable   *cancellable,
                            GError        **error);
  gboolean (*push)         (TruceRemote    *self,
                            TrucePush      *push,
                            GCancellable   *cancellable,
                            GError        **error);
  gboolean (*pull)         (TruceRemote    *self,
                            TrucePull      *pull,
                            GCancellable   *cancellable,
                            GError        **error);
  gboolean (*list)         (TruceRemote    *self,
                            TruceListing   *listing,
                            GCancellable   *cancellable,
                            GError        **error);
  gboolean (*close)        (TruceRemote    *self,
                            TruceExchange  *bye,
                            GCancellable   *cancellable,
                            GError        **error);
  gboolean (*watch)        (TruceRemote    *self,
                            gboolean        watching,
                            GError        **error);
  gboolean (*get_threaded) (TruceRemote    *self);
};

TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_open         (TruceRemote    *self,
                                    TruceHello     *hello,
                                    GCancellable   *cancellable,
                                    GError        **error);
TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_push         (TruceRemote    *self,
                                    TrucePush      *push,
                                    GCancellable   *cancellable,
                                    GError        **error);
TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_pull         (TruceRemote    *self,
                                    TrucePull      *pull,
                                    GCancellable   *cancellable,
                                    GError        **error);
TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_list         (TruceRemote    *self,
                                    TruceListing   *listing,
                                    GCancellable   *cancellable,
                                    GError        **error);
TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_close        (TruceRemote    *self,
                                    TruceExchange  *bye,
                                    GCancellable   *cancellable,
                                    GError        **error);
TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_watch        (TruceRemote    *self,
                                    gboolean        watching,
                                    GError        **error);
TRUCE_AVAILABLE_IN_1_0
gboolean truce_remote_get_threaded (TruceRemote    *self);
TRUCE_AVAILABLE_IN_1_0
void     truce_remote_changed      (TruceRemote    *self);

G_END_DECLS
