/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers: what value a text has, how two compare, and the shortest text of a double. */

#include <locale.h>
#include <math.h>
#include <string.h>

#include "random-json.h"

/* ---- integers and doubles ---- */

static const struct
{
  const char *text;
  gboolean is_int64;
  gint64 integer;
  gboolean is_double;
  double real;                  /* the nearest */
} values[] = {
  { "0", TRUE, 0, TRUE, 0.0 },
  { "-0", TRUE, 0, TRUE, 0.0 },
  { "-0.0e7", TRUE, 0, TRUE, 0.0 },
  { "1.0", TRUE, 1, TRUE, 1.0 },
  { "10e-1", TRUE, 1, TRUE, 1.0 },
  { "-12.30e1", TRUE, -123, TRUE, -123.0 },
  { "1e18", TRUE, G_GINT64_CONSTANT (1000000000000000000), TRUE, 1e18 },
  { "9007199254740992", TRUE, G_GINT64_CONSTANT (9007199254740992), TRUE, 9007199254740992.0 },
  { "9007199254740993", TRUE, G_GINT64_CONSTANT (9007199254740993), FALSE, 9007199254740992.0 },
  { "9223372036854775807", TRUE, G_MAXINT64, FALSE, 9223372036854775808.0 },
  { "-9223372036854775808", TRUE, G_MININT64, TRUE, -9223372036854775808.0 },
  { "9223372036854775807.5", FALSE, 0, FALSE, 9223372036854775808.0 },
  { "9007199254740993.5", TRUE, G_GINT64_CONSTANT (9007199254740994), TRUE, 9007199254740994.0 },
  { "9223372036854775808", FALSE, 0, FALSE, 9223372036854775808.0 },
  { "1e19", FALSE, 0, TRUE, 1e19 },
  { "99999999999999999999", FALSE, 0, FALSE, 1e20 },
  { "1.5", FALSE, 0, TRUE, 1.5 },
  { "0.1", FALSE, 0, TRUE, 0.1 },
  { "0.10000000000000001", FALSE, 0, TRUE, 0.1 },
  { "0.100000000000000005", FALSE, 0, FALSE, 0.1 },
  { "5e-324", FALSE, 0, TRUE, 5e-324 },
  { "1e-400", FALSE, 0, FALSE, 0.0 },
  { "1e400", FALSE, 0, FALSE, G_MAXDOUBLE },
  { "-1e400", FALSE, 0, FALSE, -G_MAXDOUBLE },
  { "1.7976931348623157e308", FALSE, 0, TRUE, G_MAXDOUBLE },
};

/* Bit by bit. */
static void
assert_same (double found,
             double wanted)
{
  g_assert_cmpmem (&found, sizeof found, &wanted, sizeof wanted);
}

static void
test_value (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (values[row].text, -1, NULL);
  gint64 integer = 0;
  double real;

  g_assert_cmpint (truce_json_get_int64 (doc, 0, &integer), ==, values[row].is_int64);
  g_assert_cmpint (integer, ==, values[row].integer);
  g_assert_cmpint (truce_json_get_double (doc, 0, &real), ==, values[row].is_double);
  assert_same (real, values[row].real);
}

/* ---- order ---- */

/* Ascending; the texts of one row are one number. */
static const char *const order[][4] = {
  { "-1e400" },
  { "-1.7976931348623157e308" },
  { "-18446744073709551615" },
  { "-9223372036854775808", "-9223372036854775808.0" },
  { "-2" },
  { "-1.5", "-15e-1", "-0.15E1" },
  { "-1e-400" },
  { "0", "-0", "0.000", "0e123456789" },
  { "1e-999999999999999999" },
  { "1e-400", "10e-401" },
  { "5e-324", "4.9e-324" },
  { "0.09999999999999999" },
  { "0.1", "1e-1", "0.10000000000000001" },
  { "0.10000000000000000001" },
  { "0.100000000000000005" },
  { "1", "1.0", "10e-1", "0.000001e6" },
  { "9007199254740992" },
  { "9007199254740993", "9007199254740993.000", "9007199254740993e0" },
  { "9007199254740994", "9007199254740993.5" },
  { "9223372036854775807" },
  { "9223372036854775808", "9223372036854775808.0" },
  { "18446744073709551615" },
  { "18446744073709551616" },
  { "1.8446744073709552e19", "18446744073709552000" },
  { "1.7976931348623157e308" },
  { "1e400", "0.1e401", "1000e397" },
  { "1e999999999999999999" },
};

static void
check_order (const char *a,
             const char *b,
             int         wanted)
{
  g_autoptr(TruceJsonDoc) doc_a = truce_json_doc_parse_text (a, -1, NULL);
  g_autoptr(TruceJsonDoc) doc_b = truce_json_doc_parse_text (b, -1, NULL);
  int found = truce_json_number_compare (doc_a, 0, doc_b, 0);

  if (found != wanted)
    g_test_message ("%s, %s", a, b);
  g_assert_cmpint (found, ==, wanted);
  g_assert_cmpint (truce_json_equal (doc_a, 0, doc_b, 0), ==, wanted == 0);
}

static void
test_order (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint k = 0; k < G_N_ELEMENTS (order); k++)
      for (guint n = 0; n < 4 && order[i][n] != NULL; n++)
        for (guint m = 0; m < 4 && order[k][m] != NULL; m++)
          check_order (order[i][n], order[k][m], (i > k) - (i < k));
}

static char *
random_number (void)
{
  GString *text = g_string_new (g_test_rand_bit () ? "-" : NULL);
  guint n_digits = g_test_rand_int_range (1, g_test_rand_bit () ? 5 : 25);

  for (guint i = 0; i < n_digits; i++)
    g_string_append_c (text, "048123567"[g_test_rand_int_range (i > 0 ? 0 : 1, i > 0 ? 3 : 9)]);
  if (g_test_rand_bit ())
    g_string_insert_c (text, text->len - g_test_rand_int_range (0, n_digits), '.');
  if (text->str[text->len - 1] == '.')
    g_string_append_c (text, '0');
  if (g_test_rand_bit ())
    g_string_append_printf (text, "e%d", g_test_rand_int_range (-30, 30));

  return g_string_free (text, FALSE);
}

/* The canonical form is the value: equal where equal, and read back as the same. */
static void
test_canonical (void)
{
  for (guint i = 0; i < random_rounds (20000); i++)
    {
      g_autofree char *text = random_number ();
      g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, -1, NULL);
      g_autoptr(TruceJsonDoc) again = NULL;
      g_autoptr(GString) canonical = g_string_new (NULL);
      g_autoptr(GString) canonical_again = g_string_new (NULL);

      truce_json_write_canonical (canonical, doc, 0);
      again = truce_json_doc_parse_text (canonical->str, -1, NULL);
      truce_json_write_canonical (canonical_again, again, 0);
      truce_json_doc_hash (doc);
      truce_json_doc_hash (again);
      if (!truce_json_equal (doc, 0, again, 0))
        g_test_message ("%s, %s", text, canonical->str);
      g_assert_cmpstr (canonical->str, ==, canonical_again->str);
      g_assert_cmpint (truce_json_number_compare (doc, 0, again, 0), ==, 0);
      g_assert_cmpuint (doc->hashes[0], ==, again->hashes[0]);
    }
}

/* No digit costs more than another, and none is lost. */
static void
test_long (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) canonical = g_string_new (NULL);
  g_autoptr(TruceJsonDoc) doc = NULL;
  double real;

  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, '1' + i % 9);
  doc = truce_json_doc_parse_text (text->str, -1, NULL);
  truce_json_doc_hash (doc);
  truce_json_write_canonical (canonical, doc, 0);
  g_assert_true (g_str_has_suffix (canonical->str, "91e+999999"));
  g_assert_cmpuint (canonical->len, ==, 1000000 + strlen (".e+999999"));
  g_assert_false (truce_json_get_double (doc, 0, &real));
  assert_same (real, G_MAXDOUBLE);
}

/* ---- the shortest text of a double ---- */

/* RFC 8785, appendix B. */
static const struct
{
  guint64 bits;
  const char *text;
} samples[] = {
  { G_GUINT64_CONSTANT (0x0000000000000000), "0" },
  { G_GUINT64_CONSTANT (0x8000000000000000), "0" },
  { G_GUINT64_CONSTANT (0x0000000000000001), "5e-324" },
  { G_GUINT64_CONSTANT (0x8000000000000001), "-5e-324" },
  { G_GUINT64_CONSTANT (0x7fefffffffffffff), "1.7976931348623157e+308" },
  { G_GUINT64_CONSTANT (0xffefffffffffffff), "-1.7976931348623157e+308" },
  { G_GUINT64_CONSTANT (0x4340000000000000), "9007199254740992" },
  { G_GUINT64_CONSTANT (0xc340000000000000), "-9007199254740992" },
  { G_GUINT64_CONSTANT (0x4430000000000000), "295147905179352830000" },
  { G_GUINT64_CONSTANT (0x44b52d02c7e14af5), "9.999999999999997e+22" },
  { G_GUINT64_CONSTANT (0x44b52d02c7e14af6), "1e+23" },
  { G_GUINT64_CONSTANT (0x44b52d02c7e14af7), "1.0000000000000001e+23" },
  { G_GUINT64_CONSTANT (0x444b1ae4d6e2ef4e), "999999999999999700000" },
  { G_GUINT64_CONSTANT (0x444b1ae4d6e2ef4f), "999999999999999900000" },
  { G_GUINT64_CONSTANT (0x444b1ae4d6e2ef50), "1e+21" },
  { G_GUINT64_CONSTANT (0x3eb0c6f7a0b5ed8c), "9.999999999999997e-7" },
  { G_GUINT64_CONSTANT (0x3eb0c6f7a0b5ed8d), "0.000001" },
  { G_GUINT64_CONSTANT (0x41b3de4355555553), "333333333.3333332" },
  { G_GUINT64_CONSTANT (0x41b3de4355555554), "333333333.33333325" },
  { G_GUINT64_CONSTANT (0x41b3de4355555555), "333333333.3333333" },
  { G_GUINT64_CONSTANT (0x41b3de4355555556), "333333333.3333334" },
  { G_GUINT64_CONSTANT (0x41b3de4355555557), "333333333.33333343" },
  { G_GUINT64_CONSTANT (0xbecbf647612f3696), "-0.0000033333333333333333" },
  { G_GUINT64_CONSTANT (0x43143ff3c1cb0959), "1424953923781206.2" },
  /* Powers of two, whose nearest shorter decimal does not read back, but the one above does. */
  { G_GUINT64_CONSTANT (0x0060000000000000), "7.120236347223045e-307" },
  { G_GUINT64_CONSTANT (0x0420000000000000), "8.209073602596753e-289" },
  /* Least and greatest of the denormal, least of the normal. */
  { G_GUINT64_CONSTANT (0x0000000000000002), "1e-323" },
  { G_GUINT64_CONSTANT (0x000fffffffffffff), "2.225073858507201e-308" },
  { G_GUINT64_CONSTANT (0x0010000000000000), "2.2250738585072014e-308" },
};

static double
from_bits (guint64 bits)
{
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static char *
shortest (double value)
{
  GString *text = g_string_new (NULL);

  truce_json_write_double (text, value);
  return g_string_free (text, FALSE);
}

static void
test_sample (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autofree char *text = shortest (from_bits (samples[row].bits));

  g_assert_cmpstr (text, ==, samples[row].text);
}

static guint
count_digits (const char *text)
{
  const char *end = text + strcspn (text, "e");
  guint n_digits = 0;
  guint n_zeros = 0;            /* since the last other digit */

  for (const char *at = text; at < end; at++)
    if (g_ascii_isdigit (*at) && (n_digits > 0 || *at != '0'))
      {
        n_digits++;
        n_zeros = *at == '0' ? n_zeros + 1 : 0;
      }

  return n_digits - n_zeros;
}

/* Whether a decimal of n_digits next to value, below or above, reads back. */
static gboolean
has_decimal (double value,
             guint  n_digits)
{
  char format[16];
  char text[64];
  char *exponent;

  g_snprintf (format, sizeof format, "%%.%ue", n_digits + 2);
  g_ascii_formatd (text, sizeof text, format, value);
  exponent = strchr (text, 'e');
  for (int step = 0; step < 2; step++)
    {
      g_autofree char *digits = g_strndup (text, exponent - text - 3);
      g_autofree char *decimal = NULL;
      char *last = digits + strlen (digits) - 1;

      for (; step > 0 && last >= digits && (*last == '9' || *last == '.'); last--)
        *last = *last == '9' ? '0' : '.';
      if (last < digits)
        return FALSE;
      *last += step;
      decimal = g_strconcat (digits, exponent, NULL);
      if (fabs (g_ascii_strtod (decimal, NULL) - value) <= 0.0)
        return TRUE;
    }

  return FALSE;
}

static void
check_shortest (double value)
{
  g_autofree char *text = shortest (value);
  guint n_digits = count_digits (text);
  gboolean is_shortest = n_digits < 2 || !has_decimal (fabs (value), n_digits - 1);

  if (!is_shortest)
    g_test_message ("%s", text);
  assert_same (g_ascii_strtod (text, NULL), value);
  g_assert_true (is_shortest);
}

static void
test_random_doubles (void)
{
  for (guint i = 0; i < random_rounds (20000); i++)
    {
      double value = from_bits ((guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ());

      if (isfinite (value))
        check_shortest (value);
    }
}

static void
test_powers_of_two (void)
{
  for (int exponent = -1074; exponent <= 1023; exponent++)
    {
      check_shortest (ldexp (1.0, exponent));
      if (exponent >= -1022)
        {
          check_shortest (nextafter (ldexp (1.0, exponent), 0.0));
          check_shortest (nextafter (ldexp (1.0, exponent), G_MAXDOUBLE));
        }
    }
}

static void
test_locale (gconstpointer locale)
{
  g_autofree char *before = g_strdup (setlocale (LC_ALL, NULL));
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autofree char *text = NULL;
  double real;

  if (setlocale (LC_ALL, locale) == NULL)
    {
      g_test_skip ("this system does not have the locale");
      return;
    }

  text = shortest (-1234567.875e-20);
  doc = truce_json_doc_parse_text ("[1234567.25, 0.12345678901234567]", -1, NULL);
  g_assert_nonnull (doc);
  g_assert_true (truce_json_get_double (doc, 1, &real));
  assert_same (real, 1234567.25);
  g_assert_true (truce_json_get_double (doc, 2, &real));
  assert_same (real, 0.12345678901234567);
  g_assert_cmpstr (text, ==, "-1.234567875e-14");
  setlocale (LC_ALL, before);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *path = g_strconcat ("/json/number/value/", values[i].text, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/number/double/%016" G_GINT64_MODIFIER "x",
                                               samples[i].bits);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_sample);
    }
  g_test_add_func ("/json/number/order", test_order);
  g_test_add_func ("/json/number/canonical", test_canonical);
  g_test_add_func ("/json/number/long", test_long);
  g_test_add_func ("/json/number/double/random", test_random_doubles);
  g_test_add_func ("/json/number/double/powers-of-two", test_powers_of_two);
  g_test_add_data_func ("/json/number/locale/de_DE", "de_DE.UTF-8", test_locale);
  g_test_add_data_func ("/json/number/locale/tr_TR", "tr_TR.UTF-8", test_locale);
  return g_test_run ();
}
