/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-kind.h"

G_BEGIN_DECLS

gboolean  truce_enum_from_nick (GType        type,
                                const char  *what,
                                const char  *nick,
                                int         *value,
                                GError     **error);
/* As schemas write it; NULL if the enum has no such value. */
const char *
          truce_enum_nick      (GType        type,
                                int          value);
char     *truce_show_name      (const char  *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
