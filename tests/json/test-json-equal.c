/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Equality by value, and hashes that follow it. */

#include "random-json.h"

static TruceJsonDoc *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (text, -1, &error);

  g_assert_no_error (error);
  return doc;
}

/* Both ways, without hashes and with them. */
static void
check (const char *text_a,
       const char *text_b,
       gboolean    wanted)
{
  g_autoptr(TruceJsonDoc) a = parse (text_a);
  g_autoptr(TruceJsonDoc) b = parse (text_b);

  g_assert_cmpint (truce_json_equal (a, 0, b, 0), ==, wanted);
  g_assert_cmpint (truce_json_equal (b, 0, a, 0), ==, wanted);
  truce_json_doc_hash (a);
  g_assert_cmpint (truce_json_equal (a, 0, b, 0), ==, wanted);
  truce_json_doc_hash (b);
  g_assert_cmpint (truce_json_equal (a, 0, b, 0), ==, wanted);
  if (wanted)
    g_assert_cmpuint (a->hashes[0], ==, b->hashes[0]);
}

static const struct
{
  const char *path;
  const char *a;
  const char *b;
  gboolean equal;
} pairs[] = {
  { "null", "null", " null ", TRUE },
  { "null-false", "null", "false", FALSE },
  { "true-false", "true", "false", FALSE },
  { "zero-false", "0", "false", FALSE },
  { "one-text", "1", "\"1\"", FALSE },
  { "one-one-point-zero", "1", "1.0", TRUE },
  { "integer-exponent", "[100]", "[1e2]", TRUE },
  { "minus-zero", "0", "-0.0", TRUE },
  { "beyond-2-53", "9007199254740992", "9007199254740993", FALSE },
  { "beyond-int64", "18446744073709551615", "18446744073709551616", FALSE },
  { "escape", "\"\\u0061\\/\\n\"", "\"a/\\u000a\"", TRUE },
  { "pair", "\"\\ud83d\\ude42\"", "\"\360\237\231\202\"", TRUE },
  { "normal-form", "\"\303\251\"", "\"e\314\201\"", FALSE },
  { "case", "\"a\"", "\"A\"", FALSE },
  { "prefix", "\"a\"", "\"ab\"", FALSE },
  { "empty-array-object", "[]", "{}", FALSE },
  { "array-order", "[1,2]", "[2,1]", FALSE },
  { "array-length", "[1,2]", "[1,2,3]", FALSE },
  { "array-nesting", "[[1],2]", "[1,[2]]", FALSE },
  { "array-space", "[1,2]", "[ 1\n, 2.0 ]", TRUE },
  { "member-order", "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1.0}", TRUE },
  { "member-order-deep", "[{\"a\":{\"x\":1,\"y\":2},\"b\":3}]", "[{\"b\":3,\"a\":{\"y\":2,\"x\":1}}]", TRUE },
  { "member-value", "{\"a\":1,\"b\":2}", "{\"b\":1,\"a\":2}", FALSE },
  { "member-name", "{\"a\":1}", "{\"b\":1}", FALSE },
  { "member-missing", "{\"a\":1,\"b\":null}", "{\"a\":1}", FALSE },
  { "member-spelling", "{\"\\u0061\":1,\"b\":2}", "{\"b\":2,\"a\":1}", TRUE },
  { "member-swap", "{\"a\":{\"b\":1}}", "{\"b\":{\"a\":1}}", FALSE },
};

static void
test_pair (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  check (pairs[row].a, pairs[row].b, pairs[row].equal);
}

static void
append_member (GString *text,
               guint    i)
{
  g_string_append_printf (text, "%s\"name %u\":[%u]", text->len > 1 ? "," : "", i, i);
}

static void
test_many_members (void)
{
  const guint n = 100000;
  g_autoptr(GString) ascending = g_string_new ("{");
  g_autoptr(GString) descending = g_string_new ("{");

  for (guint i = 0; i < n; i++)
    {
      append_member (ascending, i);
      append_member (descending, n - 1 - i);
    }
  g_string_append_c (ascending, '}');
  g_string_append_c (descending, '}');

  check (ascending->str, descending->str, TRUE);
}

/* A value's hash is that of the same value alone, wherever it stands. */
static void
test_inner_hashes (void)
{
  g_autoptr(TruceJsonDoc) doc = parse ("{\"a\": [1, \"\\u0062\"], \"b\": [1.0, \"b\"]}");

  truce_json_doc_hash (doc);
  g_assert_cmpuint (doc->hashes[2], ==, doc->hashes[6]);
  g_assert_cmpuint (doc->hashes[4], ==, doc->hashes[5]);
  g_assert_cmpuint (doc->hashes[1], !=, doc->hashes[5]);
  g_assert_true (truce_json_equal (doc, 2, doc, 6));
  g_assert_false (truce_json_equal (doc, 2, doc, 4));
}

/* Documents of few values, so that many are equal: they are where their canonical forms are. */
static void
test_random (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  guint n_equal = 0;

  for (guint i = 0; i < random_rounds (1000); i++)
    {
      RandomStyle style = random_style (rand);
      g_autofree char *text_a = random_text (rand, &style, i % 4);
      g_autofree char *text_b = random_text (rand, &style, i % 4);
      g_autoptr(TruceJsonDoc) a = parse (text_a);
      g_autoptr(TruceJsonDoc) b = parse (text_b);
      g_autoptr(GString) canonical_a = g_string_new (NULL);
      g_autoptr(GString) canonical_b = g_string_new (NULL);
      gboolean wanted;

      truce_json_write_canonical (canonical_a, a, 0);
      truce_json_write_canonical (canonical_b, b, 0);
      wanted = g_string_equal (canonical_a, canonical_b);
      n_equal += wanted;
      check (text_a, text_b, wanted);
      check (text_a, canonical_a->str, TRUE);
    }
  g_test_message ("%u pairs were equal", n_equal);
}

/* Equal hashes decide nothing: these are made equal by hand. */
static void
test_hash_collision (void)
{
  g_autoptr(TruceJsonDoc) a = parse ("[1]");
  g_autoptr(TruceJsonDoc) b = parse ("[2]");

  truce_json_doc_hash (a);
  truce_json_doc_hash (b);
  for (guint32 i = 0; i < a->n_nodes; i++)
    a->hashes[i] = b->hashes[i] = 7;
  g_assert_false (truce_json_equal (a, 0, b, 0));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *path = g_strconcat ("/json/equal/", pairs[i].path, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_pair);
    }
  g_test_add_func ("/json/equal/many-members", test_many_members);
  g_test_add_func ("/json/equal/inner-hashes", test_inner_hashes);
  g_test_add_func ("/json/equal/hash-collision", test_hash_collision);
  g_test_add_func ("/json/equal/random", test_random);
  return g_test_run ();
}
