/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"
#include "truce-version.h"

/* NOTES
 *
 * What is left when kinds and structure have done their part: a value that both sides changed apart, or
 * that one side deleted and the other changed. A rule or a function of the schema decides, or it is a
 * conflict: noted with its three values, and ours stays. A rule that does not fit the values decides
 * nothing; it never guesses. */

/* No side: undecided. */
enum { UNDECIDED = -1 };

static int
side_by_order (int order,
               int sign)
{
  if (order == 0)
    return UNDECIDED;
  return order * sign > 0 ? TRUCE_OURS : TRUCE_THEIRS;
}

static int
decide_by_extreme (const TruceMerge *merge,
                   TruceTriple       values,
                   int               sign)
{
  int order;

  return truce_merge_compare (merge, values, TRUCE_OURS, TRUCE_THEIRS, &order) ? side_by_order (order, sign) : UNDECIDED;
}

static int
decide_by_stamp (const TruceMerge *merge)
{
  int later = merge->later != NULL ? merge->later (merge->pointer->str, merge->later_data) : 0;

  return later == 0 ? UNDECIDED : later < 0 ? TRUCE_OURS : TRUCE_THEIRS;
}

/* Characters of a string, elements of an array; -1 for anything else. */
static glong
length_of (const TruceMerge *merge,
           TruceTriple       values,
           int               side)
{
  g_autofree char *string = NULL;

  if (truce_merge_is (merge, values, side, TRUCE_JSON_ARRAY))
    return truce_json_n_children (merge->docs[side], values.node[side]);
  if (!truce_merge_is (merge, values, side, TRUCE_JSON_STRING))
    return -1;
  string = truce_json_dup_string (merge->docs[side], values.node[side]);
  return g_utf8_strlen (string, -1);
}

static int
decide_by_length (const TruceMerge *merge,
                  TruceTriple       values)
{
  glong ours = length_of (merge, values, TRUCE_OURS);
  glong theirs = length_of (merge, values, TRUCE_THEIRS);

  if (ours < 0 || theirs < 0 ||
      truce_merge_type (merge, TRUCE_OURS, values.node[TRUCE_OURS]) !=
      truce_merge_type (merge, TRUCE_THEIRS, values.node[TRUCE_THEIRS]))
    return UNDECIDED;
  return side_by_order ((ours > theirs) - (ours < theirs), 1);
}

static char *
dup_string_of (const TruceMerge *merge,
               TruceTriple       values,
               int               side)
{
  return truce_merge_is (merge, values, side, TRUCE_JSON_STRING)
           ? truce_json_dup_string (merge->docs[side], values.node[side])
           : NULL;
}

static int
decide_by_version (const TruceMerge *merge,
                   TruceTriple       values)
{
  g_autofree char *ours = dup_string_of (merge, values, TRUCE_OURS);
  g_autofree char *theirs = dup_string_of (merge, values, TRUCE_THEIRS);
  int which;

  if (ours == NULL || theirs == NULL || !truce_version_pick_highest (ours, theirs, &which))
    return UNDECIDED;
  return which == 0 ? TRUCE_OURS : TRUCE_THEIRS;
}

/* Removed on one side, and only moved to a compatible version on the other: tools do that to whatever they
 * find, so it says nothing against the removal. A move to another major version is somebody's work, and
 * stays a conflict. */
static int
decide_removed_version (const TruceMerge *merge,
                        TruceTriple       values,
                        int               removed_by)
{
  int changed_by = removed_by == TRUCE_OURS ? TRUCE_THEIRS : TRUCE_OURS;
  g_autofree char *base = dup_string_of (merge, values, TRUCE_BASE);
  g_autofree char *changed = dup_string_of (merge, values, changed_by);

  return base != NULL && changed != NULL && truce_version_is_compatible (base, changed) ? removed_by : UNDECIDED;
}

/* Of arrays: each element of either, once. That is a set of which nobody has removed anything; FALSE: no
 * arrays. */
static gboolean
unite (TruceMerge      *merge,
       TruceTriple      values,
       TruceJsonDraft **result)
{
  TruceTriple sets = truce_triple (TRUCE_JSON_NONE, values.node[TRUCE_OURS], values.node[TRUCE_THEIRS]);

  return truce_merge_kind (merge, TRUCE_KIND_SET, sets, result);
}

/* Both sides have a value. */
static int
decide_changed (const TruceMerge *merge,
                TruceTriple       values,
                TruceRule         rule)
{
  switch (rule)
    {
    case TRUCE_RULE_LATER:
      return decide_by_stamp (merge);
    case TRUCE_RULE_OURS:
      return TRUCE_OURS;
    case TRUCE_RULE_THEIRS:
      return TRUCE_THEIRS;
    case TRUCE_RULE_MAX:
      return decide_by_extreme (merge, values, 1);
    case TRUCE_RULE_MIN:
      return decide_by_extreme (merge, values, -1);
    case TRUCE_RULE_LONGEST:
      return decide_by_length (merge, values);
    case TRUCE_RULE_HIGHEST_VERSION:
      return decide_by_version (merge, values);
    case TRUCE_RULE_UNION:
    case TRUCE_RULE_NONE:
    case TRUCE_RULE_ASK:
      break;
    }
  return UNDECIDED;
}

/* removed_by deleted what the other side changed: a rule of the place, else the delete rule. */
static int
decide_deleted (const TruceMerge *merge,
                TruceTriple       values,
                TruceRule         rule,
                int               removed_by)
{
  int changed_by = removed_by == TRUCE_OURS ? TRUCE_THEIRS : TRUCE_OURS;
  int side = UNDECIDED;

  if (rule == TRUCE_RULE_ASK)
    return UNDECIDED;
  if (rule == TRUCE_RULE_OURS || rule == TRUCE_RULE_THEIRS || rule == TRUCE_RULE_LATER)
    side = decide_changed (merge, values, rule);
  else if (rule == TRUCE_RULE_HIGHEST_VERSION)
    side = decide_removed_version (merge, values, removed_by);
  if (side != UNDECIDED || merge->schema == NULL)
    return side;

  switch (truce_schema_get_delete_rule (merge->schema))
    {
    case TRUCE_DELETE_RULE_UPDATE_WINS:
      return changed_by;
    case TRUCE_DELETE_RULE_DELETE_WINS:
      return removed_by;
    case TRUCE_DELETE_RULE_LATER_WINS:
      return decide_by_stamp (merge);
    case TRUCE_DELETE_RULE_NONE:
      break;
    }
  return UNDECIDED;
}

static JsonNode *
node_of (const TruceMerge *merge,
         TruceTriple       values,
         int               side)
{
  return values.node[side] != TRUCE_JSON_NONE ? truce_json_to_node (merge->docs[side], values.node[side]) : NULL;
}

/* What a function gave, as a document that may stand here: it nests no deeper than the whole may. */
static TruceJsonDoc *
read_made (TruceMerge *merge,
           JsonNode   *node)
{
  g_autoptr(TruceJsonDoc) made = truce_json_doc_from_node (node, &merge->error);
  guint depth = 0;

  for (const char *p = merge->pointer->str; *p != '\0'; p++)
    depth += *p == '/';
  if (made == NULL)
    return NULL;
  return truce_json_doc_parse (made->bytes, TRUCE_JSON_DEPTH_DEFAULT - depth, &merge->error);
}

/* The draft of what a function gave. A value that a side has keeps that side's spelling, with every digit. */
static TruceJsonDraft *
draft_of_node (TruceMerge *merge,
               TruceTriple values,
               JsonNode   *node)
{
  TruceJsonDoc *made = read_made (merge, node);

  if (made == NULL)
    {
      g_prefix_error (&merge->error, "the function that decides “%s” gave nothing that can stand there: ",
                      merge->pointer->str);
      return NULL;
    }
  g_ptr_array_add (merge->made, made);
  for (int side = 0; side < TRUCE_N_SIDES; side++)
    if (values.node[side] != TRUCE_JSON_NONE)
      {
        g_autoptr(JsonNode) given = node_of (merge, values, side);
        g_autoptr(TruceJsonDoc) same = truce_json_doc_from_node (given, NULL);

        if (same != NULL && truce_json_equal (same, 0, made, 0))
          return truce_merge_take (merge, values, side);
      }
  return truce_json_draft_value (merge->arena, made, 0);
}

/* FALSE: the function leaves the conflict as it is. */
static gboolean
ask_callback (TruceMerge             *merge,
              const TruceSchemaEntry *entry,
              TruceTriple             values,
              TruceJsonDraft        **result)
{
  g_autoptr(JsonNode) base = node_of (merge, values, TRUCE_BASE);
  g_autoptr(JsonNode) ours = node_of (merge, values, TRUCE_OURS);
  g_autoptr(JsonNode) theirs = node_of (merge, values, TRUCE_THEIRS);
  g_autoptr(JsonNode) decided = NULL;

  *result = NULL;
  decided = entry->func (merge->pointer->str, base, ours, theirs, entry->func_data, &merge->error);
  if (merge->error != NULL)
    return TRUE;
  if (decided == NULL)
    return FALSE;

  *result = draft_of_node (merge, values, decided);
  return TRUE;
}

/* The side whose value is to be written, or UNDECIDED. */
static int
decide_side (const TruceMerge *merge,
             TruceTriple       values,
             TruceRule         rule)
{
  if (values.node[TRUCE_OURS] == TRUCE_JSON_NONE)
    return decide_deleted (merge, values, rule, TRUCE_OURS);
  if (values.node[TRUCE_THEIRS] == TRUCE_JSON_NONE)
    return decide_deleted (merge, values, rule, TRUCE_THEIRS);
  return decide_changed (merge, values, rule != TRUCE_RULE_NONE ? rule : merge->fallback);
}

static TruceJsonDraft *
note_conflict (TruceMerge     *merge,
               TruceTriple     values,
               TruceJsonDraft *proposed)
{
  TruceMergeConflict conflict = { g_strdup (merge->pointer->str), values, proposed };

  if (proposed == NULL)
    conflict.proposed = truce_merge_take (merge, values, TRUCE_OURS);
  g_array_append_val (merge->conflicts, conflict);
  return conflict.proposed;
}

TruceJsonDraft *
truce_merge_decide (TruceMerge     *merge,
                    TruceTriple     values,
                    TruceJsonDraft *proposed)
{
  TruceFieldRules rules = truce_schema_rules_here (merge->schema, merge->walk);
  TruceJsonDraft *result = NULL;
  int side;

  if (rules.callback != NULL)
    return ask_callback (merge, rules.callback, values, &result) ? result : note_conflict (merge, values, proposed);
  if (rules.rule == TRUCE_RULE_UNION && unite (merge, values, &result))
    return result;

  side = decide_side (merge, values, rules.rule);
  return side != UNDECIDED ? truce_merge_take (merge, values, side) : note_conflict (merge, values, proposed);
}
