/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Equality by value. Objects written in one order, as nearly all are, compare in one pass; where the
 * orders part, both are sorted. Recursion is as deep as the documents, which the scan has bounded. */

#include "truce-json-private.h"

static gboolean
is_same_text (const TruceJsonDoc *a,
              guint32             node_a,
              const TruceJsonDoc *b,
              guint32             node_b)
{
  return truce_json_span_equal (truce_json_span (a, node_a), truce_json_span (b, node_b));
}

static gboolean
arrays_equal (const TruceJsonDoc *a,
              guint32             array_a,
              const TruceJsonDoc *b,
              guint32             array_b)
{
  guint32 end_a = a->nodes[array_a].next;
  guint32 end_b = b->nodes[array_b].next;
  guint32 i = array_a + 1;
  guint32 k = array_b + 1;

  for (; i < end_a && k < end_b; i = a->nodes[i].next, k = b->nodes[k].next)
    if (!truce_json_equal (a, i, b, k))
      return FALSE;

  return i == end_a && k == end_b;
}

static gboolean
sorted_members_equal (const TruceJsonDoc *a,
                      guint32             object_a,
                      const TruceJsonDoc *b,
                      guint32             object_b)
{
  guint32 n_a;
  guint32 n_b;
  g_autofree guint32 *names_a = truce_json_sort_names (a, object_a, &n_a);
  g_autofree guint32 *names_b = truce_json_sort_names (b, object_b, &n_b);

  if (n_a != n_b)
    return FALSE;

  /* All names before any value: a value may be large, and is compared once only. */
  for (guint32 i = 0; i < n_a; i++)
    if (!truce_json_string_equal (a, names_a[i], b, names_b[i]))
      return FALSE;
  for (guint32 i = 0; i < n_a; i++)
    if (!truce_json_equal (a, names_a[i] + 1, b, names_b[i] + 1))
      return FALSE;

  return TRUE;
}

static gboolean
has_same_names (const TruceJsonDoc *a,
                guint32             object_a,
                const TruceJsonDoc *b,
                guint32             object_b)
{
  guint32 end_a = a->nodes[object_a].next;
  guint32 end_b = b->nodes[object_b].next;
  guint32 i = object_a + 1;
  guint32 k = object_b + 1;

  for (; i < end_a && k < end_b; i = a->nodes[i + 1].next, k = b->nodes[k + 1].next)
    if (!truce_json_string_equal (a, i, b, k))
      return FALSE;

  return i == end_a && k == end_b;
}

static gboolean
objects_equal (const TruceJsonDoc *a,
               guint32             object_a,
               const TruceJsonDoc *b,
               guint32             object_b)
{
  guint32 k = object_b + 1;

  if (!has_same_names (a, object_a, b, object_b))
    return sorted_members_equal (a, object_a, b, object_b);

  for (guint32 i = object_a + 1; i < a->nodes[object_a].next; i = a->nodes[i + 1].next)
    {
      if (!truce_json_equal (a, i + 1, b, k + 1))
        return FALSE;
      k = b->nodes[k + 1].next;
    }

  return TRUE;
}

gboolean
truce_json_equal (const TruceJsonDoc *a,
                  guint32             node_a,
                  const TruceJsonDoc *b,
                  guint32             node_b)
{
  TruceJsonType type = truce_json_type (a, node_a);

  if (type != truce_json_type (b, node_b))
    return FALSE;
  if (a->hashes != NULL && b->hashes != NULL && a->hashes[node_a] != b->hashes[node_b])
    return FALSE;
  if (is_same_text (a, node_a, b, node_b))
    return TRUE;

  switch (type)
    {
    case TRUCE_JSON_NUMBER:
      return truce_json_number_compare (a, node_a, b, node_b) == 0;
    case TRUCE_JSON_STRING:
      return truce_json_string_equal (a, node_a, b, node_b);
    case TRUCE_JSON_ARRAY:
      return arrays_equal (a, node_a, b, node_b);
    case TRUCE_JSON_OBJECT:
      return objects_equal (a, node_a, b, node_b);
    case TRUCE_JSON_NULL:
    case TRUCE_JSON_FALSE:
    case TRUCE_JSON_TRUE:
      break;
    }

  return TRUE;
}
