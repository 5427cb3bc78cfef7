/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What waits for a person, and how it is listed. */

#include "inbox-fixture.h"

#include <glib/gstdio.h>

/* "position-removed+added" of each change since the last look. */
static void
note_change (GListModel *model,
             guint       position,
             guint       removed,
             guint       added,
             GString    *changes)
{
  g_assert_true (removed > 0 || added > 0);
  g_string_append_printf (changes, "%s%u-%u+%u", changes->len > 0 ? " " : "", position, removed, added);
}

#define assert_changes(changes, expected) G_STMT_START { \
    g_assert_cmpstr ((changes)->str, ==, expected); \
    g_string_truncate (changes, 0); \
} G_STMT_END

/* ---- what is listed ---- */

static void
test_failed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *local = NULL;
  g_autofree char *base = NULL;

  assert_shown (inbox, "");
  g_assert_null (truce_inbox_find (inbox, "task", "1"));
  fail_one (fixture, "1", "{\"title\":\"milk\"}");
  assert_shown (inbox, "F1");

  item = get_item (inbox, "1");
  g_assert_cmpstr (truce_inbox_item_get_collection (item), ==, "task");
  g_assert_cmpint (truce_inbox_item_get_code (item), ==, TRUCE_ERROR_REJECTED);
  g_assert_cmpstr (truce_inbox_item_get_message (item), ==, "the server's own words");
  g_assert_cmpint (truce_inbox_item_get_since (item), >=, truce_test_clock_get_now (fixture->clock));
  g_assert_cmpuint (truce_inbox_item_get_attempts (item), ==, 1);
  g_assert_cmpint (truce_inbox_item_get_next_try (item), ==, 0);
  local = truce_inbox_item_dup_local (item, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (local, ==, "{\"title\":\"milk\"}");
  base = truce_inbox_item_dup_base (item, &error);
  g_assert_no_error (error);
  g_assert_null (base);
  g_assert_null (truce_inbox_item_dup_remote (item));
  g_assert_null (truce_inbox_item_dup_conflict (item, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
}

/* Names that hide the parts of a key. */
static void
test_names (Fixture      *fixture,
            gconstpointer data)
{
  static const char *const ids[] = { "a/b", "%2F", "%", "a%2Fb", "ä/%25" };
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    fail_one (fixture, ids[i], "{}");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (inbox)), ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr(TruceInboxItem) item = get_item (inbox, ids[i]);

      g_assert_cmpstr (truce_inbox_item_get_id (item), ==, ids[i]);
      g_assert_cmpstr (truce_inbox_item_get_message (item), ==, "the server's own words");
    }
}

/* The least is told, and a record keeps its item. */
static void
test_changes (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(GString) changes = g_string_new (NULL);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(TruceInboxItem) still = NULL;

  g_signal_connect (inbox, "items-changed", G_CALLBACK (note_change), changes);
  fail_one (fixture, "b", "{}");
  assert_changes (changes, "0-0+1");
  item = get_item (inbox, "b");
  fail_one (fixture, "d", "{}");
  assert_changes (changes, "1-0+1");
  fail_one (fixture, "a", "{}");
  assert_changes (changes, "0-0+1");
  reject (fixture, "c");
  reject (fixture, "e");
  put (fixture, "e", "{}");
  put (fixture, "c", "{}");
  put (fixture, "x", "{}");
  assert_changes (changes, "");
  sync_once (fixture);
  assert_changes (changes, "2-1+3");
  assert_shown (inbox, "Fa Fb Fc Fd Fe");
  still = get_item (inbox, "b");
  g_assert_true (still == item);

  g_assert_true (truce_inbox_item_discard (item, NULL));
  assert_changes (changes, "1-1+0");
  assert_shown (inbox, "Fa Fc Fd Fe");
}

static void
note_name (GObject    *object,
           GParamSpec *pspec,
           GString    *names)
{
  g_string_append_printf (names, "%s ", pspec->name);
}

/* Another reason for the same record: the item tells what is other. */
static void
test_in_place (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(GString) names = g_string_new (NULL);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;

  fail_one (fixture, "1", "{}");
  item = get_item (inbox, "1");
  g_signal_connect (item, "notify", G_CALLBACK (note_name), names);
  plain_remote_reject (fixture->remote, "1", "other words");
  g_assert_true (truce_inbox_item_retry (item, NULL, &error));
  g_assert_no_error (error);
  assert_shown (inbox, "");
  sync_once (fixture);
  assert_shown (inbox, "F1");
  /* It had left, so it is another one. */
  g_assert_cmpstr (names->str, ==, "");
  g_clear_object (&item);
  item = get_item (inbox, "1");
  g_assert_cmpstr (truce_inbox_item_get_message (item), ==, "other words");
}

/* ---- children ---- */

static char *
show_records (GListModel *model)
{
  GString *shown = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(TruceRecord) record = g_list_model_get_item (model, i);

      g_string_append_printf (shown, "%s%s", i > 0 ? " " : "", truce_record_get_id (record));
    }
  return g_string_free (shown, FALSE);
}

#define assert_waiting(waiting, expected) G_STMT_START { \
    g_autofree char *shown_ = show_records (waiting); \
    g_assert_cmpstr (shown_, ==, expected); \
} G_STMT_END

static void
test_waiting (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(GString) changes = g_string_new (NULL);
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GListModel) waiting = NULL;
  g_autoptr(GListModel) again = NULL;

  reject (fixture, "p");
  put (fixture, "p", "{}");
  put (fixture, "child", "{\"parent\":\"p\"}");
  put (fixture, "grandchild", "{\"others\":[\"none\",\"child\"]}");
  put (fixture, "other", "{}");
  sync_once (fixture);
  assert_shown (inbox, "Fp");
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 2);
  item = get_item (inbox, "p");
  waiting = truce_inbox_item_get_waiting (item);
  again = truce_inbox_item_get_waiting (item);
  g_assert_true (waiting == again);
  assert_waiting (waiting, "child grandchild");

  g_signal_connect (waiting, "items-changed", G_CALLBACK (note_change), changes);
  put (fixture, "late", "{\"parent\":\"p\"}");
  assert_waiting (waiting, "child grandchild late");
  assert_changes (changes, "2-0+1");
  put (fixture, "unrelated", "{}");
  assert_changes (changes, "");

  plain_remote_reject (fixture->remote, "p", NULL);
  g_assert_true (truce_inbox_item_retry (item, NULL, NULL));
  sync_once (fixture);
  g_assert_cmpuint (truce_sync_get_n_pending (fixture->sync), ==, 0);
  assert_there (fixture, "grandchild", "{\"others\":[\"none\",\"child\"]}");
}

/* ---- lasting, and seen from elsewhere ---- */

static TruceStore *
open_file (const char *path)
{
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_store_open (path, &error);

  g_assert_no_error (error);
  return store;
}

/* Another store on the same file: another process, or the next run of the program. */
static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("truce-inbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(PlainRemote) remote = plain_remote_new (FALSE);

  {
    g_autoptr(TruceStore) store = open_file (path);
    g_autoptr(TruceStore) elsewhere = open_file (path);
    g_autoptr(TruceCollection) tasks = truce_store_get_collection (store, "task", NULL, &error);
    g_autoptr(TruceSync) sync = truce_sync_new (store, TRUCE_REMOTE (remote));
    g_autoptr(TruceInbox) inbox = truce_inbox_new (elsewhere, &error);
    g_autoptr(TruceSyncReport) report = NULL;

    g_assert_no_error (error);
    plain_remote_reject (remote, "1", "no");
    truce_collection_put_text (tasks, "1", "{}", &error);
    report = truce_sync_sync_now (sync, 0, NULL, &error);
    g_assert_no_error (error);
    assert_shown (inbox, "");
    g_assert_true (truce_store_refresh (elsewhere, &error));
    assert_shown (inbox, "F1");
  }

  {
    g_autoptr(TruceStore) store = open_file (path);
    g_autoptr(TruceInbox) inbox = truce_inbox_new (store, &error);
    g_autoptr(TruceInboxItem) item = NULL;

    assert_shown (inbox, "F1");
    item = get_item (inbox, "1");
    g_assert_cmpstr (truce_inbox_item_get_message (item), ==, "no");
    g_assert_true (truce_inbox_item_discard (item, &error));
    assert_shown (inbox, "");
  }
  g_unlink (path);
  g_rmdir (folder);
}

/* ---- handlers that act (Part B 123, 124) ---- */

static void
discard_first (GListModel *model,
               guint       position,
               guint       removed,
               guint       added,
               GString    *order)
{
  g_autoptr(TruceInboxItem) item = g_list_model_get_item (model, 0);

  g_string_append_printf (order, "%u-%u+%u/%u ", position, removed, added, g_list_model_get_n_items (model));
  if (item != NULL)
    g_assert_true (truce_inbox_item_discard (item, NULL));
}

static void
test_acting_handler (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(GString) order = g_string_new (NULL);

  g_signal_connect (inbox, "items-changed", G_CALLBACK (discard_first), order);
  for (const char *id = "abc"; *id != '\0'; id++)
    {
      const char name[] = { *id, '\0' };

      reject (fixture, name);
      put (fixture, name, "{}");
    }
  sync_once (fixture);
  settle ();
  assert_shown (inbox, "");
  g_assert_cmpstr (order->str, ==, "0-0+3/3 0-1+0/2 0-1+0/1 0-1+0/0 ");
}

static void
drop_inbox (GListModel  *model,
            guint        position,
            guint        removed,
            guint        added,
            TruceInbox **inbox)
{
  g_clear_object (inbox);
}

static void
test_dropped (Fixture      *fixture,
              gconstpointer data)
{
  TruceInbox *inbox = new_inbox (fixture);

  g_signal_connect (inbox, "items-changed", G_CALLBACK (drop_inbox), &inbox);
  fail_one (fixture, "1", "{}");
  g_assert_null (inbox);
}

/* An item made by a binding, without a store. */
static void
test_empty (void)
{
  g_autoptr(TruceInboxItem) item = g_object_new (TRUCE_TYPE_INBOX_ITEM, NULL);
  g_autoptr(TruceInbox) inbox = g_object_new (TRUCE_TYPE_INBOX, NULL);
  g_autoptr(GListModel) waiting = truce_inbox_item_get_waiting (item);

  g_assert_null (truce_inbox_item_get_id (item));
  g_assert_null (truce_inbox_item_get_message (item));
  g_assert_null (truce_inbox_item_dup_remote (item));
  g_assert_cmpuint (g_list_model_get_n_items (waiting), ==, 0);
  g_assert_null (truce_inbox_get_store (inbox));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (inbox)), ==, 0);
}

/* ---- any history (Part B 125) ---- */

/* A second list that knows only what it is told. */
static void
follow (GListModel *model,
        guint       position,
        guint       removed,
        guint       added,
        GPtrArray  *list)
{
  g_ptr_array_remove_range (list, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (list, position + i, g_list_model_get_item (model, position + i));
  g_assert_cmpuint (list->len, ==, g_list_model_get_n_items (model));
}

static void
do_anything (Fixture    *fixture,
             TruceInbox *inbox)
{
  const char id[] = { 'a' + g_test_rand_int_range (0, 12), '\0' };
  g_autofree char *text = g_strdup_printf ("{\"n\":%d}", g_test_rand_int_range (0, 1000));
  g_autoptr(TruceInboxItem) item = truce_inbox_find (inbox, "task", id);

  switch (g_test_rand_int_range (0, 7))
    {
    case 0:
      reject (fixture, id);
      break;
    case 1:
      plain_remote_reject (fixture->remote, id, NULL);
      break;
    case 2:
      truce_collection_delete (fixture->tasks, id, NULL);
      break;
    case 3:
      if (item != NULL)
        truce_inbox_item_discard (item, NULL);
      break;
    case 4:
      if (item != NULL)
        truce_inbox_item_retry (item, NULL, NULL);
      break;
    case 5:
      sync_once (fixture);
      break;
    default:
      put (fixture, id, text);
    }
}

static void
test_random (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr(TruceInbox) inbox = new_inbox (fixture);
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_steps = g_test_slow () ? 20000 : 600;

  g_signal_connect (inbox, "items-changed", G_CALLBACK (follow), list);
  for (guint i = 0; i < n_steps; i++)
    {
      g_autoptr(TruceInbox) fresh = NULL;
      g_autofree char *expected = NULL;

      do_anything (fixture, inbox);
      fresh = new_inbox (fixture);
      expected = show (G_LIST_MODEL (fresh));
      assert_shown (inbox, expected);
      g_assert_cmpuint (truce_store_count (fixture->store, TRUCE_DELIVERY_FAILED), ==, list->len);
      for (guint j = 0; j < list->len; j++)
        {
          g_autoptr(TruceInboxItem) item = g_list_model_get_item (G_LIST_MODEL (inbox), j);

          g_assert_true (item == list->pdata[j]);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/inbox/failed", test_failed);
  add ("/inbox/names", test_names);
  add ("/inbox/changes", test_changes);
  add ("/inbox/in-place", test_in_place);
  add ("/inbox/waiting", test_waiting);
  g_test_add_func ("/inbox/file", test_file);
  add ("/inbox/acting-handler", test_acting_handler);
  add ("/inbox/dropped", test_dropped);
  g_test_add_func ("/inbox/empty", test_empty);
  add ("/inbox/random", test_random);

  return g_test_run ();
}
