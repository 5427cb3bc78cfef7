/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random transactions, beside a model that keeps records in no order and copies all of them to be able to
 * go back. */

#include "adapter-fixture.h"

#define N_META 6u

typedef struct
{
  GPtrArray *records;           /* TruceStoredRecord, in the order in which they came */
  int meta[N_META];             /* at "meta"/its index; 0: none */
} Model;

static void
model_clear (Model *model)
{
  g_clear_pointer (&model->records, g_ptr_array_unref);
}

static gpointer
copy_record (gconstpointer record,
             gpointer      unused)
{
  return truce_stored_record_ref ((TruceStoredRecord *) record);
}

static void
model_copy (const Model *from,
            Model       *to)
{
  *to = *from;
  to->records = g_ptr_array_copy (from->records, copy_record, NULL);
}

static int
model_find (const Model *model,
            const char  *collection,
            const char  *id)
{
  for (guint i = 0; i < model->records->len; i++)
    {
      TruceStoredRecord *record = model->records->pdata[i];

      if (g_str_equal (truce_stored_record_get_id (record), id) &&
          g_str_equal (truce_stored_record_get_collection (record), collection))
        return i;
    }
  return -1;
}

static int
by_id (gconstpointer a,
       gconstpointer b)
{
  return strcmp (truce_stored_record_get_id (*(TruceStoredRecord **) a),
                 truce_stored_record_get_id (*(TruceStoredRecord **) b));
}

static int
by_version (gconstpointer a,
            gconstpointer b)
{
  return truce_stored_record_get_version (*(TruceStoredRecord **) a) >
         truce_stored_record_get_version (*(TruceStoredRecord **) b) ? 1 : -1;
}

/* ---- the adapter holds what the model holds, in every view ---- */

static void
compare_collection (Fixture     *f,
                    const Model *model,
                    const char  *collection)
{
  g_autofree char *id = NULL;

  for (guint i = 0; i < model->records->len; i++)
    {
      TruceStoredRecord *expected = model->records->pdata[i];
      g_autoptr(TruceStoredRecord) record = NULL;
      GError *error = NULL;

      if (!g_str_equal (truce_stored_record_get_collection (expected), collection))
        continue;
      record = truce_store_adapter_next (f->adapter, collection, id, &error);
      g_assert_no_error (error);
      g_assert_nonnull (record);
      assert_same_record (record, expected);
      g_free (id);
      id = g_strdup (truce_stored_record_get_id (expected));
    }
  g_assert_null (truce_store_adapter_next (f->adapter, collection, id != NULL ? id : "", NULL));
}

static void
compare_changes (Fixture     *f,
                 const Model *model,
                 gboolean     pending)
{
  TruceStoredRecord *(*next)(TruceStoreAdapter *, gint64, GError **) =
    pending ? truce_store_adapter_next_pending : truce_store_adapter_next_change;
  gint64 version = 0;

  for (guint i = 0; i < model->records->len; i++)
    {
      TruceStoredRecord *expected = model->records->pdata[i];
      g_autoptr(TruceStoredRecord) record = NULL;
      GError *error = NULL;

      if (pending && truce_stored_record_get_delivery (expected) == TRUCE_DELIVERY_SYNCED)
        continue;
      record = next (f->adapter, version, &error);
      g_assert_no_error (error);
      g_assert_nonnull (record);
      assert_same_record (record, expected);
      version = truce_stored_record_get_version (record);
    }
  g_assert_null (next (f->adapter, version, NULL));
}

static void
compare_meta (Fixture     *f,
              const Model *model)
{
  g_autoptr(GString) expected = g_string_new (NULL);

  for (guint i = 0; i < N_META; i++)
    if (model->meta[i] != 0)
      g_string_append_printf (expected, "%s%u=%d", expected->len > 0 ? " " : "", i, model->meta[i]);
  assert_meta (f->adapter, "meta", expected->str);
}

static void
compare (Fixture     *f,
         const Model *model)
{
  g_ptr_array_sort (model->records, by_id);
  compare_collection (f, model, "task");
  compare_collection (f, model, "note");
  g_ptr_array_sort (model->records, by_version);
  compare_changes (f, model, FALSE);
  compare_changes (f, model, TRUE);
  compare_meta (f, model);
}

/* ---- random steps ---- */

static void
random_put (Fixture    *f,
            Model      *model,
            const char *collection,
            const char *id)
{
  TruceDelivery delivery = g_test_rand_int_range (TRUCE_DELIVERY_SYNCED, TRUCE_DELIVERY_CONFLICTED + 1);
  TruceStoredRecord *record = make (f, collection, id, delivery, g_test_rand_bit ());
  int at = model_find (model, collection, id);

  put_record (f, record);
  if (at >= 0)
    g_ptr_array_remove_index (model->records, at);
  g_ptr_array_add (model->records, record);
}

static void
random_settle (Fixture *f,
               Model   *model,
               int      at)
{
  TruceStoredRecord *old = model->records->pdata[at];
  TruceDelivery delivery = g_test_rand_int_range (TRUCE_DELIVERY_SYNCED, TRUCE_DELIVERY_CONFLICTED + 1);
  g_autoptr(GBytes) state = truce_stored_record_dup_state (old);
  g_autoptr(GBytes) base = delivery != TRUCE_DELIVERY_SYNCED ? g_bytes_new_static ("settled", 7) : NULL;

  settle (f, truce_stored_record_get_collection (old), truce_stored_record_get_id (old), delivery);
  model->records->pdata[at] = truce_stored_record_new (truce_stored_record_get_collection (old),
                                                       truce_stored_record_get_id (old),
                                                       truce_stored_record_get_version (old), delivery,
                                                       truce_stored_record_get_value (old), state, base);
  truce_stored_record_unref (old);
}

static void
random_step (Fixture *f,
             Model   *model)
{
  const char *collection = g_test_rand_bit () ? "task" : "note";
  g_autofree char *id = g_strdup_printf ("%d", g_test_rand_int_range (0, 20));
  int at = model_find (model, collection, id);
  guint key = g_test_rand_int_range (0, N_META);

  switch (g_test_rand_int_range (0, 10))
    {
    case 0:
      if (at >= 0)
        {
          purge (f, collection, id);
          g_ptr_array_remove_index (model->records, at);
        }
      break;

    case 1:
      {
        g_autofree char *name = g_strdup_printf ("%u", key);
        g_autofree char *value = NULL;

        model->meta[key] = g_test_rand_int_range (0, 3);
        value = model->meta[key] != 0 ? g_strdup_printf ("%d", model->meta[key]) : NULL;
        set_meta (f, "meta", name, value);
      }
      break;

    case 2:
    case 3:
      if (at >= 0)
        random_settle (f, model, at);
      break;

    default:
      random_put (f, model, collection, id);
    }
}

static guint
n_rounds (void)
{
  const char *asked = g_getenv ("TRUCE_TEST_ROUNDS");

  if (asked != NULL)
    return MAX (1, g_ascii_strtoull (asked, NULL, 10) / 100);
  return g_test_slow () ? 2000 : 50;
}

static void
test_random (Fixture      *f,
             gconstpointer data)
{
  Model model = { g_ptr_array_new_with_free_func ((GDestroyNotify) truce_stored_record_unref), { 0 } };

  for (guint round = n_rounds (); round > 0; round--)
    {
      gboolean keep = g_test_rand_int_range (0, 3) > 0;
      Model before;

      model_copy (&model, &before);
      begin (f);
      for (int step = g_test_rand_int_range (0, 12); step > 0; step--)
        random_step (f, &model);
      if (g_test_rand_int_range (0, 4) == 0)
        compare (f, &model);
      if (keep)
        commit (f);
      else
        truce_store_adapter_rollback (f->adapter);
      model_clear (keep ? &before : &model);
      if (!keep)
        model = before;
      compare (f, &model);
    }
  model_clear (&model);
}

const AdapterCase adapter_random_cases[] = {
  { "/random", test_random },
  { NULL, NULL },
};
