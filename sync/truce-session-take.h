/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A record as the remote has it meets ours: see truce-session-take.c. Private to the session. */

#include "truce-session-private.h"

G_BEGIN_DECLS

/* One record that came, and what of it is here. */
typedef struct
{
  TruceSession *session;
  TruceStore *store;
  TruceCollectionInfo *info;
  TruceStoredRecord *theirs;
  TruceState *state;            /* of theirs, in the arena */
  TruceJsonArena *arena;        /* owned */
  TruceStoredRecord *ours;      /* owned, or NULL */
  gboolean plain;               /* its stamps are ours, made for the occasion */
} TruceTaking;

/* Reads theirs, and what is here; truce_taking_end() in any case. */
gboolean truce_taking_begin    (TruceTaking       *taking,
                                TruceSession      *session,
                                TruceStoredRecord *theirs,
                                GError           **error);
void     truce_taking_end      (TruceTaking       *taking);
/* Joins the two, or has the resolver decide. */
gboolean truce_taking_take     (TruceTaking       *taking,
                                gboolean          *changed,
                                GError           **error);
/* Both changed it apart, and a join may not decide. */
gboolean truce_taking_conflict (TruceTaking       *taking,
                                gboolean          *changed,
                                GError           **error);
/* Makes a joined state show text (NULL: nothing), by writes that come after both sides. */
gboolean truce_take_write_text (TruceWrite        *write,
                                const char        *text,
                                GError           **error);

G_END_DECLS
