/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A moment, in words and as the user's locale writes it. Needs GLib alone. */

#include <glib.h>

G_BEGIN_DECLS

/* ms: since 1970. “14:03” today, else “23 November, 14:03”. */
char *tasks_when_format (gint64 ms) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
