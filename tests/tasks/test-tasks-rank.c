/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-rank.h"

#include <string.h>

static void
assert_between (const char *before,
                const char *after,
                const char *expected)
{
  g_autofree char *rank = tasks_rank_between (before, after);

  g_assert_cmpstr (rank, ==, expected);
}

static void
test_ends (void)
{
  assert_between (NULL, NULL, "a0");
  assert_between ("a0", NULL, "a1");
  assert_between ("az", NULL, "b00");
  assert_between ("bzz", NULL, "c000");
  assert_between (NULL, "a0", "Zz");
  assert_between (NULL, "Z0", "Yzz");
  assert_between (NULL, "a0V", "a0");
  assert_between ("Zz", NULL, "a0");
  assert_between ("Yzz", NULL, "Z0");
  assert_between (NULL, "b00", "az");
}

static void
test_between (void)
{
  assert_between ("a0", "a1", "a0V");
  assert_between ("a0", "a0V", "a0F");
  assert_between ("a0V", "a1", "a0k");
  assert_between ("a0", "a9", "a1");
  assert_between ("Zz", "a1", "a0");
  assert_between ("a0", "a01", "a00V");
  assert_between ("a01", "a02", "a01V");
  assert_between ("a0z", "a1", "a0zV");
  assert_between ("a1", "a11V", "a11");
}

/* They come from other devices: an answer is all that is asked. */
static void
test_no_rank (void)
{
  assert_between ("", NULL, "a0");
  assert_between ("z", "ä", "a0");
  assert_between ("a", "a1", "a0");
  assert_between ("7", NULL, "a0");
  assert_between ("a00", NULL, "a0");
  assert_between ("a1", "a1", "a2");
  assert_between ("a2", "a1", "a3");
}

/* At the ends of what can be counted it goes on in fractions. */
static void
test_limits (void)
{
  g_autofree char *least = g_strconcat ("A", "00000000000000000000000000", NULL);
  g_autofree char *greatest = g_strconcat ("z", "zzzzzzzzzzzzzzzzzzzzzzzzzz", NULL);
  g_autofree char *above_least = g_strconcat (least, "1", NULL);
  g_autofree char *behind = tasks_rank_between (greatest, NULL);
  g_autofree char *ahead = tasks_rank_between (NULL, above_least);

  g_assert_cmpstr (behind, >, greatest);
  g_assert_cmpstr (ahead, <, above_least);
}

/* Ten thousand that are appended have four characters; what is put anywhere lies where it was put. */
static void
test_appended (void)
{
  g_autofree char *rank = tasks_rank_between (NULL, NULL);

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *next = tasks_rank_between (rank, NULL);

      g_assert_cmpstr (next, >, rank);
      g_free (rank);
      rank = g_steal_pointer (&next);
    }
  g_assert_cmpuint (strlen (rank), <=, 4);
}

static void
test_anywhere (void)
{
  g_autoptr(GPtrArray) ranks = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 2000; i++)
    {
      guint at = g_test_rand_int_range (0, ranks->len + 1);
      const char *before = at > 0 ? ranks->pdata[at - 1] : NULL;
      const char *after = at < ranks->len ? ranks->pdata[at] : NULL;
      char *rank = tasks_rank_between (before, after);

      if (before != NULL)
        g_assert_cmpstr (before, <, rank);
      if (after != NULL)
        g_assert_cmpstr (rank, <, after);
      g_ptr_array_insert (ranks, at, rank);
    }
}

/* Always at the same place, the worst for their length. */
static void
test_one_place (void)
{
  g_autofree char *low = g_strdup ("a0");
  g_autofree char *high = g_strdup ("a1");

  for (guint i = 0; i < 500; i++)
    {
      char *rank = tasks_rank_between (low, high);
      char **moved = g_test_rand_bit () ? &low : &high;

      g_assert_cmpstr (low, <, rank);
      g_assert_cmpstr (rank, <, high);
      g_free (*moved);
      *moved = rank;
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/tasks/rank/ends", test_ends);
  g_test_add_func ("/tasks/rank/between", test_between);
  g_test_add_func ("/tasks/rank/no-rank", test_no_rank);
  g_test_add_func ("/tasks/rank/limits", test_limits);
  g_test_add_func ("/tasks/rank/appended", test_appended);
  g_test_add_func ("/tasks/rank/anywhere", test_anywhere);
  g_test_add_func ("/tasks/rank/one-place", test_one_place);
  return g_test_run ();
}
