/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-batch-result.h"
#include "truce-clock.h"
#include "truce-progress.h"
#include "truce-store-adapter.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_STORE (truce_store_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceStore, truce_store, TRUCE, STORE, GObject)

#define TRUCE_TYPE_COLLECTION (truce_collection_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceCollection, truce_collection, TRUCE, COLLECTION, GObject)

/**
 * TruceRecordFailureFunc:
 * @collection: the name of a collection
 * @id: an id in it
 * @error: what is wrong with that record
 * @user_data: what was given with the function
 *
 * Is told of a record that long work had to leave out; the others go on.
 *
 * Since: 1.0
 */
typedef void (*TruceRecordFailureFunc) (const char   *collection,
                                        const char   *id,
                                        const GError *error,
                                        gpointer      user_data);

TRUCE_AVAILABLE_IN_1_0
TruceStore        *truce_store_new              (TruceStoreAdapter       *adapter,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStore        *truce_store_new_with_clock   (TruceStoreAdapter       *adapter,
                                                 TruceClock              *clock,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStore        *truce_store_open             (const char              *path,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStoreAdapter *truce_store_get_adapter      (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
TruceClock        *truce_store_get_clock        (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
guint64            truce_store_get_replica      (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_get_outbox       (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_store_set_outbox       (TruceStore              *self,
                                                 gboolean                 outbox);
TRUCE_AVAILABLE_IN_1_0
guint              truce_store_get_history_days (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_store_set_history_days (TruceStore              *self,
                                                 guint                    days);
TRUCE_AVAILABLE_IN_1_0
guint              truce_store_get_refresh_interval (TruceStore          *self);
TRUCE_AVAILABLE_IN_1_0
void               truce_store_set_refresh_interval (TruceStore          *self,
                                                 guint                    interval);
TRUCE_AVAILABLE_IN_1_0
gint64             truce_store_get_version      (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
guint64            truce_store_get_n_records    (TruceStore              *self);
TRUCE_AVAILABLE_IN_1_0
guint64            truce_store_count            (TruceStore              *self,
                                                 TruceDelivery            delivery);
TRUCE_AVAILABLE_IN_1_0
TruceCollection   *truce_store_get_collection   (TruceStore              *self,
                                                 const char              *name,
                                                 TruceSchema             *schema,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char             **truce_store_list_collections (TruceStore              *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceBatchResult  *truce_store_run              (TruceStore              *self,
                                                 TruceBatch              *batch,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_refresh          (TruceStore              *self,
                                                 GError                 **error);

TRUCE_AVAILABLE_IN_1_0
gint64             truce_store_merge            (TruceStore              *self,
                                                 TruceStore              *other,
                                                 TruceRecordFailureFunc   failed,
                                                 gpointer                 failed_data,
                                                 TruceProgressFunc        progress,
                                                 gpointer                 progress_data,
                                                 GCancellable            *cancellable,
                                                 GError                 **error);
TRUCE_AVAILABLE_IN_1_0
void               truce_store_merge_async      (TruceStore              *self,
                                                 TruceStore              *other,
                                                 TruceProgressFunc        progress,
                                                 gpointer                 progress_data,
                                                 GDestroyNotify           progress_destroy,
                                                 GCancellable            *cancellable,
                                                 GAsyncReadyCallback      callback,
                                                 gpointer                 user_data);
TRUCE_AVAILABLE_IN_1_0
gint64             truce_store_merge_finish     (TruceStore              *self,
                                                 GAsyncResult            *result,
                                                 GError                 **error);
TRUCE_AVAILABLE_IN_1_0
gint64             truce_store_purge            (TruceStore              *self,
                                                 gint64                   before_ms,
                                                 TruceProgressFunc        progress,
                                                 gpointer                 progress_data,
                                                 GCancellable            *cancellable,
                                                 GError                 **error);
TRUCE_AVAILABLE_IN_1_0
void               truce_store_purge_async      (TruceStore              *self,
                                                 gint64                   before_ms,
                                                 TruceProgressFunc        progress,
                                                 gpointer                 progress_data,
                                                 GDestroyNotify           progress_destroy,
                                                 GCancellable            *cancellable,
                                                 GAsyncReadyCallback      callback,
                                                 gpointer                 user_data);
TRUCE_AVAILABLE_IN_1_0
gint64             truce_store_purge_finish     (TruceStore              *self,
                                                 GAsyncResult            *result,
                                                 GError                 **error);
TRUCE_AVAILABLE_IN_1_0
char             **truce_store_verify           (TruceStore              *self,
                                                 TruceProgressFunc        progress,
                                                 gpointer                 progress_data,
                                                 GCancellable            *cancellable,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
void               truce_store_verify_async     (TruceStore              *self,
                                                 TruceProgressFunc        progress,
                                                 gpointer                 progress_data,
                                                 GDestroyNotify           progress_destroy,
                                                 GCancellable            *cancellable,
                                                 GAsyncReadyCallback      callback,
                                                 gpointer                 user_data);
TRUCE_AVAILABLE_IN_1_0
char             **truce_store_verify_finish    (TruceStore              *self,
                                                 GAsyncResult            *result,
                                                 GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
