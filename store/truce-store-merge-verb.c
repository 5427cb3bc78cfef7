/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Resolution is a write: the resolver says what the record should be, and that is put like any other value. What
 * it drops on either side goes to the history. */

#include "truce-settle.h"
#include "truce-store-merge-verb.h"

static gboolean
put_result (TruceStore           *self,
            TruceCollectionInfo  *info,
            TruceWrite           *write,
            const TruceOperation *operation,
            const char           *text,
            TruceDone            *done,
            GError              **error)
{
  TruceOperation put = *operation;
  gboolean changed = FALSE;

  put.verb = text != NULL ? TRUCE_VERB_PUT : TRUCE_VERB_DELETE;
  put.text = text;
  if (text == NULL && (done->before == NULL || done->before->value == NULL))
    return TRUE;
  if (!truce_write_apply (write, &put, &changed, error))
    return FALSE;
  if (!changed)
    {
      if (done->outcome == TRUCE_OUTCOME_APPLIED)
        done->outcome = TRUCE_OUTCOME_UNCHANGED;
      return TRUE;
    }

  done->after = truce_write_row (write, self->version + 1, error);
  return done->after != NULL && truce_store_put_row (self, info, done->after, done->before, error);
}

static gboolean
resolve (TruceStore           *self,
         TruceCollectionInfo  *info,
         TruceWrite           *write,
         const TruceOperation *operation,
         TruceConflict        *conflict,
         TruceDone            *done,
         GError              **error)
{
  g_autoptr(TruceResolution) resolution = truce_resolver_resolve (truce_store_resolver (info), conflict, error);
  g_autofree char *text = NULL;
  JsonNode *value = NULL;

  if (resolution == NULL)
    return FALSE;

  done->outcome = TRUCE_OUTCOME_MERGED;
  switch (truce_resolution_get_resolution_type (resolution))
    {
    case TRUCE_RESOLUTION_DEFERRED:
      done->outcome = TRUCE_OUTCOME_CONFLICT;
      return truce_write_refuse (write, NULL, TRUCE_ERROR_CONFLICT,
                                 truce_resolution_get_reason (resolution) != NULL ?
                                 truce_resolution_get_reason (resolution) : "both sides changed it", error);
    case TRUCE_RESOLUTION_LOCAL:
      value = truce_record_get_value (truce_conflict_get_local (conflict));
      text = truce_record_dup_text (truce_conflict_get_local (conflict));
      break;
    case TRUCE_RESOLUTION_REMOTE:
      value = truce_record_get_value (truce_conflict_get_remote (conflict));
      text = truce_record_dup_text (truce_conflict_get_remote (conflict));
      break;
    case TRUCE_RESOLUTION_MERGED:
      value = truce_resolution_get_value (resolution);
      text = truce_resolution_dup_text (resolution);
      break;
    }
  if (!truce_settle_keep_lost (self, conflict, truce_conflict_get_remote (conflict), value, error) ||
      !truce_settle_keep_lost (self, conflict, truce_conflict_get_local (conflict), value, error))
    return FALSE;
  return put_result (self, info, write, operation, text, done, error);
}

gboolean
truce_store_merge_verb (TruceStore           *self,
                        TruceCollectionInfo  *info,
                        TruceWrite           *write,
                        const TruceOperation *operation,
                        TruceDone            *done,
                        GError              **error)
{
  const char *id = write->id;
  g_autoptr(TruceRecord) base = truce_settle_record (operation->collection, id, operation->base, error);
  g_autoptr(TruceRecord) local = base == NULL ? NULL :
                                 truce_settle_record (operation->collection, id, operation->text, error);
  g_autoptr(TruceRecord) remote = NULL;
  g_autoptr(TruceConflict) conflict = NULL;

  if (local == NULL)
    return FALSE;
  write->row = done->before;
  remote = truce_settle_record (operation->collection, id, done->before != NULL ? done->before->value : NULL, error);
  if (remote == NULL || !truce_write_begin (write, error) || !truce_store_stamp_write (self, write, error))
    return FALSE;

  truce_settle_stamp (remote, write->state);
  if (truce_settle_same (base, remote))
    return put_result (self, info, write, operation, operation->text, done, error);
  if (truce_settle_same (local, remote))
    {
      done->outcome = TRUCE_OUTCOME_UNCHANGED;
      return TRUE;
    }
  truce_record_set_stamp (local, NULL, &write->stamp);
  conflict = truce_conflict_new (base, local, remote, info->schema, error);
  return conflict != NULL && resolve (self, info, write, operation, conflict, done, error);
}
