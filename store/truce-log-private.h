/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The history: values that lost in a merge. Private: nothing here is installed.
 *
 * An entry is a small JSON object in the adapter's group "log", under COLLECTION/ID/STAMP, where the stamp is that of
 * the writing of the entry:  {"pointer":"/title","stamp":"0019…-0000-…","value":"buy milk"}
 * The stamp within is that of the value, and is left out where it is not known. */

#include "truce-log-entry.h"
#include "truce-store-key.h"
#include "truce-store-private.h"

G_BEGIN_DECLS

#define TRUCE_LOG_GROUP "log"

/* In a transaction that is open. text: JSON; stamp may be NULL. */
gboolean       truce_log_append    (TruceStore          *store,
                                    const char          *collection,
                                    const char          *id,
                                    const char          *pointer,
                                    const char          *text,
                                    gsize                length,
                                    const TruceStamp    *stamp,
                                    GError             **error);
/* The milliseconds at which the entry under key was written; -1 for a key that is none. */
gint64         truce_log_key_ms    (const char          *key);

G_END_DECLS
