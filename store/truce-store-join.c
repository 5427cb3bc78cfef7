/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-join.h"

#include "truce-clock-private.h"
#include "truce-log-private.h"

void
truce_losing_keep (const char          *pointer,
                   const TruceStateDot *dot,
                   gpointer             data)
{
  TruceLosing *losing = data;

  if (losing->error == NULL && dot->value.text != NULL)
    truce_log_append (losing->store, losing->row->collection, losing->row->id, pointer, dot->value.text,
                      dot->value.length, &dot->stamp, &losing->error);
}

TruceState *
truce_store_read (const TruceStoredRecord *theirs,
                  TruceJsonArena          *arena,
                  GError                 **error)
{
  TruceState *state;

  if (!truce_store_check_id (theirs->collection, theirs->id, error))
    return NULL;
  state = truce_state_decode (arena, theirs->value, theirs->value_length, theirs->state, theirs->state_length, error);
  if (state == NULL)
    g_prefix_error (error, "%s/%s: ", theirs->collection, theirs->id);
  return state;
}

gboolean
truce_store_observe (TruceStore       *store,
                     const TruceState *state,
                     GError          **error)
{
  TruceStamp latest = { 0, 0 };

  /* The latest one must be near our time; the others of the context are earlier. */
  for (guint32 i = 0; i < state->n_context; i++)
    if (truce_stamp_order (state->context[i], latest) > 0)
      latest = state->context[i];
  return latest.time == 0 || truce_clock_observe (store->clock, &latest, error);
}

/* The new row of what is there; NULL without an error: nothing changes. */
static TruceStoredRecord *
make_row (TruceWrite              *write,
          TruceStore              *store,
          const TruceStoredRecord *theirs,
          TruceState              *state,
          GError                 **error)
{
  TruceLosing losing = { store, theirs, NULL };
  g_autoptr(TruceStoredRecord) row = truce_write_join (write, theirs, state, store->version + 1, truce_losing_keep,
                                                       &losing, error);

  if (losing.error == NULL)
    return g_steal_pointer (&row);
  g_propagate_error (error, losing.error);
  return NULL;
}

gboolean
truce_store_join (TruceStore              *store,
                  const TruceStoredRecord *theirs,
                  TruceState              *state,
                  TruceStoredRecord       *ours,
                  gboolean                *changed,
                  GError                 **error)
{
  TruceCollectionInfo *info = truce_store_info (store, theirs->collection, error);
  TruceWrite write = {
    .collection = theirs->collection,
    .id = theirs->id,
    .outbox = store->outbox,
    .row = ours,
    .joined = TRUE,
  };
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GError) local = NULL;

  if (info == NULL)
    return FALSE;

  write.schema = info->schema;
  row = make_row (&write, store, theirs, state, &local);
  truce_write_end (&write);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *changed = row != NULL;
  return row == NULL || truce_store_put_row (store, info, row, ours, error);
}

gboolean
truce_store_join_row (TruceStore              *store,
                      const TruceStoredRecord *theirs,
                      gboolean                *changed,
                      GError                 **error)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(TruceStoredRecord) ours = NULL;
  g_autoptr(GError) local = NULL;
  TruceState *state = truce_store_read (theirs, arena, error);

  if (state == NULL || !truce_store_observe (store, state, error))
    return FALSE;

  ours = truce_store_adapter_get (store->adapter, theirs->collection, theirs->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return truce_store_join (store, theirs, state, ours, changed, error);
}

gboolean
truce_error_is_of_record (const GError *error)
{
  return g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT) ||
         g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TOO_NEW) ||
         g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE) ||
         g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA) ||
         g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CLOCK_SKEW);
}
