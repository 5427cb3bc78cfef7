/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"
#include "truce-job.h"
#include "truce-log-private.h"

#define PAGE 1000               /* rows looked at in a transaction, at the most */
#define DAY_MS (24 * 60 * 60 * (gint64) 1000)

typedef struct
{
  TruceStore *store;            /* owned */
  gint64 before_ms;
  TrucePurgedFunc purged;       /* or NULL */
  gpointer purged_data;
  char **collections;           /* owned */
  guint at;                     /* which of them; behind the last one comes the history */
  char *after;                  /* owned: the last id, or key of the history; NULL: none yet */
  gint64 n_seen;
  gint64 n_purged;
  gboolean wrote;               /* something went in the transaction at hand */
} Purge;

static Purge *
purge_new (TruceStore *store,
           gint64      before_ms)
{
  Purge *purge = g_new0 (Purge, 1);

  purge->store = g_object_ref (store);
  purge->before_ms = before_ms;
  purge->collections = truce_store_list_collections (store);
  return purge;
}

static void
purge_free (gpointer data)
{
  Purge *purge = data;

  g_clear_object (&purge->store);
  g_clear_pointer (&purge->collections, g_strfreev);
  g_clear_pointer (&purge->after, g_free);
  g_free (purge);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Purge, purge_free)

/* A tombstone that nobody waits for, old enough. What can't be read stays: verify tells of it. */
static gboolean
is_due (const Purge             *purge,
        const TruceStoredRecord *row)
{
  g_autoptr(TruceJsonArena) arena = NULL;
  const TruceState *state;

  if (row->value != NULL || row->delivery != TRUCE_DELIVERY_SYNCED)
    return FALSE;

  arena = truce_json_arena_new ();
  state = truce_state_decode (arena, NULL, 0, row->state, row->state_length, NULL);
  return state != NULL && state->deleted.time != 0 && (gint64) truce_time_ms (state->deleted.time) < purge->before_ms;
}

/* Looks at the next row; *more: whether there was one. */
static gboolean
purge_row (Purge    *purge,
           gboolean *more,
           GError  **error)
{
  const char *collection = purge->collections[purge->at];
  TruceStore *store = purge->store;
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (store->adapter, collection, purge->after, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *more = row != NULL;
  if (row == NULL)
    return TRUE;

  g_free (purge->after);
  purge->after = g_strdup (row->id);
  purge->n_seen++;
  if (!is_due (purge, row))
    return TRUE;
  purge->n_purged++;
  purge->wrote = TRUE;
  if (purge->purged != NULL && !purge->purged (row, purge->purged_data, error))
    return FALSE;
  return truce_store_remove_row (store, truce_store_info (store, collection, NULL), row, error);
}

static gint64
history_before_ms (const Purge *purge)
{
  if (purge->store->history_days == 0)
    return 0;
  return truce_clock_now_ms (purge->store->clock) - purge->store->history_days * DAY_MS;
}

/* The same for an entry of the history. */
static gboolean
purge_entry (Purge    *purge,
             gboolean *more,
             GError  **error)
{
  TruceStoreAdapter *adapter = purge->store->adapter;
  g_autoptr(GError) local = NULL;
  char *key = truce_store_adapter_next_meta (adapter, TRUCE_LOG_GROUP, purge->after, &local);
  gint64 ms;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *more = key != NULL;
  if (key == NULL)
    return TRUE;

  g_free (purge->after);
  purge->after = key;
  ms = truce_log_key_ms (key);
  if (ms < 0 || ms >= history_before_ms (purge))
    return TRUE;
  purge->wrote = TRUE;
  return truce_store_adapter_set_meta (adapter, TRUCE_LOG_GROUP, key, NULL, error);
}

static gboolean
purge_page (Purge   *purge,
            gint64   deadline,
            GError **error)
{
  for (guint n = 0; n < PAGE; n++)
    {
      gboolean history = purge->collections[purge->at] == NULL;
      gboolean more = FALSE;

      if (!(history ? purge_entry (purge, &more, error) : purge_row (purge, &more, error)))
        return FALSE;
      if (!more)
        {
          g_clear_pointer (&purge->after, g_free);
          purge->at++;
          if (history)
            return TRUE;
        }
      if (n % 16 == 15 && g_get_monotonic_time () >= deadline)
        return TRUE;
    }
  return TRUE;
}

static gboolean
purge_step (gpointer       work,
            gint64         deadline,
            TruceJobState *state,
            GError       **error)
{
  Purge *purge = work;
  gboolean went;

  if (!truce_store_begin (purge->store, error))
    return FALSE;
  purge->wrote = FALSE;
  went = purge_page (purge, deadline, error);
  if (!went || !purge->wrote)
    truce_store_rollback (purge->store);
  else
    went = truce_store_commit (purge->store, error);
  if (!went)
    return FALSE;

  state->done = purge->n_seen;
  state->finished = purge->at > g_strv_length (purge->collections);
  return TRUE;
}

gint64
truce_store_purge_rows (TruceStore     *self,
                        gint64          before_ms,
                        TrucePurgedFunc purged,
                        gpointer        data,
                        GError        **error)
{
  g_autoptr(Purge) purge = purge_new (self, before_ms);

  purge->purged = purged;
  purge->purged_data = data;
  return truce_job_run (purge_step, purge, NULL, NULL, NULL, error) ? purge->n_purged : -1;
}

/**
 * truce_store_purge:
 * @self: a store
 * @before_ms: milliseconds since 1970
 * @progress: (nullable) (scope call) (closure progress_data): told how many rows have
 *   been looked at
 * @progress_data: passed to @progress
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Forgets for good what was deleted before a time, as far as nobody waits to be
 * told of it, and values in the history that are older than
 * [property@Store:history-days].
 *
 * A deletion that is forgotten can't be undone, and a replica that has not heard
 * of it will bring the record back: purge what is older than the longest time
 * that a device stays away.
 *
 * Goes over all records, in slices. For programs without a main loop.
 *
 * Returns: how many deleted records were forgotten, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_store_purge (TruceStore       *self,
                   gint64            before_ms,
                   TruceProgressFunc progress,
                   gpointer          progress_data,
                   GCancellable     *cancellable,
                   GError          **error)
{
  g_autoptr(Purge) purge = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE (self), -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  purge = purge_new (self, before_ms);
  if (!truce_job_run (purge_step, purge, progress, progress_data, cancellable, error))
    return -1;
  return purge->n_purged;
}

/**
 * truce_store_purge_async:
 * @self: a store
 * @before_ms: milliseconds since 1970
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy):
 *   told how many rows have been looked at
 * @progress_data: passed to @progress
 * @progress_destroy: (nullable): called on @progress_data when it is needed no more
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when it has ended
 * @user_data: passed to @callback
 *
 * Forgets for good what was deleted before a time, as [method@Store.purge] does,
 * a little at a time.
 *
 * Since: 1.0
 */
void
truce_store_purge_async (TruceStore         *self,
                         gint64              before_ms,
                         TruceProgressFunc   progress,
                         gpointer            progress_data,
                         GDestroyNotify      progress_destroy,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (TRUCE_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  truce_job_start (self, truce_store_purge_async, purge_step, purge_new (self, before_ms), purge_free, progress,
                   progress_data, progress_destroy, cancellable, callback, user_data);
}

/**
 * truce_store_purge_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Store.purge_async].
 *
 * Returns: how many deleted records were forgotten, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_store_purge_finish (TruceStore   *self,
                          GAsyncResult *result,
                          GError      **error)
{
  const Purge *purge;

  g_return_val_if_fail (TRUCE_IS_STORE (self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  purge = truce_job_finish (self, result, truce_store_purge_async, error);
  return purge != NULL ? purge->n_purged : -1;
}
