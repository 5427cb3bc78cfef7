/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The reader: what it takes, what it refuses and how it says so, and what it makes of it. */

#include <string.h>

#include "truce-json.h"

#include "parse-rows.h"

/* ---- tables ---- */

/* Not terminated, as bytes of a file are not. */
static TruceJsonDoc *
parse_row (const ParseRow *row,
           GError        **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (row->text, row->length);

  return truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, error);
}

static void
test_accepted (gconstpointer data)
{
  const ParseRow *row = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = parse_row (row, &error);
  g_autoptr(GString) canonical = g_string_new (NULL);

  g_assert_no_error (error);
  truce_json_write_canonical (canonical, doc, 0);
  g_assert_cmpstr (canonical->str, ==, row->result);
}

/* json-glib 1.6 wraps integers beyond int64 around, and makes infinity or 0 of what no double holds. */
static gboolean
has_insane_number (const TruceJsonDoc *doc)
{
  for (guint32 i = 0; i < doc->n_nodes; i++)
    {
      const TruceJsonNode *node = &doc->nodes[i];
      g_autofree char *text = g_strndup (doc->text + node->start, node->end - node->start);
      gint64 integer;
      double real;

      if (truce_json_type (doc, i) == TRUCE_JSON_NUMBER && !truce_json_get_int64 (doc, i, &integer) &&
          (!truce_json_get_double (doc, i, &real) || strpbrk (text, ".eE") == NULL))
        return TRUE;
    }

  return FALSE;
}

static void
test_as_json_glib (gconstpointer data)
{
  const ParseRow *row = data;
  g_autoptr(TruceJsonDoc) doc = parse_row (row, NULL);
  g_autofree char *text = g_strndup (row->text, row->length);
  g_autoptr(JsonNode) ours = truce_json_to_node (doc, 0);
  g_autoptr(JsonNode) theirs = json_from_string (text, NULL);

  g_assert_nonnull (theirs);
  g_assert_true (json_node_equal (ours, theirs));
}

static void
test_refused (gconstpointer data)
{
  const ParseRow *row = data;
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = parse_row (row, &error);
  gboolean is_too_large = strstr (row->result, "more than 18 digits") != NULL;
  gint code = is_too_large ? TRUCE_ERROR_TOO_LARGE : TRUCE_ERROR_INVALID_DATA;

  g_assert_null (doc);
  g_assert_error (error, TRUCE_ERROR, code);
  g_assert_cmpstr (error->message, ==, row->result);
}

static void
add_row (const char     *folder,
         const ParseRow *row,
         void (         *test ) (gconstpointer))
{
  g_autofree char *path = g_strconcat ("/json/parse/", folder, "/", row->path, NULL);

  g_test_add_data_func (path, row, test);
}

static void
add_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr(TruceJsonDoc) doc = parse_row (&accepted[i], NULL);

      add_row ("accepts", &accepted[i], test_accepted);
      if (doc != NULL && !has_insane_number (doc))
        add_row ("as-json-glib", &accepted[i], test_as_json_glib);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    add_row ("refuses", &refused[i], test_refused);
}

/* ---- nodes ---- */

/* Each node on a line: its text's range, and which node is next. */
static void
test_nodes (void)
{
  static const char text[] = " {\"a\": [1, \"b\"], \"c\":{}} ";
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, -1, NULL);
  g_autoptr(GString) nodes = g_string_new (NULL);

  for (guint32 i = 0; i < doc->n_nodes; i++)
    g_string_append_printf (nodes, "%.*s|%u\n", (int) (doc->nodes[i].end - doc->nodes[i].start),
                            doc->text + doc->nodes[i].start, doc->nodes[i].next);
  g_assert_cmpstr (nodes->str, ==,
                   "{\"a\": [1, \"b\"], \"c\":{}}|7\n"
                   "\"a\"|2\n"
                   "[1, \"b\"]|5\n"
                   "1|4\n"
                   "\"b\"|5\n"
                   "\"c\"|6\n"
                   "{}|7\n");
  g_assert_cmpuint (truce_json_n_children (doc, 0), ==, 2);
  g_assert_cmpuint (truce_json_n_children (doc, 2), ==, 2);
  g_assert_cmpuint (truce_json_n_children (doc, 6), ==, 0);
  g_assert_cmpuint (truce_json_member (doc, 0, "a"), ==, 2);
  g_assert_cmpuint (truce_json_member (doc, 0, "c"), ==, 6);
  g_assert_cmpuint (truce_json_member (doc, 0, "b"), ==, TRUCE_JSON_NONE);
}

static void
test_types (void)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text ("[null,false,true,-0,\"\",[],{}]", -1, NULL);

  for (guint32 i = 1; i < doc->n_nodes; i++)
    g_assert_cmpint (truce_json_type (doc, i), ==, TRUCE_JSON_NULL + i - 1);
  g_assert_cmpint (truce_json_type (doc, 0), ==, TRUCE_JSON_ARRAY);
}

static void
test_references (void)
{
  TruceJsonDoc *doc = truce_json_doc_parse_text ("[]", 2, NULL);

  g_assert_true (truce_json_doc_ref (doc) == doc);
  truce_json_doc_unref (doc);
  g_assert_cmpuint (doc->n_nodes, ==, 1);
  truce_json_doc_unref (doc);
}

/* ---- limits ---- */

static char *
nested (guint       depth,
        const char *opener,
        const char *closer)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, opener);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, closer);

  return g_string_free (text, FALSE);
}

/* All that walks a document must hold at the default depth. */
static void
test_depth (void)
{
  g_autofree char *text = nested (TRUCE_JSON_DEPTH_DEFAULT / 2, "[{\"a\":", "}]");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, -1, &error);
  g_autoptr(TruceJsonDoc) again = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(GString) canonical = g_string_new (NULL);

  g_assert_no_error (error);
  truce_json_doc_hash (doc);
  truce_json_write_canonical (canonical, doc, 0);
  g_assert_cmpstr (canonical->str, ==, text);
  node = truce_json_to_node (doc, 0);
  again = truce_json_doc_from_node (node, &error);
  g_assert_no_error (error);
  g_assert_true (truce_json_equal (doc, 0, again, 0));
}

static void
test_too_deep (gconstpointer data)
{
  g_autofree char *text = nested (GPOINTER_TO_UINT (data), "[", "]");
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (text, -1, &error);

  g_assert_null (doc);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_assert_true (g_str_has_prefix (error->message, "1:513: at /0/0/0"));
  g_assert_true (g_str_has_suffix (error->message, "/0: more than 512 arrays and objects within each other"));
}

static void
test_own_depth (void)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static ("[[]]", 4);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, 2, &error);

  g_assert_no_error (error);
  g_assert_nonnull (doc);
  g_assert_null (truce_json_doc_parse (bytes, 1, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "1:2: at /0: more than 1 arrays and objects within each other");
}

/* ---- many names ---- */

/* "Ez" and "FY" have one hash by g_str_hash(): so have all names made of as many of them. */
static GString *
colliding_names (guint n_names)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < n_names; i++)
    {
      g_string_append (text, i > 0 ? ",\"" : "\"");
      for (guint bit = 0; bit < 17; bit++)
        g_string_append (text, i >> bit & 1 ? "Ez" : "FY");
      g_string_append (text, "\":0");
    }

  return text;
}

static void
test_many_names (void)
{
  g_autoptr(GString) text = colliding_names (100000);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autofree char *again = NULL;

  again = g_strndup (text->str + 1, strchr (text->str, ':') - text->str);
  g_string_append_c (text, '}');
  doc = truce_json_doc_parse_text (text->str, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (truce_json_n_children (doc, 0), ==, 100000);

  g_string_truncate (text, text->len - 1);
  g_string_append_printf (text, ",%s0}", again);
  g_assert_null (truce_json_doc_parse_text (text->str, -1, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "a second member of the name"));
}

/* Against a dumb model: a hash table of the decoded names. */
static void
test_random_names (void)
{
  static const char *const letters[] = {
    "a", "b", "\\u0061", "\303\251", "\\u00e9", "\\n", "\360\237\231\202",
  };

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr(GString) text = g_string_new ("{");
      g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autoptr(TruceJsonDoc) doc = NULL;
      gboolean duplicate = FALSE;
      guint n_names = g_test_rand_int_range (1, 400);

      for (guint i = 0; i < n_names; i++)
        {
          g_autoptr(GString) name = g_string_new ("\"");
          g_autoptr(TruceJsonDoc) string = NULL;

          for (guint n = g_test_rand_int_range (0, round % 10 + 5); n > 0; n--)
            g_string_append (name, letters[g_test_rand_int_range (0, G_N_ELEMENTS (letters))]);
          g_string_append_c (name, '"');
          string = truce_json_doc_parse_text (name->str, -1, NULL);
          if (!g_hash_table_add (seen, truce_json_dup_string (string, 0)))
            {
              if (round % 2 == 0)
                continue;
              duplicate = TRUE;
            }
          g_string_append_printf (text, "%s%s:%u", text->len > 1 ? "," : "", name->str, i);
        }
      g_string_append_c (text, '}');

      doc = truce_json_doc_parse_text (text->str, -1, NULL);
      g_assert_true ((doc == NULL) == duplicate);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_rows ();
  g_test_add_func ("/json/parse/nodes", test_nodes);
  g_test_add_func ("/json/parse/types", test_types);
  g_test_add_func ("/json/parse/references", test_references);
  g_test_add_func ("/json/parse/depth", test_depth);
  g_test_add_func ("/json/parse/own-depth", test_own_depth);
  g_test_add_data_func ("/json/parse/too-deep/513", GUINT_TO_POINTER (513), test_too_deep);
  g_test_add_data_func ("/json/parse/too-deep/1000000", GUINT_TO_POINTER (1000000), test_too_deep);
  g_test_add_func ("/json/parse/many-names", test_many_names);
  g_test_add_func ("/json/parse/random-names", test_random_names);
  return g_test_run ();
}
