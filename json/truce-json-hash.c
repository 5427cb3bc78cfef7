/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A hash for each node, so that a merge can pass by what is equal without looking into it. Nodes stand in
 * the order of the text, parents first; so one loop from the last to the first finds every child's hash
 * made.
 *
 * Members add up, since their order does not count; elements are chained. Equal hashes are always followed
 * by a comparison, so nothing that comes out depends on them; but a table of values by their hash would be
 * slow if somebody could choose values that collide. So each process multiplies by a number of its own,
 * and folds the whole product (the idea of wyhash, Wang Yi 2019): a plain multiplication hands the top
 * bits of a difference on whatever the number is. */

#include "truce-json-private.h"

#include <math.h>
#include <string.h>

#define TWO_TO_63 9223372036854775808.0

enum { SEED_WORD = 1, SEED_STRING, SEED_INTEGER, SEED_DOUBLE, SEED_EXACT, SEED_ARRAY, SEED_OBJECT };

/* Odd, and nobody's to know. Set before the first hash; see truce_json_doc_hash(). */
static guint64 multiplier;

static inline guint64
mix (guint64 hash,
     guint64 word)
{
  unsigned __int128 product = (unsigned __int128) (hash ^ word) * multiplier;

  /* The sum keeps a factor of 0 from being a trap. */
  return ((guint64) product ^ (guint64) (product >> 64)) + hash;
}

static guint64
hash_bytes (guint64     hash,
            const char *bytes,
            gsize       length)
{
  guint64 word = length;

  hash = mix (hash, word);
  for (; length >= 8; length -= 8, bytes += 8)
    {
      memcpy (&word, bytes, 8);
      hash = mix (hash, word);
    }
  for (word = 0; length > 0; length--)
    word = word << 8 | (guchar) *bytes++;

  return mix (hash, word);
}

static guint64
hash_string (const TruceJsonDoc *doc,
             guint32             node,
             GString            *decoded)
{
  const char *text = doc->text + doc->nodes[node].start + 1;
  gsize length = doc->nodes[node].end - doc->nodes[node].start - 2;

  if (memchr (text, '\\', length) == NULL)
    return hash_bytes (SEED_STRING, text, length);

  g_string_truncate (decoded, 0);
  truce_json_append_string (decoded, doc, node);
  return hash_bytes (SEED_STRING, decoded->str, decoded->len);
}

static guint64
hash_digits (const TruceJsonDecimal *decimal)
{
  guint64 hash = mix (SEED_EXACT + decimal->negative, decimal->point);
  const char *digits = decimal->digits;

  for (guint32 i = 0; i < decimal->n_digits; i++)
    {
      digits += *digits == '.';
      hash = mix (hash, *digits++);
    }

  return hash;
}

static guint64
hash_number (const TruceJsonDoc *doc,
             guint32             node)
{
  TruceJsonDecimal decimal;
  gint64 integer;
  double real;

  switch (truce_json_number_kind (doc, node, &decimal, &integer, &real))
    {
    case TRUCE_JSON_INTEGER:
      return mix (SEED_INTEGER, integer);
    case TRUCE_JSON_DOUBLE:
      /* 9007199254740993.5 is the double 9007199254740994, which is an integer. */
      if (fabs (real) < TWO_TO_63 && fabs (real - (gint64) real) <= 0.0)
        return mix (SEED_INTEGER, (gint64) real);
      return hash_bytes (SEED_DOUBLE, (const char *) &real, sizeof real);
    case TRUCE_JSON_EXACT:
      break;
    }

  return hash_digits (&decimal);
}

static guint64
hash_array (const TruceJsonDoc *doc,
            guint32             array)
{
  guint64 hash = SEED_ARRAY;

  for (guint32 i = array + 1; i < doc->nodes[array].next; i = doc->nodes[i].next)
    hash = mix (hash, doc->hashes[i]);

  return mix (hash, SEED_ARRAY);
}

static guint64
hash_object (const TruceJsonDoc *doc,
             guint32             object)
{
  guint64 sum = SEED_OBJECT;

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    sum += mix (mix (SEED_OBJECT, doc->hashes[i]), doc->hashes[i + 1]);

  return mix (sum, SEED_OBJECT);
}

static guint64
hash_node (const TruceJsonDoc *doc,
           guint32             node,
           GString            *decoded)
{
  switch (truce_json_type (doc, node))
    {
    case TRUCE_JSON_NUMBER:
      return hash_number (doc, node);
    case TRUCE_JSON_STRING:
      return hash_string (doc, node, decoded);
    case TRUCE_JSON_ARRAY:
      return hash_array (doc, node);
    case TRUCE_JSON_OBJECT:
      return hash_object (doc, node);
    case TRUCE_JSON_NULL:
    case TRUCE_JSON_FALSE:
    case TRUCE_JSON_TRUE:
      break;
    }

  return mix (SEED_WORD, doc->text[doc->nodes[node].start]);
}

static void
choose_multiplier (void)
{
  static gsize chosen;

  if (g_once_init_enter (&chosen))
    {
      multiplier = (guint64) g_random_int () << 32 | g_random_int () | 1;
      g_once_init_leave (&chosen, 1);
    }
}

void
truce_json_doc_hash (TruceJsonDoc *doc)
{
  g_autoptr(GString) decoded = NULL;

  g_assert (doc != NULL);

  if (doc->hashes != NULL)
    return;

  choose_multiplier ();
  decoded = g_string_new (NULL);
  doc->hashes = g_new (guint32, doc->n_nodes);
  for (guint32 i = doc->n_nodes; i > 0; i--)
    doc->hashes[i - 1] = hash_node (doc, i - 1, decoded);
}
