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
 * Kin: jsonc-parser's edits (Visual Studio Code) and toml_edit keep formatting by the same means, one
 * edit at a time. */

#include "truce-json-frame.h"

#include <string.h>

static void write_draft (TruceJsonLayout      *layout,
                         const TruceJsonFrame *frame,
                         const TruceJsonDraft *draft,
                         guint32               home);

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
  const TruceJsonSpan none = { "", 0 };
  guint32 start = doc->nodes[name].end;
  guint32 colon = start + truce_json_space_behind (doc, start).length;
  guint32 end = colon + 1;

  if (colon == doc->length || doc->text[colon] != ':')
    return none;

  end += truce_json_space_behind (doc, end).length;
  return (TruceJsonSpan) { doc->text + start, end - start };
}

/* What new children get; not so much of it that many of them make the text grow without bounds. */
static gboolean
is_repeatable (TruceJsonSpan span)
{
  return span.length <= TRUCE_JSON_SPACE_MAX;
}

static void
keep_lead (Form         *form,
           TruceJsonSpan lead)
{
  if (is_repeatable (last_line (lead)))
    form->lead = last_line (lead);
}

/* How a container that has children is laid out. A lone child on the line of its bracket can't tell what
 * stands between two: then it is what stands between others in the document. */
static Form
read_form (const TruceJsonLayout *layout,
           const TruceJsonDoc    *doc,
           guint32                container)
{
  const TruceJsonNode *node = &doc->nodes[container];
  gboolean is_object = doc->text[node->start] == '{';
  Form form = { doc, node->start, node->end, is_object };
  guint32 first = container + 1 + is_object;
  guint32 second = doc->nodes[first].next;

  form.first_lead = truce_json_space_before (doc, entry_start (&form, first));
  form.last_trail = truce_json_space_before (doc, node->end - 1);
  form.lead = layout->style.comma;
  form.gap = layout->style.colon;
  form.trail = (TruceJsonSpan) { "", 0 };

  if (second < node->next)
    {
      TruceJsonSpan trail = truce_json_space_behind (doc, doc->nodes[first].end);

      keep_lead (&form, truce_json_space_before (doc, doc->nodes[second].start));
      if (is_repeatable (trail))
        form.trail = trail;
    }
  else if (truce_json_span_has_newline (form.first_lead))
    keep_lead (&form, form.first_lead);

  if (is_object)
    {
      TruceJsonSpan gap = gap_behind (doc, first - 1);

      if (is_repeatable (gap) && !truce_json_span_has_newline (gap))
        form.gap = gap;
    }

  return form;
}

static void
write_lead (TruceJsonLayout      *layout,
            const TruceJsonFrame *frame,
            Form                 *form,
            guint32               home,
            gboolean              is_first)
{
  gboolean is_kept = home != TRUCE_JSON_NONE && was_first (form, home) == is_first;

  if (is_kept)
    {
      TruceJsonSpan lead = truce_json_space_before (form->doc, entry_start (form, home));

      truce_json_layout_copy (layout, frame, lead);
      if (!is_first)
        keep_lead (form, lead);
    }
  else
    truce_json_layout_copy (layout, frame, is_first ? form->first_lead : form->lead);
}

/* Where its own document writes a colon just as this container does, but not here, somebody meant it. */
static TruceJsonSpan
new_gap (TruceJsonLayout      *layout,
         const Form           *form,
         const TruceJsonChild *child)
{
  TruceJsonSpan own = gap_behind (child->name_doc, child->name);
  TruceJsonSpan usual = truce_json_layout_get_style (layout, child->name_doc)->colon;
  gboolean is_usable = own.length > 0 && is_repeatable (own) && !truce_json_span_has_newline (own);

  return is_usable && truce_json_span_equal (usual, form->gap) ? own : form->gap;
}

static void
write_entry (TruceJsonLayout      *layout,
             const TruceJsonFrame *frame,
             const Form           *form,
             const TruceJsonChild *child)
{
  if (form->is_object)
    {
      truce_json_layout_append (layout, truce_json_span (child->name_doc, child->name));
      if (child->home != TRUCE_JSON_NONE)
        truce_json_layout_copy (layout, frame, gap_behind (form->doc, child->home - 1));
      else
        truce_json_layout_append (layout, new_gap (layout, form, child));
    }
  write_draft (layout, frame, child->value, child->home);
}

static void
write_trail (TruceJsonLayout      *layout,
             const TruceJsonFrame *frame,
             const Form           *form,
             guint32               home)
{
  if (home != TRUCE_JSON_NONE && !was_last (form, home))
    truce_json_layout_copy (layout, frame, truce_json_space_behind (form->doc, form->doc->nodes[home].end));
  else
    truce_json_layout_copy (layout, frame, form->trail);
}

static void
write_like (TruceJsonLayout      *layout,
            const TruceJsonFrame *frame,
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
  truce_json_layout_copy (layout, frame, form.last_trail);
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
wants_lines (TruceJsonLayout      *layout,
             const TruceJsonDraft *draft)
{
  guint32 node;
  const TruceJsonDoc *source = child_source (&draft->children[0], &node);

  if (layout->style.single_line)
    return FALSE;
  if (source == NULL || truce_json_layout_get_style (layout, source)->single_line)
    return TRUE;

  return truce_json_span_has_newline (truce_json_space_before (source, source->nodes[node].start));
}

static void
write_fresh (TruceJsonLayout      *layout,
             const TruceJsonFrame *frame,
             const TruceJsonDraft *draft)
{
  gboolean is_object = draft->type == TRUCE_JSON_DRAFT_OBJECT;
  gboolean has_lines = wants_lines (layout, draft);
  TruceJsonIndent indent = truce_json_layout_get_indent (layout);

  g_string_append_c (layout->out, is_object ? '{' : '[');
  for (guint32 i = 0; i < draft->n_children; i++)
    {
      const TruceJsonChild *child = &draft->children[i];

      if (i > 0)
        g_string_append_c (layout->out, ',');
      if (has_lines)
        {
          truce_json_layout_break_line (layout, indent);
          truce_json_layout_append (layout, layout->style.unit);
        }
      else
        truce_json_layout_append (layout, i > 0 ? layout->style.comma : layout->style.pad);
      if (is_object)
        {
          truce_json_layout_append (layout, truce_json_span (child->name_doc, child->name));
          truce_json_layout_append (layout, layout->style.colon);
        }
      write_draft (layout, frame, child->value, TRUCE_JSON_NONE);
    }

  if (has_lines)
    truce_json_layout_break_line (layout, indent);
  else
    truce_json_layout_append (layout, layout->style.pad);
  g_string_append_c (layout->out, is_object ? '}' : ']');
}

static void
write_container (TruceJsonLayout      *layout,
                 const TruceJsonFrame *frame,
                 const TruceJsonDraft *draft)
{
  gboolean has_form = draft->doc != NULL && draft->doc->nodes[draft->node].next > draft->node + 1;

  if (draft->n_children > 0 && has_form)
    write_like (layout, frame, draft);
  else if (draft->n_children > 0)
    write_fresh (layout, frame, draft);
  else if (draft->doc != NULL && !has_form)
    truce_json_layout_copy (layout, frame, truce_json_span (frame->doc, draft->node));
  else
    g_string_append (layout->out, draft->type == TRUCE_JSON_DRAFT_OBJECT ? "{}" : "[]");
}

/* home: the node of frame's document in whose place the draft is written, or TRUCE_JSON_NONE. */
static void
write_draft (TruceJsonLayout      *layout,
             const TruceJsonFrame *frame,
             const TruceJsonDraft *draft,
             guint32               home)
{
  gboolean at_home = draft->doc == frame->doc && draft->node == home;
  TruceJsonFrame away;

  if (draft->doc != NULL && !at_home)
    {
      away = truce_json_layout_enter (layout, draft->doc, draft->node);
      frame = &away;
    }

  switch (draft->type)
    {
    case TRUCE_JSON_DRAFT_VALUE:
      truce_json_layout_copy (layout, frame, truce_json_span (frame->doc, draft->node));
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
choose_style (TruceJsonLayout      *layout,
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

  layout->style = *truce_json_layout_get_style (layout, source);
  if (doc->n_nodes == 1 && memchr (doc->text, '\n', doc->length) != NULL)
    layout->style.newline = truce_json_layout_get_style (layout, doc)->newline;
}

void
truce_json_draft_write (const TruceJsonDraft *draft,
                        const TruceJsonDoc   *layout,
                        GString              *out)
{
  g_autoptr(GHashTable) styles = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  TruceJsonLayout state = { .out = out, .line = out->len, .styles = styles };
  TruceJsonFrame frame = { .doc = layout, .verbatim = TRUE };
  TruceJsonSpan before = { layout->text, layout->nodes[0].start };
  TruceJsonSpan behind = { layout->text + layout->nodes[0].end, layout->length - layout->nodes[0].end };

  g_assert (draft != NULL);

  choose_style (&state, draft, layout);
  truce_json_layout_copy (&state, &frame, before);
  write_draft (&state, &frame, draft, 0);
  truce_json_layout_copy (&state, &frame, behind);
}
