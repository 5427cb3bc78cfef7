/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-lww-register.h"
#include "truce-or-set.h"
#include "truce-version-vector-private.h"

static void
set (TruceLwwRegister *reg,
     const char       *text,
     guint64           time,
     guint64           replica)
{
  g_autoptr(GError) error = NULL;

  truce_lww_register_set_text (reg, text, &(TruceStamp) { time, replica }, &error);
  g_assert_no_error (error);
}

static void
merge (TruceLwwRegister *reg,
       TruceLwwRegister *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (reg), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

static GBytes *
encode (TruceLwwRegister *reg)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = truce_crdt_encode (TRUCE_CRDT (reg), &error);

  g_assert_no_error (error);
  return bytes;
}

static void
assert_same (TruceLwwRegister *a,
             TruceLwwRegister *b)
{
  g_autoptr(GBytes) bytes_a = encode (a);
  g_autoptr(GBytes) bytes_b = encode (b);

  g_assert_true (truce_crdt_equal (TRUCE_CRDT (a), TRUCE_CRDT (b), NULL));
  g_assert_true (g_bytes_equal (bytes_a, bytes_b));
}

static void
test_empty (void)
{
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
  g_autoptr(GBytes) bytes = encode (reg);
  g_autoptr(TruceLwwRegister) again = truce_lww_register_new_from_bytes (bytes, NULL);
  g_autoptr(JsonNode) json = truce_crdt_to_json (TRUCE_CRDT (again), NULL);

  g_assert_null (truce_lww_register_get (again));
  g_assert_null (truce_lww_register_get_text (again));
  g_assert_null (truce_lww_register_get_stamp (again));
  g_assert_true (json_node_is_null (json));
  assert_same (reg, again);
}

/* 61. By time, then replica, then bytes: whichever order they come in. */
static void
test_order (void)
{
  static const struct { const char *text; guint64 time; guint64 replica; } writes[] = {
    { "9", 1, 9 }, { "8", 2, 1 }, { "7", 2, 2 }, { "{\"a\":1}", 2, 2 }, { "{\"a\":2}", 2, 2 },
  };
  guint n = G_N_ELEMENTS (writes);

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
      g_autoptr(TruceLwwRegister) merged = truce_lww_register_new ();
      guint first = g_test_rand_int_range (0, (int) n);
      guint step = g_test_rand_int_range (1, (int) n);          /* 5 is a prime: each is met once */

      for (guint i = 0; i < n; i++)
        {
          g_autoptr(TruceLwwRegister) one = truce_lww_register_new ();
          guint j = (first + i * step) % n;

          set (reg, writes[j].text, writes[j].time, writes[j].replica);
          set (one, writes[j].text, writes[j].time, writes[j].replica);
          merge (merged, one);
          if (g_test_rand_bit ())
            merge (merged, merged);
        }
      g_assert_cmpstr (truce_lww_register_get_text (reg), ==, "{\"a\":2}");
      assert_same (reg, merged);
    }
}

static void
test_canonical (void)
{
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
  g_autoptr(JsonNode) node = NULL;

  set (reg, " { \"b\" : 1.0 , \"a\" : [ true , null , \"\\u0061\" ] } ", 1, 1);
  g_assert_cmpstr (truce_lww_register_get_text (reg), ==, "{\"a\":[true,null,\"a\"],\"b\":1}");
  g_assert_cmpuint (truce_lww_register_get_stamp (reg)->time, ==, 1);
  node = truce_lww_register_get (reg);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "b"), ==, 1);
}

static void
test_node (void)
{
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_VALUE);
  g_autoptr(JsonNode) bad = json_node_new (JSON_NODE_VALUE);
  g_autoptr(GError) error = NULL;

  json_node_set_string (node, "caf\xc3\xa9");
  json_node_set_string (bad, "\xff");
  g_assert_true (truce_lww_register_set (reg, node, &(TruceStamp) { 1, 1 }, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (truce_lww_register_get_text (reg), ==, "\"caf\xc3\xa9\"");
  g_assert_false (truce_lww_register_set (reg, bad, &(TruceStamp) { 2, 1 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_cmpuint (truce_lww_register_get_stamp (reg)->time, ==, 1);
}

static void
test_bad_text (void)
{
  static const char *const texts[] = {
    "", "{", "01", "[1,]", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "1 2", "nan",
  };
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (truce_lww_register_set_text (reg, texts[i], &(TruceStamp) { 1, 1 }, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
    }
  g_assert_null (truce_lww_register_get_text (reg));
}

/* A write that loses is seen all the same: else it would be asked for again and again. */
static void
test_context (void)
{
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
  g_autoptr(TruceVersionVector) context = NULL;

  set (reg, "1", 5, 1);
  set (reg, "2", 3, 2);
  g_assert_cmpstr (truce_lww_register_get_text (reg), ==, "1");
  context = truce_crdt_get_context (TRUCE_CRDT (reg), NULL);
  g_assert_cmpuint (truce_version_vector_time (context, 2), ==, 3);
}

/* 57 to 60: states, deltas and writes, repeated and in any order, in one model: the greatest write of
 * those seen. */
static void
test_histories (void)
{
  for (guint round = 0; round < 100; round++)
    {
      TruceLwwRegister *regs[3];

      for (guint i = 0; i < 3; i++)
        regs[i] = truce_lww_register_new ();
      for (guint step = 1; step < 30; step++)
        {
          guint i = g_test_rand_int_range (0, 3);
          guint j = g_test_rand_int_range (0, 3);
          g_autofree char *text = g_strdup_printf ("[%u]", step);
          g_autoptr(TruceVersionVector) since = truce_crdt_get_context (TRUCE_CRDT (regs[j]), NULL);
          g_autoptr(GBytes) delta = truce_crdt_delta (TRUCE_CRDT (regs[i]), since, NULL);
          g_autoptr(TruceLwwRegister) joined = truce_lww_register_new ();
          g_autoptr(GError) error = NULL;

          merge (joined, regs[i]);
          merge (joined, regs[j]);
          truce_crdt_apply (TRUCE_CRDT (regs[j]), delta, &error);
          g_assert_no_error (error);
          assert_same (regs[j], joined);
          truce_crdt_apply (TRUCE_CRDT (regs[j]), delta, &error);
          g_assert_no_error (error);
          assert_same (regs[j], joined);
          set (regs[i], text, step + (guint) g_test_rand_int_range (0, 3), i + 1);
        }
      for (guint i = 0; i < 6; i++)
        merge (regs[i % 3], regs[(i + 1) % 3]);
      assert_same (regs[0], regs[1]);
      assert_same (regs[0], regs[2]);
      for (guint i = 0; i < 3; i++)
        g_object_unref (regs[i]);
    }
}

/* A cloned disk: one stamp, two values. The contexts are equal, and still the two meet. */
static void
test_fork (void)
{
  g_autoptr(TruceLwwRegister) a = truce_lww_register_new ();
  g_autoptr(TruceLwwRegister) b = truce_lww_register_new ();
  g_autoptr(TruceVersionVector) context = NULL;
  g_autoptr(GBytes) delta = NULL;

  set (a, "1", 5, 1);
  set (b, "2", 5, 1);
  context = truce_crdt_get_context (TRUCE_CRDT (a), NULL);
  delta = truce_crdt_delta (TRUCE_CRDT (b), context, NULL);
  g_assert_true (truce_crdt_apply (TRUCE_CRDT (a), delta, NULL));
  assert_same (a, b);
}

static void
test_other_type (void)
{
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
  g_autoptr(TruceOrSet) other = truce_or_set_new ();
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_crdt_merge (TRUCE_CRDT (reg), TRUCE_CRDT (other), &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (truce_crdt_equal (TRUCE_CRDT (reg), TRUCE_CRDT (other), &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  bytes = encode (reg);
  g_assert_false (truce_crdt_apply (TRUCE_CRDT (other), bytes, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
}

/* A type of its own that implements nothing. */
typedef struct { GObject parent; } Nothing;
typedef struct { GObjectClass parent; } NothingClass;
static GType nothing_get_type (void);
static void
nothing_crdt_init (TruceCrdtInterface *iface)
{
}
G_DEFINE_TYPE_WITH_CODE (Nothing, nothing, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, nothing_crdt_init))
static void
nothing_class_init (NothingClass *klass)
{
}
static void
nothing_init (Nothing *self)
{
}

static void
test_unsupported (void)
{
  g_autoptr(GObject) object = g_object_new (nothing_get_type (), NULL);
  TruceCrdt *crdt = TRUCE_CRDT (object);
  g_autoptr(GBytes) bytes = g_bytes_new_static ("", 0);
  GError *errors[7] = { NULL };

  g_assert_null (truce_crdt_get_context (crdt, &errors[0]));
  g_assert_false (truce_crdt_merge (crdt, crdt, &errors[1]));
  g_assert_null (truce_crdt_delta (crdt, NULL, &errors[2]));
  g_assert_null (truce_crdt_encode (crdt, &errors[3]));
  g_assert_false (truce_crdt_apply (crdt, bytes, &errors[4]));
  g_assert_null (truce_crdt_to_json (crdt, &errors[5]));
  g_assert_false (truce_crdt_equal (crdt, crdt, &errors[6]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
      g_error_free (errors[i]);
    }
}

static gboolean
fails_silently (TruceCrdt *self,
                GBytes    *bytes,
                GError   **error)
{
  return FALSE;
}

/* As a Python method that raises: no result, and no error. */
static void
test_silent (void)
{
  g_autoptr(GObject) object = g_object_new (nothing_get_type (), NULL);
  g_autoptr(GBytes) bytes = g_bytes_new_static ("", 0);
  g_autoptr(GError) error = NULL;

  TRUCE_CRDT_GET_IFACE (object)->apply = fails_silently;
  g_assert_false (truce_crdt_apply (TRUCE_CRDT (object), bytes, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
}

static void
test_misuse (void)
{
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();

  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*value != NULL*");
  g_assert_false (truce_lww_register_set (reg, NULL, &(TruceStamp) { 1, 1 }, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_LWW_REGISTER*");
  g_assert_null (truce_lww_register_get_text (NULL));
  g_test_assert_expected_messages ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/lww-register/empty", test_empty);
  g_test_add_func ("/lww-register/order", test_order);
  g_test_add_func ("/lww-register/canonical", test_canonical);
  g_test_add_func ("/lww-register/node", test_node);
  g_test_add_func ("/lww-register/bad-text", test_bad_text);
  g_test_add_func ("/lww-register/context", test_context);
  g_test_add_func ("/lww-register/histories", test_histories);
  g_test_add_func ("/lww-register/fork", test_fork);
  g_test_add_func ("/lww-register/misuse", test_misuse);
  g_test_add_func ("/crdt/other-type", test_other_type);
  g_test_add_func ("/crdt/unsupported", test_unsupported);
  g_test_add_func ("/crdt/silent", test_silent);
  return g_test_run ();
}
