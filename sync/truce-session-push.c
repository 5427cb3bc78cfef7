/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The outbox is gone through in passes, in the order of its versions; what has to wait for another record
 * (truce-session-order.c) goes in the next one.
 *
 * Before the first batch the store remembers, durably, under which session it is about to speak and the latest
 * stamp that it has given: what may have left is never rewritten, and a store that was put back from a backup is
 * found out. Counters remember how far they had come, since what they count afterwards is to be told apart from
 * what was sent. */

#include "truce-clock-private.h"
#include "truce-error-class.h"
#include "truce-leaving.h"
#include "truce-session-private.h"
#include "truce-store-key.h"

#define STUCK 3u                /* pushes of one record that fail as a whole, before it is set aside for a while */

/* ---- a batch ---- */

typedef struct
{
  TruceSession *session;
  TrucePush *push;
  gsize bytes;
  gboolean wrote;               /* something in the transaction has to stay */
} Batch;

typedef struct
{
  TruceBase *base;
  gboolean moved;
} Noting;

static void
note_tally (const char       *pointer,
            const TruceTally *tally,
            gpointer          data)
{
  Noting *noting = data;
  guint64 plus = 0;
  guint64 minus = 0;

  truce_base_get_sent (noting->base, pointer, &plus, &minus);
  if (plus == tally->plus && minus == tally->minus)
    return;
  truce_base_set_sent (noting->base, pointer, tally->plus, tally->minus);
  noting->moved = TRUE;
}

/* Notes how far our counters in the state have come. *base: with that, where they had moved; else NULL. */
static gboolean
note_counters (TruceSession            *self,
               const TruceStoredRecord *row,
               TruceState              *state,
               GBytes                 **base,
               GError                 **error)
{
  TruceBase known;
  Noting noting = { &known, FALSE };
  g_autoptr(GString) out = NULL;

  if (!truce_base_read (&known, row->base, row->base_length, error))
    return FALSE;
  known.absent |= row->base == NULL;    /* it was made here, but others may know it from now on */
  truce_state_visit_tallies (state, self->replica, note_tally, &noting);
  if (noting.moved)
    {
      out = g_string_new (NULL);
      truce_base_write (&known, out);
      *base = g_string_free_to_bytes (g_steal_pointer (&out));
    }
  truce_base_clear (&known);
  return TRUE;
}

/* No remote would take it: a stamp from when our clock was wrong. */
static gboolean
is_ahead (TruceSession *self,
          guint64       time)
{
  return self->now_ms >= 0 && (gint64) truce_time_ms (time) > self->now_ms + truce_clock_get_drift_cap (self->store->clock);
}

/* The record as it leaves, appended. Most are fresh: then there is nothing to look at. NULL without an error where it
 * is ahead of the time. */
static TrucePushItem *
append_leaving (Batch             *batch,
                TruceStoredRecord *row,
                gboolean          *ahead,
                GError           **error)
{
  TruceSession *self = batch->session;
  TruceCollectionInfo *info = truce_store_info (self->store, row->collection, error);
  g_autoptr(TruceJsonArena) arena = NULL;
  g_autoptr(GBytes) base = NULL;
  g_autoptr(TruceStoredRecord) leaving = NULL;
  TrucePushItem *item;
  TruceState *state;
  TruceStamp stamp;

  *ahead = FALSE;
  if (info == NULL)
    return NULL;
  if (truce_state_get_fresh (row->state, row->state_length, &stamp))
    {
      *ahead = stamp.replica == self->replica && is_ahead (self, stamp.time);
      return *ahead ? NULL : truce_push_append (batch->push, row);
    }

  arena = truce_json_arena_new ();
  state = truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length, error);
  if (state != NULL)
    *ahead = is_ahead (self, truce_state_latest (state, self->replica));
  if (state == NULL || *ahead || !note_counters (self, row, state, &base, error))
    return NULL;
  if (base != NULL && !truce_store_settle_row (self->store, info, row, row->delivery, base, error))
    return NULL;
  if (truce_state_has_local (state))
    leaving = truce_leaving_strip (row, state);
  item = truce_push_append (batch->push, leaving != NULL ? leaving : row);
  item->stripped = leaving != NULL;
  if (base != NULL)
    {
      batch->wrote = item->noted = TRUE;
      item->base_before = row->base != NULL ? g_bytes_new (row->base, row->base_length) : NULL;
    }
  return item;
}

static gboolean
add_row (Batch             *batch,
         TruceStoredRecord *row,
         guint              attempts,
         GError           **error)
{
  TruceSession *self = batch->session;
  g_autofree char *key = self->stamped ? NULL : truce_store_key (row->collection, row->id);
  g_autofree char *token = NULL;
  g_autoptr(GError) local = NULL;
  gboolean ahead;
  TrucePushItem *item;

  /* Without its token a change would overwrite whatever the remote has. */
  if (!self->stamped && !truce_session_read_token (self, key, &token, error))
    return FALSE;
  item = append_leaving (batch, row, &ahead, &local);

  if (item == NULL && ahead)
    return truce_session_rewrite_ahead (self, row, &batch->wrote, error);       /* it comes again, further on */
  if (item == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  item->attempts = attempts;
  item->gated = self->stamped && truce_take_is_gated (truce_store_info (self->store, row->collection, NULL));
  item->token = g_steal_pointer (&token);
  batch->bytes += row->value_length + row->state_length;
  return TRUE;
}

/* A record that can't be read holds up no other. */
static gboolean
consider_row (Batch             *batch,
              TruceStoredRecord *row,
              gboolean           circles,
              GError           **error)
{
  TruceSession *self = batch->session;
  g_autoptr(GError) local = NULL;
  guint attempts;

  if (row->delivery == TRUCE_DELIVERY_FAILED || row->delivery == TRUCE_DELIVERY_CONFLICTED)
    return TRUE;
  if (truce_session_is_put_off (self, row, &attempts))
    return TRUE;
  if (!truce_session_may_go (self, row, circles))
    {
      g_hash_table_add (self->push.held, truce_store_key (row->collection, row->id));
      return TRUE;
    }
  if (add_row (batch, row, attempts, &local))
    return TRUE;
  if (truce_error_is_of_record (local))
    {
      truce_session_note_trouble (self, local);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
gather (Batch   *batch,
        gboolean circles,
        GError **error)
{
  TruceSession *self = batch->session;

  while (batch->push->n_items < self->push.limit && batch->bytes < self->setup.batch_bytes)
    {
      g_autoptr(GError) local = NULL;
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (self->store->adapter, self->push.after,
                                                                           &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (row == NULL)
        return TRUE;
      self->push.after = row->version;
      if (!consider_row (batch, row, circles, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- before anything leaves ---- */

gboolean
truce_session_check_alone (TruceSession *self,
                           GError      **error)
{
  TruceSyncState now = { 0 };
  gboolean alone;

  if (!truce_sync_state_load (&now, self->store, error))
    return FALSE;
  alone = truce_store_get_replica (self->store) == self->replica && g_strcmp0 (now.session, self->kept) == 0;
  truce_sync_state_clear (&now);
  if (!alone)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "another process syncs this store");
  return alone;
}

static gboolean
remember_words (TruceSession *self,
                gboolean     *wrote,
                GError      **error)
{
  guint64 last = truce_clock_get_last (self->store->clock);

  if (!truce_session_check_alone (self, error))
    return FALSE;
  if (self->spoken && self->state.sent.time >= last)
    return TRUE;
  if (!self->spoken)
    {
      /* The remote may have heard of this one, or not: the next greeting tells both. */
      g_free (self->state.previous);
      self->state.previous = g_strdup (self->last_session != NULL ? self->last_session : self->state.session);
      g_free (self->state.session);
      self->state.session = g_strdup (self->session);
    }
  self->state.sent = (TruceStamp) { last, self->replica };
  *wrote = self->spoken = TRUE;
  return truce_session_save (self, error);
}

static gboolean
make_batch (Batch   *batch,
            gboolean circles,
            GError **error)
{
  TruceSession *self = batch->session;
  gboolean went;

  if (!truce_store_begin (self->store, error))
    return FALSE;
  went = truce_session_read_delayed (self, &batch->wrote, error) && gather (batch, circles, error) &&
         (batch->push->n_items == 0 || remember_words (self, &batch->wrote, error));
  return truce_session_end (self, went, batch->wrote, error) &&
         (batch->push->n_items == 0 || truce_store_adapter_flush (self->store->adapter, error));
}

static void
begin_pass (TruceSession *self)
{
  guint shift = MIN (3 * self->state.failures, 16);

  self->push.begun = TRUE;
  self->push.after = 0;
  self->push.moved = FALSE;
  self->push.limit = MAX (self->setup.batch_size >> shift, 1);
  g_hash_table_remove_all (self->push.held);
}

/* One batch of this pass; NULL without an error: the pass is over. */
static TrucePush *
next_batch (TruceSession *self,
            gboolean      circles,
            GError      **error)
{
  g_autoptr(TrucePush) push = truce_push_new (self->session, self->push.limit);
  Batch batch = { self, push, 0, FALSE };
  g_autoptr(GError) local = NULL;

  if (make_batch (&batch, circles, &local))
    return push->n_items > 0 ? g_steal_pointer (&push) : NULL;
  if (g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_BUSY) && truce_session_reopen (self, local, error))
    return NULL;
  if (error == NULL || *error == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

TruceExchange *
truce_session_make_push (TruceSession *self,
                         GError      **error)
{
  gboolean circles = FALSE;

  if (!self->push.begun)
    begin_pass (self);
  while (TRUE)
    {
      g_autoptr(GError) local = NULL;
      TrucePush *push = next_batch (self, circles, &local);

      if (push != NULL)
        return TRUCE_EXCHANGE (push);
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      if ((error != NULL && *error != NULL) || self->phase != TRUCE_PHASE_PUSH)
        return NULL;
      if (!self->push.moved && (circles || g_hash_table_size (self->push.held) == 0))
        {
          self->counts.skipped += g_hash_table_size (self->push.held);
          return NULL;
        }
      circles = !self->push.moved;
      begin_pass (self);
    }
}

/* ---- a push that failed as a whole ---- */

static gboolean
has_answers (const TrucePush *push)
{
  for (guint i = 0; i < push->n_items; i++)
    if (push->items[i].answer != TRUCE_ANSWER_NONE)
      return TRUE;
  return FALSE;
}

/* What was answered before it failed holds. The others are as if they had never been in it. */
static gboolean
take_answered (TruceSession *self,
               TrucePush    *push,
               GError      **error)
{
  g_autoptr(TrucePush) answered = NULL;

  if (!has_answers (push))
    return TRUE;
  answered = truce_push_steal_answered (push);
  return truce_session_take_push (self, answered, FALSE, error);
}

static gboolean
count_failure (TruceSession *self,
               GError      **error)
{
  gboolean went;

  if (!truce_store_begin (self->store, error))
    return FALSE;
  self->state.failures++;
  went = truce_session_save (self, error);
  return truce_session_end (self, went, TRUE, error);
}

/* The remote did not look at it: counters are again as if it had not been sent. */
static gboolean
take_back (TruceSession *self,
           TrucePush    *push,
           GError      **error)
{
  for (guint i = 0; i < push->n_items; i++)
    {
      const TrucePushItem *item = &push->items[i];
      const TruceStoredRecord *sent = item->record;
      TruceCollectionInfo *info;
      g_autoptr(GError) local = NULL;
      g_autoptr(TruceStoredRecord) now = NULL;

      if (!item->noted)
        continue;
      info = truce_store_info (self->store, sent->collection, &local);
      if (info != NULL)
        now = truce_store_adapter_get (self->store->adapter, sent->collection, sent->id, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (now != NULL && now->version == sent->version && now->delivery == TRUCE_DELIVERY_PENDING &&
          !truce_store_settle_row (self->store, info, now, now->delivery, item->base_before, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
truce_session_push_refused (TruceSession *self,
                            TrucePush    *push,
                            GError      **error)
{
  gboolean went;

  if (!truce_store_begin (self->store, error))
    return FALSE;
  went = take_back (self, push, error);
  return truce_session_end (self, went, TRUE, error);
}

/* Whether the remote has refused the batch for what is in it, so that its parts may fare better. */
static gboolean
is_of_batch (const GError *failure)
{
  return g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_REJECTED) ||
         g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
}

/* The one record of a push is what it failed for. */
static gboolean
answer_single (TruceSession *self,
               TrucePush    *push,
               gboolean      reject,
               const GError *failure,
               GError      **error)
{
  if (reject)
    truce_push_reject (push, 0, failure->code, failure->message);
  else
    truce_push_retry (push, 0, truce_exchange_get_retry_after_ms (TRUCE_EXCHANGE (push)), failure->message);
  return truce_session_take_push (self, push, FALSE, error);
}

static gboolean
push_in_parts (TruceSession *self,
               TrucePush    *push,
               const GError *failure,
               GError      **error)
{
  if (push->n_items == 1)
    return answer_single (self, push, TRUE, failure, error);
  self->push.limit = MAX (push->n_items / 8, 1);
  self->push.after = push->items[0].record->version - 1;
  return TRUE;
}

gboolean
truce_session_push_failed (TruceSession *self,
                           TrucePush    *push,
                           const GError *failure,
                           GError      **error)
{
  TruceErrorClass class = truce_error_classify (failure);

  if (!take_answered (self, push, error))
    return FALSE;
  if (class == TRUCE_ERROR_CLASS_RESYNC)
    {
      self->state.resync = TRUE;
      self->cursor = 0;
      return count_failure (self, error) && truce_session_reopen (self, failure, error);
    }
  if (g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_BUSY))
    return truce_session_push_refused (self, push, error) && truce_session_reopen (self, failure, error);
  if (is_of_batch (failure) && push->n_items > 0)
    return push_in_parts (self, push, failure, error);

  if (class == TRUCE_ERROR_CLASS_TRANSIENT && push->n_items > 0)
    {
      gboolean stuck = push->n_items == 1 && self->state.failures >= STUCK;

      if (!(stuck ? answer_single (self, push, FALSE, failure, error) : count_failure (self, error)))
        return FALSE;
    }
  g_propagate_error (error, g_error_copy (failure));
  return FALSE;
}
