/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The adapter looks at what it alone knows (its file, its checksums). Here everything that the store builds on it is
 * read once more: values and states that agree, bases, versions, and the counts, which are added up anew. Counts are
 * compared only if nobody wrote meanwhile. */

#include "truce-file-check.h"
#include "truce-job.h"
#include "truce-log-private.h"

#define PAGE 1000               /* rows a slice, at the most */

typedef struct
{
  TruceStore *store;            /* owned */
  TruceFileCheck *check;        /* owned: of a file, as long as it runs; or NULL */
  gint64 version;               /* of the store when this began */
  char **collections;           /* owned; NULL: the adapter's own check has not ended */
  guint at;
  char *after;                  /* owned, or NULL */
  TruceCounts counts;           /* of the collection at hand */
  gint64 n_seen;
  GPtrArray *problems;          /* of char *, owned */
} Verify;

static Verify *
verify_new (TruceStore *store)
{
  Verify *verify = g_new0 (Verify, 1);

  verify->store = g_object_ref (store);
  verify->problems = g_ptr_array_new_with_free_func (g_free);
  return verify;
}

static void
verify_free (gpointer data)
{
  Verify *verify = data;

  g_clear_pointer (&verify->check, truce_file_check_free);
  g_clear_object (&verify->store);
  g_clear_pointer (&verify->collections, g_strfreev);
  g_clear_pointer (&verify->after, g_free);
  g_clear_pointer (&verify->problems, g_ptr_array_unref);
  g_free (verify);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Verify, verify_free)

static void
complain (Verify                  *verify,
          const TruceStoredRecord *row,
          const char              *what)
{
  g_autofree char *key = truce_store_key (row->collection, row->id);

  g_ptr_array_add (verify->problems, g_strdup_printf ("%s: %s", key, what));
}

static void
check_state (Verify                  *verify,
             TruceCollectionInfo     *info,
             const TruceStoredRecord *row)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GError) error = NULL;
  const TruceState *state = truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length,
                                                &error);

  if (state == NULL)
    complain (verify, row, error->message);
  else if (truce_state_is_alive (state, truce_life_rule (info->schema)) != (row->value != NULL))
    complain (verify, row, row->value != NULL ? "it shows, but was deleted" : "it was not deleted, but does not show");
}

static void
check_base (Verify                  *verify,
            const TruceStoredRecord *row)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) then = NULL;

  if (row->base == NULL)
    return;
  if (row->delivery == TRUCE_DELIVERY_SYNCED)
    complain (verify, row, "it has a base, but does not wait to be sent");
  then = truce_base_row (row, &error);
  if (error != NULL)
    complain (verify, row, error->message);
}

static void
check_row (Verify                  *verify,
           TruceCollectionInfo     *info,
           const TruceStoredRecord *row)
{
  verify->n_seen++;
  verify->counts.n_rows[row->delivery]++;
  if (row->value != NULL)
    verify->counts.n_records++;
  if (row->version > verify->store->version && verify->version == verify->store->version)
    complain (verify, row, "its version is greater than the store's");
  check_state (verify, info, row);
  check_base (verify, row);
}

static void
check_counts (Verify              *verify,
              TruceCollectionInfo *info)
{
  if (verify->version == verify->store->version &&
      memcmp (&verify->counts, &info->counts, sizeof (TruceCounts)) != 0)
    g_ptr_array_add (verify->problems, g_strdup_printf ("%s: the counts are wrong", info->name));
  verify->counts = (TruceCounts) { 0 };
}

/* Looks at the next row; FALSE: the adapter can't go on. A row that can't be read is a problem, not an end, where the
 * adapter says which it is. */
static gboolean
verify_next (Verify  *verify,
             GError **error)
{
  TruceStore *store = verify->store;
  TruceCollectionInfo *info = truce_store_info (store, verify->collections[verify->at], error);
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  if (info == NULL)
    return FALSE;
  row = truce_store_adapter_next (store->adapter, info->name, verify->after, &local);
  if (local != NULL && !g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_clear_pointer (&verify->after, g_free);
  if (row != NULL)
    {
      check_row (verify, info, row);
      verify->after = g_strdup (row->id);
      return TRUE;
    }

  /* The adapter's own check has named the rows that are damaged; those behind the first one can't be walked to. */
  if (local != NULL)
    g_ptr_array_add (verify->problems, g_strdup (local->message));
  else
    check_counts (verify, info);
  verify->at++;
  return TRUE;
}

/* Lets the adapter look at itself. A file is checked in a thread, of which each slice awaits a bit. TRUE with
 * problems NULL: it still goes on. */
static gboolean
check_adapter (Verify  *verify,
               gint64   deadline,
               char  ***problems,
               GError **error)
{
  TruceStoreAdapter *adapter = verify->store->adapter;
  g_autoptr(GError) local = NULL;

  if (TRUCE_IS_SQLITE_ADAPTER (adapter))
    {
      if (verify->check == NULL)
        verify->check = truce_file_check_start (TRUCE_SQLITE_ADAPTER (adapter));
      truce_file_check_wait (verify->check, deadline, problems, &local);
    }
  else
    {
      *problems = truce_store_adapter_verify (adapter, NULL, &local);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
verify_start (Verify  *verify,
              gint64   deadline,
              GError **error)
{
  g_auto(GStrv) found = NULL;

  if (!check_adapter (verify, deadline, &found, error))
    return FALSE;
  if (found == NULL)
    return TRUE;
  for (guint i = 0; found[i] != NULL; i++)
    g_ptr_array_add (verify->problems, g_strdup (found[i]));
  if (!truce_store_refresh (verify->store, error))
    return FALSE;

  verify->version = verify->store->version;
  verify->collections = truce_store_list_collections (verify->store);
  return TRUE;
}

static gboolean
verify_page (Verify  *verify,
             gint64   deadline,
             GError **error)
{
  for (guint n = 0; n < PAGE && verify->collections[verify->at] != NULL; n++)
    {
      if (!verify_next (verify, error))
        return FALSE;
      if (n % 16 == 15 && g_get_monotonic_time () >= deadline)
        break;
    }
  return TRUE;
}

static gboolean
verify_step (gpointer       work,
             gint64         deadline,
             TruceJobState *state,
             GError       **error)
{
  Verify *verify = work;
  gboolean went;

  if (verify->collections == NULL)
    return verify_start (verify, deadline, error);
  if (!truce_store_adapter_begin (verify->store->adapter, FALSE, error))
    return FALSE;
  went = truce_store_load_meta (verify->store, error) && verify_page (verify, deadline, error);
  truce_store_adapter_rollback (verify->store->adapter);
  if (!went)
    return FALSE;

  state->done = verify->n_seen;
  state->finished = verify->collections[verify->at] == NULL;
  return TRUE;
}

static char **
take_problems (Verify *verify)
{
  g_ptr_array_add (verify->problems, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&verify->problems), FALSE);
}

/**
 * truce_store_verify:
 * @self: a store
 * @progress: (nullable) (scope call) (closure progress_data): told how many rows have
 *   been looked at
 * @progress_data: passed to @progress
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks for damage: in the file, in the records and their stamps, in the outbox,
 * and in the counts. Changes nothing.
 *
 * Goes over everything, in slices. For programs without a main loop.
 *
 * Returns: (transfer full) (array zero-terminated=1): what is wrong, a line each;
 *   empty if nothing is; or %NULL with an error if it could not be looked at
 *
 * Since: 1.0
 */
char **
truce_store_verify (TruceStore       *self,
                    TruceProgressFunc progress,
                    gpointer          progress_data,
                    GCancellable     *cancellable,
                    GError          **error)
{
  g_autoptr(Verify) verify = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  verify = verify_new (self);
  if (!truce_job_run (verify_step, verify, progress, progress_data, cancellable, error))
    return NULL;
  return take_problems (verify);
}

/**
 * truce_store_verify_async:
 * @self: a store
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy):
 *   told how many rows have been looked at
 * @progress_data: passed to @progress
 * @progress_destroy: (nullable): called on @progress_data when it is needed no more
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when it has ended
 * @user_data: passed to @callback
 *
 * Looks for damage, as [method@Store.verify] does, a little at a time.
 *
 * Since: 1.0
 */
void
truce_store_verify_async (TruceStore         *self,
                          TruceProgressFunc   progress,
                          gpointer            progress_data,
                          GDestroyNotify      progress_destroy,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (TRUCE_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  truce_job_start (self, truce_store_verify_async, verify_step, verify_new (self), verify_free, progress,
                   progress_data, progress_destroy, cancellable, callback, user_data);
}

/**
 * truce_store_verify_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Store.verify_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): what is wrong, a line each;
 *   empty if nothing is; or %NULL with an error if it could not be looked at
 *
 * Since: 1.0
 */
char **
truce_store_verify_finish (TruceStore   *self,
                           GAsyncResult *result,
                           GError      **error)
{
  Verify *verify;

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  verify = truce_job_finish (self, result, truce_store_verify_async, error);
  return verify != NULL ? take_problems (verify) : NULL;
}
