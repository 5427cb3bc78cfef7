/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-stamp.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_CLOCK (truce_clock_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceClock, truce_clock, TRUCE, CLOCK, GObject)

/**
 * TruceTimeFunc:
 * @user_data: the data given with the function
 *
 * A source of time in place of the system's clock.
 *
 * It is called by every thread that uses the clock.
 *
 * Returns: milliseconds since 1970
 *
 * Since: 1.0
 */
typedef gint64 (*TruceTimeFunc) (gpointer user_data);

TRUCE_AVAILABLE_IN_1_0
TruceClock *truce_clock_new             (guint64            replica) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceClock *truce_clock_new_random      (GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceClock *truce_clock_new_from_string (const char        *text,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char       *truce_clock_to_string       (TruceClock        *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStamp *truce_clock_tick            (TruceClock        *self,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_clock_observe         (TruceClock        *self,
                                         const TruceStamp  *stamp,
                                         GError           **error);
TRUCE_AVAILABLE_IN_1_0
guint64     truce_clock_get_replica     (TruceClock        *self);
TRUCE_AVAILABLE_IN_1_0
gint64      truce_clock_get_lead        (TruceClock        *self);
TRUCE_AVAILABLE_IN_1_0
gint64      truce_clock_get_offset      (TruceClock        *self);
TRUCE_AVAILABLE_IN_1_0
void        truce_clock_set_offset      (TruceClock        *self,
                                         gint64             offset);
TRUCE_AVAILABLE_IN_1_0
gint64      truce_clock_get_drift_cap   (TruceClock        *self);
TRUCE_AVAILABLE_IN_1_0
void        truce_clock_set_drift_cap   (TruceClock        *self,
                                         gint64             drift_cap);
TRUCE_AVAILABLE_IN_1_0
void        truce_clock_set_time_func   (TruceClock        *self,
                                         TruceTimeFunc      func,
                                         gpointer           user_data,
                                         GDestroyNotify     destroy);

G_END_DECLS
