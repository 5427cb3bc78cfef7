/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-hub-private.h"

#include "truce-message.h"

static gboolean
perform (TruceHub      *self,
         TruceExchange *exchange,
         GError       **error)
{
  if (TRUCE_IS_HELLO (exchange))
    return truce_hub_open (self, TRUCE_HELLO (exchange), error);
  if (TRUCE_IS_PUSH (exchange))
    return truce_hub_push (self, TRUCE_PUSH (exchange), error);
  if (TRUCE_IS_PULL (exchange))
    return truce_hub_pull (self, TRUCE_PULL (exchange), error);
  if (TRUCE_IS_LISTING (exchange))
    return truce_hub_list (self, TRUCE_LISTING (exchange), error);
  return truce_hub_close (self, exchange, error);
}

/**
 * truce_hub_answer:
 * @self: a hub
 * @request: a message
 *
 * Answers a message that came from elsewhere, such as the body of an HTTP request.
 * The messages are described in [Protocol](protocol.html).
 *
 * Nothing of @request is trusted. One that can't be read, or that fails, is answered
 * by a message that says why.
 *
 * Returns: (transfer full): the message to be sent back
 *
 * Since: 1.0
 */
GBytes *
truce_hub_answer (TruceHub *self,
                  GBytes   *request)
{
  g_autoptr(TruceExchange) exchange = NULL;
  g_autoptr(GError) failure = NULL;

  g_return_val_if_fail (TRUCE_IS_HUB (self), NULL);
  g_return_val_if_fail (self->store != NULL, NULL);
  g_return_val_if_fail (request != NULL, NULL);

  exchange = truce_message_read_request (request, &failure);
  if (exchange != NULL)
    perform (self, exchange, &failure);
  return truce_message_write_reply (exchange, failure);
}
