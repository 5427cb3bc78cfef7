/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-json.h"
#include "truce-undo.h"

/* One change to be taken back. */
typedef struct
{
  TruceBatch *batch;
  TruceSchema *schema;
  TruceOperation operation;     /* collection and id */
  const TruceJsonDoc *old;
  const TruceJsonDoc *new;
  GString *patch;               /* members to write as they were */
} Undo;

static char *
dup_value (const TruceJsonDoc *doc,
           guint32             node)
{
  return g_strndup (doc->text + doc->nodes[node].start, doc->nodes[node].end - doc->nodes[node].start);
}

static gboolean
has_element (const TruceJsonDoc *doc,
             guint32             array,
             const TruceJsonDoc *other,
             guint32             element)
{
  if (array == TRUCE_JSON_NONE || truce_json_type (doc, array) != TRUCE_JSON_ARRAY)
    return FALSE;
  for (guint32 i = array + 1; i < doc->nodes[array].next; i = doc->nodes[i].next)
    if (truce_json_equal (doc, i, other, element))
      return TRUE;
  return FALSE;
}

/* What is in the first set and not in the second. */
static void
undo_elements (Undo               *undo,
               TruceVerb           verb,
               const TruceJsonDoc *doc,
               guint32             array,
               const TruceJsonDoc *other,
               guint32             other_array)
{
  if (array == TRUCE_JSON_NONE || truce_json_type (doc, array) != TRUCE_JSON_ARRAY)
    return;
  for (guint32 i = array + 1; i < doc->nodes[array].next; i = doc->nodes[i].next)
    {
      g_autofree char *text = NULL;

      if (has_element (other, other_array, doc, i))
        continue;
      text = dup_value (doc, i);
      undo->operation.verb = verb;
      undo->operation.text = text;
      truce_batch_append (undo->batch, &undo->operation);
      undo->operation.text = NULL;
    }
}

static gint64
count_of (const TruceJsonDoc *doc,
          guint32             node)
{
  gint64 count = 0;

  if (node != TRUCE_JSON_NONE && truce_json_type (doc, node) == TRUCE_JSON_NUMBER &&
      !truce_json_get_int64 (doc, node, &count))
    count = 0;
  return count;
}

static void
undo_count (Undo   *undo,
            guint32 old,
            guint32 new)
{
  gint64 amount;

  if (__builtin_sub_overflow (count_of (undo->old, old), count_of (undo->new, new), &amount))
    amount = count_of (undo->old, old) < 0 ? G_MININT64 : G_MAXINT64;
  undo->operation.verb = TRUCE_VERB_INCREMENT;
  undo->operation.amount = amount;
  truce_batch_append (undo->batch, &undo->operation);
  undo->operation.amount = 0;
}

static void
undo_value (Undo       *undo,
            const char *name,
            guint32     old)
{
  if (old == TRUCE_JSON_NONE)
    {
      undo->operation.verb = TRUCE_VERB_UNSET;
      truce_batch_append (undo->batch, &undo->operation);
      return;
    }
  g_string_append_c (undo->patch, undo->patch->len > 0 ? ',' : '{');
  truce_json_write_string (undo->patch, name, -1);
  g_string_append_c (undo->patch, ':');
  g_string_append_len (undo->patch, undo->old->text + undo->old->nodes[old].start,
                       undo->old->nodes[old].end - undo->old->nodes[old].start);
}

/* old or new may be TRUCE_JSON_NONE. A set or a counter that one of them lacks goes or comes as a whole. */
static void
undo_field (Undo       *undo,
            const char *name,
            guint32     old,
            guint32     new)
{
  const TruceSchemaField *field = truce_schema_field (undo->schema, name, strlen (name));
  TruceKind kind = truce_kind_of (field);

  if (old != TRUCE_JSON_NONE && new != TRUCE_JSON_NONE && truce_json_equal (undo->old, old, undo->new, new))
    return;

  undo->operation.field = name;
  if (kind == TRUCE_KIND_SET && old != TRUCE_JSON_NONE)
    {
      undo_elements (undo, TRUCE_VERB_REMOVE, undo->new, new, undo->old, old);
      undo_elements (undo, TRUCE_VERB_ADD, undo->old, old, undo->new, new);
    }
  else if (kind == TRUCE_KIND_COUNTER && old != TRUCE_JSON_NONE)
    {
      undo_count (undo, old, new);
    }
  else
    {
      undo_value (undo, name, old);
    }
  undo->operation.field = NULL;
}

static void
undo_fields (Undo *undo)
{
  for (guint32 i = 1; i < undo->new->nodes[0].next; i = undo->new->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (undo->new, i);

      undo_field (undo, name, truce_json_member (undo->old, 0, name), i + 1);
    }
  for (guint32 i = 1; i < undo->old->nodes[0].next; i = undo->old->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (undo->old, i);

      if (truce_json_member (undo->new, 0, name) == TRUCE_JSON_NONE)
        undo_field (undo, name, i + 1, TRUCE_JSON_NONE);
    }
  if (undo->patch->len > 0)
    {
      g_string_append_c (undo->patch, '}');
      undo->operation.verb = TRUCE_VERB_PATCH;
      undo->operation.text = undo->patch->str;
      truce_batch_append (undo->batch, &undo->operation);
    }
}

void
truce_undo_append (TruceBatch              *batch,
                   TruceSchema             *schema,
                   const TruceStoredRecord *before,
                   const TruceStoredRecord *after)
{
  gboolean was_there = before != NULL && before->value != NULL;
  g_autoptr(TruceJsonDoc) old = was_there ? truce_json_doc_parse_text (before->value, before->value_length, NULL) : NULL;
  g_autoptr(TruceJsonDoc) new = NULL;
  g_autoptr(GString) patch = NULL;
  Undo undo = { .batch = batch, .schema = schema,
                .operation = { .collection = after->collection, .id = after->id } };

  if (!was_there || after->value == NULL)
    {
      undo.operation.verb = was_there ? TRUCE_VERB_UNDELETE : TRUCE_VERB_DELETE;
      if (was_there || after->value != NULL)
        truce_batch_append (batch, &undo.operation);
      return;
    }

  new = truce_json_doc_parse_text (after->value, after->value_length, NULL);
  if (old == NULL || new == NULL)
    return;
  patch = g_string_new (NULL);
  undo.old = old;
  undo.new = new;
  undo.patch = patch;
  undo_fields (&undo);
}
