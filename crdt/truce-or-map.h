/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-crdt.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_OR_MAP (truce_or_map_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceOrMap, truce_or_map, TRUCE, OR_MAP, GObject)

/**
 * TruceOrMapFunc:
 * @key: a key at the top
 * @value: its value
 * @user_data: the data given with the function
 *
 * Is called for each key by [method@OrMap.foreach].
 *
 * Since: 1.0
 */
typedef void (*TruceOrMapFunc) (const char *key,
                                JsonNode   *value,
                                gpointer    user_data);

TRUCE_AVAILABLE_IN_1_0
TruceOrMap *truce_or_map_new            (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceOrMap *truce_or_map_new_from_bytes (GBytes            *bytes,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_set            (TruceOrMap        *self,
                                         const char        *pointer,
                                         JsonNode          *value,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_set_text       (TruceOrMap        *self,
                                         const char        *pointer,
                                         const char        *value,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_set_multi      (TruceOrMap        *self,
                                         const char        *pointer,
                                         JsonNode          *value,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_set_flag       (TruceOrMap        *self,
                                         const char        *pointer,
                                         gboolean           value,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_increment      (TruceOrMap        *self,
                                         const char        *pointer,
                                         gint64             amount,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_add            (TruceOrMap        *self,
                                         const char        *pointer,
                                         JsonNode          *element,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_take           (TruceOrMap        *self,
                                         const char        *pointer,
                                         JsonNode          *element,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_put_set        (TruceOrMap        *self,
                                         const char        *pointer,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_put_map        (TruceOrMap        *self,
                                         const char        *pointer,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_remove         (TruceOrMap        *self,
                                         const char        *pointer,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_or_map_contains       (TruceOrMap        *self,
                                         const char        *pointer);
TRUCE_AVAILABLE_IN_1_0
JsonNode   *truce_or_map_get            (TruceOrMap        *self,
                                         const char        *pointer) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char       *truce_or_map_get_text       (TruceOrMap        *self,
                                         const char        *pointer) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GPtrArray  *truce_or_map_get_values     (TruceOrMap        *self,
                                         const char        *pointer) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char      **truce_or_map_get_keys       (TruceOrMap        *self,
                                         const char        *pointer) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
guint       truce_or_map_get_n_keys     (TruceOrMap        *self,
                                         const char        *pointer);
TRUCE_AVAILABLE_IN_1_0
void        truce_or_map_foreach        (TruceOrMap        *self,
                                         TruceOrMapFunc     func,
                                         gpointer           user_data);
TRUCE_AVAILABLE_IN_1_0
guint       truce_or_map_get_limit      (TruceOrMap        *self);
TRUCE_AVAILABLE_IN_1_0
void        truce_or_map_set_limit      (TruceOrMap        *self,
                                         guint              limit);

G_END_DECLS
