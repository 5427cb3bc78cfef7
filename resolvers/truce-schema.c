/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-json.h"
#include "truce-kind-private.h"
#include "truce-schema-private.h"

/**
 * TruceSchema:
 *
 * What the fields of a collection's records mean: kinds, rules, and what
 * happens to what one side deleted and the other changed.
 *
 * A field that a schema does not name is a register if it holds a scalar, a
 * list if it holds an array and a map if it holds an object. A schema is built
 * in code or read from JSON:
 *
 * ```json
 * {
 *   "fields": {
 *     "tags": "set",
 *     "votes": "counter",
 *     "title": { "kind": "register", "rule": "later" },
 *     "/items/&#42;/price": { "rule": "max" }
 *   },
 *   "delete": "update-wins",
 *   "resolver": "field-merge",
 *   "references": { "project": "project" }
 * }
 * ```
 *
 * A field is named by its name, or by a pattern: a JSON pointer (it begins
 * with `/`) in which `*` stands for one member or element, and `**` for any
 * number of them. Where several match, the last one holds; a kind and a rule
 * are looked up apart.
 *
 * A schema belongs to the thread that builds it; once nothing changes it any
 * more, any thread may read it.
 *
 * Since: 1.0
 */
struct _TruceSchema
{
  GObject parent_instance;
  GPtrArray *entries;           /* of TruceSchemaEntry *, owned */
  GPtrArray *patterns;          /* of their TrucePattern *, in the same order */
  GHashTable *references;       /* field (char *, owned) → collection (char *, owned) */
  TruceDeleteRule delete_rule;
  TruceStrategy strategy;
};

enum { PROP_0, PROP_DELETE_RULE, PROP_STRATEGY, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceSchema, truce_schema, G_TYPE_OBJECT)

static void
entry_clear_callback (TruceSchemaEntry *entry)
{
  if (entry->func_destroy != NULL)
    entry->func_destroy (entry->func_data);
  entry->func = NULL;
  entry->func_data = NULL;
  entry->func_destroy = NULL;
}

static void
entry_free (gpointer data)
{
  TruceSchemaEntry *entry = data;

  entry_clear_callback (entry);
  truce_pattern_free (entry->pattern);
  g_free (entry);
}

static void
truce_schema_finalize (GObject *object)
{
  TruceSchema *self = TRUCE_SCHEMA (object);

  g_clear_pointer (&self->patterns, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->references, g_hash_table_unref);

  G_OBJECT_CLASS (truce_schema_parent_class)->finalize (object);
}

static void
truce_schema_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TruceSchema *self = TRUCE_SCHEMA (object);

  switch (id)
    {
    case PROP_DELETE_RULE:
      g_value_set_enum (value, self->delete_rule);
      break;
    case PROP_STRATEGY:
      g_value_set_enum (value, self->strategy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_schema_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  TruceSchema *self = TRUCE_SCHEMA (object);

  switch (id)
    {
    case PROP_DELETE_RULE:
      truce_schema_set_delete_rule (self, g_value_get_enum (value));
      break;
    case PROP_STRATEGY:
      truce_schema_set_strategy (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_schema_class_init (TruceSchemaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_schema_finalize;
  object_class->get_property = truce_schema_get_property;
  object_class->set_property = truce_schema_set_property;

  /**
   * TruceSchema:delete-rule:
   *
   * What decides where one side deleted what the other changed.
   *
   * Since: 1.0
   */
  properties[PROP_DELETE_RULE] =
    g_param_spec_enum ("delete-rule", NULL, NULL, TRUCE_TYPE_DELETE_RULE, TRUCE_DELETE_RULE_NONE,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceSchema:strategy:
   *
   * The resolver that the schema names.
   *
   * Since: 1.0
   */
  properties[PROP_STRATEGY] =
    g_param_spec_enum ("strategy", NULL, NULL, TRUCE_TYPE_STRATEGY, TRUCE_STRATEGY_FIELD_MERGE,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_schema_init (TruceSchema *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->patterns = g_ptr_array_new ();
  self->references = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * truce_schema_new:
 *
 * Makes a schema that names no field.
 *
 * Returns: (transfer full): the schema
 *
 * Since: 1.0
 */
TruceSchema *
truce_schema_new (void)
{
  return g_object_new (TRUCE_TYPE_SCHEMA, NULL);
}

/* A new entry behind all others, so that it overrides them. */
static TruceSchemaEntry *
add_entry (TruceSchema *self,
           const char  *field,
           GError     **error)
{
  TrucePattern *pattern = truce_pattern_new (field, error);
  TruceSchemaEntry *entry;

  if (pattern == NULL)
    return NULL;

  entry = g_new0 (TruceSchemaEntry, 1);
  entry->pattern = pattern;
  g_ptr_array_add (self->entries, entry);
  g_ptr_array_add (self->patterns, pattern);
  return entry;
}

/**
 * truce_schema_set_kind:
 * @self: a schema
 * @field: a field's name, or a pattern
 * @kind: what it means
 * @error: return location for an error
 *
 * Says what a field means.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name and no pattern
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_kind (TruceSchema *self,
                       const char  *field,
                       TruceKind    kind,
                       GError     **error)
{
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (truce_kind_to_string (kind) != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry->has_kind = TRUE;
  entry->kind = kind;
  return TRUE;
}

/**
 * truce_schema_set_rule:
 * @self: a schema
 * @field: a field's name, or a pattern
 * @rule: what decides it
 * @error: return location for an error
 *
 * Says what decides a field that both sides changed apart.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name and no pattern
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_rule (TruceSchema *self,
                       const char  *field,
                       TruceRule    rule,
                       GError     **error)
{
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (truce_rule_to_string (rule) != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry->has_rule = TRUE;
  entry->rule = rule;
  return TRUE;
}

/**
 * truce_schema_set_callback:
 * @self: a schema
 * @field: a field's name, or a pattern
 * @func: (scope notified) (closure user_data) (destroy destroy): what decides it
 * @user_data: passed to @func
 * @destroy: (nullable): called on @user_data when it is needed no more; not
 *   called if this fails
 * @error: return location for an error
 *
 * Lets a function decide a field that both sides changed apart.
 *
 * The function is called in the thread of the merge, and must not change the
 * schema.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name and no pattern
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_callback (TruceSchema   *self,
                           const char    *field,
                           TruceFieldFunc func,
                           gpointer       user_data,
                           GDestroyNotify destroy,
                           GError       **error)
{
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry->has_rule = TRUE;
  entry->func = func;
  entry->func_data = user_data;
  entry->func_destroy = destroy;
  return TRUE;
}

/**
 * truce_schema_set_reference:
 * @self: a schema
 * @field: a field's name
 * @collection: the collection whose ids it holds
 * @error: return location for an error
 *
 * Says that a field holds the id of a record of another collection.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if a name is empty
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_reference (TruceSchema *self,
                            const char  *field,
                            const char  *collection,
                            GError     **error)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (collection != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (field[0] == '\0' || collection[0] == '\0')
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA,
                           "a reference needs the name of a field and of a collection");
      return FALSE;
    }

  g_hash_table_replace (self->references, g_strdup (field), g_strdup (collection));
  return TRUE;
}

/**
 * truce_schema_set_delete_rule:
 * @self: a schema
 * @rule: the rule
 *
 * Sets what decides where one side deleted what the other changed.
 *
 * Since: 1.0
 */
void
truce_schema_set_delete_rule (TruceSchema    *self,
                              TruceDeleteRule rule)
{
  g_return_if_fail (TRUCE_IS_SCHEMA (self));

  if (self->delete_rule == rule)
    return;
  self->delete_rule = rule;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DELETE_RULE]);
}

/**
 * truce_schema_set_strategy:
 * @self: a schema
 * @strategy: the strategy
 *
 * Sets the resolver that decides conflicts of such records.
 *
 * Since: 1.0
 */
void
truce_schema_set_strategy (TruceSchema  *self,
                           TruceStrategy strategy)
{
  g_return_if_fail (TRUCE_IS_SCHEMA (self));

  if (self->strategy == strategy)
    return;
  self->strategy = strategy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STRATEGY]);
}

TrucePatternWalk *
truce_schema_walk_new (TruceSchema *self)
{
  return self != NULL && self->entries->len > 0 ? truce_pattern_walk_new (self->patterns) : NULL;
}

TruceFieldRules
truce_schema_rules_here (TruceSchema            *self,
                         const TrucePatternWalk *walk)
{
  TruceFieldRules rules = { FALSE, TRUCE_KIND_REGISTER, TRUCE_RULE_NONE, NULL };

  if (walk == NULL || truce_pattern_walk_is_over (walk))
    return rules;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const TruceSchemaEntry *entry = g_ptr_array_index (self->entries, i);

      if (!truce_pattern_walk_matches (walk, i))
        continue;
      if (entry->has_kind)
        {
          rules.has_kind = TRUE;
          rules.kind = entry->kind;
        }
      if (entry->has_rule)
        {
          rules.rule = entry->rule;
          rules.callback = entry->func != NULL ? entry : NULL;
        }
    }
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
 * truce_schema_get_reference:
 * @self: a schema
 * @field: a field's name
 *
 * The collection whose ids a field holds.
 *
 * Returns: (transfer none) (nullable): its name, or %NULL
 *
 * Since: 1.0
 */
const char *
truce_schema_get_reference (TruceSchema *self,
                            const char  *field)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return g_hash_table_lookup (self->references, field);
}

/**
 * truce_schema_get_delete_rule:
 * @self: a schema
 *
 * What decides where one side deleted what the other changed.
 *
 * Returns: the rule
 *
 * Since: 1.0
 */
TruceDeleteRule
truce_schema_get_delete_rule (TruceSchema *self)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), TRUCE_DELETE_RULE_NONE);

  return self->delete_rule;
}

/**
 * truce_schema_get_strategy:
 * @self: a schema
 *
 * The resolver that the schema names.
 *
 * Returns: the strategy
 *
 * Since: 1.0
 */
TruceStrategy
truce_schema_get_strategy (TruceSchema *self)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), TRUCE_STRATEGY_FIELD_MERGE);

  return self->strategy;
}

const GPtrArray *
truce_schema_get_entries (TruceSchema *self)
{
  return self->entries;
}

GHashTable *
truce_schema_get_references (TruceSchema *self)
{
  return self->references;
}
