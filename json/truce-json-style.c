/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a document's author or program would have typed for something new is guessed from what stands
 * there already: the indentation that most of the root's children have, the spaces around the first
 * colon, behind the first comma. One pass, at most. */

#include "truce-json-private.h"

#include <string.h>

#define UNIT_MAX 16             /* spaces */

#define CONSTANT(string) ((TruceJsonSpan) { string, sizeof (string) - 1 })

static const char spaces[] = "                ";

G_STATIC_ASSERT (sizeof (spaces) == UNIT_MAX + 1);

static inline gboolean
is_space (char byte)
{
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

TruceJsonSpan
truce_json_space_before (const TruceJsonDoc *doc,
                         guint32             offset)
{
  guint32 start = offset;

  while (start > 0 && is_space (doc->text[start - 1]))
    start--;

  return (TruceJsonSpan) { doc->text + start, offset - start };
}

TruceJsonSpan
truce_json_space_behind (const TruceJsonDoc *doc,
                         guint32             offset)
{
  guint32 end = offset;

  while (end < doc->length && is_space (doc->text[end]))
    end++;

  return (TruceJsonSpan) { doc->text + offset, end - offset };
}

gboolean
truce_json_span_equal (TruceJsonSpan a,
                       TruceJsonSpan b)
{
  return a.length == b.length && memcmp (a.text, b.text, a.length) == 0;
}

gboolean
truce_json_span_has_newline (TruceJsonSpan span)
{
  return span.length > 0 && memchr (span.text, '\n', span.length) != NULL;
}

TruceJsonSpan
truce_json_line_indent (const TruceJsonDoc *doc,
                        guint32             offset)
{
  guint32 start = offset;
  gsize length = 0;

  while (start > 0 && doc->text[start - 1] != '\n')
    start--;
  while (start + length < offset && (doc->text[start + length] == ' ' || doc->text[start + length] == '\t'))
    length++;

  return (TruceJsonSpan) { doc->text + start, length };
}

static gboolean
is_container (const TruceJsonDoc *doc,
              guint32             node)
{
  return doc->text[doc->nodes[node].start] == '{' || doc->text[doc->nodes[node].start] == '[';
}

/* The first container among a container's children, or TRUCE_JSON_NONE. */
static guint32
first_inner_container (const TruceJsonDoc *doc,
                       guint32             container)
{
  for (guint32 i = container + 1; i < doc->nodes[container].next; i = doc->nodes[i].next)
    if (is_container (doc, i))
      return i;

  return TRUCE_JSON_NONE;
}

/* Counts the indentations of the children that begin a line: counts[0] one tab, counts[n] n spaces. */
static gboolean
count_indents (const TruceJsonDoc *doc,
               guint32             container,
               gsize               outer,
               guint32            *counts)
{
  gboolean found = FALSE;

  for (guint32 i = container + 1; i < doc->nodes[container].next; i = doc->nodes[i].next)
    {
      TruceJsonSpan space = truce_json_space_before (doc, doc->nodes[i].start);
      const char *end = space.text + space.length;
      const char *line = end;

      if (!truce_json_span_has_newline (space))
        continue;

      while (line[-1] != '\n')
        line--;
      line += MIN (outer, (gsize) (end - line));
      found = TRUE;
      if (end - line == 1 && *line == '\t')
        counts[0]++;
      else if (end > line && end - line <= UNIT_MAX && memchr (line, '\t', end - line) == NULL)
        counts[end - line]++;
    }

  return found;
}

/* The indentation of the root's children; where none of these begins a line, that of the first
 * container's within, and so on. */
static TruceJsonSpan
guess_unit (const TruceJsonDoc *doc)
{
  guint32 counts[UNIT_MAX + 1] = { 0 };
  guint best = 2;

  for (guint32 i = 0; i != TRUCE_JSON_NONE; i = first_inner_container (doc, i))
    if (count_indents (doc, i, truce_json_line_indent (doc, doc->nodes[i].start).length, counts))
      break;

  for (guint i = 0; i <= UNIT_MAX; i++)
    if (counts[i] > counts[best])
      best = i;

  return best == 0 ? CONSTANT ("\t") : (TruceJsonSpan) { spaces, best };
}

static gboolean
is_usable (TruceJsonSpan span)
{
  return span.length <= TRUCE_JSON_SPACE_MAX && !truce_json_span_has_newline (span);
}

static gboolean
guess_colon (const TruceJsonDoc *doc,
             guint32             container,
             TruceJsonSpan      *colon)
{
  const TruceJsonNode *name = &doc->nodes[container + 1];

  if (doc->text[doc->nodes[container].start] != '{')
    return FALSE;

  *colon = (TruceJsonSpan) { doc->text + name->end, name[1].start - name->end };
  return is_usable (*colon);
}

static gboolean
guess_comma (const TruceJsonDoc *doc,
             guint32             container,
             TruceJsonSpan      *comma)
{
  gboolean is_object = doc->text[doc->nodes[container].start] == '{';
  guint32 second = doc->nodes[container + 1 + is_object].next;

  if (second >= doc->nodes[container].next)
    return FALSE;

  *comma = truce_json_space_before (doc, doc->nodes[second].start);
  return is_usable (*comma);
}

static gboolean
guess_pad (const TruceJsonDoc *doc,
           guint32             container,
           TruceJsonSpan      *pad)
{
  *pad = truce_json_space_before (doc, doc->nodes[container + 1].start);
  return is_usable (*pad);
}

static void
guess_spacing (TruceJsonStyle     *style,
               const TruceJsonDoc *doc)
{
  gboolean has_colon = FALSE;
  gboolean has_comma = FALSE;
  gboolean has_pad = FALSE;

  for (guint32 i = 0; i < doc->n_nodes && !(has_colon && has_comma && has_pad); i++)
    {
      if (!is_container (doc, i) || doc->nodes[i].next == i + 1)
        continue;
      has_colon = has_colon || guess_colon (doc, i, &style->colon);
      has_comma = has_comma || guess_comma (doc, i, &style->comma);
      has_pad = has_pad || guess_pad (doc, i, &style->pad);
    }

  if (!has_colon)
    style->colon = CONSTANT (": ");
  if (!has_comma)
    style->comma = style->colon.text[style->colon.length - 1] == ':' ? CONSTANT ("") : CONSTANT (" ");
  if (!has_pad)
    style->pad = CONSTANT ("");
}

void
truce_json_style_guess (TruceJsonStyle     *style,
                        const TruceJsonDoc *doc)
{
  const char *newline = memchr (doc->text, '\n', doc->length);

  style->single_line = !truce_json_span_has_newline (truce_json_span (doc, 0));
  style->newline = newline != NULL && newline > doc->text && newline[-1] == '\r' ? "\r\n" : "\n";
  style->unit = guess_unit (doc);
  guess_spacing (style, doc);
}
