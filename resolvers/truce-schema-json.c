/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-json.h"
#include "truce-kind-private.h"
#include "truce-schema-private.h"

/* Schemas as JSON. What is read comes from outside: an unknown key is a mistake somebody should hear of,
 * so it is an error and never passed over, and each error begins with the JSON pointer of its place. */

static gboolean
refuse (GError    **error,
        const char *place,
        const char *what)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "at %s: %s", place, what);
  return FALSE;
}

/* The string that an enum's nick must be. */
static gboolean
read_enum (JsonNode   *node,
           GType       type,
           const char *what,
           const char *place,
           int        *value,
           GError    **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      g_autofree char *message = g_strdup_printf ("a %s is a string", what);

      return refuse (error, place, message);
    }
  if (!truce_enum_from_nick (type, what, json_node_get_string (node), value, error))
    {
      g_prefix_error (error, "at %s: ", place);
      return FALSE;
    }
  return TRUE;
}

/* The other kinds never leave anything for a rule to decide. */
static gboolean
kind_takes_rule (TruceKind kind)
{
  return kind == TRUCE_KIND_REGISTER || kind == TRUCE_KIND_MULTI_REGISTER || kind == TRUCE_KIND_TEXT ||
         kind == TRUCE_KIND_LIST || kind == TRUCE_KIND_MAP;
}

/* No value is a counter and a string; and of the kinds that have a form of their own, none is null. */
static gboolean
kind_takes_type (TruceKind      kind,
                 TruceFieldType type)
{
  switch (kind)
    {
    case TRUCE_KIND_COUNTER:
      return type == TRUCE_FIELD_TYPE_INTEGER || type == TRUCE_FIELD_TYPE_NUMBER;
    case TRUCE_KIND_SET:
    case TRUCE_KIND_LIST:
      return type == TRUCE_FIELD_TYPE_ARRAY;
    case TRUCE_KIND_MAP:
      return type == TRUCE_FIELD_TYPE_OBJECT;
    case TRUCE_KIND_TEXT:
      return type == TRUCE_FIELD_TYPE_STRING;
    case TRUCE_KIND_FLAG:
      return type == TRUCE_FIELD_TYPE_BOOLEAN;
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
      return type == TRUCE_FIELD_TYPE_INTEGER || type == TRUCE_FIELD_TYPE_NUMBER || type == TRUCE_FIELD_TYPE_STRING;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_IMMUTABLE:
    case TRUCE_KIND_LOCAL:
      return TRUE;
    }
  return TRUE;
}

/* What stands in { "kind": …, "rule": …, … }; all of it is optional. */
typedef struct
{
  gboolean has_kind;
  int kind;
  gboolean has_rule;
  int rule;
  gboolean has_type;
  int type;
  gboolean nullable;
  gboolean has_required;
  gboolean required;
  gboolean has_max_size;
  guint64 max_size;
  const char *pattern;          /* of the node; NULL: none */
} FieldObject;

static gboolean
read_boolean (JsonNode   *node,
              const char *place,
              gboolean   *value,
              GError    **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse (error, place, "true or false must stand here");
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_count (JsonNode   *node,
            const char *place,
            guint64    *value,
            GError    **error)
{
  gint64 count = 0;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    count = json_node_get_int (node);
  if (count < 1 || count > G_MAXUINT32)
    return refuse (error, place, "an integer from 1 to 4294967295 must stand here");
  *value = (guint64) count;
  return TRUE;
}

static gboolean
read_string (JsonNode    *node,
             const char  *place,
             const char **value,
             GError     **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, place, "a string must stand here");
  *value = json_node_get_string (node);
  return TRUE;
}

static gboolean
read_field_member (FieldObject *field,
                   const char  *key,
                   JsonNode    *node,
                   const char  *place,
                   GError     **error)
{
  g_autofree char *here = g_strconcat (place, "/", key, NULL);

  if (g_str_equal (key, "kind"))
    {
      field->has_kind = TRUE;
      return read_enum (node, TRUCE_TYPE_KIND, "kind", here, &field->kind, error);
    }
  if (g_str_equal (key, "rule"))
    {
      field->has_rule = TRUE;
      return read_enum (node, TRUCE_TYPE_RULE, "rule", here, &field->rule, error);
    }
  if (g_str_equal (key, "type"))
    {
      field->has_type = TRUE;
      return read_enum (node, TRUCE_TYPE_FIELD_TYPE, "type", here, &field->type, error);
    }
  if (g_str_equal (key, "nullable"))
    return read_boolean (node, here, &field->nullable, error);
  if (g_str_equal (key, "required"))
    {
      field->has_required = TRUE;
      return read_boolean (node, here, &field->required, error);
    }
  if (g_str_equal (key, "max-size"))
    {
      field->has_max_size = TRUE;
      return read_count (node, here, &field->max_size, error);
    }
  if (g_str_equal (key, "pattern"))
    return read_string (node, here, &field->pattern, error);
  return refuse (error, place,
                 "only “kind”, “rule”, “type”, “nullable”, “required”, “max-size” and “pattern” can stand here");
}

static gboolean
set_field (TruceSchema       *schema,
           const char        *name,
           const FieldObject *field,
           GError           **error)
{
  return (!field->has_kind || truce_schema_set_kind (schema, name, field->kind, error)) &&
         (!field->has_rule || truce_schema_set_rule (schema, name, field->rule, error)) &&
         (!field->has_type || truce_schema_set_type (schema, name, field->type, field->nullable, error)) &&
         (!field->has_required || truce_schema_set_required (schema, name, field->required, error)) &&
         (!field->has_max_size || truce_schema_set_max_size (schema, name, field->max_size, error)) &&
         (field->pattern == NULL || truce_schema_set_pattern (schema, name, field->pattern, error));
}

static gboolean
read_field_object (TruceSchema *schema,
                   const char  *name,
                   JsonObject  *object,
                   const char  *place,
                   GError     **error)
{
  FieldObject field = { .kind = TRUCE_KIND_REGISTER, .rule = TRUCE_RULE_NONE };
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &node))
    if (!read_field_member (&field, key, node, place, error))
      return FALSE;

  if (field.rule != TRUCE_RULE_NONE && !kind_takes_rule (field.kind))
    return refuse (error, place, "a field of this kind has no rule");
  if (field.nullable && !field.has_type)
    return refuse (error, place, "“nullable” says something of a “type”, and there is none");
  if (field.type != TRUCE_FIELD_TYPE_ANY && !kind_takes_type (field.kind, field.type))
    return refuse (error, place, "no value is of this kind and of this type");
  if (field.nullable && !kind_takes_type (field.kind, TRUCE_FIELD_TYPE_ANY))
    return refuse (error, place, "a field of this kind is never null");
  return set_field (schema, name, &field, error);
}

static gboolean
read_field (TruceSchema *schema,
            const char  *field,
            JsonNode    *node,
            GError     **error)
{
  g_autoptr(GString) place = g_string_new ("/fields");
  int kind;

  truce_json_pointer_append (place, field);
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      if (read_field_object (schema, field, json_node_get_object (node), place->str, error))
        return TRUE;
    }
  else if (JSON_NODE_HOLDS_VALUE (node))
    {
      if (!read_enum (node, TRUCE_TYPE_KIND, "kind", place->str, &kind, error))
        return FALSE;
      if (truce_schema_set_kind (schema, field, kind, error))
        return TRUE;
    }
  else
    {
      return refuse (error, place->str, "a field is the name of a kind, or an object");
    }

  if (error != NULL && *error != NULL && !g_str_has_prefix ((*error)->message, "at "))
    g_prefix_error (error, "at %s: ", place->str);
  return FALSE;
}

static gboolean
read_reference (TruceSchema *schema,
                const char  *field,
                JsonNode    *node,
                GError     **error)
{
  g_autoptr(GString) place = g_string_new ("/references");

  truce_json_pointer_append (place, field);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, place->str, "a reference is the name of a collection");
  if (truce_schema_set_reference (schema, field, json_node_get_string (node), error))
    return TRUE;

  g_prefix_error (error, "at %s: ", place->str);
  return FALSE;
}

/* Calls read for each member of the object at key. */
static gboolean
read_members (TruceSchema *schema,
              const char *key,
              JsonNode *node,
              gboolean (*read)(TruceSchema *, const char *, JsonNode *, GError **),
              GError     **error)
{
  g_autofree char *place = g_strconcat ("/", key, NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, place, "an object must stand here");

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member))
    if (!read (schema, name, member, error))
      return FALSE;
  return TRUE;
}

/* Calls add for each name in the array at key. */
static gboolean
read_names (TruceSchema *schema,
            const char *key,
            JsonNode *node,
            gboolean (*add)(TruceSchema *, const char *, GError **),
            GError     **error)
{
  g_autofree char *place = g_strconcat ("/", key, NULL);
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse (error, place, "an array must stand here");

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *here = g_strdup_printf ("%s/%u", place, i);
      const char *name = NULL;

      if (!read_string (json_array_get_element (array, i), here, &name, error))
        return FALSE;
      if (!add (schema, name, error))
        {
          g_prefix_error (error, "at %s: ", here);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_limit (TruceSchema *schema,
            const char  *key,
            JsonNode    *node,
            GError     **error)
{
  g_autofree char *place = g_strconcat ("/", key, NULL);
  guint64 value;

  if (!read_count (node, place, &value, error))
    return FALSE;
  if (g_str_equal (key, "max-size"))
    truce_schema_set_max_record_size (schema, value);
  else
    truce_schema_set_max_fields (schema, (guint) value);
  return TRUE;
}

static gboolean
read_key (TruceSchema *schema,
          const char  *key,
          JsonNode    *node,
          GError     **error)
{
  g_autofree char *shown = NULL;
  int value;

  if (g_str_equal (key, "fields"))
    return read_members (schema, key, node, read_field, error);
  if (g_str_equal (key, "references"))
    return read_members (schema, key, node, read_reference, error);
  if (g_str_equal (key, "indexes"))
    return read_names (schema, key, node, truce_schema_add_index, error);
  if (g_str_equal (key, "search"))
    return read_names (schema, key, node, truce_schema_add_search_field, error);
  if (g_str_equal (key, "max-size") || g_str_equal (key, "max-fields"))
    return read_limit (schema, key, node, error);
  if (g_str_equal (key, "delete"))
    {
      if (!read_enum (node, TRUCE_TYPE_DELETE_RULE, "delete rule", "/delete", &value, error))
        return FALSE;
      truce_schema_set_delete_rule (schema, value);
      return TRUE;
    }
  if (g_str_equal (key, "resolver"))
    {
      if (!read_enum (node, TRUCE_TYPE_STRATEGY, "resolver", "/resolver", &value, error))
        return FALSE;
      truce_schema_set_strategy (schema, value);
      return TRUE;
    }

  shown = truce_show_name (key);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA,
               "at the top: unknown member “%s”: there are fields, delete, resolver, references, indexes, search, "
               "max-size, max-fields", shown);
  return FALSE;
}

/**
 * truce_schema_new_from_json:
 * @json: a schema as JSON: it is not trusted
 * @error: return location for an error
 *
 * Reads a schema.
 *
 * Returns: (transfer full): the schema, or %NULL with
 *   %TRUCE_ERROR_INVALID_SCHEMA, whose message names the place
 *
 * Since: 1.0
 */
TruceSchema *
truce_schema_new_from_json (JsonNode *json,
                            GError  **error)
{
  g_autoptr(TruceSchema) schema = NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!JSON_NODE_HOLDS_OBJECT (json))
    {
      refuse (error, "the top", "a schema is an object");
      return NULL;
    }

  schema = truce_schema_new ();
  json_object_iter_init_ordered (&iter, json_node_get_object (json));
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (!read_key (schema, key, node, error))
      return NULL;

  return g_steal_pointer (&schema);
}

/**
 * truce_schema_new_from_text:
 * @text: a schema as JSON text: it is not trusted
 * @error: return location for an error
 *
 * Reads a schema.
 *
 * Returns: (transfer full): the schema, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA if @text is not JSON, or
 *   %TRUCE_ERROR_INVALID_SCHEMA if it is no schema; the message names the place
 *
 * Since: 1.0
 */
TruceSchema *
truce_schema_new_from_text (const char *text,
                            GError    **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autoptr(JsonNode) json = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  doc = truce_json_doc_parse_text (text, -1, error);
  if (doc == NULL)
    return NULL;

  json = truce_json_to_node (doc, 0);
  return truce_schema_new_from_json (json, error);
}

/* A function has no JSON form. */
static gboolean
has_json (const TruceSchemaEntry *entry)
{
  return entry->has_kind || (entry->has_rule && entry->func == NULL) || entry->has_type || entry->has_required ||
         entry->max_size > 0 || entry->regex != NULL;
}

static void
write_entry (JsonObject             *fields,
             const TruceSchemaEntry *entry)
{
  const char *name = truce_pattern_text (entry->pattern);
  JsonObject *field;

  if (!has_json (entry))
    return;
  if (!json_object_has_member (fields, name))
    json_object_set_object_member (fields, name, json_object_new ());
  field = json_object_get_object_member (fields, name);

  if (entry->has_kind)
    json_object_set_string_member (field, "kind", truce_kind_to_string (entry->kind));
  if (entry->has_rule && entry->func == NULL)
    json_object_set_string_member (field, "rule", truce_rule_to_string (entry->rule));
  if (entry->has_type)
    {
      json_object_set_string_member (field, "type", truce_enum_nick (TRUCE_TYPE_FIELD_TYPE, entry->type));
      json_object_set_boolean_member (field, "nullable", entry->nullable);
    }
  if (entry->has_required)
    json_object_set_boolean_member (field, "required", entry->required);
  if (entry->max_size > 0)
    json_object_set_int_member (field, "max-size", (gint64) entry->max_size);
  if (entry->regex != NULL)
    json_object_set_string_member (field, "pattern", truce_schema_regex_text (entry->regex));
}

static void
write_names (JsonObject        *object,
             const char        *key,
             const char *const *names)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    json_array_add_string_element (array, names[i]);
  json_object_set_array_member (object, key, array);
}

/**
 * truce_schema_to_json:
 * @self: a schema
 *
 * Writes a schema as JSON, in the form that [ctor@Schema.new_from_json] reads.
 *
 * Functions that decide a field have no JSON form and are left out. Entries
 * for one field are brought together, so that a pattern which another one
 * overrides in part may move.
 *
 * Returns: (transfer full): the schema as JSON
 *
 * Since: 1.0
 */
JsonNode *
truce_schema_to_json (TruceSchema *self)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonObject) fields = json_object_new ();
  g_autoptr(JsonObject) references = json_object_new ();
  g_autoptr(GList) names = NULL;
  JsonNode *node;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), NULL);

  for (guint i = 0; i < self->entries->len; i++)
    write_entry (fields, g_ptr_array_index (self->entries, i));

  names = g_list_sort (g_hash_table_get_keys (self->references), (GCompareFunc) g_strcmp0);
  for (const GList *l = names; l != NULL; l = l->next)
    json_object_set_string_member (references, l->data, truce_schema_get_reference (self, l->data));

  json_object_set_object_member (object, "fields", g_steal_pointer (&fields));
  json_object_set_string_member (object, "delete",
                                 truce_enum_nick (TRUCE_TYPE_DELETE_RULE, self->delete_rule));
  json_object_set_string_member (object, "resolver",
                                 truce_enum_nick (TRUCE_TYPE_STRATEGY, self->strategy));
  json_object_set_object_member (object, "references", g_steal_pointer (&references));
  write_names (object, "indexes", truce_schema_get_indexes (self));
  write_names (object, "search", truce_schema_get_search_fields (self));
  json_object_set_int_member (object, "max-size", (gint64) self->max_record_size);
  json_object_set_int_member (object, "max-fields", self->max_fields);

  node = json_node_alloc ();
  json_node_init_object (node, object);
  return node;
}
