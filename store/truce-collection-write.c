/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-collection-private.h"

/* One write each, in a transaction of its own: see truce-store-run.c for what they do. */

static gboolean
do_verb (TruceCollection *self,
         TruceOperation  *operation,
         GError         **error)
{
  operation->collection = truce_collection_get_name (self);
  return truce_store_do_alone (truce_collection_get_store (self), operation, error);
}

static gboolean
do_node (TruceCollection *self,
         TruceOperation  *operation,
         JsonNode        *node,
         GError         **error)
{
  g_autofree char *text = truce_json_node_to_text (node, error);

  if (text == NULL)
    {
      g_prefix_error (error, "%s/%s: ", truce_collection_get_name (self), operation->id);
      return FALSE;
    }
  operation->text = text;
  return do_verb (self, operation, error);
}

/**
 * truce_collection_create:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @value: a JSON object
 * @error: return location for an error
 *
 * Makes a record that is not there yet. One that was deleted starts afresh.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_EXISTS if it is there,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_create (TruceCollection *self,
                         const char      *id,
                         JsonNode        *value,
                         GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_node (self, &(TruceOperation) { .verb = TRUCE_VERB_CREATE, .id = id }, value, error);
}

/**
 * truce_collection_create_text:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @text: a JSON object as text
 * @error: return location for an error
 *
 * Makes a record that is not there yet, as [method@Collection.create] does.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_EXISTS if it is there,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_create_text (TruceCollection *self,
                              const char      *id,
                              const char      *text,
                              GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_CREATE, .id = id, .text = text }, error);
}

/**
 * truce_collection_put:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @value: a JSON object
 * @error: return location for an error
 *
 * Writes a whole record. Fields that @value leaves out are removed, but for those
 * that are immutable or only grow. One that was deleted starts afresh.
 *
 * Each field is compared with what is there, and becomes the smallest change of
 * its kind: a counter counts the difference, a set takes and drops elements. A
 * write that changes nothing writes nothing.
 *
 * This is a transaction of its own; for many records use a [class@Batch].
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_put (TruceCollection *self,
                      const char      *id,
                      JsonNode        *value,
                      GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_node (self, &(TruceOperation) { .verb = TRUCE_VERB_PUT, .id = id }, value, error);
}

/**
 * truce_collection_put_text:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @text: a JSON object as text
 * @error: return location for an error
 *
 * Writes a whole record, as [method@Collection.put] does. This form is the faster
 * one: no tree of nodes is made.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_put_text (TruceCollection *self,
                           const char      *id,
                           const char      *text,
                           GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_PUT, .id = id, .text = text }, error);
}

/**
 * truce_collection_patch:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @fields: a JSON object: the fields to write
 * @error: return location for an error
 *
 * Writes some fields of a record. null is a value; to remove a field use
 * [method@Collection.unset].
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such record,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_patch (TruceCollection *self,
                        const char      *id,
                        JsonNode        *fields,
                        GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (fields != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_node (self, &(TruceOperation) { .verb = TRUCE_VERB_PATCH, .id = id }, fields, error);
}

/**
 * truce_collection_patch_text:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @text: a JSON object as text: the fields to write
 * @error: return location for an error
 *
 * Writes some fields of a record, as [method@Collection.patch] does.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such record,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_patch_text (TruceCollection *self,
                             const char      *id,
                             const char      *text,
                             GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_PATCH, .id = id, .text = text }, error);
}

/**
 * truce_collection_unset:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @field: a field's name
 * @error: return location for an error
 *
 * Removes a field. One that is not there is no change.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such record,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_unset (TruceCollection *self,
                        const char      *id,
                        const char      *field,
                        GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_UNSET, .id = id, .field = field }, error);
}

/**
 * truce_collection_delete:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @error: return location for an error
 *
 * Deletes a record. What it held is kept until the store is purged, so that
 * [method@Collection.undelete] can bring it back.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such
 *   record, %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_delete (TruceCollection *self,
                         const char      *id,
                         GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_DELETE, .id = id }, error);
}

/**
 * truce_collection_undelete:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @error: return location for an error
 *
 * Brings a deleted record back, with all that it held. One that is there is no
 * change.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there never was such a
 *   record or it has been purged, %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or
 *   %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_undelete (TruceCollection *self,
                           const char      *id,
                           GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_UNDELETE, .id = id }, error);
}

/**
 * truce_collection_add:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @field: a field's name
 * @element: a scalar
 * @error: return location for an error
 *
 * Adds an element to a set, which is made if it is not there.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such record,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_add (TruceCollection *self,
                      const char      *id,
                      const char      *field,
                      JsonNode        *element,
                      GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (element != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_node (self, &(TruceOperation) { .verb = TRUCE_VERB_ADD, .id = id, .field = field }, element, error);
}

/**
 * truce_collection_remove:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @field: a field's name
 * @element: a scalar
 * @error: return location for an error
 *
 * Removes an element from a set. One that is not in it is no change.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such record,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_remove (TruceCollection *self,
                         const char      *id,
                         const char      *field,
                         JsonNode        *element,
                         GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (element != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_node (self, &(TruceOperation) { .verb = TRUCE_VERB_REMOVE, .id = id, .field = field }, element, error);
}

/**
 * truce_collection_increment:
 * @self: a collection
 * @id: an id: 1 to 255 bytes
 * @field: a field's name
 * @amount: what to add; may be negative
 * @error: return location for an error
 *
 * Adds to a counter, which is made if it is not there. At the ends of the 64-bit
 * range it stays.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if there is no such record,
 *   %TRUCE_ERROR_INVALID_DATA or
 *   %TRUCE_ERROR_TOO_LARGE for what can't be or the schema does not allow,
 *   %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
gboolean
truce_collection_increment (TruceCollection *self,
                            const char      *id,
                            const char      *field,
                            gint64           amount,
                            GError         **error)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return do_verb (self, &(TruceOperation) { .verb = TRUCE_VERB_INCREMENT, .id = id, .field = field, .amount = amount }, error);
}
