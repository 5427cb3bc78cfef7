/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A change is a place in a push: it is made for who asks for it, and its texts too. A hub, which takes hundreds of
 * thousands of them, reads the push's array instead. */

#include "truce-base.h"
#include "truce-exchange-private.h"

/* What tells one try's key from that of another change. */
#define KEY_LENGTH 32

/**
 * TruceChange:
 *
 * A record that a replica pushes: what it is now, and what both sides last agreed
 * on.
 *
 * Since: 1.0
 */
struct _TruceChange
{
  gatomicrefcount refs;
  TrucePush *push;              /* owned */
  guint index;
};

G_DEFINE_BOXED_TYPE (TruceChange, truce_change, truce_change_ref, truce_change_unref)

static const TrucePushItem *
item_of (const TruceChange *self)
{
  return &self->push->items[self->index];
}

/**
 * truce_push_get_change:
 * @self: a push
 * @index: the place of a change
 *
 * Gets a change.
 *
 * Returns: (transfer full): the change
 *
 * Since: 1.0
 */
TruceChange *
truce_push_get_change (TrucePush *self,
                       guint      index)
{
  TruceChange *change;

  g_return_val_if_fail (TRUCE_IS_PUSH (self), NULL);
  g_return_val_if_fail (index < self->n_items, NULL);

  change = g_new (TruceChange, 1);
  g_atomic_ref_count_init (&change->refs);
  change->push = g_object_ref (self);
  change->index = index;
  return change;
}

/**
 * truce_change_ref: (skip)
 * @self: a change
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
TruceChange *
truce_change_ref (TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * truce_change_unref: (skip)
 * @self: (nullable): a change
 *
 * Gives a reference back; with the last one the change goes.
 *
 * Since: 1.0
 */
void
truce_change_unref (TruceChange *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;

  g_object_unref (self->push);
  g_free (self);
}

/**
 * truce_change_get_collection:
 * @self: a change
 *
 * Gets the name of the record's collection.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
truce_change_get_collection (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return item_of (self)->record->collection;
}

/**
 * truce_change_get_id:
 * @self: a change
 *
 * Gets the record's id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
truce_change_get_id (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return item_of (self)->record->id;
}

/**
 * truce_change_get_text:
 * @self: a change
 *
 * Gets the record as it is now.
 *
 * Returns: (transfer none) (nullable): a JSON object, or %NULL: it was deleted
 *
 * Since: 1.0
 */
const char *
truce_change_get_text (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return item_of (self)->record->value;
}

/**
 * truce_change_dup_base_text:
 * @self: a change
 *
 * Gets the record as both sides last agreed on it.
 *
 * Returns: (transfer full) (nullable): a JSON object, or %NULL: the remote had
 *   none
 *
 * Since: 1.0
 */
char *
truce_change_dup_base_text (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return truce_base_text (item_of (self)->record, NULL);
}

/**
 * truce_change_get_token:
 * @self: a change
 *
 * Gets what the remote last gave for this record, such as its ETag.
 *
 * Returns: (transfer none) (nullable): the token, or %NULL: none
 *
 * Since: 1.0
 */
const char *
truce_change_get_token (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return item_of (self)->token;
}

/**
 * truce_change_dup_key:
 * @self: a change
 *
 * Gets a key that is the same each time that this change is tried, and that no
 * other change has: a server that remembers it does the change once.
 *
 * Linear in the size of the record.
 *
 * Returns: (transfer full): 32 hexadecimal digits
 *
 * Since: 1.0
 */
char *
truce_change_dup_key (const TruceChange *self)
{
  g_autoptr(GChecksum) checksum = NULL;
  const TruceStoredRecord *record;

  g_return_val_if_fail (self != NULL, NULL);

  /* Of the content, stamps included, and not of a count: a store that was restored from a backup counts again. */
  record = item_of (self)->record;
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *) record->collection, strlen (record->collection) + 1);
  g_checksum_update (checksum, (const guchar *) record->id, strlen (record->id) + 1);
  g_checksum_update (checksum, record->state, record->state_length);
  if (record->value != NULL)
    g_checksum_update (checksum, (const guchar *) record->value, record->value_length);
  return g_strndup (g_checksum_get_string (checksum), KEY_LENGTH);
}

/**
 * truce_change_get_gated:
 * @self: a change
 *
 * Gets whether the change may only be taken if the remote has nothing that the
 * replica has not seen: else the answer is a conflict. A remote without stamps
 * does so with every change.
 *
 * Returns: whether it is gated
 *
 * Since: 1.0
 */
gboolean
truce_change_get_gated (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return item_of (self)->gated;
}

/**
 * truce_change_get_attempts:
 * @self: a change
 *
 * Gets how often it was tried before.
 *
 * Returns: the number of earlier attempts
 *
 * Since: 1.0
 */
guint
truce_change_get_attempts (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return item_of (self)->attempts;
}

/**
 * truce_change_get_record:
 * @self: a change
 *
 * Gets the record with its state, for a remote that keeps stamps.
 *
 * Returns: (transfer none): the record
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_change_get_record (const TruceChange *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return item_of (self)->record;
}
