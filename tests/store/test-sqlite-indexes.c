/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The indexes and the search that schemas declare, seen with SQL. */

#include "sqlite-session.h"
#include "truce-crc32c.h"
#include "truce-search-text.h"
#include "truce-sqlite-private.h"
#include "truce-store-key.h"

#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  TruceStoreAdapter *adapter;
} Fixture;

static void
fixture_set_up (Fixture      *f,
                gconstpointer data)
{
  f->folder = session_create_folder ();
  f->path = g_build_filename (f->folder, "store.db", NULL);
  f->adapter = session_open (f->path);
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (f->adapter), TRUCE_DURABILITY_NORMAL);
}

static void
fixture_tear_down (Fixture      *f,
                   gconstpointer data)
{
  session_assert_clean (f->adapter);
  g_object_unref (f->adapter);
  session_remove_folder (f->folder);
  g_free (f->path);
}

/* The first column of all rows, a line each. */
static char *
ask (Fixture    *f,
     const char *sql)
{
  GString *answer = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (f->path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_string_append_printf (answer, "%s\n", sqlite3_column_text (statement, sqlite3_column_count (statement) - 1));
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return g_string_free (answer, FALSE);
}

static void
assert_answer (Fixture    *f,
               const char *sql,
               const char *wanted)
{
  g_autofree char *answer = ask (f, sql);

  g_assert_cmpstr (answer, ==, wanted);
}

static void
prepare (TruceStoreAdapter *adapter,
         const char        *indexes,
         const char        *search)
{
  g_autofree char *text = g_strdup_printf ("{\"indexes\":[%s],\"search\":[%s]}", indexes, search);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (text, &error);

  g_assert_no_error (error);
  truce_store_adapter_prepare (adapter, "note", schema, &error);
  g_assert_no_error (error);
}

static void
put (TruceStoreAdapter *adapter,
     const char        *id,
     gint64             version,
     const char        *value)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) state = g_bytes_new ("s", 1);
  g_autoptr(TruceStoredRecord) old = NULL;
  g_autoptr(TruceStoredRecord) new =
    truce_stored_record_new ("note", id, version, TRUCE_DELIVERY_PENDING, value, state, NULL);

  g_assert_true (truce_store_adapter_begin (adapter, TRUE, &error));
  old = truce_store_adapter_get (adapter, "note", id, &error);
  truce_store_adapter_put (adapter, new, old, &error);
  truce_store_adapter_commit (adapter, &error);
  g_assert_no_error (error);
}

#define LIST_INDEXES "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'index/%' ORDER BY 1"

static void
test_made_and_dropped (Fixture      *f,
                       gconstpointer data)
{
  gint64 generation;

  put (f->adapter, "a", 1, "{\"due\":\"2026\",\"n\":1}");
  prepare (f->adapter, "\"due\",\"n\"", "");
  assert_answer (f, LIST_INDEXES, "index/note/due\nindex/note/n\n");
  prepare (f->adapter, "\"n\",\"a%\"", "");
  assert_answer (f, LIST_INDEXES, "index/note/a%25\nindex/note/n\n");
  {
    g_autoptr(TruceStoreAdapter) other = session_open (f->path);

    generation = truce_store_adapter_get_generation (other);
    prepare (f->adapter, "\"n\",\"a%\"", "");
    g_assert_cmpint (truce_store_adapter_get_generation (other), ==, generation);
  }
  prepare (f->adapter, "", "");
  assert_answer (f, LIST_INDEXES, "");
}

/* Names that SQL or its paths could misread. */
static void
test_names (Fixture      *f,
            gconstpointer data)
{
  prepare (f->adapter, "\"it's\",\"x.y\",\"$\",\"a b\",\"Ä\",\"[0]\"", "");
  assert_answer (f, LIST_INDEXES,
                 "index/note/$\nindex/note/[0]\nindex/note/a b\nindex/note/it's\nindex/note/x.y\nindex/note/Ä\n");
  put (f->adapter, "a", 1, "{\"it's\":1,\"x.y\":{\"z\":[1]},\"$\":null,\"[0]\":2}");
  put (f->adapter, "a", 2, NULL);
}

/* The expression that queries are given is the one that has the index. (Without statistics SQLite takes a
 * collection for ten records.) */
static void
test_served (Fixture      *f,
             gconstpointer data)
{
  static const char * const fields[] = { "due", "it's" };
  guint i;

  prepare (f->adapter, "\"due\",\"it's\"", "");
  for (i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *expression = truce_sqlite_field (fields[i]);
      g_autofree char *sql =
        g_strdup_printf ("EXPLAIN QUERY PLAN SELECT id FROM record WHERE likelihood (collection = 'note', 0.9) "
                         "AND value IS NOT NULL AND %s > 5 ORDER BY %s, id", expression, expression);
      g_autofree char *plan = ask (f, sql);

      g_assert_nonnull (strstr (plan, "SEARCH record USING INDEX index/note/"));
      g_assert_null (strstr (plan, "TEMP B-TREE"));
    }
  g_assert_null (truce_sqlite_field ("a\"b"));
  g_assert_null (truce_sqlite_field ("/a/0"));
  g_assert_null (truce_sqlite_field ("a\\b"));
}

#define SEARCH(words) "SELECT r.id FROM search AS s JOIN record AS r ON r.key = s.rowid WHERE search MATCH '" words \
        "' ORDER BY 1"

static void
test_search (Fixture      *f,
             gconstpointer data)
{
  put (f->adapter, "a", 1, "{\"tags\":[\"red\",{\"x\":\"blue\"}],\"title\":\"Groceries for Zo\\u00eb\"}");
  prepare (f->adapter, "", "\"title\",\"tags\"");
  assert_answer (f, SEARCH ("groc*"), "a\n");
  assert_answer (f, SEARCH ("zoe"), "a\n");
  assert_answer (f, SEARCH ("blue"), "a\n");
  put (f->adapter, "b", 2, "{\"other\":\"red\",\"title\":\"Red door\"}");
  assert_answer (f, SEARCH ("red"), "a\nb\n");
  put (f->adapter, "b", 3, "{\"other\":\"red\",\"title\":\"Green door\"}");
  assert_answer (f, SEARCH ("red"), "a\n");
  put (f->adapter, "a", 4, NULL);
  assert_answer (f, SEARCH ("groceries"), "");
  put (f->adapter, "a", 5, "{\"title\":\"Groceries\"}");
  assert_answer (f, SEARCH ("groceries"), "a\n");
}

/* Who was never told of the schema, or was told of it before it changed, still writes the right words. */
static void
test_search_by_strangers (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) stranger = session_open (f->path);

  prepare (f->adapter, "", "\"title\"");
  put (stranger, "a", 1, "{\"body\":\"two\",\"title\":\"one\"}");
  assert_answer (f, SEARCH ("one"), "a\n");
  prepare (stranger, "", "\"body\"");
  assert_answer (f, SEARCH ("one"), "");
  assert_answer (f, SEARCH ("two"), "a\n");
  put (f->adapter, "a", 2, "{\"body\":\"three\",\"title\":\"four\"}");
  assert_answer (f, SEARCH ("three"), "a\n");
  assert_answer (f, SEARCH ("four"), "");
  prepare (f->adapter, "", "");
  put (stranger, "a", 3, "{\"body\":\"five\"}");
  assert_answer (f, "SELECT count (*) FROM search", "0\n");
}

static void
test_search_rolled_back (Fixture      *f,
                         gconstpointer data)
{
  g_autoptr(GBytes) state = g_bytes_new ("s", 1);
  g_autoptr(TruceStoredRecord) record =
    truce_stored_record_new ("note", "a", 1, TRUCE_DELIVERY_PENDING, "{\"title\":\"one\"}", state, NULL);
  g_autoptr(TruceStoredRecord) found = NULL;

  prepare (f->adapter, "", "\"title\"");
  g_assert_true (truce_store_adapter_begin (f->adapter, TRUE, NULL));
  g_assert_true (truce_store_adapter_put (f->adapter, record, NULL, NULL));
  truce_store_adapter_rollback (f->adapter);
  assert_answer (f, "SELECT count (*) FROM search", "0\n");
  put (f->adapter, "a", 2, "{\"title\":\"two\"}");
  found = truce_store_adapter_get (f->adapter, "note", "a", NULL);
  g_assert_true (truce_store_adapter_begin (f->adapter, TRUE, NULL));
  g_assert_true (truce_store_adapter_remove (f->adapter, found, NULL));
  g_assert_true (truce_store_adapter_commit (f->adapter, NULL));
  assert_answer (f, "SELECT count (*) FROM search", "0\n");
}

static int
count_changes (TruceStoreAdapter *adapter)
{
  gint64 after = 0;
  int n = 0;

  for (;;)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next_change (adapter, after, NULL);

      if (record == NULL)
        return n;
      after = truce_stored_record_get_version (record);
      n++;
    }
}

/* Whatever is updated in whatever order, what is stale does not pile up, and goes in the end. */
static void
test_sweep (Fixture      *f,
            gconstpointer data)
{
  static const int strides[] = { 1, 7919, 1009, 701, 1777, 2063 };      /* each another order */
  const int n = 3000;
  g_autofree char *count = NULL;
  gint64 version = 0;
  int round;
  int i;

  for (round = 0; round < (int) G_N_ELEMENTS (strides); round++)
    {
      g_assert_true (truce_store_adapter_begin (f->adapter, TRUE, NULL));
      for (i = 0; i < n; i++)
        {
          g_autofree char *id = g_strdup_printf ("%d", (i * strides[round]) % n);
          g_autoptr(GBytes) state = g_bytes_new ("s", 1);
          g_autoptr(TruceStoredRecord) old = truce_store_adapter_get (f->adapter, "note", id, NULL);
          g_autoptr(TruceStoredRecord) new =
            truce_stored_record_new ("note", id, ++version, i % 2 == 0 ? TRUCE_DELIVERY_PENDING : TRUCE_DELIVERY_SYNCED,
                                     "{}", state, NULL);

          g_assert_true (truce_store_adapter_put (f->adapter, new, old, NULL));
          if (i % 10 != 9)
            continue;
          g_assert_true (truce_store_adapter_commit (f->adapter, NULL));
          g_assert_true (truce_store_adapter_begin (f->adapter, TRUE, NULL));
        }
      g_assert_true (truce_store_adapter_commit (f->adapter, NULL));
    }
  count = ask (f, "SELECT (SELECT count (*) FROM outbox) + (SELECT count (*) FROM feed)");
  g_assert_cmpint (g_ascii_strtoll (count, NULL, 10), <, 3 * n);
  g_assert_cmpint (g_ascii_strtoll (count, NULL, 10), >, n);            /* there are some */
  g_assert_cmpint (count_changes (f->adapter), ==, n);
}

/* The record that waits for its turn in the feed is written meanwhile. */
static void
test_walk_and_write (Fixture      *f,
                     gconstpointer data)
{
  g_autoptr(GBytes) state = g_bytes_new ("s", 1);
  g_autoptr(TruceStoredRecord) a = truce_stored_record_new ("note", "a", 1, TRUCE_DELIVERY_SYNCED, "{}", state, NULL);
  g_autoptr(TruceStoredRecord) b = truce_stored_record_new ("note", "b", 2, TRUCE_DELIVERY_PENDING, "{}", state, NULL);
  g_autoptr(TruceStoredRecord) c = truce_stored_record_new ("note", "b", 3, TRUCE_DELIVERY_PENDING, "{}", state, NULL);
  g_autoptr(TruceStoredRecord) first = NULL;
  g_autoptr(TruceStoredRecord) second = NULL;

  g_assert_true (truce_store_adapter_begin (f->adapter, TRUE, NULL));
  g_assert_true (truce_store_adapter_put (f->adapter, a, NULL, NULL));
  g_assert_true (truce_store_adapter_put (f->adapter, b, NULL, NULL));
  first = truce_store_adapter_next_change (f->adapter, 0, NULL);
  g_assert_cmpint (truce_stored_record_get_version (first), ==, 1);
  g_assert_true (truce_store_adapter_put (f->adapter, c, b, NULL));
  second = truce_store_adapter_next_change (f->adapter, 1, NULL);
  g_assert_cmpint (truce_stored_record_get_version (second), ==, 3);
  g_assert_true (truce_store_adapter_commit (f->adapter, NULL));
}

/* ---- pieces ---- */

static void
test_crc (Fixture      *f,
          gconstpointer data)
{
  guint8 bytes[300];
  int round;
  guint i;

  g_assert_cmphex (truce_crc32c (0, "123456789", 9), ==, 0xe3069283);
  g_assert_cmphex (truce_crc32c_table (0, "123456789", 9), ==, 0xe3069283);
  memset (bytes, 0, 32);
  g_assert_cmphex (truce_crc32c (0, bytes, 32), ==, 0x8a9136aa);        /* RFC 3720, B.4 */
  for (i = 0; i < sizeof (bytes); i++)
    bytes[i] = (guint8) g_test_rand_int ();
  for (round = 0; round < 1000; round++)
    {
      gsize start = (gsize) g_test_rand_int_range (0, 20);
      gsize length = (gsize) g_test_rand_int_range (0, (gint32) (sizeof (bytes) - start) + 1);
      gsize cut = (gsize) g_test_rand_int_range (0, (gint32) length + 1);
      guint32 whole = truce_crc32c (0, bytes + start, length);

      g_assert_cmphex (whole, ==, truce_crc32c_table (0, bytes + start, length));
      g_assert_cmphex (whole, ==, truce_crc32c (truce_crc32c (0, bytes + start, cut), bytes + start + cut, length - cut));
    }
}

static void
assert_text (const char *value,
             const char *field,
             const char *wanted)
{
  const char * const fields[] = { field, NULL };
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (value, -1, NULL);
  g_autofree char *text = truce_search_text (doc, fields);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_text (Fixture      *f,
           gconstpointer data)
{
  assert_text ("{\"a\":\"one\",\"b\":\"two\"}", "a", "one");
  assert_text ("{\"a\":[\"one\",2,{\"x\":\"three\"}]}", "a", "one\nthree");
  assert_text ("{\"a\":{\"b\":[\"one\",\"two\"]}}", "/a/b/1", "two");
  assert_text ("{\"a\":{\"b\":[\"one\",\"two\"]}}", "/a/b/2", NULL);
  assert_text ("{\"a\":{\"1\":\"one\"}}", "/a/1", "one");
  assert_text ("{\"a\":12}", "a", NULL);
  assert_text ("{\"a\":\"\\u00e9\\n\"}", "a", "é\n");
  assert_text ("{}", "a", NULL);
}

static void
assert_key (const char *collection,
            const char *id,
            const char *wanted)
{
  g_autofree char *key = truce_store_key (collection, id);

  g_assert_cmpstr (key, ==, wanted);
}

static void
test_key (Fixture      *f,
          gconstpointer data)
{
  assert_key ("task", "a", "task/a");
  assert_key ("a/b", "c%d", "a%2Fb/c%25d");
  assert_key ("a", "b/c", "a/b%2Fc");
  assert_key ("task", "", "task/");
}

#define ADD(path, func) g_test_add ("/sqlite-indexes/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("made-and-dropped", test_made_and_dropped);
  ADD ("names", test_names);
  ADD ("served", test_served);
  ADD ("search", test_search);
  ADD ("search/by-strangers", test_search_by_strangers);
  ADD ("search/rolled-back", test_search_rolled_back);
  ADD ("sweep", test_sweep);
  ADD ("walk-and-write", test_walk_and_write);
  ADD ("pieces/crc", test_crc);
  ADD ("pieces/text", test_text);
  ADD ("pieces/key", test_key);
  return g_test_run ();
}
