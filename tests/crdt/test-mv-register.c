/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-lone.h"
#include "truce-mv-register.h"

static void
set (TruceMvRegister *reg,
     const char      *text,
     guint64          time,
     guint64          replica)
{
  g_autoptr(GError) error = NULL;

  truce_mv_register_set_text (reg, text, &(TruceStamp) { time, replica }, &error);
  g_assert_no_error (error);
}

static void
merge (TruceMvRegister *reg,
       TruceMvRegister *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (reg), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

/* All values, from late to early, with a space between; also those of what is decoded again. */
static void
assert_values (TruceMvRegister *reg,
               const char      *expected)
{
  g_autoptr(GBytes) bytes = truce_crdt_encode (TRUCE_CRDT (reg), NULL);
  g_autoptr(TruceMvRegister) again = truce_mv_register_new_from_bytes (bytes, NULL);
  TruceMvRegister *both[] = { reg, again };

  for (guint k = 0; k < 2; k++)
    {
      g_autoptr(GString) values = g_string_new (NULL);

      for (guint i = 0; i < truce_mv_register_get_n_values (both[k]); i++)
        {
          g_autofree char *text = truce_mv_register_dup_text (both[k], i);

          g_string_append_printf (values, "%s%s", i > 0 ? " " : "", text);
        }
      g_assert_cmpstr (values->str, ==, expected);
    }
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (reg), TRUCE_CRDT (again), NULL));
}

static void
test_empty (void)
{
  g_autoptr(TruceMvRegister) reg = truce_mv_register_new ();
  g_autoptr(JsonNode) json = truce_crdt_to_json (TRUCE_CRDT (reg), NULL);

  assert_values (reg, "");
  g_assert_null (truce_mv_register_get (reg, 0));
  g_assert_null (truce_mv_register_dup_text (reg, 0));
  g_assert_null (truce_mv_register_dup_stamp (reg, 0));
  g_assert_true (json_node_is_null (json));
}

/* 62. All that nobody has seen are kept; a write that has seen them takes their place. */
static void
test_apart (void)
{
  g_autoptr(TruceMvRegister) a = truce_mv_register_new ();
  g_autoptr(TruceMvRegister) b = truce_mv_register_new ();
  g_autoptr(TruceMvRegister) c = truce_mv_register_new ();
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(TruceStamp) stamp = NULL;

  set (a, "0", 1, 1);
  merge (b, a);
  merge (c, a);
  set (a, "1", 4, 1);
  set (b, "[2]", 3, 2);
  set (c, "\"three\"", 4, 3);
  merge (a, b);
  assert_values (a, "1 [2]");
  merge (a, c);
  assert_values (a, "\"three\" 1 [2]");
  node = truce_crdt_to_json (TRUCE_CRDT (a), NULL);
  g_assert_cmpstr (json_node_get_string (node), ==, "three");
  stamp = truce_mv_register_dup_stamp (a, 2);
  g_assert_cmpuint (stamp->replica, ==, 2);
  g_assert_null (truce_mv_register_get (a, 3));

  set (b, "4", 5, 2);           /* has seen its own alone */
  merge (a, b);
  assert_values (a, "4 \"three\" 1");
  set (a, "5", 6, 1);
  merge (b, a);
  assert_values (b, "5");
}

/* Equal values are one to whoever reads, at the place of the latest; either writer replaces its own. */
static void
test_equal (void)
{
  g_autoptr(TruceMvRegister) a = truce_mv_register_new ();
  g_autoptr(TruceMvRegister) b = truce_mv_register_new ();
  g_autoptr(TruceMvRegister) c = truce_mv_register_new ();
  g_autoptr(TruceStamp) stamp = NULL;

  set (a, "{\"x\":1, \"y\":2}", 1, 1);
  set (b, "7", 2, 2);
  set (c, "{\"y\":2.0,\"x\":1}", 3, 3);
  merge (a, b);
  merge (a, c);
  assert_values (a, "{\"x\":1,\"y\":2} 7");
  stamp = truce_mv_register_dup_stamp (a, 0);
  g_assert_cmpuint (stamp->time, ==, 3);
  set (c, "8", 4, 3);
  merge (a, c);
  assert_values (a, "8 7 {\"x\":1,\"y\":2}");
}

static void
test_node (void)
{
  g_autoptr(TruceMvRegister) reg = truce_mv_register_new ();
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_VALUE);
  g_autoptr(JsonNode) bad = json_node_new (JSON_NODE_VALUE);
  g_autoptr(JsonNode) got = NULL;
  g_autoptr(GError) error = NULL;

  json_node_set_string (node, "caf\xc3\xa9");
  json_node_set_string (bad, "\xff");
  g_assert_true (truce_mv_register_set (reg, node, &(TruceStamp) { 1, 1 }, &error));
  g_assert_no_error (error);
  g_assert_false (truce_mv_register_set (reg, bad, &(TruceStamp) { 2, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (truce_mv_register_set_text (reg, "[1,]", &(TruceStamp) { 2, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  got = truce_mv_register_get (reg, 0);
  g_assert_cmpstr (json_node_get_string (got), ==, "caf\xc3\xa9");
}

static void
test_too_large (void)
{
  g_autoptr(TruceMvRegister) reg = truce_mv_register_new ();
  g_autofree char *text = g_strnfill (16 * 1024 * 1024 + 1, '1');
  g_autoptr(GError) error = NULL;

  text[0] = '"';
  text[16 * 1024 * 1024] = '"';
  g_assert_false (truce_mv_register_set_text (reg, text, &(TruceStamp) { 1, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  assert_values (reg, "");
}

static void
test_stamps (void)
{
  g_autoptr(TruceMvRegister) reg = truce_mv_register_new ();
  g_autoptr(GError) error = NULL;

  set (reg, "1", 5, 1);
  set (reg, "2", 5, 1);
  assert_values (reg, "2");
  g_assert_false (truce_mv_register_set_text (reg, "3", &(TruceStamp) { 5, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  set (reg, "4", 1, 2);
  assert_values (reg, "4");
}

/* 70. Old values leave nothing behind in the bytes, */
static void
test_size (void)
{
  g_autoptr(TruceMvRegister) reg = truce_mv_register_new ();
  g_autofree char *long_text = g_strnfill (10000, '7');
  g_autoptr(GBytes) bytes = NULL;

  for (guint i = 1; i < 3000; i++)
    {
      set (reg, i % 2 == 0 ? "1" : long_text, i, i % 3 + 1);
      if (i % 500 == 0)
        assert_values (reg, "1");
    }
  set (reg, "1", 3000, 1);
  bytes = truce_crdt_encode (TRUCE_CRDT (reg), NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 200);
}

/* and nothing in memory. */
static void
test_memory (void)
{
  TruceLone lone;
  g_autofree char *text = g_strnfill (1000, '7');

  truce_lone_init (&lone, TRUCE_FORMAT_MV_REGISTER, TRUCE_SHAPE_MULTI);
  for (guint i = 1; i < 2000; i++)
    {
      truce_lone_set (&lone, (TruceSlice) { text, 1000 }, (TruceStamp) { i, i % 3 + 1 });
      g_assert_cmpuint (truce_json_arena_size (lone.arena), <, 100 * 1024);
    }
  truce_lone_clear (&lone);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/mv-register/empty", test_empty);
  g_test_add_func ("/mv-register/apart", test_apart);
  g_test_add_func ("/mv-register/equal", test_equal);
  g_test_add_func ("/mv-register/node", test_node);
  g_test_add_func ("/mv-register/too-large", test_too_large);
  g_test_add_func ("/mv-register/stamps", test_stamps);
  g_test_add_func ("/mv-register/size", test_size);
  g_test_add_func ("/mv-register/memory", test_memory);
  return g_test_run ();
}
