/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync-fixture.h"

/* How much a session does: nothing where there is nothing to do, and no more for what can't be delivered. */

#define N 2000u
#define N_POISON 10u

/* ---- what is asked of an adapter ---- */

static TruceStoreAdapterInterface *iface;
static TruceStoreAdapterInterface real;
static guint n_reads;           /* records that were asked for, one by one or by a walk */
static guint n_writes;

static TruceStoredRecord *
count_get (TruceStoreAdapter *adapter,
           const char        *collection,
           const char        *id,
           GError           **error)
{
  n_reads++;
  return real.get (adapter, collection, id, error);
}

static TruceStoredRecord *
count_next (TruceStoreAdapter *adapter,
            const char        *collection,
            const char        *after_id,
            GError           **error)
{
  n_reads++;
  return real.next (adapter, collection, after_id, error);
}

static TruceStoredRecord *
count_next_change (TruceStoreAdapter *adapter,
                   gint64             after,
                   GError           **error)
{
  n_reads++;
  return real.next_change (adapter, after, error);
}

static TruceStoredRecord *
count_next_pending (TruceStoreAdapter *adapter,
                    gint64             after,
                    GError           **error)
{
  n_reads++;
  return real.next_pending (adapter, after, error);
}

static gboolean
count_put (TruceStoreAdapter *adapter,
           TruceStoredRecord *record,
           TruceStoredRecord *replaced,
           GError           **error)
{
  n_writes++;
  return real.put (adapter, record, replaced, error);
}

static gboolean
count_set_meta (TruceStoreAdapter *adapter,
                const char        *group,
                const char        *key,
                GBytes            *value,
                GError           **error)
{
  n_writes++;
  return real.set_meta (adapter, group, key, value, error);
}

/* From now on, of all adapters in memory. */
static void
count (void)
{
  n_reads = n_writes = 0;
  if (iface != NULL)
    return;
  iface = g_type_interface_peek (g_type_class_peek (TRUCE_TYPE_MEMORY_ADAPTER), TRUCE_TYPE_STORE_ADAPTER);
  real = *iface;
  iface->get = count_get;
  iface->next = count_next;
  iface->next_change = count_next_change;
  iface->next_pending = count_next_pending;
  iface->put = count_put;
  iface->set_meta = count_set_meta;
}

static void
put_many (TruceStore *store,
          guint       n)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%05u", i);

      truce_batch_put_text (batch, "task", id, "{\"title\":\"x\"}");
    }
  result = truce_store_run (store, batch, &error);
  g_assert_no_error (error);
  g_assert_true (truce_batch_result_is_clean (result));
}

/* ---- nothing to do ---- */

/* One exchange, no write, and of each side no more than a look at the end of a list, however much there is. */
static void
test_idle (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  TruceSessionCounts counts;
  gint64 hub_version;
  Sync sync;

  sync_set_up (&sync, "{}");
  put_many (sync.a, n);
  sync_run (&sync, sync.a);
  sync_run (&sync, sync.b);
  hub_version = sync.hub_store->version;
  for (guint i = 0; i < 3; i++)
    {
      count ();
      counts = sync_run (&sync, i % 2 == 0 ? sync.a : sync.b);
      g_assert_cmpuint (counts.exchanges, ==, 1);
      g_assert_cmpuint (counts.pushed + counts.pulled, ==, 0);
      g_assert_cmpuint (n_reads, <=, 1);
      g_assert_cmpuint (n_writes, ==, 0);
    }
  g_assert_cmpint (sync.hub_store->version, ==, hub_version);
  sync_tear_down (&sync);
}

/* What was pushed does not come back. */
static void
test_no_echo (void)
{
  TruceSessionCounts counts;
  Sync sync;

  sync_set_up (&sync, "{}");
  put_many (sync.a, 100);
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, 100);
  g_assert_cmpuint (counts.pulled, ==, 0);
  g_assert_cmpuint (counts.exchanges, ==, 3);   /* open, push, close */
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.exchanges, ==, 1);
  sync_tear_down (&sync);
}

/* A page, a batch: exchanges grow with what there is to carry, and with nothing else. */
static void
test_exchanges (void)
{
  TruceSessionCounts counts;
  Sync sync;

  sync_set_up (&sync, "{}");
  put_many (sync.a, N);
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.exchanges, ==, 2 + N / 500);
  counts = sync_run (&sync, sync.b);
  g_assert_cmpuint (counts.pulled, ==, N);
  g_assert_cmpuint (counts.exchanges, ==, 2 + N / 500);
  sync_tear_down (&sync);
}

/* ---- poison ---- */

static gboolean
is_poison (const char *id)
{
  return g_ascii_strtoull (id, NULL, 10) % (N / N_POISON) == 7;
}

static gboolean
refuse_poison (TruceHub    *hub,
               TruceChange *change,
               const char  *account,
               gpointer     data,
               GError     **error)
{
  if (!is_poison (truce_change_get_id (change)))
    return TRUE;
  g_set_error (error, TRUCE_ERROR, GPOINTER_TO_INT (data), "not this one");
  return FALSE;
}

/* Ten among many that the hub can't take, for now or ever: all others arrive in the same session, in as many
 * exchanges as without them, and the next session has no more to do than the ten. */
static void
test_poison (gconstpointer data)
{
  TruceError code = GPOINTER_TO_INT (data);
  gboolean lasting = code == TRUCE_ERROR_REJECTED;
  TruceSessionCounts counts;
  Sync sync;

  sync_set_up (&sync, "{}");
  put_many (sync.a, N);
  truce_hub_set_guard (sync.hub, refuse_poison, GINT_TO_POINTER (code), NULL);
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, N - N_POISON);
  g_assert_cmpuint (counts.exchanges, ==, 2 + N / 500);
  g_assert_cmpuint (lasting ? counts.failed : counts.retried, ==, N_POISON);
  g_assert_cmpuint (truce_store_count (sync.hub_store, TRUCE_DELIVERY_SYNCED), ==, N - N_POISON);
  g_assert_cmpuint (truce_store_count (sync.a, TRUCE_DELIVERY_FAILED), ==, lasting ? N_POISON : 0);

  /* Some may be due again by now: a delay is drawn from nothing to its most. */
  count ();
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.exchanges, <=, lasting ? 1 : 3);
  g_assert_cmpuint (n_reads, <=, 5 * N_POISON);

  truce_hub_set_guard (sync.hub, NULL, NULL, NULL);
  sync.now_ms += 3600 * 1000;
  counts = sync_run (&sync, sync.a);
  g_assert_cmpuint (counts.pushed, ==, lasting ? 0 : N_POISON);
  sync_tear_down (&sync);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_data_func ("/sync/work/idle/none", GUINT_TO_POINTER (0), test_idle);
  g_test_add_data_func ("/sync/work/idle/few", GUINT_TO_POINTER (5), test_idle);
  g_test_add_data_func ("/sync/work/idle/many", GUINT_TO_POINTER (N), test_idle);
  g_test_add_func ("/sync/work/no-echo", test_no_echo);
  g_test_add_func ("/sync/work/exchanges", test_exchanges);
  g_test_add_data_func ("/sync/work/poison/for-now", GINT_TO_POINTER (TRUCE_ERROR_TRANSIENT), test_poison);
  g_test_add_data_func ("/sync/work/poison/lasting", GINT_TO_POINTER (TRUCE_ERROR_REJECTED), test_poison);
  return g_test_run ();
}
