/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One session on its way to the end: see truce-sync-run.c. Private: nothing here is installed. */

#include "truce-sync-private.h"

G_BEGIN_DECLS

struct _TruceSyncRun
{
  int refs;                     /* all taken and given back in the engine's thread */
  TruceSync *sync;              /* NULL: let go of */
  TruceSession *session;        /* owned */
  TruceRemote *remote;          /* owned */
  GMainContext *context;        /* owned: where the slices are */
  GSource *slice;               /* owned; NULL: none is due */
  GPtrArray *callers;           /* of GTask *, owned: who waits in a main loop */
  gboolean background;          /* the background waits, too */
  gboolean blocking;            /* somebody waits in a synchronous call */
  gboolean working;             /* the session, or the remote in this thread, is at work further down the stack */
  gboolean ended;

  GCancellable *cancellable;    /* owned: of the calls of the remote; cancelled: given up */
  TruceExchange *exchange;      /* owned: being performed; NULL: none */
  GMutex lock;                  /* guards the two below, which a thread sets, and then wakes whoever waits */
  GCond wake;
  gboolean performed;
  GError *failure;              /* owned: of the exchange; or NULL */
};

/* A caller's task data. */
typedef struct
{
  gint64 deadline;              /* µs, as g_get_monotonic_time(); 0: none */
  GSource *cancelled;           /* owned, or NULL */
  gboolean joined;              /* came while the run was under way */
} TruceSyncCaller;

typedef enum
{
  TRUCE_SYNC_STEP_MORE,
  TRUCE_SYNC_STEP_EXCHANGE,    /* the run's, to be performed */
  TRUCE_SYNC_STEP_FINISHED,
  TRUCE_SYNC_STEP_FAILED,
} TruceSyncStep;

/* Counted without a lock: all references are taken and given back in the engine's thread. */
TruceSyncRun  *truce_sync_run_ref                (TruceSyncRun     *run);
void           truce_sync_run_unref              (TruceSyncRun     *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceSyncRun, truce_sync_run_unref)

/* With the settings as they are now; the engine holds it. Whoever begins it plans a slice or drives it himself, and
 * then tells of it. */
TruceSyncRun  *truce_sync_run_begin              (TruceSync        *self);
void           truce_sync_run_tell_begun         (TruceSync        *self);
/* complete: the session has come to its own end. Nothing but a thread that is out knows the run afterwards. */
void           truce_sync_run_end                (TruceSyncRun     *run,
                                                  gboolean          complete,
                                                  const GError     *error);
gboolean       truce_sync_run_is_wanted          (TruceSyncRun     *run);
/* Nobody wants it any more; it ends when a thread that is out has come back. */
void           truce_sync_run_give_up            (TruceSyncRun     *run);
gboolean       truce_sync_run_is_given_up        (TruceSyncRun     *run);
GError        *truce_sync_run_new_cancelled      (void) G_GNUC_WARN_UNUSED_RESULT;

/* ---- steps ---- */

TruceSyncStep  truce_sync_run_advance            (TruceSyncRun     *run,
                                                  gint64            deadline,
                                                  GError          **error);
/* In this thread. What comes of it is in the run. */
void           truce_sync_run_perform_here       (TruceSyncRun     *run,
                                                  GCancellable     *cancellable);
gboolean       truce_sync_run_has_been_performed (TruceSyncRun     *run);
/* Hands the exchange back to the session, performed. FALSE: the session is over. */
gboolean       truce_sync_run_take               (TruceSyncRun     *run,
                                                  GError          **error);
/* Takes it, and leaves the rest to the main loop. */
void           truce_sync_run_go_on              (TruceSyncRun     *run);

/* ---- slices (truce-sync-loop.c) ---- */

void           truce_sync_run_plan_slice         (TruceSyncRun     *run);
void           truce_sync_run_cancel_slice       (TruceSyncRun     *run);
gboolean       truce_sync_run_slice              (gpointer          run);

/* ---- callers ---- */

/* Answers those whose time is over. */
void           truce_sync_run_answer_late        (TruceSyncRun     *run);
/* Takes error; NULL: answers with the report. */
void           truce_sync_caller_answer          (GTask            *task,
                                                  TruceSyncReport  *report,
                                                  GError           *error);
void           truce_sync_caller_free            (gpointer          caller);

G_END_DECLS
