/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drafts: what a merge changed is written, and nothing else moves. */

#include <stdlib.h>
#include <string.h>

#include "random-json.h"

static TruceJsonDoc *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (text, -1, &error);

  if (doc == NULL)
    g_test_message ("%s", text);
  g_assert_no_error (error);
  return doc;
}

/* ---- random ---- */

static guint
n_rounds (guint quick)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  if (rounds != NULL)
    return strtoul (rounds, NULL, 10);

  return g_test_slow () ? 50 * quick : quick;
}

/* The text of a draft is JSON, and equals the draft's value. */
static void
check_draft (TruceJsonDraft *draft,
             TruceJsonDoc   *layout)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) wanted = g_string_new (NULL);
  g_autoptr(GString) found = g_string_new (NULL);
  g_autoptr(TruceJsonDoc) doc = NULL;

  truce_json_draft_write (draft, layout, text);
  truce_json_draft_write_canonical (draft, wanted);
  doc = parse (text->str);
  truce_json_write_canonical (found, doc, 0);
  if (strcmp (found->str, wanted->str) != 0)
    g_test_message ("%s", text->str);
  g_assert_cmpstr (found->str, ==, wanted->str);
}

static void
test_random (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < n_rounds (1000); i++)
    {
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      TruceJsonDoc *docs[3];

      for (guint k = 0; k < G_N_ELEMENTS (docs); k++)
        {
          RandomStyle style = random_style (rand);
          g_autofree char *text = random_text (rand, &style, 15);

          docs[k] = parse (text);
        }

      for (guint k = 0; k < 5; k++)
        check_draft (random_draft (rand, arena, docs, G_N_ELEMENTS (docs)), docs[0]);
      for (guint k = 0; k < G_N_ELEMENTS (docs); k++)
        truce_json_doc_unref (docs[k]);
    }
}

static void
test_identity (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < n_rounds (1000); i++)
    {
      RandomStyle style = random_style (rand);
      g_autofree char *text = random_text (rand, &style, 30);
      g_autoptr(TruceJsonDoc) doc = parse (text);
      g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
      g_autoptr(GString) out = g_string_new (NULL);

      truce_json_draft_write (identity_draft (arena, doc, 0), doc, out);
      g_assert_cmpstr (out->str, ==, text);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/draft/random", test_random);
  g_test_add_func ("/json/draft/identity", test_identity);
  return g_test_run ();
}
