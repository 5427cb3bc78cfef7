/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A counter after Shapiro et al., "Convergent and Commutative Replicated Data Types" (2011): for each replica
 * what it added and what it took away, which only grow, so that a join takes the greater. A reset is not
 * among them there. Here it remembers, for each replica, how far it had seen: these numbers only grow too.
 * What is counted beyond them stands.
 *
 * Nothing wraps: the numbers of a replica stay at 2^64 - 1, what shows at the ends of a 64-bit integer. */

#include "truce-state.h"

/* Ascending by replica. */
static guint32
find (const TruceStatePart *part,
      guint64               replica)
{
  guint32 at = 0;

  while (at < part->n && part->tallies[at].replica < replica)
    at++;
  return at;
}

TruceTally *
truce_state_tally_make (TruceState     *self,
                        TruceStatePart *part,
                        guint64         replica)
{
  guint32 at = find (part, replica);

  if (at < part->n && part->tallies[at].replica == replica)
    return &part->tallies[at];

  part->tallies = truce_state_grow (self->arena, part->tallies, part->n, &part->room, sizeof (TruceTally));
  memmove (part->tallies + at + 1, part->tallies + at, (part->n - at) * sizeof (TruceTally));
  part->n++;
  part->tallies[at] = (TruceTally) { .replica = replica };
  return &part->tallies[at];
}

static inline gboolean
is_live (const TruceTally *tally)
{
  return tally->time > tally->reset_time || tally->plus > tally->reset_plus ||
         tally->minus > tally->reset_minus;
}

void
truce_state_tally_reset (TruceStatePart *part)
{
  for (guint32 i = 0; i < part->n; i++)
    {
      TruceTally *tally = &part->tallies[i];

      tally->reset_time = tally->time;
      tally->reset_plus = tally->plus;
      tally->reset_minus = tally->minus;
    }
}

TruceStamp
truce_state_tally_latest (const TruceStatePart *part)
{
  TruceStamp latest = { 0 };

  for (guint32 i = 0; i < part->n; i++)
    {
      TruceStamp stamp = { part->tallies[i].time, part->tallies[i].replica };

      if (is_live (&part->tallies[i]) && truce_stamp_order (stamp, latest) > 0)
        latest = stamp;
    }
  return latest;
}

static inline gboolean
lift (guint64 *value,
      guint64  other)
{
  if (*value >= other)
    return FALSE;

  *value = other;
  return TRUE;
}

gboolean
truce_state_tally_join (TruceState           *self,
                        TruceStatePart       *part,
                        const TruceStatePart *other)
{
  gboolean changed = FALSE;

  for (guint32 i = 0; i < other->n; i++)
    {
      const TruceTally *theirs = &other->tallies[i];
      TruceTally *ours = truce_state_tally_make (self, part, theirs->replica);

      changed |= lift (&ours->time, theirs->time);
      changed |= lift (&ours->plus, theirs->plus);
      changed |= lift (&ours->minus, theirs->minus);
      changed |= lift (&ours->reset_time, theirs->reset_time);
      changed |= lift (&ours->reset_plus, theirs->reset_plus);
      changed |= lift (&ours->reset_minus, theirs->reset_minus);
    }
  return changed;
}

/* In 128 bits, for the parts of a sum may be far outside while the whole is not. */
static guint64
sum_up (const TruceStatePart *counter,
        gint64               *high)
{
  guint64 low = 0;

  *high = 0;
  for (guint32 i = 0; i < counter->n; i++)
    {
      const TruceTally *tally = &counter->tallies[i];
      guint64 plus = tally->plus - tally->reset_plus;
      guint64 minus = tally->minus - tally->reset_minus;

      low += plus;
      *high += low < plus;
      *high -= low < minus;
      low -= minus;
    }
  return low;
}

static inline gboolean
fits (gint64  high,
      guint64 low)
{
  return high == (low <= G_MAXINT64 ? 0 : -1);
}

gboolean
truce_state_count (const TruceStatePart *counter,
                   gint64               *value)
{
  gint64 high;
  guint64 low = sum_up (counter, &high);
  gboolean live = FALSE;

  for (guint32 i = 0; i < counter->n && !live; i++)
    live = is_live (&counter->tallies[i]);
  if (!fits (high, low))
    *value = high < 0 ? G_MININT64 : G_MAXINT64;
  else
    *value = low <= G_MAXINT64 ? (gint64) low : -(gint64) (G_MAXUINT64 - low) - 1;
  return live;
}

gboolean
truce_state_count_is_exact (const TruceStatePart *counter)
{
  gint64 high;
  guint64 low = sum_up (counter, &high);

  for (guint32 i = 0; i < counter->n; i++)
    if (counter->tallies[i].plus == G_MAXUINT64 || counter->tallies[i].minus == G_MAXUINT64)
      return FALSE;
  return fits (high, low);
}
