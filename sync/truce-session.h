/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One sync pass: open, pull, push, close, as a machine that is driven from outside, so that one piece of code serves
 * a synchronous call, a main loop with threads, and a simulation. Private: nothing here is installed.
 *
 *   truce-session.c          the machine
 *   truce-sync-state.c       what a store remembers of its remote
 *   truce-session-open.c     the greeting: epochs, forks, clocks
 *   truce-session-fork.c     our id is another's too
 *   truce-session-rewrite.c  stamps that nobody has seen, rewritten
 *   truce-session-pull.c     pages
 *   truce-session-take.c     one record that came from the remote
 *   truce-session-conflict.c both changed it apart, and a join may not decide
 *   truce-session-text.c     of a remote without stamps
 *   truce-session-order.c    who waits for whom
 *   truce-session-push.c     batches
 *   truce-session-outcome.c  what became of them
 *   truce-session-list.c     full resync, and what the filter leaves out
 *   truce-outbox.c           what a person decides about a record that waits
 *
 * Whoever drives it calls next(), performs the exchange that it gives (truce_exchange_perform(), in any thread,
 * while nobody touches the session), and hands it back with take(). Everything else happens in the store's thread,
 * in transactions of which none is left open between two calls. A session may be dropped at any point. */

#include "truce-exchange-private.h"
#include "truce-filter.h"
#include "truce-retry-policy.h"
#include "truce-store-private.h"

G_BEGIN_DECLS

/* Also what TruceSyncReport is made of. */
typedef struct
{
  guint64 pushed;               /* accepted by the remote */
  guint64 pulled;               /* records that came from the remote and changed something here */
  guint64 failed;               /* rejected: they wait in the inbox */
  guint64 conflicted;           /* deferred: they wait in the inbox */
  guint64 retried;              /* put off: they are tried again later */
  guint64 skipped;              /* held back, since a record that they refer to has not arrived */
  guint64 removed;              /* gone at the remote, or outside the filter */
  guint64 exchanges;
} TruceSessionCounts;

typedef struct
{
  TruceRetryPolicy *policy;     /* owned; of single records */
  GHashTable *filters;          /* collection (char *) → TruceFilter *; owned; NULL: everything */
  char *account;                /* owned; NULL: not told */
  guint batch_size;             /* records a push; 0: 500 */
  gsize batch_bytes;            /* 0: 1 MiB */
  guint page_size;              /* records a pull; 0: 500 */
  gint64 resync_interval_ms;    /* 0: only when it is needed */
  double removal_share;         /* of a collection of at least 20 records; 0: 0.5 */
  gboolean allow_removal;       /* this time, however many they are */
} TruceSessionSetup;

/* A conflict that an asynchronous resolver is to decide. */
typedef struct
{
  char *collection;             /* owned */
  char *id;                     /* owned */
  gint64 version;               /* of our row, when it was asked */
  TruceConflict *conflict;      /* owned */
  TruceResolver *resolver;      /* owned */
} TruceQuestion;

typedef struct _TruceSession TruceSession;

void           truce_session_setup_clear  (TruceSessionSetup       *setup);
/* Copies the setup. */
TruceSession  *truce_session_new          (TruceStore              *store,
                                           const TruceSessionSetup *setup) G_GNUC_WARN_UNUSED_RESULT;
void           truce_session_free         (TruceSession            *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceSession, truce_session_free)

/* Works here until an exchange is due, and gives it (transfer none); or until the deadline (us, as
 * g_get_monotonic_time(); 0: none) has passed, or the session is finished: NULL without an error. With an error the
 * session is over. */
TruceExchange *truce_session_next         (TruceSession            *self,
                                           gint64                   deadline,
                                           GError                 **error);
/* Takes the exchange that next() gave, performed. failure: what performing it ended in, or NULL. FALSE with an error:
 * the session is over; what was taken before stays. */
gboolean       truce_session_take         (TruceSession            *self,
                                           const GError            *failure,
                                           GError                 **error);
gboolean       truce_session_is_finished  (TruceSession            *self);
const TruceSessionCounts *
               truce_session_get_counts   (TruceSession            *self);
/* 0 to 1, of what is known to be done. */
double         truce_session_get_progress (TruceSession            *self);
/* How long the remote asked to be left alone when it failed: ms; -1: not told. */
gint64         truce_session_get_retry_after (TruceSession         *self);
/* Whether the record is in a push that has not been answered. */
gboolean       truce_session_is_out       (TruceSession            *self,
                                           const char              *collection,
                                           const char              *id);
/* Of TruceQuestion *; those that came up since the last call. */
GPtrArray     *truce_session_steal_questions (TruceSession         *self) G_GNUC_WARN_UNUSED_RESULT;
void           truce_question_free        (TruceQuestion           *question);

/* Those that were asked before the program ended, for an engine that starts: of TruceQuestion *. */
GPtrArray     *truce_store_list_questions (TruceStore              *store,
                                           GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
/* When the next record that was put off comes due: ms since 1970 by the store's clock; 0: none will; -1 with an error. */
gint64         truce_store_next_retry     (TruceStore              *store,
                                           GError                 **error);

G_END_DECLS
