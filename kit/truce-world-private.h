/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of a world: see truce-world.h. */

#include "truce-world.h"

G_BEGIN_DECLS

/* A replica, or the hub: what of it outlives a crash, and what it is while it runs. */
typedef struct
{
  char *name;                   /* owned */
  TruceWorldStore kind;
  char *path;                   /* owned: of the file; NULL: in memory */
  TruceStoreAdapter *memory;    /* owned: in memory it lives as long as a disk would; else NULL */
  gint64 skew_ms;
  guint crash_at;               /* commits left that end in a crash … */
  guint crash_after;            /* … or in one behind them */
  TruceTestRemote *remote;      /* owned: of a replica; else NULL */

  TruceTestAdapter *adapter;    /* owned: NULL while it does not run … */
  TruceStore *store;            /* owned … */
  TruceHub *hub;                /* owned: of the hub; else NULL */
} TrucePlace;

typedef struct
{
  TruceWorldStore kind;
  gboolean of_hub;
  TruceStoreAdapter *memory;    /* owned; or NULL */
  GBytes *file;                 /* owned; or NULL … */
  GBytes *wal;                  /* owned: what is not in the file yet; NULL: none */
} TruceBackup;

struct _TruceWorld
{
  TruceWorldSetup setup;
  TruceTestClock *clock;        /* owned: the true time */
  guint64 chance;               /* the state of the random numbers */
  char *folder;                 /* owned: of the files; NULL: none yet */
  guint n_files;

  GPtrArray *collections;       /* of char *, the table's, in order */
  GHashTable *schemas;          /* collection (owned) → TruceSchema *, owned */
  GPtrArray *replicas;          /* of char *, the places', in order */
  GHashTable *places;           /* name → TrucePlace *, owned; the hub too */
  GHashTable *backups;          /* name (owned) → TruceBackup *, owned */
  const char *crashed;          /* whose process ended in the last verb; NULL: none */
};

/* ---- truce-world-place.c ---- */

TrucePlace *truce_place_new        (const char       *name,
                                    TruceWorldStore   kind,
                                    gint64            skew_ms) G_GNUC_WARN_UNUSED_RESULT;
void        truce_place_free       (TrucePlace       *place);
void        truce_backup_free      (TruceBackup      *backup);
/* The files of a world go with it. */
void        truce_world_remove_folder (TruceWorld    *self);
/* The place, running: started if it is not. NULL with NOT_FOUND where there is none, or with what starting it said. */
TrucePlace *truce_world_start      (TruceWorld       *self,
                                    const char       *name,
                                    GError          **error);
/* Ends each process that has crashed in a verb; whether there was one. */
gboolean    truce_world_bury       (TruceWorld       *self);

G_END_DECLS
