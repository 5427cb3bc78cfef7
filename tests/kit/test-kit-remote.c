/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

#include "truce-exchange-private.h"

/* Takes everything, has four records, and counts what it is asked. */
#define COUNTING_TYPE_REMOTE (counting_remote_get_type ())
G_DECLARE_FINAL_TYPE (CountingRemote, counting_remote, COUNTING, REMOTE, GObject)

struct _CountingRemote
{
  GObject parent_instance;
  guint n[TRUCE_TEST_POINT_CLOSE + 1];
  guint n_changes;
  GString *pushed;              /* the ids, in the order in which they came */
};

static gboolean
counting_open (TruceRemote  *remote,
               TruceHello   *hello,
               GCancellable *cancellable,
               GError      **error)
{
  COUNTING_REMOTE (remote)->n[TRUCE_TEST_POINT_OPEN]++;
  truce_hello_welcome (hello, "session");
  return TRUE;
}

static gboolean
counting_push (TruceRemote  *remote,
               TrucePush    *push,
               GCancellable *cancellable,
               GError      **error)
{
  CountingRemote *self = COUNTING_REMOTE (remote);

  self->n[TRUCE_TEST_POINT_PUSH]++;
  for (guint i = 0; i < truce_push_get_n_changes (push); i++)
    {
      g_autoptr(TruceChange) change = truce_push_get_change (push, i);

      self->n_changes++;
      g_string_append (self->pushed, truce_change_get_id (change));
      truce_push_accept (push, i, truce_change_get_id (change));
    }
  truce_push_set_range (push, 7, 7 + truce_push_get_n_changes (push));
  return TRUE;
}

static gboolean
counting_pull (TruceRemote  *remote,
               TrucePull    *pull,
               GCancellable *cancellable,
               GError      **error)
{
  COUNTING_REMOTE (remote)->n[TRUCE_TEST_POINT_PULL]++;
  for (guint i = 0; i < 4 && truce_pull_get_cursor (pull) == 0; i++)
    {
      const char id[] = { (char) ('1' + i), '\0' };

      truce_pull_add (pull, "task", id, "{}", NULL);
    }
  truce_pull_finish (pull, 4, FALSE);
  return TRUE;
}

static gboolean
counting_list (TruceRemote  *remote,
               TruceListing *listing,
               GCancellable *cancellable,
               GError      **error)
{
  COUNTING_REMOTE (remote)->n[TRUCE_TEST_POINT_LIST]++;
  truce_listing_add (listing, "task", "1");
  truce_listing_add (listing, "task", "2");
  truce_listing_finish (listing, FALSE);
  return TRUE;
}

static gboolean
counting_close (TruceRemote   *remote,
                TruceExchange *bye,
                GCancellable  *cancellable,
                GError       **error)
{
  COUNTING_REMOTE (remote)->n[TRUCE_TEST_POINT_CLOSE]++;
  return TRUE;
}

static gboolean
counting_get_threaded (TruceRemote *remote)
{
  return FALSE;
}

static void
counting_remote_iface_init (TruceRemoteInterface *iface)
{
  iface->open = counting_open;
  iface->push = counting_push;
  iface->pull = counting_pull;
  iface->list = counting_list;
  iface->close = counting_close;
  iface->get_threaded = counting_get_threaded;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CountingRemote, counting_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, counting_remote_iface_init))

static void
counting_remote_finalize (GObject *object)
{
  g_string_free (COUNTING_REMOTE (object)->pushed, TRUE);
  G_OBJECT_CLASS (counting_remote_parent_class)->finalize (object);
}

static void
counting_remote_class_init (CountingRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = counting_remote_finalize;
}

static void
counting_remote_init (CountingRemote *self)
{
  self->pushed = g_string_new (NULL);
}

typedef struct
{
  CountingRemote *inner;
  TruceTestRemote *remote;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->inner = g_object_new (COUNTING_TYPE_REMOTE, NULL);
  fixture->remote = truce_test_remote_new (TRUCE_REMOTE (fixture->inner));
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->remote);
  g_assert_finalize_object (fixture->inner);
}

static TruceExchange *
make_push (guint n_changes)
{
  TrucePush *push = truce_push_new ("session", n_changes);

  for (guint i = 0; i < n_changes; i++)
    {
      const char id[] = { (char) ('1' + i), '\0' };
      g_autoptr(GBytes) state = g_bytes_new_static ("", 0);
      g_autoptr(TruceStoredRecord) record = truce_stored_record_new ("task", id, i + 1, TRUCE_DELIVERY_PENDING, "{}",
                                                                     state, NULL);

      truce_push_append (push, record);
    }
  return TRUCE_EXCHANGE (push);
}

static TruceExchange *
make_exchange (TruceTestPoint point)
{
  switch (point)
    {
    case TRUCE_TEST_POINT_OPEN:
      return TRUCE_EXCHANGE (truce_hello_new (1, NULL));
    case TRUCE_TEST_POINT_PUSH:
      return make_push (4);
    case TRUCE_TEST_POINT_PULL:
      return TRUCE_EXCHANGE (truce_pull_new ("session", NULL, 0, 100));
    case TRUCE_TEST_POINT_LIST:
      return TRUCE_EXCHANGE (truce_listing_new ("session", NULL, NULL, NULL, 100));
    case TRUCE_TEST_POINT_CLOSE:
      break;
    }
  return truce_exchange_new_bye ("session");
}

/* code -1: it must go through. */
static void
perform (Fixture       *fixture,
         TruceExchange *exchange,
         int            code)
{
  g_autoptr(GError) error = NULL;
  gboolean done = truce_exchange_perform (TRUCE_REMOTE (fixture->remote), exchange, NULL, &error);

  g_assert_true (done == (code < 0));
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, TRUCE_ERROR, code);
}

static void
perform_at (Fixture       *fixture,
            TruceTestPoint point,
            int            code)
{
  g_autoptr(TruceExchange) exchange = make_exchange (point);

  perform (fixture, exchange, code);
}

/* A fault at each point: whether the remote hears of it, how often, and what it ends in. */
static void
test_at_each_point (Fixture      *fixture,
                    gconstpointer data)
{
  static const struct
  {
    TruceTestFault fault;
    guint heard;
    int code;                   /* or -1 */
  } rows[] = {
    { TRUCE_TEST_FAULT_DROP_REQUEST, 0, TRUCE_ERROR_TRANSIENT },
    { TRUCE_TEST_FAULT_DROP_REPLY, 1, TRUCE_ERROR_TRANSIENT },
    { TRUCE_TEST_FAULT_TRANSIENT, 0, TRUCE_ERROR_TRANSIENT },
    { TRUCE_TEST_FAULT_PERMANENT, 0, TRUCE_ERROR_REJECTED },
    { TRUCE_TEST_FAULT_AUTH, 0, TRUCE_ERROR_AUTH },
    { TRUCE_TEST_FAULT_DUPLICATE, 2, -1 },
    { TRUCE_TEST_FAULT_LATE, 0, TRUCE_ERROR_TRANSIENT },
  };

  for (guint point = 0; point <= TRUCE_TEST_POINT_CLOSE; point++)
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        guint before = fixture->inner->n[point];

        truce_test_remote_fail (fixture->remote, point, rows[i].fault, 1);
        g_assert_cmpuint (truce_test_remote_get_n_armed (fixture->remote), ==, 1);
        perform_at (fixture, point, rows[i].code);
        g_assert_cmpuint (fixture->inner->n[point], ==, before + rows[i].heard);
        g_assert_cmpuint (truce_test_remote_get_n_armed (fixture->remote), ==, 0);
        truce_test_remote_clear (fixture->remote);
        perform_at (fixture, point, -1);
        g_assert_cmpuint (fixture->inner->n[point], ==, before + rows[i].heard + 1);
      }
}

/* Nobody learns what was answered. */
static void
test_drop_reply_of_push (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr(TruceExchange) push = make_push (2);

  truce_test_remote_fail (fixture->remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_DROP_REPLY, 1);
  perform (fixture, push, TRUCE_ERROR_TRANSIENT);
  g_assert_cmpstr (fixture->inner->pushed->str, ==, "12");
  g_assert_cmpint (TRUCE_PUSH (push)->items[0].answer, ==, TRUCE_ANSWER_NONE);
}

static void
test_truncate (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(TruceExchange) push = make_push (4);

  for (guint point = 0; point <= TRUCE_TEST_POINT_CLOSE; point++)
    {
      truce_test_remote_fail (fixture->remote, point, TRUCE_TEST_FAULT_TRUNCATE, 1);
      if (point != TRUCE_TEST_POINT_PUSH)
        perform_at (fixture, point, TRUCE_ERROR_TRANSIENT);
    }

  perform (fixture, push, -1);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (TRUCE_PUSH (push)->items[i].answer, ==, i < 2 ? TRUCE_ANSWER_ACCEPTED : TRUCE_ANSWER_NONE);
}

/* The others are answered as they would be without it, each in its place. */
static void
test_records (Fixture      *fixture,
              gconstpointer data)
{
  static const TrucePushAnswer expected[] = {
    TRUCE_ANSWER_ACCEPTED, TRUCE_ANSWER_REJECTED, TRUCE_ANSWER_ACCEPTED, TRUCE_ANSWER_RETRY,
  };
  g_autoptr(TruceExchange) push = make_push (4);
  g_autoptr(TruceExchange) again = make_push (4);

  truce_test_remote_fail_record (fixture->remote, "task", "2", TRUCE_TEST_FAULT_PERMANENT, 1);
  truce_test_remote_fail_record (fixture->remote, "task", "4", TRUCE_TEST_FAULT_TRANSIENT, 1);
  truce_test_remote_fail_record (fixture->remote, "note", "1", TRUCE_TEST_FAULT_PERMANENT, 1);
  perform (fixture, push, -1);

  g_assert_cmpstr (fixture->inner->pushed->str, ==, "13");
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (TRUCE_PUSH (push)->items[i].answer, ==, expected[i]);
  g_assert_cmpstr (TRUCE_PUSH (push)->items[2].new_token, ==, "3");
  g_assert_cmpint (TRUCE_PUSH (push)->first, ==, 7);
  g_assert_cmpint (TRUCE_PUSH (push)->last, ==, 9);

  perform (fixture, again, -1);
  g_assert_cmpint (TRUCE_PUSH (again)->items[1].answer, ==, TRUCE_ANSWER_ACCEPTED);
  g_assert_cmpuint (truce_test_remote_get_n_armed (fixture->remote), ==, 1);
}

/* A remote that refuses all of them was asked: it remembers in which session. */
static void
test_records_all (Fixture      *fixture,
                  gconstpointer data)
{
  g_autoptr(TruceExchange) push = make_push (1);

  truce_test_remote_fail_record (fixture->remote, "task", "1", TRUCE_TEST_FAULT_PERMANENT, 1);
  perform (fixture, push, -1);
  g_assert_cmpint (TRUCE_PUSH (push)->items[0].answer, ==, TRUCE_ANSWER_REJECTED);
  g_assert_cmpuint (fixture->inner->n[TRUCE_TEST_POINT_PUSH], ==, 1);
}

static void
test_times_and_order (Fixture      *fixture,
                      gconstpointer data)
{
  truce_test_remote_fail (fixture->remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_AUTH, 2);
  truce_test_remote_fail (fixture->remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_PERMANENT, 1);
  truce_test_remote_fail (fixture->remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_PERMANENT, 0);
  g_assert_cmpuint (truce_test_remote_get_n_armed (fixture->remote), ==, 3);
  perform_at (fixture, TRUCE_TEST_POINT_PULL, -1);
  perform_at (fixture, TRUCE_TEST_POINT_PUSH, TRUCE_ERROR_AUTH);
  perform_at (fixture, TRUCE_TEST_POINT_PUSH, TRUCE_ERROR_AUTH);
  perform_at (fixture, TRUCE_TEST_POINT_PUSH, TRUCE_ERROR_REJECTED);
  perform_at (fixture, TRUCE_TEST_POINT_PUSH, -1);
  g_assert_cmpuint (truce_test_remote_get_n_exchanges (fixture->remote, TRUCE_TEST_POINT_PUSH), ==, 4);
  g_assert_cmpuint (fixture->inner->n[TRUCE_TEST_POINT_PUSH], ==, 1);
}

/* What was given up arrives behind what was sent after it. */
static void
test_late (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr(TruceExchange) early = make_push (1);
  g_autoptr(TruceExchange) next = make_push (3);

  truce_test_remote_fail (fixture->remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_LATE, 1);
  perform (fixture, early, TRUCE_ERROR_TRANSIENT);
  perform_at (fixture, TRUCE_TEST_POINT_PULL, -1);
  g_assert_cmpstr (fixture->inner->pushed->str, ==, "");
  perform (fixture, next, -1);
  g_assert_cmpstr (fixture->inner->pushed->str, ==, "1231");
}

static void
test_nobody (void)
{
  g_autoptr(TruceTestRemote) remote = truce_test_remote_new (NULL);
  Fixture fixture = { NULL, remote };

  for (guint point = 0; point <= TRUCE_TEST_POINT_CLOSE; point++)
    perform_at (&fixture, point, TRUCE_ERROR_TRANSIENT);
  g_assert_false (truce_remote_get_threaded (TRUCE_REMOTE (remote)));
}

static void
count (TruceRemote *remote,
       gpointer     n)
{
  (*(guint *) n)++;
}

/* What the other one has to tell is passed on, as long as it is the other one. */
static void
test_changed (Fixture      *fixture,
              gconstpointer data)
{
  guint n = 0;

  g_signal_connect (fixture->remote, "changed", G_CALLBACK (count), &n);
  truce_remote_changed (TRUCE_REMOTE (fixture->inner));
  g_assert_cmpuint (n, ==, 1);
  truce_test_remote_set_inner (fixture->remote, NULL);
  truce_remote_changed (TRUCE_REMOTE (fixture->inner));
  g_assert_cmpuint (n, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/test-remote/at-each-point", Fixture, NULL, set_up, test_at_each_point, tear_down);
  g_test_add ("/test-remote/drop-reply/push", Fixture, NULL, set_up, test_drop_reply_of_push, tear_down);
  g_test_add ("/test-remote/truncate", Fixture, NULL, set_up, test_truncate, tear_down);
  g_test_add ("/test-remote/records", Fixture, NULL, set_up, test_records, tear_down);
  g_test_add ("/test-remote/records/all", Fixture, NULL, set_up, test_records_all, tear_down);
  g_test_add ("/test-remote/times-and-order", Fixture, NULL, set_up, test_times_and_order, tear_down);
  g_test_add ("/test-remote/late", Fixture, NULL, set_up, test_late, tear_down);
  g_test_add_func ("/test-remote/nobody", test_nobody);
  g_test_add ("/test-remote/changed", Fixture, NULL, set_up, test_changed, tear_down);
  return g_test_run ();
}
