/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "truce-replica-id.h"

G_BEGIN_DECLS

/* As getrandom(): fills buffer, and gives how many bytes, or -1 with errno. */
typedef ssize_t (*TruceRandomSource) (void         *buffer,
                                      size_t        length,
                                      unsigned int  flags);

/* Of a given source, so that a test can let it fail. */
gboolean truce_replica_id_draw (TruceRandomSource   source,
                                guint64            *id,
                                GError            **error);

G_END_DECLS
