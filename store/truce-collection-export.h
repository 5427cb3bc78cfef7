/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-collection.h"
#include "truce-progress.h"

G_BEGIN_DECLS

TRUCE_AVAILABLE_IN_1_0
gint64 truce_collection_export         (TruceCollection      *self,
                                        GOutputStream        *stream,
                                        TruceRecordFailureFunc failed,
                                        gpointer              failed_data,
                                        TruceProgressFunc     progress,
                                        gpointer              progress_data,
                                        GCancellable         *cancellable,
                                        GError              **error);
TRUCE_AVAILABLE_IN_1_0
void   truce_collection_export_async   (TruceCollection      *self,
                                        GOutputStream        *stream,
                                        TruceRecordFailureFunc failed,
                                        gpointer              failed_data,
                                        GDestroyNotify        failed_destroy,
                                        TruceProgressFunc     progress,
                                        gpointer              progress_data,
                                        GDestroyNotify        progress_destroy,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
TRUCE_AVAILABLE_IN_1_0
gint64 truce_collection_export_finish  (TruceCollection      *self,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
