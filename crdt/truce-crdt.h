/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-version-vector.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_CRDT (truce_crdt_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (TruceCrdt, truce_crdt, TRUCE, CRDT, GObject)

/**
 * TruceCrdtInterface:
 * @parent_iface: the parent interface
 * @get_context: implements [method@Crdt.get_context]
 * @merge: implements [method@Crdt.merge]; @other is of the same type
 * @delta: implements [method@Crdt.delta]
 * @apply: implements [method@Crdt.apply]
 * @to_json: implements [method@Crdt.to_json]
 * @equal: implements [method@Crdt.equal]; @other is of the same type
 *
 * What a type that merges by itself implements. What it leaves out fails with
 * %TRUCE_ERROR_UNSUPPORTED.
 *
 * Since: 1.0
 */
struct _TruceCrdtInterface
{
  GTypeInterface parent_iface;

  TruceVersionVector *(*get_context) (TruceCrdt                 *self,
                                      GError                   **error);
  gboolean            (*merge)       (TruceCrdt                 *self,
                                      TruceCrdt                 *other,
                                      GError                   **error);
  GBytes             *(*delta)       (TruceCrdt                 *self,
                                      const TruceVersionVector  *since,
                                      GError                   **error);
  gboolean            (*apply)       (TruceCrdt                 *self,
                                      GBytes                    *bytes,
                                      GError                   **error);
  JsonNode           *(*to_json)     (TruceCrdt                 *self,
                                      GError                   **error);
  gboolean            (*equal)       (TruceCrdt                 *self,
                                      TruceCrdt                 *other,
                                      GError                   **error);
};

TRUCE_AVAILABLE_IN_1_0
TruceVersionVector *truce_crdt_get_context (TruceCrdt                 *self,
                                            GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean            truce_crdt_merge       (TruceCrdt                 *self,
                                            TruceCrdt                 *other,
                                            GError                   **error);
TRUCE_AVAILABLE_IN_1_0
GBytes             *truce_crdt_delta       (TruceCrdt                 *self,
                                            const TruceVersionVector  *since,
                                            GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GBytes             *truce_crdt_encode      (TruceCrdt                 *self,
                                            GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean            truce_crdt_apply       (TruceCrdt                 *self,
                                            GBytes                    *bytes,
                                            GError                   **error);
TRUCE_AVAILABLE_IN_1_0
JsonNode           *truce_crdt_to_json     (TruceCrdt                 *self,
                                            GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean            truce_crdt_equal       (TruceCrdt                 *self,
                                            TruceCrdt                 *other,
                                            GError                   **error);

G_END_DECLS
