/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of a store. Private: nothing here is installed.
 *
 *   truce-store.c              the object
 *   truce-store-collections.c  what it knows of its collections
 *   truce-store-meta.c         clock, version and counts, as they are kept
 *   truce-store-transaction.c  begin, put, commit, roll back
 *   truce-store-run.c          operations and batches
 *   truce-store-rename.c       another id for a record
 *   truce-store-watch.c        who is told of a commit, here or elsewhere
 *   truce-store-merge.c, -purge.c, -verify.c   long work */

#include <sys/types.h>

#include "truce-operation.h"
#include "truce-resolver.h"
#include "truce-store.h"
#include "truce-stored-record-private.h"
#include "truce-write.h"

G_BEGIN_DECLS

#define TRUCE_N_DELIVERIES (TRUCE_DELIVERY_CONFLICTED + 1)

/* Kept, never scanned. */
typedef struct
{
  guint64 n_records;                            /* that show */
  guint64 n_rows[TRUCE_N_DELIVERIES];           /* by delivery, tombstones too */
} TruceCounts;

/* What the store knows of a collection, whether or not somebody holds the object. */
typedef struct
{
  char *name;
  TruceSchema *schema;
  TruceResolver *resolver;      /* NULL: the schema's, made when it is asked for */
  TruceCounts counts;
  gboolean expects_new;         /* the last put was of a new record: the next one may be */
  TruceCollection *object;      /* weak */
  GPtrArray *changed;           /* of TruceStoredRecord *, owned: of this transaction, for those who watch; or NULL */
} TruceCollectionInfo;

struct _TruceStore
{
  GObject parent_instance;
  TruceStoreAdapter *adapter;
  TruceClock *clock;
  gboolean outbox;
  guint history_days;
  guint refresh_interval;       /* ms; 0: never */
  pid_t pid;                    /* a child of fork() may not use it */

  GHashTable *collections;      /* name → TruceCollectionInfo *, owned; none is ever taken out */
  TruceCollectionInfo *last_info; /* the one that was asked for last, or NULL */
  gint64 version;               /* of the latest record written */
  GBytes *meta;                 /* as it was last read or written; NULL: never */
  gint64 clocks;                /* how often the clock was set: others see by it that theirs is void; -1: not read */
  guint64 given;                /* the latest time of a stamp that was given here; 0: not known */
  guint64 left;                 /* the latest time of our stamps that another store has taken; 0: none */
  gint64 schemas;               /* how often a schema was set: others see by it that one has changed */
  gint64 shown_version;         /* of the latest commit that was told of */
  gint64 told;                  /* the version up to which those who watch have been told */
  gint64 began;                 /* the version at which the open transaction began */
  gint64 generation;            /* the adapter's, when it was last looked at */
  TruceCounts counts;           /* of all collections, as last notified */
  guint64 replica;              /* as last notified */
  gboolean writing;             /* a transaction is open */

  GQueue news;                  /* commits that not all have been told of (truce-store-watch.c) */
  gboolean telling;
  guint n_watchers;             /* collections that somebody holds, and that may so be observed */
  GSource *refresh;             /* owned, or NULL */
};

TruceCollectionInfo *truce_store_info        (TruceStore           *self,
                                              const char           *name,
                                              GError              **error);
/* After another process has set one. */
gboolean             truce_store_reload_schemas (TruceStore        *self,
                                                 GError           **error);
TruceResolver       *truce_store_resolver    (TruceCollectionInfo  *info);
/* The counts and the replica are those of the last commit; who observes them is told. */
void                 truce_store_notify      (TruceStore           *self);

/* ---- truce-store-meta.c ---- */

GBytes              *truce_store_write_meta  (TruceStore           *self) G_GNUC_WARN_UNUSED_RESULT;
TruceCounts          truce_store_sum_counts  (TruceStore           *self);
/* bytes NULL: a store that nothing was written to. Nothing is read again that is as it was. */
gboolean             truce_store_read_meta   (TruceStore           *self,
                                              GBytes               *bytes,
                                              GError              **error);
/* Makes the clock that of another replica, or puts it back, for all processes; a rollback undoes it. In a transaction. */
void                 truce_store_set_clock   (TruceStore           *self,
                                              guint64               replica,
                                              guint64               last);

/* ---- truce-store-transaction.c ---- */

/* Reads meta as it is now. */
gboolean             truce_store_load_meta   (TruceStore           *self,
                                              GError              **error);
/* A transaction for writing, with meta as it is now. Fails with BUSY, READ_ONLY, CORRUPT, … */
gboolean             truce_store_begin       (TruceStore           *self,
                                              GError              **error);
gboolean             truce_store_commit      (TruceStore           *self,
                                              GError              **error);
void                 truce_store_rollback    (TruceStore           *self);
/* The next stamp. It is remembered which was the latest that was given, beside all that were only seen. */
gboolean             truce_store_tick        (TruceStore           *self,
                                              TruceStamp           *stamp,
                                              GError              **error);
/* Puts the row, counts it, and notes the change. replaced: what is there now, or NULL. */
gboolean             truce_store_put_row     (TruceStore           *self,
                                              TruceCollectionInfo  *info,
                                              TruceStoredRecord    *row,
                                              TruceStoredRecord    *replaced,
                                              GError              **error);
/* Another delivery and base for what is there; base NULL: none. Who watches is told of no change: there is none to
 * see. */
gboolean             truce_store_settle_row  (TruceStore           *self,
                                              TruceCollectionInfo  *info,
                                              TruceStoredRecord    *row,
                                              TruceDelivery         delivery,
                                              GBytes               *base,
                                              GError              **error);
gboolean             truce_store_remove_row  (TruceStore           *self,
                                              TruceCollectionInfo  *info,
                                              TruceStoredRecord    *row,
                                              GError              **error);

/* ---- truce-store-run.c ---- */

/* What became of an operation, in a transaction that is open. */
typedef struct
{
  TruceOutcome outcome;
  GError *error;                /* owned, or NULL */
  TruceStoredRecord *before;    /* owned, or NULL: not there */
  TruceStoredRecord *after;     /* owned; NULL where nothing was written */
} TruceDone;

/* FALSE with INVALID_DATA, TOO_LARGE. */
gboolean             truce_store_check_id    (const char           *collection,
                                              const char           *id,
                                              GError              **error);
void                 truce_done_clear        (TruceDone            *done);
/* FALSE with INVALID_DATA or TOO_LARGE. */
gboolean             truce_store_check_id    (const char           *collection,
                                              const char           *id,
                                              GError              **error);
/* keep: whether before and after are wanted. */
void                 truce_store_do          (TruceStore           *self,
                                              const TruceOperation *operation,
                                              gboolean              keep,
                                              TruceDone            *done);
/* Stamps a write whose state has been read, later than all that its record has seen. */
gboolean             truce_store_stamp_write (TruceStore           *self,
                                              TruceWrite           *write,
                                              GError              **error);
/* One operation in a transaction of its own. */
gboolean             truce_store_do_alone    (TruceStore           *self,
                                              const TruceOperation *operation,
                                              GError              **error);

/* ---- truce-store-watch.c ---- */

/* rows: of TruceStoredRecord *, as they were written, the latest of each id; NULL: anything may have changed. One
 * whose value is NULL has been deleted, or purged. */
typedef void (*TruceWatchFunc) (TruceCollection *collection,
                                GPtrArray       *rows,
                                gpointer         data);

void                 truce_store_note        (TruceStore           *self,
                                              TruceCollectionInfo  *info,
                                              TruceStoredRecord    *row);
/* Takes what was noted since the last commit; tells everybody of it, unless that is going on already. */
void                 truce_store_tell        (TruceStore           *self);
void                 truce_store_forget      (TruceStore           *self);
/* Whether those who watch the collection will be told of more than they have been: the store is ahead. */
gboolean             truce_store_has_news    (TruceStore           *self,
                                              TruceCollection      *collection);
/* One more collection, or one less, that wants to hear of other processes; 0: look at the interval again. */
void                 truce_store_watch       (TruceStore           *self,
                                              int                   delta);
void                 truce_store_stop        (TruceStore           *self);

/* ---- truce-store-purge.c ---- */

/* A row is about to be forgotten, in the same transaction. FALSE with an error stops the purge. */
typedef gboolean (*TrucePurgedFunc) (const TruceStoredRecord *row,
                                     gpointer                 data,
                                     GError                 **error);

/* truce_store_purge(), telling of each record. */
gint64               truce_store_purge_rows  (TruceStore           *self,
                                              gint64                before_ms,
                                              TrucePurgedFunc       purged,
                                              gpointer              data,
                                              GError              **error);

/* ---- truce-batch-result.c ---- */

TruceBatchResult    *truce_batch_result_new  (TruceStore           *self,
                                              TruceBatch           *batch) G_GNUC_WARN_UNUSED_RESULT;
/* Takes what done holds. */
void                 truce_batch_result_take (TruceBatchResult     *self,
                                              guint                 operation,
                                              TruceDone            *done);
/* Those from first on that were not tried were skipped; with error, those that went through failed by it, without
 * one they were rolled back. */
void                 truce_batch_result_skip (TruceBatchResult     *self,
                                              guint                 first);
void                 truce_batch_result_undo (TruceBatchResult     *self,
                                              const GError         *error);

G_END_DECLS
