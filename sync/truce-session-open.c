/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What the greeting shows:
 *
 * The remote's epoch. If it is another one, the remote has been set up anew or put back from a backup, and so has
 * it if its feed is shorter than what we have read of it. Then all of the feed is read again, and what the remote
 * lacks is sent again.
 *
 * Its purge horizon. If our cursor is older, deletions may have been forgotten that we never heard of: all that
 * the remote has is compared with what is here.
 *
 * Whether we are who we say. A store that was copied, or put back from a backup, or that lost its last commits in
 * a power cut, would give out stamps again that others know with another meaning (Riak's kv679). The remote knows
 * the session in which a replica last pushed, and the latest stamp that it got; if ours are others, we take a new
 * id, and what nobody has seen gets new stamps.
 *
 * Its time. Where our clock is off, it is corrected, and what nobody has seen gets the stamps that it would have
 * had. The answer was on its way for an unknown part of the time that passed here, so a difference less than half
 * of that is none. */

#include "truce-clock-private.h"
#include "truce-random-private.h"
#include "truce-session-private.h"

#define NOISE_MS 50             /* a difference between clocks that means nothing */

/* ---- the greeting ---- */

static char *
filters_text (TruceSession *self)
{
  g_autoptr(GList) names = NULL;
  GString *out;

  if (self->filter_texts == NULL)
    return NULL;

  out = g_string_new ("{");
  names = g_list_sort (g_hash_table_get_keys (self->filter_texts), (GCompareFunc) g_strcmp0);
  for (const GList *l = names; l != NULL; l = l->next)
    {
      if (out->len > 1)
        g_string_append_c (out, ',');
      truce_json_write_string (out, l->data, -1);
      g_string_append_c (out, ':');
      truce_json_write_string (out, g_hash_table_lookup (self->filter_texts, l->data), -1);
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* Whose data this is: another person's must not be sent under this one's name. */
static gboolean
check_account (TruceSession *self,
               GError      **error)
{
  const char *kept = self->state.account;
  const char *now = self->setup.account;

  if (kept == NULL || g_strcmp0 (kept, now) == 0)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_AUTH,
               "what is in this store belongs to the account “%s”, not to “%s”", kept, now != NULL ? now : "");
  return FALSE;
}

TruceExchange *
truce_session_greet (TruceSession *self,
                     GError      **error)
{
  TruceHello *hello;

  if (!truce_store_refresh (self->store, error) || !truce_sync_state_load (&self->state, self->store, error) ||
      !check_account (self, error))
    return NULL;

  self->n_opened++;
  self->cursor = self->state.cursor;
  self->hold = -1;
  self->replica = truce_store_get_replica (self->store);
  hello = truce_hello_new (self->replica, self->filter_texts);
  hello->last_session = g_strdup (self->state.session);
  hello->previous_session = g_strdup (self->state.previous);
  hello->epoch = g_strdup (self->state.epoch);
  hello->cursor = self->state.cursor;
  hello->sent = self->state.sent;
  hello->now_ms = truce_clock_now_ms (self->store->clock);
  hello->account = g_strdup (self->setup.account);
  return TRUCE_EXCHANGE (hello);
}

/* ---- new stamps ---- */

typedef struct
{
  guint64 replica;              /* that the stamps get; may be the same */
  gint64 shift_ms;
  guint64 latest;               /* the latest time that was given */
} Rewriting;

/* The state at the row's base; NULL without an error: nobody but us knows the record. */
static TruceState *
read_known (TruceStoredRecord  *row,
            TruceJsonArena     *arena,
            TruceStoredRecord **base,
            GError            **error)
{
  g_autoptr(GError) local = NULL;

  *base = truce_base_row (row, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (*base == NULL)
    return NULL;
  return truce_state_decode (arena, (*base)->value, (*base)->value_length, (*base)->state, (*base)->state_length,
                             error);
}

/* How far our counters had come when they were last sent; NULL: they never were. */
static GHashTable *
read_sent (const TruceStoredRecord *row,
           guint64                  replica)
{
  TruceBase base;
  GHashTable *sent;

  if (row->base == NULL || !truce_base_read (&base, row->base, row->base_length, NULL))
    return NULL;
  sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; base.sent != NULL && i < base.sent->len; i++)
    {
      const TruceBaseSent *counter = &g_array_index (base.sent, TruceBaseSent, i);
      TruceTally *tally = g_new0 (TruceTally, 1);

      tally->replica = replica;
      tally->plus = counter->plus;
      tally->minus = counter->minus;
      g_hash_table_insert (sent, g_strdup (counter->pointer), tally);
    }
  truce_base_clear (&base);
  return sent;
}

/* The base of a row whose value may now be another, since later and earlier have changed. What was sent of counters
 * under an id that is not ours any more says nothing of ours. */
static GBytes *
rewrite_base (const TruceStoredRecord *row,
              const TruceStoredRecord *base,
              const GString           *value,
              gboolean                 keep_sent)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GString) out = g_string_new (NULL);
  TruceBase before;
  TruceBase after;

  if (row->base == NULL)
    return NULL;
  bytes = truce_base_between (base, value != NULL ? value->str : NULL, value != NULL ? value->len : 0);
  if (!keep_sent || !truce_base_read (&before, row->base, row->base_length, NULL))
    return g_steal_pointer (&bytes);
  if (!truce_base_read (&after, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL))
    g_assert_not_reached ();    /* it was made just now */
  for (guint i = 0; before.sent != NULL && i < before.sent->len; i++)
    {
      const TruceBaseSent *counter = &g_array_index (before.sent, TruceBaseSent, i);

      truce_base_set_sent (&after, counter->pointer, counter->plus, counter->minus);
    }
  truce_base_write (&after, out);
  truce_base_clear (&before);
  truce_base_clear (&after);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

/* What shows may be another now, and so may whether anything does. */
static gboolean
put_rewritten (TruceSession            *self,
               TruceStoredRecord       *row,
               const TruceStoredRecord *base,
               TruceState              *state,
               gboolean                 keep_sent,
               GError                 **error)
{
  TruceCollectionInfo *info = truce_store_info (self->store, row->collection, error);
  g_autoptr(GString) value = NULL;
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GBytes) rewritten_base = NULL;
  g_autoptr(TruceStoredRecord) rewritten = NULL;
  TruceStoredParts parts = truce_stored_record_parts (row);

  if (info == NULL)
    return FALSE;
  if (truce_state_is_alive (state, truce_life_rule (info->schema)))
    value = g_string_sized_new (256);
  truce_state_encode (state, value, bytes);
  rewritten_base = rewrite_base (row, base, value, keep_sent);
  parts.version = self->store->version + 1;
  parts.value = value != NULL ? value->str : NULL;
  parts.value_length = value != NULL ? value->len : 0;
  parts.state = bytes->data;
  parts.state_length = bytes->len;
  parts.base = rewritten_base != NULL ? g_bytes_get_data (rewritten_base, &parts.base_length) : NULL;
  rewritten = truce_stored_record_make (&parts);
  return truce_store_put_row (self->store, info, rewritten, row, error);
}

static gboolean
rewrite_row (TruceSession      *self,
             TruceStoredRecord *row,
             Rewriting         *rewriting,
             GError           **error)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(TruceStoredRecord) base = NULL;
  g_autoptr(GHashTable) sent = NULL;
  g_autoptr(GError) local = NULL;
  TruceState *state = truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length, error);
  TruceRestamp how = {
    .replica = self->replica,
    .after = MAX (self->state.sent.time, self->store->left),
    .new_replica = rewriting->replica,
    .shift_ms = rewriting->shift_ms,
    .not_after_ms = self->now_ms >= 0 ? self->now_ms : 0,
  };
  guint64 latest = 0;

  if (state == NULL)
    return FALSE;
  how.known = read_known (row, arena, &base, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  sent = read_sent (row, self->replica);
  how.sent = sent;
  if (truce_state_restamp (state, &how, &latest) &&
      !put_rewritten (self, row, base, state, rewriting->replica == self->replica, error))
    return FALSE;
  rewriting->latest = MAX (rewriting->latest, latest);
  return TRUE;
}

/* All that waits, in the transaction that is open. A record that can't be read stays as it is: verify tells of it. */
static gboolean
rewrite_all (TruceSession *self,
             Rewriting    *rewriting,
             GError      **error)
{
  gint64 end = self->store->version;
  gint64 after = 0;

  while (TRUE)
    {
      g_autoptr(GError) local = NULL;
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (self->store->adapter, after, &local);

      if (row != NULL && row->version <= end && !rewrite_row (self, row, rewriting, &local))
        {
          if (truce_session_is_of_record (local))
            g_clear_error (&local);
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (row == NULL || row->version > end)
        return TRUE;
      after = row->version;
    }
}

/* The clock goes back to the latest stamp that it has really given, now that the others are no more. */
static gboolean
rewrite (TruceSession *self,
         guint64       replica,
         gint64        shift_ms,
         GError      **error)
{
  Rewriting rewriting = { replica, shift_ms, 0 };
  guint64 last = truce_clock_get_last (self->store->clock);
  guint64 lower;

  if (!rewrite_all (self, &rewriting, error))
    return FALSE;
  lower = MAX (rewriting.latest, MAX (self->state.sent.time, self->store->left));
  if (self->now_ms >= 0)
    last = MAX (lower, MIN (last, truce_time_pack (self->now_ms, 0)));
  truce_store_set_clock (self->store, replica, MAX (last, lower));
  return TRUE;
}

gboolean
truce_session_fork (TruceSession *self,
                    GError      **error)
{
  guint64 replica;
  gboolean went;

  if (!truce_session_reopen (self, NULL, error) || !truce_random_u64 (&replica, error) ||
      !truce_store_begin (self->store, error))
    return FALSE;

  /* What was sent may have arrived, or not, or have been another's: all that has not been acknowledged is ours. */
  self->state.sent = (TruceStamp) { 0, 0 };
  went = rewrite (self, replica, 0, error);
  if (went)
    {
      g_clear_pointer (&self->state.session, g_free);
      g_clear_pointer (&self->state.previous, g_free);
      went = truce_session_save (self, error);
    }
  return truce_session_end (self, went, TRUE, error);
}

/* ---- what it shows ---- */

/* How far our clock is behind the remote's, in ms; 0: it is right, as far as one can know. */
static gint64
measure_clock (TruceSession *self,
               TruceHello   *hello)
{
  gint64 now = truce_clock_now_ms (self->store->clock);
  gint64 trip = MAX (now - hello->now_ms, 0);
  gint64 behind;

  if (hello->remote_now_ms < 0)
    return 0;
  behind = hello->remote_now_ms - (hello->now_ms + trip / 2);
  return ABS (behind) > trip / 2 + NOISE_MS ? behind : 0;
}

static gboolean
is_far_ahead (TruceSession *self)
{
  TruceClock *clock = self->store->clock;

  return self->now_ms >= 0 && (gint64) truce_time_ms (truce_clock_get_last (clock)) >
         self->now_ms + truce_clock_get_drift_cap (clock);
}

static gboolean
set_clock_right (TruceSession *self,
                 TruceHello   *hello,
                 gboolean     *wrote,
                 GError      **error)
{
  TruceClock *clock = self->store->clock;
  gint64 behind = measure_clock (self, hello);

  if (behind != 0)
    truce_clock_set_offset (clock, CLAMP (truce_clock_get_offset (clock) + behind, -(gint64) TRUCE_STAMP_MS_MAX,
                                          (gint64) TRUCE_STAMP_MS_MAX));
  if (behind == 0 && !is_far_ahead (self))
    return TRUE;
  *wrote = TRUE;
  return rewrite (self, self->replica, behind, error);
}

static gboolean
has_synced_rows (TruceSession *self)
{
  return truce_store_count (self->store, TRUCE_DELIVERY_SYNCED) > 0;
}

/* Where the remote is another than it was. */
static void
compare_epochs (TruceSession *self,
                TruceHello   *hello)
{
  TruceSyncState *state = &self->state;
  gboolean first = state->epoch == NULL && state->cursor == 0;
  gboolean other = hello->remote_epoch != NULL && state->epoch != NULL && g_strcmp0 (hello->remote_epoch, state->epoch) != 0;
  gboolean shorter = self->head >= 0 && state->cursor > self->head;

  if (other || shorter || (first && has_synced_rows (self)))
    {
      self->cursor = 0;
      state->resync = TRUE;
      state->repush = TRUE;
    }
  else if (!first && self->cursor < hello->horizon)
    {
      state->resync = TRUE;
    }
  if (hello->remote_epoch != NULL)
    {
      g_free (state->epoch);
      state->epoch = g_strdup (hello->remote_epoch);
    }
}

/* A wider filter brings records that are older than our cursor; a narrower one leaves some out. */
static void
compare_filters (TruceSession *self)
{
  g_autofree char *filters = filters_text (self);

  if (g_strcmp0 (filters, self->state.filters) == 0)
    return;
  self->cursor = 0;
  self->state.sweep = TRUE;
  g_free (self->state.filters);
  self->state.filters = g_steal_pointer (&filters);
}

static gboolean
resync_is_due (TruceSession *self)
{
  gint64 now = truce_clock_now_ms (self->store->clock);

  if (self->setup.resync_interval_ms <= 0)
    return FALSE;
  if (self->state.listed_ms == 0)
    self->state.listed_ms = now;
  return ABS (now - self->state.listed_ms) >= self->setup.resync_interval_ms;
}

static char *
remembered (TruceSession *self)
{
  const TruceSyncState *state = &self->state;

  return g_strdup_printf ("%s %s %s %d %d %d %" G_GINT64_FORMAT, state->epoch, state->filters, state->account,
                          state->resync, state->repush, state->sweep, self->cursor);
}

static gboolean
agree (TruceSession *self,
       TruceHello   *hello,
       GError      **error)
{
  g_autofree char *before = remembered (self);
  g_autofree char *after = NULL;
  gboolean wrote = FALSE;
  gboolean went;

  if (!truce_store_begin (self->store, error))
    return FALSE;

  compare_epochs (self, hello);
  compare_filters (self);
  if (resync_is_due (self))
    self->state.resync = TRUE;
  if (self->state.account == NULL)
    self->state.account = g_strdup (self->setup.account);
  went = set_clock_right (self, hello, &wrote, error);
  after = remembered (self);
  if (!g_str_equal (before, after))
    {
      wrote = TRUE;
      went = went && truce_session_save (self, error);
    }
  return truce_session_end (self, went, wrote, error);
}

gboolean
truce_session_take_hello (TruceSession *self,
                          TruceHello   *hello,
                          GError      **error)
{
  g_free (self->session);
  self->session = g_strdup (truce_exchange_get_session (TRUCE_EXCHANGE (hello)));
  g_free (self->last_session);
  self->last_session = g_strdup (hello->remote_last_session);
  self->stamped = hello->stamped;
  self->now_ms = hello->remote_now_ms;
  self->head = hello->head;
  if (hello->forked || (hello->seen.time > self->state.sent.time && hello->seen.replica == self->replica))
    return truce_session_fork (self, error);
  if (!agree (self, hello, error))
    return FALSE;
  self->phase = TRUCE_PHASE_PULL;
  return TRUE;
}
