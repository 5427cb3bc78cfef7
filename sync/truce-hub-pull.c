/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The feed gives each record once, at its latest version. A page ends where it is full, or at the end of the feed:
 * then its cursor is the store's own count, so that a replica that has read everything stands at the head.
 *
 * A filter is asked here, and what does not pass is told as left: the replica may have had it. */

#include "truce-hub-private.h"

#include "truce-filter-private.h"
#include "truce-leaving.h"

/* ---- filters ---- */

/* Whether a record is wanted. What can't be read passes: the replica will say what is wrong with it. */
static gboolean
is_wanted (TruceHubSession         *session,
           const TruceStoredRecord *row)
{
  const TruceFilter *filter = NULL;
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (session->filters != NULL && row->value != NULL)
    filter = g_hash_table_lookup (session->filters, row->collection);
  if (filter == NULL)
    return TRUE;
  doc = truce_json_doc_parse_text (row->value, row->value_length, NULL);
  return doc == NULL || truce_json_type (doc, 0) != TRUCE_JSON_OBJECT || truce_filter_test (filter, doc);
}

/* ---- the feed ---- */

/* A replica that reads on over what has been forgotten since it was told the horizon would miss deletions. */
static gboolean
check_pull (TruceHub        *self,
            TruceHubSession *session,
            const TrucePull *pull,
            GError         **error)
{
  if (pull->cursor < 0 || pull->limit == 0)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a pull without a cursor or a limit");
  else if (pull->cursor > self->store->version)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_RESYNC_REQUIRED, "the cursor is beyond the end of the hub's feed");
  else if (self->horizon > session->horizon && pull->cursor < self->horizon)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_RESYNC_REQUIRED, "the hub has forgotten what was deleted: open again");
  else
    return TRUE;
  return FALSE;
}

/* One that can't be read goes as it is: each replica tells of it, and its page goes on. */
static void
add (TrucePull         *pull,
     TruceHubSession   *session,
     TruceStoredRecord *row)
{
  g_autoptr(TruceStoredRecord) leaving = truce_leaving_record (row, NULL);

  if (is_wanted (session, row))
    truce_pull_add_record (pull, leaving != NULL ? leaving : row);
  else
    truce_pull_leave (pull, row->collection, row->id);
}

/* In the transaction. */
static gboolean
fill_page (TruceHub        *self,
           TruceHubSession *session,
           TrucePull       *pull,
           GError         **error)
{
  guint limit = MIN (pull->limit, TRUCE_HUB_BATCH_MAX);
  gint64 cursor = pull->cursor;
  gsize n_bytes = 0;

  for (;;)
    {
      g_autoptr(GError) local = NULL;
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_change (self->store->adapter, cursor, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (row == NULL)
        {
          truce_pull_finish (pull, MAX (cursor, self->store->version), FALSE);
          return TRUE;
        }
      n_bytes += row->value_length + row->state_length;
      if (pull->n_items == limit || (pull->n_items > 0 && n_bytes > TRUCE_HUB_PAGE_BYTES))
        {
          truce_pull_finish (pull, cursor, TRUE);
          return TRUE;
        }
      add (pull, session, row);
      cursor = row->version;
    }
}

gboolean
truce_hub_pull (TruceHub  *self,
                TrucePull *pull,
                GError   **error)
{
  TruceHubSession *session = truce_hub_find_session (self, (TruceExchange *) pull, error);
  gboolean filled;

  if (session == NULL || !truce_hub_begin_read (self, error))
    return FALSE;
  filled = check_pull (self, session, pull, error) && fill_page (self, session, pull, error);
  truce_hub_end_read (self);
  return filled;
}

/* ---- all there is ---- */

static gboolean
is_listed (TruceHubSession         *session,
           const TruceStoredRecord *row)
{
  return row->value != NULL && is_wanted (session, row);
}

/* Of one collection. *full: the page is, and there is more. */
static gboolean
list_collection (TruceHub        *self,
                 TruceHubSession *session,
                 TruceListing    *listing,
                 const char      *collection,
                 gboolean        *full,
                 GError         **error)
{
  guint limit = MIN (listing->limit, TRUCE_HUB_BATCH_MAX);
  g_autofree char *after = NULL;

  if (g_strcmp0 (collection, listing->after_collection) == 0)
    after = g_strdup (listing->after_id);
  for (;;)
    {
      g_autoptr(GError) local = NULL;
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (self->store->adapter, collection, after, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (row == NULL)
        return TRUE;
      g_free (after);
      after = g_strdup (row->id);
      if (!is_listed (session, row))
        continue;
      *full = listing->n_items == limit;
      if (*full)
        return TRUE;
      truce_listing_add (listing, collection, row->id);
    }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* In the transaction. */
static gboolean
list_all (TruceHub        *self,
          TruceHubSession *session,
          TruceListing    *listing,
          GError         **error)
{
  g_auto(GStrv) names = truce_store_list_collections (self->store);
  gboolean full = FALSE;

  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (guint i = 0; names[i] != NULL && !full; i++)
    {
      if (listing->after_collection != NULL && strcmp (names[i], listing->after_collection) < 0)
        continue;
      if (!list_collection (self, session, listing, names[i], &full, error))
        return FALSE;
    }
  truce_listing_finish (listing, full);
  return TRUE;
}

gboolean
truce_hub_list (TruceHub     *self,
                TruceListing *listing,
                GError      **error)
{
  TruceHubSession *session = truce_hub_find_session (self, (TruceExchange *) listing, error);
  gboolean listed;

  if (session == NULL)
    return FALSE;
  if (listing->limit == 0)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a listing without a limit");
      return FALSE;
    }
  if (!truce_hub_begin_read (self, error))
    return FALSE;
  listed = list_all (self, session, listing, error);
  truce_hub_end_read (self);

  /* It knows by now what is gone, so it brings back nothing of that. */
  if (listed && !listing->more)
    session->stale = FALSE;
  return listed;
}
