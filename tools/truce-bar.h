/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A line on standard error that tells how far long work has come; on a terminal, once it takes long. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 started;               /* µs; 0: not yet */
  gint64 told;                  /* when it was drawn last; 0: never */
} TruceBar;

/* A TruceProgressFunc; data: a TruceBar, which begins as { 0 }. */
void truce_bar_update (gint64    done,
                       gint64    total,
                       gpointer  data);
/* Takes the line away. Before anything else is written to standard error, and at the end. */
void truce_bar_clear  (TruceBar *self);

G_END_DECLS
