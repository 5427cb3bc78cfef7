/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a store knows of its collections: their schemas, which it keeps, and the objects that are handed out. */

#include "truce-collection-private.h"
#include "truce-kind-private.h"
#include "truce-three-way.h"

#define SCHEMA_GROUP "schema"
#define MAX_NAME 255            /* bytes of a collection's name */

/* The schema that is kept for a collection; an empty one where none is. The adapter has its indexes already, but
 * has to know of them. */
static TruceSchema *
load_schema (TruceStore *self,
             const char *name,
             GError    **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (self->adapter, SCHEMA_GROUP, name, &local);
  g_autofree char *text = NULL;
  g_autoptr(TruceSchema) schema = NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (bytes == NULL)
    {
      schema = truce_schema_new ();
      truce_schema_seal (schema);
      return g_steal_pointer (&schema);
    }

  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  schema = truce_schema_new_from_text (text, error);
  if (schema == NULL)
    {
      g_prefix_error (error, "the schema of “%s”: ", name);
      return NULL;
    }
  if (!truce_store_adapter_prepare (self->adapter, name, schema, error))
    return NULL;
  truce_schema_seal (schema);
  return g_steal_pointer (&schema);
}

static gboolean
check_name (const char *name,
            GError    **error)
{
  gsize length = strlen (name);
  g_autofree char *shown = NULL;

  if (length > 0 && length <= MAX_NAME && g_utf8_validate (name, length, NULL))
    return TRUE;

  shown = truce_show_name (name);
  g_set_error (error, TRUCE_ERROR, length > MAX_NAME ? TRUCE_ERROR_TOO_LARGE : TRUCE_ERROR_INVALID_DATA,
               "“%s” can't be a collection's name: it takes 1 to %d bytes of UTF-8", shown, MAX_NAME);
  return FALSE;
}

TruceCollectionInfo *
truce_store_info (TruceStore *self,
                  const char *name,
                  GError    **error)
{
  TruceCollectionInfo *info = self->last_info;
  TruceSchema *schema;

  /* Most operations are on the collection of the one before. */
  if (info != NULL && g_str_equal (info->name, name))
    return info;
  info = g_hash_table_lookup (self->collections, name);
  if (info != NULL)
    {
      self->last_info = info;
      return info;
    }
  if (!check_name (name, error))
    return NULL;
  schema = load_schema (self, name, error);
  if (schema == NULL)
    return NULL;

  info = g_new0 (TruceCollectionInfo, 1);
  info->name = g_strdup (name);
  info->schema = schema;
  info->expects_new = TRUE;
  g_hash_table_insert (self->collections, info->name, info);
  return info;
}

gboolean
truce_store_reload_schemas (TruceStore *self,
                            GError    **error)
{
  GHashTableIter iter;
  TruceCollectionInfo *info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    {
      TruceSchema *schema = load_schema (self, info->name, error);

      if (schema == NULL)
        return FALSE;
      g_object_unref (info->schema);
      info->schema = schema;
    }
  return TRUE;
}

TruceResolver *
truce_store_resolver (TruceCollectionInfo *info)
{
  if (info->resolver == NULL)
    info->resolver = truce_schema_create_resolver (info->schema);
  return info->resolver;
}

/* Keeps a schema that is another than the one there; one that only says what is so already is no write. */
static gboolean
keep_schema (TruceStore          *self,
             TruceCollectionInfo *info,
             TruceSchema         *schema,
             GError             **error)
{
  g_autoptr(JsonNode) old = truce_schema_to_json (info->schema);
  g_autoptr(JsonNode) new = truce_schema_to_json (schema);
  g_autofree char *old_text = truce_json_node_to_text (old, NULL);
  g_autofree char *text = truce_json_node_to_text (new, NULL);
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  if (g_strcmp0 (old_text, text) == 0)
    return TRUE;
  if (!truce_store_begin (self, error))
    return FALSE;
  self->schemas++;
  if (truce_store_adapter_set_meta (self->adapter, SCHEMA_GROUP, info->name, bytes, error))
    return truce_store_commit (self, error);

  truce_store_rollback (self);
  return FALSE;
}

static gboolean
set_schema (TruceStore          *self,
            TruceCollectionInfo *info,
            TruceSchema         *schema,
            GError             **error)
{
  if (schema == info->schema)
    return TRUE;
  if (!truce_store_adapter_prepare (self->adapter, info->name, schema, error) ||
      !keep_schema (self, info, schema, error))
    return FALSE;

  truce_schema_seal (schema);
  g_set_object (&info->schema, schema);
  g_clear_object (&info->resolver);
  return TRUE;
}

/**
 * truce_store_get_collection:
 * @self: a store
 * @name: a name: 1 to 255 bytes
 * @schema: (nullable): what its fields mean, or %NULL for what is kept in the
 *   store; a new collection is then one of registers
 * @error: return location for an error
 *
 * Gets a collection. It need not be there.
 *
 * A schema that is given is kept in the store in place of the one there, and
 * may not change any more. Records that break it stay as they are until they are
 * written.
 *
 * As long as somebody holds the collection this gives the same object.
 *
 * Returns: (transfer full): the collection, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA or %TRUCE_ERROR_TOO_LARGE for a name that can't be,
 *   %TRUCE_ERROR_INVALID_SCHEMA if the store's indexes can't be as @schema
 *   wants them, %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY or %TRUCE_ERROR_FULL
 *
 * Since: 1.0
 */
TruceCollection *
truce_store_get_collection (TruceStore  *self,
                            const char  *name,
                            TruceSchema *schema,
                            GError     **error)
{
  TruceCollectionInfo *info;

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (schema == NULL || TRUCE_IS_SCHEMA (schema), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  info = truce_store_info (self, name, error);
  if (info == NULL || (schema != NULL && !set_schema (self, info, schema, error)))
    return NULL;

  return truce_collection_for (self, info);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/**
 * truce_store_list_collections:
 * @self: a store
 *
 * Lists the collections that have, or had, records or that were asked for.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names, in order
 *
 * Since: 1.0
 */
char **
truce_store_list_collections (TruceStore *self)
{
  g_autoptr(GPtrArray) names = NULL;
  GHashTableIter iter;
  const char *name;

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);

  names = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
