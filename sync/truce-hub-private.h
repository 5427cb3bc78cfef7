/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of a hub. Private: nothing here is installed.
 *
 *   truce-hub.c          the object; epoch, horizon, purge
 *   truce-hub-session.c  who is there: sessions, and replicas that have forgotten or were copied
 *   truce-hub-push.c     changes come in
 *   truce-hub-pull.c     pages of the feed, and of all there is, go out
 *   truce-hub-remote.c   a TruceRemote to a hub in the process
 *
 * What a hub keeps beside the records, in the adapter's meta:
 *
 *   hub/epoch            a text; another one where the feed begins anew
 *   hub/horizon          the version up to which deleted records have been forgotten
 *   replica/HEXADECIMAL  {"session":"…","sent":"…"}: in which session this replica last pushed, and the latest of its
 *                        own stamps that it brought */

#include "truce-exchange-private.h"
#include "truce-filter.h"
#include "truce-hub.h"
#include "truce-store-private.h"

G_BEGIN_DECLS

#define TRUCE_HUB_BATCH_MAX 1000u               /* changes in a push, records in a page */
#define TRUCE_HUB_PAGE_BYTES (8u << 20)

/* What the hub remembers of a replica. */
typedef struct
{
  char *session;                /* owned: the one in which it last pushed; NULL: never */
  TruceStamp sent;              /* the latest of its own stamps; time 0: none */
} TruceHubReplica;

/* One that is going on. It is in memory alone: a sync that has nothing to do writes nothing. */
typedef struct
{
  char *id;                     /* owned */
  guint64 replica;
  char *known;                  /* owned: in which session the replica had last pushed by then; NULL: none */
  char *account;                /* owned, or NULL */
  GHashTable *filters;          /* owned: collection → TruceFilter *; NULL: none */
  gint64 horizon;               /* as it was told */
  gboolean stale;               /* it may hold what has been deleted and forgotten: until it has listed what is left */
  gboolean forked;              /* it was told to take another id */
} TruceHubSession;

struct _TruceHub
{
  GObject parent_instance;
  TruceStore *store;            /* owned */
  char *epoch;                  /* owned */
  gint64 horizon;
  gint64 tombstone_ttl;         /* ms */
  TruceGuardFunc guard;         /* or NULL */
  gpointer guard_data;
  GDestroyNotify guard_destroy;

  GHashTable *sessions;         /* id → TruceHubSession *, owned */
  GHashTable *current;          /* replica (guint64 in the session) → its TruceHubSession */
  GQueue order;                 /* of TruceHubSession *: the oldest first */
};

/* Reads the epoch and the horizon, as they are by now; in a transaction that is open. */
gboolean         truce_hub_load          (TruceHub         *self,
                                          GError          **error);
/* Begins to read: the store's head, the epoch and the horizon are those of now. Ended by truce_hub_end_read(). */
gboolean         truce_hub_begin_read    (TruceHub         *self,
                                          GError          **error);
void             truce_hub_end_read      (TruceHub         *self);

/* ---- what a hub does with each exchange ---- */

gboolean         truce_hub_open          (TruceHub         *self,
                                          TruceHello       *hello,
                                          GError          **error);
gboolean         truce_hub_push          (TruceHub         *self,
                                          TrucePush        *push,
                                          GError          **error);
gboolean         truce_hub_pull          (TruceHub         *self,
                                          TrucePull        *pull,
                                          GError          **error);
gboolean         truce_hub_list          (TruceHub         *self,
                                          TruceListing     *listing,
                                          GError          **error);
gboolean         truce_hub_close         (TruceHub         *self,
                                          TruceExchange    *bye,
                                          GError          **error);

/* ---- truce-hub-session.c ---- */

void             truce_hub_session_free  (TruceHubSession  *session);
/* NULL with BUSY: there is no such session any more, a new one must be opened. */
TruceHubSession *truce_hub_find_session  (TruceHub         *self,
                                          TruceExchange    *exchange,
                                          GError          **error);
void             truce_hub_forget_sessions (TruceHub       *self);
/* One that the hub has never met is empty. */
gboolean         truce_hub_read_replica  (TruceHub         *self,
                                          guint64           id,
                                          TruceHubReplica  *replica,
                                          GError          **error);
gboolean         truce_hub_write_replica (TruceHub         *self,
                                          guint64           id,
                                          const TruceHubReplica *replica,
                                          GError          **error);
void             truce_hub_replica_clear (TruceHubReplica  *replica);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceHubReplica, truce_hub_replica_clear)

G_END_DECLS
