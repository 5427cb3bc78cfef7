/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-query-private.h"

#include "truce-kind-private.h"
#include "truce-sqlite-query.h"

typedef struct
{
  TruceStoredRecord *record;    /* owned */
  TruceJsonDoc *doc;            /* owned, or NULL */
} Found;

void
truce_query_spec_init (TruceQuerySpec *self,
                       const char     *collection)
{
  *self = (TruceQuerySpec) { g_strdup (collection), NULL, NULL, truce_sort_new (), G_MAXUINT };
}

void
truce_query_spec_clear (TruceQuerySpec *self)
{
  g_clear_pointer (&self->collection, g_free);
  g_clear_pointer (&self->filter, truce_filter_unref);
  g_clear_pointer (&self->search, truce_search_free);
  g_clear_pointer (&self->sort, g_array_unref);
}

/* ---- a record ---- */

/* Without a copy: the document keeps the record. */
static TruceJsonDoc *
read_value (TruceStoredRecord *record,
            GError           **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_with_free_func (record->value, record->value_length,
                                                        (GDestroyNotify) truce_stored_record_unref,
                                                        truce_stored_record_ref (record));
  g_autoptr(GError) reason = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, &reason);

  if (doc == NULL)
    {
      g_autofree char *collection = truce_show_name (record->collection);
      g_autofree char *id = truce_show_name (record->id);

      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "%s/%s: the stored value can't be read: %s", collection, id,
                   reason->message);
    }
  return doc;
}

gboolean
truce_query_spec_test (const TruceQuerySpec *self,
                       TruceStoredRecord    *record,
                       gboolean             *shown,
                       TruceJsonDoc        **doc,
                       GError              **error)
{
  *doc = NULL;
  *shown = record->value != NULL;
  if (!*shown || (self->filter == NULL && self->search == NULL && self->sort->len == 0))
    return TRUE;

  *doc = read_value (record, error);
  if (*doc == NULL)
    return FALSE;

  *shown = (self->filter == NULL || truce_filter_test (self->filter, *doc)) &&
           (self->search == NULL || truce_search_test (self->search, *doc));
  return TRUE;
}

/* ---- all records ---- */

static void
clear_found (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->record, truce_stored_record_unref);
  g_clear_pointer (&found->doc, truce_json_doc_unref);
}

static int
compare_found (gconstpointer a,
               gconstpointer b,
               gpointer      sort)
{
  const Found *x = a;
  const Found *y = b;

  return truce_sort_compare (sort, x->doc, x->record->id, y->doc, y->record->id);
}

static void
tell_sorted (const TruceQuerySpec *self,
             GArray               *all,
             TruceQueryFunc        func,
             gpointer              data)
{
  g_array_sort_with_data (all, compare_found, self->sort);
  for (guint i = 0; i < MIN (all->len, self->limit); i++)
    func (g_array_index (all, Found, i).record->id, data);
}

/* Records come in the order of ids: where this is the order asked for, none is kept. */
gboolean
truce_query_spec_scan (const TruceQuerySpec *self,
                       TruceStoreAdapter    *adapter,
                       TruceQueryFunc        func,
                       gpointer              data,
                       GError              **error)
{
  g_autoptr(GArray) all = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autoptr(TruceStoredRecord) record = NULL;
  GError *failure = NULL;
  guint n = 0;

  g_array_set_clear_func (all, clear_found);
  record = truce_store_adapter_next (adapter, self->collection, NULL, &failure);
  while (record != NULL && (n < self->limit || self->sort->len > 0))
    {
      TruceStoredRecord *next;
      Found found = { NULL, NULL };
      gboolean shown;

      if (!truce_query_spec_test (self, record, &shown, &found.doc, error))
        return FALSE;
      n += shown;
      if (shown && self->sort->len == 0)
        func (record->id, data);
      if (shown && self->sort->len > 0)
        {
          found.record = truce_stored_record_ref (record);
          g_array_append_val (all, found);
        }
      else
        g_clear_pointer (&found.doc, truce_json_doc_unref);

      next = truce_store_adapter_next (adapter, self->collection, record->id, &failure);
      truce_stored_record_unref (record);
      record = next;
    }

  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  tell_sorted (self, all, func, data);
  return TRUE;
}

gboolean
truce_query_spec_run (const TruceQuerySpec *self,
                      TruceStoreAdapter    *adapter,
                      TruceQueryFunc        func,
                      gpointer              data,
                      GError              **error)
{
  if (truce_sqlite_query_can (self, adapter))
    return truce_sqlite_query (self, adapter, func, data, error);

  return truce_query_spec_scan (self, adapter, func, data, error);
}
