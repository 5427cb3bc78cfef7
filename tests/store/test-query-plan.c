/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a query asks, over an adapter, without a store: as SQL and by looking at all records it is one answer;
 * and a list that goes through the splices of a plan is the list that is asked for again. */
#include "random-json.h"
#include "truce-memory-adapter.h"
#include "truce-query-private.h"
#include "truce-sqlite-adapter.h"
#include "truce-sqlite-private.h"
#include "truce-sqlite-query.h"

#include <glib/gstdio.h>

typedef struct
{
  TruceStoreAdapter *memory;
  TruceStoreAdapter *sqlite;
  TruceSchema *schema;
  char *folder;
  gint64 version;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->folder = g_dir_make_tmp ("truce-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (fixture->folder, "test.db", NULL);
  fixture->memory = truce_memory_adapter_new ();
  fixture->sqlite = TRUCE_STORE_ADAPTER (truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error));
  g_assert_no_error (error);
  /* How sure a commit is makes no difference here, but for the time. */
  truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (fixture->sqlite), TRUCE_DURABILITY_NORMAL);
  fixture->schema = truce_schema_new_from_text (
    "{\"indexes\": [\"n\", \"title\"], \"search\": [\"title\", \"deep\"]}", &error);
  g_assert_no_error (error);
  truce_store_adapter_prepare (fixture->sqlite, "task", fixture->schema, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  const char *name;
  g_autoptr(GDir) folder = NULL;

  g_assert_finalize_object (fixture->memory);
  g_assert_finalize_object (fixture->sqlite);
  g_object_unref (fixture->schema);
  folder = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
put (Fixture           *fixture,
     TruceStoreAdapter *adapter,
     const char        *collection,
     const char        *id,
     const char        *value)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) state = g_bytes_new_static ("s", 1);
  g_autoptr(TruceStoredRecord) old = truce_store_adapter_get (adapter, collection, id, &error);
  g_autoptr(TruceStoredRecord) record =
    truce_stored_record_new (collection, id, ++fixture->version, TRUCE_DELIVERY_PENDING, value, state, NULL);

  g_assert_no_error (error);
  truce_store_adapter_put (adapter, record, old, &error);
  g_assert_no_error (error);
}

/* In both adapters, or in one of them. */
static void
put_task (Fixture           *fixture,
          TruceStoreAdapter *only,
          const char        *id,
          const char        *value)
{
  TruceStoreAdapter *adapters[] = { fixture->memory, fixture->sqlite };

  for (guint i = 0; i < G_N_ELEMENTS (adapters); i++)
    {
      g_autoptr(GError) error = NULL;

      if (only != NULL && adapters[i] != only)
        continue;
      truce_store_adapter_begin (adapters[i], TRUE, &error);
      g_assert_no_error (error);
      put (fixture, adapters[i], "task", id, value);
      truce_store_adapter_commit (adapters[i], &error);
      g_assert_no_error (error);
    }
}

/* ---- random questions ---- */

static const char *const titles[] = {
  "Buy milk", "buy Bread", "Stra\u00dfe", "\u00c9clair", "eclair", "\u00c5ngstr\u00f6m", "42 nights", "x-ray", "",
  "\u4e2d\u6587 words", "don't",
};

static char *
random_value (void)
{
  if (g_test_rand_int_range (0, 8) == 0)
    return NULL;

  return g_strdup_printf ("{\"deep\":{\"n\":%d,\"words\":[\"%s\"]},\"n\":%d,\"odd\\\"name\":%d,\"title\":\"%s\"}",
                          g_test_rand_int_range (0, 4), titles[g_test_rand_int_range (0, G_N_ELEMENTS (titles))],
                          g_test_rand_int_range (0, 10), g_test_rand_int_range (0, 3),
                          titles[g_test_rand_int_range (0, G_N_ELEMENTS (titles))]);
}

static char *
random_id (void)
{
  return g_strdup_printf ("id%03d", g_test_rand_int_range (0, 60));
}

static const char *const filters[] = {
  NULL, NULL, "n < 5", "n >= 2 and /deep/n != 1", "title > \"a\" or n == 3", "missing == null", "\"odd\\\"name\" == 1",
};

static const char *const searches[] = {
  NULL, NULL, "b", "MILK", "ec", "strase", "straße", "中", "ang buy", "!!", "\" OR n", "don", "t",
};

static void
random_spec (Fixture        *fixture,
             TruceQuerySpec *spec)
{
  static const char *const fields[] = { "n", "title", "/deep/n", "missing", "odd\"name" };
  const char *filter = filters[g_test_rand_int_range (0, G_N_ELEMENTS (filters))];
  const char *search = searches[g_test_rand_int_range (0, G_N_ELEMENTS (searches))];
  g_autoptr(GError) error = NULL;

  truce_query_spec_init (spec, "task");
  if (filter != NULL)
    spec->filter = truce_filter_parse (filter, &error);
  g_assert_no_error (error);
  if (search != NULL)
    spec->search = truce_search_new (search, truce_schema_get_search_fields (fixture->schema), &error);
  g_assert_no_error (error);
  if (spec->search != NULL && truce_search_is_empty (spec->search))
    g_clear_pointer (&spec->search, truce_search_free);
  for (gint32 n = g_test_rand_int_range (0, 3); n > 0; n--)
    truce_sort_add (spec->sort, truce_field_new (fields[g_test_rand_int_range (0, G_N_ELEMENTS (fields))], NULL),
                    g_test_rand_bit ());
  if (g_test_rand_int_range (0, 3) == 0)
    spec->limit = g_test_rand_int_range (1, 12);
}

/* ---- answers ---- */

static void
append_id (const char *id,
           gpointer    list)
{
  truce_id_list_insert (list, truce_id_list_length (list), id);
}

static TruceIdList *
ask (const TruceQuerySpec *spec,
     TruceStoreAdapter    *adapter,
     gboolean              scan)
{
  TruceIdList *list = truce_id_list_new ();
  g_autoptr(GError) error = NULL;

  if (scan)
    truce_query_spec_scan (spec, adapter, append_id, list, &error);
  else
    truce_query_spec_run (spec, adapter, append_id, list, &error);
  g_assert_no_error (error);
  return list;
}

static char *
print (const TruceIdList *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < truce_id_list_length (list); i++)
    g_string_append_printf (text, "%s ", truce_id_list_get (list, i));
  return g_string_free (text, FALSE);
}

static void
assert_same (const TruceIdList *a,
             const TruceIdList *b)
{
  g_autofree char *text_a = print (a);
  g_autofree char *text_b = print (b);

  g_assert_cmpstr (text_a, ==, text_b);
}

static void
test_answers (Fixture      *fixture,
              gconstpointer unused)
{
  guint n_sql = 0;

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *id = random_id ();
      g_autofree char *value = random_value ();

      put_task (fixture, NULL, id, value);
    }
  for (guint round = random_rounds (300); round > 0; round--)
    {
      TruceQuerySpec spec;
      g_autoptr(TruceIdList) as_sql = NULL;
      g_autoptr(TruceIdList) scanned = NULL;
      g_autoptr(TruceIdList) in_memory = NULL;

      random_spec (fixture, &spec);
      as_sql = ask (&spec, fixture->sqlite, FALSE);
      scanned = ask (&spec, fixture->sqlite, TRUE);
      in_memory = ask (&spec, fixture->memory, FALSE);
      assert_same (as_sql, scanned);
      assert_same (as_sql, in_memory);
      n_sql += truce_sqlite_query_can (&spec, fixture->sqlite);
      truce_query_spec_clear (&spec);
    }
  g_assert_cmpuint (n_sql, >, 0);
}

/* ---- words ---- */

/* Letters, digits, marks and signs of any script, and what only looks like one. */
static gunichar
random_char (void)
{
  static const struct
  {
    gunichar first;
    gunichar last;
  } ranges[] = {
    { 0x20, 0x7E }, { 0xA0, 0x24F }, { 0x300, 0x36F }, { 0x370, 0x52F }, { 0x5D0, 0x6FF }, { 0x1E00, 0x1FFF },
    { 0x2000, 0x24FF }, { 0x3040, 0x30FF }, { 0x4E00, 0x4E20 }, { 0xAC00, 0xAC20 }, { 0xFF10, 0xFF5A },
    { 0x10400, 0x1044F }, { 0x1D400, 0x1D4FF }, { 0x1F600, 0x1F64F }, { 0xE000, 0xE010 },
  };
  guint range = g_test_rand_int_range (0, G_N_ELEMENTS (ranges));

  return g_test_rand_int_range ((gint32) ranges[range].first, (gint32) ranges[range].last + 1);
}

static char *
random_words (void)
{
  GString *words = g_string_new (NULL);

  for (gint32 n = g_test_rand_int_range (1, 12); n > 0; n--)
    if (g_test_rand_int_range (0, 5) == 0)
      g_string_append_c (words, ' ');
    else
      g_string_append_unichar (words, random_char ());
  return g_string_free (words, FALSE);
}

/* Some characters of a title, in another case: mostly the beginning of a word. */
static char *
random_search (const char *title)
{
  glong length = g_utf8_strlen (title, -1);
  glong start = g_test_rand_int_range (0, (gint32) length);
  glong end = g_test_rand_int_range ((gint32) start, (gint32) length) + 1;
  g_autofree char *part = g_utf8_substring (title, start, MIN (end, start + 3));

  return g_test_rand_bit () ? g_utf8_strup (part, -1) : g_strdup (part);
}

/* FTS5 finds a record by its words if and only if we do. */
static void
test_words (Fixture      *fixture,
            gconstpointer unused)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  guint n_found = 0;

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *id = g_strdup_printf ("id%03u", i);
      g_autoptr(GString) value = g_string_new ("{\"title\":");

      g_ptr_array_add (words, random_words ());
      truce_json_write_string (value, g_ptr_array_index (words, i), -1);
      g_string_append_c (value, '}');
      put_task (fixture, fixture->sqlite, id, value->str);
    }
  for (guint round = random_rounds (1000); round > 0; round--)
    {
      g_autofree char *search = random_search (g_ptr_array_index (words, g_test_rand_int_range (0, 60)));
      g_autoptr(TruceIdList) as_sql = NULL;
      g_autoptr(TruceIdList) scanned = NULL;
      g_autoptr(GError) error = NULL;
      TruceQuerySpec spec;

      truce_query_spec_init (&spec, "task");
      spec.search = truce_search_new (search, truce_schema_get_search_fields (fixture->schema), &error);
      g_assert_no_error (error);
      if (!truce_search_is_empty (spec.search))
        {
          as_sql = ask (&spec, fixture->sqlite, FALSE);
          scanned = ask (&spec, fixture->sqlite, TRUE);
          assert_same (as_sql, scanned);
          n_found += truce_id_list_length (as_sql);
        }
      truce_query_spec_clear (&spec);
    }
  g_assert_cmpuint (n_found, >, 0);
}

/* ---- plans ---- */

static void
apply (TruceIdList          *list,
       const TruceQueryPlan *plan)
{
  for (guint i = 0; i < plan->splices->len; i++)
    {
      const TruceSplice *splice = &g_array_index (plan->splices, TruceSplice, i);

      g_assert_cmpuint (splice->removed + splice->added, >, 0);
      for (guint j = 0; j < splice->removed; j++)
        truce_id_list_remove (list, splice->position);
      for (guint j = 0; j < splice->added; j++)
        truce_id_list_insert (list, splice->position + j, g_ptr_array_index (plan->ids, splice->first + j));
    }
}

/* The rows as they are afterwards, each once. */
static GPtrArray *
change_some (Fixture           *fixture,
             TruceStoreAdapter *adapter,
             gint32             n)
{
  g_autoptr(GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_stored_record_unref);
  GHashTableIter iter;
  const char *id;

  for (; n > 0; n--)
    {
      char *changed = random_id ();
      g_autofree char *value = random_value ();

      put_task (fixture, adapter, changed, value);
      g_hash_table_add (ids, changed);
    }
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    g_ptr_array_add (rows, truce_store_adapter_get (adapter, "task", id, NULL));
  return rows;
}

static void
test_plans (Fixture      *fixture,
            gconstpointer data)
{
  TruceStoreAdapter *adapter = g_str_equal (data, "sqlite") ? fixture->sqlite : fixture->memory;
  guint n_made = 0;

  for (guint round = random_rounds (20); round > 0; round--)
    {
      TruceQuerySpec spec;
      g_autoptr(TruceIdList) list = NULL;

      random_spec (fixture, &spec);
      list = ask (&spec, adapter, FALSE);
      for (guint step = 0; step < 20; step++)
        {
          g_autoptr(GPtrArray) rows =
            change_some (fixture, adapter, g_test_rand_bit () ? 1 : g_test_rand_int_range (1, 20));
          g_auto(TruceQueryPlan) plan = { NULL, };
          g_autoptr(TruceIdList) again = NULL;
          g_autoptr(GError) error = NULL;
          TrucePlanResult result;

          result = truce_query_plan_make (&plan, &spec, adapter, list, rows, fixture->version, &error);
          g_assert_no_error (error);
          again = ask (&spec, adapter, FALSE);
          if (result == TRUCE_PLAN_MADE)
            {
              n_made++;
              apply (list, &plan);
              assert_same (list, again);
            }
          else
            {
              g_assert_cmpint (result, ==, TRUCE_PLAN_ASK_AGAIN);
              truce_id_list_free (list);
              list = g_steal_pointer (&again);
            }
        }
      truce_query_spec_clear (&spec);
    }
  g_assert_cmpuint (n_made, >, 0);
}

/* ---- indexes ---- */

typedef struct
{
  const char *filter;
  const char *field;            /* of the order; NULL: none */
  gboolean descending;
  const char *plan;             /* what SQLite says of it, in part */
} Indexed;

static const Indexed indexed[] = {
  { NULL, NULL, FALSE, "USING INDEX record_id (collection=?)" },
  { NULL, "n", FALSE, "USING INDEX index/task/n" },
  { NULL, "n", TRUE, "USING INDEX index/task/n" },
  { "n == 3", NULL, FALSE, "USING INDEX index/task/n (<expr>=?)" },
  { "n == 3", "n", TRUE, "USING INDEX index/task/n (<expr>=?)" },
  { "n > 3", "n", FALSE, "USING INDEX index/task/n (<expr>>?)" },
  { "n > 3 and n <= 5", "n", TRUE, "USING INDEX index/task/n (<expr>>? AND <expr><?)" },
  { "title >= \"a\" and title < \"b\" and n != 3", "title", FALSE, "USING INDEX index/task/title (<expr>>? AND <expr><?)" },
  { "n < 3 and /deep/n != 2", "n", FALSE, "USING INDEX index/task/n (<expr><?)" },
};

/* No scan, and no sort. */
static void
assert_served (sqlite3    *db,
               const char *sql,
               const char *wanted)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autoptr(GString) plan = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (db, explain, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_string_append_printf (plan, "%s\n", (const char *) sqlite3_column_text (statement, 3));
  sqlite3_finalize (statement);

  g_test_message ("%s: %s", sql, plan->str);
  g_assert_null (strstr (plan->str, "B-TREE"));
  g_assert_nonnull (strstr (plan->str, wanted));
}

static void
test_indexed (Fixture      *fixture,
              gconstpointer data)
{
  const Indexed *row = data;
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql = NULL;
  TruceQuerySpec spec;

  truce_query_spec_init (&spec, "task");
  spec.filter = row->filter != NULL ? truce_filter_parse (row->filter, NULL) : NULL;
  if (row->field != NULL)
    truce_sort_add (spec.sort, truce_field_new (row->field, NULL), row->descending);
  g_assert_true (truce_sqlite_query_can (&spec, fixture->sqlite));
  sql = truce_sqlite_query_to_sql (&spec, values);
  assert_served (TRUCE_SQLITE_ADAPTER (fixture->sqlite)->db, sql, row->plan);
  truce_query_spec_clear (&spec);
}

/* Names and values are never SQL: here they would be, if they could. */
static void
test_quoting (Fixture      *fixture,
              gconstpointer unused)
{
  static const char *const names[] = { "'", "a' OR 1 --", "a\\", "a\"b", "a\nb", "%s%n", "?1", "a.b", "a[0]", "0" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(GString) value = g_string_new ("{");
      g_autoptr(JsonNode) literal = json_node_init_string (json_node_alloc (), names[i]);
      g_autoptr(TruceIdList) list = NULL;
      g_autoptr(GError) error = NULL;
      TruceQuerySpec spec;

      truce_json_write_string (value, names[i], -1);
      g_string_append_c (value, ':');
      truce_json_write_string (value, names[i], -1);
      g_string_append_c (value, '}');
      truce_store_adapter_begin (fixture->sqlite, TRUE, &error);
      put (fixture, fixture->sqlite, names[i], names[i], value->str);
      truce_store_adapter_commit (fixture->sqlite, &error);
      g_assert_no_error (error);

      truce_query_spec_init (&spec, names[i]);
      spec.filter = truce_filter_new_compare (names[i], TRUCE_COMPARE_EQUAL, literal, &error);
      g_assert_no_error (error);
      truce_sort_add (spec.sort, truce_field_new (names[i], NULL), FALSE);
      list = ask (&spec, fixture->sqlite, FALSE);
      g_assert_cmpuint (truce_id_list_length (list), ==, 1);
      g_assert_cmpstr (truce_id_list_get (list, 0), ==, names[i]);
      truce_query_spec_clear (&spec);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/query-plan/answers", Fixture, NULL, set_up, test_answers, tear_down);
  g_test_add ("/query-plan/words", Fixture, NULL, set_up, test_words, tear_down);
  g_test_add ("/query-plan/plans/memory", Fixture, "memory", set_up, test_plans, tear_down);
  g_test_add ("/query-plan/plans/sqlite", Fixture, "sqlite", set_up, test_plans, tear_down);
  g_test_add ("/query-plan/quoting", Fixture, NULL, set_up, test_quoting, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (indexed); i++)
    {
      g_autofree char *path = g_strdup_printf ("/query-plan/indexed/%" G_GSIZE_FORMAT, i);

      g_test_add (path, Fixture, &indexed[i], set_up, test_indexed, tear_down);
    }
  return g_test_run ();
}
