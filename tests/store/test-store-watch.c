/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include "truce-collection-private.h"

#include <glib/gstdio.h>

/* Who is told of a commit, and when. What was heard is a string, and what nobody checked fails the test. */

static GString *heard;

#define assert_heard(expected) G_STMT_START { \
    g_assert_cmpstr (heard->str, ==, expected); \
    g_string_truncate (heard, 0); \
} G_STMT_END

static void
on_changed (TruceCollection *tasks,
            const char      *id,
            gpointer         data)
{
  g_string_append_printf (heard, "%s ", id);
}

static void
on_watch (TruceCollection *tasks,
          GPtrArray       *rows,
          gpointer         data)
{
  g_string_append_c (heard, '[');
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_string_append_printf (heard, "%s%s", i > 0 ? " " : "", truce_stored_record_get_id (g_ptr_array_index (rows, i)));
  g_string_append (heard, rows != NULL ? "] " : "*] ");
}

static void
on_notify (GObject    *object,
           GParamSpec *pspec,
           gpointer    data)
{
  g_string_append_printf (heard, "%s ", pspec->name);
}

static void
test_changed (Fixture      *f,
              gconstpointer data)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceBatch) failing = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceBatchResult) failed = NULL;
  guint watch;

  g_signal_connect (f->tasks, "changed", G_CALLBACK (on_changed), NULL);
  assert_done (truce_collection_put_text (f->tasks, "1", "{}", &error));
  assert_heard ("1 ");
  assert_done (truce_collection_put_text (f->tasks, "1", "{}", &error));
  assert_heard ("");

  /* Each record once a commit, and nothing of what was taken back. */
  watch = truce_collection_watch (f->tasks, on_watch, NULL);
  truce_batch_put_text (batch, "task", "2", "{}");
  truce_batch_patch_text (batch, "task", "1", "{\"title\":\"x\"}");
  truce_batch_patch_text (batch, "task", "2", "{\"title\":\"y\"}");
  truce_batch_put_text (batch, "note", "7", "{}");
  result = run_batch (f->store, batch, "aaaa");
  assert_heard ("[2 1] 2 1 ");
  truce_batch_put_text (failing, "task", "3", "{}");
  truce_batch_delete (failing, "task", "4");
  failed = run_batch (f->store, failing, "rf");
  assert_heard ("");
  truce_collection_unwatch (f->tasks, watch);
}

static void
test_counts (Fixture      *f,
             gconstpointer data)
{
  g_signal_connect (f->store, "notify", G_CALLBACK (on_notify), NULL);
  assert_done (truce_collection_put_text (f->tasks, "1", "{}", &error));
  assert_heard ("version n-records n-pending ");
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  assert_heard ("version ");
  g_assert_cmpint (truce_store_get_version (f->store), ==, 2);
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  assert_heard ("");
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_heard ("version n-records n-pending ");
}

static void
on_record (TruceRecord *record,
           gpointer     data)
{
  g_autofree char *text = truce_record_dup_text (record);

  g_string_append_printf (heard, "%s ", text != NULL ? text : "deleted");
}

/* A record that somebody holds follows the store, and is one object. */
static void
test_record (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(TruceRecord) record = NULL;
  g_autoptr(TruceRecord) same = NULL;
  g_autoptr(GError) problem = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  record = truce_collection_get (f->tasks, "1", &problem);
  same = truce_collection_get (f->tasks, "1", &problem);
  g_assert_true (record == same);
  g_signal_connect (record, "changed", G_CALLBACK (on_record), NULL);
  assert_done (truce_collection_patch_text (f->tasks, "1", "{\"title\":\"y\"}", &error));
  assert_heard ("{\"title\":\"y\"} ");
  assert_done (truce_collection_put_text (f->tasks, "2", "{\"title\":\"y\"}", &error));
  assert_heard ("");
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_heard ("deleted ");
  g_assert_true (truce_record_is_deleted (record));
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  assert_heard ("{\"title\":\"y\"} ");
  g_clear_object (&same);
  g_assert_finalize_object (g_steal_pointer (&record));
}

static void
write_more (TruceCollection *tasks,
            const char      *id,
            gpointer         data)
{
  g_string_append_printf (heard, "<%s", id);
  if (g_str_equal (id, "1"))
    {
      assert_done (truce_collection_put_text (tasks, "2", "{}", &error));
      assert_done (truce_collection_put_text (tasks, "3", "{}", &error));
    }
  g_string_append (heard, "> ");
}

static void
leave (TruceCollection *tasks,
       GPtrArray       *ids,
       gpointer         data)
{
  g_string_append (heard, "leave ");
  truce_collection_unwatch (tasks, *(guint *) data);
}

/* A handler that writes: delivered once, in the order of commits, never within another call. A watch may end
 * itself. */
static void
test_reentrant (Fixture      *f,
                gconstpointer data)
{
  guint watch;

  watch = truce_collection_watch (f->tasks, leave, &watch);
  g_signal_connect (f->tasks, "changed", G_CALLBACK (write_more), NULL);
  assert_done (truce_collection_put_text (f->tasks, "1", "{}", &error));
  assert_heard ("leave <1> <2> <3> ");
}

static void
drop (TruceCollection *tasks,
      const char      *id,
      gpointer         data)
{
  TruceStore **store = data;

  g_clear_object (store);
}

/* The last reference goes within a handler. */
static void
test_last_reference (void)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  TruceStore *store = truce_store_new (adapter, NULL);
  TruceCollection *tasks = truce_store_get_collection (store, "task", NULL, NULL);

  g_signal_connect (tasks, "changed", G_CALLBACK (drop), &store);
  assert_done (truce_collection_put_text (tasks, "1", "{}", &error));
  g_assert_null (store);
  g_assert_finalize_object (tasks);
}

/* Two stores on one file stand for two processes. */
static void
test_others (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "others.db", NULL);
  g_autoptr(GError) problem = NULL;
  g_autoptr(TruceStore) a = NULL;
  g_autoptr(TruceStore) b = NULL;
  g_autoptr(TruceCollection) ours = NULL;
  g_autoptr(TruceCollection) theirs = NULL;
  g_autoptr(TruceRecord) record = NULL;

  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  a = truce_store_open (path, &problem);
  g_assert_no_error (problem);
  b = truce_store_open (path, &problem);
  g_assert_no_error (problem);
  ours = truce_store_get_collection (a, "task", NULL, &problem);
  theirs = truce_store_get_collection (b, "task", NULL, &problem);

  assert_done (truce_collection_put_text (ours, "1", "{\"n\":1}", &error));
  record = truce_collection_get (ours, "1", &problem);
  g_assert_no_error (problem);
  truce_store_set_refresh_interval (a, 10);
  g_signal_connect (record, "changed", G_CALLBACK (on_record), NULL);
  g_signal_connect (a, "notify::n-records", G_CALLBACK (on_notify), NULL);
  assert_done (truce_collection_patch_text (theirs, "1", "{\"n\":2}", &error));
  assert_done (truce_collection_put_text (theirs, "2", "{}", &error));
  while (heard->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_heard ("n-records {\"n\":2} ");

  /* Who only connects, and waits, hears of it too. */
  g_clear_object (&record);
  g_signal_connect (ours, "changed", G_CALLBACK (on_changed), NULL);
  assert_done (truce_collection_patch_text (theirs, "2", "{\"n\":2}", &error));
  while (heard->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_heard ("2 ");

  /* A write of our own finds what others wrote before it. */
  truce_store_set_refresh_interval (a, 0);
  assert_done (truce_collection_put_text (theirs, "3", "{}", &error));
  assert_done (truce_collection_put_text (ours, "4", "{}", &error));
  assert_heard ("n-records 3 4 ");
  g_assert_cmpuint (truce_store_get_n_records (a), ==, 4);

  /* And both have one clock and one count of versions. */
  assert_done (truce_collection_patch_text (theirs, "4", "{\"n\":5}", &error));
  assert_done (truce_store_refresh (a, &error));
  assert_heard ("4 ");
  assert_done (truce_store_refresh (a, &error));
  assert_heard ("");
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  heard = g_string_new (NULL);
#define ADD(path, func) g_test_add ("/store/watch/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("changed", test_changed);
  ADD ("counts", test_counts);
  ADD ("record", test_record);
  ADD ("reentrant", test_reentrant);
  g_test_add_func ("/store/watch/last-reference", test_last_reference);
  g_test_add_func ("/store/watch/others", test_others);
  result = g_test_run ();
  g_string_free (heard, TRUE);
  return result;
}
