/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"

#define NOW G_GINT64_CONSTANT (1795212600000)   /* ms: a day in November 2026 */
#define DAY (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define YEAR (365 * DAY)
#define CAP (5 * 60 * 1000)

static gint64
fake_time (gpointer now)
{
  return *(gint64 *) now;
}

static TruceClock *
clock_at (guint64 replica,
          gint64 *now)
{
  TruceClock *clock = truce_clock_new (replica);

  truce_clock_set_time_func (clock, fake_time, now, NULL);
  return clock;
}

static TruceStamp
tick (TruceClock *clock)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStamp) stamp = truce_clock_tick (clock, &error);

  g_assert_no_error (error);
  return *stamp;
}

static TruceStamp
at (gint64 ms)
{
  return (TruceStamp) { truce_time_pack ((guint64) ms, 0), 99 };
}

static void
assert_after (TruceStamp later,
              TruceStamp earlier)
{
  g_assert_cmpint (truce_stamp_compare (&later, &earlier), >, 0);
}

static void
test_system_time (void)
{
  g_autoptr(TruceClock) clock = truce_clock_new (7);
  gint64 before = g_get_real_time () / 1000;
  TruceStamp stamp = tick (clock);

  g_assert_cmpint (truce_time_ms (stamp.time), >=, before);
  g_assert_cmpint (truce_time_ms (stamp.time), <=, g_get_real_time () / 1000);
  g_assert_cmpuint (stamp.replica, ==, 7);
}

/* 77. Whatever the system's clock does, ticks grow. */
static void
test_jumps (void)
{
  static const gint64 times[] = {
    NOW, NOW - 1000, NOW - DAY, 0, -DAY, G_MININT64, NOW + 1, NOW + YEAR, NOW,
    (gint64) TRUCE_STAMP_MS_MAX - 1, NOW,
  };
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp last = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    for (guint j = 0; j < 3; j++)
      {
        TruceStamp next;

        now = times[i];
        next = tick (clock);
        assert_after (next, last);
        last = next;
      }
}

/* 80. The 65,537th event of a millisecond is the next millisecond's first. */
static void
test_carry (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp last = tick (clock);

  for (guint i = 1; i <= 0x10000; i++)
    {
      TruceStamp next = tick (clock);

      assert_after (next, last);
      last = next;
    }
  g_assert_cmpint (truce_time_ms (last.time), ==, NOW + 1);
  g_assert_cmpuint (truce_time_counter (last.time), ==, 0);
}

static void
test_replicas_tie (void)
{
  gint64 now = NOW;
  TruceStamp last = { 0 };

  for (guint64 replica = 1; replica <= 1000; replica++)
    {
      g_autoptr(TruceClock) clock = clock_at (replica, &now);
      TruceStamp next = tick (clock);

      assert_after (next, last);
      last = next;
    }
}

static void
test_end_of_time (void)
{
  gint64 now = G_MAXINT64;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  g_autoptr(GError) error = NULL;
  TruceStamp last = { 0 };

  for (guint i = 0; i <= TRUCE_STAMP_COUNTER_MAX; i++)
    last = tick (clock);
  g_assert_cmphex (last.time, ==, G_MAXUINT64);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_error (&error);
      g_assert_null (truce_clock_tick (clock, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_FULL);
    }
}

static void
test_no_replica (void)
{
  g_autoptr(TruceClock) clock = g_object_new (TRUCE_TYPE_CLOCK, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_clock_tick (clock, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

/* 78. At the cap, and one off on either side. */
static void
test_drift_cap (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp first = tick (clock);

  for (gint64 ahead = CAP - 1; ahead <= CAP + 1; ahead++)
    {
      g_autoptr(GError) error = NULL;
      TruceStamp stamp = at (NOW + ahead);
      gboolean accepted = truce_clock_observe (clock, &stamp, &error);

      g_assert_cmpint (accepted, ==, ahead <= CAP);
      if (!accepted)
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CLOCK_SKEW);
    }
  assert_after (tick (clock), first);
  g_assert_cmpint (truce_clock_get_lead (clock), ==, CAP);      /* the last one refused did not move it */
}

/* A batch with one bad stamp: the others are observed, and the bad one leaves no trace. */
static void
test_bad_stamp_alone (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp batch[] = { at (NOW - 5), at (NOW + YEAR), at (NOW + 5) };
  TruceStamp next;

  g_assert_true (truce_clock_observe (clock, &batch[0], NULL));
  g_assert_false (truce_clock_observe (clock, &batch[1], NULL));
  g_assert_true (truce_clock_observe (clock, &batch[2], NULL));
  next = tick (clock);
  assert_after (next, batch[2]);
  assert_after (batch[1], next);
  g_assert_cmpint (truce_time_ms (next.time), ==, NOW + 5);
}

/* 79. */
static void
test_observe_past (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp first = tick (clock);
  TruceStamp oldest = { 1, 99 };

  g_assert_true (truce_clock_observe (clock, &oldest, NULL));
  g_assert_true (truce_clock_observe (clock, &first, NULL));
  g_assert_cmphex (tick (clock).time, ==, first.time + 1);
}

static void
test_offset (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp stamp = at (NOW + CAP + 1000);

  g_assert_false (truce_clock_observe (clock, &stamp, NULL));
  truce_clock_set_offset (clock, 1000);
  g_assert_true (truce_clock_observe (clock, &stamp, NULL));
  truce_clock_set_drift_cap (clock, 0);
  stamp = at (NOW + 1001);
  g_assert_false (truce_clock_observe (clock, &stamp, NULL));
  stamp = at (NOW + 1000);
  g_assert_true (truce_clock_observe (clock, &stamp, NULL));
}

/* 76. Ten years ahead, then put right: our ticks stay ordered, others refuse them, and a new clock that
 * has seen only what left goes on from there. */
static void
test_ten_years_ahead (void)
{
  gint64 now = NOW + 10 * YEAR;
  gint64 true_now = NOW;
  g_autoptr(TruceClock) ours = clock_at (7, &now);
  g_autoptr(TruceClock) other = clock_at (8, &true_now);
  g_autoptr(TruceClock) mended = clock_at (7, &true_now);
  TruceStamp left = at (NOW - DAY);
  TruceStamp first = tick (ours);
  TruceStamp second;
  TruceStamp theirs = tick (other);

  truce_clock_set_offset (ours, -10 * YEAR);
  second = tick (ours);
  assert_after (second, first);
  g_assert_cmpint (truce_clock_get_lead (ours), ==, 10 * YEAR);
  g_assert_false (truce_clock_observe (other, &first, NULL));
  g_assert_false (truce_clock_observe (other, &second, NULL));
  assert_after (tick (other), theirs);
  g_assert_cmpint (truce_clock_get_lead (other), ==, 0);        /* nothing poisoned */

  g_assert_true (truce_clock_observe (mended, &left, NULL));
  first = tick (mended);
  assert_after (first, left);
  g_assert_true (truce_clock_observe (other, &first, NULL));
}

/* 75. */
static void
test_restart (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp last = tick (clock);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = truce_clock_to_string (clock);
      g_autoptr(GError) error = NULL;
      TruceStamp next;

      g_clear_object (&clock);
      clock = truce_clock_new_from_string (text, &error);
      g_assert_no_error (error);
      now -= DAY;
      truce_clock_set_time_func (clock, fake_time, &now, NULL);
      next = tick (clock);
      assert_after (next, last);
      g_assert_cmpuint (next.replica, ==, 7);
      last = next;
    }
}

static void
test_text (void)
{
  gint64 now = 0x019a9f3c5e21;
  g_autoptr(TruceClock) clock = clock_at (255, &now);
  g_autofree char *fresh = truce_clock_to_string (clock);
  g_autofree char *ticked = NULL;
  g_autoptr(TruceClock) again = truce_clock_new_from_string (fresh, NULL);

  g_assert_cmpstr (fresh, ==, "truce-clock 1 000000000000-0000-00000000000000ff");
  g_assert_nonnull (again);
  tick (clock);
  tick (clock);
  ticked = truce_clock_to_string (clock);
  g_assert_cmpstr (ticked, ==, "truce-clock 1 019a9f3c5e21-0001-00000000000000ff");
}

static void
test_text_refused (void)
{
  static const struct { const char *text; TruceError code; } rows[] = {
    { "", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock ", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 1", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 1 ", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 0 019a9f3c5e21-0001-00000000000000ff", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 01 019a9f3c5e21-0001-00000000000000ff", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock x 019a9f3c5e21-0001-00000000000000ff", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 2 whatever", TRUCE_ERROR_TOO_NEW },
    { "truce-clock 10 019a9f3c5e21-0001-00000000000000ff", TRUCE_ERROR_TOO_NEW },
    { "truce-clock 1 019a9f3c5e21-0001-0000000000000000", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 1 019a9f3c5e21-0001-00000000000000fF", TRUCE_ERROR_INVALID_DATA },
    { "truce-clock 1 019a9f3c5e21-0001-00000000000000ff\n", TRUCE_ERROR_INVALID_DATA },
    { "Truce-clock 1 019a9f3c5e21-0001-00000000000000ff", TRUCE_ERROR_INVALID_DATA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (truce_clock_new_from_string (rows[i].text, &error));
      g_assert_error (error, TRUCE_ERROR, (int) rows[i].code);
    }
}

/* 83. Messages at random between clocks that disagree by minutes: whoever saw a stamp ticks later than it. */
static void
test_causality (void)
{
  gint64 times[5];
  TruceClock *clocks[5];

  for (guint i = 0; i < G_N_ELEMENTS (clocks); i++)
    {
      times[i] = NOW + g_test_rand_int_range (-100000, 100000);
      clocks[i] = clock_at (i + 1, &times[i]);
    }
  for (guint i = 0; i < 20000; i++)
    {
      guint from = g_test_rand_int_range (0, 5);
      guint to = g_test_rand_int_range (0, 5);
      TruceStamp sent = tick (clocks[from]);

      times[from] += g_test_rand_int_range (-2, 4);
      g_assert_true (truce_clock_observe (clocks[to], &sent, NULL));
      assert_after (tick (clocks[to]), sent);
    }
  for (guint i = 0; i < G_N_ELEMENTS (clocks); i++)
    g_object_unref (clocks[i]);
}

/* 84. The time zone and a leap second's step back are none of the clock's business. */
static void
test_time_zone (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  TruceStamp before = tick (clock);
  TruceStamp after;

  g_setenv ("TZ", "Pacific/Kiritimati", TRUE);
  now += 8 * 3600 * 1000;       /* and a suspend */
  after = tick (clock);
  g_assert_cmpint (truce_time_ms (after.time) - truce_time_ms (before.time), ==, 8 * 3600 * 1000);
  now -= 1000;
  assert_after (tick (clock), after);
  g_unsetenv ("TZ");
}

#define N_THREADS 8

typedef struct
{
  TruceClock *clock;
  guint n;
  guint64 *times;
} Ticker;

static gpointer
tick_many (gpointer data)
{
  Ticker *ticker = data;

  for (guint i = 0; i < ticker->n; i++)
    {
      TruceStamp stamp = { 0 };

      if (!truce_clock_tick_into (ticker->clock, &stamp, NULL))
        g_assert_not_reached ();
      ticker->times[i] = stamp.time;
    }
  return NULL;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  guint64 x = *(const guint64 *) a;
  guint64 y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

/* 81. */
static void
test_threads (void)
{
  g_autoptr(TruceClock) clock = truce_clock_new (7);
  guint n = g_test_slow () ? 1000000 : 20000;
  g_autofree guint64 *times = g_new (guint64, (gsize) N_THREADS * n);
  Ticker tickers[N_THREADS];
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    {
      tickers[i] = (Ticker) { clock, n, times + (gsize) i * n };
      threads[i] = g_thread_new ("ticker", tick_many, &tickers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_THREADS; i++)
    for (guint j = 1; j < n; j++)
      g_assert_cmpuint (tickers[i].times[j - 1], <, tickers[i].times[j]);
  qsort (times, (gsize) N_THREADS * n, sizeof *times, compare_times);
  for (gsize i = 1; i < (gsize) N_THREADS * n; i++)
    g_assert_cmpuint (times[i - 1], <, times[i]);
}

static void
test_properties (void)
{
  g_autoptr(TruceClock) clock = truce_clock_new_random (NULL);
  guint64 replica = 0;
  gint64 offset = 0;
  gint64 drift_cap = 0;

  g_object_set (clock, "offset", G_GINT64_CONSTANT (-5), "drift-cap", G_GINT64_CONSTANT (1000), NULL);
  g_object_get (clock, "replica", &replica, "offset", &offset, "drift-cap", &drift_cap, NULL);
  g_assert_cmpuint (replica, ==, truce_clock_get_replica (clock));
  g_assert_cmpuint (replica, !=, 0);
  g_assert_cmpint (offset, ==, -5);
  g_assert_cmpint (drift_cap, ==, 1000);
}

static void
count_destroy (gpointer n)
{
  (*(guint *) n)++;
}

static gint64
epoch (gpointer user_data)
{
  return 0;
}

static void
test_time_func_freed (void)
{
  guint n = 0;
  g_autoptr(TruceClock) clock = truce_clock_new (7);

  truce_clock_set_time_func (clock, epoch, &n, count_destroy);
  truce_clock_set_time_func (clock, epoch, &n, count_destroy);
  g_assert_cmpuint (n, ==, 1);
  g_assert_finalize_object (g_steal_pointer (&clock));
  g_assert_cmpuint (n, ==, 2);
}

static void
count_notify (TruceClock *clock,
              GParamSpec *pspec,
              guint      *n)
{
  (*n)++;
}

/* A clock that becomes another replica's, or is put back, ticks as that one. */
static void
test_assign (void)
{
  gint64 now = NOW;
  g_autoptr(TruceClock) clock = clock_at (7, &now);
  guint n = 0;

  g_signal_connect (clock, "notify::replica", G_CALLBACK (count_notify), &n);
  tick (clock);
  truce_clock_assign (clock, 8, truce_time_pack (NOW, 5));
  g_assert_cmpuint (truce_clock_get_replica (clock), ==, 8);
  g_assert_cmpuint (truce_clock_get_last (clock), ==, truce_time_pack (NOW, 5));
  g_assert_cmpuint (tick (clock).time, ==, truce_time_pack (NOW, 6));
  g_assert_cmpuint (n, ==, 1);

  now -= DAY;
  truce_clock_assign (clock, 8, truce_time_pack (NOW - YEAR, 0));
  g_assert_cmpuint (tick (clock).time, ==, truce_time_pack (NOW - DAY, 0));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_misuse (void)
{
  g_autoptr(TruceClock) clock = truce_clock_new (7);

  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*replica != 0*");
  g_assert_null (truce_clock_new (0));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_CLOCK*");
  g_assert_null (truce_clock_tick (NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*stamp != NULL*");
  g_assert_false (truce_clock_observe (clock, NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*offset*");
  truce_clock_set_offset (clock, G_MAXINT64);
  g_test_assert_expected_messages ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/clock/system-time", test_system_time);
  g_test_add_func ("/clock/jumps", test_jumps);
  g_test_add_func ("/clock/carry", test_carry);
  g_test_add_func ("/clock/replicas-tie", test_replicas_tie);
  g_test_add_func ("/clock/end-of-time", test_end_of_time);
  g_test_add_func ("/clock/no-replica", test_no_replica);
  g_test_add_func ("/clock/observe/drift-cap", test_drift_cap);
  g_test_add_func ("/clock/observe/bad-stamp-alone", test_bad_stamp_alone);
  g_test_add_func ("/clock/observe/past", test_observe_past);
  g_test_add_func ("/clock/offset", test_offset);
  g_test_add_func ("/clock/ten-years-ahead", test_ten_years_ahead);
  g_test_add_func ("/clock/restart", test_restart);
  g_test_add_func ("/clock/text", test_text);
  g_test_add_func ("/clock/text/refused", test_text_refused);
  g_test_add_func ("/clock/causality", test_causality);
  g_test_add_func ("/clock/time-zone", test_time_zone);
  g_test_add_func ("/clock/threads", test_threads);
  g_test_add_func ("/clock/properties", test_properties);
  g_test_add_func ("/clock/time-func-freed", test_time_func_freed);
  g_test_add_func ("/clock/assign", test_assign);
  g_test_add_func ("/clock/misuse", test_misuse);
  return g_test_run ();
}
