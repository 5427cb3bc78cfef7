/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* json/ - JSON that can be trusted. Private: nothing here is installed.
 *
 * A document is its text and a flat array of nodes, in the order of the text. Nothing is copied out of
 * the text: a node is three offsets, and what kind of value it is shows in the text's first byte. */

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "truce-error.h"

G_BEGIN_DECLS

#define TRUCE_JSON_DEPTH_DEFAULT 512u   /* nested arrays and objects */
#define TRUCE_JSON_NONE G_MAXUINT32     /* no node */

typedef enum
{
  TRUCE_JSON_NULL,
  TRUCE_JSON_FALSE,
  TRUCE_JSON_TRUE,
  TRUCE_JSON_NUMBER,
  TRUCE_JSON_STRING,
  TRUCE_JSON_ARRAY,
  TRUCE_JSON_OBJECT,
} TruceJsonType;

/* An array's elements follow it; an object's members follow it in pairs: the name (a string node), the
 * value. */
typedef struct
{
  guint32 start;                /* offset in the text of the value's first byte */
  guint32 end;                  /* offset just behind its last byte */
  guint32 next;                 /* index of the first node behind this value and all within it */
} TruceJsonNode;

typedef struct
{
  GBytes *bytes;                /* owned: the text, as it was given */
  const char *text;             /* its bytes, not terminated by NUL; a BOM is not skipped but refused */
  guint32 length;
  TruceJsonNode *nodes;         /* owned; node 0 is the root */
  guint32 n_nodes;
  guint32 *hashes;              /* owned; one a node; NULL until truce_json_doc_hash() */
  gatomicrefcount refs;
} TruceJsonDoc;

/* ---- reading (truce-json-doc.c, truce-json-scan.c, truce-json-names.c, truce-json-message.c) ----
 *
 * Fails with TRUCE_ERROR_INVALID_DATA; or TRUCE_ERROR_TOO_LARGE for what nests deeper than max_depth,
 * has 4 GiB or more, or an exponent of more than 18 digits. The message is "LINE:COLUMN: at
 * JSON-POINTER: what is wrong". */

TruceJsonDoc  *truce_json_doc_parse      (GBytes              *bytes,
                                          guint                max_depth,
                                          GError             **error) G_GNUC_WARN_UNUSED_RESULT;
TruceJsonDoc  *truce_json_doc_parse_text (const char          *text,
                                          gssize               length,
                                          GError             **error) G_GNUC_WARN_UNUSED_RESULT;
TruceJsonDoc  *truce_json_doc_ref        (TruceJsonDoc        *doc);
void           truce_json_doc_unref      (TruceJsonDoc        *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceJsonDoc, truce_json_doc_unref)

static inline TruceJsonType
truce_json_type (const TruceJsonDoc *doc, guint32 node)
{
  switch (doc->text[doc->nodes[node].start])
    {
    case '{': return TRUCE_JSON_OBJECT;
    case '[': return TRUCE_JSON_ARRAY;
    case '"': return TRUCE_JSON_STRING;
    case 't': return TRUCE_JSON_TRUE;
    case 'f': return TRUCE_JSON_FALSE;
    case 'n': return TRUCE_JSON_NULL;
    default: return TRUCE_JSON_NUMBER;
    }
}

/* Elements:  for (i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i].next)
 * Members:   for (i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
 * with the name i and the value i + 1. */
guint32        truce_json_n_children     (const TruceJsonDoc  *doc,
                                          guint32              node);
/* The value's node, or TRUCE_JSON_NONE. Linear in the members; name is plain UTF-8, unescaped. */
guint32        truce_json_member         (const TruceJsonDoc  *doc,
                                          guint32              object,
                                          const char          *name);

/* What a small object that we wrote ourselves says: a member that is not there, or is something else, says nothing. */
char          *truce_json_dup_text       (const TruceJsonDoc  *doc,
                                          guint32              object,
                                          const char          *name) G_GNUC_WARN_UNUSED_RESULT;
gint64         truce_json_integer        (const TruceJsonDoc  *doc,
                                          guint32              object,
                                          const char          *name);

/* Whether there is no space between tokens. Linear in the nodes. */
gboolean       truce_json_is_compact     (const TruceJsonDoc  *doc);

/* ---- strings (truce-json-string.c) ---- */

/* Decoded, NUL-terminated. A document holds no string with a NUL in it. */
char          *truce_json_dup_string     (const TruceJsonDoc  *doc,
                                          guint32              node) G_GNUC_WARN_UNUSED_RESULT;
gboolean       truce_json_string_is      (const TruceJsonDoc  *doc,
                                          guint32              node,
                                          const char          *string);
/* The character at *at, an escape decoded, and *at moved behind it. *at stands within a scanned string. */
gunichar       truce_json_next_char      (const char         **at);
/* By UTF-16 code units, as RFC 8785 orders members. Not by the spelling: "a" and "\u0061" are one string. */
int            truce_json_string_compare (const TruceJsonDoc  *a,
                                          guint32              node_a,
                                          const TruceJsonDoc  *b,
                                          guint32              node_b);

/* ---- places (truce-json-message.c) ---- */

/* Appends "LINE:COLUMN: at JSON-POINTER" of a value. Linear in the text. */
void           truce_json_append_place   (GString             *message,
                                          const TruceJsonDoc  *doc,
                                          guint32              node);

/* ---- numbers (truce-json-number.c, truce-json-decimal.c, truce-json-double.c) ----
 *
 * A number has one value whatever its spelling: 1, 1.0 and 10e-1. An integer that fits int64 is that
 * integer; any other of at most 17 significant digits is the double nearest to it; a longer one, or one
 * beyond a double's range, is its decimal digits, exactly. A double stands for the shortest decimal that
 * reads back as it: so values are equal where their canonical forms are, and are ordered as these. */
gboolean       truce_json_get_int64      (const TruceJsonDoc  *doc,
                                          guint32              node,
                                          gint64              *value);
/* The nearest finite double; FALSE where the number's value is not that double. */
gboolean       truce_json_get_double     (const TruceJsonDoc  *doc,
                                          guint32              node,
                                          double              *value);
int            truce_json_number_compare (const TruceJsonDoc  *a,
                                          guint32              node_a,
                                          const TruceJsonDoc  *b,
                                          guint32              node_b);

/* ---- equality (truce-json-equal.c, truce-json-hash.c) ---- */

/* Makes doc->hashes, once: equal for equal values. Linear in the text. No other thread may use the
 * document meanwhile. */
void           truce_json_doc_hash       (TruceJsonDoc        *doc);
/* By value: numbers as above, strings decoded, members in any order. Linear, but for sorting members
 * that are in another order. At once where hashes differ. */
gboolean       truce_json_equal          (const TruceJsonDoc  *a,
                                          guint32              node_a,
                                          const TruceJsonDoc  *b,
                                          guint32              node_b);

/* ---- canonical writing (truce-json-writer.c): RFC 8785, but no digit is lost: see numbers above ---- */

void           truce_json_write_canonical (GString            *out,
                                           const TruceJsonDoc *doc,
                                           guint32             node);
/* A JSON string, with its quotes and the least escapes. */
void           truce_json_write_string    (GString            *out,
                                           const char         *string,
                                           gssize              length);
/* The shortest text that reads back as value, in ECMAScript's form. value is finite. */
void           truce_json_write_double    (GString            *out,
                                           double              value);

/* ---- json-glib's tree (truce-json-tree.c) ---- */

/* A number that neither int64 nor double holds becomes the nearest double. */
JsonNode      *truce_json_to_node         (const TruceJsonDoc *doc,
                                           guint32             node) G_GNUC_WARN_UNUSED_RESULT;
/* Refuses what JSON can't say (NaN, text that is not UTF-8, more than 512 levels) with
 * TRUCE_ERROR_INVALID_DATA; the message begins with the pointer. */
TruceJsonDoc  *truce_json_doc_from_node   (JsonNode           *node,
                                           GError            **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same as text, with no space in it. */
char          *truce_json_node_to_text    (JsonNode           *node,
                                           GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- pointers, RFC 6901 (truce-json-pointer.c) ---- */

void           truce_json_pointer_append       (GString       *pointer,
                                                const char    *token);
void           truce_json_pointer_append_index (GString       *pointer,
                                                guint          index);
/* The tokens, unescaped; NULL with TRUCE_ERROR_INVALID_DATA. "" has none. */
char         **truce_json_pointer_split        (const char    *pointer,
                                                GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- drafts (truce-json-draft.c; their text: truce-json-layout.c, -frame.c, -style.c) ----
 *
 * A value assembled from pieces of documents. A draft refers to these documents; they must live as long
 * as it does. Drafts live in an arena and are freed with it. */

typedef struct _TruceJsonArena TruceJsonArena;
typedef struct _TruceJsonDraft TruceJsonDraft;

typedef enum
{
  TRUCE_JSON_DRAFT_VALUE,       /* a document's value, as it stands there */
  TRUCE_JSON_DRAFT_TEXT,        /* new JSON text for a scalar */
  TRUCE_JSON_DRAFT_ARRAY,
  TRUCE_JSON_DRAFT_OBJECT,
} TruceJsonDraftType;

typedef struct
{
  const TruceJsonDoc *name_doc; /* of a member: whose spelling of the name; NULL in an array */
  guint32 name;                 /* of a member: the name's node there */
  TruceJsonDraft *value;
  /* Where this child stands in the container that the draft is laid out like: the node of its old value
   * there, or TRUCE_JSON_NONE for a child that is new to it. Strictly ascending over the children that
   * have one. */
  guint32 home;
} TruceJsonChild;

struct _TruceJsonDraft
{
  TruceJsonDraftType type;
  const TruceJsonDoc *doc;      /* VALUE: where it stands. Else: the document it is laid out like, or NULL */
  guint32 node;                 /* the value there, or the container there that this one changes */
  const char *text;             /* TEXT: in the arena */
  TruceJsonChild *children;     /* ARRAY, OBJECT: in the arena */
  guint32 n_children;
};

TruceJsonArena *truce_json_arena_new     (void) G_GNUC_WARN_UNUSED_RESULT;
void            truce_json_arena_free    (TruceJsonArena      *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceJsonArena, truce_json_arena_free)
gpointer        truce_json_arena_alloc   (TruceJsonArena      *arena,
                                          gsize                size);
/* The bytes that it has taken for what is in it. */
gsize           truce_json_arena_size    (const TruceJsonArena *arena);
TruceJsonDraft *truce_json_draft_value   (TruceJsonArena      *arena,
                                          const TruceJsonDoc  *doc,
                                          guint32              node);
/* text is copied; it must be a JSON scalar. */
TruceJsonDraft *truce_json_draft_text    (TruceJsonArena      *arena,
                                          const char          *text,
                                          gssize               length);
/* children is copied. Containers that lay out like nothing have doc NULL. */
TruceJsonDraft *truce_json_draft_container (TruceJsonArena       *arena,
                                            TruceJsonDraftType    type,
                                            const TruceJsonDoc   *doc,
                                            guint32               node,
                                            const TruceJsonChild *children,
                                            guint32               n_children);

/* Writes the document `layout` with its root become draft: every byte of layout that draft keeps stays
 * as it is (spelling, order, space between, what precedes and follows the root); what is new takes the
 * place and the indentation that it would have had there. Linear. */
void            truce_json_draft_write     (const TruceJsonDraft *draft,
                                            const TruceJsonDoc   *layout,
                                            GString              *out);
void            truce_json_draft_write_canonical (const TruceJsonDraft *draft,
                                                  GString              *out);
JsonNode       *truce_json_draft_to_node   (const TruceJsonDraft *draft) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
