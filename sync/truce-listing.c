/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-exchange-private.h"

/**
 * TruceListing:
 *
 * Which records there are at the remote, a page at a time: what is not listed is
 * gone there.
 *
 * A replica asks when the feed can't tell it what was deleted. The remote adds the
 * records that are not deleted, and that are within the filter, ascending by
 * collection, then id, both by their bytes.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (TruceListing, truce_listing, TRUCE_TYPE_EXCHANGE)

static void
truce_listing_finalize (GObject *object)
{
  TruceListing *self = TRUCE_LISTING (object);

  truce_listing_cut (self, 0);
  g_free (self->items);
  g_free (self->after_collection);
  g_free (self->after_id);

  G_OBJECT_CLASS (truce_listing_parent_class)->finalize (object);
}

static void
truce_listing_class_init (TruceListingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_listing_finalize;
}

static void
truce_listing_init (TruceListing *self)
{
}

TruceListing *
truce_listing_new (const char *session,
                   GHashTable *filters,
                   const char *after_collection,
                   const char *after_id,
                   guint       limit)
{
  TruceListing *self = g_object_new (TRUCE_TYPE_LISTING, NULL);

  self->parent_instance.session = g_strdup (session);
  self->parent_instance.filters = filters != NULL ? g_hash_table_ref (filters) : NULL;
  self->after_collection = g_strdup (after_collection);
  self->after_id = g_strdup (after_id);
  self->limit = limit;
  return self;
}

void
truce_listing_cut (TruceListing *self,
                   guint         n_items)
{
  while (self->n_items > n_items)
    {
      TruceListingItem *item = &self->items[--self->n_items];

      g_free (item->collection);
      g_free (item->id);
    }
}

/**
 * truce_listing_get_after_collection:
 * @self: a listing
 *
 * Gets the collection of the record behind which the page begins.
 *
 * Returns: (transfer none) (nullable): its name, or %NULL: begin at the first
 *   record
 *
 * Since: 1.0
 */
const char *
truce_listing_get_after_collection (TruceListing *self)
{
  g_return_val_if_fail (TRUCE_IS_LISTING (self), NULL);

  return self->after_collection;
}

/**
 * truce_listing_get_after_id:
 * @self: a listing
 *
 * Gets the id of the record behind which the page begins.
 *
 * Returns: (transfer none) (nullable): the id, or %NULL: begin at the first record
 *
 * Since: 1.0
 */
const char *
truce_listing_get_after_id (TruceListing *self)
{
  g_return_val_if_fail (TRUCE_IS_LISTING (self), NULL);

  return self->after_id;
}

/**
 * truce_listing_get_limit:
 * @self: a listing
 *
 * Gets how many records the page should have at the most.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_listing_get_limit (TruceListing *self)
{
  g_return_val_if_fail (TRUCE_IS_LISTING (self), 0);

  return self->limit;
}

/* Whether (collection, id) comes behind the last one that was added, or that the page begins behind. */
static gboolean
ascends (TruceListing *self,
         const char   *collection,
         const char   *id)
{
  const char *last_collection = self->after_collection;
  const char *last_id = self->after_id;
  int order;

  if (self->n_items > 0)
    {
      last_collection = self->items[self->n_items - 1].collection;
      last_id = self->items[self->n_items - 1].id;
    }
  if (last_collection == NULL)
    return TRUE;
  order = strcmp (last_collection, collection);
  return order < 0 || (order == 0 && (last_id == NULL || strcmp (last_id, id) < 0));
}

/**
 * truce_listing_add:
 * @self: a listing
 * @collection: the name of a collection
 * @id: the id of a record in it
 *
 * Adds a record to the page.
 *
 * Since: 1.0
 */
void
truce_listing_add (TruceListing *self,
                   const char   *collection,
                   const char   *id)
{
  TruceExchange *exchange = (TruceExchange *) self;

  g_return_if_fail (TRUCE_IS_LISTING (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);

  if (self->finished)
    truce_exchange_refuse (exchange, "the remote added to a listing that was finished");
  if (!ascends (self, collection, id))
    truce_exchange_refuse (exchange, "the remote's listing does not ascend at %s/%s", collection, id);
  if (self->n_items == self->room)
    {
      self->room = MAX (16, self->room * 2);
      self->items = g_renew (TruceListingItem, self->items, self->room);
    }
  self->items[self->n_items++] = (TruceListingItem) { g_strdup (collection), g_strdup (id) };
}

/**
 * truce_listing_finish:
 * @self: a listing
 * @more: whether there is a next page
 *
 * Ends the page. One that is not finished counts as cut off, and shows nothing.
 *
 * Since: 1.0
 */
void
truce_listing_finish (TruceListing *self,
                      gboolean      more)
{
  TruceExchange *exchange = (TruceExchange *) self;

  g_return_if_fail (TRUCE_IS_LISTING (self));

  if (self->finished)
    truce_exchange_refuse (exchange, "the remote finished a listing twice");
  if (more && self->n_items == 0)
    truce_exchange_refuse (exchange, "the remote has more to list, but listed nothing");
  self->finished = TRUE;
  self->n_finished = self->n_items;
  self->more = !!more;
}
