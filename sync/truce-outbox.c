/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-outbox.h"

#include "truce-kind-private.h"
#include "truce-log-private.h"
#include "truce-resolution-private.h"
#include "truce-session-private.h"

/* A record that waits in the inbox, in a transaction that is open. */
typedef struct
{
  TruceStore *store;
  TruceCollectionInfo *info;
  TruceStoredRecord *row;       /* owned */
  TruceInboxEntry *entry;       /* owned; NULL: it has none */
} Waiting;

static gboolean
refuse (const char *collection,
        const char *id,
        TruceError  code,
        const char *what,
        GError    **error)
{
  g_autofree char *shown_collection = truce_show_name (collection);
  g_autofree char *shown_id = truce_show_name (id);

  g_set_error (error, TRUCE_ERROR, code, "%s/%s: %s", shown_collection, shown_id, what);
  return FALSE;
}

static gboolean
read_waiting (Waiting    *waiting,
              const char *collection,
              const char *id,
              GError    **error)
{
  g_autoptr(GError) local = NULL;

  waiting->info = truce_store_info (waiting->store, collection, error);
  if (waiting->info == NULL)
    return FALSE;
  waiting->row = truce_store_adapter_get (waiting->store->adapter, collection, id, &local);
  if (local == NULL)
    waiting->entry = truce_inbox_get (waiting->store, collection, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (waiting->row != NULL && (waiting->row->delivery == TRUCE_DELIVERY_FAILED ||
                               waiting->row->delivery == TRUCE_DELIVERY_CONFLICTED))
    return TRUE;
  return refuse (collection, id, TRUCE_ERROR_NOT_FOUND, "there is no such record in the inbox", error);
}

/* Begins a transaction. Whatever it gives, waiting_end() ends it. */
static gboolean
waiting_begin (Waiting    *waiting,
               TruceStore *store,
               const char *collection,
               const char *id,
               GError    **error)
{
  *waiting = (Waiting) { 0 };
  if (!truce_store_begin (store, error))
    return FALSE;
  waiting->store = store;
  return read_waiting (waiting, collection, id, error);
}

static gboolean
waiting_end (Waiting *waiting,
             gboolean went,
             GError **error)
{
  g_clear_pointer (&waiting->row, truce_stored_record_unref);
  g_clear_pointer (&waiting->entry, truce_inbox_entry_free);
  if (waiting->store == NULL)
    return FALSE;
  if (went)
    return truce_store_commit (waiting->store, error);
  truce_store_rollback (waiting->store);
  return FALSE;
}

/* The record as the remote had it when the conflict was met; NULL without an error: it is not known. */
static TruceStoredRecord *
make_theirs (const Waiting *waiting)
{
  const TruceInboxEntry *entry = waiting->entry;
  const char *value = entry != NULL ? entry->remote : NULL;
  TruceStoredParts parts;

  if (entry == NULL || entry->remote_state == NULL)
    return NULL;
  parts = truce_stored_record_parts (waiting->row);
  parts.delivery = TRUCE_DELIVERY_SYNCED;
  parts.value = value;
  parts.value_length = value != NULL ? strlen (value) : 0;
  parts.state = g_bytes_get_data (entry->remote_state, &parts.state_length);
  parts.base = NULL;
  parts.base_length = 0;
  return truce_stored_record_make (&parts);
}

/* ---- retry ---- */

static gboolean
edit_row (TruceStore *store,
          const char *collection,
          const char *id,
          const char *edit,
          GError    **error)
{
  TruceOperation operation = { .verb = TRUCE_VERB_PATCH, .collection = collection, .id = id, .text = edit };
  TruceDone done;

  truce_store_do (store, &operation, FALSE, &done);
  if (done.error == NULL)
    return TRUE;
  g_propagate_error (error, done.error);
  return FALSE;
}

static gboolean
retry (Waiting    *waiting,
       const char *edit,
       GError    **error)
{
  const TruceStoredRecord *row = waiting->row;
  g_autoptr(GBytes) base = row->base != NULL ? g_bytes_new (row->base, row->base_length) : NULL;

  if (row->delivery != TRUCE_DELIVERY_FAILED)
    return refuse (row->collection, row->id, TRUCE_ERROR_CONFLICT, "it has to be resolved before it can be sent", error);
  return truce_store_settle_row (waiting->store, waiting->info, waiting->row, TRUCE_DELIVERY_PENDING, base, error) &&
         (edit == NULL || edit_row (waiting->store, row->collection, row->id, edit, error));
}

gboolean
truce_outbox_retry (TruceStore *store,
                    const char *collection,
                    const char *id,
                    const char *edit,
                    GError    **error)
{
  Waiting waiting;
  gboolean went = waiting_begin (&waiting, store, collection, id, error) && retry (&waiting, edit, error);

  return waiting_end (&waiting, went, error);
}

/* ---- discard ---- */

static gboolean
put_back (Waiting           *waiting,
          TruceStoredRecord *row,
          GError           **error)
{
  TruceStoredParts parts = truce_stored_record_parts (row);
  g_autoptr(TruceStoredRecord) back = NULL;

  parts.version = waiting->store->version + 1;
  parts.key = waiting->row->key;
  parts.delivery = TRUCE_DELIVERY_SYNCED;
  parts.base = NULL;
  parts.base_length = 0;
  back = truce_stored_record_make (&parts);
  return truce_store_put_row (waiting->store, waiting->info, back, waiting->row, error);
}

/* What is dropped stays in the history, whole. */
static gboolean
discard (Waiting *waiting,
         GError **error)
{
  TruceStoredRecord *row = waiting->row;
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) back = make_theirs (waiting);

  if (back == NULL)
    back = truce_base_row (row, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row->value != NULL && (back == NULL || g_strcmp0 (row->value, back->value) != 0) &&
      !truce_log_append (waiting->store, row->collection, row->id, "", row->value, row->value_length, NULL, error))
    return FALSE;
  return back != NULL ? put_back (waiting, back, error) :
         truce_store_remove_row (waiting->store, waiting->info, row, error);
}

gboolean
truce_outbox_discard (TruceStore *store,
                      const char *collection,
                      const char *id,
                      GError    **error)
{
  Waiting waiting;
  gboolean went = waiting_begin (&waiting, store, collection, id, error) && discard (&waiting, error);

  return waiting_end (&waiting, went, error);
}

static gboolean
make_copy (Waiting    *waiting,
           const char *new_id,
           GError    **error)
{
  const TruceStoredRecord *row = waiting->row;
  TruceOperation operation = {
    .verb = TRUCE_VERB_CREATE,
    .collection = row->collection,
    .id = new_id,
    .text = row->value,
  };
  TruceDone done;

  if (row->value == NULL)
    return refuse (row->collection, row->id, TRUCE_ERROR_NOT_FOUND, "it was deleted: there is nothing to copy", error);
  truce_store_do (waiting->store, &operation, FALSE, &done);
  if (done.error == NULL)
    return TRUE;
  g_propagate_error (error, done.error);
  return FALSE;
}

gboolean
truce_outbox_keep_copy (TruceStore *store,
                        const char *collection,
                        const char *id,
                        const char *new_id,
                        GError    **error)
{
  Waiting waiting;
  gboolean went = waiting_begin (&waiting, store, collection, id, error) && make_copy (&waiting, new_id, error) &&
                  discard (&waiting, error);

  return waiting_end (&waiting, went, error);
}

/* ---- resolve ---- */

/* What a resolution means: its value and text, both NULL for a deletion. */
static gboolean
write_resolution (Waiting           *waiting,
                  TruceStoredRecord *theirs,
                  TruceResolution   *resolution,
                  GError           **error)
{
  g_autoptr(TruceConflict) conflict = truce_take_conflict (waiting->info, waiting->row, theirs, error);
  g_autofree char *text = NULL;
  JsonNode *value = NULL;

  if (conflict == NULL)
    return FALSE;
  truce_take_read_resolution (conflict, resolution, &value, &text);
  return truce_take_write (waiting->store, waiting->info, waiting->row, theirs, text, TRUCE_TAKE_AS_IT_IS, error) &&
         truce_take_keep_lost (waiting->store, conflict, waiting->row, theirs, value, error);
}

/* text: of a merged record; NULL: it is deleted. */
static TruceResolution *
make_resolution (TruceResolutionType type,
                 const char         *text,
                 GError            **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  switch (type)
    {
    case TRUCE_RESOLUTION_LOCAL:
      return truce_resolution_new_local ();
    case TRUCE_RESOLUTION_REMOTE:
      return truce_resolution_new_remote ();
    case TRUCE_RESOLUTION_MERGED:
      if (text != NULL)
        doc = truce_json_doc_parse_text (text, -1, error);
      return text == NULL || doc != NULL ? truce_resolution_new_doc (doc) : NULL;
    case TRUCE_RESOLUTION_DEFERRED:
      break;
    }
  return truce_resolution_new_deferred (NULL);
}

static gboolean
resolve (Waiting         *waiting,
         TruceResolution *resolution,
         GError         **error)
{
  g_autoptr(TruceStoredRecord) theirs = make_theirs (waiting);

  if (truce_resolution_get_resolution_type (resolution) == TRUCE_RESOLUTION_DEFERRED)
    return TRUE;
  if (waiting->row->delivery == TRUCE_DELIVERY_CONFLICTED && theirs != NULL)
    return write_resolution (waiting, theirs, resolution, error);
  return refuse (waiting->row->collection, waiting->row->id, TRUCE_ERROR_NOT_FOUND, "there is no conflict to resolve",
                 error);
}

gboolean
truce_outbox_resolve (TruceStore         *store,
                      const char         *collection,
                      const char         *id,
                      TruceResolutionType type,
                      const char         *text,
                      GError            **error)
{
  g_autoptr(TruceResolution) resolution = make_resolution (type, text, error);
  Waiting waiting;
  gboolean went;

  if (resolution == NULL || !truce_resolution_check (resolution, error))
    return FALSE;
  went = waiting_begin (&waiting, store, collection, id, error) && resolve (&waiting, resolution, error);
  return waiting_end (&waiting, went, error);
}

TruceConflict *
truce_outbox_dup_conflict (TruceStore *store,
                           const char *collection,
                           const char *id,
                           GError    **error)
{
  Waiting waiting = { .store = store };
  g_autoptr(TruceStoredRecord) theirs = NULL;
  TruceConflict *conflict = NULL;

  if (read_waiting (&waiting, collection, id, error))
    {
      theirs = make_theirs (&waiting);
      if (theirs == NULL)
        refuse (collection, id, TRUCE_ERROR_NOT_FOUND, "there is no conflict to resolve", error);
      else
        conflict = truce_take_conflict (waiting.info, waiting.row, theirs, error);
    }
  g_clear_pointer (&waiting.row, truce_stored_record_unref);
  g_clear_pointer (&waiting.entry, truce_inbox_entry_free);
  return conflict;
}

/* ---- answers that took their time ---- */

static TruceQuestion *
ask_again (const Waiting *waiting)
{
  g_autoptr(TruceStoredRecord) theirs = make_theirs (waiting);
  g_autoptr(TruceConflict) conflict = NULL;

  if (theirs == NULL || waiting->row->delivery != TRUCE_DELIVERY_CONFLICTED)
    return NULL;
  conflict = truce_take_conflict (waiting->info, waiting->row, theirs, NULL);
  return conflict != NULL ? truce_question_new (waiting->info, waiting->row, conflict) : NULL;
}

gboolean
truce_outbox_answer (TruceStore          *store,
                     const TruceQuestion *question,
                     TruceResolution     *resolution,
                     TruceQuestion      **again,
                     GError             **error)
{
  Waiting waiting;
  g_autoptr(GError) local = NULL;
  gboolean went = waiting_begin (&waiting, store, question->collection, question->id, &local);
  gboolean stale = !went && g_error_matches (local, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);

  *again = NULL;
  if (went && waiting.row->version != question->version)
    {
      *again = ask_again (&waiting);
      stale = TRUE;
    }
  if (went && !stale)
    went = resolve (&waiting, resolution, &local);
  if (waiting_end (&waiting, went && !stale, local == NULL ? &local : NULL))
    return TRUE;
  if (!stale && local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GPtrArray *
truce_store_list_questions (TruceStore *store,
                            GError    **error)
{
  g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_question_free);
  g_autoptr(GError) local = NULL;
  gint64 after = 0;

  while (truce_store_count (store, TRUCE_DELIVERY_CONFLICTED) > 0)
    {
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (store->adapter, after, &local);
      Waiting waiting = { .store = store };

      if (row == NULL)
        break;
      after = row->version;
      if (row->delivery != TRUCE_DELIVERY_CONFLICTED || !read_waiting (&waiting, row->collection, row->id, NULL))
        continue;
      if (truce_take_asks (truce_store_resolver (waiting.info)))
        {
          TruceQuestion *question = ask_again (&waiting);

          if (question != NULL)
            g_ptr_array_add (questions, question);
        }
      g_clear_pointer (&waiting.row, truce_stored_record_unref);
      g_clear_pointer (&waiting.entry, truce_inbox_entry_free);
    }
  if (local == NULL)
    return g_steal_pointer (&questions);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
