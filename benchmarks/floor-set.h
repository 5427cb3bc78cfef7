/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The least that an add-wins set with deltas can cost: plain C, no objects, no checks, trusted bytes. Each
 * replica numbers its events 1, 2, …; a log by number tells what each did, so a delta is a walk over the
 * numbers that the other lacks. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct _FloorSet FloorSet;

FloorSet *floor_set_new      (guint64      id);
void      floor_set_free     (FloorSet    *self);
void      floor_set_add      (FloorSet    *self,
                              const char  *text,
                              guint        length);
gboolean  floor_set_remove   (FloorSet    *self,
                              const char  *text,
                              guint        length);
gboolean  floor_set_contains (FloorSet    *self,
                              const char  *text,
                              guint        length);
guint     floor_set_n_live   (FloorSet    *self);
/* What self has and other (or NULL: nobody) lacks. */
guint8   *floor_set_encode   (FloorSet    *self,
                              FloorSet    *other,
                              gsize       *length);
void      floor_set_apply    (FloorSet    *self,
                              const guint8 *bytes);

G_END_DECLS
