/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The member names of one object, sorted: so duplicates meet, two objects compare in one pass, and the
 * canonical form has its order. Sorted, not hashed: whoever writes the input could make its hashes
 * collide, but can't make a merge sort slow.
 *
 * A name is mostly represented by one 64-bit number: the eight bytes that follow what all names of the
 * object begin with. Many of these are sorted byte by byte (radix sort, Knuth 5.2.5), and names are
 * compared only where they tie. */

#include "truce-json-private.h"

#include <string.h>

#define PAIRWISE_MAX 16         /* up to as many names, comparing each with each costs less than sorting */

#define RADIX_MIN 256           /* from as many names, sorting keys by bytes costs less than comparing */
#define KEY_SIZE 8              /* bytes */
#define N_LEVELS_MAX 64         /* keys of one name */

typedef struct
{
  guint64 key;                  /* compares like the name does, or is equal */
  guint32 name;
} Entry;

static int
compare_entries (gconstpointer a,
                 gconstpointer b,
                 gpointer      doc)
{
  const Entry *entry_a = a;
  const Entry *entry_b = b;

  if (entry_a->key != entry_b->key)
    return entry_a->key < entry_b->key ? -1 : 1;

  return truce_json_string_compare (doc, entry_a->name, doc, entry_b->name);
}

/* Whether all names compare like their bytes: no escape, and nothing from U+E000 up, where UTF-16's
 * order differs. */
static gboolean
compare_by_byte (const TruceJsonDoc *doc,
                 const guint32      *names,
                 guint32             n_names)
{
  for (guint32 i = 0; i < n_names; i++)
    for (guint32 k = doc->nodes[names[i]].start; k < doc->nodes[names[i]].end; k++)
      if (doc->text[k] == '\\' || (guchar) doc->text[k] >= 0xEE)
        return FALSE;

  return TRUE;
}

/* How many bytes, the quote among them, both names begin with: at least `least`, at most `most`. */
static guint32
common_prefix (const TruceJsonDoc *doc,
               guint32             name,
               guint32             other,
               guint32             least,
               guint32             most)
{
  const char *a = doc->text + doc->nodes[name].start;
  const char *b = doc->text + doc->nodes[other].start;
  guint32 length = least;

  most = MIN (most, doc->nodes[name].end - doc->nodes[name].start - 1);
  most = MIN (most, doc->nodes[other].end - doc->nodes[other].start - 1);
  while (length < most && a[length] == b[length])
    length++;

  return length;
}

/* A shorter name's key is filled up with zeros, which no name holds. */
static guint64
key_behind (const TruceJsonDoc *doc,
            guint32             name,
            guint32             prefix)
{
  const TruceJsonNode *node = &doc->nodes[name];
  guint64 key = 0;
  guint32 length = node->end - 1 - (node->start + prefix);

  memcpy (&key, doc->text + node->start + prefix, MIN (length, KEY_SIZE));
  return GUINT64_FROM_BE (key);
}

/* The names begin alike for `prefix` bytes. Returns for how many they do in truth: the keys begin there. */
static guint32
make_keys (const TruceJsonDoc *doc,
           Entry              *entries,
           guint32             n_entries,
           guint32             prefix)
{
  guint32 longest = G_MAXUINT32;

  for (guint32 i = 0; i < n_entries; i++)
    longest = common_prefix (doc, entries[0].name, entries[i].name, prefix, longest);
  for (guint32 i = 0; i < n_entries; i++)
    entries[i].key = key_behind (doc, entries[i].name, longest);

  return longest;
}

static void
sort_by_comparing (const TruceJsonDoc *doc,
                   Entry              *entries,
                   guint32             n_entries)
{
  g_qsort_with_data (entries, n_entries, sizeof (Entry), compare_entries, (gpointer) doc);
}

/* One step of a radix sort: by one byte of the key, from entries to sorted. FALSE if all have the same
 * byte there. */
static gboolean
sort_by_byte (const Entry *entries,
              Entry       *sorted,
              guint32      n_entries,
              guint        shift)
{
  guint32 starts[256] = { 0 };
  guint32 start = 0;

  for (guint32 i = 0; i < n_entries; i++)
    starts[entries[i].key >> shift & 0xFF]++;
  if (starts[entries[0].key >> shift & 0xFF] == n_entries)
    return FALSE;

  for (guint byte = 0; byte < 256; byte++)
    {
      guint32 count = starts[byte];

      starts[byte] = start;
      start += count;
    }
  for (guint32 i = 0; i < n_entries; i++)
    sorted[starts[entries[i].key >> shift & 0xFF]++] = entries[i];

  return TRUE;
}

/* By key alone, in eight linear steps at most. */
static void
sort_by_key (Entry  *entries,
             guint32 n_entries)
{
  g_autofree Entry *spare = g_new (Entry, n_entries);
  Entry *from = entries;
  Entry *to = spare;

  for (guint shift = 0; shift < 64; shift += 8)
    if (sort_by_byte (from, to, n_entries, shift))
      {
        Entry *swap = from;

        from = to;
        to = swap;
      }

  if (from != entries)
    memcpy (entries, from, n_entries * sizeof (Entry));
}

/* Sorts names that begin alike for `prefix` bytes and compare like their bytes. Those whose keys tie are
 * sorted by their next keys, n_levels times; for names can be made to tie as often as their maker likes. */
static void
sort_by_levels (const TruceJsonDoc *doc,
                Entry              *entries,
                guint32             n_entries,
                guint32             prefix,
                guint               n_levels)
{
  guint32 start = 0;

  prefix = make_keys (doc, entries, n_entries, prefix);
  if (n_entries < RADIX_MIN || n_levels == 0)
    {
      sort_by_comparing (doc, entries, n_entries);
      return;
    }

  sort_by_key (entries, n_entries);
  for (guint32 i = 1; i <= n_entries; i++)
    if (i == n_entries || entries[i].key != entries[start].key)
      {
        /* A key that ends in a zero is a whole name's: a tie of such is between equal names. */
        if (i - start > 1 && (entries[start].key & 0xFF) != 0)
          sort_by_levels (doc, entries + start, i - start, prefix + KEY_SIZE, n_levels - 1);
        start = i;
      }
}

static gboolean
is_ascending (const TruceJsonDoc *doc,
              const guint32      *names,
              guint32             n_names)
{
  for (guint32 i = 1; i < n_names; i++)
    if (truce_json_string_compare (doc, names[i - 1], doc, names[i]) >= 0)
      return FALSE;

  return TRUE;
}

static void
sort_names (const TruceJsonDoc *doc,
            guint32            *names,
            guint32             n_names)
{
  g_autofree Entry *entries = NULL;

  if (is_ascending (doc, names, n_names))
    return;

  entries = g_new0 (Entry, n_names);
  for (guint32 i = 0; i < n_names; i++)
    entries[i].name = names[i];
  if (compare_by_byte (doc, names, n_names))
    sort_by_levels (doc, entries, n_names, 1, N_LEVELS_MAX);
  else
    sort_by_comparing (doc, entries, n_names);
  for (guint32 i = 0; i < n_names; i++)
    names[i] = entries[i].name;
}

guint32 *
truce_json_sort_names (const TruceJsonDoc *doc,
                       guint32             object,
                       guint32            *n_names)
{
  guint32 n = truce_json_n_children (doc, object);
  guint32 *names = g_new (guint32, n);
  guint32 n_found = 0;

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    names[n_found++] = i;
  sort_names (doc, names, n);

  *n_names = n;
  return names;
}

static guint32
find_duplicate_by_sorting (const TruceJsonDoc *doc,
                           guint32             object)
{
  guint32 n_names;
  g_autofree guint32 *names = truce_json_sort_names (doc, object, &n_names);
  guint32 first = TRUCE_JSON_NONE;

  /* The sort is stable: of two equal names, the later in the text comes later. */
  for (guint32 i = 1; i < n_names; i++)
    if (names[i] < first && truce_json_string_equal (doc, names[i - 1], doc, names[i]))
      first = names[i];

  return first;
}

static inline gboolean
is_same_plain (const TruceJsonDoc *doc,
               guint32             a,
               guint32             b)
{
  const TruceJsonNode *node_a = &doc->nodes[a];
  const TruceJsonNode *node_b = &doc->nodes[b];
  guint32 length = node_a->end - node_a->start;

  return length == node_b->end - node_b->start &&
         memcmp (doc->text + node_a->start, doc->text + node_b->start, length) == 0;
}

guint32
truce_json_find_duplicate (const TruceJsonDoc *doc,
                           guint32             object,
                           gboolean            plain)
{
  guint32 names[PAIRWISE_MAX];
  guint n_names = 0;

  for (guint32 i = object + 1; i < doc->nodes[object].next; i = doc->nodes[i + 1].next)
    {
      if (n_names == PAIRWISE_MAX)
        return find_duplicate_by_sorting (doc, object);

      for (guint k = 0; k < n_names; k++)
        if (plain ? is_same_plain (doc, names[k], i) : truce_json_string_equal (doc, names[k], doc, i))
          return i;
      names[n_names++] = i;
    }

  return TRUCE_JSON_NONE;
}
