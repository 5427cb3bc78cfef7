/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-stored-record.h"

G_BEGIN_DECLS

/* Everything in one allocation; nothing changes once it is made. */
struct _TruceStoredRecord
{
  gatomicrefcount refs;
  TruceDelivery delivery;
  gint64 version;               /* the store's count at the commit that wrote it; > 0 */
  gint64 key;                   /* the adapter's own, to find the row again; 0: none */
  const char *collection;       /* texts end with NUL */
  const char *id;
  const char *value;            /* a JSON object; NULL: deleted */
  gsize value_length;           /* bytes */
  const guint8 *state;          /* stamps and what does not show (truce-state.h) */
  gsize state_length;
  const guint8 *base;           /* old values of the fields changed since the last sync; NULL: none */
  gsize base_length;
};

/* The pieces of a record to be made; nothing is owned, no text needs to end with NUL. */
typedef struct
{
  const char *collection;
  gsize collection_length;
  const char *id;
  gsize id_length;
  gint64 version;
  gint64 key;
  TruceDelivery delivery;
  const char *value;
  gsize value_length;
  const void *state;
  gsize state_length;
  const void *base;
  gsize base_length;
} TruceStoredParts;

TruceStoredRecord *truce_stored_record_make  (const TruceStoredParts  *parts) G_GNUC_WARN_UNUSED_RESULT;
/* Of a record that is to become another one; nothing is copied. */
TruceStoredParts   truce_stored_record_parts (const TruceStoredRecord *self);
/* The same record under the same version, but for these two. base NULL: none. */
TruceStoredRecord *truce_stored_record_settled (const TruceStoredRecord *self,
                                                TruceDelivery            delivery,
                                                GBytes                  *base) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
