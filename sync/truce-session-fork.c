/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A store that was copied, or put back from a backup, takes a new id, and what waits in it gets stamps of that. But
 * some of what waits may have arrived under the old id: before the backup was put back, or in a push whose answer was
 * lost. A value that is there twice is there once; a counter that counts twice is wrong. So the remote's feed is
 * looked at first, and a counter of ours that it has as we have it, with the same stamp, is known to have arrived.
 *
 * Where the remote has a later stamp of the old id in that counter, one case can't be told from another. It may be the
 * copy's, and ours has not arrived; or this counter was sent after the backup, and had counted on before that was put
 * back. What waits here counts then: in the second case twice; the other way it would be lost in the first. */

#include "truce-random-private.h"
#include "truce-session-private.h"
#include "truce-store-key.h"

gboolean
truce_session_begin_peek (TruceSession *self)
{
  self->phase = TRUCE_PHASE_PEEK;
  self->forked = TRUE;
  self->peeked = self->state.cursor;
  if (self->seen == NULL)
    self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) truce_stored_record_unref);
  g_hash_table_remove_all (self->seen);
  return TRUE;
}

static gboolean
take_new_id (TruceSession *self,
             GError      **error)
{
  g_autoptr(GError) local = NULL;
  guint64 replica;
  gboolean went;

  if (!truce_session_reopen (self, NULL, error) || !truce_random_u64 (&replica, error) ||
      !truce_store_begin (self->store, error))
    return FALSE;
  if (!truce_session_check_alone (self, &local))
    {
      /* Another process with this file has spoken since: it was our greeting that had been overtaken. */
      went = g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_BUSY);
      if (!went)
        g_propagate_error (error, g_steal_pointer (&local));
      return truce_session_end (self, went, FALSE, error);
    }

  /* What was sent may have arrived, or not, or have been another's: all that has not been acknowledged is ours. */
  self->state.sent = (TruceStamp) { 0, 0 };
  went = truce_session_rewrite (self, replica, 0, error);
  if (went)
    {
      g_clear_pointer (&self->state.session, g_free);
      g_clear_pointer (&self->state.previous, g_free);
      went = truce_session_save (self, error);
    }
  return truce_session_end (self, went, TRUE, error);
}

TruceExchange *
truce_session_make_peek (TruceSession *self,
                         GError      **error)
{
  if (!self->forked)
    return NULL;
  if (self->stamped && self->session != NULL && self->peeked < self->head)
    return TRUCE_EXCHANGE (truce_pull_new (self->session, NULL, self->peeked, self->setup.page_size));
  self->forked = FALSE;
  take_new_id (self, error);
  return NULL;
}

gboolean
truce_session_take_peek (TruceSession *self,
                         TrucePull    *pull,
                         GError      **error)
{
  for (guint i = 0; i < pull->n_items; i++)
    {
      TruceStoredRecord *theirs = pull->items[i].record;
      g_autoptr(GError) local = NULL;
      g_autoptr(TruceStoredRecord) ours = NULL;

      if (theirs == NULL)
        continue;
      ours = truce_store_adapter_get (self->store->adapter, theirs->collection, theirs->id, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (ours != NULL && ours->delivery != TRUCE_DELIVERY_SYNCED)
        g_hash_table_insert (self->seen, truce_store_key (theirs->collection, theirs->id),
                             truce_stored_record_ref (theirs));
    }
  self->peeked = pull->more ? MAX (pull->next_cursor, self->peeked + 1) : G_MAXINT64;
  return TRUE;
}
