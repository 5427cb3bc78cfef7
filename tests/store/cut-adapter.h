/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An adapter that passes everything on to another one, until its line is cut. */

#include <truce.h>

G_BEGIN_DECLS

#define CUT_TYPE_ADAPTER (cut_adapter_get_type ())
G_DECLARE_FINAL_TYPE (CutAdapter, cut_adapter, CUT, ADAPTER, GObject)

/* Takes inner over. */
TruceStoreAdapter *cut_adapter_new   (TruceStoreAdapter *inner);
/* After so many more changes read, and after so many more records put or settled, these fail with
 * TRUCE_ERROR_TRANSIENT; -1: never. */
void               cut_adapter_after (TruceStoreAdapter *self,
                                      int                changes,
                                      int                puts);

G_END_DECLS
