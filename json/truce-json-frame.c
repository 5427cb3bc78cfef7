/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A piece of another document (or of another place in the same one) keeps its bytes, but for what begins
 * its lines. How lines are translated is a frame: so much indentation is taken off, so much put on, and
 * levels between are converted from unit to unit. No piece is written twice, so the whole takes linear
 * time. A JSON string holds no line break, so every line break is white space. */

#include "truce-json-frame.h"

#include <string.h>

#define NO_INDENT ((TruceJsonIndent) { 0, 0 })

void
truce_json_layout_append (TruceJsonLayout *layout,
                          TruceJsonSpan    span)
{
  g_string_append_len (layout->out, span.text, span.length);
}

TruceJsonIndent
truce_json_layout_get_indent (const TruceJsonLayout *layout)
{
  const char *line = layout->out->str + layout->line;
  TruceJsonIndent indent = { layout->line, 0 };

  while ((line[indent.length] == ' ' || line[indent.length] == '\t') && indent.length < TRUCE_JSON_SPACE_MAX)
    indent.length++;

  return indent;
}

void
truce_json_layout_break_line (TruceJsonLayout *layout,
                              TruceJsonIndent  indent)
{
  g_string_append (layout->out, layout->style.newline);
  layout->line = layout->out->len;
  g_string_append_len (layout->out, layout->out->str + indent.offset, indent.length);
}

static gboolean
has_prefix (TruceJsonSpan span,
            TruceJsonSpan prefix)
{
  return span.length >= prefix.length && memcmp (span.text, prefix.text, prefix.length) == 0;
}

static TruceJsonSpan
behind (TruceJsonSpan span,
        gsize         length)
{
  return (TruceJsonSpan) { span.text + length, span.length - length };
}

/* The levels of indentation that lie within the piece. */
static void
append_levels (TruceJsonLayout *layout,
               TruceJsonSpan    unit,
               TruceJsonSpan    levels)
{
  while (!truce_json_span_equal (unit, layout->style.unit) && has_prefix (levels, unit))
    {
      truce_json_layout_append (layout, layout->style.unit);
      levels = behind (levels, unit.length);
    }
  truce_json_layout_append (layout, levels);
}

/* Begins a line of the piece. Where the piece's first line is not what the others are indented by, as in
 * a file that mixes tabs and spaces, the others stay as they are. */
static void
translate_line (TruceJsonLayout      *layout,
                const TruceJsonFrame *frame,
                TruceJsonSpan         indent)
{
  if (has_prefix (indent, frame->from))
    {
      truce_json_layout_break_line (layout, frame->to);
      append_levels (layout, frame->unit, behind (indent, frame->from.length));
    }
  else if (has_prefix (frame->from, indent))
    truce_json_layout_break_line (layout, frame->to);
  else
    {
      truce_json_layout_break_line (layout, NO_INDENT);
      truce_json_layout_append (layout, indent);
    }
}

/* In place of a line break, in a text of one line. */
static void
join_lines (TruceJsonLayout *layout)
{
  if (layout->out->str[layout->out->len - 1] == ',')
    truce_json_layout_append (layout, layout->style.comma);
}

/* Writes bytes of the frame's document that span lines, line by line. */
static void
copy_lines (TruceJsonLayout      *layout,
            const TruceJsonFrame *frame,
            TruceJsonSpan         span)
{
  const char *at = span.text;
  const char *end = at + span.length;
  const char *newline;

  while (at < end && (newline = memchr (at, '\n', end - at)) != NULL)
    {
      TruceJsonSpan indent = { newline + 1, 0 };
      gboolean is_blank;

      while (indent.text + indent.length < end &&
             (indent.text[indent.length] == ' ' || indent.text[indent.length] == '\t'))
        indent.length++;
      is_blank = indent.text + indent.length < end &&
                 (indent.text[indent.length] == '\n' || indent.text[indent.length] == '\r');

      g_string_append_len (layout->out, at, newline - at - (newline > at && newline[-1] == '\r'));
      at = indent.text + indent.length;
      if (layout->style.single_line)
        join_lines (layout);
      else if (is_blank)
        truce_json_layout_break_line (layout, NO_INDENT);
      else
        translate_line (layout, frame, indent);
    }
  g_string_append_len (layout->out, at, end - at);
}

void
truce_json_layout_copy (TruceJsonLayout      *layout,
                        const TruceJsonFrame *frame,
                        TruceJsonSpan         span)
{
  if (!frame->verbatim)
    {
      copy_lines (layout, frame, span);
      return;
    }

  truce_json_layout_append (layout, span);
  if (truce_json_span_has_newline (span))
    {
      layout->line = layout->out->len;
      while (layout->out->str[layout->line - 1] != '\n')
        layout->line--;
    }
}

const TruceJsonStyle *
truce_json_layout_get_style (TruceJsonLayout    *layout,
                             const TruceJsonDoc *doc)
{
  TruceJsonStyle *style = g_hash_table_lookup (layout->styles, doc);

  if (style == NULL)
    {
      style = g_new (TruceJsonStyle, 1);
      truce_json_style_guess (style, doc);
      g_hash_table_insert (layout->styles, (gpointer) doc, style);
    }

  return style;
}

TruceJsonFrame
truce_json_layout_enter (TruceJsonLayout    *layout,
                         const TruceJsonDoc *doc,
                         guint32             node)
{
  TruceJsonFrame frame = { .doc = doc };

  if (truce_json_span_has_newline (truce_json_span (doc, node)))
    {
      frame.from = truce_json_line_indent (doc, doc->nodes[node].start);
      frame.to = truce_json_layout_get_indent (layout);
      frame.unit = truce_json_layout_get_style (layout, doc)->unit;
    }

  return frame;
}
