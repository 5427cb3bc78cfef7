/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"
#include "truce-sequence.h"

/* NOTES
 *
 * diff3 (Khanna, Kunal, Pierce 2007) over the elements' symbols cuts the arrays into chunks. Where only one side changed a
 * chunk, that side's is taken. Where both did:
 *
 *   as many elements on all three sides    each is one that both changed: merged by itself
 *   one side deleted all of them, and the
 *   other changed each                     deletion against change, each by itself
 *   anything else                          what a side deleted is gone, what both put in at one place stands there: ours
 *                                          first, an element that both put in once
 *
 * The last is what a sequence CRDT would make of it, so that nothing that anybody put in is lost. */

typedef struct
{
  TruceMerge *merge;
  TruceTriple arrays;
  const TruceElements *sides[TRUCE_N_SIDES];
  GArray *children;             /* of TruceJsonChild: the result */
} ListMerge;

static guint32
node_at (const ListMerge *list,
         int              side,
         guint32          index)
{
  return list->sides[side]->nodes[index];
}

static void
append (ListMerge      *list,
        TruceJsonDraft *value,
        guint32         home)
{
  TruceJsonChild child = { NULL, TRUCE_JSON_NONE, value, home };

  if (value != NULL)
    g_array_append_val (list->children, child);
}

/* Elements of one side as they stand. */
static void
append_range (ListMerge *list,
              int        side,
              guint32    start,
              guint32    length)
{
  for (guint32 i = start; i < start + length; i++)
    {
      guint32 node = node_at (list, side, i);

      append (list, truce_json_draft_value (list->merge->arena, list->merge->docs[side], node),
              side == TRUCE_OURS ? node : TRUCE_JSON_NONE);
    }
}

/* The elements of a chunk one by one, each with its fellows; a side of length 0 has none of them. */
static void
append_pairs (ListMerge        *list,
              const TruceChunk *chunk)
{
  for (guint32 i = 0; i < chunk->base_length; i++)
    {
      guint32 ours = chunk->ours_length > 0 ? node_at (list, TRUCE_OURS, chunk->ours_start + i) : TRUCE_JSON_NONE;
      guint32 theirs = chunk->theirs_length > 0 ? node_at (list, TRUCE_THEIRS, chunk->theirs_start + i)
                                                : TRUCE_JSON_NONE;
      TruceTriple values = truce_triple (node_at (list, TRUCE_BASE, chunk->base_start + i), ours, theirs);

      append (list, truce_merge_element (list->merge, list->children->len, values), ours);
    }
}

/* Symbols and how many of each. */
static void
put_one (GHashTable *counts,
         guint32     symbol)
{
  guint have = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GUINT_TO_POINTER (symbol)));

  g_hash_table_insert (counts, GUINT_TO_POINTER (symbol), GUINT_TO_POINTER (have + 1));
}

static gboolean
take_one (GHashTable *counts,
          guint32     symbol)
{
  guint have = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GUINT_TO_POINTER (symbol)));

  if (have == 0)
    return FALSE;
  g_hash_table_insert (counts, GUINT_TO_POINTER (symbol), GUINT_TO_POINTER (have - 1));
  return TRUE;
}

/* What theirs put in, without what ours put in there too. */
static void
append_rest (ListMerge  *list,
             GHashTable *counts,
             guint32     start,
             guint32     length)
{
  for (guint32 i = start; i < start + length; i++)
    if (!take_one (counts, list->sides[TRUCE_THEIRS]->symbols[i]))
      append_range (list, TRUCE_THEIRS, i, 1);
}

/* What both put in at one place: their common elements keep their order, and between them ours come first. */
static void
append_insertions (ListMerge *list,
                   guint32    ours,
                   guint32    n_ours,
                   guint32    theirs,
                   guint32    n_theirs)
{
  const guint32 *a = list->sides[TRUCE_OURS]->symbols + ours;
  const guint32 *b = list->sides[TRUCE_THEIRS]->symbols + theirs;
  g_autofree TruceHunk *hunks = NULL;
  g_autoptr(GHashTable) only_ours = NULL;
  gsize n_hunks;
  guint32 at = 0;

  if (n_ours == 0 || n_theirs == 0)
    {
      append_range (list, TRUCE_OURS, ours, n_ours);
      append_range (list, TRUCE_THEIRS, theirs, n_theirs);
      return;
    }

  hunks = truce_sequence_diff (a, n_ours, b, n_theirs, &n_hunks);
  only_ours = g_hash_table_new (NULL, NULL);
  for (gsize i = 0; i < n_hunks; i++)
    for (guint32 k = 0; k < hunks[i].a_length; k++)
      put_one (only_ours, a[hunks[i].a_start + k]);
  for (gsize i = 0; i < n_hunks; i++)
    {
      append_range (list, TRUCE_OURS, ours + at, hunks[i].a_start + hunks[i].a_length - at);
      append_rest (list, only_ours, theirs + hunks[i].b_start, hunks[i].b_length);
      at = hunks[i].a_start + hunks[i].a_length;
    }
  append_range (list, TRUCE_OURS, ours + at, n_ours - at);
}

/* One side's changes within a chunk. */
typedef struct
{
  TruceHunk *hunks;             /* owned */
  gsize n_hunks;
  gsize next;                   /* the first hunk that does not end before the place we are at */
  gint64 shift;                 /* from an index of base to that of an element kept on this side */
} ChunkSide;

static void
chunk_side_init (ChunkSide        *side,
                 const ListMerge  *list,
                 const TruceChunk *chunk,
                 int               number,
                 guint32           start,
                 guint32           length)
{
  side->hunks = truce_sequence_diff (list->sides[TRUCE_BASE]->symbols + chunk->base_start, chunk->base_length,
                                     list->sides[number]->symbols + start, length, &side->n_hunks);
  side->next = 0;
  side->shift = 0;
}

/* What this side put in before base's element at; the hunk that deletes from there on stays next. */
static const TruceHunk *
hunk_at (const ChunkSide *side,
         guint32          at)
{
  return side->next < side->n_hunks && side->hunks[side->next].a_start == at ? &side->hunks[side->next] : NULL;
}

/* Goes over base's element at; FALSE if this side deleted it. */
static gboolean
keeps (ChunkSide *side,
       guint32    at)
{
  const TruceHunk *hunk = side->next < side->n_hunks ? &side->hunks[side->next] : NULL;
  gboolean kept = hunk == NULL || at < hunk->a_start || hunk->a_length == 0;

  if (hunk != NULL && at + 1 >= hunk->a_start + hunk->a_length && at >= hunk->a_start)
    {
      side->shift += (gint64) hunk->b_length - hunk->a_length;
      side->next++;
    }
  return kept;
}

static void
append_union (ListMerge        *list,
              const TruceChunk *chunk)
{
  ChunkSide ours;
  ChunkSide theirs;

  chunk_side_init (&ours, list, chunk, TRUCE_OURS, chunk->ours_start, chunk->ours_length);
  chunk_side_init (&theirs, list, chunk, TRUCE_THEIRS, chunk->theirs_start, chunk->theirs_length);
  for (guint32 at = 0; at <= chunk->base_length; at++)
    {
      const TruceHunk *x = hunk_at (&ours, at);
      const TruceHunk *y = hunk_at (&theirs, at);
      gboolean ours_keeps;
      gboolean theirs_keeps;

      append_insertions (list, chunk->ours_start + (x != NULL ? x->b_start : 0), x != NULL ? x->b_length : 0,
                         chunk->theirs_start + (y != NULL ? y->b_start : 0), y != NULL ? y->b_length : 0);
      if (at == chunk->base_length)
        break;
      ours_keeps = keeps (&ours, at);
      theirs_keeps = keeps (&theirs, at);
      if (ours_keeps && theirs_keeps)
        append_range (list, TRUCE_OURS, chunk->ours_start + at + ours.shift, 1);
    }
  g_free (ours.hunks);
  g_free (theirs.hunks);
}

/* Each of a chunk's elements has its fellow on the other side. */
static gboolean
is_paired (const TruceChunk *chunk,
           guint32           length)
{
  return length == chunk->base_length && length > 0;
}

/* Whether a side changed every element of the chunk, and not just some of them. */
static gboolean
changed_all (const ListMerge  *list,
             const TruceChunk *chunk,
             int               side,
             guint32           start)
{
  for (guint32 i = 0; i < chunk->base_length; i++)
    if (list->sides[TRUCE_BASE]->symbols[chunk->base_start + i] == list->sides[side]->symbols[start + i])
      return FALSE;
  return TRUE;
}

static void
append_conflict (ListMerge        *list,
                 const TruceChunk *chunk)
{
  gboolean ours_paired = is_paired (chunk, chunk->ours_length);
  gboolean theirs_paired = is_paired (chunk, chunk->theirs_length);

  if (ours_paired && theirs_paired)
    append_pairs (list, chunk);
  else if (ours_paired && chunk->theirs_length == 0 && changed_all (list, chunk, TRUCE_OURS, chunk->ours_start))
    append_pairs (list, chunk);
  else if (theirs_paired && chunk->ours_length == 0 && changed_all (list, chunk, TRUCE_THEIRS, chunk->theirs_start))
    append_pairs (list, chunk);
  else
    append_union (list, chunk);
}

static void
append_chunk (ListMerge        *list,
              const TruceChunk *chunk)
{
  switch (chunk->type)
    {
    case TRUCE_CHUNK_SAME:
    case TRUCE_CHUNK_BOTH_SAME:
      append_range (list, TRUCE_OURS, chunk->ours_start, chunk->ours_length);
      break;
    case TRUCE_CHUNK_OURS:
      /* Element by element, so that a kind below has its say. */
      if (is_paired (chunk, chunk->ours_length))
        append_pairs (list, chunk);
      else
        append_range (list, TRUCE_OURS, chunk->ours_start, chunk->ours_length);
      break;
    case TRUCE_CHUNK_THEIRS:
      /* Element by element, so that each takes the place, and the layout, of ours. */
      if (is_paired (chunk, chunk->theirs_length))
        append_pairs (list, chunk);
      else
        append_range (list, TRUCE_THEIRS, chunk->theirs_start, chunk->theirs_length);
      break;
    case TRUCE_CHUNK_CONFLICT:
      append_conflict (list, chunk);
      break;
    }
}

TruceJsonDraft *
truce_merge_list (TruceMerge *merge,
                  TruceTriple values)
{
  g_autoptr(TruceSymbols) symbols = truce_symbols_new (merge, values);
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));
  g_autofree TruceChunk *chunks = NULL;
  ListMerge list = { merge, values, { NULL }, children };
  gsize n_chunks;

  for (int side = 0; side < TRUCE_N_SIDES; side++)
    list.sides[side] = truce_symbols_get (symbols, side);
  chunks = truce_sequence_merge (list.sides[TRUCE_BASE]->symbols, list.sides[TRUCE_BASE]->n,
                                 list.sides[TRUCE_OURS]->symbols, list.sides[TRUCE_OURS]->n,
                                 list.sides[TRUCE_THEIRS]->symbols, list.sides[TRUCE_THEIRS]->n, &n_chunks);
  for (gsize i = 0; i < n_chunks; i++)
    append_chunk (&list, &chunks[i]);

  return truce_json_draft_container (merge->arena, TRUCE_JSON_DRAFT_ARRAY, merge->docs[TRUCE_OURS],
                                     values.node[TRUCE_OURS], (const TruceJsonChild *) children->data, children->len);
}
