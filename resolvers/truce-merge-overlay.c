/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"
#include "truce-sequence.h"

/* NOTES
 *
 * Their value, in our formatting: where it is taken as a whole although we had reformatted ours
 * (indentation, order of members, spelling of numbers), everything of it that ours has too stays as ours
 * has it. */

static TruceJsonDraft *
overlay_map (TruceMerge *merge,
             guint32     ours,
             guint32     theirs)
{
  const TruceJsonDoc *our_doc = merge->docs[TRUCE_OURS];
  const TruceJsonDoc *their_doc = merge->docs[TRUCE_THEIRS];
  g_autoptr(TruceOrder) order = truce_order_new (FALSE);
  g_autoptr(GHashTable) places = g_hash_table_new (NULL, NULL);
  g_autoptr(GArray) children = NULL;
  g_auto(TruceMembers) members = { 0 };
  guint after = G_MAXUINT;

  truce_members_init (&members, their_doc, theirs);
  for (guint32 name = ours + 1; name < our_doc->nodes[ours].next; name = our_doc->nodes[name + 1].next)
    {
      guint32 found = truce_members_find (&members, our_doc, name);
      TruceJsonChild child = { our_doc, name, NULL, name + 1 };

      if (found == TRUCE_JSON_NONE)
        continue;
      child.value = truce_merge_overlay (merge, name + 1, found + 1);
      g_hash_table_insert (places, GUINT_TO_POINTER (found),
                           GUINT_TO_POINTER (truce_order_append (order, child, FALSE)));
    }
  for (guint32 name = theirs + 1; name < their_doc->nodes[theirs].next; name = their_doc->nodes[name + 1].next)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (places, GUINT_TO_POINTER (name)));
      TruceJsonChild child = { their_doc, name, NULL, TRUCE_JSON_NONE };

      if (number == 0)
        {
          child.value = truce_json_draft_value (merge->arena, their_doc, name + 1);
          number = truce_order_insert (order, after, child);
        }
      after = number;
    }

  children = truce_order_finish (order);
  return truce_json_draft_container (merge->arena, TRUCE_JSON_DRAFT_OBJECT, our_doc, ours,
                                     (const TruceJsonChild *) children->data, children->len);
}

static void
append_element (GArray         *children,
                TruceJsonDraft *value,
                guint32         home)
{
  TruceJsonChild child = { NULL, TRUCE_JSON_NONE, value, home };

  g_array_append_val (children, child);
}

static TruceJsonDraft *
overlay_list (TruceMerge *merge,
              guint32     ours,
              guint32     theirs)
{
  g_autoptr(TruceSymbols) symbols = truce_symbols_new (merge, truce_triple (TRUCE_JSON_NONE, ours, theirs));
  const TruceElements *a = truce_symbols_get (symbols, TRUCE_OURS);
  const TruceElements *b = truce_symbols_get (symbols, TRUCE_THEIRS);
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));
  g_autofree TruceHunk *hunks = NULL;
  gsize n_hunks;
  gsize next = 0;
  guint32 i = 0;

  hunks = truce_sequence_diff (a->symbols, a->n, b->symbols, b->n, &n_hunks);
  for (;;)
    {
      const TruceHunk *hunk = next < n_hunks ? &hunks[next++] : NULL;

      for (; i < (hunk != NULL ? hunk->a_start : a->n); i++)
        append_element (children, truce_json_draft_value (merge->arena, merge->docs[TRUCE_OURS], a->nodes[i]),
                        a->nodes[i]);
      if (hunk == NULL)
        break;
      for (guint32 k = 0; k < hunk->b_length; k++)
        {
          guint32 node = b->nodes[hunk->b_start + k];

          if (hunk->a_length == hunk->b_length)
            append_element (children, truce_merge_overlay (merge, a->nodes[i + k], node), a->nodes[i + k]);
          else
            append_element (children, truce_json_draft_value (merge->arena, merge->docs[TRUCE_THEIRS], node),
                            TRUCE_JSON_NONE);
        }
      i += hunk->a_length;
    }

  return truce_json_draft_container (merge->arena, TRUCE_JSON_DRAFT_ARRAY, merge->docs[TRUCE_OURS], ours,
                                     (const TruceJsonChild *) children->data, children->len);
}

TruceJsonDraft *
truce_merge_overlay (TruceMerge *merge,
                     guint32     ours,
                     guint32     theirs)
{
  const TruceJsonDoc *our_doc = merge->docs[TRUCE_OURS];
  const TruceJsonDoc *their_doc = merge->docs[TRUCE_THEIRS];
  TruceJsonType type = truce_json_type (their_doc, theirs);

  if (truce_json_equal (our_doc, ours, their_doc, theirs))
    return truce_json_draft_value (merge->arena, our_doc, ours);
  if (truce_json_type (our_doc, ours) == type && type == TRUCE_JSON_OBJECT)
    return overlay_map (merge, ours, theirs);
  if (truce_json_type (our_doc, ours) == type && type == TRUCE_JSON_ARRAY)
    return overlay_list (merge, ours, theirs);
  return truce_json_draft_value (merge->arena, their_doc, theirs);
}
