/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes: refused with an error, or read; and what was read has a canonical form that equals it and
 * is its own, a tree of json-glib's, and a draft that reproduces its bytes. */

#include <string.h>

#include "random-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
check (gboolean    good,
       const char *claim)
{
  if (!good)
    g_error ("%s", claim);
}

static TruceJsonDoc *
parse_again (const GString *text)
{
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (text->str, text->len, &error);

  if (doc == NULL)
    g_error ("%s\n%s", error->message, text->str);

  return doc;
}

static void
check_canonical (TruceJsonDoc *doc)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) text_again = g_string_new (NULL);
  g_autoptr(TruceJsonDoc) again = NULL;

  truce_json_write_canonical (text, doc, 0);
  again = parse_again (text);
  truce_json_write_canonical (text_again, again, 0);
  check (g_string_equal (text, text_again), "a canonical form is its own");

  check (truce_json_equal (doc, 0, again, 0), "the canonical form is equal");
  truce_json_doc_hash (doc);
  truce_json_doc_hash (again);
  check (doc->hashes[0] == again->hashes[0], "equal values have equal hashes");
}

static void
check_identity (const TruceJsonDoc *doc)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GString) text = g_string_new (NULL);

  truce_json_draft_write (identity_draft (arena, doc, 0), doc, text);
  check (text->len == doc->length, "a draft keeps the length");
  check (memcmp (text->str, doc->text, text->len) == 0, "a draft keeps all bytes");
}

static void
check_tree (const TruceJsonDoc *doc)
{
  g_autoptr(JsonNode) node = truce_json_to_node (doc, 0);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) again = truce_json_doc_from_node (node, &error);

  if (again == NULL)
    g_error ("%s", error->message);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, &error);

  if (doc == NULL)
    {
      check (error != NULL && error->domain == TRUCE_ERROR, "a refusal has a reason");
      check (g_utf8_validate (error->message, -1, NULL), "a message is UTF-8");
      return 0;
    }

  check_canonical (doc);
  check_identity (doc);
  check_tree (doc);
  return 0;
}
