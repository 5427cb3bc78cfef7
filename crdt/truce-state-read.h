/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files that decode a state share: truce-state-read.c, -decode-parts.c, -decode.c. Private. */

#include "truce-codec.h"
#include "truce-state.h"

G_BEGIN_DECLS

#define TRUCE_STATE_NO_STAMP G_MAXUINT32

/* A JSON text among the bytes, or the one that was given. */
typedef struct _TruceStateText TruceStateText;

struct _TruceStateText
{
  TruceJsonDoc *doc;            /* owned */
  TruceStateText *next;
};

/* A value in a text. doc NULL: none. */
typedef struct
{
  const TruceJsonDoc *doc;
  guint32 node;
} TruceJsonValue;

typedef struct
{
  TruceReader reader;
  TruceState *state;            /* what is being read */
  TruceStamp *stamps;
  guint32 *n_plain;             /* for each stamp: lone registers of it that show and are listed */
  gboolean *used;
  guint32 n_stamps;
  guint32 base;                 /* index, or TRUCE_STATE_NO_STAMP */
  guint32 n_passed;             /* lone registers of the base that are not listed */
  guint32 last_used;            /* the stamp used last */
  TruceStateText *texts;        /* all that must be freed */
  GError *error;                /* of a JSON text; else it is the reader's */
} TruceStateReader;

/* ---- pieces (truce-state-read.c) ---- */

/* No doc, after a problem. */
TruceJsonValue truce_state_parse        (TruceStateReader *self,
                                         const char       *json,
                                         gsize             length);
void           truce_state_free_texts   (TruceStateReader *self);
gboolean       truce_state_is_canonical (TruceJsonValue    value);
/* A member's name, decoded; one with an escape is moved to the arena. */
TruceSlice     truce_state_name         (TruceStateReader *self,
                                         TruceJsonValue    name);
guint64        truce_state_read_time    (TruceStateReader *self,
                                         guint64           near);
guint64        truce_state_read_replica (TruceStateReader *self);
/* How many things follow that take at least size bytes each. */
guint32        truce_state_read_count   (TruceStateReader *self,
                                         gsize             size);
TruceSlice     truce_state_read_text    (TruceStateReader *self);
/* A rank behind the one before. */
guint32        truce_state_read_rank    (TruceStateReader *self,
                                         guint64           gap,
                                         guint32           last);
TruceStamp     truce_state_use_stamp    (TruceStateReader *self,
                                         guint64           index);
TruceStamp     truce_state_read_stamp   (TruceStateReader *self);

static inline TruceSlice
truce_state_value_slice (TruceJsonValue value)
{
  const TruceJsonNode *node = &value.doc->nodes[value.node];

  return (TruceSlice) { value.doc->text + node->start, node->end - node->start };
}

/* ---- truce-state-decode-parts.c ---- */

/* Where the value of a part of that shape stands: the member, or a text that follows. */
TruceJsonValue truce_state_find_value   (TruceStateReader *self,
                                         TruceShape        shape,
                                         guint8            where,
                                         TruceJsonValue    member);
/* All that a field has. member: none for a field that does not show. */
void           truce_state_read_parts   (TruceStateReader *self,
                                         TruceStateMap    *map,
                                         TruceStateField  *field,
                                         TruceJsonValue    member);

/* ---- truce-state-decode.c ---- */

void           truce_state_read_map     (TruceStateReader *self,
                                         TruceStateMap    *map,
                                         TruceJsonValue    object);

G_END_DECLS
