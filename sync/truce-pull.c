/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-exchange-private.h"

/**
 * TrucePull:
 *
 * A page of the remote's feed.
 *
 * The remote adds what has changed after the cursor, oldest first and each record
 * once, as it is now; then it says, with [method@Pull.finish], how far the page
 * goes. A page may repeat what the replica knows: that changes nothing.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (TrucePull, truce_pull, TRUCE_TYPE_EXCHANGE)

static void
item_clear (TrucePullItem *item)
{
  truce_stored_record_unref (item->record);
  g_free (item->collection);
  g_free (item->id);
  g_free (item->text);
  g_free (item->token);
}

static void
truce_pull_finalize (GObject *object)
{
  TrucePull *self = TRUCE_PULL (object);

  truce_pull_cut (self, 0);
  g_free (self->items);

  G_OBJECT_CLASS (truce_pull_parent_class)->finalize (object);
}

static void
truce_pull_class_init (TrucePullClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_pull_finalize;
}

static void
truce_pull_init (TrucePull *self)
{
}

TrucePull *
truce_pull_new (const char *session,
                GHashTable *filters,
                gint64      cursor,
                guint       limit)
{
  TrucePull *self = g_object_new (TRUCE_TYPE_PULL, NULL);

  self->parent_instance.session = g_strdup (session);
  self->parent_instance.filters = filters != NULL ? g_hash_table_ref (filters) : NULL;
  self->cursor = cursor;
  self->limit = limit;
  return self;
}

void
truce_pull_cut (TrucePull *self,
                guint      n_items)
{
  while (self->n_items > n_items)
    item_clear (&self->items[--self->n_items]);
}

static void
append (TrucePull          *self,
        const TrucePullItem item)
{
  if (self->finished)
    truce_exchange_refuse ((TruceExchange *) self, "the remote added to a page that was finished");
  if (self->n_items == self->room)
    {
      self->room = MAX (16, self->room * 2);
      self->items = g_renew (TrucePullItem, self->items, self->room);
    }
  self->items[self->n_items++] = item;
}

/**
 * truce_pull_get_cursor:
 * @self: a pull
 *
 * Gets how far the replica has read.
 *
 * Returns: a number that the remote counted; 0: nothing yet
 *
 * Since: 1.0
 */
gint64
truce_pull_get_cursor (TrucePull *self)
{
  g_return_val_if_fail (TRUCE_IS_PULL (self), 0);

  return self->cursor;
}

/**
 * truce_pull_get_limit:
 * @self: a pull
 *
 * Gets how many records the page should have at the most.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_pull_get_limit (TrucePull *self)
{
  g_return_val_if_fail (TRUCE_IS_PULL (self), 0);

  return self->limit;
}

/**
 * truce_pull_add:
 * @self: a pull
 * @collection: the name of a collection
 * @id: the id of a record in it
 * @text: (nullable): the record: a JSON object, or %NULL: it was deleted
 * @token: (nullable): what the remote wants to be told with the next change of this
 *   record, such as its ETag
 *
 * Adds a record to the page.
 *
 * Since: 1.0
 */
void
truce_pull_add (TrucePull  *self,
                const char *collection,
                const char *id,
                const char *text,
                const char *token)
{
  g_return_if_fail (TRUCE_IS_PULL (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);

  append (self, (TrucePullItem) {
    .collection = g_strdup (collection),
    .id = g_strdup (id),
    .text = g_strdup (text),
    .token = g_strdup (token),
  });
}

/**
 * truce_pull_add_record:
 * @self: a pull
 * @record: a record
 *
 * Adds a record with its state to the page, for a remote that keeps stamps.
 *
 * Since: 1.0
 */
void
truce_pull_add_record (TrucePull         *self,
                       TruceStoredRecord *record)
{
  g_return_if_fail (TRUCE_IS_PULL (self));
  g_return_if_fail (record != NULL);

  append (self, (TrucePullItem) { .record = truce_stored_record_ref (record) });
}

/**
 * truce_pull_leave:
 * @self: a pull
 * @collection: the name of a collection
 * @id: the id of a record in it
 *
 * Adds that a record is no longer within the filter: the replica drops it without
 * deleting it at the remote.
 *
 * Since: 1.0
 */
void
truce_pull_leave (TrucePull  *self,
                  const char *collection,
                  const char *id)
{
  g_return_if_fail (TRUCE_IS_PULL (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);

  append (self, (TrucePullItem) { .collection = g_strdup (collection), .id = g_strdup (id), .left = TRUE });
}

/**
 * truce_pull_finish:
 * @self: a pull
 * @cursor: where the next page begins
 * @more: whether there is a next page
 *
 * Ends the page. One that is not finished counts as cut off, and nothing of it is
 * taken.
 *
 * Since: 1.0
 */
void
truce_pull_finish (TrucePull *self,
                   gint64     cursor,
                   gboolean   more)
{
  TruceExchange *exchange = (TruceExchange *) self;

  g_return_if_fail (TRUCE_IS_PULL (self));

  if (self->finished)
    truce_exchange_refuse (exchange, "the remote finished a page twice");
  if (cursor < self->cursor)
    truce_exchange_refuse (exchange, "the remote's cursor went backwards");
  if (more && cursor == self->cursor)
    truce_exchange_refuse (exchange, "the remote has more, but its cursor does not move");
  self->finished = TRUE;
  self->n_finished = self->n_items;
  self->next_cursor = cursor;
  self->more = !!more;
}
