/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The stamped state: what shows, its bytes, and its life. The join's laws: test-state-laws.c. */

#include "truce-state.h"

#define A G_GUINT64_CONSTANT (0xa1a2a3a4a5a6a7a8)
#define B G_GUINT64_CONSTANT (0xb1b2b3b4b5b6b7b8)

static TruceStamp
at (guint64 ms,
    guint64 replica)
{
  return (TruceStamp) { truce_time_pack (ms, 0), replica };
}

static TruceSlice
text (const char *json)
{
  return (TruceSlice) { json, json != NULL ? strlen (json) : 0 };
}

static gboolean
set (TruceState *state,
     const char *name,
     TruceShape  shape,
     const char *json,
     TruceStamp  stamp)
{
  return truce_state_set (state, &state->fields, name, shape, text (json), stamp);
}

static char *
show (TruceState *state)
{
  GString *json = g_string_new (NULL);

  truce_state_write_map (&state->fields, json);
  return g_string_free (json, FALSE);
}

static void
assert_shows (TruceState *state,
              const char *expected)
{
  g_autofree char *json = show (state);

  g_assert_cmpstr (json, ==, expected);
}

/* Encodes, decodes, encodes; the same bytes. Returns their number. */
static guint
assert_round_trip (TruceState *state,
                   gboolean    hidden)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GString) again_json = g_string_new (NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GByteArray) again_bytes = g_byte_array_new ();
  g_autoptr(GError) error = NULL;
  TruceState *again;

  truce_state_encode (state, hidden ? NULL : json, bytes);
  again = truce_state_decode (arena, hidden ? NULL : json->str, json->len, bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  truce_state_encode (again, hidden ? NULL : again_json, again_bytes);
  g_assert_cmpstr (json->str, ==, again_json->str);
  g_assert_cmpmem (bytes->data, bytes->len, again_bytes->data, again_bytes->len);
  return bytes->len;
}

typedef struct
{
  TruceJsonArena *arena;
  TruceState *state;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->arena = truce_json_arena_new ();
  fixture->state = truce_state_new (fixture->arena);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  truce_json_arena_free (fixture->arena);
}

static void
test_fresh (Fixture      *fixture,
            gconstpointer data)
{
  TruceState *state = fixture->state;
  TruceStamp stamp = at (1700000000000, A);
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  guint8 fresh[TRUCE_STATE_FRESH_MAX];
  gsize length = truce_state_fresh (stamp, fresh);

  g_assert_true (truce_state_create (state, stamp));
  g_assert_true (set (state, "title", TRUCE_SHAPE_REGISTER, "\"Milk\"", stamp));
  g_assert_true (set (state, "done", TRUCE_SHAPE_REGISTER, " [ false , { \"a b\" : 1.50 } ]", stamp));
  truce_state_encode (state, json, bytes);
  g_assert_cmpstr (json->str, ==, "{\"done\":[false,{\"a b\":1.50}],\"title\":\"Milk\"}");
  g_assert_cmpmem (bytes->data, bytes->len, fresh, length);
  g_assert_cmpuint (length, <=, 20);
  assert_round_trip (state, FALSE);
}

static void
test_fresh_longest (void)
{
  guint8 fresh[TRUCE_STATE_FRESH_MAX];
  TruceStamp stamp = { G_MAXUINT64, G_MAXUINT64 };

  g_assert_cmpuint (truce_state_fresh (stamp, fresh), <=, TRUCE_STATE_FRESH_MAX);
}

/* All shapes, each twice as written; what repeats says FALSE. */
static void
test_shapes (Fixture      *fixture,
             gconstpointer data)
{
  TruceState *state = fixture->state;
  TruceState *elsewhere = truce_state_new (state->arena);
  TruceStateMap *top = &state->fields;

  g_assert_true (set (state, "register", TRUCE_SHAPE_REGISTER, "1", at (10, A)));
  g_assert_false (set (state, "register", TRUCE_SHAPE_REGISTER, "1", at (11, A)));
  g_assert_false (truce_state_covers (state, at (11, A)));
  g_assert_true (set (state, "first", TRUCE_SHAPE_FIRST, "1", at (11, A)));
  g_assert_false (set (state, "first", TRUCE_SHAPE_FIRST, "2", at (12, A)));
  g_assert_true (set (state, "max", TRUCE_SHAPE_MAX, "9", at (12, A)));
  g_assert_false (set (state, "max", TRUCE_SHAPE_MAX, "8.5", at (13, A)));
  g_assert_true (set (state, "max", TRUCE_SHAPE_MAX, "\"a\"", at (13, A)));
  g_assert_true (set (state, "min", TRUCE_SHAPE_MIN, "10", at (13, A)));
  g_assert_true (set (state, "min", TRUCE_SHAPE_MIN, "9", at (13, A)));
  g_assert_true (set (state, "multi", TRUCE_SHAPE_MULTI, "null", at (14, A)));
  g_assert_true (set (state, "flag", TRUCE_SHAPE_FLAG, "true", at (14, A)));
  g_assert_true (set (state, "off", TRUCE_SHAPE_FLAG_OFF, "false", at (14, A)));
  g_assert_true (truce_state_add (state, top, "set", text ("\"b\""), at (15, A)));
  g_assert_true (truce_state_add (state, top, "set", text ("1"), at (15, A)));
  g_assert_false (truce_state_add (state, top, "set", text ("1"), at (16, A)));
  g_assert_true (truce_state_increment (state, top, "counter", 5, at (16, A)));
  g_assert_true (truce_state_increment (state, top, "counter", -7, at (17, A)));
  g_assert_nonnull (truce_state_map (state, top, "map", at (17, A)));
  g_assert_true (set (state, "local", TRUCE_SHAPE_LOCAL, "{}", at (0, A)));
  assert_shows (state, "{\"counter\":-2,\"first\":1,\"flag\":true,\"local\":{},\"map\":{},\"max\":\"a\","
                "\"min\":9,\"multi\":null,\"off\":false,\"register\":1,\"set\":[\"b\",1]}");
  assert_round_trip (state, FALSE);
  assert_round_trip (state, TRUE);

  /* What is local stays where it is. */
  g_assert_true (truce_state_has_local (state));
  g_assert_true (truce_state_join (elsewhere, state, NULL, NULL));
  g_assert_false (truce_state_has_local (elsewhere));
  assert_shows (elsewhere, "{\"counter\":-2,\"first\":1,\"flag\":true,\"map\":{},\"max\":\"a\",\"min\":9,"
                "\"multi\":null,\"off\":false,\"register\":1,\"set\":[\"b\",1]}");
}

static void
test_emptied (Fixture      *fixture,
              gconstpointer data)
{
  TruceState *state = fixture->state;
  TruceStateMap *top = &state->fields;
  TruceStateMap *map = truce_state_map (state, top, "map", at (10, A));

  g_assert_true (truce_state_add (state, top, "set", text ("1"), at (10, A)));
  g_assert_true (truce_state_remove (state, top, "set", text ("1"), at (11, A)));
  g_assert_false (truce_state_remove (state, top, "set", text ("1"), at (12, A)));
  g_assert_true (truce_state_set (state, map, "x", TRUCE_SHAPE_REGISTER, text ("1"), at (12, A)));
  g_assert_true (truce_state_clear (state, map, "x", at (13, A)));
  g_assert_false (truce_state_clear (state, map, "x", at (14, A)));
  assert_shows (state, "{\"map\":{},\"set\":[]}");
  assert_round_trip (state, FALSE);
  g_assert_true (truce_state_clear (state, top, "map", at (14, A)));
  g_assert_true (truce_state_clear (state, top, "set", at (14, A)));
  assert_shows (state, "{}");
  assert_round_trip (state, FALSE);
  g_assert_true (truce_state_touch (state, top, "set", TRUCE_SHAPE_SET, at (15, A)));
  g_assert_false (truce_state_touch (state, top, "set", TRUCE_SHAPE_SET, at (16, A)));
  assert_shows (state, "{\"set\":[]}");
}

static void
test_counter_saturates (Fixture      *fixture,
                        gconstpointer data)
{
  TruceState *state = fixture->state;

  truce_state_increment (state, &state->fields, "n", G_MAXINT64, at (1, A));
  truce_state_increment (state, &state->fields, "n", G_MAXINT64, at (2, A));
  truce_state_increment (state, &state->fields, "n", 5, at (3, A));
  assert_shows (state, "{\"n\":9223372036854775807}");
  truce_state_increment (state, &state->fields, "n", G_MININT64, at (4, B));
  truce_state_increment (state, &state->fields, "n", G_MININT64, at (5, A));
  truce_state_increment (state, &state->fields, "n", G_MININT64, at (6, A));
  assert_shows (state, "{\"n\":-9223372036854775808}");
  assert_round_trip (state, FALSE);
}

static void
test_depth (Fixture      *fixture,
            gconstpointer data)
{
  TruceStateMap *map = &fixture->state->fields;

  for (guint i = 0; i < TRUCE_STATE_DEPTH_MAX; i++)
    {
      map = truce_state_map (fixture->state, map, "m", at (1, A));
      g_assert_nonnull (map);
    }
  g_assert_null (truce_state_map (fixture->state, map, "m", at (1, A)));
  assert_round_trip (fixture->state, FALSE);
}

static void
test_life (Fixture      *fixture,
           gconstpointer data)
{
  static const TruceLifeRule rules[] = {
    TRUCE_LIFE_UPDATE_WINS, TRUCE_LIFE_DELETE_WINS, TRUCE_LIFE_LATER_WINS,
  };
  static const gboolean alive[] = { TRUE, FALSE, FALSE };
  TruceState *ours = fixture->state;
  TruceState *theirs = truce_state_new (fixture->arena);

  g_assert_false (truce_state_delete (ours, at (1, A)));
  g_assert_true (truce_state_create (ours, at (1, A)));
  g_assert_false (truce_state_create (ours, at (2, A)));
  truce_state_join (theirs, ours, NULL, NULL);
  g_assert_true (truce_state_delete (ours, at (9, A)));
  g_assert_false (truce_state_delete (ours, at (10, A)));
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_assert_false (truce_state_is_alive (ours, rules[i]));
  assert_round_trip (ours, TRUE);

  g_assert_true (set (theirs, "x", TRUCE_SHAPE_REGISTER, "1", at (5, B)));
  g_assert_true (truce_state_join (ours, theirs, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_assert_cmpint (truce_state_is_alive (ours, rules[i]), ==, alive[i]);
  assert_round_trip (ours, FALSE);

  g_assert_true (truce_state_create (ours, at (10, A)));
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_assert_true (truce_state_is_alive (ours, rules[i]));
  assert_round_trip (ours, FALSE);
}

/* One write may delete and create again under one stamp. */
static void
test_life_in_one_write (Fixture      *fixture,
                        gconstpointer data)
{
  TruceState *state = fixture->state;

  truce_state_create (state, at (1, A));
  truce_state_delete (state, at (5, A));
  g_assert_true (truce_state_create (state, at (5, A)));
  g_assert_true (truce_state_is_alive (state, TRUCE_LIFE_UPDATE_WINS));
  g_assert_true (truce_state_is_alive (state, TRUCE_LIFE_DELETE_WINS));
  g_assert_true (truce_state_is_alive (state, TRUCE_LIFE_LATER_WINS));
  assert_round_trip (state, FALSE);
}

static void
count_lost (const char          *pointer,
            const TruceStateDot *dot,
            gpointer             data)
{
  g_string_append_printf (data, "%s=%.*s;", pointer, (int) dot->value.length, dot->value.text);
}

static void
test_lost (Fixture      *fixture,
           gconstpointer data)
{
  TruceState *ours = fixture->state;
  TruceState *theirs = truce_state_new (fixture->arena);
  g_autoptr(GString) lost = g_string_new (NULL);

  set (ours, "a/b", TRUCE_SHAPE_REGISTER, "1", at (1, A));
  set (theirs, "a/b", TRUCE_SHAPE_REGISTER, "2", at (2, B));
  set (ours, "c", TRUCE_SHAPE_FIRST, "3", at (2, A));
  set (theirs, "c", TRUCE_SHAPE_FIRST, "4", at (3, B));
  truce_state_join (ours, theirs, count_lost, lost);
  g_assert_cmpstr (lost->str, ==, "/a~1b=1;/c=4;");
  g_string_truncate (lost, 0);
  truce_state_join (ours, theirs, count_lost, lost);
  g_assert_cmpstr (lost->str, ==, "");
  assert_shows (ours, "{\"a/b\":2,\"c\":3}");
  assert_round_trip (ours, FALSE);
}

/* A winner that is cleared by somebody who has not seen the loser: the loser shows, in whatever order. */
static void
test_loser_returns (Fixture      *fixture,
                    gconstpointer data)
{
  TruceState *loser = truce_state_new (fixture->arena);
  TruceState *winner = truce_state_new (fixture->arena);
  TruceState *cleared = truce_state_new (fixture->arena);

  set (loser, "x", TRUCE_SHAPE_REGISTER, "1", at (1, A));
  set (winner, "x", TRUCE_SHAPE_REGISTER, "2", at (2, B));
  truce_state_join (cleared, winner, NULL, NULL);
  truce_state_clear (cleared, &cleared->fields, "x", at (3, B));
  truce_state_join (winner, loser, NULL, NULL);
  truce_state_join (winner, cleared, NULL, NULL);
  truce_state_join (cleared, loser, NULL, NULL);
  assert_shows (winner, "{\"x\":1}");
  assert_shows (cleared, "{\"x\":1}");
}

/* Two maps within each other of which neither shows, the inner one only since something else was unset
 * later. */
static void
test_hidden_in_hidden (Fixture      *fixture,
                       gconstpointer data)
{
  TruceState *ours = fixture->state;
  TruceState *theirs = truce_state_new (fixture->arena);
  TruceState *cleared = truce_state_new (fixture->arena);
  TruceStateMap *map = truce_state_map (ours, &ours->fields, "m", at (1, A));

  truce_state_join (theirs, ours, NULL, NULL);
  truce_state_join (cleared, ours, NULL, NULL);
  truce_state_clear (cleared, &cleared->fields, "m", at (5, A + 1));
  map = truce_state_map (ours, map, "c", at (2, A));
  truce_state_set (ours, map, "b", TRUCE_SHAPE_REGISTER, text ("1"), at (2, A));
  map = truce_state_map (theirs, &theirs->fields, "m", at (3, B));
  truce_state_set (theirs, map, "c", TRUCE_SHAPE_FLAG, text ("true"), at (3, B));
  truce_state_set (theirs, map, "c", TRUCE_SHAPE_FLAG, text (NULL), at (4, B));
  truce_state_join (ours, theirs, NULL, NULL);
  truce_state_join (ours, cleared, NULL, NULL);
  assert_shows (ours, "{}");
  assert_round_trip (ours, FALSE);
}

/* More fields than are looked at one by one, in no order. */
static void
test_many_fields (Fixture      *fixture,
                  gconstpointer data)
{
  TruceState *state = fixture->state;
  char names[1000][8];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_snprintf (names[i], sizeof names[i], "%u", i * 7919 % 1000);
      g_assert_true (set (state, names[i], TRUCE_SHAPE_REGISTER, names[i], at (i + 1, A)));
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_false (set (state, names[i], TRUCE_SHAPE_REGISTER, names[i], at (2000, A)));
  assert_round_trip (state, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_nonnull (truce_state_field (&state->fields, names[i], strlen (names[i])));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/state/fresh", test_fresh);
  g_test_add_func ("/state/fresh/longest", test_fresh_longest);
  ADD ("/state/shapes", test_shapes);
  ADD ("/state/emptied", test_emptied);
  ADD ("/state/counter/saturates", test_counter_saturates);
  ADD ("/state/depth", test_depth);
  ADD ("/state/life", test_life);
  ADD ("/state/life/in-one-write", test_life_in_one_write);
  ADD ("/state/lost", test_lost);
  ADD ("/state/loser-returns", test_loser_returns);
  ADD ("/state/hidden-in-hidden", test_hidden_in_hidden);
  ADD ("/state/many-fields", test_many_fields);
#undef ADD

  return g_test_run ();
}
