/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a store hands to its adapter and gets back. It is made once for each record that is read or
 * written, so it is one block of memory: the struct, then the texts, then the bytes. */

#include "truce-stored-record-private.h"

G_DEFINE_ENUM_TYPE (TruceDelivery, truce_delivery,
                    G_DEFINE_ENUM_VALUE (TRUCE_DELIVERY_SYNCED, "synced"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELIVERY_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELIVERY_IN_FLIGHT, "in-flight"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELIVERY_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELIVERY_CONFLICTED, "conflicted"))

/**
 * TruceStoredRecord: (ref-func truce_stored_record_ref) (unref-func truce_stored_record_unref)
 *
 * A record as a [iface@StoreAdapter] keeps it.
 *
 * Of its parts only the collection, the id, the version and the delivery mean
 * something to an adapter, and it may index the value, which is JSON text.
 * The state and the base are bytes of the store's own.
 *
 * A stored record never changes, and may be used in any thread.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (TruceStoredRecord, truce_stored_record, truce_stored_record_ref, truce_stored_record_unref)

/* Appends length bytes and a NUL. */
static char *
add_text (char      **end,
          const char *text,
          gsize length)
{
  char *copy = *end;

  memcpy (copy, text, length);
  copy[length] = '\0';
  *end += length + 1;
  return copy;
}

static guint8 *
add_bytes (char      **end,
           const void *bytes,
           gsize       length)
{
  guint8 *copy = (guint8 *) *end;

  if (length > 0)
    memcpy (copy, bytes, length);
  *end += length;
  return copy;
}

TruceStoredRecord *
truce_stored_record_make (const TruceStoredParts *parts)
{
  TruceStoredRecord *self;
  char *end;

  g_assert (parts->collection != NULL && parts->id != NULL);
  g_assert (parts->state != NULL || parts->state_length == 0);

  self = g_malloc (sizeof *self + parts->collection_length + 1 + parts->id_length + 1 + parts->value_length + 1 +
                   parts->state_length + parts->base_length);
  end = (char *) (self + 1);
  g_atomic_ref_count_init (&self->refs);
  self->delivery = parts->delivery;
  self->version = parts->version;
  self->key = parts->key;
  self->collection = add_text (&end, parts->collection, parts->collection_length);
  self->id = add_text (&end, parts->id, parts->id_length);
  self->value = parts->value != NULL ? add_text (&end, parts->value, parts->value_length) : NULL;
  self->value_length = parts->value != NULL ? parts->value_length : 0;
  self->state = add_bytes (&end, parts->state, parts->state_length);
  self->state_length = parts->state_length;
  self->base = parts->base != NULL ? add_bytes (&end, parts->base, parts->base_length) : NULL;
  self->base_length = parts->base != NULL ? parts->base_length : 0;
  return self;
}

TruceStoredParts
truce_stored_record_parts (const TruceStoredRecord *self)
{
  return (TruceStoredParts) {
           .collection = self->collection,
           .collection_length = strlen (self->collection),
           .id = self->id,
           .id_length = strlen (self->id),
           .version = self->version,
           .key = self->key,
           .delivery = self->delivery,
           .value = self->value,
           .value_length = self->value_length,
           .state = self->state,
           .state_length = self->state_length,
           .base = self->base,
           .base_length = self->base_length,
  };
}

/* Empty bytes have no address; a base without one would be none. */
static void
set_base (TruceStoredParts *parts,
          GBytes           *base)
{
  parts->base = base != NULL ? g_bytes_get_data (base, NULL) : NULL;
  parts->base_length = base != NULL ? g_bytes_get_size (base) : 0;
  if (base != NULL && parts->base == NULL)
    parts->base = "";
}

TruceStoredRecord *
truce_stored_record_settled (const TruceStoredRecord *self,
                             TruceDelivery            delivery,
                             GBytes                  *base)
{
  TruceStoredParts parts = truce_stored_record_parts (self);

  parts.delivery = delivery;
  set_base (&parts, base);
  return truce_stored_record_make (&parts);
}

/**
 * truce_stored_record_new:
 * @collection: the collection's name
 * @id: the record's id
 * @version: which write of the store it is; greater than 0
 * @delivery: what is still to be done with it
 * @value: (nullable): a JSON object, or %NULL if the record is deleted
 * @state: what [method@StoredRecord.dup_state] gave
 * @base: (nullable): what [method@StoredRecord.dup_base] gave
 *
 * Puts a record together again that an adapter has read.
 *
 * Everything is copied. Nothing is checked here: what is wrong with @value,
 * @state or @base shows when the store reads the record.
 *
 * Returns: (transfer full): a stored record
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_stored_record_new (const char   *collection,
                         const char   *id,
                         gint64        version,
                         TruceDelivery delivery,
                         const char   *value,
                         GBytes       *state,
                         GBytes       *base)
{
  TruceStoredParts parts = { .version = version, .delivery = delivery };

  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (version > 0, NULL);
  g_return_val_if_fail (delivery >= TRUCE_DELIVERY_SYNCED && delivery <= TRUCE_DELIVERY_CONFLICTED, NULL);
  g_return_val_if_fail (state != NULL, NULL);

  parts.collection = collection;
  parts.collection_length = strlen (collection);
  parts.id = id;
  parts.id_length = strlen (id);
  parts.value = value;
  parts.value_length = value != NULL ? strlen (value) : 0;
  parts.state = g_bytes_get_data (state, &parts.state_length);
  set_base (&parts, base);
  return truce_stored_record_make (&parts);
}

/**
 * truce_stored_record_ref:
 * @self: a stored record
 *
 * Adds a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_stored_record_ref (TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * truce_stored_record_unref:
 * @self: (transfer full) (nullable): a stored record
 *
 * Takes a reference away; with the last one the record is freed.
 *
 * Since: 1.0
 */
void
truce_stored_record_unref (TruceStoredRecord *self)
{
  if (self != NULL && g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * truce_stored_record_get_collection:
 * @self: a stored record
 *
 * Gets the name of the collection that the record is in.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
truce_stored_record_get_collection (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->collection;
}

/**
 * truce_stored_record_get_id:
 * @self: a stored record
 *
 * Gets the record's id in its collection.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
truce_stored_record_get_id (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * truce_stored_record_get_version:
 * @self: a stored record
 *
 * Gets which write of the store this is.
 *
 * A store gives each record that it writes the next number, and no number
 * twice: it is the record's place in the feed.
 *
 * Returns: the version, greater than 0
 *
 * Since: 1.0
 */
gint64
truce_stored_record_get_version (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->version;
}

/**
 * truce_stored_record_get_delivery:
 * @self: a stored record
 *
 * Gets what is still to be done with the record.
 *
 * Returns: the delivery
 *
 * Since: 1.0
 */
TruceDelivery
truce_stored_record_get_delivery (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, TRUCE_DELIVERY_SYNCED);

  return self->delivery;
}

/**
 * truce_stored_record_get_value:
 * @self: a stored record
 *
 * Gets the record as it shows: a JSON object, as text.
 *
 * Returns: (transfer none) (nullable): the text, or %NULL if the record is
 *   deleted
 *
 * Since: 1.0
 */
const char *
truce_stored_record_get_value (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->value;
}

/* The bytes keep the record, and share its memory. */
static GBytes *
share_bytes (const TruceStoredRecord *self,
             const guint8            *bytes,
             gsize                    length)
{
  TruceStoredRecord *kept = truce_stored_record_ref ((TruceStoredRecord *) self);

  return g_bytes_new_with_free_func (bytes, length, (GDestroyNotify) truce_stored_record_unref, kept);
}

/**
 * truce_stored_record_dup_state:
 * @self: a stored record
 *
 * Gets the record's stamps and all else that does not show. An adapter keeps
 * the bytes as they are.
 *
 * Returns: (transfer full): the bytes, not copied
 *
 * Since: 1.0
 */
GBytes *
truce_stored_record_dup_state (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return share_bytes (self, self->state, self->state_length);
}

/**
 * truce_stored_record_dup_base:
 * @self: a stored record
 *
 * Gets the old values of what changed since the last sync. An adapter keeps
 * the bytes as they are, and none apart from empty ones.
 *
 * Returns: (transfer full) (nullable): the bytes, not copied, or %NULL if there
 *   are none
 *
 * Since: 1.0
 */
GBytes *
truce_stored_record_dup_base (const TruceStoredRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->base != NULL ? share_bytes (self, self->base, self->base_length) : NULL;
}
