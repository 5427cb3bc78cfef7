/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Resolution is a write. Both states are joined, so that no stamp is lost; then what the resolver says is written on
 * top, wherever it is something else than the join shows, and waits to be sent like any other write. What loses on
 * either side goes to the history. A resolver that fails, or says what can't be written, has decided nothing: the
 * record waits for a person, with our value in use. */

#include "truce-clock-private.h"
#include "truce-field-merge-resolver.h"
#include "truce-session-take.h"
#include "truce-settle.h"

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

/* What a tombstone hides, as a record; NULL where it can't be read. */
static TruceRecord *
hidden_record (const TruceStoredRecord *row)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GString) text = g_string_new (NULL);
  TruceState *state = truce_state_decode (arena, NULL, 0, row->state, row->state_length, NULL);

  if (state == NULL)
    return NULL;
  truce_state_write_map (&state->fields, text);
  return truce_record_new_from_text (row->collection, row->id, text->str, NULL);
}

/* A deletion that does not stand had seen changes of its side, which are as lost as if they had been overwritten. */
static gboolean
keep_lost_of_side (TruceStore              *store,
                   TruceConflict           *conflict,
                   TruceRecord             *side,
                   const TruceStoredRecord *row,
                   JsonNode                *result,
                   GError                 **error)
{
  g_autoptr(TruceRecord) hidden = row->value == NULL && result != NULL ? hidden_record (row) : NULL;

  return truce_settle_keep_lost (store, conflict, hidden != NULL ? hidden : side, result, error);
}

gboolean
truce_take_keep_lost (TruceStore              *store,
                      TruceConflict           *conflict,
                      const TruceStoredRecord *ours,
                      const TruceStoredRecord *theirs,
                      JsonNode                *result,
                      GError                 **error)
{
  return keep_lost_of_side (store, conflict, truce_conflict_get_remote (conflict), theirs, result, error) &&
         keep_lost_of_side (store, conflict, truce_conflict_get_local (conflict), ours, result, error);
}

/* Makes the joined state show text, by writes that come after both sides. */
gboolean
truce_take_write_text (TruceWrite *write,
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

/* Kinds that a join merges for good: a three-way merge, which sees only values, would count twice what both sides have
 * from a third. */
static gboolean
joins (const TruceWrite *write,
       const char       *name,
       gsize             length)
{
  switch (truce_kind_of (truce_schema_field (write->schema, name, length)))
    {
    case TRUCE_KIND_COUNTER:
    case TRUCE_KIND_SET:
    case TRUCE_KIND_MAP:
    case TRUCE_KIND_FLAG:
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
    case TRUCE_KIND_IMMUTABLE:
    case TRUCE_KIND_MULTI_REGISTER:
      return TRUE;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_LIST:
    case TRUCE_KIND_TEXT:
    case TRUCE_KIND_LOCAL:
      break;
    }
  return FALSE;
}

static void
begin_member (GString    *out,
              const char *name)
{
  if (out->len > 1)
    g_string_append_c (out, ',');
  truce_json_write_string (out, name, -1);
  g_string_append_c (out, ':');
}

/* What the resolver says of fields that need one, and the join of all others. */
static char *
combine (TruceWrite *write,
         const char *text)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, -1, NULL);
  GString *out = g_string_new ("{");

  for (guint32 i = 1; doc != NULL && i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);

      if (joins (write, name, strlen (name)))
        continue;
      begin_member (out, name);
      g_string_append_len (out, doc->text + doc->nodes[i + 1].start, doc->nodes[i + 1].end - doc->nodes[i + 1].start);
    }
  for (guint i = 0; i < write->state->fields.n_fields; i++)
    {
      const TruceStateField *field = &write->state->fields.fields[i];
      const TruceStatePart *part = truce_state_shown (field);
      g_autofree char *name = g_strndup (field->name.text, field->name.length);

      if (part == NULL || !truce_state_part_shows (part) || !joins (write, name, strlen (name)))
        continue;
      begin_member (out, name);
      truce_state_write_part (part, out);
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static gboolean
put_written (TruceStore          *store,
             TruceCollectionInfo *info,
             TruceWrite          *write,
             TruceStoredRecord   *ours,
             TruceStoredRecord   *theirs,
             TruceTakeFlags       flags,
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
  if (flags != TRUCE_TAKE_PLAIN || !same_value (made, theirs))
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
                  TruceTakeFlags       flags,
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
  g_autofree char *combined = NULL;
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
      if (text != NULL && flags == TRUCE_TAKE_JOINED)
        text = combined = combine (&write, text);
      went = truce_store_stamp_write (store, &write, error) && truce_take_write_text (&write, text, error) &&
             put_written (store, info, &write, ours, theirs, flags, error);
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
defer (TruceTaking *taking,
       const char  *reason,
       GError     **error)
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
ask_later (TruceTaking   *taking,
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

static TruceTakeFlags
how_to_take (const TruceTaking *taking)
{
  if (taking->plain)
    return TRUCE_TAKE_PLAIN;
  return TRUCE_IS_FIELD_MERGE_RESOLVER (truce_store_resolver (taking->info)) ? TRUCE_TAKE_JOINED : TRUCE_TAKE_AS_IT_IS;
}

/* A resolver that fails, or says what can't be written, decides nothing: a person has to. */
static gboolean
resolve (TruceTaking   *taking,
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
  if (truce_take_write (taking->store, taking->info, taking->ours, taking->theirs, text, how_to_take (taking),
                        &local))
    return truce_take_keep_lost (taking->store, conflict, taking->ours, taking->theirs, value, error);
  if (truce_error_is_of_record (local))
    return defer (taking, local->message, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
truce_taking_conflict (TruceTaking *taking,
                       gboolean    *changed,
                       GError     **error)
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
                             how_to_take (taking), error);
  if (truce_settle_same (base, local))
    return truce_take_write (taking->store, taking->info, taking->ours, taking->theirs, taking->theirs->value,
                             how_to_take (taking), error);
  return resolve (taking, conflict, error);
}
