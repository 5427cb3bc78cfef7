/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-version-macros.h"

G_BEGIN_DECLS

/**
 * TruceSide:
 * @TRUCE_SIDE_BASE: what both sides last agreed on
 * @TRUCE_SIDE_LOCAL: ours
 * @TRUCE_SIDE_REMOTE: theirs
 * @TRUCE_SIDE_PROPOSED: what a merge wrote, or would write
 *
 * One of the values that meet.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_SIDE_BASE,
  TRUCE_SIDE_LOCAL,
  TRUCE_SIDE_REMOTE,
  TRUCE_SIDE_PROPOSED,
} TruceSide;

#define TRUCE_TYPE_SIDE (truce_side_get_type ())
#define TRUCE_TYPE_FIELD_CONFLICT (truce_field_conflict_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType       truce_side_get_type                (void) G_GNUC_CONST;

TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceFieldConflict, truce_field_conflict, TRUCE, FIELD_CONFLICT, GObject)

TRUCE_AVAILABLE_IN_1_0
const char *truce_field_conflict_get_pointer   (TruceFieldConflict *self);
TRUCE_AVAILABLE_IN_1_0
JsonNode   *truce_field_conflict_dup_value     (TruceFieldConflict *self,
                                                TruceSide           side) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char       *truce_field_conflict_dup_text      (TruceFieldConflict *self,
                                                TruceSide           side) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
