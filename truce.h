/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define TRUCE_INSIDE
#include "truce-error.h"
#include "truce-stamp.h"
#include "truce-replica-id.h"
#include "truce-clock.h"
#include "truce-version-vector.h"
#include "truce-crdt.h"
#include "truce-lww-register.h"
#include "truce-or-set.h"
#include "truce-kind.h"
#include "truce-schema.h"
#include "truce-record.h"
#include "truce-field-conflict.h"
#include "truce-conflict.h"
#include "truce-resolution.h"
#include "truce-resolver.h"
#include "truce-last-write-resolver.h"
#include "truce-field-merge-resolver.h"
#include "truce-prefer-resolver.h"
#include "truce-callback-resolver.h"
#include "truce-defer-resolver.h"
#include "truce-chain-resolver.h"
#include "truce-three-way.h"
#undef TRUCE_INSIDE
