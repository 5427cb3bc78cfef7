/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-hub.h"
#include "truce-remote.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_HUB_REMOTE (truce_hub_remote_get_type ())
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceHubRemote, truce_hub_remote, TRUCE, HUB_REMOTE, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceHubRemote *truce_hub_remote_new     (TruceHub       *hub) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceHub       *truce_hub_remote_get_hub (TruceHubRemote *self);

G_END_DECLS
