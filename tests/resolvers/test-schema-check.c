/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-schema-private.h"

#define ROUNDS_QUICK 300

static TruceSchema *
make_schema (const char *text)
{
  g_autoptr(GError) error = NULL;
  TruceSchema *schema = truce_schema_new_from_text (text, &error);

  g_assert_no_error (error);
  truce_schema_seal (schema);
  return schema;
}

/* ---- a table: a schema, a record, and what the message says; NULL: it may be so ---- */

#define INVALID TRUCE_ERROR_INVALID_DATA
#define LARGE TRUCE_ERROR_TOO_LARGE

static const struct
{
  const char *name;
  const char *schema;
  const char *record;
  const char *message;
  int code;
} rows[] = {
  { "nothing-said", "{}", "{\"a\":null,\"b\":{\"c\":[]}}", NULL, 0 },
  { "no-object", "{}", "[]", "record “id” of “task”: a record is", INVALID },

  { "counter", "{'fields':{'n':'counter'}}", "{\"n\":-9223372036854775808}", NULL, 0 },
  { "counter-spelled", "{'fields':{'n':'counter'}}", "{\"n\":1.0e1}", NULL, 0 },
  { "counter-half", "{'fields':{'n':'counter'}}", "{\"n\":0.5}", "record “id” of “task”, at /n: a counter", INVALID },
  { "counter-beyond", "{'fields':{'n':'counter'}}", "{\"n\":9223372036854775808}", "at /n: a counter", INVALID },
  { "counter-string", "{'fields':{'n':'counter'}}", "{\"n\":\"1\"}", "at /n: a counter", INVALID },
  { "counter-null", "{'fields':{'n':'counter'}}", "{\"n\":null}", "at /n: a counter", INVALID },
  { "counter-absent", "{'fields':{'n':'counter'}}", "{}", NULL, 0 },
  { "set", "{'fields':{'s':'set'}}", "{\"s\":[1,\"1\",true,false,null,\"a\",2]}", NULL, 0 },
  { "set-empty", "{'fields':{'s':'set'}}", "{\"s\":[]}", NULL, 0 },
  { "set-twice", "{'fields':{'s':'set'}}", "{\"s\":[\"a\",\"b\",\"\\u0061\"]}", "at /s: a set", INVALID },
  { "set-numbers", "{'fields':{'s':'set'}}", "{\"s\":[10,1e1]}", "at /s: a set", INVALID },
  { "set-many-twice", "{'fields':{'s':'set'}}", "{\"s\":[1,2,3,4,5,6,7,8,9,10,11,null,1.0]}", "at /s: a set", INVALID },
  { "set-many", "{'fields':{'s':'set'}}", "{\"s\":[1,2,3,4,5,6,7,8,9,10,11,null,\"1\"]}", NULL, 0 },
  { "set-of-arrays", "{'fields':{'s':'set'}}", "{\"s\":[1,[]]}", "at /s: a set", INVALID },
  { "set-object", "{'fields':{'s':'set'}}", "{\"s\":{}}", "at /s: a set", INVALID },
  { "map", "{'fields':{'m':'map'}}", "{\"m\":{}}", NULL, 0 },
  { "map-array", "{'fields':{'m':'map'}}", "{\"m\":[]}", "at /m: a map", INVALID },
  { "list", "{'fields':{'l':'list'}}", "{\"l\":[1,1]}", NULL, 0 },
  { "list-string", "{'fields':{'l':'list'}}", "{\"l\":\"x\"}", "at /l: a list", INVALID },
  { "text", "{'fields':{'t':'text'}}", "{\"t\":\"\"}", NULL, 0 },
  { "text-null", "{'fields':{'t':'text'}}", "{\"t\":null}", "at /t: a text", INVALID },
  { "flag", "{'fields':{'f':'flag'}}", "{\"f\":false}", NULL, 0 },
  { "flag-number", "{'fields':{'f':'flag'}}", "{\"f\":0}", "at /f: a flag", INVALID },
  { "max-string", "{'fields':{'m':'max'}}", "{\"m\":\"a\"}", NULL, 0 },
  { "max-number", "{'fields':{'m':'max'}}", "{\"m\":1e300}", NULL, 0 },
  { "max-boolean", "{'fields':{'m':'max'}}", "{\"m\":true}", "at /m: max and min", INVALID },
  { "min-null", "{'fields':{'m':'min'}}", "{\"m\":null}", "at /m: max and min", INVALID },
  { "free-kinds", "{'fields':{'a':'register','b':'multi-register','c':'immutable','d':'local'}}",
    "{\"a\":null,\"b\":[],\"c\":null,\"d\":{}}", NULL, 0 },

  { "string", "{'fields':{'a':{'type':'string'}}}", "{\"a\":\"x\"}", NULL, 0 },
  { "string-null", "{'fields':{'a':{'type':'string'}}}", "{\"a\":null}", "at /a: its type must be string", INVALID },
  { "string-nullable", "{'fields':{'a':{'type':'string','nullable':true}}}", "{\"a\":null}", NULL, 0 },
  { "string-number", "{'fields':{'a':{'type':'string','nullable':true}}}", "{\"a\":1}", "string or null", INVALID },
  { "number", "{'fields':{'a':{'type':'number'}}}", "{\"a\":0.5}", NULL, 0 },
  { "number-boolean", "{'fields':{'a':{'type':'number'}}}", "{\"a\":true}", "must be number", INVALID },
  { "integer", "{'fields':{'a':{'type':'integer'}}}", "{\"a\":5.0}", NULL, 0 },
  { "integer-half", "{'fields':{'a':{'type':'integer'}}}", "{\"a\":0.5}", "must be integer", INVALID },
  { "boolean", "{'fields':{'a':{'type':'boolean'}}}", "{\"a\":true}", NULL, 0 },
  { "boolean-string", "{'fields':{'a':{'type':'boolean'}}}", "{\"a\":\"true\"}", "must be boolean", INVALID },
  { "array", "{'fields':{'a':{'type':'array'}}}", "{\"a\":[]}", NULL, 0 },
  { "array-object", "{'fields':{'a':{'type':'array'}}}", "{\"a\":{}}", "must be array", INVALID },
  { "object", "{'fields':{'a':{'type':'object'}}}", "{\"a\":{}}", NULL, 0 },
  { "object-array", "{'fields':{'a':{'type':'object'}}}", "{\"a\":[]}", "must be object", INVALID },
  { "any", "{'fields':{'a':{'type':'any'}}}", "{\"a\":null}", NULL, 0 },

  { "required", "{'fields':{'a':{'required':true},'b':{'required':true}}}", "{\"b\":1,\"a\":null}", NULL, 0 },
  { "required-absent", "{'fields':{'a':{'required':true},'b/c':{'required':true}}}", "{\"a\":1,\"x\":2}",
    "at /b~1c: it is required", INVALID },
  { "required-escaped", "{'fields':{'a':{'required':true}}}", "{\"\\u0061\":1}", NULL, 0 },
  { "required-no-more", "{'fields':{'a':{'required':true},'/a':{'required':false}}}", "{}", NULL, 0 },

  { "size-string", "{'fields':{'a':{'max-size':3}}}", "{\"a\":\"\\u00e9x\"}", NULL, 0 },
  { "size-string-more", "{'fields':{'a':{'max-size':3}}}", "{\"a\":\"\\u00e9\\u00e9\"}", "at /a: more than 3 bytes", LARGE },
  { "size-number", "{'fields':{'a':{'max-size':3}}}", "{\"a\":1.0}", NULL, 0 },
  { "size-number-more", "{'fields':{'a':{'max-size':3}}}", "{\"a\":1.00}", "at /a: more than 3 bytes", LARGE },
  { "size-space", "{'fields':{'a':{'max-size':15}}}", "{\"a\":[ 1 , {\"b\" : [] } , {} ]}", NULL, 0 },
  { "size-space-more", "{'fields':{'a':{'max-size':14}}}", "{\"a\":[ 1 , {\"b\" : [] } , {}]}", "at /a: more", LARGE },
  { "size-record", "{'max-size':13}", "{ \"a\" : [1,2] }", NULL, 0 },
  { "size-record-more", "{'max-size':12}", "{\"a\":[1,20]}", NULL, 0 },
  { "size-record-less", "{'max-size':11}", "{\"a\":[1,20]}", "“task”: more than 11 bytes", LARGE },
  { "fields", "{'max-fields':2}", "{\"a\":{\"x\":1,\"y\":2},\"b\":0}", NULL, 0 },
  { "fields-more", "{'max-fields':2}", "{\"a\":1,\"b\":2,\"c\":3}", "“task”: more than 2 fields", LARGE },

  { "pattern", "{'fields':{'a':{'pattern':'^[A-Z]'}}}", "{\"a\":\"Xy\"}", NULL, 0 },
  { "pattern-escaped", "{'fields':{'a':{'pattern':'^[A-Z]$'}}}", "{\"a\":\"\\u0041\"}", NULL, 0 },
  { "pattern-no", "{'fields':{'a':{'pattern':'^[A-Z]'}}}", "{\"a\":\"xY\"}", "at /a: it does not match", INVALID },
  { "pattern-anywhere", "{'fields':{'a':{'pattern':'[A-Z]'}}}", "{\"a\":\"xY\"}", NULL, 0 },
  { "pattern-unicode", "{'fields':{'a':{'pattern':'^.$'}}}", "{\"a\":\"\xc3\xa9\"}", NULL, 0 },
  { "pattern-number", "{'fields':{'a':{'pattern':'x'}}}", "{\"a\":1}", NULL, 0 },
  { "pattern-own-limit", "{'fields':{'a':{'pattern':'(*LIMIT_MATCH=4000000000)^(a+)+$'}}}",
    "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}", "at /a: whether it matches", INVALID },
  { "pattern-slow", "{'fields':{'a':{'pattern':'^(a+)+$'}}}", "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}",
    "at /a: whether it matches", INVALID },

  { "deep", "{'fields':{'/items/*/n':'counter'}}", "{\"items\":[{\"n\":1},{\"n\":2}]}", NULL, 0 },
  { "deep-wrong", "{'fields':{'/items/*/n':'counter'}}", "{\"x\":0,\"items\":[{\"n\":1},{\"m\":0,\"n\":\"2\"}]}",
    "at /items/1/n: a counter", INVALID },
  { "deep-scalar", "{'fields':{'/items/*/n':'counter'}}", "{\"items\":7}", NULL, 0 },
  { "deep-any", "{'fields':{'/**/n':{'type':'number'}}}", "{\"a\":[{\"b\":{\"n\":null}}]}", "at /a/0/b/n: its type", INVALID },
  { "deep-any-top", "{'fields':{'/**/n':{'type':'number'}}}", "{\"a\":1,\"n\":\"\"}", "at /n: its type", INVALID },
  { "deep-second", "{'fields':{'/a/b':'flag','/c/d':'flag'}}", "{\"a\":{\"b\":true},\"c\":{\"d\":1}}", "at /c/d: a flag", INVALID },
  { "deep-escaped", "{'fields':{'/a~1b/c~0d':'flag'}}", "{\"a/b\":{\"c~d\":1}}", "at /a~1b/c~0d: a flag", INVALID },
  { "any-field", "{'fields':{'/*':{'max-size':2},'b':{'max-size':3}}}", "{\"b\":100,\"a\":10}", NULL, 0 },
  { "any-field-more", "{'fields':{'/*':{'max-size':2},'b':{'max-size':3}}}", "{\"b\":100,\"a\":100}", "at /a: more", LARGE },
  { "any-field-last", "{'fields':{'b':{'max-size':3},'/*':{'max-size':2}}}", "{\"b\":100}", "at /b: more", LARGE },
  { "record-itself", "{'fields':{'/**':{'max-size':10}}}", "{\"b\":100,\"c\":1}", "“task”: more than 10", LARGE },
  { "shown", "{'fields':{'/*':'flag'}}", "{\"a\\u001b[31m\":1}", "at /a\\u001b[31m: a flag", INVALID },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *text = g_strdelimit (g_strdup (rows[i].schema), "'", '"');
  g_autoptr(TruceSchema) schema = make_schema (text);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (rows[i].record, -1, &error);

  g_assert_no_error (error);
  g_assert_true (truce_schema_check (schema, "task", "id", doc, &error) == (rows[i].message == NULL));
  if (rows[i].message == NULL)
    return;
  g_assert_error (error, TRUCE_ERROR, rows[i].code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, rows[i].message));
}

/* ---- the table of fields says what the walk says ---- */

static void
test_field_table (void)
{
  g_autoptr(TruceSchema) schema =
    make_schema ("{\"fields\":{\"/*\":{\"max-size\":5},\"a\":\"set\",\"/b/c\":\"map\",\"/d/e\":{\"max-size\":1},\"/f\":{\"rule\":\"max\"}}}");
  const TruceSchemaField *a = truce_schema_field (schema, "a", 1);
  const TruceSchemaField *b = truce_schema_field (schema, "bx", 1);
  const TruceSchemaField *d = truce_schema_field (schema, "d", 1);
  const TruceSchemaField *other = truce_schema_field (schema, "none", 4);

  g_assert_true (a->rules.has_kind && a->rules.kind == TRUCE_KIND_SET && a->rules.max_size == 5);
  g_assert_false (a->kinds_below || a->checks_below);
  g_assert_false (b->rules.has_kind);
  g_assert_cmpint (b->rules.kind, ==, TRUCE_KIND_REGISTER);
  g_assert_true (b->kinds_below && b->checks_below);
  g_assert_true (!d->kinds_below && d->checks_below);
  g_assert_true (other->name == NULL && other->rules.max_size == 5 && !other->checks_below);
  g_assert_cmpint (truce_schema_field (schema, "f", 1)->rules.rule, ==, TRUCE_RULE_MAX);
}

static void
test_field_unnamed (void)
{
  g_autoptr(TruceSchema) nothing = make_schema ("{}");
  g_autoptr(TruceSchema) schema = make_schema ("{\"fields\":{\"a\":\"set\"}}");
  g_autoptr(TruceSchema) root = make_schema ("{\"fields\":{\"\":{\"max-size\":9}}}");

  g_assert_null (truce_schema_field (nothing, "a", 1));
  g_assert_null (truce_schema_field (schema, "b", 1));
  g_assert_null (truce_schema_field (schema, "", 0));
  g_assert_null (truce_schema_field (root, "a", 1));
  g_assert_cmpuint (truce_schema_root (root)->rules.max_size, ==, 9);
}

static char *
random_pattern (void)
{
  static const char *const tokens[] = { "a", "b", "c", "*", "**" };
  GString *pattern = g_string_new (NULL);
  int n = g_test_rand_int_range (0, 4);

  for (int i = 0; i < n; i++)
    g_string_append_printf (pattern, "/%s", tokens[g_test_rand_int_range (0, G_N_ELEMENTS (tokens))]);
  return g_string_free (pattern, FALSE);
}

/* Random patterns: for each name the table has the kind and the size that a walk finds. */
static void
test_field_random (void)
{
  static const char *const names[] = { "a", "b", "c", "d", "" };

  for (int round = 0; round < ROUNDS_QUICK; round++)
    {
      g_autoptr(TruceSchema) schema = truce_schema_new ();
      int n = g_test_rand_int_range (0, 8);

      for (int i = 0; i < n; i++)
        {
          g_autofree char *pattern = random_pattern ();

          if (g_test_rand_bit ())
            truce_schema_set_kind (schema, pattern, g_test_rand_int_range (0, TRUCE_KIND_LOCAL + 1), NULL);
          else
            truce_schema_set_max_size (schema, pattern, (guint64) g_test_rand_int_range (1, 9), NULL);
        }
      truce_schema_seal (schema);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          const TruceSchemaField *field = truce_schema_field (schema, names[i], strlen (names[i]));
          g_autofree char *pointer = g_strconcat ("/", names[i], NULL);

          g_assert_cmpint (field != NULL ? field->rules.kind : TRUCE_KIND_REGISTER, ==,
                           truce_schema_get_kind (schema, pointer));
          g_assert_cmpuint (field != NULL ? field->rules.max_size : 0, ==, truce_schema_get_max_size (schema, pointer));
        }
    }
}

/* A schema in use can't change. */
static void
test_sealed (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr(TruceSchema) schema = make_schema ("{}");

      g_log_set_always_fatal (G_LOG_FATAL_MASK);
      truce_schema_seal (schema);
      g_assert_false (truce_schema_set_kind (schema, "a", TRUCE_KIND_SET, NULL));
      g_assert_false (truce_schema_set_rule (schema, "a", TRUCE_RULE_MAX, NULL));
      g_assert_false (truce_schema_set_reference (schema, "a", "b", NULL));
      g_assert_false (truce_schema_set_type (schema, "a", TRUCE_FIELD_TYPE_STRING, FALSE, NULL));
      g_assert_false (truce_schema_set_required (schema, "a", TRUE, NULL));
      g_assert_false (truce_schema_set_max_size (schema, "a", 1, NULL));
      g_assert_false (truce_schema_set_pattern (schema, "a", "x", NULL));
      g_assert_false (truce_schema_add_index (schema, "a", NULL));
      g_assert_false (truce_schema_add_search_field (schema, "a", NULL));
      truce_schema_set_delete_rule (schema, TRUCE_DELETE_RULE_DELETE_WINS);
      truce_schema_set_strategy (schema, TRUCE_STRATEGY_DEFER);
      truce_schema_set_max_record_size (schema, 1);
      truce_schema_set_max_fields (schema, 1);
      g_assert_cmpint (truce_schema_get_delete_rule (schema), ==, TRUCE_DELETE_RULE_NONE);
      g_assert_cmpuint (truce_schema_get_max_fields (schema), ==, 10000);
      g_assert_null (truce_schema_get_indexes (schema)[0]);
      return;
    }
  g_setenv ("G_DEBUG", "", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*truce_schema_set_max_fields*sealed*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/schema-check/", rows[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
    }
  g_test_add_func ("/schema-check/field/table", test_field_table);
  g_test_add_func ("/schema-check/field/unnamed", test_field_unnamed);
  g_test_add_func ("/schema-check/field/random", test_field_random);
  g_test_add_func ("/schema-check/sealed", test_sealed);
  return g_test_run ();
}
