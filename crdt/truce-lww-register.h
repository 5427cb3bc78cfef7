/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-crdt.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_LWW_REGISTER (truce_lww_register_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceLwwRegister, truce_lww_register, TRUCE, LWW_REGISTER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceLwwRegister *truce_lww_register_new            (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceLwwRegister *truce_lww_register_new_from_bytes (GBytes            *bytes,
                                                     GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_lww_register_set            (TruceLwwRegister  *self,
                                                     JsonNode          *value,
                                                     const TruceStamp  *stamp,
                                                     GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean          truce_lww_register_set_text       (TruceLwwRegister  *self,
                                                     const char        *text,
                                                     const TruceStamp  *stamp,
                                                     GError           **error);
TRUCE_AVAILABLE_IN_1_0
JsonNode         *truce_lww_register_get            (TruceLwwRegister  *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char       *truce_lww_register_get_text       (TruceLwwRegister  *self);
TRUCE_AVAILABLE_IN_1_0
const TruceStamp *truce_lww_register_get_stamp      (TruceLwwRegister  *self);

G_END_DECLS
