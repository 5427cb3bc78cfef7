/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is written to whom: three collections, one of each delete rule, with a field of every kind. */

#include "merge-model.h"

G_BEGIN_DECLS

#define N_COLLECTIONS 3u
#define N_IDS 3u
#define N_MODELS (N_COLLECTIONS * N_IDS)

typedef struct
{
  const char *name;
  const char *schema;
  TruceDeleteRule rule;
} MergeCollection;

extern const MergeCollection merge_collections[N_COLLECTIONS];
extern const char *const merge_ids[N_IDS];

TruceKind merge_kind_of      (const char  *path,
                              const Value *value);
/* Less than n. */
guint     merge_pick         (guint        n);
Write     merge_random_write (guint        collection);
/* With --verbose, to see what led to a failure. */
void      merge_tell_write   (const Write *write,
                              guint        store,
                              guint        model);

G_END_DECLS
