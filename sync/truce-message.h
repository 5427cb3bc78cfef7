/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Exchanges as JSON: what would cross a wire. docs/protocol.md describes each message. Private: nothing here is
 * installed.
 *
 *   truce-message-write.c   an exchange becomes a request, or a reply
 *   truce-message-read.c    a request becomes an exchange; a reply is filled into one
 *   truce-fields.c          the strict reader of one JSON object
 *
 * A message is whole, of a version that is known, and without a member that isn't; else nothing of it is believed. */

#include "truce-exchange-private.h"

G_BEGIN_DECLS

#define TRUCE_REQUEST_BYTES_MAX (8u << 20)
#define TRUCE_REPLY_BYTES_MAX (16u << 20)       /* a page of 8 MiB, and what base64 and its frame add */
#define TRUCE_MESSAGE_ITEMS_MAX 1000u           /* changes in a push, records in a page */
#define TRUCE_MESSAGE_DEPTH_MAX 64u             /* of a record */

/* Whether the record can be sent at all. FALSE with INVALID_DATA, or TOO_LARGE: it nests too deep, or would fill a
 * message. */
gboolean       truce_message_check_record  (const TruceStoredRecord *record,
                                            GError                 **error);

GBytes        *truce_message_write_request (TruceExchange           *exchange) G_GNUC_WARN_UNUSED_RESULT;
/* NULL with INVALID_DATA, TOO_LARGE, or TOO_NEW. */
TruceExchange *truce_message_read_request  (GBytes                  *request,
                                            GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was answered; failure: why it failed as a whole, or NULL. exchange NULL: the request could not be read. */
GBytes        *truce_message_write_reply   (TruceExchange           *exchange,
                                            const GError            *failure) G_GNUC_WARN_UNUSED_RESULT;
/* Answers the exchange by the reply to it. FALSE with the failure that it tells; TRANSIENT: it is cut, or no JSON;
 * INVALID_DATA, TOO_LARGE, TOO_NEW: it can't be a reply to that. */
gboolean       truce_message_read_reply    (TruceExchange           *exchange,
                                            GBytes                  *reply,
                                            GError                 **error);

G_END_DECLS
