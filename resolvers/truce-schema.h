/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-kind.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_SCHEMA (truce_schema_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceSchema, truce_schema, TRUCE, SCHEMA, GObject)

/**
 * TruceFieldFunc:
 * @pointer: where: a JSON pointer
 * @base: (nullable): the value that both sides last agreed on
 * @local: (nullable): the local value
 * @remote: (nullable): the remote value
 * @user_data: what was given with the function
 * @error: return location for an error
 *
 * Decides a field that both sides changed apart.
 *
 * %NULL for a value means absent, which is not null.
 *
 * Returns: (transfer full) (nullable): the value to write; %NULL without an
 *   error leaves the conflict; an error ends the merge
 *
 * Since: 1.0
 */
typedef JsonNode *(*TruceFieldFunc) (const char  *pointer,
                                     JsonNode    *base,
                                     JsonNode    *local,
                                     JsonNode    *remote,
                                     gpointer     user_data,
                                     GError     **error);

TRUCE_AVAILABLE_IN_1_0
TruceSchema     *truce_schema_new             (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceSchema     *truce_schema_new_from_json   (JsonNode         *json,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceSchema     *truce_schema_new_from_text   (const char       *text,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
JsonNode        *truce_schema_to_json         (TruceSchema      *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_kind        (TruceSchema      *self,
                                               const char       *field,
                                               TruceKind         kind,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_rule        (TruceSchema      *self,
                                               const char       *field,
                                               TruceRule         rule,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_callback    (TruceSchema      *self,
                                               const char       *field,
                                               TruceFieldFunc    func,
                                               gpointer          user_data,
                                               GDestroyNotify    destroy,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_reference   (TruceSchema      *self,
                                               const char       *field,
                                               const char       *collection,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
void             truce_schema_set_delete_rule (TruceSchema      *self,
                                               TruceDeleteRule   rule);
TRUCE_AVAILABLE_IN_1_0
void             truce_schema_set_strategy    (TruceSchema      *self,
                                               TruceStrategy     strategy);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_type        (TruceSchema      *self,
                                               const char       *field,
                                               TruceFieldType    type,
                                               gboolean          nullable,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_required    (TruceSchema      *self,
                                               const char       *field,
                                               gboolean          required,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_max_size    (TruceSchema      *self,
                                               const char       *field,
                                               guint64           bytes,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_set_pattern     (TruceSchema      *self,
                                               const char       *field,
                                               const char       *regex,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
void             truce_schema_set_max_record_size (TruceSchema  *self,
                                                   guint64       bytes);
TRUCE_AVAILABLE_IN_1_0
void             truce_schema_set_max_fields  (TruceSchema      *self,
                                               guint             n);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_add_index       (TruceSchema      *self,
                                               const char       *field,
                                               GError          **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_add_search_field (TruceSchema     *self,
                                                const char      *field,
                                                GError         **error);
TRUCE_AVAILABLE_IN_1_0
TruceKind        truce_schema_get_kind        (TruceSchema      *self,
                                               const char       *pointer);
TRUCE_AVAILABLE_IN_1_0
TruceRule        truce_schema_get_rule        (TruceSchema      *self,
                                               const char       *pointer);
TRUCE_AVAILABLE_IN_1_0
const char      *truce_schema_get_reference   (TruceSchema      *self,
                                               const char       *field);
TRUCE_AVAILABLE_IN_1_0
TruceDeleteRule  truce_schema_get_delete_rule (TruceSchema      *self);
TRUCE_AVAILABLE_IN_1_0
TruceStrategy    truce_schema_get_strategy    (TruceSchema      *self);
TRUCE_AVAILABLE_IN_1_0
TruceFieldType   truce_schema_get_field_type  (TruceSchema      *self,
                                               const char       *pointer);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_is_nullable     (TruceSchema      *self,
                                               const char       *pointer);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_schema_is_required     (TruceSchema      *self,
                                               const char       *field);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_schema_get_max_size    (TruceSchema      *self,
                                               const char       *pointer);
TRUCE_AVAILABLE_IN_1_0
const char      *truce_schema_get_pattern     (TruceSchema      *self,
                                               const char       *pointer);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_schema_get_max_record_size (TruceSchema  *self);
TRUCE_AVAILABLE_IN_1_0
guint            truce_schema_get_max_fields  (TruceSchema      *self);
TRUCE_AVAILABLE_IN_1_0
const char *const *
                 truce_schema_get_indexes     (TruceSchema      *self);
TRUCE_AVAILABLE_IN_1_0
const char *const *
                 truce_schema_get_search_fields (TruceSchema    *self);

G_END_DECLS
