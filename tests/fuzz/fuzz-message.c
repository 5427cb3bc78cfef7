/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-hub-private.h"
#include "truce-memory-adapter.h"
#include "truce-message.h"
#include "truce-random-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* The session that corpus files name. */
static ssize_t
draw_ones (gpointer buffer,
           gsize    length,
           gpointer data)
{
  memset (buffer, 1, length);
  return length;
}

/* A hub that knows a replica, which has pushed nothing yet. */
static TruceHub *
make_hub (void)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(TruceStore) store = truce_store_new (adapter, NULL);
  g_autoptr(TruceHello) hello = truce_hello_new (7, NULL);
  TruceHub *hub = truce_hub_new (store, NULL);

  g_assert_true (truce_hub_open (hub, hello, NULL));
  return hub;
}

/* What can be read is written so that it is read as the same. */
static void
check_request (TruceExchange *exchange)
{
  g_autoptr(GBytes) written = truce_message_write_request (exchange);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceExchange) again = truce_message_read_request (written, &error);
  g_autoptr(GBytes) rewritten = NULL;

  /* A limit may stand between: what was written shorter than we do. */
  if (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE))
    return;
  g_assert_no_error (error);
  rewritten = truce_message_write_request (again);
  g_assert_true (g_bytes_equal (written, rewritten));
}

/* Whatever comes in, what goes out can be read by who asked. */
static void
check_answer (GBytes        *request,
              TruceExchange *exchange)
{
  g_autoptr(TruceHub) hub = make_hub ();
  g_autoptr(GBytes) reply = truce_hub_answer (hub, request);
  g_autoptr(GError) error = NULL;

  truce_message_read_reply (exchange, reply, &error);
  g_assert_no_error (exchange->wrong);
  g_assert_false (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT));
}

/* The same bytes as a reply to each that could be asked. */
static void
check_reply (GBytes *bytes)
{
  g_autoptr(TrucePush) push = truce_push_new ("s", 1);
  g_autoptr(TruceStoredRecord) record = truce_stored_record_make (&(TruceStoredParts) {
    .collection = "task", .collection_length = 4, .id = "1", .id_length = 1, .version = 1,
  });
  TruceExchange *exchanges[] = {
    (TruceExchange *) truce_hello_new (7, NULL),
    (TruceExchange *) g_object_ref (push),
    (TruceExchange *) truce_pull_new ("s", NULL, 0, 10),
    (TruceExchange *) truce_listing_new ("s", NULL, NULL, NULL, 10),
    truce_exchange_new_bye ("s"),
  };

  truce_push_append (push, record);
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      g_autoptr(GError) error = NULL;

      if (!truce_message_read_reply (exchanges[i], bytes, &error))
        g_assert_nonnull (error);
      if (error != NULL && TRUCE_IS_PUSH (exchanges[i]))
        g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_NONE);
      g_object_unref (exchanges[i]);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr(GBytes) bytes = g_bytes_new (data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceExchange) exchange = NULL;

  truce_random_set_source (draw_ones, NULL);
  exchange = truce_message_read_request (bytes, &error);
  if (exchange == NULL)
    {
      g_assert_nonnull (error);
    }
  else
    {
      check_request (exchange);
      check_answer (bytes, exchange);
    }
  check_reply (bytes);
  truce_random_set_source (NULL, NULL);
  return 0;
}
