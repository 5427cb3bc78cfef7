/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text that sorts, by its bytes, behind before and ahead of after. NULL: there is none on that side.
 * Where before does not sort ahead of after there is nothing between, and the text sorts behind before
 * only. */
char *tasks_rank_between (const char *before,
                          const char *after) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
