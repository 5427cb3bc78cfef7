/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message-samples.h"

#include "truce-state.h"

#define REPLICA G_GUINT64_CONSTANT (0x1f00000000000a11)
#define START_MS G_GINT64_CONSTANT (1767225600000)

static TruceStamp
stamp_at (gint64 ms)
{
  return (TruceStamp) { truce_time_pack (START_MS + ms, 0), REPLICA };
}

/* Written at once, at that time. */
static TruceStoredRecord *
make_record (const char *id,
             const char *value,
             gint64      ms)
{
  guint8 state[TRUCE_STATE_FRESH_MAX];
  gsize length = truce_state_fresh (stamp_at (ms), state);

  return truce_stored_record_make (&(TruceStoredParts) {
    .collection = "task",
    .collection_length = 4,
    .id = id,
    .id_length = strlen (id),
    .version = 1,
    .value = value,
    .value_length = strlen (value),
    .state = state,
    .state_length = length,
  });
}

static TruceStoredRecord *
make_tombstone (const char *id)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  TruceState *state = truce_state_new (arena);

  truce_state_create (state, stamp_at (1));
  truce_state_delete (state, stamp_at (9));
  truce_state_encode (state, NULL, bytes);
  return truce_stored_record_make (&(TruceStoredParts) {
    .collection = "task",
    .collection_length = 4,
    .id = id,
    .id_length = strlen (id),
    .version = 1,
    .state = bytes->data,
    .state_length = bytes->len,
  });
}

static TruceExchange *
make_first_hello (void)
{
  TruceHello *hello = truce_hello_new (REPLICA, NULL);

  hello->now_ms = START_MS;
  truce_hello_welcome (hello, "9b41c7d02f6e8a35");
  truce_hello_set_remote_epoch (hello, "52e0fd8812aa4c07");
  truce_hello_set_head (hello, 40);
  truce_hello_set_remote_now (hello, START_MS + 250);
  truce_hello_set_stamped (hello, TRUE);
  return (TruceExchange *) hello;
}

static TruceExchange *
make_hello (void)
{
  g_autoptr(GHashTable) filters = g_hash_table_new (g_str_hash, g_str_equal);
  TruceHello *hello;

  g_hash_table_insert (filters, (gpointer) "task", (gpointer) "open == true");
  hello = truce_hello_new (REPLICA, filters);
  hello->last_session = g_strdup ("c0ffee0000000002");
  hello->previous_session = g_strdup ("9b41c7d02f6e8a35");
  hello->epoch = g_strdup ("52e0fd8812aa4c07");
  hello->cursor = 40;
  hello->sent = stamp_at (1000);
  hello->now_ms = START_MS + 60000;
  hello->account = g_strdup ("jane");
  truce_hello_welcome (hello, "0d15ea5e00000003");
  truce_hello_set_remote_epoch (hello, "52e0fd8812aa4c07");
  truce_hello_set_remote_last_session (hello, "9b41c7d02f6e8a35");
  truce_hello_set_head (hello, 45);
  truce_hello_set_horizon (hello, 12);
  truce_hello_set_remote_now (hello, START_MS + 60000);
  truce_hello_set_seen (hello, &(TruceStamp) { truce_time_pack (START_MS + 500, 0), REPLICA });
  truce_hello_set_stamped (hello, TRUE);
  return (TruceExchange *) hello;
}

static TruceExchange *
make_forked_hello (void)
{
  TruceHello *hello = truce_hello_new (REPLICA, NULL);

  hello->last_session = g_strdup ("9b41c7d02f6e8a35");
  hello->epoch = g_strdup ("52e0fd8812aa4c07");
  hello->cursor = 40;
  hello->sent = stamp_at (200);
  hello->now_ms = START_MS + 60000;
  truce_hello_welcome (hello, "beef000000000004");
  truce_hello_set_remote_epoch (hello, "52e0fd8812aa4c07");
  truce_hello_set_head (hello, 45);
  truce_hello_set_remote_now (hello, START_MS + 60000);
  truce_hello_set_seen (hello, &(TruceStamp) { truce_time_pack (START_MS + 500, 0), REPLICA });
  truce_hello_set_forked (hello, TRUE);
  truce_hello_set_stamped (hello, TRUE);
  return (TruceExchange *) hello;
}

static TrucePush *
make_push (void)
{
  TrucePush *push = truce_push_new ("9b41c7d02f6e8a35", 0);
  g_autoptr(TruceStoredRecord) written = make_record ("1", "{\"open\":true,\"title\":\"buy milk\"}", 5);
  g_autoptr(TruceStoredRecord) deleted = make_tombstone ("2");
  g_autoptr(TruceStoredRecord) gated = make_record ("3", "{\"title\":\"call home\"}", 7);

  truce_push_append (push, written);
  truce_push_append (push, deleted);
  truce_push_append (push, gated)->gated = TRUE;
  return push;
}

static TruceExchange *
make_answered_push (void)
{
  TrucePush *push = make_push ();
  g_autoptr(TruceStoredRecord) theirs = make_record ("3", "{\"title\":\"call mum\"}", 6);

  truce_push_accept (push, 0, NULL);
  truce_push_reject (push, 1, TRUCE_ERROR_REJECTED, "task 2 is locked");
  truce_push_conflict_record (push, 2, theirs);
  truce_push_set_range (push, 40, 41);
  return (TruceExchange *) push;
}

/* As a server without stamps may answer. */
static TruceExchange *
make_plainly_answered_push (void)
{
  TrucePush *push = make_push ();
  TruceExchange *exchange = (TruceExchange *) push;

  truce_push_accept (push, 0, "W/\"17\"");
  truce_push_assign (push, 0, "1044");
  truce_push_retry (push, 1, 1500, "too many requests");
  truce_push_conflict (push, 2, "{\"title\":\"call mum\"}", "W/\"18\"");
  return exchange;
}

static TruceExchange *
make_unlucky_push (void)
{
  TrucePush *push = make_push ();

  truce_push_skip (push, 0, NULL);
  truce_push_conflict (push, 2, NULL, NULL);
  return (TruceExchange *) push;
}

static TruceExchange *
make_pull (void)
{
  TrucePull *pull = truce_pull_new ("9b41c7d02f6e8a35", NULL, 40, 500);
  g_autoptr(TruceStoredRecord) written = make_record ("3", "{\"title\":\"call mum\"}", 6);
  g_autoptr(TruceStoredRecord) deleted = make_tombstone ("4");

  truce_pull_add_record (pull, written);
  truce_pull_add_record (pull, deleted);
  truce_pull_leave (pull, "task", "5");
  truce_pull_finish (pull, 44, TRUE);
  return (TruceExchange *) pull;
}

static TruceExchange *
make_plain_pull (void)
{
  TrucePull *pull = truce_pull_new ("9b41c7d02f6e8a35", NULL, 44, 500);

  truce_pull_add (pull, "task", "6", "{\"title\":\"rest\"}", "W/\"19\"");
  truce_pull_add (pull, "task", "7", NULL, NULL);
  truce_pull_finish (pull, 45, FALSE);
  return (TruceExchange *) pull;
}

static TruceExchange *
make_listing (void)
{
  TruceListing *listing = truce_listing_new ("9b41c7d02f6e8a35", NULL, "task", "2", 2);

  truce_listing_add (listing, "task", "3");
  truce_listing_add (listing, "task", "6");
  truce_listing_finish (listing, TRUE);
  return (TruceExchange *) listing;
}

static TruceExchange *
make_first_listing (void)
{
  TruceListing *listing = truce_listing_new ("9b41c7d02f6e8a35", NULL, NULL, NULL, 500);

  truce_listing_finish (listing, FALSE);
  return (TruceExchange *) listing;
}

static TruceExchange *
make_bye (void)
{
  return truce_exchange_new_bye ("9b41c7d02f6e8a35");
}

static TruceExchange *
make_delayed_bye (void)
{
  TruceExchange *bye = make_bye ();

  truce_exchange_set_retry_after_ms (bye, 30000);
  return bye;
}

const MessageSample message_samples[] = {
  { "open-first", FALSE, make_first_hello },
  { "welcome-first", TRUE, make_first_hello },
  { "open", FALSE, make_hello },
  { "welcome", TRUE, make_hello },
  { "open-forgotten", FALSE, make_forked_hello },
  { "welcome-forked", TRUE, make_forked_hello },
  { "push", FALSE, make_answered_push },
  { "answers", TRUE, make_answered_push },
  { "answers-plain", TRUE, make_plainly_answered_push },
  { "answers-skipped", TRUE, make_unlucky_push },
  { "pull", FALSE, make_pull },
  { "page", TRUE, make_pull },
  { "page-plain", TRUE, make_plain_pull },
  { "list-first", FALSE, make_first_listing },
  { "list", FALSE, make_listing },
  { "listing", TRUE, make_listing },
  { "listing-empty", TRUE, make_first_listing },
  { "close", FALSE, make_bye },
  { "closed", TRUE, make_bye },
  { "error", TRUE, make_bye, TRUCE_ERROR_BUSY, "this session has ended, or another one began: open it again" },
  { "error-later", TRUE, make_delayed_bye, TRUCE_ERROR_TRANSIENT, "too many requests" },
};
const guint n_message_samples = G_N_ELEMENTS (message_samples);

GBytes *
message_sample_write (const MessageSample *sample)
{
  g_autoptr(TruceExchange) exchange = sample->make ();
  g_autoptr(GError) failure = NULL;

  if (sample->failure != NULL)
    failure = g_error_new_literal (TRUCE_ERROR, (int) sample->code, sample->failure);
  return sample->reply ? truce_message_write_reply (exchange, failure) : truce_message_write_request (exchange);
}

TruceExchange *
message_sample_ask (const MessageSample *sample)
{
  g_autoptr(TruceExchange) exchange = sample->make ();
  g_autoptr(GBytes) request = truce_message_write_request (exchange);
  g_autoptr(GError) error = NULL;
  TruceExchange *asked = truce_message_read_request (request, &error);

  g_assert_no_error (error);
  return asked;
}
