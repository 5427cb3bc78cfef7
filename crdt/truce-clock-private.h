/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-clock.h"
#include "truce-stamp-private.h"

G_BEGIN_DECLS

/* truce_clock_tick() without an allocation. */
gboolean truce_clock_tick_into (TruceClock  *self,
                                TruceStamp  *stamp,
                                GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* Goes on from whatever the other clock, of the same replica, has given or seen. */
void     truce_clock_catch_up  (TruceClock  *self,
                                TruceClock  *other);
/* Milliseconds since 1970, corrected by the offset. */
gint64   truce_clock_now_ms    (TruceClock  *self);

G_END_DECLS
