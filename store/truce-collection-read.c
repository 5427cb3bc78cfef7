/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-collection-private.h"
#include "truce-kind-private.h"
#include "truce-store-rename.h"

/* The row, a tombstone too; NULL with an error, also where there is none. */
static TruceStoredRecord *
get_row (TruceCollection *self,
         const char      *id,
         GError         **error)
{
  TruceStore *store = truce_collection_get_store (self);
  g_autoptr(GError) local = NULL;
  TruceStoredRecord *row = truce_store_find (store, truce_collection_get_name (self), id, &local);
  g_autofree char *shown = NULL;

  if (row != NULL)
    return row;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  shown = truce_show_name (id);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: there is no such record",
               truce_collection_get_name (self), shown);
  return NULL;
}

/* The row of a record that shows. */
static TruceStoredRecord *
get_shown (TruceCollection *self,
           const char      *id,
           GError         **error)
{
  g_autoptr(TruceStoredRecord) row = get_row (self, id, error);
  g_autofree char *shown = NULL;

  if (row == NULL || row->value != NULL)
    return g_steal_pointer (&row);

  shown = truce_show_name (id);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: the record has been deleted",
               truce_collection_get_name (self), shown);
  return NULL;
}

/**
 * truce_collection_get:
 * @self: a collection
 * @id: an id
 * @error: return location for an error
 *
 * Gets a record. It follows the store as long as it is held: see
 * [signal@Record::changed].
 *
 * Returns: (transfer full): the record, or %NULL with %TRUCE_ERROR_NOT_FOUND, or
 *   %TRUCE_ERROR_CORRUPT for one that can't be read
 *
 * Since: 1.0
 */
TruceRecord *
truce_collection_get (TruceCollection *self,
                      const char      *id,
                      GError         **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = get_shown (self, id, error);
  return row != NULL ? truce_collection_wrap (self, row, error) : NULL;
}

/**
 * truce_collection_dup_text:
 * @self: a collection
 * @id: an id
 * @error: return location for an error
 *
 * Gets a record as JSON text: without space, with its members in order. This is
 * the fastest way to read one.
 *
 * Returns: (transfer full): the text, or %NULL with %TRUCE_ERROR_NOT_FOUND, or
 *   %TRUCE_ERROR_CORRUPT for one that can't be read
 *
 * Since: 1.0
 */
char *
truce_collection_dup_text (TruceCollection *self,
                           const char      *id,
                           GError         **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = get_shown (self, id, error);
  return row != NULL ? g_strndup (row->value, row->value_length) : NULL;
}

/**
 * truce_collection_contains:
 * @self: a collection
 * @id: an id
 * @error: return location for an error
 *
 * Gets whether there is such a record; a deleted one is not there.
 *
 * Returns: whether it is there; %FALSE with an error if that can't be read
 *
 * Since: 1.0
 */
gboolean
truce_collection_contains (TruceCollection *self,
                           const char      *id,
                           GError         **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  row = truce_store_find (truce_collection_get_store (self), truce_collection_get_name (self), id, error);
  return row != NULL && row->value != NULL;
}

/**
 * truce_collection_get_delivery:
 * @self: a collection
 * @id: an id
 * @error: return location for an error
 *
 * Gets what is still to be done with a record, deleted or not.
 *
 * Returns: its state; %TRUCE_DELIVERY_SYNCED with %TRUCE_ERROR_NOT_FOUND if there
 *   is no such record
 *
 * Since: 1.0
 */
TruceDelivery
truce_collection_get_delivery (TruceCollection *self,
                               const char      *id,
                               GError         **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), TRUCE_DELIVERY_SYNCED);
  g_return_val_if_fail (id != NULL, TRUCE_DELIVERY_SYNCED);
  g_return_val_if_fail (error == NULL || *error == NULL, TRUCE_DELIVERY_SYNCED);

  row = get_row (self, id, error);
  return row != NULL ? row->delivery : TRUCE_DELIVERY_SYNCED;
}

/**
 * truce_collection_dup_base:
 * @self: a collection
 * @id: an id
 * @error: return location for an error
 *
 * Gets a record that waits to be sent as it was when both sides last agreed on
 * it.
 *
 * Returns: (transfer full) (nullable): the base as JSON text; %NULL without an
 *   error for a record that was not there then, and the record as it is for one
 *   that does not wait; %NULL with %TRUCE_ERROR_NOT_FOUND if there is no such
 *   record
 *
 * Since: 1.0
 */
char *
truce_collection_dup_base (TruceCollection *self,
                           const char      *id,
                           GError         **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = get_row (self, id, error);
  if (row == NULL)
    return NULL;
  return row->delivery == TRUCE_DELIVERY_SYNCED ? g_strdup (row->value) : truce_base_text (row, error);
}

/**
 * truce_collection_dup_values:
 * @self: a collection
 * @id: an id
 * @field: a field's name
 * @error: return location for an error
 *
 * Gets all values of a field: of a multi-register those that were written apart,
 * the one that shows first; of any other field the one that it has.
 *
 * Returns: (transfer full) (array zero-terminated=1): the values as JSON texts,
 *   none for a field that is not there; or %NULL with %TRUCE_ERROR_NOT_FOUND or
 *   %TRUCE_ERROR_CORRUPT
 *
 * Since: 1.0
 */
char **
truce_collection_dup_values (TruceCollection *self,
                             const char      *id,
                             const char      *field,
                             GError         **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GPtrArray) values = NULL;
  const TruceStateField *there;
  const TruceStatePart *part;
  TruceState *state;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (field != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = get_shown (self, id, error);
  if (row == NULL)
    return NULL;
  state = truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length, error);
  if (state == NULL)
    return NULL;

  values = g_ptr_array_new ();
  there = truce_state_field (&state->fields, field, strlen (field));
  part = there != NULL ? truce_state_shown (there) : NULL;
  if (part != NULL && part->shape == TRUCE_SHAPE_MULTI)
    {
      for (guint i = part->n; i-- > 0;)
        if (part->dots[i].value.text != NULL)
          g_ptr_array_add (values, g_strndup (part->dots[i].value.text, part->dots[i].value.length));
    }
  else if (part != NULL)
    {
      GString *text = g_string_new (NULL);

      truce_state_write_part (part, text);
      g_ptr_array_add (values, g_string_free (text, FALSE));
    }
  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&values), FALSE);
}
