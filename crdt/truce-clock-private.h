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
/* Of another replica, or put back: what was given later than last is forgotten, so it must have been stamped again.
 * Not while another thread uses the clock. */
void     truce_clock_assign    (TruceClock  *self,
                                guint64      replica,
                                guint64      last);
/* The latest time given or observed, as in TruceStamp; 0 before the first. */
guint64  truce_clock_get_last  (TruceClock  *self);
/* Milliseconds since 1970, corrected by the offset. */
gint64   truce_clock_now_ms    (TruceClock  *self);

G_END_DECLS
