/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What an event does to the set. An addition gives the element a dot of its own stamp in place of the dots
 * that it had seen; a removal takes away the dots that it had seen, and leaves nothing behind but its stamp
 * in the context. A dot that the context covers and that is not there has been removed: that is why no
 * tombstone is needed, and why an addition that the removal had not seen survives it. */

#include "truce-set-state.h"

#define JOURNAL_MIN 256u
#define JOURNAL_SHARE 16u       /* one change kept for so many elements: 2 to 4 bytes an element */
#define ENTRY_COST 24u          /* bytes of an entry with its share of a slot, about */
#define TIDY_MIN (32u * 1024u)

void
truce_set_state_init (TruceSetState *self)
{
  *self = (TruceSetState) { 0 };
  self->journal_min = JOURNAL_MIN;
  self->tidy_min = TIDY_MIN;
  truce_dots_init (&self->dots);
}

void
truce_set_state_clear (TruceSetState *self)
{
  truce_dots_clear (&self->dots);
  truce_journal_clear (&self->journal);
}

void
truce_set_state_copy (TruceSetState       *self,
                      const TruceSetState *other)
{
  *self = *other;
  truce_dots_copy (&self->dots, &other->dots);
  truce_journal_copy (&self->journal, &other->journal);
}

void
truce_set_delta_clear (TruceSetDelta *self)
{
  g_clear_pointer (&self->from, truce_version_vector_unref);
  truce_dots_clear (&self->dots);
  g_clear_pointer (&self->kills, g_free);
}

void
truce_set_state_note (TruceSetState *self,
                      TruceChange    change)
{
  truce_journal_append (&self->journal, change, MAX (self->journal_min, self->dots.n_live / JOURNAL_SHARE));
}

static void
see (TruceSetState *self,
     guint64        time,
     guint32        replica)
{
  self->dots.replicas[replica].seen = time;
}

/* Takes the dots of a live entry away. One of the same write has been seen by nobody, so nobody need be
 * told. */
static void
kill_dots (TruceSetState *self,
           guint32        entry,
           guint64        time,
           guint32        replica)
{
  TruceDot dot;

  for (dot = truce_dots_first (&self->dots, entry);; dot = truce_dots_next (&self->dots, dot))
    {
      if (dot.time != time || dot.replica != replica)
        truce_set_state_note (self, (TruceChange) { time, dot.time, replica, dot.replica, entry, 0 });
      if (dot.next == 0)
        break;
    }
  truce_dots_kill_all (&self->dots, entry);
}

void
truce_set_state_add (TruceSetState *self,
                     const char    *text,
                     gsize          length,
                     guint64        time,
                     guint32        replica)
{
  guint32 entry = truce_dots_intern (&self->dots, text, length);

  if (truce_dots_live (&self->dots, entry))
    kill_dots (self, entry, time, replica);
  truce_dots_put (&self->dots, entry, time, replica);
  truce_set_state_note (self, (TruceChange) { time, 0, replica, 0, entry, 0 });
  see (self, time, replica);
}

gboolean
truce_set_state_remove (TruceSetState *self,
                        const char    *text,
                        gsize          length,
                        guint64        time,
                        guint32        replica)
{
  guint32 entry = truce_dots_find (&self->dots, text, length);
  gboolean found = entry != TRUCE_DOTS_NONE && truce_dots_live (&self->dots, entry);

  if (found)
    kill_dots (self, entry, time, replica);
  see (self, time, replica);
  return found;
}

void
truce_set_state_remove_all (TruceSetState *self,
                            guint64        time,
                            guint32        replica)
{
  for (guint32 entry = 0; entry < self->dots.n_entries; entry++)
    if (truce_dots_live (&self->dots, entry))
      kill_dots (self, entry, time, replica);
  see (self, time, replica);
}

static gsize
dead_cost (const TruceDots *dots)
{
  return dots->dead_texts + (gsize) (dots->n_entries - dots->n_live) * ENTRY_COST;
}

static void
compact (TruceSetState *self)
{
  TruceDots *dots = &self->dots;
  TruceJournal *journal = &self->journal;
  g_autofree guint8 *keep = g_new0 (guint8, dots->n_entries);
  g_autofree guint32 *moved = NULL;

  for (guint i = 0; i < journal->n_changes; i++)
    keep[journal->changes[i].entry] = TRUE;
  moved = truce_dots_compact (dots, keep);
  for (guint i = 0; i < journal->n_changes; i++)
    journal->changes[i].entry = moved[journal->changes[i].entry];
  self->dead_kept = dead_cost (dots);
}

/* When the dead outweigh the living, and also twice what the journal made the last compaction keep: so
 * compactions cost each event a constant. */
void
truce_set_state_tidy (TruceSetState *self)
{
  const TruceDots *dots = &self->dots;
  gsize dead = dead_cost (dots);
  gsize live = dots->n_texts - dots->dead_texts + (gsize) dots->n_live * ENTRY_COST;

  if (dead > live + 2 * self->dead_kept + self->tidy_min)
    compact (self);
}
