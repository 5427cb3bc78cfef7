/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What truce-explain.c tells, as truce-explain-events.c gathers it. Private: nothing here is installed. */

#include "truce-log-entry.h"
#include "truce-state.h"

G_BEGIN_DECLS

/* Something that happened to a record. */
typedef struct
{
  const char *what;             /* "create", "delete", "write", "add", "count", "local", "lose"; static */
  const char *by;               /* why it does not show, or not any more; static; NULL: it shows */
  char *pointer;                /* owned: RFC 6901, or NULL: the whole record */
  char *value;                  /* owned: JSON, or NULL: none */
  gint64 time_ms;               /* when; of "lose", when it lost. -1: not told */
  TruceStamp stamp;             /* of who did it; time 0: none */
} TruceStoryEvent;

/* What the state knows, in no order: of TruceStoryEvent. shows: whether the record does. */
GArray *truce_story_new  (TruceState    *state,
                          gboolean       shows) G_GNUC_WARN_UNUSED_RESULT;
/* What lost in a merge: of TruceLogEntry. */
void    truce_story_lose (GArray        *story,
                          GListModel    *log);
/* By time, then by stamp; what has none first. */
void    truce_story_sort (GArray        *story);

G_END_DECLS
