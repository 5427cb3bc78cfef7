/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences and three-way merges of sequences: written-out cases as strings, then random ones against dumb
 * models (an O(n m) table for the shortest difference, painted points for diff3). */
#include "truce-sequence.h"

typedef struct
{
  const char *name;
  const char *a;
  const char *b;
  const char *expected;
} DiffRow;

/* at-deleted+inserted, by places in a */
static const DiffRow diff_rows[] = {
  { "both-empty", "", "", "" },
  { "same", "abc", "abc", "" },
  { "all-new", "", "abc", "0-0+3" },
  { "all-gone", "abc", "", "0-3+0" },
  { "nothing-common", "abc", "xy", "0-3+2" },
  { "insert-first", "bc", "abc", "0-0+1" },
  { "insert-middle", "ac", "abc", "1-0+1" },
  { "insert-last", "ab", "abc", "2-0+1" },
  { "replace", "abc", "axc", "1-1+1" },
  { "two-hunks", "abcdef", "axcdf", "1-1+1 4-1+0" },
  { "repeat-grows-at-its-end", "axxb", "axxxb", "3-0+1" },
  { "repeat-shrinks-at-its-end", "axxxb", "axxb", "3-1+0" },
  { "repeated-pair-grows-at-its-end", "qababz", "qabababz", "5-0+2" },
  { "slides-over-a-common-element", "ab", "acab", "1-0+2" },
  { "slides-into-the-next", "aab", "aaac", "2-1+2" },
  { "myers-1986", "abcabba", "cbabac", "0-1+1 2-1+0 5-1+0 7-0+1" },
};

static guint32 *
symbols_of (const char *text,
            gsize      *n)
{
  guint32 *symbols;

  *n = strlen (text);
  symbols = g_new0 (guint32, *n + 1);
  for (gsize i = 0; i < *n; i++)
    symbols[i] = (guchar) text[i];
  return symbols;
}

static char *
hunks_to_string (const TruceHunk *hunks,
                 gsize            n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u-%u+%u", i > 0 ? " " : "",
                            hunks[i].a_start, hunks[i].a_length, hunks[i].b_length);
  return g_string_free (text, FALSE);
}

static void
test_diff_row (gconstpointer data)
{
  const DiffRow *row = data;
  gsize n_a;
  gsize n_b;
  gsize n_hunks;
  g_autofree guint32 *a = symbols_of (row->a, &n_a);
  g_autofree guint32 *b = symbols_of (row->b, &n_b);
  g_autofree TruceHunk *hunks = truce_sequence_diff (a, n_a, b, n_b, &n_hunks);
  g_autofree char *text = hunks_to_string (hunks, n_hunks);

  g_assert_cmpstr (text, ==, row->expected);
}

/* ---- random sequences ---- */

static guint
n_rounds (guint quick)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  if (rounds != NULL)
    return g_ascii_strtoull (rounds, NULL, 10);
  return g_test_slow () ? 100 * quick : quick;
}

/* Few different symbols: many ways to match them. */
static guint32 *
random_sequence (gsize *n,
                 gint   max,
                 gint   n_symbols)
{
  guint32 *symbols;

  *n = g_test_rand_int_range (0, max + 1);
  symbols = g_new0 (guint32, *n + 1);
  for (gsize i = 0; i < *n; i++)
    symbols[i] = g_test_rand_int_range (0, n_symbols);
  return symbols;
}

/* A copy with a few places changed, removed or added. */
static guint32 *
random_edit (const guint32 *from,
             gsize          n_from,
             gsize         *n,
             gint           n_symbols,
             gint           one_in)
{
  GArray *edited = g_array_new (FALSE, TRUE, sizeof (guint32));

  for (gsize i = 0; i <= n_from; i++)
    {
      guint32 fresh = g_test_rand_int_range (0, n_symbols);

      if (g_test_rand_int_range (0, one_in) == 0)
        g_array_append_val (edited, fresh);
      if (i < n_from && g_test_rand_int_range (0, one_in) != 0)
        g_array_append_val (edited, from[i]);
    }

  *n = edited->len;
  g_array_set_size (edited, edited->len + 1);
  return (guint32 *) (void *) g_array_free (edited, FALSE);
}

/* The shortest difference as a table tells it: row by row, elements that stay at best. */
static gsize
dumb_distance (const guint32 *a,
               gsize          n_a,
               const guint32 *b,
               gsize          n_b)
{
  g_autofree gsize *above = g_new0 (gsize, n_b + 1);
  g_autofree gsize *row = g_new0 (gsize, n_b + 1);

  for (gsize i = 0; i < n_a; i++)
    {
      for (gsize j = 0; j < n_b; j++)
        row[j + 1] = a[i] == b[j] ? above[j] + 1 : MAX (above[j + 1], row[j]);
      memcpy (above, row, (n_b + 1) * sizeof *row);
    }
  return n_a + n_b - 2 * above[n_b];
}

/* Ascending, apart, nothing but equal elements between, and each as late as it can stand. Returns what they
 * cost. */
static gsize
check_hunks (const TruceHunk *hunks,
             gsize            n_hunks,
             const guint32   *a,
             gsize            n_a,
             const guint32   *b,
             gsize            n_b)
{
  gsize cost = 0;
  gsize at_a = 0;
  gsize at_b = 0;

  for (gsize i = 0; i < n_hunks; i++)
    {
      const TruceHunk *hunk = &hunks[i];

      g_assert_cmpuint (hunk->a_start - at_a, ==, hunk->b_start - at_b);
      g_assert_true (i == 0 || hunk->a_start > at_a);
      g_assert_cmpuint (hunk->a_length + hunk->b_length, >, 0);
      while (at_a < hunk->a_start)
        g_assert_cmpuint (a[at_a++], ==, b[at_b++]);
      at_a += hunk->a_length;
      at_b += hunk->b_length;
      if (hunk->b_length == 0 && at_a < n_a)
        g_assert_cmpuint (a[hunk->a_start], !=, a[at_a]);
      if (hunk->a_length == 0 && at_b < n_b)
        g_assert_cmpuint (b[hunk->b_start], !=, b[at_b]);
      cost += hunk->a_length + hunk->b_length;
    }

  g_assert_cmpuint (n_a - at_a, ==, n_b - at_b);
  while (at_a < n_a)
    g_assert_cmpuint (a[at_a++], ==, b[at_b++]);
  return cost;
}

static void
test_diff_minimal (void)
{
  for (guint round = 0; round < n_rounds (4000); round++)
    {
      gint n_symbols = g_test_rand_int_range (1, 12);
      gsize n_a;
      gsize n_b;
      gsize n_hunks;
      g_autofree guint32 *a = random_sequence (&n_a, 40, n_symbols);
      g_autofree guint32 *b = g_test_rand_bit () ? random_sequence (&n_b, 40, n_symbols)
                                                 : random_edit (a, n_a, &n_b, n_symbols, 6);
      g_autofree TruceHunk *hunks = truce_sequence_diff (a, n_a, b, n_b, &n_hunks);

      g_assert_cmpuint (check_hunks (hunks, n_hunks, a, n_a, b, n_b), ==, dumb_distance (a, n_a, b, n_b));
    }
}

/* ---- past the limit of the exact search ---- */

#define LARGE 12000             /* elements; with this many all different, 8192 steps are not enough */

static void
shuffle (guint32 *symbols,
         gsize    n)
{
  for (gsize i = n; i > 1; i--)
    {
      gsize j = g_test_rand_int_range (0, i);
      guint32 swapped = symbols[i - 1];

      symbols[i - 1] = symbols[j];
      symbols[j] = swapped;
    }
}

static guint32 *
count_from (guint32 first,
            gsize   n)
{
  guint32 *symbols = g_new (guint32, n);

  for (gsize i = 0; i < n; i++)
    symbols[i] = first + i;
  return symbols;
}

static void
test_diff_nothing_common (void)
{
  g_autofree guint32 *a = count_from (0, LARGE);
  g_autofree guint32 *b = count_from (LARGE, LARGE);
  gsize n_hunks;
  g_autofree TruceHunk *hunks = truce_sequence_diff (a, LARGE, b, LARGE, &n_hunks);

  g_assert_cmpuint (n_hunks, ==, 1);
  check_hunks (hunks, n_hunks, a, LARGE, b, LARGE);
}

static void
test_diff_reversed (void)
{
  g_autofree guint32 *a = count_from (0, LARGE);
  g_autofree guint32 *b = count_from (0, LARGE);
  gsize n_hunks;
  g_autofree TruceHunk *hunks = NULL;

  for (gsize i = 0; i < LARGE; i++)
    b[i] = LARGE - 1 - i;
  hunks = truce_sequence_diff (a, LARGE, b, LARGE, &n_hunks);
  g_assert_cmpuint (check_hunks (hunks, n_hunks, a, LARGE, b, LARGE), ==, 2 * LARGE - 2);
}

/* Distinct values: the anchors make it minimal past the limit, too. The longest ascending row is counted
 * dumbly. */
static void
test_diff_shuffled (void)
{
  const gsize n = 6000;
  g_autofree guint32 *a = count_from (0, n);
  g_autofree guint32 *b = count_from (0, n);
  g_autofree gsize *rows = g_new0 (gsize, n);
  g_autofree TruceHunk *hunks = NULL;
  gsize longest = 0;
  gsize n_hunks;

  shuffle (b, n);
  for (gsize i = 0; i < n; i++)
    {
      for (gsize j = 0; j < i; j++)
        rows[i] = b[j] < b[i] ? MAX (rows[i], rows[j]) : rows[i];
      rows[i]++;
      longest = MAX (longest, rows[i]);
    }

  hunks = truce_sequence_diff (a, n, b, n, &n_hunks);
  g_assert_cmpuint (check_hunks (hunks, n_hunks, a, n, b, n), ==, 2 * (n - longest));
}

/* Repeated symbols without any anchor: only guesses are left. They must still be right, and not silly. */
static void
test_diff_no_anchors (gconstpointer data)
{
  gint n_symbols = GPOINTER_TO_INT (data);
  g_autofree guint32 *a = g_new (guint32, LARGE);
  g_autofree guint32 *b = g_new (guint32, LARGE);
  gsize n_hunks;
  g_autofree TruceHunk *hunks = NULL;

  for (gsize i = 0; i < LARGE; i++)
    {
      a[i] = g_test_rand_int_range (0, n_symbols);
      b[i] = g_test_rand_int_range (0, n_symbols);
    }
  hunks = truce_sequence_diff (a, LARGE, b, LARGE, &n_hunks);
  g_assert_cmpuint (check_hunks (hunks, n_hunks, a, LARGE, b, LARGE), <, 2 * LARGE);
}

/* ---- merge ---- */

typedef struct
{
  const char *name;
  const char *base;
  const char *ours;
  const char *theirs;
  const char *expected;
} MergeRow;

/* =kept, ours:base/ours, theirs:base/theirs, both:base/ours, conflict:base/ours/theirs */
static const MergeRow merge_rows[] = {
  { "all-empty", "", "", "", "" },
  { "same", "abc", "abc", "abc", "=abc" },
  { "ours-only", "abc", "axc", "abc", "=a ours:b/x =c" },
  { "theirs-only", "abc", "abc", "axc", "=a theirs:b/x =c" },
  { "apart", "abcde", "xbcde", "abcdy", "ours:a/x =bcd theirs:e/y" },
  { "both-the-same", "abc", "axc", "axc", "=a both:b/x =c" },
  { "both-delete-the-same", "abc", "ac", "ac", "=a both:b/ =c" },
  { "both-insert-the-same", "ab", "axb", "axb", "=a both:/x =b" },
  { "both-insert", "ab", "axb", "ayb", "=a conflict:/x/y =b" },
  { "both-replace", "abc", "axc", "ayc", "=a conflict:b/x/y =c" },
  { "delete-against-replace", "abc", "ac", "axc", "=a conflict:b//x =c" },
  { "both-from-nothing", "", "x", "y", "conflict:/x/y" },
  { "touching-replacements", "abcd", "axcd", "abyd", "=a ours:b/x theirs:c/y =d" },
  { "insertion-before-a-replacement", "abc", "axbc", "ayc", "=a ours:/x theirs:b/y =c" },
  { "insertion-behind-a-replacement", "abc", "abxc", "ayc", "=a theirs:b/y ours:/x =c" },
  { "insertion-within-a-deletion", "abcd", "abxcd", "ad", "=a conflict:bc/bxc/ =d" },
  { "deletions-overlap", "abcde", "ade", "abe", "=a conflict:bcd/d/b =e" },
  { "a-chain-of-overlaps", "abcdefg", "axeyg", "abczg", "=a conflict:bcdef/xey/bcz =g" },
  { "one-against-two", "abcde", "axe", "apcqe", "=a conflict:bcd/x/pcq =e" },
};

static void
append_part (GString    *text,
             const char *sequence,
             guint32     start,
             guint32     length)
{
  g_string_append_len (text, sequence + start, length);
}

static char *
chunks_to_string (const TruceChunk *chunks,
                  gsize             n,
                  const MergeRow   *row)
{
  static const char *labels[] = { "=", "ours:", "theirs:", "both:", "conflict:" };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    {
      const TruceChunk *chunk = &chunks[i];

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", labels[chunk->type]);
      append_part (text, row->base, chunk->base_start, chunk->base_length);
      if (chunk->type != TRUCE_CHUNK_SAME)
        g_string_append_c (text, '/');
      if (chunk->type != TRUCE_CHUNK_SAME && chunk->type != TRUCE_CHUNK_THEIRS)
        append_part (text, row->ours, chunk->ours_start, chunk->ours_length);
      if (chunk->type == TRUCE_CHUNK_CONFLICT)
        g_string_append_c (text, '/');
      if (chunk->type == TRUCE_CHUNK_THEIRS || chunk->type == TRUCE_CHUNK_CONFLICT)
        append_part (text, row->theirs, chunk->theirs_start, chunk->theirs_length);
    }
  return g_string_free (text, FALSE);
}

static void
test_merge_row (gconstpointer data)
{
  const MergeRow *row = data;
  gsize n_base;
  gsize n_ours;
  gsize n_theirs;
  gsize n_chunks;
  g_autofree guint32 *base = symbols_of (row->base, &n_base);
  g_autofree guint32 *ours = symbols_of (row->ours, &n_ours);
  g_autofree guint32 *theirs = symbols_of (row->theirs, &n_theirs);
  g_autofree TruceChunk *chunks = truce_sequence_merge (base, n_base, ours, n_ours,
                                                        theirs, n_theirs, &n_chunks);
  g_autofree char *text = chunks_to_string (chunks, n_chunks, row);

  g_assert_cmpstr (text, ==, row->expected);
}

/* Base drawn as points: 2 i is the place before element i, 2 i + 1 is element i. A change paints the elements
 * that it replaces and the places between them, or the one place where it inserts; `joined` are points
 * painted in one stroke with the next. Connected paint is a chunk. */
typedef struct
{
  gboolean *painted;
  gboolean *joined;
} Paint;

static Paint
paint_side (const guint32 *base,
            gsize          n_base,
            const guint32 *side,
            gsize          n_side)
{
  Paint paint = { g_new0 (gboolean, 2 * n_base + 2), g_new0 (gboolean, 2 * n_base + 2) };
  gsize n_hunks;
  g_autofree TruceHunk *hunks = truce_sequence_diff (base, n_base, side, n_side, &n_hunks);

  for (gsize i = 0; i < n_hunks; i++)
    {
      gsize first = 2 * hunks[i].a_start + (hunks[i].a_length > 0 ? 1 : 0);
      gsize last = first + (hunks[i].a_length > 0 ? 2 * (hunks[i].a_length - 1) : 0);

      for (gsize point = first; point <= last; point++)
        {
          paint.painted[point] = TRUE;
          paint.joined[point] = point < last;
        }
    }
  return paint;
}

static gboolean
same_elements (const guint32 *a,
               gsize          n_a,
               const guint32 *b,
               gsize          n_b)
{
  return n_a == n_b && (n_a == 0 || memcmp (a, b, n_a * sizeof *a) == 0);
}

typedef struct
{
  const guint32 *base;
  const guint32 *ours;
  const guint32 *theirs;
  gsize n_base;
  gsize n_ours;
  gsize n_theirs;
} Triple;

static void
check_chunk (const Triple     *triple,
             const TruceChunk *chunk,
             gboolean          ours_painted,
             gboolean          theirs_painted)
{
  const guint32 *base = triple->base + chunk->base_start;
  const guint32 *ours = triple->ours + chunk->ours_start;
  const guint32 *theirs = triple->theirs + chunk->theirs_start;
  gboolean agree = same_elements (ours, chunk->ours_length, theirs, chunk->theirs_length);

  if (ours_painted && theirs_painted)
    g_assert_cmpint (chunk->type, ==, agree ? TRUCE_CHUNK_BOTH_SAME : TRUCE_CHUNK_CONFLICT);
  else
    g_assert_cmpint (chunk->type, ==, ours_painted ? TRUCE_CHUNK_OURS
                     : theirs_painted ? TRUCE_CHUNK_THEIRS : TRUCE_CHUNK_SAME);
  if (!ours_painted)
    g_assert_true (same_elements (base, chunk->base_length, ours, chunk->ours_length));
  if (!theirs_painted)
    g_assert_true (same_elements (base, chunk->base_length, theirs, chunk->theirs_length));
}

/* Walks the points beside the chunks. */
static void
check_chunks (const Triple     *triple,
              const TruceChunk *chunks,
              gsize             n_chunks)
{
  Paint ours = paint_side (triple->base, triple->n_base, triple->ours, triple->n_ours);
  Paint theirs = paint_side (triple->base, triple->n_base, triple->theirs, triple->n_theirs);
  guint32 at[3] = { 0, 0, 0 };

  for (gsize i = 0; i < n_chunks; i++)
    {
      const TruceChunk *chunk = &chunks[i];
      gsize first = 2 * chunk->base_start + (chunk->base_length > 0 ? 1 : 0);
      gsize last = first + (chunk->base_length > 0 ? 2 * (chunk->base_length - 1) : 0);
      gboolean ours_painted = FALSE;
      gboolean theirs_painted = FALSE;

      g_assert_cmpuint (chunk->base_start, ==, at[0]);
      g_assert_cmpuint (chunk->ours_start, ==, at[1]);
      g_assert_cmpuint (chunk->theirs_start, ==, at[2]);
      for (gsize point = first; point <= last; point++)
        {
          ours_painted |= ours.painted[point];
          theirs_painted |= theirs.painted[point];
          if (chunk->type != TRUCE_CHUNK_SAME)
            g_assert_true ((ours.joined[point] || theirs.joined[point]) == (point < last));
        }
      check_chunk (triple, chunk, ours_painted, theirs_painted);
      at[0] += chunk->base_length;
      at[1] += chunk->ours_length;
      at[2] += chunk->theirs_length;
    }

  g_assert_cmpuint (at[0], ==, triple->n_base);
  g_assert_cmpuint (at[1], ==, triple->n_ours);
  g_assert_cmpuint (at[2], ==, triple->n_theirs);
  g_free (ours.painted);
  g_free (ours.joined);
  g_free (theirs.painted);
  g_free (theirs.joined);
}

static TruceChunk
swap_sides (TruceChunk chunk)
{
  TruceChunk swapped = {
    .type = chunk.type,
    .base_start = chunk.base_start,
    .base_length = chunk.base_length,
    .ours_start = chunk.theirs_start,
    .ours_length = chunk.theirs_length,
    .theirs_start = chunk.ours_start,
    .theirs_length = chunk.ours_length,
  };

  if (chunk.type == TRUCE_CHUNK_OURS)
    swapped.type = TRUCE_CHUNK_THEIRS;
  else if (chunk.type == TRUCE_CHUNK_THEIRS)
    swapped.type = TRUCE_CHUNK_OURS;
  return swapped;
}

static void
test_merge_random (void)
{
  for (guint round = 0; round < n_rounds (4000); round++)
    {
      gint n_symbols = g_test_rand_int_range (1, 12);
      gint one_in = g_test_rand_int_range (2, 12);
      gsize n[3];
      g_autofree guint32 *base = random_sequence (&n[0], 30, n_symbols);
      g_autofree guint32 *ours = random_edit (base, n[0], &n[1], n_symbols, one_in);
      g_autofree guint32 *theirs = random_edit (base, n[0], &n[2], n_symbols, one_in);
      Triple triple = { base, ours, theirs, n[0], n[1], n[2] };
      gsize n_chunks;
      gsize n_swapped;
      g_autofree TruceChunk *chunks = truce_sequence_merge (base, n[0], ours, n[1],
                                                            theirs, n[2], &n_chunks);
      g_autofree TruceChunk *swapped = truce_sequence_merge (base, n[0], theirs, n[2],
                                                             ours, n[1], &n_swapped);

      check_chunks (&triple, chunks, n_chunks);
      g_assert_cmpuint (n_chunks, ==, n_swapped);
      for (gsize i = 0; i < n_chunks; i++)
        {
          TruceChunk back = swap_sides (swapped[i]);

          g_assert_cmpmem (&chunks[i], sizeof back, &back, sizeof back);
        }
    }
}

static void
add_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (diff_rows); i++)
    {
      g_autofree char *path = g_strconcat ("/sequence/diff/", diff_rows[i].name, NULL);

      g_test_add_data_func (path, &diff_rows[i], test_diff_row);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (merge_rows); i++)
    {
      g_autofree char *path = g_strconcat ("/sequence/merge/", merge_rows[i].name, NULL);

      g_test_add_data_func (path, &merge_rows[i], test_merge_row);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add_rows ();
  g_test_add_func ("/sequence/diff/random/minimal", test_diff_minimal);
  g_test_add_func ("/sequence/diff/large/nothing-common", test_diff_nothing_common);
  g_test_add_func ("/sequence/diff/large/reversed", test_diff_reversed);
  g_test_add_func ("/sequence/diff/large/shuffled", test_diff_shuffled);
  g_test_add_data_func ("/sequence/diff/large/two-symbols", GINT_TO_POINTER (2), test_diff_no_anchors);
  g_test_add_data_func ("/sequence/diff/large/many-symbols", GINT_TO_POINTER (2000), test_diff_no_anchors);
  g_test_add_func ("/sequence/merge/random", test_merge_random);

  return g_test_run ();
}
