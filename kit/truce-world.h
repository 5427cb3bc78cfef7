/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A small world that runs the same way every time: replicas, the hub that they sync with, the true time, and what goes
 * wrong. Scenario files and simulations are both stories told in it, a function a verb. Private: nothing here is
 * installed.
 *
 *   truce-world.c            the world, its time and its chance; verbs
 *   truce-world-place.c      where a store's bytes are: crashes, backups
 *   truce-world-sync.c       sessions, until nothing moves any more
 *   truce-world-show.c       what shows in a store
 *
 * A replica is named by its text; "hub" names the hub, where that makes sense. A verb gives FALSE with the error that it
 * ended in. Where that was a crash, truce_world_has_crashed() tells: the next verb opens the store again, as it was
 * committed. While a world lives, the random numbers of its thread come from its seed: one world at a time in a thread. */

#include "truce-batch-result.h"
#include "truce-hub.h"
#include "truce-session.h"
#include "truce-test-adapter.h"
#include "truce-test-clock.h"
#include "truce-test-remote.h"

G_BEGIN_DECLS

#define TRUCE_WORLD_HUB "hub"
#define TRUCE_WORLD_START G_GINT64_CONSTANT (1767225600000)     /* 2026-01-01T00:00:00Z, in ms */

typedef enum
{
  TRUCE_WORLD_MEMORY,
  TRUCE_WORLD_SQLITE,
} TruceWorldStore;

typedef struct
{
  guint64 seed;                 /* of all random numbers */
  TruceWorldStore hub_store;
  gint64 drift_cap_ms;          /* the hub's; less than 0: as a hub has it by itself */
  gint64 tombstone_ttl_ms;      /* the hub's; less than 0: as a hub has it by itself */
  guint batch_size;             /* records a push; 0: as a session has it by itself */
  guint page_size;              /* records a pull; 0: as a session has it by itself */
} TruceWorldSetup;

typedef struct _TruceWorld TruceWorld;

/* First the world, then its collections, then its replicas. */
TruceWorld       *truce_world_new            (const TruceWorldSetup   *setup,
                                              GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
void              truce_world_free           (TruceWorld              *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceWorld, truce_world_free)
gboolean          truce_world_add_collection (TruceWorld              *self,
                                              const char              *name,
                                              TruceSchema             *schema,
                                              GError                 **error);
gboolean          truce_world_add_replica    (TruceWorld              *self,
                                              const char              *name,
                                              gint64                   skew_ms,
                                              TruceWorldStore          store,
                                              GError                 **error);

/* ---- what is there ---- */

/* As they were added; of char *, the world's. Without the hub. */
GPtrArray        *truce_world_get_replicas   (TruceWorld              *self);
GPtrArray        *truce_world_get_collections (TruceWorld             *self);
TruceSchema      *truce_world_get_schema     (TruceWorld              *self,
                                              const char              *collection);
TruceTestClock   *truce_world_get_clock      (TruceWorld              *self);
/* Of a replica or the hub: opened if it is not. The world's, until the next crash or restore. */
TruceStore       *truce_world_get_store      (TruceWorld              *self,
                                              const char              *name,
                                              GError                 **error);
TruceCollection  *truce_world_get_collection (TruceWorld              *self,
                                              const char              *name,
                                              const char              *collection,
                                              GError                 **error);
TruceTestRemote  *truce_world_get_remote     (TruceWorld              *self,
                                              const char              *replica);
/* Whether the last verb ended in a crash: of whom; NULL: in none. */
const char       *truce_world_has_crashed    (TruceWorld              *self);

/* ---- truce-world.c: verbs ---- */

/* Takes 1 ms. */
TruceBatchResult *truce_world_write          (TruceWorld              *self,
                                              const char              *replica,
                                              TruceBatch              *batch,
                                              GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean          truce_world_merge          (TruceWorld              *self,
                                              const char              *replica,
                                              const char              *other,
                                              GError                 **error);
void              truce_world_advance        (TruceWorld              *self,
                                              gint64                   milliseconds);
gboolean          truce_world_set_skew       (TruceWorld              *self,
                                              const char              *replica,
                                              gint64                   skew_ms,
                                              GError                 **error);
gboolean          truce_world_retry          (TruceWorld              *self,
                                              const char              *replica,
                                              const char              *collection,
                                              const char              *id,
                                              const char              *edit,
                                              GError                 **error);
gboolean          truce_world_discard        (TruceWorld              *self,
                                              const char              *replica,
                                              const char              *collection,
                                              const char              *id,
                                              GError                 **error);
gboolean          truce_world_resolve        (TruceWorld              *self,
                                              const char              *replica,
                                              const char              *collection,
                                              const char              *id,
                                              TruceResolutionType      type,
                                              const char              *text,
                                              GError                 **error);
/* The tombstones that are due go. */
gboolean          truce_world_purge_hub      (TruceWorld              *self,
                                              GError                 **error);
/* The hub gets a new epoch. */
gboolean          truce_world_reset_hub      (TruceWorld              *self,
                                              GError                 **error);

/* ---- truce-world-place.c ---- */

/* The process ends, without any closing. */
gboolean          truce_world_crash          (TruceWorld              *self,
                                              const char              *name,
                                              GError                 **error);
/* So many commits from now on each end in a crash: before they take effect, or (after) behind that. */
void              truce_world_crash_commit   (TruceWorld              *self,
                                              const char              *name,
                                              gboolean                 after,
                                              guint                    times);
gboolean          truce_world_backup         (TruceWorld              *self,
                                              const char              *name,
                                              const char              *as,
                                              GError                 **error);
/* Of the hub only to the hub, which keeps its epoch: it does not know. */
gboolean          truce_world_restore        (TruceWorld              *self,
                                              const char              *backup,
                                              const char              *to,
                                              GError                 **error);

/* ---- truce-world-sync.c ---- */

/* One session. counts: what it did, also where it failed; or NULL. */
gboolean          truce_world_sync           (TruceWorld              *self,
                                              const char              *replica,
                                              TruceSessionCounts      *counts,
                                              GError                 **error);
/* Every replica in turn, time moved past every retry, until nothing changes. Fails with what a session ends in again
 * and again, and with TRANSIENT where it goes on for ever. */
gboolean          truce_world_settle         (TruceWorld              *self,
                                              GError                 **error);

/* ---- truce-world-show.c ---- */

/* All that shows, a line of JSON a record: ["task","1",{…}], in order of collections and of ids, members by name, elements
 * of a set in order, without the fields that never leave a replica: the same text where the same shows. */
char             *truce_world_show           (TruceWorld              *self,
                                              const char              *name,
                                              GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
/* A record's JSON so; whole: with the fields that never leave a replica. */
void              truce_world_write_value    (GString                 *out,
                                              TruceSchema             *schema,
                                              const TruceJsonDoc      *doc,
                                              guint32                  node,
                                              gboolean                 whole);

G_END_DECLS
