/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the cases of the conformance suite share: short verbs that must not fail, and what an adapter
 * holds, as text. */

#include "adapter-conformance.h"

G_BEGIN_DECLS

typedef struct
{
  const AdapterMaker *maker;
  gpointer place;
  TruceStoreAdapter *adapter;
  gint64 version;               /* of the last record made */
} Fixture;

typedef struct
{
  const char *path;
  void (*run) (Fixture *fixture, gconstpointer data);
} AdapterCase;

extern const AdapterCase adapter_record_cases[];        /* each ends with a case without a path */
extern const AdapterCase adapter_transaction_cases[];
extern const AdapterCase adapter_random_cases[];
extern const AdapterCase adapter_lasting_cases[];       /* only where places last */

void               begin      (Fixture       *f);
void               commit     (Fixture       *f);
TruceStoredRecord *get        (Fixture       *f,
                               const char    *collection,
                               const char    *id);
/* With the next version, and the value {"v":VERSION}; deleted: without one. */
TruceStoredRecord *make       (Fixture       *f,
                               const char    *collection,
                               const char    *id,
                               TruceDelivery  delivery,
                               gboolean       deleted);
/* Instead of what is there. */
void               put        (Fixture       *f,
                               const char    *collection,
                               const char    *id,
                               TruceDelivery  delivery);
/* Gives what is there another delivery, with a base unless that is SYNCED. */
void               settle     (Fixture       *f,
                               const char    *collection,
                               const char    *id,
                               TruceDelivery  delivery);
void               put_record (Fixture           *f,
                               TruceStoredRecord *record);
void               purge      (Fixture       *f,
                               const char    *collection,
                               const char    *id);
void               set_meta   (Fixture       *f,
                               const char    *group,
                               const char    *key,
                               const char    *value);

void assert_same_record (TruceStoredRecord *a,
                         TruceStoredRecord *b);
/* "a b c" */
void assert_ids         (TruceStoreAdapter *adapter,
                         const char        *collection,
                         const char        *expected);
/* "1:task/a 3:note/b" */
void assert_feed        (TruceStoreAdapter *adapter,
                         const char        *expected);
void assert_outbox      (TruceStoreAdapter *adapter,
                         const char        *expected);
/* "key=value key=value" */
void assert_meta        (TruceStoreAdapter *adapter,
                         const char        *group,
                         const char        *expected);

G_END_DECLS
