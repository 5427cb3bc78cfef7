/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Strings, decoded and written; the canonical form. */

#include "random-json.h"

static TruceJsonDoc *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (text, -1, &error);

  g_assert_no_error (error);
  return doc;
}

static const struct
{
  const char *path;
  const char *string;
  const char *written;
} strings[] = {
  { "empty", "", "\"\"" },
  { "plain", "plain", "\"plain\"" },
  { "quote", "a\"b", "\"a\\\"b\"" },
  { "backslash", "\\", "\"\\\\\"" },
  { "slash", "/", "\"/\"" },
  { "short-escapes", "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
  { "controls", "\001\037", "\"\\u0001\\u001f\"" },
  { "delete", "\177", "\"\177\"" },
  { "utf-8", "\303\251\360\237\231\202", "\"\303\251\360\237\231\202\"" },
  { "line-separator", "\342\200\250", "\"\342\200\250\"" },
};

static void
test_string (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GString) written = g_string_new (NULL);
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autofree char *again = NULL;

  truce_json_write_string (written, strings[row].string, -1);
  g_assert_cmpstr (written->str, ==, strings[row].written);

  doc = parse (written->str);
  again = truce_json_dup_string (doc, 0);
  g_assert_cmpstr (again, ==, strings[row].string);
  g_assert_true (truce_json_string_is (doc, 0, strings[row].string));
  g_assert_false (truce_json_string_is (doc, 0, "something else"));
}

static void
test_string_length (void)
{
  g_autoptr(GString) written = g_string_new (NULL);

  truce_json_write_string (written, "a\nbc", 3);
  g_assert_cmpstr (written->str, ==, "\"a\\nb\"");
}

static void
test_string_is (void)
{
  g_autoptr(TruceJsonDoc) doc = parse ("[\"a\\u00e9\\ud83d\\ude42\\/\", \"\"]");

  g_assert_true (truce_json_string_is (doc, 1, "a\303\251\360\237\231\202/"));
  g_assert_false (truce_json_string_is (doc, 1, "a\303\251\360\237\231\202"));
  g_assert_false (truce_json_string_is (doc, 1, "a\303\251\360\237\231\202/b"));
  g_assert_false (truce_json_string_is (doc, 1, "a"));
  g_assert_false (truce_json_string_is (doc, 1, ""));
  g_assert_true (truce_json_string_is (doc, 2, ""));
  g_assert_false (truce_json_string_is (doc, 2, "a"));
}

/* Ascending by UTF-16 code units, the strings of a row equal. */
static void
test_string_order (void)
{
  static const char *const order[] = {
    "\"\"", "\"\\n\"", "\"1\"", "\"1a\"", "\"a\"", "\"\\u0061\\u0062\"", "\"b\"", "\"\\u007f\"",
    "\"\302\200\"",
    "\"\303\266\"", "\"\342\202\254\"", "\"\355\237\277\"", "\"\\ud800\\udc00\"", "\"\360\237\230\200\"",
    "\"\364\217\277\277\"", "\"\\ue000\"", "\"\357\254\263\"", "\"\357\254\263a\"", "\"\357\277\277\"",
  };

  for (int i = 0; i < (int) G_N_ELEMENTS (order); i++)
    for (int k = 0; k < (int) G_N_ELEMENTS (order); k++)
      {
        g_autoptr(TruceJsonDoc) a = parse (order[i]);
        g_autoptr(TruceJsonDoc) b = parse (order[k]);

        g_assert_cmpint (truce_json_string_compare (a, 0, b, 0), ==, (i > k) - (i < k));
      }
}

/* RFC 8785, section 3.2.2, but for the number that it would round. */
static void
test_rfc_8785 (void)
{
  g_autoptr(TruceJsonDoc) doc = parse ("{\n"
                                       "  \"numbers\": [333333333.33333329, 1E30, 4.50,\n"
                                       "              2e-3, 0.000000000000000000000000001],\n"
                                       "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c"
                                       "\\\\\\\"\\/\",\n"
                                       "  \"literals\": [null, true, false]\n"
                                       "}");
  g_autoptr(GString) canonical = g_string_new (NULL);

  truce_json_write_canonical (canonical, doc, 0);
  g_assert_cmpstr (canonical->str, ==,
                   "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                   "\"string\":\"\342\202\254$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

/* Many members, in each order: radix sort and merge sort must agree on it. */
static void
test_member_order (gconstpointer beginning)
{
  for (guint n = 1; n < 2000; n = n * 3 + 1)
    {
      g_autoptr(GString) text = g_string_new ("{");
      g_autoptr(GString) canonical = g_string_new (NULL);
      g_autoptr(TruceJsonDoc) doc = NULL;
      g_autoptr(TruceJsonDoc) sorted = NULL;

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s\"%s%x\":1", i > 0 ? "," : "", (const char *) beginning,
                                i * 2654435761u);
      g_string_append_c (text, '}');
      doc = parse (text->str);
      truce_json_write_canonical (canonical, doc, 0);
      sorted = parse (canonical->str);

      g_assert_cmpuint (truce_json_n_children (sorted, 0), ==, n);
      for (guint32 i = 1; i + 2 < sorted->n_nodes; i += 2)
        g_assert_cmpint (truce_json_string_compare (sorted, i, sorted, i + 2), <, 0);
      g_assert_true (truce_json_equal (doc, 0, sorted, 0));
    }
}

static void
test_fixed_point (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < random_rounds (2000); i++)
    {
      RandomStyle style = random_style (rand);
      g_autofree char *text = random_text (rand, &style, 20);
      g_autoptr(TruceJsonDoc) doc = parse (text);
      g_autoptr(TruceJsonDoc) again = NULL;
      g_autoptr(GString) canonical = g_string_new (NULL);
      g_autoptr(GString) canonical_again = g_string_new (NULL);

      truce_json_write_canonical (canonical, doc, 0);
      again = parse (canonical->str);
      truce_json_write_canonical (canonical_again, again, 0);
      g_assert_cmpstr (canonical->str, ==, canonical_again->str);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      g_autofree char *path = g_strconcat ("/json/writer/string/", strings[i].path, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_string);
    }
  g_test_add_func ("/json/writer/string-length", test_string_length);
  g_test_add_func ("/json/writer/string-is", test_string_is);
  g_test_add_func ("/json/writer/string-order", test_string_order);
  g_test_add_func ("/json/writer/rfc-8785", test_rfc_8785);
  g_test_add_data_func ("/json/writer/member-order/plain", "", test_member_order);
  g_test_add_data_func ("/json/writer/member-order/prefix", "a common prefix ", test_member_order);
  g_test_add_data_func ("/json/writer/member-order/escape", "\\u00e9", test_member_order);
  g_test_add_data_func ("/json/writer/member-order/beyond-bmp", "\360\237\231\202", test_member_order);
  g_test_add_func ("/json/writer/fixed-point", test_fixed_point);
  return g_test_run ();
}
