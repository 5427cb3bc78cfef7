/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include "truce-clock-private.h"
#include "truce-store-private.h"

/* The clock of a store that several processes share: it becomes another replica's, or is put back. A second store
 * over the same adapter stands for the other process. */

#define YEAR_MS (G_GUINT64_CONSTANT (365) * 24 * 3600 * 1000)

static TruceStore *
open_again (Fixture    *f,
            TruceClock *clock)
{
  g_autoptr(GError) error = NULL;
  TruceStore *again = truce_store_new_with_clock (truce_store_get_adapter (f->store), clock, &error);

  g_assert_no_error (error);
  return again;
}

static guint64
last_of (TruceStore *store)
{
  return truce_clock_get_last (truce_store_get_clock (store));
}

static void
set_clock (TruceStore *store,
           guint64     replica,
           guint64     last)
{
  assert_done (truce_store_begin (store, &error));
  truce_store_set_clock (store, replica, last);
  assert_done (truce_store_commit (store, &error));
}

static void
put (TruceStore *store,
     const char *id)
{
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (store, "task", NULL, NULL);

  assert_done (truce_collection_put_text (tasks, id, "{\"title\":\"x\"}", &error));
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *n)
{
  (*n)++;
}

/* Who has the store open writes under the new id, and is told. */
static void
test_new_id (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(TruceStore) other = open_again (f, NULL);
  guint n_here = 0;
  guint n_other = 0;

  g_signal_connect (f->store, "notify::replica", G_CALLBACK (count_notify), &n_here);
  g_signal_connect (other, "notify::replica", G_CALLBACK (count_notify), &n_other);
  put (other, "1");
  set_clock (f->store, 77, last_of (other));
  g_assert_cmpuint (truce_store_get_replica (f->store), ==, 77);
  g_assert_cmpuint (n_here, ==, 1);

  put (other, "2");
  g_assert_cmpuint (truce_store_get_replica (other), ==, 77);
  g_assert_cmpuint (n_other, ==, 1);
  put (f->store, "3");
  g_assert_cmpuint (n_here, ==, 1);
  g_assert_cmpuint (last_of (f->store), >, last_of (other));
}

/* A clock that was ahead by ten years is so in no process any more. */
static void
test_put_back (Fixture      *f,
               gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->store);
  g_autoptr(TruceStore) other = NULL;
  guint64 right;

  put (f->store, "1");
  right = last_of (f->store);
  set_clock (f->store, replica, right + (10 * YEAR_MS << TRUCE_STAMP_COUNTER_BITS));
  other = open_again (f, NULL);
  put (other, "2");
  g_assert_cmpuint (last_of (other), >, right + (9 * YEAR_MS << TRUCE_STAMP_COUNTER_BITS));

  set_clock (f->store, replica, right);
  put (other, "3");
  put (f->store, "4");
  g_assert_cmpuint (last_of (other), >, right);
  g_assert_cmpuint (last_of (f->store), >, last_of (other));
  g_assert_cmpuint (last_of (f->store), <, right + (YEAR_MS << TRUCE_STAMP_COUNTER_BITS));
}

static void
test_rollback (Fixture      *f,
               gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->store);
  guint64 last;
  guint n = 0;

  put (f->store, "1");
  last = last_of (f->store);
  g_signal_connect (f->store, "notify::replica", G_CALLBACK (count_notify), &n);
  assert_done (truce_store_begin (f->store, &error));
  truce_store_set_clock (f->store, 77, last / 2);
  truce_store_rollback (f->store);
  g_assert_cmpuint (truce_store_get_replica (f->store), ==, replica);
  g_assert_cmpuint (last_of (f->store), ==, last);

  assert_done (truce_store_begin (f->store, &error));
  truce_store_set_clock (f->store, replica, last / 2);
  truce_store_rollback (f->store);
  g_assert_cmpuint (last_of (f->store), ==, last);
  g_assert_cmpuint (n, ==, 0);
}

/* What was written before clocks were counted. */
static void
test_no_count (Fixture      *f,
               gconstpointer data)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (f->store);
  g_autofree char *text = truce_clock_to_string (truce_store_get_clock (f->store));
  g_autofree char *old = g_strdup_printf ("{\"clock\":\"%s\",\"version\":1,\"schemas\":1,\"collections\":{}}", text);
  g_autoptr(GBytes) meta = g_bytes_new (old, strlen (old));
  g_autoptr(TruceStore) again = NULL;

  assert_done (truce_store_adapter_begin (adapter, TRUE, &error));
  assert_done (truce_store_adapter_set_meta (adapter, "store", "state", meta, &error));
  assert_done (truce_store_adapter_commit (adapter, &error));
  again = open_again (f, NULL);
  g_assert_cmpint (again->clocks, ==, 0);
  g_assert_cmpuint (truce_store_get_replica (again), ==, truce_store_get_replica (f->store));
  set_clock (again, 77, 1);
  g_assert_cmpint (again->clocks, ==, 1);
}

/* A clock that comes with the opening: of another replica it would give stamps that this one has given already; of
 * the same one it may be ahead. */
static void
test_own_clock (Fixture      *f,
                gconstpointer data)
{
  guint64 replica = truce_store_get_replica (f->store);
  g_autoptr(TruceClock) stranger = truce_clock_new (77);
  g_autoptr(TruceClock) ahead = truce_clock_new (replica);
  g_autoptr(TruceStore) adopted = NULL;
  g_autoptr(TruceStore) same = NULL;

  put (f->store, "1");
  set_clock (f->store, replica, last_of (f->store));
  adopted = open_again (f, stranger);
  g_assert_true (truce_store_get_clock (adopted) == stranger);
  g_assert_cmpuint (truce_store_get_replica (adopted), ==, replica);
  g_assert_cmpuint (last_of (adopted), ==, last_of (f->store));

  truce_clock_assign (ahead, replica, last_of (f->store) + 1000);
  same = open_again (f, ahead);
  g_assert_cmpuint (last_of (same), ==, last_of (f->store) + 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add ("/store/clock/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("new-id", test_new_id);
  ADD ("put-back", test_put_back);
  ADD ("rollback", test_rollback);
  ADD ("no-count", test_no_count);
  ADD ("own-clock", test_own_clock);
  return g_test_run ();
}
