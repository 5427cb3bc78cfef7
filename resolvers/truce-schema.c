/* SPDX-License-Identifier: LGPL-2.1-or-later */
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
 *     "price": { "rule": "max" }
 *   },
 *   "delete": "update-wins",
 *   "resolver": "field-merge",
 *   "references": { "project": "project" }
 * }
 * ```
 *
 * A field is named by its name, or by a pattern: a JSON pointer (it begins
 * with `/`) in which `*` stands for one member or element, and `**` for any
 * number of them: /items/&#42;/price is the price of each item. Where several
 * match, the last one holds; a kind and a rule are looked up apart.
 *
 * A field may also say what its values may be, for whoever keeps records by the
 * schema: a store refuses a write that breaks it. A merge takes what it finds,
 * and does not look at it.
 *
 * ```json
 * {
 *   "fields": {
 *     "title": { "type": "string", "required": true, "max-size": 200 },
 *     "due": { "type": "string", "nullable": true, "pattern": "^\\d{4}-\\d\\d-\\d\\d$" }
 *   },
 *   "indexes": ["due"],
 *   "search": ["title"],
 *   "max-size": 1048576,
 *   "max-fields": 10000
 * }
 * ```
 *
 * - `type` is a [enum@FieldType]; null is none of them, but may stand there if
 *   `nullable` is true. See [method@Schema.set_type]
 * - `required`: the field must be there. See [method@Schema.set_required]
 * - `max-size`: bytes, see [method@Schema.set_max_size]
 * - `pattern`: a regular expression that a string must match, see
 *   [method@Schema.set_pattern]
 * - kinds are checked too: a `counter` is an integer of 64 bits, a `set` an array
 *   of distinct scalars, a `flag` a boolean, `max` and `min` are numbers or
 *   strings, a `text` is a string, a `list` an array, a `map` an object. None of
 *   these is null: to have none, leave the field out
 * - `max-size` and `max-fields` beside `fields` bound the record as a whole
 * - `indexes` and `search` name fields that a store is to find records by
 *
 * A schema belongs to the thread that builds it. Once a store has it nothing can
 * change it any more (a try is a critical warning), and any thread may read it.
 *
 * Since: 1.0
 */
enum { PROP_0, PROP_DELETE_RULE, PROP_MAX_FIELDS, PROP_MAX_RECORD_SIZE, PROP_STRATEGY, N_PROPS };
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
  g_clear_pointer (&entry->regex, g_regex_unref);
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
  g_clear_pointer (&self->indexes, g_ptr_array_unref);
  g_clear_pointer (&self->search, g_ptr_array_unref);
  truce_schema_table_clear (&self->table);

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
    case PROP_MAX_FIELDS:
      g_value_set_uint (value, self->max_fields);
      break;
    case PROP_MAX_RECORD_SIZE:
      g_value_set_uint64 (value, self->max_record_size);
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
    case PROP_MAX_FIELDS:
      truce_schema_set_max_fields (self, g_value_get_uint (value));
      break;
    case PROP_MAX_RECORD_SIZE:
      truce_schema_set_max_record_size (self, g_value_get_uint64 (value));
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
   * TruceSchema:max-fields:
   *
   * How many fields a record may have.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_FIELDS] =
    g_param_spec_uint ("max-fields", NULL, NULL, 1, G_MAXUINT32, TRUCE_SCHEMA_FIELDS_DEFAULT,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceSchema:max-record-size:
   *
   * How many bytes of compact JSON a record may have.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_RECORD_SIZE] =
    g_param_spec_uint64 ("max-record-size", NULL, NULL, 1, G_MAXUINT32, TRUCE_SCHEMA_SIZE_DEFAULT,
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
  self->indexes = g_ptr_array_new_with_free_func (g_free);
  self->search = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->indexes, NULL);
  g_ptr_array_add (self->search, NULL);
  self->max_record_size = TRUCE_SCHEMA_SIZE_DEFAULT;
  self->max_fields = TRUCE_SCHEMA_FIELDS_DEFAULT;
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

TruceSchemaEntry *
truce_schema_add_entry (TruceSchema *self,
                        const char  *field,
                        GError     **error)
{
  guint n = self->entries->len;
  TruceSchemaEntry *entry = n > 0 ? g_ptr_array_index (self->entries, n - 1) : NULL;
  TrucePattern *pattern;

  /* What is said of one field in one go is one entry: walks cost less the fewer there are. */
  if (entry != NULL && g_str_equal (truce_pattern_text (entry->pattern), field))
    return entry;

  pattern = truce_pattern_new (field, error);
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
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (truce_kind_to_string (kind) != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = truce_schema_add_entry (self, field, error);
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
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (truce_rule_to_string (rule) != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = truce_schema_add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry_clear_callback (entry);
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
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = truce_schema_add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry_clear_callback (entry);
  entry->has_rule = TRUE;
  entry->rule = TRUCE_RULE_NONE;
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
  g_return_val_if_fail (!self->sealed, FALSE);
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
  g_return_if_fail (!self->sealed);

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
  g_return_if_fail (!self->sealed);

  if (self->strategy == strategy)
    return;
  self->strategy = strategy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STRATEGY]);
}

/**
 * truce_schema_set_max_record_size:
 * @self: a schema
 * @bytes: 1 to 4,294,967,295; 1 MiB at first
 *
 * Sets how large a record may be: its JSON text, spelled as it is, with no space
 * between tokens.
 *
 * Since: 1.0
 */
void
truce_schema_set_max_record_size (TruceSchema *self,
                                  guint64      bytes)
{
  g_return_if_fail (TRUCE_IS_SCHEMA (self));
  g_return_if_fail (!self->sealed);
  g_return_if_fail (bytes >= 1 && bytes <= G_MAXUINT32);

  if (self->max_record_size == bytes)
    return;
  self->max_record_size = bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RECORD_SIZE]);
}

/**
 * truce_schema_set_max_fields:
 * @self: a schema
 * @n: at least 1; 10,000 at first
 *
 * Sets how many fields a record may have. What lies deeper is not counted.
 *
 * Since: 1.0
 */
void
truce_schema_set_max_fields (TruceSchema *self,
                             guint        n)
{
  g_return_if_fail (TRUCE_IS_SCHEMA (self));
  g_return_if_fail (!self->sealed);
  g_return_if_fail (n >= 1);

  if (self->max_fields == n)
    return;
  self->max_fields = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_FIELDS]);
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

/**
 * truce_schema_get_max_record_size:
 * @self: a schema
 *
 * How large a record may be.
 *
 * Returns: bytes of compact JSON
 *
 * Since: 1.0
 */
guint64
truce_schema_get_max_record_size (TruceSchema *self)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), 0);

  return self->max_record_size;
}

/**
 * truce_schema_get_max_fields:
 * @self: a schema
 *
 * How many fields a record may have.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_schema_get_max_fields (TruceSchema *self)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), 0);

  return self->max_fields;
}
