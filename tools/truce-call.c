/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <string.h>

int
truce_call_fail (TruceCall    *call,
                 const GError *error)
{
  truce_bar_clear (&call->bar);
  truce_complain_of (error);
  if (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_EXISTS) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA) ||
      g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE))
    return EXIT_FAILED;
  return EXIT_BAD_INPUT;
}

TruceStore *
truce_call_open (const char *path,
                 gboolean    create)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = NULL;
  TruceStore *store = NULL;

  adapter = truce_sqlite_adapter_new (path, create ? TRUCE_SQLITE_DEFAULT : TRUCE_SQLITE_EXISTING, &error);
  if (adapter != NULL)
    store = truce_store_new (TRUCE_STORE_ADAPTER (adapter), &error);
  if (store == NULL && !create && g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND))
    truce_complain (error, "%s: there is no such store; “truce store init” makes one", path);
  else if (store == NULL)
    truce_complain_of (error);
  return store;
}

static gboolean
check_collection (TruceCall  *call,
                  TruceStore *store)
{
  g_auto(GStrv) names = truce_store_list_collections (store);
  const char *meant = truce_suggest (call->collection, (const char *const *) names);
  g_autoptr(GError) error = NULL;

  if (g_strv_contains ((const char *const *) names, call->collection))
    return TRUE;
  g_set_error (&error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s: it has no collection “%s”%s%s%s", call->path, call->collection,
               meant != NULL ? "; did you mean " : "", meant != NULL ? meant : "", meant != NULL ? "?" : "");
  truce_complain_of (error);
  return FALSE;
}

TruceCollection *
truce_call_collection (TruceCall  *call,
                       TruceStore *store,
                       gboolean    must_exist)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = NULL;
  TruceCollection *collection = NULL;

  if (must_exist && !check_collection (call, store))
    return NULL;
  if (call->schema == NULL || (schema = truce_read_schema (call->schema, &error)) != NULL)
    collection = truce_store_get_collection (store, call->collection, schema, &error);
  if (collection == NULL)
    truce_complain_of (error);
  return collection;
}

gboolean
truce_call_split (TruceCall   *call,
                  char       **collection,
                  const char **id)
{
  const char *slash = strchr (call->collection, '/');

  if (slash == NULL)
    {
      truce_complain (NULL, "“%s” is not COLLECTION/ID", call->collection);
      return FALSE;
    }
  *collection = g_strndup (call->collection, slash - call->collection);
  *id = slash + 1;
  return TRUE;
}

char *
truce_dup_time (gint64 ms)
{
  g_autoptr(GDateTime) seconds = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *text = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S") : NULL;

  /* A stamp may lie in a year that GDateTime does not know. */
  return text != NULL ? g_strdup_printf ("%s.%03dZ", text, (int) (ms % 1000)) : g_strdup_printf ("%" G_GINT64_FORMAT, ms);
}
