/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text in tokens, and its three-way merge: written-out cases in several scripts, then random texts. */
#include "truce-text-merge.h"
#include "truce-text-split.h"

#include <string.h>

/* ---- tokens ---- */

typedef struct
{
  const char *name;
  const char *tokens;           /* with | between */
} TokenRow;

static const TokenRow token_rows[] = {
  { "empty", "" },
  { "words", "The| |quick|,| |brown| |fox|." },
  { "apostrophe", "Don't| |rock| |'|n|'| |roll|,| |l’été| |'" },
  { "numbers", "3.14| |1,000.50| |1|.| |.|5| |v1.2.3|.|.|4" },
  { "digits-in-words", "b2b| |4th| |१२३" },
  { "white-space", "a|  \t |b|\n|\n|  |c|\r\n|\r|d" },
  { "line-separators", "a|\u2028|\u2029|\xc2\x85|b" },
  { "punctuation", "(|«|a|»|-|-|)|_|…" },
  { "accents-composed", "é|-|e\u0301|-|q\u0323\u0307" },
  { "greek-cyrillic", "Γειά| |σου|;| |Привет|,| |мир|!" },
  { "arabic-marks", "مَرْحَبًا| |بِكَ|؟" },
  { "arabic-number-sign", "\u0600١٢| |x" },
  { "hebrew-direction-mark", "שלום\u200f|!| |\u200e|abc" },
  { "persian-joiner", "می\u200cخواهم| |x" },
  { "devanagari", "क्षत्रिय| |हिन्दी|।" },
  { "tamil", "நிலை| |கோவில்" },
  { "soft-hyphen", "co\u00adoperate| |x" },
  { "han", "你|好|,|世|界|。|A| |B" },
  { "han-beside-latin", "iPhone|手|机|15" },
  { "kana", "か\u3099|な|カ|ナ" },
  { "kana-narrow-voiced", "ｶﾞ|ﾊﾟ|ｱ" },
  { "hangul-words", "안녕하세요| |세계" },
  { "hangul-jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af| |x" },
  { "thai", "ส|วั|ส|ดี| |น้ำ" },
  { "lao", "ສ|ະ|ບ|າ|ຍ|ດີ" },
  { "khmer-stacked", "ខ្មែ|រ" },
  { "myanmar-stacked", "မ|န္တ|လေး" },
  { "zero-width-space", "ก|\u200b|ข" },
  { "emoji", "👍|👍🏽|👩‍👩‍👧‍👦|❤️|🏳️‍🌈" },
  { "flags", "🇩🇪|🇫🇷|🇬|x|🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f" },
  { "keycap", "1️⃣|-|#️⃣" },
  { "mark-first", "\u0301a" },
  { "mark-behind-a-space", "a| \u0301|b" },
  { "mark-behind-a-line-end", "a|\n|\u0301b" },
};

static void
test_tokens (gconstpointer data)
{
  const TokenRow *row = data;
  g_auto(GStrv) expected = g_strsplit (row->tokens, "|", -1);
  g_autofree char *text = g_strjoinv ("", expected);
  const char *at = text;

  for (gsize i = 0; expected[i] != NULL; i++)
    {
      gsize length = strlen (expected[i]);
      g_autofree char *token = NULL;

      if (length == 0)
        continue;
      token = g_strndup (at, truce_text_token_length (at));
      g_assert_cmpstr (token, ==, expected[i]);
      at += length;
    }
  g_assert_cmpstr (at, ==, "");
}

/* ---- merges ---- */

typedef struct
{
  const char *name;
  const char *base;
  const char *ours;
  const char *theirs;
  const char *result;
  gboolean conflict;
} MergeRow;

static const MergeRow merge_rows[] = {
  { "empty", "", "", "", "", FALSE },
  { "ours-only", "a b c", "a x c", "a b c", "a x c", FALSE },
  { "theirs-only", "a b c", "a b c", "a x c", "a x c", FALSE },
  { "both-the-same", "a b c", "a x c", "a x c", "a x c", FALSE },
  { "words-apart", "a quick brown fox", "a slow brown fox", "a quick brown dog", "a slow brown dog", FALSE },
  { "words-side-by-side", "one two", "uno two", "one dos", "uno dos", FALSE },
  { "punctuation-and-word", "Hello world.", "Hello world!", "Hello there.", "Hello there!", FALSE },
  { "both-append", "First.", "First. Second.", "First. Third.", "First. Second. Third.", FALSE },
  { "both-append-the-same", "First.", "First. Second.", "First. Second.", "First. Second.", FALSE },
  { "both-prepend", "end", "A end", "B end", "A B end", FALSE },
  { "both-from-nothing", "", "foo", "bar", "foo bar", FALSE },
  { "both-sentences-from-nothing", "", "It rains.", "It pours.", "It rains. It pours.", FALSE },
  { "both-lines", "- a\n", "- a\n- b\n", "- a\n- c\n", "- a\n- b\n- c\n", FALSE },
  { "both-from-nothing-without-spaces", "", "你好。", "世界。", "你好。世界。", FALSE },
  { "one-deletes-one-inserts-apart", "a b c d", "b c d", "a b c d e", "b c d e", FALSE },
  { "both-delete-the-same", "a b c", "a c", "a c", "a c", FALSE },
  { "deletions-overlap", "a b c d e", "a d e", "a b e", "a e", FALSE },
  { "one-clears-one-untouched", "a b", "", "a b", "", FALSE },
  { "both-clear", "a b", "", "", "", FALSE },
  { "words-count-before-spaces", "0 1 2 3 4", "0 3 new 4", "0 1 2 4", "0 new 4", FALSE },
  { "replaced-apart", "a b c", "a x c", "a y c", "a x c", TRUE },
  { "deleted-against-replaced", "a b c", "a c", "a y c", "a c", TRUE },
  { "replaced-against-deleted", "a b c", "a x c", "a c", "a x c", TRUE },
  { "cleared-against-changed", "a b c", "", "a x c", "", TRUE },
  { "conflict-beside-a-clean-change", "a b c d e", "a x c d e", "a y c d z", "a x c d z", TRUE },
  { "numbers-are-one-thing", "pi is 3.14", "pi is 3.15", "pi is 4.14", "pi is 3.15", TRUE },
  { "greek", "ένα δύο τρία", "ένα 2 τρία", "ένα δύο 3", "ένα 2 3", FALSE },
  { "arabic", "واحد اثنان ثلاثة", "صفر اثنان ثلاثة", "واحد اثنان أربعة", "صفر اثنان أربعة", FALSE },
  { "devanagari", "एक दो तीन", "एक २ तीन", "एक दो ३", "एक २ ३", FALSE },
  { "han", "我喜欢红茶", "我爱喜欢红茶", "我喜欢绿茶", "我爱喜欢绿茶", FALSE },
  { "thai", "สวัสดี", "ขสวัสดี", "สวัสดีค", "ขสวัสดีค", FALSE },
  { "emoji-family-stays-whole", "hi 👩‍👩‍👧", "hi 👩‍👩‍👦", "hi 👩‍👩‍👧!", "hi 👩‍👩‍👦!", FALSE },
  { "skin-tones", "👍 ok", "👍🏽 ok", "👍 okay", "👍🏽 okay", FALSE },
  { "accent-is-one-with-its-letter", "e x", "e\u0301 x", "e y", "e\u0301 y", FALSE },
  { "half-flags-stay-apart", "", "🇩", "🇪", "🇩 🇪", FALSE },
  { "words-are-not-glued", "(a) b", "a) b", "x(a) b", "x a) b", FALSE },
  { "windows-line-ends", "a\r\nb\r\n", "a\r\nb\r\nc\r\n", "x\r\nb\r\n", "x\r\nb\r\nc\r\n", FALSE },
};

static void
test_merge (gconstpointer data)
{
  const MergeRow *row = data;
  gboolean conflict;
  g_autofree char *merged = truce_text_merge (row->base, row->ours, row->theirs, &conflict);

  g_assert_cmpstr (merged, ==, row->result);
  g_assert_true (conflict == row->conflict);
}

/* ---- random texts ---- */

static guint
n_rounds (guint quick)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  if (rounds != NULL)
    return g_ascii_strtoull (rounds, NULL, 10);
  return g_test_slow () ? 400 * quick : quick;
}

/* Pieces that run into one another in all ways. None begins with a mark, which would change the character
 * before it. */
static const char *pieces[] = {
  "a", "be", "C", "7", "42", " ", "  ", "\t", "\n", "\r", "\r\n", "-", "(", "!", "é", "e\u0301", "ß", "Ж",
  "ش", "क्ष", "한", "\u1100", "漢", "か", "か\u3099", "น้ำ", "ខ្ម", "န္တ", "👍", "👍🏽", "👩‍👧", "🇩", "🇪", "❤️", "_",
  "\u200b", "\u2028",
};

static char *
random_text (guint max)
{
  GString *text = g_string_new (NULL);

  for (guint n = g_test_rand_int_range (0, max); n > 0; n--)
    g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

static GPtrArray *
split (const char *text)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);

  while (*text != '\0')
    {
      gsize length = truce_text_token_length (text);

      g_ptr_array_add (tokens, g_strndup (text, length));
      text += length;
    }
  return tokens;
}

/* One piece in six goes, one in six comes. */
static char *
random_edit (const char *text)
{
  g_autoptr(GPtrArray) tokens = split (text);
  GString *edited = g_string_new (NULL);

  for (guint i = 0; i <= tokens->len; i++)
    {
      if (g_test_rand_int_range (0, 6) == 0)
        g_string_append (edited, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      if (i < tokens->len && g_test_rand_int_range (0, 6) != 0)
        g_string_append (edited, tokens->pdata[i]);
    }
  return g_string_free (edited, FALSE);
}

static void
add_all (GHashTable *set,
         const char *text)
{
  g_autoptr(GPtrArray) tokens = split (text);

  for (guint i = 0; i < tokens->len; i++)
    g_hash_table_add (set, g_strdup (tokens->pdata[i]));
}

/* Every token but white space is one that somebody wrote. */
static void
assert_no_new_tokens (const char *merged,
                      const char *base,
                      const char *ours,
                      const char *theirs)
{
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) tokens = split (merged);

  add_all (known, base);
  add_all (known, ours);
  add_all (known, theirs);
  for (guint i = 0; i < tokens->len; i++)
    if (!g_unichar_isspace (g_utf8_get_char (tokens->pdata[i])))
      g_assert_true (g_hash_table_contains (known, tokens->pdata[i]));
}

static void
test_random (void)
{
  for (guint round = 0; round < n_rounds (800); round++)
    {
      g_autofree char *base = random_text (20);
      g_autofree char *ours = random_edit (base);
      g_autofree char *theirs = g_test_rand_bit () ? random_edit (base) : random_text (20);
      gboolean conflict;
      g_autofree char *merged = truce_text_merge (base, ours, theirs, &conflict);
      g_autofree char *only_ours = truce_text_merge (base, ours, base, &conflict);
      g_autofree char *only_theirs = truce_text_merge (base, base, theirs, &conflict);
      g_autofree char *both = truce_text_merge (base, theirs, theirs, &conflict);

      g_assert_true (g_utf8_validate (merged, -1, NULL));
      assert_no_new_tokens (merged, base, ours, theirs);
      g_assert_cmpstr (only_ours, ==, ours);
      g_assert_cmpstr (only_theirs, ==, theirs);
      g_assert_cmpstr (both, ==, theirs);
      g_assert_false (conflict);
    }
}

/* Words that occur once each, so that it is known what a side deleted and inserted. */
static char *
edit_words (GHashTable *deleted,
            GHashTable *inserted,
            guint       n_words,
            const char *side)
{
  static const char *scripts[] = { "w", "λ", "ж", "ش", "ह", "한" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    {
      const char *script = scripts[i % G_N_ELEMENTS (scripts)];
      g_autofree char *word = g_strdup_printf ("%s%u", script, i);
      g_autofree char *fresh = g_strdup_printf ("%s%s%u", script, side, i);

      if (inserted != NULL && g_test_rand_int_range (0, 12) == 0)
        {
          g_string_append_printf (text, "%s ", fresh);
          g_hash_table_add (inserted, g_steal_pointer (&fresh));
        }
      if (deleted != NULL && g_test_rand_int_range (0, 12) == 0)
        g_hash_table_add (deleted, g_steal_pointer (&word));
      else
        g_string_append_printf (text, "%s ", word);
    }
  return g_string_free (text, FALSE);
}

static void
test_nothing_lost (void)
{
  guint n_clean = 0;

  for (guint round = 0; round < n_rounds (400); round++)
    {
      g_autoptr(GHashTable) deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autoptr(GHashTable) inserted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      guint n_words = g_test_rand_int_range (1, 30);
      g_autofree char *base = edit_words (NULL, NULL, n_words, "");
      g_autofree char *ours = edit_words (deleted, inserted, n_words, "o");
      g_autofree char *theirs = edit_words (deleted, inserted, n_words, "t");
      gboolean conflict;
      g_autofree char *merged = truce_text_merge (base, ours, theirs, &conflict);
      g_auto(GStrv) words = g_strsplit (merged, " ", -1);
      guint n_merged = 0;

      if (conflict)
        continue;

      n_clean++;
      for (gsize i = 0; words[i] != NULL; i++)
        {
          g_assert_false (g_hash_table_contains (deleted, words[i]));
          n_merged += *words[i] != '\0';
        }
      g_assert_cmpuint (n_merged, ==, n_words - g_hash_table_size (deleted) + g_hash_table_size (inserted));
    }
  g_assert_cmpuint (n_clean, >, 0);
}

/* A megabyte, changed at a thousand places, and one of which each word is another. */
static void
test_large (void)
{
  g_autoptr(GString) base = g_string_new (NULL);
  g_autoptr(GString) ours = g_string_new (NULL);
  g_autoptr(GString) theirs = g_string_new (NULL);
  g_autoptr(GString) expected = g_string_new (NULL);
  g_autofree char *merged = NULL;
  gboolean conflict;

  for (guint i = 0; i < 100000; i++)
    {
      const char *space = i % 16 == 15 ? ".\n" : " ";
      gboolean changed = i % 200 == 50;
      gboolean doubled = i % 200 == 150;

      g_string_append_printf (base, "word%u%s", i, space);
      g_string_append_printf (ours, "%s%u%s", changed ? "ours" : "word", i, space);
      g_string_append_printf (theirs, "word%u%s%s", i, doubled ? " theirs" : "", space);
      g_string_append_printf (expected, "%s%u%s%s", changed ? "ours" : "word", i,
                              doubled ? " theirs" : "", space);
    }

  merged = truce_text_merge (base->str, ours->str, theirs->str, &conflict);
  g_assert_false (conflict);
  g_assert_true (g_str_equal (merged, expected->str));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (token_rows); i++)
    {
      g_autofree char *path = g_strconcat ("/text/tokens/", token_rows[i].name, NULL);

      g_test_add_data_func (path, &token_rows[i], test_tokens);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (merge_rows); i++)
    {
      g_autofree char *path = g_strconcat ("/text/merge/", merge_rows[i].name, NULL);

      g_test_add_data_func (path, &merge_rows[i], test_merge);
    }
  g_test_add_func ("/text/merge/random", test_random);
  g_test_add_func ("/text/merge/nothing-lost", test_nothing_lost);
  g_test_add_func ("/text/merge/large", test_large);

  return g_test_run ();
}
