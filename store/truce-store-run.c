/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"
#include "truce-kind-private.h"
#include "truce-store-merge-verb.h"
#include "truce-store-rename.h"

#define MAX_ID 255      /* bytes */

void
truce_done_clear (TruceDone *done)
{
  g_clear_error (&done->error);
  g_clear_pointer (&done->before, truce_stored_record_unref);
  g_clear_pointer (&done->after, truce_stored_record_unref);
}

gboolean
truce_store_check_id (const char *collection,
                      const char *id,
                      GError    **error)
{
  gsize length = strlen (id);
  g_autofree char *shown = NULL;

  if (length > 0 && length <= MAX_ID && g_utf8_validate (id, length, NULL))
    return TRUE;

  shown = truce_show_name (id);
  g_set_error (error, TRUCE_ERROR, length > MAX_ID ? TRUCE_ERROR_TOO_LARGE : TRUCE_ERROR_INVALID_DATA,
               "%s: “%s” can't be an id: it takes 1 to %d bytes of UTF-8", collection, shown, MAX_ID);
  return FALSE;
}

static gboolean
is_put (const TruceOperation *operation)
{
  return operation->verb == TRUCE_VERB_PUT || operation->verb == TRUCE_VERB_CREATE;
}

/* Writes a record that is not there. FALSE without an error where it takes the long way: it is there after all, or
 * its fields are more than registers. */
static gboolean
do_fresh (TruceStore           *self,
          TruceCollectionInfo  *info,
          const TruceWrite     *write,
          const TruceOperation *operation,
          TruceDone            *done,
          GError              **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_write_fresh (write, operation->text, self->version + 1, error);

  if (row == NULL)
    return FALSE;
  if (truce_store_put_row (self, info, row, NULL, &local))
    {
      done->after = g_steal_pointer (&row);
      return TRUE;
    }
  if (!g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_EXISTS))
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* A write comes after all that its record has seen, also where the clock has been put back. */
gboolean
truce_store_stamp_write (TruceStore *self,
                         TruceWrite *write,
                         GError    **error)
{
  guint64 latest = 0;

  for (guint i = 0; i < write->state->n_context; i++)
    latest = MAX (latest, write->state->context[i].time);
  if (latest < write->stamp.time)
    return TRUE;
  if (latest > truce_clock_get_last (self->clock))
    truce_clock_assign (self->clock, truce_clock_get_replica (self->clock), latest);
  return truce_store_tick (self, &write->stamp, error);
}

/* What is there; and if the id is an alias, the operation is for the record that it means. */
static void
look_up (TruceStore *self,
         TruceWrite *write,
         TruceDone  *done,
         GError    **error)
{
  done->before = truce_store_find (self, write->collection, write->id, error);
  if (done->before != NULL)
    write->id = done->before->id;
}

/* Reads the state of what is there, changes it, and writes it back. */
static gboolean
do_change (TruceStore           *self,
           TruceCollectionInfo  *info,
           TruceWrite           *write,
           const TruceOperation *operation,
           TruceDone            *done,
           GError              **error)
{
  gboolean changed = FALSE;

  write->row = done->before;
  if (!truce_write_begin (write, error) || !truce_store_stamp_write (self, write, error) ||
      !truce_write_apply (write, operation, &changed, error))
    return FALSE;
  if (!changed)
    {
      done->outcome = TRUCE_OUTCOME_UNCHANGED;
      return TRUE;
    }

  done->after = truce_write_row (write, self->version + 1, error);
  return done->after != NULL && truce_store_put_row (self, info, done->after, done->before, error);
}

/* A put of what is probably new is tried as such first: that saves the look at what is there. */
static gboolean
do_put (TruceStore           *self,
        TruceCollectionInfo  *info,
        TruceWrite           *write,
        const TruceOperation *operation,
        TruceDone            *done,
        GError              **error)
{
  g_autoptr(GError) local = NULL;
  gboolean tried = info->expects_new;

  if (tried && do_fresh (self, info, write, operation, done, &local))
    return TRUE;
  if (local == NULL)
    look_up (self, write, done, &local);
  if (local == NULL)
    {
      info->expects_new = done->before == NULL;
      if (info->expects_new && !tried && do_fresh (self, info, write, operation, done, &local))
        return TRUE;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return do_change (self, info, write, operation, done, error);
}

static gboolean
do_operation (TruceStore           *self,
              TruceCollectionInfo  *info,
              TruceWrite           *write,
              const TruceOperation *operation,
              TruceDone            *done,
              GError              **error)
{
  g_autoptr(GError) local = NULL;

  if (is_put (operation))
    return do_put (self, info, write, operation, done, error);

  look_up (self, write, done, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (operation->verb == TRUCE_VERB_MERGE)
    return truce_store_merge_verb (self, info, write, operation, done, error);
  return do_change (self, info, write, operation, done, error);
}

static gboolean
try_operation (TruceStore           *self,
               const TruceOperation *operation,
               TruceDone            *done,
               GError              **error)
{
  TruceWrite write = { .collection = operation->collection, .id = operation->id, .outbox = self->outbox };
  TruceCollectionInfo *info;
  gboolean went;

  if (operation->invalid != NULL)
    {
      g_propagate_error (error, g_error_copy (operation->invalid));
      g_prefix_error (error, "%s/%s: ", operation->collection, operation->id);
      return FALSE;
    }
  info = truce_store_info (self, operation->collection, error);
  if (info == NULL || !truce_store_check_id (operation->collection, operation->id, error) || !truce_store_tick (self, &write.stamp, error))
    return FALSE;

  write.schema = info->schema;
  went = do_operation (self, info, &write, operation, done, error);
  truce_write_end (&write);
  return went;
}

void
truce_store_do (TruceStore           *self,
                const TruceOperation *operation,
                gboolean              keep,
                TruceDone            *done)
{
  *done = (TruceDone) { .outcome = TRUCE_OUTCOME_APPLIED };
  if (!try_operation (self, operation, done, &done->error))
    {
      g_clear_pointer (&done->after, truce_stored_record_unref);
      if (done->outcome != TRUCE_OUTCOME_CONFLICT)
        done->outcome = TRUCE_OUTCOME_FAILED;
    }
  if (!keep)
    {
      g_clear_pointer (&done->before, truce_stored_record_unref);
      g_clear_pointer (&done->after, truce_stored_record_unref);
    }
}

gboolean
truce_store_do_alone (TruceStore           *self,
                      const TruceOperation *operation,
                      GError              **error)
{
  TruceDone done;

  if (!truce_store_begin (self, error))
    return FALSE;

  truce_store_do (self, operation, FALSE, &done);
  if (done.error != NULL)
    {
      truce_store_rollback (self);
      g_propagate_error (error, done.error);
      return FALSE;
    }
  if (self->version == self->began)
    {
      truce_store_rollback (self);
      return TRUE;
    }
  return truce_store_commit (self, error);
}

/* Gives whether what went through is to stay. */
static gboolean
run_operations (TruceStore       *self,
                TruceBatch       *batch,
                TruceBatchResult *result)
{
  guint n = truce_batch_result_get_n_operations (result);

  for (guint i = 0; i < n; i++)
    {
      TruceBatchAnswer answer = TRUCE_BATCH_ANSWER_GO_ON;
      TruceDone done;

      truce_store_do (self, truce_batch_get_operation (batch, i), TRUE, &done);
      if (done.error != NULL)
        answer = truce_batch_ask (batch, i, done.error);
      truce_batch_result_take (result, i, &done);
      if (answer == TRUCE_BATCH_ANSWER_GO_ON)
        continue;

      truce_batch_result_skip (result, i + 1);
      return answer == TRUCE_BATCH_ANSWER_STOP;
    }
  return TRUE;
}

/**
 * truce_store_run:
 * @self: a store
 * @batch: a batch
 * @error: return location for an error
 *
 * Runs a batch in one transaction, and says what became of each operation.
 *
 * What goes wrong with an operation is in its outcome, not in @error; also a disk
 * that is full: then all operations of the transaction failed by it. @error is
 * set only where nothing was tried.
 *
 * This is for as many operations as a window can wait for: some thousands. Who
 * observes the store is told once, after the commit. Linear in the operations.
 *
 * Returns: (transfer full): the outcomes, or %NULL with %TRUCE_ERROR_BUSY if
 *   another process writes for too long or a batch runs already,
 *   %TRUCE_ERROR_READ_ONLY, %TRUCE_ERROR_FULL, %TRUCE_ERROR_CORRUPT or
 *   %TRUCE_ERROR_TRANSIENT
 *
 * Since: 1.0
 */
TruceBatchResult *
truce_store_run (TruceStore *self,
                 TruceBatch *batch,
                 GError    **error)
{
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(GError) local = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);
  g_return_val_if_fail (TRUCE_IS_BATCH (batch), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!truce_store_begin (self, error))
    return NULL;

  result = truce_batch_result_new (self, batch);
  if (!run_operations (self, batch, result))
    {
      truce_store_rollback (self);
      truce_batch_result_undo (result, NULL);
    }
  else if (self->version == self->began)
    {
      truce_store_rollback (self);
    }
  else if (!truce_store_commit (self, &local))
    {
      truce_batch_result_undo (result, local);
    }
  return g_steal_pointer (&result);
}
