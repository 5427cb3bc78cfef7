/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A record as the remote has it meets ours. What has seen what decides:
 *
 *   theirs has seen all of ours      ours was sent, or never changed: theirs is taken, nothing waits
 *   ours has seen all of theirs      ours waits on; its base is now theirs
 *   neither                          both changed it apart: they are joined, and ours waits; or, where the
 *                                    collection is gated, the resolver decides, and what it says is written
 *
 * A remote without stamps gets some: what it has is written over the base as if it had been written here just now.
 * Then it is like any other, but that it always goes to the resolver: such stamps say nothing of who came later. */

#include "truce-clock-private.h"
#include "truce-field-merge-resolver.h"
#include "truce-kind-private.h"
#include "truce-log-private.h"
#include "truce-session-private.h"
#include "truce-settle.h"
#include "truce-store-join.h"

#define TOKEN_GROUP "token"

/* One record that came, and what of it is here. */
typedef struct
{
  TruceSession *session;
  TruceStore *store;
  TruceCollectionInfo *info;
  TruceStoredRecord *theirs;
  TruceState *state;            /* of theirs, in the arena */
  TruceJsonArena *arena;        /* owned */
  TruceStoredRecord *ours;      /* owned, or NULL */
  gboolean plain;               /* its stamps are ours, made for the occasion */
} Taking;

static gboolean
taking_begin (Taking            *taking,
              TruceSession      *session,
              TruceStoredRecord *theirs,
              GError           **error)
{
  g_autoptr(GError) local = NULL;

  *taking = (Taking) { .session = session, .store = session->store, .theirs = theirs };
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

static void
taking_end (Taking *taking)
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
differs (const Taking            *taking,
         const TruceStoredRecord *row)
{
  const TruceStoredRecord *theirs = taking->theirs;

  return row->state_length == theirs->state_length && row->value_length == theirs->value_length &&
         (memcmp (row->state, theirs->state, row->state_length) != 0 || g_strcmp0 (row->value, theirs->value) != 0);
}

/* Nothing changes of what shows; but perhaps what waits. */
static gboolean
settle (Taking  *taking,
        gboolean ahead,
        GError **error)
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
put_joined (Taking            *taking,
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
take_joined (Taking   *taking,
             gboolean *changed,
             GError  **error)
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

/* ---- conflicts ---- */

static gboolean
rule_is_join (TruceRule rule)
{
  return rule == TRUCE_RULE_NONE || rule == TRUCE_RULE_LATER;
}

gboolean
truce_take_is_gated (TruceCollectionInfo *info)
{
  const TruceSchema *schema = info->schema;

  if (info->resolver != NULL ? !TRUCE_IS_FIELD_MERGE_RESOLVER (info->resolver) :
      schema->strategy != TRUCE_STRATEGY_FIELD_MERGE)
    return TRUE;
  for (guint i = 0; i < schema->entries->len; i++)
    {
      const TruceSchemaEntry *entry = g_ptr_array_index (schema->entries, i);

      if (entry->has_rule && (entry->func != NULL || !rule_is_join (entry->rule)))
        return TRUE;
      if (entry->has_kind && (entry->kind == TRUCE_KIND_TEXT || entry->kind == TRUCE_KIND_LIST))
        return TRUE;
    }
  return FALSE;
}

gboolean
truce_take_asks (TruceResolver *resolver)
{
  const TruceResolverInterface *general = g_type_default_interface_peek (TRUCE_TYPE_RESOLVER);

  return TRUCE_RESOLVER_GET_IFACE (resolver)->resolve_async != general->resolve_async;
}

static TruceRecord *
stamped_record (TruceStoredRecord *row,
                GError           **error)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(TruceRecord) record = truce_settle_record (row->collection, row->id, row->value, error);
  const TruceState *state = record == NULL ? NULL :
                            truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length,
                                                error);

  if (state == NULL)
    return NULL;
  truce_settle_stamp (record, state);
  return g_steal_pointer (&record);
}

TruceConflict *
truce_take_conflict (TruceCollectionInfo *info,
                     TruceStoredRecord   *ours,
                     TruceStoredRecord   *theirs,
                     GError             **error)
{
  g_autoptr(GError) failed = NULL;
  g_autoptr(TruceStoredRecord) row = truce_base_row (ours, &failed);
  g_autoptr(TruceRecord) base = NULL;
  g_autoptr(TruceRecord) local = NULL;
  g_autoptr(TruceRecord) remote = NULL;

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  base = truce_settle_record (ours->collection, ours->id, row != NULL ? row->value : NULL, error);
  local = base != NULL ? stamped_record (ours, error) : NULL;
  remote = local != NULL ? stamped_record (theirs, error) : NULL;
  return remote != NULL ? truce_conflict_new (base, local, remote, info->schema, error) : NULL;
}

void
truce_take_read_resolution (TruceConflict   *conflict,
                            TruceResolution *resolution,
                            JsonNode       **value,
                            char           **text)
{
  TruceRecord *side = NULL;

  switch (truce_resolution_get_resolution_type (resolution))
    {
    case TRUCE_RESOLUTION_LOCAL:
      side = truce_conflict_get_local (conflict);
      break;
    case TRUCE_RESOLUTION_REMOTE:
      side = truce_conflict_get_remote (conflict);
      break;
    case TRUCE_RESOLUTION_MERGED:
      *value = truce_resolution_get_value (resolution);
      *text = truce_resolution_dup_text (resolution);
      return;
    case TRUCE_RESOLUTION_DEFERRED:
      g_assert_not_reached ();
    }
  *value = truce_record_get_value (side);
  *text = truce_record_dup_text (side);
}

gboolean
truce_take_keep_lost (TruceStore    *store,
                      TruceConflict *conflict,
                      JsonNode      *result,
                      GError       **error)
{
  const TruceStamp *local = truce_record_get_stamp (truce_conflict_get_local (conflict), NULL);
  const TruceStamp *remote = truce_record_get_stamp (truce_conflict_get_remote (conflict), NULL);

  return truce_settle_keep_lost (store, conflict, TRUCE_SIDE_REMOTE, remote, result, error) &&
         truce_settle_keep_lost (store, conflict, TRUCE_SIDE_LOCAL, local, result, error);
}

/* Makes the joined state show text, by writes that come after both sides. */
static gboolean
write_text (TruceWrite *write,
            const char *text,
            GError    **error)
{
  gboolean alive = truce_state_is_alive (write->state, truce_life_rule (write->schema));
  TruceJsonDoc *doc;
  gboolean changed = FALSE;

  if (text == NULL)
    {
      if (alive)
        truce_state_delete (write->state, write->stamp);
      return TRUE;
    }

  doc = truce_json_doc_parse_text (text, -1, error);
  if (doc == NULL)
    return FALSE;
  if (write->kept == NULL)
    write->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_json_doc_unref);
  g_ptr_array_add (write->kept, doc);
  if (!alive)
    truce_state_create (write->state, write->stamp);
  return truce_write_members (write, doc, TRUE, FALSE, &changed, error);
}

static gboolean
same_value (const TruceStoredRecord *a,
            const TruceStoredRecord *b)
{
  return g_strcmp0 (a->value, b->value) == 0;
}

static gboolean
put_written (TruceStore          *store,
             TruceCollectionInfo *info,
             TruceWrite          *write,
             TruceStoredRecord   *ours,
             TruceStoredRecord   *theirs,
             gboolean             plain,
             GError             **error)
{
  g_autoptr(TruceStoredRecord) made = truce_write_row (write, store->version + 1, error);
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GBytes) base = NULL;
  TruceStoredParts parts;

  if (made == NULL)
    return FALSE;
  parts = truce_stored_record_parts (made);
  parts.delivery = TRUCE_DELIVERY_SYNCED;
  parts.base = NULL;
  parts.base_length = 0;
  if (!plain || !same_value (made, theirs))
    {
      parts.delivery = TRUCE_DELIVERY_PENDING;
      base = truce_base_between (theirs, made->value, made->value_length);
      parts.base = g_bytes_get_data (base, &parts.base_length);
    }
  row = truce_stored_record_make (&parts);
  return truce_store_put_row (store, info, row, ours, error);
}

gboolean
truce_take_write (TruceStore          *store,
                  TruceCollectionInfo *info,
                  TruceStoredRecord   *ours,
                  TruceStoredRecord   *theirs,
                  const char          *text,
                  gboolean             plain,
                  GError             **error)
{
  TruceWrite write = {
    .collection = ours->collection,
    .id = ours->id,
    .schema = info->schema,
    .row = ours,
    .outbox = TRUE,
    .joined = TRUE,
  };
  TruceState *state;
  gboolean went = truce_write_begin (&write, error);

  if (went)
    {
      state = truce_state_decode (write.arena, theirs->value, theirs->value_length, theirs->state,
                                  theirs->state_length, error);
      went = state != NULL;
    }
  if (went)
    {
      truce_state_join (write.state, state, NULL, NULL);
      went = truce_store_stamp_write (store, &write, error) && write_text (&write, text, error) &&
             put_written (store, info, &write, ours, theirs, plain, error);
    }
  truce_write_end (&write);
  return went;
}

TruceQuestion *
truce_question_new (TruceCollectionInfo *info,
                    TruceStoredRecord   *ours,
                    TruceConflict       *conflict)
{
  TruceQuestion *question = g_new (TruceQuestion, 1);

  question->collection = g_strdup (ours->collection);
  question->id = g_strdup (ours->id);
  question->version = ours->version;
  question->conflict = g_object_ref (conflict);
  question->resolver = g_object_ref (truce_store_resolver (info));
  return question;
}

void
truce_question_free (TruceQuestion *question)
{
  g_free (question->collection);
  g_free (question->id);
  g_object_unref (question->conflict);
  g_object_unref (question->resolver);
  g_free (question);
}

/* It waits for somebody to decide; our value stays in use. */
static gboolean
defer (Taking     *taking,
       const char *reason,
       GError    **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceInboxEntry) old = truce_inbox_get (taking->store, taking->ours->collection, taking->ours->id, &local);
  TruceInboxEntry entry = {
    .code = TRUCE_ERROR_CONFLICT,
    .message = (char *) reason,
    .since_ms = old != NULL && taking->ours->delivery == TRUCE_DELIVERY_CONFLICTED ? old->since_ms :
                truce_clock_now_ms (taking->store->clock),
    .remote = (char *) taking->theirs->value,
    .remote_deleted = taking->theirs->value == NULL,
  };
  g_autoptr(GBytes) state = g_bytes_new (taking->theirs->state, taking->theirs->state_length);

  entry.remote_state = state;
  taking->session->counts.conflicted++;
  return truce_inbox_put (taking->store, taking->ours, TRUCE_DELIVERY_CONFLICTED, &entry, error);
}

static gboolean
ask_later (Taking        *taking,
           TruceConflict *conflict,
           GError       **error)
{
  TruceSession *session = taking->session;
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  if (!defer (taking, "waits for an answer", error))
    return FALSE;
  row = truce_store_adapter_get (taking->store->adapter, taking->ours->collection, taking->ours->id, &local);
  if (row == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return local == NULL;
    }
  if (session->questions == NULL)
    session->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_question_free);
  g_ptr_array_add (session->questions, truce_question_new (taking->info, row, conflict));
  return TRUE;
}

/* A resolver that fails, or says what can't be written, decides nothing: a person has to. */
static gboolean
resolve (Taking        *taking,
         TruceConflict *conflict,
         GError       **error)
{
  TruceResolver *resolver = truce_store_resolver (taking->info);
  g_autoptr(TruceResolution) resolution = NULL;
  g_autoptr(GError) local = NULL;
  g_autofree char *text = NULL;
  JsonNode *value = NULL;

  if (truce_take_asks (resolver))
    return ask_later (taking, conflict, error);
  resolution = truce_resolver_resolve (resolver, conflict, &local);
  if (resolution == NULL)
    return defer (taking, local->message, error);
  if (truce_resolution_get_resolution_type (resolution) == TRUCE_RESOLUTION_DEFERRED)
    return defer (taking, truce_resolution_get_reason (resolution) != NULL ?
                  truce_resolution_get_reason (resolution) : "both sides changed it", error);

  truce_take_read_resolution (conflict, resolution, &value, &text);
  if (truce_take_write (taking->store, taking->info, taking->ours, taking->theirs, text, taking->plain, &local))
    return truce_take_keep_lost (taking->store, conflict, value, error);
  if (truce_session_is_of_record (local))
    return defer (taking, local->message, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
take_conflict (Taking   *taking,
               gboolean *changed,
               GError  **error)
{
  g_autoptr(TruceConflict) conflict = truce_take_conflict (taking->info, taking->ours, taking->theirs, error);
  TruceRecord *base;
  TruceRecord *local;
  TruceRecord *remote;

  if (conflict == NULL)
    return FALSE;
  base = truce_conflict_get_base (conflict);
  local = truce_conflict_get_local (conflict);
  remote = truce_conflict_get_remote (conflict);
  *changed = TRUE;
  if (truce_settle_same (base, remote) || truce_settle_same (local, remote))
    return truce_take_write (taking->store, taking->info, taking->ours, taking->theirs, taking->ours->value,
                             taking->plain, error);
  if (truce_settle_same (base, local))
    return truce_take_write (taking->store, taking->info, taking->ours, taking->theirs, taking->theirs->value,
                             taking->plain, error);
  return resolve (taking, conflict, error);
}

/* Whether both changed it apart, where a join may not decide. */
static gboolean
needs_resolver (Taking   *taking,
                gboolean *needs,
                GError  **error)
{
  const TruceState *ours;

  *needs = FALSE;
  if (taking->ours == NULL || taking->ours->delivery == TRUCE_DELIVERY_SYNCED ||
      !(taking->plain || truce_take_is_gated (taking->info)))
    return TRUE;

  ours = truce_state_decode (taking->arena, taking->ours->value, taking->ours->value_length, taking->ours->state,
                             taking->ours->state_length, error);
  if (ours == NULL)
    return FALSE;
  *needs = !truce_state_covers_all (ours, taking->state) && !truce_state_covers_all (taking->state, ours);
  return TRUE;
}

static gboolean
take (Taking   *taking,
      gboolean *changed,
      GError  **error)
{
  gboolean needs;

  if (!needs_resolver (taking, &needs, error))
    return FALSE;
  return needs ? take_conflict (taking, changed, error) : take_joined (taking, changed, error);
}

/* ---- with stamps ---- */

/* A stamp of ours that we never gave: another goes by our name, or we have forgotten. */
static gboolean
check_identity (const Taking *taking,
                GError      **error)
{
  TruceClock *clock = taking->store->clock;
  guint64 time = truce_context_time (taking->state->context, taking->state->n_context, truce_clock_get_replica (clock));

  if (time <= truce_clock_get_last (clock))
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
  Taking taking;
  gboolean went = taking_begin (&taking, self, theirs, error) && check_identity (&taking, error) &&
                  truce_store_observe (self->store, taking.state, error) && take (&taking, changed, error);

  taking_end (&taking);
  return went;
}

/* ---- without ---- */

static gboolean
keep_token (TruceSession *self,
            const char   *collection,
            const char   *id,
            const char   *token,
            GError      **error)
{
  g_autofree char *key = truce_store_key (collection, id);
  g_autoptr(GBytes) bytes = token != NULL ? g_bytes_new (token, strlen (token)) : NULL;

  return truce_store_adapter_set_meta (self->store->adapter, TOKEN_GROUP, key, bytes, error);
}

/* The row as the remote has it, on top of what both sides last had: our base, or what is here where nothing waits. */
static TruceStoredRecord *
stamp_text (TruceSession        *self,
            TruceCollectionInfo *info,
            TruceStoredRecord   *ours,
            const char          *collection,
            const char          *id,
            const char          *text,
            GError             **error)
{
  TruceWrite write = { .collection = collection, .id = id, .schema = info->schema, .joined = TRUE };
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) base = NULL;
  TruceStoredRecord *row = NULL;

  if (ours != NULL)
    base = ours->delivery == TRUCE_DELIVERY_SYNCED ? truce_stored_record_ref (ours) : truce_base_row (ours, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  write.row = base;
  if (truce_write_begin (&write, error) && truce_store_stamp_write (self->store, &write, error))
    {
      truce_state_strip_local (write.state);
      if (write_text (&write, text, error))
        row = truce_write_row (&write, self->store->version + 1, error);
    }
  truce_write_end (&write);
  return row;
}

/* Whether the remote has what it had, or what we have. Then there is nothing to decide. */
static gboolean
is_no_news (TruceStoredRecord *ours,
            const char        *collection,
            const char        *id,
            const char        *text,
            gboolean          *echo,
            gboolean          *unchanged,
            GError           **error)
{
  g_autoptr(TruceRecord) local = truce_settle_record (collection, id, ours != NULL ? ours->value : NULL, error);
  g_autoptr(TruceRecord) remote = local != NULL ? truce_settle_record (collection, id, text, error) : NULL;
  g_autoptr(GError) failed = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(TruceRecord) base = NULL;

  *echo = *unchanged = FALSE;
  if (remote == NULL)
    return FALSE;
  *echo = truce_settle_same (local, remote);
  if (*echo || ours == NULL || ours->delivery == TRUCE_DELIVERY_SYNCED)
    return TRUE;
  row = truce_base_row (ours, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  base = truce_settle_record (collection, id, row != NULL ? row->value : NULL, error);
  *unchanged = base != NULL && truce_settle_same (base, remote);
  return base != NULL;
}

static gboolean
take_text (TruceSession      *self,
           TruceStoredRecord *ours,
           const char        *collection,
           const char        *id,
           const char        *text,
           gboolean          *changed,
           GError           **error)
{
  TruceCollectionInfo *info = truce_store_info (self->store, collection, error);
  g_autoptr(TruceStoredRecord) theirs = NULL;
  Taking taking;
  gboolean echo;
  gboolean unchanged;
  gboolean went;

  if (info == NULL || !is_no_news (ours, collection, id, text, &echo, &unchanged, error))
    return FALSE;
  if (unchanged || (ours == NULL && text == NULL))
    return TRUE;
  if (echo)
    return ours->delivery == TRUCE_DELIVERY_SYNCED ||
           truce_store_settle_row (self->store, info, ours, TRUCE_DELIVERY_SYNCED, NULL, error);

  theirs = stamp_text (self, info, ours, collection, id, text, error);
  if (theirs == NULL)
    return FALSE;
  went = taking_begin (&taking, self, theirs, error);
  taking.plain = TRUE;
  went = went && take (&taking, changed, error);
  taking_end (&taking);
  return went;
}

gboolean
truce_session_take_text (TruceSession *self,
                         const char   *collection,
                         const char   *id,
                         const char   *text,
                         const char   *token,
                         gboolean     *changed,
                         GError      **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) ours = truce_store_adapter_get (self->store->adapter, collection, id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return take_text (self, ours, collection, id, text, changed, error) &&
         keep_token (self, collection, id, text != NULL ? token : NULL, error);
}
