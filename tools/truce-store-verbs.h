/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The verbs of “truce store” and “truce sync”, which all work on a store's file. */

#include "truce-bar.h"
#include "truce-command.h"

G_BEGIN_DECLS

/* What the command line says. */
typedef struct
{
  const char *path;             /* the store's file */
  const char *collection;       /* or NULL; of merge, the other store's file */
  char **rest;                  /* what follows them, NULL at its end */

  char *schema;                 /* file, or NULL */
  char **order;                 /* fields, or NULL */
  char *search;                 /* or NULL */
  int limit;                    /* 0: none */
  int days;                     /* -1: not said */
  gboolean json;
  gboolean synced;

  TruceBar bar;
} TruceStoreCall;

/* What may follow the options. */
typedef struct
{
  const char *verb;
  int (*run)(TruceStoreCall *call);
  const char *arguments;        /* as help shows them */
  guint n_min;
  guint n_max;
  const char *options;          /* letters of those that it takes, see truce-verbs.c */
  const char *summary;
  const char *description;
} TruceVerb;

typedef struct
{
  const char *command;          /* "store" */
  const TruceVerb *entries;
  gsize n_entries;
  const char *teaching;         /* what it is about */
  const char *example;          /* what to begin with */
} TruceVerbs;

/* Runs the one that argv[1] names. */
int              truce_run_verbs             (const TruceVerbs      *verbs,
                                              int                    argc,
                                              char                 **argv);

/* ---- what verbs share ---- */

/* Opens a store, and with create makes it. NULL: it has complained. */
TruceStore      *truce_store_call_open       (const char            *path,
                                              gboolean               create) G_GNUC_WARN_UNUSED_RESULT;
/* The collection: under the schema of --schema, or else the one it has. With must_exist it complains of one that
 * the store does not have. */
TruceCollection *truce_store_call_collection (TruceStoreCall        *call,
                                              TruceStore            *store,
                                              gboolean               must_exist) G_GNUC_WARN_UNUSED_RESULT;
/* Complains, below the bar. What the caller's data did not allow is EXIT_FAILED, all else EXIT_BAD_INPUT. */
int              truce_store_call_fail       (TruceStoreCall        *call,
                                              const GError          *error);

/* Milliseconds since 1970 as people read them. */
char            *truce_dup_time              (gint64                 ms) G_GNUC_WARN_UNUSED_RESULT;

/* ---- each gives the status of the process ---- */

/* truce-store-transfer.c */
int              truce_store_verb_init       (TruceStoreCall        *call);
int              truce_store_verb_import     (TruceStoreCall        *call);
int              truce_store_verb_export     (TruceStoreCall        *call);
int              truce_store_verb_merge      (TruceStoreCall        *call);

/* truce-store-records.c */
int              truce_store_verb_get        (TruceStoreCall        *call);
int              truce_store_verb_put        (TruceStoreCall        *call);
int              truce_store_verb_delete     (TruceStoreCall        *call);
int              truce_store_verb_ls         (TruceStoreCall        *call);
int              truce_store_verb_query      (TruceStoreCall        *call);

/* truce-store-care.c */
int              truce_store_verb_status     (TruceStoreCall        *call);
int              truce_store_verb_verify     (TruceStoreCall        *call);
int              truce_store_verb_purge      (TruceStoreCall        *call);
int              truce_store_verb_log        (TruceStoreCall        *call);
int              truce_store_verb_restore    (TruceStoreCall        *call);

/* truce-store-salvage.c */
int              truce_store_verb_salvage    (TruceStoreCall        *call);

/* truce-sync-verbs.c */
int              truce_sync_verb_status      (TruceStoreCall        *call);
int              truce_sync_verb_inbox       (TruceStoreCall        *call);

/* truce-sync-explain.c */
int              truce_sync_verb_explain     (TruceStoreCall        *call);

G_END_DECLS
