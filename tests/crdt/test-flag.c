/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-counter.h"
#include "truce-flag.h"
#include "truce-stamp-private.h"

static void
write_flag (TruceFlag *flag,
            gboolean   value,
            guint64    time,
            guint64    replica)
{
  TruceStamp stamp = { time, replica };
  g_autoptr(GError) error = NULL;

  if (value)
    truce_flag_enable (flag, &stamp, &error);
  else
    truce_flag_disable (flag, &stamp, &error);
  g_assert_no_error (error);
}

static void
merge (TruceFlag *flag,
       TruceFlag *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (flag), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

static void
assert_same (TruceFlag *a,
             TruceFlag *b)
{
  g_autoptr(GBytes) bytes_a = truce_crdt_encode (TRUCE_CRDT (a), NULL);
  g_autoptr(GBytes) bytes_b = truce_crdt_encode (TRUCE_CRDT (b), NULL);

  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (b), NULL));
  g_assert_true (g_bytes_equal (bytes_a, bytes_b));
}

/* ---- both ways: data is disable-wins ---- */

static void
test_empty (gconstpointer data)
{
  g_autoptr(TruceFlag) flag = truce_flag_new (GPOINTER_TO_INT (data));
  g_autoptr(GBytes) bytes = truce_crdt_encode (TRUCE_CRDT (flag), NULL);
  g_autoptr(TruceFlag) again = truce_flag_new_from_bytes (bytes, NULL);
  g_autoptr(JsonNode) json = truce_crdt_to_json (TRUCE_CRDT (again), NULL);

  g_assert_false (truce_flag_is_enabled (again));
  g_assert_false (json_node_get_boolean (json));
  g_assert_cmpint (truce_flag_get_disable_wins (again), ==, GPOINTER_TO_INT (data));
  assert_same (flag, again);
}

static void
test_write (gconstpointer data)
{
  g_autoptr(TruceFlag) flag = truce_flag_new (GPOINTER_TO_INT (data));

  for (guint i = 1; i < 5000; i++)
    {
      gboolean value = g_test_rand_bit ();

      write_flag (flag, value, i, i % 5 + 1);
      g_assert_cmpint (truce_flag_is_enabled (flag), ==, value);
    }
  write_flag (flag, TRUE, 5000, 1);
  write_flag (flag, FALSE, 5000, 1);
  g_assert_false (truce_flag_is_enabled (flag));
}

/* Apart, one of the two wins, whichever is later; what has seen the other wins always. */
static void
test_apart (gconstpointer data)
{
  gboolean disable_wins = GPOINTER_TO_INT (data);

  for (guint64 time = 1; time < 4; time++)
    {
      g_autoptr(TruceFlag) mine = truce_flag_new (disable_wins);
      g_autoptr(TruceFlag) theirs = truce_flag_new (disable_wins);

      write_flag (mine, TRUE, 2, 1);
      write_flag (theirs, FALSE, time, 2);
      merge (mine, theirs);
      merge (theirs, mine);
      g_assert_cmpint (truce_flag_is_enabled (mine), ==, !disable_wins);
      assert_same (mine, theirs);
      write_flag (theirs, disable_wins, 9, 2);
      merge (mine, theirs);
      g_assert_cmpint (truce_flag_is_enabled (mine), ==, disable_wins);
    }
}

/* The same again is a write too: it stands against what has not seen it. */
static void
test_again (gconstpointer data)
{
  gboolean disable_wins = GPOINTER_TO_INT (data);
  g_autoptr(TruceFlag) mine = truce_flag_new (disable_wins);
  g_autoptr(TruceFlag) theirs = truce_flag_new (disable_wins);

  write_flag (mine, !disable_wins, 1, 1);
  merge (theirs, mine);
  write_flag (mine, !disable_wins, 2, 1);
  write_flag (theirs, disable_wins, 3, 2);
  merge (mine, theirs);
  g_assert_cmpint (truce_flag_is_enabled (mine), ==, !disable_wins);
}

/* ---- else ---- */

static void
test_other_winner (void)
{
  g_autoptr(TruceFlag) mine = truce_flag_new (FALSE);
  g_autoptr(TruceFlag) theirs = truce_flag_new (TRUE);
  g_autoptr(GBytes) bytes = truce_crdt_encode (TRUCE_CRDT (theirs), NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_crdt_merge (TRUCE_CRDT (mine), TRUCE_CRDT (theirs), &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (truce_crdt_equal (TRUCE_CRDT (mine), TRUCE_CRDT (theirs), NULL));
  g_assert_false (truce_crdt_apply (TRUCE_CRDT (mine), bytes, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
}

/* 72. What became another type is refused, and nothing happens to either. */
static void
test_other_type (void)
{
  g_autoptr(TruceFlag) flag = truce_flag_new (FALSE);
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  g_autoptr(GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;

  write_flag (flag, TRUE, 1, 1);
  bytes = truce_crdt_encode (TRUCE_CRDT (flag), NULL);
  g_assert_false (truce_crdt_merge (TRUCE_CRDT (counter), TRUCE_CRDT (flag), &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (truce_crdt_apply (TRUCE_CRDT (counter), bytes, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
  g_assert_null (truce_flag_new_from_bytes (nothing, NULL));
  g_assert_true (truce_flag_is_enabled (flag));
}

static void
test_stamps (void)
{
  g_autoptr(TruceFlag) flag = truce_flag_new (FALSE);
  g_autoptr(TruceVersionVector) context = NULL;
  g_autoptr(GError) error = NULL;

  write_flag (flag, TRUE, 5, 1);
  context = truce_crdt_get_context (TRUCE_CRDT (flag), NULL);
  g_assert_false (truce_flag_disable (flag, &(TruceStamp) { 5, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_true (truce_flag_is_enabled (flag));
  write_flag (flag, FALSE, 1, 2);
  g_assert_false (truce_flag_is_enabled (flag));
}

static void
add_both (const char   *name,
          GTestDataFunc func)
{
  g_autofree char *enable = g_strdup_printf ("/flag/%s/enable-wins", name);
  g_autofree char *disable = g_strdup_printf ("/flag/%s/disable-wins", name);

  g_test_add_data_func (enable, GINT_TO_POINTER (FALSE), func);
  g_test_add_data_func (disable, GINT_TO_POINTER (TRUE), func);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  add_both ("empty", test_empty);
  add_both ("write", test_write);
  add_both ("apart", test_apart);
  add_both ("again", test_again);
  g_test_add_func ("/flag/other-winner", test_other_winner);
  g_test_add_func ("/flag/other-type", test_other_type);
  g_test_add_func ("/flag/stamps", test_stamps);
  return g_test_run ();
}
