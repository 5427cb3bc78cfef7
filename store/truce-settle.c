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

/* Kinds whose values are merged: neither side's is lost when the result is another. */
static gboolean
merges_by_itself (TruceSchema *schema,
                  const char  *name)
{
  switch (truce_kind_of (truce_schema_field (schema, name, strlen (name))))
    {
    case TRUCE_KIND_COUNTER:
    case TRUCE_KIND_SET:
    case TRUCE_KIND_MAP:
    case TRUCE_KIND_LIST:
    case TRUCE_KIND_TEXT:
    case TRUCE_KIND_FLAG:
    case TRUCE_KIND_LOCAL:
      return TRUE;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
    case TRUCE_KIND_IMMUTABLE:
      break;
    }
  return FALSE;
}

/* Whether doc (NULL: no record) has the same member as that of other, whose value is node. */
static gboolean
has_member (const TruceJsonDoc *doc,
            const char         *name,
            const TruceJsonDoc *other,
            guint32             node)
{
  guint32 own = doc != NULL ? truce_json_member (doc, 0, name) : TRUCE_JSON_NONE;

  return own != TRUCE_JSON_NONE && truce_json_equal (doc, own, other, node);
}

static gboolean
keep_member (TruceStore         *store,
             TruceConflict      *conflict,
             const TruceJsonDoc *doc,
             const char         *name,
             guint32             node,
             const TruceStamp   *stamp,
             GError            **error)
{
  g_autoptr(GString) pointer = g_string_new (NULL);

  truce_json_pointer_append (pointer, name);
  return truce_log_append (store, truce_conflict_get_collection (conflict), truce_conflict_get_id (conflict),
                           pointer->str, doc->text + doc->nodes[node].start,
                           doc->nodes[node].end - doc->nodes[node].start, stamp, error);
}

gboolean
truce_settle_keep_lost (TruceStore    *store,
                        TruceConflict *conflict,
                        TruceRecord   *side,
                        JsonNode      *result,
                        GError       **error)
{
  const TruceJsonDoc *base = truce_record_get_doc (truce_conflict_get_base (conflict));
  const TruceJsonDoc *doc = truce_record_get_doc (side);
  g_autoptr(TruceJsonDoc) now = result != NULL ? truce_json_doc_from_node (result, NULL) : NULL;

  for (guint32 i = 1; doc != NULL && i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);

      if (has_member (base, name, doc, i + 1) || has_member (now, name, doc, i + 1) ||
          (now != NULL && merges_by_itself (truce_conflict_get_schema (conflict), name)))
        continue;
      if (!keep_member (store, conflict, doc, name, i + 1, truce_record_get_stamp (side, name), error))
        return FALSE;
    }
  return TRUE;
}
