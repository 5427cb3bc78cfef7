/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-crdt.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_MV_REGISTER (truce_mv_register_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceMvRegister, truce_mv_register, TRUCE, MV_REGISTER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceMvRegister *truce_mv_register_new            (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceMvRegister *truce_mv_register_new_from_bytes (GBytes            *bytes,
                                                   GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_mv_register_set            (TruceMvRegister   *self,
                                                   JsonNode          *value,
                                                   const TruceStamp  *stamp,
                                                   GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_mv_register_set_text       (TruceMvRegister   *self,
                                                   const char        *text,
                                                   const TruceStamp  *stamp,
                                                   GError           **error);
TRUCE_AVAILABLE_IN_1_0
guint            truce_mv_register_get_n_values   (TruceMvRegister   *self);
TRUCE_AVAILABLE_IN_1_0
JsonNode        *truce_mv_register_get            (TruceMvRegister   *self,
                                                   guint              index) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char            *truce_mv_register_dup_text       (TruceMvRegister   *self,
                                                   guint              index) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStamp      *truce_mv_register_dup_stamp      (TruceMvRegister   *self,
                                                   guint              index) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
