/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-clock.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_TEST_CLOCK (truce_test_clock_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceTestClock, truce_test_clock, TRUCE, TEST_CLOCK, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceTestClock *truce_test_clock_new     (gint64           now) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gint64          truce_test_clock_get_now (TruceTestClock  *self);
TRUCE_AVAILABLE_IN_1_0
void            truce_test_clock_set_now (TruceTestClock  *self,
                                          gint64           now);
TRUCE_AVAILABLE_IN_1_0
void            truce_test_clock_advance (TruceTestClock  *self,
                                          gint64           milliseconds);
TRUCE_AVAILABLE_IN_1_0
void            truce_test_clock_drive   (TruceTestClock  *self,
                                          TruceClock      *clock,
                                          gint64           skew);

G_END_DECLS
