/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Between what shows (merge-model.c) and what is written (merge-model-write.c). */

#include <string.h>

#include "merge-model.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 time;
  guint64 replica;
} Moment;

/* A mark is of the kind that it was written as. */
typedef struct
{
  guint event;                  /* that left it */
  Moment moment;
  TruceKind kind;
  char *path;
  char *text;                   /* NULL: an absent value, or the presence of a set or a map */
  gint64 amount;
} Mark;

typedef struct
{
  Moment moment;
  gboolean creates;
  gboolean deletes;
  EventSet seen;
  GPtrArray *taken;             /* Mark *, not owned */
} Event;

/* The marks that stand, in the order in which they were left. */
GPtrArray  *model_standing    (const Model    *self,
                               const EventSet *known);
gboolean    model_is_alive    (const Model    *self,
                               const EventSet *known);
/* The kind that shows at a path, or -1: of several the one with the latest mark. */
int         model_shown       (GPtrArray      *standing,
                               const char     *path);
/* Of a kind that has one value. */
const Mark *model_winner      (GPtrArray      *standing,
                               const char     *path,
                               TruceKind       kind);
gboolean    model_wins        (const Mark     *challenger,
                               const Mark     *champion);
/* The names of the members of a map that show, ascending. */
GPtrArray  *model_names       (GPtrArray      *standing,
                               const char     *map);
GPtrArray  *model_elements    (GPtrArray      *standing,
                               const char     *path);
gint64      model_sum         (GPtrArray      *standing,
                               const char     *path);
/* Whether a mark counts for a kind at a path: a map is also what is below it. */
gboolean    model_counts_for  (const Mark     *mark,
                               const char     *path,
                               TruceKind       kind);
gboolean    model_is_below    (const char     *path,
                               const char     *map);
char       *model_join_path   (const char     *map,
                               const char     *name);
void        model_event_free  (gpointer        event);
void        model_mark_free   (gpointer        mark);

static inline gboolean
has_event (const EventSet *set,
           guint           event)
{
  return set->bits[event / 64] >> (event % 64) & 1;
}

static inline void
add_event (EventSet *set,
           guint     event)
{
  set->bits[event / 64] |= G_GUINT64_CONSTANT (1) << (event % 64);
}

G_END_DECLS
