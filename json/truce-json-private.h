/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of json/ share among themselves, and with nobody else. */

#include "truce-json.h"

G_BEGIN_DECLS

/* ---- truce-json-scan.c ---- */

/* Fills doc->nodes from doc->text. */
gboolean  truce_json_scan                (TruceJsonDoc            *doc,
                                          guint                    max_depth,
                                          GError                 **error);

/* ---- truce-json-names.c ---- */

/* The name nodes of an object, sorted by UTF-16 code units. The caller frees them. O(n log n). */
guint32  *truce_json_sort_names          (const TruceJsonDoc      *doc,
                                          guint32                  object,
                                          guint32                 *n_names) G_GNUC_WARN_UNUSED_RESULT;
/* The first name that stood before in the same object, or TRUCE_JSON_NONE. plain: no name has an escape. */
guint32   truce_json_find_duplicate      (const TruceJsonDoc      *doc,
                                          guint32                  object,
                                          gboolean                 plain);

/* ---- truce-json-string.c ---- */

/* The decoded string, appended. */
void      truce_json_append_string       (GString                 *out,
                                          const TruceJsonDoc      *doc,
                                          guint32                  node);
gboolean  truce_json_string_equal        (const TruceJsonDoc      *a,
                                          guint32                  node_a,
                                          const TruceJsonDoc      *b,
                                          guint32                  node_b);

/* ---- truce-json-message.c: how errors quote input ---- */

/* Appends at most 64 bytes of text, without what could disturb a terminal or turn its direction. */
void      truce_json_append_shown        (GString                 *message,
                                          const char              *text,
                                          gsize                    length);
/* Appends "LINE:COLUMN: ". */
void      truce_json_append_line         (GString                 *message,
                                          const TruceJsonDoc      *doc,
                                          const char              *at);
/* Appends the pointer to a container that is still being scanned; in_child: to its last child. */
void      truce_json_append_open         (GString                 *message,
                                          const TruceJsonDoc      *doc,
                                          guint32                  open,
                                          gboolean                 in_child);

/* ---- truce-json-decimal.c ---- */

#define TRUCE_JSON_DOUBLE_DIGITS 17     /* as many tell every double from its neighbours */

/* A number's value, written ±0.DIGITS × 10^point, without zeros at either end of the digits. */
typedef struct
{
  gboolean negative;
  gint64 point;
  guint32 n_digits;             /* 0 for zero */
  const char *digits;           /* n_digits of them, and perhaps a '.'; in the number's text, or in `own` */
  char own[TRUCE_JSON_DOUBLE_DIGITS + 1];
} TruceJsonDecimal;

/* The digits of a JSON number, as they are written. Points into text. */
void      truce_json_decimal_read        (TruceJsonDecimal        *decimal,
                                          const char              *text,
                                          gsize                    length);
gboolean  truce_json_decimal_get_int64   (const TruceJsonDecimal  *decimal,
                                          gint64                  *value);
int       truce_json_decimal_compare     (const TruceJsonDecimal  *a,
                                          const TruceJsonDecimal  *b);
/* In ECMAScript's layout. */
void      truce_json_decimal_write       (GString                 *out,
                                          const TruceJsonDecimal  *decimal);

/* ---- truce-json-double.c ---- */

/* The shortest digits that read back as value; the nearest of these. value is finite. */
void      truce_json_decimal_from_double (TruceJsonDecimal        *decimal,
                                          double                   value);
/* The double nearest to at most 17 digits; infinite or 0 where there is none. */
double    truce_json_decimal_to_double   (const TruceJsonDecimal  *decimal);

/* ---- truce-json-number.c ---- */

typedef enum
{
  TRUCE_JSON_INTEGER,           /* an int64 */
  TRUCE_JSON_DOUBLE,            /* a double */
  TRUCE_JSON_EXACT,             /* its decimal digits */
} TruceJsonNumberKind;

/* What a number is; *integer or *real is set accordingly. decimal has its digits as they are written. */
TruceJsonNumberKind truce_json_number_kind (const TruceJsonDoc *doc,
                                            guint32             node,
                                            TruceJsonDecimal   *decimal,
                                            gint64             *integer,
                                            double             *real);
/* The digits of a number's value: those of its canonical form. */
void      truce_json_number_value        (const TruceJsonDoc      *doc,
                                          guint32                  node,
                                          TruceJsonDecimal        *decimal);

/* ---- truce-json-style.c: how a document is laid out ---- */

/* White space that is repeated is at most so long: else a small text could make a large one. */
#define TRUCE_JSON_SPACE_MAX 256

/* Bytes of a document's text, or of a constant. */
typedef struct
{
  const char *text;
  gsize length;
} TruceJsonSpan;

static inline TruceJsonSpan
truce_json_span (const TruceJsonDoc *doc,
                 guint32             node)
{
  const TruceJsonNode *value = &doc->nodes[node];

  return (TruceJsonSpan) { doc->text + value->start, value->end - value->start };
}

typedef struct
{
  gboolean single_line;         /* no line break within the root */
  const char *newline;
  TruceJsonSpan unit;           /* of indentation, one level */
  TruceJsonSpan colon;          /* between a name and its value, with the colon */
  TruceJsonSpan comma;          /* behind a comma, in a container on one line */
  TruceJsonSpan pad;            /* within the brackets of a container on one line */
} TruceJsonStyle;

void      truce_json_style_guess         (TruceJsonStyle          *style,
                                          const TruceJsonDoc      *doc);
TruceJsonSpan truce_json_space_before    (const TruceJsonDoc      *doc,
                                          guint32                  offset);
TruceJsonSpan truce_json_space_behind    (const TruceJsonDoc      *doc,
                                          guint32                  offset);
gboolean  truce_json_span_equal          (TruceJsonSpan            a,
                                          TruceJsonSpan            b);
gboolean  truce_json_span_has_newline    (TruceJsonSpan            span);
/* The indentation of the line on which a byte stands. */
TruceJsonSpan truce_json_line_indent     (const TruceJsonDoc      *doc,
                                          guint32                  offset);

G_END_DECLS
