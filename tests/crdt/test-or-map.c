/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What TruceOrMap says of itself. Its laws: test-or-map-laws.c; its bytes: test-crdt-format.c. */

#include "truce-or-map.h"
#include "truce-state.h"
#include "truce-version-vector-private.h"

#define A 0xaaaaaaaau
#define B 0xbbbbbbbbu

static guint64 now = 1000;

static TruceStamp
tick (guint64 replica)
{
  return (TruceStamp) { truce_time_pack (now++, 0), replica };
}

static void
set (TruceOrMap *map,
     const char *pointer,
     const char *value,
     guint64     replica)
{
  TruceStamp stamp = tick (replica);
  g_autoptr(GError) error = NULL;

  truce_or_map_set_text (map, pointer, value, &stamp, &error);
  g_assert_no_error (error);
}

static void
drop (TruceOrMap *map,
      const char *pointer,
      guint64     replica)
{
  TruceStamp stamp = tick (replica);
  g_autoptr(GError) error = NULL;

  truce_or_map_remove (map, pointer, &stamp, &error);
  g_assert_no_error (error);
}

static void
count (TruceOrMap *map,
       const char *pointer,
       gint64      amount,
       guint64     replica)
{
  TruceStamp stamp = tick (replica);
  g_autoptr(GError) error = NULL;

  truce_or_map_increment (map, pointer, amount, &stamp, &error);
  g_assert_no_error (error);
}

static void
merge (TruceOrMap *map,
       TruceOrMap *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (map), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

static void
assert_shows (TruceOrMap *map,
              const char *expected)
{
  g_autofree char *text = truce_or_map_get_text (map, "");

  g_assert_cmpstr (text, ==, expected);
}

/* ---- writing and looking ---- */

static void
test_types (void)
{
  g_autoptr(TruceOrMap) map = truce_or_map_new ();
  g_autoptr(JsonNode) x = json_from_string ("\"x\"", NULL);
  g_autoptr(JsonNode) node = NULL;
  TruceStamp stamp = tick (A);

  g_assert_true (truce_or_map_set (map, "/register", x, &stamp, NULL));
  g_assert_true (truce_or_map_set_multi (map, "/multi", x, &stamp, NULL));
  g_assert_true (truce_or_map_set_flag (map, "/flag", TRUE, &stamp, NULL));
  g_assert_true (truce_or_map_increment (map, "/counter", 5, &stamp, NULL));
  g_assert_true (truce_or_map_add (map, "/set", x, &stamp, NULL));
  g_assert_true (truce_or_map_put_set (map, "/empty~1set", &stamp, NULL));
  g_assert_true (truce_or_map_put_map (map, "/empty~0map", &stamp, NULL));
  g_assert_true (truce_or_map_increment (map, "/a/b/c", -1, &stamp, NULL));
  assert_shows (map, "{\"a\":{\"b\":{\"c\":-1}},\"counter\":5,\"empty/set\":[],\"empty~map\":{},\"flag\":true,"
                "\"multi\":\"x\",\"register\":\"x\",\"set\":[\"x\"]}");
  node = truce_or_map_get (map, "/a/b");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "c"), ==, -1);
  g_assert_null (truce_or_map_get (map, "/a/x"));
  g_assert_null (truce_or_map_get (map, "/register/x"));
  g_assert_null (truce_or_map_get (map, "no pointer"));
  g_assert_true (truce_or_map_contains (map, "/a/b/c"));
  g_assert_true (truce_or_map_contains (map, ""));
  g_assert_false (truce_or_map_contains (map, "/a/b/d"));
}

static void
count_key (const char *key,
           JsonNode   *value,
           gpointer    data)
{
  g_assert_cmpint (json_node_get_int (value), ==, g_ascii_strtoll (key, NULL, 10));
  ++*(guint *) data;
}

static void
test_keys (void)
{
  g_autoptr(TruceOrMap) map = truce_or_map_new ();
  g_auto(GStrv) keys = NULL;
  g_auto(GStrv) none = NULL;
  g_autofree char *joined = NULL;
  guint n_seen = 0;

  set (map, "/2", "2", A);
  set (map, "/10", "10", A);
  set (map, "/1", "1", A);
  drop (map, "/10", A);
  keys = truce_or_map_get_keys (map, "");
  none = truce_or_map_get_keys (map, "/1");
  joined = g_strjoinv (",", keys);
  g_assert_cmpstr (joined, ==, "1,2");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpuint (truce_or_map_get_n_keys (map, ""), ==, 2);
  g_assert_cmpuint (truce_or_map_get_n_keys (map, "/1"), ==, 0);
  truce_or_map_foreach (map, count_key, &n_seen);
  g_assert_cmpuint (n_seen, ==, 2);
}

static void
test_values (void)
{
  g_autoptr(TruceOrMap) a = truce_or_map_new ();
  g_autoptr(TruceOrMap) b = truce_or_map_new ();
  g_autoptr(JsonNode) one = json_from_string ("1", NULL);
  g_autoptr(JsonNode) two = json_from_string ("2", NULL);
  g_autoptr(GPtrArray) values = NULL;
  g_autoptr(GPtrArray) none = truce_or_map_get_values (a, "/x");
  TruceStamp early = tick (A);
  TruceStamp late = tick (B);
  TruceStamp last = tick (A);

  g_assert_cmpuint (none->len, ==, 0);
  truce_or_map_set_multi (a, "/x", one, &early, NULL);
  truce_or_map_set_multi (b, "/x", two, &late, NULL);
  merge (a, b);
  values = truce_or_map_get_values (a, "/x");
  g_assert_cmpuint (values->len, ==, 2);
  g_assert_cmpint (json_node_get_int (values->pdata[0]), ==, 2);
  g_assert_cmpint (json_node_get_int (values->pdata[1]), ==, 1);

  truce_or_map_set_multi (a, "/x", one, &last, NULL);
  g_clear_pointer (&values, g_ptr_array_unref);
  values = truce_or_map_get_values (a, "/x");
  g_assert_cmpuint (values->len, ==, 1);
}

/* ---- when edits meet ---- */

/* A removal takes what it saw: of a counter counted on meanwhile, only the news are left. */
static void
test_remove_meets_update (void)
{
  g_autoptr(TruceOrMap) a = truce_or_map_new ();
  g_autoptr(TruceOrMap) b = truce_or_map_new ();

  count (a, "/page/visits", 5, A);
  set (a, "/page/title", "\"old\"", A);
  merge (b, a);
  drop (a, "/page", A);
  count (b, "/page/visits", 2, B);
  assert_shows (a, "{}");
  merge (a, b);
  merge (b, a);
  assert_shows (a, "{\"page\":{\"visits\":2}}");
  assert_shows (b, "{\"page\":{\"visits\":2}}");
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (b), NULL));
}

/* The same value, set again, stands against a removal that has not seen it. */
static void
test_repeat_meets_remove (void)
{
  g_autoptr(TruceOrMap) a = truce_or_map_new ();
  g_autoptr(TruceOrMap) b = truce_or_map_new ();
  g_autoptr(JsonNode) x = json_from_string ("\"x\"", NULL);
  TruceStamp stamp = tick (A);

  set (a, "/r", "1", A);
  stamp = tick (A);
  truce_or_map_add (a, "/s", x, &stamp, NULL);
  merge (b, a);
  set (a, "/r", "1", A);
  stamp = tick (A);
  truce_or_map_add (a, "/s", x, &stamp, NULL);
  drop (b, "/r", B);
  stamp = tick (B);
  truce_or_map_take (b, "/s", x, &stamp, NULL);
  assert_shows (b, "{\"s\":[]}");
  merge (b, a);
  assert_shows (b, "{\"r\":1,\"s\":[\"x\"]}");
}

static void
test_types_meet (void)
{
  g_autoptr(TruceOrMap) a = truce_or_map_new ();
  g_autoptr(TruceOrMap) b = truce_or_map_new ();
  g_autoptr(GError) error = NULL;
  TruceStamp stamp;

  set (a, "/x", "1", A);
  count (b, "/x", 7, B);
  merge (a, b);
  merge (b, a);
  assert_shows (a, "{\"x\":7}");
  assert_shows (b, "{\"x\":7}");
  stamp = tick (A);
  g_assert_false (truce_or_map_set_flag (a, "/x", TRUE, &stamp, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  count (a, "/x", 1, A);
  assert_shows (a, "{\"x\":8}");
}

/* ---- what is refused ---- */

typedef struct
{
  const char *name;
  const char *pointer;
  const char *value;
  TruceError code;
} Refused;

static const Refused refused[] = {
  { "no-pointer", "x", "1", TRUCE_ERROR_INVALID_DATA },
  { "bad-escape", "/~2", "1", TRUCE_ERROR_INVALID_DATA },
  { "whole-map", "", "{}", TRUCE_ERROR_INVALID_DATA },
  { "no-map-on-the-way", "/register/x", "1", TRUCE_ERROR_INVALID_DATA },
  { "no-json", "/x", "1 2", TRUCE_ERROR_INVALID_DATA },
  { "empty-text", "/x", "", TRUCE_ERROR_INVALID_DATA },
};

static void
test_refused (gconstpointer data)
{
  const Refused *row = data;
  g_autoptr(TruceOrMap) map = truce_or_map_new ();
  g_autoptr(GError) error = NULL;
  TruceStamp stamp;

  set (map, "/register", "1", A);
  stamp = tick (A);
  g_assert_false (truce_or_map_set_text (map, row->pointer, row->value, &stamp, &error));
  g_assert_error (error, TRUCE_ERROR, (int) row->code);
  assert_shows (map, "{\"register\":1}");
}

/* Input can't make anything here recurse without bound. */
static void
test_too_deep (void)
{
  g_autoptr(TruceOrMap) map = truce_or_map_new ();
  g_autoptr(GString) pointer = g_string_new (NULL);
  g_autoptr(GString) value = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  TruceStamp stamp;

  for (guint i = 0; i < TRUCE_STATE_DEPTH_MAX; i++)
    g_string_append (pointer, "/x");
  for (guint i = 0; i < TRUCE_JSON_DEPTH_DEFAULT - TRUCE_STATE_DEPTH_MAX; i++)
    {
      g_string_prepend_c (value, '[');
      g_string_append_c (value, ']');
    }
  set (map, pointer->str, value->str, A);
  g_string_prepend_c (value, '[');
  g_string_append_c (value, ']');
  stamp = tick (A);
  g_assert_false (truce_or_map_set_text (map, pointer->str, value->str, &stamp, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_string_append (pointer, "/x");
  g_assert_false (truce_or_map_set_text (map, pointer->str, "1", &stamp, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
}

static void
test_stamps (void)
{
  g_autoptr(TruceOrMap) map = truce_or_map_new ();
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  TruceStamp early = tick (A);
  TruceStamp stamp = tick (A);

  g_assert_true (truce_or_map_set_text (map, "/a", "1", &stamp, NULL));
  g_assert_true (truce_or_map_set_text (map, "/b", "1", &stamp, NULL));        /* one write */
  g_assert_false (truce_or_map_set_text (map, "/c", "1", &early, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  bytes = truce_crdt_encode (TRUCE_CRDT (map), NULL);
  g_assert_false (truce_or_map_set_text (map, "/c", "1", &stamp, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  assert_shows (map, "{\"a\":1,\"b\":1}");
}

/* ---- limits ---- */

static void
test_limit (void)
{
  g_autoptr(TruceOrMap) map = truce_or_map_new ();
  g_autoptr(TruceOrMap) other = truce_or_map_new ();
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  TruceStamp stamp;

  g_assert_cmpuint (truce_or_map_get_limit (map), ==, 10000);
  truce_or_map_set_limit (map, 2);
  set (map, "/a", "1", A);
  set (map, "/b", "1", A);
  set (map, "/b", "2", A);
  stamp = tick (A);
  g_assert_false (truce_or_map_set_text (map, "/c", "1", &stamp, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_clear_error (&error);

  set (other, "/c", "1", B);
  g_assert_false (truce_crdt_merge (TRUCE_CRDT (map), TRUCE_CRDT (other), &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_clear_error (&error);
  bytes = truce_crdt_encode (TRUCE_CRDT (other), NULL);
  g_assert_false (truce_crdt_apply (TRUCE_CRDT (map), bytes, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  assert_shows (map, "{\"a\":1,\"b\":2}");

  /* What a removal frees can be used, here and when it comes from elsewhere. */
  drop (map, "/a", A);
  merge (map, other);
  assert_shows (map, "{\"b\":2,\"c\":1}");
  merge (other, map);
  drop (other, "/b", B);
  set (other, "/d", "1", B);
  merge (map, other);
  assert_shows (map, "{\"c\":1,\"d\":1}");
}

/* A key that is gone leaves its room at once. */
static void
test_limit_after_remove (void)
{
  g_autoptr(TruceOrMap) map = truce_or_map_new ();

  truce_or_map_set_limit (map, 1);
  set (map, "/a", "1", A);
  drop (map, "/a", A);
  set (map, "/b", "1", A);
  assert_shows (map, "{\"b\":1}");
}

/* ---- deltas ---- */

static void
test_delta (void)
{
  g_autoptr(TruceOrMap) a = truce_or_map_new ();
  g_autoptr(TruceOrMap) b = truce_or_map_new ();
  g_autoptr(TruceOrMap) empty = truce_or_map_new ();
  g_autoptr(TruceVersionVector) since = NULL;
  g_autoptr(GBytes) whole = NULL;
  g_autoptr(GBytes) delta = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *pointer = g_strdup_printf ("/key%u", i);

      set (a, pointer, "\"value\"", A);
    }
  whole = truce_crdt_encode (TRUCE_CRDT (a), NULL);
  g_assert_true (truce_crdt_apply (TRUCE_CRDT (b), whole, NULL));
  since = truce_crdt_get_context (TRUCE_CRDT (b), NULL);
  set (a, "/key7", "\"new\"", A);
  drop (a, "/key8", A);
  delta = truce_crdt_delta (TRUCE_CRDT (a), since, NULL);
  g_assert_cmpuint (g_bytes_get_size (delta), <, 120);
  g_assert_true (truce_crdt_apply (TRUCE_CRDT (b), delta, NULL));
  g_assert_true (truce_crdt_apply (TRUCE_CRDT (b), delta, NULL));
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (b), NULL));

  g_assert_false (truce_crdt_apply (TRUCE_CRDT (empty), delta, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_DEPENDENCY);
  assert_shows (empty, "{}");
}

/* More changes than the journal keeps: then the delta is the whole state. */
static void
test_delta_beyond_journal (void)
{
  g_autoptr(TruceOrMap) a = truce_or_map_new ();
  g_autoptr(TruceOrMap) b = truce_or_map_new ();
  g_autoptr(TruceVersionVector) since = NULL;
  g_autoptr(GBytes) delta = NULL;

  set (a, "/first", "1", A);
  merge (b, a);
  since = truce_crdt_get_context (TRUCE_CRDT (b), NULL);
  drop (a, "/first", A);
  for (guint i = 0; i < 5000; i++)
    set (a, i % 2 != 0 ? "/x" : "/y", "\"a longer text, so that the arena is made anew some times\"", A);
  delta = truce_crdt_delta (TRUCE_CRDT (a), since, NULL);
  g_assert_true (truce_crdt_apply (TRUCE_CRDT (b), delta, NULL));
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (b), NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/or-map/types", test_types);
  g_test_add_func ("/or-map/keys", test_keys);
  g_test_add_func ("/or-map/values", test_values);
  g_test_add_func ("/or-map/remove-meets-update", test_remove_meets_update);
  g_test_add_func ("/or-map/repeat-meets-remove", test_repeat_meets_remove);
  g_test_add_func ("/or-map/types-meet", test_types_meet);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strdup_printf ("/or-map/refused/%s", refused[i].name);

      g_test_add_data_func (path, &refused[i], test_refused);
    }
  g_test_add_func ("/or-map/too-deep", test_too_deep);
  g_test_add_func ("/or-map/stamps", test_stamps);
  g_test_add_func ("/or-map/limit", test_limit);
  g_test_add_func ("/or-map/limit/after-remove", test_limit_after_remove);
  g_test_add_func ("/or-map/delta", test_delta);
  g_test_add_func ("/or-map/delta/beyond-journal", test_delta_beyond_journal);

  return g_test_run ();
}
