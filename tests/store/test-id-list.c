/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The list of ids of a query against a plain array of texts. */
#include "random-json.h"
#include "truce-id-list.h"

#include <malloc.h>

static void
check (TruceIdList *list,
       GPtrArray   *model)
{
  g_assert_cmpuint (truce_id_list_length (list), ==, model->len);
  for (guint i = 0; i < model->len; i++)
    {
      const char *id = g_ptr_array_index (model, i);
      guint position = G_MAXUINT;

      g_assert_cmpstr (truce_id_list_get (list, i), ==, id);
      g_assert_true (truce_id_list_find (list, id, &position));
      g_assert_cmpuint (position, ==, i);
    }
}

static void
insert (TruceIdList *list,
        GPtrArray   *model,
        guint        position,
        char        *id)
{
  truce_id_list_insert (list, position, id);
  g_ptr_array_insert (model, position, id);
}

static void
remove_at (TruceIdList *list,
           GPtrArray   *model,
           guint        position)
{
  g_autofree char *id = g_strdup (g_ptr_array_index (model, position));
  guint found;

  truce_id_list_remove (list, position);
  g_ptr_array_remove_index (model, position);
  g_assert_false (truce_id_list_find (list, id, &found));
}

static guint
random_position (guint n)
{
  switch (g_test_rand_int_range (0, 4))
    {
    case 0:
      return 0;
    case 1:
      return n;
    default:
      return g_test_rand_int_range (0, (gint32) n + 1);
    }
}

/* It grows and shrinks, so that blocks are split, emptied and joined, and numbers used again. */
static void
test_random (void)
{
  for (guint round = random_rounds (4); round > 0; round--)
    {
      g_autoptr(TruceIdList) list = truce_id_list_new ();
      g_autoptr(GPtrArray) model = g_ptr_array_new_with_free_func (g_free);
      guint serial = 0;

      for (guint phase = 0; phase < 6; phase++)
        {
          gint32 inserts = phase % 2 == 0 ? 80 : 20; /* percent */

          for (guint i = 0; i < 3000; i++)
            {
              if (model->len == 0 || g_test_rand_int_range (0, 100) < inserts)
                insert (list, model, random_position (model->len), g_strdup_printf ("id-%u", serial++));
              else
                remove_at (list, model, random_position (model->len - 1));
            }
          check (list, model);
        }
      while (model->len > 0)
        remove_at (list, model, random_position (model->len - 1));
      check (list, model);
      insert (list, model, 0, g_strdup (""));
      check (list, model);
    }
}

static void
test_append (void)
{
  g_autoptr(TruceIdList) list = truce_id_list_new ();
  g_autoptr(GPtrArray) model = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 5000; i++)
    {
      insert (list, model, i, g_strdup_printf ("%u", i));
      if (i % 1000 == 0)
        truce_id_list_trim (list);
    }
  check (list, model);
}

/* The same few ids come and go: what they leave behind is not kept. */
static void
test_churn (void)
{
  g_autoptr(TruceIdList) list = truce_id_list_new ();
  struct mallinfo2 before;
  struct mallinfo2 after;
  g_autofree char *id = g_strnfill (200, 'x');

  for (guint i = 0; i < 100000; i++)
    {
      if (i == 10000)
        before = mallinfo2 ();
      g_snprintf (id, 200, "some rather long id of a record, such as a path, %u", i);
      truce_id_list_insert (list, 0, id);
      if (i >= 100)
        truce_id_list_remove (list, 100);
    }
  after = mallinfo2 ();
  g_assert_cmpuint (truce_id_list_length (list), ==, 100);
  g_assert_cmpuint (after.uordblks, <=, before.uordblks + 100000);
}

/* A record costs its id and about 20 bytes. */
static void
test_memory (void)
{
  const guint n = g_test_slow () ? 1000000 : 100000;
  struct mallinfo2 before = mallinfo2 ();
  struct mallinfo2 after;
  g_autoptr(TruceIdList) list = truce_id_list_new ();
  guint n_found;
  char id[32];
  double each;

  for (guint i = 0; i < n; i++)
    {
      g_snprintf (id, sizeof id, "record-%09u", i); /* 16 bytes, 17 with NUL */
      truce_id_list_insert (list, i, id);
    }
  g_assert_false (truce_id_list_find (list, "none", &n_found));
  truce_id_list_trim (list);
  after = mallinfo2 ();
  each = ((double) after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / n;
  g_test_message ("%u ids of 16 bytes: %.1f bytes each", n, each);
  g_assert_cmpfloat (each, <, 16 + 32);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/id-list/random", test_random);
  g_test_add_func ("/id-list/append", test_append);
  g_test_add_func ("/id-list/churn", test_churn);
  g_test_add_func ("/id-list/memory", test_memory);
  return g_test_run ();
}
