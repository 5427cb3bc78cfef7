/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-schema.h"
#include "truce-stored-record.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_STORE_ADAPTER (truce_store_adapter_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (TruceStoreAdapter, truce_store_adapter, TRUCE, STORE_ADAPTER, GObject)

/**
 * TruceStoreAdapterInterface:
 * @begin: see [method@StoreAdapter.begin]
 * @commit: see [method@StoreAdapter.commit]
 * @rollback: see [method@StoreAdapter.rollback]
 * @get: see [method@StoreAdapter.get]
 * @put: see [method@StoreAdapter.put]
 * @remove: see [method@StoreAdapter.remove]
 * @settle: see [method@StoreAdapter.settle]
 * @next: see [method@StoreAdapter.next]
 * @next_change: see [method@StoreAdapter.next_change]
 * @next_pending: see [method@StoreAdapter.next_pending]. The default looks for
 *   it with @next_change, from one change to the next
 * @get_meta: see [method@StoreAdapter.get_meta]
 * @set_meta: see [method@StoreAdapter.set_meta]
 * @next_meta: see [method@StoreAdapter.next_meta]
 * @prepare: see [method@StoreAdapter.prepare]. The default does nothing
 * @flush: see [method@StoreAdapter.flush]. The default does nothing
 * @get_generation: see [method@StoreAdapter.get_generation]. The default is 0
 * @verify: see [method@StoreAdapter.verify]. The default finds nothing
 *
 * The virtual functions of [iface@StoreAdapter]. Where no default is named it
 * gives %TRUCE_ERROR_UNSUPPORTED.
 *
 * Since: 1.0
 */
struct _TruceStoreAdapterInterface
{
  /*< private >*/
  GTypeInterface parent_iface;

  /*< public >*/
  gboolean           (*begin)          (TruceStoreAdapter  *self,
                                        gboolean            write,
                                        GError            **error);
  gboolean           (*commit)         (TruceStoreAdapter  *self,
                                        GError            **error);
  void               (*rollback)       (TruceStoreAdapter  *self);
  TruceStoredRecord *(*get)            (TruceStoreAdapter  *self,
                                        const char         *collection,
                                        const char         *id,
                                        GError            **error);
  gboolean           (*put)            (TruceStoreAdapter  *self,
                                        TruceStoredRecord  *record,
                                        TruceStoredRecord  *replaced,
                                        GError            **error);
  gboolean           (*remove)         (TruceStoreAdapter  *self,
                                        TruceStoredRecord  *record,
                                        GError            **error);
  gboolean           (*settle)         (TruceStoreAdapter  *self,
                                        TruceStoredRecord  *record,
                                        TruceDelivery       delivery,
                                        GBytes             *base,
                                        GError            **error);
  TruceStoredRecord *(*next)           (TruceStoreAdapter  *self,
                                        const char         *collection,
                                        const char         *after_id,
                                        GError            **error);
  TruceStoredRecord *(*next_change)    (TruceStoreAdapter  *self,
                                        gint64              after,
                                        GError            **error);
  TruceStoredRecord *(*next_pending)   (TruceStoreAdapter  *self,
                                        gint64              after,
                                        GError            **error);
  GBytes            *(*get_meta)       (TruceStoreAdapter  *self,
                                        const char         *group,
                                        const char         *key,
                                        GError            **error);
  gboolean           (*set_meta)       (TruceStoreAdapter  *self,
                                        const char         *group,
                                        const char         *key,
                                        GBytes             *value,
                                        GError            **error);
  char              *(*next_meta)      (TruceStoreAdapter  *self,
                                        const char         *group,
                                        const char         *after_key,
                                        GError            **error);
  gboolean           (*prepare)        (TruceStoreAdapter  *self,
                                        const char         *collection,
                                        TruceSchema        *schema,
                                        GError            **error);
  gboolean           (*flush)          (TruceStoreAdapter  *self,
                                        GError            **error);
  gint64             (*get_generation) (TruceStoreAdapter  *self);
  char             **(*verify)         (TruceStoreAdapter  *self,
                                        GCancellable       *cancellable,
                                        GError            **error);
};

TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_begin          (TruceStoreAdapter  *self,
                                                       gboolean            write,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_commit         (TruceStoreAdapter  *self,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
void               truce_store_adapter_rollback       (TruceStoreAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_store_adapter_get            (TruceStoreAdapter  *self,
                                                       const char         *collection,
                                                       const char         *id,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_put            (TruceStoreAdapter  *self,
                                                       TruceStoredRecord  *record,
                                                       TruceStoredRecord  *replaced,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_remove         (TruceStoreAdapter  *self,
                                                       TruceStoredRecord  *record,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_settle         (TruceStoreAdapter  *self,
                                                       TruceStoredRecord  *record,
                                                       TruceDelivery       delivery,
                                                       GBytes             *base,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_store_adapter_next           (TruceStoreAdapter  *self,
                                                       const char         *collection,
                                                       const char         *after_id,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_store_adapter_next_change    (TruceStoreAdapter  *self,
                                                       gint64              after,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStoredRecord *truce_store_adapter_next_pending   (TruceStoreAdapter  *self,
                                                       gint64              after,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GBytes            *truce_store_adapter_get_meta       (TruceStoreAdapter  *self,
                                                       const char         *group,
                                                       const char         *key,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_set_meta       (TruceStoreAdapter  *self,
                                                       const char         *group,
                                                       const char         *key,
                                                       GBytes             *value,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
char              *truce_store_adapter_next_meta      (TruceStoreAdapter  *self,
                                                       const char         *group,
                                                       const char         *after_key,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_prepare        (TruceStoreAdapter  *self,
                                                       const char         *collection,
                                                       TruceSchema        *schema,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
gboolean           truce_store_adapter_flush          (TruceStoreAdapter  *self,
                                                       GError            **error);
TRUCE_AVAILABLE_IN_1_0
gint64             truce_store_adapter_get_generation (TruceStoreAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
char             **truce_store_adapter_verify         (TruceStoreAdapter  *self,
                                                       GCancellable       *cancellable,
                                                       GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
