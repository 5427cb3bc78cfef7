/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text that a draft becomes, and how pieces of documents get into it. For truce-json-layout.c alone. */

#include "truce-json-private.h"

G_BEGIN_DECLS

typedef struct
{
  GString *out;                 /* not owned */
  gsize line;                   /* where in out the current line begins */
  TruceJsonStyle style;         /* of the text being written */
  GHashTable *styles;           /* owned: TruceJsonDoc (not owned) → TruceJsonStyle (owned) */
} TruceJsonLayout;

typedef struct
{
  gsize offset;                 /* in out */
  gsize length;
} TruceJsonIndent;

/* How the lines of a piece are translated. */
typedef struct
{
  const TruceJsonDoc *doc;      /* whose bytes are written */
  gboolean verbatim;            /* as they stand; nothing below counts then */
  TruceJsonSpan from;           /* indentation to take off each line */
  TruceJsonIndent to;           /* what to put there */
  TruceJsonSpan unit;           /* of indentation in doc */
} TruceJsonFrame;

/* The style of a document; guessed once. */
const TruceJsonStyle *truce_json_layout_get_style  (TruceJsonLayout      *layout,
                                                    const TruceJsonDoc   *doc);
/* The indentation of the line that is being written. */
TruceJsonIndent       truce_json_layout_get_indent (const TruceJsonLayout *layout);
void                  truce_json_layout_break_line (TruceJsonLayout      *layout,
                                                    TruceJsonIndent       indent);
void                  truce_json_layout_append     (TruceJsonLayout      *layout,
                                                    TruceJsonSpan         span);
/* Bytes of the frame's document. */
void                  truce_json_layout_copy       (TruceJsonLayout      *layout,
                                                    const TruceJsonFrame *frame,
                                                    TruceJsonSpan         span);
/* The frame of a value that is not at home where it is about to be written. */
TruceJsonFrame        truce_json_layout_enter      (TruceJsonLayout      *layout,
                                                    const TruceJsonDoc   *doc,
                                                    guint32               node);

G_END_DECLS
