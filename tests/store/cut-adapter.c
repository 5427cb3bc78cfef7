/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cut-adapter.h"

struct _CutAdapter
{
  GObject parent_instance;
  TruceStoreAdapter *inner;
  int changes;                  /* that can still be read; -1: any number */
  int puts;
};

#define INNER(adapter) (CUT_ADAPTER (adapter)->inner)

static gboolean
spend (int     *left,
       GError **error)
{
  if (*left < 0)
    return TRUE;
  if (*left > 0)
    {
      (*left)--;
      return TRUE;
    }
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "The line was cut");
  return FALSE;
}

static gboolean
begin (TruceStoreAdapter *adapter,
       gboolean           write,
       GError           **error)
{
  return truce_store_adapter_begin (INNER (adapter), write, error);
}

static gboolean
commit (TruceStoreAdapter *adapter,
        GError           **error)
{
  return truce_store_adapter_commit (INNER (adapter), error);
}

static void
rollback (TruceStoreAdapter *adapter)
{
  truce_store_adapter_rollback (INNER (adapter));
}

static TruceStoredRecord *
get (TruceStoreAdapter *adapter,
     const char        *collection,
     const char        *id,
     GError           **error)
{
  return truce_store_adapter_get (INNER (adapter), collection, id, error);
}

static gboolean
put (TruceStoreAdapter *adapter,
     TruceStoredRecord *record,
     TruceStoredRecord *replaced,
     GError           **error)
{
  return spend (&CUT_ADAPTER (adapter)->puts, error) &&
         truce_store_adapter_put (INNER (adapter), record, replaced, error);
}

static gboolean
remove_record (TruceStoreAdapter *adapter,
               TruceStoredRecord *record,
               GError           **error)
{
  return truce_store_adapter_remove (INNER (adapter), record, error);
}

static gboolean
settle (TruceStoreAdapter *adapter,
        TruceStoredRecord *record,
        TruceDelivery      delivery,
        GBytes            *base,
        GError           **error)
{
  return spend (&CUT_ADAPTER (adapter)->puts, error) &&
         truce_store_adapter_settle (INNER (adapter), record, delivery, base, error);
}

static TruceStoredRecord *
next (TruceStoreAdapter *adapter,
      const char        *collection,
      const char        *after_id,
      GError           **error)
{
  return truce_store_adapter_next (INNER (adapter), collection, after_id, error);
}

static TruceStoredRecord *
next_change (TruceStoreAdapter *adapter,
             gint64             after,
             GError           **error)
{
  if (!spend (&CUT_ADAPTER (adapter)->changes, error))
    return NULL;
  return truce_store_adapter_next_change (INNER (adapter), after, error);
}

static TruceStoredRecord *
next_pending (TruceStoreAdapter *adapter,
              gint64             after,
              GError           **error)
{
  return truce_store_adapter_next_pending (INNER (adapter), after, error);
}

static GBytes *
get_meta (TruceStoreAdapter *adapter,
          const char        *group,
          const char        *key,
          GError           **error)
{
  return truce_store_adapter_get_meta (INNER (adapter), group, key, error);
}

static gboolean
set_meta (TruceStoreAdapter *adapter,
          const char        *group,
          const char        *key,
          GBytes            *value,
          GError           **error)
{
  return truce_store_adapter_set_meta (INNER (adapter), group, key, value, error);
}

static char *
next_meta (TruceStoreAdapter *adapter,
           const char        *group,
           const char        *after_key,
           GError           **error)
{
  return truce_store_adapter_next_meta (INNER (adapter), group, after_key, error);
}

static gboolean
prepare (TruceStoreAdapter *adapter,
         const char        *collection,
         TruceSchema       *schema,
         GError           **error)
{
  return truce_store_adapter_prepare (INNER (adapter), collection, schema, error);
}

static gboolean
flush (TruceStoreAdapter *adapter,
       GError           **error)
{
  return truce_store_adapter_flush (INNER (adapter), error);
}

static gint64
get_generation (TruceStoreAdapter *adapter)
{
  return truce_store_adapter_get_generation (INNER (adapter));
}

static char **
verify (TruceStoreAdapter *adapter,
        GCancellable      *cancellable,
        GError           **error)
{
  return truce_store_adapter_verify (INNER (adapter), cancellable, error);
}

static void
cut_adapter_iface_init (TruceStoreAdapterInterface *iface)
{
  iface->begin = begin;
  iface->commit = commit;
  iface->rollback = rollback;
  iface->get = get;
  iface->put = put;
  iface->remove = remove_record;
  iface->settle = settle;
  iface->next = next;
  iface->next_change = next_change;
  iface->next_pending = next_pending;
  iface->get_meta = get_meta;
  iface->set_meta = set_meta;
  iface->next_meta = next_meta;
  iface->prepare = prepare;
  iface->flush = flush;
  iface->get_generation = get_generation;
  iface->verify = verify;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CutAdapter, cut_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_STORE_ADAPTER, cut_adapter_iface_init))

static void
cut_adapter_finalize (GObject *object)
{
  CutAdapter *self = CUT_ADAPTER (object);

  g_clear_object (&self->inner);

  G_OBJECT_CLASS (cut_adapter_parent_class)->finalize (object);
}

static void
cut_adapter_class_init (CutAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cut_adapter_finalize;
}

static void
cut_adapter_init (CutAdapter *self)
{
  self->changes = self->puts = -1;
}

TruceStoreAdapter *
cut_adapter_new (TruceStoreAdapter *inner)
{
  CutAdapter *self = g_object_new (CUT_TYPE_ADAPTER, NULL);

  self->inner = inner;
  return TRUCE_STORE_ADAPTER (self);
}

void
cut_adapter_after (TruceStoreAdapter *self,
                   int                changes,
                   int                puts)
{
  CUT_ADAPTER (self)->changes = changes;
  CUT_ADAPTER (self)->puts = puts;
}
