/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adapter-conformance.h"

typedef struct
{
  TruceTestAdapter *adapter;
  TruceStore *store;
  TruceCollection *notes;
} Fixture;

static void
open_store (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->store = truce_store_new (TRUCE_STORE_ADAPTER (fixture->adapter), &error);
  g_assert_no_error (error);
  fixture->notes = truce_store_get_collection (fixture->store, "note", NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->adapter = truce_test_adapter_new (truce_memory_adapter_new ());
  open_store (fixture);
}

static void
close_store (Fixture *fixture)
{
  g_clear_object (&fixture->notes);
  g_clear_object (&fixture->store);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  close_store (fixture);
  g_assert_finalize_object (fixture->adapter);
}

static void
put (Fixture    *fixture,
     const char *id,
     gboolean    crashes)
{
  g_autoptr(GError) error = NULL;
  gboolean done = truce_collection_put_text (fixture->notes, id, "{\"n\":1}", &error);

  g_assert_true (done == !crashes);
  if (crashes)
    g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
}

/* The next start of the program. */
static void
restart (Fixture *fixture)
{
  close_store (fixture);
  truce_test_adapter_reopen (fixture->adapter);
  open_store (fixture);
}

static void
assert_there (Fixture    *fixture,
              const char *id,
              gboolean    there)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (truce_collection_contains (fixture->notes, id, &error) == there);
  g_assert_no_error (error);
}

static void
test_at_commit (Fixture      *fixture,
                gconstpointer data)
{
  truce_test_adapter_crash_at_commit (fixture->adapter, 2);
  put (fixture, "1", FALSE);
  put (fixture, "2", TRUE);
  g_assert_true (truce_test_adapter_is_crashed (fixture->adapter));
  put (fixture, "3", TRUE);

  restart (fixture);
  g_assert_false (truce_test_adapter_is_crashed (fixture->adapter));
  assert_there (fixture, "1", TRUE);
  assert_there (fixture, "2", FALSE);
  assert_there (fixture, "3", FALSE);
  put (fixture, "3", FALSE);
}

static void
test_after_commit (Fixture      *fixture,
                   gconstpointer data)
{
  truce_test_adapter_crash_after_commit (fixture->adapter, 2);
  put (fixture, "1", FALSE);
  put (fixture, "2", TRUE);

  restart (fixture);
  assert_there (fixture, "1", TRUE);
  assert_there (fixture, "2", TRUE);
}

static void
test_now (Fixture      *fixture,
          gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  put (fixture, "1", FALSE);
  truce_test_adapter_crash (fixture->adapter);
  g_assert_false (truce_collection_contains (fixture->notes, "1", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);

  restart (fixture);
  assert_there (fixture, "1", TRUE);
}

/* What was written and not committed is gone, and the place is free for the next transaction. */
static void
test_within_transaction (Fixture      *fixture,
                         gconstpointer data)
{
  TruceStoreAdapter *adapter = TRUCE_STORE_ADAPTER (fixture->adapter);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) value = g_bytes_new_static ("x", 1);
  g_autoptr(GBytes) found = NULL;

  g_assert_true (truce_store_adapter_begin (adapter, TRUE, &error));
  g_assert_true (truce_store_adapter_set_meta (adapter, "app", "key", value, &error));
  truce_test_adapter_crash (fixture->adapter);
  truce_store_adapter_rollback (adapter);

  restart (fixture);
  found = truce_store_adapter_get_meta (adapter, "app", "key", &error);
  g_assert_no_error (error);
  g_assert_null (found);
  put (fixture, "1", FALSE);
}

/* A test that tries each commit as the last one needs to know how many there are. */
static void
test_counts (Fixture      *fixture,
             gconstpointer data)
{
  guint64 before = truce_test_adapter_get_n_commits (fixture->adapter);

  put (fixture, "1", FALSE);
  put (fixture, "2", FALSE);
  assert_there (fixture, "1", TRUE);
  g_assert_cmpuint (truce_test_adapter_get_n_commits (fixture->adapter), ==, before + 2);
}

static TruceStoreAdapter *
open_test_adapter (gpointer place)
{
  return TRUCE_STORE_ADAPTER (truce_test_adapter_new (truce_memory_adapter_new ()));
}

int
main (int   argc,
      char *argv[])
{
  static const AdapterMaker maker = { .name = "test-adapter", .open = open_test_adapter };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adapter_conformance_add (&maker);
  g_test_add ("/test-adapter/crash/at-commit", Fixture, NULL, set_up, test_at_commit, tear_down);
  g_test_add ("/test-adapter/crash/after-commit", Fixture, NULL, set_up, test_after_commit, tear_down);
  g_test_add ("/test-adapter/crash/now", Fixture, NULL, set_up, test_now, tear_down);
  g_test_add ("/test-adapter/crash/within-transaction", Fixture, NULL, set_up, test_within_transaction, tear_down);
  g_test_add ("/test-adapter/counts", Fixture, NULL, set_up, test_counts, tear_down);
  return g_test_run ();
}
