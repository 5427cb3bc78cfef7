/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A store over an adapter in memory, with a collection of tasks that has a field of every kind. */

#include <truce.h>

typedef struct
{
  TruceStore *store;
  TruceCollection *tasks;
} Fixture;

static const char schema_text[] G_GNUC_UNUSED =
  "{\"fields\": {\"tags\": \"set\", \"votes\": \"counter\", \"view\": \"map\", \"seen\": \"flag\", \"page\": \"max\","
  " \"low\": \"min\", \"made\": \"immutable\", \"mark\": \"multi-register\", \"here\": \"local\","
  " \"title\": {\"type\": \"string\", \"max-size\": 40}}}";

static inline void
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

static inline void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->tasks);
  g_assert_finalize_object (fixture->store);
}

static inline void
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

/* One character a operation of a result: a)pplied, m)erged, u)nchanged, c)onflict, f)ailed, r)olled back, s)kipped. */
static inline char *
outcomes_of (TruceBatchResult *result)
{
  GString *outcomes = g_string_new (NULL);

  for (guint i = 0; i < truce_batch_result_get_n_operations (result); i++)
    g_string_append_c (outcomes, truce_outcome_to_string (truce_batch_result_get_outcome (result, i))[0]);
  return g_string_free (outcomes, FALSE);
}

static inline TruceBatchResult *
run_batch (TruceStore *store,
           TruceBatch *batch,
           const char *expected)
{
  g_autoptr(GError) error = NULL;
  TruceBatchResult *result = truce_store_run (store, batch, &error);
  g_autofree char *outcomes = NULL;

  g_assert_no_error (error);
  outcomes = outcomes_of (result);
  g_assert_cmpstr (outcomes, ==, expected);
  for (guint i = 0; i < truce_batch_result_get_n_operations (result); i++)
    g_assert_cmpint (truce_batch_result_get_error (result, i) != NULL, ==, strchr ("fc", outcomes[i]) != NULL);
  return result;
}
