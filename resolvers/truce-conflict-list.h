/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The conflicts that a merge left, as a list model. Private: nothing here is installed. */

#include <gio/gio.h>

#include "truce-field-conflict.h"
#include "truce-merge.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_CONFLICT_LIST (truce_conflict_list_get_type ())
G_DECLARE_FINAL_TYPE (TruceConflictList, truce_conflict_list, TRUCE, CONFLICT_LIST, GObject)

/* Takes the merge, whose documents and drafts live as long as the list or an item of it. */
TruceConflictList  *truce_conflict_list_new       (TruceMerge         *merge) G_GNUC_WARN_UNUSED_RESULT;
const TruceMerge   *truce_conflict_list_get_merge (TruceConflictList  *self);
TruceFieldConflict *truce_field_conflict_new      (TruceConflictList  *list,
                                                   guint               index) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
