/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define TRUCE_INSIDE
#include "truce-error.h"
#undef TRUCE_INSIDE
