/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cut-adapter.h"
#include "merge-family.h"

typedef struct
{
  Family *family;
  gint64 skew;
} Time;

static gint64
tell_time (gpointer data)
{
  Time *time = data;

  return time->family->now + time->skew;
}

static TruceStoreAdapter *
open_adapter (Family *family,
              guint   store)
{
  g_autofree char *name = g_strdup_printf ("%u.db", store);
  g_autofree char *path = family->folder != NULL ? g_build_filename (family->folder, name, NULL) : NULL;
  GError *error = NULL;
  TruceSqliteAdapter *adapter;

  if (path == NULL)
    return truce_memory_adapter_new ();
  adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error);
  g_assert_no_error (error);
  g_object_set (adapter, "durability", TRUCE_DURABILITY_NORMAL, NULL);
  return TRUCE_STORE_ADAPTER (adapter);
}

/* Replica ids in no order, clocks up to a minute apart: another store's later write may have the earlier
 * stamp. */
void
family_open (Family      *family,
             const char  *folder,
             const guint *replicas)
{
  GError *error = NULL;

  family->folder = g_strdup (folder);
  family->now = G_GINT64_CONSTANT (1700000000000);
  for (guint i = 0; i < MODEL_STORES; i++)
    {
      g_autoptr(TruceClock) clock = truce_clock_new (replicas[i] + 1);
      Time *time = g_new (Time, 1);

      *time = (Time) { family, (gint64) (replicas[i] * 7919 % 120) * 1000 - 60000 };
      truce_clock_set_time_func (clock, tell_time, time, g_free);
      family->adapters[i] = cut_adapter_new (open_adapter (family, i));
      family->stores[i] = truce_store_new_with_clock (family->adapters[i], clock, &error);
      g_assert_no_error (error);
      for (guint k = 0; k < N_COLLECTIONS; k++)
        {
          g_autoptr(TruceSchema) schema = truce_schema_new_from_text (merge_collections[k].schema, &error);
          g_autoptr(TruceCollection) collection = NULL;

          g_assert_no_error (error);
          collection = truce_store_get_collection (family->stores[i], merge_collections[k].name, schema,
                                                   &error);
          g_assert_no_error (error);
        }
    }
}

void
family_close (Family *family)
{
  for (guint i = 0; i < MODEL_STORES; i++)
    {
      GError *error = NULL;
      g_auto(GStrv) problems = truce_store_verify (family->stores[i], NULL, NULL, NULL, &error);
      g_autofree char *list = NULL;

      g_assert_no_error (error);
      list = g_strjoinv ("\n", problems);
      g_assert_cmpstr (list, ==, "");
      g_clear_object (&family->stores[i]);
      g_assert_finalize_object (family->adapters[i]);
    }
  g_free (family->folder);
}

static void
add_operation (TruceBatch      *batch,
               const Operation *operation)
{
  const Write *write = &operation->write;
  const char *collection = merge_collections[operation->model / N_IDS].name;
  const char *id = merge_ids[operation->model % N_IDS];
  g_autofree char *text = write->value != NULL ? value_to_json (write->value) : NULL;
  g_autoptr(JsonNode) element = json_from_string (write->element, NULL);

  switch (write->verb)
    {
    case VERB_CREATE:
      truce_batch_create_text (batch, collection, id, text);
      break;
    case VERB_PUT:
      truce_batch_put_text (batch, collection, id, text);
      break;
    case VERB_PATCH:
      truce_batch_patch_text (batch, collection, id, text);
      break;
    case VERB_UNSET:
      truce_batch_unset (batch, collection, id, write->field);
      break;
    case VERB_DELETE:
      truce_batch_delete (batch, collection, id);
      break;
    case VERB_UNDELETE:
      truce_batch_undelete (batch, collection, id);
      break;
    case VERB_ADD:
      truce_batch_add (batch, collection, id, write->field, element);
      break;
    case VERB_REMOVE:
      truce_batch_remove (batch, collection, id, write->field, element);
      break;
    case VERB_INCREMENT:
      truce_batch_increment (batch, collection, id, write->field, write->amount);
      break;
    case N_VERBS:
      g_assert_not_reached ();
    }
}

TruceBatchResult *
family_run (Family          *family,
            guint            store,
            const Operation *operations,
            guint            n_operations,
            TruceBatchPolicy policy)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (policy);
  TruceBatchResult *result;
  GError *error = NULL;

  for (guint i = 0; i < n_operations; i++)
    add_operation (batch, &operations[i]);
  result = truce_store_run (family->stores[store], batch, &error);
  g_assert_no_error (error);
  return result;
}

/* The latest stamp that the store gave. */
guint64
family_last_time (Family *family,
                  guint   store)
{
  g_autofree char *text = truce_clock_to_string (truce_store_get_clock (family->stores[store]));
  g_autoptr(TruceStamp) stamp = truce_stamp_parse (strrchr (text, ' ') + 1, NULL);

  return truce_stamp_get_time_ms (stamp) << 16 | truce_stamp_get_counter (stamp);
}

TruceStoredRecord *
family_row (Family *family,
            guint   store,
            guint   model)
{
  GError *error = NULL;
  const char *collection = merge_collections[model / N_IDS].name;
  const char *id = merge_ids[model % N_IDS];
  TruceStoredRecord *row = truce_store_adapter_get (family->adapters[store], collection, id, &error);

  g_assert_no_error (error);
  return row;
}

gint64
family_version (Family *family,
                guint   store,
                guint   model)
{
  g_autoptr(TruceStoredRecord) row = family_row (family, store, model);

  return row != NULL ? truce_stored_record_get_version (row) : 0;
}

/* All of the other's feed comes again. */
void
family_forget_cursors (Family *family,
                       guint   store)
{
  TruceStoreAdapter *adapter = family->adapters[store];
  char *key;
  GError *error = NULL;

  truce_store_adapter_begin (adapter, TRUE, &error);
  g_assert_no_error (error);
  while ((key = truce_store_adapter_next_meta (adapter, "cursor", NULL, &error)) != NULL)
    {
      truce_store_adapter_set_meta (adapter, "cursor", key, NULL, &error);
      g_assert_no_error (error);
      g_free (key);
    }
  truce_store_adapter_commit (adapter, &error);
  g_assert_no_error (error);
}

static void
fail_record (const char   *collection,
             const char   *id,
             const GError *error,
             gpointer      data)
{
  g_test_message ("%s/%s: %s", collection, id, error->message);
  g_test_fail ();
}

/* Gives whether all of it went through. */
gboolean
family_merge (Family *family,
              guint   to,
              guint   from,
              int     changes,
              int     puts)
{
  g_autoptr(GError) error = NULL;
  gint64 n;

  cut_adapter_after (family->adapters[from], changes, -1);
  cut_adapter_after (family->adapters[to], -1, puts);
  n = truce_store_merge (family->stores[to], family->stores[from], fail_record, NULL, NULL, NULL, NULL,
                         &error);
  cut_adapter_after (family->adapters[from], -1, -1);
  cut_adapter_after (family->adapters[to], -1, -1);
  if (n < 0)
    g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
  else
    g_assert_no_error (error);
  return n >= 0;
}
