/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

/* Three-way merges, a row each. Text in, text out: so that formatting shows. NULL: absent. */
typedef struct
{
  const char *name;
  const char *schema;           /* NULL: none */
  const char *base;
  const char *ours;
  const char *theirs;
  const char *expected;
  const char *conflicts;        /* their pointers, a space between; "" none */
} Row;

static const Row rows[] = {
  /* what one side changed, what both made equal */
  { "one-side/ours", NULL, "{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "{\"a\":2}", "" },
  { "one-side/theirs", NULL, "{\"a\":1}", "{\"a\":1}", "{\"a\":2}", "{\"a\":2}", "" },
  { "one-side/both-alike", NULL, "{\"a\":1}", "{\"a\":2}", "{\"a\":2.0}", "{\"a\":2}", "" },
  { "one-side/different-members", NULL, "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":2}", "" },
  { "one-side/both-add-members", NULL, "{}", "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}", "" },
  { "one-side/deep", NULL, "{\"a\":{\"b\":{\"c\":1,\"d\":1}}}", "{\"a\":{\"b\":{\"c\":2,\"d\":1}}}",
    "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}", "{\"a\":{\"b\":{\"c\":2,\"d\":2}}}", "" },
  { "one-side/delete", NULL, "{\"a\":1,\"b\":1}", "{\"a\":1}", "{\"a\":1,\"b\":1}", "{\"a\":1}", "" },
  { "one-side/both-delete", NULL, "{\"a\":1,\"b\":1}", "{\"a\":1}", "{\"a\":1}", "{\"a\":1}", "" },
  { "one-side/type-change", NULL, "{\"a\":1}", "{\"a\":[1]}", "{\"a\":1}", "{\"a\":[1]}", "" },
  { "one-side/null-is-a-value", NULL, "{\"a\":1}", "{\"a\":null}", "{\"a\":1,\"b\":null}", "{\"a\":null,\"b\":null}", "" },
  { "one-side/escapes-are-spelling", NULL, "{\"a\":\"é\"}", "{\"a\":\"\\u00e9\"}", "{\"a\":\"é\",\"b\":1}",
    "{\"a\":\"\\u00e9\",\"b\":1}", "" },
  { "absent/no-base", NULL, NULL, "{\"a\":1}", "{\"b\":1}", "{\"a\":1,\"b\":1}", "" },
  { "absent/only-theirs", NULL, NULL, NULL, "{\"a\":1}", "{\"a\":1}", "" },
  { "absent/ours-deleted", NULL, "{\"a\":1}", NULL, "{\"a\":1}", NULL, "" },
  { "absent/ours-deleted-theirs-changed", NULL, "{\"a\":1}", NULL, "{\"a\":2}", NULL, "/" },
  { "absent/update-wins", "{\"delete\":\"update-wins\"}", "{\"a\":1}", NULL, "{\"a\":2}", "{\"a\":2}", "" },

  /* conflicts */
  { "conflict/scalar", NULL, "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "/a" },
  { "conflict/both-add", NULL, "{}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "/a" },
  { "conflict/types", NULL, "{\"a\":1}", "{\"a\":[]}", "{\"a\":{}}", "{\"a\":[]}", "/a" },
  { "conflict/pointer-escapes", NULL, "{\"a/b~\":1}", "{\"a/b~\":2}", "{\"a/b~\":3}", "{\"a/b~\":2}", "/a~1b~0" },
  { "conflict/several", NULL, "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":2}", "{\"a\":3,\"b\":3}", "{\"a\":2,\"b\":2}", "/a /b" },
  { "conflict/root", NULL, "1", "2", "3", "2", "/" },
  { "conflict/delete-change", NULL, "{\"a\":1}", "{}", "{\"a\":2}", "{}", "/a" },
  { "conflict/change-delete", NULL, "{\"a\":1}", "{\"a\":2}", "{}", "{\"a\":2}", "/a" },
  { "conflict/delete-change-below", NULL, "{\"a\":{\"b\":1}}", "{}", "{\"a\":{\"b\":2}}", "{}", "/a" },
  { "delete-rule/update-wins", "{\"delete\":\"update-wins\"}", "{\"a\":1}", "{}", "{\"a\":2}", "{\"a\":2}", "" },
  { "delete-rule/delete-wins", "{\"delete\":\"delete-wins\"}", "{\"a\":1}", "{\"a\":2}", "{}", "{}", "" },
  { "delete-rule/later-wins-needs-stamps", "{\"delete\":\"later-wins\"}", "{\"a\":1}", "{\"a\":2}", "{}", "{\"a\":2}", "/a" },

  /* rules */
  { "rule/ours", "{\"fields\":{\"a\":{\"rule\":\"ours\"}}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "" },
  { "rule/theirs", "{\"fields\":{\"a\":{\"rule\":\"theirs\"}}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":3}", "" },
  { "rule/theirs-deleted", "{\"fields\":{\"a\":{\"rule\":\"theirs\"}}}", "{\"a\":1}", "{\"a\":2}", "{}", "{}", "" },
  { "rule/ours-deleted", "{\"fields\":{\"a\":{\"rule\":\"ours\"}}}", "{\"a\":1}", "{}", "{\"a\":2}", "{}", "" },
  { "rule/max", "{\"fields\":{\"a\":{\"rule\":\"max\"}}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":1e1}", "{\"a\":1e1}", "" },
  { "rule/max-strings", "{\"fields\":{\"a\":{\"rule\":\"max\"}}}", "{\"a\":\"\"}", "{\"a\":\"b\"}", "{\"a\":\"a\"}", "{\"a\":\"b\"}", "" },
  { "rule/max-mixed", "{\"fields\":{\"a\":{\"rule\":\"max\"}}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":\"3\"}", "{\"a\":2}", "/a" },
  { "rule/max-large", "{\"fields\":{\"a\":{\"rule\":\"max\"}}}", "{\"a\":1}", "{\"a\":18446744073709551615}",
    "{\"a\":18446744073709551616}", "{\"a\":18446744073709551616}", "" },
  { "rule/min", "{\"fields\":{\"a\":{\"rule\":\"min\"}}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "" },
  { "rule/longest", "{\"fields\":{\"a\":{\"rule\":\"longest\"}}}", "{\"a\":\"\"}", "{\"a\":\"éé\"}", "{\"a\":\"abc\"}", "{\"a\":\"abc\"}", "" },
  { "rule/longest-tie", "{\"fields\":{\"a\":{\"rule\":\"longest\"}}}", "{\"a\":\"\"}", "{\"a\":\"éé\"}", "{\"a\":\"ab\"}", "{\"a\":\"éé\"}", "/a" },
  { "rule/highest-version", "{\"fields\":{\"a\":{\"rule\":\"highest-version\"}}}", "{\"a\":\"^1.0.0\"}", "{\"a\":\"^1.9.0\"}",
    "{\"a\":\"~1.10.0\"}", "{\"a\":\"~1.10.0\"}", "" },
  { "rule/highest-version-not-one", "{\"fields\":{\"a\":{\"rule\":\"highest-version\"}}}", "{\"a\":\"1.0.0\"}", "{\"a\":\"1.9.0\"}",
    "{\"a\":\"main\"}", "{\"a\":\"1.9.0\"}", "/a" },
  { "rule/highest-version-removed", "{\"fields\":{\"a\":{\"rule\":\"highest-version\"}}}", "{\"a\":\"^1.0.0\"}", "{\"a\":\"^1.9.0\"}",
    "{}", "{}", "" },
  { "rule/highest-version-removed-major", "{\"fields\":{\"a\":{\"rule\":\"highest-version\"}}}", "{\"a\":\"^1.0.0\"}",
    "{\"a\":\"^2.0.0\"}", "{}", "{\"a\":\"^2.0.0\"}", "/a" },
  { "rule/union", "{\"fields\":{\"a\":{\"kind\":\"register\",\"rule\":\"union\"}}}", "{\"a\":[1,2]}", "{\"a\":[1,3]}", "{\"a\":[4,1]}",
    "{\"a\":[1,3,4]}", "" },
  { "rule/later-needs-stamps", "{\"fields\":{\"a\":{\"rule\":\"later\"}}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "/a" },
  { "rule/ask", "{\"fields\":{\"/**\":{\"rule\":\"ours\"},\"a\":{\"rule\":\"ask\"}}}", "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":2}",
    "{\"a\":3,\"b\":3}", "{\"a\":2,\"b\":2}", "/a" },
  { "rule/pattern-one", "{\"fields\":{\"/a/*/n\":{\"rule\":\"max\"}}}", "{\"a\":{\"x\":{\"n\":1},\"n\":1}}",
    "{\"a\":{\"x\":{\"n\":2},\"n\":2}}", "{\"a\":{\"x\":{\"n\":3},\"n\":3}}", "{\"a\":{\"x\":{\"n\":3},\"n\":2}}", "/a/n" },
  { "rule/pattern-any", "{\"fields\":{\"/**/n\":{\"rule\":\"max\"}}}", "{\"a\":{\"x\":{\"n\":1},\"n\":1},\"n\":1,\"m\":1}",
    "{\"a\":{\"x\":{\"n\":2},\"n\":2},\"n\":2,\"m\":2}", "{\"a\":{\"x\":{\"n\":3},\"n\":3},\"n\":3,\"m\":3}",
    "{\"a\":{\"x\":{\"n\":3},\"n\":3},\"n\":3,\"m\":2}", "/m" },
  { "rule/pattern-index", "{\"fields\":{\"/a/1\":{\"rule\":\"theirs\"}}}", "{\"a\":[1,1]}", "{\"a\":[2,2]}", "{\"a\":[3,3]}",
    "{\"a\":[2,3]}", "/a/0" },

  { "rule/ask-deleted", "{\"fields\":{\"a\":{\"rule\":\"ask\"}},\"delete\":\"update-wins\"}", "{\"a\":1}", "{}", "{\"a\":2}", "{}", "/a" },

  /* kinds */
  { "kind/counter", "{\"fields\":{\"a\":\"counter\"}}", "{\"a\":5}", "{\"a\":7}", "{\"a\":4}", "{\"a\":6}", "" },
  { "kind/counter-no-base", "{\"fields\":{\"a\":\"counter\"}}", "{}", "{\"a\":7}", "{\"a\":4}", "{\"a\":11}", "" },
  { "kind/counter-alike", "{\"fields\":{\"a\":\"counter\"}}", "{\"a\":5,\"b\":1}", "{\"a\":7,\"b\":1}", "{\"a\":7,\"b\":2}",
    "{\"a\":9,\"b\":2}", "" },
  { "kind/counter-saturates", "{\"fields\":{\"a\":\"counter\"}}", "{\"a\":0}", "{\"a\":9223372036854775807}", "{\"a\":1}",
    "{\"a\":9223372036854775807}", "" },
  { "kind/counter-saturates-below", "{\"fields\":{\"a\":\"counter\"}}", "{\"a\":9223372036854775807}",
    "{\"a\":-9223372036854775808}", "{\"a\":-9223372036854775808}", "{\"a\":-9223372036854775808}", "" },
  { "kind/counter-of-strings", "{\"fields\":{\"a\":\"counter\"}}", "{\"a\":5}", "{\"a\":\"x\"}", "{\"a\":4}", "{\"a\":\"x\"}", "/a" },
  { "kind/counter-fraction", "{\"fields\":{\"a\":\"counter\"}}", "{\"a\":5}", "{\"a\":5.5}", "{\"a\":4}", "{\"a\":5.5}", "/a" },
  { "kind/set", "{\"fields\":{\"a\":\"set\"}}", "{\"a\":[\"x\",\"y\"]}", "{\"a\":[\"x\",\"z\"]}", "{\"a\":[\"y\",\"w\"]}", "{\"a\":[\"z\",\"w\"]}", "" },
  { "kind/set-one-add", "{\"fields\":{\"a\":\"set\"}}", "{\"a\":[1]}", "{\"a\":[2,1]}", "{\"a\":[1,3,2.0]}", "{\"a\":[2,1,3]}", "" },
  { "kind/set-no-base", "{\"fields\":{\"a\":\"set\"}}", "{}", "{\"a\":[1,2]}", "{\"a\":[2,3]}", "{\"a\":[1,2,3]}", "" },
  { "kind/flag", "{\"fields\":{\"a\":\"flag\"}}", "{}", "{\"a\":false}", "{\"a\":true}", "{\"a\":true}", "" },
  { "kind/flag-one-side", "{\"fields\":{\"a\":\"flag\"}}", "{\"a\":true}", "{\"a\":true}", "{\"a\":false}", "{\"a\":false}", "" },
  { "kind/max", "{\"fields\":{\"a\":\"max\"}}", "{\"a\":10}", "{\"a\":40}", "{\"a\":25}", "{\"a\":40}", "" },
  { "kind/max-lesser-changes-nothing", "{\"fields\":{\"a\":\"max\"}}", "{\"a\":10}", "{\"a\":10}", "{\"a\":5}", "{\"a\":10}", "" },
  { "kind/min", "{\"fields\":{\"a\":\"min\"}}", "{\"a\":10}", "{\"a\":4}", "{\"a\":25}", "{\"a\":4}", "" },
  { "kind/max-nested", "{\"fields\":{\"/a/*/n\":\"max\"}}", "{\"a\":[{\"n\":3}]}", "{\"a\":[{\"n\":3}]}", "{\"a\":[{\"n\":2,\"m\":1}]}",
    "{\"a\":[{\"n\":3,\"m\":1}]}", "" },
  { "kind/immutable", "{\"fields\":{\"a\":\"immutable\"}}", "{\"a\":1}", "{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "" },
  { "kind/immutable-deleted", "{\"fields\":{\"a\":\"immutable\"}}", "{\"a\":1}", "{}", "{\"a\":2}", "{\"a\":1}", "" },
  { "kind/immutable-no-base", "{\"fields\":{\"a\":\"immutable\"}}", "{}", "{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "/a" },
  { "kind/immutable-set-once", "{\"fields\":{\"a\":\"immutable\"}}", "{}", "{}", "{\"a\":2}", "{\"a\":2}", "" },
  { "kind/local", "{\"fields\":{\"a\":\"local\"}}", "{\"a\":1}", "{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "" },
  { "kind/local-absent", "{\"fields\":{\"a\":\"local\"}}", "{}", "{}", "{\"a\":2,\"b\":1}", "{\"b\":1}", "" },
  { "kind/text", "{\"fields\":{\"a\":\"text\"}}", "{\"a\":\"one two three\"}", "{\"a\":\"one 2 three\"}", "{\"a\":\"one two three four\"}",
    "{\"a\":\"one 2 three four\"}", "" },
  { "kind/text-conflict", "{\"fields\":{\"a\":\"text\"}}", "{\"a\":\"one two three\"}", "{\"a\":\"one 2 three\"}",
    "{\"a\":\"one II three four\"}", "{\"a\":\"one 2 three four\"}", "/a" },
  { "kind/register-object", "{\"fields\":{\"a\":\"register\"}}", "{\"a\":{}}", "{\"a\":{\"x\":1}}", "{\"a\":{\"y\":1}}", "{\"a\":{\"x\":1}}", "/a" },
  { "kind/multi-register", "{\"fields\":{\"a\":\"multi-register\"}}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "/a" },
  { "kind/map-of-a-string", "{\"fields\":{\"a\":\"map\"}}", "{\"a\":{}}", "{\"a\":\"x\"}", "{\"a\":{\"y\":1}}", "{\"a\":\"x\"}", "/a" },
  { "kind/last-pattern-holds", "{\"fields\":{\"/*\":\"register\",\"a\":\"counter\"}}", "{\"a\":5}", "{\"a\":7}", "{\"a\":4}", "{\"a\":6}", "" },

  /* lists */
  { "list/both-append", NULL, "[1]", "[1,2]", "[1,3]", "[1,2,3]", "" },
  { "list/both-append-same", NULL, "[1]", "[1,2]", "[1,2]", "[1,2]", "" },
  { "list/both-append-some-same", NULL, "[1]", "[1,2,3]", "[1,4,3,5]", "[1,2,4,3,5]", "" },
  { "list/both-append-same-other-order", NULL, "[]", "[1,2]", "[2,1]", "[1,2]", "" },
  { "list/both-append-repeats", NULL, "[]", "[1,2]", "[2,1,1]", "[1,1,2]", "" },
  { "list/both-append-more-repeats", NULL, "[]", "[1,2]", "[2,2,1]", "[2,1,2]", "" },
  { "list/front-and-back", NULL, "[1,2]", "[0,1,2]", "[1,2,3]", "[0,1,2,3]", "" },
  { "list/delete-and-append", NULL, "[0,1,2]", "[0,1]", "[0,1,2,3]", "[0,1,3]", "" },
  { "list/both-delete", NULL, "[1,2,3]", "[1,3]", "[1,3]", "[1,3]", "" },
  { "list/delete-neighbours", NULL, "[1,2,3,4]", "[1,3,4]", "[1,2,4]", "[1,4]", "" },
  { "list/element-both-changed", NULL, "[1,2,3]", "[1,8,3]", "[1,9,3]", "[1,8,3]", "/1" },
  { "list/objects", NULL, "[{\"a\":1,\"b\":1}]", "[{\"a\":2,\"b\":1}]", "[{\"a\":1,\"b\":2}]", "[{\"a\":2,\"b\":2}]", "" },
  { "list/delete-against-change", NULL, "[{\"a\":1},5]", "[5]", "[{\"a\":2},5]", "[5]", "/0" },
  { "list/delete-against-change-update-wins", "{\"delete\":\"update-wins\"}", "[{\"a\":1},5,6]", "[5,6]", "[{\"a\":2},5,6]", "[{\"a\":2},5,6]",
    "" },
  { "list/replace-against-more", NULL, "[1,2]", "[1,3,4]", "[1,5]", "[1,3,4,5]", "" },
  { "list/no-base", NULL, NULL, "[1,2]", "[1,3]", "[1,2,3]", "" },
  { "list/repeats", NULL, "[1,1,1]", "[1,1]", "[1,1,1,1]", "[1,1,1]", "" },
  { "list/move-and-edit", NULL, "[\"a\",\"b\",\"c\"]", "[\"c\",\"a\",\"b\"]", "[\"a\",\"b\",\"c\",\"d\"]", "[\"c\",\"a\",\"b\",\"d\"]", "" },

  /* formatting */
  { "format/indentation", NULL, "{\n  \"a\": 1,\n  \"b\": 1\n}\n", "{\n    \"a\": 1,\n    \"b\": 2\n}\n", "{\n  \"a\": 3,\n  \"b\": 1\n}\n",
    "{\n    \"a\": 3,\n    \"b\": 2\n}\n", "" },
  { "format/new-member-takes-ours", NULL, "{\n  \"a\": 1\n}\n", "{\n\t\"a\": 2\n}\n", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 1\n  }\n}\n",
    "{\n\t\"a\": 2,\n\t\"b\": {\n\t\t\"c\": 1\n\t}\n}\n", "" },
  { "format/reformatted-ours-edited-theirs", NULL, "{\"a\":{\"b\":1,\"c\":[1,2]}}", "{ \"a\": { \"c\": [ 1, 2 ], \"b\": 1.0 } }",
    "{\"a\":{\"b\":1,\"c\":[1,2,3]}}", "{ \"a\": { \"c\": [ 1, 2, 3 ], \"b\": 1.0 } }", "" },
  { "format/reformatted-array", NULL, "{\"a\":[1,2,3,4,5,6]}", "{\"a\": [1, 2, 3, 4, 5, 6]}", "{\"a\":[1,9,8,3,5,7,6]}",
    "{\"a\": [1, 9, 8, 3, 5, 7, 6]}", "" },
  { "format/member-order", NULL, "{\"a\":1,\"b\":1,\"c\":1}", "{\"c\":1,\"a\":1,\"b\":2}", "{\"a\":1,\"n\":0,\"b\":1,\"c\":9}",
    "{\"c\":9,\"a\":1,\"n\":0,\"b\":2}", "" },
  { "format/sorted-stays-sorted", NULL, "{\"a\":1,\"d\":1}", "{\"a\":1,\"c\":1,\"d\":1}", "{\"a\":1,\"b\":1,\"d\":1}",
    "{\"a\":1,\"b\":1,\"c\":1,\"d\":1}", "" },
  { "format/numbers-keep-digits", NULL, "{\"a\":1,\"b\":18446744073709551615}", "{\"a\":2,\"b\":18446744073709551615}",
    "{\"a\":1,\"b\":18446744073709551615,\"c\":1e400}", "{\"a\":2,\"b\":18446744073709551615,\"c\":1e400}", "" },
  { "format/unchanged-ours-is-theirs-to-the-byte", NULL, "{\"a\":1}", "{\"a\":1}", " { \"a\" : 2 }\r\n\r\n", " { \"a\" : 2 }\r\n\r\n", "" },
  { "format/unchanged-theirs-is-ours-to-the-byte", NULL, "{\"a\":1}", "\t{\"a\" :2e0}\n", "{ \"a\":1}", "\t{\"a\" :2e0}\n", "" },
};

static GBytes *
to_bytes (const char *text)
{
  return text != NULL ? g_bytes_new_static (text, strlen (text)) : NULL;
}

static char *
join_pointers (GListModel *conflicts)
{
  g_autoptr(GString) joined = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (conflicts, i);
      const char *pointer = truce_field_conflict_get_pointer (field);

      g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", pointer[0] != '\0' ? pointer : "/");
    }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = row->schema != NULL ? truce_schema_new_from_text (row->schema, &error) : NULL;
  g_autoptr(GBytes) base = to_bytes (row->base);
  g_autoptr(GBytes) ours = to_bytes (row->ours);
  g_autoptr(GBytes) theirs = to_bytes (row->theirs);
  g_autoptr(GBytes) merged = NULL;
  g_autoptr(GListModel) conflicts = NULL;
  g_autofree char *text = NULL;
  g_autofree char *pointers = NULL;

  g_assert_no_error (error);
  merged = truce_merge_three_way_bytes (base, ours, theirs, schema, &conflicts, &error);
  g_assert_no_error (error);
  if (merged != NULL)
    text = g_strndup (g_bytes_get_data (merged, NULL), g_bytes_get_size (merged));
  pointers = join_pointers (conflicts);

  g_assert_cmpstr (text, ==, row->expected);
  g_assert_cmpstr (pointers, ==, row->conflicts);
}

/* Without somebody to take them, conflicts are an error. */
static void
test_untaken_conflict (void)
{
  g_autoptr(GBytes) base = to_bytes ("{\"a\":1}");
  g_autoptr(GBytes) ours = to_bytes ("{\"a\":2}");
  g_autoptr(GBytes) theirs = to_bytes ("{\"a\":3}");
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_merge_three_way_bytes (base, ours, theirs, NULL, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "/a"));
}

static void
test_bad_input (void)
{
  g_autoptr(GBytes) good = to_bytes ("{}");
  g_autoptr(GBytes) bad = to_bytes ("{\n  \"a\": 01\n}");
  g_autoptr(GListModel) conflicts = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_merge_three_way_bytes (good, good, bad, NULL, &conflicts, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_true (g_str_has_prefix (error->message, "remote:2:"));
  g_assert_null (conflicts);
}

static void
test_conflict_values (void)
{
  g_autoptr(GBytes) base = to_bytes ("{\"a\":{\"n\":1}}");
  g_autoptr(GBytes) ours = to_bytes ("{}");
  g_autoptr(GBytes) theirs = to_bytes ("{\"a\":{\"n\":2.50}}");
  g_autoptr(GBytes) merged = NULL;
  g_autoptr(GListModel) conflicts = NULL;
  g_autoptr(TruceFieldConflict) field = NULL;
  g_autoptr(JsonNode) remote = NULL;
  g_autoptr(JsonNode) local = NULL;
  g_autofree char *base_text = NULL;
  g_autofree char *local_text = NULL;
  g_autofree char *remote_text = NULL;

  merged = truce_merge_three_way_bytes (base, ours, theirs, NULL, &conflicts, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 1);
  field = g_list_model_get_item (conflicts, 0);
  g_clear_object (&conflicts);  /* an item keeps what it needs */

  base_text = truce_field_conflict_dup_text (field, TRUCE_SIDE_BASE);
  local_text = truce_field_conflict_dup_text (field, TRUCE_SIDE_LOCAL);
  remote_text = truce_field_conflict_dup_text (field, TRUCE_SIDE_REMOTE);
  g_object_get (field, "remote", &remote, "local", &local, NULL);
  g_assert_cmpstr (base_text, ==, "{\"n\":1}");
  g_assert_null (local_text);
  g_assert_cmpstr (remote_text, ==, "{\"n\":2.5}");
  g_assert_null (local);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (json_node_get_object (remote), "n"), 2.5, 1e-9);
}

/* More members than are searched one by one, in three orders. */
static char *
many_members (int n,
              int step,
              int changed)
{
  g_autoptr(GString) text = g_string_new ("{");

  for (int i = 0; i < n; i++)
    {
      int member = (i * step) % n;

      g_string_append_printf (text, "%s\"m%d\":%d", i > 0 ? "," : "", member, member == changed ? -1 : member);
    }
  return g_string_free (g_string_append_c (g_steal_pointer (&text), '}'), FALSE);
}

static void
test_many_members (void)
{
  const int n = 1009;           /* a prime, so that every step visits all */
  g_autofree char *base_text = many_members (n, 1, -1);
  g_autofree char *ours_text = many_members (n, 7, 500);
  g_autofree char *theirs_text = many_members (n, 1008, 3);
  g_autoptr(GBytes) base = to_bytes (base_text);
  g_autoptr(GBytes) ours = to_bytes (ours_text);
  g_autoptr(GBytes) theirs = to_bytes (theirs_text);
  g_autoptr(GBytes) merged = NULL;
  g_autoptr(GBytes) again = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  merged = truce_merge_three_way_bytes (base, ours, theirs, NULL, NULL, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (merged, NULL), g_bytes_get_size (merged));
  node = json_from_string (text, NULL);
  g_assert_cmpuint (json_object_get_size (json_node_get_object (node)), ==, n);
  /* json-glib takes a member that stands twice; our reader does not. */
  again = truce_merge_three_way_bytes (merged, merged, merged, NULL, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%d", i);

      g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), name), ==, i == 500 || i == 3 ? -1 : i);
    }
}

/* ---- functions that decide a field ---- */

static JsonNode *
decide (const char *pointer,
        JsonNode   *base,
        JsonNode   *local,
        JsonNode   *remote,
        gpointer    data,
        GError    **error)
{
  const char *what = data;

  g_assert_cmpstr (pointer, ==, "/a");
  g_assert_nonnull (base);
  if (g_str_equal (what, "error"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no idea");
      return NULL;
    }
  return g_str_equal (what, "leave") ? NULL : json_from_string (what, NULL);
}

static char *
merge_with_function (const char  *what,
                     GListModel **conflicts,
                     GError     **error)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  g_autoptr(GBytes) base = to_bytes ("{\"a\":1}");
  g_autoptr(GBytes) ours = to_bytes ("{\"a\":2}");
  g_autoptr(GBytes) theirs = to_bytes ("{\"a\":3.0}");
  g_autoptr(GBytes) merged = NULL;

  g_assert_true (truce_schema_set_callback (schema, "a", decide, g_strdup (what), g_free, NULL));
  merged = truce_merge_three_way_bytes (base, ours, theirs, schema, conflicts, error);
  return merged != NULL ? g_strndup (g_bytes_get_data (merged, NULL), g_bytes_get_size (merged)) : NULL;
}

static void
test_function_decides (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *mixed = merge_with_function ("[2,3]", NULL, &error);
  g_autofree char *theirs = merge_with_function ("3", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (mixed, ==, "{\"a\":[2,3]}");
  /* A side's own value keeps its spelling. */
  g_assert_cmpstr (theirs, ==, "{\"a\":3.0}");
}

/* What a function gives nests no deeper than the whole document may: the result can always be read again. */
static void
test_function_gives_depth (void)
{
  g_autofree char *open = g_strnfill (512, '[');
  g_autofree char *close = g_strnfill (512, ']');
  g_autofree char *too_deep = g_strconcat (open, close, NULL);
  g_autofree char *deepest = g_strconcat (open + 1, close + 1, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *merged = merge_with_function (deepest, NULL, &error);
  g_autofree char *refused = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (merged), ==, strlen ("{\"a\":}") + 2 * 511);
  refused = merge_with_function (too_deep, NULL, &error);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_assert_null (refused);
}

static void
test_function_leaves (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) conflicts = NULL;
  g_autofree char *merged = merge_with_function ("leave", &conflicts, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (merged, ==, "{\"a\":2}");
  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 1);
}

static void
test_function_fails (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) conflicts = NULL;
  g_autofree char *merged = merge_with_function ("error", &conflicts, &error);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_null (merged);
  g_assert_null (conflicts);
}

/* ---- JSON trees instead of texts ---- */

static void
test_nodes (void)
{
  g_autoptr(JsonNode) base = json_from_string ("{\"a\":1,\"b\":1}", NULL);
  g_autoptr(JsonNode) local = json_from_string ("{\"a\":2,\"b\":1}", NULL);
  g_autoptr(JsonNode) remote = json_from_string ("{\"a\":1,\"b\":2}", NULL);
  g_autoptr(JsonNode) expected = json_from_string ("{\"a\":2,\"b\":2}", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) merged = truce_merge_three_way (base, local, remote, NULL, NULL, &error);
  g_autoptr(JsonNode) nan = json_node_init_double (json_node_alloc (), 0.0 / 0.0);
  g_autoptr(JsonNode) gone = NULL;

  g_assert_no_error (error);
  g_assert_true (json_node_equal (merged, expected));

  gone = truce_merge_three_way (base, NULL, base, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (gone);

  g_assert_null (truce_merge_three_way (base, local, nan, NULL, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions (); /* a report names every row that fails, not the first */
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/merge/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/merge/untaken-conflict", test_untaken_conflict);
  g_test_add_func ("/merge/bad-input", test_bad_input);
  g_test_add_func ("/merge/conflict-values", test_conflict_values);
  g_test_add_func ("/merge/many-members", test_many_members);
  g_test_add_func ("/merge/function/decides", test_function_decides);
  g_test_add_func ("/merge/function/depth", test_function_gives_depth);
  g_test_add_func ("/merge/function/leaves", test_function_leaves);
  g_test_add_func ("/merge/function/fails", test_function_fails);
  g_test_add_func ("/merge/nodes", test_nodes);
  return g_test_run ();
}
