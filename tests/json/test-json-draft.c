/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drafts: what a merge changed is written, and nothing else moves. */

#include <string.h>

#include "random-json.h"

static TruceJsonDoc *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (text, -1, &error);

  if (doc == NULL)
    g_test_message ("%s", text);
  g_assert_no_error (error);
  return doc;
}

/* ---- a table: what a document becomes when a value is written into it ---- */

static TruceJsonDraft *draft_towards (TruceJsonArena     *arena,
                                      const TruceJsonDoc *layout,
                                      guint32             node,
                                      const TruceJsonDoc *target,
                                      guint32             value);

/* Members in the order of target, but for those that the layout has: these stay in its order. */
static TruceJsonDraft *
object_towards (TruceJsonArena     *arena,
                const TruceJsonDoc *layout,
                guint32             node,
                const TruceJsonDoc *target,
                guint32             value)
{
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));

  for (guint32 i = value + 1; i < target->nodes[value].next; i = target->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (target, i);
      guint32 home = truce_json_member (layout, node, name);
      TruceJsonChild child = { target, i, NULL, home };

      if (home != TRUCE_JSON_NONE)
        {
          child.name_doc = layout;
          child.name = home - 1;
          child.value = draft_towards (arena, layout, home, target, i + 1);
        }
      else
        child.value = truce_json_draft_value (arena, target, i + 1);
      g_array_append_val (children, child);
    }

  return truce_json_draft_container (arena, TRUCE_JSON_DRAFT_OBJECT, layout, node,
                                     (TruceJsonChild *) children->data, children->len);
}

/* Elements that are equal stay; the others are new. */
static TruceJsonDraft *
array_towards (TruceJsonArena     *arena,
               const TruceJsonDoc *layout,
               guint32             node,
               const TruceJsonDoc *target,
               guint32             value)
{
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));
  guint32 next_home = node + 1;

  for (guint32 i = value + 1; i < target->nodes[value].next; i = target->nodes[i].next)
    {
      guint32 end = layout->nodes[node].next;
      guint32 home = next_home;
      TruceJsonChild child = { NULL, TRUCE_JSON_NONE, NULL, TRUCE_JSON_NONE };

      while (home < end && !truce_json_equal (layout, home, target, i))
        home = layout->nodes[home].next;
      if (home < end)
        {
          next_home = layout->nodes[home].next;
          child.home = home;
          child.value = truce_json_draft_value (arena, layout, home);
        }
      else
        child.value = truce_json_draft_value (arena, target, i);
      g_array_append_val (children, child);
    }

  return truce_json_draft_container (arena, TRUCE_JSON_DRAFT_ARRAY, layout, node,
                                     (TruceJsonChild *) children->data, children->len);
}

static TruceJsonDraft *
draft_towards (TruceJsonArena     *arena,
               const TruceJsonDoc *layout,
               guint32             node,
               const TruceJsonDoc *target,
               guint32             value)
{
  TruceJsonType type = truce_json_type (layout, node);

  if (truce_json_equal (layout, node, target, value))
    return truce_json_draft_value (arena, layout, node);
  if (type != truce_json_type (target, value) || type < TRUCE_JSON_ARRAY)
    return truce_json_draft_value (arena, target, value);

  return type == TRUCE_JSON_OBJECT ? object_towards (arena, layout, node, target, value)
                                   : array_towards (arena, layout, node, target, value);
}

static const struct
{
  const char *path;
  const char *layout;
  const char *target;
  const char *result;
} edits[] = {
  /* one scalar */
  { "scalar/keeps-the-rest", "\n{ \"a\" :1 ,\t\"b\":\n[ 1.0,2e0 ] }\n\n", "{\"a\":2,\"b\":[1,2]}",
    "\n{ \"a\" :2 ,\t\"b\":\n[ 1.0,2e0 ] }\n\n" },
  { "scalar/keeps-its-spelling", "[1, \"\303\251\"]", "[1.50, \"\303\251\"]", "[1.50, \"\303\251\"]" },
  { "scalar/name-keeps-its-spelling", "{\"\\u0061\": 1}", "{\"a\":2}", "{\"\\u0061\": 2}" },
  { "scalar/root", " 1\n", "\"b\"", " \"b\"\n" },

  /* lines: removed */
  { "lines/remove-first", "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"c\": 3\n}", "{\"b\":2,\"c\":3}",
    "{\n  \"b\": 2,\n  \"c\": 3\n}" },
  { "lines/remove-middle", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "{\"a\":1,\"c\":3}",
    "{\n  \"a\": 1,\n  \"c\": 3\n}\n" },
  { "lines/remove-last", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\"a\":1}", "{\n  \"a\": 1\n}\n" },
  { "lines/remove-all", "{\n  \"a\": [\n    1\n  ]\n}\n", "{\"a\":[]}", "{\n  \"a\": []\n}\n" },

  /* lines: added */
  { "lines/add-first", "{\n  \"b\": 2\n}\n", "{\"a\":1,\"b\":2}", "{\n  \"a\": 1,\n  \"b\": 2\n}\n" },
  { "lines/add-middle", "{\n  \"a\": 1,\n\n  \"c\": 3\n}", "{\"a\":1,\"b\":2,\"c\":3}",
    "{\n  \"a\": 1,\n  \"b\": 2,\n\n  \"c\": 3\n}" },
  { "lines/add-last", "{\n  \"a\" : 1\n}\n", "{\"a\":1,\"b\":2}", "{\n  \"a\" : 1,\n  \"b\" : 2\n}\n" },
  { "lines/add-into-empty", "{\n    \"a\": {}\n}\n",
    "{\"a\":{\"b\":1}}", "{\n    \"a\": {\n        \"b\": 1\n    }\n}\n" },
  { "lines/add-into-empty-array", "{\n\t\"a\": [ ]\n}\n",
    "{\"a\":[1,2]}", "{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t]\n}\n" },
  { "lines/add-short-into-empty", "{\n  \"a\": [],\n  \"b\": 1\n}", "{\n  \"a\": [1, 2],\n  \"b\": 1\n}",
    "{\n  \"a\": [1, 2],\n  \"b\": 1\n}" },
  { "lines/array-on-one-line", "{\n  \"a\": [1, 2],\n  \"b\": 3\n}", "{\"a\":[1,2,4],\"b\":3}",
    "{\n  \"a\": [1, 2, 4],\n  \"b\": 3\n}" },
  { "lines/single-becomes-two", "{\n  \"a\": [1]\n}", "{\"a\":[1,2]}", "{\n  \"a\": [1, 2]\n}" },
  { "lines/replace-only", "[\n  1\n]\n", "[2]", "[\n  2\n]\n" },
  { "lines/comma-first", "[ 1\n, 2\n]", "[1,2,3]", "[ 1\n, 2\n, 3\n]" },
  { "lines/comma-first-removes", "[ 1\n, 2\n]", "[2]", "[ 2\n]" },

  /* one line */
  { "one-line/remove-first", "{\"a\": 1, \"b\": 2}", "{\"b\":2}", "{\"b\": 2}" },
  { "one-line/remove-last", "[ 1, 2 ]", "[1]", "[ 1 ]" },
  { "one-line/add-first", "[ 1, 2 ]", "[0,1,2]", "[ 0, 1, 2 ]" },
  { "one-line/add-last", "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2,\"c\":{}}", "{\"a\":1,\"b\":2,\"c\":{}}" },
  { "one-line/add-second", "{\"a\": 1}", "{\"a\":1,\"b\":2}", "{\"a\": 1, \"b\": 2}" },
  { "one-line/add-second-compact", "{\"a\":1}", "{\n  \"a\": 1,\n  \"b\": 2\n}", "{\"a\":1,\"b\":2}" },
  { "one-line/lines-are-joined", "[1, 2]",
    "[1,2,{\n  \"a\": [\n    1,\n    2\n  ]\n}]", "[1, 2, {\"a\": [1, 2]}]" },
  { "one-line/into-empty", "{\"a\": {}}\n", "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\": {\"b\": 1, \"c\": 2}}\n" },

  /* what comes from elsewhere */
  { "foreign/keeps-its-spelling", "{\n  \"a\": 1\n}", "{\"a\":1,\"b\":{ \"c\" :1.0,\"d\":\"\\u00e9\" }}",
    "{\n  \"a\": 1,\n  \"b\": { \"c\" :1.0,\"d\":\"\\u00e9\" }\n}" },
  { "foreign/is-indented", "{\n  \"x\": {\n    \"a\": 1\n  }\n}", "{\"x\":{\"a\":1,\"b\":[\n  2\n]}}",
    "{\n  \"x\": {\n    \"a\": 1,\n    \"b\": [\n      2\n    ]\n  }\n}" },
  { "foreign/tabs-become-spaces", "{\n  \"a\": 1\n}",
    "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": [\n\t\t\t2\n\t\t]\n\t}\n}",
    "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [\n      2\n    ]\n  }\n}" },
  { "foreign/spaces-become-tabs", "{\n\t\"a\": 1\n}",
    "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": 2\n    }\n}",
    "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": 2\n\t}\n}" },
  { "foreign/four-become-two", "[\n  1\n]",
    "[\n    1,\n    [\n        2\n    ]\n]", "[\n  1,\n  [\n    2\n  ]\n]" },
  { "foreign/odd-colon-is-kept", "{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"b\":  2,\n  \"c\": 3\n}",
    "{\n  \"a\": 1,\n  \"b\":  2,\n  \"c\": 3\n}" },
  { "foreign/odd-indentation-is-kept", "{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"b\": [\n\t\t2\n\t]\n}",
    "{\n  \"a\": 1,\n  \"b\": [\n\t\t2\n\t]\n}" },
  { "foreign/line-ends", "[\r\n  1\r\n]\r\n", "[\n  1,\n  [\n    2,\n\n    3\n  ]\n]\n",
    "[\r\n  1,\r\n  [\r\n    2,\r\n\r\n    3\r\n  ]\r\n]\r\n" },
  { "foreign/whole", "{}\n",
    "{\n   \"a\": {\n      \"b\": 1\n   }\n}", "{\n   \"a\": {\n      \"b\": 1\n   }\n}\n" },
  { "foreign/type-changes", "{\n\t\"a\": [\n\t\t1\n\t]\n}\n", "{\n  \"a\": {\n    \"b\": 1\n  }\n}",
    "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n" },
};

static void
test_edit (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(TruceJsonDoc) layout = parse (edits[row].layout);
  g_autoptr(TruceJsonDoc) target = parse (edits[row].target);
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GString) result = g_string_new (NULL);

  truce_json_draft_write (draft_towards (arena, layout, 0, target, 0), layout, result);
  g_assert_cmpstr (result->str, ==, edits[row].result);
}

/* ---- random ---- */

/* The text of a draft is JSON, and equals the draft's value. */
static void
check_draft (TruceJsonDraft *draft,
             TruceJsonDoc   *layout)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) wanted = g_string_new (NULL);
  g_autoptr(GString) found = g_string_new (NULL);
  g_autoptr(TruceJsonDoc) doc = NULL;

  truce_json_draft_write (draft, layout, text);
  truce_json_draft_write_canonical (draft, wanted);
  doc = parse (text->str);
  truce_json_write_canonical (found, doc, 0);
  if (strcmp (found->str, wanted->str) != 0)
    g_test_message ("%s", text->str);
  g_assert_cmpstr (found->str, ==, wanted->str);
}

static void
test_random (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < random_rounds (1000); i++)
    {
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      TruceJsonDoc *docs[3];

      for (guint k = 0; k < G_N_ELEMENTS (docs); k++)
        {
          RandomStyle style = random_style (rand);
          g_autofree char *text = random_text (rand, &style, 15);

          docs[k] = parse (text);
        }

      for (guint k = 0; k < 5; k++)
        check_draft (random_draft (rand, arena, docs, G_N_ELEMENTS (docs)), docs[0]);
      for (guint k = 0; k < G_N_ELEMENTS (docs); k++)
        truce_json_doc_unref (docs[k]);
    }
}

static void
test_identity (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < random_rounds (1000); i++)
    {
      RandomStyle style = random_style (rand);
      g_autofree char *text = random_text (rand, &style, 30);
      g_autoptr(TruceJsonDoc) doc = parse (text);
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      g_autoptr(GString) out = g_string_new (NULL);

      truce_json_draft_write (identity_draft (arena, doc, 0), doc, out);
      g_assert_cmpstr (out->str, ==, text);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autofree char *path = g_strconcat ("/json/draft/edit/", edits[i].path, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_edit);
    }
  g_test_add_func ("/json/draft/random", test_random);
  g_test_add_func ("/json/draft/identity", test_identity);
  return g_test_run ();
}
