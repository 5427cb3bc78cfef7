/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A session is a row of phases: open, (peek,) pull, list, remove, sweep, push, close. Each is left when it has nothing more
 * to do, and any of them may start the whole over with a new greeting (the remote's epoch ended, our replica was
 * copied). Between two exchanges nothing is kept that a crash could lose: each page is committed with its cursor,
 * each batch of outcomes in one transaction, and a session that never ends only means that the next one begins
 * where this one was. */

#include "truce-session-private.h"
#include "truce-clock-private.h"
#include "truce-error-class.h"
#include "truce-store-rename.h"

#define OPENED_MAX 6u           /* greetings in one session */
#define REMEMBER_MS 60000       /* how old the time of the last success may become, where nothing else is written */

/* ---- life ---- */

void
truce_session_setup_clear (TruceSessionSetup *setup)
{
  g_clear_object (&setup->policy);
  g_clear_pointer (&setup->filters, g_hash_table_unref);
  g_clear_pointer (&setup->account, g_free);
}

static void
copy_setup (TruceSessionSetup       *copy,
            const TruceSessionSetup *setup)
{
  *copy = *setup;
  copy->policy = setup->policy != NULL ? g_object_ref (setup->policy) : truce_retry_policy_new ();
  copy->filters = setup->filters != NULL ? g_hash_table_ref (setup->filters) : NULL;
  copy->account = g_strdup (setup->account);
  if (copy->batch_size == 0)
    copy->batch_size = 500;
  if (copy->batch_bytes == 0)
    copy->batch_bytes = 1024 * 1024;
  if (copy->page_size == 0)
    copy->page_size = 500;
  if (copy->removal_share <= 0)
    copy->removal_share = 0.5;
}

static GHashTable *
write_filters (GHashTable *filters)
{
  GHashTable *texts;
  GHashTableIter iter;
  gpointer collection;
  gpointer filter;

  if (filters == NULL || g_hash_table_size (filters) == 0)
    return NULL;

  texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, filters);
  while (g_hash_table_iter_next (&iter, &collection, &filter))
    g_hash_table_insert (texts, g_strdup (collection), truce_filter_to_string (filter));
  return texts;
}

TruceSession *
truce_session_new (TruceStore              *store,
                   const TruceSessionSetup *setup)
{
  TruceSession *self = g_new0 (TruceSession, 1);

  self->store = g_object_ref (store);
  copy_setup (&self->setup, setup);
  self->filter_texts = write_filters (self->setup.filters);
  self->retry_after_ms = -1;
  self->push.limit = self->setup.batch_size;
  self->push.tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->push.held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->list.gone = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_row_mark_free);
  self->list.scanned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
truce_session_free (TruceSession *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->store);
  truce_session_setup_clear (&self->setup);
  g_clear_pointer (&self->filter_texts, g_hash_table_unref);
  truce_sync_state_clear (&self->state);
  g_clear_object (&self->out);
  g_clear_error (&self->trouble);
  g_clear_pointer (&self->questions, g_ptr_array_unref);
  g_clear_pointer (&self->kept, g_free);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->last_session, g_free);
  g_clear_pointer (&self->push.tried, g_hash_table_unref);
  g_clear_pointer (&self->push.held, g_hash_table_unref);
  g_clear_pointer (&self->push.delayed, g_hash_table_unref);
  g_clear_pointer (&self->list.collection, g_free);
  g_clear_pointer (&self->list.id, g_free);
  g_clear_pointer (&self->list.gone, g_ptr_array_unref);
  g_clear_pointer (&self->list.scanned, g_hash_table_unref);
  g_clear_pointer (&self->sweep_collection, g_free);
  g_clear_pointer (&self->sweep_id, g_free);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_free (self);
}

TruceRowMark *
truce_row_mark_new (const TruceStoredRecord *row)
{
  TruceRowMark *mark = g_new (TruceRowMark, 1);

  mark->collection = g_strdup (row->collection);
  mark->id = g_strdup (row->id);
  mark->version = row->version;
  return mark;
}

void
truce_row_mark_free (TruceRowMark *mark)
{
  g_free (mark->collection);
  g_free (mark->id);
  g_free (mark);
}

/* ---- what its parts share ---- */

/* What another process with this file has said to the remote meanwhile stays said. */
static gboolean
keep_words (TruceSession *self,
            GError      **error)
{
  TruceSyncState now = { 0 };

  if (!truce_sync_state_load (&now, self->store, error))
    return FALSE;
  if (g_strcmp0 (now.session, self->kept) != 0)
    {
      g_free (self->state.session);
      g_free (self->state.previous);
      self->state.session = g_steal_pointer (&now.session);
      self->state.previous = g_steal_pointer (&now.previous);
      self->state.sent = now.sent;
    }
  truce_sync_state_clear (&now);
  g_free (self->kept);
  self->kept = g_strdup (self->state.session);
  return TRUE;
}

gboolean
truce_session_save (TruceSession *self,
                    GError      **error)
{
  if (!keep_words (self, error))
    return FALSE;
  self->state.cursor = self->hold >= 0 ? MIN (self->hold, self->cursor) : self->cursor;
  return truce_sync_state_save (&self->state, self->store, error);
}

gboolean
truce_session_end (TruceSession *self,
                   gboolean      went,
                   gboolean      wrote,
                   GError      **error)
{
  if (went && wrote)
    return truce_store_commit (self->store, error);
  truce_store_rollback (self->store);
  return went;
}

void
truce_session_note_trouble (TruceSession *self,
                            const GError *trouble)
{
  if (self->trouble == NULL)
    self->trouble = g_error_copy (trouble);
}

gboolean
truce_session_reopen (TruceSession *self,
                      const GError *because,
                      GError      **error)
{
  if (self->n_opened >= OPENED_MAX)
    {
      if (because != NULL)
        g_propagate_error (error, g_error_copy (because));
      else
        g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "the remote and the store can't agree on who they are");
      return FALSE;
    }
  self->phase = TRUCE_PHASE_OPEN;
  self->spoken = FALSE;
  self->push.begun = FALSE;
  g_clear_pointer (&self->session, g_free);
  return TRUE;
}

/* ---- the machine ---- */

/* What has to be done of a phase here, before the next exchange. *done: nothing is left of it. */
static gboolean
work_locally (TruceSession *self,
              gint64        deadline,
              gboolean     *done,
              GError      **error)
{
  switch (self->phase)
    {
    case TRUCE_PHASE_REMOVE:
      *done = !self->list.complete;
      return *done || truce_session_remove_gone (self, deadline, error);
    case TRUCE_PHASE_SWEEP:
      *done = !self->state.sweep;
      return *done || truce_session_sweep (self, deadline, error);
    case TRUCE_PHASE_OPEN:
    case TRUCE_PHASE_PEEK:
    case TRUCE_PHASE_PULL:
    case TRUCE_PHASE_LIST:
    case TRUCE_PHASE_PUSH:
    case TRUCE_PHASE_CLOSE:
    case TRUCE_PHASE_DONE:
      break;
    }
  *done = TRUE;
  return TRUE;
}

static gboolean
wants_page (TruceSession *self)
{
  return self->head < 0 || self->cursor < self->head;
}

/* The phase's exchange; NULL without an error: it has none (any more). */
static TruceExchange *
make_exchange (TruceSession *self,
               GError      **error)
{
  switch (self->phase)
    {
    case TRUCE_PHASE_OPEN:
      return truce_session_greet (self, error);
    case TRUCE_PHASE_PEEK:
      return truce_session_make_peek (self, error);
    case TRUCE_PHASE_PULL:
      if (!wants_page (self))
        return NULL;
      return TRUCE_EXCHANGE (truce_pull_new (self->session, self->filter_texts, self->cursor, self->setup.page_size));
    case TRUCE_PHASE_LIST:
      return self->state.resync ? truce_session_make_listing (self) : NULL;
    case TRUCE_PHASE_PUSH:
      return truce_session_make_push (self, error);
    case TRUCE_PHASE_CLOSE:
      return self->used ? truce_exchange_new_bye (self->session) : NULL;
    case TRUCE_PHASE_REMOVE:
    case TRUCE_PHASE_SWEEP:
    case TRUCE_PHASE_DONE:
      break;
    }
  return NULL;
}

/* Nothing waits that could refer to an old id: the remote has confirmed all new ones. */
static gboolean
drop_aliases (TruceSession *self,
              GError      **error)
{
  g_autofree char *key = NULL;
  g_autoptr(GError) local = NULL;

  if (self->renamed || truce_store_count (self->store, TRUCE_DELIVERY_PENDING) > 0)
    return TRUE;
  while ((key = truce_store_adapter_next_meta (self->store->adapter, TRUCE_ALIAS_GROUP, NULL, &local)) != NULL)
    {
      if (!truce_store_adapter_set_meta (self->store->adapter, TRUCE_ALIAS_GROUP, key, NULL, error))
        return FALSE;
      g_clear_pointer (&key, g_free);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Remembers that a session came to its end, unless that is all there would be to write. */
static gboolean
remember_success (TruceSession *self,
                  GError      **error)
{
  gint64 now = truce_clock_now_ms (self->store->clock);
  gboolean went;

  if (!self->used && self->state.success_ms != 0 && ABS (now - self->state.success_ms) < REMEMBER_MS)
    return TRUE;
  if (!truce_store_begin (self->store, error))
    return FALSE;
  self->state.success_ms = now;
  went = drop_aliases (self, error) && truce_session_save (self, error);
  return truce_session_end (self, went, TRUE, error);
}

static gboolean
finish (TruceSession *self,
        GError      **error)
{
  self->phase = TRUCE_PHASE_DONE;
  if (self->trouble != NULL)
    {
      g_propagate_error (error, g_error_copy (self->trouble));
      return FALSE;
    }
  return remember_success (self, error);
}

TruceExchange *
truce_session_next (TruceSession *self,
                    gint64        deadline,
                    GError      **error)
{
  g_assert (self->out == NULL);

  while (self->phase != TRUCE_PHASE_DONE)
    {
      g_autoptr(GError) local = NULL;
      TrucePhase phase = self->phase;
      gboolean done = FALSE;

      if (!work_locally (self, deadline, &done, error))
        return NULL;
      if (done)
        self->out = make_exchange (self, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (self->out != NULL)
        {
          self->counts.exchanges++;
          self->used |= self->phase != TRUCE_PHASE_OPEN;
          return self->out;
        }
      if (done && self->phase == phase)         /* it may have started over */
        self->phase++;
      if (self->phase == TRUCE_PHASE_DONE)
        {
          finish (self, error);
          return NULL;
        }
      if (deadline != 0 && g_get_monotonic_time () >= deadline)
        return NULL;
    }
  return NULL;
}

/* An exchange that failed ends the session, but for what a new greeting or a smaller batch can mend. */
static gboolean
take_failure (TruceSession  *self,
              TruceExchange *out,
              const GError  *failure,
              GError       **error)
{
  self->retry_after_ms = truce_exchange_get_retry_after_ms (out);
  if (g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_REPLICA_FORKED))
    return (!TRUCE_IS_PUSH (out) || truce_session_push_refused (self, TRUCE_PUSH (out), error)) &&
           truce_session_begin_peek (self);
  if (TRUCE_IS_PUSH (out))
    return truce_session_push_failed (self, TRUCE_PUSH (out), failure, error);
  if (g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_BUSY) && self->phase != TRUCE_PHASE_OPEN)
    return truce_session_reopen (self, failure, error);
  if (self->phase == TRUCE_PHASE_LIST && g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED))
    {
      /* It can't say what it has; so nothing can be told to be gone. */
      self->state.resync = self->state.repush = FALSE;
      return TRUE;
    }
  g_propagate_error (error, g_error_copy (failure));
  return FALSE;
}

static gboolean
take_answer (TruceSession  *self,
             TruceExchange *out,
             GError       **error)
{
  switch (self->phase)
    {
    case TRUCE_PHASE_OPEN:
      return truce_session_take_hello (self, TRUCE_HELLO (out), error);
    case TRUCE_PHASE_PEEK:
      return truce_session_take_peek (self, TRUCE_PULL (out), error);
    case TRUCE_PHASE_PULL:
      return truce_session_take_page (self, TRUCE_PULL (out), error);
    case TRUCE_PHASE_LIST:
      return truce_session_take_listing (self, TRUCE_LISTING (out), error);
    case TRUCE_PHASE_PUSH:
      return truce_session_take_push (self, TRUCE_PUSH (out), TRUE, error);
    case TRUCE_PHASE_CLOSE:
      self->phase = TRUCE_PHASE_DONE;
      return finish (self, error);
    case TRUCE_PHASE_REMOVE:
    case TRUCE_PHASE_SWEEP:
    case TRUCE_PHASE_DONE:
      break;
    }
  g_assert_not_reached ();
}

gboolean
truce_session_take (TruceSession *self,
                    const GError *failure,
                    GError      **error)
{
  g_autoptr(TruceExchange) out = g_steal_pointer (&self->out);
  gboolean went;

  g_assert (out != NULL);

  went = failure != NULL ? take_failure (self, out, failure, error) : take_answer (self, out, error);
  if (!went)
    self->phase = TRUCE_PHASE_DONE;
  return went;
}

gboolean
truce_session_is_finished (TruceSession *self)
{
  return self->phase == TRUCE_PHASE_DONE;
}

const TruceSessionCounts *
truce_session_get_counts (TruceSession *self)
{
  return &self->counts;
}

/* Half for what comes, half for what goes: nothing better is known beforehand. */
double
truce_session_get_progress (TruceSession *self)
{
  guint64 waiting = truce_store_count (self->store, TRUCE_DELIVERY_PENDING);
  double pulled = self->head > 0 ? CLAMP ((double) self->cursor / self->head, 0, 1) : 1;
  double pushed = (double) (self->counts.pushed + 1) / (self->counts.pushed + waiting + 1);

  if (self->phase == TRUCE_PHASE_DONE)
    return 1;
  if (self->phase == TRUCE_PHASE_OPEN)
    return 0;
  return 0.5 * pulled + 0.5 * pushed;
}

gint64
truce_session_get_retry_after (TruceSession *self)
{
  return self->retry_after_ms;
}

gboolean
truce_session_is_out (TruceSession *self,
                      const char   *collection,
                      const char   *id)
{
  TrucePush *push = self->out != NULL && TRUCE_IS_PUSH (self->out) ? TRUCE_PUSH (self->out) : NULL;

  for (guint i = 0; push != NULL && i < push->n_items; i++)
    if (g_str_equal (push->items[i].record->id, id) && g_str_equal (push->items[i].record->collection, collection))
      return TRUE;
  return FALSE;
}

GPtrArray *
truce_session_steal_questions (TruceSession *self)
{
  GPtrArray *questions = g_steal_pointer (&self->questions);

  return questions != NULL ? questions : g_ptr_array_new_with_free_func ((GDestroyNotify) truce_question_free);
}
