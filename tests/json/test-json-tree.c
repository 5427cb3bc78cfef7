/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bridge to json-glib's tree, both ways. */

#include <math.h>

#include "random-json.h"

static const struct
{
  const char *path;
  const char *text;
  const char *back;             /* what comes back, or NULL if that is the text */
} trees[] = {
  { "null", "null", NULL },
  { "true", "true", NULL },
  { "false", "false", NULL },
  { "integer", "-42", NULL },
  { "int64-max", "9223372036854775807", NULL },
  { "int64-min", "-9223372036854775808", NULL },
  { "double", "0.1", NULL },
  { "one-point-zero", "1.0", "1" },
  { "beyond-int64", "18446744073709551615", "18446744073709552000" },
  { "beyond-double", "1e400", "1.7976931348623157e+308" },
  { "string", "\"a\\\"\\n\303\251\"", NULL },
  { "escapes", "\"\\u0061\\/\"", "\"a/\"" },
  { "empty-string", "\"\"", NULL },
  { "empty-array", "[]", NULL },
  { "empty-object", "{}", NULL },
  { "member-order", "{\"b\":1,\"a\":[{\"d\":null,\"c\":{}}]}", NULL },
  { "names", "{\"\":1,\"\\u00e9\\n\":2}", "{\"\":1,\"\303\251\\n\":2}" },
};

static void
test_there_and_back (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (trees[row].text, -1, NULL);
  g_autoptr(JsonNode) node = truce_json_to_node (doc, 0);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) back = truce_json_doc_from_node (node, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_strndup (back->text, back->length);
  g_assert_cmpstr (text, ==, trees[row].back != NULL ? trees[row].back : trees[row].text);
}

static void
test_types (void)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text ("[1.0, 1.5, true, \"a\", null]", -1, NULL);
  g_autoptr(JsonNode) node = truce_json_to_node (doc, 0);
  JsonArray *array = json_node_get_array (node);

  g_assert_true (json_node_get_value_type (json_array_get_element (array, 0)) == G_TYPE_INT64);
  g_assert_true (json_node_get_value_type (json_array_get_element (array, 1)) == G_TYPE_DOUBLE);
  g_assert_true (json_node_get_value_type (json_array_get_element (array, 2)) == G_TYPE_BOOLEAN);
  g_assert_true (json_node_get_value_type (json_array_get_element (array, 3)) == G_TYPE_STRING);
  g_assert_true (JSON_NODE_HOLDS_NULL (json_array_get_element (array, 4)));
}

/* ---- refused ---- */

/* The node within an array within an object, so that the message must name the place. */
static void
check_refused (JsonNode   *node,
               const char *message)
{
  g_autoptr(JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  g_autoptr(GError) error = NULL;

  json_array_add_int_element (array, 1);
  json_array_add_element (array, node);
  json_object_set_array_member (object, "a/b", array);
  json_node_take_object (root, object);

  g_assert_null (truce_json_doc_from_node (root, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_not_finite (void)
{
  const char *message = "at /a~1b/1: a number that is not finite";

  check_refused (json_node_init_double (json_node_alloc (), NAN), message);
  check_refused (json_node_init_double (json_node_alloc (), -INFINITY), message);
}

static void
test_not_utf8 (void)
{
  const char *message = "at /a~1b/1: a string that is not UTF-8";
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  check_refused (json_node_init_string (json_node_alloc (), "\377"), message);
  json_node_take_object (node, json_object_new ());
  json_object_set_null_member (json_node_get_object (node), "\355\240\200");
  check_refused (g_steal_pointer (&node), message);
}

static void
test_no_value (void)
{
  check_refused (json_node_new (JSON_NODE_VALUE), "at /a~1b/1: a node without a value");
  check_refused (json_node_new (JSON_NODE_OBJECT), "at /a~1b/1: a node without a value");
  check_refused (json_node_new (JSON_NODE_ARRAY), "at /a~1b/1: a node without a value");
  check_refused (json_node_init_string (json_node_alloc (), NULL), "at /a~1b/1: a string that is NULL");
}

static JsonNode *
nested (guint depth)
{
  JsonNode *node = json_node_init_int (json_node_alloc (), 1);

  for (guint i = 0; i < depth; i++)
    {
      JsonArray *array = json_array_new ();

      json_array_add_element (array, node);
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (node, array);
    }

  return node;
}

static void
test_depth (void)
{
  g_autoptr(JsonNode) deepest = nested (TRUCE_JSON_DEPTH_DEFAULT);
  g_autoptr(JsonNode) too_deep = nested (TRUCE_JSON_DEPTH_DEFAULT + 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_from_node (deepest, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (doc->n_nodes, ==, TRUCE_JSON_DEPTH_DEFAULT + 1);
  g_assert_null (truce_json_doc_from_node (too_deep, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

/* ---- random ---- */

/* What fits a tree comes back equal; a draft's tree is its value's. */
static void
test_random (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < random_rounds (300); i++)
    {
      RandomStyle style = random_style (rand);
      g_autofree char *text = random_text (rand, &style, 20);
      g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, -1, NULL);
      g_autoptr(JsonNode) node = truce_json_to_node (doc, 0);
      g_autoptr(TruceJsonDoc) once = truce_json_doc_from_node (node, NULL);
      g_autoptr(JsonNode) node_again = truce_json_to_node (once, 0);
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      g_autoptr(JsonNode) draft_node = truce_json_draft_to_node (identity_draft (arena, doc, 0));

      g_assert_true (json_node_equal (node, node_again));
      g_assert_true (json_node_equal (node, draft_node));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (trees); i++)
    {
      g_autofree char *path = g_strconcat ("/json/tree/", trees[i].path, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_there_and_back);
    }
  g_test_add_func ("/json/tree/types", test_types);
  g_test_add_func ("/json/tree/refuses/not-finite", test_not_finite);
  g_test_add_func ("/json/tree/refuses/not-utf-8", test_not_utf8);
  g_test_add_func ("/json/tree/refuses/no-value", test_no_value);
  g_test_add_func ("/json/tree/depth", test_depth);
  g_test_add_func ("/json/tree/random", test_random);
  return g_test_run ();
}
