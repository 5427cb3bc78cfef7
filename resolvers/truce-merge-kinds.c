/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"
#include "truce-text-merge.h"

/* NOTES
 *
 * One function a kind. Each answers FALSE where the values are not of its kind (a counter that holds a
 * string, a flag that one side removed): then they merge as a register, and a difference that nothing
 * decides is a conflict, not a guess.
 *
 * max, min, immutable and local have their say even where one side alone changed the value, and a counter
 * even where both changed it alike: two people who each added 2 added 4. */

static gboolean
all_present (TruceTriple values)
{
  return values.node[TRUCE_OURS] != TRUCE_JSON_NONE && values.node[TRUCE_THEIRS] != TRUCE_JSON_NONE;
}

static gboolean
unchanged_by (const TruceMerge *merge,
              TruceTriple       values,
              int               side)
{
  return truce_merge_equal (merge, values, TRUCE_BASE, side);
}

/* Apart, that is: what one side alone changed, or both alike, needs no kind. */
static gboolean
both_changed (const TruceMerge *merge,
              TruceTriple       values)
{
  return !unchanged_by (merge, values, TRUCE_OURS) && !unchanged_by (merge, values, TRUCE_THEIRS) &&
         !truce_merge_equal (merge, values, TRUCE_OURS, TRUCE_THEIRS);
}

static TruceJsonDraft *
draft_of (TruceMerge *merge,
          TruceTriple values,
          int         side)
{
  guint32 node = values.node[side];

  return node != TRUCE_JSON_NONE ? truce_json_draft_value (merge->arena, merge->docs[side], node) : NULL;
}

/* ---- counter: base + (ours - base) + (theirs - base), saturating ---- */

static gboolean
read_integer (const TruceMerge *merge,
              TruceTriple       values,
              int               side,
              gint64           *value)
{
  return truce_merge_is (merge, values, side, TRUCE_JSON_NUMBER) &&
         truce_json_get_int64 (merge->docs[side], values.node[side], value);
}

static gint64
add_saturating (gint64 a,
                gint64 b)
{
  gint64 sum;

  if (__builtin_add_overflow (a, b, &sum))
    return a > 0 ? G_MAXINT64 : G_MININT64;
  return sum;
}

static gint64
subtract_saturating (gint64 a,
                     gint64 b)
{
  gint64 difference;

  if (__builtin_sub_overflow (a, b, &difference))
    return a > 0 ? G_MAXINT64 : G_MININT64;
  return difference;
}

static gboolean
merge_counter (TruceMerge      *merge,
               TruceTriple      values,
               TruceJsonDraft **result)
{
  gint64 base = 0;
  gint64 ours;
  gint64 theirs;
  gint64 sum;
  char text[24];

  if (!read_integer (merge, values, TRUCE_OURS, &ours) || !read_integer (merge, values, TRUCE_THEIRS, &theirs) ||
      (values.node[TRUCE_BASE] != TRUCE_JSON_NONE && !read_integer (merge, values, TRUCE_BASE, &base)))
    return FALSE;

  sum = add_saturating (ours, subtract_saturating (theirs, base));
  if (sum == ours)
    {
      *result = draft_of (merge, values, TRUCE_OURS);
      return TRUE;
    }
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, sum);
  *result = truce_json_draft_text (merge->arena, text, -1);
  return TRUE;
}

/* ---- set ---- */

/* Which symbols stand on a side: a bit each. */
static guint8 *
membership (const TruceSymbols *symbols,
            int                 side)
{
  const TruceElements *elements = truce_symbols_get (symbols, side);
  guint8 *bits = g_new0 (guint8, truce_symbols_count (symbols) + 1);

  for (gsize i = 0; i < elements->n; i++)
    bits[elements->symbols[i]] = 1;
  return bits;
}

/* Adds what side has and the result has not: kept where base and other agree with it, or new. */
static void
add_elements (TruceMerge         *merge,
              const TruceSymbols *symbols,
              int                 side,
              const guint8       *in_base,
              const guint8       *in_other,
              guint8             *done,
              GArray             *children)
{
  const TruceElements *elements = truce_symbols_get (symbols, side);

  for (gsize i = 0; i < elements->n; i++)
    {
      guint32 symbol = elements->symbols[i];
      guint32 node = elements->nodes[i];
      TruceJsonChild child = { NULL, TRUCE_JSON_NONE, NULL, side == TRUCE_OURS ? node : TRUCE_JSON_NONE };

      if (done[symbol] || (in_base[symbol] && !in_other[symbol]))
        continue;
      done[symbol] = 1;
      child.value = truce_json_draft_value (merge->arena, merge->docs[side], node);
      g_array_append_val (children, child);
    }
}

static gboolean
merge_set (TruceMerge      *merge,
           TruceTriple      values,
           TruceJsonDraft **result)
{
  g_autoptr(TruceSymbols) symbols = NULL;
  g_autoptr(GArray) children = NULL;
  g_autofree guint8 *base = NULL;
  g_autofree guint8 *ours = NULL;
  g_autofree guint8 *theirs = NULL;
  g_autofree guint8 *done = NULL;

  if (!truce_merge_is (merge, values, TRUCE_OURS, TRUCE_JSON_ARRAY) ||
      !truce_merge_is (merge, values, TRUCE_THEIRS, TRUCE_JSON_ARRAY) || !both_changed (merge, values))
    return FALSE;

  symbols = truce_symbols_new (merge, values);
  children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));
  base = membership (symbols, TRUCE_BASE);
  ours = membership (symbols, TRUCE_OURS);
  theirs = membership (symbols, TRUCE_THEIRS);
  done = g_new0 (guint8, truce_symbols_count (symbols) + 1);
  add_elements (merge, symbols, TRUCE_OURS, base, theirs, done, children);
  add_elements (merge, symbols, TRUCE_THEIRS, base, ours, done, children);

  *result = truce_json_draft_container (merge->arena, TRUCE_JSON_DRAFT_ARRAY, merge->docs[TRUCE_OURS],
                                        values.node[TRUCE_OURS], (const TruceJsonChild *) children->data,
                                        children->len);
  return TRUE;
}

/* ---- text ---- */

static gboolean
merge_text (TruceMerge      *merge,
            TruceTriple      values,
            TruceJsonDraft **result)
{
  g_autofree char *base = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *merged = NULL;
  g_autoptr(GString) text = NULL;
  gboolean conflict;

  if (!truce_merge_is (merge, values, TRUCE_OURS, TRUCE_JSON_STRING) ||
      !truce_merge_is (merge, values, TRUCE_THEIRS, TRUCE_JSON_STRING) ||
      !both_changed (merge, values))
    return FALSE;

  base = truce_merge_is (merge, values, TRUCE_BASE, TRUCE_JSON_STRING)
           ? truce_json_dup_string (merge->docs[TRUCE_BASE], values.node[TRUCE_BASE])
           : g_strdup ("");
  ours = truce_json_dup_string (merge->docs[TRUCE_OURS], values.node[TRUCE_OURS]);
  theirs = truce_json_dup_string (merge->docs[TRUCE_THEIRS], values.node[TRUCE_THEIRS]);
  merged = truce_text_merge (base, ours, theirs, &conflict);
  text = g_string_new (NULL);
  truce_json_write_string (text, merged, -1);

  *result = truce_json_draft_text (merge->arena, text->str, text->len);
  if (conflict)
    *result = truce_merge_decide (merge, values, *result);
  return TRUE;
}

/* ---- flag ---- */

static gboolean
is_boolean (const TruceMerge *merge,
            TruceTriple       values,
            int               side)
{
  return truce_merge_is (merge, values, side, TRUCE_JSON_TRUE) || truce_merge_is (merge, values, side, TRUCE_JSON_FALSE);
}

static gboolean
merge_flag (TruceMerge      *merge,
            TruceTriple      values,
            TruceJsonDraft **result)
{
  if (!is_boolean (merge, values, TRUCE_OURS) || !is_boolean (merge, values, TRUCE_THEIRS) ||
      !both_changed (merge, values))
    return FALSE;

  *result = draft_of (merge, values, truce_merge_is (merge, values, TRUCE_OURS, TRUCE_JSON_TRUE) ? TRUCE_OURS : TRUCE_THEIRS);
  return TRUE;
}

/* ---- max, min ---- */

/* Numbers by value, strings by their UTF-16 units. FALSE if the two have no order. */
gboolean
truce_merge_compare (const TruceMerge *merge,
                     TruceTriple       values,
                     int               a,
                     int               b,
                     int              *order)
{
  if (truce_merge_is (merge, values, a, TRUCE_JSON_NUMBER) && truce_merge_is (merge, values, b, TRUCE_JSON_NUMBER))
    *order = truce_json_number_compare (merge->docs[a], values.node[a], merge->docs[b], values.node[b]);
  else if (truce_merge_is (merge, values, a, TRUCE_JSON_STRING) && truce_merge_is (merge, values, b, TRUCE_JSON_STRING))
    *order = truce_json_string_compare (merge->docs[a], values.node[a], merge->docs[b], values.node[b]);
  else
    return FALSE;
  return TRUE;
}

/* sign: 1 for max, -1 for min. A write that goes the other way changed nothing, so base counts too. */
static gboolean
merge_extreme (TruceMerge      *merge,
               TruceTriple      values,
               int              sign,
               TruceJsonDraft **result)
{
  int best = TRUCE_OURS;
  int order;

  if (!all_present (values) || !truce_merge_compare (merge, values, best, TRUCE_THEIRS, &order))
    return FALSE;
  if (order * sign < 0)
    best = TRUCE_THEIRS;
  if (truce_merge_compare (merge, values, best, TRUCE_BASE, &order) && order * sign < 0)
    best = TRUCE_BASE;

  *result = draft_of (merge, values, best);
  return TRUE;
}

/* ---- immutable ---- */

static gboolean
merge_immutable (TruceMerge      *merge,
                 TruceTriple      values,
                 TruceJsonDraft **result)
{
  int side = TRUCE_BASE;
  int later;

  if (values.node[TRUCE_BASE] != TRUCE_JSON_NONE)
    {
      /* Our spelling of it, if it still stands there. */
      if (unchanged_by (merge, values, TRUCE_OURS))
        side = TRUCE_OURS;
    }
  else if (!all_present (values))
    {
      side = values.node[TRUCE_OURS] != TRUCE_JSON_NONE ? TRUCE_OURS : TRUCE_THEIRS;
    }
  else
    {
      later = merge->later != NULL ? merge->later (merge->pointer->str, merge->later_data) : 0;
      if (later == 0)
        return FALSE;
      side = later < 0 ? TRUCE_THEIRS : TRUCE_OURS;
    }

  *result = draft_of (merge, values, side);
  return TRUE;
}

gboolean
truce_merge_kind (TruceMerge      *merge,
                  TruceKind        kind,
                  TruceTriple      values,
                  TruceJsonDraft **result)
{
  switch (kind)
    {
    case TRUCE_KIND_COUNTER:
      return merge_counter (merge, values, result);
    case TRUCE_KIND_SET:
      return merge_set (merge, values, result);
    case TRUCE_KIND_TEXT:
      return merge_text (merge, values, result);
    case TRUCE_KIND_FLAG:
      return merge_flag (merge, values, result);
    case TRUCE_KIND_MAX:
      return merge_extreme (merge, values, 1, result);
    case TRUCE_KIND_MIN:
      return merge_extreme (merge, values, -1, result);
    case TRUCE_KIND_IMMUTABLE:
      return merge_immutable (merge, values, result);
    case TRUCE_KIND_LOCAL:
      *result = draft_of (merge, values, TRUCE_OURS);
      return TRUE;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_MAP:
    case TRUCE_KIND_LIST:
      break;
    }
  return FALSE;
}
