/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"

/* NOTES
 *
 * Arrays are compared, merged and counted by symbols: small numbers, equal where the values are. A value
 * is looked at once, to find its number by its hash; whatever follows compares 32 bits. The table is open
 * addressing at half load. */

typedef struct
{
  const TruceJsonDoc *doc;
  guint32 node;
  guint32 symbol;
} Slot;

struct _TruceSymbols
{
  Slot *slots;                  /* owned; doc NULL: free */
  gsize mask;
  guint32 n_symbols;
  TruceElements elements[TRUCE_N_SIDES];
};

static guint32
intern (TruceSymbols       *symbols,
        const TruceJsonDoc *doc,
        guint32             node)
{
  gsize i = doc->hashes[node] & symbols->mask;

  for (; symbols->slots[i].doc != NULL; i = (i + 1) & symbols->mask)
    if (truce_json_equal (symbols->slots[i].doc, symbols->slots[i].node, doc, node))
      return symbols->slots[i].symbol;

  symbols->slots[i] = (Slot) { doc, node, symbols->n_symbols };
  return symbols->n_symbols++;
}

static void
intern_side (TruceSymbols       *symbols,
             const TruceJsonDoc *doc,
             guint32             array,
             TruceElements      *elements)
{
  guint32 i = array + 1;

  elements->symbols = g_new (guint32, MAX (elements->n, 1));
  elements->nodes = g_new (guint32, MAX (elements->n, 1));
  for (gsize k = 0; k < elements->n; k++)
    {
      elements->nodes[k] = i;
      elements->symbols[k] = intern (symbols, doc, i);
      i = doc->nodes[i].next;
    }
}

TruceSymbols *
truce_symbols_new (const TruceMerge *merge,
                   TruceTriple       values)
{
  TruceSymbols *symbols = g_new0 (TruceSymbols, 1);
  gsize total = 0;
  gsize size = 16;

  for (int side = 0; side < TRUCE_N_SIDES; side++)
    if (truce_merge_is (merge, values, side, TRUCE_JSON_ARRAY))
      {
        symbols->elements[side].n = truce_json_n_children (merge->docs[side], values.node[side]);
        total += symbols->elements[side].n;
      }

  while (size < 2 * total)
    size *= 2;
  symbols->mask = size - 1;
  symbols->slots = g_new0 (Slot, size);
  for (int side = 0; side < TRUCE_N_SIDES; side++)
    if (symbols->elements[side].n > 0)
      intern_side (symbols, merge->docs[side], values.node[side], &symbols->elements[side]);

  return symbols;
}

void
truce_symbols_free (TruceSymbols *symbols)
{
  if (symbols == NULL)
    return;
  for (int side = 0; side < TRUCE_N_SIDES; side++)
    {
      g_free (symbols->elements[side].nodes);
      g_free (symbols->elements[side].symbols);
    }
  g_free (symbols->slots);
  g_free (symbols);
}

const TruceElements *
truce_symbols_get (const TruceSymbols *symbols,
                   int                 side)
{
  return &symbols->elements[side];
}

guint32
truce_symbols_count (const TruceSymbols *symbols)
{
  return symbols->n_symbols;
}
