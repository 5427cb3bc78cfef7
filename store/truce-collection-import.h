/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-collection.h"
#include "truce-progress.h"

G_BEGIN_DECLS

/**
 * TruceImportFlags:
 * @TRUCE_IMPORT_NONE: as local writes: what is imported waits to be sent
 * @TRUCE_IMPORT_SYNCED: what is imported is what the remote has already, and does not wait. A record that was
 *   waiting goes on waiting
 *
 * What an import takes its records for.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_IMPORT_NONE = 0,
  TRUCE_IMPORT_SYNCED = 1 << 0,
} TruceImportFlags;

#define TRUCE_TYPE_IMPORT_FLAGS (truce_import_flags_get_type ())
TRUCE_AVAILABLE_IN_1_0
GType  truce_import_flags_get_type     (void) G_GNUC_CONST;

/**
 * TruceImportFunc:
 * @line: the number of the line, from 1
 * @error: why it was not imported; the message names the place
 * @user_data: what was given with the function
 *
 * Told of a line that was not imported. The lines after it go on.
 *
 * It is called in order of the lines, soon after they were tried, while no
 * transaction is open.
 *
 * Since: 1.0
 */
typedef void (*TruceImportFunc) (gint64        line,
                                 const GError *error,
                                 gpointer      user_data);

TRUCE_AVAILABLE_IN_1_0
gint64 truce_collection_import         (TruceCollection      *self,
                                        GInputStream         *stream,
                                        TruceImportFlags      flags,
                                        TruceImportFunc       failed,
                                        gpointer              failed_data,
                                        TruceProgressFunc     progress,
                                        gpointer              progress_data,
                                        GCancellable         *cancellable,
                                        GError              **error);
TRUCE_AVAILABLE_IN_1_0
void   truce_collection_import_async   (TruceCollection      *self,
                                        GInputStream         *stream,
                                        TruceImportFlags      flags,
                                        TruceImportFunc       failed,
                                        gpointer              failed_data,
                                        GDestroyNotify        failed_destroy,
                                        TruceProgressFunc     progress,
                                        gpointer              progress_data,
                                        GDestroyNotify        progress_destroy,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
TRUCE_AVAILABLE_IN_1_0
gint64 truce_collection_import_finish  (TruceCollection      *self,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
