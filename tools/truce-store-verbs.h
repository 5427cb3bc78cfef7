/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The verbs of “truce store”. */

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

G_END_DECLS
