/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of the engine. Private: nothing here is installed.
 *
 *   truce-sync.c             the object, and what it shows
 *   truce-sync-settings.c    what it is told
 *   truce-sync-run.c         one session on its way to the end, and all who wait for it
 *   truce-sync-loop.c        driven by the main loop, with calls in a thread
 *   truce-sync-now.c         driven by a synchronous call
 *   truce-sync-background.c  when to sync: changes, timer, network, the remote
 *   truce-sync-wait.c        until a change has arrived
 *   truce-sync-ask.c         conflicts that a resolver takes its time for
 *   truce-sync-report.c      what a sync has done */

#include "truce-session.h"
#include "truce-sync.h"

G_BEGIN_DECLS

typedef struct _TruceSyncRun TruceSyncRun;
typedef struct _TruceSyncWaker TruceSyncWaker;

struct _TruceSync
{
  GObject parent_instance;
  TruceStore *store;            /* owned */
  TruceRemote *remote;          /* owned */
  GMainContext *context;        /* owned: of the thread that it belongs to */

  TruceRetryPolicy *policy;     /* owned: of the remote as a whole, and of each record */
  GHashTable *filters;          /* collection → TruceFilter *, both owned */
  char *account;                /* owned, or NULL */
  GNetworkMonitor *monitor;     /* owned; NULL: the remote needs no network */
  gboolean sync_on_metered;
  guint poll_interval;          /* ms; 0: never */
  gint64 resync_interval;       /* ms; 0: only when needed */
  double removal_share;
  gboolean allow_removal;       /* the next session may remove as much as it wants to */
  TruceClassifyFunc classify;
  gpointer classify_data;
  GDestroyNotify classify_destroy;

  TruceSyncRun *run;            /* owned: the session that is under way; or NULL */
  GPtrArray *late;              /* of GTask *, owned: who came while a run that was given up winds down */

  gboolean started;
  gboolean usable;              /* there was a network that may be used, when last looked at */
  gulong network_handler;
  gulong remote_handler;
  gulong pending_handler;
  gulong failed_handler;
  gulong conflicted_handler;
  gboolean watching;            /* the remote tells of changes */
  TruceSyncWaker *waker;        /* owned */
  GSource *timer;               /* owned, or NULL */
  gint64 next_try_ms;           /* by the store's clock; 0: not by itself */
  gint64 due_us;                /* the same by the monotonic clock */
  gboolean dirty;               /* something was changed here, there or in the settings since the session began */
  guint64 n_pending;            /* when last looked at */

  guint failures;               /* sessions, one after another */
  TruceErrorClass trouble;      /* what the last failure was */
  GError *error;                /* owned: what the last session ended in; NULL: it went well */
  gboolean paused;              /* until we are let in again */
  gboolean held;                /* until the removal is allowed */
  gint64 last_success_ms;       /* 0: never */
  TruceSyncStatus status;       /* as last notified */
  double progress;              /* as last notified */

  GPtrArray *waits;             /* of Wait *, owned (truce-sync-wait.c) */
  GHashTable *asked;            /* key → Asked *, owned (truce-sync-ask.c) */
};

/* ---- truce-sync.c ---- */

gint64            truce_sync_now_ms           (TruceSync            *self);
TruceErrorClass   truce_sync_classify         (TruceSync            *self,
                                               const GError         *error);
/* Tells of a status, a progress, a time to come that are no longer what they were. */
void              truce_sync_show             (TruceSync            *self);
void              truce_sync_set_next_try     (TruceSync            *self,
                                               gint64                next_try_ms);
/* Takes error; NULL: it went well, at this moment. */
void              truce_sync_set_outcome      (TruceSync            *self,
                                               GError               *error);
void              truce_sync_emit_ended       (TruceSync            *self,
                                               TruceSyncReport      *report,
                                               const GError         *error);

/* ---- truce-sync-report.c ---- */

TruceSyncReport  *truce_sync_report_new       (const TruceSessionCounts *counts,
                                               gboolean              complete) G_GNUC_WARN_UNUSED_RESULT;

/* ---- truce-sync-run.c ---- */

/* For the background alone; nothing where one is under way. */
void              truce_sync_run_begin_background (TruceSync          *self);
/* The background wants it no more; who asked for it still does. */
void              truce_sync_run_withdraw     (TruceSync            *self);
/* Lets go of it at once; who waits is told that it was cancelled. */
void              truce_sync_run_abandon      (TruceSync            *self);
double            truce_sync_run_get_progress (TruceSync            *self);
gboolean          truce_sync_run_is_out       (TruceSync            *self,
                                               const char           *collection,
                                               const char           *id);

/* ---- truce-sync-background.c ---- */

/* How long the engine waits for more changes before it begins: ms. */
#define TRUCE_SYNC_DEBOUNCE 200

void              truce_sync_background_init  (TruceSync            *self);
void              truce_sync_background_dispose (TruceSync          *self);
void              truce_sync_watch_network    (TruceSync            *self);
void              truce_sync_unwatch_network  (TruceSync            *self);
/* There may be another network than there was, or another wish what to do with it. */
void              truce_sync_network_changed  (TruceSync            *self);
/* In delay_ms, if not sooner. */
void              truce_sync_schedule         (TruceSync            *self,
                                               gint64                delay_ms);
/* After a session: when is the next? retry_after_ms: what the remote asked for; -1: nothing. */
void              truce_sync_plan             (TruceSync            *self,
                                               const TruceSessionCounts *counts,
                                               gint64                retry_after_ms);
/* Syncs if it is time to. The timer calls it at least once a minute. */
void              truce_sync_wake             (TruceSync            *self);
/* Whether there is a network, and one that may be used. */
gboolean          truce_sync_is_online        (TruceSync            *self);
gboolean          truce_sync_is_spared        (TruceSync            *self);

/* ---- truce-sync-wait.c ---- */

/* A push that was answered, and whose answers are in the store. */
void              truce_sync_wait_take        (TruceSync            *self,
                                               TrucePush            *push);
/* Looks at all that somebody waits for. */
void              truce_sync_wait_check       (TruceSync            *self);
void              truce_sync_wait_abandon     (TruceSync            *self);
void              truce_sync_wait_free        (gpointer              wait);

/* ---- truce-sync-ask.c ---- */

/* Takes questions, of TruceQuestion *, or NULL. */
void              truce_sync_ask              (TruceSync            *self,
                                               GPtrArray            *questions);
/* Those that were asked before the program began. */
void              truce_sync_ask_again        (TruceSync            *self);
GHashTable       *truce_sync_asked_table      (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean          truce_sync_is_asked         (TruceSync            *self,
                                               const char           *collection,
                                               const char           *id);
void              truce_sync_ask_abandon      (TruceSync            *self);

G_END_DECLS
