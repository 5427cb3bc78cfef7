/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of a session: see truce-session.h. */

#include "truce-inbox.h"
#include "truce-session.h"
#include "truce-store-join.h"
#include "truce-sync-state.h"

G_BEGIN_DECLS

typedef enum
{
  TRUCE_PHASE_OPEN,
  TRUCE_PHASE_PEEK,             /* only where our id has to be changed: what of ours has arrived under it */
  TRUCE_PHASE_PULL,
  TRUCE_PHASE_LIST,             /* all that the remote has, to find what is gone */
  TRUCE_PHASE_REMOVE,           /* what is gone goes here too */
  TRUCE_PHASE_SWEEP,            /* what the filter leaves out goes here alone */
  TRUCE_PHASE_PUSH,
  TRUCE_PHASE_CLOSE,
  TRUCE_PHASE_DONE,
} TrucePhase;

/* A row at the version at which something was said of it. */
typedef struct
{
  char *collection;             /* owned */
  char *id;                     /* owned */
  gint64 version;
} TruceRowMark;

typedef struct
{
  gboolean begun;               /* a pass is going on */
  gint64 after;                 /* our version up to which the outbox has been looked at in this pass */
  guint limit;                  /* records in the next push */
  gboolean moved;               /* something was accepted in this pass, or a conflict settled */
  GHashTable *tried;            /* key → version (gint64 *): answered in this session, and not accepted */
  GHashTable *held;             /* keys of those that wait for another record: of this pass */
  GHashTable *delayed;          /* keys of all that have an entry in the group "retry"; NULL: not read yet */
  guint rounds;                 /* conflicts answered again and again */
} TrucePushing;

typedef struct
{
  char *collection;             /* owned: the listing has come so far; NULL: not begun */
  char *id;                     /* owned */
  GPtrArray *gone;              /* of TruceRowMark *, owned: here, and not there */
  GHashTable *scanned;          /* collection → number of its records that were compared */
  guint at;                     /* how many of gone have been dealt with */
  gboolean complete;            /* it came to its end, and gone has not been dealt with */
  gboolean braked;              /* too much would go: some of it stays */
} TruceListingState;

struct _TruceSession
{
  TruceStore *store;            /* owned */
  TruceSessionSetup setup;
  GHashTable *filter_texts;     /* collection → text, owned; NULL: none */
  TruceSyncState state;         /* as it was read or written last */
  guint64 replica;              /* ours, when the session was opened */

  TrucePhase phase;
  TruceExchange *out;           /* owned: given by next(), not yet taken; or NULL */
  TruceSessionCounts counts;
  gint64 retry_after_ms;        /* or -1 */
  GError *trouble;              /* owned: the first record that could not be taken; the session goes on */
  GPtrArray *questions;         /* of TruceQuestion *, owned; or NULL */

  char *kept;                   /* owned: the session that the store knows of, as we last saw or wrote it; NULL: none */
  char *session;                /* owned: what the remote calls it */
  char *last_session;           /* owned: the one in which we last pushed, as the remote says; NULL: not told */
  guint n_opened;
  gboolean used;                /* more than opened: the remote is told of the end */
  gboolean spoken;              /* the store knows of this session, as it must before anything is pushed */
  gboolean stamped;             /* the remote keeps stamps */
  gboolean renamed;             /* a record has another id since: the old one leads to it for a session more */
  gint64 now_ms;                /* the remote's, when it was opened; or -1 */
  gint64 head;                  /* of the remote's feed when it was opened; -1: not told */
  gint64 cursor;
  gint64 hold;                  /* the cursor before the first record that could not be taken; -1: none */

  TrucePushing push;
  TruceListingState list;
  gboolean forked;              /* our id has to be changed, once the remote's feed has been looked at */
  gint64 peeked;                /* up to where it has been */
  GHashTable *seen;             /* key → TruceStoredRecord *, as the remote has those that wait here; or NULL */
  char *sweep_collection;       /* owned: the sweep has come so far; NULL: not begun */
  char *sweep_id;               /* owned */
};

/* Writes what is remembered of the remote; in a transaction that is open. */
gboolean       truce_session_save         (TruceSession            *self,
                                           GError                 **error);
/* Starts over with a new greeting. FALSE with error where that has been tried too often; because: what is passed on
 * then. */
gboolean       truce_session_reopen       (TruceSession            *self,
                                           const GError            *because,
                                           GError                 **error);
/* The first thing that went wrong with one record; the session goes on. */
void           truce_session_note_trouble (TruceSession            *self,
                                           const GError            *trouble);
TruceRowMark  *truce_row_mark_new         (const TruceStoredRecord *row) G_GNUC_WARN_UNUSED_RESULT;
void           truce_row_mark_free        (TruceRowMark            *mark);
/* Ends a transaction: commits it if anything was written, or leaves no trace. went: whether it is to stay. */
gboolean       truce_session_end          (TruceSession            *self,
                                           gboolean                 went,
                                           gboolean                 wrote,
                                           GError                 **error);

/* ---- truce-session-open.c ---- */

TruceExchange *truce_session_greet        (TruceSession            *self,
                                           GError                 **error);
gboolean       truce_session_take_hello   (TruceSession            *self,
                                           TruceHello              *hello,
                                           GError                 **error);

/* ---- truce-session-fork.c ---- */

/* Our id is another's too, or we have forgotten what we did under it: looks what has arrived under it, then takes a new
 * one, gives what has not arrived new stamps, and starts over. */
gboolean       truce_session_begin_peek   (TruceSession            *self);
TruceExchange *truce_session_make_peek    (TruceSession            *self,
                                           GError                 **error);
gboolean       truce_session_take_peek    (TruceSession            *self,
                                           TrucePull               *pull,
                                           GError                 **error);
/* The same of one row that has come to wait since the session was opened, where our clock had been ahead once. */
gboolean       truce_session_rewrite_ahead (TruceSession           *self,
                                            TruceStoredRecord      *row,
                                            gboolean               *rewritten,
                                            GError                **error);
/* In a transaction that is open: what waits gets the stamps that it would have had if our clock had been shift_ms ahead,
 * under an id that may be another. */
gboolean       truce_session_rewrite      (TruceSession            *self,
                                           guint64                  replica,
                                           gint64                   shift_ms,
                                           GError                 **error);

/* ---- truce-session-pull.c ---- */

gboolean       truce_session_take_page    (TruceSession            *self,
                                           TrucePull               *pull,
                                           GError                 **error);

/* ---- truce-session-take.c ---- */

/* In a transaction that is open: takes a record as the remote has it. The remote's token, or NULL. */
gboolean       truce_session_take_record  (TruceSession            *self,
                                           TruceStoredRecord       *theirs,
                                           gboolean                *changed,
                                           GError                 **error);
/* What a remote without stamps calls its version of a record; NULL: nothing. key: as truce_store_key() makes it. */
gboolean       truce_session_keep_token   (TruceSession            *self,
                                           const char              *key,
                                           const char              *token,
                                           GError                 **error);
gboolean       truce_session_read_token   (TruceSession            *self,
                                           const char              *key,
                                           char                   **token,
                                           GError                 **error);
/* The same of a remote that keeps no stamps. text NULL: it has deleted it. */
gboolean       truce_session_take_text    (TruceSession            *self,
                                           const char              *collection,
                                           const char              *id,
                                           const char              *text,
                                           const char              *token,
                                           gboolean                *changed,
                                           GError                 **error);
typedef enum
{
  TRUCE_TAKE_AS_IT_IS,          /* the record is to be just that */
  TRUCE_TAKE_PLAIN,             /* and theirs has no stamps that anybody else knows */
  TRUCE_TAKE_JOINED,            /* but for fields whose kinds merge by themselves: those are joined */
} TruceTakeFlags;

/* In a transaction that is open: the conflict of ours with theirs ends in text (NULL: deleted). */
gboolean       truce_take_write           (TruceStore              *store,
                                           TruceCollectionInfo     *info,
                                           TruceStoredRecord       *ours,
                                           TruceStoredRecord       *theirs,
                                           const char              *text,
                                           TruceTakeFlags           flags,
                                           GError                 **error);
/* Base, ours and theirs as a conflict for a resolver. */
TruceConflict *truce_take_conflict        (TruceCollectionInfo     *info,
                                           TruceStoredRecord       *ours,
                                           TruceStoredRecord       *theirs,
                                           GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether a kind, a rule or the resolver may decide otherwise than a join would. */
gboolean       truce_take_is_gated        (TruceCollectionInfo     *info);
gboolean       truce_take_asks            (TruceResolver           *resolver);
TruceQuestion *truce_question_new         (TruceCollectionInfo     *info,
                                           TruceStoredRecord       *ours,
                                           TruceConflict           *conflict) G_GNUC_WARN_UNUSED_RESULT;
/* The JSON value that a resolution of the conflict means, and its text; both NULL: deleted. Not for DEFERRED. */
void           truce_take_read_resolution (TruceConflict           *conflict,
                                           TruceResolution         *resolution,
                                           JsonNode               **value,
                                           char                   **text);
/* Both sides' values that the result has not go to the history. */
gboolean       truce_take_keep_lost       (TruceStore              *store,
                                           TruceConflict           *conflict,
                                           const TruceStoredRecord *ours,
                                           const TruceStoredRecord *theirs,
                                           JsonNode                *result,
                                           GError                 **error);

/* ---- truce-session-order.c ---- */

/* In a transaction that is open: reads which records have been put off: they are few, or none. Forgets it of those
 * that wait no more: then *wrote is set. */
gboolean       truce_session_read_delayed (TruceSession            *self,
                                           gboolean                *wrote,
                                           GError                 **error);
/* Whether it is not its turn: answered in this session already, or to be tried later. *attempts: how often it has been
 * tried. */
gboolean       truce_session_is_put_off   (TruceSession            *self,
                                           const TruceStoredRecord *row,
                                           guint                   *attempts);
/* Whether nothing that it refers to is still to come. circles: in a pass that sends what only waits for itself. */
gboolean       truce_session_may_go       (TruceSession            *self,
                                           const TruceStoredRecord *row,
                                           gboolean                 circles);

/* ---- truce-session-push.c, -outcome.c ---- */

/* In a transaction. FALSE with BUSY: another process with this file has spoken to the remote meanwhile, or taken a new
 * id. */
gboolean       truce_session_check_alone  (TruceSession            *self,
                                           GError                 **error);
/* Gathers the next batch; NULL without an error: there is nothing (more) to send. */
TruceExchange *truce_session_make_push    (TruceSession            *self,
                                           GError                 **error);
/* heard: the remote has answered the push, and knows of the session now; not where it failed as a whole. */
gboolean       truce_session_take_push    (TruceSession            *self,
                                           TrucePush               *push,
                                           gboolean                 heard,
                                           GError                 **error);
/* Nothing of a push was taken, as the remote has said. */
gboolean       truce_session_push_refused (TruceSession            *self,
                                           TrucePush               *push,
                                           GError                 **error);
/* The whole push failed. FALSE: so does the session. */
gboolean       truce_session_push_failed  (TruceSession            *self,
                                           TrucePush               *push,
                                           const GError            *failure,
                                           GError                 **error);

/* ---- truce-session-list.c ---- */

TruceExchange *truce_session_make_listing (TruceSession            *self);
gboolean       truce_session_take_listing (TruceSession            *self,
                                           TruceListing            *listing,
                                           GError                 **error);
gboolean       truce_session_remove_gone  (TruceSession            *self,
                                           gint64                   deadline,
                                           GError                 **error);
gboolean       truce_session_sweep        (TruceSession            *self,
                                           gint64                   deadline,
                                           GError                 **error);
/* Whether the filter wants it. */
gboolean       truce_session_wants        (TruceSession            *self,
                                           const TruceStoredRecord *row);

G_END_DECLS
