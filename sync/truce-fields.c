/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-fields.h"

void
truce_fields_begin (TruceFields        *self,
                    const TruceJsonDoc *doc,
                    guint32             node,
                    const char         *what,
                    gint64              index)
{
  *self = (TruceFields) { .doc = doc, .node = node, .what = what, .index = index };
  if (truce_json_type (doc, node) != TRUCE_JSON_OBJECT)
    truce_fields_refuse (self, NULL, "must be an object");
}

void
truce_fields_refuse (TruceFields *self,
                     const char  *name,
                     const char  *why)
{
  g_autofree char *place = NULL;

  if (self->error != NULL)
    return;
  place = self->index >= 0 ? g_strdup_printf ("%s/%" G_GINT64_FORMAT, self->what, self->index) : g_strdup (self->what);
  self->error = g_error_new (TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s%s%s: %s", place, name != NULL ? "/" : "",
                             name != NULL ? name : "", why);
}

static gboolean
was_asked (const TruceFields *self,
           guint32            node)
{
  for (guint i = 0; i < self->n_asked; i++)
    if (truce_json_string_is (self->doc, node, self->asked[i]))
      return TRUE;
  return FALSE;
}

/* Whoever wants to say more than this version knows takes such a name, or another version. */
static gboolean
may_be_ignored (const TruceFields *self,
                guint32            node)
{
  const TruceJsonNode *name = &self->doc->nodes[node];

  return name->end - name->start > 3 && memcmp (self->doc->text + name->start, "\"x_", 3) == 0;
}

gboolean
truce_fields_end (TruceFields *self,
                  GError     **error)
{
  const TruceJsonNode *nodes = self->doc->nodes;

  for (guint32 i = self->node + 1; self->error == NULL && i < nodes[self->node].next; i = nodes[i + 1].next)
    if (!was_asked (self, i) && !may_be_ignored (self, i))
      {
        g_autofree char *name = truce_json_dup_string (self->doc, i);
        g_autofree char *shown = g_strescape (name, NULL);

        truce_fields_refuse (self, shown, "is not known");
      }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

static guint32
find (TruceFields *self,
      const char  *name)
{
  g_assert (self->n_asked < TRUCE_FIELDS_MAX);

  self->asked[self->n_asked++] = name;
  return self->error == NULL ? truce_json_member (self->doc, self->node, name) : TRUCE_JSON_NONE;
}

gboolean
truce_fields_has (TruceFields *self,
                  const char  *name)
{
  return find (self, name) != TRUCE_JSON_NONE;
}

guint32
truce_fields_get (TruceFields  *self,
                  const char   *name,
                  TruceJsonType type,
                  gboolean      required)
{
  static const char *const types[] = { "null", "false", "true", "a number", "a string", "an array", "an object" };
  guint32 node = find (self, name);
  g_autofree char *why = NULL;

  if (node != TRUCE_JSON_NONE && truce_json_type (self->doc, node) == type)
    return node;
  if (node != TRUCE_JSON_NONE || required)
    {
      why = g_strdup_printf ("must be %s", types[type]);
      truce_fields_refuse (self, name, why);
    }
  return TRUCE_JSON_NONE;
}

char *
truce_fields_dup_text (TruceFields *self,
                       const char  *name,
                       gsize        max,
                       gboolean     required)
{
  guint32 node = truce_fields_get (self, name, TRUCE_JSON_STRING, required);
  g_autofree char *text = node != TRUCE_JSON_NONE ? truce_json_dup_string (self->doc, node) : NULL;
  g_autofree char *why = NULL;

  if (text == NULL || (*text != '\0' && strlen (text) <= max))
    return g_steal_pointer (&text);
  why = g_strdup_printf ("must have 1 to %" G_GSIZE_FORMAT " bytes", max);
  truce_fields_refuse (self, name, why);
  return NULL;
}

gint64
truce_fields_count (TruceFields *self,
                    const char  *name,
                    gint64       fallback,
                    gboolean     required)
{
  guint32 node = truce_fields_get (self, name, TRUCE_JSON_NUMBER, required);
  gint64 number;

  if (node == TRUCE_JSON_NONE)
    return fallback;
  if (truce_json_get_int64 (self->doc, node, &number) && number >= 0)
    return number;
  truce_fields_refuse (self, name, "must be an integer of 64 bits that is not negative");
  return fallback;
}

gboolean
truce_fields_flag (TruceFields *self,
                   const char  *name)
{
  guint32 node = find (self, name);

  if (node == TRUCE_JSON_NONE || truce_json_type (self->doc, node) == TRUCE_JSON_FALSE)
    return FALSE;
  if (truce_json_type (self->doc, node) != TRUCE_JSON_TRUE)
    truce_fields_refuse (self, name, "must be true or false");
  return truce_json_type (self->doc, node) == TRUCE_JSON_TRUE;
}

TruceStamp
truce_fields_stamp (TruceFields *self,
                    const char  *name)
{
  g_autofree char *text = truce_fields_dup_text (self, name, TRUCE_STAMP_TEXT_LENGTH, FALSE);
  TruceStamp stamp = { 0, 0 };

  if (text != NULL && (!truce_stamp_scan (text, &stamp, NULL) || stamp.time == 0 || stamp.replica == 0))
    truce_fields_refuse (self, name, "must be a stamp");
  return stamp;
}

/* Whether text is base64 as RFC 4648 has it: GLib's reader passes over what it does not know. */
static gboolean
is_base64 (const char *text,
           gsize       length)
{
  gsize n_digits = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  return length % 4 == 0 && length - n_digits <= 2 && strspn (text + n_digits, "=") == length - n_digits;
}

guint8 *
truce_fields_dup_bytes (TruceFields *self,
                        const char  *name,
                        gsize       *length)
{
  guint32 node = truce_fields_get (self, name, TRUCE_JSON_STRING, FALSE);
  g_autofree char *text = node != TRUCE_JSON_NONE ? truce_json_dup_string (self->doc, node) : NULL;

  *length = 0;
  if (text == NULL)
    return NULL;
  if (is_base64 (text, strlen (text)))
    return g_base64_decode (text, length);
  truce_fields_refuse (self, name, "must be base64");
  return NULL;
}
