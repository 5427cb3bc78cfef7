/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Remotes that misbehave: what they leave in an exchange is an error, and never half an answer. */

#include "truce-exchange-private.h"

typedef gboolean (*Behaviour) (TruceExchange *exchange,
                               GError       **error);

/* A remote whose functions all do one thing. */
#define TEST_TYPE_REMOTE (test_remote_get_type ())
G_DECLARE_FINAL_TYPE (TestRemote, test_remote, TEST, REMOTE, GObject)

struct _TestRemote
{
  GObject parent_instance;
  Behaviour behaviour;
};

static gboolean
on_open (TruceRemote  *remote,
         TruceHello   *hello,
         GCancellable *cancellable,
         GError      **error)
{
  return TEST_REMOTE (remote)->behaviour (TRUCE_EXCHANGE (hello), error);
}

static gboolean
on_push (TruceRemote  *remote,
         TrucePush    *push,
         GCancellable *cancellable,
         GError      **error)
{
  return TEST_REMOTE (remote)->behaviour (TRUCE_EXCHANGE (push), error);
}

static gboolean
on_pull (TruceRemote  *remote,
         TrucePull    *pull,
         GCancellable *cancellable,
         GError      **error)
{
  return TEST_REMOTE (remote)->behaviour (TRUCE_EXCHANGE (pull), error);
}

static gboolean
on_list (TruceRemote  *remote,
         TruceListing *listing,
         GCancellable *cancellable,
         GError      **error)
{
  return TEST_REMOTE (remote)->behaviour (TRUCE_EXCHANGE (listing), error);
}

static gboolean
on_close (TruceRemote   *remote,
          TruceExchange *bye,
          GCancellable  *cancellable,
          GError       **error)
{
  return TEST_REMOTE (remote)->behaviour (bye, error);
}

static void
test_remote_remote_init (TruceRemoteInterface *iface)
{
  iface->open = on_open;
  iface->push = on_push;
  iface->pull = on_pull;
  iface->list = on_list;
  iface->close = on_close;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestRemote, test_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, test_remote_remote_init))

static void
test_remote_class_init (TestRemoteClass *klass)
{
}

static void
test_remote_init (TestRemote *self)
{
}

/* One that overrides nothing at all. */
#define BARE_TYPE_REMOTE (bare_remote_get_type ())
G_DECLARE_FINAL_TYPE (BareRemote, bare_remote, BARE, REMOTE, GObject)

struct _BareRemote
{
  GObject parent_instance;
};

static void
bare_remote_remote_init (TruceRemoteInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BareRemote, bare_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, bare_remote_remote_init))

static void
bare_remote_class_init (BareRemoteClass *klass)
{
}

static void
bare_remote_init (BareRemote *self)
{
}

/* ---- exchanges ---- */

#define N_CHANGES 3

static TruceStoredRecord *
make_record (const char *id)
{
  return truce_stored_record_make (&(TruceStoredParts) {
    .collection = "task", .collection_length = 4, .id = id, .id_length = strlen (id), .version = 1,
    .value = "{\"a\":1}", .value_length = 7, .base = "{\"old\":{\"a\":0}}", .base_length = 15,
  });
}

static TruceExchange *
make_push (void)
{
  TrucePush *push = truce_push_new ("s1", 1);

  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);
      g_autoptr(TruceStoredRecord) record = make_record (id);

      truce_push_append (push, record);
    }
  return TRUCE_EXCHANGE (push);
}

static TruceExchange *
make_exchange (GType type)
{
  if (type == TRUCE_TYPE_HELLO)
    return TRUCE_EXCHANGE (truce_hello_new (7, NULL));
  if (type == TRUCE_TYPE_PUSH)
    return make_push ();
  if (type == TRUCE_TYPE_PULL)
    return TRUCE_EXCHANGE (truce_pull_new ("s1", NULL, 10, 100));
  if (type == TRUCE_TYPE_LISTING)
    return TRUCE_EXCHANGE (truce_listing_new ("s1", NULL, "task", "m", 100));
  return truce_exchange_new_bye ("s1");
}

/* ---- behaviours ---- */

static gboolean
says_nothing (TruceExchange *exchange,
              GError       **error)
{
  return TRUE;
}

static gboolean
fails_mutely (TruceExchange *exchange,
              GError       **error)
{
  return FALSE;
}

static gboolean
fails (TruceExchange *exchange,
       GError       **error)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_AUTH, "who are you?");
  return FALSE;
}

/* TRUE, and an error as well. */
static gboolean
contradicts (TruceExchange *exchange,
             GError       **error)
{
  return !fails (exchange, error);
}

static gboolean
welcomes (TruceExchange *exchange,
          GError       **error)
{
  truce_hello_welcome (TRUCE_HELLO (exchange), "s2");
  return TRUE;
}

static gboolean
welcomes_twice (TruceExchange *exchange,
                GError       **error)
{
  return welcomes (exchange, error) && welcomes (exchange, error);
}

static gboolean
names_no_session (TruceExchange *exchange,
                  GError       **error)
{
  truce_hello_welcome (TRUCE_HELLO (exchange), "");
  return TRUE;
}

static gboolean
has_negative_head (TruceExchange *exchange,
                   GError       **error)
{
  truce_hello_set_head (TRUCE_HELLO (exchange), -5);
  return welcomes (exchange, error);
}

static gboolean
has_negative_horizon (TruceExchange *exchange,
                      GError       **error)
{
  truce_hello_set_horizon (TRUCE_HELLO (exchange), G_MININT64);
  return welcomes (exchange, error);
}

static gboolean
is_out_of_time (TruceExchange *exchange,
                GError       **error)
{
  truce_hello_set_remote_now (TRUCE_HELLO (exchange), G_MAXINT64);
  return welcomes (exchange, error);
}

static gboolean
has_seen_others (TruceExchange *exchange,
                 GError       **error)
{
  truce_hello_set_seen (TRUCE_HELLO (exchange), &(TruceStamp) { 1, 8 });
  return welcomes (exchange, error);
}

static gboolean
accepts (TruceExchange *exchange,
         GError       **error)
{
  for (guint i = 0; i < N_CHANGES; i++)
    truce_push_accept (TRUCE_PUSH (exchange), i, NULL);
  return TRUE;
}

static gboolean
accepts_too_much (TruceExchange *exchange,
                  GError       **error)
{
  truce_push_accept (TRUCE_PUSH (exchange), N_CHANGES, NULL);
  return TRUE;
}

static gboolean
accepts_and_rejects (TruceExchange *exchange,
                     GError       **error)
{
  truce_push_accept (TRUCE_PUSH (exchange), 1, NULL);
  truce_push_reject (TRUCE_PUSH (exchange), 1, TRUCE_ERROR_REJECTED, "no");
  return TRUE;
}

static gboolean
renames_what_it_rejects (TruceExchange *exchange,
                         GError       **error)
{
  truce_push_reject (TRUCE_PUSH (exchange), 1, TRUCE_ERROR_REJECTED, "no");
  truce_push_assign (TRUCE_PUSH (exchange), 1, "99");
  return TRUE;
}

static gboolean
renames_twice (TruceExchange *exchange,
               GError       **error)
{
  truce_push_accept (TRUCE_PUSH (exchange), 1, NULL);
  truce_push_assign (TRUCE_PUSH (exchange), 1, "99");
  truce_push_assign (TRUCE_PUSH (exchange), 1, "98");
  return TRUE;
}

static gboolean
conflicts_with_another (TruceExchange *exchange,
                        GError       **error)
{
  g_autoptr(TruceStoredRecord) record = make_record ("2");

  truce_push_conflict_record (TRUCE_PUSH (exchange), 1, record);
  return TRUE;
}

static gboolean
goes_back (TruceExchange *exchange,
           GError       **error)
{
  truce_push_set_range (TRUCE_PUSH (exchange), 20, 19);
  return TRUE;
}

static gboolean
gives_a_page (TruceExchange *exchange,
              GError       **error)
{
  truce_pull_add (TRUCE_PULL (exchange), "task", "1", "{}", NULL);
  truce_pull_leave (TRUCE_PULL (exchange), "task", "2");
  truce_pull_finish (TRUCE_PULL (exchange), 12, TRUE);
  return TRUE;
}

static gboolean
ends_no_page (TruceExchange *exchange,
              GError       **error)
{
  truce_pull_add (TRUCE_PULL (exchange), "task", "1", "{}", NULL);
  return TRUE;
}

static gboolean
ends_a_page_twice (TruceExchange *exchange,
                   GError       **error)
{
  truce_pull_finish (TRUCE_PULL (exchange), 11, FALSE);
  truce_pull_finish (TRUCE_PULL (exchange), 12, FALSE);
  return TRUE;
}

static gboolean
adds_behind_the_end (TruceExchange *exchange,
                     GError       **error)
{
  truce_pull_finish (TRUCE_PULL (exchange), 11, FALSE);
  truce_pull_add (TRUCE_PULL (exchange), "task", "1", "{}", NULL);
  return TRUE;
}

static gboolean
turns_the_cursor_back (TruceExchange *exchange,
                       GError       **error)
{
  truce_pull_finish (TRUCE_PULL (exchange), 9, FALSE);
  return TRUE;
}

/* More of it, for ever. */
static gboolean
stands_still (TruceExchange *exchange,
              GError       **error)
{
  truce_pull_finish (TRUCE_PULL (exchange), 10, TRUE);
  return TRUE;
}

static gboolean
cuts_a_page (TruceExchange *exchange,
             GError       **error)
{
  gives_a_page (exchange, error);
  truce_pull_cut (TRUCE_PULL (exchange), 1);
  return TRUE;
}

static gboolean
lists (TruceExchange *exchange,
       GError       **error)
{
  truce_listing_add (TRUCE_LISTING (exchange), "task", "n");
  truce_listing_add (TRUCE_LISTING (exchange), "task2", "a");
  truce_listing_finish (TRUCE_LISTING (exchange), TRUE);
  return TRUE;
}

static gboolean
ends_no_listing (TruceExchange *exchange,
                 GError       **error)
{
  truce_listing_add (TRUCE_LISTING (exchange), "task", "n");
  return TRUE;
}

static gboolean
ends_a_listing_twice (TruceExchange *exchange,
                      GError       **error)
{
  truce_listing_finish (TRUCE_LISTING (exchange), FALSE);
  truce_listing_finish (TRUCE_LISTING (exchange), FALSE);
  return TRUE;
}

static gboolean
lists_behind_the_end (TruceExchange *exchange,
                      GError       **error)
{
  truce_listing_finish (TRUCE_LISTING (exchange), FALSE);
  truce_listing_add (TRUCE_LISTING (exchange), "task", "n");
  return TRUE;
}

static gboolean
lists_from_before (TruceExchange *exchange,
                   GError       **error)
{
  truce_listing_add (TRUCE_LISTING (exchange), "task", "m");
  truce_listing_finish (TRUCE_LISTING (exchange), FALSE);
  return TRUE;
}

static gboolean
lists_in_disorder (TruceExchange *exchange,
                   GError       **error)
{
  truce_listing_add (TRUCE_LISTING (exchange), "task", "z");
  truce_listing_add (TRUCE_LISTING (exchange), "task", "n");
  truce_listing_finish (TRUCE_LISTING (exchange), FALSE);
  return TRUE;
}

static gboolean
lists_nothing_and_more (TruceExchange *exchange,
                        GError       **error)
{
  truce_listing_finish (TRUCE_LISTING (exchange), TRUE);
  return TRUE;
}

static gboolean
cuts_a_listing (TruceExchange *exchange,
                GError       **error)
{
  lists (exchange, error);
  truce_listing_cut (TRUCE_LISTING (exchange), 0);
  return TRUE;
}

/* ---- what becomes of it ---- */

#define FINE (-1)

typedef struct
{
  const char *exchange;
  const char *name;
  Behaviour behaviour;
  int code;                     /* of TRUCE_ERROR; FINE */
} Row;

static const Row rows[] = {
  { "hello", "mute", fails_mutely, TRUCE_ERROR_INVALID_DATA },
  { "hello", "error", fails, TRUCE_ERROR_AUTH },
  { "hello", "contradiction", contradicts, TRUCE_ERROR_AUTH },
  { "hello", "no-welcome", says_nothing, TRUCE_ERROR_INVALID_DATA },
  { "hello", "welcome", welcomes, FINE },
  { "hello", "two-welcomes", welcomes_twice, TRUCE_ERROR_INVALID_DATA },
  { "hello", "no-session", names_no_session, TRUCE_ERROR_INVALID_DATA },
  { "hello", "head", has_negative_head, TRUCE_ERROR_INVALID_DATA },
  { "hello", "horizon", has_negative_horizon, TRUCE_ERROR_INVALID_DATA },
  { "hello", "time", is_out_of_time, TRUCE_ERROR_INVALID_DATA },
  { "hello", "seen", has_seen_others, TRUCE_ERROR_INVALID_DATA },
  { "push", "mute", fails_mutely, TRUCE_ERROR_INVALID_DATA },
  { "push", "error", fails, TRUCE_ERROR_AUTH },
  { "push", "contradiction", contradicts, TRUCE_ERROR_AUTH },
  { "push", "no-answers", says_nothing, FINE },
  { "push", "accepted", accepts, FINE },
  { "push", "out-of-range", accepts_too_much, TRUCE_ERROR_INVALID_DATA },
  { "push", "two-answers", accepts_and_rejects, TRUCE_ERROR_INVALID_DATA },
  { "push", "rename-rejected", renames_what_it_rejects, TRUCE_ERROR_INVALID_DATA },
  { "push", "rename-twice", renames_twice, TRUCE_ERROR_INVALID_DATA },
  { "push", "another-record", conflicts_with_another, TRUCE_ERROR_INVALID_DATA },
  { "push", "range", goes_back, TRUCE_ERROR_INVALID_DATA },
  { "pull", "mute", fails_mutely, TRUCE_ERROR_INVALID_DATA },
  { "pull", "error", fails, TRUCE_ERROR_AUTH },
  { "pull", "contradiction", contradicts, TRUCE_ERROR_AUTH },
  { "pull", "page", gives_a_page, FINE },
  { "pull", "nothing", says_nothing, TRUCE_ERROR_INVALID_DATA },
  { "pull", "no-end", ends_no_page, TRUCE_ERROR_INVALID_DATA },
  { "pull", "two-ends", ends_a_page_twice, TRUCE_ERROR_INVALID_DATA },
  { "pull", "behind-the-end", adds_behind_the_end, TRUCE_ERROR_INVALID_DATA },
  { "pull", "cursor-back", turns_the_cursor_back, TRUCE_ERROR_INVALID_DATA },
  { "pull", "stands-still", stands_still, TRUCE_ERROR_INVALID_DATA },
  { "pull", "cut", cuts_a_page, TRUCE_ERROR_TRANSIENT },
  { "list", "mute", fails_mutely, TRUCE_ERROR_INVALID_DATA },
  { "list", "error", fails, TRUCE_ERROR_AUTH },
  { "list", "page", lists, FINE },
  { "list", "no-end", ends_no_listing, TRUCE_ERROR_INVALID_DATA },
  { "list", "two-ends", ends_a_listing_twice, TRUCE_ERROR_INVALID_DATA },
  { "list", "behind-the-end", lists_behind_the_end, TRUCE_ERROR_INVALID_DATA },
  { "list", "from-before", lists_from_before, TRUCE_ERROR_INVALID_DATA },
  { "list", "disorder", lists_in_disorder, TRUCE_ERROR_INVALID_DATA },
  { "list", "nothing-and-more", lists_nothing_and_more, TRUCE_ERROR_INVALID_DATA },
  { "list", "cut", cuts_a_listing, TRUCE_ERROR_TRANSIENT },
  { "close", "fine", says_nothing, FINE },
  { "close", "mute", fails_mutely, TRUCE_ERROR_INVALID_DATA },
  { "close", "error", fails, TRUCE_ERROR_AUTH },
};

static GType
type_of (const char *name)
{
  if (g_str_equal (name, "hello"))
    return TRUCE_TYPE_HELLO;
  if (g_str_equal (name, "push"))
    return TRUCE_TYPE_PUSH;
  if (g_str_equal (name, "pull"))
    return TRUCE_TYPE_PULL;
  return g_str_equal (name, "list") ? TRUCE_TYPE_LISTING : TRUCE_TYPE_EXCHANGE;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(TestRemote) remote = g_object_new (TEST_TYPE_REMOTE, NULL);
  g_autoptr(TruceExchange) exchange = make_exchange (type_of (row->exchange));
  g_autoptr(GError) error = NULL;
  gboolean done;

  remote->behaviour = row->behaviour;
  done = truce_exchange_perform (TRUCE_REMOTE (remote), exchange, NULL, &error);
  if (row->code == FINE)
    g_assert_no_error (error);
  else
    g_assert_error (error, TRUCE_ERROR, row->code);
  g_assert_cmpint (done, ==, error == NULL);
}

/* ---- the rest ---- */

static void
test_bare (void)
{
  const GType types[] = { TRUCE_TYPE_HELLO, TRUCE_TYPE_PUSH, TRUCE_TYPE_PULL, TRUCE_TYPE_LISTING };
  g_autoptr(BareRemote) bare = g_object_new (BARE_TYPE_REMOTE, NULL);
  TruceRemote *remote = TRUCE_REMOTE (bare);
  g_autoptr(TruceExchange) bye = truce_exchange_new_bye (NULL);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr(TruceExchange) exchange = make_exchange (types[i]);

      g_assert_false (truce_exchange_perform (remote, exchange, NULL, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
      g_clear_error (&error);
    }
  g_assert_false (truce_remote_watch (remote, TRUE, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_true (truce_exchange_perform (remote, bye, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (truce_remote_get_threaded (remote));
}

static void
count (TruceRemote *remote,
       gpointer     data)
{
  ++*(guint *) data;
}

static gpointer
emit (gpointer remote)
{
  truce_remote_changed (remote);
  return NULL;
}

static void
test_changed (void)
{
  g_autoptr(BareRemote) remote = g_object_new (BARE_TYPE_REMOTE, NULL);
  guint n = 0;

  g_signal_connect (remote, "changed", G_CALLBACK (count), &n);
  emit (remote);
  g_thread_join (g_thread_new ("changed", emit, remote));
  g_assert_cmpuint (n, ==, 2);
}

static void
test_change (void)
{
  g_autoptr(TruceExchange) exchange = make_push ();
  TrucePush *push = TRUCE_PUSH (exchange);
  g_autoptr(TruceChange) change = truce_push_get_change (push, 1);
  g_autoptr(TruceChange) again = truce_push_get_change (push, 1);
  g_autoptr(TruceChange) other = truce_push_get_change (push, 2);
  g_autofree char *base = truce_change_dup_base_text (change);
  g_autofree char *key = truce_change_dup_key (change);
  g_autofree char *key_again = truce_change_dup_key (again);
  g_autofree char *other_key = truce_change_dup_key (other);

  g_assert_cmpuint (truce_push_get_n_changes (push), ==, N_CHANGES);
  g_assert_cmpstr (truce_exchange_get_session (exchange), ==, "s1");
  g_assert_cmpstr (truce_change_get_collection (change), ==, "task");
  g_assert_cmpstr (truce_change_get_id (change), ==, "1");
  g_assert_cmpstr (truce_change_get_text (change), ==, "{\"a\":1}");
  g_assert_cmpstr (base, ==, "{\"a\":0}");
  g_assert_cmpuint (strlen (key), ==, 32);
  g_assert_cmpstr (key, ==, key_again);
  g_assert_cmpstr (key, !=, other_key);
  g_assert_null (truce_change_get_token (change));
  g_assert_false (truce_change_get_gated (change));
  g_assert_cmpuint (truce_change_get_attempts (change), ==, 0);
  g_assert_cmpstr (truce_stored_record_get_id (truce_change_get_record (change)), ==, "1");

  /* A change keeps what it is a change of. */
  g_clear_object (&exchange);
  g_assert_cmpstr (truce_change_get_id (change), ==, "1");
}

static void
test_answers (void)
{
  g_autoptr(TruceExchange) exchange = make_push ();
  TrucePush *push = TRUCE_PUSH (exchange);
  g_autoptr(GError) passes = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "slow");
  g_autoptr(GError) stays = g_error_new (TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "long");

  truce_push_fail (push, 0, passes);
  truce_push_fail (push, 1, stays);
  truce_push_retry (push, 2, -20, "later");
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_RETRY);
  g_assert_cmpstr (push->items[0].message, ==, "slow");
  g_assert_cmpint (push->items[1].answer, ==, TRUCE_ANSWER_REJECTED);
  g_assert_cmpint (push->items[1].code, ==, TRUCE_ERROR_TOO_LARGE);
  g_assert_cmpint (push->items[2].after_ms, ==, TRUCE_NOT_TOLD);
  g_assert_no_error (exchange->wrong);
}

static void
test_filters (void)
{
  g_autoptr(GHashTable) filters = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(TruceExchange) bye = truce_exchange_new_bye (NULL);
  g_autoptr(TrucePull) pull = NULL;
  g_auto(GStrv) none = truce_exchange_list_filtered (bye);
  g_auto(GStrv) names = NULL;

  g_hash_table_insert (filters, (gpointer) "task", (gpointer) "open == true");
  g_hash_table_insert (filters, (gpointer) "note", (gpointer) "a == 1");
  pull = truce_pull_new (NULL, filters, 0, 1);
  names = truce_exchange_list_filtered (TRUCE_EXCHANGE (pull));
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpstrv (names, ((const char *[]) { "note", "task", NULL }));
  g_assert_cmpstr (truce_exchange_get_filter (TRUCE_EXCHANGE (pull), "task"), ==, "open == true");
  g_assert_null (truce_exchange_get_filter (TRUCE_EXCHANGE (pull), "other"));
}

static void
test_retry_after (void)
{
  g_autoptr(TruceExchange) bye = truce_exchange_new_bye (NULL);

  g_assert_cmpint (truce_exchange_get_retry_after_ms (bye), ==, -1);
  truce_exchange_set_retry_after_ms (bye, 1500);
  g_assert_cmpint (truce_exchange_get_retry_after_ms (bye), ==, 1500);
}

/* As a binding may make them: half empty. */
static void
test_empty (void)
{
  g_autoptr(TruceHello) hello = g_object_new (TRUCE_TYPE_HELLO, NULL);
  g_autoptr(TrucePush) push = g_object_new (TRUCE_TYPE_PUSH, NULL);
  g_autoptr(TrucePull) pull = g_object_new (TRUCE_TYPE_PULL, NULL);
  g_autoptr(TruceListing) listing = g_object_new (TRUCE_TYPE_LISTING, NULL);

  g_assert_null (truce_hello_get_sent (hello));
  g_assert_null (truce_hello_get_epoch (hello));
  g_assert_cmpuint (truce_hello_get_protocol (hello), ==, 1);
  g_assert_cmpuint (truce_push_get_n_changes (push), ==, 0);
  truce_pull_add (pull, "task", "1", NULL, NULL);
  truce_listing_add (listing, "task", "1");
  g_assert_null (truce_listing_get_after_collection (listing));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/remote/%s/%s", rows[i].exchange, rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/remote/bare", test_bare);
  g_test_add_func ("/remote/changed", test_changed);
  g_test_add_func ("/remote/change", test_change);
  g_test_add_func ("/remote/answers", test_answers);
  g_test_add_func ("/remote/filters", test_filters);
  g_test_add_func ("/remote/retry-after", test_retry_after);
  g_test_add_func ("/remote/empty", test_empty);
  return g_test_run ();
}
