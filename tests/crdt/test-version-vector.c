/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-version-vector-private.h"

/* A vector prints as "replica@time …" and is made from such text, so that tests read like the claim. */
static TruceVersionVector *
vector (const char *text)
{
  TruceVersionVector *self = truce_version_vector_new ();
  g_auto(GStrv) parts = g_strsplit (text, " ", -1);

  for (guint i = 0; parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      TruceStamp stamp = { 0 };
      TruceVersionVector *next;
      char *end;

      stamp.replica = g_ascii_strtoull (parts[i], &end, 10);
      stamp.time = g_ascii_strtoull (end + 1, NULL, 10);
      next = truce_version_vector_with_stamp (self, &stamp, NULL);
      truce_version_vector_unref (self);
      self = next;
    }
  return self;
}

static char *
print (const TruceVersionVector *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < truce_version_vector_get_length (self); i++)
    {
      g_autoptr(TruceStamp) stamp = truce_version_vector_get_stamp (self, i);

      g_string_append_printf (text, "%s%" G_GUINT64_FORMAT "@%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                              stamp->replica, stamp->time);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  const char *a;
  const char *b;
  const char *join;
  const char *meet;
  TruceOrdering ordering;
} Row;

static const Row rows[] = {
  { "", "", "", "", TRUCE_ORDERING_EQUAL },
  { "", "1@1", "1@1", "", TRUCE_ORDERING_BEFORE },
  { "1@1", "", "1@1", "", TRUCE_ORDERING_AFTER },
  { "1@1", "1@1", "1@1", "1@1", TRUCE_ORDERING_EQUAL },
  { "1@1", "1@2", "1@2", "1@1", TRUCE_ORDERING_BEFORE },
  { "1@2", "1@1", "1@2", "1@1", TRUCE_ORDERING_AFTER },
  { "1@1", "2@1", "1@1 2@1", "", TRUCE_ORDERING_CONCURRENT },
  { "2@5", "1@9", "1@9 2@5", "", TRUCE_ORDERING_CONCURRENT },
  { "1@1 2@2", "1@2 2@1", "1@2 2@2", "1@1 2@1", TRUCE_ORDERING_CONCURRENT },
  { "1@1 3@3", "2@2", "1@1 2@2 3@3", "", TRUCE_ORDERING_CONCURRENT },
  { "1@1 2@2 3@3", "2@2", "1@1 2@2 3@3", "2@2", TRUCE_ORDERING_AFTER },
  { "18446744073709551615@1", "1@1", "1@1 18446744073709551615@1", "", TRUCE_ORDERING_CONCURRENT },
  { "18446744073709551615@2", "18446744073709551615@1", "18446744073709551615@2", "18446744073709551615@1",
    TRUCE_ORDERING_AFTER },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(TruceVersionVector) a = vector (row->a);
  g_autoptr(TruceVersionVector) b = vector (row->b);
  g_autoptr(TruceVersionVector) join = truce_version_vector_join (a, b, NULL);
  g_autoptr(TruceVersionVector) meet = truce_version_vector_meet (a, b);
  g_autofree char *join_text = print (join);
  g_autofree char *meet_text = print (meet);

  g_assert_cmpstr (join_text, ==, row->join);
  g_assert_cmpstr (meet_text, ==, row->meet);
  g_assert_cmpint (truce_version_vector_compare (a, b), ==, row->ordering);
  g_assert_cmpint (truce_version_vector_equal (a, b), ==, row->ordering == TRUCE_ORDERING_EQUAL);
  g_assert_true (truce_version_vector_covers_all (join, a));
  g_assert_true (truce_version_vector_covers_all (b, meet));
}

static void
test_covers (void)
{
  g_autoptr(TruceVersionVector) self = vector ("2@5 4@18446744073709551615");

  g_assert_true (truce_version_vector_covers (self, &(TruceStamp) { 4, 2 }));
  g_assert_true (truce_version_vector_covers (self, &(TruceStamp) { 5, 2 }));
  g_assert_false (truce_version_vector_covers (self, &(TruceStamp) { 6, 2 }));
  g_assert_false (truce_version_vector_covers (self, &(TruceStamp) { 1, 1 }));
  g_assert_false (truce_version_vector_covers (self, &(TruceStamp) { 1, 3 }));
  g_assert_false (truce_version_vector_covers (self, &(TruceStamp) { 1, 5 }));
  g_assert_true (truce_version_vector_covers (self, &(TruceStamp) { G_MAXUINT64, 4 }));
}

static void
test_lookup (void)
{
  g_autoptr(TruceVersionVector) self = vector ("2@5 4@9");
  g_autoptr(TruceStamp) stamp = truce_version_vector_lookup (self, 4);

  g_assert_cmpuint (stamp->time, ==, 9);
  g_assert_null (truce_version_vector_lookup (self, 3));
}

static TruceVersionVector *
random_vector (guint64 *model,
               guint    n)
{
  TruceVersionVector *self = truce_version_vector_alloc (n);
  guint used = 0;

  for (guint i = 0; i < n; i++)
    {
      model[i] = g_test_rand_int_range (0, 4);
      if (model[i] > 0)
        self->stamps[used++] = (TruceStamp) { model[i], i + 1 }
      ;
    }
  self->n_stamps = used;
  return self;
}

/* Against plain arrays of numbers; encode and decode on the way. */
static void
test_model (void)
{
  for (guint round = 0; round < 5000; round++)
    {
      guint64 model_a[6];
      guint64 model_b[6];
      g_autoptr(TruceVersionVector) a = random_vector (model_a, 6);
      g_autoptr(TruceVersionVector) b = random_vector (model_b, 6);
      g_autoptr(TruceVersionVector) join = truce_version_vector_join (a, b, NULL);
      g_autoptr(TruceVersionVector) reverse = truce_version_vector_join (b, a, NULL);
      g_autoptr(GBytes) bytes = truce_version_vector_to_bytes (join);
      g_autoptr(GBytes) bytes_reverse = truce_version_vector_to_bytes (reverse);
      g_autoptr(TruceVersionVector) again = truce_version_vector_new_from_bytes (bytes, NULL);
      gboolean less = FALSE;
      gboolean more = FALSE;
      TruceOrdering expected = TRUCE_ORDERING_EQUAL;

      for (guint i = 0; i < 6; i++)
        {
          g_assert_cmpuint (truce_version_vector_time (again, i + 1), ==, MAX (model_a[i], model_b[i]));
          less |= model_a[i] < model_b[i];
          more |= model_a[i] > model_b[i];
        }
      if (less || more)
        expected = !more ? TRUCE_ORDERING_BEFORE : !less ? TRUCE_ORDERING_AFTER : TRUCE_ORDERING_CONCURRENT;
      g_assert_cmpint (truce_version_vector_compare (a, b), ==, expected);
      g_assert_true (g_bytes_equal (bytes, bytes_reverse));
    }
}

static void
test_limit (void)
{
  g_autoptr(TruceVersionVector) full = truce_version_vector_alloc (TRUCE_VERSION_VECTOR_MAX);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(TruceVersionVector) again = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < TRUCE_VERSION_VECTOR_MAX; i++)
    full->stamps[i] = (TruceStamp) { i + 1, i + 1 }
  ;
  bytes = truce_version_vector_to_bytes (full);
  again = truce_version_vector_new_from_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_true (truce_version_vector_equal (full, again));
  g_assert_null (truce_version_vector_with_stamp (full, &(TruceStamp) { 1, 20000 }, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_clear_pointer (&again, truce_version_vector_unref);
  again = truce_version_vector_with_stamp (full, &(TruceStamp) { 20000, 10000 }, NULL);
  g_assert_cmpuint (truce_version_vector_time (again, 10000), ==, 20000);
}

#define HEAD "Tru\x01\x01"
#define ONE "\0\0\0\0\0\0\0\x07"
#define TWO "\0\0\0\0\0\0\0\x09"
#define BYTES(literal) literal, sizeof literal - 1

typedef struct
{
  const char *name;
  const char *bytes;
  gsize length;
  int code;                     /* -1: it decodes */
} Encoded;

static const Encoded encoded[] = {
  { "empty", BYTES (HEAD "\0"), -1 },
  { "one", BYTES (HEAD "\x01" ONE "\x02\x05"), -1 },
  { "two", BYTES (HEAD "\x02" ONE "\x04\x05" TWO "\x01\x05"), -1 },
  { "nothing", BYTES (""), TRUCE_ERROR_CORRUPT },
  { "magic-cut", BYTES ("Tr"), TRUCE_ERROR_CORRUPT },
  { "no-version", BYTES ("Tru"), TRUCE_ERROR_CORRUPT },
  { "other-magic", BYTES ("True\1\1\0"), TRUCE_ERROR_TOO_NEW },
  { "no-magic", BYTES ("tru\1\1\0"), TRUCE_ERROR_CORRUPT },
  { "version-0", BYTES ("Tru\0\1\0"), TRUCE_ERROR_CORRUPT },
  { "version-2", BYTES ("Tru\2"), TRUCE_ERROR_TOO_NEW },
  { "other-type", BYTES ("Tru\1\3\0"), TRUCE_ERROR_CORRUPT },
  { "trailing", BYTES (HEAD "\0\0"), TRUCE_ERROR_CORRUPT },
  { "no-length", BYTES (HEAD), TRUCE_ERROR_CORRUPT },
  { "cut", BYTES (HEAD "\x01" ONE "\x02"), TRUCE_ERROR_CORRUPT },
  { "length-padded", BYTES (HEAD "\x80\0"), TRUCE_ERROR_CORRUPT },
  { "too-many", BYTES (HEAD "\x91\x4e"), TRUCE_ERROR_TOO_LARGE },
  { "more-than-bytes", BYTES (HEAD "\x90\x4e"), TRUCE_ERROR_CORRUPT },
  { "length-2^64-1", BYTES (HEAD "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), TRUCE_ERROR_TOO_LARGE },
  { "length-2^64", BYTES (HEAD "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"), TRUCE_ERROR_CORRUPT },
  { "length-endless", BYTES (HEAD "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), TRUCE_ERROR_CORRUPT },
  { "replica-0", BYTES (HEAD "\x01\0\0\0\0\0\0\0\0\x02\x05"), TRUCE_ERROR_CORRUPT },
  { "replica-twice", BYTES (HEAD "\x02" ONE "\x02\x05" ONE "\x02\x05"), TRUCE_ERROR_CORRUPT },
  { "replicas-descend", BYTES (HEAD "\x02" TWO "\x02\x05" ONE "\x02\x05"), TRUCE_ERROR_CORRUPT },
  { "time-0", BYTES (HEAD "\x01" ONE "\0\0"), TRUCE_ERROR_CORRUPT },
  { "time-negative", BYTES (HEAD "\x01" ONE "\x01\x05"), TRUCE_ERROR_CORRUPT },
  { "time-2^48", BYTES (HEAD "\x01" ONE "\x80\x80\x80\x80\x80\x80\x80\x01\0"), TRUCE_ERROR_CORRUPT },
  { "time-2^48-1", BYTES (HEAD "\x01" ONE "\xfe\xff\xff\xff\xff\xff\x7f\0"), -1 },
  { "counter-2^16", BYTES (HEAD "\x01" ONE "\x02\x80\x80\x04"), TRUCE_ERROR_CORRUPT },
};

static void
test_decode (gconstpointer data)
{
  const Encoded *row = data;
  g_autoptr(GBytes) bytes = g_bytes_new_static (row->bytes, row->length);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceVersionVector) self = truce_version_vector_new_from_bytes (bytes, &error);

  if (row->code >= 0)
    {
      g_assert_null (self);
      g_assert_error (error, TRUCE_ERROR, row->code);
      g_assert_true (g_str_has_prefix (error->message, "Byte "));
    }
  else
    {
      g_autoptr(GBytes) again = NULL;

      g_assert_no_error (error);
      again = truce_version_vector_to_bytes (self);
      g_assert_true (g_bytes_equal (bytes, again));
    }
}

static void
test_reference (void)
{
  g_autoptr(TruceVersionVector) self = vector ("1@1");
  g_autoptr(TruceVersionVector) copy = g_boxed_copy (TRUCE_TYPE_VERSION_VECTOR, self);

  g_assert_true (self == copy);
}

static void
test_misuse (void)
{
  g_autoptr(TruceVersionVector) self = truce_version_vector_new ();

  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*bytes != NULL*");
  g_assert_null (truce_version_vector_new_from_bytes (NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*index < self->n_stamps*");
  g_assert_null (truce_version_vector_get_stamp (self, 0));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*b != NULL*");
  g_assert_null (truce_version_vector_join (self, NULL, NULL));
  g_test_assert_expected_messages ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/version-vector/join/%u", i);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/version-vector/covers", test_covers);
  g_test_add_func ("/version-vector/lookup", test_lookup);
  g_test_add_func ("/version-vector/model", test_model);
  g_test_add_func ("/version-vector/limit", test_limit);
  for (guint i = 0; i < G_N_ELEMENTS (encoded); i++)
    {
      g_autofree char *path = g_strdup_printf ("/version-vector/decode/%s", encoded[i].name);

      g_test_add_data_func (path, &encoded[i], test_decode);
    }
  g_test_add_func ("/version-vector/reference", test_reference);
  g_test_add_func ("/version-vector/misuse", test_misuse);
  return g_test_run ();
}
