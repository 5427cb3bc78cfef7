/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A replica and a hub in the process, each over an adapter of its own, and work for them: notes that both sides know,
 * which the replica changes while another device changes some of them too. What must come of it is known note by
 * note, so that nothing that is lost, and no count that counts twice, goes unseen. */

#include <truce.h>

#include "truce-session.h"

G_BEGIN_DECLS

typedef struct
{
  TruceStore *store;            /* the replica */
  TruceStore *hub_store;
  TruceHub *hub;
  TruceRemote *remote;          /* the hub's */
} Pair;

/* Takes both adapters over. FALSE: a store can't be opened. */
gboolean pair_open          (Pair               *self,
                             TruceStoreAdapter  *adapter,
                             TruceStoreAdapter  *hub_adapter,
                             GError            **error);
/* replica.db and hub.db in the folder. */
gboolean pair_open_files    (Pair               *self,
                             const char         *folder,
                             GError            **error);
void     pair_open_memory   (Pair               *self);
void     pair_close         (Pair               *self);

/* One session of a store with a remote, in small steps: 50 records in a push or a page. */
gboolean pair_try           (TruceStore         *store,
                             TruceRemote        *remote,
                             GError            **error);
/* The same, dropped after so many exchanges, the last of which was performed but never looked at. TRUE: it came to its
 * end. */
gboolean pair_try_some      (TruceStore         *store,
                             TruceRemote        *remote,
                             guint               n_exchanges);
/* As many as it takes for what was put off; all must go well, and leave nothing behind. */
void     pair_sync          (TruceStore         *store,
                             TruceRemote        *remote);
TruceCollection *pair_notes (TruceStore         *store) G_GNUC_WARN_UNUSED_RESULT;
/* With the schema and the time that all of them have. */
TruceStore *pair_open_store (TruceStoreAdapter  *adapter,
                             GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new device, in memory. */
TruceStore *pair_device     (void) G_GNUC_WARN_UNUSED_RESULT;
/* n notes on the replica and the hub; then the replica has changed them all, and, at the hub already, another
 * device each third. */
void     pair_work          (Pair               *self,
                             int                 n);
/* Whatever has happened: in the store all of the replica's changes are there, and of the other device's none or all
 * of each note; or, at the hub, the other way round. */
void     pair_check_between (TruceStore         *store,
                             int                 n,
                             gboolean            is_hub);
/* In the end: all is there, once. */
void     pair_check_store   (TruceStore         *store,
                             int                 n);
/* Of the replica, the hub, and a device that asks the hub for all. */
void     pair_check         (Pair               *self,
                             int                 n);

G_END_DECLS
