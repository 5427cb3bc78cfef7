/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Filters and orders: their language, and that they decide as SQLite does, which is the model. */
#include "random-json.h"
#include "truce-filter-private.h"
#include "truce-record-private.h"

#include <math.h>
#include <sqlite3.h>

#define N_RECORDS 60

/* ---- the language ---- */

typedef struct
{
  const char *text;
  const char *canonical;        /* NULL: text is it already */
} Written;

static const Written written[] = {
  { "done == false", NULL },
  { "done==false", "done == false" },
  { " ( ( a < 1 ) ) ", "a < 1" },
  { "a == 1 and b == 2 or c == 3", NULL },
  { "a == 1 and (b == 2 or c == 3)", NULL },
  { "(a == 1 and b == 2) and (c == 3 and d == 4)", "a == 1 and b == 2 and c == 3 and d == 4" },
  { "(a == 1 or b == 2) or c == 3", "a == 1 or b == 2 or c == 3" },
  { "due <= \"2026-12-01\"", NULL },
  { "\"due\" <= \"x\"", "due <= \"x\"" },
  { "\"two words\" != null", NULL },
  { "\"and\" >= -1.50e3", NULL },
  { "\"\" == \"\"", NULL },
  { "/address/city > \"M\"", NULL },
  { "\"/a b\" == 1", NULL },
  { "gr\u00f6\u00dfe == 1", NULL },
  { "\"gr\\u00f6\\u00dfe\" == 1", "gr\u00f6\u00dfe == 1" },
  { "tags == [\"a)\", {\"b\": \"\\\"]\"}]", NULL },
  { "orange == 1 or android == 2", NULL },
};

static void
test_language (gconstpointer data)
{
  const Written *row = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceFilter) filter = truce_filter_parse (row->text, &error);
  g_autoptr(TruceFilter) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;

  g_assert_no_error (error);
  text = truce_filter_to_string (filter);
  g_assert_cmpstr (text, ==, row->canonical != NULL ? row->canonical : row->text);

  again = truce_filter_parse (text, &error);
  g_assert_no_error (error);
  text_again = truce_filter_to_string (again);
  g_assert_cmpstr (text_again, ==, text);
}

typedef struct
{
  const char *text;
  const char *message;          /* begins so */
} Refused;

static const Refused refused[] = {
  { "", "filter, column 1: the text ends where a field or “(” must be" },
  { "   ", "filter, column 4: the text ends" },
  { "a", "filter, column 2: the text ends where ==" },
  { "a = 1", "filter, column 3: “=” where ==" },
  { "a == ", "filter, column 6: the text ends where a value" },
  { "a == )", "filter, column 6: “)” where a value" },
  { "a==1or b==2", "filter, column 4: not a JSON value" },
  { "a == b", "filter, column 6: not a JSON value" },
  { "a == 01", "filter, column 6: not a JSON value" },
  { "a == 'b'", "filter, column 6: not a JSON value" },
  { "a == \"b", "filter, column 6: not a JSON value" },
  { "a == \"b\\", "filter, column 6: not a JSON value" },
  { "a == [1", "filter, column 6: not a JSON value" },
  { "a == {\"b\":1,\"b\":2}", "filter, column 6: not a JSON value" },
  { "ä == 1 b", "filter, column 8: “b” where “and”, “or” or the end" },
  { "a == 1 and", "filter, column 11: the text ends where a field" },
  { "a == 1 and or", "filter, column 12: “or” where a field" },
  { "and == 1", "filter, column 1: “and” where a field" },
  { "(a == 1", "filter, column 8: the text ends where “and”, “or” or “)”" },
  { "a == 1)", "filter, column 7: “)” where" },
  { "1 == a", "filter, column 1: “1” where a field" },
  { "\"a == 1", "filter, column 1: this is not a name" },
  { "\"\\x\" == 1", "filter, column 1: this is not a name" },
  { "/a~2 == 1", "filter, column 1: “/a~2” is not a JSON pointer" },
  { "a == 1; drop table record", "filter, column 6: not a JSON value" },
  { "a\xFF == 1", "filter, column 2: this is not UTF-8" },
};

static void
test_refused (gconstpointer data)
{
  const Refused *row = data;
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_filter_parse (row->text, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  if (!g_str_has_prefix (error->message, row->message))
    g_assert_cmpstr (error->message, ==, row->message);
}

static void
test_depth (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) chain = g_string_new ("a == 1");
  g_autoptr(TruceFilter) filter = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '(');
  g_assert_null (truce_filter_parse (text->str, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);

  g_string_truncate (text, 0);
  for (guint i = 0; i < 60; i++)
    g_string_append (text, "(a == 1 or b == 2 and ");
  g_assert_null (truce_filter_parse (text->str, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);

  for (guint i = 0; i < 100000; i++)
    g_string_append (chain, " or a == 1");
  filter = truce_filter_parse (chain->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (filter->depth, ==, 1);
  g_assert_cmpuint (filter->n_comparisons, ==, 100001);
}

static void
test_constructors (void)
{
  g_autoptr(JsonNode) number = json_node_init_int (json_node_alloc (), 3);
  g_autoptr(JsonNode) nan = json_node_init_double (json_node_alloc (), NAN);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceFilter) a = truce_filter_new_compare ("votes", TRUCE_COMPARE_GREATER, number, &error);
  g_autoptr(TruceFilter) b = truce_filter_parse ("done == false", NULL);
  g_autoptr(TruceFilter) both = truce_filter_new_and (a, b);
  g_autoptr(TruceFilter) either = truce_filter_new_or (both, a);
  g_autoptr(TruceRecord) record = truce_record_new_from_text ("task", "1", "{\"votes\": 4}", NULL);
  g_autoptr(TruceRecord) tombstone = truce_record_new_tombstone ("task", "1", NULL);
  g_autofree char *text = truce_filter_to_string (either);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "votes > 3 and done == false or votes > 3");
  g_assert_false (truce_filter_matches (both, record));
  g_assert_true (truce_filter_matches (either, record));
  g_assert_false (truce_filter_matches (either, tombstone));

  g_assert_null (truce_filter_new_compare ("a", TRUCE_COMPARE_EQUAL, nan, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (truce_filter_new_compare ("/~", TRUCE_COMPARE_EQUAL, number, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

/* ---- as SQLite decides ---- */

static const char *const values[] = {
  "null", "true", "false", "0", "-0", "1", "2", "-1", "10", "1.0", "1.5", "-0.0", "1e2", "100", "0.1", "1E-3",
  "9007199254740992", "9007199254740993", "9007199254740992.0", "9007199254740994.0", "9223372036854775807",
  "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "9223372036854775807.0", "1e19", "1e300",
  "1e400", "-1e400", "\"\"", "\"a\"", "\"A\"", "\"ab\"", "\"b\"", "\"1\"", "\"true\"", "\"null\"", "\"\u00e4\"",
  "\"\\u00e4\"", "\"a\\nb\"", "\"a\\u000ab\"", "\"\\ud83d\\ude00\"", "\"\U0001F600\"", "\"\uFFFF\"", "\"[1,2]\"",
  "\"\\\"\"", "\"\\/\"", "\"/\"", "[]", "[1,2]", "[ 1 , 2 ]", "[1.0,2]", "{}", "{\"x\":1}", "{\"x\" : 1}",
  "{\"x\":[\"a b\"]}", "{\"x\":\"\\\" ]\"}", "{\"x\":\" \"}", "{\"x\":null}",
};

static const char *const fields[] = { "a", "b", "/o/x", "two words" };
static const char *const paths[] = { "$.\"a\"", "$.\"b\"", "$.\"o\".\"x\"", "$.\"two words\"" };

static const char *
random_value (void)
{
  return values[g_test_rand_int_range (0, G_N_ELEMENTS (values))];
}

static char *
random_record (void)
{
  GString *text = g_string_new ("{\"z\":0");

  if (g_test_rand_bit ())
    g_string_append_printf (text, ",\"a\":%s", random_value ());
  if (g_test_rand_bit ())
    g_string_append_printf (text, ",\"b\" : %s", random_value ());
  if (g_test_rand_bit ())
    g_string_append_printf (text, ",\"o\":{\"y\":1,\"x\":%s}", random_value ());
  else if (g_test_rand_bit ())
    g_string_append_printf (text, ",\"o\":%s", random_value ());
  if (g_test_rand_bit ())
    g_string_append_printf (text, ",\"two words\":%s", random_value ());
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

/* One filter, as text and as the SQL for it. */
static void
random_filter (GString *text,
               GString *sql,
               guint    depth)
{
  static const char *const symbols[] = { "==", "!=", "<", "<=", ">", ">=" };
  static const char *const operators[] = { "IS", "IS NOT", "<", "<=", ">", ">=" };

  if (depth > 0 && g_test_rand_bit ())
    {
      gboolean is_and = g_test_rand_bit ();

      g_string_append_c (text, '(');
      g_string_append_c (sql, '(');
      random_filter (text, sql, depth - 1);
      g_string_append (text, is_and ? " and " : " or ");
      g_string_append (sql, is_and ? " AND " : " OR ");
      random_filter (text, sql, depth - 1);
      g_string_append_c (text, ')');
      g_string_append_c (sql, ')');
    }
  else
    {
      gint32 field = g_test_rand_int_range (0, G_N_ELEMENTS (fields));
      gint32 symbol = g_test_rand_int_range (0, G_N_ELEMENTS (symbols));
      const char *value = random_value ();
      char *term = sqlite3_mprintf ("json_extract (value, %Q) %s json_extract (%Q, '$')", paths[field],
                                    operators[symbol], value);

      g_string_append_printf (text, "\"%s\" %s %s", fields[field], symbols[symbol], value);
      g_string_append (sql, term);
      sqlite3_free (term);
    }
}

static void
run_sql (sqlite3    *db,
         const char *sql)
{
  char *message = NULL;

  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

/* The ids that a statement gives, joined. */
static char *
ask_sqlite (sqlite3    *db,
            const char *sql)
{
  GString *ids = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_string_append_printf (ids, "%s ", (const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return g_string_free (ids, FALSE);
}

typedef struct
{
  char *id;
  TruceJsonDoc *doc;
} Row;

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_clear_pointer (&row->id, g_free);
  g_clear_pointer (&row->doc, truce_json_doc_unref);
}

static GArray *
fill (sqlite3 *db)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, clear_row);
  run_sql (db, "CREATE TABLE record (id TEXT, value TEXT)");
  for (guint i = 0; i < N_RECORDS; i++)
    {
      g_autofree char *text = random_record ();
      Row row = { g_strdup_printf ("%c%02u", "aäZ"[i % 2], i), truce_json_doc_parse_text (text, -1, NULL) };
      char *sql = sqlite3_mprintf ("INSERT INTO record VALUES (%Q, %Q)", row.id, text);

      g_assert_nonnull (row.doc);
      run_sql (db, sql);
      sqlite3_free (sql);
      g_array_append_val (rows, row);
    }
  return rows;
}

static int
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer      order)
{
  const Row *row_a = a;
  const Row *row_b = b;

  return truce_sort_compare (order, row_a->doc, row_a->id, row_b->doc, row_b->id);
}

static char *
ask_ours (GArray            *rows,
          const TruceFilter *filter,
          TruceSort         *order)
{
  GString *ids = g_string_new (NULL);

  g_array_sort_with_data (rows, compare_rows, order);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (truce_filter_test (filter, row->doc))
        g_string_append_printf (ids, "%s ", row->id);
    }
  return g_string_free (ids, FALSE);
}

static void
random_order (TruceSort *order,
              GString   *sql)
{
  gboolean descending = FALSE;

  g_string_append (sql, " ORDER BY ");
  for (gint32 n = g_test_rand_int_range (0, 3); n > 0; n--)
    {
      gint32 field = g_test_rand_int_range (0, G_N_ELEMENTS (fields));

      descending = g_test_rand_bit ();
      truce_sort_add (order, truce_field_new (fields[field], NULL), descending);
      g_string_append_printf (sql, "json_extract (value, '%s') %s, ", paths[field], descending ? "DESC" : "ASC");
    }
  g_string_append_printf (sql, "id %s", descending ? "DESC" : "ASC");
}

static void
test_as_sqlite (void)
{
  for (guint round = random_rounds (40); round > 0; round--)
    {
      g_autoptr(GArray) rows = NULL;
      sqlite3 *db = NULL;

      g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
      rows = fill (db);
      for (guint i = 0; i < 20; i++)
        {
          g_autoptr(GString) text = g_string_new (NULL);
          g_autoptr(GString) sql = g_string_new ("SELECT id FROM record WHERE ");
          g_autoptr(TruceSort) order = truce_sort_new ();
          g_autoptr(TruceFilter) filter = NULL;
          g_autoptr(GError) error = NULL;
          g_autofree char *theirs = NULL;
          g_autofree char *ours = NULL;

          random_filter (text, sql, 3);
          random_order (order, sql);
          filter = truce_filter_parse (text->str, &error);
          g_assert_no_error (error);
          theirs = ask_sqlite (db, sql->str);
          ours = ask_ours (rows, filter, order);
          if (!g_str_equal (ours, theirs))
            g_test_message ("%s", sql->str);
          g_assert_cmpstr (ours, ==, theirs);
        }
      sqlite3_close (db);
    }
}

/* Each pair of values, so that none is left to chance. */
static void
test_pairs (void)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "WITH v (a, b) AS (SELECT json_extract (?1, '$'), json_extract (?2, '$')) "
                                       "SELECT CASE WHEN a IS b THEN 0 WHEN a IS NULL THEN -1 WHEN b IS NULL THEN 1 "
                                       "WHEN a < b THEN -1 ELSE 1 END FROM v",
                                       -1, &statement, NULL), ==, SQLITE_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (values) * G_N_ELEMENTS (values); i++)
    {
      const char *texts[] = { values[i / G_N_ELEMENTS (values)], values[i % G_N_ELEMENTS (values)] };
      g_autoptr(TruceJsonDoc) doc_a = truce_json_doc_parse_text (texts[0], -1, NULL);
      g_autoptr(TruceJsonDoc) doc_b = truce_json_doc_parse_text (texts[1], -1, NULL);
      TruceValue a;
      TruceValue b;

      truce_value_read (&a, doc_a, 0);
      truce_value_read (&b, doc_b, 0);
      sqlite3_bind_text (statement, 1, texts[0], -1, SQLITE_STATIC);
      sqlite3_bind_text (statement, 2, texts[1], -1, SQLITE_STATIC);
      g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
      if (truce_value_compare (&a, &b) != sqlite3_column_int (statement, 0))
        g_error ("%s and %s: ours %d, SQLite's %d", texts[0], texts[1], truce_value_compare (&a, &b),
                 sqlite3_column_int (statement, 0));
      sqlite3_reset (statement);
    }
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* ---- places ---- */

typedef struct
{
  const char *name;
  const char *found;            /* its text; NULL: none */
} Place;

static const Place places[] = {
  { "a", "[10,[20],30]" },
  { "/a", "[10,[20],30]" },
  { "/a/0", "10" },
  { "/a/1/0", "20" },
  { "/a/3", NULL },
  { "/a/00", NULL },
  { "/a/-1", NULL },
  { "/a/x", NULL },
  { "/b/0", "\"zero\"" },
  { "/b/c/d", NULL },
  { "", "\"empty\"" },
  { "/", "\"empty\"" },
  { "/~1x", "1" },
  { "missing", NULL },
};

static void
test_place (gconstpointer data)
{
  const Place *row = data;
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (
    "{\"a\":[10,[20],30],\"b\":{\"0\":\"zero\",\"c\":3},\"\":\"empty\",\"/x\":1}", -1, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceField) field = truce_field_new (row->name, &error);
  guint32 node;

  g_assert_no_error (error);
  node = truce_field_find (field, doc);
  if (row->found == NULL)
    {
      g_assert_cmpuint (node, ==, TRUCE_JSON_NONE);
    }
  else
    {
      g_assert_cmpuint (node, !=, TRUCE_JSON_NONE);
      g_assert_cmpmem (doc->text + doc->nodes[node].start, doc->nodes[node].end - doc->nodes[node].start,
                       row->found, strlen (row->found));
    }
}

static void
add_rows (const char   *prefix,
          gconstpointer rows,
          gsize         n_rows,
          gsize         size,
          GTestDataFunc func)
{
  for (gsize i = 0; i < n_rows; i++)
    {
      g_autofree char *path = g_strdup_printf ("/filter/%s/%" G_GSIZE_FORMAT, prefix, i);

      g_test_add_data_func (path, (const char *) rows + i * size, func);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  add_rows ("language", written, G_N_ELEMENTS (written), sizeof *written, test_language);
  add_rows ("refused", refused, G_N_ELEMENTS (refused), sizeof *refused, test_refused);
  add_rows ("place", places, G_N_ELEMENTS (places), sizeof *places, test_place);
  g_test_add_func ("/filter/depth", test_depth);
  g_test_add_func ("/filter/constructors", test_constructors);
  g_test_add_func ("/filter/pairs", test_pairs);
  g_test_add_func ("/filter/as-sqlite", test_as_sqlite);
  return g_test_run ();
}
