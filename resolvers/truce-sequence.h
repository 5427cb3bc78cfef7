/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Difference and three-way merge of sequences. Private: nothing here is installed.
 *
 * Elements are symbols: two are equal where their numbers are. Who calls makes the numbers (words of a
 * text, values of an array), so that no comparison here looks further than 32 bits. */

#include <glib.h>

G_BEGIN_DECLS

/* a[a_start .. a_start + a_length) became b[b_start .. b_start + b_length); one of the lengths may be 0. */
typedef struct
{
  guint32 a_start;
  guint32 a_length;
  guint32 b_start;
  guint32 b_length;
} TruceHunk;

/* What changed from a to b: hunks ascending, never touching, n_hunks of them. */
TruceHunk *truce_sequence_diff (const guint32 *a,
                                gsize          n_a,
                                const guint32 *b,
                                gsize          n_b,
                                gsize         *n_hunks) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  TRUCE_CHUNK_SAME,             /* no side changed it: all three lengths are equal */
  TRUCE_CHUNK_OURS,             /* only ours changed it */
  TRUCE_CHUNK_THEIRS,           /* only theirs changed it */
  TRUCE_CHUNK_BOTH_SAME,        /* both changed it, to the same */
  TRUCE_CHUNK_CONFLICT,         /* both changed it, apart */
} TruceChunkType;

typedef struct
{
  TruceChunkType type;
  guint32 base_start;
  guint32 base_length;
  guint32 ours_start;
  guint32 ours_length;
  guint32 theirs_start;
  guint32 theirs_length;
} TruceChunk;

/* The three sequences cut into chunks, in order, without a gap: diff3. Two changes are in one chunk where
 * they overlap, or both insert at one place (a conflict with base_length 0). Changes that only touch (one
 * ends where the other begins, not both insertions) stay apart. */
TruceChunk *truce_sequence_merge (const guint32 *base,
                                  gsize          n_base,
                                  const guint32 *ours,
                                  gsize          n_ours,
                                  const guint32 *theirs,
                                  gsize          n_theirs,
                                  gsize         *n_chunks) G_GNUC_WARN_UNUSED_RESULT;

/* The same by differences that were made in another way; they must be as truce_sequence_diff() gives them. */
TruceChunk *truce_sequence_merge_hunks (gsize            n_base,
                                        const guint32   *ours,
                                        const TruceHunk *our_hunks,
                                        gsize            n_our_hunks,
                                        const guint32   *theirs,
                                        const TruceHunk *their_hunks,
                                        gsize            n_their_hunks,
                                        gsize           *n_chunks) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
