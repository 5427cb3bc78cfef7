/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A query's list changes only here. What changes in the store while handlers run, be it by a handler, waits
 * until all of them have seen the list as it became before. So nobody meets a list that is newer than what
 * they were told, and nothing recurs. */

#include "truce-collection-private.h"
#include "truce-query-private.h"

/* ---- asking ---- */

static void
append_id (const char *id,
           gpointer    data)
{
  truce_id_list_insert (data, truce_id_list_length (data), id);
}

/* The words are read anew each time: the collection may have another schema by now. */
static gboolean
read_words (TruceQuery *self,
            GError    **error)
{
  TruceSchema *schema = truce_collection_get_schema (self->collection);

  g_clear_pointer (&self->spec.search, truce_search_free);
  if (self->words == NULL || self->words[0] == '\0')
    return TRUE;

  self->spec.search = truce_search_new (self->words, truce_schema_get_search_fields (schema), error);
  if (self->spec.search == NULL)
    return FALSE;
  if (truce_search_is_empty (self->spec.search))
    g_clear_pointer (&self->spec.search, truce_search_free);
  return TRUE;
}

static TruceIdList *
ask (TruceQuery *self,
     GError    **error)
{
  TruceStore *store = truce_collection_get_store (self->collection);
  g_autoptr(TruceIdList) list = truce_id_list_new ();
  gboolean answered;

  if (self->wrong != NULL)
    {
      g_propagate_error (error, g_error_copy (self->wrong));
      return NULL;
    }
  if (store->writing)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "a query can't be asked while a batch is at work");
      return NULL;
    }
  if (!read_words (self, error) || !truce_store_adapter_begin (store->adapter, FALSE, error))
    return NULL;

  answered = truce_query_spec_run (&self->spec, store->adapter, append_id, list, error);
  truce_store_adapter_rollback (store->adapter);
  if (!answered)
    return NULL;

  truce_id_list_trim (list);
  return g_steal_pointer (&list);
}

/* ---- telling ---- */

static void
emit (TruceQuery *self,
      guint       position,
      guint       removed,
      guint       added)
{
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
replace_list (TruceQuery  *self,
              TruceIdList *list,
              GHashTable  *changed)
{
  g_autoptr(TruceIdList) old = g_steal_pointer (&self->list);
  TruceSplice splice = truce_query_plan_diff (old, list, changed);

  self->list = list;
  emit (self, splice.position, splice.removed, splice.added);
}

/* A record that changes where it stands stays in the list as it is. */
static void
splice_list (TruceQuery           *self,
             const TruceQueryPlan *plan,
             const TruceSplice    *splice)
{
  const char *const *ids = (const char *const *) plan->ids->pdata + splice->first;
  guint same = 0;

  while (same < MIN (splice->removed, splice->added) &&
         g_str_equal (truce_id_list_get (self->list, splice->position + same), ids[same]))
    same++;
  for (guint i = same; i < splice->removed; i++)
    truce_id_list_remove (self->list, splice->position + same);
  for (guint i = same; i < splice->added; i++)
    truce_id_list_insert (self->list, splice->position + i, ids[i]);
}

/* Splices that are joined are told as one stretch, with what stays between them. */
static void
follow_plan (TruceQuery           *self,
             const TruceQueryPlan *plan)
{
  TruceSplice told = { 0, };

  for (guint i = 0; i < plan->splices->len; i++)
    {
      const TruceSplice *splice = &g_array_index (plan->splices, TruceSplice, i);

      if (splice->joined)
        {
          guint between = splice->position - (told.position + told.added);

          told.removed += between + splice->removed;
          told.added += between + splice->added;
        }
      else
        {
          emit (self, told.position, told.removed, told.added);
          told = *splice;
        }
      splice_list (self, plan, splice);
    }
  emit (self, told.position, told.removed, told.added);
}

/* ---- keeping up ---- */

static gboolean
ask_and_replace (TruceQuery *self,
                 GHashTable *changed,
                 GError    **error)
{
  TruceIdList *list = ask (self, error);

  if (list == NULL)
    return FALSE;

  replace_list (self, list, changed);
  return TRUE;
}

/* The ids of rows. */
static GHashTable *
set_of (GPtrArray *rows)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (set, (char *) ((TruceStoredRecord *) g_ptr_array_index (rows, i))->id);
  return set;
}

static TrucePlanResult
make_plan (TruceQuery     *self,
           GPtrArray      *rows,
           TruceQueryPlan *plan,
           GError        **error)
{
  TruceStore *store = truce_collection_get_store (self->collection);
  gboolean reads = truce_query_plan_reads (&self->spec);
  TrucePlanResult result;

  if (reads && !truce_store_adapter_begin (store->adapter, FALSE, error))
    return TRUCE_PLAN_FAILED;

  result = truce_query_plan_make (plan, &self->spec, store->adapter, self->list, rows, store->version, error);
  if (reads)
    truce_store_adapter_rollback (store->adapter);
  return result;
}

static gboolean
update (TruceQuery *self,
        GPtrArray  *rows,
        GError    **error)
{
  g_auto(TruceQueryPlan) plan = { NULL, };
  g_autoptr(GHashTable) changed = NULL;

  switch (make_plan (self, rows, &plan, error))
    {
    case TRUCE_PLAN_FAILED:
      return FALSE;
    case TRUCE_PLAN_MADE:
      follow_plan (self, &plan);
      return TRUE;
    case TRUCE_PLAN_ASK_AGAIN:
      changed = set_of (rows);
      return ask_and_replace (self, changed, error);
    }

  g_assert_not_reached ();
}

static GPtrArray *
take_waiting (TruceQuery *self)
{
  GPtrArray *rows = g_ptr_array_new_full (g_hash_table_size (self->waiting),
                                          (GDestroyNotify) truce_stored_record_unref);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    g_ptr_array_add (rows, row);
  g_hash_table_steal_all (self->waiting);
  return rows;
}

/* Whatever handlers bring about meanwhile comes next. Once something went wrong, all is asked for again at the
 * next occasion. */
gboolean
truce_query_catch_up (TruceQuery *self,
                      GPtrArray  *latest,
                      GError    **error)
{
  g_autoptr(TruceQuery) hold = g_object_ref (self);
  gboolean done = TRUE;

  if (self->updating)
    return TRUE;

  self->updating = TRUE;
  while (done && self->watch != 0 && (latest != NULL || self->ask_again || g_hash_table_size (self->waiting) > 0))
    {
      g_autoptr(GPtrArray) rows = latest != NULL ? g_ptr_array_ref (latest) : take_waiting (self);
      gboolean again = self->ask_again;
      latest = NULL;
      self->ask_again = FALSE;
      if (again)
        {
          g_autoptr(GHashTable) changed = set_of (rows);

          done = ask_and_replace (self, changed, error);
        }
      else
        {
          done = update (self, rows, error);
        }
    }
  self->updating = FALSE;
  if (!done)
    self->ask_again = TRUE;
  return done;
}

static void
catch_up_or_wait (TruceQuery *self,
                  GPtrArray  *latest)
{
  g_autoptr(GError) error = NULL;

  if (!truce_query_catch_up (self, latest, &error))
    g_debug ("The query of %s waits for the next change: %s", self->spec.collection, error->message);
}

static void
keep_waiting (TruceQuery *self,
              GPtrArray  *rows)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      TruceStoredRecord *row = truce_stored_record_ref (g_ptr_array_index (rows, i));

      g_hash_table_replace (self->waiting, (char *) row->id, row);
    }
  self->ask_again |= rows == NULL;
}

/* Where more news waits already, the store is ahead of this one: all of it is worked in together, when the
 * last has come. */
void
truce_query_collection_changed (TruceCollection *collection,
                                GPtrArray       *rows,
                                gpointer         data)
{
  TruceQuery *self = data;
  gboolean more = truce_store_has_news (truce_collection_get_store (collection), collection);

  if (rows != NULL && !more && !self->updating && !self->ask_again && g_hash_table_size (self->waiting) == 0)
    {
      catch_up_or_wait (self, rows);
      return;
    }

  keep_waiting (self, rows);
  if (!more)
    catch_up_or_wait (self, NULL);
}

void
truce_query_ask_otherwise (TruceQuery *self)
{
  self->ask_again = TRUE;
  if (self->watch != 0)
    catch_up_or_wait (self, NULL);
}
