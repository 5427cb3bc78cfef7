/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stands behind TruceSchema. Private: nothing here is installed.
 *
 *   truce-schema.c          the schema: life, kinds, merge rules
 *   truce-schema-limits.c   what values may be: types, sizes, patterns; indexes
 *   truce-schema-rules.c    what holds at a place
 *   truce-schema-check.c    whether a record may be so
 *   truce-schema-json.c     schemas as JSON */

#include "truce-json.h"
#include "truce-pattern.h"
#include "truce-schema.h"

G_BEGIN_DECLS

/* What a schema says of the places that one pattern matches. A later entry overrides an earlier one, kind,
 * rule, type and so on apart. */
typedef struct
{
  TrucePattern *pattern;        /* owned */
  gboolean has_kind;
  TruceKind kind;
  gboolean has_rule;            /* func, or else rule, decides */
  TruceRule rule;
  TruceFieldFunc func;          /* or NULL */
  gpointer func_data;
  GDestroyNotify func_destroy;
  gboolean has_type;
  TruceFieldType type;
  gboolean nullable;
  guint64 max_size;             /* bytes; 0: nothing is said */
  GRegex *regex;                /* owned, or NULL */
  gboolean has_required;
  gboolean required;
} TruceSchemaEntry;

/* What the schema says of one place. */
typedef struct
{
  gboolean has_kind;
  TruceKind kind;
  TruceRule rule;
  const TruceSchemaEntry *callback; /* or NULL */
  TruceFieldType type;
  gboolean nullable;
  guint64 max_size;             /* bytes; 0: no limit of its own */
  GRegex *regex;                /* the schema's, or NULL */
} TruceFieldRules;

/* What the schema says of a top-level field, looked up beforehand. */
typedef struct
{
  const char *name;             /* plain UTF-8, unescaped; NULL: any that no pattern names */
  gsize length;
  TruceFieldRules rules;
  gboolean says;                /* a pattern holds here or may hold below */
  gboolean required;
  gboolean checked;             /* there is something that its value can be checked for */
  gboolean kinds_below;         /* a kind may hold somewhere below: truce_schema_walk_new () tells where */
  gboolean checks_below;        /* a check may */
} TruceSchemaField;

typedef struct
{
  TruceSchemaField *fields;     /* those that patterns name, then any other, then the record itself */
  guint n_fields;               /* named ones */
  guint *slots;                 /* open addressing: index of a field and 1, or 0 */
  guint n_slots;                /* a power of two */
  guint n_required;
  gboolean checks;              /* there is anything to check in any record */
} TruceSchemaTable;

struct _TruceSchema
{
  GObject parent_instance;
  GPtrArray *entries;           /* of TruceSchemaEntry *, owned */
  GPtrArray *patterns;          /* of their TrucePattern *, in the same order */
  GHashTable *references;       /* field (char *, owned) → collection (char *, owned) */
  GPtrArray *indexes;           /* of char *, owned; ends with NULL */
  GPtrArray *search;            /* of char *, owned; ends with NULL */
  TruceDeleteRule delete_rule;
  TruceStrategy strategy;
  guint64 max_record_size;      /* bytes */
  guint max_fields;
  gsize sealed;                 /* by g_once_init_enter(): table is made, and nothing changes any more */
  TruceSchemaTable table;
};

#define TRUCE_SCHEMA_SIZE_DEFAULT (1024u * 1024u)
#define TRUCE_SCHEMA_FIELDS_DEFAULT 10000u

/* The entry that says something of field: the last one, if it is of field too, or a new one, which overrides
 * all others. NULL with TRUCE_ERROR_INVALID_SCHEMA. */
TruceSchemaEntry *truce_schema_add_entry       (TruceSchema            *self,
                                                const char             *field,
                                                GError                **error);
/* Of a regex as the schema keeps it: the text that it was given as. */
const char       *truce_schema_regex_text      (GRegex                 *regex);

/* Follows a document down; NULL for a NULL schema. The schema must not change meanwhile. */
TrucePatternWalk *truce_schema_walk_new        (TruceSchema            *self) G_GNUC_WARN_UNUSED_RESULT;
TruceFieldRules   truce_schema_rules_here      (TruceSchema            *self,
                                                const TrucePatternWalk *walk);
/* Whether a kind can hold here or below that has a say even where only one side changed: max, min,
 * immutable, local. */
gboolean          truce_schema_is_stubborn     (TruceSchema            *self,
                                                const TrucePatternWalk *walk);

/* Ends the building of a schema: nothing can change it from now on. Whoever keeps records by it calls this;
 * any number of times, from any thread. */
void              truce_schema_seal            (TruceSchema            *self);
void              truce_schema_table_clear     (TruceSchemaTable       *table);

/* Of a sealed schema. What is said of a top-level field, or NULL if nothing is. Takes the same time however many
 * there are. */
const TruceSchemaField *
                  truce_schema_field           (TruceSchema            *self,
                                                const char             *name,
                                                gsize                   length);
/* What is said of the record itself, by "" and such patterns. */
const TruceSchemaField *
                  truce_schema_root            (TruceSchema            *self);
/* Of a sealed schema. Whether a record may be so. FALSE with TRUCE_ERROR_INVALID_DATA or TOO_LARGE; the message
 * names the collection, the id, and the JSON pointer of the field. Linear; allocates nothing where all is well
 * and patterns are names of fields. */
gboolean          truce_schema_check           (TruceSchema            *self,
                                                const char             *collection,
                                                const char             *id,
                                                const TruceJsonDoc     *doc,
                                                GError                **error);

G_END_DECLS
