/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a process leaves behind that ends in the middle of its work is what it has committed. So a crash
 * is a line that is drawn between two commits: from then on nothing gets through any more, whatever the
 * store above still tries, until somebody opens a new store over the same place. The commit is the only
 * moment worth choosing: all between two of them looks the same from outside. */

#include "truce-test-adapter.h"

/**
 * TruceTestAdapter:
 *
 * An adapter that crashes on command: the records are in another one.
 *
 * From the crash on every call fails with %TRUCE_ERROR_TRANSIENT, as if the
 * process had ended there: what was committed stays, all else is gone. Drop the
 * store, call [method@TestAdapter.reopen], and open a new one over it, as the
 * next start of the program would.
 *
 * ```c
 * g_autoptr(TruceTestAdapter) adapter = truce_test_adapter_new (truce_memory_adapter_new ());
 * g_autoptr(TruceStore) store = truce_store_new (TRUCE_STORE_ADAPTER (adapter), &error);
 *
 * truce_test_adapter_crash_at_commit (adapter, 3);
 * ```
 *
 * Since: 1.0
 */
struct _TruceTestAdapter
{
  GObject parent_instance;
  TruceStoreAdapter *inner;     /* owned; NULL only of one that nothing was given to */
  guint64 n_commits;
  guint crash_at;               /* so many commits from now; 0: none */
  guint crash_after;
  gboolean writing;             /* the open transaction may write */
  gboolean crashed;
};

static void truce_test_adapter_iface_init (TruceStoreAdapterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceTestAdapter, truce_test_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_STORE_ADAPTER, truce_test_adapter_iface_init))

/* ---- the interface ---- */

/* NULL with an error: it has crashed. */
static TruceStoreAdapter *
reach (TruceStoreAdapter *adapter,
       GError           **error)
{
  TruceTestAdapter *self = TRUCE_TEST_ADAPTER (adapter);

  if (self->inner != NULL && !self->crashed)
    return self->inner;

  g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "crashed");
  return NULL;
}

/* Whether this is the commit that a countdown was for. */
static gboolean
count_down (guint *left)
{
  if (*left == 0)
    return FALSE;
  (*left)--;
  return *left == 0;
}

static gboolean
begin (TruceStoreAdapter *adapter,
       gboolean           write,
       GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  if (inner == NULL || !truce_store_adapter_begin (inner, write, error))
    return FALSE;
  TRUCE_TEST_ADAPTER (adapter)->writing = write;
  return TRUE;
}

static gboolean
commit (TruceStoreAdapter *adapter,
        GError           **error)
{
  TruceTestAdapter *self = TRUCE_TEST_ADAPTER (adapter);

  if (self->writing && count_down (&self->crash_at))
    truce_test_adapter_crash (self);
  if (reach (adapter, error) == NULL || !truce_store_adapter_commit (self->inner, error))
    return FALSE;
  if (!self->writing)
    return TRUE;

  self->writing = FALSE;
  self->n_commits++;
  if (count_down (&self->crash_after))
    truce_test_adapter_crash (self);
  return reach (adapter, error) != NULL;
}

static void
rollback (TruceStoreAdapter *adapter)
{
  TruceStoreAdapter *inner = reach (adapter, NULL);

  TRUCE_TEST_ADAPTER (adapter)->writing = FALSE;
  if (inner != NULL)
    truce_store_adapter_rollback (inner);
}

static TruceStoredRecord *
get (TruceStoreAdapter *adapter,
     const char        *collection,
     const char        *id,
     GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_get (inner, collection, id, error) : NULL;
}

static gboolean
put (TruceStoreAdapter *adapter,
     TruceStoredRecord *record,
     TruceStoredRecord *replaced,
     GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL && truce_store_adapter_put (inner, record, replaced, error);
}

static gboolean
remove_record (TruceStoreAdapter *adapter,
               TruceStoredRecord *record,
               GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL && truce_store_adapter_remove (inner, record, error);
}

static gboolean
settle (TruceStoreAdapter *adapter,
        TruceStoredRecord *record,
        TruceDelivery      delivery,
        GBytes            *base,
        GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL && truce_store_adapter_settle (inner, record, delivery, base, error);
}

static TruceStoredRecord *
next (TruceStoreAdapter *adapter,
      const char        *collection,
      const char        *after_id,
      GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_next (inner, collection, after_id, error) : NULL;
}

static TruceStoredRecord *
next_change (TruceStoreAdapter *adapter,
             gint64             after,
             GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_next_change (inner, after, error) : NULL;
}

static TruceStoredRecord *
next_pending (TruceStoreAdapter *adapter,
              gint64             after,
              GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_next_pending (inner, after, error) : NULL;
}

static GBytes *
get_meta (TruceStoreAdapter *adapter,
          const char        *group,
          const char        *key,
          GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_get_meta (inner, group, key, error) : NULL;
}

static gboolean
set_meta (TruceStoreAdapter *adapter,
          const char        *group,
          const char        *key,
          GBytes            *value,
          GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL && truce_store_adapter_set_meta (inner, group, key, value, error);
}

static char *
next_meta (TruceStoreAdapter *adapter,
           const char        *group,
           const char        *after_key,
           GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_next_meta (inner, group, after_key, error) : NULL;
}

static gboolean
prepare (TruceStoreAdapter *adapter,
         const char        *collection,
         TruceSchema       *schema,
         GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL && truce_store_adapter_prepare (inner, collection, schema, error);
}

static gboolean
flush (TruceStoreAdapter *adapter,
       GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL && truce_store_adapter_flush (inner, error);
}

static gint64
get_generation (TruceStoreAdapter *adapter)
{
  TruceStoreAdapter *inner = reach (adapter, NULL);

  return inner != NULL ? truce_store_adapter_get_generation (inner) : 0;
}

static char **
verify (TruceStoreAdapter *adapter,
        GCancellable      *cancellable,
        GError           **error)
{
  TruceStoreAdapter *inner = reach (adapter, error);

  return inner != NULL ? truce_store_adapter_verify (inner, cancellable, error) : NULL;
}

static void
truce_test_adapter_iface_init (TruceStoreAdapterInterface *iface)
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

/* ---- the object ---- */

static void
truce_test_adapter_finalize (GObject *object)
{
  TruceTestAdapter *self = TRUCE_TEST_ADAPTER (object);

  g_clear_object (&self->inner);

  G_OBJECT_CLASS (truce_test_adapter_parent_class)->finalize (object);
}

static void
truce_test_adapter_class_init (TruceTestAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_test_adapter_finalize;
}

static void
truce_test_adapter_init (TruceTestAdapter *self)
{
}

/**
 * truce_test_adapter_new:
 * @inner: (transfer full): where the records are kept
 *
 * Makes an adapter that can crash.
 *
 * Returns: (transfer full): the adapter
 *
 * Since: 1.0
 */
TruceTestAdapter *
truce_test_adapter_new (TruceStoreAdapter *inner)
{
  TruceTestAdapter *self;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (inner), NULL);

  self = g_object_new (TRUCE_TYPE_TEST_ADAPTER, NULL);
  self->inner = inner;
  return self;
}

/**
 * truce_test_adapter_get_inner:
 * @self: an adapter
 *
 * Gets where the records are kept.
 *
 * Returns: (transfer none): the adapter within
 *
 * Since: 1.0
 */
TruceStoreAdapter *
truce_test_adapter_get_inner (TruceTestAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_TEST_ADAPTER (self), NULL);

  return self->inner;
}

/**
 * truce_test_adapter_get_n_commits:
 * @self: an adapter
 *
 * Gets how many transactions that may write have been committed: a test tries
 * each of them in turn as the last one.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_test_adapter_get_n_commits (TruceTestAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_TEST_ADAPTER (self), 0);

  return self->n_commits;
}

/**
 * truce_test_adapter_is_crashed:
 * @self: an adapter
 *
 * Gets whether it has crashed, and nobody has opened it since.
 *
 * Returns: whether it has
 *
 * Since: 1.0
 */
gboolean
truce_test_adapter_is_crashed (TruceTestAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_TEST_ADAPTER (self), FALSE);

  return self->crashed;
}

/**
 * truce_test_adapter_crash:
 * @self: an adapter
 *
 * Crashes now.
 *
 * Since: 1.0
 */
void
truce_test_adapter_crash (TruceTestAdapter *self)
{
  g_return_if_fail (TRUCE_IS_TEST_ADAPTER (self));

  if (self->inner != NULL)
    truce_store_adapter_rollback (self->inner);
  self->writing = FALSE;
  self->crashed = TRUE;
}

/**
 * truce_test_adapter_crash_at_commit:
 * @self: an adapter
 * @nth: how many commits from now; 1: at the next one; 0: at none
 *
 * Has it crash at a commit, just before that takes effect.
 *
 * Since: 1.0
 */
void
truce_test_adapter_crash_at_commit (TruceTestAdapter *self,
                                    guint             nth)
{
  g_return_if_fail (TRUCE_IS_TEST_ADAPTER (self));

  self->crash_at = nth;
}

/**
 * truce_test_adapter_crash_after_commit:
 * @self: an adapter
 * @nth: how many commits from now; 1: after the next one; 0: after none
 *
 * Has it crash after a commit, just when that has taken effect: nobody learns
 * that it has.
 *
 * Since: 1.0
 */
void
truce_test_adapter_crash_after_commit (TruceTestAdapter *self,
                                       guint             nth)
{
  g_return_if_fail (TRUCE_IS_TEST_ADAPTER (self));

  self->crash_after = nth;
}

/**
 * truce_test_adapter_reopen:
 * @self: an adapter
 *
 * Lets calls through again after a crash, for a new store.
 *
 * Since: 1.0
 */
void
truce_test_adapter_reopen (TruceTestAdapter *self)
{
  g_return_if_fail (TRUCE_IS_TEST_ADAPTER (self));

  self->crashed = FALSE;
}
