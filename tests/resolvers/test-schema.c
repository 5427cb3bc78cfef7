/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

static const char whole[] =
  "{\"fields\":{\"tags\":\"set\",\"title\":{\"kind\":\"register\",\"rule\":\"later\"},\"/items/*/n\":\"max\","
  "\"/**/price\":{\"rule\":\"min\"},\"/a~1b\":\"counter\",\"free\":{}},"
  "\"delete\":\"delete-wins\",\"resolver\":\"prefer-remote\",\"references\":{\"project\":\"projects\"}}";

static void
test_read (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (whole, &error);

  g_assert_no_error (error);
  g_assert_cmpint (truce_schema_get_kind (schema, "/tags"), ==, TRUCE_KIND_SET);
  g_assert_cmpint (truce_schema_get_kind (schema, "/title"), ==, TRUCE_KIND_REGISTER);
  g_assert_cmpint (truce_schema_get_rule (schema, "/title"), ==, TRUCE_RULE_LATER);
  g_assert_cmpint (truce_schema_get_kind (schema, "/items/7/n"), ==, TRUCE_KIND_MAX);
  g_assert_cmpint (truce_schema_get_kind (schema, "/items/7/8/n"), ==, TRUCE_KIND_REGISTER);
  g_assert_cmpint (truce_schema_get_rule (schema, "/price"), ==, TRUCE_RULE_MIN);
  g_assert_cmpint (truce_schema_get_rule (schema, "/x/y/z/price"), ==, TRUCE_RULE_MIN);
  g_assert_cmpint (truce_schema_get_rule (schema, "/price/x"), ==, TRUCE_RULE_NONE);
  g_assert_cmpint (truce_schema_get_kind (schema, "/a~1b"), ==, TRUCE_KIND_COUNTER);
  g_assert_cmpint (truce_schema_get_delete_rule (schema), ==, TRUCE_DELETE_RULE_DELETE_WINS);
  g_assert_cmpint (truce_schema_get_strategy (schema), ==, TRUCE_STRATEGY_PREFER_REMOTE);
  g_assert_cmpstr (truce_schema_get_reference (schema, "project"), ==, "projects");
  g_assert_null (truce_schema_get_reference (schema, "tags"));
}

/* What is written reads back as the same. */
static void
test_round_trip (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (whole, NULL);
  g_autoptr(JsonNode) first = truce_schema_to_json (schema);
  g_autoptr(TruceSchema) again = truce_schema_new_from_json (first, NULL);
  g_autoptr(JsonNode) second = truce_schema_to_json (again);

  g_assert_true (json_node_equal (first, second));
  g_assert_cmpint (truce_schema_get_kind (again, "/items/7/n"), ==, TRUCE_KIND_MAX);
}

/* ---- wrong schemas: the code, and the place that the message names ---- */

static const struct
{
  const char *name;
  const char *text;
  int code;
  const char *place;
} wrong[] = {
  { "not-json", "{\"fields\":}", TRUCE_ERROR_INVALID_DATA, "1:" },
  { "not-an-object", "[]", TRUCE_ERROR_INVALID_SCHEMA, "at the top" },
  { "unknown-key", "{\"felds\":{}}", TRUCE_ERROR_INVALID_SCHEMA, "felds" },
  { "fields-no-object", "{\"fields\":[]}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields" },
  { "unknown-kind", "{\"fields\":{\"a/b\":\"sett\"}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a~1b" },
  { "kind-number", "{\"fields\":{\"a\":1}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "kind-null", "{\"fields\":{\"a\":null}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "unknown-field-key", "{\"fields\":{\"a\":{\"knd\":\"set\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "unknown-rule", "{\"fields\":{\"a\":{\"rule\":\"latest\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/rule" },
  { "rule-of-a-counter", "{\"fields\":{\"a\":{\"kind\":\"counter\",\"rule\":\"max\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "bad-pattern", "{\"fields\":{\"/a~2\":\"set\"}}", TRUCE_ERROR_INVALID_SCHEMA, "~2" },
  { "unknown-delete", "{\"delete\":\"never\"}", TRUCE_ERROR_INVALID_SCHEMA, "at /delete" },
  { "unknown-resolver", "{\"resolver\":\"magic\"}", TRUCE_ERROR_INVALID_SCHEMA, "at /resolver" },
  { "resolver-number", "{\"resolver\":1}", TRUCE_ERROR_INVALID_SCHEMA, "at /resolver" },
  { "reference-number", "{\"references\":{\"a\":1}}", TRUCE_ERROR_INVALID_SCHEMA, "at /references/a" },
  { "reference-empty", "{\"references\":{\"a\":\"\"}}", TRUCE_ERROR_INVALID_SCHEMA, "at /references/a" },
};

static void
test_wrong (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_schema_new_from_text (wrong[i].text, &error));
  g_assert_error (error, TRUCE_ERROR, wrong[i].code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, wrong[i].place));
}

/* What is unknown is shown so that it can't do anything to a terminal or a log. */
static void
test_shown_names (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_schema_new_from_text ("{\"a\\u001b[31m\\n\\u202ex\":1}", &error));
  g_assert_null (strchr (error->message, '\033'));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_null (strstr (error->message, "\xe2\x80\xae"));
}

static void
test_later_entries_hold (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();

  g_assert_true (truce_schema_set_rule (schema, "/**", TRUCE_RULE_OURS, NULL));
  g_assert_true (truce_schema_set_kind (schema, "a", TRUCE_KIND_LIST, NULL));
  g_assert_true (truce_schema_set_rule (schema, "a", TRUCE_RULE_THEIRS, NULL));
  g_assert_cmpint (truce_schema_get_rule (schema, "/a"), ==, TRUCE_RULE_THEIRS);
  g_assert_cmpint (truce_schema_get_kind (schema, "/a"), ==, TRUCE_KIND_LIST);
  g_assert_cmpint (truce_schema_get_rule (schema, "/b"), ==, TRUCE_RULE_OURS);
  g_assert_cmpint (truce_schema_get_rule (schema, ""), ==, TRUCE_RULE_OURS);
}

/* Many "**" in one pattern: no number of them makes a walk slow. */
static void
test_many_wildcards (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  g_autoptr(GString) pattern = g_string_new (NULL);
  g_autoptr(GString) pointer = g_string_new (NULL);

  for (int i = 0; i < 100; i++)
    g_string_append (pattern, "/**/a");
  for (int i = 0; i < 400; i++)
    g_string_append (pointer, "/a");
  g_assert_true (truce_schema_set_kind (schema, pattern->str, TRUCE_KIND_SET, NULL));
  g_assert_cmpint (truce_schema_get_kind (schema, pointer->str), ==, TRUCE_KIND_SET);
  g_string_append (pointer, "/b");
  g_assert_cmpint (truce_schema_get_kind (schema, pointer->str), ==, TRUCE_KIND_REGISTER);
}

static void
test_notify (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  guint n = 0;

  g_signal_connect_swapped (schema, "notify::delete-rule", G_CALLBACK (g_atomic_int_inc), &n);
  g_object_set (schema, "delete-rule", TRUCE_DELETE_RULE_LATER_WINS, NULL);
  truce_schema_set_delete_rule (schema, TRUCE_DELETE_RULE_LATER_WINS);
  g_assert_cmpuint (n, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/read", test_read);
  g_test_add_func ("/schema/round-trip", test_round_trip);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strconcat ("/schema/wrong/", wrong[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_wrong);
    }
  g_test_add_func ("/schema/shown-names", test_shown_names);
  g_test_add_func ("/schema/later-entries-hold", test_later_entries_hold);
  g_test_add_func ("/schema/many-wildcards", test_many_wildcards);
  g_test_add_func ("/schema/notify", test_notify);
  return g_test_run ();
}
