/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "truce-version-macros.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_SYNC_REPORT (truce_sync_report_get_type ())

typedef struct _TruceSyncReport TruceSyncReport;

TRUCE_AVAILABLE_IN_1_0
GType            truce_sync_report_get_type         (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceSyncReport *truce_sync_report_ref              (TruceSyncReport       *self);
TRUCE_AVAILABLE_IN_1_0
void             truce_sync_report_unref            (TruceSyncReport       *self);
TRUCE_AVAILABLE_IN_1_0
gboolean         truce_sync_report_is_complete      (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_pushed     (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_pulled     (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_failed     (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_conflicted (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_retried    (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_skipped    (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_removed    (const TruceSyncReport *self);
TRUCE_AVAILABLE_IN_1_0
guint64          truce_sync_report_get_n_exchanges  (const TruceSyncReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceSyncReport, truce_sync_report_unref)

G_END_DECLS
