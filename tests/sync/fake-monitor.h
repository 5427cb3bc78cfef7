/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A network that a test switches on and off. */

#include <gio/gio.h>

#define FAKE_TYPE_MONITOR (fake_monitor_get_type ())
G_DECLARE_FINAL_TYPE (FakeMonitor, fake_monitor, FAKE, MONITOR, GObject)

FakeMonitor *fake_monitor_new (gboolean      available);
void         fake_monitor_set (FakeMonitor  *self,
                               gboolean      available,
                               gboolean      metered);
