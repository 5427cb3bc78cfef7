/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the wrappers of the adapter interface make of an adapter that implements nothing, and of one that
 * lies. */

#include <truce.h>

static TruceStoredRecord *
record_new (const char   *collection,
            const char   *id,
            gint64        version,
            TruceDelivery delivery)
{
  g_autoptr(GBytes) state = g_bytes_new_static ("state", 5);

  return truce_stored_record_new (collection, id, version, delivery, "{}", state, NULL);
}

/* ---- an adapter that leaves everything out ---- */

#define IDLE_TYPE_ADAPTER (idle_adapter_get_type ())
G_DECLARE_FINAL_TYPE (IdleAdapter, idle_adapter, IDLE, ADAPTER, GObject)

struct _IdleAdapter
{
  GObject parent_instance;
};

static void
idle_adapter_iface_init (TruceStoreAdapterInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IdleAdapter, idle_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_STORE_ADAPTER, idle_adapter_iface_init))

static void
idle_adapter_class_init (IdleAdapterClass *klass)
{
}

static void
idle_adapter_init (IdleAdapter *self)
{
}

/* ---- an adapter that answers always the same ---- */

#define LIAR_TYPE_ADAPTER (liar_adapter_get_type ())
G_DECLARE_FINAL_TYPE (LiarAdapter, liar_adapter, LIAR, ADAPTER, GObject)

struct _LiarAdapter
{
  GObject parent_instance;
  TruceStoredRecord *answer;
  gboolean excuse;              /* sets an error whatever it answers */
};

static TruceStoredRecord *
liar_answer (TruceStoreAdapter *adapter,
             GError           **error)
{
  LiarAdapter *self = LIAR_ADAPTER (adapter);

  if (self->excuse)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "Come back later");
  return self->answer != NULL ? truce_stored_record_ref (self->answer) : NULL;
}

static TruceStoredRecord *
liar_get (TruceStoreAdapter *adapter,
          const char        *collection,
          const char        *id,
          GError           **error)
{
  return liar_answer (adapter, error);
}

static TruceStoredRecord *
liar_next_change (TruceStoreAdapter *adapter,
                  gint64             after,
                  GError           **error)
{
  return liar_answer (adapter, error);
}

static char *
liar_next_meta (TruceStoreAdapter *adapter,
                const char        *group,
                const char        *after_key,
                GError           **error)
{
  return g_strdup ("m");
}

static gboolean
liar_begin (TruceStoreAdapter *adapter,
            gboolean           write,
            GError           **error)
{
  return FALSE;
}

static char **
liar_verify (TruceStoreAdapter *adapter,
             GCancellable      *cancellable,
             GError           **error)
{
  return NULL;
}

static void
liar_adapter_iface_init (TruceStoreAdapterInterface *iface)
{
  iface->begin = liar_begin;
  iface->get = liar_get;
  iface->next = liar_get;
  iface->next_change = liar_next_change;
  iface->next_pending = liar_next_change;
  iface->next_meta = liar_next_meta;
  iface->verify = liar_verify;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (LiarAdapter, liar_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_STORE_ADAPTER, liar_adapter_iface_init))

static void
liar_adapter_finalize (GObject *object)
{
  LiarAdapter *self = LIAR_ADAPTER (object);

  g_clear_pointer (&self->answer, truce_stored_record_unref);

  G_OBJECT_CLASS (liar_adapter_parent_class)->finalize (object);
}

static void
liar_adapter_class_init (LiarAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = liar_adapter_finalize;
}

static void
liar_adapter_init (LiarAdapter *self)
{
}

static TruceStoreAdapter *
liar_new (TruceStoredRecord *answer)
{
  LiarAdapter *self = g_object_new (LIAR_TYPE_ADAPTER, NULL);

  self->answer = answer;
  return TRUCE_STORE_ADAPTER (self);
}

/* ---- cases ---- */

#define assert_unsupported(result) \
        g_assert_true (result); \
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED); \
        g_clear_error (&error)

static void
test_defaults_refuse (void)
{
  g_autoptr(TruceStoreAdapter) idle = g_object_new (IDLE_TYPE_ADAPTER, NULL);
  g_autoptr(TruceStoredRecord) record = record_new ("task", "1", 1, TRUCE_DELIVERY_SYNCED);
  g_autoptr(GError) error = NULL;

  assert_unsupported (!truce_store_adapter_begin (idle, TRUE, &error));
  assert_unsupported (!truce_store_adapter_commit (idle, &error));
  assert_unsupported (truce_store_adapter_get (idle, "task", "1", &error) == NULL);
  assert_unsupported (!truce_store_adapter_put (idle, record, NULL, &error));
  assert_unsupported (!truce_store_adapter_remove (idle, record, &error));
  assert_unsupported (truce_store_adapter_next (idle, "task", NULL, &error) == NULL);
  assert_unsupported (truce_store_adapter_next_change (idle, 0, &error) == NULL);
  assert_unsupported (truce_store_adapter_next_pending (idle, 0, &error) == NULL);
  assert_unsupported (truce_store_adapter_get_meta (idle, "store", "state", &error) == NULL);
  assert_unsupported (!truce_store_adapter_set_meta (idle, "store", "state", NULL, &error));
  assert_unsupported (truce_store_adapter_next_meta (idle, "store", NULL, &error) == NULL);
}

static void
test_defaults_suffice (void)
{
  g_autoptr(TruceStoreAdapter) idle = g_object_new (IDLE_TYPE_ADAPTER, NULL);
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  g_auto(GStrv) problems = NULL;
  g_autoptr(GError) error = NULL;

  truce_store_adapter_rollback (idle);
  g_assert_true (truce_store_adapter_prepare (idle, "task", schema, &error));
  g_assert_no_error (error);
  g_assert_cmpint (truce_store_adapter_get_generation (idle), ==, 0);
  problems = truce_store_adapter_verify (idle, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);
}

static void
test_no_reason (void)
{
  g_autoptr(TruceStoreAdapter) liar = liar_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_store_adapter_begin (liar, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (truce_store_adapter_verify (liar, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

/* An answer beside an error is none. */
static void
test_answer_and_error (void)
{
  g_autoptr(TruceStoreAdapter) liar = liar_new (record_new ("task", "m", 7, TRUCE_DELIVERY_SYNCED));
  g_autoptr(GError) error = NULL;

  LIAR_ADAPTER (liar)->excuse = TRUE;
  g_assert_null (truce_store_adapter_get (liar, "task", "m", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
}

#define assert_corrupt(result) \
        g_assert_null (result); \
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT); \
        g_clear_error (&error)

static void
test_wrong_answers (void)
{
  g_autoptr(TruceStoreAdapter) liar = liar_new (record_new ("task", "m", 7, TRUCE_DELIVERY_SYNCED));
  g_autoptr(GError) error = NULL;

  assert_corrupt (truce_store_adapter_get (liar, "task", "n", &error));
  assert_corrupt (truce_store_adapter_get (liar, "note", "m", &error));
  assert_corrupt (truce_store_adapter_next (liar, "task", "m", &error));
  assert_corrupt (truce_store_adapter_next (liar, "task", "z", &error));
  assert_corrupt (truce_store_adapter_next (liar, "note", NULL, &error));
  assert_corrupt (truce_store_adapter_next_change (liar, 7, &error));
  assert_corrupt (truce_store_adapter_next_pending (liar, 7, &error));
  assert_corrupt (truce_store_adapter_next_pending (liar, 0, &error));
  assert_corrupt (truce_store_adapter_next_meta (liar, "log", "m", &error));
}

static void
test_right_answers (void)
{
  g_autoptr(TruceStoreAdapter) liar = liar_new (record_new ("task", "m", 7, TRUCE_DELIVERY_FAILED));
  g_autoptr(TruceStoredRecord) got = NULL;
  g_autoptr(TruceStoredRecord) next = NULL;
  g_autoptr(TruceStoredRecord) pending = NULL;
  g_autofree char *key = NULL;
  g_autoptr(GError) error = NULL;

  got = truce_store_adapter_get (liar, "task", "m", &error);
  g_assert_no_error (error);
  next = truce_store_adapter_next (liar, "task", "", &error);
  g_assert_no_error (error);
  pending = truce_store_adapter_next_pending (liar, 6, &error);
  g_assert_no_error (error);
  g_assert_true (got == next && got == pending);
  key = truce_store_adapter_next_meta (liar, "log", "l", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, "m");
}

/* ---- the record ---- */

static void
test_record_parts (void)
{
  g_autoptr(GBytes) state = g_bytes_new_static ("\0\1", 2);
  g_autoptr(GBytes) base = g_bytes_new_static ("", 0);
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(GBytes) state_back = NULL;
  g_autoptr(GBytes) base_back = NULL;

  record = truce_stored_record_new ("task", "ü", G_MAXINT64, TRUCE_DELIVERY_CONFLICTED, "{\"a\":1}", state,
                                    base);
  state_back = truce_stored_record_dup_state (record);
  base_back = truce_stored_record_dup_base (record);

  g_assert_cmpstr (truce_stored_record_get_collection (record), ==, "task");
  g_assert_cmpstr (truce_stored_record_get_id (record), ==, "ü");
  g_assert_cmpint (truce_stored_record_get_version (record), ==, G_MAXINT64);
  g_assert_cmpint (truce_stored_record_get_delivery (record), ==, TRUCE_DELIVERY_CONFLICTED);
  g_assert_cmpstr (truce_stored_record_get_value (record), ==, "{\"a\":1}");
  g_assert_true (g_bytes_equal (state_back, state));
  g_assert_nonnull (base_back);
  g_assert_true (g_bytes_equal (base_back, base));
}

static void
test_record_deleted (void)
{
  g_autoptr(GBytes) state = g_bytes_new_static ("", 0);
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(GBytes) state_back = NULL;

  record = truce_stored_record_new ("task", "1", 1, TRUCE_DELIVERY_PENDING, NULL, state, NULL);
  state_back = truce_stored_record_dup_state (record);
  g_assert_null (truce_stored_record_get_value (record));
  g_assert_null (truce_stored_record_dup_base (record));
  g_assert_cmpuint (g_bytes_get_size (state_back), ==, 0);
}

/* The bytes of a record outlive it. */
static void
test_record_bytes_last (void)
{
  TruceStoredRecord *record = record_new ("task", "1", 1, TRUCE_DELIVERY_SYNCED);
  g_autoptr(GBytes) state = truce_stored_record_dup_state (record);

  truce_stored_record_unref (record);
  g_assert_cmpmem (g_bytes_get_data (state, NULL), g_bytes_get_size (state), "state", 5);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/store-adapter/defaults/refuse", test_defaults_refuse);
  g_test_add_func ("/store-adapter/defaults/suffice", test_defaults_suffice);
  g_test_add_func ("/store-adapter/no-reason", test_no_reason);
  g_test_add_func ("/store-adapter/answer-and-error", test_answer_and_error);
  g_test_add_func ("/store-adapter/wrong-answers", test_wrong_answers);
  g_test_add_func ("/store-adapter/right-answers", test_right_answers);
  g_test_add_func ("/stored-record/parts", test_record_parts);
  g_test_add_func ("/stored-record/deleted", test_record_deleted);
  g_test_add_func ("/stored-record/bytes-last", test_record_bytes_last);
  return g_test_run ();
}
