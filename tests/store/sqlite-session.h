/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A scripted session: step i does the same whatever happened before, in one transaction, and leaves i in
 * meta. So what a store holds after k steps is known, by having the memory adapter do them; and a file that
 * says k must hold that and nothing else. */

#include <truce.h>

G_BEGIN_DECLS

/* A new folder, and its end with all that is in it. */
char              *session_create_folder (void);
void               session_remove_folder (char               *folder);
void               session_copy_file     (const char         *from,
                                          const char         *to);

gboolean           session_step          (TruceStoreAdapter  *adapter,
                                          int                 step,
                                          GError            **error);
/* How many steps it has seen; 0 for a new one. */
int                session_count         (TruceStoreAdapter  *adapter);
/* All that can be read of it, as text. */
char              *session_dump          (TruceStoreAdapter  *adapter);
/* What it must be after that many steps. Owned by this file. */
const char        *session_expect        (int                 steps);
TruceStoreAdapter *session_open          (const char         *path);
/* The file opens, is whole by its own verdict, and is as after a number of steps, which is returned. */
int                session_check         (const char         *path);
void               session_assert_clean  (TruceStoreAdapter  *adapter);
/* So many where nothing is said; in $TRUCE_TEST_ROUNDS otherwise, and twenty times more with -m slow. */
int                session_rounds        (int                 quick);

G_END_DECLS
