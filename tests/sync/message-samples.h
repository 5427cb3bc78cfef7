/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One of each message, as docs/protocol.md shows it. */

#include "truce-message.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;             /* of its golden file */
  gboolean reply;
  TruceExchange *(*make) (void); /* answered; NULL: what was asked could not be read */
  TruceError code;              /* of a failure */
  const char *failure;          /* or NULL */
} MessageSample;

extern const MessageSample message_samples[];
extern const guint n_message_samples;

/* The message's bytes, of the sample as it is made. */
GBytes        *message_sample_write (const MessageSample *sample);
/* The exchange to which the sample's reply would be an answer, not yet answered. */
TruceExchange *message_sample_ask   (const MessageSample *sample);

G_END_DECLS
