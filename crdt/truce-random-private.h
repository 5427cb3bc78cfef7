/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where all random numbers that matter come from: replica ids, nonces, keys, jitter. Private: nothing here is
 * installed. */

#include <sys/types.h>

#include "truce-error.h"

G_BEGIN_DECLS

/* As getrandom(): fills buffer, and gives how many bytes, or -1 with errno. */
typedef ssize_t (*TruceRandomFunc) (gpointer buffer,
                                    gsize    length,
                                    gpointer data);

/* FALSE with UNSUPPORTED if there are no random numbers; *number is never 0. */
gboolean truce_random_u64        (guint64          *number,
                                  GError          **error) G_GNUC_WARN_UNUSED_RESULT;
/* Replaces the kernel in this thread, so that a test can let it fail, and a simulation runs the same way twice.
 * NULL: the kernel again. */
void     truce_random_set_source (TruceRandomFunc   func,
                                  gpointer          data);

G_END_DECLS
