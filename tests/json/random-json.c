/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "random-json.h"

guint
random_rounds (guint quick)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  if (rounds != NULL)
    return strtoul (rounds, NULL, 10);

  return g_test_slow () ? 50 * quick : quick;
}

static guint
roll (GRand *rand,
      guint  n)
{
  return g_rand_int_range (rand, 0, n);
}

#define PICK(rand, array) ((array)[roll (rand, G_N_ELEMENTS (array))])

RandomStyle
random_style (GRand *rand)
{
  static const char *const newlines[] = { "", "\n", "\n", "\n", "\r\n" };
  static const char *const units[] = { "  ", "    ", "\t", " " };
  static const char *const colons[] = { ": ", ":", " : " };
  static const char *const commas[] = { " ", "" };

  return (RandomStyle) {
           PICK (rand, newlines), PICK (rand, units), PICK (rand, colons), PICK (rand, commas),
           roll (rand, 3) == 0 ? 10 : 0,
  };
}

/* ---- texts ---- */

typedef struct
{
  GRand *rand;
  const RandomStyle *style;
  GString *out;
  guint budget;                 /* values that may still be written */
} Writer;

static void write_value (Writer *writer, guint depth);

static void
write_chaos (Writer *writer)
{
  static const char *const spaces[] = { " ", "\t", "\n", "\r\n", "\n\n", "   ", "\r" };

  while (roll (writer->rand, 100) < writer->style->chaos)
    g_string_append (writer->out, PICK (writer->rand, spaces));
}

static void
write_break (Writer     *writer,
             guint       depth,
             gboolean    has_lines,
             const char *otherwise)
{
  write_chaos (writer);
  if (!has_lines)
    {
      g_string_append (writer->out, otherwise);
      return;
    }

  g_string_append (writer->out, writer->style->newline);
  for (guint i = 0; i < depth; i++)
    g_string_append (writer->out, writer->style->unit);
}

static void
write_children (Writer  *writer,
                guint    depth,
                gboolean is_object)
{
  static const char *const beginnings[] = {
    "", "\\u0061", "\\/", "\303\251", "\357\277\275", "\360\237\231\202",
  };
  gboolean has_lines = *writer->style->newline != '\0' && roll (writer->rand, 5) > 0;
  guint n_children = roll (writer->rand, 6);

  g_string_append_c (writer->out, is_object ? '{' : '[');
  for (guint i = 0; i < n_children; i++)
    {
      write_break (writer, depth + 1, has_lines, i > 0 ? writer->style->comma : "");
      if (is_object)
        {
          /* The index keeps the names of one object apart, whatever the spelling. */
          g_string_append_printf (writer->out, "\"%s%c%u\"", PICK (writer->rand, beginnings),
                                  'a' + roll (writer->rand, 3), i);
          write_chaos (writer);
          g_string_append (writer->out, writer->style->colon);
        }
      write_value (writer, depth + 1);
      write_chaos (writer);
      if (i + 1 < n_children)
        g_string_append_c (writer->out, ',');
    }
  if (n_children > 0)
    write_break (writer, depth, has_lines, "");
  g_string_append_c (writer->out, is_object ? '}' : ']');
}

static void
write_value (Writer *writer,
             guint   depth)
{
  static const char *const scalars[] = {
    "null", "true", "false", "0", "-0", "1", "1.0", "10e-1", "1.5", "-7E+2", "9007199254740993", "1e400",
    "18446744073709551615", "0.1234567890123456789", "5e-324",
    "\"\"", "\"text\"", "\"\\u00e9\"", "\"\303\251\"",
    "\"\\ud83d\\ude42\"", "\"a\\/b\\n\"", "\"{[,:]}\"",
  };

  if (writer->budget == 0 || depth > 8 || roll (writer->rand, 3) == 0)
    {
      g_string_append (writer->out, PICK (writer->rand, scalars));
      return;
    }

  writer->budget--;
  write_children (writer, depth, roll (writer->rand, 2) == 0);
}

char *
random_text (GRand             *rand,
             const RandomStyle *style,
             guint              size)
{
  Writer writer = { rand, style, g_string_new (NULL), size };

  write_chaos (&writer);
  write_value (&writer, 0);
  write_chaos (&writer);
  if (roll (rand, 2) == 0)
    g_string_append (writer.out, style->newline);

  return g_string_free (writer.out, FALSE);
}

/* ---- drafts ---- */

static gboolean
is_container (const TruceJsonDoc *doc,
              guint32             node)
{
  return truce_json_type (doc, node) >= TRUCE_JSON_ARRAY;
}

/* A name's node is followed by its value, which a draft must not take for a name. */
static gboolean
is_name (const TruceJsonDoc *doc,
         guint32             node)
{
  guint32 at = doc->nodes[node].end;

  while (at < doc->length && g_ascii_isspace (doc->text[at]))
    at++;

  return truce_json_type (doc, node) == TRUCE_JSON_STRING && at < doc->length && doc->text[at] == ':';
}

static guint32
random_value (GRand              *rand,
              const TruceJsonDoc *doc)
{
  guint32 node = roll (rand, doc->n_nodes);

  return is_name (doc, node) ? node + 1 : node;
}

typedef struct
{
  GRand *rand;
  TruceJsonArena *arena;
  TruceJsonDoc **docs;
  guint n_docs;
  guint budget;                 /* drafts that may still be made */
} Maker;

static TruceJsonDraft *make_draft (Maker *maker, const TruceJsonDoc *doc, guint32 node);

/* Something from anywhere. */
static TruceJsonDraft *
make_foreign (Maker *maker)
{
  const TruceJsonDoc *doc = maker->docs[roll (maker->rand, maker->n_docs)];
  guint32 node = random_value (maker->rand, doc);
  TruceJsonChild child = { NULL, TRUCE_JSON_NONE, NULL, TRUCE_JSON_NONE };

  switch (maker->budget > 0 ? roll (maker->rand, 4) : 0)
    {
    case 1:
      return truce_json_draft_text (maker->arena, "\"new\"", -1);
    case 2:
      maker->budget--;
      return make_draft (maker, doc, node);
    case 3:
      maker->budget--;
      child.value = make_foreign (maker);
      return truce_json_draft_container (maker->arena, TRUCE_JSON_DRAFT_ARRAY, NULL, TRUCE_JSON_NONE,
                                         &child, roll (maker->rand, 2));
    default:
      return truce_json_draft_value (maker->arena, doc, node);
    }
}

static gboolean
has_name (GArray             *children,
          const TruceJsonDoc *doc,
          guint32             name)
{
  for (guint i = 0; i < children->len; i++)
    {
      const TruceJsonChild *child = &g_array_index (children, TruceJsonChild, i);

      if (truce_json_string_compare (child->name_doc, child->name, doc, name) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A new child: for an object, under a name that some document has and this object has not. */
static void
add_new_child (Maker              *maker,
               GArray             *children,
               const TruceJsonDoc *layout,
               guint32             container,
               gboolean            is_object)
{
  const TruceJsonDoc *doc = maker->docs[roll (maker->rand, maker->n_docs)];
  guint32 name = roll (maker->rand, doc->n_nodes);
  TruceJsonChild child = { NULL, TRUCE_JSON_NONE, NULL, TRUCE_JSON_NONE };

  if (is_object)
    {
      if (truce_json_type (doc, name) != TRUCE_JSON_STRING || has_name (children, doc, name))
        return;
      for (guint32 i = container + 1; i < layout->nodes[container].next; i = layout->nodes[i + 1].next)
        if (truce_json_string_compare (layout, i, doc, name) == 0)
          return;
      child.name_doc = doc;
      child.name = name;
    }

  child.value = make_foreign (maker);
  g_array_append_val (children, child);
}

static TruceJsonDraft *
make_container (Maker              *maker,
                const TruceJsonDoc *doc,
                guint32             container)
{
  gboolean is_object = truce_json_type (doc, container) == TRUCE_JSON_OBJECT;
  TruceJsonDraftType type = is_object ? TRUCE_JSON_DRAFT_OBJECT : TRUCE_JSON_DRAFT_ARRAY;
  guint32 end = doc->nodes[container].next;
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));

  for (guint32 i = container + 1 + is_object; i < end; i = doc->nodes[i].next + is_object)
    {
      TruceJsonChild child = { is_object ? doc : NULL, is_object ? i - 1 : TRUCE_JSON_NONE, NULL, i };

      if (roll (maker->rand, 6) == 0)
        add_new_child (maker, children, doc, container, is_object);
      if (roll (maker->rand, 6) == 0)
        continue;
      child.value = roll (maker->rand, 6) == 0 ? make_foreign (maker) : make_draft (maker, doc, i);
      g_array_append_val (children, child);
    }
  if (roll (maker->rand, 4) == 0)
    add_new_child (maker, children, doc, container, is_object);

  return truce_json_draft_container (maker->arena, type, doc, container,
                                     (TruceJsonChild *) children->data, children->len);
}

static TruceJsonDraft *
make_draft (Maker              *maker,
            const TruceJsonDoc *doc,
            guint32             node)
{
  if (!is_container (doc, node) || roll (maker->rand, 4) == 0)
    return truce_json_draft_value (maker->arena, doc, node);

  return make_container (maker, doc, node);
}

TruceJsonDraft *
random_draft (GRand          *rand,
              TruceJsonArena *arena,
              TruceJsonDoc  **docs,
              guint           n_docs)
{
  Maker maker = { rand, arena, docs, n_docs, 20 };

  return roll (rand, 10) == 0 ? make_foreign (&maker) : make_draft (&maker, docs[0], 0);
}

TruceJsonDraft *
identity_draft (TruceJsonArena     *arena,
                const TruceJsonDoc *doc,
                guint32             node)
{
  gboolean is_object = truce_json_type (doc, node) == TRUCE_JSON_OBJECT;
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));

  if (!is_container (doc, node))
    return truce_json_draft_value (arena, doc, node);

  for (guint32 i = node + 1 + is_object; i < doc->nodes[node].next; i = doc->nodes[i].next + is_object)
    {
      TruceJsonChild child = { is_object ? doc : NULL, is_object ? i - 1 : TRUCE_JSON_NONE, NULL, i };

      child.value = identity_draft (arena, doc, i);
      g_array_append_val (children, child);
    }

  return truce_json_draft_container (arena, is_object ? TRUCE_JSON_DRAFT_OBJECT : TRUCE_JSON_DRAFT_ARRAY,
                                     doc, node, (TruceJsonChild *) children->data, children->len);
}
