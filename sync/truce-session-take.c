/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A record as the remote has it meets ours. What has seen what decides:
 *
 *   theirs has seen all of ours      ours was sent, or never changed: theirs is taken, nothing waits
 *   ours has seen all of theirs      ours waits on; its base is now theirs
 *   neither                          both changed it apart: they are joined, and ours waits; or, where the
 *                                    collection is gated, the resolver decides, and what it says is written */

#include "truce-clock-private.h"
#include "truce-field-merge-resolver.h"
#include "truce-session-take.h"

gboolean
truce_taking_begin (TruceTaking       *taking,
                    TruceSession      *session,
                    TruceStoredRecord *theirs,
                    GError           **error)
{
  g_autoptr(GError) local = NULL;

  *taking = (TruceTaking) { .session = session, .store = session->store, .theirs = theirs };
  taking->arena = truce_json_arena_new ();
  taking->info = truce_store_info (taking->store, theirs->collection, error);
  if (taking->info == NULL)
    return FALSE;
  taking->state = truce_state_decode (taking->arena, theirs->value, theirs->value_length, theirs->state,
                                      theirs->state_length, error);
  if (taking->state == NULL)
    {
      g_prefix_error (error, "%s/%s: ", theirs->collection, theirs->id);
      return FALSE;
    }
  taking->ours = truce_store_adapter_get (taking->store->adapter, theirs->collection, theirs->id, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

void
truce_taking_end (TruceTaking *taking)
{
  g_clear_pointer (&taking->ours, truce_stored_record_unref);
  g_clear_pointer (&taking->arena, truce_json_arena_free);
}

/* ---- joining ---- */

/* What waits here, once it has been joined with what the remote has. */
static TruceDelivery
waiting_delivery (const TruceStoredRecord *ours)
{
  return ours != NULL && ours->delivery == TRUCE_DELIVERY_FAILED ? TRUCE_DELIVERY_FAILED : TRUCE_DELIVERY_PENDING;
}

/* Whether the remote has something else, though each has seen all of the other: a cloned disk gave one stamp to two
 * values. */
static gboolean
differs (const TruceTaking       *taking,
         const TruceStoredRecord *row)
{
  const TruceStoredRecord *theirs = taking->theirs;

  return row->state_length == theirs->state_length && row->value_length == theirs->value_length &&
         (memcmp (row->state, theirs->state, row->state_length) != 0 || g_strcmp0 (row->value, theirs->value) != 0);
}

/* Nothing changes of what shows; but perhaps what waits. */
static gboolean
settle (TruceTaking *taking,
        gboolean     ahead,
        GError     **error)
{
  TruceStoredRecord *ours = taking->ours;
  g_autoptr(GBytes) base = NULL;

  if (!ahead)
    return ours->delivery == TRUCE_DELIVERY_SYNCED ||
           truce_store_settle_row (taking->store, taking->info, ours, TRUCE_DELIVERY_SYNCED, NULL, error);

  base = truce_base_between (taking->theirs, ours->value, ours->value_length);
  if (ours->base != NULL && g_bytes_get_size (base) == ours->base_length &&
      memcmp (g_bytes_get_data (base, NULL), ours->base, ours->base_length) == 0)
    return TRUE;
  return truce_store_settle_row (taking->store, taking->info, ours,
                                 ours->delivery == TRUCE_DELIVERY_CONFLICTED ? ours->delivery : waiting_delivery (ours),
                                 base, error);
}

static gboolean
put_joined (TruceTaking       *taking,
            TruceStoredRecord *joined,
            gboolean           ahead,
            GError           **error)
{
  TruceStoredParts parts = truce_stored_record_parts (joined);
  g_autoptr(GBytes) base = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  parts.delivery = ahead ? waiting_delivery (taking->ours) : TRUCE_DELIVERY_SYNCED;
  parts.base = NULL;
  parts.base_length = 0;
  if (ahead)
    {
      base = truce_base_between (taking->theirs, joined->value, joined->value_length);
      parts.base = g_bytes_get_data (base, &parts.base_length);
    }
  row = truce_stored_record_make (&parts);
  return truce_store_put_row (taking->store, taking->info, row, taking->ours, error);
}

static gboolean
take_joined (TruceTaking *taking,
             gboolean    *changed,
             GError     **error)
{
  TruceStoredRecord *theirs = taking->theirs;
  TruceWrite write = {
    .collection = theirs->collection,
    .id = theirs->id,
    .schema = taking->info->schema,
    .row = taking->ours,
    .joined = TRUE,
  };
  TruceLosing losing = { taking->store, theirs, NULL };
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_write_join (&write, theirs, taking->state, taking->store->version + 1,
                                                       truce_losing_keep, &losing, &local);
  gboolean went = local == NULL && losing.error == NULL;

  if (went && row != NULL)
    went = put_joined (taking, row, write.ahead || differs (taking, row), &local);
  else if (went)
    went = settle (taking, write.ahead || differs (taking, taking->ours), &local);
  truce_write_end (&write);
  if (losing.error != NULL)
    g_propagate_error (error, losing.error);
  else if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  *changed = went && row != NULL;
  return went;
}

static gboolean
merges_fields (TruceCollectionInfo *info)
{
  return TRUCE_IS_FIELD_MERGE_RESOLVER (truce_store_resolver (info));
}

/* Whether both changed it apart, where a join may not decide. */
static gboolean
needs_resolver (TruceTaking *taking,
                gboolean    *needs,
                GError     **error)
{
  const TruceState *ours;

  /* Stamps that were made here seem to have seen all that was written here before them. */
  *needs = taking->plain && taking->ours != NULL && taking->ours->delivery != TRUCE_DELIVERY_SYNCED;
  if (*needs || taking->ours == NULL || taking->ours->delivery == TRUCE_DELIVERY_SYNCED ||
      !truce_take_is_gated (taking->info))
    return TRUE;

  ours = truce_state_decode (taking->arena, taking->ours->value, taking->ours->value_length, taking->ours->state,
                             taking->ours->state_length, error);
  if (ours == NULL)
    return FALSE;
  if (!taking->plain && (taking->ours->value == NULL) != (taking->theirs->value == NULL) && merges_fields (taking->info))
    return TRUE;        /* the delete rule decides, as in any join */
  *needs = !truce_state_covers_all (ours, taking->state) && !truce_state_covers_all (taking->state, ours);
  return TRUE;
}

gboolean
truce_taking_take (TruceTaking *taking,
                   gboolean    *changed,
                   GError     **error)
{
  gboolean needs;

  if (!needs_resolver (taking, &needs, error))
    return FALSE;
  return needs ? truce_taking_conflict (taking, changed, error) : take_joined (taking, changed, error);
}

/* ---- with stamps ---- */

/* A stamp of ours that we never gave: another goes by our name, or we have forgotten. */
static gboolean
check_identity (const TruceTaking *taking,
                GError           **error)
{
  TruceClock *clock = taking->store->clock;
  guint64 time = truce_context_time (taking->state->context, taking->state->n_context, truce_clock_get_replica (clock));

  if (time <= (taking->store->given != 0 ? taking->store->given : truce_clock_get_last (clock)))
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_REPLICA_FORKED,
               "%s/%s: it has a stamp of this replica that was never given here", taking->theirs->collection,
               taking->theirs->id);
  return FALSE;
}

gboolean
truce_session_take_record (TruceSession      *self,
                           TruceStoredRecord *theirs,
                           gboolean          *changed,
                           GError           **error)
{
  TruceTaking taking;
  gboolean went = truce_taking_begin (&taking, self, theirs, error) && check_identity (&taking, error) &&
                  truce_store_observe (self->store, taking.state, error) && truce_taking_take (&taking, changed, error);

  truce_taking_end (&taking);
  return went;
}
