/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The strict reader: one pass over the text, RFC 8259 and nothing else, no recursion. An open container
 * keeps the index of its parent in its `next` until it closes, so the nodes themselves are the stack.
 *
 * Most bytes of most documents stand within strings, so these are passed eight at a time: one addition
 * or subtraction finds whether any of eight bytes is a quote, a backslash, a control character or not
 * ASCII (Mycroft's test for a zero byte, 1987; see Warren, Hacker's Delight, 6-1). */

#include "truce-json-private.h"

#include <string.h>

#define N_NODES_FIRST_MAX 65536 /* no text gets more nodes than this before it has shown that it needs them */
#define EXPONENT_DIGITS_MAX 18  /* so that an exponent and the length of a text can be added in 64 bits */

typedef struct
{
  TruceJsonDoc *doc;            /* not owned; its nodes are made here */
  const char *at;
  const char *end;
  guint32 n_allocated;
  guint32 open;                 /* the innermost open container, or TRUCE_JSON_NONE */
  guint depth;                  /* how many are open */
  guint max_depth;
  gboolean plain_names;         /* no name has had an escape yet */
  gboolean in_child;            /* `at` stands at a child of `open`, not between two */
  GError **error;
} Scan;

/* ---- what is wrong, and where ---- */

static gboolean
G_GNUC_PRINTF (4,
               5)
fail (Scan *scan, TruceError code, const char *at, const char *format, ...)
{
  g_autoptr(GString) message = g_string_new (NULL);
  va_list args;

  truce_json_append_line (message, scan->doc, at);
  g_string_append (message, "at ");
  truce_json_append_open (message, scan->doc, scan->open, scan->in_child);
  g_string_append (message, ": ");
  va_start (args, format);
  g_string_append_vprintf (message, format, args);
  va_end (args);

  g_set_error_literal (scan->error, TRUCE_ERROR, code, message->str);
  return FALSE;
}

static gsize
word_length (const char *at,
             const char *end)
{
  gsize length = 0;

  while (at + length < end && strchr (" \t\r\n,:[]{}\"", at[length]) == NULL)
    length++;

  return MAX (length, 1);
}

/* Something else stands where `wanted` must. */
static gboolean
fail_wanted (Scan       *scan,
             const char *wanted)
{
  g_autoptr(GString) found = g_string_new (NULL);

  if (scan->at == scan->end)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "the text ends where %s must be", wanted);
  if (scan->at == scan->doc->text && scan->doc->length >= 3 && memcmp (scan->at, "\xEF\xBB\xBF", 3) == 0)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "the text begins with a byte order mark");

  truce_json_append_shown (found, scan->at, word_length (scan->at, scan->end));
  return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "“%s” where %s must be", found->str, wanted);
}

/* ---- nodes ---- */

static inline TruceJsonNode *
add_node (Scan       *scan,
          const char *start)
{
  TruceJsonDoc *doc = scan->doc;
  TruceJsonNode *node;

  if (G_UNLIKELY (doc->n_nodes == scan->n_allocated))
    {
      scan->n_allocated += scan->n_allocated / 2;
      doc->nodes = g_renew (TruceJsonNode, doc->nodes, scan->n_allocated);
    }

  node = &doc->nodes[doc->n_nodes++];
  node->start = start - doc->text;
  return node;
}

/* A value without children, from start to where the scan stands. */
static inline gboolean
add_leaf (Scan       *scan,
          const char *start)
{
  TruceJsonNode *node = add_node (scan, start);

  node->end = scan->at - scan->doc->text;
  node->next = scan->doc->n_nodes;
  return TRUE;
}

static inline void
skip_space (Scan *scan)
{
  const char *at = scan->at;

  while (at < scan->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;

  scan->at = at;
}

static inline gboolean
is_next (const Scan *scan,
         char        byte)
{
  return scan->at < scan->end && *scan->at == byte;
}

/* ---- strings ---- */

/* Where the first byte stands that is a quote, a backslash, a control character, or not ASCII. */
static inline const char *
skip_plain (const char *at,
            const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

  for (; end - at >= 8; at += 8)
    {
      guint64 word;
      guint64 stops;

      memcpy (&word, at, 8);
      word = GUINT64_FROM_LE (word);
      stops = ((word ^ (ones * '"')) - ones) | ((word ^ (ones * '\\')) - ones) | (word - ones * 0x20) | word;
      stops &= ones << 7;
      if (stops != 0)
        return at + (__builtin_ctzll (stops) >> 3);
    }
  while (at < end && *at != '"' && *at != '\\' && (guchar) *at >= 0x20 && (guchar) *at < 0x80)
    at++;

  return at;
}

/* Moves behind one character that is not ASCII: the well-formed sequences of the Unicode Standard's
 * table 3-7. */
static gboolean
scan_utf8 (Scan *scan)
{
  const guchar *at = (const guchar *) scan->at;
  guchar lead = at[0];
  gsize length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  guchar least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  guchar most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  gboolean good = lead >= 0xC2 && lead <= 0xF4 && (gsize) (scan->end - scan->at) >= length;

  good = good && at[1] >= least && at[1] <= most;
  for (gsize i = 2; good && i < length; i++)
    good = (at[i] & 0xC0) == 0x80;
  if (!good)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "the byte 0x%02x is not UTF-8 here", lead);

  scan->at += length;
  return TRUE;
}

/* The value of four hexadecimal digits, or -1. */
static int
read_hex (const char *at,
          const char *end)
{
  int value = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (at + i >= end || !g_ascii_isxdigit (at[i]))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (at[i]);
    }

  return value;
}

/* Behind "\u" come four digits; a high surrogate's four must be followed by a low one's escape. */
static gboolean
scan_unicode_escape (Scan *scan)
{
  const char *at = scan->at;
  int unit = read_hex (at + 2, scan->end);
  gboolean is_low = unit >= 0xDC00 && unit <= 0xDFFF;
  gboolean is_high = unit >= 0xD800 && unit <= 0xDBFF;

  if (unit < 0)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, at, "“\\u” without four hexadecimal digits behind it");
  if (unit == 0)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, at, "a string must not hold U+0000");

  scan->at += 6;
  if (is_high && scan->end - scan->at >= 6 && scan->at[0] == '\\' && scan->at[1] == 'u')
    {
      int low = read_hex (scan->at + 2, scan->end);

      is_high = low < 0xDC00 || low > 0xDFFF;
      scan->at += 6;
    }
  if (is_low || is_high)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, at, "“\\u%04x” is half a surrogate pair", (guint) unit);

  return TRUE;
}

static gboolean
scan_escape (Scan *scan)
{
  g_autoptr(GString) shown = NULL;
  gsize length;

  if (scan->end - scan->at < 2)
    return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->end, "the text ends within a string");
  if (scan->at[1] == 'u')
    return scan_unicode_escape (scan);
  if (scan->at[1] != '\0' && strchr ("\"\\/bfnrt", scan->at[1]) != NULL)
    {
      scan->at += 2;
      return TRUE;
    }

  shown = g_string_new (NULL);
  length = MIN (1 + g_utf8_skip[(guchar) scan->at[1]], scan->end - scan->at);
  truce_json_append_shown (shown, scan->at, length);
  return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "“%s” is no escape", shown->str);
}

/* Moves from a quote to behind the next; *plain becomes FALSE where an escape stands between. */
static inline gboolean
scan_string (Scan     *scan,
             gboolean *plain)
{
  const char *start = scan->at++;

  while (TRUE)
    {
      scan->at = skip_plain (scan->at, scan->end);
      if (G_UNLIKELY (scan->at == scan->end))
        return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at, "the text ends within a string");

      if (*scan->at == '"')
        {
          scan->at++;
          return add_leaf (scan, start);
        }

      if (*scan->at == '\\')
        {
          *plain = FALSE;
          if (!scan_escape (scan))
            return FALSE;
        }
      else if ((guchar) *scan->at < 0x20)
        return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                     "the control character U+%04X must be escaped in a string", (guint) *scan->at);
      else if (!scan_utf8 (scan))
        return FALSE;
    }
}

/* ---- numbers and words ---- */

static inline gboolean
scan_digits (Scan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;

  return scan->at > start;
}

static gboolean
scan_exponent (Scan *scan)
{
  const char *start;

  scan->at++;
  if (is_next (scan, '+') || is_next (scan, '-'))
    scan->at++;
  start = scan->at;
  if (!scan_digits (scan))
    return fail_wanted (scan, "a digit of the exponent");

  while (start < scan->at && *start == '0')
    start++;
  if (scan->at - start > EXPONENT_DIGITS_MAX)
    return fail (scan, TRUCE_ERROR_TOO_LARGE, start, "an exponent of more than %d digits",
                 EXPONENT_DIGITS_MAX);

  return TRUE;
}

static gboolean
scan_number (Scan *scan)
{
  const char *start = scan->at;

  if (*scan->at == '-')
    scan->at++;
  if (is_next (scan, '0') && scan->end - scan->at > 1 && g_ascii_isdigit (scan->at[1]))
    return fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                 "a number must not begin with a 0 before other digits");
  if (!scan_digits (scan))
    return fail_wanted (scan, "a digit");

  if (is_next (scan, '.'))
    {
      scan->at++;
      if (!scan_digits (scan))
        return fail_wanted (scan, "a digit of the fraction");
    }
  if ((is_next (scan, 'e') || is_next (scan, 'E')) && !scan_exponent (scan))
    return FALSE;

  return add_leaf (scan, start);
}

static inline gboolean
scan_word (Scan       *scan,
           const char *word,
           gsize       length)
{
  const char *start = scan->at;

  if ((gsize) (scan->end - start) < length || memcmp (start, word, length) != 0)
    return fail_wanted (scan, "a value");

  scan->at += length;
  return add_leaf (scan, start);
}

/* ---- containers ---- */

/* *opened tells whether children follow: an empty container is a whole value already. */
static gboolean
scan_open (Scan     *scan,
           char      closer,
           gboolean *opened)
{
  const char *start = scan->at++;
  TruceJsonNode *node;

  skip_space (scan);
  if (scan->depth == scan->max_depth)
    return fail (scan, TRUCE_ERROR_TOO_LARGE, start, "more than %u arrays and objects within each other",
                 scan->max_depth);
  if (is_next (scan, closer))
    {
      scan->at++;
      return add_leaf (scan, start);
    }

  node = add_node (scan, start);
  node->next = scan->open;
  scan->open = scan->doc->n_nodes - 1;
  scan->depth++;
  *opened = TRUE;
  return TRUE;
}

static gboolean
scan_close (Scan *scan)
{
  TruceJsonDoc *doc = scan->doc;
  guint32 container = scan->open;
  guint32 parent = doc->nodes[container].next;

  scan->at++;
  doc->nodes[container].end = scan->at - doc->text;
  if (doc->text[doc->nodes[container].start] == '{')
    {
      guint32 name;

      doc->nodes[container].next = doc->n_nodes;
      name = truce_json_find_duplicate (doc, container, scan->plain_names);
      if (name != TRUCE_JSON_NONE)
        {
          g_autoptr(GString) shown = g_string_new (NULL);
          const TruceJsonNode *node = &doc->nodes[name];

          doc->nodes[container].next = parent;
          truce_json_append_shown (shown, doc->text + node->start + 1, node->end - node->start - 2);
          return fail (scan, TRUCE_ERROR_INVALID_DATA, doc->text + node->start,
                       "a second member of the name “%s”", shown->str);
        }
    }

  doc->nodes[container].next = doc->n_nodes;
  scan->open = parent;
  scan->depth--;
  return TRUE;
}

/* Behind a value: closes what ends there, and passes the comma before the next child. */
static gboolean
scan_behind (Scan *scan)
{
  while (TRUE)
    {
      gboolean in_object;

      scan->in_child = FALSE;
      skip_space (scan);
      if (scan->open == TRUCE_JSON_NONE)
        return TRUE;

      if (is_next (scan, ','))
        {
          scan->at++;
          return TRUE;
        }

      in_object = scan->doc->text[scan->doc->nodes[scan->open].start] == '{';
      if (!is_next (scan, in_object ? '}' : ']'))
        return fail_wanted (scan, in_object ? "a comma or “}”" : "a comma or “]”");
      if (!scan_close (scan))
        return FALSE;
    }
}

static gboolean
scan_name (Scan *scan)
{
  scan->in_child = FALSE;
  skip_space (scan);
  if (!is_next (scan, '"'))
    return fail_wanted (scan, "a member's name in double quotes");
  if (!scan_string (scan, &scan->plain_names))
    return FALSE;

  scan->in_child = TRUE;
  skip_space (scan);
  if (!is_next (scan, ':'))
    return fail_wanted (scan, "a colon");

  scan->at++;
  return TRUE;
}

static gboolean
scan_value (Scan     *scan,
            gboolean *opened)
{
  gboolean plain;

  scan->in_child = TRUE;
  skip_space (scan);
  if (scan->at == scan->end)
    return fail_wanted (scan, "a value");

  switch (*scan->at)
    {
    case '{':
      return scan_open (scan, '}', opened);
    case '[':
      return scan_open (scan, ']', opened);
    case '"':
      return scan_string (scan, &plain);
    case 't':
      return scan_word (scan, "true", 4);
    case 'f':
      return scan_word (scan, "false", 5);
    case 'n':
      return scan_word (scan, "null", 4);
    default:
      if (*scan->at != '-' && !g_ascii_isdigit (*scan->at))
        return fail_wanted (scan, "a value");
      return scan_number (scan);
    }
}

static gboolean
scan_document (Scan *scan)
{
  do
    {
      gboolean opened = FALSE;

      if (scan->open != TRUCE_JSON_NONE && scan->doc->text[scan->doc->nodes[scan->open].start] == '{' &&
          !scan_name (scan))
        return FALSE;
      if (!scan_value (scan, &opened))
        return FALSE;
      if (!opened && !scan_behind (scan))
        return FALSE;
    }
  while (scan->open != TRUCE_JSON_NONE);

  if (scan->at < scan->end)
    return fail_wanted (scan, "the end of the text");

  return TRUE;
}

gboolean
truce_json_scan (TruceJsonDoc *doc,
                 guint         max_depth,
                 GError      **error)
{
  Scan scan = {
    .doc = doc,
    .at = doc->text,
    .end = doc->text + doc->length,
    .n_allocated = MIN (doc->length / 12 + 8, N_NODES_FIRST_MAX),
    .open = TRUCE_JSON_NONE,
    .max_depth = max_depth,
    .plain_names = TRUE,
    .error = error,
  };

  doc->nodes = g_new (TruceJsonNode, scan.n_allocated);
  if (!scan_document (&scan))
    return FALSE;

  doc->nodes = g_renew (TruceJsonNode, doc->nodes, doc->n_nodes);
  return TRUE;
}
