/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-error.h"

G_BEGIN_DECLS

/**
 * TruceResolutionType:
 * @TRUCE_RESOLUTION_LOCAL: the local record, or that it is deleted here
 * @TRUCE_RESOLUTION_REMOTE: the remote record, or that it is deleted there
 * @TRUCE_RESOLUTION_MERGED: a record made of both
 * @TRUCE_RESOLUTION_DEFERRED: undecided: for a person, or the next resolver
 *
 * How a conflict was resolved.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_RESOLUTION_LOCAL,
  TRUCE_RESOLUTION_REMOTE,
  TRUCE_RESOLUTION_MERGED,
  TRUCE_RESOLUTION_DEFERRED,
} TruceResolutionType;

#define TRUCE_TYPE_RESOLUTION_TYPE (truce_resolution_type_get_type ())
#define TRUCE_TYPE_RESOLUTION (truce_resolution_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType                truce_resolution_type_get_type       (void) G_GNUC_CONST;

TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceResolution, truce_resolution, TRUCE, RESOLUTION, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceResolution     *truce_resolution_new_local           (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceResolution     *truce_resolution_new_remote          (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceResolution     *truce_resolution_new_merged          (JsonNode         *value) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceResolution     *truce_resolution_new_deferred        (const char       *reason) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceResolutionType  truce_resolution_get_resolution_type (TruceResolution  *self);
TRUCE_AVAILABLE_IN_1_0
JsonNode            *truce_resolution_get_value           (TruceResolution  *self);
TRUCE_AVAILABLE_IN_1_0
char                *truce_resolution_dup_text            (TruceResolution  *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char          *truce_resolution_get_reason          (TruceResolution  *self);

G_END_DECLS
