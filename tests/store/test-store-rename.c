/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include "truce-base.h"
#include "truce-inbox.h"
#include "truce-log-private.h"
#include "truce-store-rename.h"

/* A record gets another id: what moves with it, who follows, and what the old id still means. */

static const char notes_schema[] =
  "{\"fields\": {\"all\": \"set\", \"first\": \"immutable\"},"
  " \"references\": {\"task\": \"task\", \"all\": \"task\", \"list\": \"task\", \"first\": \"task\", \"who\": \"person\"}}";

static TruceCollection *
open_notes (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (notes_schema, &error);
  TruceCollection *notes;

  g_assert_no_error (error);
  notes = truce_store_get_collection (store, "note", schema, &error);
  g_assert_no_error (error);
  return notes;
}

static gboolean
rename_record (Fixture    *f,
               const char *old_id,
               const char *new_id,
               GError    **error)
{
  if (!truce_store_begin (f->store, error))
    return FALSE;
  if (truce_store_rename (f->store, "task", old_id, new_id, error))
    return truce_store_commit (f->store, error);
  truce_store_rollback (f->store);
  return FALSE;
}

static TruceStoredRecord *
get_row (Fixture    *f,
         const char *collection,
         const char *id)
{
  g_autoptr(GError) error = NULL;
  TruceStoredRecord *row = truce_store_adapter_get (truce_store_get_adapter (f->store), collection, id, &error);

  g_assert_no_error (error);
  return row;
}

static void
settle (Fixture      *f,
        const char   *collection,
        const char   *id,
        TruceDelivery delivery,
        GBytes       *base)
{
  g_autoptr(TruceStoredRecord) row = get_row (f, collection, id);

  assert_done (truce_store_begin (f->store, &error));
  assert_done (truce_store_settle_row (f->store, truce_store_info (f->store, collection, NULL), row, delivery, base,
                                       &error));
  assert_done (truce_store_commit (f->store, &error));
}

static void
assert_delivery (TruceCollection *collection,
                 const char      *id,
                 TruceDelivery    expected)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (truce_collection_get_delivery (collection, id, &error), ==, expected);
  g_assert_no_error (error);
}

static void
assert_whole (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) problems = truce_store_verify (f->store, NULL, NULL, NULL, &error);
  static const char *const none[] = { NULL };

  g_assert_no_error (error);
  g_assert_cmpstrv (problems, none);
}

/* The row is the same in all but its name and its version. */
static void
test_moves (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(TruceStoredRecord) before = NULL;
  g_autoptr(TruceStoredRecord) after = NULL;
  g_autoptr(TruceStoredRecord) left = NULL;

  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"x\",\"votes\":3}", &error));
  settle (f, "task", "a", TRUCE_DELIVERY_SYNCED, NULL);
  assert_done (truce_collection_patch_text (f->tasks, "a", "{\"title\":\"y\"}", &error));
  before = get_row (f, "task", "a");
  assert_done (rename_record (f, "a", "77", &error));

  after = get_row (f, "task", "77");
  g_assert_cmpstr (after->value, ==, before->value);
  g_assert_cmpmem (after->state, after->state_length, before->state, before->state_length);
  g_assert_cmpmem (after->base, after->base_length, before->base, before->base_length);
  g_assert_cmpint (after->delivery, ==, TRUCE_DELIVERY_PENDING);
  g_assert_cmpint (after->version, >, before->version);
  left = get_row (f, "task", "a");
  g_assert_null (left->value);
  g_assert_cmpint (left->delivery, ==, TRUCE_DELIVERY_SYNCED);
  g_assert_cmpuint (truce_collection_get_n_records (f->tasks), ==, 1);
  g_assert_cmpuint (truce_store_count (f->store, TRUCE_DELIVERY_PENDING), ==, 1);
  assert_whole (f);
}

/* The one at the new id stays as it is; who referred to the other one follows. */
static void
test_unites (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(TruceCollection) notes = open_notes (f->store);
  g_autoptr(TruceStoredRecord) before = NULL;
  g_autoptr(TruceStoredRecord) after = NULL;

  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"x\"}", &error));
  assert_done (truce_collection_put_text (f->tasks, "77", "{\"title\":\"y\"}", &error));
  assert_done (truce_collection_put_text (notes, "1", "{\"task\":\"a\"}", &error));
  settle (f, "task", "77", TRUCE_DELIVERY_SYNCED, NULL);
  before = get_row (f, "task", "77");
  assert_done (truce_store_begin (f->store, &error));
  assert_done (truce_store_unite (f->store, "task", "a", "77", &error));
  assert_done (truce_store_commit (f->store, &error));

  after = get_row (f, "task", "77");
  g_assert_cmpint (after->version, ==, before->version);
  assert_text (f->tasks, "a", "{\"title\":\"y\"}");
  assert_text (notes, "1", "{\"task\":\"77\"}");
  g_assert_cmpuint (truce_collection_get_n_records (f->tasks), ==, 1);
  g_assert_cmpuint (truce_store_count (f->store, TRUCE_DELIVERY_PENDING), ==, 1);
  assert_whole (f);
}

/* All that an app can do with the old id is done to the record. */
static void
test_alias (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(TruceRecord) record = NULL;
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;

  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"x\"}", &error));
  assert_done (rename_record (f, "a", "77", &error));

  assert_text (f->tasks, "a", "{\"title\":\"x\"}");
  assert_delivery (f->tasks, "a", TRUCE_DELIVERY_PENDING);
  g_assert_true (truce_collection_contains (f->tasks, "a", &problem));
  record = truce_collection_get (f->tasks, "a", &problem);
  g_assert_no_error (problem);
  g_assert_cmpstr (truce_record_get_id (record), ==, "77");
  assert_fails (truce_collection_create_text (f->tasks, "a", "{}", &error), TRUCE_ERROR_EXISTS);
  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"y\"}", &error));
  assert_text (f->tasks, "77", "{\"title\":\"y\"}");
  assert_done (truce_collection_increment (f->tasks, "a", "votes", 2, &error));
  assert_done (truce_collection_unset (f->tasks, "a", "title", &error));
  assert_text (f->tasks, "77", "{\"votes\":2}");
  assert_done (truce_collection_delete (f->tasks, "a", &error));
  assert_text (f->tasks, "77", NULL);
  assert_text (f->tasks, "a", NULL);
  assert_done (truce_collection_undelete (f->tasks, "a", &error));
  truce_batch_patch_text (batch, "task", "a", "{\"title\":\"z\"}");
  truce_batch_put_text (batch, "task", "b", "{}");
  result = run_batch (f->store, batch, "aa");
  assert_text (f->tasks, "77", "{\"title\":\"z\",\"votes\":2}");
  g_assert_cmpuint (truce_collection_get_n_records (f->tasks), ==, 2);
  assert_whole (f);
}

static void
test_drop_alias (Fixture      *f,
                 gconstpointer data)
{
  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"x\"}", &error));
  assert_done (rename_record (f, "a", "77", &error));
  assert_done (truce_store_begin (f->store, &error));
  assert_done (truce_store_drop_alias (f->store, "task", "a", &error));
  assert_done (truce_store_drop_alias (f->store, "task", "none", &error));
  assert_done (truce_store_commit (f->store, &error));
  assert_text (f->tasks, "a", NULL);

  /* It is an id like any other. */
  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"new\"}", &error));
  assert_text (f->tasks, "77", "{\"title\":\"x\"}");
  assert_text (f->tasks, "a", "{\"title\":\"new\"}");
  assert_delivery (f->tasks, "a", TRUCE_DELIVERY_PENDING);
}

/* Renamed again, and back again: every id that it ever had finds it. */
static void
test_again (Fixture      *f,
            gconstpointer data)
{
  assert_done (truce_collection_put_text (f->tasks, "a", "{\"title\":\"x\"}", &error));
  assert_done (truce_collection_put_text (f->tasks, "other", "{}", &error));
  assert_done (rename_record (f, "a", "b", &error));
  assert_done (rename_record (f, "b", "c", &error));
  assert_text (f->tasks, "a", "{\"title\":\"x\"}");
  assert_text (f->tasks, "b", "{\"title\":\"x\"}");
  assert_fails (rename_record (f, "c", "a", &error), TRUCE_ERROR_EXISTS);
  assert_done (rename_record (f, "c", "c", &error));
  assert_text (f->tasks, "c", "{\"title\":\"x\"}");
  assert_whole (f);
}

static void
test_refuses (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *long_id = g_strnfill (256, 'x');

  assert_done (truce_collection_put_text (f->tasks, "a", "{}", &error));
  assert_done (truce_collection_put_text (f->tasks, "b", "{}", &error));
  assert_fails (rename_record (f, "none", "77", &error), TRUCE_ERROR_NOT_FOUND);
  assert_fails (rename_record (f, "a", "b", &error), TRUCE_ERROR_EXISTS);
  assert_fails (rename_record (f, "a", "", &error), TRUCE_ERROR_INVALID_DATA);
  assert_fails (rename_record (f, "a", "\xff", &error), TRUCE_ERROR_INVALID_DATA);
  assert_fails (rename_record (f, "a", long_id, &error), TRUCE_ERROR_TOO_LARGE);
  assert_text (f->tasks, "a", "{}");
  assert_text (f->tasks, "b", "{}");
}

/* Every declared reference follows, whatever it is spelled like, and nothing else does. */
static void
test_references (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr(TruceCollection) notes = open_notes (f->store);

  assert_done (truce_collection_put_text (f->tasks, "a", "{}", &error));
  assert_done (truce_collection_put_text (notes, "1", "{\"task\":\"a\",\"title\":\"a\",\"who\":\"a\"}", &error));
  assert_done (truce_collection_put_text (notes, "2", "{\"all\":[\"a\",\"b\"],\"list\":[\"b\",\"a\",1,\"77\"]}", &error));
  assert_done (truce_collection_put_text (notes, "3", "{\"task\":\"\\u0061\"}", &error));
  assert_done (truce_collection_put_text (notes, "4", "{\"list\":{\"a\":\"a\"},\"task\":\"aa\"}", &error));
  assert_done (truce_collection_put_text (notes, "5", "{\"first\":\"a\"}", &error));
  assert_done (truce_collection_put_text (notes, "6", "{\"task\":\"a\"}", &error));
  assert_done (truce_collection_put_text (notes, "7", "{\"task\":\"a\"}", &error));
  assert_done (truce_collection_put_text (notes, "8", "{\"first\":\"a\"}", &error));
  assert_done (truce_collection_delete (notes, "7", &error));
  settle (f, "note", "4", TRUCE_DELIVERY_SYNCED, NULL);
  settle (f, "note", "6", TRUCE_DELIVERY_SYNCED, NULL);
  settle (f, "note", "8", TRUCE_DELIVERY_SYNCED, NULL);
  assert_done (rename_record (f, "a", "77", &error));

  assert_text (notes, "1", "{\"task\":\"77\",\"title\":\"a\",\"who\":\"a\"}");
  assert_text (notes, "2", "{\"all\":[\"77\",\"b\"],\"list\":[\"b\",\"77\",1]}");
  assert_text (notes, "3", "{\"task\":\"77\"}");
  assert_text (notes, "4", "{\"list\":{\"a\":\"a\"},\"task\":\"aa\"}");
  assert_text (notes, "5", "{\"first\":\"77\"}");
  assert_text (notes, "6", "{\"task\":\"77\"}");
  assert_text (notes, "7", NULL);
  assert_delivery (notes, "4", TRUCE_DELIVERY_SYNCED);
  assert_delivery (notes, "6", TRUCE_DELIVERY_PENDING);
  /* What others have seen is immutable. */
  assert_text (notes, "8", "{\"first\":\"a\"}");
  assert_delivery (notes, "8", TRUCE_DELIVERY_SYNCED);
  assert_whole (f);
}

/* A record may refer to itself. */
static void
test_itself (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text ("{\"references\": {\"up\": \"task\"}}", &problem);
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (f->store, "task", schema, &problem);

  g_assert_no_error (problem);
  assert_done (truce_collection_put_text (tasks, "a", "{\"up\":\"a\"}", &error));
  assert_done (truce_collection_put_text (tasks, "b", "{\"up\":\"a\"}", &error));
  assert_done (rename_record (f, "a", "c", &error));
  assert_text (tasks, "c", "{\"up\":\"c\"}");
  assert_text (tasks, "b", "{\"up\":\"c\"}");
}

static void
set_meta (Fixture    *f,
          const char *group,
          const char *key)
{
  g_autoptr(GBytes) bytes = g_bytes_new (key, strlen (key));

  assert_done (truce_store_adapter_set_meta (truce_store_get_adapter (f->store), group, key, bytes, &error));
}

/* A key per line, each with its value. */
static char *
list_meta (Fixture    *f,
           const char *group)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (f->store);
  g_autofree char *key = NULL;
  GString *list = g_string_new (NULL);
  char *next;

  while ((next = truce_store_adapter_next_meta (adapter, group, key, NULL)) != NULL)
    {
      g_autoptr(GBytes) value = truce_store_adapter_get_meta (adapter, group, next, NULL);

      g_free (key);
      key = next;
      g_string_append_printf (list, "%s=%.*s\n", key, (int) g_bytes_get_size (value),
                              (const char *) g_bytes_get_data (value, NULL));
    }
  return g_string_free (list, FALSE);
}

/* Its history, its place in the inbox and its retries go with it; those of others do not. */
static void
test_meta (Fixture      *f,
           gconstpointer data)
{
  g_autoptr(GBytes) base = truce_base_between (NULL, "{}", 2);
  g_autofree char *inbox = NULL;
  g_autofree char *retry = NULL;
  g_autofree char *log = NULL;

  assert_done (truce_collection_put_text (f->tasks, "a", "{}", &error));
  settle (f, "task", "a", TRUCE_DELIVERY_FAILED, base);
  assert_done (truce_store_begin (f->store, &error));
  set_meta (f, TRUCE_INBOX_GROUP, "task/a");
  set_meta (f, TRUCE_INBOX_GROUP, "task/ab");
  set_meta (f, TRUCE_RETRY_GROUP, "task/a");
  set_meta (f, TRUCE_LOG_GROUP, "task/a/1");
  set_meta (f, TRUCE_LOG_GROUP, "task/a/2");
  set_meta (f, TRUCE_LOG_GROUP, "task/ab/1");
  assert_done (truce_store_commit (f->store, &error));
  assert_done (rename_record (f, "a", "7/7", &error));

  inbox = list_meta (f, TRUCE_INBOX_GROUP);
  retry = list_meta (f, TRUCE_RETRY_GROUP);
  log = list_meta (f, TRUCE_LOG_GROUP);
  g_assert_cmpstr (inbox, ==, "task/7%2F7=task/a\ntask/ab=task/ab\n");
  g_assert_cmpstr (retry, ==, "task/7%2F7=task/a\n");
  g_assert_cmpstr (log, ==, "task/7%2F7/1=task/a/1\ntask/7%2F7/2=task/a/2\ntask/ab/1=task/ab/1\n");
  assert_delivery (f->tasks, "7/7", TRUCE_DELIVERY_FAILED);
}

/* A list that is open shows the new id instead of the old one. */
static void
test_observed (Fixture      *f,
               gconstpointer data)
{
  g_autoptr(TruceQuery) query = truce_query_new (f->tasks);

  assert_done (truce_collection_put_text (f->tasks, "a", "{}", &error));
  assert_done (truce_query_open (query, &error));
  assert_done (rename_record (f, "a", "77", &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (query)), ==, 1);
  g_assert_cmpstr (truce_query_get_record_id (query, 0), ==, "77");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add ("/store/rename/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("moves", test_moves);
  ADD ("unites", test_unites);
  ADD ("alias", test_alias);
  ADD ("alias/drop", test_drop_alias);
  ADD ("again", test_again);
  ADD ("refuses", test_refuses);
  ADD ("references", test_references);
  ADD ("references/itself", test_itself);
  ADD ("meta", test_meta);
  ADD ("observed", test_observed);
  return g_test_run ();
}
