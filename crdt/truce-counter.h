/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-crdt.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_COUNTER (truce_counter_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceCounter, truce_counter, TRUCE, COUNTER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceCounter *truce_counter_new            (void) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceCounter *truce_counter_new_from_bytes (GBytes            *bytes,
                                            GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean      truce_counter_increment      (TruceCounter      *self,
                                            gint64             amount,
                                            const TruceStamp  *stamp,
                                            GError           **error);
TRUCE_AVAILABLE_IN_1_0
gboolean      truce_counter_reset          (TruceCounter      *self,
                                            const TruceStamp  *stamp,
                                            GError           **error);
TRUCE_AVAILABLE_IN_1_0
gint64        truce_counter_get_value      (TruceCounter      *self);
TRUCE_AVAILABLE_IN_1_0
gboolean      truce_counter_is_saturated   (TruceCounter      *self);

G_END_DECLS
