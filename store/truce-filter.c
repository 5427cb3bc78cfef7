/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A filter is a tree of comparisons that never changes, so trees share branches. `and` within `and` is one
 * level: a chain of any length stays flat, and only filters that really alternate grow deep.
 *
 * There is no `not`: each comparison has its opposite but for what null does, and with null there are three
 * answers in SQL, of which `not` would make a puzzle. */

#include "truce-filter-private.h"

#include "truce-record-private.h"

/**
 * TruceFilter:
 *
 * Which records a query shows: comparisons of fields with values, joined by
 * `and` and `or`.
 *
 * It is mostly written as text ([func@Filter.parse]):
 *
 * ```text
 * done == false and (due < "2026-12-01" or votes >= 3)
 * ```
 *
 * A comparison is a field, one of `==`, `!=`, `<`, `<=`, `>`, `>=`, and a JSON
 * value. A field is its name, bare or in double quotes, or a JSON pointer to a
 * place further down, such as `/address/city`. `and` binds tighter than `or`;
 * parentheses group.
 *
 * Values compare as SQLite compares what its `json_extract()` gives: numbers,
 * among which true is 1 and false is 0, are less than texts; texts go by their
 * bytes; an array or an object is its JSON text without spaces. null and an
 * absent field are the same, equal to null and unequal to all else; `<`, `<=`,
 * `>` and `>=` hold for neither, nor with null as the value. A number spelled
 * as an integer of 64 bits is exact; any other is the nearest double.
 *
 * A filter does not change, and may be used by several threads.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (TruceFilter, truce_filter, truce_filter_ref, truce_filter_unref)

G_DEFINE_ENUM_TYPE (TruceComparison, truce_comparison,
                    G_DEFINE_ENUM_VALUE (TRUCE_COMPARE_EQUAL, "equal"),
                    G_DEFINE_ENUM_VALUE (TRUCE_COMPARE_UNEQUAL, "unequal"),
                    G_DEFINE_ENUM_VALUE (TRUCE_COMPARE_LESS, "less"),
                    G_DEFINE_ENUM_VALUE (TRUCE_COMPARE_LESS_OR_EQUAL, "less-or-equal"),
                    G_DEFINE_ENUM_VALUE (TRUCE_COMPARE_GREATER, "greater"),
                    G_DEFINE_ENUM_VALUE (TRUCE_COMPARE_GREATER_OR_EQUAL, "greater-or-equal"))

TruceFilter *
truce_filter_new_literal (TruceField      *field,
                          TruceComparison comparison,
                          TruceJsonDoc    *literal)
{
  TruceFilter *self = g_new0 (TruceFilter, 1);

  g_atomic_ref_count_init (&self->refs);
  self->type = TRUCE_FILTER_COMPARE;
  self->n_comparisons = 1;
  self->field = field;
  self->comparison = comparison;
  self->literal = literal;
  truce_value_read (&self->value, literal, 0);
  return self;
}

static void
add_child (TruceFilter *self,
           TruceFilter *child)
{
  g_ptr_array_add (self->children, truce_filter_ref (child));
  self->depth = MAX (self->depth, child->depth + 1);
  self->n_comparisons += child->n_comparisons;
}

static void
add_branch (TruceFilter *self,
            TruceFilter *branch)
{
  if (branch->type != self->type)
    {
      add_child (self, branch);
      return;
    }

  for (guint i = 0; i < branch->children->len; i++)
    add_child (self, g_ptr_array_index (branch->children, i));
}

TruceFilter *
truce_filter_join (TruceFilterType     type,
                   TruceFilter *const *branches,
                   guint               n_branches)
{
  g_autoptr(TruceFilter) self = NULL;

  if (n_branches == 1)
    return truce_filter_ref (branches[0]);

  self = g_new0 (TruceFilter, 1);
  g_atomic_ref_count_init (&self->refs);
  self->type = type;
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_filter_unref);
  for (guint i = 0; i < n_branches; i++)
    add_branch (self, branches[i]);
  return self->depth <= TRUCE_FILTER_DEPTH_MAX ? g_steal_pointer (&self) : NULL;
}

static TruceFilter *
join_two (TruceFilterType type,
          TruceFilter    *a,
          TruceFilter    *b)
{
  TruceFilter *const branches[] = { a, b };
  TruceFilter *joined = truce_filter_join (type, branches, G_N_ELEMENTS (branches));

  if (joined == NULL)
    g_critical ("a filter of more than %u levels", TRUCE_FILTER_DEPTH_MAX);
  return joined;
}

/**
 * truce_filter_new_compare:
 * @field: a field's name, or a JSON pointer if it begins with "/"
 * @comparison: how to compare
 * @value: what to compare the field with
 * @error: return location for an error
 *
 * Makes a filter of one comparison.
 *
 * A pointer's token that is a number also names an element of an array. A field
 * whose name begins with "/" can be named by a pointer, too: "/~1name".
 *
 * Returns: (transfer full): the filter, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA if @field is no pointer, or deeper than 64
 *   members, or if JSON can't say @value
 *
 * Since: 1.0
 */
TruceFilter *
truce_filter_new_compare (const char     *field,
                          TruceComparison comparison,
                          JsonNode       *value,
                          GError        **error)
{
  g_autoptr(TruceField) parsed = NULL;
  TruceJsonDoc *literal;

  g_return_val_if_fail (field != NULL, NULL);
  g_return_val_if_fail ((guint) comparison <= TRUCE_COMPARE_GREATER_OR_EQUAL, NULL);
  g_return_val_if_fail (value != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  parsed = truce_field_new (field, error);
  if (parsed == NULL)
    return NULL;

  literal = truce_json_doc_from_node (value, error);
  return literal != NULL ? truce_filter_new_literal (g_steal_pointer (&parsed), comparison, literal) : NULL;
}

/**
 * truce_filter_new_and: (constructor)
 * @a: a filter
 * @b: another
 *
 * Makes a filter of what both let through.
 *
 * A chain of any length is one level; `and` and `or` within each other may be
 * 100 levels deep, and deeper is an error of the program.
 *
 * Returns: (transfer full): the filter
 *
 * Since: 1.0
 */
TruceFilter *
truce_filter_new_and (TruceFilter *a,
                      TruceFilter *b)
{
  g_return_val_if_fail (a != NULL, NULL);
  g_return_val_if_fail (b != NULL, NULL);

  return join_two (TRUCE_FILTER_AND, a, b);
}

/**
 * truce_filter_new_or: (constructor)
 * @a: a filter
 * @b: another
 *
 * Makes a filter of what either lets through; as for [ctor@Filter.new_and].
 *
 * Returns: (transfer full): the filter
 *
 * Since: 1.0
 */
TruceFilter *
truce_filter_new_or (TruceFilter *a,
                     TruceFilter *b)
{
  g_return_val_if_fail (a != NULL, NULL);
  g_return_val_if_fail (b != NULL, NULL);

  return join_two (TRUCE_FILTER_OR, a, b);
}

/**
 * truce_filter_ref:
 * @self: a filter
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
TruceFilter *
truce_filter_ref (TruceFilter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * truce_filter_unref:
 * @self: (transfer full): a filter
 *
 * Gives a reference back.
 *
 * Since: 1.0
 */
void
truce_filter_unref (TruceFilter *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->field, truce_field_unref);
  g_clear_pointer (&self->literal, truce_json_doc_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

/* ---- as text ---- */

const char *
truce_comparison_symbol (TruceComparison comparison)
{
  static const char *const symbols[] = {
    [TRUCE_COMPARE_EQUAL] = "==",
    [TRUCE_COMPARE_UNEQUAL] = "!=",
    [TRUCE_COMPARE_LESS] = "<",
    [TRUCE_COMPARE_LESS_OR_EQUAL] = "<=",
    [TRUCE_COMPARE_GREATER] = ">",
    [TRUCE_COMPARE_GREATER_OR_EQUAL] = ">=",
  };

  return symbols[comparison];
}

static void
write_comparison (const TruceFilter *self,
                  GString           *out)
{
  const char *name = truce_field_get_name (self->field);

  if (truce_filter_is_bare (name))
    g_string_append (out, name);
  else
    truce_json_write_string (out, name, -1);
  g_string_append_printf (out, " %s ", truce_comparison_symbol (self->comparison));
  g_string_append_len (out, self->literal->text, self->literal->length);
}

static void
write_filter (const TruceFilter *self,
              GString           *out)
{
  if (self->type == TRUCE_FILTER_COMPARE)
    {
      write_comparison (self, out);
      return;
    }

  for (guint i = 0; i < self->children->len; i++)
    {
      const TruceFilter *child = g_ptr_array_index (self->children, i);
      gboolean loose = self->type == TRUCE_FILTER_AND && child->type == TRUCE_FILTER_OR;

      if (i > 0)
        g_string_append (out, self->type == TRUCE_FILTER_AND ? " and " : " or ");
      if (loose)
        g_string_append_c (out, '(');
      write_filter (child, out);
      if (loose)
        g_string_append_c (out, ')');
    }
}

/**
 * truce_filter_to_string:
 * @self: a filter
 *
 * The filter as text, which [func@Filter.parse] reads.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
truce_filter_to_string (const TruceFilter *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  write_filter (self, out);
  return g_string_free (out, FALSE);
}

/* ---- what it lets through ---- */

static gboolean
test_comparison (const TruceFilter  *self,
                 const TruceJsonDoc *doc)
{
  TruceValue value;
  gboolean has_order;
  int sign;

  truce_value_read (&value, doc, truce_field_find (self->field, doc));
  has_order = value.type != TRUCE_VALUE_NULL && self->value.type != TRUCE_VALUE_NULL;
  sign = truce_value_compare (&value, &self->value);
  switch (self->comparison)
    {
    case TRUCE_COMPARE_EQUAL:
      return sign == 0;
    case TRUCE_COMPARE_UNEQUAL:
      return sign != 0;
    case TRUCE_COMPARE_LESS:
      return has_order && sign < 0;
    case TRUCE_COMPARE_LESS_OR_EQUAL:
      return has_order && sign <= 0;
    case TRUCE_COMPARE_GREATER:
      return has_order && sign > 0;
    case TRUCE_COMPARE_GREATER_OR_EQUAL:
      return has_order && sign >= 0;
    }

  g_assert_not_reached ();
}

gboolean
truce_filter_test (const TruceFilter  *self,
                   const TruceJsonDoc *doc)
{
  gboolean want = self->type == TRUCE_FILTER_OR;

  if (self->type == TRUCE_FILTER_COMPARE)
    return test_comparison (self, doc);

  /* The first child that is false decides an `and`, the first that is true an `or`. */
  for (guint i = 0; i < self->children->len; i++)
    if (truce_filter_test (g_ptr_array_index (self->children, i), doc) == want)
      return want;
  return !want;
}

/**
 * truce_filter_matches:
 * @self: a filter
 * @record: a record
 *
 * Whether a record passes. A deleted one never does.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
truce_filter_matches (const TruceFilter *self,
                      TruceRecord       *record)
{
  TruceJsonDoc *doc;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (TRUCE_IS_RECORD (record), FALSE);

  doc = truce_record_get_doc (record);
  return doc != NULL && truce_filter_test (self, doc);
}
