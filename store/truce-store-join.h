/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Another replica's record is joined into what is here: by a merge of two stores, by a hub, by a pull. Private:
 * nothing here is installed. All of it in a transaction that is open. */

#include "truce-store-private.h"

G_BEGIN_DECLS

/* Keeps in the history what loses in a join of row. */
typedef struct
{
  TruceStore *store;
  const TruceStoredRecord *row;
  GError *error;                /* owned: of the first value that could not be written, or NULL */
} TruceLosing;

/* A TruceLostFunc; data: a TruceLosing. */
void        truce_losing_keep     (const char               *pointer,
                                   const TruceStateDot      *dot,
                                   gpointer                  data);
/* What the record's bytes say, checked. NULL with CORRUPT, TOO_NEW, TOO_LARGE; the message names the record. */
TruceState *truce_store_read      (const TruceStoredRecord  *theirs,
                                   TruceJsonArena           *arena,
                                   GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
/* Shows the clock the latest stamp of a state that came from elsewhere. FALSE with CLOCK_SKEW. */
gboolean    truce_store_observe   (TruceStore               *store,
                                   const TruceState         *state,
                                   GError                  **error);
/* Joins theirs, whose state has been read and observed, into ours (NULL: nothing is there). What changes waits to be
 * sent, if the store has an outbox. */
gboolean    truce_store_join      (TruceStore               *store,
                                   const TruceStoredRecord  *theirs,
                                   TruceState               *state,
                                   TruceStoredRecord        *ours,
                                   gboolean                 *changed,
                                   GError                  **error);
/* All of that. */
gboolean    truce_store_join_row  (TruceStore               *store,
                                   const TruceStoredRecord  *theirs,
                                   gboolean                 *changed,
                                   GError                  **error);
/* Whether an error is of one record, which then is left out, and not of the place where they are kept. */
gboolean    truce_error_is_of_record (const GError          *error);

G_END_DECLS
