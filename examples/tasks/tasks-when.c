/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-when.h"

#include <glib/gi18n.h>

char *
tasks_when_format (gint64 ms)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr(GDateTime) when = g_date_time_to_local (utc);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  gboolean today = g_date_time_get_year (when) == g_date_time_get_year (now) &&
                   g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (now);

  /* Translators: a time, for g_date_time_format(), as 14:03; then a day and a time, as “23 November, 14:03” */
  return g_date_time_format (when, today ? _("%H:%M") : _("%-d %B, %H:%M"));
}
