/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A page and its cursor are one transaction, so a crash costs a page at most, and a page that comes again changes
 * nothing. A record that can't be taken (stamps from far in the future, a newer format) stops no other; but the
 * cursor that is kept stays before it, so that the next session asks for it again. */

#include "truce-session-private.h"

/* Not wanted any more, by our own filter: what was not sent stays until it is. */
static gboolean
take_left (TruceSession        *self,
           const TrucePullItem *item,
           gboolean            *changed,
           GError             **error)
{
  TruceCollectionInfo *info = truce_store_info (self->store, item->collection, error);
  g_autoptr(TruceStoredRecord) ours = NULL;
  g_autoptr(GError) local = NULL;

  if (info == NULL)
    return FALSE;
  ours = truce_store_adapter_get (self->store->adapter, item->collection, item->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (ours == NULL || ours->delivery != TRUCE_DELIVERY_SYNCED)
    return TRUE;
  *changed = TRUE;
  self->counts.removed++;
  return truce_store_remove_row (self->store, info, ours, error);
}

static gboolean
take_item (TruceSession        *self,
           const TrucePullItem *item,
           gboolean            *changed,
           GError             **error)
{
  if (item->left)
    return take_left (self, item, changed, error);
  if (item->record != NULL)
    return truce_session_take_record (self, item->record, changed, error);
  return truce_session_take_text (self, item->collection, item->id, item->text, item->token, changed, error);
}

static gboolean
take_items (TruceSession    *self,
            const TrucePull *pull,
            GError         **error)
{
  for (guint i = 0; i < pull->n_items; i++)
    {
      g_autoptr(GError) local = NULL;
      gboolean changed = FALSE;

      if (!take_item (self, &pull->items[i], &changed, &local))
        {
          if (!truce_error_is_of_record (local))
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          truce_session_note_trouble (self, local);
          if (self->hold < 0)
            self->hold = self->cursor;
        }
      self->counts.pulled += changed && !pull->items[i].left;
    }
  return TRUE;
}

gboolean
truce_session_take_page (TruceSession *self,
                         TrucePull    *pull,
                         GError      **error)
{
  g_autoptr(GError) local = NULL;
  TruceSessionCounts counts = self->counts;
  gint64 cursor = self->cursor;
  gboolean went;

  if (pull->next_cursor < self->cursor || (pull->more && pull->next_cursor == self->cursor))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                   "the remote's cursor does not move on: %" G_GINT64_FORMAT " after %" G_GINT64_FORMAT,
                   pull->next_cursor, self->cursor);
      return FALSE;
    }
  if (!truce_store_begin (self->store, error))
    return FALSE;

  went = take_items (self, pull, &local);
  if (went)
    {
      self->cursor = pull->next_cursor;
      went = truce_session_save (self, &local);
    }
  went = truce_session_end (self, went, TRUE, local == NULL ? &local : NULL);
  if (!went)
    {
      self->cursor = cursor;
      self->counts = counts;
      if (g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_REPLICA_FORKED))
        return truce_session_begin_peek (self);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!pull->more || (self->head >= 0 && self->cursor >= self->head))
    self->phase = TRUCE_PHASE_LIST;
  return TRUE;
}
