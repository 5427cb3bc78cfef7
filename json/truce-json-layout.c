/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Writes a draft in the form of a document that a person laid out. The text of a container is seen as
 *
 *     {  lead  "name" gap value  trail  ,  lead  "name" gap value  trail  }
 *
 * where lead and trail are white space and gap has the colon. A child that stays takes its lead, gap and
 * trail along, a child that goes takes them away, and a new one gets those of its neighbours. Only the
 * first lead and the last trail belong to the brackets.
 *
 * A piece of another document (or of another place in the same one) keeps its bytes, but for what begins
 * its lines. How lines are translated is a frame: so much indentation is taken off, so much put on, and
 * levels between are converted from unit to unit. No piece is written twice, so the whole takes linear
 * time. A JSON string holds no line break, so every line break is white space.
 *
 * Kin: jsonc-parser's edits (Visual Studio Code) and toml_edit keep formatting by the same means, one
 * edit at a time. */

#include "truce-json-private.h"

#include <string.h>

#define INDENT_MAX 1024         /* bytes put before each line of a piece: what is written stays linear */

typedef struct
{
  GString *out;                 /* not owned */
  gsize line;                   /* where in out the current line begins */
  TruceJsonStyle style;         /* of the text being written */
  GHashTable *styles;           /* TruceJsonDoc (not owned) → TruceJsonStyle (owned), of others */
} Layout;

typedef struct
{
  gsize offset;                 /* in out */
  gsize length;
} Indent;

#define NO_INDENT ((Indent) { 0, 0 })

typedef struct
{
  const TruceJsonDoc *doc;      /* whose bytes are written */
  gboolean verbatim;            /* as they stand; nothing below counts then */
  TruceJsonSpan from;           /* indentation to take off each line */
  Indent to;                    /* what to put there */
  TruceJsonSpan unit;           /* of indentation in doc */
} Frame;

static void write_draft (Layout               *layout,
                         const Frame          *frame,
                         const TruceJsonDraft *draft,
                         guint32               home);

/* ---- lines ---- */

static inline void
append (Layout       *layout,
        TruceJsonSpan span)
{
  g_string_append_len (layout->out, span.text, span.length);
}

static Indent
current_indent (const Layout *layout)
{
  const char *line = layout->out->str + layout->line;
  Indent indent = { layout->line, 0 };

  while ((line[indent.length] == ' ' || line[indent.length] == '\t') && indent.length < INDENT_MAX)
    indent.length++;

  return indent;
}

static void
break_line (Layout *layout,
            Indent  indent)
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

static gboolean
is_same_span (TruceJsonSpan a,
              TruceJsonSpan b)
{
  return a.length == b.length && has_prefix (a, b);
}

static TruceJsonSpan
behind (TruceJsonSpan span,
        gsize         length)
{
  return (TruceJsonSpan) { span.text + length, span.length - length };
}

/* The levels of indentation that lie within the piece. */
static void
append_levels (Layout       *layout,
               TruceJsonSpan unit,
               TruceJsonSpan levels)
{
  while (!is_same_span (unit, layout->style.unit) && has_prefix (levels, unit))
    {
      append (layout, layout->style.unit);
      levels = behind (levels, unit.length);
    }
  append (layout, levels);
}

/* Begins a line of the piece. Where the piece's first line is not what the others are indented by, as in a file that mixes
 * tabs and spaces, the others stay as they are. */
static void
translate_line (Layout       *layout,
                const Frame  *frame,
                TruceJsonSpan indent)
{
  if (has_prefix (indent, frame->from))
    {
      break_line (layout, frame->to);
      append_levels (layout, frame->unit, behind (indent, frame->from.length));
    }
  else if (has_prefix (frame->from, indent))
    break_line (layout, frame->to);
  else
    {
      break_line (layout, NO_INDENT);
      append (layout, indent);
    }
}

/* In place of a line break, in a text of one line. */
static void
join_lines (Layout *layout)
{
  if (layout->out->str[layout->out->len - 1] == ',')
    append (layout, layout->style.comma);
}

/* Writes bytes of the frame's document that span lines, line by line. */
static void
copy_lines (Layout       *layout,
            const Frame  *frame,
            TruceJsonSpan span)
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
        break_line (layout, NO_INDENT);
      else
        translate_line (layout, frame, indent);
    }
  g_string_append_len (layout->out, at, end - at);
}

static void
copy (Layout       *layout,
      const Frame  *frame,
      TruceJsonSpan span)
{
  if (!frame->verbatim)
    {
      copy_lines (layout, frame, span);
      return;
    }

  append (layout, span);
  if (truce_json_span_has_newline (span))
    {
      layout->line = layout->out->len;
      while (layout->out->str[layout->line - 1] != '\n')
        layout->line--;
    }
}

static void
copy_value (Layout      *layout,
            const Frame *frame,
            guint32      node)
{
  const TruceJsonNode *value = &frame->doc->nodes[node];

  copy (layout, frame, (TruceJsonSpan) { frame->doc->text + value->start, value->end - value->start });
}

static const TruceJsonStyle *
style_of (Layout             *layout,
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

/* The frame of a value that is not at home where it is written now. */
static void
enter (Layout             *layout,
       Frame              *frame,
       const TruceJsonDoc *doc,
       guint32             node)
{
  const TruceJsonNode *value = &doc->nodes[node];

  *frame = (Frame) { .doc = doc };
  if (memchr (doc->text + value->start, '\n', value->end - value->start) == NULL)
    return;

  frame->from = truce_json_line_indent (doc, value->start);
  frame->to = current_indent (layout);
  frame->unit = style_of (layout, doc)->unit;
}

/* ---- containers that have a form ---- */

typedef struct
{
  const TruceJsonDoc *doc;
  guint32 start;                /* of the container's text */
  guint32 end;                  /* of its text */
  gboolean is_object;
  TruceJsonSpan first_lead;
  TruceJsonSpan lead;           /* of new children but the first: the one of the last kept child */
  TruceJsonSpan gap;
  TruceJsonSpan trail;          /* before a comma */
  TruceJsonSpan last_trail;
} Form;

/* A new child goes to the next line, not behind the blank line that parted groups. */
static TruceJsonSpan
last_line (TruceJsonSpan space)
{
  const char *end = space.text + space.length;
  const char *at = end;

  while (at > space.text && at[-1] != '\n')
    at--;
  if (at == space.text)
    return space;

  at -= at - 1 > space.text && at[-2] == '\r' ? 2 : 1;
  return (TruceJsonSpan) { at, end - at };
}

static guint32
entry_start (const Form *form,
             guint32     value)
{
  return form->doc->nodes[value - form->is_object].start;
}

static gboolean
was_first (const Form *form,
           guint32     value)
{
  TruceJsonSpan space = truce_json_space_before (form->doc, entry_start (form, value));

  return space.text == form->doc->text + form->start + 1;
}

static gboolean
was_last (const Form *form,
          guint32     value)
{
  TruceJsonSpan space = truce_json_space_behind (form->doc, form->doc->nodes[value].end);

  return space.text + space.length == form->doc->text + form->end - 1;
}

/* The colon behind a name, and the space around it; nothing where the string is no member's name there. */
static TruceJsonSpan
gap_behind (const TruceJsonDoc *doc,
            guint32             name)
{
  guint32 start = doc->nodes[name].end;
  guint32 colon = start + truce_json_space_behind (doc, start).length;

  if (colon == doc->length || doc->text[colon] != ':')
    return (TruceJsonSpan) { "", 0 }
  ;

  return (TruceJsonSpan) { doc->text + start, colon + 1 + truce_json_space_behind (doc, colon + 1).length - start };
}

/* How a container that has children is laid out. A lone child can't tell what stands between two: then
 * lead.text is NULL. */
static Form
read_form (const Layout       *layout,
           const TruceJsonDoc *doc,
           guint32             container)
{
  const TruceJsonNode *node = &doc->nodes[container];
  Form form = {
    .doc = doc,
    .start = node->start,
    .end = node->end,
    .is_object = doc->text[node->start] == '{',
    .gap = { "", 0 },
    .trail = { "", 0 },
  };
  guint32 first = container + 1 + form.is_object;
  guint32 second = doc->nodes[first].next;

  form.first_lead = truce_json_space_before (doc, entry_start (&form, first));
  form.last_trail = truce_json_space_before (doc, node->end - 1);
  if (second < node->next)
    {
      form.lead = last_line (truce_json_space_before (doc, doc->nodes[second].start));
      form.trail = truce_json_space_behind (doc, doc->nodes[first].end);
    }
  else if (truce_json_span_has_newline (form.first_lead))
    form.lead = last_line (form.first_lead);

  if (form.is_object)
    form.gap = gap_behind (doc, first - 1);
  if (truce_json_span_has_newline (form.gap))
    form.gap = layout->style.colon;

  return form;
}

static void
write_lead (Layout      *layout,
            const Frame *frame,
            Form        *form,
            guint32      home,
            gboolean     is_first)
{
  gboolean is_kept = home != TRUCE_JSON_NONE && was_first (form, home) == is_first;

  if (is_kept)
    {
      TruceJsonSpan lead = truce_json_space_before (form->doc, entry_start (form, home));

      copy (layout, frame, lead);
      if (!is_first)
        form->lead = last_line (lead);
    }
  else if (is_first)
    copy (layout, frame, form->first_lead);
  else if (form->lead.text != NULL)
    copy (layout, frame, form->lead);
  else
    append (layout, layout->style.comma);
}

/* Where its own document writes a colon just as this container does, but not here, somebody meant it. */
static TruceJsonSpan
new_gap (Layout               *layout,
         const Form           *form,
         const TruceJsonChild *child)
{
  TruceJsonSpan own = gap_behind (child->name_doc, child->name);
  gboolean is_kin = is_same_span (style_of (layout, child->name_doc)->colon, form->gap);

  return is_kin && own.length > 0 && !truce_json_span_has_newline (own) ? own : form->gap;
}

static void
write_entry (Layout               *layout,
             const Frame          *frame,
             const Form           *form,
             const TruceJsonChild *child)
{
  if (form->is_object)
    {
      const TruceJsonNode *name = &child->name_doc->nodes[child->name];

      append (layout, (TruceJsonSpan) { child->name_doc->text + name->start, name->end - name->start });
      copy (layout, frame, child->home != TRUCE_JSON_NONE ? gap_behind (form->doc, child->home - 1) : new_gap (layout, form, child));
    }
  write_draft (layout, frame, child->value, child->home);
}

static void
write_trail (Layout      *layout,
             const Frame *frame,
             const Form  *form,
             guint32      home)
{
  if (home != TRUCE_JSON_NONE && !was_last (form, home))
    copy (layout, frame, truce_json_space_behind (form->doc, form->doc->nodes[home].end));
  else
    copy (layout, frame, form->trail);
}

static void
write_like (Layout               *layout,
            const Frame          *frame,
            const TruceJsonDraft *draft)
{
  Form form = read_form (layout, frame->doc, draft->node);

  g_string_append_c (layout->out, form.is_object ? '{' : '[');
  for (guint32 i = 0; i < draft->n_children; i++)
    {
      const TruceJsonChild *child = &draft->children[i];

      write_lead (layout, frame, &form, child->home, i == 0);
      write_entry (layout, frame, &form, child);
      if (i + 1 < draft->n_children)
        {
          write_trail (layout, frame, &form, child->home);
          g_string_append_c (layout->out, ',');
        }
    }
  copy (layout, frame, form.last_trail);
  g_string_append_c (layout->out, form.is_object ? '}' : ']');
}

/* ---- containers that have none yet ---- */

/* Where a child comes from: its name, or else its value. NULL for new text. */
static const TruceJsonDoc *
child_source (const TruceJsonChild *child,
              guint32              *node)
{
  *node = child->name_doc != NULL ? child->name : child->value->node;
  return child->name_doc != NULL ? child->name_doc : child->value->doc;
}

/* A line for each child, unless the child comes from a document of many lines and shared its line there. */
static gboolean
wants_lines (Layout               *layout,
             const TruceJsonDraft *draft)
{
  guint32 node;
  const TruceJsonDoc *source = child_source (&draft->children[0], &node);

  if (layout->style.single_line)
    return FALSE;
  if (source == NULL || style_of (layout, source)->single_line)
    return TRUE;

  return truce_json_span_has_newline (truce_json_space_before (source, source->nodes[node].start));
}

static void
write_fresh (Layout               *layout,
             const Frame          *frame,
             const TruceJsonDraft *draft)
{
  gboolean is_object = draft->type == TRUCE_JSON_DRAFT_OBJECT;
  gboolean has_lines = wants_lines (layout, draft);
  Indent indent = current_indent (layout);

  g_string_append_c (layout->out, is_object ? '{' : '[');
  for (guint32 i = 0; i < draft->n_children; i++)
    {
      const TruceJsonChild *child = &draft->children[i];

      if (i > 0)
        g_string_append_c (layout->out, ',');
      if (has_lines)
        {
          break_line (layout, indent);
          append (layout, layout->style.unit);
        }
      else
        append (layout, i > 0 ? layout->style.comma : layout->style.pad);
      if (is_object)
        {
          const TruceJsonNode *name = &child->name_doc->nodes[child->name];

          append (layout, (TruceJsonSpan) { child->name_doc->text + name->start, name->end - name->start });
          append (layout, layout->style.colon);
        }
      write_draft (layout, frame, child->value, TRUCE_JSON_NONE);
    }

  if (has_lines)
    break_line (layout, indent);
  else
    append (layout, layout->style.pad);
  g_string_append_c (layout->out, is_object ? '}' : ']');
}

static void
write_container (Layout               *layout,
                 const Frame          *frame,
                 const TruceJsonDraft *draft)
{
  gboolean has_form = draft->doc != NULL && draft->doc->nodes[draft->node].next > draft->node + 1;

  if (draft->n_children > 0 && has_form)
    write_like (layout, frame, draft);
  else if (draft->n_children > 0)
    write_fresh (layout, frame, draft);
  else if (draft->doc != NULL && !has_form)
    copy_value (layout, frame, draft->node);
  else
    g_string_append (layout->out, draft->type == TRUCE_JSON_DRAFT_OBJECT ? "{}" : "[]");
}

/* home: the node of frame's document in whose place the draft is written, or TRUCE_JSON_NONE. */
static void
write_draft (Layout               *layout,
             const Frame          *frame,
             const TruceJsonDraft *draft,
             guint32               home)
{
  gboolean at_home = draft->doc == frame->doc && draft->node == home;
  Frame away;

  if (draft->doc != NULL && !at_home)
    {
      enter (layout, &away, draft->doc, draft->node);
      frame = &away;
    }

  switch (draft->type)
    {
    case TRUCE_JSON_DRAFT_VALUE:
      copy_value (layout, frame, draft->node);
      break;
    case TRUCE_JSON_DRAFT_TEXT:
      g_string_append (layout->out, draft->text);
      break;
    case TRUCE_JSON_DRAFT_ARRAY:
    case TRUCE_JSON_DRAFT_OBJECT:
      write_container (layout, frame, draft);
      break;
    }
}

/* ---- the document ---- */

/* A layout document without a child says little: then the first child's source is asked. */
static void
choose_style (Layout               *layout,
              const TruceJsonDraft *draft,
              const TruceJsonDoc   *doc)
{
  const TruceJsonDoc *source = doc;
  guint32 node;

  if (doc->n_nodes == 1)
    {
      source = draft->n_children > 0 ? child_source (&draft->children[0], &node) : draft->doc;
      if (source == NULL)
        source = doc;
    }

  layout->style = *style_of (layout, source);
  if (doc->n_nodes == 1 && memchr (doc->text, '\n', doc->length) != NULL)
    layout->style.newline = style_of (layout, doc)->newline;
}

void
truce_json_draft_write (const TruceJsonDraft *draft,
                        const TruceJsonDoc   *layout,
                        GString              *out)
{
  g_autoptr(GHashTable) styles = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Layout state = { .out = out, .line = out->len, .styles = styles };
  Frame frame = { .doc = layout, .verbatim = TRUE };
  const TruceJsonNode *root = &layout->nodes[0];

  g_assert (draft != NULL);

  choose_style (&state, draft, layout);
  copy (&state, &frame, (TruceJsonSpan) { layout->text, root->start });
  write_draft (&state, &frame, draft, 0);
  copy (&state, &frame, (TruceJsonSpan) { layout->text + root->end, layout->length - root->end });
}
