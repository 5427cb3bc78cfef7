/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A base keeps old values of changed fields only; what did not change is in the record still. So the record as it was
 * is made of both, in the one way that a state's bytes go with: members in the order of their names, each value as it
 * was spelled. */

#include "truce-base.h"

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(const TruceBaseField * const *) a)->name, (*(const TruceBaseField * const *) b)->name);
}

/* The fields, by name; they stay the base's. */
static GPtrArray *
sort_fields (const TruceBase *self)
{
  GPtrArray *sorted = g_ptr_array_new ();

  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    g_ptr_array_add (sorted, &g_array_index (self->fields, TruceBaseField, i));
  g_ptr_array_sort (sorted, compare_names);
  return sorted;
}

static TruceSlice
value_of (const TruceJsonDoc *doc,
          guint32             member)
{
  const TruceJsonNode *node = &doc->nodes[member + 1];

  return (TruceSlice) { doc->text + node->start, node->end - node->start };
}

/* value.text NULL: it was absent. */
static void
write_member (GString    *out,
              const char *name,
              TruceSlice  value)
{
  if (value.text == NULL)
    return;
  if (out->len > 1)
    g_string_append_c (out, ',');
  truce_json_write_string (out, name, -1);
  g_string_append_c (out, ':');
  g_string_append_len (out, value.text, (gssize) value.length);
}

char *
truce_base_apply (const TruceBase *self,
                  const char      *now)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (now, -1, NULL);
  g_autoptr(GPtrArray) fields = NULL;
  GString *out;
  guint32 i = 1;
  guint k = 0;

  if (self->absent || doc == NULL)
    return NULL;

  fields = sort_fields (self);
  out = g_string_new ("{");
  while (i < doc->n_nodes || k < fields->len)
    {
      g_autofree char *name = i < doc->n_nodes ? truce_json_dup_string (doc, i) : NULL;
      const TruceBaseField *field = k < fields->len ? fields->pdata[k] : NULL;
      int order = name == NULL ? 1 : field == NULL ? -1 : strcmp (name, field->name);

      if (order >= 0)
        write_member (out, field->name, (TruceSlice) { field->old, field->old != NULL ? strlen (field->old) : 0 });
      else if (!self->whole)
        write_member (out, name, value_of (doc, i));
      if (order <= 0)
        i = doc->nodes[i + 1].next;
      if (order >= 0)
        k++;
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* What the row shows, or as a tombstone still holds. */
static char *
text_now (const TruceStoredRecord *row,
          GError                 **error)
{
  g_autoptr(TruceJsonArena) arena = NULL;
  TruceState *state;
  GString *text;

  if (row->value != NULL)
    return g_strdup (row->value);

  arena = truce_json_arena_new ();
  state = truce_state_decode (arena, NULL, 0, row->state, row->state_length, error);
  if (state == NULL)
    return NULL;
  text = g_string_new (NULL);
  truce_state_write_map (&state->fields, text);
  return g_string_free (text, FALSE);
}

char *
truce_base_text (const TruceStoredRecord *row,
                 GError                 **error)
{
  g_autofree char *now = NULL;
  TruceBase base = { 0 };
  char *text = NULL;

  if (row->base == NULL)
    return NULL;

  now = text_now (row, error);
  if (now != NULL && truce_base_read (&base, row->base, row->base_length, error))
    text = truce_base_apply (&base, now);
  truce_base_clear (&base);
  return text;
}

/* With the state that is in the base, which must go with the text. */
static TruceStoredRecord *
make_row (const TruceBase         *base,
          const TruceStoredRecord *row,
          const char              *text,
          GError                 **error)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autofree guint8 *state = NULL;
  TruceStoredParts parts = truce_stored_record_parts (row);

  if (base->state == NULL)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "the base of a change that waits has no state");
      return NULL;
    }
  state = g_base64_decode (base->state, &parts.state_length);
  parts.state = state;
  parts.value = text;
  parts.value_length = text != NULL ? strlen (text) : 0;
  parts.base = NULL;
  parts.base_length = 0;
  parts.delivery = TRUCE_DELIVERY_SYNCED;
  if (truce_state_decode (arena, text, parts.value_length, state, parts.state_length, error) != NULL)
    return truce_stored_record_make (&parts);

  g_prefix_error (error, "at its base: ");
  return NULL;
}

TruceStoredRecord *
truce_base_row (const TruceStoredRecord *row,
                GError                 **error)
{
  g_autofree char *now = NULL;
  g_autofree char *text = NULL;
  TruceStoredRecord *made = NULL;
  TruceBase base = { 0 };

  if (row->base == NULL)
    return NULL;

  now = text_now (row, error);
  if (now != NULL && truce_base_read (&base, row->base, row->base_length, error) &&
      (!base.absent || base.state != NULL))
    {
      text = truce_base_apply (&base, now);
      made = make_row (&base, row, text, error);
    }
  truce_base_clear (&base);
  return made;
}

/* Two objects with their members in order, side by side: what the old one had, and the new one has not so. */
void
truce_base_remember_difference (TruceBase          *self,
                                const TruceJsonDoc *old,
                                const TruceJsonDoc *new)
{
  guint32 i = 1;
  guint32 j = 1;

  while (i < old->n_nodes || j < new->n_nodes)
    {
      g_autofree char *a = i < old->n_nodes ? truce_json_dup_string (old, i) : NULL;
      g_autofree char *b = j < new->n_nodes ? truce_json_dup_string (new, j) : NULL;
      int order = a == NULL ? 1 : b == NULL ? -1 : strcmp (a, b);

      if (order > 0)
        truce_base_remember (self, b, (TruceSlice) { NULL, 0 });
      else if (order < 0 || !truce_json_equal (old, i + 1, new, j + 1))
        truce_base_remember (self, a, value_of (old, i));
      if (order <= 0)
        i = old->nodes[i + 1].next;
      if (order >= 0)
        j = new->nodes[j + 1].next;
    }
}

/* Both are what a store keeps, so both can be read. */
static void
remember_remote (TruceBase               *base,
                 const TruceStoredRecord *remote,
                 const char              *value,
                 gsize                    length)
{
  g_autoptr(TruceJsonDoc) old = NULL;
  g_autoptr(TruceJsonDoc) new = NULL;

  truce_base_set_state (base, remote->state, remote->state_length);
  base->absent = remote->value == NULL;
  if (base->absent)
    return;

  old = truce_json_doc_parse_text (remote->value, remote->value_length, NULL);
  new = value != NULL ? truce_json_doc_parse_text (value, length, NULL) : truce_json_doc_parse_text ("{}", 2, NULL);
  if (old != NULL && new != NULL)
    truce_base_remember_difference (base, old, new);
  base->whole = value == NULL;
}

GBytes *
truce_base_between (const TruceStoredRecord *remote,
                    const char              *value,
                    gsize                    length)
{
  TruceBase base = { .tracked = TRUE, .absent = TRUE };
  GString *out = g_string_sized_new (64);

  if (remote != NULL)
    remember_remote (&base, remote, value, length);
  truce_base_write (&base, out);
  truce_base_clear (&base);
  return g_string_free_to_bytes (out);
}
