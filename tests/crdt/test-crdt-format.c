/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The bytes of docs/format.md: golden files, which every later version must read and write as they are;
 * the worked example of the document; and what must be refused. A golden file is hexadecimal, so that a
 * difference can be read. TRUCE_WRITE_GOLDEN=1 writes those that are missing. */

#include "truce-counter.h"
#include "truce-flag.h"
#include "truce-lww-register.h"
#include "truce-mv-register.h"
#include "truce-or-map.h"
#include "truce-or-set-private.h"

#include <locale.h>

#define A G_GUINT64_CONSTANT (0xa1a2a3a4a5a6a7a8)
#define B G_GUINT64_CONSTANT (0xb1b2b3b4b5b6b7b8)

static TruceStamp
at (guint64 ms,
    guint   counter,
    guint64 replica)
{
  return (TruceStamp) { truce_time_pack (ms, counter), replica };
}

static void
add (TruceOrSet *set,
     const char *element,
     TruceStamp  stamp)
{
  g_autoptr(GError) error = NULL;

  truce_or_set_add (set, element, &stamp, &error);
  g_assert_no_error (error);
}

static void
take (TruceOrSet *set,
      const char *element,
      TruceStamp  stamp)
{
  g_autoptr(GError) error = NULL;

  truce_or_set_remove (set, element, &stamp, &error);
  g_assert_no_error (error);
}

/* ---- the values of the golden files ---- */

static TruceCrdt *
make_empty_set (void)
{
  return TRUCE_CRDT (truce_or_set_new ());
}

/* The worked example of docs/format.md. */
static TruceCrdt *
make_example (void)
{
  TruceOrSet *set = truce_or_set_new ();
  g_autoptr(TruceOrSet) other = truce_or_set_new ();

  add (set, "milk", at (1000, 0, A));
  add (set, "mint", at (1000, 1, A));
  add (other, "tea", at (1005, 3, B));
  add (other, "milk", at (1006, 0, B));
  truce_crdt_merge (TRUCE_CRDT (set), TRUCE_CRDT (other), NULL);
  return TRUCE_CRDT (set);
}

/* Runs of one stamp, of following stamps, of none; long texts; elements that came and went. */
static TruceCrdt *
make_rich_set (void)
{
  TruceOrSet *set = truce_or_set_new ();
  g_autofree char *long_text = g_strnfill (300, 'x');
  g_autofree char *longer_text = g_strconcat (long_text, "y", NULL);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("https://example.org/things/%u", i * i);

      add (set, name, i < 10 ? at (5000, 7, A) : i < 20 ? at (6000, i, B) : at (7000 + i * i * 999, 0, A));
    }
  add (set, long_text, at (9000000, G_MAXUINT16, A));
  add (set, longer_text, at (9000001, 0, A));
  add (set, "", at (9000001, 0, A));
  add (set, "caf\xc3\xa9", at (9000002, 0, B));
  take (set, "https://example.org/things/4", at (9000003, 0, B));
  take (set, "never there", at (9000009, 0, 1));
  return TRUCE_CRDT (set);
}

static TruceCrdt *
make_register (void)
{
  TruceLwwRegister *reg = truce_lww_register_new ();
  TruceStamp stamp = at (1000, 1, A);
  TruceStamp lost = at (999, 0, B);

  truce_lww_register_set_text (reg, "{\"b\": 1.50, \"a\": [null, \"caf\\u00e9\"]}", &stamp, NULL);
  truce_lww_register_set_text (reg, "0", &lost, NULL);
  return TRUCE_CRDT (reg);
}

static TruceCrdt *
make_empty_register (void)
{
  return TRUCE_CRDT (truce_lww_register_new ());
}

static TruceCrdt *
make_empty_mv_register (void)
{
  return TRUCE_CRDT (truce_mv_register_new ());
}

/* Two values that have not seen each other; one of them is written twice. */
static TruceCrdt *
make_mv_register (void)
{
  TruceMvRegister *reg = truce_mv_register_new ();
  g_autoptr(TruceMvRegister) other = truce_mv_register_new ();
  g_autoptr(TruceMvRegister) third = truce_mv_register_new ();
  TruceStamp stamps[] = { at (1000, 1, A), at (1005, 0, B), at (999, 0, 1) };

  truce_mv_register_set_text (reg, "{\"b\": 1.50, \"a\": [null, \"caf\\u00e9\"]}", &stamps[0], NULL);
  truce_mv_register_set_text (other, "-1", &stamps[1], NULL);
  truce_mv_register_set_text (third, "-1.0", &stamps[2], NULL);
  truce_crdt_merge (TRUCE_CRDT (reg), TRUCE_CRDT (other), NULL);
  truce_crdt_merge (TRUCE_CRDT (reg), TRUCE_CRDT (third), NULL);
  return TRUCE_CRDT (reg);
}

static TruceCrdt *
make_empty_counter (void)
{
  return TRUCE_CRDT (truce_counter_new ());
}

/* The worked example of docs/format.md, a reset, and a tally at its end. */
static TruceCrdt *
make_counter (void)
{
  TruceCounter *counter = truce_counter_new ();
  TruceStamp stamps[] = { at (1000, 1, A), at (1005, 0, B), at (1006, 0, A), at (1007, 0, 1), at (1008, 0, B) };

  truce_counter_increment (counter, 5, &stamps[0], NULL);
  truce_counter_increment (counter, -2, &stamps[1], NULL);
  truce_counter_reset (counter, &stamps[2], NULL);
  for (guint i = 0; i < 3; i++)
    truce_counter_increment (counter, G_MAXINT64, &stamps[3], NULL);
  truce_counter_increment (counter, -300, &stamps[4], NULL);
  return TRUCE_CRDT (counter);
}

static TruceCrdt *
make_counter_example (void)
{
  TruceCounter *counter = truce_counter_new ();
  TruceStamp stamps[] = { at (1000, 1, A), at (1005, 0, B) };

  truce_counter_increment (counter, 5, &stamps[0], NULL);
  truce_counter_increment (counter, -2, &stamps[1], NULL);
  return TRUCE_CRDT (counter);
}

static TruceCrdt *
make_any_flag (gboolean disable_wins)
{
  TruceFlag *flag = truce_flag_new (disable_wins);
  g_autoptr(TruceFlag) other = truce_flag_new (disable_wins);
  TruceStamp stamps[] = { at (1000, 1, A), at (1005, 0, B) };

  truce_flag_enable (flag, &stamps[0], NULL);
  truce_flag_disable (other, &stamps[1], NULL);
  truce_crdt_merge (TRUCE_CRDT (flag), TRUCE_CRDT (other), NULL);
  return TRUCE_CRDT (flag);
}

static TruceCrdt *
make_empty_flag (void)
{
  return TRUCE_CRDT (truce_flag_new (FALSE));
}

static TruceCrdt *
make_flag (void)
{
  return make_any_flag (FALSE);
}

static TruceCrdt *
make_flag_off (void)
{
  return make_any_flag (TRUE);
}

static TruceCrdt *
make_empty_map (void)
{
  return TRUCE_CRDT (truce_or_map_new ());
}

/* All types, in some depth; two replicas that wrote apart, and a key that is gone but for what was counted. */
static TruceCrdt *
make_map (void)
{
  TruceOrMap *map = truce_or_map_new ();
  g_autoptr(TruceOrMap) other = truce_or_map_new ();
  g_autoptr(JsonNode) element = json_from_string ("2.5", NULL);
  TruceStamp stamps[] = { at (1000, 0, A), at (1000, 1, A), at (1001, 0, B), at (2000, 7, A) };

  truce_or_map_set_text (map, "/title", "{\"b\":[1,null],\"a\":\"\\u00e9\"}", &stamps[0], NULL);
  truce_or_map_set_text (map, "/x/y", "1", &stamps[0], NULL);
  truce_or_map_increment (map, "/x/n", 300, &stamps[0], NULL);
  truce_or_map_increment (map, "/gone", 1, &stamps[1], NULL);
  truce_or_map_add (map, "/set", element, &stamps[1], NULL);
  truce_or_map_add (other, "/set", element, &stamps[2], NULL);
  truce_or_map_set_multi (map, "/multi", element, &stamps[1], NULL);
  truce_or_map_set_text (other, "/title", "\"other\"", &stamps[2], NULL);
  truce_or_map_put_map (other, "/multi", &stamps[2], NULL);
  truce_or_map_set_flag (other, "/flag", FALSE, &stamps[2], NULL);
  truce_crdt_merge (TRUCE_CRDT (map), TRUCE_CRDT (other), NULL);
  truce_or_map_remove (map, "/gone", &stamps[3], NULL);
  return TRUCE_CRDT (map);
}

typedef struct
{
  const char *name;
  TruceCrdt *(*make)(void);
} Golden;

static const Golden goldens[] = {
  { "or-set-empty", make_empty_set },
  { "or-set-example", make_example },
  { "or-set-rich", make_rich_set },
  { "lww-register-empty", make_empty_register },
  { "lww-register", make_register },
  { "mv-register-empty", make_empty_mv_register },
  { "mv-register", make_mv_register },
  { "counter-empty", make_empty_counter },
  { "counter-example", make_counter_example },
  { "counter", make_counter },
  { "flag-empty", make_empty_flag },
  { "flag", make_flag },
  { "flag-off", make_flag_off },
  { "or-map-empty", make_empty_map },
  { "or-map", make_map },
};

/* Of the same type, without anything in it. */
static TruceCrdt *
make_like (TruceCrdt *crdt)
{
  if (TRUCE_IS_FLAG (crdt))
    return TRUCE_CRDT (truce_flag_new (truce_flag_get_disable_wins (TRUCE_FLAG (crdt))));
  return g_object_new (G_OBJECT_TYPE (crdt), NULL);
}

/* ---- hexadecimal ---- */

static char *
to_hex (GBytes *bytes)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x%c", data[i], i % 32 == 31 || i + 1 == length ? '\n' : ' ');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Digits in pairs; from # to the end of a line is a comment. */
static GBytes *
from_hex (const char *text)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  while (*text != '\0')
    if (*text == '#')
      text += strcspn (text, "\n");
    else if (g_ascii_isspace (*text))
      text++;
    else
      {
        guint8 byte = (guint8) (g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]));

        g_byte_array_append (bytes, &byte, 1);
        text += 2;
      }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static void
assert_bytes (GBytes     *bytes,
              const char *expected_text)
{
  g_autoptr(GBytes) expected = from_hex (expected_text);
  g_autofree char *text = to_hex (bytes);
  g_autofree char *expected_hex = to_hex (expected);

  g_assert_cmpstr (text, ==, expected_hex);
}

/* What is written is the file, and what is read of the file is the value. */
static void
test_golden (gconstpointer data)
{
  const Golden *golden = data;
  g_autofree char *path = g_strdup_printf (TRUCE_SOURCE_DIR "/tests/crdt/golden/%s.hex", golden->name);
  g_autoptr(TruceCrdt) crdt = golden->make ();
  g_autoptr(TruceCrdt) again = make_like (crdt);
  g_autoptr(GBytes) bytes = truce_crdt_encode (crdt, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (g_getenv ("TRUCE_WRITE_GOLDEN") != NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *hex = to_hex (bytes);

      g_assert_true (g_file_set_contents (path, hex, -1, NULL));
    }
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (bytes, text);
  truce_crdt_apply (again, bytes, &error);
  g_assert_no_error (error);
  g_assert_true (truce_crdt_equal (crdt, again, NULL));
}

/* The hexadecimal blocks of docs/format.md: the example's state, a delta of it, its context. */
static char **
example_blocks (void)
{
  g_autoptr(GPtrArray) blocks = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) parts = NULL;

  g_file_get_contents (TRUCE_SOURCE_DIR "/docs/format.md", &text, NULL, &error);
  g_assert_no_error (error);
  parts = g_strsplit (text, "```hex\n", -1);
  for (guint i = 1; i < g_strv_length (parts); i++)
    g_ptr_array_add (blocks, g_strndup (parts[i], (gsize) (strstr (parts[i], "```") - parts[i])));
  g_ptr_array_add (blocks, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&blocks), FALSE);
}

static void
test_documented (void)
{
  g_auto(GStrv) blocks = example_blocks ();
  g_autoptr(TruceCrdt) set = make_example ();
  g_autoptr(TruceVersionVector) context = truce_crdt_get_context (set, NULL);
  g_autoptr(GBytes) state = truce_crdt_encode (set, NULL);
  g_autoptr(GBytes) vector = truce_version_vector_to_bytes (context);
  g_autoptr(GBytes) delta = NULL;

  g_assert_cmpuint (g_strv_length (blocks), ==, 3);
  take (TRUCE_OR_SET (set), "mint", at (1010, 0, A));
  add (TRUCE_OR_SET (set), "salt", at (1010, 0, A));
  delta = truce_crdt_delta (set, context, NULL);
  assert_bytes (vector, blocks[0]);
  assert_bytes (state, blocks[1]);
  assert_bytes (delta, blocks[2]);
}

/* 132. A locale, or a time zone, changes no byte. */
static void
test_locale (void)
{
  static const char *const locales[] = { "tr_TR.UTF-8", "de_DE.UTF-8", "C" };
  g_autoptr(TruceCrdt) set = make_rich_set ();
  g_autoptr(GBytes) before = truce_crdt_encode (set, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_autoptr(TruceCrdt) again = NULL;
      g_autoptr(GBytes) bytes = NULL;

      g_setenv ("LC_ALL", locales[i], TRUE);
      setlocale (LC_ALL, "");
      again = make_rich_set ();
      bytes = truce_crdt_encode (again, NULL);
      g_assert_true (g_bytes_equal (bytes, before));
    }
}

/* ---- what must be refused ---- */

#define SET "54727501 03 "
#define ID_A "a1a2a3a4a5a6a7a8 "
#define ID_B "b1b2b3b4b5b6b7b8 "
#define NOTHING "00 "
#define UP_TO_9 "01 " ID_A "12 00 "     /* A up to 9 ms */
#define BOTH "02 " ID_A "12 00 " ID_B "00 00 "
#define CORRUPT TRUCE_ERROR_CORRUPT
#define GOOD -1

typedef struct
{
  const char *name;
  const char *hex;
  int code;
} Refused;

static const Refused refused[] = {
  { "good/empty", SET NOTHING NOTHING "00 00 00", GOOD },
  { "good/one", SET NOTHING UP_TO_9 "01 01 24 0161 00 00", GOOD },
  { "good/two-of-one-stamp", SET NOTHING UP_TO_9 "02 02 25 00 0161 0162 00 00", GOOD },
  { "good/two-that-follow", SET NOTHING "01 " ID_A "12 01 " "02 02 25 01 0161 0162 00 00", GOOD },
  { "good/two-dots", SET NOTHING BOTH "01 01 00 24 0161 01 00 00 00 00 00", GOOD },
  { "version-0", "54727500 03 00 00 00 00 00", CORRUPT },
  { "version-2", "54727502 03 00 00 00 00 00", TRUCE_ERROR_TOO_NEW },
  { "type", "54727501 02 00 00 00 00 00", CORRUPT },
  { "cut/nothing", "", CORRUPT },
  { "cut/no-kills", SET NOTHING NOTHING "00 00", CORRUPT },
  { "cut/no-text", SET NOTHING UP_TO_9 "01 01 24 01", CORRUPT },
  { "trailing", SET NOTHING NOTHING "00 00 00 00", CORRUPT },
  { "start-after-end", SET UP_TO_9 NOTHING "00 00 00", CORRUPT },
  { "count/more-than-bytes", SET NOTHING UP_TO_9 "7f 7f 24 0161 00 00", CORRUPT },
  { "count/2^64-1", SET NOTHING UP_TO_9 "ffffffffffffffffff01 01 24 0161 00 00", CORRUPT },
  { "count/replica-more", SET NOTHING UP_TO_9 "01 02 24 0161 00 00", CORRUPT },
  { "count/replica-fewer", SET NOTHING UP_TO_9 "01 00 24 0161 00 00", CORRUPT },
  { "count/padded", SET NOTHING UP_TO_9 "8100 01 24 0161 00 00", CORRUPT },
  { "stamp/after-end", SET NOTHING UP_TO_9 "01 01 28 0161 00 00", CORRUPT },
  { "stamp/zero", SET NOTHING UP_TO_9 "01 01 00 0161 00 00", CORRUPT },
  { "stamp/counter-0", SET NOTHING UP_TO_9 "01 01 22 00 0161 00 00", CORRUPT },
  { "stamp/counter-2^16", SET NOTHING UP_TO_9 "01 01 22 808004 0161 00 00", CORRUPT },
  { "stamp/ms-2^48", SET NOTHING UP_TO_9 "01 01 8080808080808004 0161 00 00", CORRUPT },
  { "stamp/before-start", SET UP_TO_9 UP_TO_9 "01 01 24 0161 00 00", CORRUPT },
  { "run/too-long", SET NOTHING UP_TO_9 "01 01 25 00 0161 00 00", CORRUPT },
  { "run/2^63", SET NOTHING UP_TO_9 "01 01 25 ffffffffffffffffff01 0161 00 00", CORRUPT },
  { "run/in-two", SET NOTHING UP_TO_9 "02 02 24 00 0161 0162 00 00", CORRUPT },
  { "run/over-replicas", SET NOTHING BOTH "02 01 01 25 00 0161 0162 00 00", CORRUPT },
  { "text/twice", SET NOTHING UP_TO_9 "02 02 25 00 0161 10 00 00", CORRUPT },
  { "text/out-of-order", SET NOTHING UP_TO_9 "02 02 25 00 0162 0161 00 00", CORRUPT },
  { "text/shares-more", SET NOTHING UP_TO_9 "02 02 25 00 0161 2162 00 00", CORRUPT },
  { "text/shares-less", SET NOTHING UP_TO_9 "02 02 25 00 0161 026162 00 00", CORRUPT },
  { "text/length-padded", SET NOTHING UP_TO_9 "01 01 24 0f0161 00 00", CORRUPT },
  { "text/too-large", SET NOTHING UP_TO_9 "01 01 24 0f818040 00 00", TRUCE_ERROR_TOO_LARGE },
  { "text/cut", SET NOTHING UP_TO_9 "01 01 24 0f808040 00 00", CORRUPT },
  { "text/utf-8", SET NOTHING UP_TO_9 "01 01 24 01ff 00 00", CORRUPT },
  { "text/nul", SET NOTHING UP_TO_9 "01 01 24 0100 00 00", CORRUPT },
  { "text/surrogate", SET NOTHING UP_TO_9 "01 01 24 03eda080 00 00", CORRUPT },
  { "dots/no-element", SET NOTHING BOTH "01 01 00 24 0161 01 01 00 00 00 00", CORRUPT },
  { "dots/no-replica", SET NOTHING BOTH "01 01 00 24 0161 01 00 02 00 00 00", CORRUPT },
  { "dots/of-none", SET NOTHING NOTHING "00 01 00", CORRUPT },
  { "dots/after-end", SET NOTHING BOTH "01 01 00 24 0161 01 00 00 02 00 00", CORRUPT },
  { "dots/same-element", SET NOTHING BOTH "01 01 00 24 0161 02 00 00 00 00 00 00 00 00 00", CORRUPT },
  { "kills/in-a-state", SET NOTHING UP_TO_9 "00 00 00 01 00 12 00 00 01 00 0161", CORRUPT },
};

static const char delta_head[] = SET "01 " ID_A "02 00 " "01 " ID_A "12 00 ";

static const Refused refused_deltas[] = {
  { "good/empty", "00 00 00 00", GOOD },
  { "good/kill", "00 00 00 01 00 12 00 00 0f 00 0161", GOOD },
  { "kill/before-start", "00 00 00 01 00 02 00 00 00 00 0161", CORRUPT },
  { "kill/after-end", "00 00 00 01 00 14 00 00 0f 00 0161", CORRUPT },
  { "kill/no-replica", "00 00 00 01 01 12 00 00 0f 00 0161", CORRUPT },
  { "kill/no-dot-replica", "00 00 00 01 00 12 00 01 0f 00 0161", CORRUPT },
  { "kill/dot-after-end", "00 00 00 01 00 12 00 00 02 00 0161", CORRUPT },
  { "kill/dot-zero", "00 00 00 01 00 12 00 00 11 00 0161", CORRUPT },
  { "kill/twice", "00 00 00 02 00 12 00 00 0f 00 0161 00 00 00 00 0f 00 10", CORRUPT },
  { "kill/of-the-living", "01 01 24 0161 00 01 00 12 00 00 00 00 0161", CORRUPT },
  { "kill/more-than-bytes", "00 00 00 7f 00 12 00 00 0f 00 0161", CORRUPT },
  { "kill/counter-2^16", "00 00 00 01 00 12 808004 00 0f 00 0161", CORRUPT },
};

static void
check_refused (const Refused *row,
               GBytes        *bytes,
               TruceOrSet    *set)
{
  g_autoptr(GBytes) before = truce_crdt_encode (TRUCE_CRDT (set), NULL);
  g_autoptr(GError) error = NULL;
  gboolean applied = truce_crdt_apply (TRUCE_CRDT (set), bytes, &error);
  g_autoptr(GBytes) after = truce_crdt_encode (TRUCE_CRDT (set), NULL);

  if (row->code == GOOD)
    {
      g_assert_no_error (error);
      g_assert_true (applied);
      return;
    }
  g_assert_error (error, TRUCE_ERROR, row->code);
  g_assert_false (applied);
  g_assert_true (g_str_has_prefix (error->message, "Byte "));
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_refused (gconstpointer data)
{
  const Refused *row = data;
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autoptr(GBytes) bytes = from_hex (row->hex);

  check_refused (row, bytes, set);
  if (row->code == GOOD)
    {
      g_autoptr(GBytes) again = truce_crdt_encode (TRUCE_CRDT (set), NULL);

      g_assert_true (g_bytes_equal (bytes, again));
    }
}

static void
test_refused_delta (gconstpointer data)
{
  const Refused *row = data;
  g_autofree char *hex = g_strconcat (delta_head, row->hex, NULL);
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autoptr(GBytes) bytes = from_hex (hex);

  add (set, "a", at (1, 0, A));
  check_refused (row, bytes, set);
}

/* 117. What is cut anywhere is refused. */
static void
test_cut (gconstpointer data)
{
  const Golden *golden = data;
  g_autoptr(TruceCrdt) crdt = golden->make ();
  g_autoptr(GBytes) bytes = truce_crdt_encode (crdt, NULL);

  for (gsize i = 0; i < g_bytes_get_size (bytes); i++)
    {
      g_autoptr(GBytes) part = g_bytes_new_from_bytes (bytes, 0, i);
      g_autoptr(TruceCrdt) fresh = make_like (crdt);
      g_autoptr(GError) error = NULL;

      g_assert_false (truce_crdt_apply (fresh, part, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
    }
}

/* 115. Any bit of it turned: refused, or something else that is written as it was read. */
static void
test_bits (gconstpointer data)
{
  const Golden *golden = data;
  g_autoptr(TruceCrdt) crdt = golden->make ();
  g_autoptr(GBytes) bytes = truce_crdt_encode (crdt, NULL);
  gsize length;
  const guint8 *original = g_bytes_get_data (bytes, &length);

  /* Of a long one some, in all places of a byte. */
  for (gsize bit = 0; bit < length * 8; bit += length > 200 ? 7 : 1)
    {
      g_autofree guint8 *turned = g_memdup2 (original, length);
      g_autoptr(TruceCrdt) fresh = make_like (crdt);
      g_autoptr(GBytes) part = NULL;
      g_autoptr(GBytes) again = NULL;
      g_autoptr(GError) error = NULL;

      turned[bit / 8] ^= 1 << bit % 8;
      part = g_bytes_new (turned, length);
      if (truce_crdt_apply (fresh, part, &error))
        {
          again = truce_crdt_encode (fresh, NULL);
          g_assert_true (g_bytes_equal (part, again));
          g_assert_true (truce_crdt_apply (crdt, part, NULL));
        }
      else
        {
          g_assert_true (error->domain == TRUCE_ERROR);
          g_assert_true (g_str_has_prefix (error->message, "Byte "));
        }
    }
}

static const Refused refused_registers[] = {
  { "good/empty", "54727501 02 00 00", GOOD },
  { "good/null", "54727501 02 00 " UP_TO_9 ID_A "0000000000090000 04 6e756c6c", GOOD },
  { "delta", "54727501 02 " UP_TO_9 UP_TO_9, CORRUPT },
  { "no-value", "54727501 02 00 " UP_TO_9, CORRUPT },
  { "stamp-unseen", "54727501 02 00 " UP_TO_9 ID_A "00000000000a0000 04 6e756c6c", CORRUPT },
  { "stamp-zero", "54727501 02 00 " UP_TO_9 ID_A "0000000000000000 04 6e756c6c", CORRUPT },
  { "not-json", "54727501 02 00 " UP_TO_9 ID_A "0000000000090000 04 6e756c6d", CORRUPT },
  { "not-canonical", "54727501 02 00 " UP_TO_9 ID_A "0000000000090000 03 312e30", CORRUPT },
  { "value-empty", "54727501 02 00 " UP_TO_9 ID_A "0000000000090000 00", CORRUPT },
  { "value-too-large", "54727501 02 00 " UP_TO_9 ID_A "0000000000090000 81808008 31", TRUCE_ERROR_TOO_LARGE },
  { "trailing", "54727501 02 00 " UP_TO_9 ID_A "0000000000090000 04 6e756c6c 00", CORRUPT },
};

static void
test_refused_register (gconstpointer data)
{
  const Refused *row = data;
  g_autoptr(GBytes) bytes = from_hex (row->hex);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new_from_bytes (bytes, &error);

  if (row->code == GOOD)
    g_assert_no_error (error);
  else
    g_assert_error (error, TRUCE_ERROR, row->code);
  g_assert_cmpint (reg != NULL, ==, row->code == GOOD);
}

#define HALVES "08 7b22223a312e357d "   /* {"":1.5} */
#define TRUE_VALUE "09 7b22223a747275657d "
#define SEEN_BY_A "01 01 01 " ID_A "12 00 01 00 00 00 "

static const Refused refused_values[] = {
  { "good/mv-register", "54727501 04 " HALVES SEEN_BY_A "00 00 02 15 01 00 00", GOOD },
  { "good/counter", "54727501 05 06 7b22223a357d 01 01 01 " ID_A "12 00 00 00 00 02 19 01 00 00 00 05 00 00", GOOD },
  { "good/flag", "54727501 06 " TRUE_VALUE SEEN_BY_A "00 00 02 16 01 00 00", GOOD },
  { "good/flag-off", "54727501 08 " TRUE_VALUE SEEN_BY_A "00 00 02 17 01 00 00", GOOD },
  { "type", "54727501 07 " TRUE_VALUE SEEN_BY_A "00 00 02 16 01 00 00", CORRUPT },
  { "other-winner", "54727501 06 " TRUE_VALUE SEEN_BY_A "00 00 02 17 01 00 00", CORRUPT },
  { "flag-as-register", "54727501 04 " TRUE_VALUE SEEN_BY_A "00 00 02 16 01 00 00", CORRUPT },
  { "register-as-flag", "54727501 06 " TRUE_VALUE SEEN_BY_A "00 00 02 15 01 00 00", CORRUPT },
  { "flag-of-a-number", "54727501 06 " HALVES SEEN_BY_A "00 00 02 16 01 00 00", CORRUPT },
  { "counter-as-flag", "54727501 06 06 7b22223a357d 01 01 01 " ID_A "12 00 00 00 00 02 19 01 00 00 00 05 00 00",
    CORRUPT },
  { "counter-of-another-sum", "54727501 05 06 7b22223a347d 01 01 01 " ID_A "12 00 00 00 00 02 19 01 00 00 00 05 00 00",
    CORRUPT },
  { "not-canonical", "54727501 04 08 7b22223a312e307d " SEEN_BY_A "00 00 02 15 01 00 00", CORRUPT },
  { "name", "54727501 04 09 7b2261223a312e357d " SEEN_BY_A "00 00 02 15 01 00 00", CORRUPT },
  { "created", "54727501 04 " HALVES SEEN_BY_A "01 00 00 02 15 01 00 00", CORRUPT },
  { "not-json", "54727501 04 08 7b22223a312e3520 " SEEN_BY_A "00 00 02 15 01 00 00", CORRUPT },
  { "length-beyond", "54727501 04 7f 7b22223a312e357d " SEEN_BY_A "00 00 02 15 01 00 00", CORRUPT },
  { "no-state", "54727501 04 " HALVES, CORRUPT },
  { "trailing", "54727501 04 " HALVES SEEN_BY_A "00 00 02 15 01 00 00 00", CORRUPT },
};

static TruceCrdt *
make_of_type (guint8 type)
{
  switch (type)
    {
    case TRUCE_FORMAT_MV_REGISTER:
      return TRUCE_CRDT (truce_mv_register_new ());
    case TRUCE_FORMAT_COUNTER:
      return TRUCE_CRDT (truce_counter_new ());
    default:
      return TRUCE_CRDT (truce_flag_new (type == TRUCE_FORMAT_FLAG_OFF));
    }
}

static void
test_refused_value (gconstpointer data)
{
  const Refused *row = data;
  g_autoptr(GBytes) bytes = from_hex (row->hex);
  const guint8 *head = g_bytes_get_data (bytes, NULL);
  g_autoptr(TruceCrdt) crdt = make_of_type (head[TRUCE_FORMAT_TYPE_AT]);
  g_autoptr(GBytes) again = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (truce_crdt_apply (crdt, bytes, &error), ==, row->code == GOOD);
  again = truce_crdt_encode (crdt, NULL);
  g_assert_cmpint (g_bytes_equal (bytes, again), ==, row->code == GOOD);
  if (row->code == GOOD)
    return;
  g_assert_error (error, TRUCE_ERROR, row->code);
  g_assert_true (g_str_has_prefix (error->message, "Byte "));
  g_test_message ("%s", error->message);
}

static void
add_rows (const char    *prefix,
          const Refused *rows,
          guint          n,
          GTestDataFunc  func)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/crdt-format/%s/%s", prefix, rows[i].name);

      g_test_add_data_func (path, &rows[i], func);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (goldens); i++)
    {
      g_autofree char *path = g_strdup_printf ("/crdt-format/golden/%s", goldens[i].name);
      g_autofree char *cut_path = g_strdup_printf ("/crdt-format/cut/%s", goldens[i].name);
      g_autofree char *bits_path = g_strdup_printf ("/crdt-format/bits/%s", goldens[i].name);

      g_test_add_data_func (path, &goldens[i], test_golden);
      g_test_add_data_func (cut_path, &goldens[i], test_cut);
      g_test_add_data_func (bits_path, &goldens[i], test_bits);
    }
  g_test_add_func ("/crdt-format/documented", test_documented);
  g_test_add_func ("/crdt-format/locale", test_locale);
  add_rows ("or-set", refused, G_N_ELEMENTS (refused), test_refused);
  add_rows ("or-set/delta", refused_deltas, G_N_ELEMENTS (refused_deltas), test_refused_delta);
  add_rows ("lww-register", refused_registers, G_N_ELEMENTS (refused_registers), test_refused_register);
  add_rows ("value", refused_values, G_N_ELEMENTS (refused_values), test_refused_value);
  return g_test_run ();
}
