/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sequence.h"

/* NOTES
 *
 * diff3, after S. Khanna, K. Kunal and B. C. Pierce, "A Formal Investigation of Diff3" (FSTTCS 2007). Two
 * differences, from base to ours and from base to theirs, are walked side by side along base. Between changes
 * all three run in step; changes that overlap are gathered into one chunk until it has a clean end:
 *
 *     base    A B C D E F G H
 *     ours    A x C D     G H        B → x, E F deleted
 *     theirs  A B C D E y G H z      F → y, z added
 *     chunks  =|o|= =|conf|= =|t     the deletion and F → y overlap: one chunk, E F against nothing and E y
 *
 * diff3 makes one chunk of changes that touch, too. Here they stay apart, since each is sure of its place: a
 * change of A and a change of B, in A B, do not contradict each other. Only where both insert at one place is
 * the order open. */

typedef struct
{
  const guint32 *elements;
  const TruceHunk *hunks;
  gsize n_hunks;
  gsize next;                   /* the first hunk that is in no chunk yet */
  guint32 at;                   /* the first element that is in no chunk yet */
} Side;

static inline guint32
hunk_end (const TruceHunk *hunk)
{
  return hunk->a_start + hunk->a_length;
}

static const TruceHunk *
peek (const Side *side)
{
  return side->next < side->n_hunks ? &side->hunks[side->next] : NULL;
}

/* The hunk that comes first in base; of two at one place an insertion. */
static const TruceHunk *
choose_first (const TruceHunk *ours,
              const TruceHunk *theirs)
{
  if (ours == NULL || theirs == NULL)
    return ours != NULL ? ours : theirs;
  if (ours->a_start != theirs->a_start)
    return ours->a_start < theirs->a_start ? ours : theirs;
  return hunk_end (ours) <= hunk_end (theirs) ? ours : theirs;
}

static gboolean
overlaps (const TruceHunk *hunk,
          guint32          start,
          guint32          end)
{
  if (hunk->a_length == 0 && start == end)
    return hunk->a_start == start;
  return hunk->a_start < end && start < hunk_end (hunk);
}

/* Takes the side's hunks that overlap base's start to *end, which grows with them. `growth` gets the elements
 * by which they make the side longer than base. Returns whether there was any. */
static gboolean
take_hunks (Side    *side,
            guint32  start,
            guint32 *end,
            gint64  *growth)
{
  gsize first = side->next;
  const TruceHunk *hunk;

  while ((hunk = peek (side)) != NULL && overlaps (hunk, start, *end))
    {
      *growth += (gint64) hunk->b_length - hunk->a_length;
      *end = MAX (*end, hunk_end (hunk));
      side->next++;
    }
  return side->next > first;
}

static TruceChunkType
classify (const TruceChunk *chunk,
          const Side       *ours,
          const Side       *theirs,
          gboolean          ours_changed,
          gboolean          theirs_changed)
{
  if (!theirs_changed)
    return TRUCE_CHUNK_OURS;
  if (!ours_changed)
    return TRUCE_CHUNK_THEIRS;
  if (chunk->ours_length != chunk->theirs_length)
    return TRUCE_CHUNK_CONFLICT;
  for (guint32 i = 0; i < chunk->ours_length; i++)
    if (ours->elements[chunk->ours_start + i] != theirs->elements[chunk->theirs_start + i])
      return TRUCE_CHUNK_CONFLICT;
  return TRUCE_CHUNK_BOTH_SAME;
}

static void
add_chunk (GArray    *chunks,
           TruceChunk chunk,
           Side      *ours,
           Side      *theirs)
{
  g_array_append_val (chunks, chunk);
  ours->at += chunk.ours_length;
  theirs->at += chunk.theirs_length;
}

/* The elements of base from start to end, which no side changed. */
static void
add_same (GArray *chunks,
          guint32 start,
          guint32 end,
          Side   *ours,
          Side   *theirs)
{
  guint32 length = end - start;
  TruceChunk chunk = { TRUCE_CHUNK_SAME, start, length, ours->at, length, theirs->at, length };

  if (length > 0)
    add_chunk (chunks, chunk, ours, theirs);
}

/* The chunk of the change at `first` and all that it overlaps. Returns its end in base. */
static guint32
add_change (GArray          *chunks,
            const TruceHunk *first,
            Side            *ours,
            Side            *theirs)
{
  guint32 start = first->a_start;
  guint32 end = hunk_end (first);
  gint64 ours_growth = 0;
  gint64 theirs_growth = 0;
  gboolean ours_changed = FALSE;
  gboolean theirs_changed = FALSE;
  gboolean grown = TRUE;
  TruceChunk chunk;

  while (grown)
    {
      gboolean more_ours = take_hunks (ours, start, &end, &ours_growth);
      gboolean more_theirs = take_hunks (theirs, start, &end, &theirs_growth);

      ours_changed |= more_ours;
      theirs_changed |= more_theirs;
      grown = more_ours || more_theirs;
    }

  chunk = (TruceChunk) {
    .base_start = start,
    .base_length = end - start,
    .ours_start = ours->at,
    .ours_length = end - start + ours_growth,
    .theirs_start = theirs->at,
    .theirs_length = end - start + theirs_growth,
  };
  chunk.type = classify (&chunk, ours, theirs, ours_changed, theirs_changed);
  add_chunk (chunks, chunk, ours, theirs);
  return end;
}

TruceChunk *
truce_sequence_merge_hunks (gsize            n_base,
                            const guint32   *ours,
                            const TruceHunk *our_hunks,
                            gsize            n_our_hunks,
                            const guint32   *theirs,
                            const TruceHunk *their_hunks,
                            gsize            n_their_hunks,
                            gsize           *n_chunks)
{
  Side our_side = { ours, our_hunks, n_our_hunks };
  Side their_side = { theirs, their_hunks, n_their_hunks };
  GArray *chunks = g_array_new (FALSE, FALSE, sizeof (TruceChunk));
  const TruceHunk *first;
  guint32 at = 0;

  g_assert (n_chunks != NULL);

  while ((first = choose_first (peek (&our_side), peek (&their_side))) != NULL)
    {
      add_same (chunks, at, first->a_start, &our_side, &their_side);
      at = add_change (chunks, first, &our_side, &their_side);
    }
  add_same (chunks, at, n_base, &our_side, &their_side);

  *n_chunks = chunks->len;
  return (TruceChunk *) (void *) g_array_free (chunks, FALSE);
}

TruceChunk *
truce_sequence_merge (const guint32 *base,
                      gsize          n_base,
                      const guint32 *ours,
                      gsize          n_ours,
                      const guint32 *theirs,
                      gsize          n_theirs,
                      gsize         *n_chunks)
{
  gsize n_our_hunks;
  gsize n_their_hunks;
  g_autofree TruceHunk *our_hunks = truce_sequence_diff (base, n_base, ours, n_ours, &n_our_hunks);
  g_autofree TruceHunk *their_hunks = truce_sequence_diff (base, n_base, theirs, n_theirs, &n_their_hunks);

  return truce_sequence_merge_hunks (n_base, ours, our_hunks, n_our_hunks, theirs, their_hunks, n_their_hunks,
                                     n_chunks);
}
