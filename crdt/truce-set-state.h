/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state of a TruceOrSet: its dots, and the journal beside them. Private. */

#include "truce-dots.h"
#include "truce-journal.h"

G_BEGIN_DECLS

typedef struct
{
  TruceDots dots;
  TruceJournal journal;
  gsize dead_kept;              /* cost of the entries without dots that the last compaction had to keep */
  guint journal_min;            /* changes that the journal keeps at least */
  gsize tidy_min;               /* bytes not worth a compaction */
} TruceSetState;

/* What came as bytes. */
typedef struct
{
  TruceVersionVector *from;     /* owned; empty: these are all dots there are, not a difference */
  TruceDots dots;               /* the new ones; its context is what the sender has seen */
  TruceChange *kills;           /* owned; by ascending event; in the indices of dots */
  guint n_kills;
} TruceSetDelta;

void     truce_set_state_init       (TruceSetState             *self);
void     truce_set_state_clear      (TruceSetState             *self);
void     truce_set_state_copy       (TruceSetState             *self,
                                     const TruceSetState       *other);
void     truce_set_delta_clear      (TruceSetDelta             *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceSetDelta, truce_set_delta_clear)

/* ---- events of this replica, or of another one, delivered in order (truce-set-state.c) ---- */

void     truce_set_state_add        (TruceSetState             *self,
                                     const char                *text,
                                     gsize                      length,
                                     guint64                    time,
                                     guint32                    replica);
/* FALSE if there was no such element. */
gboolean truce_set_state_remove     (TruceSetState             *self,
                                     const char                *text,
                                     gsize                      length,
                                     guint64                    time,
                                     guint32                    replica);
void     truce_set_state_remove_all (TruceSetState             *self,
                                     guint64                    time,
                                     guint32                    replica);
/* Remembers a change for deltas. */
void     truce_set_state_note       (TruceSetState             *self,
                                     TruceChange                change);
/* Drops what is dead, once that is worth it. */
void     truce_set_state_tidy       (TruceSetState             *self);

/* ---- joins (truce-set-join.c); they leave self unchanged on error ---- */

gboolean truce_set_state_join       (TruceSetState             *self,
                                     const TruceDots           *other,
                                     guint                      limit,
                                     GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
/* May take delta's content. */
gboolean truce_set_state_apply      (TruceSetState             *self,
                                     TruceSetDelta             *delta,
                                     guint                      limit,
                                     GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean truce_set_state_equal      (const TruceSetState       *a,
                                     const TruceSetState       *b);

/* ---- bytes (truce-set-encode.c, truce-set-decode.c) ---- */

GBytes  *truce_set_state_encode     (const TruceSetState       *self,
                                     const TruceVersionVector  *since) G_GNUC_WARN_UNUSED_RESULT;
gboolean truce_set_delta_decode     (TruceSetDelta             *self,
                                     GBytes                    *bytes,
                                     guint                      limit,
                                     GError                   **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
