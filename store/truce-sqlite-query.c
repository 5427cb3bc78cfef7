/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * One SELECT of ids. Fields are written exactly as the indexes that a schema declares have them (both by
 * truce_sqlite_field()), and the conditions on collection and value are theirs too, so that SQLite may take
 * one: then there is neither a scan nor a sort. Without statistics it would think that a collection has ten
 * records, which are sorted fast; likelihood() tells it that a collection is most of the table.
 *
 * A value to compare with is bound as JSON text, and SQLite reads it as it reads those of the records: a
 * decimal of many digits is the same double on both sides. */

#include "truce-sqlite-query.h"

#include "truce-json.h"
#include "truce-sqlite-private.h"

#include <string.h>

/* Far below the depth at which SQLite gives up on an expression (1000). */
#define N_TERMS_MAX 200u

/* ---- what SQL can say ---- */

static gboolean
can_field (const TruceField *field)
{
  g_autofree char *sql = truce_sqlite_field (truce_field_get_name (field));

  return sql != NULL;
}

static gboolean
can_filter (const TruceFilter *filter)
{
  if (filter->type == TRUCE_FILTER_COMPARE)
    return can_field (filter->field);

  for (guint i = 0; i < filter->children->len; i++)
    if (!can_filter (g_ptr_array_index (filter->children, i)))
      return FALSE;
  return TRUE;
}

/* The table of words has those fields that the file's last schema named: perhaps not ours. */
static gboolean
can_search (const TruceQuerySpec *spec,
            TruceSqliteAdapter   *adapter)
{
  const char *const *fields = g_hash_table_lookup (adapter->searched, spec->collection);

  return fields != NULL && g_strv_equal (fields, truce_search_fields (spec->search));
}

gboolean
truce_sqlite_query_can (const TruceQuerySpec *spec,
                        TruceStoreAdapter    *adapter)
{
  if (!TRUCE_IS_SQLITE_ADAPTER (adapter) || spec->sort->len > N_TERMS_MAX)
    return FALSE;
  if (spec->filter != NULL && (spec->filter->n_comparisons > N_TERMS_MAX || !can_filter (spec->filter)))
    return FALSE;
  if (spec->search != NULL && !can_search (spec, TRUCE_SQLITE_ADAPTER (adapter)))
    return FALSE;

  for (guint i = 0; i < spec->sort->len; i++)
    if (!can_field (g_array_index (spec->sort, TruceSortKey, i).field))
      return FALSE;
  return TRUE;
}

/* ---- the statement ---- */

static void
append_quoted (GString    *sql,
               const char *text)
{
  char *quoted = sqlite3_mprintf ("%Q", text);

  g_string_append (sql, quoted);
  sqlite3_free (quoted);
}

static void
append_parameter (GString   *sql,
                  GPtrArray *values,
                  char      *value)
{
  g_ptr_array_add (values, value);
  g_string_append_printf (sql, "?%u", values->len);
}

/* null has no place in an order, and SQL's = and <> don't know it. */
static void
append_null_test (GString        *sql,
                  const char     *field,
                  TruceComparison comparison)
{
  if (comparison == TRUCE_COMPARE_EQUAL)
    g_string_append_printf (sql, "%s IS NULL", field);
  else if (comparison == TRUCE_COMPARE_UNEQUAL)
    g_string_append_printf (sql, "%s IS NOT NULL", field);
  else
    g_string_append (sql, "0");
}

static void
append_comparison (GString           *sql,
                   GPtrArray         *values,
                   const TruceFilter *filter)
{
  static const char *const operators[] = {
    [TRUCE_COMPARE_EQUAL] = "=",
    [TRUCE_COMPARE_UNEQUAL] = "IS NOT",
    [TRUCE_COMPARE_LESS] = "<",
    [TRUCE_COMPARE_LESS_OR_EQUAL] = "<=",
    [TRUCE_COMPARE_GREATER] = ">",
    [TRUCE_COMPARE_GREATER_OR_EQUAL] = ">=",
  };
  g_autofree char *field = truce_sqlite_field (truce_field_get_name (filter->field));

  if (filter->value.type == TRUCE_VALUE_NULL)
    {
      append_null_test (sql, field, filter->comparison);
      return;
    }

  g_string_append_printf (sql, "%s %s json_extract (", field, operators[filter->comparison]);
  append_parameter (sql, values, g_strndup (filter->literal->text, filter->literal->length));
  g_string_append (sql, ", '$')");
}

static void
append_filter (GString           *sql,
               GPtrArray         *values,
               const TruceFilter *filter)
{
  if (filter->type == TRUCE_FILTER_COMPARE)
    {
      append_comparison (sql, values, filter);
      return;
    }

  g_string_append_c (sql, '(');
  for (guint i = 0; i < filter->children->len; i++)
    {
      if (i > 0)
        g_string_append (sql, filter->type == TRUCE_FILTER_AND ? " AND " : " OR ");
      append_filter (sql, values, g_ptr_array_index (filter->children, i));
    }
  g_string_append_c (sql, ')');
}

/* Whether all that pass have the same value there. */
static gboolean
is_fixed (const TruceFilter *filter,
          const char        *name)
{
  if (filter == NULL || filter->type == TRUCE_FILTER_OR)
    return FALSE;
  if (filter->type == TRUCE_FILTER_COMPARE)
    return filter->comparison == TRUCE_COMPARE_EQUAL && g_str_equal (truce_field_get_name (filter->field), name);

  for (guint i = 0; i < filter->children->len; i++)
    if (is_fixed (g_ptr_array_index (filter->children, i), name))
      return TRUE;
  return FALSE;
}

/* SQLite does not see by itself that an expression is fixed, and would sort. */
static void
append_order (GString              *sql,
              const TruceQuerySpec *spec)
{
  const TruceSort *sort = spec->sort;

  g_string_append (sql, " ORDER BY ");
  for (guint i = 0; i < sort->len; i++)
    {
      const TruceSortKey *key = &g_array_index (sort, TruceSortKey, i);
      const char *name = truce_field_get_name (key->field);
      g_autofree char *field = truce_sqlite_field (name);

      if (is_fixed (spec->filter, name))
        continue;
      g_string_append_printf (sql, "%s%s, ", field, key->descending ? " DESC" : "");
    }
  g_string_append (sql, truce_sort_ids_descend (sort) ? "id DESC" : "id");
}

char *
truce_sqlite_query_to_sql (const TruceQuerySpec *spec,
                           GPtrArray            *values)
{
  GString *sql = g_string_new ("SELECT id FROM record WHERE likelihood (collection = ");

  append_quoted (sql, spec->collection);
  g_string_append (sql, ", 0.9) AND value IS NOT NULL");
  if (spec->filter != NULL)
    {
      g_string_append (sql, " AND ");
      append_filter (sql, values, spec->filter);
    }
  if (spec->search != NULL)
    {
      g_string_append (sql, " AND key IN (SELECT rowid FROM search WHERE search MATCH ");
      append_parameter (sql, values, truce_search_to_match (spec->search));
      g_string_append_c (sql, ')');
    }
  append_order (sql, spec);
  if (spec->limit != G_MAXUINT)
    g_string_append_printf (sql, " LIMIT %u", spec->limit);
  return g_string_free (sql, FALSE);
}

/* ---- the answer ---- */

gboolean
truce_sqlite_query (const TruceQuerySpec *spec,
                    TruceStoreAdapter    *adapter,
                    TruceQueryFunc        func,
                    gpointer              data,
                    GError              **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql = truce_sqlite_query_to_sql (spec, values);
  sqlite3_stmt *statement = NULL;
  int rc;

  if (!truce_sqlite_ready (self, error))
    return FALSE;

  rc = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);
  for (guint i = 0; i < values->len && rc == SQLITE_OK; i++)
    rc = sqlite3_bind_text (statement, (int) i + 1, g_ptr_array_index (values, i), -1, SQLITE_STATIC);
  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);
  for (; rc == SQLITE_ROW; rc = sqlite3_step (statement))
    func ((const char *) sqlite3_column_text (statement, 0), data);
  sqlite3_finalize (statement);

  return rc == SQLITE_DONE || truce_sqlite_fail (self, rc, "ask for records", error);
}

/* ---- records, by their ids ---- */

gboolean
truce_sqlite_can_get_several (TruceStoreAdapter *adapter)
{
  return TRUCE_IS_SQLITE_ADAPTER (adapter);
}

static char *
ids_to_json (GPtrArray *ids)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);

      if (i > 0)
        g_string_append_c (json, ',');
      truce_json_write_string (json, id, strlen (id));
    }
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

gboolean
truce_sqlite_get_several (TruceStoreAdapter *adapter,
                          const char        *collection,
                          GPtrArray         *ids,
                          TruceRowFunc       func,
                          gpointer           data,
                          GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  g_autofree char *json = ids_to_json (ids);
  sqlite3_stmt *statement = NULL;
  int rc;

  if (!truce_sqlite_ready (self, error))
    return FALSE;
  statement = truce_sqlite_statement (self, TRUCE_SQLITE_GET_SEVERAL, error);
  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 1, collection, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, json, -1, SQLITE_STATIC);
  for (rc = sqlite3_step (statement); rc == SQLITE_ROW; rc = sqlite3_step (statement))
    {
      g_autoptr(TruceStoredRecord) row = truce_sqlite_row_get (self, statement, NULL);

      if (row != NULL)
        func (row, data);
    }
  sqlite3_reset (statement);

  return rc == SQLITE_DONE || truce_sqlite_fail (self, rc, "read records", error);
}
