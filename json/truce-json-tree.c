/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The bridge to json-glib's tree, which is what users hold. json-glib's own parser and generator take no
 * part: they accept what is not JSON, wrap integers around and print infinity (json-glib 1.6). A tree is
 * written as text and read by our own reader; so whatever a program can put into a tree is checked where
 * every other input is. */

#include "truce-json-private.h"

#include <math.h>

/* ---- to a tree ---- */

static JsonNode *
array_to_node (const TruceJsonDoc *doc,
               guint32             array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *elements = json_array_new ();

  for (guint32 i = array + 1; i < doc->nodes[array].next; i = doc->nodes[i].next)
    json_array_add_element (elements, truce_json_to_node (doc, i));
  json_node_take_array (node, elements);

  return node;
}

static JsonNode *
object_to_node (const TruceJsonDoc *doc,
                guint32             object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *members = json_object_new ();

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);

      json_object_set_member (members, name, truce_json_to_node (doc, i + 1));
    }
  json_node_take_object (node, members);

  return node;
}

static JsonNode *
string_to_node (const TruceJsonDoc *doc,
                guint32             string)
{
  g_autofree char *decoded = truce_json_dup_string (doc, string);

  return json_node_init_string (json_node_alloc (), decoded);
}

static JsonNode *
number_to_node (const TruceJsonDoc *doc,
                guint32             number)
{
  gint64 integer;
  double real;

  if (truce_json_get_int64 (doc, number, &integer))
    return json_node_init_int (json_node_alloc (), integer);

  truce_json_get_double (doc, number, &real);
  return json_node_init_double (json_node_alloc (), real);
}

JsonNode *
truce_json_to_node (const TruceJsonDoc *doc,
                    guint32             node)
{
  g_assert (node < doc->n_nodes);

  switch (truce_json_type (doc, node))
    {
    case TRUCE_JSON_ARRAY:
      return array_to_node (doc, node);
    case TRUCE_JSON_OBJECT:
      return object_to_node (doc, node);
    case TRUCE_JSON_STRING:
      return string_to_node (doc, node);
    case TRUCE_JSON_NUMBER:
      return number_to_node (doc, node);
    case TRUCE_JSON_FALSE:
    case TRUCE_JSON_TRUE:
      return json_node_init_boolean (json_node_alloc (), truce_json_type (doc, node) == TRUCE_JSON_TRUE);
    case TRUCE_JSON_NULL:
      break;
    }

  return json_node_init_null (json_node_alloc ());
}

/* ---- from a tree ---- */

typedef struct
{
  GString *text;                /* what is written so far */
  GString *pointer;             /* to the node being written */
  guint depth;
  GError **error;
} Writer;

static gboolean write_node (Writer *writer, JsonNode *node);

static gboolean
fail (Writer     *writer,
      const char *wrong)
{
  g_autoptr(GString) shown = g_string_new (NULL);

  truce_json_append_shown (shown, writer->pointer->str, writer->pointer->len);
  g_set_error (writer->error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "at %s: %s",
               shown->len > 0 ? shown->str : "the top", wrong);
  return FALSE;
}

static gboolean
write_string (Writer     *writer,
              const char *string)
{
  if (string == NULL)
    return fail (writer, "a string that is NULL");
  if (!g_utf8_validate (string, -1, NULL))
    return fail (writer, "a string that is not UTF-8");

  truce_json_write_string (writer->text, string, -1);
  return TRUE;
}

static gboolean
write_value (Writer   *writer,
             JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    return write_string (writer, json_node_get_string (node));

  if (type == G_TYPE_INT64)
    g_string_append_printf (writer->text, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (writer->text, json_node_get_boolean (node) ? "true" : "false");
  else if (type != G_TYPE_DOUBLE)
    return fail (writer, "a node without a value");
  else if (!isfinite (json_node_get_double (node)))
    return fail (writer, "a number that is not finite");
  else
    truce_json_write_double (writer->text, json_node_get_double (node));

  return TRUE;
}

static gboolean
write_array (Writer    *writer,
             JsonArray *array)
{
  guint n_elements = json_array_get_length (array);
  gsize pointer_length = writer->pointer->len;

  g_string_append_c (writer->text, '[');
  for (guint i = 0; i < n_elements; i++)
    {
      if (i > 0)
        g_string_append_c (writer->text, ',');
      truce_json_pointer_append_index (writer->pointer, i);
      if (!write_node (writer, json_array_get_element (array, i)))
        return FALSE;
      g_string_truncate (writer->pointer, pointer_length);
    }
  g_string_append_c (writer->text, ']');

  return TRUE;
}

static gboolean
write_object (Writer     *writer,
              JsonObject *object)
{
  gsize pointer_length = writer->pointer->len;
  gboolean first = TRUE;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  g_string_append_c (writer->text, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (!first)
        g_string_append_c (writer->text, ',');
      first = FALSE;
      if (!write_string (writer, name))
        return FALSE;
      g_string_append_c (writer->text, ':');
      truce_json_pointer_append (writer->pointer, name);
      if (!write_node (writer, value))
        return FALSE;
      g_string_truncate (writer->pointer, pointer_length);
    }
  g_string_append_c (writer->text, '}');

  return TRUE;
}

static gboolean
write_container (Writer   *writer,
                 JsonNode *node)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  gboolean written;

  if (array == NULL && object == NULL)
    return fail (writer, "a node without a value");
  if (writer->depth == TRUCE_JSON_DEPTH_DEFAULT)
    return fail (writer, "more than 512 arrays and objects within each other");

  writer->depth++;
  written = array != NULL ? write_array (writer, array) : write_object (writer, object);
  writer->depth--;

  return written;
}

static gboolean
write_node (Writer   *writer,
            JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
    case JSON_NODE_ARRAY:
      return write_container (writer, node);
    case JSON_NODE_VALUE:
      return write_value (writer, node);
    case JSON_NODE_NULL:
      break;
    }

  g_string_append (writer->text, "null");
  return TRUE;
}

char *
truce_json_node_to_text (JsonNode *node,
                         GError  **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) pointer = g_string_new (NULL);
  Writer writer = { text, pointer, 0, error };

  g_assert (node != NULL);

  return write_node (&writer, node) ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

TruceJsonDoc *
truce_json_doc_from_node (JsonNode *node,
                          GError  **error)
{
  char *text = truce_json_node_to_text (node, error);
  g_autoptr(GBytes) bytes = text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;

  return bytes != NULL ? truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, error) : NULL;
}
