/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

static const char whole[] =
  "{\"fields\":{\"tags\":\"set\",\"title\":{\"kind\":\"register\",\"rule\":\"later\"},\"/items/*/n\":\"max\","
  "\"/**/price\":{\"rule\":\"min\"},\"/a~1b\":\"counter\",\"free\":{}},"
  "\"delete\":\"delete-wins\",\"resolver\":\"prefer-remote\",\"references\":{\"project\":\"projects\"}}";

static const char limits[] =
  "{\"fields\":{\"title\":{\"kind\":\"register\",\"rule\":\"later\",\"type\":\"string\",\"required\":true,\"max-size\":200,"
  "\"pattern\":\"^[A-Z]\"},\"due\":{\"type\":\"integer\",\"nullable\":true},\"/items/*/n\":{\"max-size\":7}},"
  "\"indexes\":[\"due\",\"a b\"],\"search\":[\"title\",\"notes\"],\"max-size\":1000,\"max-fields\":12}";

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

/* What values may be. */
static void
test_read_limits (void)
{
  static const char *const indexes[] = { "due", "a b", NULL };
  static const char *const search[] = { "title", "notes", NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (limits, &error);

  g_assert_no_error (error);
  g_assert_cmpint (truce_schema_get_rule (schema, "/title"), ==, TRUCE_RULE_LATER);
  g_assert_cmpint (truce_schema_get_field_type (schema, "/title"), ==, TRUCE_FIELD_TYPE_STRING);
  g_assert_false (truce_schema_is_nullable (schema, "/title"));
  g_assert_true (truce_schema_is_required (schema, "title"));
  g_assert_cmpuint (truce_schema_get_max_size (schema, "/title"), ==, 200);
  g_assert_cmpstr (truce_schema_get_pattern (schema, "/title"), ==, "^[A-Z]");
  g_assert_cmpint (truce_schema_get_field_type (schema, "/due"), ==, TRUCE_FIELD_TYPE_INTEGER);
  g_assert_true (truce_schema_is_nullable (schema, "/due"));
  g_assert_false (truce_schema_is_required (schema, "due"));
  g_assert_cmpuint (truce_schema_get_max_size (schema, "/items/3/n"), ==, 7);
  g_assert_cmpint (truce_schema_get_field_type (schema, "/x"), ==, TRUCE_FIELD_TYPE_ANY);
  g_assert_true (truce_schema_is_nullable (schema, "/x"));
  g_assert_cmpuint (truce_schema_get_max_size (schema, "/x"), ==, 0);
  g_assert_null (truce_schema_get_pattern (schema, "/x"));
  g_assert_cmpstrv (truce_schema_get_indexes (schema), indexes);
  g_assert_cmpstrv (truce_schema_get_search_fields (schema), search);
  g_assert_cmpuint (truce_schema_get_max_record_size (schema), ==, 1000);
  g_assert_cmpuint (truce_schema_get_max_fields (schema), ==, 12);
}

static void
test_defaults (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();

  g_assert_cmpuint (truce_schema_get_max_record_size (schema), ==, 1024 * 1024);
  g_assert_cmpuint (truce_schema_get_max_fields (schema), ==, 10000);
  g_assert_null (truce_schema_get_indexes (schema)[0]);
  g_assert_null (truce_schema_get_search_fields (schema)[0]);
}

/* Each thing that is said of a field is looked up apart, and the last one holds. */
static void
test_limits_override (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();

  g_assert_true (truce_schema_set_type (schema, "/**", TRUCE_FIELD_TYPE_NUMBER, TRUE, NULL));
  g_assert_true (truce_schema_set_max_size (schema, "/**", 9, NULL));
  g_assert_true (truce_schema_set_type (schema, "a", TRUCE_FIELD_TYPE_STRING, FALSE, NULL));
  g_assert_true (truce_schema_set_pattern (schema, "a", "x", NULL));
  g_assert_true (truce_schema_set_pattern (schema, "a", "y", NULL));
  g_assert_true (truce_schema_set_required (schema, "a", TRUE, NULL));
  g_assert_true (truce_schema_set_required (schema, "/a", FALSE, NULL));
  g_assert_cmpint (truce_schema_get_field_type (schema, "/a"), ==, TRUCE_FIELD_TYPE_STRING);
  g_assert_false (truce_schema_is_nullable (schema, "/a"));
  g_assert_cmpuint (truce_schema_get_max_size (schema, "/a"), ==, 9);
  g_assert_cmpstr (truce_schema_get_pattern (schema, "/a"), ==, "y");
  g_assert_false (truce_schema_is_required (schema, "a"));
  g_assert_true (truce_schema_is_nullable (schema, "/b/c"));
}

/* Adding a name again changes nothing; 64 is enough. */
static void
test_indexes (void)
{
  g_autoptr(TruceSchema) schema = truce_schema_new ();
  g_autoptr(GError) error = NULL;

  for (int i = 0; i < 64; i++)
    {
      g_autofree char *name = g_strdup_printf ("f%d", i);

      g_assert_true (truce_schema_add_index (schema, name, NULL));
      g_assert_true (truce_schema_add_index (schema, name, NULL));
    }
  g_assert_cmpuint (g_strv_length ((char **) truce_schema_get_indexes (schema)), ==, 64);
  g_assert_false (truce_schema_add_index (schema, "g", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA);
  g_assert_true (truce_schema_add_index (schema, "f0", NULL));
  g_assert_null (truce_schema_get_search_fields (schema)[0]);
}

/* What is written reads back as the same. */
static void
test_round_trip (gconstpointer text)
{
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (text, NULL);
  g_autoptr(JsonNode) first = truce_schema_to_json (schema);
  g_autoptr(TruceSchema) again = truce_schema_new_from_json (first, NULL);
  g_autoptr(JsonNode) second = truce_schema_to_json (again);

  g_assert_true (json_node_equal (first, second));
  g_assert_cmpint (truce_schema_get_kind (again, "/items/7/n"), ==, truce_schema_get_kind (schema, "/items/7/n"));
  g_assert_cmpuint (truce_schema_get_max_size (again, "/items/7/n"), ==,
                    truce_schema_get_max_size (schema, "/items/7/n"));
  g_assert_cmpstr (truce_schema_get_pattern (again, "/title"), ==, truce_schema_get_pattern (schema, "/title"));
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
  { "unknown-type", "{\"fields\":{\"a\":{\"type\":\"int\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/type" },
  { "nullable-alone", "{\"fields\":{\"a\":{\"nullable\":true}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "nullable-number", "{\"fields\":{\"a\":{\"type\":\"string\",\"nullable\":1}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/nullable" },
  { "nullable-set", "{\"fields\":{\"a\":{\"kind\":\"set\",\"type\":\"array\",\"nullable\":true}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "counter-string", "{\"fields\":{\"a\":{\"kind\":\"counter\",\"type\":\"string\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a" },
  { "required-string", "{\"fields\":{\"a\":{\"required\":\"yes\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/required" },
  { "required-pattern", "{\"fields\":{\"/a/b\":{\"required\":true}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/~1a~1b" },
  { "required-wildcard", "{\"fields\":{\"/*\":{\"required\":true}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/~1*" },
  { "max-size-zero", "{\"fields\":{\"a\":{\"max-size\":0}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/max-size" },
  { "max-size-huge", "{\"fields\":{\"a\":{\"max-size\":4294967296}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/max-size" },
  { "max-size-half", "{\"fields\":{\"a\":{\"max-size\":1.5}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/max-size" },
  { "pattern-number", "{\"fields\":{\"a\":{\"pattern\":1}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a/pattern" },
  { "pattern-open", "{\"fields\":{\"a\":{\"pattern\":\"a[\"}}}", TRUCE_ERROR_INVALID_SCHEMA, "at /fields/a: not a regular expression" },
  { "record-size", "{\"max-size\":0}", TRUCE_ERROR_INVALID_SCHEMA, "at /max-size" },
  { "record-fields", "{\"max-fields\":\"many\"}", TRUCE_ERROR_INVALID_SCHEMA, "at /max-fields" },
  { "indexes-object", "{\"indexes\":{}}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes" },
  { "index-number", "{\"indexes\":[\"a\",1]}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes/1" },
  { "index-pattern", "{\"indexes\":[\"/a\"]}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes/0" },
  { "index-quote", "{\"indexes\":[\"a\\\"b\"]}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes/0" },
  { "index-backslash", "{\"indexes\":[\"a\\\\b\"]}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes/0" },
  { "index-control", "{\"indexes\":[\"a\\u001fb\"]}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes/0" },
  { "index-empty", "{\"indexes\":[\"\"]}", TRUCE_ERROR_INVALID_SCHEMA, "at /indexes/0" },
  { "search-null", "{\"search\":[null]}", TRUCE_ERROR_INVALID_SCHEMA, "at /search/0" },
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
  g_test_add_func ("/schema/read-limits", test_read_limits);
  g_test_add_func ("/schema/defaults", test_defaults);
  g_test_add_func ("/schema/limits-override", test_limits_override);
  g_test_add_func ("/schema/indexes", test_indexes);
  g_test_add_data_func ("/schema/round-trip/kinds", whole, test_round_trip);
  g_test_add_data_func ("/schema/round-trip/limits", limits, test_round_trip);
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
