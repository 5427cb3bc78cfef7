/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-settle.h"
#include "truce-log-private.h"
#include "truce-record-private.h"

TruceRecord *
truce_settle_record (const char *collection,
                     const char *id,
                     const char *text,
                     GError    **error)
{
  if (text == NULL)
    return truce_record_new_tombstone (collection, id, error);
  return truce_record_new_from_text (collection, id, text, error);
}

void
truce_settle_stamp (TruceRecord      *record,
                    const TruceState *state)
{
  if (state->touched.time != 0)
    truce_record_set_stamp (record, NULL, &state->touched);
  for (guint i = 0; i < state->fields.n_fields; i++)
    {
      const TruceStateField *field = &state->fields.fields[i];
      const TruceStatePart *part = truce_state_shown (field);
      g_autofree char *name = g_strndup (field->name.text, field->name.length);

      if (part != NULL && part->shape <= TRUCE_SHAPE_FLAG_OFF && part->n > 0)
        truce_record_set_stamp (record, name, &part->dots[part->n - 1].stamp);
    }
}

gboolean
truce_settle_same (TruceRecord *a,
                   TruceRecord *b)
{
  TruceJsonDoc *x = truce_record_get_doc (a);
  TruceJsonDoc *y = truce_record_get_doc (b);

  return x == y || (x != NULL && y != NULL && truce_json_equal (x, 0, y, 0));
}

gboolean
truce_settle_keep_lost (TruceStore       *store,
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
      if (!truce_log_append (store, truce_conflict_get_collection (conflict), truce_conflict_get_id (conflict),
                             pointer, lost, strlen (lost), stamp, error))
        return FALSE;
    }
  return TRUE;
}
