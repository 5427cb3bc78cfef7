/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-base.h"

static void
field_clear (gpointer data)
{
  TruceBaseField *field = data;

  g_free (field->name);
  g_free (field->old);
}

static void
sent_clear (gpointer data)
{
  g_free (((TruceBaseSent *) data)->pointer);
}

void
truce_base_clear (TruceBase *self)
{
  g_clear_pointer (&self->fields, g_array_unref);
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->sent, g_array_unref);
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

/* ---- reading ---- */

static void
read_fields (TruceBase          *self,
             const TruceJsonDoc *doc)
{
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

/* Up to 2^64 - 1, which is more than our JSON takes for an integer. */
static gboolean
read_tally (const TruceJsonDoc *doc,
            guint32             node,
            guint64            *number)
{
  g_autofree char *text = g_strndup (doc->text + doc->nodes[node].start, doc->nodes[node].end - doc->nodes[node].start);

  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL);
}

static gboolean
read_sent (TruceBase          *self,
           const TruceJsonDoc *doc)
{
  guint32 sent = truce_json_member (doc, 0, "sent");

  if (sent == TRUCE_JSON_NONE)
    return TRUE;
  for (guint32 i = sent + 1; i < doc->nodes[sent].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *pointer = truce_json_dup_string (doc, i);
      guint32 plus = i + 2;
      guint64 numbers[2];

      /* Two numbers in an array: four nodes with the name and the array. */
      if (truce_json_type (doc, i + 1) != TRUCE_JSON_ARRAY || doc->nodes[i + 1].next != i + 4 ||
          !read_tally (doc, plus, &numbers[0]) || !read_tally (doc, plus + 1, &numbers[1]))
        return FALSE;
      truce_base_set_sent (self, pointer, numbers[0], numbers[1]);
    }
  return TRUE;
}

/* Whether a member is of its type, or not there. */
static gboolean
is_type (const TruceJsonDoc *doc,
         const char         *name,
         TruceJsonType       type)
{
  guint32 node = truce_json_member (doc, 0, name);

  return node == TRUCE_JSON_NONE || truce_json_type (doc, node) == type;
}

/* Whether each of the members is of its type, so that the rest may trust them. */
static gboolean
is_base (const TruceJsonDoc *doc)
{
  guint32 new;

  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT ||
      !is_type (doc, "old", TRUCE_JSON_OBJECT) || !is_type (doc, "new", TRUCE_JSON_ARRAY) ||
      !is_type (doc, "state", TRUCE_JSON_STRING) || !is_type (doc, "sent", TRUCE_JSON_OBJECT))
    return FALSE;

  new = truce_json_member (doc, 0, "new");
  if (new == TRUCE_JSON_NONE)
    return TRUE;
  for (guint32 i = new + 1; i < doc->nodes[new].next; i = doc->nodes[i].next)
    if (truce_json_type (doc, i) != TRUCE_JSON_STRING)
      return FALSE;
  return TRUE;
}

static gboolean
read_members (TruceBase          *self,
              const TruceJsonDoc *doc)
{
  guint32 state;

  if (!is_base (doc))
    return FALSE;

  self->absent = truce_json_member (doc, 0, "absent") != TRUCE_JSON_NONE;
  self->whole = truce_json_member (doc, 0, "whole") != TRUCE_JSON_NONE;
  state = truce_json_member (doc, 0, "state");
  if (state != TRUCE_JSON_NONE)
    self->state = truce_json_dup_string (doc, state);
  read_fields (self, doc);
  return read_sent (self, doc);
}

gboolean
truce_base_read (TruceBase    *self,
                 const guint8 *bytes,
                 gsize         length,
                 GError      **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  *self = (TruceBase) { .tracked = TRUE };
  if (bytes == NULL)
    return TRUE;

  doc = truce_json_doc_parse_text ((const char *) bytes, length, NULL);
  if (doc != NULL && read_members (self, doc))
    return TRUE;

  truce_base_clear (self);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "the base of a change that waits can't be read");
  return FALSE;
}

/* ---- remembering ---- */

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
  if (!self->tracked || self->whole || truce_base_has (self, name))
    return;

  append (self, g_strdup (name), old.text != NULL ? g_strndup (old.text, old.length) : NULL);
}

void
truce_base_set_state (TruceBase    *self,
                      const guint8 *state,
                      gsize         length)
{
  g_free (self->state);
  self->state = g_base64_encode (state, length);
}

static TruceBaseSent *
find_sent (const TruceBase *self,
           const char      *pointer)
{
  for (guint i = 0; self->sent != NULL && i < self->sent->len; i++)
    if (g_str_equal (g_array_index (self->sent, TruceBaseSent, i).pointer, pointer))
      return &g_array_index (self->sent, TruceBaseSent, i);
  return NULL;
}

gboolean
truce_base_get_sent (const TruceBase *self,
                     const char      *pointer,
                     guint64         *plus,
                     guint64         *minus)
{
  const TruceBaseSent *sent = find_sent (self, pointer);

  *plus = sent != NULL ? sent->plus : 0;
  *minus = sent != NULL ? sent->minus : 0;
  return sent != NULL;
}

void
truce_base_set_sent (TruceBase  *self,
                     const char *pointer,
                     guint64     plus,
                     guint64     minus)
{
  TruceBaseSent *sent = find_sent (self, pointer);

  if (sent == NULL)
    {
      TruceBaseSent made = { g_strdup (pointer), 0, 0 };

      if (self->sent == NULL)
        {
          self->sent = g_array_new (FALSE, FALSE, sizeof (TruceBaseSent));
          g_array_set_clear_func (self->sent, sent_clear);
        }
      g_array_append_val (self->sent, made);
      sent = &g_array_index (self->sent, TruceBaseSent, self->sent->len - 1);
    }
  sent->plus = plus;
  sent->minus = minus;
}

/* ---- writing ---- */

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

static void
write_sent (const TruceBase *self,
            GString         *out)
{
  g_string_append (out, "\"sent\":{");
  for (guint i = 0; i < self->sent->len; i++)
    {
      const TruceBaseSent *sent = &g_array_index (self->sent, TruceBaseSent, i);

      if (i > 0)
        g_string_append_c (out, ',');
      truce_json_write_string (out, sent->pointer, -1);
      g_string_append_printf (out, ":[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]", sent->plus, sent->minus);
    }
  g_string_append (out, "},");
}

void
truce_base_write (const TruceBase *self,
                  GString         *out)
{
  g_string_append_c (out, '{');
  if (self->absent)
    g_string_append (out, "\"absent\":true,");
  if (self->whole)
    g_string_append (out, "\"whole\":true,");
  write_fields (self, FALSE, out);
  write_fields (self, TRUE, out);
  if (self->state != NULL)
    {
      g_string_append (out, "\"state\":");
      truce_json_write_string (out, self->state, -1);
      g_string_append_c (out, ',');
    }
  if (self->sent != NULL)
    write_sent (self, out);
  if (out->str[out->len - 1] == ',')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '}');
}
