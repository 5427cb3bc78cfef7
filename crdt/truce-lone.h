/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What TruceMvRegister, TruceCounter and TruceFlag have in common: a state (truce-state.h) of one field without
 * a name, of one shape. So they join, and are written and read, as a record's fields are. Private. */

#include "truce-codec.h"
#include "truce-state.h"

G_BEGIN_DECLS

#define TRUCE_LONE_VALUE_MAX (16u * 1024u * 1024u)      /* bytes of text; a record has at most 1 MiB by default */

typedef struct
{
  TruceFormatType type;         /* of its bytes */
  TruceShape shape;
  TruceJsonArena *arena;        /* owned; all texts are in it, too */
  TruceState *state;            /* in the arena */
  TruceStamp open;              /* the stamp that may be used again; time 0: none */
  gsize tidy_at;                /* bytes: the size of the arena at which it is made anew */
} TruceLone;

void                truce_lone_init        (TruceLone          *self,
                                            TruceFormatType     type,
                                            TruceShape          shape);
void                truce_lone_clear       (TruceLone          *self);
/* What has been written, or NULL. Invalid after any of what follows. */
TruceStatePart     *truce_lone_part        (const TruceLone    *self);

/* ---- local events ---- */

/* Whether an event may have this stamp: later than what has been seen of its replica, or the last one again as long
 * as nobody has looked. FALSE with TRUCE_ERROR_INVALID_DATA or TOO_LARGE. */
gboolean            truce_lone_check_stamp (TruceLone          *self,
                                            const TruceStamp   *stamp,
                                            GError            **error);
/* One value, which replaces all that are there: its dot is new even where the value is not. The text is copied. */
void                truce_lone_set         (TruceLone          *self,
                                            TruceSlice          value,
                                            TruceStamp          stamp);

/* ---- what TruceCrdt asks for ---- */

TruceVersionVector *truce_lone_get_context (TruceLone          *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean            truce_lone_merge       (TruceLone          *self,
                                            TruceLone          *other,
                                            GError            **error);
/* A value is all there is, so a delta is the whole state. */
GBytes             *truce_lone_encode      (TruceLone          *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean            truce_lone_apply       (TruceLone          *self,
                                            GBytes             *bytes,
                                            GError            **error);
/* The type that bytes say they are of; 0: none. */
TruceFormatType     truce_lone_peek_type   (GBytes             *bytes);
gboolean            truce_lone_equal       (TruceLone          *a,
                                            TruceLone          *b);

G_END_DECLS
