/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-pattern.h"
#include "truce-schema.h"

G_BEGIN_DECLS

/* What a schema says of the places that one pattern matches. A later entry overrides an earlier one, kind
 * and rule apart. */
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
} TruceSchemaEntry;

/* What the schema says of one place. */
typedef struct
{
  gboolean has_kind;
  TruceKind kind;
  TruceRule rule;
  const TruceSchemaEntry *callback; /* or NULL */
} TruceFieldRules;

/* Follows a document down; NULL for a NULL schema. The schema must not change meanwhile. */
TrucePatternWalk *truce_schema_walk_new        (TruceSchema            *self) G_GNUC_WARN_UNUSED_RESULT;
TruceFieldRules   truce_schema_rules_here      (TruceSchema            *self,
                                                const TrucePatternWalk *walk);
/* Whether a kind can hold here or below that has a say even where only one side changed: max, min,
 * immutable, local. */
gboolean          truce_schema_is_stubborn     (TruceSchema            *self,
                                                const TrucePatternWalk *walk);
/* Of TruceSchemaEntry *; of field → collection. Owned by the schema. */
const GPtrArray  *truce_schema_get_entries     (TruceSchema            *self);
GHashTable       *truce_schema_get_references  (TruceSchema            *self);

G_END_DECLS
