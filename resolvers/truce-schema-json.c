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

/* { "kind": …, "rule": … }; a kind of its own is optional. */
static gboolean
read_field_object (TruceSchema *schema,
                   const char  *field,
                   JsonObject  *object,
                   const char  *place,
                   GError     **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;
  int kind = TRUCE_KIND_REGISTER;
  int rule = TRUCE_RULE_NONE;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &node))
    {
      g_autofree char *here = g_strconcat (place, "/", key, NULL);

      if (g_str_equal (key, "kind"))
        {
          if (!read_enum (node, TRUCE_TYPE_KIND, "kind", here, &kind, error))
            return FALSE;
        }
      else if (g_str_equal (key, "rule"))
        {
          if (!read_enum (node, TRUCE_TYPE_RULE, "rule", here, &rule, error))
            return FALSE;
        }
      else
        {
          return refuse (error, place, "only “kind” and “rule” can stand here");
        }
    }

  if (rule != TRUCE_RULE_NONE && !kind_takes_rule (kind))
    return refuse (error, place, "a field of this kind has no rule");
  if (json_object_has_member (object, "kind") && !truce_schema_set_kind (schema, field, kind, error))
    return FALSE;
  return !json_object_has_member (object, "rule") || truce_schema_set_rule (schema, field, rule, error);
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
               "at the top: unknown member “%s”: there are fields, delete, resolver, references", shown);
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

static void
write_entry (JsonObject             *fields,
             const TruceSchemaEntry *entry)
{
  const char *name = truce_pattern_text (entry->pattern);
  JsonObject *field;

  /* A function has no JSON form. */
  if (!entry->has_kind && entry->func != NULL)
    return;

  if (json_object_has_member (fields, name))
    {
      field = json_object_get_object_member (fields, name);
    }
  else
    {
      field = json_object_new ();
      json_object_set_object_member (fields, name, field);
    }
  if (entry->has_kind)
    json_object_set_string_member (field, "kind", truce_kind_to_string (entry->kind));
  else
    json_object_set_string_member (field, "rule", truce_rule_to_string (entry->rule));
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
  g_autoptr(GEnumClass) deletes = g_type_class_ref (TRUCE_TYPE_DELETE_RULE);
  g_autoptr(GEnumClass) strategies = g_type_class_ref (TRUCE_TYPE_STRATEGY);
  g_autoptr(GList) names = NULL;
  JsonNode *node;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), NULL);

  for (guint i = 0; i < truce_schema_get_entries (self)->len; i++)
    write_entry (fields, g_ptr_array_index (truce_schema_get_entries (self), i));

  names = g_list_sort (g_hash_table_get_keys (truce_schema_get_references (self)), (GCompareFunc) g_strcmp0);
  for (const GList *l = names; l != NULL; l = l->next)
    json_object_set_string_member (references, l->data, truce_schema_get_reference (self, l->data));

  json_object_set_object_member (object, "fields", g_steal_pointer (&fields));
  json_object_set_string_member (object, "delete",
                                 g_enum_get_value (deletes, truce_schema_get_delete_rule (self))->value_nick);
  json_object_set_string_member (object, "resolver",
                                 g_enum_get_value (strategies, truce_schema_get_strategy (self))->value_nick);
  json_object_set_object_member (object, "references", g_steal_pointer (&references));

  node = json_node_alloc ();
  json_node_init_object (node, object);
  return node;
}
