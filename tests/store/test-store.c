/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

/* What a store does with one record after another, over an adapter in memory. */

typedef struct
{
  TruceStore *store;
  TruceCollection *tasks;
} Fixture;

static const char schema_text[] =
  "{\"fields\": {\"tags\": \"set\", \"votes\": \"counter\", \"view\": \"map\", \"seen\": \"flag\", \"page\": \"max\","
  " \"low\": \"min\", \"made\": \"immutable\", \"mark\": \"multi-register\", \"here\": \"local\","
  " \"title\": {\"type\": \"string\", \"max-size\": 40}}}";

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schema_text, &error);

  g_assert_no_error (error);
  fixture->store = truce_store_new (adapter, &error);
  g_assert_no_error (error);
  fixture->tasks = truce_store_get_collection (fixture->store, "task", schema, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->tasks);
  g_assert_finalize_object (fixture->store);
}

static void
assert_text (TruceCollection *collection,
             const char      *id,
             const char      *expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = truce_collection_dup_text (collection, id, &error);

  if (expected == NULL)
    {
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

#define assert_done(call) G_STMT_START { \
    g_autoptr(GError) error = NULL; \
    gboolean done_ = call; \
    g_assert_no_error (error); \
    g_assert_true (done_); \
} G_STMT_END

#define assert_fails(call, code) G_STMT_START { \
    g_autoptr(GError) error = NULL; \
    gboolean done_ = call; \
    g_assert_error (error, TRUCE_ERROR, code); \
    g_assert_false (done_); \
} G_STMT_END

static void
test_put (Fixture      *f,
          gconstpointer data)
{
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  assert_text (f->tasks, "1", "{\"title\":\"x\"}");
  g_assert_cmpuint (truce_store_count (f->store, TRUCE_DELIVERY_PENDING), ==, 1);

  assert_done (truce_collection_put_text (f->tasks, "1", "{ \"title\" : \"y\", \"due\": [1, 2] }", &error));
  assert_text (f->tasks, "1", "{\"due\":[1,2],\"title\":\"y\"}");
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"due\":[1,2]}", &error));
  assert_text (f->tasks, "1", "{\"due\":[1,2]}");
  g_assert_cmpuint (truce_store_get_n_records (f->store), ==, 1);
}

static void
test_kinds (Fixture      *f,
            gconstpointer data)
{
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"tags\":[\"b\",\"a\"],\"votes\":5,\"view\":{\"w\":1,\"p\":{\"q\":2}},"
                                          "\"seen\":true,\"page\":10,\"low\":3,\"made\":\"mon\",\"here\":1,\"mark\":1}", &error));
  assert_text (f->tasks, "1", "{\"here\":1,\"low\":3,\"made\":\"mon\",\"mark\":1,\"page\":10,\"seen\":true,"
               "\"tags\":[\"a\",\"b\"],\"view\":{\"p\":{\"q\":2},\"w\":1},\"votes\":5}");
  assert_done (truce_collection_increment (f->tasks, "1", "votes", -7, &error));
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"tags\":[\"c\",\"a\"],\"page\":4,\"low\":2,\"view\":{\"p\":{\"q\":3}}}", &error));
  assert_text (f->tasks, "1", "{\"here\":1,\"low\":2,\"made\":\"mon\",\"mark\":1,\"page\":10,\"seen\":true,"
               "\"tags\":[\"a\",\"c\"],\"view\":{\"p\":{\"q\":3}},\"votes\":-2}");
  assert_fails (truce_collection_patch_text (f->tasks, "1", "{\"made\":\"tue\"}", &error), TRUCE_ERROR_INVALID_DATA);
  assert_fails (truce_collection_patch_text (f->tasks, "1", "{\"votes\":\"tue\"}", &error), TRUCE_ERROR_INVALID_DATA);
  assert_fails (truce_collection_patch_text (f->tasks, "1", "{\"title\":5}", &error), TRUCE_ERROR_INVALID_DATA);
  assert_fails (truce_collection_unset (f->tasks, "1", "page", &error), TRUCE_ERROR_INVALID_DATA);
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  assert_text (f->tasks, "1", "{\"low\":2,\"made\":\"mon\",\"page\":10,\"title\":\"x\"}");
}

static void
test_life (Fixture      *f,
           gconstpointer data)
{
  assert_fails (truce_collection_delete (f->tasks, "1", &error), TRUCE_ERROR_NOT_FOUND);
  assert_done (truce_collection_create_text (f->tasks, "1", "{\"title\":\"x\",\"made\":1}", &error));
  assert_fails (truce_collection_create_text (f->tasks, "1", "{\"title\":\"x\"}", &error), TRUCE_ERROR_EXISTS);
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_text (f->tasks, "1", NULL);
  g_assert_cmpuint (truce_store_count (f->store, TRUCE_DELIVERY_PENDING), ==, 0);
  g_assert_cmpuint (truce_store_get_n_records (f->store), ==, 0);
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  assert_text (f->tasks, "1", "{\"made\":1,\"title\":\"x\"}");
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_done (truce_collection_create_text (f->tasks, "1", "{\"made\":2}", &error));
  assert_text (f->tasks, "1", "{\"made\":2}");
}

static void
test_batch (Fixture      *f,
            gconstpointer data)
{
  TruceBatchPolicy policy = GPOINTER_TO_INT (data);
  g_autoptr(TruceBatch) batch = truce_batch_new (policy);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(GError) problem = NULL;
  g_autoptr(GString) outcomes = g_string_new (NULL);
  static const char *const expected[] = {
    "rolled-back failed skipped skipped skipped ",
    "applied failed applied failed applied ",
    "applied failed skipped skipped skipped ",
  };

  for (int i = 1; i <= 5; i += 2)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      assert_done (truce_collection_put_text (f->tasks, id, "{\"title\":\"x\"}", &error));
    }
  for (int i = 1; i <= 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      truce_batch_delete (batch, "task", id);
    }
  result = truce_store_run (f->store, batch, &problem);
  g_assert_no_error (problem);
  for (guint i = 0; i < 5; i++)
    g_string_append_printf (outcomes, "%s ", truce_outcome_to_string (truce_batch_result_get_outcome (result, i)));
  g_assert_cmpstr (outcomes->str, ==, expected[policy]);

  {
    g_autoptr(TruceBatch) undo = truce_batch_result_create_undo (result);
    g_autoptr(TruceBatchResult) undone = truce_store_run (f->store, undo, &problem);

    g_assert_no_error (problem);
    g_assert_true (truce_batch_result_is_clean (undone));
    g_assert_cmpuint (truce_store_get_n_records (f->store), ==, 3);
  }
}

/* A collection that nobody said anything of. */
static void
test_no_schema (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(TruceCollection) notes = truce_store_get_collection (f->store, "note", NULL, &problem);

  g_assert_no_error (problem);
  assert_done (truce_collection_put_text (notes, "1", "{\"tags\":[1,1],\"view\":{\"a\":1}}", &error));
  assert_done (truce_collection_patch_text (notes, "1", "{\"view\":{\"b\":1}}", &error));
  assert_text (notes, "1", "{\"tags\":[1,1],\"view\":{\"b\":1}}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, data, func) g_test_add ("/store/" path, Fixture, data, set_up, func, tear_down)
  ADD ("put", NULL, test_put);
  ADD ("no-schema", NULL, test_no_schema);
  ADD ("kinds", NULL, test_kinds);
  ADD ("life", NULL, test_life);
  ADD ("batch/atomic", GINT_TO_POINTER (0), test_batch);
  ADD ("batch/independent", GINT_TO_POINTER (1), test_batch);
  ADD ("batch/stop", GINT_TO_POINTER (2), test_batch);
  return g_test_run ();
}
