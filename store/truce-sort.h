/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Values in the order of SQLite, and records in the order of a query. Private: nothing here is installed. */

#include "truce-json.h"

G_BEGIN_DECLS

/* ---- a value, as json_extract gives it ---- */

typedef enum
{
  TRUCE_VALUE_NULL,             /* null, or absent */
  TRUCE_VALUE_INTEGER,          /* also true, which is 1, and false, which is 0 */
  TRUCE_VALUE_REAL,             /* may be infinite */
  TRUCE_VALUE_TEXT,             /* a string */
  TRUCE_VALUE_JSON,             /* an array or an object: a text, too */
} TruceValueType;

typedef struct
{
  TruceValueType type;
  gint64 integer;
  double real;
  const char *text;             /* in the document: a string's, without quotes, as it is spelled; or the JSON */
  gsize length;                 /* bytes */
} TruceValue;

/* node may be TRUCE_JSON_NONE: absent. value points into doc. */
void        truce_value_read      (TruceValue          *value,
                                   const TruceJsonDoc  *doc,
                                   guint32              node);
/* Less than, equal to or greater than 0. Allocates nothing. */
int         truce_value_compare   (const TruceValue    *a,
                                   const TruceValue    *b);

/* ---- where a value stands ---- */

typedef struct _TruceField TruceField;

/* name: a member of the record; or, if it begins with "/", a JSON pointer. NULL with
 * TRUCE_ERROR_INVALID_DATA: no UTF-8, no pointer, or more than TRUCE_FIELD_TOKENS_MAX tokens. */
#define TRUCE_FIELD_TOKENS_MAX 64
TruceField *truce_field_new       (const char          *name,
                                   GError             **error) G_GNUC_WARN_UNUSED_RESULT;
TruceField *truce_field_ref       (TruceField          *self);
void        truce_field_unref     (TruceField          *self);
const char *truce_field_get_name  (const TruceField    *self);
/* Ends with NULL; at least one. */
char      **truce_field_tokens    (const TruceField    *self);
/* TRUCE_JSON_NONE: there is no such value. Linear in the members. */
guint32     truce_field_find      (const TruceField    *self,
                                   const TruceJsonDoc  *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceField, truce_field_unref)

/* ---- the order of a query ---- */

typedef struct
{
  TruceField *field;            /* owned */
  gboolean descending;
} TruceSortKey;

/* An array of TruceSortKey; it may be empty. What no field tells apart, the ids do, bytewise, in the
 * direction of the last field: so a list turned around is the same list read backwards, and one index
 * serves both. */
typedef GArray TruceSort;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceSort, g_array_unref)

TruceSort *truce_sort_new       (void) G_GNUC_WARN_UNUSED_RESULT;
TruceSort *truce_sort_copy      (const TruceSort    *order) G_GNUC_WARN_UNUSED_RESULT;
/* Takes the field. */
void        truce_sort_add       (TruceSort          *order,
                                   TruceField          *field,
                                   gboolean             descending);
gboolean    truce_sort_ids_descend (const TruceSort  *order);
/* Less than 0: the first goes before. Documents are not looked at where the order has no fields. */
int         truce_sort_compare   (const TruceSort    *order,
                                   const TruceJsonDoc  *doc_a,
                                   const char          *id_a,
                                   const TruceJsonDoc  *doc_b,
                                   const char          *id_b);

G_END_DECLS
