/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Most writes make a record that was not there, of fields that are all registers. Its value is then the text that
 * was given, its members put in order and the space between left out, and its state some bytes that depend on the
 * stamp alone: no tree is built. Whatever is not so simple is left to the long way, which gives the same bytes. */

#include "truce-write.h"

#define FRESH_MAX 32    /* members: so few are sorted by insertion */

/* A record's members, in order of their names. */
typedef struct
{
  guint32 names[FRESH_MAX];     /* nodes */
  guint n;
  gboolean moved;               /* they stood in another order */
} Members;

static int
compare_names (const TruceJsonDoc *doc,
               guint32             a,
               guint32             b)
{
  gsize length_a = doc->nodes[a].end - doc->nodes[a].start - 2;
  gsize length_b = doc->nodes[b].end - doc->nodes[b].start - 2;
  int order = memcmp (doc->text + doc->nodes[a].start + 1, doc->text + doc->nodes[b].start + 1, MIN (length_a, length_b));

  return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

/* By their bytes; an insertion, for they are few. FALSE: they are not, or one is spelled with an escape. */
static gboolean
sort_members (Members            *members,
              const TruceJsonDoc *doc)
{
  members->n = 0;
  members->moved = FALSE;
  for (guint32 name = 1; name < doc->nodes[0].next; name = doc->nodes[name + 1].next)
    {
      guint at = members->n;

      if (members->n == FRESH_MAX ||
          memchr (doc->text + doc->nodes[name].start, '\\', doc->nodes[name].end - doc->nodes[name].start) != NULL)
        return FALSE;
      for (; at > 0 && compare_names (doc, members->names[at - 1], name) > 0; at--)
        members->names[at] = members->names[at - 1];
      members->names[at] = name;
      members->moved |= at < members->n;
      members->n++;
    }
  return TRUE;
}

static char *
append (char       *out,
        const char *text,
        gsize       length)
{
  memcpy (out, text, length);
  return out + length;
}

/* A value without the space between its tokens. */
static char *
append_compact (char               *out,
                const TruceJsonDoc *doc,
                guint32             node)
{
  const char *end = doc->text + doc->nodes[node].end;
  gboolean in_string = FALSE;

  for (const char *at = doc->text + doc->nodes[node].start; at < end; at++)
    {
      if (*at == '"')
        in_string = !in_string;
      if (in_string || !g_ascii_isspace (*at))
        *out++ = *at;
      if (*at == '\\')
        *out++ = *++at;
    }
  return out;
}

/* The object as a record is kept. It is not longer than the text. */
static char *
write_members (const TruceJsonDoc *doc,
               const Members      *members,
               gboolean            compact,
               gsize              *length)
{
  char *text = g_malloc (doc->length);
  char *out = append (text, "{", 1);

  for (guint i = 0; i < members->n; i++)
    {
      const TruceJsonNode *name = &doc->nodes[members->names[i]];
      const TruceJsonNode *value = name + 1;

      if (i > 0)
        *out++ = ',';
      out = append (out, doc->text + name->start, name->end - name->start);
      *out++ = ':';
      if (compact)
        out = append (out, doc->text + value->start, value->end - value->start);
      else
        out = append_compact (out, doc, members->names[i] + 1);
    }
  *out++ = '}';
  *length = out - text;
  return text;
}

/* Whether the schema makes registers of all members. */
static gboolean
is_registers (const TruceWrite   *self,
              const TruceJsonDoc *doc)
{
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      const TruceSchemaField *field = truce_schema_field (self->schema, doc->text + doc->nodes[i].start + 1,
                                                          doc->nodes[i].end - doc->nodes[i].start - 2);

      if (truce_shape_of (truce_kind_of (field)) != TRUCE_SHAPE_REGISTER)
        return FALSE;
    }
  return TRUE;
}

TruceStoredRecord *
truce_write_fresh (const TruceWrite *self,
                   const char       *text,
                   gint64            version,
                   GError          **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, error);
  g_autofree char *value = NULL;
  gsize length;
  Members members;
  gboolean compact;
  guint8 state[TRUCE_STATE_FRESH_MAX];
  TruceStoredParts parts = { 0 };

  if (doc == NULL)
    {
      g_prefix_error (error, "%s/%s: ", self->collection, self->id);
      return NULL;
    }
  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT || !is_registers (self, doc) || !sort_members (&members, doc))
    return NULL;
  if (!truce_schema_check (self->schema, self->collection, self->id, doc, error))
    return NULL;

  length = doc->length;
  compact = truce_json_is_compact (doc);
  if (members.moved || !compact)
    value = write_members (doc, &members, compact, &length);

  parts.collection = self->collection;
  parts.collection_length = strlen (self->collection);
  parts.id = self->id;
  parts.id_length = strlen (self->id);
  parts.version = version;
  parts.delivery = self->outbox ? TRUCE_DELIVERY_PENDING : TRUCE_DELIVERY_SYNCED;
  parts.value = value != NULL ? value : doc->text;
  parts.value_length = length;
  parts.state = state;
  parts.state_length = truce_state_fresh (self->stamp, state);
  return truce_stored_record_make (&parts);
}
