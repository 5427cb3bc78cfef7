/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Four bytes of seed, then documents with a byte 0xFF between them: random drafts of them, laid out like
 * the first, are JSON and have the draft's value. */

#include <string.h>

#include "random-json.h"

#define N_DOCS_MAX 3
#define N_DRAFTS 4
#define SEED_SIZE 4

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
check_draft (const TruceJsonDraft *draft,
             const TruceJsonDoc   *layout)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) wanted = g_string_new (NULL);
  g_autoptr(GString) found = g_string_new (NULL);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = NULL;

  truce_json_draft_write (draft, layout, text);
  truce_json_draft_write_canonical (draft, wanted);

  /* A draft puts one document into another; so it may nest deeper than any of them. */
  bytes = g_bytes_new (text->str, text->len);
  doc = truce_json_doc_parse (bytes, 64 * TRUCE_JSON_DEPTH_DEFAULT, &error);
  if (doc == NULL)
    g_error ("%s\n%s", error->message, text->str);
  truce_json_write_canonical (found, doc, 0);
  if (!g_string_equal (found, wanted))
    g_error ("written: %s\nwanted: %s", text->str, wanted->str);
}

static guint
read_docs (const guint8  *data,
           gsize          size,
           TruceJsonDoc **docs)
{
  guint n_docs = 0;

  while (size > 0 && n_docs < N_DOCS_MAX)
    {
      const guint8 *end = memchr (data, 0xFF, size);
      gsize length = end != NULL ? (gsize) (end - data) : size;

      docs[n_docs] = truce_json_doc_parse_text ((const char *) data, length, NULL);
      n_docs += docs[n_docs] != NULL;
      length += end != NULL;
      data += length;
      size -= length;
    }

  return n_docs;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  TruceJsonDoc *docs[N_DOCS_MAX];
  g_autoptr(TruceJsonArena) arena = NULL;
  g_autoptr(GRand) rand = NULL;
  guint32 seed;
  guint n_docs;

  if (size < SEED_SIZE)
    return 0;

  memcpy (&seed, data, SEED_SIZE);
  n_docs = read_docs (data + SEED_SIZE, size - SEED_SIZE, docs);
  arena = truce_json_arena_new ();
  rand = g_rand_new_with_seed (seed);
  for (guint i = 0; n_docs > 0 && i < N_DRAFTS; i++)
    check_draft (random_draft (rand, arena, docs, n_docs), docs[0]);

  for (guint i = 0; i < n_docs; i++)
    truce_json_doc_unref (docs[i]);
  return 0;
}
