/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-base.h"

static void
field_clear (gpointer data)
{
  TruceBaseField *field = data;

  g_free (field->name);
  g_free (field->old);
}

void
truce_base_clear (TruceBase *self)
{
  g_clear_pointer (&self->fields, g_array_unref);
  g_clear_pointer (&self->doc, truce_json_doc_unref);
}

/* Takes both. */
static void
append (TruceBase *self,
        char      *name,
        char      *old)
{
  TruceBaseField field = { name, old };

  if (self->fields == NULL)
    {
      self->fields = g_array_new (FALSE, FALSE, sizeof (TruceBaseField));
      g_array_set_clear_func (self->fields, field_clear);
    }
  g_array_append_val (self->fields, field);
}

static void
read_fields (TruceBase *self)
{
  const TruceJsonDoc *doc = self->doc;
  guint32 old = truce_json_member (doc, 0, "old");
  guint32 new = truce_json_member (doc, 0, "new");

  if (old != TRUCE_JSON_NONE)
    for (guint32 i = old + 1; i < doc->nodes[old].next; i = doc->nodes[i + 1].next)
      append (self, truce_json_dup_string (doc, i),
              g_strndup (doc->text + doc->nodes[i + 1].start, doc->nodes[i + 1].end - doc->nodes[i + 1].start));
  if (new != TRUCE_JSON_NONE)
    for (guint32 i = new + 1; i < doc->nodes[new].next; i = doc->nodes[i].next)
      append (self, truce_json_dup_string (doc, i), NULL);
}

/* Whether each of the three members is of its type, so that the rest may trust them. */
static gboolean
is_base (const TruceJsonDoc *doc)
{
  guint32 old;
  guint32 new;

  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    return FALSE;

  old = truce_json_member (doc, 0, "old");
  new = truce_json_member (doc, 0, "new");
  if (old != TRUCE_JSON_NONE && truce_json_type (doc, old) != TRUCE_JSON_OBJECT)
    return FALSE;
  if (new == TRUCE_JSON_NONE)
    return TRUE;
  if (truce_json_type (doc, new) != TRUCE_JSON_ARRAY)
    return FALSE;
  for (guint32 i = new + 1; i < doc->nodes[new].next; i = doc->nodes[i].next)
    if (truce_json_type (doc, i) != TRUCE_JSON_STRING)
      return FALSE;
  return TRUE;
}

gboolean
truce_base_read (TruceBase    *self,
                 const guint8 *bytes,
                 gsize         length,
                 GError      **error)
{
  *self = (TruceBase) { .tracked = TRUE };
  if (bytes == NULL)
    return TRUE;

  self->doc = truce_json_doc_parse_text ((const char *) bytes, length, NULL);
  if (self->doc == NULL || !is_base (self->doc))
    {
      truce_base_clear (self);
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "the base of a change that waits can't be read");
      return FALSE;
    }

  self->absent = truce_json_member (self->doc, 0, "absent") != TRUCE_JSON_NONE;
  read_fields (self);
  return TRUE;
}

gboolean
truce_base_has (const TruceBase *self,
                const char      *name)
{
  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    if (g_str_equal (g_array_index (self->fields, TruceBaseField, i).name, name))
      return TRUE;
  return FALSE;
}

void
truce_base_remember (TruceBase  *self,
                     const char *name,
                     TruceSlice  old)
{
  if (!self->tracked || truce_base_has (self, name))
    return;

  append (self, g_strdup (name), old.text != NULL ? g_strndup (old.text, old.length) : NULL);
}

/* The fields that were there (with their values) or that were not (names alone). */
static void
write_fields (const TruceBase *self,
              gboolean         there,
              GString         *out)
{
  gsize start = out->len;

  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    {
      const TruceBaseField *field = &g_array_index (self->fields, TruceBaseField, i);

      if ((field->old != NULL) != there)
        continue;
      g_string_append (out, out->len > start ? "," : there ? "\"old\":{" : "\"new\":[");
      truce_json_write_string (out, field->name, -1);
      if (there)
        g_string_append_printf (out, ":%s", field->old);
    }
  if (out->len > start)
    g_string_append (out, there ? "}," : "],");
}

void
truce_base_write (const TruceBase *self,
                  GString         *out)
{
  g_string_append_c (out, '{');
  if (self->absent)
    g_string_append (out, "\"absent\":true,");
  write_fields (self, FALSE, out);
  write_fields (self, TRUE, out);
  if (out->str[out->len - 1] == ',')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '}');
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (((const TruceBaseField *) a)->name, ((const TruceBaseField *) b)->name);
}

char *
truce_base_apply (const TruceBase *self,
                  const char      *now)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (now, -1, NULL);
  TruceBase all = { .tracked = TRUE };
  g_autoptr(GString) out = g_string_new ("{");

  if (self->absent || doc == NULL)
    return NULL;

  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    {
      const TruceBaseField *field = &g_array_index (self->fields, TruceBaseField, i);

      append (&all, g_strdup (field->name), g_strdup (field->old));
    }
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);

      truce_base_remember (&all, name, (TruceSlice) { doc->text + doc->nodes[i + 1].start,
                                                      doc->nodes[i + 1].end - doc->nodes[i + 1].start });
    }

  if (all.fields != NULL)
    g_array_sort (all.fields, compare_names);
  for (guint i = 0; all.fields != NULL && i < all.fields->len; i++)
    {
      const TruceBaseField *field = &g_array_index (all.fields, TruceBaseField, i);

      if (field->old == NULL)
        continue;
      if (out->len > 1)
        g_string_append_c (out, ',');
      truce_json_write_string (out, field->name, -1);
      g_string_append_printf (out, ":%s", field->old);
    }
  g_string_append_c (out, '}');
  truce_base_clear (&all);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
