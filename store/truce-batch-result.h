/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-batch.h"
#include "truce-record.h"

G_BEGIN_DECLS

/**
 * TruceOutcome:
 * @TRUCE_OUTCOME_APPLIED: done
 * @TRUCE_OUTCOME_MERGED: done, together with what somebody else had written
 * @TRUCE_OUTCOME_UNCHANGED: it was so already
 * @TRUCE_OUTCOME_CONFLICT: not done: the resolver leaves it to a person
 * @TRUCE_OUTCOME_FAILED: not done: see the error
 * @TRUCE_OUTCOME_ROLLED_BACK: it went through, and was taken back because of another
 * @TRUCE_OUTCOME_SKIPPED: not tried, because of another
 *
 * What became of one operation of a batch.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_OUTCOME_APPLIED,
  TRUCE_OUTCOME_MERGED,
  TRUCE_OUTCOME_UNCHANGED,
  TRUCE_OUTCOME_CONFLICT,
  TRUCE_OUTCOME_FAILED,
  TRUCE_OUTCOME_ROLLED_BACK,
  TRUCE_OUTCOME_SKIPPED,
} TruceOutcome;

#define TRUCE_TYPE_OUTCOME (truce_outcome_get_type ())
#define TRUCE_TYPE_BATCH_RESULT (truce_batch_result_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType          truce_outcome_get_type              (void) G_GNUC_CONST;

TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceBatchResult, truce_batch_result, TRUCE, BATCH_RESULT, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceBatch    *truce_batch_result_get_batch        (TruceBatchResult  *self);
TRUCE_AVAILABLE_IN_1_0
guint          truce_batch_result_get_n_operations (TruceBatchResult  *self);
TRUCE_AVAILABLE_IN_1_0
TruceOutcome   truce_batch_result_get_outcome      (TruceBatchResult  *self,
                                                    guint              operation);
TRUCE_AVAILABLE_IN_1_0
const GError  *truce_batch_result_get_error        (TruceBatchResult  *self,
                                                    guint              operation);
TRUCE_AVAILABLE_IN_1_0
const char    *truce_batch_result_get_collection   (TruceBatchResult  *self,
                                                    guint              operation);
TRUCE_AVAILABLE_IN_1_0
const char    *truce_batch_result_get_id           (TruceBatchResult  *self,
                                                    guint              operation);
TRUCE_AVAILABLE_IN_1_0
TruceRecord   *truce_batch_result_dup_record       (TruceBatchResult  *self,
                                                    guint              operation) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
guint          truce_batch_result_count            (TruceBatchResult  *self,
                                                    TruceOutcome       outcome);
TRUCE_AVAILABLE_IN_1_0
gboolean       truce_batch_result_is_clean         (TruceBatchResult  *self);
TRUCE_AVAILABLE_IN_1_0
TruceBatch    *truce_batch_result_create_retry     (TruceBatchResult  *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceBatch    *truce_batch_result_create_undo      (TruceBatchResult  *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char    *truce_outcome_to_string             (TruceOutcome       outcome);

G_END_DECLS
