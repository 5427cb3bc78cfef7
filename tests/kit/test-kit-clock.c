/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

#define NOW G_GINT64_CONSTANT (1767225600000)

static gint64
tick_ms (TruceClock *clock)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStamp) stamp = truce_clock_tick (clock, &error);

  g_assert_no_error (error);
  return (gint64) truce_stamp_get_time_ms (stamp);
}

static void
test_stands (void)
{
  g_autoptr(TruceTestClock) time = truce_test_clock_new (NOW);

  g_assert_cmpint (truce_test_clock_get_now (time), ==, NOW);
  truce_test_clock_advance (time, 1000);
  g_assert_cmpint (truce_test_clock_get_now (time), ==, NOW + 1000);
  truce_test_clock_advance (time, -2000);
  g_assert_cmpint (truce_test_clock_get_now (time), ==, NOW - 1000);
  truce_test_clock_set_now (time, 5);
  g_assert_cmpint (truce_test_clock_get_now (time), ==, 5);
}

/* Each clock is off by its own. */
static void
test_drives (void)
{
  g_autoptr(TruceTestClock) time = truce_test_clock_new (NOW);
  g_autoptr(TruceClock) right = truce_clock_new (1);
  g_autoptr(TruceClock) slow = truce_clock_new (2);

  truce_test_clock_drive (time, right, 0);
  truce_test_clock_drive (time, slow, -300000);
  g_assert_cmpint (tick_ms (right), ==, NOW);
  g_assert_cmpint (tick_ms (slow), ==, NOW - 300000);

  truce_test_clock_advance (time, 10);
  g_assert_cmpint (tick_ms (right), ==, NOW + 10);
  g_assert_cmpint (tick_ms (slow), ==, NOW + 10 - 300000);
}

static void
test_is_set_right (void)
{
  g_autoptr(TruceTestClock) time = truce_test_clock_new (NOW);
  g_autoptr(TruceClock) clock = truce_clock_new (1);

  truce_test_clock_drive (time, clock, -300000);
  g_assert_cmpint (tick_ms (clock), ==, NOW - 300000);
  truce_test_clock_drive (time, clock, 0);
  g_assert_cmpint (tick_ms (clock), ==, NOW);
}

/* A clock holds the time that drives it, and lets go of it. */
static void
test_lifetimes (void)
{
  TruceTestClock *time = truce_test_clock_new (NOW);
  TruceClock *clock = truce_clock_new (1);
  gpointer weak = time;

  g_object_add_weak_pointer (G_OBJECT (time), &weak);
  truce_test_clock_drive (time, clock, 0);
  g_object_unref (time);
  g_assert_cmpint (tick_ms (clock), ==, NOW);
  g_object_unref (clock);
  g_assert_null (weak);
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              gpointer    count)
{
  (*(guint *) count)++;
}

static void
test_notifies (void)
{
  g_autoptr(TruceTestClock) time = truce_test_clock_new (NOW);
  guint n = 0;

  g_signal_connect (time, "notify::now", G_CALLBACK (count_notify), &n);
  truce_test_clock_advance (time, 0);
  g_assert_cmpuint (n, ==, 0);
  truce_test_clock_advance (time, 1);
  g_object_set (time, "now", NOW, NULL);
  g_assert_cmpuint (n, ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/test-clock/stands", test_stands);
  g_test_add_func ("/test-clock/drives", test_drives);
  g_test_add_func ("/test-clock/is-set-right", test_is_set_right);
  g_test_add_func ("/test-clock/lifetimes", test_lifetimes);
  g_test_add_func ("/test-clock/notifies", test_notifies);
  return g_test_run ();
}
