/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-conflict-list.h"
#include "truce-conflict.h"

G_BEGIN_DECLS

/* Merges the three records with the stamps that they have. schema: instead of the conflict's own, or NULL. */
TruceMerge   *truce_conflict_merge  (TruceConflict     *self,
                                     TruceSchema       *schema,
                                     TruceRule          fallback,
                                     GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
