/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What somebody waits for is a set of rows, each at the version that it had when he began to wait. A row has arrived
 * when the remote accepted it in that version or a later one, which is seen in the answers of a push: the row itself may
 * be pending again by then, for a later edit. All else (failed, gone, acknowledged by another process) is seen in the
 * row, which is looked at after each session. */

#include "truce-inbox.h"
#include "truce-store-key.h"
#include "truce-sync-private.h"

/* One row that has not arrived yet. */
typedef struct
{
  char *collection;             /* owned */
  char *id;                     /* owned */
  gint64 version;
} Awaited;

typedef struct
{
  GTask *task;                  /* owned */
  GSource *cancelled;           /* owned, or NULL */
  GHashTable *rows;             /* key → Awaited *, both owned: what is missing */
  GError *error;                /* owned: the first that will not arrive; or NULL */
} Wait;

static void
awaited_free (gpointer data)
{
  Awaited *awaited = data;

  g_free (awaited->collection);
  g_free (awaited->id);
  g_free (awaited);
}

void
truce_sync_wait_free (gpointer data)
{
  Wait *wait = data;

  if (wait->cancelled != NULL)
    g_source_destroy (wait->cancelled);
  g_clear_pointer (&wait->cancelled, g_source_unref);
  g_clear_object (&wait->task);
  g_clear_pointer (&wait->rows, g_hash_table_unref);
  g_clear_error (&wait->error);
  g_free (wait);
}

static void
await (Wait                    *wait,
       const TruceStoredRecord *row)
{
  Awaited *awaited = g_new0 (Awaited, 1);

  awaited->collection = g_strdup (row->collection);
  awaited->id = g_strdup (row->id);
  awaited->version = row->version;
  g_hash_table_replace (wait->rows, truce_store_key (row->collection, row->id), awaited);
}

/* Takes the wait, which is in no list. */
static void
answer (Wait   *wait,
        GError *error)
{
  g_autoptr(GTask) task = g_object_ref (wait->task);

  truce_sync_wait_free (wait);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Whoever is answered may begin to wait again, or drop the engine: so those that are over leave the list first. */
static void
answer_those_over (TruceSync *self)
{
  g_autoptr(GPtrArray) over = g_ptr_array_new ();

  for (guint i = 0; i < self->waits->len; i++)
    if (g_hash_table_size (((Wait *) g_ptr_array_index (self->waits, i))->rows) == 0)
      g_ptr_array_add (over, g_ptr_array_steal_index (self->waits, i--));
  for (guint i = 0; i < over->len; i++)
    {
      Wait *wait = g_ptr_array_index (over, i);

      answer (wait, g_steal_pointer (&wait->error));
    }
}

/* ---- a push was answered ---- */

static void
wait_take (Wait          *wait,
           const char    *key,
           TrucePushItem *item)
{
  const Awaited *awaited = g_hash_table_lookup (wait->rows, key);

  if (awaited != NULL && item->record->version >= awaited->version)
    g_hash_table_remove (wait->rows, key);
}

void
truce_sync_wait_take (TruceSync *self,
                      TrucePush *push)
{
  if (self->waits->len == 0)
    return;

  for (guint i = 0; i < push->n_items; i++)
    {
      TrucePushItem *item = &push->items[i];
      g_autofree char *key = NULL;

      if (item->answer != TRUCE_ANSWER_ACCEPTED)
        continue;
      key = truce_store_key (item->record->collection, item->record->id);
      for (guint j = 0; j < self->waits->len; j++)
        wait_take (g_ptr_array_index (self->waits, j), key, item);
    }
  answer_those_over (self);
}

/* ---- a look at the rows ---- */

static GError *
failure_of (TruceSync               *self,
            const TruceStoredRecord *row)
{
  g_autoptr(TruceInboxEntry) entry = truce_inbox_get (self->store, row->collection, row->id, NULL);
  TruceError code = row->delivery == TRUCE_DELIVERY_CONFLICTED ? TRUCE_ERROR_CONFLICT : TRUCE_ERROR_REJECTED;
  const char *message = row->delivery == TRUCE_DELIVERY_CONFLICTED ? "a person has to decide" : "rejected";

  if (entry != NULL && row->delivery == TRUCE_DELIVERY_FAILED)
    code = entry->code;
  if (entry != NULL && entry->message != NULL && entry->message[0] != '\0')
    message = entry->message;
  return g_error_new (TRUCE_ERROR, code, "%s/%s: %s", row->collection, row->id, message);
}

/* Whether to wait on. *failure: why it will not arrive. */
static gboolean
is_missing (TruceSync     *self,
            const Awaited *awaited,
            GError       **failure)
{
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (self->store->adapter, awaited->collection, awaited->id,
                                                              failure);

  /* Gone: under another id now, or removed with the remote's consent. */
  if (row == NULL)
    return FALSE;

  switch (row->delivery)
    {
    case TRUCE_DELIVERY_SYNCED:
      return FALSE;
    case TRUCE_DELIVERY_PENDING:
    case TRUCE_DELIVERY_IN_FLIGHT:
      return TRUE;
    case TRUCE_DELIVERY_CONFLICTED:
      if (truce_sync_is_asked (self, row->collection, row->id))
        return TRUE;
      *failure = failure_of (self, row);
      return FALSE;
    case TRUCE_DELIVERY_FAILED:
      *failure = failure_of (self, row);
      return FALSE;
    }

  g_assert_not_reached ();
}

static void
wait_look (TruceSync *self,
           Wait      *wait)
{
  GHashTableIter iter;
  Awaited *awaited;

  g_hash_table_iter_init (&iter, wait->rows);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &awaited))
    {
      g_autoptr(GError) failure = NULL;

      if (is_missing (self, awaited, &failure))
        continue;
      if (wait->error == NULL)
        wait->error = g_steal_pointer (&failure);
      g_hash_table_iter_remove (&iter);
    }
}

void
truce_sync_wait_check (TruceSync *self)
{
  for (guint i = 0; i < self->waits->len; i++)
    wait_look (self, g_ptr_array_index (self->waits, i));
  answer_those_over (self);
}

void
truce_sync_wait_abandon (TruceSync *self)
{
  while (self->waits->len > 0)
    answer (g_ptr_array_steal_index (self->waits, self->waits->len - 1),
            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The sync was dropped"));
}

/* ---- beginning to wait ---- */

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  TruceSync *self = g_task_get_source_object (data);

  for (guint i = 0; i < self->waits->len; i++)
    if (((Wait *) g_ptr_array_index (self->waits, i))->task == data)
      {
        answer (g_ptr_array_steal_index (self->waits, i),
                g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The wait was cancelled"));
        break;
      }
  return G_SOURCE_REMOVE;
}

static Wait *
wait_new (TruceSync          *self,
          gpointer            tag,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (wait->task, tag);
  g_task_set_check_cancellable (wait->task, FALSE);
  wait->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, awaited_free);
  if (cancellable != NULL)
    {
      wait->cancelled = g_cancellable_source_new (cancellable);
      g_task_attach_source (wait->task, wait->cancelled, G_SOURCE_FUNC (on_cancelled));
    }
  return wait;
}

/* Takes the wait; what has arrived or failed already is answered. error: what could not be read, or NULL. */
static void
wait_begin (TruceSync *self,
            Wait      *wait,
            GError    *error)
{
  if (error != NULL)
    {
      answer (wait, error);
      return;
    }
  wait_look (self, wait);
  if (g_hash_table_size (wait->rows) == 0)
    answer (wait, g_steal_pointer (&wait->error));
  else
    g_ptr_array_add (self->waits, wait);
}

static gboolean
await_one (TruceSync  *self,
           Wait       *wait,
           const char *collection,
           const char *id,
           GError    **error)
{
  g_autoptr(GError) unread = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (self->store->adapter, collection, id, &unread);

  if (row != NULL)
    await (wait, row);
  if (unread != NULL)
    g_propagate_error (error, g_steal_pointer (&unread));
  return unread == NULL;
}

/* All that waits to be sent, or in the inbox. collection NULL: of any. */
static gboolean
await_all (TruceSync  *self,
           Wait       *wait,
           const char *collection,
           GError    **error)
{
  g_autoptr(GError) unread = NULL;
  gint64 after = 0;

  if (!truce_store_adapter_begin (self->store->adapter, FALSE, error))
    return FALSE;
  while (unread == NULL)
    {
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (self->store->adapter, after, &unread);

      if (row == NULL)
        break;
      after = row->version;
      if (collection == NULL || g_str_equal (row->collection, collection))
        await (wait, row);
    }
  truce_store_adapter_rollback (self->store->adapter);
  if (unread != NULL)
    g_propagate_error (error, g_steal_pointer (&unread));
  return unread == NULL;
}

/**
 * truce_sync_wait_synced_async:
 * @self: a sync
 * @collection: (nullable): the name of a collection; %NULL: all
 * @id: (nullable): an id in it; %NULL: all its records
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it has arrived
 * @user_data: given to @callback
 *
 * Waits until what was changed here before this call has been accepted by the
 * remote; later changes don't prolong it.
 *
 * It does not sync by itself: [method@Sync.start] or [method@Sync.sync_now_async]
 * does. Of several records the first one's error is told, once none of the others is
 * missing any more. For all records of the store it takes time linear in what is
 * pending.
 *
 * Since: 1.0
 */
void
truce_sync_wait_synced_async (TruceSync          *self,
                              const char         *collection,
                              const char         *id,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GError *error = NULL;
  Wait *wait;

  g_return_if_fail (TRUCE_IS_SYNC (self) && self->store != NULL);
  g_return_if_fail (collection != NULL || id == NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  wait = wait_new (self, truce_sync_wait_synced_async, cancellable, callback, user_data);
  if (id != NULL)
    await_one (self, wait, collection, id, &error);
  else
    await_all (self, wait, collection, &error);
  wait_begin (self, wait, error);
}

/**
 * truce_sync_wait_synced_finish:
 * @self: a sync
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Sync.wait_synced_async].
 *
 * Returns: %TRUE, or %FALSE with what a record was rejected for,
 *   %TRUCE_ERROR_CONFLICT where a person has to decide, or
 *   %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
gboolean
truce_sync_wait_synced_finish (TruceSync    *self,
                               GAsyncResult *result,
                               GError      **error)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, truce_sync_wait_synced_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * truce_sync_wait_batch_async:
 * @self: a sync
 * @result: what became of a batch in the store
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when all of it has arrived
 * @user_data: given to @callback
 *
 * Waits until the records that a batch wrote have been accepted by the remote, as
 * [method@Sync.wait_synced_async] does.
 *
 * Since: 1.0
 */
void
truce_sync_wait_batch_async (TruceSync          *self,
                             TruceBatchResult   *result,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GError *error = NULL;
  Wait *wait;

  g_return_if_fail (TRUCE_IS_SYNC (self) && self->store != NULL);
  g_return_if_fail (TRUCE_IS_BATCH_RESULT (result));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  wait = wait_new (self, truce_sync_wait_batch_async, cancellable, callback, user_data);
  for (guint i = 0; error == NULL && i < truce_batch_result_get_n_operations (result); i++)
    {
      TruceOutcome outcome = truce_batch_result_get_outcome (result, i);

      if (outcome == TRUCE_OUTCOME_APPLIED || outcome == TRUCE_OUTCOME_MERGED)
        await_one (self, wait, truce_batch_result_get_collection (result, i), truce_batch_result_get_id (result, i),
                   &error);
    }
  wait_begin (self, wait, error);
}

/**
 * truce_sync_wait_batch_finish:
 * @self: a sync
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Sync.wait_batch_async].
 *
 * Returns: %TRUE, or %FALSE with an error as of [method@Sync.wait_synced_finish]
 *
 * Since: 1.0
 */
gboolean
truce_sync_wait_batch_finish (TruceSync    *self,
                              GAsyncResult *result,
                              GError      **error)
{
  g_return_val_if_fail (TRUCE_IS_SYNC (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, truce_sync_wait_batch_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
