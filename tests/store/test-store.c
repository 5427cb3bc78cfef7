/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

/* What a store does with one record after another, over an adapter in memory. */

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
  return g_test_run ();
}
