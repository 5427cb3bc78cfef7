/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A million ids cost a few allocations, and each id its bytes, 8 for its entry and about 8 for its slot. Hash
 * tables of pointers (GHashTable) would be 24 and a block of malloc's for each.
 *
 * Many a list is only looked at: its ids are hashed when the first one is looked for, which doubles the speed at
 * which a query opens. That once costs 3 ms for 100,000 ids.
 *
 * Open addressing; a removal moves the followers back instead of leaving a mark (Knuth, volume 3, 6.4,
 * algorithm R), so the table does not age. What removed ids leave in the arena is squeezed out when it is
 * most of it. */

#include "truce-id-table.h"

#include "truce-hash.h"

#define N_SLOTS_FIRST 16u

static guint32
home (const TruceIdTable *self,
      const char         *id,
      gsize               length)
{
  return (guint32) truce_hash_text (truce_hash_key (), id, length) & (self->n_slots - 1);
}

static guint32
home_of (const TruceIdTable *self,
         guint32             handle)
{
  const char *id = truce_id_table_get (self, handle);

  return home (self, id, strlen (id));
}

void
truce_id_table_init (TruceIdTable *self)
{
  *self = (TruceIdTable) { .free_entry = TRUCE_ID_NONE };
}

void
truce_id_table_clear (TruceIdTable *self)
{
  g_clear_pointer (&self->arena, g_free);
  g_clear_pointer (&self->entries, g_free);
  g_clear_pointer (&self->slots, g_free);
}

/* ---- slots ---- */

static void
fill_slot (TruceIdTable *self,
           guint32       handle)
{
  guint32 slot = home_of (self, handle);

  while (self->slots[slot] != TRUCE_ID_NONE)
    slot = (slot + 1) & (self->n_slots - 1);
  self->slots[slot] = handle;
}

/* Room for one more, with an eighth to spare. */
static void
make_slots (TruceIdTable *self)
{
  self->n_slots = MAX (self->n_slots, N_SLOTS_FIRST);
  while (self->n_ids >= self->n_slots - self->n_slots / 8)
    self->n_slots *= 2;
  self->slots = g_renew (guint32, self->slots, self->n_slots);
  memset (self->slots, 0xFF, self->n_slots * sizeof *self->slots);
  for (guint32 i = 0; i < self->n_entries; i++)
    if (self->entries[i].block != TRUCE_ID_NONE)
      fill_slot (self, i);
}

guint32
truce_id_table_find (TruceIdTable *self,
                     const char   *id,
                     gsize         length)
{
  guint32 slot;

  if (self->n_slots == 0)
    make_slots (self);
  slot = home (self, id, length);
  for (; self->slots[slot] != TRUCE_ID_NONE; slot = (slot + 1) & (self->n_slots - 1))
    if (strcmp (truce_id_table_get (self, self->slots[slot]), id) == 0)
      return self->slots[slot];

  return TRUCE_ID_NONE;
}

/* Each follower that the gap keeps from being found moves into it, and leaves the next gap. */
static void
empty_slot (TruceIdTable *self,
            guint32       gap)
{
  guint32 mask = self->n_slots - 1;

  for (guint32 next = (gap + 1) & mask; self->slots[next] != TRUCE_ID_NONE; next = (next + 1) & mask)
    {
      guint32 wanted = home_of (self, self->slots[next]);

      if (((next - wanted) & mask) >= ((next - gap) & mask))
        {
          self->slots[gap] = self->slots[next];
          gap = next;
        }
    }
  self->slots[gap] = TRUCE_ID_NONE;
}

/* ---- the arena ---- */

static guint32
copy_id (TruceIdTable *self,
         const char   *id,
         gsize         length)
{
  gsize start = self->arena_length;

  if (start + length + 1 > self->arena_size)
    {
      self->arena_size = MAX (self->arena_size + self->arena_size / 2, start + length + 1 + 1024);
      self->arena = g_realloc (self->arena, self->arena_size);
    }
  g_assert (start + length + 1 < G_MAXUINT32);

  memcpy (self->arena + start, id, length);
  self->arena[start + length] = '\0';
  self->arena_length += length + 1;
  return (guint32) start;
}

static void
squeeze_arena (TruceIdTable *self)
{
  g_autofree char *old = g_steal_pointer (&self->arena);

  self->arena_length = 0;
  self->arena_size = 0;
  self->n_dead = 0;
  for (guint32 i = 0; i < self->n_entries; i++)
    if (self->entries[i].block != TRUCE_ID_NONE)
      self->entries[i].start = copy_id (self, old + self->entries[i].start, strlen (old + self->entries[i].start));
}

/* ---- ids ---- */

static guint32
take_entry (TruceIdTable *self)
{
  guint32 handle = self->free_entry;

  if (handle != TRUCE_ID_NONE)
    {
      self->free_entry = self->entries[handle].start;
      return handle;
    }

  if (self->n_entries == self->entries_size)
    {
      self->entries_size += self->entries_size / 2 + 16;
      self->entries = g_renew (TruceIdEntry, self->entries, self->entries_size);
    }
  return self->n_entries++;
}

guint32
truce_id_table_add (TruceIdTable *self,
                    const char   *id,
                    gsize         length,
                    guint32       block)
{
  guint32 handle;

  g_assert (block != TRUCE_ID_NONE);

  if (self->n_slots > 0 && self->n_ids >= self->n_slots - self->n_slots / 8)
    make_slots (self);
  handle = take_entry (self);
  self->entries[handle] = (TruceIdEntry) { copy_id (self, id, length), block };
  if (self->n_slots > 0)
    fill_slot (self, handle);
  self->n_ids++;
  return handle;
}

static void
forget_slot (TruceIdTable *self,
             guint32       handle)
{
  guint32 slot = home_of (self, handle);

  while (self->slots[slot] != handle)
    slot = (slot + 1) & (self->n_slots - 1);
  empty_slot (self, slot);
}

void
truce_id_table_remove (TruceIdTable *self,
                       guint32       handle)
{
  if (self->n_slots > 0)
    forget_slot (self, handle);

  self->n_dead += strlen (truce_id_table_get (self, handle)) + 1;
  self->entries[handle] = (TruceIdEntry) { self->free_entry, TRUCE_ID_NONE };
  self->free_entry = handle;
  self->n_ids--;
  if (self->n_dead > 65536 && self->n_dead > self->arena_length / 2)
    squeeze_arena (self);
}

void
truce_id_table_trim (TruceIdTable *self)
{
  self->arena_size = self->arena_length;
  self->arena = g_realloc (self->arena, self->arena_size);
  self->entries_size = self->n_entries;
  self->entries = g_renew (TruceIdEntry, self->entries, self->entries_size);
}
