/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-record-private.h"
#include "truce-store-private.h"
#include "truce-undo.h"

#define N_OUTCOMES (TRUCE_OUTCOME_SKIPPED + 1)

/**
 * TruceBatchResult:
 *
 * What became of each operation of a batch, in the order given.
 *
 * ```c
 * for (guint i = 0; i < truce_batch_result_get_n_operations (result); i++)
 *   g_print ("%s: %s\n", truce_batch_result_get_id (result, i),
 *            truce_outcome_to_string (truce_batch_result_get_outcome (result, i)));
 * ```
 *
 * What was not done can be tried again ([method@BatchResult.create_retry]), what
 * was done can be taken back ([method@BatchResult.create_undo]).
 *
 * A result keeps the records as they were before and after, so it is for as long
 * as one wants to show or mend them. It belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _TruceBatchResult
{
  GObject parent_instance;
  TruceStore *store;            /* owned: whose schemas say how to take back */
  TruceBatch *batch;            /* owned */
  guint n_operations;
  TruceDone *done;              /* owned: n_operations */
  guint counts[N_OUTCOMES];
};

enum { PROP_0, PROP_BATCH, PROP_N_OPERATIONS, PROP_CLEAN, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceBatchResult, truce_batch_result, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TruceOutcome, truce_outcome,
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_APPLIED, "applied"),
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_MERGED, "merged"),
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_UNCHANGED, "unchanged"),
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_CONFLICT, "conflict"),
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_ROLLED_BACK, "rolled-back"),
                    G_DEFINE_ENUM_VALUE (TRUCE_OUTCOME_SKIPPED, "skipped"))

/**
 * truce_outcome_to_string:
 * @outcome: an outcome
 *
 * Gets the name of an outcome, as in “rolled-back”.
 *
 * Returns: (transfer none): its name
 *
 * Since: 1.0
 */
const char *
truce_outcome_to_string (TruceOutcome outcome)
{
  g_autoptr(GEnumClass) outcomes = g_type_class_ref (TRUCE_TYPE_OUTCOME);
  const GEnumValue *value = g_enum_get_value (outcomes, outcome);

  g_return_val_if_fail (value != NULL, NULL);

  return value->value_nick;
}

static void
truce_batch_result_finalize (GObject *object)
{
  TruceBatchResult *self = TRUCE_BATCH_RESULT (object);

  for (guint i = 0; i < self->n_operations; i++)
    truce_done_clear (&self->done[i]);
  g_clear_pointer (&self->done, g_free);
  g_clear_object (&self->batch);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (truce_batch_result_parent_class)->finalize (object);
}

static void
truce_batch_result_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TruceBatchResult *self = TRUCE_BATCH_RESULT (object);

  switch (id)
    {
    case PROP_BATCH:
      g_value_set_object (value, self->batch);
      break;
    case PROP_N_OPERATIONS:
      g_value_set_uint (value, self->n_operations);
      break;
    case PROP_CLEAN:
      g_value_set_boolean (value, truce_batch_result_is_clean (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_batch_result_class_init (TruceBatchResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_batch_result_finalize;
  object_class->get_property = truce_batch_result_get_property;

  /**
   * TruceBatchResult:batch:
   *
   * The batch that was run.
   *
   * Since: 1.0
   */
  properties[PROP_BATCH] =
    g_param_spec_object ("batch", NULL, NULL, TRUCE_TYPE_BATCH, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceBatchResult:n-operations:
   *
   * How many operations it had.
   *
   * Since: 1.0
   */
  properties[PROP_N_OPERATIONS] =
    g_param_spec_uint ("n-operations", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceBatchResult:clean:
   *
   * Whether all that was asked for is so now.
   *
   * Since: 1.0
   */
  properties[PROP_CLEAN] =
    g_param_spec_boolean ("clean", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_batch_result_init (TruceBatchResult *self)
{
}

TruceBatchResult *
truce_batch_result_new (TruceStore *store,
                        TruceBatch *batch)
{
  TruceBatchResult *self = g_object_new (TRUCE_TYPE_BATCH_RESULT, NULL);

  self->store = g_object_ref (store);
  self->batch = g_object_ref (batch);
  self->n_operations = truce_batch_get_n_operations (batch);
  self->done = g_new0 (TruceDone, self->n_operations);
  self->counts[TRUCE_OUTCOME_APPLIED] = self->n_operations;
  return self;
}

static void
set_outcome (TruceBatchResult *self,
             guint             operation,
             TruceOutcome      outcome)
{
  self->counts[self->done[operation].outcome]--;
  self->counts[outcome]++;
  self->done[operation].outcome = outcome;
}

void
truce_batch_result_take (TruceBatchResult *self,
                         guint             operation,
                         TruceDone        *done)
{
  set_outcome (self, operation, done->outcome);
  self->done[operation] = *done;
}

void
truce_batch_result_skip (TruceBatchResult *self,
                         guint             first)
{
  for (guint i = first; i < self->n_operations; i++)
    set_outcome (self, i, TRUCE_OUTCOME_SKIPPED);
}

void
truce_batch_result_undo (TruceBatchResult *self,
                         const GError     *error)
{
  for (guint i = 0; i < self->n_operations; i++)
    {
      TruceDone *done = &self->done[i];

      if (done->outcome > TRUCE_OUTCOME_UNCHANGED)
        continue;
      if (done->outcome == TRUCE_OUTCOME_UNCHANGED && error != NULL)
        continue;
      set_outcome (self, i, error != NULL ? TRUCE_OUTCOME_FAILED : TRUCE_OUTCOME_ROLLED_BACK);
      if (error != NULL)
        done->error = g_error_copy (error);
      g_clear_pointer (&done->after, truce_stored_record_unref);
    }
}

/**
 * truce_batch_result_get_batch:
 * @self: a result
 *
 * Gets the batch that was run.
 *
 * Returns: (transfer none): the batch
 *
 * Since: 1.0
 */
TruceBatch *
truce_batch_result_get_batch (TruceBatchResult *self)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);

  return self->batch;
}

/**
 * truce_batch_result_get_n_operations:
 * @self: a result
 *
 * Gets how many operations there were.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_batch_result_get_n_operations (TruceBatchResult *self)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), 0);

  return self->n_operations;
}

/**
 * truce_batch_result_get_outcome:
 * @self: a result
 * @operation: an operation's number, from 0
 *
 * Gets what became of an operation.
 *
 * Returns: the outcome
 *
 * Since: 1.0
 */
TruceOutcome
truce_batch_result_get_outcome (TruceBatchResult *self,
                                guint             operation)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), TRUCE_OUTCOME_FAILED);
  g_return_val_if_fail (operation < self->n_operations, TRUCE_OUTCOME_FAILED);

  return self->done[operation].outcome;
}

/**
 * truce_batch_result_get_error:
 * @self: a result
 * @operation: an operation's number, from 0
 *
 * Gets why an operation failed, or was left in conflict.
 *
 * Returns: (transfer none) (nullable): the error; %NULL for the other outcomes
 *
 * Since: 1.0
 */
const GError *
truce_batch_result_get_error (TruceBatchResult *self,
                              guint             operation)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);
  g_return_val_if_fail (operation < self->n_operations, NULL);

  return self->done[operation].error;
}

/**
 * truce_batch_result_get_collection:
 * @self: a result
 * @operation: an operation's number, from 0
 *
 * Gets the name of an operation's collection.
 *
 * Returns: (transfer none) (nullable): the name; %NULL for an operation that
 *   there is not
 *
 * Since: 1.0
 */
const char *
truce_batch_result_get_collection (TruceBatchResult *self,
                                   guint             operation)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);
  g_return_val_if_fail (operation < self->n_operations, NULL);

  return truce_batch_get_operation (self->batch, operation)->collection;
}

/**
 * truce_batch_result_get_id:
 * @self: a result
 * @operation: an operation's number, from 0
 *
 * Gets the id of an operation's record.
 *
 * Returns: (transfer none) (nullable): the id; %NULL for an operation that there
 *   is not
 *
 * Since: 1.0
 */
const char *
truce_batch_result_get_id (TruceBatchResult *self,
                           guint             operation)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);
  g_return_val_if_fail (operation < self->n_operations, NULL);

  return truce_batch_get_operation (self->batch, operation)->id;
}

/**
 * truce_batch_result_dup_record:
 * @self: a result
 * @operation: an operation's number, from 0
 *
 * Gets an operation's record: as the operation left it, or, where it changed
 * nothing, as it found it.
 *
 * Returns: (transfer full) (nullable): the record; %NULL if there was none, or it
 *   was not looked for
 *
 * Since: 1.0
 */
TruceRecord *
truce_batch_result_dup_record (TruceBatchResult *self,
                               guint             operation)
{
  const TruceStoredRecord *row;

  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);
  g_return_val_if_fail (operation < self->n_operations, NULL);

  row = self->done[operation].after != NULL ? self->done[operation].after : self->done[operation].before;
  if (row == NULL)
    return NULL;
  if (row->value == NULL)
    return truce_record_new_tombstone (row->collection, row->id, NULL);
  return truce_record_new_from_text (row->collection, row->id, row->value, NULL);
}

/**
 * truce_batch_result_count:
 * @self: a result
 * @outcome: an outcome
 *
 * Counts the operations with one outcome. Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_batch_result_count (TruceBatchResult *self,
                          TruceOutcome      outcome)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), 0);
  g_return_val_if_fail ((guint) outcome < N_OUTCOMES, 0);

  return self->counts[outcome];
}

/**
 * truce_batch_result_is_clean:
 * @self: a result
 *
 * Gets whether all that was asked for is so now: each operation was applied,
 * merged, or had nothing to change.
 *
 * Returns: whether there is nothing to mend
 *
 * Since: 1.0
 */
gboolean
truce_batch_result_is_clean (TruceBatchResult *self)
{
  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), FALSE);

  return self->counts[TRUCE_OUTCOME_APPLIED] + self->counts[TRUCE_OUTCOME_MERGED] +
         self->counts[TRUCE_OUTCOME_UNCHANGED] == self->n_operations;
}

/**
 * truce_batch_result_create_retry:
 * @self: a result
 *
 * Makes a batch of the operations that were not done: those that failed, are in
 * conflict, were rolled back or skipped. In their order, under the same policy.
 *
 * Returns: (transfer full): the batch
 *
 * Since: 1.0
 */
TruceBatch *
truce_batch_result_create_retry (TruceBatchResult *self)
{
  TruceBatch *batch;

  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);

  batch = truce_batch_new (truce_batch_get_policy (self->batch));
  for (guint i = 0; i < self->n_operations; i++)
    if (self->done[i].outcome > TRUCE_OUTCOME_UNCHANGED)
      truce_batch_append (batch, truce_batch_get_operation (self->batch, i));
  return batch;
}

/**
 * truce_batch_result_create_undo:
 * @self: a result
 *
 * Makes a batch that takes back what was done, the last first, each for itself.
 *
 * It undoes by kind: a counter is counted back, a set loses what it got and gets
 * what it lost, the other fields are written as they were. So what somebody
 * else did to the record since stays, where the kinds allow it. Fields that are
 * immutable or only grow can't be taken back.
 *
 * Returns: (transfer full): the batch
 *
 * Since: 1.0
 */
TruceBatch *
truce_batch_result_create_undo (TruceBatchResult *self)
{
  TruceBatch *batch;

  g_return_val_if_fail (TRUCE_IS_BATCH_RESULT (self), NULL);

  batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  for (guint i = self->n_operations; i-- > 0;)
    {
      const TruceDone *done = &self->done[i];
      TruceCollectionInfo *info;

      if (done->after == NULL)
        continue;
      info = truce_store_info (self->store, done->after->collection, NULL);
      truce_undo_append (batch, info->schema, done->before, done->after);
    }
  return batch;
}
