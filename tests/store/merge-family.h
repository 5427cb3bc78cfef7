/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Eight stores, all in memory or all in files, whose lines can be cut. */

#include "merge-writes.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;                 /* NULL: in memory */
  gint64 now;                   /* ms */
  TruceStoreAdapter *adapters[MODEL_STORES];
  TruceStore *stores[MODEL_STORES];
} Family;

typedef struct
{
  Write write;
  guint model;                  /* of which record */
} Operation;

/* replicas: the id of each store's replica, less 1 */
void               family_open           (Family           *family,
                                          const char       *folder,
                                          const guint      *replicas);
/* Each must find nothing wrong with itself. */
void               family_close          (Family           *family);
TruceBatchResult  *family_run            (Family           *family,
                                          guint             store,
                                          const Operation  *operations,
                                          guint             n_operations,
                                          TruceBatchPolicy  policy);
/* The latest stamp that the store gave. */
guint64            family_last_time      (Family           *family,
                                          guint             store);
TruceStoredRecord *family_row            (Family           *family,
                                          guint             store,
                                          guint             model);
gint64             family_version        (Family           *family,
                                          guint             store,
                                          guint             model);
/* All of the others' feeds will come again. */
void               family_forget_cursors (Family           *family,
                                          guint             store);
/* Cut off after so many changes read, or records put; -1: not. Gives whether all of it went through. */
gboolean           family_merge          (Family           *family,
                                          guint             to,
                                          guint             from,
                                          int               changes,
                                          int               puts);

G_END_DECLS
