/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What became of a batch, in one transaction. An answer is about the record at the version that was sent: if it has
 * been changed since, the change goes on waiting, and what was sent is its new base. */

#include "truce-clock-private.h"
#include "truce-session-private.h"
#include "truce-store-key.h"
#include "truce-store-rename.h"

#define ROUNDS_MAX 8u           /* conflicts answered by a push that meets the next conflict */

typedef struct
{
  TruceSession *session;
  TruceStore *store;
  TrucePushItem *item;
  TruceCollectionInfo *info;
  char *key;                    /* owned */
  TruceStoredRecord *now;       /* owned: as it is here by now; or NULL: gone */
  gboolean same;                /* … at the version that was sent */
  gboolean settled;             /* … and another process has heard already that it arrived */
  gboolean united;              /* it is here under the id that the remote gave it, and nothing is left to be settled */
} Outcome;

static gboolean
outcome_begin (Outcome       *outcome,
               TruceSession  *self,
               TrucePushItem *item,
               GError       **error)
{
  const TruceStoredRecord *sent = item->record;
  g_autoptr(GError) local = NULL;

  *outcome = (Outcome) { .session = self, .store = self->store, .item = item };
  outcome->key = truce_store_key (sent->collection, sent->id);
  outcome->info = truce_store_info (self->store, sent->collection, error);
  if (outcome->info == NULL)
    return FALSE;
  outcome->now = truce_store_adapter_get (self->store->adapter, sent->collection, sent->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  outcome->same = outcome->now != NULL && outcome->now->version == sent->version;
  outcome->settled = outcome->same && outcome->now->delivery == TRUCE_DELIVERY_SYNCED;
  outcome->same &= !outcome->settled;
  return TRUE;
}

static void
outcome_end (Outcome *outcome)
{
  g_clear_pointer (&outcome->key, g_free);
  g_clear_pointer (&outcome->now, truce_stored_record_unref);
}

/* It has been answered, and is not to be sent again in this session as it is. */
static void
set_aside (Outcome *outcome)
{
  gint64 *version = g_new (gint64, 1);

  *version = outcome->item->record->version;
  g_hash_table_insert (outcome->session->push.tried, g_strdup (outcome->key), version);
}

static gboolean
forget_delay (Outcome *outcome,
              GError **error)
{
  GHashTable *delayed = outcome->session->push.delayed;

  if (delayed == NULL || !g_hash_table_remove (delayed, outcome->key))
    return TRUE;
  return truce_retry_remove (outcome->store, outcome->key, error);
}

/* ---- accepted ---- */

/* Whether the record has come back under the new id by now: the reply to an earlier try was lost. It may have been changed
 * there meanwhile, or here, so it is the one that stays. One that was edited under the old id is not given up. */
static gboolean
has_arrived (Outcome *outcome,
             GError **error)
{
  g_autoptr(TruceStoredRecord) arrived = NULL;

  if (!outcome->same)
    return FALSE;
  arrived = truce_store_adapter_get (outcome->store->adapter, outcome->item->record->collection, outcome->item->new_id,
                                     error);
  return arrived != NULL && arrived->value != NULL;
}

/* The id that the remote gave it, here and wherever it is referred to. */
static gboolean
rename_row (Outcome *outcome,
            GError **error)
{
  TrucePushItem *item = outcome->item;
  const char *collection = item->record->collection;
  g_autoptr(GError) local = NULL;

  if (item->new_id == NULL || g_str_equal (item->new_id, item->record->id) || outcome->now == NULL)
    return TRUE;
  outcome->session->renamed = TRUE;
  outcome->united = has_arrived (outcome, &local);
  if (outcome->united)
    return truce_store_unite (outcome->store, collection, item->record->id, item->new_id, error);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!truce_store_rename (outcome->store, collection, item->record->id, item->new_id, error))
    return FALSE;
  g_clear_pointer (&outcome->now, truce_stored_record_unref);
  g_free (outcome->key);
  outcome->key = truce_store_key (collection, item->new_id);
  outcome->now = truce_store_adapter_get (outcome->store->adapter, collection, item->new_id, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
settle_accepted (Outcome *outcome,
                 GError **error)
{
  TruceStoredRecord *now = outcome->now;
  g_autoptr(GBytes) base = NULL;

  if (now == NULL || outcome->settled)
    return TRUE;
  if (outcome->same && now->value != NULL && !truce_session_wants (outcome->session, now))
    {
      outcome->session->counts.removed++;
      return truce_store_remove_row (outcome->store, outcome->info, now, error);
    }
  if (outcome->same)
    return truce_store_settle_row (outcome->store, outcome->info, now, TRUCE_DELIVERY_SYNCED, NULL, error);

  /* Edited while it was out: what arrived is what the edit starts from. One that was made here and deleted meanwhile
   * was not to be sent; now it has been. */
  base = truce_base_between (outcome->item->record, now->value, now->value_length);
  return truce_store_settle_row (outcome->store, outcome->info, now, now->delivery == TRUCE_DELIVERY_SYNCED ?
                                 TRUCE_DELIVERY_PENDING : now->delivery, base, error);
}

static gboolean
keep_token (Outcome *outcome,
            GError **error)
{
  const TrucePushItem *item = outcome->item;

  return outcome->session->stamped ||
         truce_session_keep_token (outcome->session, outcome->key,
                                   item->record->value != NULL ? item->new_token : NULL, error);
}

static gboolean
accepted (Outcome *outcome,
          GError **error)
{
  outcome->session->counts.pushed++;
  outcome->session->push.moved = TRUE;
  return forget_delay (outcome, error) && rename_row (outcome, error) &&
         (outcome->united || (settle_accepted (outcome, error) && keep_token (outcome, error)));
}

/* ---- not accepted ---- */

static gboolean
fail (Outcome   *outcome,
      TruceError code,
      guint      attempts,
      gint64     since_ms,
      GError   **error)
{
  const TrucePushItem *item = outcome->item;
  TruceInboxEntry entry = {
    .code = code,
    .message = item->message,
    .since_ms = since_ms,
    .attempts = attempts,
    .token = item->token,
  };

  outcome->session->counts.failed++;
  if (!forget_delay (outcome, error))
    return FALSE;
  if (!outcome->same)
    return TRUE;        /* it was changed since: that has not been rejected */
  return truce_inbox_put (outcome->store, outcome->now, TRUCE_DELIVERY_FAILED, &entry, error);
}

static gboolean
rejected (Outcome *outcome,
          GError **error)
{
  set_aside (outcome);
  return fail (outcome, outcome->item->code, outcome->item->attempts + 1, truce_clock_now_ms (outcome->store->clock),
               error);
}

/* Put off, each time longer; what never ends, ends in the inbox. */
static gboolean
put_off (Outcome *outcome,
         GError **error)
{
  TruceSession *self = outcome->session;
  const TrucePushItem *item = outcome->item;
  g_autoptr(TruceInboxEntry) old = truce_retry_get (self->store, outcome->key, NULL);
  gint64 now = truce_clock_now_ms (self->store->clock);
  TruceInboxEntry entry = {
    .code = item->answer == TRUCE_ANSWER_NONE ? TRUCE_ERROR_TRANSIENT : item->code,
    .message = item->message,
    .since_ms = old != NULL ? old->since_ms : now,
    .attempts = item->attempts + 1,
  };

  set_aside (outcome);
  if (truce_retry_policy_is_over (self->setup.policy, entry.attempts, entry.since_ms, now))
    return fail (outcome, entry.code, entry.attempts, entry.since_ms, error);

  self->counts.retried++;
  entry.next_ms = now + truce_retry_policy_delay (self->setup.policy, entry.attempts, item->after_ms);
  if (self->push.delayed != NULL)
    g_hash_table_add (self->push.delayed, g_strdup (outcome->key));
  return truce_retry_put (self->store, outcome->key, &entry, error);
}

static gboolean
skipped (Outcome *outcome,
         GError **error)
{
  set_aside (outcome);
  outcome->session->counts.skipped++;
  return TRUE;
}

/* The remote has something else: that is taken as if it had been pulled, and ours is sent again. */
static gboolean
conflicting (Outcome *outcome,
             GError **error)
{
  TruceSession *self = outcome->session;
  TrucePushItem *item = outcome->item;
  gboolean changed = FALSE;

  if (self->push.rounds++ >= ROUNDS_MAX * self->setup.batch_size)
    return put_off (outcome, error);
  self->push.moved = TRUE;
  if (item->remote != NULL)
    return truce_session_take_record (self, item->remote, &changed, error);
  return truce_session_take_text (self, item->record->collection, item->record->id, item->remote_text,
                                  item->new_token, &changed, error);
}

static gboolean
take_outcome (Outcome *outcome,
              GError **error)
{
  switch (outcome->item->answer)
    {
    case TRUCE_ANSWER_ACCEPTED:
      return accepted (outcome, error);
    case TRUCE_ANSWER_REJECTED:
      return rejected (outcome, error);
    case TRUCE_ANSWER_NONE:
    case TRUCE_ANSWER_RETRY:
      return put_off (outcome, error);
    case TRUCE_ANSWER_SKIPPED:
      return skipped (outcome, error);
    case TRUCE_ANSWER_CONFLICT:
      return conflicting (outcome, error);
    }
  g_assert_not_reached ();
}

/* ---- the short way ---- */

/* Most of what is sent is accepted as it is, and has not changed meanwhile: then nothing needs to be read. *done: whether
 * it was so. */
static gboolean
accept_quickly (TruceSession  *self,
                TrucePushItem *item,
                gboolean      *done,
                GError       **error)
{
  g_autoptr(GError) local = NULL;
  TruceCollectionInfo *info;

  *done = FALSE;
  if (item->answer != TRUCE_ANSWER_ACCEPTED || !self->stamped || item->new_id != NULL || self->filter_texts != NULL ||
      item->stripped || item->attempts > 0)
    return TRUE;
  info = truce_store_info (self->store, item->record->collection, error);
  if (info == NULL)
    return FALSE;
  if (truce_store_settle_row (self->store, info, item->record, TRUCE_DELIVERY_SYNCED, NULL, &local))
    {
      *done = self->push.moved = TRUE;
      self->counts.pushed++;
      return TRUE;
    }
  if (g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_CONFLICT) ||
      g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* ---- the batch ---- */

static gboolean
take_item (TruceSession  *self,
           TrucePushItem *item,
           GError       **error)
{
  Outcome outcome = { 0 };
  g_autoptr(GError) local = NULL;
  gboolean done;
  gboolean went;

  if (!accept_quickly (self, item, &done, error))
    return FALSE;
  if (done)
    return TRUE;

  went = outcome_begin (&outcome, self, item, &local) && take_outcome (&outcome, &local);
  if (!went && truce_error_is_of_record (local))
    {
      truce_session_note_trouble (self, local);
      set_aside (&outcome);
      g_clear_error (&local);
      went = TRUE;
    }
  outcome_end (&outcome);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return went;
}

static gboolean
take_items (TruceSession *self,
            TrucePush    *push,
            gboolean      heard,
            GError      **error)
{
  for (guint i = 0; i < push->n_items; i++)
    if (!take_item (self, &push->items[i], error))
      return FALSE;

  /* Nobody else wrote to the remote: its feed has nothing new for us but what we sent. */
  if (push->first >= 0 && push->first == self->cursor && self->hold < 0 && push->last > push->first)
    self->cursor = push->last;
  if (heard)
    {
      self->state.failures = 0;
      g_clear_pointer (&self->state.previous, g_free);
    }
  return truce_session_save (self, error);
}

gboolean
truce_session_take_push (TruceSession *self,
                         TrucePush    *push,
                         gboolean      heard,
                         GError      **error)
{
  g_autoptr(GError) local = NULL;
  TruceSessionCounts counts = self->counts;
  gint64 cursor = self->cursor;
  gboolean went;

  if (!truce_store_begin (self->store, error))
    return FALSE;
  went = take_items (self, push, heard, &local);
  went = truce_session_end (self, went, TRUE, local == NULL ? &local : NULL);
  if (went)
    {
      self->push.limit = MIN (self->push.limit * 2, self->setup.batch_size);
      return TRUE;
    }
  self->counts = counts;
  self->cursor = cursor;
  if (g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_REPLICA_FORKED))
    return truce_session_begin_peek (self);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* ---- when the next one is due ---- */

gint64
truce_store_next_retry (TruceStore *store,
                        GError    **error)
{
  g_autofree char *key = NULL;
  g_autoptr(GError) local = NULL;
  gint64 now = truce_clock_now_ms (store->clock);
  gint64 next_ms = 0;

  while (TRUE)
    {
      char *next = truce_store_adapter_next_meta (store->adapter, TRUCE_RETRY_GROUP, key, &local);
      g_autoptr(TruceInboxEntry) entry = next != NULL ? truce_retry_get (store, next, NULL) : NULL;

      if (next == NULL)
        break;
      g_free (key);
      key = next;

      /* What is due, and was not sent, waits for another record, and not for a time. */
      if (entry != NULL && entry->next_ms > now && (next_ms == 0 || entry->next_ms < next_ms))
        next_ms = entry->next_ms;
    }
  if (local == NULL)
    return next_ms;
  g_propagate_error (error, g_steal_pointer (&local));
  return -1;
}
