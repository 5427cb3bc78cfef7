/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A feed can't tell of what the remote has forgotten. So all that it has is listed, by ids alone, ascending, and
 * compared with what is here, page by page: what is missing between two ids that came in one page is not there.
 * Nothing is removed before the listing has come to its end, and nothing at all where that would be more than a set
 * share of a collection: that looks like a mistake, and somebody has to say that it is none.
 *
 * Where the remote was put back from a backup, what it lacks is what it lost, and is sent again instead. */

#include "truce-clock-private.h"
#include "truce-filter-private.h"
#include "truce-session-private.h"
#include "truce-settle.h"

#define SLICE 200u              /* rows a transaction */
#define SMALL 20u               /* collections with fewer records are never stopped at */

TruceExchange *
truce_session_make_listing (TruceSession *self)
{
  return TRUCE_EXCHANGE (truce_listing_new (self->session, self->filter_texts, self->list.collection, self->list.id,
                                            4 * self->setup.page_size));
}

/* ---- comparing ---- */

static int
compare_places (const char *collection,
                const char *id,
                const char *other_collection,
                const char *other_id)
{
  int order = strcmp (collection, other_collection);

  return order != 0 ? order : strcmp (id, other_id);
}

/* A page, and how far one has come in it. */
typedef struct
{
  const TruceListing *listing;
  guint at;
} Page;

/* Whether the page has it; what comes before it is passed over. Rows come in order. */
static gboolean
page_has (Page                    *page,
          const TruceStoredRecord *row)
{
  const TruceListingItem *items = page->listing->items;

  while (page->at < page->listing->n_items)
    {
      int order = compare_places (items[page->at].collection, items[page->at].id, row->collection, row->id);

      if (order >= 0)
        return order == 0;
      page->at++;
    }
  return FALSE;
}

static gboolean
is_within (const TruceListing      *listing,
           const TruceStoredRecord *row)
{
  const TruceListingItem *last;

  if (!listing->more)
    return TRUE;
  if (listing->n_items == 0)
    return FALSE;
  last = &listing->items[listing->n_items - 1];
  return compare_places (row->collection, row->id, last->collection, last->id) <= 0;
}

/* One that the remote had once, as far as we know. One that was made here is not missing there. */
static gboolean
may_be_gone (const TruceStoredRecord *row)
{
  g_autoptr(TruceStoredRecord) base = NULL;

  if (row->value == NULL)
    return FALSE;
  if (row->delivery == TRUCE_DELIVERY_SYNCED)
    return TRUE;
  base = truce_base_row (row, NULL);
  return base != NULL;
}

static void
count_scanned (TruceSession *self,
               const char   *collection)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->list.scanned, collection));

  g_hash_table_insert (self->list.scanned, g_strdup (collection), GUINT_TO_POINTER (n + 1));
}

/* The rows of a collection behind after_id that the page speaks of. *beyond: it speaks of no later one. */
static gboolean
compare_collection (TruceSession *self,
                    Page         *page,
                    const char   *collection,
                    const char   *after_id,
                    gboolean     *beyond,
                    GError      **error)
{
  g_autofree char *after = g_strdup (after_id);
  g_autoptr(GError) local = NULL;

  while (TRUE)
    {
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (self->store->adapter, collection, after, &local);

      if (row == NULL)
        break;
      *beyond = !is_within (page->listing, row);
      if (*beyond)
        return TRUE;
      g_free (after);
      after = g_strdup (row->id);
      if (!may_be_gone (row))
        continue;
      count_scanned (self, collection);
      if (!page_has (page, row) && truce_session_wants (self, row))
        g_ptr_array_add (self->list.gone, truce_row_mark_new (row));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
compare_page (TruceSession       *self,
              const TruceListing *listing,
              GError            **error)
{
  g_auto(GStrv) names = truce_store_list_collections (self->store);
  Page page = { listing, 0 };
  gboolean beyond = FALSE;

  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (guint i = 0; names[i] != NULL && !beyond; i++)
    {
      int order = self->list.collection != NULL ? strcmp (names[i], self->list.collection) : 1;

      if (order < 0)
        continue;
      if (!compare_collection (self, &page, names[i], order == 0 ? self->list.id : NULL, &beyond, error))
        return FALSE;
    }
  return TRUE;
}

static void
begin_again (TruceSession *self)
{
  g_clear_pointer (&self->list.collection, g_free);
  g_clear_pointer (&self->list.id, g_free);
  g_ptr_array_set_size (self->list.gone, 0);
  g_hash_table_remove_all (self->list.scanned);
  self->list.at = 0;
}

gboolean
truce_session_take_listing (TruceSession *self,
                            TruceListing *listing,
                            GError      **error)
{
  const TruceListingItem *last = listing->n_items > 0 ? &listing->items[listing->n_items - 1] : NULL;
  gboolean went;

  if (self->list.collection == NULL)
    begin_again (self);
  if (listing->more && last == NULL)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a page of the remote's list is empty, and not the last");
      return FALSE;
    }
  if (!truce_store_adapter_begin (self->store->adapter, FALSE, error))
    return FALSE;
  went = compare_page (self, listing, error);
  truce_store_adapter_rollback (self->store->adapter);
  if (!went || listing->more)
    {
      g_free (self->list.collection);
      g_free (self->list.id);
      self->list.collection = went ? g_strdup (last->collection) : NULL;
      self->list.id = went ? g_strdup (last->id) : NULL;
      return went;
    }
  self->list.complete = TRUE;
  self->phase = TRUCE_PHASE_REMOVE;
  return TRUE;
}

/* ---- the brake ---- */

static guint
count_gone (TruceSession *self,
            const char   *collection)
{
  guint n = 0;

  for (guint i = 0; i < self->list.gone->len; i++)
    {
      const TruceRowMark *mark = g_ptr_array_index (self->list.gone, i);

      n += g_str_equal (mark->collection, collection);
    }
  return n;
}

/* Collections of which too much would go stay as they are; the next session asks again. */
static void
brake (TruceSession *self)
{
  GHashTableIter iter;
  gpointer collection;
  gpointer scanned;

  if (self->state.repush || self->setup.allow_removal)
    return;
  g_hash_table_iter_init (&iter, self->list.scanned);
  while (g_hash_table_iter_next (&iter, &collection, &scanned))
    {
      guint n = GPOINTER_TO_UINT (scanned);
      guint gone = count_gone (self, collection);
      g_autoptr(GError) trouble = NULL;

      if (n < SMALL || gone <= self->setup.removal_share * n)
        continue;
      trouble = g_error_new (TRUCE_ERROR, TRUCE_ERROR_MASS_DELETE,
                             "%s: %u of %u records are gone at the remote; they stay here until that is confirmed",
                             (const char *) collection, gone, n);
      truce_session_note_trouble (self, trouble);
      self->list.braked = TRUE;
      for (guint i = self->list.gone->len; i > 0; i--)
        if (g_str_equal (((TruceRowMark *) g_ptr_array_index (self->list.gone, i - 1))->collection, collection))
          g_ptr_array_remove_index (self->list.gone, i - 1);
    }
}

/* ---- removing ---- */

static gboolean
keep_changes (TruceSession        *self,
              TruceCollectionInfo *info,
              TruceStoredRecord   *row,
              GError             **error)
{
  g_autoptr(TruceStoredRecord) base_row = truce_base_row (row, NULL);
  g_autoptr(TruceRecord) base = truce_settle_record (row->collection, row->id, base_row != NULL ? base_row->value : NULL,
                                                     error);
  g_autoptr(TruceRecord) local = base != NULL ? truce_settle_record (row->collection, row->id, row->value, error) : NULL;
  g_autoptr(TruceRecord) gone = local != NULL ? truce_settle_record (row->collection, row->id, NULL, error) : NULL;
  g_autoptr(TruceConflict) conflict = gone != NULL ? truce_conflict_new (base, local, gone, info->schema, error) : NULL;

  return conflict != NULL && truce_settle_keep_lost (self->store, conflict, local, NULL, error);
}

/* Ours had been changed, and the remote has deleted it, and forgotten that. Where deletions win the change goes to
 * the history; else the record is as good as made anew. */
static gboolean
settle_changed (TruceSession        *self,
                TruceCollectionInfo *info,
                TruceStoredRecord   *row,
                GError             **error)
{
  g_autoptr(GBytes) absent = g_bytes_new_static (TRUCE_BASE_ABSENT, strlen (TRUCE_BASE_ABSENT));

  if (self->state.repush || truce_schema_get_delete_rule (info->schema) != TRUCE_DELETE_RULE_DELETE_WINS)
    return truce_store_settle_row (self->store, info, row, row->delivery, absent, error);
  self->counts.removed++;
  return keep_changes (self, info, row, error) && truce_store_remove_row (self->store, info, row, error);
}

static gboolean
settle_gone (TruceSession       *self,
             const TruceRowMark *mark,
             GError            **error)
{
  TruceCollectionInfo *info = truce_store_info (self->store, mark->collection, error);
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  if (info == NULL)
    return FALSE;
  row = truce_store_adapter_get (self->store->adapter, mark->collection, mark->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL || row->version != mark->version)
    return TRUE;
  if (row->delivery != TRUCE_DELIVERY_SYNCED)
    return settle_changed (self, info, row, error);
  if (self->state.repush)
    return truce_store_settle_row (self->store, info, row, TRUCE_DELIVERY_PENDING, NULL, error);
  self->counts.removed++;
  return truce_store_remove_row (self->store, info, row, error);
}

static gboolean
remove_slice (TruceSession *self,
              gint64        deadline,
              GError      **error)
{
  for (guint n = 0; n < SLICE && self->list.at < self->list.gone->len; n++)
    {
      if (!settle_gone (self, g_ptr_array_index (self->list.gone, self->list.at), error))
        return FALSE;
      self->list.at++;
      if (n % 16 == 15 && deadline != 0 && g_get_monotonic_time () >= deadline)
        return TRUE;
    }
  if (self->list.at < self->list.gone->len)
    return TRUE;

  self->state.resync = self->list.braked;
  self->state.repush = FALSE;
  self->state.listed_ms = truce_clock_now_ms (self->store->clock);
  return truce_session_save (self, error);
}

gboolean
truce_session_remove_gone (TruceSession *self,
                           gint64        deadline,
                           GError      **error)
{
  guint at = self->list.at;
  gboolean went;

  if (at == 0)
    brake (self);
  if (!truce_store_begin (self->store, error))
    return FALSE;
  went = remove_slice (self, deadline, error);
  if (!truce_session_end (self, went, TRUE, error))
    {
      self->list.at = at;
      return FALSE;
    }
  self->list.complete = self->list.at < self->list.gone->len;
  return TRUE;
}

/* ---- the filter ---- */

gboolean
truce_session_wants (TruceSession            *self,
                     const TruceStoredRecord *row)
{
  const TruceFilter *filter = self->setup.filters == NULL ? NULL :
                              g_hash_table_lookup (self->setup.filters, row->collection);
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (filter == NULL || row->value == NULL)
    return TRUE;
  doc = truce_json_doc_parse_text (row->value, row->value_length, NULL);
  return doc == NULL || truce_filter_test (filter, doc);
}

/* Looks at the next row of the sweep. *more: whether there was one. */
static gboolean
sweep_row (TruceSession *self,
           gboolean     *more,
           GError      **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (self->store->adapter, self->sweep_collection,
                                                               self->sweep_id, &local);
  TruceCollectionInfo *info;

  *more = row != NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  g_free (self->sweep_id);
  self->sweep_id = g_strdup (row->id);
  if (row->value == NULL || row->delivery != TRUCE_DELIVERY_SYNCED || truce_session_wants (self, row))
    return TRUE;
  info = truce_store_info (self->store, row->collection, error);
  self->counts.removed++;
  return info != NULL && truce_store_remove_row (self->store, info, row, error);
}

/* The collection after the one that was swept; NULL: that was the last. */
static char *
next_collection (TruceSession *self)
{
  g_auto(GStrv) names = truce_store_list_collections (self->store);
  const char *found = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    if ((self->sweep_collection == NULL || strcmp (names[i], self->sweep_collection) > 0) &&
        (found == NULL || strcmp (names[i], found) < 0) && self->setup.filters != NULL &&
        g_hash_table_contains (self->setup.filters, names[i]))
      found = names[i];
  return g_strdup (found);
}

static gboolean
sweep_slice (TruceSession *self,
             gint64        deadline,
             GError      **error)
{
  for (guint n = 0; n < SLICE; n++)
    {
      gboolean more = FALSE;

      if (self->sweep_collection != NULL && !sweep_row (self, &more, error))
        return FALSE;
      if (!more)
        {
          char *next = next_collection (self);

          g_free (self->sweep_collection);
          self->sweep_collection = next;
          g_clear_pointer (&self->sweep_id, g_free);
          if (next == NULL)
            {
              self->state.sweep = FALSE;
              return truce_session_save (self, error);
            }
        }
      if (n % 16 == 15 && deadline != 0 && g_get_monotonic_time () >= deadline)
        return TRUE;
    }
  return TRUE;
}

gboolean
truce_session_sweep (TruceSession *self,
                     gint64        deadline,
                     GError      **error)
{
  gboolean went;

  if (!truce_store_begin (self->store, error))
    return FALSE;
  went = sweep_slice (self, deadline, error);
  return truce_session_end (self, went, TRUE, error);
}
