/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "or-set-helpers.h"
#include "truce-clock-private.h"

static void
test_elements (void)
{
  static const char *const elements[] = {
    "", " ", "a", "a b", "\xc3\xa9", "e\xcc\x81", "'; DROP TABLE x; --", "../../etc/passwd",
    "%s%n", "\x1b[31m",
    ("\xe2\x80\xae" "evil"), "\xf0\x9f\x8e\x89", "\x7f",
  };
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autoptr(TruceOrSet) again = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    add (set, elements[i], i + 1, A);
  bytes = truce_crdt_encode (TRUCE_CRDT (set), NULL);
  again = truce_or_set_new_from_bytes (bytes, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    g_assert_true (truce_or_set_contains (again, elements[i]));
  g_assert_false (truce_or_set_contains (again, "b"));
  g_assert_cmpuint (truce_or_set_get_n_elements (again), ==, G_N_ELEMENTS (elements));
}

static void
test_sorted (void)
{
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *text = NULL;

  add (set, "b", 1, A);
  add (set, "\xc3\xa9", 2, A);
  add (set, "a", 3, A);
  add (set, "B", 4, A);
  assert_set (set, "B a b \xc3\xa9");
  node = truce_crdt_to_json (TRUCE_CRDT (set), NULL);
  text = json_to_string (node, FALSE);
  g_assert_cmpstr (text, ==, "[\"B\",\"a\",\"b\",\"\xc3\xa9\"]");
}

static void
count (const char *element,
       gpointer    n)
{
  *(gsize *) n += strlen (element);
}

static void
test_foreach (void)
{
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  gsize n = 0;

  add (set, "a", 1, A);
  add (set, "bcd", 2, A);
  add (set, "gone", 3, A);
  take (set, "gone", 4, A);
  truce_or_set_foreach (set, count, &n);
  g_assert_cmpuint (n, ==, 4);
}

static void
test_bad_elements (void)
{
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autofree char *large = g_strnfill (TRUCE_ELEMENT_MAX + 1, 'x');
  g_autoptr(GError) error = NULL;

  assert_refused (truce_or_set_add (set, "\xff", at (1, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
  assert_refused (truce_or_set_remove (set, "\xc3", at (1, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
  assert_refused (truce_or_set_add (set, large, at (1, A), &error), &error, TRUCE_ERROR_TOO_LARGE);
  large[TRUCE_ELEMENT_MAX] = '\0';
  add (set, large, 1, A);       /* and the stamp was not used up */
  g_assert_true (truce_or_set_contains (set, large));
}

/* 64. */
static void
test_add_wins (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();

  add (a, "x", 1, A);
  merge (b, a);
  take (a, "x", 2, A);
  add (b, "x", 2, B);
  merge (a, b);
  merge (b, a);
  assert_set (a, "x");
  assert_set (b, "x");
}

static void
test_remove_seen (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) old = truce_or_set_new ();

  add (a, "x", 1, A);
  merge (b, a);
  merge (old, a);
  take (b, "x", 2, B);
  merge (a, b);
  assert_set (a, "");
  merge (a, old);               /* what was removed never comes back */
  assert_set (a, "");
}

static void
test_remove_unseen (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();

  add (a, "x", 1, A);
  take (b, "x", 2, B);
  merge (a, b);
  merge (b, a);
  assert_set (a, "x");
  assert_set (b, "x");
}

/* A removal is seen, also by who has nothing to remove: that is what a peer's context tells. */
static void
test_remove_is_event (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceVersionVector) context = NULL;

  take (a, "x", 5, A);
  context = truce_crdt_get_context (TRUCE_CRDT (a), NULL);
  g_assert_true (truce_version_vector_covers (context, at (5, A)));
}

/* One addition seen by the removal, a second one not: riak_dt #78, where a merge brought the element back. */
static void
test_riak_dt_78 (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) a2 = truce_or_set_new ();
  g_autoptr(TruceOrSet) a3 = truce_or_set_new ();

  add (a, "bar", 1, A);
  merge (a2, a);
  add (b, "baz", 1, B);
  merge (a3, a2);
  take (a3, "bar", 2, C);
  merge (a, b);
  merge (a, a3);
  assert_set (a, "baz");
  merge (a, a2);
  assert_set (a, "baz");
}

/* riak_dt #82: an element on both sides of a merge, each with a dot that the other has seen removed. It
 * takes a third replica to make it, and the element goes. */
static void
test_riak_dt_82 (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) c = truce_or_set_new ();
  g_autoptr(TruceOrSet) only_a = truce_or_set_new ();
  g_autoptr(TruceOrSet) only_b = truce_or_set_new ();

  add (only_a, "x", 1, A);
  add (only_b, "x", 1, B);
  merge (a, only_a);
  take (a, "x", 2, A);          /* a has removed A's, */
  merge (a, only_b);            /* and has B's */
  merge (b, only_b);
  take (b, "x", 2, B);          /* b has removed B's, */
  merge (b, only_a);            /* and has A's */
  assert_set (a, "x");
  assert_set (b, "x");
  merge (c, a);
  merge (c, b);
  assert_set (c, "");
}

/* delta_crdt_ex #65: an element removed and added again while a delta is under way must not be lost. */
static void
test_delta_crdt_ex_65 (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(GBytes) first = NULL;
  g_autoptr(GBytes) second = NULL;

  add (a, "y", 1, A);
  send (a, b);
  add (a, "x", 2, A);
  first = delta (a, b);
  take (a, "x", 3, A);
  add (a, "x", 4, A);
  second = delta (a, b);
  apply (b, second);
  assert_set (b, "x y");
  apply (b, first);
  assert_set (b, "x y");
  take (b, "x", 5, B);
  apply (b, first);
  apply (b, second);
  assert_set (b, "y");
  send (b, a);
  assert_set (a, "y");
}

/* lasp #90: deltas that come out of order must wait, not be joined over the gap. */
static void
test_lasp_90 (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) after_one = truce_or_set_new ();
  g_autoptr(TruceVersionVector) before = NULL;
  g_autoptr(TruceVersionVector) after = NULL;
  g_autoptr(GBytes) one = NULL;
  g_autoptr(GBytes) two = NULL;
  g_autoptr(GError) error = NULL;

  add (a, "1", 1, A);
  send (a, b);
  before = truce_crdt_get_context (TRUCE_CRDT (b), NULL);
  add (a, "2", 2, A);
  one = delta (a, b);
  merge (after_one, a);
  add (a, "3", 3, A);
  two = delta (a, after_one);
  assert_refused (truce_crdt_apply (TRUCE_CRDT (b), two, &error), &error, TRUCE_ERROR_DEPENDENCY);
  after = truce_crdt_get_context (TRUCE_CRDT (b), NULL);
  g_assert_true (truce_version_vector_equal (before, after));
  assert_set (b, "1");
  apply (b, one);
  apply (b, two);
  assert_set (b, "1 2 3");
}

/* A removal passed on by who never had the element. */
static void
test_relay (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) c = truce_or_set_new ();

  add (a, "base", 1, A);
  send (a, b);
  send (a, c);
  add (a, "x", 2, A);
  send (a, c);
  take (a, "x", 3, A);
  send (a, b);
  assert_set (c, "base x");
  send (b, c);
  assert_set (c, "base");
}

/* One element's second dot comes before another's first in the bytes, but after it in time. Who passes
 * them on must know the order of the events all the same. */
static void
test_relay_chain (void)
{
  g_autoptr(TruceOrSet) base = truce_or_set_new ();
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(TruceOrSet) sender = truce_or_set_new ();
  g_autoptr(TruceOrSet) relay = truce_or_set_new ();
  g_autoptr(TruceOrSet) receiver = truce_or_set_new ();

  add (base, "base", 1, C);
  send (base, a);
  send (base, b);
  send (base, sender);
  send (base, relay);
  send (base, receiver);
  add (a, "x", 1, A);
  add (b, "y", 3, B);
  send (b, receiver);
  add (b, "x", 9, B);
  send (a, sender);
  send (b, sender);
  send (sender, relay);
  send (relay, receiver);
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (receiver), TRUCE_CRDT (sender), NULL));
}

static void
test_one_write (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(GError) error = NULL;

  add (a, "old", 1, A);
  send (a, b);
  add (a, "x", 2, A);
  add (a, "y", 2, A);
  take (a, "old", 2, A);
  take (a, "x", 2, A);
  send (a, b);
  assert_set (b, "y");
  /* Now it has been seen. */
  assert_refused (truce_or_set_add (a, "z", at (2, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
  assert_refused (truce_or_set_remove (a, "y", at (1, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
  assert_refused (truce_or_set_clear (a, at (2, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
  assert_set (a, "y");
}

/* Whatever lets a write out, or another in, ends it. */
static void
test_write_ends (gconstpointer how)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(GBytes) theirs = NULL;
  g_autoptr(GBytes) ours = NULL;
  g_autoptr(TruceVersionVector) context = NULL;
  g_autoptr(GError) error = NULL;

  add (b, "b", 1, B);
  theirs = delta (b, NULL);
  add (a, "x", 2, A);
  switch (GPOINTER_TO_INT (how))
    {
    case 0:
      context = truce_crdt_get_context (TRUCE_CRDT (a), NULL);
      break;
    case 1:
      ours = delta (a, NULL);
      break;
    case 2:
      merge (a, b);
      break;
    case 3:
      merge (b, a);
      break;
    case 4:
      apply (a, theirs);
      break;
    case 5:
      add (a, "z", 1, C);
      break;
    default:
      g_assert_not_reached ();
    }
  assert_refused (truce_or_set_add (a, "y", at (2, A), &error), &error, TRUCE_ERROR_INVALID_DATA);
}

static void
test_clear (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(TruceOrSet) b = truce_or_set_new ();
  g_autoptr(GError) error = NULL;

  add (a, "x", 1, A);
  add (a, "y", 2, A);
  send (a, b);
  add (b, "y", 3, B);
  truce_or_set_clear (a, at (3, A), &error);
  g_assert_no_error (error);
  assert_set (a, "");
  send (a, b);
  send (b, a);
  assert_set (a, "y");
  assert_set (b, "y");
}

static void
test_types (void)
{
  g_autoptr(TruceOrSet) a = truce_or_set_new ();
  g_autoptr(GError) error = NULL;

  merge (a, a);
  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (a), &error));
  g_assert_no_error (error);
}

static void
test_misuse (void)
{
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autoptr(TruceClock) clock = truce_clock_new (7);

  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*element != NULL*");
  g_assert_false (truce_or_set_add (set, NULL, at (1, A), NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*stamp != NULL*");
  g_assert_false (truce_or_set_remove (set, "x", NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_OR_SET*");
  g_assert_false (truce_or_set_contains ((TruceOrSet *) (gpointer) clock, "x"));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_CRDT*");
  g_assert_false (truce_crdt_merge (TRUCE_CRDT (set), NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*bytes != NULL*");
  g_assert_null (truce_or_set_new_from_bytes (NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*limit <= LIMIT_MAX*");
  truce_or_set_set_limit (set, G_MAXUINT);
  g_test_assert_expected_messages ();
}

int
main (int   argc,
      char *argv[])
{
  static const char *const ends[] = { "context", "encode", "merge", "merged", "apply", "other-stamp" };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/or-set/elements", test_elements);
  g_test_add_func ("/or-set/elements/sorted", test_sorted);
  g_test_add_func ("/or-set/elements/bad", test_bad_elements);
  g_test_add_func ("/or-set/foreach", test_foreach);
  g_test_add_func ("/or-set/add-wins", test_add_wins);
  g_test_add_func ("/or-set/remove/seen", test_remove_seen);
  g_test_add_func ("/or-set/remove/unseen", test_remove_unseen);
  g_test_add_func ("/or-set/remove/is-event", test_remove_is_event);
  g_test_add_func ("/or-set/history/riak-dt-78", test_riak_dt_78);
  g_test_add_func ("/or-set/history/riak-dt-82", test_riak_dt_82);
  g_test_add_func ("/or-set/history/delta-crdt-ex-65", test_delta_crdt_ex_65);
  g_test_add_func ("/or-set/history/lasp-90", test_lasp_90);
  g_test_add_func ("/or-set/history/relay", test_relay);
  g_test_add_func ("/or-set/history/relay-chain", test_relay_chain);
  g_test_add_func ("/or-set/write/one", test_one_write);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strdup_printf ("/or-set/write/ended-by-%s", ends[i]);

      g_test_add_data_func (path, GINT_TO_POINTER (i), test_write_ends);
    }
  g_test_add_func ("/or-set/clear", test_clear);
  g_test_add_func ("/or-set/types", test_types);
  g_test_add_func ("/or-set/misuse", test_misuse);
  return g_test_run ();
}
