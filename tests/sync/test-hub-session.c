/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who speaks to a hub: greetings, sessions, and replicas that have forgotten or were copied. */

#include "hub-fixture.h"

/* ---- greeting ---- */

static void
test_welcome (HubFixture   *fixture,
              gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) hello = device_open (a, NULL);
  gint64 generation = fixture->store->version;

  g_assert_true (hello->stamped);
  g_assert_false (hello->forked);
  g_assert_cmpstr (hello->remote_epoch, ==, truce_hub_get_epoch (fixture->hub));
  g_assert_cmpint (hello->head, ==, 0);
  g_assert_cmpint (hello->horizon, ==, 0);
  g_assert_cmpint (hello->remote_now_ms, ==, truce_test_clock_get_now (fixture->time));
  g_assert_null (hello->remote_last_session);
  g_assert_cmpuint (hello->seen.time, ==, 0);
  g_assert_cmpint (fixture->store->version, ==, generation);
}

static void
test_bad_hello (HubFixture   *fixture,
                gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) newer = device_hello (a);
  g_autoptr(TruceHello) nobody = truce_hello_new (0, NULL);
  g_autoptr(TruceHello) stranger = device_hello (a);
  g_autoptr(TruceHello) backwards = device_hello (a);
  g_autoptr(GHashTable) filters = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(TruceHello) garbled = NULL;

  newer->protocol = 2;
  assert_refused (fixture, newer, TRUCE_ERROR_TOO_NEW);
  assert_refused (fixture, nobody, TRUCE_ERROR_INVALID_DATA);
  stranger->sent = (TruceStamp) { 1, stranger->replica + 1 };
  assert_refused (fixture, stranger, TRUCE_ERROR_INVALID_DATA);
  backwards->cursor = -1;
  assert_refused (fixture, backwards, TRUCE_ERROR_INVALID_DATA);
  g_hash_table_insert (filters, (gpointer) "task", (gpointer) "open ==");
  garbled = truce_hello_new (7, filters);
  assert_refused (fixture, garbled, TRUCE_ERROR_INVALID_DATA);
}

/* The hub remembers in which session, and up to which stamp. */
static void
test_remembers (HubFixture   *fixture,
                gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) first = device_open (a, NULL);
  g_autofree char *session = g_strdup (a->session);
  g_autoptr(TruceHello) second = NULL;

  device_put (a, "1", "{\"title\":\"one\"}");
  device_push (a, "1");
  hub_restart (fixture);
  second = device_open (a, session);
  g_assert_false (second->forked);
  g_assert_cmpstr (second->remote_last_session, ==, session);
  g_assert_cmpuint (second->seen.replica, ==, device_replica (a));
  g_assert_cmpint (truce_time_ms (second->seen.time), ==, truce_test_clock_get_now (fixture->time));
  g_assert_cmpint (second->head, ==, 1);
}

typedef struct
{
  const char *name;
  const char *last;             /* "S1", "S2": what was pushed in; "other" */
  const char *previous;
  gboolean same_epoch;
  gint64 sent_offset;           /* ms, from what was sent; G_MININT64: nothing was */
  gboolean forked;
} Fork;

static const Fork forks[] = {
  { "last", "S2", NULL, TRUE, 0, FALSE },
  { "previous", "S3", "S2", TRUE, 0, FALSE },
  { "ahead", "S2", NULL, TRUE, 1000, FALSE },
  { "old-backup", "S1", NULL, TRUE, -1000, TRUE },
  { "old-session-alone", "S1", NULL, TRUE, 0, TRUE },
  { "forgot-stamps-alone", "S2", NULL, TRUE, -1, TRUE },
  { "neither", "S4", "S3", TRUE, 0, TRUE },
  { "no-session", NULL, NULL, TRUE, G_MININT64, TRUE },
  { "no-session-new-epoch", NULL, NULL, FALSE, G_MININT64, TRUE },
  { "new-epoch", "S1", NULL, FALSE, 0, FALSE },
  { "new-epoch-forgot-stamps", "S2", NULL, FALSE, -1, TRUE },
};

static const char *
name_session (const char *name,
              const char *first,
              const char *second)
{
  if (name == NULL)
    return NULL;
  return g_str_equal (name, "S1") ? first : g_str_equal (name, "S2") ? second : name;
}

static void
run_fork (HubFixture *fixture,
          const Fork *fork)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autofree char *first = g_strdup (a->session);
  g_autofree char *second = NULL;
  g_autoptr(TruceHello) two = NULL;
  g_autoptr(TruceHello) hello = device_hello (a);
  g_autoptr(TrucePush) push = NULL;

  device_put (a, "1", "{\"title\":\"one\"}");
  device_push (a, "1");
  two = device_open (a, first);
  second = g_strdup (a->session);
  device_put (a, "2", "{\"title\":\"two\"}");
  device_push (a, "2");

  hello->epoch = g_strdup (fork->same_epoch ? truce_hub_get_epoch (fixture->hub) : "another");
  hello->cursor = fixture->store->version;
  hello->last_session = g_strdup (name_session (fork->last, first, second));
  hello->previous_session = g_strdup (name_session (fork->previous, first, second));
  if (fork->sent_offset != G_MININT64)
    hello->sent = make_stamp (truce_test_clock_get_now (fixture->time) + fork->sent_offset, hello->replica);
  device_greet (a, hello);
  g_assert_cmpint (hello->forked, ==, fork->forked);
  g_assert_cmpint (hello->remote_last_session == NULL, ==, fork->forked);

  device_put (a, "3", "{\"title\":\"three\"}");
  push = device_push_new (a, "3", NULL);
  if (fork->forked)
    assert_refused (fixture, push, TRUCE_ERROR_REPLICA_FORKED);
  else
    assert_performed (fixture, push);
}

static void
test_forks (HubFixture   *fixture,
            gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (forks); i++)
    {
      g_test_message ("%s", forks[i].name);
      run_fork (fixture, &forks[i]);
    }
}

/* Two disks of one content are both opened before either pushes: one of them is found out. */
static void
test_clones (HubFixture   *fixture,
             gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autofree char *session = g_strdup (a->session);
  g_autofree char *mine = NULL;
  g_autofree char *theirs = NULL;
  g_autoptr(TruceHello) me = NULL;
  g_autoptr(TruceHello) copy = NULL;
  g_autoptr(TruceHello) again = NULL;
  g_autoptr(TruceHello) copy_again = NULL;
  g_autoptr(TrucePush) push = NULL;

  device_put (a, "1", "{\"title\":\"one\"}");
  device_push (a, "1");
  me = device_open (a, session);
  mine = g_strdup (a->session);
  copy = device_open (a, session);
  theirs = g_strdup (a->session);
  g_assert_false (me->forked);
  g_assert_false (copy->forked);

  device_put (a, "2", "{\"title\":\"two\"}");
  push = device_push_new (a, "2", NULL);
  g_free (TRUCE_EXCHANGE (push)->session);
  TRUCE_EXCHANGE (push)->session = g_strdup (mine);
  assert_refused (fixture, push, TRUCE_ERROR_BUSY);
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_NONE);

  again = device_open (a, session);
  g_assert_false (again->forked);
  device_push (a, "2");
  copy_again = device_open (a, theirs);
  g_assert_true (copy_again->forked);
}

/* The hub has been restarted: nobody's session is known, and nothing is lost by that. */
static void
test_restart (HubFixture   *fixture,
              gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = NULL;
  g_autoptr(TrucePush) push = NULL;
  g_autoptr(TrucePull) pull = NULL;
  g_autoptr(TruceListing) listing = NULL;
  g_autoptr(TruceExchange) bye = NULL;

  device_put (a, "1", "{\"title\":\"one\"}");
  hub_restart (fixture);
  push = device_push_new (a, "1", NULL);
  pull = truce_pull_new (a->session, NULL, 0, 10);
  listing = truce_listing_new (a->session, NULL, NULL, NULL, 10);
  bye = truce_exchange_new_bye (a->session);
  assert_refused (fixture, push, TRUCE_ERROR_BUSY);
  assert_refused (fixture, pull, TRUCE_ERROR_BUSY);
  assert_refused (fixture, listing, TRUCE_ERROR_BUSY);
  assert_performed (fixture, bye);
  two = device_open (a, NULL);
  device_push (a, "1");
}

static void
test_close (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceExchange) bye = truce_exchange_new_bye (a->session);
  g_autoptr(TrucePull) pull = truce_pull_new (a->session, NULL, 0, 10);

  assert_performed (fixture, bye);
  assert_performed (fixture, bye);
  assert_refused (fixture, pull, TRUCE_ERROR_BUSY);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  hub_add_test ("session/welcome", test_welcome);
  hub_add_test ("session/bad-hello", test_bad_hello);
  hub_add_test ("session/remembers", test_remembers);
  hub_add_test ("session/forks", test_forks);
  hub_add_test ("session/clones", test_clones);
  hub_add_test ("session/restart", test_restart);
  hub_add_test ("session/close", test_close);
  return g_test_run ();
}
