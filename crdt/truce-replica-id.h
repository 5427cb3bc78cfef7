/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-error.h"

G_BEGIN_DECLS

TRUCE_AVAILABLE_IN_1_0
gboolean truce_replica_id_random    (guint64     *id,
                                     GError     **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean truce_replica_id_parse     (const char  *text,
                                     guint64     *id,
                                     GError     **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char    *truce_replica_id_to_string (guint64      id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
