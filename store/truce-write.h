/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an operation does to a record's state. Private: nothing here is installed.
 *
 *   truce-write.c         the verbs, and the rows that come of them
 *   truce-write-fields.c  plain JSON becomes the smallest change of each field's kind
 *   truce-write-fresh.c   the short way for a record that is new
 *   truce-base.c, truce-base-row.c   the record as both sides last agreed on it */

#include "truce-base.h"
#include "truce-operation.h"
#include "truce-schema-private.h"
#include "truce-state.h"
#include "truce-stored-record-private.h"

G_BEGIN_DECLS

/* One write to one record. What it refers to must outlive it. */
typedef struct
{
  const char *collection;
  const char *id;
  TruceSchema *schema;
  gboolean outbox;              /* whether changes wait to be sent */
  TruceStamp stamp;             /* later than all that the store has seen */

  TruceStoredRecord *row;       /* what is there, or NULL; not owned */
  TruceJsonArena *arena;        /* owned */
  TruceState *state;            /* of the row, in the arena */
  TruceBase base;               /* what has to be remembered of it */
  gboolean joined;              /* another replica has seen it: a deletion of it is not ours alone */
  gboolean ahead;               /* set by a join: what was here has something that theirs has not seen */
  GPtrArray *kept;              /* of TruceJsonDoc *, owned: documents that the state refers to; or NULL */
} TruceWrite;

/* schema's delete rule, as a state has it. */
TruceLifeRule      truce_life_rule     (TruceSchema          *schema);
TruceShape         truce_shape_of      (TruceKind             kind);
/* Of a field at the top; NULL: nothing is said of it. */
static inline TruceKind
truce_kind_of (const TruceSchemaField *field)
{
  return field != NULL && field->rules.has_kind ? field->rules.kind : TRUCE_KIND_REGISTER;
}

/* Reads the row, if there is one, into the state. */
gboolean           truce_write_begin   (TruceWrite           *self,
                                        GError              **error);
void               truce_write_end     (TruceWrite           *self);
/* Does all verbs but MERGE. *changed: whether the state is another now. Fails with NOT_FOUND, EXISTS,
 * INVALID_DATA, TOO_LARGE; the message names collection, id and field. */
gboolean           truce_write_apply   (TruceWrite           *self,
                                        const TruceOperation *operation,
                                        gboolean             *changed,
                                        GError              **error);
/* The new row, under a version. NULL with INVALID_DATA or TOO_LARGE where the schema does not allow it. */
TruceStoredRecord *truce_write_row     (TruceWrite           *self,
                                        gint64                version,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;
/* Instead of truce_write_begin() and all that follows: joins theirs, whose state has been decoded, and gives the new
 * row. NULL without an error: nothing changes. What met is kept, whether or not the schema would have allowed it to be
 * written. lost is told of what lost. */
TruceStoredRecord *truce_write_join    (TruceWrite              *self,
                                        const TruceStoredRecord *theirs,
                                        TruceState              *state,
                                        gint64                   version,
                                        TruceLostFunc            lost,
                                        gpointer                 lost_data,
                                        GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

/* The row of a record that is not there yet. NULL without an error: this one needs the long way. */
TruceStoredRecord *truce_write_fresh   (const TruceWrite     *self,
                                        const char           *text,
                                        gint64                version,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- truce-write-fields.c ---- */

/* Writes the members of an object; with whole, what it leaves out goes. */
gboolean           truce_write_members (TruceWrite           *self,
                                        const TruceJsonDoc   *doc,
                                        gboolean              whole,
                                        gboolean              afresh,
                                        gboolean             *changed,
                                        GError              **error);
gboolean           truce_write_unset   (TruceWrite           *self,
                                        const char           *field,
                                        gboolean             *changed,
                                        GError              **error);
gboolean           truce_write_element (TruceWrite           *self,
                                        const TruceOperation *operation,
                                        gboolean             *changed,
                                        GError              **error);
gboolean           truce_write_amount  (TruceWrite           *self,
                                        const TruceOperation *operation,
                                        gboolean             *changed,
                                        GError              **error);

/* Sets an error whose message is "task/1: at /title: what is wrong"; field NULL: no place. Gives FALSE. */
gboolean           truce_write_refuse  (const TruceWrite     *self,
                                        const char           *field,
                                        TruceError            code,
                                        const char           *what,
                                        GError              **error);

G_END_DECLS
