/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Between a replica and its remote three things get lost or doubled: what is asked, what is answered, and
 * the order. All of it can be had by asking the remote something else than the replica did, or telling the
 * replica something else than the remote did; so a fault needs no network, only a copy of the request,
 * whose answer nobody reads. */

#include "truce-test-fault.h"

/* ---- the same request again ---- */

void
truce_test_copy_item (TrucePush           *push,
                      const TrucePushItem *item)
{
  TrucePushItem *copy = truce_push_append (push, item->record);

  copy->token = g_strdup (item->token);
  copy->attempts = item->attempts;
  copy->gated = item->gated;
}

static TruceExchange *
copy_push (TrucePush *push)
{
  TrucePush *copy = truce_push_new (((TruceExchange *) push)->session, push->n_items);

  for (guint i = 0; i < push->n_items; i++)
    truce_test_copy_item (copy, &push->items[i]);
  return (TruceExchange *) copy;
}

static TruceExchange *
copy_hello (TruceHello *hello)
{
  TruceHello *copy = truce_hello_new (hello->replica, hello->parent_instance.filters);

  copy->protocol = hello->protocol;
  copy->last_session = g_strdup (hello->last_session);
  copy->previous_session = g_strdup (hello->previous_session);
  copy->epoch = g_strdup (hello->epoch);
  copy->cursor = hello->cursor;
  copy->sent = hello->sent;
  copy->now_ms = hello->now_ms;
  copy->account = g_strdup (hello->account);
  return (TruceExchange *) copy;
}

TruceExchange *
truce_test_copy_request (TruceExchange *exchange)
{
  if (TRUCE_IS_HELLO (exchange))
    return copy_hello (TRUCE_HELLO (exchange));
  if (TRUCE_IS_PUSH (exchange))
    return copy_push (TRUCE_PUSH (exchange));
  if (TRUCE_IS_PULL (exchange))
    {
      TrucePull *pull = TRUCE_PULL (exchange);

      return (TruceExchange *) truce_pull_new (exchange->session, exchange->filters, pull->cursor, pull->limit);
    }
  if (TRUCE_IS_LISTING (exchange))
    {
      TruceListing *listing = TRUCE_LISTING (exchange);

      return (TruceExchange *) truce_listing_new (exchange->session, exchange->filters, listing->after_collection,
                                                  listing->after_id, listing->limit);
    }
  return truce_exchange_new_bye (exchange->session);
}

/* ---- answers that are told otherwise ---- */

void
truce_test_answer_fault (TrucePush     *push,
                         guint          index,
                         TruceTestFault fault)
{
  if (fault == TRUCE_TEST_FAULT_PERMANENT)
    truce_push_reject (push, index, TRUCE_ERROR_REJECTED, "the remote refuses it, as it was told to");
  else
    truce_push_retry (push, index, TRUCE_NOT_TOLD, "the remote fails for now, as it was told to");
}

void
truce_test_take_answers (TrucePush    *push,
                         TrucePush    *passed,
                         const GArray *places)
{
  TruceExchange *from = (TruceExchange *) passed;
  TruceExchange *to = (TruceExchange *) push;

  for (guint i = 0; i < passed->n_items; i++)
    {
      TrucePushItem *item = &push->items[g_array_index (places, guint, i)];
      TrucePushItem *answered = &passed->items[i];

      item->answer = answered->answer;
      item->code = answered->code;
      item->message = g_steal_pointer (&answered->message);
      item->after_ms = answered->after_ms;
      item->new_id = g_steal_pointer (&answered->new_id);
      item->new_token = g_steal_pointer (&answered->new_token);
      item->remote = g_steal_pointer (&answered->remote);
      item->remote_text = g_steal_pointer (&answered->remote_text);
    }
  push->first = passed->first;
  push->last = passed->last;
  to->retry_after_ms = from->retry_after_ms;
  to->wrong = g_steal_pointer (&from->wrong);
}

static void
forget_answer (TrucePushItem *item)
{
  item->answer = TRUCE_ANSWER_NONE;
  g_clear_pointer (&item->message, g_free);
  g_clear_pointer (&item->new_id, g_free);
  g_clear_pointer (&item->new_token, g_free);
  g_clear_pointer (&item->remote, truce_stored_record_unref);
  g_clear_pointer (&item->remote_text, g_free);
}

gboolean
truce_test_halve (TruceExchange *exchange)
{
  if (TRUCE_IS_PULL (exchange) && TRUCE_PULL (exchange)->n_items > 0)
    {
      truce_pull_cut (TRUCE_PULL (exchange), TRUCE_PULL (exchange)->n_items / 2);
      return TRUE;
    }
  if (TRUCE_IS_LISTING (exchange) && TRUCE_LISTING (exchange)->n_items > 0)
    {
      truce_listing_cut (TRUCE_LISTING (exchange), TRUCE_LISTING (exchange)->n_items / 2);
      return TRUE;
    }
  if (TRUCE_IS_PUSH (exchange))
    {
      TrucePush *push = TRUCE_PUSH (exchange);

      for (guint i = push->n_items / 2; i < push->n_items; i++)
        forget_answer (&push->items[i]);
      return TRUE;
    }
  return FALSE;
}
