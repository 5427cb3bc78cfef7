/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a query asks, and how its list follows changes. Private: nothing here is installed.
 *
 *   truce-query.c              the object: a GListModel
 *   truce-query-follow.c       its list, brought up to date
 *   truce-query-read.c         the records of the list, read as they are asked for
 *   truce-query-spec.c         what is asked for; asking an adapter
 *   truce-query-plan.c         from ids that changed to the stretches of the list that do
 *   truce-sqlite-query.c       the same question as SQL
 *   truce-search.c             words */

#include "truce-filter-private.h"
#include "truce-id-list.h"
#include "truce-query.h"
#include "truce-search.h"
#include "truce-sort.h"
#include "truce-store-adapter.h"
#include "truce-stored-record-private.h"

G_BEGIN_DECLS

/* ---- truce-query-spec.c: what is asked for ---- */

typedef struct
{
  char *collection;             /* owned */
  TruceFilter *filter;          /* owned; NULL: all */
  TruceSearch *search;          /* owned; NULL: all */
  TruceSort *sort;              /* owned */
  guint limit;                  /* the first so many; G_MAXUINT: all */
} TruceQuerySpec;

/* Called for each id, in order. id is of use during the call. */
typedef void (*TruceQueryFunc) (const char *id,
                                gpointer    data);

void          truce_query_spec_init  (TruceQuerySpec          *self,
                                      const char              *collection);
void          truce_query_spec_clear (TruceQuerySpec          *self);
/* Whether a record is among those asked for, the limit aside. *doc is set to its value if that had to be read
 * or the order needs it, else to NULL. *shown is FALSE for a deleted one. FALSE with TRUCE_ERROR_CORRUPT. */
gboolean      truce_query_spec_test  (const TruceQuerySpec    *self,
                                      TruceStoredRecord       *record,
                                      gboolean                *shown,
                                      TruceJsonDoc           **doc,
                                      GError                 **error);
/* Asks the adapter, which has a transaction open, for all of them. With SQLite it is one SELECT where SQL can
 * say it; else all records of the collection are looked at, and those that pass are sorted in memory. */
gboolean      truce_query_spec_run   (const TruceQuerySpec    *self,
                                      TruceStoreAdapter       *adapter,
                                      TruceQueryFunc           func,
                                      gpointer                 data,
                                      GError                 **error);
/* Like that, but by looking at all records. */
gboolean      truce_query_spec_scan  (const TruceQuerySpec    *self,
                                      TruceStoreAdapter       *adapter,
                                      TruceQueryFunc           func,
                                      gpointer                 data,
                                      GError                 **error);

/* ---- truce-query-plan.c: what changes in the list ---- */

/* A stretch of the list: `removed` ids go from `position`, and `added` ones come instead. */
typedef struct
{
  guint position;               /* in the list as the splices before have left it */
  guint removed;
  guint added;
  guint first;                  /* of those added: its index among the ids of the plan */
  gboolean joined;              /* told together with the one before */
} TruceSplice;

typedef struct
{
  GArray *splices;              /* of TruceSplice, ascending */
  GPtrArray *ids;               /* of char *: those that are added; of the rows, or in others */
  GStringChunk *others;
} TruceQueryPlan;

typedef enum
{
  TRUCE_PLAN_FAILED,            /* see the error */
  TRUCE_PLAN_MADE,
  TRUCE_PLAN_ASK_AGAIN,         /* too much has changed, or somebody else has written meanwhile */
} TrucePlanResult;

/* How the list has to change because these records (of TruceStoredRecord *, of each id the latest) have been
 * written. Nothing else has changed in the list since, up to `version`; the adapter has a transaction open if
 * truce_query_plan_reads(). The plan refers to the rows. A record costs the reading of log n others where there is an order, and of none
 * where there is none. */
TrucePlanResult truce_query_plan_make  (TruceQueryPlan        *self,
                                        const TruceQuerySpec  *spec,
                                        TruceStoreAdapter     *adapter,
                                        TruceIdList           *list,
                                        GPtrArray             *rows,
                                        gint64                 version,
                                        GError               **error);
/* Whether a plan may ask the adapter. */
gboolean        truce_query_plan_reads (const TruceQuerySpec  *spec);
void            truce_query_plan_clear (TruceQueryPlan        *self);
/* The splice that makes one list of the other: all but what both begin and end with. An id that is among
 * `changed` (a set of char *; NULL: none) is never taken for the same. */
TruceSplice     truce_query_plan_diff  (const TruceIdList     *from,
                                        const TruceIdList     *to,
                                        GHashTable            *changed);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceQueryPlan, truce_query_plan_clear)

/* ---- the object ---- */

#define TRUCE_QUERY_HELD 256    /* records that were read last: more than a window shows */

struct _TruceQuery
{
  GObject parent_instance;
  TruceCollection *collection;  /* owned */
  TruceQuerySpec spec;
  char *words;                  /* to search for, as they were given; owned, or NULL */
  GError *wrong;                /* with the order; owned */
  TruceIdList *list;            /* owned */
  guint watch;                  /* 0: not open */
  gboolean updating;            /* handlers are being told */
  gboolean ask_again;           /* … and then all must be asked for again */
  GHashTable *waiting;          /* id → TruceStoredRecord *, owned: written, and not yet worked in */
  TruceRecord *held[TRUCE_QUERY_HELD];  /* owned or NULL: what was read last, as a ring */
  guint next_held;
  guint last_read;              /* the place that was asked for last; G_MAXUINT - 1: none */
};

/* ---- truce-query-read.c: the records ---- */

/* The record at a place of the list. NULL with an error, or without one where it is no longer in the store. */
TruceRecord    *truce_query_read       (TruceQuery            *self,
                                        guint                  position,
                                        GError               **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lets go of what was read. */
void            truce_query_forget     (TruceQuery            *self);

/* ---- truce-query-follow.c: the list, brought up to date ---- */

/* Works in what waits, unless that is going on already: then it comes next. Where something can't be read the
 * list stays as it is, and all is asked for at the next occasion. latest: rows, before which nothing waits; or
 * NULL. */
gboolean        truce_query_catch_up   (TruceQuery            *self,
                                        GPtrArray             *latest,
                                        GError               **error);
/* What is asked for is another now. */
void            truce_query_ask_otherwise (TruceQuery         *self);
/* A TruceWatchFunc. */
void            truce_query_collection_changed (TruceCollection *collection,
                                                GPtrArray       *rows,
                                                gpointer         data);

G_END_DECLS
