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

/* How often a symbol stands in a chunk, by side. */
typedef struct
{
  guint32 n[TRUCE_N_SIDES];
} Tally;

static Tally *
get_tally (GHashTable *tallies,
           guint32     symbol)
{
  Tally *tally = g_hash_table_lookup (tallies, GUINT_TO_POINTER (symbol));

  if (tally == NULL)
    {
      tally = g_new0 (Tally, 1);
      g_hash_table_insert (tallies, GUINT_TO_POINTER (symbol), tally);
    }
  return tally;
}

static GHashTable *
tally_chunk (const ListMerge  *list,
             const TruceChunk *chunk)
{
  const guint32 starts[TRUCE_N_SIDES] = { chunk->base_start, chunk->ours_start, chunk->theirs_start };
  const guint32 lengths[TRUCE_N_SIDES] = { chunk->base_length, chunk->ours_length, chunk->theirs_length };
  GHashTable *tallies = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (int side = 0; side < TRUCE_N_SIDES; side++)
    for (guint32 i = 0; i < lengths[side]; i++)
      get_tally (tallies, list->sides[side]->symbols[starts[side] + i])->n[side]++;
  return tallies;
}

/* What is left of one side's chunk when what the other deleted is gone: indices of elements. */
static GArray *
survivors (const ListMerge *list,
           GHashTable      *tallies,
           int              side,
           int              other,
           guint32          start,
           guint32          length)
{
  GArray *left = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr(GHashTable) taken = g_hash_table_new (NULL, NULL);

  for (guint32 i = start; i < start + length; i++)
    {
      gpointer symbol = GUINT_TO_POINTER (list->sides[side]->symbols[i]);
      const Tally *tally = g_hash_table_lookup (tallies, symbol);
      guint32 put_in = tally->n[side] - MIN (tally->n[side], tally->n[TRUCE_BASE]);
      guint32 kept = MIN (MIN (tally->n[TRUCE_BASE], tally->n[side]), tally->n[other]);
      guint n_taken = GPOINTER_TO_UINT (g_hash_table_lookup (taken, symbol));

      if (n_taken == put_in + kept)
        continue;
      g_hash_table_insert (taken, symbol, GUINT_TO_POINTER (n_taken + 1));
      g_array_append_val (left, i);
    }
  return left;
}

static guint32 *
symbols_of (const ListMerge *list,
            int              side,
            const GArray    *indices)
{
  guint32 *symbols = g_new (guint32, MAX (indices->len, 1));

  for (guint i = 0; i < indices->len; i++)
    symbols[i] = list->sides[side]->symbols[g_array_index (indices, guint32, i)];
  return symbols;
}

static void
append_indices (ListMerge    *list,
                int           side,
                const GArray *indices,
                guint32       start,
                guint32       end)
{
  for (guint32 i = start; i < end; i++)
    append_range (list, side, g_array_index (indices, guint32, i), 1);
}

/* Theirs in a stretch where the two differ, but for what ours has elsewhere: the same element stands once,
 * even where the two have it in another order. */
static void
append_new (ListMerge       *list,
            GHashTable      *only_ours,
            const GArray    *theirs,
            const guint32   *symbols,
            const TruceHunk *hunk)
{
  for (guint32 i = hunk->b_start; i < hunk->b_start + hunk->b_length; i++)
    {
      Tally *tally = g_hash_table_lookup (only_ours, GUINT_TO_POINTER (symbols[i]));

      if (tally != NULL && tally->n[TRUCE_OURS] > 0)
        tally->n[TRUCE_OURS]--;
      else
        append_indices (list, TRUCE_THEIRS, theirs, i, i + 1);
    }
}

/* What both have stands once, in its order; between, ours come first. */
static void
append_union (ListMerge        *list,
              const TruceChunk *chunk)
{
  g_autoptr(GHashTable) tallies = tally_chunk (list, chunk);
  g_autoptr(GHashTable) only_ours = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr(GArray) ours = survivors (list, tallies, TRUCE_OURS, TRUCE_THEIRS, chunk->ours_start, chunk->ours_length);
  g_autoptr(GArray) theirs = survivors (list, tallies, TRUCE_THEIRS, TRUCE_OURS, chunk->theirs_start,
                                        chunk->theirs_length);
  g_autofree guint32 *a = symbols_of (list, TRUCE_OURS, ours);
  g_autofree guint32 *b = symbols_of (list, TRUCE_THEIRS, theirs);
  g_autofree TruceHunk *hunks = NULL;
  gsize n_hunks;
  guint32 at = 0;

  hunks = truce_sequence_diff (a, ours->len, b, theirs->len, &n_hunks);
  for (gsize i = 0; i < n_hunks; i++)
    for (guint32 k = 0; k < hunks[i].a_length; k++)
      get_tally (only_ours, a[hunks[i].a_start + k])->n[TRUCE_OURS]++;
  for (gsize i = 0; i < n_hunks; i++)
    {
      append_indices (list, TRUCE_OURS, ours, at, hunks[i].a_start + hunks[i].a_length);
      append_new (list, only_ours, theirs, b, &hunks[i]);
      at = hunks[i].a_start + hunks[i].a_length;
    }
  append_indices (list, TRUCE_OURS, ours, at, ours->len);
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

/* Whether each element of the chunk was changed by both sides, or changed by one and deleted by the other. */
static gboolean
is_by_element (const ListMerge  *list,
               const TruceChunk *chunk)
{
  gboolean ours_paired = is_paired (chunk, chunk->ours_length);
  gboolean theirs_paired = is_paired (chunk, chunk->theirs_length);

  if (ours_paired && theirs_paired)
    return TRUE;
  if (ours_paired && chunk->theirs_length == 0)
    return changed_all (list, chunk, TRUCE_OURS, chunk->ours_start);
  if (theirs_paired && chunk->ours_length == 0)
    return changed_all (list, chunk, TRUCE_THEIRS, chunk->theirs_start);
  return FALSE;
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
      if (is_by_element (list, chunk))
        append_pairs (list, chunk);
      else
        append_union (list, chunk);
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
  ListMerge list = { merge, { NULL }, children };
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
