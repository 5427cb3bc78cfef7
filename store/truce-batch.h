/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "truce-error.h"

G_BEGIN_DECLS

/**
 * TruceBatchPolicy:
 * @TRUCE_BATCH_POLICY_ATOMIC: all or nothing: the first failure takes back what went through before it
 * @TRUCE_BATCH_POLICY_INDEPENDENT: each for itself: a failure stops nothing
 * @TRUCE_BATCH_POLICY_STOP: what went through before the first failure stays, the rest is skipped
 *
 * What a failure means for the other operations of a batch.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_BATCH_POLICY_ATOMIC,
  TRUCE_BATCH_POLICY_INDEPENDENT,
  TRUCE_BATCH_POLICY_STOP,
} TruceBatchPolicy;

/**
 * TruceBatchAnswer:
 * @TRUCE_BATCH_ANSWER_ROLL_BACK: take back what went through, skip the rest
 * @TRUCE_BATCH_ANSWER_STOP: keep what went through, skip the rest
 * @TRUCE_BATCH_ANSWER_GO_ON: go on with the next operation
 *
 * What a [callback@BatchFailureFunc] says to a failure.
 *
 * The first one, 0, is what a function in another language answers that raised
 * an exception.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_BATCH_ANSWER_ROLL_BACK,
  TRUCE_BATCH_ANSWER_STOP,
  TRUCE_BATCH_ANSWER_GO_ON,
} TruceBatchAnswer;

#define TRUCE_TYPE_BATCH_POLICY (truce_batch_policy_get_type ())
#define TRUCE_TYPE_BATCH_ANSWER (truce_batch_answer_get_type ())
#define TRUCE_TYPE_BATCH (truce_batch_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType             truce_batch_policy_get_type      (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType             truce_batch_answer_get_type      (void) G_GNUC_CONST;

TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceBatch, truce_batch, TRUCE, BATCH, GObject)

/**
 * TruceBatchFailureFunc:
 * @batch: a batch that runs
 * @operation: the number of the operation in it, from 0
 * @error: why it failed
 * @user_data: what was given with the function
 *
 * Is asked after each operation that failed or is left in conflict.
 *
 * It is called within the batch's transaction: it may not write to the store.
 *
 * Returns: how to go on
 *
 * Since: 1.0
 */
typedef TruceBatchAnswer (*TruceBatchFailureFunc) (TruceBatch   *batch,
                                                   guint         operation,
                                                   const GError *error,
                                                   gpointer      user_data);

TRUCE_AVAILABLE_IN_1_0
TruceBatch       *truce_batch_new                  (TruceBatchPolicy       policy) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceBatchPolicy  truce_batch_get_policy           (TruceBatch            *self);
TRUCE_AVAILABLE_IN_1_0
guint             truce_batch_get_n_operations     (TruceBatch            *self);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_set_failure_func     (TruceBatch            *self,
                                                    TruceBatchFailureFunc  func,
                                                    gpointer               user_data,
                                                    GDestroyNotify         destroy);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_create               (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    JsonNode              *value);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_create_text          (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *text);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_put                  (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    JsonNode              *value);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_put_text             (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *text);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_patch                (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    JsonNode              *fields);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_patch_text           (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *text);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_unset                (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *field);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_delete               (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_undelete             (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_add                  (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *field,
                                                    JsonNode              *element);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_remove               (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *field,
                                                    JsonNode              *element);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_increment            (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *field,
                                                    gint64                 amount);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_merge                (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    JsonNode              *base,
                                                    JsonNode              *value);
TRUCE_AVAILABLE_IN_1_0
void              truce_batch_merge_text           (TruceBatch            *self,
                                                    const char            *collection,
                                                    const char            *id,
                                                    const char            *base,
                                                    const char            *text);

G_END_DECLS
