/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock.h"
#include "truce-random-private.h"
#include "truce-replica-id.h"
#include "truce-stamp-private.h"

#include <errno.h>

#define TEXT "019a9f3c5e21-0007-a1b2c3d4e5f60718"

static void
test_parts (void)
{
  g_autoptr(GError) error = NULL;
  const guint64 replica = G_GUINT64_CONSTANT (0xa1b2c3d4e5f60718);
  g_autoptr(TruceStamp) stamp = truce_stamp_new (0x019a9f3c5e21, 7, replica, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmphex (truce_stamp_get_time_ms (stamp), ==, 0x019a9f3c5e21);
  g_assert_cmpuint (truce_stamp_get_counter (stamp), ==, 7);
  g_assert_cmphex (truce_stamp_get_replica (stamp), ==, replica);
  text = truce_stamp_to_string (stamp);
  g_assert_cmpstr (text, ==, TEXT);
}

static void
test_parts_refused (void)
{
  static const struct { guint64 ms; guint16 counter; guint64 replica; } rows[] = {
    { G_GUINT64_CONSTANT (1) << 48, 0, 1 }, { G_MAXUINT64, 0, 1 }, { 1, 0, 0 }, { 0, 0, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (truce_stamp_new (rows[i].ms, rows[i].counter, rows[i].replica, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
    }
}

static void
test_parse (gconstpointer text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStamp) stamp = truce_stamp_parse (text, &error);
  g_autoptr(TruceStamp) copy = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  again = truce_stamp_to_string (stamp);
  g_assert_cmpstr (again, ==, text);
  copy = truce_stamp_copy (stamp);
  g_assert_true (truce_stamp_equal (stamp, copy));
  g_assert_cmpuint (truce_stamp_hash (stamp), ==, truce_stamp_hash (copy));
}

static void
test_refuses (gconstpointer text)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_stamp_parse (text, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

static guint64
random64 (void)
{
  return (guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
}

/* Few values in each part, so that parts are often equal; the ends of each range are among them. */
static TruceStamp
random_stamp (void)
{
  static const guint64 ms[] = { 0, 1, 0x019a9f3c5e21, TRUCE_STAMP_MS_MAX };
  static const guint counters[] = { 1, 2, 0x8000, TRUCE_STAMP_COUNTER_MAX };
  static const guint64 replicas[] = { 1, 2, G_GUINT64_CONSTANT (1) << 63, G_MAXUINT64 };

  if (g_test_rand_bit ())
    return (TruceStamp) { random64 () | 1, random64 () | 1 }
  ;
  return (TruceStamp) {
           truce_time_pack (ms[g_test_rand_int_range (0, 4)], counters[g_test_rand_int_range (0, 4)]),
           replicas[g_test_rand_int_range (0, 4)],
  };
}

static int
sign (int number)
{
  return (number > 0) - (number < 0);
}

static void
test_order (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      TruceStamp a = random_stamp ();
      TruceStamp b = random_stamp ();
      g_autofree char *text_a = truce_stamp_to_string (&a);
      g_autofree char *text_b = truce_stamp_to_string (&b);

      g_assert_cmpint (sign (truce_stamp_compare (&a, &b)), ==, sign (strcmp (text_a, text_b)));
      g_assert_cmpint (truce_stamp_compare (&a, &b), ==, -truce_stamp_compare (&b, &a));
      g_assert_cmpint (truce_stamp_equal (&a, &b), ==, strcmp (text_a, text_b) == 0);
    }
}

/* One byte of a good text, changed at random: either it is another stamp's text, or it is refused. */
static void
test_mutations (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      char text[] = TEXT;
      g_autoptr(TruceStamp) stamp = NULL;

      text[g_test_rand_int_range (0, TRUCE_STAMP_TEXT_LENGTH)] = (char) g_test_rand_int ();
      stamp = truce_stamp_parse (text, NULL);
      if (stamp != NULL)
        {
          g_autofree char *again = truce_stamp_to_string (stamp);

          g_assert_cmpstr (again, ==, text);
        }
    }
}

static ssize_t
source_fails (gpointer buffer,
              gsize    length,
              gpointer data)
{
  errno = ENOSYS;
  return -1;
}

static ssize_t
source_short (gpointer buffer,
              gsize    length,
              gpointer data)
{
  memset (buffer, 7, length - 1);
  return (ssize_t) length - 1;
}

static ssize_t
source_zeros (gpointer buffer,
              gsize    length,
              gpointer data)
{
  memset (buffer, 0, length);
  return (ssize_t) length;
}

static ssize_t
source_interrupted (gpointer buffer,
                    gsize    length,
                    gpointer n_draws)
{
  errno = EINTR;
  memset (buffer, 5, length);
  return ++*(guint *) n_draws < 3 ? -1 : (ssize_t) length;
}

static void
test_replica_random (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr(GError) error = NULL;
      guint64 id = 0;

      g_assert_true (truce_replica_id_random (&id, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (id, !=, 0);
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&id, sizeof id)));
    }
}

/* 112. Without random numbers there is no id, and no clock. */
static void
test_replica_no_random (gconstpointer source)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) clock_error = NULL;
  guint64 id = 42;

  truce_random_set_source ((TruceRandomFunc) source, NULL);
  g_assert_false (truce_replica_id_random (&id, &error));
  g_assert_null (truce_clock_new_random (&clock_error));
  truce_random_set_source (NULL, NULL);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
  g_assert_error (clock_error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
  g_assert_cmpuint (id, ==, 42);
  g_assert_true (truce_replica_id_random (&id, NULL));
}

static void
test_replica_interrupted (void)
{
  g_autoptr(GError) error = NULL;
  guint n_draws = 0;
  guint64 id = 0;

  truce_random_set_source (source_interrupted, &n_draws);
  g_assert_true (truce_replica_id_random (&id, &error));
  truce_random_set_source (NULL, NULL);
  g_assert_cmpuint (n_draws, ==, 3);
  g_assert_cmphex (id, ==, G_GUINT64_CONSTANT (0x0505050505050505));
}

static gpointer
draw_elsewhere (gpointer data)
{
  guint64 id = 0;

  return GINT_TO_POINTER (truce_replica_id_random (&id, NULL));
}

/* A source is that of the thread which set it. */
static void
test_replica_source_of_thread (void)
{
  guint64 id = 0;
  GThread *thread;

  truce_random_set_source (source_fails, NULL);
  thread = g_thread_new ("draws", draw_elsewhere, NULL);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  g_assert_false (truce_replica_id_random (&id, NULL));
  truce_random_set_source (NULL, NULL);
}

static void
test_replica_text (void)
{
  static const char *const bad[] = {
    "", "0000000000000000", "a1b2c3d4e5f6071", "a1b2c3d4e5f607180", "A1b2c3d4e5f60718", "a1b2c3d4e5f6071 ",
    "+1b2c3d4e5f60718", "0xb2c3d4e5f60718",
  };
  g_autofree char *text = truce_replica_id_to_string (255);
  guint64 id = 0;

  g_assert_cmpstr (text, ==, "00000000000000ff");
  g_assert_true (truce_replica_id_parse (text, &id, NULL));
  g_assert_cmpuint (id, ==, 255);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (truce_replica_id_parse (bad[i], &id, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
    }
  g_assert_cmpuint (id, ==, 255);
}

static void
test_misuse (void)
{
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*text != NULL*");
  g_assert_null (truce_stamp_parse (NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*self != NULL*");
  g_assert_null (truce_stamp_to_string (NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*b != NULL*");
  g_assert_cmpint (truce_stamp_compare (&(TruceStamp) { 1, 1 }, NULL), ==, 0);
  g_test_assert_expected_messages ();
  truce_stamp_free (NULL);
}

int
main (int   argc,
      char *argv[])
{
  static const struct { const char *name; const char *text; } good[] = {
    { "usual", TEXT },
    { "least", "000000000000-0001-0000000000000001" },
    { "greatest", "ffffffffffff-ffff-ffffffffffffffff" },
  };
  static const struct { const char *name; const char *text; } bad[] = {
    { "empty", "" },
    { "short", "019a9f3c5e21-0007-a1b2c3d4e5f6071" },
    { "long", TEXT "0" },
    { "uppercase", "019A9F3C5E21-0007-a1b2c3d4e5f60718" },
    { "one-uppercase", "019a9f3c5e21-0007-a1b2c3d4e5f6071F" },
    { "minus", "-19a9f3c5e21-0007-a1b2c3d4e5f60718" },
    { "plus", "019a9f3c5e21-+007-a1b2c3d4e5f60718" },
    { "space", " 19a9f3c5e21-0007-a1b2c3d4e5f60718" },
    { "space-behind", "019a9f3c5e21-0007-a1b2c3d4e5f6071 " },
    { "newline", TEXT "\n" },
    { "no-dash", "019a9f3c5e21000007-a1b2c3d4e5f6071" },
    { "colon", "019a9f3c5e21:0007-a1b2c3d4e5f60718" },
    { "dash-as-digit", "019a9f3c5e2--0007-a1b2c3d4e5f60718" },
    { "letter", "019a9f3c5e21-000g-a1b2c3d4e5f60718" },
    { "not-ascii", "019a9f3c5e21-000\xc3\xa9-a1b2c3d4e5f6071" },
    { "no-replica", "019a9f3c5e21-0007-0000000000000000" },
    { "no-time", "000000000000-0000-a1b2c3d4e5f60718" },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/stamp/parts", test_parts);
  g_test_add_func ("/stamp/parts/refused", test_parts_refused);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = g_strdup_printf ("/stamp/parse/%s", good[i].name);

      g_test_add_data_func (path, good[i].text, test_parse);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strdup_printf ("/stamp/parse/refuses/%s", bad[i].name);

      g_test_add_data_func (path, bad[i].text, test_refuses);
    }
  g_test_add_func ("/stamp/order", test_order);
  g_test_add_func ("/stamp/mutations", test_mutations);
  g_test_add_func ("/stamp/misuse", test_misuse);
  g_test_add_func ("/replica-id/random", test_replica_random);
  g_test_add_data_func ("/replica-id/no-random/fails", (gconstpointer) source_fails, test_replica_no_random);
  g_test_add_data_func ("/replica-id/no-random/short", (gconstpointer) source_short, test_replica_no_random);
  g_test_add_data_func ("/replica-id/no-random/zeros", (gconstpointer) source_zeros, test_replica_no_random);
  g_test_add_func ("/replica-id/interrupted", test_replica_interrupted);
  g_test_add_func ("/replica-id/source-of-thread", test_replica_source_of_thread);
  g_test_add_func ("/replica-id/text", test_replica_text);
  return g_test_run ();
}
