/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All of a transaction, or nothing of it. */

#include "adapter-fixture.h"

static void
test_rollback (Fixture      *f,
               gconstpointer data)
{
  g_autoptr(TruceStoredRecord) before = NULL;
  g_autoptr(TruceStoredRecord) after = NULL;

  begin (f);
  put (f, "task", "kept", TRUCE_DELIVERY_PENDING);
  put (f, "task", "changed", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "removed", TRUCE_DELIVERY_FAILED);
  set_meta (f, "store", "changed", "old");
  set_meta (f, "store", "removed", "old");
  commit (f);
  before = get (f, "task", "changed");

  begin (f);
  put (f, "task", "new", TRUCE_DELIVERY_PENDING);
  put (f, "task", "changed", TRUCE_DELIVERY_PENDING);
  put (f, "task", "changed", TRUCE_DELIVERY_CONFLICTED);
  put (f, "task", "removed", TRUCE_DELIVERY_SYNCED);
  purge (f, "task", "removed");
  put (f, "task", "removed", TRUCE_DELIVERY_SYNCED);
  purge (f, "task", "removed");
  set_meta (f, "store", "changed", "new");
  set_meta (f, "store", "removed", NULL);
  set_meta (f, "store", "new", "new");
  assert_ids (f->adapter, "task", "changed kept new");
  truce_store_adapter_rollback (f->adapter);

  assert_ids (f->adapter, "task", "changed kept removed");
  assert_feed (f->adapter, "1:task/kept 2:task/changed 3:task/removed");
  assert_outbox (f->adapter, "1:task/kept 3:task/removed");
  assert_meta (f->adapter, "store", "changed=old removed=old");
  after = get (f, "task", "changed");
  assert_same_record (after, before);
}

/* What was put and removed in one transaction was never there. */
static void
test_put_remove (Fixture      *f,
                 gconstpointer data)
{
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  purge (f, "task", "a");
  assert_feed (f->adapter, "");
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  purge (f, "task", "a");
  commit (f);
  assert_ids (f->adapter, "task", "");
  assert_feed (f->adapter, "");
  assert_outbox (f->adapter, "");
}

static void
test_rollback_of_nothing (Fixture      *f,
                          gconstpointer data)
{
  truce_store_adapter_rollback (f->adapter);
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  commit (f);
  truce_store_adapter_rollback (f->adapter);
  assert_feed (f->adapter, "1:task/a");
}

static void
test_no_nesting (Fixture      *f,
                 gconstpointer data)
{
  for (int write = FALSE; write <= TRUE; write++)
    {
      g_autoptr(GError) error = NULL;

      begin (f);
      put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
      g_assert_false (truce_store_adapter_begin (f->adapter, write, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY);
      put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
      commit (f);
    }
  assert_feed (f->adapter, "3:task/a 4:task/b");
}

static void
assert_no_writing (Fixture           *f,
                   TruceStoredRecord *there)
{
  g_autoptr(TruceStoredRecord) record = make (f, "task", "b", TRUCE_DELIVERY_PENDING, FALSE);
  g_autoptr(GBytes) value = g_bytes_new_static ("v", 1);
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_store_adapter_put (f->adapter, record, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (truce_store_adapter_remove (f->adapter, there, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (truce_store_adapter_settle (f->adapter, there, TRUCE_DELIVERY_PENDING, value, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (truce_store_adapter_set_meta (f->adapter, "store", "state", value, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY);
  assert_feed (f->adapter, "1:task/a");
  assert_meta (f->adapter, "store", "");
}

static void
test_no_writing (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr(TruceStoredRecord) there = NULL;
  g_autoptr(GError) error = NULL;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  commit (f);
  there = get (f, "task", "a");

  assert_no_writing (f, there);
  truce_store_adapter_begin (f->adapter, FALSE, &error);
  g_assert_no_error (error);
  assert_no_writing (f, there);
  commit (f);
  truce_store_adapter_begin (f->adapter, FALSE, &error);
  g_assert_no_error (error);
  truce_store_adapter_rollback (f->adapter);
  assert_no_writing (f, there);
}

/* A call that fails takes nothing else with it. */
static void
test_go_on_after_error (Fixture      *f,
                        gconstpointer data)
{
  g_autoptr(TruceStoredRecord) again = NULL;
  g_autoptr(GError) error = NULL;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  again = make (f, "task", "a", TRUCE_DELIVERY_SYNCED, FALSE);
  g_assert_false (truce_store_adapter_put (f->adapter, again, NULL, &error));
  put (f, "task", "b", TRUCE_DELIVERY_PENDING);
  commit (f);
  assert_outbox (f->adapter, "1:task/a 3:task/b");
}

/* ---- a store writes between the steps of a walk ---- */

static void
test_walk_and_replace (Fixture      *f,
                       gconstpointer data)
{
  g_autofree char *id = NULL;
  GError *error = NULL;
  guint seen = 0;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  put (f, "task", "c", TRUCE_DELIVERY_PENDING);
  put (f, "task", "e", TRUCE_DELIVERY_PENDING);
  while (TRUE)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next (f->adapter, "task", id, &error);

      g_assert_no_error (error);
      if (record == NULL)
        break;
      seen++;
      g_free (id);
      id = g_strdup (truce_stored_record_get_id (record));
      put (f, "task", id, TRUCE_DELIVERY_SYNCED);
      /* What comes later is met, what came before is not. */
      if (g_str_equal (id, "c"))
        put (f, "task", "d", TRUCE_DELIVERY_SYNCED);
      if (g_str_equal (id, "c"))
        put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
    }
  commit (f);
  g_assert_cmpuint (seen, ==, 4);
  assert_ids (f->adapter, "task", "a b c d e");
  assert_outbox (f->adapter, "");
}

/* As a session does: what is delivered leaves the outbox while it is gone through. */
static void
test_walk_outbox (Fixture      *f,
                  gconstpointer data)
{
  static const char *const ids[] = { "a", "b", "c", "d" };
  gint64 head;
  gint64 version = 0;
  GError *error = NULL;

  begin (f);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    put (f, "task", ids[i], TRUCE_DELIVERY_PENDING);
  head = f->version;
  while (version < head)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next_pending (f->adapter, version, &error);

      g_assert_no_error (error);
      version = truce_stored_record_get_version (record);
      if (version == 3)
        put (f, "task", truce_stored_record_get_id (record), TRUCE_DELIVERY_FAILED);
      else
        put (f, "task", truce_stored_record_get_id (record), TRUCE_DELIVERY_SYNCED);
    }
  assert_outbox (f->adapter, "7:task/c");
  commit (f);
  assert_outbox (f->adapter, "7:task/c");
  assert_feed (f->adapter, "5:task/a 6:task/b 7:task/c 8:task/d");
}

/* What is acknowledged leaves the outbox while it is gone through, and keeps its place among the changes. */
static void
test_walk_and_settle (Fixture      *f,
                      gconstpointer data)
{
  gint64 version = 0;
  GError *error = NULL;

  begin (f);
  for (char id = 'a'; id <= 'f'; id++)
    put (f, "task", (char[]) { id, '\0' }, id == 'b' ? TRUCE_DELIVERY_SYNCED : TRUCE_DELIVERY_PENDING);
  commit (f);
  begin (f);
  while (TRUE)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next_pending (f->adapter, version, &error);

      g_assert_no_error (error);
      if (record == NULL)
        break;
      version = truce_stored_record_get_version (record);
      if (version == 4)
        settle (f, "task", "d", TRUCE_DELIVERY_FAILED);
      else
        truce_store_adapter_settle (f->adapter, record, TRUCE_DELIVERY_SYNCED, NULL, &error);
      g_assert_no_error (error);
    }
  assert_outbox (f->adapter, "4:task/d");
  commit (f);
  assert_outbox (f->adapter, "4:task/d");
  assert_feed (f->adapter, "1:task/a 2:task/b 3:task/c 4:task/d 5:task/e 6:task/f");
}

static void
test_walk_and_remove (Fixture      *f,
                      gconstpointer data)
{
  gint64 version = 0;
  GError *error = NULL;

  begin (f);
  for (char id = 'a'; id <= 'z'; id++)
    put (f, "task", (char[]) { id, '\0' }, id % 2 == 0 ? TRUCE_DELIVERY_PENDING : TRUCE_DELIVERY_SYNCED);
  while (TRUE)
    {
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next_change (f->adapter, version, &error);

      g_assert_no_error (error);
      if (record == NULL)
        break;
      version = truce_stored_record_get_version (record);
      if (version % 3 != 0)
        truce_store_adapter_remove (f->adapter, record, &error);
      g_assert_no_error (error);
    }
  commit (f);
  assert_ids (f->adapter, "task", "c f i l o r u x");
  assert_outbox (f->adapter, "6:task/f 12:task/l 18:task/r 24:task/x");
}

/* Two walks at once, and look-ups between their steps, do not disturb each other. */
static void
test_walks_interleave (Fixture      *f,
                       gconstpointer data)
{
  g_autofree char *id = NULL;
  gint64 version = 0;
  GError *error = NULL;

  begin (f);
  for (char c = 'a'; c <= 'e'; c++)
    {
      put (f, "task", (char[]) { c, '\0' }, TRUCE_DELIVERY_PENDING);
      put (f, "note", (char[]) { c, '\0' }, TRUCE_DELIVERY_SYNCED);
    }
  commit (f);

  for (char c = 'a'; c <= 'e'; c++)
    {
      g_autoptr(TruceStoredRecord) by_id = truce_store_adapter_next (f->adapter, "note", id, &error);
      g_autoptr(TruceStoredRecord) pending = truce_store_adapter_next_pending (f->adapter, version, &error);
      g_autoptr(TruceStoredRecord) elsewhere = get (f, "task", "e");

      g_assert_cmpint (truce_stored_record_get_id (by_id)[0], ==, c);
      g_assert_cmpint (truce_stored_record_get_id (pending)[0], ==, c);
      g_assert_cmpstr (truce_stored_record_get_collection (pending), ==, "task");
      g_assert_nonnull (elsewhere);
      g_free (id);
      id = g_strdup (truce_stored_record_get_id (by_id));
      version = truce_stored_record_get_version (pending);
      assert_ids (f->adapter, "task", "a b c d e");
    }
}

const AdapterCase adapter_transaction_cases[] = {
  { "/rollback", test_rollback },
  { "/rollback-of-nothing", test_rollback_of_nothing },
  { "/put-remove", test_put_remove },
  { "/no-nesting", test_no_nesting },
  { "/no-writing", test_no_writing },
  { "/go-on-after-error", test_go_on_after_error },
  { "/walk/replace", test_walk_and_replace },
  { "/walk/outbox", test_walk_outbox },
  { "/walk/settle", test_walk_and_settle },
  { "/walk/remove", test_walk_and_remove },
  { "/walk/interleave", test_walks_interleave },
  { NULL, NULL },
};
