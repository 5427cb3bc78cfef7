/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Another store's feed is joined record by record, from where the last merge ended. The cursor is a version that
 * the other store counted, kept here with the records it brought; it is for that replica alone. Joins may repeat,
 * so whatever cuts a merge off costs nothing but the page that was not committed.
 *
 * A record that can't be taken (stamps from far in the future, bytes that are damaged) stops nothing: the others
 * go on, whoever asked is told, and the cursor stays before it, so that the next merge tries again. */

#include "truce-clock-private.h"
#include "truce-job.h"
#include "truce-store-join.h"

#define PAGE 1000               /* records a transaction, at the most */
#define CURSOR_GROUP "cursor"
#define SLICE_MS 1000           /* longer than a slice of a merge takes */

typedef struct
{
  TruceStore *store;            /* owned */
  TruceStore *other;            /* owned */
  TruceRecordFailureFunc failed; /* or NULL */
  gpointer failed_data;
  char *key;                    /* owned: of the cursor */
  gboolean started;
  gint64 start;                 /* where this merge began */
  gint64 after;                 /* the other's version up to which all has been looked at */
  gint64 cursor;                /* up to which all has been taken */
  gboolean failing;             /* something could not be taken: the cursor stays */
  gint64 n_changed;
} Merge;

static Merge *
merge_new (TruceStore *store,
           TruceStore *other)
{
  Merge *merge = g_new0 (Merge, 1);

  merge->store = g_object_ref (store);
  merge->other = g_object_ref (other);
  merge->key = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", truce_store_get_replica (other));
  return merge;
}

static void
merge_free (gpointer data)
{
  Merge *merge = data;

  g_clear_object (&merge->store);
  g_clear_object (&merge->other);
  g_clear_pointer (&merge->key, g_free);
  g_free (merge);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Merge, merge_free)

/* ---- the feed ---- */

static gboolean
read_cursor (Merge   *merge,
             GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (merge->store->adapter, CURSOR_GROUP, merge->key, &local);
  g_autofree char *text = NULL;
  gint64 cursor = 0;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (bytes != NULL)
    text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (text != NULL && !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &cursor, NULL))
    cursor = 0;

  /* A feed that is shorter than what was read of it was put back from a backup: all of it is news. */
  if (cursor > merge->other->version)
    cursor = 0;
  merge->start = merge->after = merge->cursor = cursor;
  return TRUE;
}

static gboolean
write_cursor (Merge   *merge,
              GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, merge->cursor);
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  return truce_store_adapter_set_meta (merge->store->adapter, CURSOR_GROUP, merge->key, bytes, error);
}

/* Takes the next record in. *more: whether there was one. */
static gboolean
take_next (Merge    *merge,
           gboolean *more,
           GError  **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_change (merge->other->adapter, merge->after, &local);
  gboolean changed = FALSE;

  *more = row != NULL;
  if (row != NULL && !truce_store_join_row (merge->store, row, &changed, &local))
    {
      if (!truce_error_is_of_record (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      merge->failing = TRUE;
      if (merge->failed != NULL)
        merge->failed (row->collection, row->id, local, merge->failed_data);
      g_clear_error (&local);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;

  merge->n_changed += changed;
  merge->after = row->version;
  if (!merge->failing)
    merge->cursor = row->version;
  return TRUE;
}

static gboolean
take_page (Merge    *merge,
           gint64    deadline,
           gboolean *more,
           GError  **error)
{
  gint64 cursor = merge->cursor;

  *more = TRUE;
  for (guint n = 0; n < PAGE && *more; n++)
    {
      if (!take_next (merge, more, error))
        return FALSE;
      if (n % 16 == 15 && g_get_monotonic_time () >= deadline)
        break;
    }
  return merge->cursor == cursor || write_cursor (merge, error);
}

/* The latest time that may be taken in now: what lies further ahead is refused, and so does not leave. */
static guint64
latest_taken (TruceStore *store)
{
  gint64 ms = truce_clock_now_ms (store->clock) + truce_clock_get_drift_cap (store->clock) + SLICE_MS;

  return (guint64) ms << 16 | G_MAXUINT16;
}

/* The latest of its own times that may be taken, of all rows that wait there. A row that has one later than limit is
 * refused whole. 0: there is none, or it can't be read, and so can't be taken. */
static guint64
latest_waiting (TruceStore *other,
                guint64     limit)
{
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (other->adapter, 0, NULL);
  guint64 replica = truce_store_get_replica (other);
  guint64 latest = 0;

  while (row != NULL)
    {
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      g_autoptr(TruceStoredRecord) before = row;
      const TruceState *state =
        truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length, NULL);
      guint64 time = state != NULL ? truce_state_latest (state, replica) : 0;

      if (time <= limit)
        latest = MAX (latest, time);
      row = truce_store_adapter_next_pending (other->adapter, before->version, NULL);
    }
  return latest;
}

/* What waits there to be sent leaves now: it keeps its stamps from here on. One that can't be written can't change
 * them either. */
static gboolean
mark_left (TruceStore *store,
           TruceStore *other,
           GError    **error)
{
  guint64 last = truce_clock_get_last (other->clock);
  guint64 limit = latest_taken (store);
  g_autoptr(GError) local = NULL;

  if (other->left >= last || truce_store_count (other, TRUCE_DELIVERY_PENDING) +
      truce_store_count (other, TRUCE_DELIVERY_FAILED) + truce_store_count (other, TRUCE_DELIVERY_CONFLICTED) == 0)
    return TRUE;
  if (last > limit)
    last = latest_waiting (other, limit);
  if (last <= other->left)
    return TRUE;
  if (truce_store_begin (other, &local))
    {
      other->left = last;
      if (truce_store_commit (other, &local))
        return TRUE;
    }
  if (g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
start (Merge   *merge,
       GError **error)
{
  merge->started = TRUE;
  return truce_store_refresh (merge->other, error) && read_cursor (merge, error);
}

static gboolean
merge_step (gpointer       work,
            gint64         deadline,
            TruceJobState *state,
            GError       **error)
{
  Merge *merge = work;
  gint64 cursor;
  gboolean more = TRUE;
  gboolean taken;

  if ((!merge->started && !start (merge, error)) || !mark_left (merge->store, merge->other, error))
    return FALSE;
  if (!truce_store_begin (merge->store, error))
    return FALSE;
  if (!truce_store_adapter_begin (merge->other->adapter, FALSE, error))
    {
      truce_store_rollback (merge->store);
      return FALSE;
    }
  cursor = merge->cursor;
  taken = take_page (merge, deadline, &more, error);
  truce_store_adapter_rollback (merge->other->adapter);
  if (!taken || (merge->cursor == cursor && merge->store->version == merge->store->began))
    truce_store_rollback (merge->store);
  else if (!truce_store_commit (merge->store, error))
    return FALSE;
  if (!taken)
    return FALSE;

  state->done = merge->after - merge->start;
  state->total = MAX (merge->other->version - merge->start, state->done);
  state->finished = !more;
  return TRUE;
}

/**
 * truce_store_merge:
 * @self: a store
 * @other: another replica's store, which stays as it is
 * @failed: (nullable) (scope call) (closure failed_data): told of each record that
 *   could not be taken
 * @failed_data: passed to @failed
 * @progress: (nullable) (scope call) (closure progress_data): told how many of the
 *   other's changes have been taken, of how many
 * @progress_data: passed to @progress
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes in what another store holds: joins its records, by kind, with those here.
 *
 * It begins where the last merge with @other ended. Both stores may merge each
 * other in any order and any number of times: they end equal, but for fields
 * that are local. What loses goes to the history. A record that changes here
 * waits to be sent, like one that was written here.
 *
 * A record that can't be taken, as one with a stamp from far in the future, holds
 * up no other; the next merge tries it again.
 *
 * Linear in what @other has changed since. This works in slices; what was taken
 * before an error stays. For programs without a main loop, and small stores.
 *
 * Returns: how many records changed here, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_store_merge (TruceStore            *self,
                   TruceStore            *other,
                   TruceRecordFailureFunc failed,
                   gpointer               failed_data,
                   TruceProgressFunc      progress,
                   gpointer               progress_data,
                   GCancellable          *cancellable,
                   GError               **error)
{
  g_autoptr(Merge) merge = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE (self), -1);
  g_return_val_if_fail (TRUCE_IS_STORE (other), -1);
  g_return_val_if_fail (self != other && self->adapter != other->adapter, -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  merge = merge_new (self, other);
  merge->failed = failed;
  merge->failed_data = failed_data;
  if (!truce_job_run (merge_step, merge, progress, progress_data, cancellable, error))
    return -1;
  return merge->n_changed;
}

/**
 * truce_store_merge_async:
 * @self: a store
 * @other: another replica's store, which stays as it is
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy):
 *   told how many of the other's changes have been taken, of how many
 * @progress_data: passed to @progress
 * @progress_destroy: (nullable): called on @progress_data when it is needed no more
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when it has ended
 * @user_data: passed to @callback
 *
 * Takes in what another store holds, as [method@Store.merge] does, a little at a
 * time.
 *
 * Since: 1.0
 */
void
truce_store_merge_async (TruceStore         *self,
                         TruceStore         *other,
                         TruceProgressFunc   progress,
                         gpointer            progress_data,
                         GDestroyNotify      progress_destroy,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (TRUCE_IS_STORE (self));
  g_return_if_fail (TRUCE_IS_STORE (other));
  g_return_if_fail (self != other && self->adapter != other->adapter);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  truce_job_start (self, truce_store_merge_async, merge_step, merge_new (self, other), merge_free, progress,
                   progress_data, progress_destroy, cancellable, callback, user_data);
}

/**
 * truce_store_merge_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Store.merge_async].
 *
 * Returns: how many records changed here, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_store_merge_finish (TruceStore   *self,
                          GAsyncResult *result,
                          GError      **error)
{
  const Merge *merge;

  g_return_val_if_fail (TRUCE_IS_STORE (self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  merge = truce_job_finish (self, result, truce_store_merge_async, error);
  return merge != NULL ? merge->n_changed : -1;
}
