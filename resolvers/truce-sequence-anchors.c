/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sequence-anchors.h"

/* NOTES
 *
 * Patience: of the symbols that occur once in a and once in b, the longest row that stands in the same order
 * in both. It is found as one wins the card game after which it is named (Mallows 1963; as a difference: Bram
 * Cohen, 2005). Cards are dealt in the order of a and show their place in b. Each goes on the leftmost pile
 * whose top is greater, and remembers the top of the pile to its left; a row traced back from the rightmost
 * pile is a longest ascending one.
 *
 * To find the symbols that occur once, each side is sorted: the symbol in the upper half of 64 bits, the
 * place in the lower. That needs no hash function, so no input can make it slow. */

static int
compare_keys (gconstpointer key_a,
              gconstpointer key_b,
              gpointer      unused)
{
  guint64 a = *(const guint64 *) key_a;
  guint64 b = *(const guint64 *) key_b;

  return (a > b) - (a < b);
}

static inline guint64
make_key (guint32 upper,
          guint32 lower)
{
  return (guint64) upper << 32 | lower;
}

static inline guint32
upper_half (guint64 key)
{
  return key >> 32;
}

static guint64 *
sort_symbols (const guint32 *symbols,
              gsize          n)
{
  guint64 *keys = g_new (guint64, n);

  for (gsize i = 0; i < n; i++)
    keys[i] = make_key (symbols[i], i);
  g_qsort_with_data (keys, n, sizeof *keys, compare_keys, NULL);
  return keys;
}

/* How many of keys, from i on, have the symbol of the first. */
static gsize
count_run (const guint64 *keys,
           gsize          n,
           gsize          i)
{
  gsize end = i + 1;

  while (end < n && upper_half (keys[end]) == upper_half (keys[i]))
    end++;
  return end - i;
}

/* The symbols that occur once on both sides: place in a above, place in b below, ascending. */
static GArray *
find_unique (const guint64 *a,
             gsize          n_a,
             const guint64 *b,
             gsize          n_b,
             gboolean      *common)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (guint64));
  gsize i = 0;
  gsize j = 0;

  *common = FALSE;
  while (i < n_a && j < n_b)
    {
      gsize run_a = count_run (a, n_a, i);
      gsize run_b = count_run (b, n_b, j);
      guint32 symbol_a = upper_half (a[i]);
      guint32 symbol_b = upper_half (b[j]);

      if (symbol_a == symbol_b)
        {
          guint64 pair = make_key ((guint32) a[i], (guint32) b[j]);

          *common = TRUE;
          if (run_a == 1 && run_b == 1)
            g_array_append_val (pairs, pair);
        }
      i += symbol_a <= symbol_b ? run_a : 0;
      j += symbol_b <= symbol_a ? run_b : 0;
    }

  g_array_sort_with_data (pairs, compare_keys, NULL);
  return pairs;
}

/* The leftmost of n_piles whose top shows a greater place in b, or n_piles. */
static gsize
choose_pile (const guint64 *pairs,
             const guint32 *tops,
             gsize          n_piles,
             guint32        place)
{
  gsize low = 0;
  gsize high = n_piles;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if ((guint32) pairs[tops[middle]] < place)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static TruceAnchor *
longest_row (const guint64 *pairs,
             gsize          n,
             gsize         *length)
{
  g_autofree guint32 *tops = g_new (guint32, n);        /* a pile's top card: an index of pairs */
  g_autofree guint32 *lefts = g_new (guint32, n);       /* of a card: the top left of it when it was laid */
  TruceAnchor *row;
  gsize n_piles = 0;
  guint32 card;

  for (gsize i = 0; i < n; i++)
    {
      gsize pile = choose_pile (pairs, tops, n_piles, (guint32) pairs[i]);

      lefts[i] = pile > 0 ? tops[pile - 1] : 0;
      tops[pile] = i;
      n_piles = MAX (n_piles, pile + 1);
    }

  *length = n_piles;
  row = g_new (TruceAnchor, n_piles);
  card = n_piles > 0 ? tops[n_piles - 1] : 0;
  for (gsize i = n_piles; i > 0; i--)
    {
      row[i - 1] = (TruceAnchor) { upper_half (pairs[card]), (guint32) pairs[card] };
      card = lefts[card];
    }
  return row;
}

TruceAnchor *
truce_sequence_anchors (const guint32 *a,
                        gsize          n_a,
                        const guint32 *b,
                        gsize          n_b,
                        gsize         *n_anchors,
                        gboolean      *common)
{
  g_autofree guint64 *sorted_a = sort_symbols (a, n_a);
  g_autofree guint64 *sorted_b = sort_symbols (b, n_b);
  g_autoptr(GArray) pairs = find_unique (sorted_a, n_a, sorted_b, n_b, common);

  return longest_row ((const guint64 *) (void *) pairs->data, pairs->len, n_anchors);
}
