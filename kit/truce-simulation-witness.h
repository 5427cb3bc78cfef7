/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who looks at every store of a world after every step of a story, and says what must never be. Private.
 *
 *   truce-simulation-witness.c   what was seen, and what may have gone
 *   truce-simulation-look.c      one row, one store
 *   truce-simulation-rest.c      when nothing moves any more
 *   truce-simulation-record.c, -write.c, -compare.c   what a record must be */

#include "truce-simulation-record.h"
#include "truce-stored-record-private.h"
#include "truce-world.h"

G_BEGIN_DECLS

/* A record that somebody wrote to, and what is allowed to be missing of it. */
typedef struct
{
  TruceSimRecord *written;
  TruceEventSet purged;         /* what the hub's purges took, tombstone and all */
  TruceEventSet met;            /* what was ever there, in any store */
  TruceEventSet logged;         /* what stands in some store's history */
  TruceEventSet waived;         /* what a person dropped, or what was in a store that was put back */
  gboolean gated;               /* a resolver may write to it */
  gboolean copied;              /* it was restored while it waited to be sent: what was written may be there twice */
  gboolean free;                /* … and may decide against a whole side, which is then history */
} TruceWitnessRecord;

/* A row as it was last seen. */
typedef struct
{
  gint64 version;
  gboolean alive;
  guint round;                  /* of looking, in which it was there */
  TruceEventSet known;
} TruceSight;

typedef struct
{
  char *name;
  TruceStore *store;            /* not owned: as it was last seen; only compared */
  gint64 version;               /* of the store, then */
  gboolean restored;            /* in this step */
  GHashTable *rows;             /* COLLECTION/ID → TruceSight *, owned */
  gint64 clock_bound;           /* ms: its clock may never be later than this */
  gint64 worst_skew;            /* ms: as far as its clock was ever off */
  char *epoch;                  /* of its remote; or NULL */
  gint64 cursor;
} TruceHolder;

typedef struct
{
  TruceWorld *world;            /* not owned */
  guint n_events;
  GHashTable *records;          /* COLLECTION/ID → TruceWitnessRecord *, owned */
  GHashTable *holders;          /* name → TruceHolder *, owned */
  GHashTable *stamps;           /* COLLECTION/ID/STAMP, owned → the tag that the hub has had under it */
  GPtrArray *expected;          /* COLLECTION/ID, owned: whose operations must succeed in this step */
  GArray *tags;                 /* of int: beside expected */
  gboolean must_fail;           /* something in this step must not */
  TruceEventSet scratch;
  guint round;
} TruceWitness;

TruceWitness *truce_witness_new    (TruceWorld     *world,
                                    guint           n_events) G_GNUC_WARN_UNUSED_RESULT;
void          truce_witness_free   (TruceWitness   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceWitness, truce_witness_free)

/* How far a replica's clock is off. */
void          truce_witness_skew   (TruceWitness   *self,
                                    const char     *replica,
                                    gint64          skew_ms);
/* What the step means to do. */
void          truce_witness_before (TruceWitness   *self,
                                    JsonObject     *step);
/* After it, with what it ended in. NULL: all is well; else what is broken. */
char         *truce_witness_after  (TruceWitness   *self,
                                    JsonObject     *step,
                                    const GError   *error) G_GNUC_WARN_UNUSED_RESULT;
/* When all has been settled: all must have the same, and nothing must wait. */
char         *truce_witness_at_rest (TruceWitness  *self) G_GNUC_WARN_UNUSED_RESULT;

/* ---- between its files ---- */

TruceWitnessRecord *truce_witness_record (TruceWitness   *self,
                                          const char     *collection,
                                          const char     *id);
TruceHolder        *truce_witness_holder (TruceWitness   *self,
                                          const char     *name);
TruceState         *truce_witness_decode (TruceJsonArena          *arena,
                                          const TruceStoredRecord *row) G_GNUC_WARN_UNUSED_RESULT;
/* What the store's history has of the records. */
void                truce_witness_read_log (TruceWitness *self,
                                            const char   *name);
/* Looks at all that has changed in one store. purging: tombstones may go. */
char               *truce_witness_look   (TruceWitness   *self,
                                          const char     *name,
                                          gboolean        purging) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
