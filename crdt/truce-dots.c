/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The dot store of an observed-remove set without tombstones (Bieniusa et al., "An Optimized Conflict-free
 * Replicated Set", 2012), laid out for memory and cache:
 *
 *     slots    [ . ][tag|2][ . ][tag|0][tag|1]          4 bytes, at most 3/4 full     entries  [time replica
 * text][time replica text]   16 bytes     texts    e l e m \0 o t h e r \0                  one byte more
 * than the text
 *
 * Eight bits of the hash in each slot tell nearly every mismatch without a look at the entry. The hash itself
 * is not kept: growing hashes the texts again, but reads them in order, which costs less than the 4 bytes
 * did. Entries and texts are in one order, so a text ends where the next begins.
 *
 * Nearly every element has one dot, which is in its entry. Several, added apart, are in a chain beside. */

#include "truce-dots.h"

#define SLOTS_MIN 16u
#define REBUILD_AHEAD 16u

void
truce_dots_init (TruceDots *self)
{
  *self = (TruceDots) { 0 };
  self->slots = g_new0 (guint32, SLOTS_MIN);
  self->slot_mask = SLOTS_MIN - 1;
  self->key = truce_hash_key ();
}

void
truce_dots_clear (TruceDots *self)
{
  g_clear_pointer (&self->replicas, g_free);
  g_clear_pointer (&self->replica_order, g_free);
  g_clear_pointer (&self->entries, g_free);
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->texts, g_free);
  g_clear_pointer (&self->dots, g_free);
}

void
truce_dots_copy (TruceDots       *self,
                 const TruceDots *other)
{
  *self = *other;
  self->replicas = g_memdup2 (other->replicas, other->n_replicas * sizeof (TruceReplica));
  self->replica_order = g_memdup2 (other->replica_order, other->n_replicas * sizeof (guint32));
  self->entries = g_memdup2 (other->entries, other->n_entries * sizeof (TruceEntry));
  self->entries_capacity = other->n_entries;
  self->slots = g_memdup2 (other->slots, ((gsize) other->slot_mask + 1) * sizeof (guint32));
  self->texts = g_memdup2 (other->texts, other->n_texts);
  self->texts_capacity = other->n_texts;
  self->dots = g_memdup2 (other->dots, other->n_dots * sizeof (TruceDot));
  self->dots_capacity = other->n_dots;
}

/* ---- replicas ---- */

/* Where the id is in the order, or would have to go. */
static guint
replica_rank (const TruceDots *self,
              guint64          id)
{
  guint low = 0;
  guint high = self->n_replicas;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->replicas[self->replica_order[middle]].id < id)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint32
truce_dots_replica (TruceDots *self,
                    guint64    id)
{
  guint32 index = self->n_replicas;
  guint rank;

  if (self->replica_found < self->n_replicas && self->replicas[self->replica_found].id == id)
    return self->replica_found;

  rank = replica_rank (self, id);
  if (rank < self->n_replicas && self->replicas[self->replica_order[rank]].id == id)
    return self->replica_found = self->replica_order[rank];
  if (index == TRUCE_VERSION_VECTOR_MAX)
    return TRUCE_DOTS_NONE;

  /* Powers of two, and g_renew() at each: replicas are few, and come seldom. */
  if ((index & (index - 1)) == 0)
    {
      self->replicas = g_renew (TruceReplica, self->replicas, MAX (2 * index, 1));
      self->replica_order = g_renew (guint32, self->replica_order, MAX (2 * index, 1));
    }
  memmove (self->replica_order + rank + 1, self->replica_order + rank, (index - rank) * sizeof (guint32));
  self->replica_order[rank] = index;
  self->replicas[index] = (TruceReplica) { id, 0 };
  self->n_replicas++;
  return self->replica_found = index;
}

TruceVersionVector *
truce_dots_get_context (const TruceDots *self)
{
  TruceVersionVector *context = truce_version_vector_alloc (self->n_replicas);
  guint n = 0;

  for (guint i = 0; i < self->n_replicas; i++)
    {
      const TruceReplica *replica = &self->replicas[self->replica_order[i]];

      if (replica->seen > 0)
        context->stamps[n++] = (TruceStamp) { replica->seen, replica->id }
      ;
    }
  context->n_stamps = n;
  return context;
}

/* ---- slots ---- */

static inline guint32
slot_entry (guint32 slot)
{
  return (slot & ((1u << TRUCE_DOTS_TAG_SHIFT) - 1)) - 1;
}

static gboolean
same_text (const TruceDots *self,
           guint32          a,
           guint32          b)
{
  gsize length_a;
  gsize length_b;
  const char *text_a = truce_dots_text (self, a, &length_a);
  const char *text_b = truce_dots_text (self, b, &length_b);

  return length_a == length_b && memcmp (text_a, text_b, length_a) == 0;
}

/* FALSE if the entry's text is there already; an entry that was not found has none to look for. */
static inline gboolean
place (TruceDots *self,
       guint64    hash,
       guint32    entry,
       gboolean   found_none)
{
  guint32 tag = (guint32) (hash >> 56);
  guint at = (guint) hash & self->slot_mask;

  for (; self->slots[at] != 0; at = (at + 1) & self->slot_mask)
    if (!found_none && self->slots[at] >> TRUCE_DOTS_TAG_SHIFT == tag &&
        same_text (self, slot_entry (self->slots[at]), entry))
      return FALSE;
  self->slots[at] = tag << TRUCE_DOTS_TAG_SHIFT | (entry + 1);
  return TRUE;
}

/* Gives the table room for n_entries in all, and places those that there are: FALSE if a text is there
 * twice. Slots are met in no order, so each is fetched some entries ahead. */
static gboolean
rebuild_slots (TruceDots *self,
               guint      n_entries)
{
  guint64 hashes[REBUILD_AHEAD] = { 0 };
  gsize n_slots = SLOTS_MIN;

  while (n_slots * 3 / 4 < n_entries)
    n_slots *= 2;
  g_free (self->slots);
  self->slots = g_new0 (guint32, n_slots);
  self->slot_mask = (guint) n_slots - 1;
  for (guint32 i = 0; i < self->n_entries + REBUILD_AHEAD; i++)
    {
      guint64 *hash = &hashes[i % REBUILD_AHEAD];

      if (i >= REBUILD_AHEAD && !place (self, *hash, i - REBUILD_AHEAD, FALSE))
        return FALSE;
      if (i < self->n_entries)
        {
          gsize length;
          const char *text = truce_dots_text (self, i, &length);

          *hash = truce_hash_text (self->key, text, length);
          __builtin_prefetch (&self->slots[(guint) *hash & self->slot_mask], 1);
        }
    }
  return TRUE;
}

void
truce_dots_reserve (TruceDots *self,
                    guint      n_entries,
                    gsize      n_texts)
{
  guint total = self->n_entries + n_entries;

  if (total > self->entries_capacity)
    {
      self->entries_capacity = total;
      self->entries = g_renew (TruceEntry, self->entries, total);
    }
  if (self->n_texts + n_texts > self->texts_capacity)
    {
      self->texts_capacity = self->n_texts + n_texts;
      self->texts = g_realloc (self->texts, self->texts_capacity);
    }
}

static inline guint32
find (const TruceDots *self,
      guint64          hash,
      const char      *text,
      gsize            length)
{
  guint32 tag = (guint32) (hash >> 56);
  guint at = (guint) hash & self->slot_mask;
  guint32 slot;

  for (; (slot = self->slots[at]) != 0; at = (at + 1) & self->slot_mask)
    if (slot >> TRUCE_DOTS_TAG_SHIFT == tag)
      {
        guint32 entry = slot_entry (slot);
        gsize other_length;
        const char *other = truce_dots_text (self, entry, &other_length);

        if (other_length == length && memcmp (other, text, length) == 0)
          return entry;
      }
  return TRUCE_DOTS_NONE;
}

guint32
truce_dots_find (const TruceDots *self,
                 const char      *text,
                 gsize            length)
{
  return find (self, truce_hash_text (self->key, text, length), text, length);
}

guint32
truce_dots_push (TruceDots  *self,
                 const char *text,
                 gsize       length)
{
  guint32 entry = self->n_entries;

  g_assert (entry < TRUCE_DOTS_MAX && self->n_texts + length < G_MAXUINT32);
  /* By a quarter: more would cost memory, and large blocks grow in place. */
  if (entry == self->entries_capacity)
    {
      self->entries_capacity += self->entries_capacity / 4 + 16;
      self->entries = g_renew (TruceEntry, self->entries, self->entries_capacity);
    }
  if (self->texts_capacity - self->n_texts <= length)
    {
      self->texts_capacity += self->texts_capacity / 4 + length + 64;
      self->texts = g_realloc (self->texts, self->texts_capacity);
    }

  self->entries[entry] = (TruceEntry) { 0, 0, (guint32) self->n_texts };
  memcpy (self->texts + self->n_texts, text, length + 1);
  self->n_texts += length + 1;
  self->dead_texts += length + 1;
  self->n_entries++;
  return entry;
}

gboolean
truce_dots_place_pushed (TruceDots *self)
{
  return rebuild_slots (self, self->n_entries);
}

/* Makes an entry for a text that is not there. */
static guint32
append (TruceDots  *self,
        guint64     hash,
        const char *text,
        gsize       length)
{
  guint32 entry = truce_dots_push (self, text, length);

  if ((gsize) self->n_entries * 4 > ((gsize) self->slot_mask + 1) * 3)
    (void) rebuild_slots (self, self->n_entries);
  else
    place (self, hash, entry, TRUE);
  return entry;
}

guint32
truce_dots_intern (TruceDots  *self,
                   const char *text,
                   gsize       length)
{
  guint64 hash = truce_hash_text (self->key, text, length);
  guint32 entry = find (self, hash, text, length);

  return entry != TRUCE_DOTS_NONE ? entry : append (self, hash, text, length);
}

guint32
truce_dots_append (TruceDots  *self,
                   const char *text,
                   gsize       length)
{
  return append (self, truce_hash_text (self->key, text, length), text, length);
}

guint32 *
truce_dots_compact (TruceDots    *self,
                    const guint8 *keep)
{
  guint32 *moved = g_new (guint32, self->n_entries);
  guint n_entries = 0;
  gsize n_texts = 0;

  self->dead_texts = 0;
  for (guint i = 0; i < self->n_entries; i++)
    {
      gsize length;
      const char *text = truce_dots_text (self, i, &length);

      moved[i] = TRUCE_DOTS_NONE;
      if (!truce_dots_live (self, i) && !keep[i])
        continue;
      if (!truce_dots_live (self, i))
        self->dead_texts += length + 1;
      moved[i] = n_entries;
      memmove (self->texts + n_texts, text, length + 1);
      self->entries[n_entries] = self->entries[i];
      self->entries[n_entries++].text = (guint32) n_texts;
      n_texts += length + 1;
    }
  self->n_entries = self->entries_capacity = n_entries;
  self->entries = g_renew (TruceEntry, self->entries, n_entries);
  self->n_texts = self->texts_capacity = n_texts;
  self->texts = g_realloc (self->texts, n_texts);
  rebuild_slots (self, n_entries + n_entries / 4);
  return moved;
}

/* ---- dots ---- */

static guint32
new_dot (TruceDots *self,
         TruceDot   dot)
{
  guint32 index = self->free_dot;

  if (index != 0)
    self->free_dot = self->dots[--index].next;
  else
    {
      if (self->n_dots == self->dots_capacity)
        {
          self->dots_capacity += self->dots_capacity / 2 + 16;
          self->dots = g_renew (TruceDot, self->dots, self->dots_capacity);
        }
      index = self->n_dots++;
    }
  self->dots[index] = dot;
  return index;
}

static void
free_dot (TruceDots *self,
          guint32    index)
{
  self->dots[index].next = self->free_dot;
  self->free_dot = index + 1;
}

/* An entry whose chain has one dot takes that into itself. */
static void
unchain_last (TruceDots  *self,
              TruceEntry *e)
{
  guint32 first = e->replica & ~TRUCE_DOTS_CHAIN;

  if (self->dots[first].next != 0)
    return;
  e->time = self->dots[first].time;
  e->replica = self->dots[first].replica;
  free_dot (self, first);
}

/* Puts a dot into a chain of at least one, by the replica's id; the head may change. */
static void
chain_put (TruceDots  *self,
           TruceEntry *e,
           guint64     time,
           guint32     replica)
{
  guint64 id = self->replicas[replica].id;
  guint32 before = TRUCE_DOTS_NONE;
  guint32 at = e->replica & ~TRUCE_DOTS_CHAIN;
  guint32 added;

  while (at != TRUCE_DOTS_NONE && self->replicas[self->dots[at].replica].id < id)
    {
      before = at;
      at = self->dots[at].next - 1;     /* 0, the end, becomes TRUCE_DOTS_NONE */
    }
  if (at != TRUCE_DOTS_NONE && self->dots[at].replica == replica)
    {
      self->dots[at].time = MAX (self->dots[at].time, time);
      return;
    }
  added = new_dot (self, (TruceDot) { time, replica, at + 1 });
  if (before == TRUCE_DOTS_NONE)
    e->replica = TRUCE_DOTS_CHAIN | added;
  else
    self->dots[before].next = added + 1;
}

void
truce_dots_put (TruceDots *self,
                guint32    entry,
                guint64    time,
                guint32    replica)
{
  TruceEntry *e = &self->entries[entry];

  if (!truce_dots_live (self, entry))
    {
      gsize length;

      truce_dots_text (self, entry, &length);
      self->dead_texts -= length + 1;
      self->n_live++;
      e->time = time;
      e->replica = replica;
    }
  else if (e->replica == replica)
    e->time = MAX (e->time, time);
  else
    {
      if (!(e->replica & TRUCE_DOTS_CHAIN))
        {
          e->replica = TRUCE_DOTS_CHAIN | new_dot (self, (TruceDot) { e->time, e->replica, 0 });
          e->time = 0;
        }
      chain_put (self, e, time, replica);
      unchain_last (self, e);
    }
}

static void
die (TruceDots *self,
     guint32    entry)
{
  gsize length;

  truce_dots_text (self, entry, &length);
  self->dead_texts += length + 1;
  self->n_live--;
  self->entries[entry].time = 0;
  self->entries[entry].replica = 0;
}

static gboolean
chain_kill (TruceDots  *self,
            TruceEntry *e,
            guint64     time,
            guint32     replica)
{
  guint32 before = TRUCE_DOTS_NONE;
  guint32 at = e->replica & ~TRUCE_DOTS_CHAIN;

  while (at != TRUCE_DOTS_NONE && self->dots[at].replica != replica)
    {
      before = at;
      at = self->dots[at].next - 1;
    }
  if (at == TRUCE_DOTS_NONE || self->dots[at].time != time)
    return FALSE;

  if (before != TRUCE_DOTS_NONE)
    self->dots[before].next = self->dots[at].next;
  else
    e->replica = TRUCE_DOTS_CHAIN | (self->dots[at].next - 1);
  free_dot (self, at);
  unchain_last (self, e);
  return TRUE;
}

gboolean
truce_dots_kill (TruceDots *self,
                 guint32    entry,
                 guint64    time,
                 guint32    replica)
{
  TruceEntry *e = &self->entries[entry];

  if (e->replica & TRUCE_DOTS_CHAIN)
    return chain_kill (self, e, time, replica);
  if (e->time != time || e->replica != replica || time == 0)
    return FALSE;
  die (self, entry);
  return TRUE;
}

void
truce_dots_kill_all (TruceDots *self,
                     guint32    entry)
{
  TruceEntry *e = &self->entries[entry];

  if (e->replica & TRUCE_DOTS_CHAIN)
    for (guint32 at = e->replica & ~TRUCE_DOTS_CHAIN; at != TRUCE_DOTS_NONE;)
      {
        guint32 next = self->dots[at].next - 1;

        free_dot (self, at);
        at = next;
      }
  die (self, entry);
}
