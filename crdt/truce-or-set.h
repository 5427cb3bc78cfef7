/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-crdt.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_OR_SET (truce_or_set_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceOrSet, truce_or_set, TRUCE, OR_SET, GObject)

/**
 * TruceOrSetFunc:
 * @element: an element
 * @user_data: the data given with the function
 *
 * Is called for each element by [method@OrSet.foreach].
 *
 * Since: 1.0
 */
typedef void (*TruceOrSetFunc) (const char *element,
                                gpointer    user_data);

TRUCE_AVAILABLE_IN_1_0
TruceOrSet *truce_or_set_new            (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceOrSet *truce_or_set_new_from_bytes (GBytes            *bytes,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_set_add            (TruceOrSet        *self,
                                         const char        *element,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_set_remove         (TruceOrSet        *self,
                                         const char        *element,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_set_clear          (TruceOrSet        *self,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_set_contains       (TruceOrSet        *self,
                                         const char        *element);
TRUCE_AVAILABLE_IN_1_0
guint       truce_or_set_get_n_elements (TruceOrSet        *self);
TRUCE_AVAILABLE_IN_1_0
char      **truce_or_set_get_elements   (TruceOrSet        *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
void        truce_or_set_foreach        (TruceOrSet        *self,
                                         TruceOrSetFunc     func,
                                         gpointer           user_data);
TRUCE_AVAILABLE_IN_1_0
guint       truce_or_set_get_limit      (TruceOrSet        *self);
TRUCE_AVAILABLE_IN_1_0
void        truce_or_set_set_limit      (TruceOrSet        *self,
                                         guint              limit);

G_END_DECLS
