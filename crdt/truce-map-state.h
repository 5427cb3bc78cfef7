/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What TruceOrMap is made of: a state (truce-state.h) that lives on, and a journal of its latest changes, so
 * that a delta costs its changes and not the keys. Private. */

#include "truce-state.h"

G_BEGIN_DECLS

/* An event touched what is below a key at the top. */
typedef struct
{
  TruceStamp stamp;
  TruceSlice key;               /* in the arena */
} TruceMapChange;

typedef struct
{
  TruceJsonArena *arena;        /* owned; all texts are in it, too */
  TruceState *state;            /* in the arena */
  gsize tidy_at;                /* bytes: the size of the arena at which it is made anew */
  TruceStamp open;              /* the stamp that may be used again; time 0: none */
  GArray *changes;              /* owned: TruceMapChange, in the order in which they came here */
  GArray *floors;               /* owned: TruceStamp; the journal has all changes by later events */
} TruceMapState;

void                truce_map_state_init        (TruceMapState             *self);
void                truce_map_state_clear       (TruceMapState             *self);
/* Makes room. To be called where nobody holds anything of the state. */
void                truce_map_state_tidy        (TruceMapState             *self);

/* Whether an event may have this stamp: later than what has been seen of its replica, or the open one. FALSE
 * with TRUCE_ERROR_INVALID_DATA or TOO_LARGE. */
gboolean            truce_map_state_check_stamp (const TruceMapState       *self,
                                                 const TruceStamp          *stamp,
                                                 GError                   **error);
/* An event of that stamp has touched key. */
void                truce_map_state_note        (TruceMapState             *self,
                                                 TruceStamp                 stamp,
                                                 const char                *key);

TruceVersionVector *truce_map_state_get_context (const TruceMapState       *self) G_GNUC_WARN_UNUSED_RESULT;
/* limit: fields of any one map. On error nothing has changed. */
gboolean            truce_map_state_merge       (TruceMapState             *self,
                                                 const TruceMapState       *other,
                                                 guint                      limit,
                                                 GError                   **error);
/* since NULL: the whole. */
GBytes             *truce_map_state_encode      (TruceMapState             *self,
                                                 const TruceVersionVector  *since) G_GNUC_WARN_UNUSED_RESULT;
gboolean            truce_map_state_apply       (TruceMapState             *self,
                                                 GBytes                    *bytes,
                                                 guint                      limit,
                                                 GError                   **error);

G_END_DECLS
