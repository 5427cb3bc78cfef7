/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The journal is a cache: two equal values may have different ones. It is a plain array in order of arrival,
 * and through it run two threads a replica, its additions and its removals, each by ascending stamp, since a
 * replica's events reach us in their order. A delta since v walks each thread back as far as v, and so costs
 * the changes that it finds.
 *
 * The array is cut to half when it is full. What is cut raises the floor of its thread. Additions below the
 * floor can still be found, by looking at all elements; removals leave nothing behind, so who has not seen up
 * to their floor gets the whole state. Distances, not indices, link the threads, so a cut moves nothing but
 * the ends. */

#include "truce-journal.h"

void
truce_journal_clear (TruceJournal *self)
{
  g_clear_pointer (&self->changes, g_free);
  g_clear_pointer (&self->replicas, g_free);
}

void
truce_journal_copy (TruceJournal       *self,
                    const TruceJournal *other)
{
  *self = *other;
  self->changes = g_memdup2 (other->changes, other->n_changes * sizeof (TruceChange));
  self->capacity = other->n_changes;
  self->replicas = g_memdup2 (other->replicas, other->n_replicas * sizeof (TruceJournalReplica));
}

static TruceJournalReplica *
get_replica (TruceJournal *self,
             guint32       replica)
{
  if (replica >= self->n_replicas)
    {
      guint n = replica + 1 + replica / 2;

      self->replicas = g_renew (TruceJournalReplica, self->replicas, n);
      memset (self->replicas + self->n_replicas, 0, (n - self->n_replicas) * sizeof (TruceJournalReplica));
      self->n_replicas = n;
    }
  return &self->replicas[replica];
}

void
truce_journal_raise (TruceJournal   *self,
                     guint32         replica,
                     TruceChangeType type,
                     guint64         time)
{
  guint64 *floor = &get_replica (self, replica)->floor[type];

  *floor = MAX (*floor, time);
}

/* Drops the n oldest. */
static void
cut (TruceJournal *self,
     guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      const TruceChange *change = &self->changes[i];

      truce_journal_raise (self, change->replica, truce_change_type (change), change->time);
    }
  self->n_changes -= n;
  memmove (self->changes, self->changes + n, self->n_changes * sizeof (TruceChange));
  for (guint i = 0; i < self->n_replicas; i++)
    for (guint type = 0; type < TRUCE_CHANGE_TYPES; type++)
      {
        guint32 *last = &self->replicas[i].last[type];

        *last = *last > n ? *last - n : 0;
      }
}

static void
make_room (TruceJournal *self,
           guint         keep)
{
  if (self->n_changes >= 2 * keep)
    {
      cut (self, self->n_changes - keep);
      self->capacity = 2 * keep;
    }
  else if (self->n_changes == self->capacity)
    self->capacity = CLAMP (2 * self->capacity, 16, 2 * keep);
  else
    return;
  self->changes = g_renew (TruceChange, self->changes, self->capacity);
}

void
truce_journal_append (TruceJournal *self,
                      TruceChange   change,
                      guint         keep)
{
  guint32 *last = &get_replica (self, change.replica)->last[truce_change_type (&change)];

  make_room (self, keep);
  change.back = *last != 0 ? self->n_changes + 1 - *last : 0;
  self->changes[self->n_changes++] = change;
  *last = self->n_changes;
}
