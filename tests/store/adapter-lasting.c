/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two adapters over one place, one after the other and side by side. */

#include "adapter-fixture.h"

/* What was committed is there again, what was not is not. */
static void
test_reopen (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(TruceStoredRecord) before = NULL;
  g_autoptr(TruceStoredRecord) after = NULL;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  set_meta (f, "store", "state", "1");
  commit (f);
  before = get (f, "task", "a");
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "c", TRUCE_DELIVERY_SYNCED);
  set_meta (f, "store", "state", "2");
  g_object_unref (f->adapter);

  f->adapter = f->maker->open (f->place);
  assert_feed (f->adapter, "1:task/a 2:task/b");
  assert_outbox (f->adapter, "1:task/a");
  assert_meta (f->adapter, "store", "state=1");
  after = get (f, "task", "a");
  assert_same_record (after, before);
}

static void
test_others_commits (Fixture      *f,
                     gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) other = f->maker->open (f->place);
  gint64 mine = truce_store_adapter_get_generation (f->adapter);
  gint64 others = truce_store_adapter_get_generation (other);

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  assert_feed (other, "");
  commit (f);
  assert_feed (other, "1:task/a");

  g_assert_cmpint (truce_store_adapter_get_generation (f->adapter), ==, mine);
  g_assert_cmpint (truce_store_adapter_get_generation (other), !=, others);
  others = truce_store_adapter_get_generation (other);
  g_assert_cmpint (truce_store_adapter_get_generation (other), ==, others);
}

/* A reader stays at the moment where it began, and neither waits for the other. */
static void
test_snapshot (Fixture      *f,
               gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) reader = f->maker->open (f->place);
  g_autoptr(GError) error = NULL;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  commit (f);
  begin (f);
  put (f, "task", "b", TRUCE_DELIVERY_PENDING);
  truce_store_adapter_begin (reader, FALSE, &error);
  g_assert_no_error (error);
  assert_ids (reader, "task", "a");
  commit (f);
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  commit (f);
  assert_ids (reader, "task", "a");
  assert_outbox (reader, "1:task/a");

  truce_store_adapter_commit (reader, &error);
  g_assert_no_error (error);
  assert_feed (reader, "2:task/b 3:task/a");
}

static void
test_one_writer (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) other = f->maker->open (f->place);
  g_autoptr(GError) error = NULL;

  begin (f);
  g_assert_false (truce_store_adapter_begin (other, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  g_clear_error (&error);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  commit (f);

  truce_store_adapter_begin (other, TRUE, &error);
  g_assert_no_error (error);
  assert_feed (other, "1:task/a");
  truce_store_adapter_rollback (other);
  begin (f);
  commit (f);
}

const AdapterCase adapter_lasting_cases[] = {
  { "/lasting/reopen", test_reopen },
  { "/lasting/others-commits", test_others_commits },
  { "/lasting/snapshot", test_snapshot },
  { "/lasting/one-writer", test_one_writer },
  { NULL, NULL },
};
