/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include "truce-inbox.h"

/* What waits to be sent: its base, its states, its counts. */

static void
assert_base (Fixture    *f,
             const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *base = truce_collection_dup_base (f->tasks, "1", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (base, ==, expected);
}

/* Marks a record as delivered, as a session does. */
static void
acknowledge (Fixture    *f,
             const char *id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  g_assert_true (truce_store_begin (f->store, &error));
  row = truce_store_adapter_get (truce_store_get_adapter (f->store), "task", id, &error);
  g_assert_true (truce_store_settle_row (f->store, truce_store_info (f->store, "task", NULL), row,
                                         TRUCE_DELIVERY_SYNCED, NULL, &error));
  g_assert_true (truce_store_commit (f->store, &error));
  g_assert_no_error (error);
}

static void
assert_delivery (Fixture      *f,
                 TruceDelivery expected)
{
  g_autoptr(GError) error = NULL;
  TruceDelivery delivery = truce_collection_get_delivery (f->tasks, "1", &error);

  g_assert_no_error (error);
  g_assert_cmpint (delivery, ==, expected);
  for (int i = TRUCE_DELIVERY_SYNCED; i <= TRUCE_DELIVERY_CONFLICTED; i++)
    {
      g_assert_cmpuint (truce_store_count (f->store, i), ==, i == (int) expected);
      g_assert_cmpuint (truce_collection_count (f->tasks, i), ==, i == (int) expected);
    }
}

static void
test_base (Fixture      *f,
           gconstpointer data)
{
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"due\":\"mon\",\"tags\":[\"a\"],\"title\":\"x\"}", &error));
  assert_delivery (f, TRUCE_DELIVERY_PENDING);
  assert_base (f, NULL);
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"y\"}", &error));
  assert_base (f, NULL);

  acknowledge (f, "1");
  assert_delivery (f, TRUCE_DELIVERY_SYNCED);
  assert_base (f, "{\"due\":\"mon\",\"tags\":[\"a\"],\"title\":\"y\"}");

  /* Further edits coalesce: the first old value of each field is kept. */
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"z\"}", &error));
  assert_delivery (f, TRUCE_DELIVERY_PENDING);
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"new\":1,\"tags\":[\"b\"],\"title\":\"zz\"}", &error));
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"new\":2}", &error));
  assert_base (f, "{\"due\":\"mon\",\"tags\":[\"a\"],\"title\":\"y\"}");

  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_delivery (f, TRUCE_DELIVERY_PENDING);
  assert_base (f, "{\"due\":\"mon\",\"tags\":[\"a\"],\"title\":\"y\"}");

  acknowledge (f, "1");
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  assert_base (f, NULL);
}

/* A write that changes nothing writes nothing. */
static void
test_unchanged (Fixture      *f,
                gconstpointer data)
{
  gint64 version;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"tags\":[\"a\"],\"title\":\"x\",\"votes\":3}", &error));
  acknowledge (f, "1");
  version = f->store->version;
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"votes\":3.0,\"title\":\"\\u0078\",\"tags\":[\"a\"]}", &error));
  assert_done (truce_collection_patch_text (f->tasks, "1", "{}", &error));
  assert_done (truce_collection_unset (f->tasks, "1", "none", &error));
  assert_done (truce_collection_increment (f->tasks, "1", "votes", 0, &error));
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  g_assert_cmpint (f->store->version, ==, version);
  assert_delivery (f, TRUCE_DELIVERY_SYNCED);
}

static void
test_never_left (Fixture      *f,
                 gconstpointer data)
{
  assert_done (truce_collection_put_text (f->tasks, "1", "{}", &error));
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_delivery (f, TRUCE_DELIVERY_SYNCED);
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  assert_delivery (f, TRUCE_DELIVERY_PENDING);
}

/* A store that nobody sends from. */
static void
test_no_outbox (Fixture      *f,
                gconstpointer data)
{
  truce_store_set_outbox (f->store, FALSE);
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"y\"}", &error));
  assert_delivery (f, TRUCE_DELIVERY_SYNCED);
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_delivery (f, TRUCE_DELIVERY_SYNCED);
}

static void
fail_record (Fixture      *f,
             TruceDelivery delivery)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;
  TruceInboxEntry entry = { TRUCE_ERROR_REJECTED, (char *) "no \"such\" project", 1000, 2000, 3, (char *) "{\"a\":1}" };

  g_assert_true (truce_store_begin (f->store, &error));
  row = truce_store_adapter_get (truce_store_get_adapter (f->store), "task", "1", &error);
  g_assert_true (truce_inbox_put (f->store, row, delivery, &entry, &error));
  g_assert_true (truce_store_commit (f->store, &error));
  g_assert_no_error (error);
}

static void
test_inbox (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(TruceInboxEntry) entry = NULL;
  g_autoptr(TruceInboxEntry) gone = NULL;
  g_autoptr(TruceInboxEntry) stays = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  fail_record (f, TRUCE_DELIVERY_FAILED);
  assert_delivery (f, TRUCE_DELIVERY_FAILED);
  entry = truce_inbox_get (f->store, "task", "1", &problem);
  g_assert_no_error (problem);
  g_assert_cmpint (entry->code, ==, TRUCE_ERROR_REJECTED);
  g_assert_cmpstr (entry->message, ==, "no \"such\" project");
  g_assert_cmpint (entry->since_ms, ==, 1000);
  g_assert_cmpint (entry->next_ms, ==, 2000);
  g_assert_cmpuint (entry->attempts, ==, 3);
  g_assert_cmpstr (entry->remote, ==, "{\"a\":1}");

  /* An edit tries again; what was sent once is never again a record that never left. */
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"y\"}", &error));
  assert_delivery (f, TRUCE_DELIVERY_PENDING);
  gone = truce_inbox_get (f->store, "task", "1", &problem);
  g_assert_no_error (problem);
  g_assert_null (gone);
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_delivery (f, TRUCE_DELIVERY_PENDING);

  /* What a person has to decide goes on waiting. */
  fail_record (f, TRUCE_DELIVERY_CONFLICTED);
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  assert_delivery (f, TRUCE_DELIVERY_CONFLICTED);
  stays = truce_inbox_get (f->store, "task", "1", &problem);
  g_assert_nonnull (stays);
}

/* What is tried again is kept in the same form; what the remote has is known to the byte. */
static void
test_retry (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(GBytes) state = g_bytes_new_static ("\0\1\xff", 3);
  TruceInboxEntry entry = { TRUCE_ERROR_TRANSIENT, NULL, 1, 2, 3, NULL, TRUE, state, (char *) "\"etag\"" };
  g_autoptr(TruceInboxEntry) back = NULL;
  g_autoptr(TruceInboxEntry) none = NULL;

  g_assert_true (truce_store_begin (f->store, &problem));
  g_assert_true (truce_retry_put (f->store, "task/1", &entry, &problem));
  back = truce_retry_get (f->store, "task/1", &problem);
  g_assert_cmpint (back->code, ==, TRUCE_ERROR_TRANSIENT);
  g_assert_cmpstr (back->message, ==, "");
  g_assert_null (back->remote);
  g_assert_true (back->remote_deleted);
  g_assert_true (g_bytes_equal (back->remote_state, state));
  g_assert_cmpstr (back->token, ==, "\"etag\"");
  g_assert_true (truce_retry_remove (f->store, "task/1", &problem));
  none = truce_retry_get (f->store, "task/1", &problem);
  g_assert_no_error (problem);
  g_assert_null (none);
  truce_store_rollback (f->store);
}

static void
test_verify (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) problems = NULL;
  g_auto(GStrv) found = NULL;

  test_base (f, NULL);
  fail_record (f, TRUCE_DELIVERY_FAILED);
  problems = truce_store_verify (f->store, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);

  truce_store_info (f->store, "task", NULL)->counts.n_records++;
  found = truce_store_verify (f->store, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (found), ==, 1);
}

/* What waits is there after the store was closed, and counts and clock go on. */
static void
test_reopen (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStore) again = NULL;
  g_autoptr(TruceCollection) tasks = NULL;
  g_autofree char *base = NULL;

  test_base (f, NULL);
  again = truce_store_new (truce_store_get_adapter (f->store), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (truce_store_get_replica (again), ==, truce_store_get_replica (f->store));
  g_assert_cmpuint (truce_store_count (again, TRUCE_DELIVERY_PENDING), ==, 1);
  tasks = truce_store_get_collection (again, "task", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truce_schema_get_kind (truce_collection_get_schema (tasks), "/tags"), ==, TRUCE_KIND_SET);
  assert_text (tasks, "1", "{\"new\":2,\"tags\":[\"b\"],\"title\":\"zz\"}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add ("/store/outbox/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("base", test_base);
  ADD ("unchanged", test_unchanged);
  ADD ("never-left", test_never_left);
  ADD ("no-outbox", test_no_outbox);
  ADD ("inbox", test_inbox);
  ADD ("retry", test_retry);
  ADD ("verify", test_verify);
  ADD ("reopen", test_reopen);
  return g_test_run ();
}
