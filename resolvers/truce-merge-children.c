/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-merge.h"

/* ---- members by name ---- */

/* Up to so many members a plain search costs less than an index. */
#define SMALL_OBJECT 16

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const TruceJsonDoc *doc = data;
  guint32 x = *(const guint32 *) a;
  guint32 y = *(const guint32 *) b;

  if (doc->hashes[x] != doc->hashes[y])
    return doc->hashes[x] < doc->hashes[y] ? -1 : 1;
  return truce_json_string_compare (doc, x, doc, y);
}

static GArray *
sort_names (const TruceJsonDoc *doc,
            guint32             object)
{
  GArray *names = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    g_array_append_val (names, i);
  g_qsort_with_data (names->data, names->len, sizeof (guint32), compare_names, (gpointer) doc);
  return names;
}

void
truce_members_init (TruceMembers       *members,
                    const TruceJsonDoc *doc,
                    guint32             object)
{
  members->doc = doc;
  members->object = object;
  members->hint = object + 1;
  members->sorted = NULL;
}

void
truce_members_clear (TruceMembers *members)
{
  g_clear_pointer (&members->sorted, g_array_unref);
}

static guint32
find_sorted (const TruceMembers *members,
             const TruceJsonDoc *doc,
             guint32             name)
{
  guint low = 0;
  guint high = members->sorted->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      guint32 have = g_array_index (members->sorted, guint32, middle);
      guint32 have_hash = members->doc->hashes[have];
      guint32 hash = doc->hashes[name];
      int order = have_hash != hash ? (have_hash < hash ? -1 : 1)
                                    : truce_json_string_compare (members->doc, have, doc, name);

      if (order == 0)
        return have;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return TRUCE_JSON_NONE;
}

static guint32
find_plainly (const TruceMembers *members,
              const TruceJsonDoc *doc,
              guint32             name)
{
  const TruceJsonNode *nodes = members->doc->nodes;

  for (guint32 i = members->object + 1; i < nodes[members->object].next; i = nodes[i + 1].next)
    if (truce_json_equal (members->doc, i, doc, name))
      return i;
  return TRUCE_JSON_NONE;
}

guint32
truce_members_find (TruceMembers       *members,
                    const TruceJsonDoc *doc,
                    guint32             name)
{
  guint32 found;

  if (members->object == TRUCE_JSON_NONE)
    return TRUCE_JSON_NONE;

  if (members->hint < members->doc->nodes[members->object].next &&
      truce_json_equal (members->doc, members->hint, doc, name))
    {
      found = members->hint;
    }
  else if (members->sorted != NULL)
    {
      found = find_sorted (members, doc, name);
    }
  else if (truce_json_n_children (members->doc, members->object) <= SMALL_OBJECT)
    {
      found = find_plainly (members, doc, name);
    }
  else
    {
      members->sorted = sort_names (members->doc, members->object);
      found = find_sorted (members, doc, name);
    }

  if (found != TRUCE_JSON_NONE)
    members->hint = members->doc->nodes[found + 1].next;
  return found;
}

/* ---- their order ---- */

typedef struct
{
  TruceJsonChild child;
  guint next;                   /* number of the item behind it; G_MAXUINT: none */
  gboolean only_ours;
} Item;

TruceOrder *
truce_order_new (gboolean sorted)
{
  TruceOrder *order = g_new0 (TruceOrder, 1);
  Item head = { { NULL }, G_MAXUINT, FALSE };

  order->items = g_array_new (FALSE, FALSE, sizeof (Item));
  order->sorted = sorted;
  /* Item 0 stands before all others, so that the front is a place like any other. */
  g_array_append_val (order->items, head);
  return order;
}

void
truce_order_free (TruceOrder *order)
{
  if (order == NULL)
    return;
  g_array_unref (order->items);
  g_free (order);
}

static Item *
get_item (TruceOrder *order,
          guint       number)
{
  return &g_array_index (order->items, Item, number);
}

guint
truce_order_append (TruceOrder    *order,
                    TruceJsonChild child,
                    gboolean       only_ours)
{
  guint number = order->items->len;
  Item item = { child, G_MAXUINT, only_ours };

  get_item (order, number - 1)->next = number;
  g_array_append_val (order->items, item);
  return number;
}

/* Whether a new child goes behind the item that only ours has. */
static gboolean
goes_behind (const TruceOrder     *order,
             const Item           *item,
             const TruceJsonChild *child)
{
  return item->only_ours &&
         (!order->sorted || truce_json_string_compare (item->child.name_doc, item->child.name,
                                                       child->name_doc, child->name) < 0);
}

guint
truce_order_insert (TruceOrder    *order,
                    guint          after,
                    TruceJsonChild child)
{
  guint number = order->items->len;
  guint at = after == G_MAXUINT ? 0 : after;
  Item item = { child, G_MAXUINT, FALSE };

  while (get_item (order, at)->next != G_MAXUINT &&
         goes_behind (order, get_item (order, get_item (order, at)->next), &child))
    at = get_item (order, at)->next;

  item.next = get_item (order, at)->next;
  get_item (order, at)->next = number;
  g_array_append_val (order->items, item);
  return number;
}

GArray *
truce_order_finish (TruceOrder *order)
{
  GArray *children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));

  for (guint i = get_item (order, 0)->next; i != G_MAXUINT; i = get_item (order, i)->next)
    if (get_item (order, i)->child.value != NULL)
      g_array_append_val (children, get_item (order, i)->child);
  return children;
}
