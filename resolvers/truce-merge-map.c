/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"

/* NOTES
 *
 * Objects merge member by member. The result keeps our order; a member that only theirs has goes behind
 * the sibling that it follows there, so that a file stays as people arranged it. Sides mostly keep their
 * order, so a member is first looked for where the last one was found. */

/* In the order that files are sorted in: by the bytes of UTF-8 would differ from this only beyond the
 * basic plane. */
static gboolean
is_sorted (const TruceJsonDoc *doc,
           guint32             object)
{
  guint32 previous = TRUCE_JSON_NONE;

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    {
      if (previous != TRUCE_JSON_NONE && truce_json_string_compare (doc, previous, doc, i) > 0)
        return FALSE;
      previous = i;
    }
  return previous != TRUCE_JSON_NONE;
}

static guint32
value_of (guint32 name)
{
  return name == TRUCE_JSON_NONE ? TRUCE_JSON_NONE : name + 1;
}

/* The object that a triple has on a side, or none. */
static guint32
object_of (const TruceMerge *merge,
           TruceTriple       values,
           int               side)
{
  return truce_merge_is (merge, values, side, TRUCE_JSON_OBJECT) ? values.node[side] : TRUCE_JSON_NONE;
}

/* Our members, each merged with its fellows. */
static void
merge_ours (TruceMerge *merge,
            TruceTriple objects,
            TruceOrder *order,
            GHashTable *places)
{
  const TruceJsonDoc *ours = merge->docs[TRUCE_OURS];
  guint32 object = objects.node[TRUCE_OURS];
  g_auto(TruceMembers) base = { 0 };
  g_auto(TruceMembers) theirs = { 0 };

  truce_members_init (&base, merge->docs[TRUCE_BASE], objects.node[TRUCE_BASE]);
  truce_members_init (&theirs, merge->docs[TRUCE_THEIRS], objects.node[TRUCE_THEIRS]);
  for (guint32 name = object + 1; name < ours->nodes[object].next; name = ours->nodes[name + 1].next)
    {
      guint32 in_base = truce_members_find (&base, ours, name);
      guint32 in_theirs = truce_members_find (&theirs, ours, name);
      TruceTriple values = truce_triple (value_of (in_base), name + 1, value_of (in_theirs));
      TruceJsonDraft *value = truce_merge_member (merge, TRUCE_OURS, name, values);
      TruceJsonChild child = { ours, name, value, name + 1 };
      guint number = truce_order_append (order, child, in_base == TRUCE_JSON_NONE && in_theirs == TRUCE_JSON_NONE);

      if (in_theirs != TRUCE_JSON_NONE)
        g_hash_table_insert (places, GUINT_TO_POINTER (in_theirs), GUINT_TO_POINTER (number));
    }
}

/* What theirs has and ours has not: new there, or deleted here. */
static void
merge_theirs (TruceMerge *merge,
              TruceTriple objects,
              TruceOrder *order,
              GHashTable *places)
{
  const TruceJsonDoc *theirs = merge->docs[TRUCE_THEIRS];
  guint32 object = objects.node[TRUCE_THEIRS];
  g_auto(TruceMembers) base = { 0 };
  guint after = G_MAXUINT;

  truce_members_init (&base, merge->docs[TRUCE_BASE], objects.node[TRUCE_BASE]);
  for (guint32 name = object + 1; name < theirs->nodes[object].next; name = theirs->nodes[name + 1].next)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (places, GUINT_TO_POINTER (name)));
      guint32 in_base;
      TruceJsonChild child = { theirs, name, NULL, TRUCE_JSON_NONE };

      if (number != 0)
        {
          after = number;
          continue;
        }
      in_base = truce_members_find (&base, theirs, name);
      child.value = truce_merge_member (merge, TRUCE_THEIRS, name,
                                        truce_triple (value_of (in_base), TRUCE_JSON_NONE, name + 1));
      if (child.value != NULL)
        after = truce_order_insert (order, after, child);
    }
}

TruceJsonDraft *
truce_merge_map (TruceMerge *merge,
                 TruceTriple values)
{
  guint32 ours = values.node[TRUCE_OURS];
  TruceTriple objects = values;
  g_autoptr(TruceOrder) order = NULL;
  g_autoptr(GHashTable) places = g_hash_table_new (NULL, NULL);
  g_autoptr(GArray) children = NULL;

  objects.node[TRUCE_BASE] = object_of (merge, values, TRUCE_BASE);
  order = truce_order_new (is_sorted (merge->docs[TRUCE_OURS], ours));
  merge_ours (merge, objects, order, places);
  merge_theirs (merge, objects, order, places);

  children = truce_order_finish (order);
  return truce_json_draft_container (merge->arena, TRUCE_JSON_DRAFT_OBJECT, merge->docs[TRUCE_OURS], ours,
                                     (const TruceJsonChild *) children->data, children->len);
}
