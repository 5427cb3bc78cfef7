/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A push is one transaction: what its replica is told is what is committed. A change that can't be taken is
 * answered so, and leaves the others alone; where the store itself fails nothing is taken, and nothing answered.
 *
 * A push that comes again, since its reply was lost, changes nothing: a join repeated is the first one. */

#include "truce-hub-private.h"

#include "truce-leaving.h"
#include "truce-message.h"
#include "truce-store-join.h"

typedef struct
{
  TruceHub *hub;
  TruceHubSession *session;
  TrucePush *push;
  TruceHubReplica replica;      /* as it will be remembered */
} Taking;

/* ---- one change ---- */

/* Whether theirs has seen all that ours is. */
static gboolean
has_seen (const TruceState        *theirs,
          const TruceStoredRecord *ours,
          TruceJsonArena          *arena,
          gboolean                *seen,
          GError                 **error)
{
  TruceStamp stamp;
  const TruceState *state;

  if (truce_state_get_fresh (ours->state, ours->state_length, &stamp))
    {
      *seen = truce_state_covers (theirs, stamp);
      return TRUE;
    }
  state = truce_store_read (ours, arena, error);
  *seen = state != NULL && truce_state_covers_all (theirs, state);
  return state != NULL;
}

/* FALSE: the guard refuses it, and it has been answered. */
static gboolean
is_allowed (Taking *taking,
            guint   index)
{
  TruceHub *hub = taking->hub;
  g_autoptr(TruceChange) change = NULL;
  g_autoptr(GError) refusal = NULL;

  if (hub->guard == NULL)
    return TRUE;

  change = truce_push_get_change (taking->push, index);
  if (!hub->guard (hub, change, taking->session->account, hub->guard_data, &refusal) && refusal == NULL)
    refusal = g_error_new (TRUCE_ERROR, TRUCE_ERROR_REJECTED, "the hub refused it, and did not say why");
  if (refusal != NULL)
    truce_push_fail (taking->push, index, refusal);
  return refusal == NULL;
}

/* Whether it nests no deeper than a message may, which is seldom worth a look. */
static gboolean
is_flat (const TruceStoredRecord *record)
{
  guint n_opened = 0;

  for (gsize i = 0; i < record->value_length && n_opened <= TRUCE_MESSAGE_DEPTH_MAX; i++)
    n_opened += record->value[i] == '{' || record->value[i] == '[';
  return n_opened <= TRUCE_MESSAGE_DEPTH_MAX;
}

/* A hub holds what can be sent on to anybody. */
static gboolean
check_size (TruceHub                *hub,
            const TruceStoredRecord *record,
            GError                 **error)
{
  const TruceCollectionInfo *info = truce_store_info (hub->store, record->collection, error);
  gsize largest;

  if (info == NULL)
    return FALSE;
  /* What does not show takes room too: what lost, and what was seen. */
  largest = truce_schema_get_max_record_size (info->schema);
  if (record->value_length <= largest && record->state_length <= TRUCE_HUB_PAGE_BYTES / 2)
    return is_flat (record) || truce_message_check_record (record, error);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE,
               "%s/%s: %" G_GSIZE_FORMAT " bytes, and %" G_GSIZE_FORMAT " of state: more than a record may have",
               record->collection, record->id, record->value_length, record->state_length);
  return FALSE;
}

static gboolean
answer_conflict (Taking            *taking,
                 guint              index,
                 TruceStoredRecord *ours,
                 GError           **error)
{
  g_autoptr(TruceStoredRecord) leaving = truce_leaving_record (ours, error);

  if (leaving != NULL)
    truce_push_conflict_record (taking->push, index, leaving);
  return leaving != NULL;
}

/* Takes a change whose state has been read, or answers that it met another one. */
static gboolean
join (Taking         *taking,
      guint           index,
      TruceState     *state,
      TruceJsonArena *arena,
      GError        **error)
{
  TruceStore *store = taking->hub->store;
  const TrucePushItem *item = &taking->push->items[index];
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) ours = truce_store_adapter_get (store->adapter, item->record->collection,
                                                               item->record->id, &local);
  gboolean changed;
  gboolean seen = TRUE;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (item->gated && ours != NULL && !has_seen (state, ours, arena, &seen, error))
    return FALSE;
  if (!seen)
    return answer_conflict (taking, index, ours, error);
  if (!truce_store_join (store, item->record, state, ours, &changed, error))
    return FALSE;
  truce_push_accept (taking->push, index, NULL);
  return TRUE;
}

static gboolean
take_item (Taking  *taking,
           guint    index,
           GError **error)
{
  const TruceStoredRecord *record = taking->push->items[index].record;
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  guint64 replica = taking->session->replica;
  TruceState *state;
  TruceStamp own;

  if (!check_size (taking->hub, record, error))
    return FALSE;
  state = truce_store_read (record, arena, error);
  if (state == NULL || !truce_store_observe (taking->hub->store, state, error))
    return FALSE;
  if (!is_allowed (taking, index))
    return TRUE;
  if (!join (taking, index, state, arena, error))
    return FALSE;

  own = (TruceStamp) { truce_context_time (state->context, state->n_context, replica), replica };
  if (own.time > taking->replica.sent.time)
    taking->replica.sent = own;
  return TRUE;
}

/* What is wrong with one change is its answer. FALSE: the store has failed. */
static gboolean
answer_item (Taking  *taking,
             guint    index,
             GError **error)
{
  g_autoptr(GError) local = NULL;

  if (take_item (taking, index, &local))
    return TRUE;
  if (!truce_error_is_of_record (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  truce_push_fail (taking->push, index, local);
  return TRUE;
}

/* ---- all of them ---- */

static gboolean
check_push (TruceHub        *self,
            TruceHubSession *session,
            TrucePush       *push,
            GError         **error)
{
  if (push->n_items > TRUCE_HUB_BATCH_MAX)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "a push of %u changes: more than %u", push->n_items,
                 TRUCE_HUB_BATCH_MAX);
  else if (session->forked)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_REPLICA_FORKED,
                 "this replica has forgotten what it pushed, or was copied: it needs another id");
  else if (session->stale)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_RESYNC_REQUIRED,
                 "what was deleted since this replica was last here has been forgotten: list what is left first");
  else
    return TRUE;
  return FALSE;
}

/* In the transaction: nobody has pushed under this replica's id since the session began, but the session itself. */
static gboolean
is_current (Taking  *taking,
            GError **error)
{
  const TruceHubSession *session = taking->session;
  const char *current;

  if (!truce_hub_read_replica (taking->hub, session->replica, &taking->replica, error))
    return FALSE;
  current = taking->replica.session;
  if (g_strcmp0 (current, session->known) == 0 || g_strcmp0 (current, session->id) == 0)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY,
               "another session of this replica has pushed meanwhile: open it again");
  return FALSE;
}

static gboolean
take_all (Taking   *taking,
          gboolean *wrote,
          GError  **error)
{
  TruceHub *hub = taking->hub;
  gint64 first = hub->store->version;
  TruceStamp sent;
  gboolean again;

  if (!is_current (taking, error))
    return FALSE;
  sent = taking->replica.sent;
  again = g_strcmp0 (taking->replica.session, taking->session->id) == 0;
  for (guint i = 0; i < taking->push->n_items; i++)
    if (!answer_item (taking, i, error))
      return FALSE;

  truce_push_set_range (taking->push, first, hub->store->version);
  *wrote = !again || hub->store->version != first || truce_stamp_order (sent, taking->replica.sent) != 0;
  if (!*wrote)
    return TRUE;
  g_free (taking->replica.session);
  taking->replica.session = g_strdup (taking->session->id);
  return truce_hub_write_replica (hub, taking->session->replica, &taking->replica, error);
}

/* In a transaction that it ends. */
static gboolean
take_and_commit (Taking  *taking,
                 GError **error)
{
  TruceStore *store = taking->hub->store;
  gboolean wrote = FALSE;

  if (!take_all (taking, &wrote, error))
    {
      truce_store_rollback (store);
      return FALSE;
    }
  if (wrote)
    return truce_store_commit (store, error);
  truce_store_rollback (store);
  return TRUE;
}

gboolean
truce_hub_push (TruceHub  *self,
                TrucePush *push,
                GError   **error)
{
  /* The guard, and who observes the store, may let go of it. */
  g_autoptr(TruceHub) hold = g_object_ref (self);
  TruceHubSession *session = truce_hub_find_session (self, (TruceExchange *) push, error);
  Taking taking = { self, session, push };
  gboolean took;

  if (session == NULL || !check_push (self, session, push, error) || !truce_store_begin (self->store, error))
    return FALSE;

  took = take_and_commit (&taking, error);
  truce_hub_replica_clear (&taking.replica);
  if (!took)
    truce_push_forget_answers (push);
  return took;
}
