/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sequence.h"
#include "truce-sequence-anchors.h"

/* NOTES
 *
 * The shortest edit script, after E. W. Myers, "An O(ND) Difference Algorithm and Its Variations"
 * (Algorithmica 1, 1986), in linear space. Draw a from left to right and b from top to bottom: a step to the
 * right deletes an element of a, a step down inserts one of b, and where the two are equal a diagonal step is
 * free. We look for the path from corner to corner with the fewest paid steps, D. Two searches set out, one
 * from each corner. After d paid steps each knows for every diagonal the furthest point that it can reach;
 * where the two meet, the best path passes, and it splits the box in two smaller ones:
 *
 *      a →  A B C A B B A
 *    b    +---------------+        the forward search holds forward[k], the greatest x on diagonal k = x - y,
 *    ↓  C | f             |        the backward search backward[k], the least x
 *       B |  \            |
 *       A |    + meet     |        a box that is trimmed (its first elements differ, and its last) splits
 *       B |      \        |        into two strictly smaller ones
 *       A |        \      |
 *       C |          b    |
 *         +---------------+
 *
 * Of several shortest paths we take one that goes down first: what stands earlier in a stays matched, and what
 * b has in front of it is new. (On 404 real merges that gives what the person made once more than the other way.)
 *
 * That takes O((n + m) D) time, which is quadratic for sequences that have little in common. So there is a
 * limit:
 *
 *   - Up to EXACT_STEPS steps of each search, thus for D <= 2 * EXACT_STEPS, the result is minimal. Always so
 *     where the two have at most 2 * EXACT_STEPS elements together (beyond the common start and end).
 *   - Past it the box is cut at its anchors: the longest row of symbols that occur just once on both sides
 *     (see truce-sequence-anchors.c). If no symbol repeats this row is a longest common subsequence, so the
 *     result is minimal still: a shuffled or reversed list of distinct values gets its best difference.
 *     Otherwise, a match of repeated symbols may be given up for the sake of an anchor.
 *   - Where there are no anchors, or they have been tried on a box less than twice as large, the box is cut
 *     where the forward search came furthest (x + y greatest) in ROUGH_STEPS steps. What lies before this
 *     point is minimal by itself; that the path passes there is a guess.
 *
 * Each rough cut of O(ROUGH_STEPS²) work gets at least ROUGH_STEPS elements done, and anchors are looked for
 * O(log n) times a place, so past the limit all is done in O(EXACT_STEPS² + n ROUGH_STEPS + n log² n). No
 * clock is read: a difference depends on nothing but the two sequences.
 *
 * Last, an insertion or a deletion within a run of repeated elements could stand at several places: [x] → [x
 * x], which one is new? Each slides as late as it can go, and joins the hunk that it meets. */

#define EXACT_STEPS 4096
#define ROUGH_STEPS 256

typedef struct
{
  const guint32 *a;
  const guint32 *b;
  gint32 *forward;              /* by diagonal, from -n_b - 1 to n_a + 1; points into `diagonals` */
  gint32 *backward;             /* the same */
  gint32 *diagonals;            /* owned */
  GArray *hunks;                /* of TruceHunk, ascending */
} Differ;

/* Elements a0 to a1 of a (without a1) against b0 to b1 of b. */
typedef struct
{
  gint32 a0;
  gint32 a1;
  gint32 b0;
  gint32 b1;
} Box;

typedef struct
{
  gint32 min;
  gint32 max;
} Range;

static void
add_hunk (Differ    *self,
          const Box *box)
{
  TruceHunk hunk = { box->a0, box->a1 - box->a0, box->b0, box->b1 - box->b0 };
  TruceHunk *last;

  if (hunk.a_length == 0 && hunk.b_length == 0)
    return;

  last = self->hunks->len > 0 ? &g_array_index (self->hunks, TruceHunk, self->hunks->len - 1) : NULL;
  if (last != NULL && last->a_start + last->a_length == hunk.a_start &&
      last->b_start + last->b_length == hunk.b_start)
    {
      last->a_length += hunk.a_length;
      last->b_length += hunk.b_length;
    }
  else
    g_array_append_val (self->hunks, hunk);
}

static void
trim (const Differ *self,
      Box          *box)
{
  while (box->a0 < box->a1 && box->b0 < box->b1 && self->a[box->a0] == self->b[box->b0])
    {
      box->a0++;
      box->b0++;
    }
  while (box->a0 < box->a1 && box->b0 < box->b1 && self->a[box->a1 - 1] == self->b[box->b1 - 1])
    {
      box->a1--;
      box->b1--;
    }
}

/* One more step: the diagonals in reach grow by one at both ends, and shrink by one where the box ends. What
 * lies just outside gets a value that no step comes from. */
static void
widen (Range     *reach,
       const Box *box,
       gint32    *furthest,
       gint32     outside)
{
  if (reach->min > box->a0 - box->b1)
    furthest[--reach->min - 1] = outside;
  else
    reach->min++;

  if (reach->max < box->a1 - box->b0)
    furthest[++reach->max + 1] = outside;
  else
    reach->max--;
}

/* Takes each diagonal one paid step further, then down its free ones. Returns whether it met the other
 * search, whose diagonals are `met` (NULL where the parity of D rules a meeting out). */
static gboolean
step_forward (const Differ *self,
              const Box    *box,
              const Range  *reach,
              const Range  *met,
              gint32       *x,
              gint32       *y)
{
  for (gint32 k = reach->min; k <= reach->max; k += 2)
    {
      gint32 from_left = self->forward[k - 1] + 1;
      gint32 from_above = self->forward[k + 1];

      *x = MAX (from_left, from_above);
      *y = *x - k;
      while (*x < box->a1 && *y < box->b1 && self->a[*x] == self->b[*y])
        {
          ++*x;
          ++*y;
        }
      self->forward[k] = *x;
      if (met != NULL && met->min <= k && k <= met->max && self->backward[k] <= *x)
        return TRUE;
    }
  return FALSE;
}

static gboolean
step_backward (const Differ *self,
               const Box    *box,
               const Range  *reach,
               const Range  *met,
               gint32       *x,
               gint32       *y)
{
  for (gint32 k = reach->min; k <= reach->max; k += 2)
    {
      gint32 from_right = self->backward[k + 1] - 1;
      gint32 from_below = self->backward[k - 1];

      *x = MIN (from_right, from_below);
      *y = *x - k;
      while (*x > box->a0 && *y > box->b0 && self->a[*x - 1] == self->b[*y - 1])
        {
          --*x;
          --*y;
        }
      self->backward[k] = *x;
      if (met != NULL && met->min <= k && k <= met->max && *x <= self->forward[k])
        return TRUE;
    }
  return FALSE;
}

/* The point that the forward search has come to with the most elements behind it. */
static void
find_furthest (const Differ *self,
               const Box    *box,
               const Range  *reach,
               gint32       *x,
               gint32       *y)
{
  gint64 best = -1;

  for (gint32 k = reach->min; k <= reach->max; k += 2)
    {
      gint32 at_x = MIN (MIN (self->forward[k], box->a1), box->b1 + k);

      if ((gint64) at_x + (at_x - k) > best)
        {
          *x = at_x;
          *y = at_x - k;
          best = (gint64) at_x + (at_x - k);
        }
    }
}

/* Where to cut a trimmed box. Returns FALSE if the searches have not met within limit steps; the cut is a
 * guess then. */
static gboolean
find_cut (const Differ *self,
          const Box    *box,
          guint         limit,
          gint32       *x,
          gint32       *y)
{
  gint32 first = box->a0 - box->b0;
  gint32 last = box->a1 - box->b1;
  gboolean odd = (first - last) % 2 != 0;
  Range ahead = { first, first };
  Range back = { last, last };

  self->forward[first] = box->a0;
  self->backward[last] = box->a1;
  for (guint step = 0; step < limit; step++)
    {
      widen (&ahead, box, self->forward, -1);
      if (step_forward (self, box, &ahead, odd ? &back : NULL, x, y))
        return TRUE;

      widen (&back, box, self->backward, G_MAXINT32);
      if (step_backward (self, box, &back, odd ? NULL : &ahead, x, y))
        return TRUE;
    }

  find_furthest (self, box, &ahead, x, y);
  return FALSE;
}

static void diff_box (Differ *self,
                      Box     box,
                      guint   limit,
                      gint64  anchor_size);

/* Returns FALSE if there are no anchors to cut the box at. */
static gboolean
diff_between_anchors (Differ    *self,
                      const Box *box,
                      gint64     anchor_size)
{
  g_autofree TruceAnchor *anchors = NULL;
  gsize n_anchors;
  gboolean common;
  Box gap = *box;

  anchors = truce_sequence_anchors (self->a + box->a0, box->a1 - box->a0,
                                    self->b + box->b0, box->b1 - box->b0, &n_anchors, &common);
  if (!common)
    {
      add_hunk (self, box);
      return TRUE;
    }
  if (n_anchors == 0)
    return FALSE;

  for (gsize i = 0; i < n_anchors; i++)
    {
      gap.a1 = box->a0 + (gint32) anchors[i].a;
      gap.b1 = box->b0 + (gint32) anchors[i].b;
      diff_box (self, gap, ROUGH_STEPS, anchor_size);
      gap.a0 = gap.a1 + 1;
      gap.b0 = gap.b1 + 1;
    }
  gap.a1 = box->a1;
  gap.b1 = box->b1;
  diff_box (self, gap, ROUGH_STEPS, anchor_size);
  return TRUE;
}

/* limit: steps of a search before it gives up. anchor_size: the largest box in which to look for anchors
 * then. What lies before a cut is short (a guess) or not deep (exact), so it recurs; what lies behind is the
 * next round. */
static void
diff_box (Differ *self,
          Box     box,
          guint   limit,
          gint64  anchor_size)
{
  for (trim (self, &box); box.a0 < box.a1 && box.b0 < box.b1; trim (self, &box))
    {
      gint64 size = (gint64) box.a1 - box.a0 + box.b1 - box.b0;
      gint32 x = 0;
      gint32 y = 0;

      if (!find_cut (self, &box, limit, &x, &y))
        {
          if (size <= anchor_size && diff_between_anchors (self, &box, size / 2))
            return;
          anchor_size = MIN (anchor_size, size / 2);
          limit = ROUGH_STEPS;
        }

      diff_box (self, (Box) { box.a0, x, box.b0, y }, limit, anchor_size);
      box.a0 = x;
      box.b0 = y;
    }

  add_hunk (self, &box);
}

/* Moves an insertion or a deletion towards limit, the place in a where the next hunk starts. */
static void
slide (TruceHunk     *hunk,
       const guint32 *a,
       const guint32 *b,
       guint32        limit)
{
  const guint32 *run = hunk->a_length > 0 ? a + hunk->a_start : b + hunk->b_start;
  guint32 length = hunk->a_length + hunk->b_length;
  guint32 room = limit - (hunk->a_start + hunk->a_length);
  guint32 by = 0;

  if (hunk->a_length > 0 && hunk->b_length > 0)
    return;

  while (by < room && run[by] == run[by + length])
    by++;
  hunk->a_start += by;
  hunk->b_start += by;
}

/* Slides all, the last first, so that each finds what follows it at its final place. */
static void
slide_all (GArray        *hunks,
           const guint32 *a,
           guint32        n_a,
           const guint32 *b)
{
  TruceHunk *all = (TruceHunk *) (void *) hunks->data;
  guint done = hunks->len;      /* all[done] and the later ones are final */

  for (guint i = hunks->len; i > 0; i--)
    {
      TruceHunk hunk = all[i - 1];

      slide (&hunk, a, b, done < hunks->len ? all[done].a_start : n_a);
      while (done < hunks->len && hunk.a_start + hunk.a_length == all[done].a_start)
        {
          hunk.a_length += all[done].a_length;
          hunk.b_length += all[done].b_length;
          done++;
          slide (&hunk, a, b, done < hunks->len ? all[done].a_start : n_a);
        }
      all[--done] = hunk;
    }

  g_array_remove_range (hunks, 0, done);
}

TruceHunk *
truce_sequence_diff (const guint32 *a,
                     gsize          n_a,
                     const guint32 *b,
                     gsize          n_b,
                     gsize         *n_hunks)
{
  gsize n_diagonals = n_a + n_b + 3;
  Differ self = { a, b };

  g_assert (n_a < G_MAXINT32 / 2 && n_b < G_MAXINT32 / 2);
  g_assert (n_hunks != NULL);

  self.diagonals = g_new (gint32, 2 * n_diagonals);
  self.forward = self.diagonals + n_b + 1;
  self.backward = self.forward + n_diagonals;
  self.hunks = g_array_new (FALSE, FALSE, sizeof (TruceHunk));

  diff_box (&self, (Box) { 0, (gint32) n_a, 0, (gint32) n_b }, EXACT_STEPS, G_MAXINT64);
  slide_all (self.hunks, a, n_a, b);

  g_free (self.diagonals);
  *n_hunks = self.hunks->len;
  return (TruceHunk *) (void *) g_array_free (self.hunks, FALSE);
}
