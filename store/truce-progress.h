/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-version-macros.h"

G_BEGIN_DECLS

/**
 * TruceProgressFunc:
 * @done: how much is done, in what the work counts: records, bytes
 * @total: of how much, or 0 where nobody knows
 * @user_data: what was given with the function
 *
 * Told how far long work has come: now and then, and at its end.
 *
 * It runs in the thread and the main context of whoever started the work. It
 * may cancel the work, and do anything else that a handler may do.
 *
 * Since: 1.0
 */
typedef void (*TruceProgressFunc) (gint64   done,
                                   gint64   total,
                                   gpointer user_data);

G_END_DECLS
