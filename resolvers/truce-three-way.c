/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-conflict-list.h"
#include "truce-defer-resolver.h"
#include "truce-field-merge-resolver.h"
#include "truce-last-write-resolver.h"
#include "truce-prefer-resolver.h"
#include "truce-three-way.h"

/* A merge with everything the caller asked to be told: whoever takes no list of conflicts gets them as an
 * error, so that none can be passed over. */
static TruceMerge *
merge_docs (TruceJsonDoc *const *docs,
            TruceSchema         *schema,
            gboolean             takes_conflicts,
            GError             **error)
{
  TruceMergeOptions options = { schema, TRUCE_RULE_NONE, NULL, NULL };
  g_autoptr(TruceMerge) merge = truce_merge_new (docs[TRUCE_BASE], docs[TRUCE_OURS], docs[TRUCE_THEIRS], &options, error);
  const TruceMergeConflict *first;

  if (merge == NULL || takes_conflicts || merge->conflicts->len == 0)
    return g_steal_pointer (&merge);

  first = &g_array_index (merge->conflicts, TruceMergeConflict, 0);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT, "%u conflicts, the first at %s", merge->conflicts->len,
               first->pointer[0] != '\0' ? first->pointer : "the top");
  return NULL;
}

static void
clear_docs (TruceJsonDoc **docs)
{
  for (int side = 0; side < TRUCE_N_SIDES; side++)
    g_clear_pointer (&docs[side], truce_json_doc_unref);
}

typedef TruceJsonDoc *(*Reader) (gpointer source,
                                 GError **error);

static TruceJsonDoc *
read_node (gpointer source,
           GError **error)
{
  return truce_json_doc_from_node (source, error);
}

static TruceJsonDoc *
read_bytes (gpointer source,
            GError **error)
{
  return truce_json_doc_parse (source, TRUCE_JSON_DEPTH_DEFAULT, error);
}

/* Reads the sides that there are. An error begins with the side's name and, of a text, the line. */
static gboolean
read_sides (const gpointer *sources,
            Reader          read,
            TruceJsonDoc  **docs,
            GError        **error)
{
  static const char *const names[TRUCE_N_SIDES] = { "base", "local", "remote" };

  for (int side = 0; side < TRUCE_N_SIDES; side++)
    {
      docs[side] = sources[side] != NULL ? read (sources[side], error) : NULL;
      if (sources[side] != NULL && docs[side] == NULL)
        {
          g_prefix_error (error, "%s:", names[side]);
          clear_docs (docs);
          return FALSE;
        }
    }
  return TRUE;
}

static TruceMerge *
merge_sources (const gpointer *sources,
               Reader          read,
               TruceSchema    *schema,
               GListModel    **conflicts,
               GError        **error)
{
  TruceJsonDoc *docs[TRUCE_N_SIDES] = { NULL };
  TruceMerge *merge;

  if (conflicts != NULL)
    *conflicts = NULL;
  if (!read_sides (sources, read, docs, error))
    return NULL;

  merge = merge_docs (docs, schema, conflicts != NULL, error);
  clear_docs (docs);
  return merge;
}

/* Takes the merge, which lives on in the list. */
static void
give_conflicts (TruceMerge  *merge,
                GListModel **conflicts)
{
  if (conflicts != NULL)
    *conflicts = G_LIST_MODEL (truce_conflict_list_new (merge));
  else
    truce_merge_free (merge);
}

/**
 * truce_merge_three_way:
 * @base: (nullable): the value that both sides last agreed on
 * @local: (nullable): the local value
 * @remote: (nullable): the remote value
 * @schema: (nullable): what its fields mean
 * @conflicts: (out) (optional) (transfer full): a list of
 *   [class@FieldConflict] that nothing decided; the result has the local value
 *   there
 * @error: return location for an error
 *
 * Merges two JSON values that were made apart from a third.
 *
 * What only one side changed is taken; objects merge by member, arrays by
 * element, the rest by the kinds and rules of the schema. %NULL for a value
 * means absent: deleted, or not yet there.
 *
 * Takes time and memory linear in the values, for arrays as long as their
 * differences are few.
 *
 * Returns: (transfer full) (nullable): the merged value, or %NULL without an
 *   error if it is absent; %NULL with %TRUCE_ERROR_INVALID_DATA if a value is
 *   none that JSON can say, with %TRUCE_ERROR_CONFLICT if something is left in
 *   conflict and @conflicts is not taken, or with the error of a function of the
 *   schema
 *
 * Since: 1.0
 */
JsonNode *
truce_merge_three_way (JsonNode    *base,
                       JsonNode    *local,
                       JsonNode    *remote,
                       TruceSchema *schema,
                       GListModel **conflicts,
                       GError     **error)
{
  const gpointer sources[TRUCE_N_SIDES] = { base, local, remote };
  TruceMerge *merge;
  JsonNode *result;

  g_return_val_if_fail (schema == NULL || TRUCE_IS_SCHEMA (schema), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  merge = merge_sources (sources, read_node, schema, conflicts, error);
  if (merge == NULL)
    return NULL;

  result = merge->result != NULL ? truce_json_draft_to_node (merge->result) : NULL;
  give_conflicts (merge, conflicts);
  return result;
}

/**
 * truce_merge_three_way_bytes:
 * @base: (nullable): JSON text that both sides last agreed on
 * @local: (nullable): the local JSON text
 * @remote: (nullable): the remote JSON text
 * @schema: (nullable): what its fields mean
 * @conflicts: (out) (optional) (transfer full): a list of
 *   [class@FieldConflict] that nothing decided; the result has the local value
 *   there
 * @error: return location for an error
 *
 * Merges JSON texts, as [func@merge_three_way] merges values, and keeps the
 * local text's formatting: indentation, order of members, spelling of numbers
 * and strings, line ends, final newline. A value that the merge does not touch
 * keeps its bytes, and a number all its digits.
 *
 * The texts are not trusted. They need no NUL at their end, and take up to
 * 4 GiB each; values nest at most 512 deep.
 *
 * Returns: (transfer full) (nullable): the merged text, or %NULL without an
 *   error if it is absent; %NULL with %TRUCE_ERROR_INVALID_DATA, whose message
 *   names the side, line, column and JSON pointer, %TRUCE_ERROR_TOO_LARGE,
 *   %TRUCE_ERROR_CONFLICT if something is left in conflict and @conflicts is not
 *   taken, or the error of a function of the schema
 *
 * Since: 1.0
 */
GBytes *
truce_merge_three_way_bytes (GBytes      *base,
                             GBytes      *local,
                             GBytes      *remote,
                             TruceSchema *schema,
                             GListModel **conflicts,
                             GError     **error)
{
  const gpointer sources[TRUCE_N_SIDES] = { base, local, remote };
  TruceMerge *merge;
  GBytes *result;

  g_return_val_if_fail (schema == NULL || TRUCE_IS_SCHEMA (schema), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  merge = merge_sources (sources, read_bytes, schema, conflicts, error);
  if (merge == NULL)
    return NULL;

  result = merge->result != NULL ? truce_merge_to_bytes (merge) : NULL;
  give_conflicts (merge, conflicts);
  return result;
}

/**
 * truce_schema_create_resolver:
 * @schema: a schema
 *
 * Makes the resolver that the schema names.
 *
 * Returns: (transfer full): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_schema_create_resolver (TruceSchema *schema)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (schema), NULL);

  switch (truce_schema_get_strategy (schema))
    {
    case TRUCE_STRATEGY_LAST_WRITE:
      return truce_last_write_resolver_new ();
    case TRUCE_STRATEGY_PREFER_LOCAL:
      return truce_prefer_resolver_new (TRUCE_SIDE_LOCAL);
    case TRUCE_STRATEGY_PREFER_REMOTE:
      return truce_prefer_resolver_new (TRUCE_SIDE_REMOTE);
    case TRUCE_STRATEGY_DEFER:
      return truce_defer_resolver_new (NULL);
    case TRUCE_STRATEGY_FIELD_MERGE:
      break;
    }
  return truce_field_merge_resolver_new (schema);
}
