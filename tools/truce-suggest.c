/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <string.h>

/* How many letters have to be put in, left out, changed, or swapped with the next one (optimal string alignment). */
static guint
distance (const char *a,
          const char *b)
{
  gsize n = strlen (a);
  gsize m = strlen (b);
  g_autofree guint *cells = g_new (guint, (n + 1) * (m + 1));

#define CELL(i, j) cells[(i) * (m + 1) + (j)]
  for (gsize i = 0; i <= n; i++)
    for (gsize j = 0; j <= m; j++)
      {
        if (i == 0 || j == 0)
          {
            CELL (i, j) = i + j;
            continue;
          }
        CELL (i, j) = MIN (MIN (CELL (i - 1, j), CELL (i, j - 1)) + 1, CELL (i - 1, j - 1) + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          CELL (i, j) = MIN (CELL (i, j), CELL (i - 2, j - 2) + 1);
      }
  return CELL (n, m);
#undef CELL
}

const char *
truce_suggest (const char        *word,
               const char *const *known)
{
  const char *best = NULL;
  guint least = 3;              /* so many slips are another word */

  /* A longer word than any of ours was not mistyped. */
  for (; strlen (word) <= 32 && *known != NULL; known++)
    {
      guint slips = distance (word, *known);

      if (slips < least && slips < strlen (*known))
        {
          least = slips;
          best = *known;
        }
    }
  return best;
}
