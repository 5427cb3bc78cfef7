/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of the exchanges: plain arrays, for who fills in the request and takes the answer. Private: nothing
 * here is installed.
 *
 * An exchange is asked once: who tries again makes a new one. It belongs to one thread at a time. */

#include "truce-remote.h"
#include "truce-stamp-private.h"
#include "truce-stored-record-private.h"

G_BEGIN_DECLS

#define TRUCE_PROTOCOL 1u
#define TRUCE_NOT_TOLD G_GINT64_CONSTANT (-1)

/* What all have. By itself it is the farewell that close is given. */
struct _TruceExchange
{
  GObject parent_instance;
  char *session;                /* owned: what open gave; NULL: none yet */
  GHashTable *filters;          /* owned: collection → the text of its filter; NULL: everything is wanted */
  gint64 retry_after_ms;        /* answered beside an error, or TRUCE_NOT_TOLD */
  GError *wrong;                /* owned: the first answer that can't be one; NULL: none */
};

struct _TruceHello
{
  TruceExchange parent_instance;
  guint protocol;
  guint64 replica;
  char *last_session;           /* owned; NULL: never pushed */
  char *previous_session;       /* owned; or NULL */
  char *epoch;                  /* owned: the remote's, as it was; NULL: never met */
  gint64 cursor;
  TruceStamp sent;              /* time 0: nothing ever */
  gint64 now_ms;
  char *account;                /* owned; or NULL */

  gboolean welcome;             /* and the session is the parent's */
  char *remote_epoch;           /* owned; NULL: not told */
  char *remote_last_session;    /* owned: which of the two above the remote has; NULL: not told */
  gint64 head;                  /* or TRUCE_NOT_TOLD */
  gint64 horizon;               /* 0: nothing has been purged */
  gint64 remote_now_ms;         /* or TRUCE_NOT_TOLD */
  TruceStamp seen;              /* time 0: not told */
  gboolean forked;
  gboolean stamped;
};

typedef enum
{
  TRUCE_ANSWER_NONE,            /* as good as a transient error */
  TRUCE_ANSWER_ACCEPTED,
  TRUCE_ANSWER_REJECTED,
  TRUCE_ANSWER_RETRY,
  TRUCE_ANSWER_SKIPPED,
  TRUCE_ANSWER_CONFLICT,
} TrucePushAnswer;

typedef struct
{
  TruceStoredRecord *record;    /* owned: as it was read; its base is what both sides last agreed on */
  char *token;                  /* owned: what the remote gave for the record; or NULL */
  guint attempts;               /* before this one */
  gboolean gated;
  gboolean stripped;            /* record is without what is local, so it is not as it is kept here */
  gboolean noted;               /* in the row's base: how far counters had come; … */
  GBytes *base_before;          /* … and the base before that: owned, or NULL */

  TrucePushAnswer answer;
  TruceError code;              /* REJECTED, RETRY, SKIPPED: why */
  char *message;                /* owned: the remote's own words; or NULL */
  gint64 after_ms;              /* RETRY: not before, or TRUCE_NOT_TOLD */
  char *new_id;                 /* owned: ACCEPTED under another id; or NULL */
  char *new_token;              /* owned: ACCEPTED, CONFLICT; or NULL */
  TruceStoredRecord *remote;    /* owned: CONFLICT with a remote that keeps stamps; else NULL */
  char *remote_text;            /* owned: CONFLICT with any other; NULL: deleted there */
} TrucePushItem;

struct _TrucePush
{
  TruceExchange parent_instance;
  TrucePushItem *items;
  guint n_items;
  guint room;
  gint64 first;                 /* where the remote's feed stood before this push and after it, or TRUCE_NOT_TOLD */
  gint64 last;
};

/* One that shows what became of a record; of a remote that keeps stamps it is the record. */
typedef struct
{
  TruceStoredRecord *record;    /* owned; or NULL: then the texts say it */
  char *collection;             /* owned */
  char *id;                     /* owned */
  char *text;                   /* owned; NULL: deleted, or left */
  char *token;                  /* owned; or NULL */
  gboolean left;                /* it is no longer within the filter */
} TrucePullItem;

struct _TrucePull
{
  TruceExchange parent_instance;
  gint64 cursor;
  guint limit;                  /* records */

  TrucePullItem *items;
  guint n_items;
  guint room;
  gboolean finished;
  guint n_finished;             /* how many there were then: a page with another number was cut */
  gint64 next_cursor;
  gboolean more;
};

typedef struct
{
  char *collection;             /* owned */
  char *id;                     /* owned */
} TruceListingItem;

struct _TruceListing
{
  TruceExchange parent_instance;
  char *after_collection;       /* owned; NULL: from the start */
  char *after_id;               /* owned */
  guint limit;

  TruceListingItem *items;      /* ascending */
  guint n_items;
  guint room;
  gboolean finished;
  guint n_finished;
  gboolean more;
};

/* ---- asking ---- */

/* Texts are copied. session, filters: NULL where there are none. */
TruceHello    *truce_hello_new        (guint64              replica,
                                       GHashTable          *filters) G_GNUC_WARN_UNUSED_RESULT;
TrucePush     *truce_push_new         (const char          *session,
                                       guint                n_reserved) G_GNUC_WARN_UNUSED_RESULT;
TrucePull     *truce_pull_new         (const char          *session,
                                       GHashTable          *filters,
                                       gint64               cursor,
                                       guint                limit) G_GNUC_WARN_UNUSED_RESULT;
TruceListing  *truce_listing_new      (const char          *session,
                                       GHashTable          *filters,
                                       const char          *after_collection,
                                       const char          *after_id,
                                       guint                limit) G_GNUC_WARN_UNUSED_RESULT;
TruceExchange *truce_exchange_new_bye (const char          *session) G_GNUC_WARN_UNUSED_RESULT;
/* The next change, to be filled in further; of use until the next one. Takes a reference of record. */
TrucePushItem *truce_push_append      (TrucePush           *self,
                                       TruceStoredRecord   *record);
/* Those changes that have been answered, out of a push that failed as a whole. */
TrucePush     *truce_push_steal_answered (TrucePush        *self) G_GNUC_WARN_UNUSED_RESULT;

/* Calls the remote's function for this kind of exchange. Whatever else comes back of TRUE than a whole answer is an
 * error: INVALID_DATA, or TRANSIENT for a page that was cut. What a push was answered before it failed stays in it. */
gboolean       truce_exchange_perform (TruceRemote         *remote,
                                       TruceExchange       *exchange,
                                       GCancellable        *cancellable,
                                       GError             **error);

/* ---- answering ---- */

/* Remembers the first thing that is wrong with an answer. */
void           truce_exchange_refuse  (TruceExchange       *self,
                                       const char          *format,
                                       ...) G_GNUC_PRINTF (2, 3);
/* As if nobody had answered: what was said has been taken back. */
void           truce_push_forget_answers (TrucePush         *self);
/* Takes away the last items, as where a page is cut on its way: for tests. */
void           truce_pull_cut         (TrucePull           *self,
                                       guint                n_items);
void           truce_listing_cut      (TruceListing        *self,
                                       guint                n_items);

G_END_DECLS
