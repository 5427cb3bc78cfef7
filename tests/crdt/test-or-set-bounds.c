/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Limits, and what a set may cost. */

#include "or-set-helpers.h"

static void
test_limit (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) c = truce_or_set_new ();
  g_autoptr(GBytes) before = NULL;
  g_autoptr(GBytes) after = NULL;
  g_autoptr(GBytes) of_b = NULL;
  g_autoptr(GError) error = NULL;
  guint limit;

  g_object_set (a, "limit", 2, NULL);
  g_object_get (a, "limit", &limit, NULL);
  g_assert_cmpuint (limit, ==, 2);
  add (a, "x", 1, A);
  add (a, "y", 2, A);
  assert_refused (truce_or_set_add (a, "z", at (3, A), &error), &error, TRUCE_ERROR_TOO_LARGE);
  add (a, "x", 3, A);           /* is there already */
  merge (c, a);
  take (c, "x", 4, C);
  add (c, "z", 5, C);
  before = delta (a, NULL);

  add (b, "z", 1, B);
  of_b = delta (b, NULL);
  assert_refused (truce_crdt_merge (TRUCE_CRDT (a), TRUCE_CRDT (b), &error), &error, TRUCE_ERROR_TOO_LARGE);
  assert_refused (truce_crdt_apply (TRUCE_CRDT (a), of_b, &error), &error, TRUCE_ERROR_TOO_LARGE);
  after = delta (a, NULL);
  g_assert_true (g_bytes_equal (before, after));
  merge (a, c);                 /* two and two, but two together */
  assert_set (a, "y z");
}

static void
test_too_many_replicas (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < TRUCE_VERSION_VECTOR_MAX; i++)
    add (a, i % 2 ? "x" : "y", 1, i + 1);
  assert_refused (truce_or_set_add (a, "x", at (2, 20000), &error), &error, TRUCE_ERROR_TOO_LARGE);
  assert_refused (truce_or_set_remove (a, "x", at (2, 20000), &error), &error, TRUCE_ERROR_TOO_LARGE);
  add (b, "x", 1, 20000);
  assert_refused (truce_crdt_merge (TRUCE_CRDT (a), TRUCE_CRDT (b), &error), &error, TRUCE_ERROR_TOO_LARGE);
  assert_refused (truce_crdt_merge (TRUCE_CRDT (b), TRUCE_CRDT (a), &error), &error, TRUCE_ERROR_TOO_LARGE);
  assert_set (b, "x");
}

/* The end of time is a time like any other, and nothing wraps. */
static void
test_last_stamp (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(GError) error = NULL;

  add (a, "w", G_MAXUINT64 - 1, A);
  add (a, "x", G_MAXUINT64, A);
  send (a, b);
  assert_set (b, "w x");
  assert_refused (truce_or_set_add (a, "y", at (1, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
}

static gsize
delta_size (TruceOrSet *set,
            TruceOrSet *since)
{
  g_autoptr(GBytes) bytes = delta (set, since);

  return g_bytes_get_size (bytes);
}

/* A delta holds the changes, be the set large; and when the journal has forgotten removals, all of it. */
static void
test_delta_size (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  guint64 time = 1;
  gsize state;

  for (guint i = 0; i < 5000; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "n%u", i);
      add (a, name, time++, A);
    }
  send (a, b);
  state = delta_size (a, NULL);
  g_assert_cmpuint (delta_size (a, b), <, 80);
  for (guint i = 0; i < 10; i++)
    add (a, "x", time++, A);
  take (a, "n7", time++, A);
  g_assert_cmpuint (delta_size (a, b), <, 300);
  for (guint i = 0; i < 2000; i++)      /* more additions than the journal keeps: found without it */
    {
      char name[16];

      g_snprintf (name, sizeof name, "m%u", i);
      add (a, name, time++, A);
    }
  send (a, b);
  g_assert_false (truce_or_set_contains (b, "n7"));
  for (guint i = 0; i < 2000; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "n%u", i);
      take (a, name, time++, A);
    }
  g_assert_cmpuint (delta_size (a, b), >, state / 2);
  send (a, b);
  g_assert_cmpuint (truce_or_set_get_n_elements (b), ==, 5001);
}

/* 70, 71. Removed elements leave nothing; when they go makes no difference to a merge. */
static void
test_nothing_left (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) lazy = truce_or_set_new ();
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  guint64 time = 1;

  truce_or_set_get_state (lazy)->tidy_min = G_MAXUINT;
  for (guint i = 0; i < 20000; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "name %u", i);
      add (a, name, time, A);
      add (lazy, name, time++, A);
      take (a, name, time, A);
      take (lazy, name, time++, A);
    }
  bytes = delta (a, NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 40);
  g_assert_cmpuint (truce_or_set_get_state (a)->dots.n_entries, <, 4000);
  g_assert_cmpuint (truce_or_set_get_state (lazy)->dots.n_entries, ==, 20000);
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (lazy), &error));
  merge (a, lazy);
  assert_set (a, "");
}

/* Compactions cost each event a constant, also while the journal keeps large dead texts alive. */
static void
test_compactions_rare (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  guint n_compactions = 0;
  guint n_entries = 0;
  guint64 time = 1;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u%01000u", i, 0u);

      add (a, name, time++, A);
      take (a, name, time++, A);
      n_compactions += truce_or_set_get_state (a)->dots.n_entries < n_entries;
      n_entries = truce_or_set_get_state (a)->dots.n_entries;
    }
  g_assert_cmpuint (n_compactions, >, 1);
  g_assert_cmpuint (n_compactions, <, 60);
}

/* One element with a dot of each of many replicas; then each goes, from either end. */
static void
test_many_dots (void)
{
  g_autoptr(TruceOrSet) all = truce_or_set_new ();
  g_autoptr(TruceOrSet) again = truce_or_set_new ();
  g_autoptr(GBytes) bytes = NULL;
  guint n = 100;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceOrSet) one = truce_or_set_new ();

      add (one, "x", 10 + i * 7 % n, 1 + i * 31 % n);
      merge (all, one);
    }
  bytes = delta (all, NULL);
  apply (again, bytes);
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (all), TRUCE_CRDT (again), NULL));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceOrSet) one = truce_or_set_new ();
      guint64 time = 10 + i * 7 % n;
      guint64 replica = 1 + i * 31 % n;

      assert_set (all, "x");
      add (one, "x", time, replica);
      take (one, "x", 1000, replica);
      merge (all, one);
    }
  assert_set (all, "");
}

/* 120. Texts made to collide under one key are spread by another, and the key is drawn anew by each process. */
static void
test_flood (void)
{
  const TruceHashKey known = { G_GUINT64_CONSTANT (0x6b6e6f776e6b6579), 12345 };
  g_autoptr(GHashTable) hashes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint n = 100000;

  for (guint i = 0; i < n; i++)
    {
      char text[17] = { 0 };
      guint64 hash;

      memcpy (text, &known.a, sizeof known.a);  /* makes a factor zero */
      g_snprintf (text + 8, 9, "%08u", i);
      g_assert_cmpuint (truce_hash_text (&known, text, 16), ==, 0);
      hash = truce_hash_text (truce_hash_key (), text, 16);
      g_hash_table_add (hashes, g_memdup2 (&hash, sizeof hash));
    }
  g_assert_cmpuint (g_hash_table_size (hashes), >, n - 10);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/or-set/limit", test_limit);
  g_test_add_func ("/or-set/limit/replicas", test_too_many_replicas);
  g_test_add_func ("/or-set/last-stamp", test_last_stamp);
  g_test_add_func ("/or-set/delta/size", test_delta_size);
  g_test_add_func ("/or-set/many-dots", test_many_dots);
  g_test_add_func ("/or-set/nothing-left", test_nothing_left);
  g_test_add_func ("/or-set/compactions-rare", test_compactions_rare);
  g_test_add_func ("/or-set/flood", test_flood);
  return g_test_run ();
}
