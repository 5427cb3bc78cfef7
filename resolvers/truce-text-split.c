/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-text-split.h"

/* NOTES
 *
 * First graphemes, what a reader takes for one character; then tokens, which are made of whole graphemes, so
 * that none is ever split. Both follow Unicode Standard Annex 29 in what GLib's character data can tell:
 *
 *   - A grapheme goes on with marks, variation selectors, emoji modifiers and format characters; behind the
 *     joiner (an emoji family) and behind an Arabic number sign with what follows; behind a sign that stacks
 *     consonants (Khmer, Myanmar) with the consonant. Regional indicators go in pairs, and CR LF is one.
 *     Where the annex would end a grapheme earlier this errs on the long side. Jamo need no rule: they are
 *     letters, and a word is never split.
 *   - A word is a run of letters, digits and marks, with apostrophes inside (don't), and in a number with its
 *     separators (3.14: a merge of 3.15 and 4.14 must not say 4.15). Scripts that put no spaces between words
 *     have no runs: each grapheme is a token. Finding their words takes a dictionary; a merge can do without.
 *   - A run of white space is a token, but each line end is one by itself. All else, punctuation or emoji, is
 *     one grapheme a token. */

#define ZERO_WIDTH_SPACE 0x200b
#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER 0x200d
#define RIGHT_SINGLE_QUOTE 0x2019       /* the apostrophe of good typography */

typedef enum
{
  TOKEN_WORD,
  TOKEN_SPACE,
  TOKEN_LINE_END,
  TOKEN_SINGLE,
} TokenClass;

/* Nothing joins these, on either side. */
static gboolean
is_control (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
         type == G_UNICODE_PARAGRAPH_SEPARATOR || c == ZERO_WIDTH_SPACE;
}

/* Joins what stands before it, first being where that began. The vowels of Thai and Lao and the voicing marks
 * of narrow kana are letters by type. Other format characters, such as marks of direction, belong to a word
 * but not to a space. */
static gboolean
is_extender (gunichar c,
             gunichar first)
{
  if (g_unichar_ismark (c) || g_unichar_break_type (c) == G_UNICODE_BREAK_EMOJI_MODIFIER)
    return TRUE;
  if (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER)
    return TRUE;
  if (c == 0x0e33 || c == 0x0eb3 || c == 0xff9e || c == 0xff9f)
    return TRUE;
  return g_unichar_type (c) == G_UNICODE_FORMAT && !g_unichar_isspace (first);
}

/* Joins what stands behind it, too: the joiner, Khmer's coeng and Myanmar's virama, and the signs of Arabic,
 * Syriac and Kaithi that enclose a number. */
static gboolean
is_binder (gunichar c)
{
  static const gunichar signs[] = {
    0x06dd, 0x070f, 0x0890, 0x0891, 0x08e2, 0x1039, 0x17d2, 0x110bd, 0x110cd,
  };

  if (c == ZERO_WIDTH_JOINER || (c >= 0x0600 && c <= 0x0605))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (c == signs[i])
      return TRUE;
  return FALSE;
}

static gboolean
is_regional_indicator (gunichar c)
{
  return g_unichar_break_type (c) == G_UNICODE_BREAK_REGIONAL_INDICATOR;
}

/* The end of the grapheme that text begins with. */
static const char *
skip_grapheme (const char *text)
{
  gunichar first = g_utf8_get_char (text);
  gunichar last = first;
  const char *at = g_utf8_next_char (text);
  guint n_regional = 0;         /* in a row, up to last */

  if (first == '\r' && *at == '\n')
    return at + 1;
  if ((first < 0x80 && (guchar) *at < 0x80) || is_control (first))
    return at;

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      gboolean bound = is_binder (last) && !g_unichar_isspace (c) && !g_unichar_isspace (first);

      n_regional = is_regional_indicator (last) ? n_regional + 1 : 0;
      if (n_regional % 2 == 1 && is_regional_indicator (c))
        bound = TRUE;
      if (is_control (c) || !(bound || is_extender (c, first)))
        break;
      last = c;
    }
  return at;
}

static gboolean
has_no_spaces (gunichar c)
{
  static const GUnicodeScript scripts[] = {
    G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HIRAGANA, G_UNICODE_SCRIPT_KATAKANA, G_UNICODE_SCRIPT_BOPOMOFO,
    G_UNICODE_SCRIPT_YI, G_UNICODE_SCRIPT_THAI, G_UNICODE_SCRIPT_LAO, G_UNICODE_SCRIPT_KHMER,
    G_UNICODE_SCRIPT_MYANMAR, G_UNICODE_SCRIPT_TAI_LE, G_UNICODE_SCRIPT_NEW_TAI_LUE,
    G_UNICODE_SCRIPT_TAI_THAM, G_UNICODE_SCRIPT_TAI_VIET, G_UNICODE_SCRIPT_JAVANESE,
    G_UNICODE_SCRIPT_BALINESE,
  };
  GUnicodeScript script = g_unichar_get_script (c);

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (script == scripts[i])
      return TRUE;
  return FALSE;
}

/* Of the grapheme from text to end: by its first character that is no format character. */
static TokenClass
classify (const char *text,
          const char *end)
{
  gunichar c = g_utf8_get_char (text);

  while (g_unichar_type (c) == G_UNICODE_FORMAT && g_utf8_next_char (text) < end)
    {
      text = g_utf8_next_char (text);
      c = g_utf8_get_char (text);
    }

  if (c < 0x80 && g_ascii_isalnum (c))
    return TOKEN_WORD;
  if (c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
    return TOKEN_LINE_END;
  if (g_unichar_isspace (c))
    return TOKEN_SPACE;
  if ((g_unichar_isalnum (c) || g_unichar_ismark (c)) && !has_no_spaces (c))
    return TOKEN_WORD;
  return TOKEN_SINGLE;
}

/* Where at stands between two halves of a word: an apostrophe, or a separator between digits. */
static gboolean
is_inside_word (const char *at)
{
  gunichar c = g_utf8_get_char (at);
  const char *next = g_utf8_next_char (at);
  gunichar before = g_utf8_get_char (g_utf8_prev_char (at));

  if (*next == '\0')
    return FALSE;
  if (c == '\'' || c == RIGHT_SINGLE_QUOTE)
    return classify (next, skip_grapheme (next)) == TOKEN_WORD;
  return (c == '.' || c == ',') && g_unichar_isdigit (before) && g_unichar_isdigit (g_utf8_get_char (next));
}

gsize
truce_text_token_length (const char *text)
{
  const char *end = skip_grapheme (text);
  TokenClass class = classify (text, end);
  const char *at = end;

  g_assert (*text != '\0');

  while ((class == TOKEN_WORD || class == TOKEN_SPACE) && *at != '\0')
    {
      end = skip_grapheme (at);
      if (classify (at, end) != class && !(class == TOKEN_WORD && is_inside_word (at)))
        break;
      at = end;
    }
  return at - text;
}
