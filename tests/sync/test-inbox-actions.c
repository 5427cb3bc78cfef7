/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be done about a record in the inbox, by a person or a resolver that takes its time. */

#include "inbox-fixture.h"

/* ---- what a person does (Part B 32, 42) ---- */

static void
test_retry (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;

  fail_one (fixture, "1", "{\"title\":\"milk\"}");
  item = get_item (inbox, "1");
  sync_once (fixture);
  assert_there (fixture, "1", NULL);
  plain_remote_reject (fixture->remote, "1", NULL);
  g_assert_true (truce_inbox_item_retry (item, NULL, &error));
  assert_shown (inbox, "");
  g_assert_cmpuint (truce_store_count (fixture->store, TRUCE_DELIVERY_PENDING), ==, 1);
  g_assert_cmpuint (sync_once (fixture), ==, 1);
  assert_there (fixture, "1", "{\"title\":\"milk\"}");

  g_assert_false (truce_inbox_item_retry (item, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
}

static void
test_edit_and_retry (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;

  fail_one (fixture, "1", "{\"title\":\"milk\"}");
  item = get_item (inbox, "1");
  g_assert_false (truce_inbox_item_retry (item, "{\"title\":7}", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (truce_inbox_item_retry (item, "no JSON", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  assert_shown (inbox, "F1");

  plain_remote_reject (fixture->remote, "1", NULL);
  g_assert_true (truce_inbox_item_retry (item, "{\"title\":\"tea\"}", &error));
  g_assert_no_error (error);
  assert_shown (inbox, "");
  sync_once (fixture);
  assert_there (fixture, "1", "{\"title\":\"tea\"}");
}

static void
test_discard (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) made = NULL;
  g_autoptr(TruceInboxItem) edited = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *base = NULL;

  fail_one (fixture, "made", "{}");
  put (fixture, "edited", "{\"title\":\"milk\"}");
  sync_once (fixture);
  fail_one (fixture, "edited", "{\"title\":\"tea\"}");
  assert_shown (inbox, "Fedited Fmade");

  made = get_item (inbox, "made");
  g_assert_true (truce_inbox_item_discard (made, &error));
  assert_text (fixture, "made", NULL);
  edited = get_item (inbox, "edited");
  base = truce_inbox_item_dup_base (edited, &error);
  g_assert_cmpstr (base, ==, "{\"title\":\"milk\"}");
  g_assert_true (truce_inbox_item_discard (edited, &error));
  assert_text (fixture, "edited", "{\"title\":\"milk\"}");
  assert_shown (inbox, "");
  g_assert_cmpuint (sync_once (fixture), ==, 0);
}

/* The deletions that the remote rejects: undone. */
static void
test_discard_deletion (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *local = NULL;

  put (fixture, "1", "{\"title\":\"milk\"}");
  sync_once (fixture);
  reject (fixture, "1");
  g_assert_true (truce_collection_delete (fixture->tasks, "1", &error));
  sync_once (fixture);
  assert_shown (inbox, "F1");
  item = get_item (inbox, "1");
  local = truce_inbox_item_dup_local (item, &error);
  g_assert_no_error (error);
  g_assert_null (local);
  g_assert_true (truce_inbox_item_discard (item, &error));
  g_assert_no_error (error);
  assert_text (fixture, "1", "{\"title\":\"milk\"}");
  assert_shown (inbox, "");
}

static void
test_keep_copy (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;

  put (fixture, "1", "{\"title\":\"milk\"}");
  put (fixture, "2", "{}");
  sync_once (fixture);
  fail_one (fixture, "1", "{\"title\":\"tea\"}");
  item = get_item (inbox, "1");
  g_assert_false (truce_inbox_item_keep_copy (item, "2", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_EXISTS);
  g_clear_error (&error);
  assert_shown (inbox, "F1");
  g_assert_true (truce_inbox_item_keep_copy (item, "3", &error));
  g_assert_no_error (error);
  assert_shown (inbox, "");
  assert_text (fixture, "1", "{\"title\":\"milk\"}");
  assert_text (fixture, "3", "{\"title\":\"tea\"}");
  sync_once (fixture);
  assert_there (fixture, "3", "{\"title\":\"tea\"}");
}

/* ---- conflicts ---- */

/* A record that both sides changed, and a resolver that leaves it to a person. */
static TruceInboxItem *
make_conflict (Fixture    *fixture,
               TruceInbox *inbox)
{
  g_autoptr(TruceResolver) resolver = truce_defer_resolver_new ("ask");

  truce_collection_set_resolver (fixture->tasks, resolver);
  put (fixture, "1", "{\"title\":\"base\"}");
  sync_once (fixture);
  put (fixture, "1", "{\"title\":\"local\"}");
  plain_remote_put (fixture->remote, "1", "{\"title\":\"remote\"}");
  sync_once (fixture);
  assert_shown (inbox, "C1");
  assert_text (fixture, "1", "{\"title\":\"local\"}");
  g_assert_cmpuint (truce_sync_get_n_conflicted (fixture->sync), ==, 1);
  return get_item (inbox, "1");
}

static void
test_conflict (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) item = make_conflict (fixture, inbox);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceConflict) conflict = truce_inbox_item_dup_conflict (item, &error);
  g_autofree char *local = truce_inbox_item_dup_local (item, NULL);
  g_autofree char *base = truce_inbox_item_dup_base (item, NULL);
  g_autofree char *remote = truce_inbox_item_dup_remote (item);

  g_assert_no_error (error);
  g_assert_nonnull (conflict);
  g_assert_cmpint (truce_inbox_item_get_code (item), ==, TRUCE_ERROR_CONFLICT);
  g_assert_cmpstr (local, ==, "{\"title\":\"local\"}");
  g_assert_cmpstr (base, ==, "{\"title\":\"base\"}");
  g_assert_cmpstr (remote, ==, "{\"title\":\"remote\"}");
}

static const struct
{
  const char *name;
  TruceResolutionType type;
  const char *text;
  const char *result;           /* here and there */
} resolve_rows[] = {
  { "local", TRUCE_RESOLUTION_LOCAL, NULL, "{\"title\":\"local\"}" },
  { "remote", TRUCE_RESOLUTION_REMOTE, NULL, "{\"title\":\"remote\"}" },
  { "merged", TRUCE_RESOLUTION_MERGED, "{\"title\":\"both\"}", "{\"title\":\"both\"}" },
  { "deleted", TRUCE_RESOLUTION_MERGED, NULL, NULL },
};

static void
test_resolve (Fixture      *fixture,
              gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (resolve_rows); i++)
    {
      g_autoptr(TruceInbox) inbox = new_inbox (fixture);
      g_autoptr(TruceInboxItem) item = make_conflict (fixture, inbox);
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", resolve_rows[i].name);
      g_assert_false (truce_inbox_item_retry (item, NULL, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT);
      g_clear_error (&error);
      g_assert_false (truce_inbox_item_resolve (item, TRUCE_RESOLUTION_MERGED, "no JSON", &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
      g_clear_error (&error);
      g_assert_false (truce_inbox_item_resolve (item, TRUCE_RESOLUTION_MERGED, "[1]", &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
      g_clear_error (&error);
      g_assert_true (truce_inbox_item_resolve (item, TRUCE_RESOLUTION_DEFERRED, NULL, &error));
      assert_shown (inbox, "C1");
      g_assert_true (truce_inbox_item_resolve (item, resolve_rows[i].type, resolve_rows[i].text, &error));
      g_assert_no_error (error);
      assert_shown (inbox, "");
      sync_once (fixture);
      assert_text (fixture, "1", resolve_rows[i].result);
      assert_there (fixture, "1", resolve_rows[i].result);
      g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 0);
    }
}

/* ---- a resolver that takes its time ---- */

/* Waits until it is told; then the remote's title and ours, joined. */
#define TYPE_SLOW_RESOLVER (slow_resolver_get_type ())
G_DECLARE_FINAL_TYPE (SlowResolver, slow_resolver, SLOW, RESOLVER, GObject)

struct _SlowResolver
{
  GObject parent_instance;
  GTask *task;                  /* owned; or NULL */
  guint n_asked;
};

static void slow_resolver_iface_init (TruceResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SlowResolver, slow_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, slow_resolver_iface_init))

static void
slow_resolver_resolve_async (TruceResolver      *resolver,
                             TruceConflict      *conflict,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  SlowResolver *self = SLOW_RESOLVER (resolver);

  self->n_asked++;
  g_clear_object (&self->task);
  self->task = g_task_new (self, cancellable, callback, user_data);
}

static void
slow_resolver_iface_init (TruceResolverInterface *iface)
{
  iface->resolve_async = slow_resolver_resolve_async;
}

static void
slow_resolver_finalize (GObject *object)
{
  g_assert_null (SLOW_RESOLVER (object)->task);
  G_OBJECT_CLASS (slow_resolver_parent_class)->finalize (object);
}

static void
slow_resolver_class_init (SlowResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = slow_resolver_finalize;
}

static void
slow_resolver_init (SlowResolver *self)
{
}

static void
slow_resolver_answer (SlowResolver *self,
                      const char   *text)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->task);
  g_autoptr(JsonNode) value = json_from_string (text, NULL);
  g_auto(GValue) resolution = G_VALUE_INIT;

  g_value_init (&resolution, TRUCE_TYPE_RESOLUTION);
  g_value_take_object (&resolution, truce_resolution_new_merged (value));
  g_task_return_value (task, &resolution);
}

static void
test_slow_resolver (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr(SlowResolver) resolver = g_object_new (TYPE_SLOW_RESOLVER, NULL);
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_auto(Ended) arrived = { 0, };

  truce_collection_set_resolver (fixture->tasks, TRUCE_RESOLVER (resolver));
  put (fixture, "1", "{\"title\":\"base\"}");
  sync_once (fixture);
  put (fixture, "1", "{\"title\":\"local\"}");
  plain_remote_put (fixture->remote, "1", "{\"title\":\"remote\"}");
  sync_once (fixture);
  wait_until (resolver->n_asked == 1);
  assert_shown (inbox, "C1");
  assert_text (fixture, "1", "{\"title\":\"local\"}");
  /* Who waits for it goes on waiting as long as there may be an answer. */
  truce_sync_wait_synced_async (fixture->sync, "task", "1", NULL, on_arrived, &arrived);
  settle ();
  g_assert_cmpuint (arrived.n, ==, 0);

  slow_resolver_answer (resolver, "{\"title\":\"both\"}");
  wait_until (g_list_model_get_n_items (G_LIST_MODEL (inbox)) == 0);
  assert_text (fixture, "1", "{\"title\":\"both\"}");
  sync_once (fixture);
  assert_there (fixture, "1", "{\"title\":\"both\"}");
  wait_until (arrived.n == 1);
  g_assert_no_error (arrived.error);
}

/* The engine that asked is gone; the next one asks again. */
static void
test_slow_resolver_dropped (Fixture      *fixture,
                            gconstpointer data)
{
  g_autoptr(SlowResolver) resolver = g_object_new (TYPE_SLOW_RESOLVER, NULL);
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);

  truce_collection_set_resolver (fixture->tasks, TRUCE_RESOLVER (resolver));
  put (fixture, "1", "{\"title\":\"base\"}");
  sync_once (fixture);
  put (fixture, "1", "{\"title\":\"local\"}");
  plain_remote_put (fixture->remote, "1", "{\"title\":\"remote\"}");
  sync_once (fixture);
  wait_until (resolver->n_asked == 1);
  g_assert_finalize_object (fixture->sync);
  slow_resolver_answer (resolver, "{\"title\":\"too late\"}");
  settle ();
  assert_shown (inbox, "C1");

  fixture->sync = truce_sync_new (fixture->store, TRUCE_REMOTE (fixture->remote));
  truce_sync_set_network_monitor (fixture->sync, NULL);
  truce_sync_start (fixture->sync);
  wait_until (resolver->n_asked == 2);
  slow_resolver_answer (resolver, "{\"title\":\"both\"}");
  wait_until (g_list_model_get_n_items (G_LIST_MODEL (inbox)) == 0);
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  assert_there (fixture, "1", "{\"title\":\"both\"}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/inbox-actions/retry", test_retry);
  add ("/inbox-actions/edit-and-retry", test_edit_and_retry);
  add ("/inbox-actions/discard", test_discard);
  add ("/inbox-actions/discard-deletion", test_discard_deletion);
  add ("/inbox-actions/keep-copy", test_keep_copy);
  add ("/inbox-actions/conflict", test_conflict);
  add ("/inbox-actions/resolve", test_resolve);
  add ("/inbox-actions/slow-resolver", test_slow_resolver);
  add ("/inbox-actions/slow-resolver-dropped", test_slow_resolver_dropped);

  return g_test_run ();
}
