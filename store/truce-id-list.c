/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A list in blocks of at most 512 handles of a TruceIdTable, whose entries tell in which block an id is. Where
 * each block starts is kept in an array and moved along with each insertion: 2,000 additions in a row for a
 * million ids, which a processor does in the time of two or three cache misses. A balanced tree with counts
 * would take as many misses as it has levels, and pointers for each id.
 *
 *   order    [b0] [b2] [b1]        numbers of blocks, as they stand in the list
 *   starts   [ 0] [ 4] [ 7]        the position at which each begins
 *   b0       d a c x
 *   b2       f b k
 *   b1       y …
 */

#include "truce-id-list.h"

#include "truce-id-table.h"

#include <string.h>

#define BLOCK_SIZE 512u         /* handles: 2 KiB */
#define BLOCK_SMALL 128u        /* a block with fewer joins a neighbour … */
#define BLOCK_JOINED 384u       /* … if both together have at most so many */

typedef struct
{
  guint32 n;
  guint32 handles[BLOCK_SIZE];
} Block;

struct _TruceIdList
{
  TruceIdTable table;
  GPtrArray *blocks;            /* of Block * by number, owned; NULL: a free number */
  GArray *ranks;                /* of guint32 by number: where it stands in order */
  GArray *order;                /* of guint32: numbers */
  GArray *starts;               /* of guint32, beside order */
};

static inline guint32
number_at (const TruceIdList *self,
           guint              rank)
{
  return g_array_index (self->order, guint32, rank);
}

static inline guint32
start_at (const TruceIdList *self,
          guint              rank)
{
  return g_array_index (self->starts, guint32, rank);
}

static inline Block *
block_at (const TruceIdList *self,
          guint              rank)
{
  return g_ptr_array_index (self->blocks, number_at (self, rank));
}

TruceIdList *
truce_id_list_new (void)
{
  TruceIdList *self = g_new0 (TruceIdList, 1);

  truce_id_table_init (&self->table);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->ranks = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->order = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

void
truce_id_list_free (TruceIdList *self)
{
  if (self == NULL)
    return; /* Behave consistently with free (NULL). */

  truce_id_table_clear (&self->table);
  g_ptr_array_unref (self->blocks);
  g_array_unref (self->ranks);
  g_array_unref (self->order);
  g_array_unref (self->starts);
  g_free (self);
}

guint
truce_id_list_length (const TruceIdList *self)
{
  return self->table.n_ids;
}

/* ---- blocks ---- */

/* Blocks behind rank begin later, or (by = -1) earlier. */
static void
shift_starts (TruceIdList *self,
              guint        rank,
              guint32      by)
{
  guint32 *starts = (guint32 *) self->starts->data;

  for (guint i = rank + 1; i < self->starts->len; i++)
    starts[i] += by;
}

static void
update_ranks (TruceIdList *self,
              guint        from)
{
  for (guint i = from; i < self->order->len; i++)
    g_array_index (self->ranks, guint32, number_at (self, i)) = i;
}

/* An empty block before the one of that rank. */
static Block *
add_block (TruceIdList *self,
           guint        rank,
           guint32      start)
{
  Block *block = g_new (Block, 1);
  guint32 number = 0;

  block->n = 0;
  if (self->order->len == self->blocks->len)
    number = self->blocks->len;
  while (number < self->blocks->len && g_ptr_array_index (self->blocks, number) != NULL)
    number++;
  if (number < self->blocks->len)
    {
      g_ptr_array_index (self->blocks, number) = block;
    }
  else
    {
      g_ptr_array_add (self->blocks, block);
      g_array_append_val (self->ranks, rank);
    }

  g_array_insert_val (self->order, rank, number);
  g_array_insert_val (self->starts, rank, start);
  update_ranks (self, rank);
  return block;
}

static void
drop_block (TruceIdList *self,
            guint        rank)
{
  guint32 number = number_at (self, rank);

  g_clear_pointer (&g_ptr_array_index (self->blocks, number), g_free);
  g_array_remove_index (self->order, rank);
  g_array_remove_index (self->starts, rank);
  update_ranks (self, rank);
}

/* Appends the handles of one block from `first` on to the block of that rank. */
static void
move_handles (TruceIdList *self,
              guint        rank,
              Block       *from,
              guint32      first)
{
  Block *to = block_at (self, rank);

  for (guint32 i = first; i < from->n; i++)
    {
      to->handles[to->n++] = from->handles[i];
      self->table.entries[from->handles[i]].block = number_at (self, rank);
    }
  from->n = first;
}

static void
split_block (TruceIdList *self,
             guint        rank)
{
  Block *block = block_at (self, rank);

  add_block (self, rank + 1, start_at (self, rank) + BLOCK_SIZE / 2);
  move_handles (self, rank + 1, block, BLOCK_SIZE / 2);
}

/* Joins the block of that rank with the next one, if both are small enough. */
static void
join_blocks (TruceIdList *self,
             guint        rank)
{
  if (rank + 1 >= self->order->len || block_at (self, rank)->n + block_at (self, rank + 1)->n > BLOCK_JOINED)
    return;

  move_handles (self, rank, block_at (self, rank + 1), 0);
  drop_block (self, rank + 1);
}

/* The last block that begins at or before the position. There is one. */
static guint
find_rank (const TruceIdList *self,
           guint              position)
{
  guint low = 0;
  guint high = self->starts->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (start_at (self, middle) <= position)
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* ---- positions ---- */

const char *
truce_id_list_get (const TruceIdList *self,
                   guint              position)
{
  guint rank;

  g_assert (position < self->table.n_ids);

  rank = find_rank (self, position);
  return truce_id_table_get (&self->table, block_at (self, rank)->handles[position - start_at (self, rank)]);
}

static guint
find_in_block (const Block *block,
               guint32      handle)
{
  guint i = 0;

  while (block->handles[i] != handle)
    i++;
  return i;
}

gboolean
truce_id_list_find (TruceIdList *self,
                    const char  *id,
                    guint       *position)
{
  guint32 handle = truce_id_table_find (&self->table, id, strlen (id));
  guint32 number;

  if (handle == TRUCE_ID_NONE)
    return FALSE;

  number = self->table.entries[handle].block;
  *position = start_at (self, g_array_index (self->ranks, guint32, number)) +
              find_in_block (g_ptr_array_index (self->blocks, number), handle);
  return TRUE;
}

/* The rank of a block that has room at the position. What is appended fills its block to the end: a list that
 * is only appended to has no half empty blocks. */
static guint
make_room (TruceIdList *self,
           guint        position)
{
  guint n_blocks = self->order->len;
  guint rank;

  if (position == self->table.n_ids)
    {
      if (n_blocks > 0 && block_at (self, n_blocks - 1)->n < BLOCK_SIZE)
        return n_blocks - 1;
      add_block (self, n_blocks, position);
      return n_blocks;
    }

  rank = find_rank (self, position);
  if (block_at (self, rank)->n < BLOCK_SIZE)
    return rank;

  split_block (self, rank);
  return rank + (position > start_at (self, rank + 1));
}

void
truce_id_list_insert (TruceIdList *self,
                      guint        position,
                      const char  *id)
{
  guint rank = make_room (self, position);
  Block *block = block_at (self, rank);
  guint at = position - start_at (self, rank);

  g_assert (position <= self->table.n_ids);

  memmove (block->handles + at + 1, block->handles + at, (block->n - at) * sizeof *block->handles);
  block->handles[at] = truce_id_table_add (&self->table, id, strlen (id), number_at (self, rank));
  block->n++;
  shift_starts (self, rank, 1);
}

void
truce_id_list_remove (TruceIdList *self,
                      guint        position)
{
  guint rank = find_rank (self, position);
  Block *block = block_at (self, rank);
  guint at = position - start_at (self, rank);

  g_assert (position < self->table.n_ids);

  truce_id_table_remove (&self->table, block->handles[at]);
  block->n--;
  memmove (block->handles + at, block->handles + at + 1, (block->n - at) * sizeof *block->handles);
  shift_starts (self, rank, (guint32) -1);
  if (block->n == 0)
    drop_block (self, rank);
  else if (block->n < BLOCK_SMALL)
    {
      join_blocks (self, rank);
      if (rank > 0)
        join_blocks (self, rank - 1);
    }
}

void
truce_id_list_trim (TruceIdList *self)
{
  truce_id_table_trim (&self->table);
}
