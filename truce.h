/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define TRUCE_INSIDE
#include "truce-error.h"
#include "truce-stamp.h"
#include "truce-replica-id.h"
#include "truce-clock.h"
#include "truce-version-vector.h"
#include "truce-crdt.h"
#undef TRUCE_INSIDE
