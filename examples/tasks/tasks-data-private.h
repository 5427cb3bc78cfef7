/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What reading and writing share. */

#include "tasks-data.h"

G_BEGIN_DECLS

/* A filter by one field. */
TruceFilter *tasks_data_compare   (const char      *field,
                                   TruceComparison  comparison,
                                   const char      *text) G_GNUC_WARN_UNUSED_RESULT;
/* Ordered by rank, and not open yet. filter: NULL: all; limit: 0: none. */
TruceQuery  *tasks_data_new_query (TruceCollection *collection,
                                   TruceFilter     *filter,
                                   gboolean         last_first,
                                   guint            limit) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
