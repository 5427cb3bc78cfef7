/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The check of a whole file, in a thread and over a connection of its own: SQLite makes it in one piece, and a window
 * could not wait for that. Private: nothing here is installed. */

#include "truce-sqlite-adapter.h"

G_BEGIN_DECLS

typedef struct _TruceFileCheck TruceFileCheck;

TruceFileCheck *truce_file_check_start (TruceSqliteAdapter  *adapter) G_GNUC_WARN_UNUSED_RESULT;
/* Waits until deadline (µs, as g_get_monotonic_time()) at the most. TRUE: it has ended, with *problems (an array of
 * strings, to be freed) or an error. */
gboolean        truce_file_check_wait  (TruceFileCheck      *self,
                                        gint64               deadline,
                                        char              ***problems,
                                        GError             **error);
/* Ends it where it still runs. */
void            truce_file_check_free  (TruceFileCheck      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceFileCheck, truce_file_check_free)

G_END_DECLS
