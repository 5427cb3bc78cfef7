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

/* Who we are, and what that one remembers: another process may take a new id between the two looks. */
static gboolean
load_self (TruceSession *self,
           GError      **error)
{
  do
    {
      self->replica = truce_store_get_replica (self->store);
      if (!truce_sync_state_load (&self->state, self->store, error) || !truce_store_refresh (self->store, error))
        return FALSE;
    }
  while (self->replica != truce_store_get_replica (self->store));
  return TRUE;
}

TruceExchange *
truce_session_greet (TruceSession *self,
                     GError      **error)
{
  TruceHello *hello;

  if (!truce_store_refresh (self->store, error) || !load_self (self, error) ||
      !check_account (self, error))
    return NULL;

  g_free (self->kept);
  self->kept = g_strdup (self->state.session);
  self->n_opened++;
  self->cursor = self->state.cursor;
  self->hold = -1;
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
  return truce_session_rewrite (self, self->replica, behind, error);
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
  gboolean first = state->epoch == NULL && state->cursor == 0 && state->success_ms == 0;
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
    return truce_session_begin_peek (self);
  if (!agree (self, hello, error))
    return FALSE;
  self->phase = TRUCE_PHASE_PULL;
  return TRUE;
}
