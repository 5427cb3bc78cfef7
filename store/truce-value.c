/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The order of values is SQLite's (sqlite.org/datatype3.html, section 4.1), over what its json_extract
 * gives (sqlite.org/json1.html): a query is answered by SQL where it can be, and kept up to date in C, and
 * the two must agree on every place in the list. Hence a number is an int64 where it is spelled as an
 * integer and fits, and a double otherwise; true is 1; an array is its text without the spaces.
 *
 * Texts are compared as streams of bytes, each decoded on its way: nothing is allocated, and most end at
 * their first byte. */

#include "truce-sort.h"

#include <string.h>

#define TWO_TO_63 9223372036854775808.0

/* ---- numbers ---- */

/* FALSE where it is not spelled as an integer, or does not fit. */
static gboolean
read_integer (const char *at,
              const char *end,
              gint64     *value)
{
  gboolean negative = *at == '-';
  guint64 limit = (guint64) G_MAXINT64 + negative;
  guint64 magnitude = 0;

  for (at += negative; at < end; at++)
    {
      guint digit = (guchar) *at - '0';

      if (digit > 9 || magnitude > (limit - digit) / 10)
        return FALSE;
      magnitude = magnitude * 10 + digit;
    }

  *value = negative ? (gint64) (0 - magnitude) : (gint64) magnitude;
  return TRUE;
}

static void
read_number (TruceValue         *value,
             const TruceJsonDoc *doc,
             guint32             node)
{
  const char *start = doc->text + doc->nodes[node].start;
  const char *end = doc->text + doc->nodes[node].end;

  value->type = TRUCE_VALUE_INTEGER;
  if (read_integer (start, end, &value->integer))
    return;

  value->type = TRUCE_VALUE_REAL;
  if (doc->nodes[node].end < doc->length)
    {
      value->real = g_ascii_strtod (start, NULL); /* what follows is no part of a number, and ends it */
    }
  else
    {
      g_autofree char *copy = g_strndup (start, end - start);

      value->real = g_ascii_strtod (copy, NULL);
    }
}

/* Exactly: no integer is rounded to a double first. */
static int
compare_integer_real (gint64 integer,
                      double real)
{
  gint64 whole;
  double fraction;

  if (real < -TWO_TO_63)
    return 1;
  if (real >= TWO_TO_63)
    return -1;

  whole = (gint64) real;
  fraction = real - (double) whole;
  if (integer != whole)
    return integer < whole ? -1 : 1;
  return (fraction < 0.0) - (fraction > 0.0);
}

static int
compare_numbers (const TruceValue *a,
                 const TruceValue *b)
{
  if (a->type == TRUCE_VALUE_INTEGER && b->type == TRUCE_VALUE_INTEGER)
    return (a->integer > b->integer) - (a->integer < b->integer);
  if (a->type == TRUCE_VALUE_INTEGER)
    return compare_integer_real (a->integer, b->real);
  if (b->type == TRUCE_VALUE_INTEGER)
    return -compare_integer_real (b->integer, a->real);

  return (a->real > b->real) - (a->real < b->real);
}

/* ---- texts ---- */

typedef struct
{
  const char *at;
  const char *end;
  gboolean is_json;
  gboolean quoted;              /* JSON: within a string, where spaces count and escapes stay */
  char decoded[6];              /* bytes that are read already, and not given yet */
  guint n_decoded;
  guint n_given;
} TextReader;

static int
next_json_byte (TextReader *reader)
{
  char c;

  while (!reader->quoted && reader->at < reader->end && g_ascii_isspace (*reader->at))
    reader->at++;
  if (reader->at == reader->end)
    return -1;

  c = *reader->at++;
  if (c == '"')
    reader->quoted = !reader->quoted;
  if (c == '\\')
    {
      reader->decoded[0] = *reader->at++;
      reader->n_decoded = 1;
      reader->n_given = 0;
    }
  return (guchar) c;
}

/* -1 at the end. */
static int
next_byte (TextReader *reader)
{
  if (reader->n_given < reader->n_decoded)
    return (guchar) reader->decoded[reader->n_given++];
  if (reader->is_json)
    return next_json_byte (reader);
  if (reader->at == reader->end)
    return -1;
  if (*reader->at != '\\')
    return (guchar) *reader->at++;

  reader->n_decoded = g_unichar_to_utf8 (truce_json_next_char (&reader->at), reader->decoded);
  reader->n_given = 1;
  return (guchar) reader->decoded[0];
}

static int
compare_texts (const TruceValue *a,
               const TruceValue *b)
{
  TextReader reader_a = { .at = a->text, .end = a->text + a->length, .is_json = a->type == TRUCE_VALUE_JSON };
  TextReader reader_b = { .at = b->text, .end = b->text + b->length, .is_json = b->type == TRUCE_VALUE_JSON };
  int byte_a;
  int byte_b;

  do
    {
      byte_a = next_byte (&reader_a);
      byte_b = next_byte (&reader_b);
    }
  while (byte_a == byte_b && byte_a >= 0);

  return (byte_a > byte_b) - (byte_a < byte_b);
}

/* ---- values ---- */

void
truce_value_read (TruceValue         *value,
                  const TruceJsonDoc *doc,
                  guint32             node)
{
  value->type = TRUCE_VALUE_NULL;
  if (node == TRUCE_JSON_NONE)
    return;

  value->text = doc->text + doc->nodes[node].start;
  value->length = doc->nodes[node].end - doc->nodes[node].start;
  switch (truce_json_type (doc, node))
    {
    case TRUCE_JSON_NULL:
      break;
    case TRUCE_JSON_FALSE:
    case TRUCE_JSON_TRUE:
      value->type = TRUCE_VALUE_INTEGER;
      value->integer = *value->text == 't';
      break;
    case TRUCE_JSON_NUMBER:
      read_number (value, doc, node);
      break;
    case TRUCE_JSON_STRING:
      value->type = TRUCE_VALUE_TEXT;
      value->text++;
      value->length -= 2;
      break;
    case TRUCE_JSON_ARRAY:
    case TRUCE_JSON_OBJECT:
      value->type = TRUCE_VALUE_JSON;
      break;
    }
}

/* Null before numbers before texts. */
static int
rank (const TruceValue *value)
{
  switch (value->type)
    {
    case TRUCE_VALUE_NULL:
      return 0;
    case TRUCE_VALUE_INTEGER:
    case TRUCE_VALUE_REAL:
      return 1;
    case TRUCE_VALUE_TEXT:
    case TRUCE_VALUE_JSON:
      return 2;
    }

  g_assert_not_reached ();
}

int
truce_value_compare (const TruceValue *a,
                     const TruceValue *b)
{
  int rank_a = rank (a);
  int rank_b = rank (b);

  if (rank_a != rank_b)
    return rank_a < rank_b ? -1 : 1;
  if (rank_a == 0)
    return 0;

  return rank_a == 1 ? compare_numbers (a, b) : compare_texts (a, b);
}
