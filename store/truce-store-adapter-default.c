/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an adapter may leave out: a binding calls these where it finds no method, so each must be there. */

#include "truce-store-adapter-private.h"
#include "truce-stored-record-private.h"

static void
set_unsupported (GError           **error,
                 TruceStoreAdapter *self,
                 const char        *what)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "%s can't %s", G_OBJECT_TYPE_NAME (self), what);
}

static gboolean
real_begin (TruceStoreAdapter *self,
            gboolean           write,
            GError           **error)
{
  set_unsupported (error, self, "begin a transaction");
  return FALSE;
}

static gboolean
real_commit (TruceStoreAdapter *self,
             GError           **error)
{
  set_unsupported (error, self, "commit a transaction");
  return FALSE;
}

static void
real_rollback (TruceStoreAdapter *self)
{
}

static TruceStoredRecord *
real_get (TruceStoreAdapter *self,
          const char        *collection,
          const char        *id,
          GError           **error)
{
  set_unsupported (error, self, "look up a record");
  return NULL;
}

static gboolean
real_put (TruceStoreAdapter *self,
          TruceStoredRecord *record,
          TruceStoredRecord *replaced,
          GError           **error)
{
  set_unsupported (error, self, "write a record");
  return FALSE;
}

static gboolean
real_remove (TruceStoreAdapter *self,
             TruceStoredRecord *record,
             GError           **error)
{
  set_unsupported (error, self, "remove a record");
  return FALSE;
}

static gboolean
real_settle (TruceStoreAdapter *self,
             TruceStoredRecord *record,
             TruceDelivery      delivery,
             GBytes            *base,
             GError           **error)
{
  set_unsupported (error, self, "settle a record");
  return FALSE;
}

static TruceStoredRecord *
real_next (TruceStoreAdapter *self,
           const char        *collection,
           const char        *after_id,
           GError           **error)
{
  set_unsupported (error, self, "list the records of a collection");
  return NULL;
}

static TruceStoredRecord *
real_next_change (TruceStoreAdapter *self,
                  gint64             after,
                  GError           **error)
{
  set_unsupported (error, self, "list changes");
  return NULL;
}

static TruceStoredRecord *
real_next_pending (TruceStoreAdapter *self,
                   gint64             after,
                   GError           **error)
{
  TruceStoredRecord *record = truce_store_adapter_next_change (self, after, error);

  while (record != NULL && record->delivery == TRUCE_DELIVERY_SYNCED)
    {
      g_autoptr(TruceStoredRecord) synced = record;

      record = truce_store_adapter_next_change (self, synced->version, error);
    }
  return record;
}

static GBytes *
real_get_meta (TruceStoreAdapter *self,
               const char        *group,
               const char        *key,
               GError           **error)
{
  set_unsupported (error, self, "look up meta");
  return NULL;
}

static gboolean
real_set_meta (TruceStoreAdapter *self,
               const char        *group,
               const char        *key,
               GBytes            *value,
               GError           **error)
{
  set_unsupported (error, self, "write meta");
  return FALSE;
}

static char *
real_next_meta (TruceStoreAdapter *self,
                const char        *group,
                const char        *after_key,
                GError           **error)
{
  set_unsupported (error, self, "list meta");
  return NULL;
}

static gboolean
real_prepare (TruceStoreAdapter *self,
              const char        *collection,
              TruceSchema       *schema,
              GError           **error)
{
  return TRUE;
}

static gboolean
real_flush (TruceStoreAdapter *self,
            GError           **error)
{
  return TRUE;
}

static gint64
real_get_generation (TruceStoreAdapter *self)
{
  return 0;
}

static char **
real_verify (TruceStoreAdapter *self,
             GCancellable      *cancellable,
             GError           **error)
{
  return g_new0 (char *, 1);
}

void
truce_store_adapter_set_defaults (TruceStoreAdapterInterface *iface)
{
  iface->begin = real_begin;
  iface->commit = real_commit;
  iface->rollback = real_rollback;
  iface->get = real_get;
  iface->put = real_put;
  iface->remove = real_remove;
  iface->settle = real_settle;
  iface->next = real_next;
  iface->next_change = real_next_change;
  iface->next_pending = real_next_pending;
  iface->get_meta = real_get_meta;
  iface->set_meta = real_set_meta;
  iface->next_meta = real_next_meta;
  iface->prepare = real_prepare;
  iface->flush = real_flush;
  iface->get_generation = real_get_generation;
  iface->verify = real_verify;
}
