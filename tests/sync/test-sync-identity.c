/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is who: replicas that were put back from a backup, copied with their disk, or drew an id that another has; and
 * deletions that the hub has forgotten. Each finds out at its first greeting, and loses nothing. */

#include "../store/fault-vfs.h"
#include "../store/sqlite-session.h"
#include "sync-pair.h"
#include "truce-random-private.h"

#include <errno.h>
#include <glib/gstdio.h>

#define N 30

typedef struct
{
  char *folder;
  Pair pair;
  TruceStore *other;            /* another device */
} Fixture;

static void
open_pair (Fixture *f)
{
  g_autoptr(GError) error = NULL;

  pair_open_files (&f->pair, f->folder, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->folder = session_create_folder ();
  f->other = pair_device ();
  open_pair (f);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  pair_close (&f->pair);
  g_assert_finalize_object (f->other);
  session_remove_folder (f->folder);
}

static void
copy_file (Fixture    *f,
           const char *from,
           const char *to)
{
  g_autofree char *source = g_build_filename (f->folder, from, NULL);
  g_autofree char *target = g_build_filename (f->folder, to, NULL);

  session_copy_file (source, target);
}

static TruceStore *
open_store (Fixture    *f,
            const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error));
  TruceStore *store = pair_open_store (adapter, &error);

  g_assert_no_error (error);
  return store;
}

static void
put (TruceStore *store,
     const char *id,
     const char *text)
{
  g_autoptr(TruceCollection) notes = pair_notes (store);
  g_autoptr(GError) error = NULL;

  truce_collection_patch_text (notes, id, text, &error);
  if (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      truce_collection_put_text (notes, id, text, &error);
    }
  g_assert_no_error (error);
}

static void
count (TruceStore *store,
       const char *id,
       gint64      amount)
{
  g_autoptr(TruceCollection) notes = pair_notes (store);
  g_autoptr(GError) error = NULL;

  truce_collection_increment (notes, id, "votes", amount, &error);
  g_assert_no_error (error);
}

static void
delete (TruceStore *store,
        const char *id)
{
  g_autoptr(TruceCollection) notes = pair_notes (store);
  g_autoptr(GError) error = NULL;

  truce_collection_delete (notes, id, &error);
  g_assert_no_error (error);
}

static void
assert_note (TruceStore *store,
             const char *id,
             const char *expected)
{
  g_autoptr(TruceCollection) notes = pair_notes (store);
  g_autofree char *text = truce_collection_dup_text (notes, id, NULL);

  g_assert_cmpstr (text, ==, expected);
}

/* Here, at the hub, and on the other device. */
static void
assert_everywhere (Fixture    *f,
                   TruceStore *store,
                   const char *id,
                   const char *expected)
{
  pair_sync (store, f->pair.remote);
  pair_sync (f->other, f->pair.remote);
  assert_note (store, id, expected);
  assert_note (f->pair.hub_store, id, expected);
  assert_note (f->other, id, expected);
}

/* ---- forgotten ---- */

/* 107. What was synced since the backup comes back; what was written since it was put back is sent. */
static void
test_backup (Fixture      *f,
             gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->pair.store);

  put (f->pair.store, "both", "{\"title\":\"a\",\"votes\":1}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);
  copy_file (f, "replica.db", "backup.db");
  open_pair (f);
  put (f->pair.store, "before", "{\"title\":\"b\"}");
  count (f->pair.store, "both", 10);
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);

  copy_file (f, "backup.db", "replica.db");
  open_pair (f);
  put (f->pair.store, "after", "{\"title\":\"c\"}");
  put (f->pair.store, "before", "{\"title\":\"d\",\"votes\":5}");
  count (f->pair.store, "both", 100);
  pair_sync (f->pair.store, f->pair.remote);
  g_assert_cmpuint (truce_store_get_replica (f->pair.store), !=, replica);
  assert_everywhere (f, f->pair.store, "both", "{\"title\":\"a\",\"votes\":111}");
  assert_everywhere (f, f->pair.store, "before", "{\"title\":\"d\",\"votes\":5}");
  assert_everywhere (f, f->pair.store, "after", "{\"title\":\"c\"}");
}

/* Put back to before the first sync: the hub knows the id, and the replica has no idea. */
static void
test_first_backup (Fixture      *f,
                   gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->pair.store);

  pair_close (&f->pair);
  copy_file (f, "replica.db", "backup.db");
  open_pair (f);
  put (f->pair.store, "before", "{\"title\":\"b\"}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);

  copy_file (f, "backup.db", "replica.db");
  open_pair (f);
  put (f->pair.store, "after", "{\"title\":\"c\"}");
  pair_sync (f->pair.store, f->pair.remote);
  g_assert_cmpuint (truce_store_get_replica (f->pair.store), !=, replica);
  assert_everywhere (f, f->pair.store, "before", "{\"title\":\"b\"}");
  assert_everywhere (f, f->pair.store, "after", "{\"title\":\"c\"}");
}

/* Put back to when something waited that has been sent since: it is there once. */
static void
test_backup_with_pending (Fixture      *f,
                          gconstpointer data)
{
  put (f->pair.store, "kept", "{\"tags\":[\"x\"],\"title\":\"a\",\"votes\":1}");
  pair_sync (f->pair.store, f->pair.remote);
  put (f->pair.store, "kept", "{\"tags\":[\"x\",\"y\"],\"title\":\"b\"}");
  count (f->pair.store, "kept", 10);
  put (f->pair.store, "new", "{\"tags\":[\"x\"],\"title\":\"b\"}");
  pair_close (&f->pair);
  copy_file (f, "replica.db", "backup.db");
  open_pair (f);
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);

  copy_file (f, "backup.db", "replica.db");
  open_pair (f);
  assert_everywhere (f, f->pair.store, "kept", "{\"tags\":[\"x\",\"y\"],\"title\":\"b\",\"votes\":11}");
  assert_everywhere (f, f->pair.store, "new", "{\"tags\":[\"x\"],\"title\":\"b\"}");
}

/* Put back to when something had been sent, and nobody knew that it had arrived: that is counted once, too. */
static void
test_backup_after_lost_reply (Fixture      *f,
                              gconstpointer data)
{
  g_autoptr(TruceTestRemote) remote = truce_test_remote_new (f->pair.remote);

  put (f->pair.store, "n", "{\"votes\":1}");
  pair_sync (f->pair.store, f->pair.remote);
  count (f->pair.store, "n", 10);
  truce_test_remote_fail (remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_DROP_REPLY, 1);
  g_assert_false (pair_try (f->pair.store, TRUCE_REMOTE (remote), NULL));
  g_clear_object (&remote);
  pair_close (&f->pair);
  copy_file (f, "replica.db", "backup.db");
  open_pair (f);
  pair_sync (f->pair.store, f->pair.remote);
  put (f->pair.store, "more", "{\"title\":\"a\"}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);

  copy_file (f, "backup.db", "replica.db");
  open_pair (f);
  count (f->pair.store, "n", 100);
  assert_everywhere (f, f->pair.store, "n", "{\"votes\":111}");
  assert_everywhere (f, f->pair.store, "more", "{\"title\":\"a\"}");
}

/* ---- copied ---- */

/* 108. Two copies of one disk: the second to greet takes a new id, and what both wrote apart is there. */
static void
test_copy (Fixture      *f,
           gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->pair.store);
  g_autoptr(TruceStore) copy = NULL;

  put (f->pair.store, "both", "{\"tags\":[\"x\"],\"title\":\"a\",\"votes\":1}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);
  copy_file (f, "replica.db", "copy.db");
  open_pair (f);
  copy = open_store (f, "copy.db");
  for (int i = 0; i < N; i++)
    {
      g_autofree char *here = g_strdup_printf ("here%d", i);
      g_autofree char *there = g_strdup_printf ("there%d", i);

      put (f->pair.store, here, "{\"title\":\"h\"}");
      put (copy, there, "{\"title\":\"t\"}");
      count (f->pair.store, "both", 1);
      count (copy, "both", 100);
    }
  put (f->pair.store, "both", "{\"tags\":[\"h\",\"x\"]}");
  put (copy, "both", "{\"tags\":[\"t\",\"x\"]}");

  pair_sync (copy, f->pair.remote);
  pair_sync (f->pair.store, f->pair.remote);
  pair_sync (copy, f->pair.remote);
  g_assert_cmpuint (truce_store_get_replica (copy), ==, replica);
  g_assert_cmpuint (truce_store_get_replica (f->pair.store), !=, replica);
  assert_everywhere (f, f->pair.store, "both", "{\"tags\":[\"h\",\"t\",\"x\"],\"title\":\"a\",\"votes\":3031}");
  assert_everywhere (f, copy, "both", "{\"tags\":[\"h\",\"t\",\"x\"],\"title\":\"a\",\"votes\":3031}");
  for (int i = 0; i < N; i++)
    {
      g_autofree char *here = g_strdup_printf ("here%d", i);
      g_autofree char *there = g_strdup_printf ("there%d", i);

      assert_everywhere (f, copy, here, "{\"title\":\"h\"}");
      assert_everywhere (f, f->pair.store, there, "{\"title\":\"t\"}");
    }
}

/* While the first push of the one is out the other syncs: before the remote has it, or after, and then something new. */
static void
sync_overtaken (TruceStore  *store,
                TruceStore  *other,
                TruceRemote *remote,
                gboolean     after)
{
  const TruceSessionSetup setup = { .batch_size = 10 };
  g_autoptr(TruceSession) session = truce_session_new (store, &setup);
  g_autoptr(GError) error = NULL;
  gboolean overtaken = FALSE;

  while (!truce_session_is_finished (session))
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);
      g_autoptr(GError) failure = NULL;

      g_assert_no_error (error);
      if (exchange == NULL)
        continue;
      if (after)
        truce_exchange_perform (remote, exchange, NULL, &failure);
      if (TRUCE_IS_PUSH (exchange) && !overtaken)
        {
          if (after)
            count (other, "both", 1000);
          pair_sync (other, remote);
          overtaken = TRUE;
        }
      if (!after)
        truce_exchange_perform (remote, exchange, NULL, &failure);
      truce_session_take (session, failure, &error);
      g_assert_no_error (error);
    }
}

/* Copied, and both greet before either pushes: the one that comes too late hears it at its push. */
static void
test_copy_at_once (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr(TruceStore) copy = NULL;

  put (f->pair.store, "both", "{\"title\":\"a\",\"votes\":1}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);
  copy_file (f, "replica.db", "copy.db");
  open_pair (f);
  copy = open_store (f, "copy.db");
  count (f->pair.store, "both", 10);
  count (copy, "both", 100);
  sync_overtaken (f->pair.store, copy, f->pair.remote, FALSE);
  assert_everywhere (f, f->pair.store, "both", "{\"title\":\"a\",\"votes\":111}");
  assert_everywhere (f, copy, "both", "{\"title\":\"a\",\"votes\":111}");
  g_assert_cmpuint (truce_store_get_replica (copy), !=, truce_store_get_replica (f->pair.store));
}

/* 111. Two processes with one file are one replica, however their syncs get in each other's way. */
static void
test_two_processes (Fixture      *f,
                    gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->pair.store);
  g_autoptr(TruceStore) second = open_store (f, "replica.db");

  put (f->pair.store, "both", "{\"votes\":1}");
  for (int i = 0; i < 8; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%d", i);

      count (f->pair.store, "both", 10);
      count (second, "both", 100);
      put (second, id, "{\"title\":\"a\"}");
      sync_overtaken (i % 2 == 0 ? f->pair.store : second, i % 2 == 0 ? second : f->pair.store, f->pair.remote, i / 2 % 2);
      pair_sync (second, f->pair.remote);
      g_assert_true (truce_store_refresh (f->pair.store, NULL));
      g_assert_cmpuint (truce_store_count (f->pair.store, TRUCE_DELIVERY_PENDING), ==, 0);
      g_assert_cmpuint (truce_store_count (f->pair.store, TRUCE_DELIVERY_SYNCED), ==, i + 2);
    }
  assert_everywhere (f, f->pair.store, "both", "{\"votes\":4881}");
  assert_everywhere (f, second, "n4", "{\"title\":\"a\"}");
  g_assert_cmpuint (truce_store_get_replica (f->pair.store), ==, replica);
  g_assert_cmpuint (truce_store_get_replica (second), ==, replica);
}

/* ---- random numbers ---- */

static ssize_t
draw_same (gpointer buffer,
           gsize    length,
           gpointer data)
{
  memset (buffer, 7, length);
  return (ssize_t) length;
}

/* Fails after so many draws. */
static ssize_t
draw_some (gpointer buffer,
           gsize    length,
           gpointer n_left)
{
  if ((*(int *) n_left)-- <= 0)
    {
      errno = ENOSYS;
      return -1;
    }
  memset (buffer, 0x20 + *(int *) n_left, length);
  return (ssize_t) length;
}

/* 110. Two that drew the same id. */
static void
test_collision (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(TruceStore) one = NULL;
  g_autoptr(TruceStore) two = NULL;

  truce_random_set_source (draw_same, NULL);
  one = pair_device ();
  two = pair_device ();
  truce_random_set_source (NULL, NULL);
  g_assert_cmpuint (truce_store_get_replica (one), ==, truce_store_get_replica (two));
  put (one, "both", "{\"tags\":[\"1\"],\"votes\":1}");
  put (two, "both", "{\"tags\":[\"2\"],\"votes\":2}");
  put (one, "one", "{\"title\":\"1\"}");
  put (two, "two", "{\"title\":\"2\"}");

  pair_sync (one, f->pair.remote);
  pair_sync (two, f->pair.remote);
  g_assert_cmpuint (truce_store_get_replica (one), !=, truce_store_get_replica (two));
  assert_everywhere (f, one, "both", "{\"tags\":[\"1\",\"2\"],\"votes\":3}");
  assert_everywhere (f, two, "both", "{\"tags\":[\"1\",\"2\"],\"votes\":3}");
  assert_everywhere (f, two, "one", "{\"title\":\"1\"}");
  assert_everywhere (f, one, "two", "{\"title\":\"2\"}");
}

/* 112. A new id is needed, and there are no random numbers: an error, and all is as it was. */
static void
test_no_random (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(TruceStore) one = NULL;
  g_autoptr(TruceStore) two = NULL;
  guint64 replica;

  truce_random_set_source (draw_same, NULL);
  one = pair_device ();
  two = pair_device ();
  truce_random_set_source (NULL, NULL);
  replica = truce_store_get_replica (two);
  put (one, "one", "{\"title\":\"1\"}");
  put (two, "two", "{\"title\":\"2\"}");
  pair_sync (one, f->pair.remote);

  for (int n = 0; truce_store_get_replica (two) == replica; n++)
    {
      g_autoptr(GError) error = NULL;
      int n_left = n;
      gboolean went;

      g_assert_cmpint (n, <, 10);
      truce_random_set_source (draw_some, &n_left);
      went = pair_try (two, f->pair.remote, &error);
      truce_random_set_source (NULL, NULL);
      g_assert_false (went && truce_store_get_replica (two) == replica);
      if (!went)
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
      if (truce_store_get_replica (two) == replica)
        assert_note (f->pair.hub_store, "two", NULL);
      assert_note (two, "two", "{\"title\":\"2\"}");
    }
  assert_everywhere (f, two, "two", "{\"title\":\"2\"}");
  assert_everywhere (f, two, "one", "{\"title\":\"1\"}");
}

/* ---- forgotten deletions ---- */

static void
purge (Fixture *f)
{
  g_autoptr(GError) error = NULL;

  truce_hub_set_tombstone_ttl (f->pair.hub, 0);
  g_usleep (3000);
  g_assert_cmpint (truce_hub_purge (f->pair.hub, &error), >, 0);
  g_assert_no_error (error);
}

/* 103. A device that was away longer than deletions are remembered: its old records don't come back, what it wrote
 * does. */
static void
test_long_away (Fixture      *f,
                gconstpointer data)
{
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%d", i);

      put (f->pair.store, id, "{\"title\":\"a\"}");
    }
  pair_sync (f->pair.store, f->pair.remote);
  pair_sync (f->other, f->pair.remote);
  delete (f->pair.store, "n0");
  delete (f->pair.store, "n1");
  put (f->other, "n1", "{\"title\":\"mine\"}");
  put (f->other, "n2", "{\"title\":\"mine\"}");
  put (f->other, "mine", "{\"title\":\"mine\"}");
  pair_sync (f->pair.store, f->pair.remote);
  purge (f);

  pair_sync (f->other, f->pair.remote);
  pair_sync (f->pair.store, f->pair.remote);
  assert_everywhere (f, f->pair.store, "n0", NULL);
  assert_everywhere (f, f->pair.store, "n1", "{\"title\":\"mine\"}");
  assert_everywhere (f, f->pair.store, "n2", "{\"title\":\"mine\"}");
  assert_everywhere (f, f->pair.store, "n3", "{\"title\":\"a\"}");
  assert_everywhere (f, f->pair.store, "mine", "{\"title\":\"mine\"}");
}

/* … be it that it wrote nothing. */
static void
test_long_away_idle (Fixture      *f,
                     gconstpointer data)
{
  put (f->pair.store, "gone", "{\"title\":\"a\"}");
  put (f->pair.store, "kept", "{\"title\":\"a\"}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_sync (f->other, f->pair.remote);
  delete (f->pair.store, "gone");
  pair_sync (f->pair.store, f->pair.remote);
  purge (f);

  assert_everywhere (f, f->pair.store, "gone", NULL);
  assert_everywhere (f, f->pair.store, "kept", "{\"title\":\"a\"}");
}

/* 104. A deletion comes late, for a record that was deleted, forgotten, and made anew: the new one lives. */
static void
test_late_deletion (Fixture      *f,
                    gconstpointer data)
{
  put (f->pair.store, "n", "{\"title\":\"a\"}");
  pair_sync (f->pair.store, f->pair.remote);
  pair_sync (f->other, f->pair.remote);
  delete (f->other, "n");
  delete (f->pair.store, "n");
  pair_sync (f->pair.store, f->pair.remote);
  purge (f);
  put (f->pair.store, "n", "{\"title\":\"new\"}");
  pair_sync (f->pair.store, f->pair.remote);
  assert_note (f->pair.hub_store, "n", "{\"title\":\"new\"}");

  assert_everywhere (f, f->pair.store, "n", "{\"title\":\"new\"}");
}

/* ---- a power cut ---- */

static void
cut_once (int      operation,
          gpointer data)
{
}

/* 109. Commits are forgotten that had left, since the disk lied about what it had written: it shows all the same. */
static void
test_lying_disk (Fixture      *f,
                 gconstpointer data)
{
  TruceSqliteAdapter *adapter;
  g_autofree char *cut = g_build_filename (f->folder, "cut", NULL);
  guint64 replica;

  put (f->pair.store, "both", "{\"title\":\"a\",\"votes\":1}");
  pair_sync (f->pair.store, f->pair.remote);
  replica = truce_store_get_replica (f->pair.store);
  pair_close (&f->pair);
  g_assert_cmpint (g_mkdir (cut, 0700), ==, 0);

  /* What the disk has of the replica before its sync, with the hub as it is after it. */
  fault_vfs_watch (cut_once, NULL);
  open_pair (f);
  adapter = TRUCE_SQLITE_ADAPTER (truce_store_get_adapter (f->pair.store));
  truce_sqlite_adapter_set_durability (adapter, TRUCE_DURABILITY_NORMAL);
  count (f->pair.store, "both", 10);
  fault_vfs_cut (cut);
  pair_sync (f->pair.store, f->pair.remote);
  pair_close (&f->pair);
  fault_vfs_unwatch ();
  copy_file (f, "cut/replica.db", "replica.db");
  copy_file (f, "cut/replica.db-wal", "replica.db-wal");

  open_pair (f);
  put (f->pair.store, "after", "{\"title\":\"b\"}");
  assert_everywhere (f, f->pair.store, "after", "{\"title\":\"b\"}");
  g_assert_cmpuint (truce_store_get_replica (f->pair.store), !=, replica);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  fault_vfs_install ();
#define ADD(path, func) g_test_add ("/sync-identity/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("backup", test_backup);
  ADD ("backup/before-the-first-sync", test_first_backup);
  ADD ("backup/with-pending", test_backup_with_pending);
  ADD ("backup/after-a-lost-reply", test_backup_after_lost_reply);
  ADD ("copy", test_copy);
  ADD ("copy/at-once", test_copy_at_once);
  ADD ("two-processes", test_two_processes);
  ADD ("collision", test_collision);
  ADD ("no-random", test_no_random);
  ADD ("long-away", test_long_away);
  ADD ("long-away/idle", test_long_away_idle);
  ADD ("late-deletion", test_late_deletion);
  ADD ("lying-disk", test_lying_disk);
  return g_test_run ();
}
