/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One thing to be done to one record. Private: nothing here is installed. */

#include "truce-batch.h"

G_BEGIN_DECLS

typedef enum
{
  TRUCE_VERB_CREATE,
  TRUCE_VERB_PUT,
  TRUCE_VERB_PATCH,
  TRUCE_VERB_UNSET,
  TRUCE_VERB_DELETE,
  TRUCE_VERB_UNDELETE,
  TRUCE_VERB_ADD,
  TRUCE_VERB_REMOVE,
  TRUCE_VERB_INCREMENT,
  TRUCE_VERB_MERGE,
} TruceVerb;

/* Texts are not owned here: a batch keeps copies of its own, a call lends what it was given. */
typedef struct
{
  TruceVerb verb;
  const char *collection;
  const char *id;
  const char *field;            /* UNSET, ADD, REMOVE, INCREMENT */
  const char *text;             /* CREATE, PUT, PATCH, MERGE: an object; ADD, REMOVE: an element */
  const char *base;             /* MERGE: what the writer started from; NULL: nothing was there */
  gint64 amount;                /* INCREMENT */
  const GError *invalid;        /* what was given can't be said in JSON; or NULL */
} TruceOperation;

const TruceOperation *truce_batch_get_operation (TruceBatch           *self,
                                                 guint                 index);
/* Copies the texts. */
void                  truce_batch_append        (TruceBatch           *self,
                                                 const TruceOperation *operation);
/* What the batch's callback says to a failure; as its policy says where there is none. */
TruceBatchAnswer      truce_batch_ask           (TruceBatch           *self,
                                                 guint                 index,
                                                 const GError         *error);

G_END_DECLS
