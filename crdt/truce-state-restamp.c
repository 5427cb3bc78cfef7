/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A stamp that nobody else has seen may be rewritten: in time, where the clock was wrong, or to another replica,
 * where two copies were found to speak under one id. It is a renaming of events: it keeps their order and keeps
 * distinct ones distinct, so that it makes no difference whether a state is rewritten before or after it is joined
 * with what others have.
 *
 * First all own times are gathered that were not sent, wherever they stand. Each gets a new one: moved by the shift,
 * then pushed back from the end so that none is later than it may be, then forward from the start so that none is
 * earlier than what it followed. That comes last, for order matters more than the time of day. Then all places are
 * written anew.
 *
 * Under another id, what was sent stays with the old one. For stamps that is a matter of their time. A tally is one
 * sum of what was sent and what was not; it is cut where it stood when it was last sent. A reset, too, took the
 * earlier part first. Of the old id the state goes on to claim no more than it surely has seen: the latest own
 * stamp that stays. The other copy may have used later times for other events, and to claim those would be to delete
 * them. Where a part of a tally was sent but never acknowledged, that may be no stamp at all; then the claim is
 * the time 1, which is before every event. */

#include "truce-state.h"

#include <stdlib.h>

#define TIME_FIRST 1u

typedef struct
{
  TruceState *self;
  const TruceRestamp *how;
  gboolean rewriting;           /* the second time around */
  GString *pointer;             /* to the field that is looked at; NULL if nobody asks */
  guint64 sent;                 /* own times up to this one were sent */
  guint64 stays;                /* the latest own time that does */
  guint64 *old;                 /* own times to be rewritten; ascending, once all are known */
  guint64 *new;
  guint32 n;
  guint32 room;
} Restamp;

static inline gboolean
moves (const Restamp *self)
{
  return self->how->new_replica != self->how->replica;
}

/* ---- times ---- */

static void
note (Restamp *self,
      guint64  time)
{
  if (self->n > 0 && self->old[self->n - 1] == time)
    return;

  self->old = truce_state_grow (self->self->arena, self->old, self->n, &self->room, sizeof time);
  self->old[self->n++] = time;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  guint64 x = *(const guint64 *) a;
  guint64 y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

static void
sort_times (Restamp *self)
{
  guint32 n_unique = 0;

  qsort (self->old, self->n, sizeof *self->old, compare_times);
  for (guint32 i = 0; i < self->n; i++)
    if (n_unique == 0 || self->old[n_unique - 1] != self->old[i])
      self->old[n_unique++] = self->old[i];
  self->n = n_unique;
}

static guint64
shift (guint64 time,
       gint64  ms)
{
  const gint64 most = (gint64) TRUCE_STAMP_MS_MAX;
  gint64 moved = (gint64) truce_time_ms (time) + CLAMP (ms, -most, most);

  return truce_time_pack ((guint64) CLAMP (moved, 0, most), truce_time_counter (time));
}

/* What a new time must follow. */
static guint64
find_floor (const Restamp *self)
{
  const TruceState *known = self->how->known;
  guint64 latest = moves (self) ? self->stays : self->sent;

  for (guint32 i = 0; known != NULL && i < known->n_context; i++)
    latest = MAX (latest, known->context[i].time);
  if (moves (self))
    latest = MAX (latest, truce_state_latest (self->self, self->how->new_replica));
  return latest;
}

/* Gives whether anything changes. */
static gboolean
choose_times (Restamp *self)
{
  guint64 not_after = MIN (self->how->not_after_ms, TRUCE_STAMP_MS_MAX);
  guint64 most = not_after > 0 ? truce_time_pack (not_after, TRUCE_STAMP_COUNTER_MAX) : G_MAXUINT64;
  guint64 least = find_floor (self);
  gboolean changed = moves (self) && self->n > 0;

  self->new = truce_json_arena_alloc (self->self->arena, self->n * sizeof *self->new);
  for (guint32 i = self->n; i > 0; i--)
    {
      most = self->new[i - 1] = MIN (shift (self->old[i - 1], self->how->shift_ms), most);
      most -= most > 0;
    }
  for (guint32 i = 0; i < self->n; i++)
    {
      least += least < G_MAXUINT64;
      least = self->new[i] = MAX (self->new[i], least);
      changed |= self->new[i] != self->old[i];
    }
  return changed;
}

/* The new time of the latest that is not after this one; 0: none. */
static guint64
find_new (const Restamp *self,
          guint64        time)
{
  guint32 low = 0;
  guint32 high = self->n;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (self->old[middle] <= time)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? self->new[low - 1] : 0;
}

/* ---- stamps ---- */

static void
visit_time (Restamp *self,
            guint64  time)
{
  if (time > self->sent)
    note (self, time);
  else
    self->stays = MAX (self->stays, time);
}

static void
visit_stamp (Restamp    *self,
             TruceStamp *stamp)
{
  if (stamp->replica != self->how->replica)
    return;

  if (!self->rewriting)
    visit_time (self, stamp->time);
  else if (stamp->time > self->sent)
    {
      stamp->time = find_new (self, stamp->time);
      stamp->replica = self->how->new_replica;
    }
}

static int
compare_stamps (gconstpointer a,
                gconstpointer b)
{
  return truce_stamp_order (*(const TruceStamp *) a, *(const TruceStamp *) b);
}

static int
compare_dots (gconstpointer a,
              gconstpointer b)
{
  return truce_stamp_order (((const TruceStateDot *) a)->stamp, ((const TruceStateDot *) b)->stamp);
}

static int
compare_elements (gconstpointer a,
                  gconstpointer b)
{
  int order = truce_slice_compare (((const TruceStateDot *) a)->value, ((const TruceStateDot *) b)->value);

  return order != 0 ? order : compare_dots (a, b);
}

static void
visit_dots (Restamp        *self,
            TruceStatePart *part)
{
  for (guint32 i = 0; i < part->n; i++)
    visit_stamp (self, &part->dots[i].stamp);
  if (self->rewriting && part->n > 1)
    qsort (part->dots, part->n, sizeof *part->dots,
           part->shape == TRUCE_SHAPE_SET ? compare_elements : compare_dots);
}

/* ---- counters ---- */

static TruceTally *
find_tally (const TruceStatePart *counter,
            guint64               replica)
{
  for (guint32 i = 0; counter != NULL && i < counter->n; i++)
    if (counter->tallies[i].replica == replica)
      return &counter->tallies[i];
  return NULL;
}

/* What of a tally was sent. Its times may be too early: a join puts that right. */
static TruceTally
cut_sent (const Restamp    *self,
          const TruceTally *tally,
          const TruceTally *known)
{
  const TruceTally *last = self->how->sent != NULL ? g_hash_table_lookup (self->how->sent, self->pointer->str) : NULL;
  TruceTally sent = { .replica = tally->replica };

  for (guint i = 0; i < 2; i++)
    {
      const TruceTally *seen = i == 0 ? known : last;

      if (seen == NULL)
        continue;
      sent.plus = MIN (tally->plus, MAX (sent.plus, seen->plus));
      sent.minus = MIN (tally->minus, MAX (sent.minus, seen->minus));
    }
  if (known == NULL && sent.plus == 0 && sent.minus == 0)
    return sent;

  sent.time = tally->time <= self->sent ? tally->time : known != NULL ? known->time : TIME_FIRST;
  sent.reset_time = MIN (tally->reset_time, sent.time);
  sent.reset_plus = MIN (tally->reset_plus, sent.plus);
  sent.reset_minus = MIN (tally->reset_minus, sent.minus);
  return sent;
}

/* The rest, with its old times. Time 0: there is none. */
static TruceTally
cut_rest (const TruceTally *tally,
          const TruceTally *sent)
{
  TruceTally rest = {
    .plus = tally->plus - sent->plus,
    .minus = tally->minus - sent->minus,
    .reset_plus = tally->reset_plus - sent->reset_plus,
    .reset_minus = tally->reset_minus - sent->reset_minus,
  };

  if (rest.plus > 0 || rest.minus > 0 || tally->time > sent->time)
    rest.time = tally->time;
  if (rest.reset_plus > 0 || rest.reset_minus > 0 || tally->reset_time > sent->time)
    rest.reset_time = tally->reset_time;
  return rest;
}

/* The rest goes to the new id, which may have counted already. */
static void
move_rest (Restamp          *self,
           TruceStatePart   *counter,
           const TruceTally *rest)
{
  TruceTally *tally = truce_state_tally_make (self->self, counter, self->how->new_replica);

  tally->time = find_new (self, rest->time);
  tally->plus += rest->plus;
  tally->minus += rest->minus;
  if (rest->reset_time != 0)
    tally->reset_time = find_new (self, rest->reset_time);
  tally->reset_plus += rest->reset_plus;
  tally->reset_minus += rest->reset_minus;
}

static void
drop_tally (TruceStatePart *counter,
            TruceTally     *tally)
{
  memmove (tally, tally + 1, (gsize) (counter->tallies + counter->n - (tally + 1)) * sizeof *tally);
  counter->n--;
}

static void
cut_tally (Restamp              *self,
           TruceStatePart       *counter,
           TruceTally           *tally,
           const TruceStatePart *known)
{
  TruceTally sent = cut_sent (self, tally, find_tally (known, self->how->replica));
  TruceTally rest = cut_rest (tally, &sent);

  if (!self->rewriting)
    {
      self->stays = MAX (self->stays, sent.time);
      if (rest.time != 0)
        note (self, rest.time);
      if (rest.reset_time != 0)
        note (self, rest.reset_time);
      return;
    }
  *tally = sent;
  if (rest.time == 0)
    return;
  if (sent.time == 0)
    drop_tally (counter, tally);
  move_rest (self, counter, &rest);
}

static void
visit_counter (Restamp              *self,
               TruceStatePart       *counter,
               const TruceStatePart *known)
{
  TruceTally *tally = find_tally (counter, self->how->replica);

  if (tally == NULL)
    return;
  if (moves (self))
    cut_tally (self, counter, tally, known);
  else if (!self->rewriting)
    {
      visit_time (self, tally->time);
      visit_time (self, tally->reset_time);
    }
  else
    {
      if (tally->time > self->sent)
        tally->time = find_new (self, tally->time);
      if (tally->reset_time > self->sent)
        tally->reset_time = find_new (self, tally->reset_time);
    }
}

/* ---- the whole ---- */

static void
visit_map (Restamp             *self,
           TruceStateMap       *map,
           const TruceStateMap *known)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    {
      TruceStateField *field = &map->fields[i];
      const TruceStateField *old = known != NULL ? truce_state_field (known, field->name.text, field->name.length) : NULL;
      gsize length = self->pointer->len;
      g_autofree char *name = g_strndup (field->name.text, field->name.length);

      truce_json_pointer_append (self->pointer, name);
      for (guint32 k = 0; k < field->n_parts; k++)
        {
          TruceStatePart *part = &field->parts[k];
          const TruceStatePart *before = old != NULL ? truce_state_part (old, part->shape) : NULL;

          if (part->shape == TRUCE_SHAPE_COUNTER)
            visit_counter (self, part, before);
          else
            visit_dots (self, part);
          if (part->shape == TRUCE_SHAPE_MAP)
            visit_map (self, part->map, before != NULL ? before->map : NULL);
        }
      g_string_truncate (self->pointer, length);
    }
}

static void
visit_all (Restamp *self)
{
  TruceState *state = self->self;

  visit_map (self, &state->fields, self->how->known != NULL ? &self->how->known->fields : NULL);
  for (guint32 i = 0; i < state->n_creations; i++)
    visit_stamp (self, &state->creations[i]);
  visit_stamp (self, &state->touched);
  visit_stamp (self, &state->deleted);
}

/* Sets the time of one replica in a context; 0 takes it out. */
static void
put_time (const Restamp *self,
          TruceStamp   **context,
          guint32       *n,
          TruceStamp     stamp)
{
  TruceStamp *put = truce_json_arena_alloc (self->self->arena, (*n + 1) * sizeof stamp);
  guint32 n_put = 0;
  guint32 at = 0;

  while (at < *n && (*context)[at].replica < stamp.replica)
    put[n_put++] = (*context)[at++];
  if (stamp.time != 0)
    put[n_put++] = stamp;
  for (; at < *n; at++)
    if ((*context)[at].replica != stamp.replica)
      put[n_put++] = (*context)[at];
  *context = put;
  *n = n_put;
}

static void
rewrite_context (const Restamp *self,
                 TruceStamp   **context,
                 guint32       *n)
{
  const TruceRestamp *how = self->how;
  guint64 time = truce_context_time (*context, *n, how->replica);
  guint64 new = find_new (self, time);

  if (time > self->sent)
    put_time (self, context, n, (TruceStamp) { self->stays, how->replica });
  if (new > 0)
    put_time (self, context, n, (TruceStamp) { new, how->new_replica });
}

/* What touched last is known only by its stamp, and others may be later now. What is later than all deletions is
 * none of them. */
static void
find_touched (TruceState *state)
{
  for (guint32 i = 0; i < state->n_context; i++)
    if (truce_stamp_order (state->context[i], state->deleted) > 0 &&
        truce_stamp_order (state->context[i], state->touched) > 0)
      state->touched = state->context[i];
}

static void
rewrite (Restamp *self)
{
  TruceState *state = self->self;

  self->rewriting = TRUE;
  visit_all (self);
  if (state->n_creations > 1)
    qsort (state->creations, state->n_creations, sizeof (TruceStamp), compare_stamps);
  rewrite_context (self, &state->context, &state->n_context);
  rewrite_context (self, &state->deleted_context, &state->n_deleted_context);
  find_touched (state);
}

gboolean
truce_state_restamp (TruceState         *self,
                     const TruceRestamp *how,
                     guint64            *latest)
{
  g_autoptr(GString) pointer = g_string_new (NULL);
  guint64 acknowledged = how->known != NULL ? truce_state_latest (how->known, how->replica) : 0;
  Restamp restamp = {
    .self = self, .how = how, .pointer = pointer, .sent = MAX (how->after, acknowledged), .stays = acknowledged,
  };

  visit_all (&restamp);
  visit_time (&restamp, truce_state_latest (self, how->replica));
  visit_time (&restamp, truce_context_time (self->deleted_context, self->n_deleted_context, how->replica));
  if (restamp.n == 0)
    return FALSE;

  sort_times (&restamp);
  if (!choose_times (&restamp))
    return FALSE;

  rewrite (&restamp);
  *latest = MAX (*latest, restamp.new[restamp.n - 1]);
  return TRUE;
}
