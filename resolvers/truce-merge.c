/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"

/* NOTES
 *
 * A walk down three documents at once. At each place: what one side alone changed is taken; what both made
 * equal is that; objects and arrays that both changed are merged by their children; the rest is decided by
 * a rule or is a conflict. Equal values have equal hashes, so unchanged parts, however large, cost one
 * comparison.
 *
 * Nothing is copied: the result is a draft that refers to pieces of the three documents, laid out like
 * ours. */

gboolean
truce_merge_equal (const TruceMerge *merge,
                   TruceTriple       values,
                   int               a,
                   int               b)
{
  guint32 x = values.node[a];
  guint32 y = values.node[b];

  if (x == TRUCE_JSON_NONE || y == TRUCE_JSON_NONE)
    return x == y;
  return truce_json_equal (merge->docs[a], x, merge->docs[b], y);
}

static gboolean
same_bytes (const TruceJsonDoc *a,
            guint32             node_a,
            const TruceJsonDoc *b,
            guint32             node_b)
{
  const TruceJsonNode *x = &a->nodes[node_a];
  const TruceJsonNode *y = &b->nodes[node_b];

  return x->end - x->start == y->end - y->start &&
         memcmp (a->text + x->start, b->text + y->start, x->end - x->start) == 0;
}

/* Where we changed not a byte, theirs is taken to the byte; elsewhere our formatting stays around what
 * they changed. */
TruceJsonDraft *
truce_merge_take (TruceMerge *merge,
                  TruceTriple values,
                  int         side)
{
  guint32 ours = values.node[TRUCE_OURS];
  guint32 base = values.node[TRUCE_BASE];

  if (values.node[side] == TRUCE_JSON_NONE)
    return NULL;
  if (side == TRUCE_THEIRS && ours != TRUCE_JSON_NONE &&
      (base == TRUCE_JSON_NONE || !same_bytes (merge->docs[TRUCE_BASE], base, merge->docs[TRUCE_OURS], ours)))
    return truce_merge_overlay (merge, ours, values.node[side]);
  return truce_json_draft_value (merge->arena, merge->docs[side], values.node[side]);
}

static gboolean
both_are (const TruceMerge *merge,
          TruceTriple       values,
          TruceJsonType     type)
{
  return truce_merge_is (merge, values, TRUCE_OURS, type) && truce_merge_is (merge, values, TRUCE_THEIRS, type);
}

/* What truce_merge_map() or truce_merge_list() can go into; a schema that calls it a register forbids it,
 * and so does the one rule that is for arrays as a whole. */
static gboolean
has_children (const TruceMerge      *merge,
              TruceTriple            values,
              const TruceFieldRules *rules)
{
  if (both_are (merge, values, TRUCE_JSON_OBJECT))
    return !rules->has_kind || rules->kind == TRUCE_KIND_MAP;
  if (both_are (merge, values, TRUCE_JSON_ARRAY))
    return rules->has_kind ? rules->kind == TRUCE_KIND_LIST : rules->rule != TRUCE_RULE_UNION;
  return FALSE;
}

TruceJsonDraft *
truce_merge_value (TruceMerge *merge,
                   TruceTriple values)
{
  TruceFieldRules rules = truce_schema_rules_here (merge->schema, merge->walk);
  TruceJsonDraft *result = NULL;
  gboolean children;

  if (merge->error != NULL)
    return NULL;
  if (rules.has_kind && truce_merge_kind (merge, rules.kind, values, &result))
    return result;
  if (truce_merge_equal (merge, values, TRUCE_OURS, TRUCE_THEIRS))
    return truce_merge_take (merge, values, TRUCE_OURS);

  children = has_children (merge, values, &rules);
  if (!children || !truce_schema_is_stubborn (merge->schema, merge->walk))
    {
      if (truce_merge_equal (merge, values, TRUCE_BASE, TRUCE_OURS))
        return truce_merge_take (merge, values, TRUCE_THEIRS);
      if (truce_merge_equal (merge, values, TRUCE_BASE, TRUCE_THEIRS))
        return truce_merge_take (merge, values, TRUCE_OURS);
    }
  if (!children)
    return truce_merge_decide (merge, values, NULL);
  if (truce_merge_is (merge, values, TRUCE_OURS, TRUCE_JSON_OBJECT))
    return truce_merge_map (merge, values);
  return truce_merge_list (merge, values);
}

TruceJsonDraft *
truce_merge_member (TruceMerge *merge,
                    int         side,
                    guint32     name,
                    TruceTriple values)
{
  gsize length = merge->pointer->len;
  g_autofree char *token = NULL;
  TruceJsonDraft *result;

  /* Most members are the same on all sides: not even their names are looked at. */
  if (truce_merge_equal (merge, values, TRUCE_OURS, TRUCE_THEIRS) &&
      truce_merge_equal (merge, values, TRUCE_OURS, TRUCE_BASE))
    return truce_merge_take (merge, values, TRUCE_OURS);

  token = truce_json_dup_string (merge->docs[side], name);
  truce_json_pointer_append (merge->pointer, token);
  if (merge->walk != NULL)
    truce_pattern_walk_push (merge->walk, token);
  result = truce_merge_value (merge, values);
  if (merge->walk != NULL)
    truce_pattern_walk_pop (merge->walk);
  g_string_truncate (merge->pointer, length);
  return result;
}

TruceJsonDraft *
truce_merge_element (TruceMerge *merge,
                     guint       index,
                     TruceTriple values)
{
  gsize length = merge->pointer->len;
  char token[16];
  TruceJsonDraft *result;

  g_snprintf (token, sizeof token, "%u", index);
  truce_json_pointer_append_index (merge->pointer, index);
  if (merge->walk != NULL)
    truce_pattern_walk_push (merge->walk, token);
  result = truce_merge_value (merge, values);
  if (merge->walk != NULL)
    truce_pattern_walk_pop (merge->walk);
  g_string_truncate (merge->pointer, length);
  return result;
}

static void
clear_conflict (gpointer data)
{
  g_free (((TruceMergeConflict *) data)->pointer);
}

static TruceMerge *
merge_alloc (void)
{
  TruceMerge *merge = g_new0 (TruceMerge, 1);

  merge->arena = truce_json_arena_new ();
  merge->conflicts = g_array_new (FALSE, FALSE, sizeof (TruceMergeConflict));
  g_array_set_clear_func (merge->conflicts, clear_conflict);
  merge->pointer = g_string_new (NULL);
  merge->made = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_json_doc_unref);
  return merge;
}

static void
run (TruceMerge *merge)
{
  TruceTriple roots = truce_triple (TRUCE_JSON_NONE, TRUCE_JSON_NONE, TRUCE_JSON_NONE);

  for (int side = 0; side < TRUCE_N_SIDES; side++)
    if (merge->docs[side] != NULL)
      {
        truce_json_doc_hash (merge->docs[side]);
        roots.node[side] = 0;
      }

  /* Documents that are equal have nothing to merge, whatever the kinds of their fields: to merge twice is
   * to merge once. */
  if (truce_merge_equal (merge, roots, TRUCE_OURS, TRUCE_THEIRS))
    {
      merge->result = truce_merge_take (merge, roots, TRUCE_OURS);
    }
  else
    {
      merge->walk = truce_schema_walk_new (merge->schema);
      merge->result = truce_merge_value (merge, roots);
      g_clear_pointer (&merge->walk, truce_pattern_walk_free);
    }
}

TruceMerge *
truce_merge_new (TruceJsonDoc            *base,
                 TruceJsonDoc            *ours,
                 TruceJsonDoc            *theirs,
                 const TruceMergeOptions *options,
                 GError                 **error)
{
  TruceJsonDoc *docs[TRUCE_N_SIDES] = { base, ours, theirs };
  g_autoptr(TruceMerge) merge = merge_alloc ();

  for (int side = 0; side < TRUCE_N_SIDES; side++)
    merge->docs[side] = docs[side] != NULL ? truce_json_doc_ref (docs[side]) : NULL;
  g_set_object (&merge->schema, options->schema);
  merge->fallback = options->fallback;
  merge->later = options->later;
  merge->later_data = options->later_data;

  run (merge);
  if (merge->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&merge->error));
      return NULL;
    }
  return g_steal_pointer (&merge);
}

/* Where our document is absent or of another shape, the text is laid out like the document that it stands
 * in. */
GBytes *
truce_merge_to_bytes (const TruceMerge *merge)
{
  const TruceJsonDraft *result = merge->result;
  const TruceJsonDoc *layout = merge->docs[TRUCE_OURS] != NULL ? merge->docs[TRUCE_OURS] : merge->docs[TRUCE_THEIRS];
  GString *text;

  g_assert (result != NULL);

  /* A side as it stands, with what surrounds it: not a byte is touched. */
  if (result->type == TRUCE_JSON_DRAFT_VALUE && result->node == 0)
    return g_bytes_ref (result->doc->bytes);

  text = g_string_sized_new (layout != NULL ? layout->length + layout->length / 8 + 64 : 64);
  truce_json_draft_write (result, layout, text);
  return g_string_free_to_bytes (text);
}

gboolean
truce_merge_to_doc (const TruceMerge *merge,
                    TruceJsonDoc    **doc,
                    GError          **error)
{
  g_autoptr(GBytes) bytes = NULL;

  *doc = NULL;
  if (merge->result == NULL)
    return TRUE;

  bytes = truce_merge_to_bytes (merge);
  *doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, error);
  return *doc != NULL;
}

void
truce_merge_free (TruceMerge *merge)
{
  if (merge == NULL)
    return;
  for (int side = 0; side < TRUCE_N_SIDES; side++)
    g_clear_pointer (&merge->docs[side], truce_json_doc_unref);
  g_clear_object (&merge->schema);
  g_clear_pointer (&merge->arena, truce_json_arena_free);
  g_clear_pointer (&merge->conflicts, g_array_unref);
  g_clear_pointer (&merge->walk, truce_pattern_walk_free);
  g_clear_pointer (&merge->made, g_ptr_array_unref);
  g_clear_error (&merge->error);
  g_string_free (merge->pointer, TRUE);
  g_free (merge);
}
