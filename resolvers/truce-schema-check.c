/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Every write of a store passes here, so what is well costs one probe of the schema's table a field and no
 * memory. Only where a pattern may hold below a field is it followed down by a walk; and the names and
 * pointers that a message needs are made once something is wrong. */

#include "truce-kind-private.h"
#include "truce-schema-private.h"

/* Up to so many elements are compared each with each. */
#define FEW_ELEMENTS 8

typedef struct
{
  TruceSchema *schema;
  const TruceJsonDoc *doc;
  TrucePatternWalk *walk;       /* owned; NULL until something lies deeper */
  GString *pointer;             /* owned; of the walk's place */
  TruceError code;
  char *problem;                /* owned; NULL while all is well */
} Check;

static void
check_clear (Check *self)
{
  g_clear_pointer (&self->walk, truce_pattern_walk_free);
  if (self->pointer != NULL)
    g_string_free (g_steal_pointer (&self->pointer), TRUE);
  g_clear_pointer (&self->problem, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

static gboolean
G_GNUC_PRINTF (3,
               4)
refuse (Check      *self,
        TruceError code,
        const char *format,
        ...)
{
  va_list args;

  va_start (args, format);
  self->code = code;
  self->problem = g_strdup_vprintf (format, args);
  va_end (args);
  return FALSE;
}

/* ---- one value ---- */

static int
compare_scalars (const TruceJsonDoc *doc,
                 guint32             a,
                 guint32             b)
{
  TruceJsonType type = truce_json_type (doc, a);
  int order = (int) type - (int) truce_json_type (doc, b);

  if (order != 0)
    return order;
  if (type == TRUCE_JSON_STRING)
    return truce_json_string_compare (doc, a, doc, b);
  return type == TRUCE_JSON_NUMBER ? truce_json_number_compare (doc, a, doc, b) : 0;
}

static int
compare_elements (gconstpointer a,
                  gconstpointer b,
                  gpointer      doc)
{
  return compare_scalars (doc, *(const guint32 *) a, *(const guint32 *) b);
}

/* Scalars follow each other without a gap: element i of an array of scalars is node array + 1 + i. */
static gboolean
has_twice (const TruceJsonDoc *doc,
           guint32             array,
           guint32             n)
{
  g_autofree guint32 *sorted = NULL;

  if (n <= FEW_ELEMENTS)
    {
      for (guint32 i = 1; i < n; i++)
        for (guint32 k = 0; k < i; k++)
          if (compare_scalars (doc, array + 1 + i, array + 1 + k) == 0)
            return TRUE;
      return FALSE;
    }

  sorted = g_new (guint32, n);
  for (guint32 i = 0; i < n; i++)
    sorted[i] = array + 1 + i;
  g_qsort_with_data (sorted, (int) n, sizeof *sorted, compare_elements, (gpointer) doc);
  for (guint32 i = 1; i < n; i++)
    if (compare_scalars (doc, sorted[i - 1], sorted[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_set (const TruceJsonDoc *doc,
        guint32             node)
{
  guint32 end = doc->nodes[node].next;

  if (truce_json_type (doc, node) != TRUCE_JSON_ARRAY)
    return FALSE;
  for (guint32 i = node + 1; i < end; i++)
    if (truce_json_type (doc, i) >= TRUCE_JSON_ARRAY)
      return FALSE;
  return !has_twice (doc, node, end - node - 1);
}

static gboolean
is_integer (const TruceJsonDoc *doc,
            guint32             node)
{
  gint64 value;

  return truce_json_type (doc, node) == TRUCE_JSON_NUMBER && truce_json_get_int64 (doc, node, &value);
}

/* What a value of that kind is, if this is none; else NULL. */
static const char *
kind_problem (TruceKind           kind,
              const TruceJsonDoc *doc,
              guint32             node)
{
  TruceJsonType type = truce_json_type (doc, node);

  switch (kind)
    {
    case TRUCE_KIND_COUNTER:
      return is_integer (doc, node) ? NULL : "a counter is an integer of 64 bits";
    case TRUCE_KIND_SET:
      return is_set (doc, node) ? NULL : "a set is an array of distinct scalars";
    case TRUCE_KIND_MAP:
      return type == TRUCE_JSON_OBJECT ? NULL : "a map is an object";
    case TRUCE_KIND_LIST:
      return type == TRUCE_JSON_ARRAY ? NULL : "a list is an array";
    case TRUCE_KIND_TEXT:
      return type == TRUCE_JSON_STRING ? NULL : "a text is a string";
    case TRUCE_KIND_FLAG:
      return type == TRUCE_JSON_TRUE || type == TRUCE_JSON_FALSE ? NULL : "a flag is a boolean";
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
      return type == TRUCE_JSON_NUMBER || type == TRUCE_JSON_STRING ? NULL : "max and min are numbers or strings";
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_IMMUTABLE:
    case TRUCE_KIND_LOCAL:
      return NULL;
    }
  return NULL;
}

static gboolean
is_of_type (const TruceFieldRules *rules,
            const TruceJsonDoc    *doc,
            guint32                node)
{
  TruceJsonType type = truce_json_type (doc, node);

  if (type == TRUCE_JSON_NULL)
    return rules->nullable || rules->type == TRUCE_FIELD_TYPE_ANY;
  switch (rules->type)
    {
    case TRUCE_FIELD_TYPE_ANY:
      return TRUE;
    case TRUCE_FIELD_TYPE_STRING:
      return type == TRUCE_JSON_STRING;
    case TRUCE_FIELD_TYPE_NUMBER:
      return type == TRUCE_JSON_NUMBER;
    case TRUCE_FIELD_TYPE_INTEGER:
      return is_integer (doc, node);
    case TRUCE_FIELD_TYPE_BOOLEAN:
      return type == TRUCE_JSON_TRUE || type == TRUCE_JSON_FALSE;
    case TRUCE_FIELD_TYPE_ARRAY:
      return type == TRUCE_JSON_ARRAY;
    case TRUCE_FIELD_TYPE_OBJECT:
      return type == TRUCE_JSON_OBJECT;
    }
  return FALSE;
}

/* The bytes of a value's text with no space between tokens: a scalar's own, two for each container's
 * brackets, and one behind each value but the last of its container: a comma or a colon. */
static guint64
compact_size (const TruceJsonDoc *doc,
              guint32             node)
{
  guint64 size = doc->nodes[node].next - node - 1;

  for (guint32 i = node; i < doc->nodes[node].next; i++)
    if (truce_json_type (doc, i) < TRUCE_JSON_ARRAY)
      size += doc->nodes[i].end - doc->nodes[i].start;
    else
      size += doc->nodes[i].next == i + 1 ? 2 : 1;
  return size;
}

static gboolean
fits (const TruceJsonDoc *doc,
      guint32             node,
      guint64             max)
{
  g_autofree char *string = NULL;

  /* As it is spelled, a value takes no fewer bytes than are counted. */
  if (truce_json_type (doc, node) != TRUCE_JSON_STRING)
    return doc->nodes[node].end - doc->nodes[node].start <= max || compact_size (doc, node) <= max;
  if (doc->nodes[node].end - doc->nodes[node].start - 2 <= max)
    return TRUE;
  string = truce_json_dup_string (doc, node);
  return strlen (string) <= max;
}

static gboolean
check_regex (Check  *self,
             guint32 node,
             GRegex *regex)
{
  const TruceJsonNode *value = &self->doc->nodes[node];
  const char *text = self->doc->text + value->start + 1;
  gsize length = value->end - value->start - 2;
  g_autofree char *decoded = NULL;
  g_autoptr(GError) error = NULL;

  if (memchr (text, '\\', length) != NULL)
    {
      decoded = truce_json_dup_string (self->doc, node);
      text = decoded;
      length = strlen (decoded);
    }
  if (g_regex_match_full (regex, text, (gssize) length, 0, 0, NULL, &error))
    return TRUE;
  if (error != NULL)
    return refuse (self, TRUCE_ERROR_INVALID_DATA, "whether it matches the pattern takes too long to find out");
  return refuse (self, TRUCE_ERROR_INVALID_DATA, "it does not match the pattern");
}

static gboolean
check_value (Check                 *self,
             guint32                node,
             const TruceFieldRules *rules)
{
  const char *problem = kind_problem (rules->kind, self->doc, node);

  if (problem != NULL)
    return refuse (self, TRUCE_ERROR_INVALID_DATA, "%s", problem);
  if (!is_of_type (rules, self->doc, node))
    return refuse (self, TRUCE_ERROR_INVALID_DATA, "its type must be %s%s", truce_enum_nick (TRUCE_TYPE_FIELD_TYPE, rules->type),
                   rules->nullable ? " or null" : "");
  if (rules->max_size > 0 && !fits (self->doc, node, rules->max_size))
    return refuse (self, TRUCE_ERROR_TOO_LARGE, "more than %" G_GUINT64_FORMAT " bytes", rules->max_size);
  return rules->regex == NULL || truce_json_type (self->doc, node) != TRUCE_JSON_STRING ||
         check_regex (self, node, rules->regex);
}

/* ---- what lies deeper ---- */

static gboolean check_below (Check  *self,
                             guint32 node);

/* The child at node, called token; the pointer goes on to it, and stays there if something is wrong. */
static gboolean
check_child (Check      *self,
             guint32     node,
             const char *token)
{
  gsize length = self->pointer->len;
  TruceFieldRules rules;

  truce_json_pointer_append (self->pointer, token);
  truce_pattern_walk_push (self->walk, token);
  if (!truce_pattern_walk_is_over (self->walk))
    {
      rules = truce_schema_rules_here (self->schema, self->walk);
      if (!check_value (self, node, &rules) || !check_below (self, node))
        return FALSE;
    }
  truce_pattern_walk_pop (self->walk);
  g_string_truncate (self->pointer, length);
  return TRUE;
}

/* The children of what the walk has come to. No deeper than documents nest. */
static gboolean
check_below (Check  *self,
             guint32 node)
{
  const TruceJsonNode *nodes = self->doc->nodes;
  guint index = 0;

  if (truce_json_type (self->doc, node) == TRUCE_JSON_OBJECT)
    {
      for (guint32 i = node + 1; i < nodes[node].next; i = nodes[i + 1].next)
        {
          g_autofree char *name = truce_json_dup_string (self->doc, i);

          if (!check_child (self, i + 1, name))
            return FALSE;
        }
      return TRUE;
    }

  for (guint32 i = node + 1; i < nodes[node].next; i = nodes[i].next)
    {
      char token[16];

      g_snprintf (token, sizeof token, "%u", index++);
      if (!check_child (self, i, token))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_deep (Check  *self,
            guint32 name,
            guint32 node)
{
  g_autofree char *token = truce_json_dup_string (self->doc, name);

  if (self->walk == NULL)
    {
      self->walk = truce_schema_walk_new (self->schema);
      self->pointer = g_string_new (NULL);
    }
  truce_json_pointer_append (self->pointer, token);
  truce_pattern_walk_push (self->walk, token);
  if (!check_below (self, node))
    return FALSE;
  truce_pattern_walk_pop (self->walk);
  g_string_truncate (self->pointer, 0);
  return TRUE;
}

/* ---- a record ---- */

static const TruceSchemaField *
find_field (TruceSchema        *schema,
            const TruceJsonDoc *doc,
            guint32             name)
{
  const char *text = doc->text + doc->nodes[name].start + 1;
  gsize length = doc->nodes[name].end - doc->nodes[name].start - 2;
  g_autofree char *decoded = NULL;

  if (G_LIKELY (memchr (text, '\\', length) == NULL))
    return truce_schema_field (schema, text, length);
  decoded = truce_json_dup_string (doc, name);
  return truce_schema_field (schema, decoded, strlen (decoded));
}

static gboolean
check_missing (Check *self)
{
  const TruceSchemaTable *table = &self->schema->table;

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].required && truce_json_member (self->doc, 0, table->fields[i].name) == TRUCE_JSON_NONE)
      {
        self->pointer = self->pointer != NULL ? self->pointer : g_string_new (NULL);
        truce_json_pointer_append (self->pointer, table->fields[i].name);
        return refuse (self, TRUCE_ERROR_INVALID_DATA, "it is required, and not there");
      }
  return TRUE;
}

static gboolean
check_fields (Check *self)
{
  const TruceJsonNode *nodes = self->doc->nodes;
  guint n_required = 0;

  for (guint32 i = 1; i < nodes[0].next; i = nodes[i + 1].next)
    {
      const TruceSchemaField *field = find_field (self->schema, self->doc, i);

      if (field == NULL)
        continue;
      n_required += field->required;
      if (field->checked && !check_value (self, i + 1, &field->rules))
        {
          g_autofree char *token = truce_json_dup_string (self->doc, i);

          self->pointer = self->pointer != NULL ? self->pointer : g_string_new (NULL);
          truce_json_pointer_append (self->pointer, token);
          return FALSE;
        }
      if (field->checks_below && nodes[i + 1].next > i + 2 && !check_deep (self, i, i + 1))
        return FALSE;
    }
  return n_required == self->schema->table.n_required || check_missing (self);
}

static gboolean
check_record (Check *self)
{
  const TruceSchema *schema = self->schema;
  const TruceJsonDoc *doc = self->doc;
  const TruceSchemaField *root = truce_schema_root (self->schema);

  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    return refuse (self, TRUCE_ERROR_INVALID_DATA, "a record is a JSON object");
  if (!fits (doc, 0, schema->max_record_size))
    return refuse (self, TRUCE_ERROR_TOO_LARGE, "more than %" G_GUINT64_FORMAT " bytes", schema->max_record_size);
  if (doc->n_nodes / 2 > schema->max_fields && truce_json_n_children (doc, 0) > schema->max_fields)
    return refuse (self, TRUCE_ERROR_TOO_LARGE, "more than %u fields", schema->max_fields);
  if (!schema->table.checks)
    return TRUE;
  return (!root->checked || check_value (self, 0, &root->rules)) && check_fields (self);
}

gboolean
truce_schema_check (TruceSchema        *self,
                    const char         *collection,
                    const char         *id,
                    const TruceJsonDoc *doc,
                    GError            **error)
{
  g_auto(Check) check = { .schema = self, .doc = doc };
  g_autofree char *shown = NULL;
  g_autofree char *shown_collection = NULL;
  g_autofree char *place = NULL;

  if (check_record (&check))
    return TRUE;

  shown = truce_show_name (id);
  shown_collection = truce_show_name (collection);
  place = check.pointer != NULL && check.pointer->len > 0 ? truce_show_name (check.pointer->str) : NULL;
  g_set_error (error, TRUCE_ERROR, check.code, "record “%s” of “%s”%s%s: %s", shown, shown_collection,
               place != NULL ? ", at " : "", place != NULL ? place : "", check.problem);
  return FALSE;
}
