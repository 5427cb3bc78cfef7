/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *
delivery_name (TruceDelivery delivery)
{
  g_autoptr(GEnumClass) type = g_type_class_ref (TRUCE_TYPE_DELIVERY);

  return g_enum_get_value (type, delivery)->value_nick;
}

/* ---- one record ---- */

int
truce_store_verb_get (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, TRUE) : NULL;
  const char *id = call->rest[0];
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  TruceDelivery delivery;

  if (collection == NULL)
    return EXIT_BAD_INPUT;
  text = truce_collection_dup_text (collection, id, &error);
  if (text == NULL)
    return truce_call_fail (call, error);

  if (call->json)
    {
      g_autofree char *name = truce_dup_quoted (call->collection);
      g_autofree char *quoted = truce_dup_quoted (id);
      g_autofree char *line = NULL;

      delivery = truce_collection_get_delivery (collection, id, NULL);
      line = g_strdup_printf ("{\"collection\":%s,\"id\":%s,\"delivery\":\"%s\",\"value\":%s}", name, quoted,
                              delivery_name (delivery), text);
      truce_print_json (line);
    }
  else
    {
      truce_print_json (text);
    }
  return 0;
}

/* What standard input holds; NULL with an error. */
static char *
read_input (GError **error)
{
  g_autoptr(GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable ();
  gsize size;

  if (g_output_stream_splice (memory, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) < 0)
    return NULL;
  size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory));
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)), size);
}

int
truce_store_verb_put (TruceCall *call)
{
  g_autoptr(GError) error = NULL;
  gboolean from_input = call->rest[1] == NULL || strcmp (call->rest[1], "-") == 0;
  g_autofree char *text = from_input ? read_input (&error) : g_strdup (call->rest[1]);
  g_autoptr(TruceStore) store = NULL;
  g_autoptr(TruceCollection) collection = NULL;

  if (text == NULL)
    return truce_complain (error, "standard input: %s", error->message);
  store = truce_call_open (call->path, FALSE);
  collection = store != NULL ? truce_call_collection (call, store, FALSE) : NULL;
  if (collection == NULL)
    return EXIT_BAD_INPUT;
  return truce_collection_put_text (collection, call->rest[0], text, &error) ? 0 : truce_call_fail (call, error);
}

int
truce_store_verb_delete (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, TRUE) : NULL;
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (collection == NULL)
    return EXIT_BAD_INPUT;

  for (char **id = call->rest; *id != NULL; id++)
    truce_batch_delete (batch, call->collection, *id);
  result = truce_store_run (store, batch, &error);
  if (result == NULL)
    return truce_call_fail (call, error);
  for (guint i = 0; i < truce_batch_result_get_n_operations (result); i++)
    if (truce_batch_result_get_error (result, i) != NULL)
      truce_complain_of (truce_batch_result_get_error (result, i));
  return truce_batch_result_is_clean (result) ? 0 : EXIT_FAILED;
}

/* ---- many ---- */

static void
print_id (const TruceStoredRecord *record,
          gboolean                 json)
{
  const char *id = truce_stored_record_get_id (record);
  TruceDelivery delivery = truce_stored_record_get_delivery (record);
  g_autofree char *shown = json ? truce_dup_quoted (id) : truce_dup_shown (id);

  if (json)
    {
      g_autofree char *line = g_strdup_printf ("{\"id\":%s,\"delivery\":\"%s\"}", shown, delivery_name (delivery));

      truce_print_json (line);
    }
  else if (delivery == TRUCE_DELIVERY_SYNCED)
    g_print ("%s\n", shown);
  else
    g_print ("%s\t%s\n", shown, delivery_name (delivery));
}

/* In one snapshot. */
static int
list_records (TruceCall  *call,
              TruceStore *store)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (store);
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(GError) error = NULL;

  if (!truce_store_adapter_begin (adapter, FALSE, &error))
    return truce_call_fail (call, error);
  do
    {
      g_autofree char *after = record != NULL ? g_strdup (truce_stored_record_get_id (record)) : NULL;

      g_clear_pointer (&record, truce_stored_record_unref);
      record = truce_store_adapter_next (adapter, call->collection, after, &error);
      if (record != NULL && truce_stored_record_get_value (record) != NULL)
        print_id (record, call->json);
    }
  while (record != NULL);
  truce_store_adapter_rollback (adapter);
  return error == NULL ? 0 : truce_call_fail (call, error);
}

static void
print_collection (TruceCollection *collection,
                  gboolean         json)
{
  const char *name = truce_collection_get_name (collection);
  g_autofree char *shown = json ? truce_dup_quoted (name) : truce_dup_shown (name);
  guint64 n = truce_collection_get_n_records (collection);

  if (json)
    {
      g_autofree char *line = g_strdup_printf ("{\"collection\":%s,\"records\":%" G_GUINT64_FORMAT "}", shown, n);

      truce_print_json (line);
    }
  else
    {
      g_print ("%s\t%" G_GUINT64_FORMAT "\n", shown, n);
    }
}

int
truce_store_verb_ls (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = NULL;
  g_auto(GStrv) names = NULL;

  if (store == NULL)
    return EXIT_BAD_INPUT;
  if (call->collection != NULL)
    {
      collection = truce_call_collection (call, store, TRUE);
      return collection != NULL ? list_records (call, store) : EXIT_BAD_INPUT;
    }

  names = truce_store_list_collections (store);
  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceCollection) each = truce_store_get_collection (store, *name, NULL, &error);

      if (each == NULL)
        return truce_call_fail (call, error);
      print_collection (each, call->json);
    }
  return 0;
}

/* ---- query ---- */

/* Its line as an export has it, or its id and its JSON. */
static void
print_record (TruceRecord *record,
              gboolean     json)
{
  const char *id = truce_record_get_id (record);
  g_autofree char *text = truce_record_dup_text (record);
  g_autofree char *shown = json ? truce_dup_quoted (id) : truce_dup_shown (id);

  if (json)
    {
      g_autofree char *line = g_strdup_printf ("{\"id\":%s%s%s", shown, strcmp (text, "{}") != 0 ? "," : "", text + 1);

      truce_print_json (line);
    }
  else
    {
      g_print ("%s\t", shown);
      truce_print_json (text);
    }
}

static TruceQuery *
make_query (TruceCall       *call,
            TruceCollection *collection,
            GError         **error)
{
  g_autoptr(TruceQuery) query = truce_query_new (collection);
  g_autoptr(TruceFilter) filter = NULL;

  if (call->rest[0] != NULL)
    {
      filter = truce_filter_parse (call->rest[0], error);
      if (filter == NULL)
        return NULL;
      truce_query_set_filter (query, filter);
    }
  if (call->search != NULL)
    truce_query_set_search (query, call->search);
  for (char **field = call->order; field != NULL && *field != NULL; field++)
    truce_query_add_order (query, **field == '-' ? *field + 1 : *field, **field == '-');
  truce_query_set_limit (query, call->limit);
  return truce_query_open (query, error) ? g_steal_pointer (&query) : NULL;
}

int
truce_store_verb_query (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, TRUE) : NULL;
  g_autoptr(TruceQuery) query = NULL;
  g_autoptr(GError) error = NULL;

  if (collection == NULL)
    return EXIT_BAD_INPUT;
  if (call->limit < 0)
    return truce_complain (NULL, "--limit: it is not negative");
  query = make_query (call, collection, &error);
  if (query == NULL)
    return truce_complain_of (error);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (query)); i++)
    {
      g_autoptr(TruceRecord) record = g_list_model_get_item (G_LIST_MODEL (query), i);

      print_record (record, call->json);
    }
  return 0;
}
