/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The base of a record that waits to be sent: what its changed fields were when both sides last agreed, and
 * whether it was there. Private: nothing here is installed.
 *
 * As bytes it is JSON, for people to read, with only the members that say something:
 *
 *   {"absent":true,"whole":true,"new":["due"],"old":{"title":"buy milk"},"state":"…","sent":{"/votes":[3,1]}}
 *
 * state is the record's whole state then, in base64: with it a change can be taken back as if it had never been made.
 * absent without a state: the remote has no such record. No base at all: the record was made here and never left. */

#include "truce-json.h"
#include "truce-state.h"
#include "truce-stored-record-private.h"

G_BEGIN_DECLS

#define TRUCE_BASE_ABSENT "{\"absent\":true}"

typedef struct
{
  gboolean tracked;             /* whether there is a base to keep */
  gboolean absent;              /* the record was deleted, or not there although others may know it */
  gboolean whole;               /* the fields are all that there were: what the record has beside them came later */
  GArray *fields;               /* of TruceBaseField; NULL: none yet */
  char *state;                  /* owned: base64; NULL: none */
  GArray *sent;                 /* of TruceBaseSent; NULL: none */
} TruceBase;

typedef struct
{
  char *name;                   /* owned */
  char *old;                    /* owned: JSON text; NULL: it was absent */
} TruceBaseField;

/* How far a counter of ours had come when it was last put into a push. */
typedef struct
{
  char *pointer;                /* owned */
  guint64 plus;
  guint64 minus;
} TruceBaseSent;

/* bytes NULL: a base that begins now. FALSE with TRUCE_ERROR_CORRUPT. */
gboolean truce_base_read      (TruceBase         *self,
                               const guint8      *bytes,
                               gsize              length,
                               GError           **error);
void     truce_base_clear     (TruceBase         *self);
/* Whether the field's old value is there already: only the first change counts. */
gboolean truce_base_has       (const TruceBase   *self,
                               const char        *name);
/* old.text NULL: the field was absent. */
void     truce_base_remember  (TruceBase         *self,
                               const char        *name,
                               TruceSlice         old);
/* The state of the record at its base. */
void     truce_base_set_state (TruceBase         *self,
                               const guint8      *state,
                               gsize              length);
/* pointer: the counter's place in the record. FALSE: none of it was ever sent. */
gboolean truce_base_get_sent  (const TruceBase   *self,
                               const char        *pointer,
                               guint64           *plus,
                               guint64           *minus);
void     truce_base_set_sent  (TruceBase         *self,
                               const char        *pointer,
                               guint64            plus,
                               guint64            minus);
/* What old has, and new has not so; both with their members in order. */
void     truce_base_remember_difference (TruceBase          *self,
                                         const TruceJsonDoc *old,
                                         const TruceJsonDoc *new);
void     truce_base_write     (const TruceBase   *self,
                               GString           *out);

/* ---- truce-base-row.c ---- */

/* The record at its base: now (an object's text) with the old values put back; NULL: it was not there. */
char    *truce_base_apply     (const TruceBase   *self,
                               const char        *now) G_GNUC_WARN_UNUSED_RESULT;
/* The same of a row that waits, deleted or not. NULL without an error: it was not there. */
char    *truce_base_text      (const TruceStoredRecord *row,
                               GError           **error) G_GNUC_WARN_UNUSED_RESULT;
/* The row as it was at its base, under the same version: SYNCED, without a base. NULL without an error: there was
 * none. Fails with TRUCE_ERROR_CORRUPT, also where there is a base from which the row can't be made again. */
TruceStoredRecord *truce_base_row (const TruceStoredRecord *row,
                                   GError           **error) G_GNUC_WARN_UNUSED_RESULT;
/* The bytes of the base of a row that shows value (NULL: it is deleted) where the remote has another one; remote NULL:
 * it has none. */
GBytes  *truce_base_between   (const TruceStoredRecord *remote,
                               const char        *value,
                               gsize              length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
