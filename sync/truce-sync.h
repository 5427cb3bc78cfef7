/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-collection.h"
#include "truce-error-class.h"
#include "truce-filter.h"
#include "truce-remote.h"
#include "truce-retry-policy.h"
#include "truce-sync-report.h"

G_BEGIN_DECLS

/**
 * TruceSyncStatus:
 * @TRUCE_SYNC_STATUS_STOPPED: it syncs only when it is told to
 * @TRUCE_SYNC_STATUS_IDLE: all went well; it waits for something to change
 * @TRUCE_SYNC_STATUS_SYNCING: it is at work
 * @TRUCE_SYNC_STATUS_WAITING: it failed, and is tried again; see [property@Sync:error] and [property@Sync:next-try]
 * @TRUCE_SYNC_STATUS_OFFLINE: there is no network, or nobody was reached
 * @TRUCE_SYNC_STATUS_METERED: the connection costs money, and is left alone
 * @TRUCE_SYNC_STATUS_AUTH: the remote does not let us in; it waits for [method@Sync.resume]
 * @TRUCE_SYNC_STATUS_HELD: it would delete much here, and waits for [method@Sync.allow_removal]
 *
 * What the engine is doing.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_SYNC_STATUS_STOPPED,
  TRUCE_SYNC_STATUS_IDLE,
  TRUCE_SYNC_STATUS_SYNCING,
  TRUCE_SYNC_STATUS_WAITING,
  TRUCE_SYNC_STATUS_OFFLINE,
  TRUCE_SYNC_STATUS_METERED,
  TRUCE_SYNC_STATUS_AUTH,
  TRUCE_SYNC_STATUS_HELD,
} TruceSyncStatus;

#define TRUCE_TYPE_SYNC_STATUS (truce_sync_status_get_type ())
#define TRUCE_TYPE_SYNC (truce_sync_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType             truce_sync_status_get_type       (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceSync, truce_sync, TRUCE, SYNC, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceSync        *truce_sync_new                   (TruceStore           *store,
                                                    TruceRemote          *remote) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStore       *truce_sync_get_store             (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
TruceRemote      *truce_sync_get_remote            (TruceSync            *self);

/* How it is to sync. */
TRUCE_AVAILABLE_IN_1_0
TruceRetryPolicy *truce_sync_get_retry_policy      (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_retry_policy      (TruceSync            *self,
                                                    TruceRetryPolicy     *policy);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_classify_func     (TruceSync            *self,
                                                    TruceClassifyFunc     func,
                                                    gpointer              user_data,
                                                    GDestroyNotify        destroy);
TRUCE_AVAILABLE_IN_1_0
GNetworkMonitor  *truce_sync_get_network_monitor   (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_network_monitor   (TruceSync            *self,
                                                    GNetworkMonitor      *monitor);
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_sync_get_sync_on_metered   (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_sync_on_metered   (TruceSync            *self,
                                                    gboolean              sync_on_metered);
TRUCE_AVAILABLE_IN_1_0
guint             truce_sync_get_poll_interval     (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_poll_interval     (TruceSync            *self,
                                                    guint                 poll_interval);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_sync_get_resync_interval   (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_resync_interval   (TruceSync            *self,
                                                    gint64                resync_interval);
TRUCE_AVAILABLE_IN_1_0
double            truce_sync_get_removal_share     (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_removal_share     (TruceSync            *self,
                                                    double                removal_share);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_allow_removal         (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
const char       *truce_sync_get_account           (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_account           (TruceSync            *self,
                                                    const char           *account);
TRUCE_AVAILABLE_IN_1_0
TruceFilter      *truce_sync_get_filter            (TruceSync            *self,
                                                    const char           *collection);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_set_filter            (TruceSync            *self,
                                                    const char           *collection,
                                                    TruceFilter          *filter);

/* Once. */
TRUCE_AVAILABLE_IN_1_0
TruceSyncReport  *truce_sync_sync_now              (TruceSync            *self,
                                                    guint                 budget,
                                                    GCancellable         *cancellable,
                                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_sync_now_async        (TruceSync            *self,
                                                    guint                 budget,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
TRUCE_AVAILABLE_IN_1_0
TruceSyncReport  *truce_sync_sync_now_finish       (TruceSync            *self,
                                                    GAsyncResult         *result,
                                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* From now on. */
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_start                 (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_stop                  (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_resume                (TruceSync            *self);

/* How it stands. */
TRUCE_AVAILABLE_IN_1_0
TruceSyncStatus   truce_sync_get_status            (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
guint64           truce_sync_get_n_pending         (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
guint64           truce_sync_get_n_failed          (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
guint64           truce_sync_get_n_conflicted      (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
double            truce_sync_get_progress          (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_sync_get_last_success      (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
gint64            truce_sync_get_next_try          (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
const GError     *truce_sync_get_error             (TruceSync            *self);
TRUCE_AVAILABLE_IN_1_0
TruceDelivery     truce_sync_get_delivery          (TruceSync            *self,
                                                    const char           *collection,
                                                    const char           *id,
                                                    GError              **error);

/* Until it has arrived. */
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_wait_synced_async     (TruceSync            *self,
                                                    const char           *collection,
                                                    const char           *id,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_sync_wait_synced_finish    (TruceSync            *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
TRUCE_AVAILABLE_IN_1_0
void              truce_sync_wait_batch_async      (TruceSync            *self,
                                                    TruceBatchResult     *result,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_sync_wait_batch_finish     (TruceSync            *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);

G_END_DECLS
