/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of a scenario: all that a file says, checked. Private: nothing here is installed.
 *
 *   truce-scenario.c           the object; running it
 *   truce-scenario-read.c      the file: what stands around the steps
 *   truce-scenario-step.c      the steps: which verb, and what may stand beside it
 *   truce-scenario-write.c     … those that write
 *   truce-scenario-fault.c     … those that fail
 *   truce-scenario-play.c      what each does in a world
 *   truce-scenario-expect.c    what may be expected to show
 *   truce-scenario-check.c     … and whether it does */

#include "truce-scenario.h"
#include "truce-world.h"

G_BEGIN_DECLS

/* Three thousand years: as far as a time may move. */
#define TRUCE_STEP_MS_MAX G_GINT64_CONSTANT (100000000000000)

typedef struct _TruceStep TruceStep;

/* A step that is being told. */
typedef struct
{
  TruceScenario *scenario;
  TruceWorld *world;
  const TruceStep *step;
  TruceSessionCounts counts;    /* sync: what the session did */
  TruceBatchResult *result;     /* owned: what became of a batch; or NULL */
} TrucePlay;

/* Does what the step says. FALSE: the verb failed. */
typedef gboolean (*TruceStepFunc) (TrucePlay  *play,
                                   GError    **error);

/* A step. Which members say something depends on the verb. */
struct _TruceStep
{
  const char *verb;             /* a constant */
  TruceStepFunc play;
  guint32 node;                 /* where it stands */
  guint32 value;                /* … and what stands at the verb */
  int error;                    /* the code that it must fail with; -1: it must go through */
  gboolean local;               /* it is about one replica alone: where it fails nothing must have changed there */

  char *on;                     /* owned: whose step it is; or NULL */
  char *other;                  /* owned: merge: from whom; backup, restore: the name of the copy */
  char *collection;             /* owned: of one record … */
  char *id;                     /* owned */
  char *text;                   /* owned: retry: the edit; resolve: the merged record; JSON, or NULL */
  gint64 number;                /* advance, skew_ms: ms; hub, resolve, fault: a value of the enum there; times: below */
  TruceBatch *batch;            /* owned: what is written; or NULL */
  guint32 outcomes;             /* batch: the array of outcomes that it must have; NONE: any */
  guint32 report;               /* sync: the object of counts that it must have; NONE: any */

  gboolean of_commit;           /* fault: the process ends at a commit, or (after) behind it */
  gboolean after;
  TruceTestPoint point;
  TruceTestFault fault;
  guint times;
};

typedef struct
{
  char *name;                   /* owned */
  gint64 skew_ms;
  TruceWorldStore store;
} TruceScenarioReplica;

typedef struct
{
  char *name;                   /* owned */
  TruceSchema *schema;          /* owned */
} TruceScenarioCollection;

struct _TruceScenario
{
  GObject parent_instance;
  TruceJsonDoc *doc;            /* owned: the whole file */
  guint32 node;                 /* where this scenario stands in it */
  char *name;                   /* owned */
  char *why;                    /* owned; or NULL */
  gboolean any_collection;      /* no schema: collections are what steps name */
  GArray *collections;          /* of TruceScenarioCollection */
  GArray *replicas;             /* of TruceScenarioReplica */
  gint64 drift_cap_ms;          /* -1: not said */
  gint64 tombstone_ttl_ms;      /* -1: not said */
  GArray *steps;                /* of TruceStep */
};

/* ---- truce-scenario-read.c ---- */

/* Whether the scenario is one; fills in self, which has only its doc and its node. */
gboolean truce_scenario_read          (TruceScenario       *self,
                                       GError             **error);
/* All of these give FALSE with INVALID_DATA that names the place in the file. */
gboolean truce_scenario_refuse        (TruceScenario       *self,
                                       guint32              node,
                                       GError             **error,
                                       const char          *format,
                                       ...) G_GNUC_PRINTF (4, 5);
gboolean truce_scenario_is            (TruceScenario       *self,
                                       guint32              node,
                                       TruceJsonType        type,
                                       const char          *what,
                                       GError             **error);
gboolean truce_scenario_read_string   (TruceScenario       *self,
                                       guint32              node,
                                       const char          *what,
                                       char               **string,
                                       GError             **error);
gboolean truce_scenario_read_integer  (TruceScenario       *self,
                                       guint32              node,
                                       gint64               min,
                                       gint64               max,
                                       gint64              *integer,
                                       GError             **error);
/* The value of an enum by its nick. */
gboolean truce_scenario_read_nick     (TruceScenario       *self,
                                       guint32              node,
                                       GType                type,
                                       const char          *what,
                                       int                 *value,
                                       GError             **error);
/* A collection that the schema has. */
gboolean truce_scenario_read_collection (TruceScenario     *self,
                                       guint32              node,
                                       char               **name,
                                       GError             **error);
/* A replica; with_hub: or the hub. */
gboolean truce_scenario_read_replica  (TruceScenario       *self,
                                       guint32              node,
                                       gboolean             with_hub,
                                       char               **name,
                                       GError             **error);
/* Takes schema over. */
void     truce_scenario_add_collection (TruceScenario      *self,
                                       const char          *name,
                                       TruceSchema         *schema);
gboolean truce_scenario_has_collection (TruceScenario      *self,
                                       const char          *name);
gboolean truce_scenario_has_replica   (TruceScenario       *self,
                                       const char          *name);

/* The members of an object, each in its place of nodes (NONE: absent); keys ends with NULL. */
gboolean truce_scenario_read_members  (TruceScenario       *self,
                                       guint32              node,
                                       const char *const   *keys,
                                       guint32             *nodes,
                                       GError             **error);
/* The JSON of a value, as it stands in the file. */
char    *truce_scenario_dup_text      (TruceScenario       *self,
                                       guint32              node) G_GNUC_WARN_UNUSED_RESULT;

/* ---- truce-scenario-step.c ---- */

gboolean truce_step_read              (TruceScenario       *self,
                                       guint32              node,
                                       TruceStep           *step,
                                       GError             **error);
void     truce_step_clear             (TruceStep           *step);
/* The number of the count of that name in TruceSessionCounts; -1: there is none. */
int      truce_step_find_count        (const TruceJsonDoc  *doc,
                                       guint32              name);

/* ---- truce-scenario-play.c ---- */

/* FALSE with an error: what happened is not what was told. */
gboolean truce_step_play              (TruceScenario       *self,
                                       const TruceStep     *step,
                                       TruceWorld          *world,
                                       GError             **error);

/* FALSE with CONFLICT: what happened is not what was told. who: in whose eyes; or NULL. */
gboolean truce_step_differ            (GError             **error,
                                       const char          *who,
                                       const char          *format,
                                       ...) G_GNUC_PRINTF (3, 4);

/* ---- truce-scenario-expect.c, -check.c ---- */

gboolean truce_expect_read            (TruceScenario       *self,
                                       guint32              node,
                                       GError             **error);
gboolean truce_expect_check           (TruceScenario       *self,
                                       guint32              node,
                                       TruceWorld          *world,
                                       GError             **error);

G_END_DECLS
