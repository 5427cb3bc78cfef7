/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known of a record that was rejected, that a person has to decide, or that is tried again later. Private:
 * nothing here is installed.
 *
 * An entry stands in the adapter's group "inbox" under COLLECTION/ID, as JSON for people to read, as long as the
 * record's delivery is FAILED or CONFLICTED: both change in one transaction. One that is tried again by itself goes on
 * being PENDING; its entry, of the same form, stands in the group "retry". */

#include "truce-store-private.h"

G_BEGIN_DECLS

#define TRUCE_INBOX_GROUP "inbox"
#define TRUCE_RETRY_GROUP "retry"

typedef struct
{
  TruceError code;
  char *message;                /* owned: the server's own words */
  gint64 since_ms;              /* when it first failed: milliseconds since 1970 */
  gint64 next_ms;               /* when it is tried again; 0: not by itself */
  guint attempts;
  char *remote;                 /* owned: JSON text of the remote's record; NULL: deleted, none, or not known */
  gboolean remote_deleted;      /* the remote has deleted it */
  GBytes *remote_state;         /* owned: stamps and what does not show of the remote's record; NULL: not known */
  char *token;                  /* owned: what the remote calls its version of it; NULL: nothing */
} TruceInboxEntry;

void             truce_inbox_entry_free (TruceInboxEntry        *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceInboxEntry, truce_inbox_entry_free)

/* In a transaction that is open: the row, as it is, waits in the inbox from now on. delivery: FAILED or
 * CONFLICTED. */
gboolean         truce_inbox_put        (TruceStore             *store,
                                         TruceStoredRecord      *row,
                                         TruceDelivery           delivery,
                                         const TruceInboxEntry  *entry,
                                         GError                **error);
/* In a transaction that is open: the row is no more what the inbox knows of it. No entry is no error. */
gboolean         truce_inbox_remove     (TruceStore             *store,
                                         const char             *collection,
                                         const char             *id,
                                         GError                **error);
/* NULL without an error: there is none. */
TruceInboxEntry *truce_inbox_get        (TruceStore             *store,
                                         const char             *collection,
                                         const char             *id,
                                         GError                **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- tried again later ---- key: as truce_store_key() makes it */

gboolean         truce_retry_put        (TruceStore             *store,
                                         const char             *key,
                                         const TruceInboxEntry  *entry,
                                         GError                **error);
gboolean         truce_retry_remove     (TruceStore             *store,
                                         const char             *key,
                                         GError                **error);
/* NULL without an error: there is none. */
TruceInboxEntry *truce_retry_get        (TruceStore             *store,
                                         const char             *key,
                                         GError                **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
