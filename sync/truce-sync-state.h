/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a store remembers of its remote, in the adapter's group "sync" under "main", as JSON for people to read.
 * Private: nothing here is installed. */

#include "truce-store-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *epoch;                  /* owned: the remote's; NULL: never met */
  gint64 cursor;                /* up to where its feed has been taken */
  char *session;                /* owned: the last one in which we pushed; NULL: none */
  char *previous;               /* owned: the one before, while session has not been answered; or NULL */
  TruceStamp sent;              /* the latest stamp of ours that was ever put into a push; time 0: none */
  char *account;                /* owned: whose data it is; NULL: not told */
  char *filters;                /* owned: as JSON text; NULL: everything */
  gint64 success_ms;            /* when a session last came to its end */
  gint64 listed_ms;             /* when all was last compared */
  gboolean resync;              /* a comparison is due */
  gboolean repush;              /* … after which what the remote lacks is sent again */
  gboolean sweep;               /* what the filter leaves out may still be here */
  guint failures;               /* pushes that failed as a whole, one after another */
} TruceSyncState;

void     truce_sync_state_clear (TruceSyncState        *self);
/* One that was never written is all zeros. */
gboolean truce_sync_state_load  (TruceSyncState        *self,
                                 TruceStore            *store,
                                 GError               **error);
/* In a transaction that is open. */
gboolean truce_sync_state_save  (const TruceSyncState  *self,
                                 TruceStore            *store,
                                 GError               **error);
/* As it is kept, for people; NULL without an error: it never synced. */
char    *truce_store_dup_sync_state (TruceStore        *store,
                                     GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
