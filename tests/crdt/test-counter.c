/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-counter.h"
#include "truce-stamp-private.h"

static void
count (TruceCounter *counter,
       gint64        amount,
       guint64       time,
       guint64       replica)
{
  g_autoptr(GError) error = NULL;

  truce_counter_increment (counter, amount, &(TruceStamp) { time, replica }, &error);
  g_assert_no_error (error);
}

static void
reset (TruceCounter *counter,
       guint64       time,
       guint64       replica)
{
  g_autoptr(GError) error = NULL;

  truce_counter_reset (counter, &(TruceStamp) { time, replica }, &error);
  g_assert_no_error (error);
}

static void
merge (TruceCounter *counter,
       TruceCounter *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (counter), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

static void
assert_value (TruceCounter *counter,
              gint64        value,
              gboolean      saturated)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = truce_crdt_encode (TRUCE_CRDT (counter), &error);
  g_autoptr(TruceCounter) again = truce_counter_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpint (truce_counter_get_value (counter), ==, value);
  g_assert_cmpint (truce_counter_is_saturated (counter), ==, saturated);
  g_assert_cmpint (truce_counter_get_value (again), ==, value);
  g_assert_cmpint (truce_counter_is_saturated (again), ==, saturated);
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (counter), TRUCE_CRDT (again), NULL));
}

static void
test_empty (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  g_autoptr(JsonNode) json = truce_crdt_to_json (TRUCE_CRDT (counter), NULL);

  assert_value (counter, 0, FALSE);
  g_assert_cmpint (json_node_get_int (json), ==, 0);
}

static void
test_count (void)
{
  g_autoptr(TruceCounter) mine = truce_counter_new ();
  g_autoptr(TruceCounter) theirs = truce_counter_new ();
  g_autoptr(JsonNode) json = NULL;

  count (mine, 3, 1, 1);
  count (mine, -1, 1, 1);       /* one write of two changes */
  count (mine, -7, 2, 1);
  count (theirs, 10, 1, 2);
  assert_value (mine, -5, FALSE);
  merge (mine, theirs);
  merge (mine, theirs);
  count (mine, 1, 3, 1);
  assert_value (mine, 6, FALSE);
  json = truce_crdt_to_json (TRUCE_CRDT (mine), NULL);
  g_assert_cmpint (json_node_get_int (json), ==, 6);
}

/* To count nothing is no event: nobody gets to see the stamp. */
static void
test_zero (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  g_autoptr(TruceVersionVector) context = NULL;

  count (counter, 0, 5, 1);
  context = truce_crdt_get_context (TRUCE_CRDT (counter), NULL);
  g_assert_cmpuint (truce_version_vector_get_length (context), ==, 0);
  count (counter, 1, 5, 1);
  count (counter, 0, 6, 1);
  assert_value (counter, 1, FALSE);
}

/* A reset takes what it has seen, and no more. */
static void
test_reset (void)
{
  g_autoptr(TruceCounter) mine = truce_counter_new ();
  g_autoptr(TruceCounter) theirs = truce_counter_new ();

  reset (mine, 1, 1);
  assert_value (mine, 0, FALSE);
  count (mine, 5, 2, 1);
  merge (theirs, mine);
  count (mine, 2, 3, 1);
  count (theirs, 100, 1, 2);
  reset (theirs, 2, 2);
  assert_value (theirs, 0, FALSE);
  merge (mine, theirs);
  assert_value (mine, 2, FALSE);
  reset (mine, 4, 1);
  count (mine, 9, 4, 1);
  assert_value (mine, 9, FALSE);
  merge (theirs, mine);
  assert_value (theirs, 9, FALSE);
}

/* A reset by somebody new moves the context, where the counting replica's place was kept at hand. */
static void
test_reset_by_another (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();

  count (counter, 5, 1, 1);
  reset (counter, 1, 2);
  count (counter, 7, 2, 1);
  assert_value (counter, 7, FALSE);
}

/* 63. The sum stays at the ends, tells so, and comes back from there. */
static void
test_saturated_sum (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();

  count (counter, G_MAXINT64, 1, 1);
  assert_value (counter, G_MAXINT64, FALSE);
  count (counter, 1, 2, 1);
  assert_value (counter, G_MAXINT64, TRUE);
  count (counter, -1, 3, 2);
  assert_value (counter, G_MAXINT64, FALSE);
  count (counter, -2, 4, 2);
  assert_value (counter, G_MAXINT64 - 2, FALSE);
  count (counter, G_MININT64, 5, 2);
  assert_value (counter, -3, FALSE);
  count (counter, G_MININT64, 6, 3);
  assert_value (counter, G_MININT64, TRUE);
}

static void
test_least (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();

  count (counter, G_MININT64, 1, 1);
  assert_value (counter, G_MININT64, FALSE);
  count (counter, -1, 2, 2);
  assert_value (counter, G_MININT64, TRUE);
}

/* What one replica counts stays at 2^64 - 1; a reset does not set that free. */
static void
test_saturated_tally (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  g_autoptr(TruceCounter) other = truce_counter_new ();

  for (guint i = 1; i <= 3; i++)
    count (counter, G_MAXINT64, i, 1);
  assert_value (counter, G_MAXINT64, TRUE);
  merge (other, counter);
  for (guint i = 1; i <= 3; i++)
    count (other, G_MININT64, i, 2);
  assert_value (other, 0, TRUE);
  reset (counter, 4, 1);
  assert_value (counter, 0, TRUE);
  count (counter, 1, 5, 1);
  assert_value (counter, 0, TRUE);
}

/* Replicas that together are beyond 64 bits, though none is; and back. */
static void
test_saturated_total (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();

  for (guint replica = 1; replica <= 3; replica++)
    count (counter, G_MAXINT64, 1, replica);
  assert_value (counter, G_MAXINT64, TRUE);
  for (guint replica = 1; replica <= 3; replica++)
    count (counter, G_MININT64, 2, replica);
  assert_value (counter, -3, FALSE);
}

static void
test_stamps (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  g_autoptr(TruceVersionVector) context = NULL;
  g_autoptr(GError) error = NULL;

  count (counter, 1, 5, 1);
  g_assert_false (truce_counter_increment (counter, 1, &(TruceStamp) { 4, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  count (counter, 1, 5, 1);
  context = truce_crdt_get_context (TRUCE_CRDT (counter), NULL);
  g_assert_false (truce_counter_increment (counter, 1, &(TruceStamp) { 5, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (truce_counter_reset (counter, &(TruceStamp) { 5, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  count (counter, 1, 1, 2);
  count (counter, 1, 6, 1);
  assert_value (counter, 4, FALSE);
}

/* The place that is kept at hand is left when another replica counts, or something comes in. */
static void
test_replicas_in_turns (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  gint64 sum = 0;

  for (guint i = 1; i < 2000; i++)
    {
      gint64 amount = g_test_rand_int_range (-50, 50);
      guint64 replica = (guint64) g_test_rand_int_range (1, 20);

      count (counter, amount, i, replica);
      sum += amount;
      if (i % 100 == 0)
        {
          g_autoptr(TruceCounter) other = truce_counter_new ();

          count (other, 1, 1, i * 1000);
          merge (counter, other);
          sum++;
        }
    }
  assert_value (counter, sum, FALSE);
}

/* 70. However often it is written, a counter is no larger than its replicas are many. */
static void
test_size (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();
  g_autoptr(GBytes) bytes = NULL;

  for (guint i = 1; i < 20000; i++)
    if (i % 3 == 0)
      reset (counter, i, i % 4 + 1);
    else
      count (counter, i, i, i % 4 + 1);
  bytes = truce_crdt_encode (TRUCE_CRDT (counter), NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 256);
}

static void
test_misuse (void)
{
  g_autoptr(TruceCounter) counter = truce_counter_new ();

  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*stamp != NULL*");
  g_assert_false (truce_counter_increment (counter, 1, NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_COUNTER*");
  g_assert_cmpint (truce_counter_get_value (NULL), ==, 0);
  g_test_assert_expected_messages ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/counter/empty", test_empty);
  g_test_add_func ("/counter/count", test_count);
  g_test_add_func ("/counter/zero", test_zero);
  g_test_add_func ("/counter/reset", test_reset);
  g_test_add_func ("/counter/reset-by-another", test_reset_by_another);
  g_test_add_func ("/counter/saturated/sum", test_saturated_sum);
  g_test_add_func ("/counter/saturated/least", test_least);
  g_test_add_func ("/counter/saturated/tally", test_saturated_tally);
  g_test_add_func ("/counter/saturated/total", test_saturated_total);
  g_test_add_func ("/counter/stamps", test_stamps);
  g_test_add_func ("/counter/replicas-in-turns", test_replicas_in_turns);
  g_test_add_func ("/counter/size", test_size);
  g_test_add_func ("/counter/misuse", test_misuse);
  return g_test_run ();
}
