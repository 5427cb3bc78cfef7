/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All verbs of the command, as tables: who parses the command line, --help and the completion of shells read the same
 * ones. */

#include "truce-bar.h"
#include "truce-command.h"

G_BEGIN_DECLS

/* What the command line says. Strings are owned, and NULL where nothing was said. */
typedef struct
{
  char **arguments;             /* what follows the verb, but for options; never NULL */
  const char *path;             /* the first of them, or NULL: a store's file */
  const char *collection;       /* the second; of “store merge” the other store's file */
  char **rest;                  /* what follows these, NULL at its end */

  char *colour;
  gboolean json;

  char *schema;                 /* file */
  char **rules;                 /* of PATTERN=RULE */
  char *output;                 /* file */
  char *name;
  gboolean quiet;
  gboolean install;
  gboolean yes;

  gboolean synced;
  char **order;                 /* fields */
  char *search;
  int limit;                    /* 0: none */
  int days;                     /* -1: not said */

  char *hub;                    /* file */
  char *account;
  char *edit;                   /* JSON */

  char *store;                  /* "memory", "sqlite" */
  gint64 seed;
  int seeds;
  int replicas;                 /* 0: not said */
  int steps;                    /* 0: not said */
  int jobs;
  char *faults;

  TruceBar bar;
} TruceCall;

/* A verb, or a group of verbs below it. */
typedef struct _TruceVerb TruceVerb;
struct _TruceVerb
{
  const char *verb;
  int (*run)(TruceCall *call);
  const char *arguments;        /* as help shows them; their names tell what they complete to, see truce-complete.c */
  guint n_min;
  guint n_max;
  const char *options;          /* names of those that it takes, see truce-options.c, besides those that all take */
  const char *summary;
  const char *description;
  const char *statuses;         /* what 0 and 1 mean here; NULL: as everywhere */

  const TruceVerb *verbs;       /* of a group, instead of run; behind the last one stands one without a name */
};

/* ---- the tables ---- */

extern const TruceVerb truce_root;              /* truce.c: all */
extern const TruceVerb truce_store_table[];
extern const TruceVerb truce_sync_table[];

/* ---- truce-verbs.c ---- */

/* The one of this name in the group, or NULL. */
const TruceVerb *truce_verb_find             (const TruceVerb       *group,
                                              const char            *name);
/* Runs the one that argv names; argv[0] is the program. */
int              truce_run                   (int                    argc,
                                              char                 **argv);

/* ---- truce-options.c ---- */

/* Reads argv, with the verb at argv[0], into the call; --help is answered there and ends the process. path: "store put". The error
 * is not NULL. */
gboolean         truce_call_parse            (TruceCall             *call,
                                              const TruceVerb       *verb,
                                              const char            *path,
                                              int                    argc,
                                              char                 **argv,
                                              GError               **error);
void             truce_call_clear            (TruceCall             *call);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceCall, truce_call_clear)
/* The names of all options that it takes, as "--json". Transfer full. */
char           **truce_verb_list_options     (const TruceVerb       *verb) G_GNUC_WARN_UNUSED_RESULT;
/* What may follow the option, which is "--json" or "-j": NULL: nothing; "": anything; "file"; or words with blanks between. */
const char      *truce_verb_option_values    (const TruceVerb       *verb,
                                              const char            *option);

/* ---- truce-suggest.c ---- */

/* What was meant by a mistyped word, or NULL. */
const char      *truce_suggest               (const char            *word,
                                              const char *const     *known);

/* ---- truce-complete.c ---- */

/* For a shell: prints what the last one of the words after “truce” may become. */
int              truce_complete              (char                 **words);

/* ---- what verbs on a store share (truce-call.c) ---- */

/* Opens a store, and with create makes it. NULL: it has complained. */
TruceStore      *truce_call_open             (const char            *path,
                                              gboolean               create) G_GNUC_WARN_UNUSED_RESULT;
/* The collection: under the schema of --schema, or else the one it has. With must_exist it complains of one that
 * the store does not have. */
TruceCollection *truce_call_collection       (TruceCall             *call,
                                              TruceStore            *store,
                                              gboolean               must_exist) G_GNUC_WARN_UNUSED_RESULT;
/* Complains, below the bar. What the caller's data did not allow is EXIT_FAILED, all else EXIT_BAD_INPUT. */
int              truce_call_fail             (TruceCall             *call,
                                              const GError          *error);
/* The second argument, COLLECTION/ID, in its two parts; an id may hold a slash. FALSE: it has complained. */
gboolean         truce_call_split            (TruceCall             *call,
                                              char                 **collection,
                                              const char           **id);

/* Milliseconds since 1970 as people read them. */
char            *truce_dup_time              (gint64                 ms) G_GNUC_WARN_UNUSED_RESULT;

/* ---- each gives the status of the process ---- */

/* truce-merge-verb.c, truce-scenario-verb.c, truce-simulate-verb.c */
int              truce_merge_verb            (TruceCall             *call);
int              truce_scenario_verb         (TruceCall             *call);
int              truce_simulate_verb         (TruceCall             *call);

/* truce-store-transfer.c */
int              truce_store_verb_init       (TruceCall             *call);
int              truce_store_verb_import     (TruceCall             *call);
int              truce_store_verb_export     (TruceCall             *call);
int              truce_store_verb_merge      (TruceCall             *call);

/* truce-store-records.c */
int              truce_store_verb_get        (TruceCall             *call);
int              truce_store_verb_put        (TruceCall             *call);
int              truce_store_verb_delete     (TruceCall             *call);
int              truce_store_verb_ls         (TruceCall             *call);
int              truce_store_verb_query      (TruceCall             *call);

/* truce-store-care.c */
int              truce_store_verb_status     (TruceCall             *call);
int              truce_store_verb_verify     (TruceCall             *call);
int              truce_store_verb_purge      (TruceCall             *call);
int              truce_store_verb_log        (TruceCall             *call);
int              truce_store_verb_restore    (TruceCall             *call);

/* truce-store-salvage.c */
int              truce_store_verb_salvage    (TruceCall             *call);

/* truce-sync-verbs.c */
int              truce_sync_verb_status      (TruceCall             *call);
int              truce_sync_verb_inbox       (TruceCall             *call);

/* truce-sync-explain.c */
int              truce_sync_verb_explain     (TruceCall             *call);

/* truce-sync-decide.c */
int              truce_sync_verb_retry       (TruceCall             *call);
int              truce_sync_verb_discard     (TruceCall             *call);
int              truce_sync_verb_resolve     (TruceCall             *call);

/* truce-sync-run.c */
int              truce_sync_verb_run         (TruceCall             *call);

G_END_DECLS
