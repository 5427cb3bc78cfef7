/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A merge goes down three documents and asks at each place what holds there: that is the walk of
 * truce-pattern.c. A store mostly asks for the fields of a record, again and again, by the same few names. For it a
 * sealed schema looks every name up beforehand: a record's field costs one probe of a small table then. All
 * names that no pattern has are alike, so one more entry stands for them, and walks are left for what lies
 * deeper. */

#include "truce-hash.h"
#include "truce-schema-private.h"

TrucePatternWalk *
truce_schema_walk_new (TruceSchema *self)
{
  return self != NULL && self->entries->len > 0 ? truce_pattern_walk_new (self->patterns) : NULL;
}

static void
rules_add (TruceFieldRules        *rules,
           const TruceSchemaEntry *entry)
{
  if (entry->has_kind)
    {
      rules->has_kind = TRUE;
      rules->kind = entry->kind;
    }
  if (entry->has_rule)
    {
      rules->rule = entry->rule;
      rules->callback = entry->func != NULL ? entry : NULL;
    }
  if (entry->has_type)
    {
      rules->type = entry->type;
      rules->nullable = entry->nullable;
    }
  if (entry->max_size > 0)
    rules->max_size = entry->max_size;
  if (entry->regex != NULL)
    rules->regex = entry->regex;
}

TruceFieldRules
truce_schema_rules_here (TruceSchema            *self,
                         const TrucePatternWalk *walk)
{
  TruceFieldRules rules = { 0 };

  if (walk == NULL || truce_pattern_walk_is_over (walk))
    return rules;

  for (guint i = 0; i < self->entries->len; i++)
    if (truce_pattern_walk_matches (walk, i))
      rules_add (&rules, g_ptr_array_index (self->entries, i));
  return rules;
}

static gboolean
kind_is_stubborn (TruceKind kind)
{
  return kind == TRUCE_KIND_MAX || kind == TRUCE_KIND_MIN || kind == TRUCE_KIND_IMMUTABLE || kind == TRUCE_KIND_LOCAL;
}

gboolean
truce_schema_is_stubborn (TruceSchema            *self,
                          const TrucePatternWalk *walk)
{
  if (walk == NULL || truce_pattern_walk_is_over (walk))
    return FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const TruceSchemaEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->has_kind && kind_is_stubborn (entry->kind) && truce_pattern_walk_is_live (walk, i))
        return TRUE;
    }
  return FALSE;
}

/* ---- the table of a sealed schema ---- */

/* A register may be anything: a kind that says no more is nothing to check. */
static gboolean
kind_is_checked (TruceKind kind)
{
  return kind != TRUCE_KIND_REGISTER && kind != TRUCE_KIND_MULTI_REGISTER && kind != TRUCE_KIND_IMMUTABLE &&
         kind != TRUCE_KIND_LOCAL;
}

static gboolean
rules_are_checked (const TruceFieldRules *rules)
{
  return kind_is_checked (rules->kind) || rules->type != TRUCE_FIELD_TYPE_ANY || rules->max_size > 0 ||
         rules->regex != NULL;
}

static gboolean
entry_is_checked (const TruceSchemaEntry *entry)
{
  return (entry->has_kind && kind_is_checked (entry->kind)) ||
         (entry->has_type && entry->type != TRUCE_FIELD_TYPE_ANY) || entry->max_size > 0 || entry->regex != NULL;
}

/* What holds where walk stands. */
static void
field_init (TruceSchemaField       *field,
            TruceSchema            *self,
            const char             *name,
            const TrucePatternWalk *walk)
{
  field->name = name;
  field->length = name != NULL ? strlen (name) : 0;
  field->rules = truce_schema_rules_here (self, walk);
  field->says = !truce_pattern_walk_is_over (walk);
  field->checked = rules_are_checked (&field->rules);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const TruceSchemaEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->has_required && truce_pattern_walk_matches (walk, i))
        field->required = entry->required;
      if (!truce_pattern_walk_goes_on (walk, i))
        continue;
      field->kinds_below |= entry->has_kind;
      field->checks_below |= entry_is_checked (entry);
    }
}

static guint *
find_slot (const TruceSchemaTable *table,
           const char             *name,
           gsize                   length)
{
  guint mask = table->n_slots - 1;
  guint slot = (guint) truce_hash_text (truce_hash_key (), name, length) & mask;

  for (;; slot = (slot + 1) & mask)
    {
      const TruceSchemaField *field;

      if (table->slots[slot] == 0)
        return &table->slots[slot];
      field = &table->fields[table->slots[slot] - 1];
      if (field->length == length && memcmp (field->name, name, length) == 0)
        return &table->slots[slot];
    }
}

static void
table_init (TruceSchemaTable *table,
            TruceSchema      *self)
{
  g_autoptr(TrucePatternWalk) walk = truce_pattern_walk_new (self->patterns);
  const TruceSchemaField *root;

  table->fields = g_new0 (TruceSchemaField, self->entries->len + 2);
  table->n_slots = 4;
  while (table->n_slots < 2 * self->entries->len)
    table->n_slots *= 2;
  table->slots = g_new0 (guint, table->n_slots);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const char *name = truce_pattern_head (g_ptr_array_index (self->patterns, i));
      guint *slot = name != NULL ? find_slot (table, name, strlen (name)) : NULL;

      if (slot == NULL || *slot != 0)
        continue;
      truce_pattern_walk_push (walk, name);
      field_init (&table->fields[table->n_fields], self, name, walk);
      truce_pattern_walk_pop (walk);
      table->n_required += table->fields[table->n_fields].required;
      *slot = ++table->n_fields;
    }
  truce_pattern_walk_push (walk, NULL);
  field_init (&table->fields[table->n_fields], self, NULL, walk);
  truce_pattern_walk_pop (walk);
  field_init (&table->fields[table->n_fields + 1], self, NULL, walk);

  root = &table->fields[table->n_fields + 1];
  table->checks = table->n_required > 0 || root->checked || root->checks_below;
}

void
truce_schema_table_clear (TruceSchemaTable *table)
{
  g_clear_pointer (&table->fields, g_free);
  g_clear_pointer (&table->slots, g_free);
}

void
truce_schema_seal (TruceSchema *self)
{
  g_assert (TRUCE_IS_SCHEMA (self));

  if (g_once_init_enter (&self->sealed))
    {
      table_init (&self->table, self);
      g_once_init_leave (&self->sealed, 1);
    }
}

const TruceSchemaField *
truce_schema_field (TruceSchema *self,
                    const char  *name,
                    gsize        length)
{
  const TruceSchemaTable *table = &self->table;
  const TruceSchemaField *field;
  guint found;

  g_assert (self->sealed);

  if (self->entries->len == 0)
    return NULL;

  found = table->n_fields > 0 ? *find_slot (table, name, length) : 0;
  field = &table->fields[found > 0 ? found - 1 : table->n_fields];
  return found > 0 || field->says ? field : NULL;
}

const TruceSchemaField *
truce_schema_root (TruceSchema *self)
{
  g_assert (self->sealed);

  return &self->table.fields[self->table.n_fields + 1];
}

/* ---- for everybody ---- */

static TruceFieldRules
rules_at (TruceSchema *self,
          const char  *pointer)
{
  g_autoptr(TrucePatternWalk) walk = truce_schema_walk_new (self);
  g_auto(GStrv) tokens = truce_json_pointer_split (pointer, NULL);

  for (guint i = 0; walk != NULL && tokens != NULL && tokens[i] != NULL; i++)
    truce_pattern_walk_push (walk, tokens[i]);
  return truce_schema_rules_here (self, tokens != NULL ? walk : NULL);
}

/**
 * truce_schema_get_kind:
 * @self: a schema
 * @pointer: a JSON pointer, such as `/title`
 *
 * What a place of a record means.
 *
 * Returns: the kind; %TRUCE_KIND_REGISTER if the schema names none
 *
 * Since: 1.0
 */
TruceKind
truce_schema_get_kind (TruceSchema *self,
                       const char  *pointer)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), TRUCE_KIND_REGISTER);
  g_return_val_if_fail (pointer != NULL, TRUCE_KIND_REGISTER);

  return rules_at (self, pointer).kind;
}

/**
 * truce_schema_get_rule:
 * @self: a schema
 * @pointer: a JSON pointer, such as `/title`
 *
 * What decides a place of a record that both sides changed apart.
 *
 * Returns: the rule; %TRUCE_RULE_NONE if the schema names none, or a function
 *   decides
 *
 * Since: 1.0
 */
TruceRule
truce_schema_get_rule (TruceSchema *self,
                       const char  *pointer)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), TRUCE_RULE_NONE);
  g_return_val_if_fail (pointer != NULL, TRUCE_RULE_NONE);

  return rules_at (self, pointer).rule;
}

/**
 * truce_schema_get_field_type:
 * @self: a schema
 * @pointer: a JSON pointer, such as `/title`
 *
 * What JSON a place of a record may hold.
 *
 * Returns: the type; %TRUCE_FIELD_TYPE_ANY if the schema names none
 *
 * Since: 1.0
 */
TruceFieldType
truce_schema_get_field_type (TruceSchema *self,
                             const char  *pointer)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), TRUCE_FIELD_TYPE_ANY);
  g_return_val_if_fail (pointer != NULL, TRUCE_FIELD_TYPE_ANY);

  return rules_at (self, pointer).type;
}

/**
 * truce_schema_is_nullable:
 * @self: a schema
 * @pointer: a JSON pointer, such as `/title`
 *
 * Whether a place of a record may hold null, as far as its type goes.
 *
 * Returns: whether it may
 *
 * Since: 1.0
 */
gboolean
truce_schema_is_nullable (TruceSchema *self,
                          const char  *pointer)
{
  TruceFieldRules rules;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);

  rules = rules_at (self, pointer);
  return rules.nullable || rules.type == TRUCE_FIELD_TYPE_ANY;
}

/**
 * truce_schema_is_required:
 * @self: a schema
 * @field: a field's name
 *
 * Whether a record must have a field.
 *
 * Returns: whether it must
 *
 * Since: 1.0
 */
gboolean
truce_schema_is_required (TruceSchema *self,
                          const char  *field)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  for (guint i = self->entries->len; i > 0; i--)
    {
      const TruceSchemaEntry *entry = g_ptr_array_index (self->entries, i - 1);

      if (entry->has_required && g_strcmp0 (truce_pattern_head (entry->pattern), field) == 0)
        return entry->required;
    }
  return FALSE;
}

/**
 * truce_schema_get_max_size:
 * @self: a schema
 * @pointer: a JSON pointer, such as `/title`
 *
 * How large a place of a record may be.
 *
 * Returns: bytes, counted as [method@Schema.set_max_size] tells; 0 if the schema
 *   sets it no limit
 *
 * Since: 1.0
 */
guint64
truce_schema_get_max_size (TruceSchema *self,
                           const char  *pointer)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), 0);
  g_return_val_if_fail (pointer != NULL, 0);

  return rules_at (self, pointer).max_size;
}

/**
 * truce_schema_get_pattern:
 * @self: a schema
 * @pointer: a JSON pointer, such as `/title`
 *
 * What a string at a place of a record must match.
 *
 * Returns: (transfer none) (nullable): a regular expression, or %NULL
 *
 * Since: 1.0
 */
const char *
truce_schema_get_pattern (TruceSchema *self,
                          const char  *pointer)
{
  GRegex *regex;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), NULL);
  g_return_val_if_fail (pointer != NULL, NULL);

  regex = rules_at (self, pointer).regex;
  return regex != NULL ? truce_schema_regex_text (regex) : NULL;
}
