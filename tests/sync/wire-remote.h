/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The way to a hub by messages: each exchange is written as JSON, answered by the hub as an HTTP server would have it,
 * and read again. */

#include "truce-hub.h"
#include "truce-remote.h"

G_BEGIN_DECLS

#define WIRE_TYPE_REMOTE (wire_remote_get_type ())
G_DECLARE_FINAL_TYPE (WireRemote, wire_remote, WIRE, REMOTE, GObject)

WireRemote *wire_remote_new (TruceHub *hub);

G_END_DECLS
