/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-random-private.h"
#include "truce-retry-policy.h"

#include <errno.h>

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define DAY (24 * 60 * MINUTE)

/* g_test_rand_*: a seed that GLib prints gives the same draws again. */
static ssize_t
draw (gpointer buffer,
      gsize    length,
      gpointer data)
{
  for (gsize i = 0; i < length; i++)
    ((guint8 *) buffer)[i] = g_test_rand_int_range (0, 256);
  return length;
}

/* The longest wait: 2ⁿ s, up to 5 minutes. */
static const struct
{
  guint attempts;
  gint64 longest;
} wait_rows[] = {
  { 0, 1 * SECOND },
  { 1, 2 * SECOND },
  { 2, 4 * SECOND },
  { 8, 256 * SECOND },
  { 9, 5 * MINUTE },
  { 63, 5 * MINUTE },
  { 64, 5 * MINUTE },
  { G_MAXUINT, 5 * MINUTE },
};

/* Each length up to the longest comes up, none beyond. */
static void
test_wait (gconstpointer data)
{
  gint64 longest = wait_rows[GPOINTER_TO_UINT (data)].longest;
  guint attempts = wait_rows[GPOINTER_TO_UINT (data)].attempts;
  g_autoptr(TruceRetryPolicy) policy = truce_retry_policy_new ();
  guint tenths[10] = { 0, };

  for (guint i = 0; i < 2000; i++)
    {
      gint64 delay = truce_retry_policy_delay (policy, attempts, -1);

      g_assert_cmpint (delay, >=, 1);
      g_assert_cmpint (delay, <=, longest);
      tenths[(delay - 1) * 10 / longest]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (tenths); i++)
    g_assert_cmpuint (tenths[i], >, 100);
}

/* The most that come within one second of the 10,000 that failed at one moment. */
static guint
busiest_second (guint  attempts,
                gint64 retry_after)
{
  g_autoptr(TruceRetryPolicy) policy = truce_retry_policy_new ();
  g_autofree guint *seconds = g_new0 (guint, (retry_after + 5 * MINUTE) / SECOND + 2);
  guint most = 0;

  for (guint i = 0; i < 10000; i++)
    {
      guint second = truce_retry_policy_delay (policy, attempts, retry_after) / SECOND;

      seconds[second]++;
      most = MAX (most, seconds[second]);
    }
  return most;
}

static void
test_crowd (void)
{
  g_assert_cmpuint (busiest_second (1, 0), <, 5500);    /* half of them each second … */
  g_assert_cmpuint (busiest_second (4, 0), <, 900);     /* … a sixteenth … */
  g_assert_cmpuint (busiest_second (9, 0), <, 100);     /* … and in the end 33 of 10,000 */
  g_assert_cmpuint (busiest_second (9, MINUTE), <, 100);
}

static void
test_retry_after (void)
{
  g_autoptr(TruceRetryPolicy) policy = truce_retry_policy_new ();

  for (guint i = 0; i < 100; i++)
    {
      gint64 delay = truce_retry_policy_delay (policy, 1, 30 * SECOND);

      g_assert_cmpint (delay, >, 30 * SECOND);
      g_assert_cmpint (delay, <=, 32 * SECOND);
    }
  g_assert_cmpint (truce_retry_policy_delay (policy, 1, G_MAXINT64), <=, DAY + 2 * SECOND);
  g_assert_cmpint (truce_retry_policy_delay (policy, 1, G_MININT64), <=, 2 * SECOND);
}

static void
test_extremes (void)
{
  g_autoptr(TruceRetryPolicy) policy = g_object_new (TRUCE_TYPE_RETRY_POLICY, "base", G_MAXINT64 / 2, "cap",
                                                     G_MAXINT64 / 2, NULL);

  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (truce_retry_policy_delay (policy, G_MAXUINT, G_MAXINT64), >, DAY);

  truce_retry_policy_set_base (policy, 1);
  truce_retry_policy_set_cap (policy, 1);
  g_assert_cmpint (truce_retry_policy_delay (policy, G_MAXUINT, -1), ==, 1);

  /* A base above the cap waits no longer than the cap. */
  truce_retry_policy_set_base (policy, 1000);
  g_assert_cmpint (truce_retry_policy_delay (policy, 3, -1), ==, 1);
}

static ssize_t
draw_nothing (gpointer buffer,
              gsize    length,
              gpointer data)
{
  errno = ENOSYS;
  return -1;
}

/* Without chance: the longest wait. */
static void
test_no_random_numbers (void)
{
  g_autoptr(TruceRetryPolicy) policy = truce_retry_policy_new ();

  truce_random_set_source (draw_nothing, NULL);
  g_assert_cmpint (truce_retry_policy_delay (policy, 2, -1), ==, 4 * SECOND);
  truce_random_set_source (draw, NULL);
}

static const struct
{
  const char *name;
  guint max_attempts;
  gint64 max_age;
  guint attempts;
  gint64 age;
  gboolean over;
} over_rows[] = {
  { "first", 12, 7 * DAY, 1, 0, FALSE },
  { "last-but-one", 12, 7 * DAY, 11, DAY, FALSE },
  { "last", 12, 7 * DAY, 12, DAY, TRUE },
  { "beyond", 12, 7 * DAY, 13, DAY, TRUE },
  { "young", 12, 7 * DAY, 1, 7 * DAY - 1, FALSE },
  { "old", 12, 7 * DAY, 1, 7 * DAY, TRUE },
  { "clock-went-back", 12, 7 * DAY, 1, -9 * DAY, FALSE },
  { "any-attempts", 0, 7 * DAY, G_MAXUINT, 0, FALSE },
  { "any-age", 12, 0, 1, 9999 * DAY, FALSE },
  { "for-ever", 0, 0, G_MAXUINT, 9999 * DAY, FALSE },
  { "longest-age", 0, G_MAXINT64, 1, 9999 * DAY, FALSE },
};

static void
test_over (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(TruceRetryPolicy) policy = g_object_new (TRUCE_TYPE_RETRY_POLICY, "max-attempts",
                                                     over_rows[row].max_attempts, "max-age", over_rows[row].max_age,
                                                     NULL);
  gint64 now = 20000 * DAY;

  g_assert_cmpint (truce_retry_policy_is_over (policy, over_rows[row].attempts, now - over_rows[row].age, now), ==,
                   over_rows[row].over);
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *n)
{
  (*n)++;
}

static void
test_properties (void)
{
  g_autoptr(TruceRetryPolicy) policy = truce_retry_policy_new ();
  guint n = 0;

  g_signal_connect (policy, "notify", G_CALLBACK (count_notify), &n);
  g_assert_cmpint (truce_retry_policy_get_base (policy), ==, SECOND);
  g_assert_cmpint (truce_retry_policy_get_cap (policy), ==, 5 * MINUTE);
  g_assert_cmpuint (truce_retry_policy_get_max_attempts (policy), ==, 12);
  g_assert_cmpint (truce_retry_policy_get_max_age (policy), ==, 7 * DAY);

  truce_retry_policy_set_base (policy, 2);
  truce_retry_policy_set_cap (policy, 3);
  truce_retry_policy_set_max_attempts (policy, 4);
  truce_retry_policy_set_max_age (policy, 5);
  truce_retry_policy_set_max_age (policy, 5);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpint (truce_retry_policy_get_base (policy), ==, 2);
  g_assert_cmpint (truce_retry_policy_get_cap (policy), ==, 3);
  g_assert_cmpuint (truce_retry_policy_get_max_attempts (policy), ==, 4);
  g_assert_cmpint (truce_retry_policy_get_max_age (policy), ==, 5);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  truce_random_set_source (draw, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wait_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/retry-policy/wait/%u", wait_rows[i].attempts);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_wait);
    }
  for (guint i = 0; i < G_N_ELEMENTS (over_rows); i++)
    {
      g_autofree char *path = g_strconcat ("/retry-policy/over/", over_rows[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_over);
    }
  g_test_add_func ("/retry-policy/crowd", test_crowd);
  g_test_add_func ("/retry-policy/retry-after", test_retry_after);
  g_test_add_func ("/retry-policy/extremes", test_extremes);
  g_test_add_func ("/retry-policy/no-random-numbers", test_no_random_numbers);
  g_test_add_func ("/retry-policy/properties", test_properties);

  return g_test_run ();
}
