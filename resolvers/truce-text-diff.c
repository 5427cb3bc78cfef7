/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-text-diff.h"

#include <string.h>

/* NOTES
 *
 * A text is full of equal spaces, and a difference that counts them like words would rather keep two of them
 * than one word. From "1 2 3 4" to "3 new 4" it is as short to replace 1 by 3, 2 by new, and to delete the
 * last 3 and its space, as to delete 1 and 2 and to insert new. A merge with somebody who deleted 3 would
 * then delete the one that was deleted here already, and keep the other.
 *
 * So the words are compared first, without anything between them. Then what stands between two words that
 * stayed is compared in full: spaces, and words of which at most one side has each. */

typedef struct
{
  guint32 *places;              /* owned: of each word, in the text */
  guint32 *symbols;             /* owned: of each word */
  gsize n;
} Words;

/* Everything that stands in a from a_start to a_end, and in b from b_start to b_end. */
typedef struct
{
  guint32 a_start;
  guint32 a_end;
  guint32 b_start;
  guint32 b_end;
} Gap;

static void
words_init (Words         *self,
            const guint32 *symbols,
            gsize          n)
{
  self->places = g_new (guint32, n);
  self->symbols = g_new (guint32, n);
  self->n = 0;
  for (gsize i = 0; i < n; i++)
    if ((symbols[i] & TRUCE_TEXT_SPACE) == 0)
      {
        self->places[self->n] = i;
        self->symbols[self->n++] = symbols[i];
      }
}

static void
words_clear (Words *self)
{
  g_free (self->places);
  g_free (self->symbols);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static void
add_gap (GArray        *hunks,
         const guint32 *a,
         const guint32 *b,
         const Gap     *gap)
{
  gsize n_a = gap->a_end - gap->a_start;
  gsize n_b = gap->b_end - gap->b_start;
  g_autofree TruceHunk *inner = NULL;
  gsize n_inner;

  if (n_a == n_b && (n_a == 0 || memcmp (a + gap->a_start, b + gap->b_start, n_a * sizeof *a) == 0))
    return;

  inner = truce_sequence_diff (a + gap->a_start, n_a, b + gap->b_start, n_b, &n_inner);
  for (gsize i = 0; i < n_inner; i++)
    {
      inner[i].a_start += gap->a_start;
      inner[i].b_start += gap->b_start;
    }
  g_array_append_vals (hunks, inner, n_inner);
}

TruceHunk *
truce_text_diff (const guint32 *a,
                 gsize          n_a,
                 const guint32 *b,
                 gsize          n_b,
                 gsize         *n_hunks)
{
  g_auto(Words) words_a = { NULL };
  g_auto(Words) words_b = { NULL };
  g_autofree TruceHunk *changed = NULL;
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (TruceHunk));
  gsize n_changed;
  gsize next = 0;               /* of changed */
  gsize i = 0;                  /* of words_a */
  gsize j = 0;                  /* of words_b */
  Gap gap = { 0, 0, 0, 0 };

  g_assert (n_hunks != NULL);

  words_init (&words_a, a, n_a);
  words_init (&words_b, b, n_b);
  changed = truce_sequence_diff (words_a.symbols, words_a.n, words_b.symbols, words_b.n, &n_changed);
  while (i < words_a.n)
    if (next < n_changed && changed[next].a_start == i)
      {
        i += changed[next].a_length;
        j += changed[next++].b_length;
      }
    else
      {
        gap.a_end = words_a.places[i++];
        gap.b_end = words_b.places[j++];
        add_gap (hunks, a, b, &gap);
        gap.a_start = gap.a_end + 1;
        gap.b_start = gap.b_end + 1;
      }

  gap.a_end = n_a;
  gap.b_end = n_b;
  add_gap (hunks, a, b, &gap);

  *n_hunks = hunks->len;
  return (TruceHunk *) (void *) g_array_free (hunks, FALSE);
}
