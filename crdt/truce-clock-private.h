/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-clock.h"
#include "truce-stamp-private.h"

G_BEGIN_DECLS

/* truce_clock_tick() without an allocation. */
gboolean truce_clock_tick_into (TruceClock  *self,
                                TruceStamp  *stamp,
                                GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
