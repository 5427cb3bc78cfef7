/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-or-set.h"
#include "truce-set-state.h"

G_BEGIN_DECLS

TruceSetState *truce_or_set_get_state (TruceOrSet *self);

G_END_DECLS
