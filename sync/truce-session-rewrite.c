/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Stamps that nobody has seen may be rewritten: where our clock was wrong, and where our id has to be another one
 * (truce-state-restamp.c). All that waits is gone through in one transaction, with the clock: half of it under an old
 * id, or a clock that is ahead of all that it gave, would be worse than none. It is done seldom. */

#include "truce-clock-private.h"
#include "truce-session-private.h"
#include "truce-store-key.h"

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

/* How far our counters had come when they were last sent. */
static GHashTable *
read_sent (const TruceStoredRecord *row,
           guint64                  replica)
{
  GHashTable *sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  TruceBase base;

  if (row->base == NULL || !truce_base_read (&base, row->base, row->base_length, NULL))
    return sent;
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

typedef struct
{
  GHashTable *theirs;           /* pointer → TruceTally *, owned: of ours, as the remote has it */
  GHashTable *sent;             /* the same, as they are here, of those that have arrived; not owned */
} Arrived;

static void
note_theirs (const char       *pointer,
             const TruceTally *tally,
             gpointer          data)
{
  Arrived *arrived = data;

  g_hash_table_insert (arrived->theirs, g_strdup (pointer), g_memdup2 (tally, sizeof *tally));
}

/* The same event: where theirs is later, it may be the copy that has gone on counting. */
static void
note_arrived (const char       *pointer,
              const TruceTally *tally,
              gpointer          data)
{
  Arrived *arrived = data;
  const TruceTally *theirs = g_hash_table_lookup (arrived->theirs, pointer);

  if (theirs != NULL && theirs->time == tally->time && theirs->plus == tally->plus && theirs->minus == tally->minus)
    g_hash_table_insert (arrived->sent, g_strdup (pointer), g_memdup2 (tally, sizeof *tally));
}

/* Counters that the remote has as we have them, as truce-session-fork.c has seen. */
static gboolean
add_arrived (TruceSession            *self,
             const TruceStoredRecord *row,
             const TruceState        *state,
             GHashTable              *sent,
             GError                 **error)
{
  g_autofree char *key = truce_store_key (row->collection, row->id);
  const TruceStoredRecord *theirs = self->seen != NULL ? g_hash_table_lookup (self->seen, key) : NULL;
  g_autoptr(TruceJsonArena) arena = NULL;
  g_autoptr(GHashTable) tallies = NULL;
  Arrived arrived = { .sent = sent };
  const TruceState *seen;

  if (theirs == NULL)
    return TRUE;
  arena = truce_json_arena_new ();
  seen = truce_state_decode (arena, theirs->value, theirs->value_length, theirs->state, theirs->state_length, error);
  if (seen == NULL)
    return FALSE;
  arrived.theirs = tallies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  truce_state_visit_tallies (seen, self->replica, note_theirs, &arrived);
  truce_state_visit_tallies (state, self->replica, note_arrived, &arrived);
  return TRUE;
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
  if (!add_arrived (self, row, state, sent, error))
    return FALSE;
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
          if (truce_error_is_of_record (local))
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
gboolean
truce_session_rewrite (TruceSession *self,
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
truce_session_rewrite_ahead (TruceSession      *self,
                             TruceStoredRecord *row,
                             gboolean          *rewritten,
                             GError           **error)
{
  Rewriting rewriting = { self->replica, 0, 0 };
  gint64 version = self->store->version;

  if (self->now_ms < 0)
    return TRUE;
  if (!rewrite_row (self, row, &rewriting, error))
    return FALSE;
  *rewritten = self->store->version != version;
  return TRUE;
}
