/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-crdt.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_FLAG (truce_flag_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceFlag, truce_flag, TRUCE, FLAG, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceFlag *truce_flag_new              (gboolean           disable_wins) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceFlag *truce_flag_new_from_bytes   (GBytes            *bytes,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean   truce_flag_enable           (TruceFlag         *self,
                                        const TruceStamp  *stamp,
                                        GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean   truce_flag_disable          (TruceFlag         *self,
                                        const TruceStamp  *stamp,
                                        GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean   truce_flag_is_enabled       (TruceFlag         *self);
TRUCE_AVAILABLE_IN_1_0
gboolean   truce_flag_get_disable_wins (TruceFlag         *self);

G_END_DECLS
