/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-bar.h"

#include <unistd.h>

#define PATIENCE (500 * G_TIME_SPAN_MILLISECOND)        /* before anything is shown */
#define PAUSE (100 * G_TIME_SPAN_MILLISECOND)           /* between two drawings */
#define WIDTH 40

static void
draw (gint64 done,
      gint64 total)
{
  int filled = total > 0 ? (int) (CLAMP ((double) done / total, 0, 1) * WIDTH) : 0;
  char bar[WIDTH + 1];

  for (int i = 0; i < WIDTH; i++)
    bar[i] = i < filled ? '#' : '.';
  bar[WIDTH] = '\0';
  if (total > 0)
    g_printerr ("\r[%s] %3d %%", bar, (int) (CLAMP ((double) done / total, 0, 1) * 100));
  else
    g_printerr ("\r%" G_GINT64_FORMAT " done", done);
}

void
truce_bar_update (gint64   done,
                  gint64   total,
                  gpointer data)
{
  TruceBar *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->started == 0)
    self->started = now;
  if (now - self->started < PATIENCE || now - self->told < PAUSE || !isatty (STDERR_FILENO))
    return;
  self->told = now;
  draw (done, total);
}

void
truce_bar_clear (TruceBar *self)
{
  if (self->told != 0)
    g_printerr ("\r%*s\r", WIDTH + 10, "");
  self->told = 0;
}
