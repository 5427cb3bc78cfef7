/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A draft is the result of a merge before it has a text: pieces of the documents that took part, and new
 * containers around them. It copies nothing. All of it lives in one arena, for a merge makes many small
 * things and forgets them at once. */

#include "truce-json-private.h"

#include <string.h>

#define FIRST_BLOCK_SIZE 1000    /* with both headers: what malloc gives at once. A record needs no more */
#define BLOCK_SIZE 16368        /* with the header and malloc's own: four pages */
#define ALIGNMENT 8

/* ---- arena ---- */

typedef struct _Block Block;

struct _Block
{
  Block *next;
  gsize size;                   /* of data */
  gsize used;
  guint64 data[];               /* for its alignment */
};

struct _TruceJsonArena
{
  Block *blocks;                /* the first is the one being filled */
  gsize size;                   /* of all of them */
};

TruceJsonArena *
truce_json_arena_new (void)
{
  return g_new0 (TruceJsonArena, 1);
}

void
truce_json_arena_free (TruceJsonArena *arena)
{
  Block *next;

  if (arena == NULL)
    return;

  for (Block *block = arena->blocks; block != NULL; block = next)
    {
      next = block->next;
      g_free (block);
    }
  g_free (arena);
}

static Block *
add_block (TruceJsonArena *arena,
           gsize           size)
{
  Block *block = g_malloc (sizeof (Block) + size);

  block->size = size;
  block->used = 0;
  block->next = arena->blocks;
  arena->blocks = block;
  arena->size += size;
  return block;
}

/* Not cleared. Freed with the arena. */
gpointer
truce_json_arena_alloc (TruceJsonArena *arena,
                        gsize           size)
{
  Block *block = arena->blocks;
  gpointer memory;

  g_assert (size <= G_MAXSIZE / 2);

  size = (size + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  if (block == NULL || block->size - block->used < size)
    block = add_block (arena, MAX (size, block == NULL ? FIRST_BLOCK_SIZE : BLOCK_SIZE));

  memory = (char *) block->data + block->used;
  block->used += size;
  return memory;
}

gsize
truce_json_arena_size (const TruceJsonArena *arena)
{
  return arena->size;
}

/* ---- drafts ---- */

static TruceJsonDraft *
new_draft (TruceJsonArena    *arena,
           TruceJsonDraftType type)
{
  TruceJsonDraft *draft = truce_json_arena_alloc (arena, sizeof (TruceJsonDraft));

  *draft = (TruceJsonDraft) { .type = type, .node = TRUCE_JSON_NONE };
  return draft;
}

TruceJsonDraft *
truce_json_draft_value (TruceJsonArena     *arena,
                        const TruceJsonDoc *doc,
                        guint32             node)
{
  TruceJsonDraft *draft = new_draft (arena, TRUCE_JSON_DRAFT_VALUE);

  g_assert (node < doc->n_nodes);

  draft->doc = doc;
  draft->node = node;
  return draft;
}

TruceJsonDraft *
truce_json_draft_text (TruceJsonArena *arena,
                       const char     *text,
                       gssize          length)
{
  TruceJsonDraft *draft = new_draft (arena, TRUCE_JSON_DRAFT_TEXT);
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  char *copy = truce_json_arena_alloc (arena, size + 1);

  g_assert (size > 0 && text[0] != '[' && text[0] != '{');

  memcpy (copy, text, size);
  copy[size] = '\0';
  draft->text = copy;
  return draft;
}

TruceJsonDraft *
truce_json_draft_container (TruceJsonArena       *arena,
                            TruceJsonDraftType    type,
                            const TruceJsonDoc   *doc,
                            guint32               node,
                            const TruceJsonChild *children,
                            guint32               n_children)
{
  TruceJsonDraft *draft = new_draft (arena, type);
  gsize size = n_children * sizeof (TruceJsonChild);

  g_assert (type == TRUCE_JSON_DRAFT_ARRAY || type == TRUCE_JSON_DRAFT_OBJECT);
  g_assert (doc == NULL || doc->text[doc->nodes[node].start] == (type == TRUCE_JSON_DRAFT_ARRAY ? '[' : '{'));

  draft->doc = doc;
  draft->node = doc != NULL ? node : TRUCE_JSON_NONE;
  draft->n_children = n_children;
  if (n_children > 0)
    draft->children = memcpy (truce_json_arena_alloc (arena, size), children, size);

  return draft;
}

/* ---- canonical writing ---- */

static int
compare_children (gconstpointer a,
                  gconstpointer b,
                  gpointer      user_data)
{
  const TruceJsonChild *child_a = a;
  const TruceJsonChild *child_b = b;

  return truce_json_string_compare (child_a->name_doc, child_a->name, child_b->name_doc, child_b->name);
}

static void
write_object_canonical (const TruceJsonDraft *draft,
                        GString              *out)
{
  gsize size = draft->n_children * sizeof (TruceJsonChild);
  g_autofree TruceJsonChild *sorted = g_memdup2 (draft->children, size);

  if (draft->n_children > 1)
    g_qsort_with_data (sorted, draft->n_children, sizeof (TruceJsonChild), compare_children, NULL);

  g_string_append_c (out, '{');
  for (guint32 i = 0; i < draft->n_children; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      truce_json_write_canonical (out, sorted[i].name_doc, sorted[i].name);
      g_string_append_c (out, ':');
      truce_json_draft_write_canonical (sorted[i].value, out);
    }
  g_string_append_c (out, '}');
}

static void
write_array_canonical (const TruceJsonDraft *draft,
                       GString              *out)
{
  g_string_append_c (out, '[');
  for (guint32 i = 0; i < draft->n_children; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      truce_json_draft_write_canonical (draft->children[i].value, out);
    }
  g_string_append_c (out, ']');
}

/* The text of a TEXT draft, as a document. */
static TruceJsonDoc *
parse_text (const TruceJsonDraft *draft)
{
  g_autoptr(GError) error = NULL;
  TruceJsonDoc *doc = truce_json_doc_parse_text (draft->text, -1, &error);

  if (doc == NULL)
    g_error ("a draft of what is not JSON: %s", error->message);

  return doc;
}

void
truce_json_draft_write_canonical (const TruceJsonDraft *draft,
                                  GString              *out)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_assert (draft != NULL);
  g_assert (out != NULL);

  switch (draft->type)
    {
    case TRUCE_JSON_DRAFT_VALUE:
      truce_json_write_canonical (out, draft->doc, draft->node);
      break;
    case TRUCE_JSON_DRAFT_TEXT:
      doc = parse_text (draft);
      truce_json_write_canonical (out, doc, 0);
      break;
    case TRUCE_JSON_DRAFT_ARRAY:
      write_array_canonical (draft, out);
      break;
    case TRUCE_JSON_DRAFT_OBJECT:
      write_object_canonical (draft, out);
      break;
    }
}

/* ---- json-glib's tree ---- */

static JsonNode *
array_to_node (const TruceJsonDraft *draft)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_sized_new (draft->n_children);

  for (guint32 i = 0; i < draft->n_children; i++)
    json_array_add_element (array, truce_json_draft_to_node (draft->children[i].value));
  json_node_take_array (node, array);

  return node;
}

static JsonNode *
object_to_node (const TruceJsonDraft *draft)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  for (guint32 i = 0; i < draft->n_children; i++)
    {
      const TruceJsonChild *child = &draft->children[i];
      g_autofree char *name = truce_json_dup_string (child->name_doc, child->name);

      json_object_set_member (object, name, truce_json_draft_to_node (child->value));
    }
  json_node_take_object (node, object);

  return node;
}

JsonNode *
truce_json_draft_to_node (const TruceJsonDraft *draft)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_assert (draft != NULL);

  switch (draft->type)
    {
    case TRUCE_JSON_DRAFT_VALUE:
      return truce_json_to_node (draft->doc, draft->node);
    case TRUCE_JSON_DRAFT_ARRAY:
      return array_to_node (draft);
    case TRUCE_JSON_DRAFT_OBJECT:
      return object_to_node (draft);
    case TRUCE_JSON_DRAFT_TEXT:
      break;
    }

  doc = parse_text (draft);
  return truce_json_to_node (doc, 0);
}
