/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-record.h"

G_BEGIN_DECLS

/**
 * TruceComparison:
 * @TRUCE_COMPARE_EQUAL: `==`: equal; null and an absent field are equal, too
 * @TRUCE_COMPARE_UNEQUAL: `!=`: not equal
 * @TRUCE_COMPARE_LESS: `<`: less; never of null or an absent field
 * @TRUCE_COMPARE_LESS_OR_EQUAL: `<=`: less or equal; never of null or an absent field
 * @TRUCE_COMPARE_GREATER: `>`: greater; never of null or an absent field
 * @TRUCE_COMPARE_GREATER_OR_EQUAL: `>=`: greater or equal; never of null or an absent field
 *
 * How a filter compares a field with a value.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_COMPARE_EQUAL,
  TRUCE_COMPARE_UNEQUAL,
  TRUCE_COMPARE_LESS,
  TRUCE_COMPARE_LESS_OR_EQUAL,
  TRUCE_COMPARE_GREATER,
  TRUCE_COMPARE_GREATER_OR_EQUAL,
} TruceComparison;

#define TRUCE_TYPE_COMPARISON (truce_comparison_get_type ())
#define TRUCE_TYPE_FILTER (truce_filter_get_type ())

typedef struct _TruceFilter TruceFilter;

TRUCE_AVAILABLE_IN_1_0
GType        truce_comparison_get_type (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType        truce_filter_get_type     (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceFilter *truce_filter_new_compare  (const char         *field,
                                        TruceComparison     comparison,
                                        JsonNode           *value,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceFilter *truce_filter_new_and      (TruceFilter        *a,
                                        TruceFilter        *b) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceFilter *truce_filter_new_or       (TruceFilter        *a,
                                        TruceFilter        *b) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceFilter *truce_filter_parse        (const char         *text,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceFilter *truce_filter_ref          (TruceFilter        *self);
TRUCE_AVAILABLE_IN_1_0
void         truce_filter_unref        (TruceFilter        *self);
TRUCE_AVAILABLE_IN_1_0
char        *truce_filter_to_string    (const TruceFilter  *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean     truce_filter_matches      (const TruceFilter  *self,
                                        TruceRecord        *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceFilter, truce_filter_unref)

G_END_DECLS
