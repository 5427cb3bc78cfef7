/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Resolution is a write: the resolver says what the record should be, and that is put like any other value. What
 * it drops on either side goes to the history. */

#include "truce-log-private.h"
#include "truce-record-private.h"
#include "truce-store-merge-verb.h"

static TruceRecord *
make_record (const TruceOperation *operation,
             const char           *text,
             GError              **error)
{
  if (text == NULL)
    return truce_record_new_tombstone (operation->collection, operation->id, error);
  return truce_record_new_from_text (operation->collection, operation->id, text, error);
}

static gboolean
same_record (TruceRecord *a,
             TruceRecord *b)
{
  TruceJsonDoc *x = truce_record_get_doc (a);
  TruceJsonDoc *y = truce_record_get_doc (b);

  return x == y || (x != NULL && y != NULL && truce_json_equal (x, 0, y, 0));
}

/* The latest stamp of each field that shows, for resolvers that ask which came later. */
static gboolean
stamp_record (TruceWrite  *write,
              TruceRecord *record,
              GError     **error)
{
  if (!truce_write_begin (write, error))
    return FALSE;

  if (write->state->touched.time != 0)
    truce_record_set_stamp (record, NULL, &write->state->touched);
  for (guint i = 0; i < write->state->fields.n_fields; i++)
    {
      const TruceStateField *field = &write->state->fields.fields[i];
      const TruceStatePart *part = truce_state_shown (field);
      g_autofree char *name = g_strndup (field->name.text, field->name.length);

      if (part != NULL && part->shape <= TRUCE_SHAPE_FLAG_OFF && part->n > 0)
        truce_record_set_stamp (record, name, &part->dots[part->n - 1].stamp);
    }
  return TRUE;
}

/* The values of one side that the result does not have where both had changed them. */
static gboolean
keep_lost (TruceStore       *self,
           TruceConflict    *conflict,
           TruceSide         side,
           const TruceStamp *stamp,
           JsonNode         *result,
           GError          **error)
{
  GListModel *fields = truce_conflict_get_fields (conflict);
  guint n = g_list_model_get_n_items (fields);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (fields, i);
      g_autofree char *lost = truce_field_conflict_dup_text (field, side);
      const char *pointer = truce_field_conflict_get_pointer (field);

      if (lost == NULL || truce_log_still_has (result, pointer, lost))
        continue;
      if (!truce_log_append (self, truce_conflict_get_collection (conflict), truce_conflict_get_id (conflict),
                             pointer, lost, strlen (lost), stamp, error))
        return FALSE;
    }
  return TRUE;
}

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
  const TruceStamp *theirs = truce_record_get_stamp (truce_conflict_get_remote (conflict), NULL);
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
  if (!keep_lost (self, conflict, TRUCE_SIDE_REMOTE, theirs, value, error) ||
      !keep_lost (self, conflict, TRUCE_SIDE_LOCAL, &write->stamp, value, error))
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
  g_autoptr(TruceRecord) base = make_record (operation, operation->base, error);
  g_autoptr(TruceRecord) local = base != NULL ? make_record (operation, operation->text, error) : NULL;
  g_autoptr(TruceRecord) remote = NULL;
  g_autoptr(TruceConflict) conflict = NULL;

  if (local == NULL)
    return FALSE;
  write->row = done->before;
  remote = make_record (operation, done->before != NULL ? done->before->value : NULL, error);
  if (remote == NULL || !stamp_record (write, remote, error))
    return FALSE;

  if (same_record (base, remote))
    return put_result (self, info, write, operation, operation->text, done, error);
  if (same_record (local, remote))
    {
      done->outcome = TRUCE_OUTCOME_UNCHANGED;
      return TRUE;
    }
  truce_record_set_stamp (local, NULL, &write->stamp);
  conflict = truce_conflict_new (base, local, remote, info->schema, error);
  return conflict != NULL && resolve (self, info, write, operation, conflict, done, error);
}
