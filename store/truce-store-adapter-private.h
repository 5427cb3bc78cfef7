/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-store-adapter.h"

G_BEGIN_DECLS

/* ---- truce-store-adapter-default.c ---- */
void truce_store_adapter_set_defaults (TruceStoreAdapterInterface *iface);

G_END_DECLS
