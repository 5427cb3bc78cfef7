/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What values may be. A schema may come from outside, and a regular expression is a small program: it runs
 * under limits on steps and memory, so that none takes longer than some milliseconds over any string. */

#include "truce-kind-private.h"
#include "truce-schema-private.h"

/* What the library behind GRegex understands at the beginning of an expression. Where an expression says such a
 * thing itself, the lesser limit holds. The second is in KiB. */
#define REGEX_LIMITS "(*LIMIT_MATCH=200000)(*LIMIT_HEAP=2000)"
#define REGEX_LENGTH_MAX 1000   /* bytes */
#define NAMES_MAX 64            /* of indexes, of fields to search */

const char *
truce_schema_regex_text (GRegex *regex)
{
  return g_regex_get_pattern (regex) + strlen (REGEX_LIMITS);
}

/**
 * truce_schema_set_type:
 * @self: a schema
 * @field: a field's name, or a pattern
 * @type: what it holds
 * @nullable: whether it may hold null instead
 * @error: return location for an error
 *
 * Says what JSON a field may hold.
 *
 * A field that is not there has no type: see [method@Schema.set_required].
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name and no pattern
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_type (TruceSchema   *self,
                       const char    *field,
                       TruceFieldType type,
                       gboolean       nullable,
                       GError       **error)
{
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (type <= TRUCE_FIELD_TYPE_OBJECT, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = truce_schema_add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry->has_type = TRUE;
  entry->type = type;
  entry->nullable = nullable;
  return TRUE;
}

/**
 * truce_schema_set_required:
 * @self: a schema
 * @field: a field's name
 * @required: whether a record must have it
 * @error: return location for an error
 *
 * Says whether a record must have a field. null is a value too: a field that
 * holds it is there.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name of a field of the record itself
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_required (TruceSchema *self,
                           const char  *field,
                           gboolean     required,
                           GError     **error)
{
  g_autoptr(TrucePattern) pattern = NULL;
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  pattern = truce_pattern_new (field, error);
  if (pattern == NULL)
    return FALSE;
  if (!truce_pattern_is_field (pattern))
    {
      g_autofree char *shown = truce_show_name (field);

      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA,
                   "“%s”: only a field of the record itself can be required", shown);
      return FALSE;
    }

  entry = truce_schema_add_entry (self, field, NULL);
  entry->has_required = TRUE;
  entry->required = required;
  return TRUE;
}

/**
 * truce_schema_set_max_size:
 * @self: a schema
 * @field: a field's name, or a pattern
 * @bytes: 1 to 4,294,967,295
 * @error: return location for an error
 *
 * Says how large a field may be.
 *
 * Of a string, the bytes of its UTF-8 are counted, with no quotes and no
 * escapes; of anything else, those of its JSON text, spelled as it is, with no
 * space between tokens.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name and no pattern, or @bytes out of range
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_max_size (TruceSchema *self,
                           const char  *field,
                           guint64      bytes,
                           GError     **error)
{
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (bytes == 0 || bytes > G_MAXUINT32)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "a size is 1 to %u bytes", G_MAXUINT32);
      return FALSE;
    }
  entry = truce_schema_add_entry (self, field, error);
  if (entry == NULL)
    return FALSE;

  entry->max_size = bytes;
  return TRUE;
}

static GRegex *
compile (const char *pattern,
         GError    **error)
{
  g_autofree char *bounded = g_strconcat (REGEX_LIMITS, pattern, NULL);
  g_autoptr(GError) reason = NULL;
  g_autoptr(GRegex) regex = NULL;
  g_autofree char *shown = truce_show_name (pattern);

  if (strlen (pattern) > REGEX_LENGTH_MAX || !g_utf8_validate (pattern, -1, NULL))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA,
                   "not a pattern: “%s”: it takes at most %d bytes of UTF-8", shown, REGEX_LENGTH_MAX);
      return NULL;
    }

  regex = g_regex_new (bounded, 0, 0, &reason);
  if (regex == NULL)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "not a regular expression: “%s” (code %d)", shown,
                 reason->code);
  return g_steal_pointer (&regex);
}

/**
 * truce_schema_set_pattern:
 * @self: a schema
 * @field: a field's name, or a pattern
 * @regex: a regular expression, as [struct@GLib.Regex] has them, of at most 1000 bytes
 * @error: return location for an error
 *
 * Says what a field must match if it holds a string.
 *
 * It may match anywhere in the string, unless it says otherwise by `^` and `$`.
 * A match that takes more than 200,000 steps is given up, and the string refused.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   name and no pattern, or @regex no regular expression
 *
 * Since: 1.0
 */
gboolean
truce_schema_set_pattern (TruceSchema *self,
                          const char  *field,
                          const char  *regex,
                          GError     **error)
{
  g_autoptr(GRegex) compiled = NULL;
  TruceSchemaEntry *entry;

  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (regex != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  compiled = compile (regex, error);
  entry = compiled != NULL ? truce_schema_add_entry (self, field, error) : NULL;
  if (entry == NULL)
    return FALSE;

  g_clear_pointer (&entry->regex, g_regex_unref);
  entry->regex = g_steal_pointer (&compiled);
  return TRUE;
}

/* Such a name can stand in a path of SQL's JSON functions, between double quotes, with no escape. */
static gboolean
is_plain_name (const char *name)
{
  if (name[0] == '\0' || name[0] == '/' || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) || *p == '"' || *p == '\\')
      return FALSE;
  return TRUE;
}

static gboolean
add_name (GPtrArray  *names,
          const char *field,
          GError    **error)
{
  g_autofree char *shown = NULL;

  if (g_strv_contains ((const char *const *) names->pdata, field))
    return TRUE;
  if (is_plain_name (field) && names->len <= NAMES_MAX)
    {
      g_ptr_array_insert (names, (int) names->len - 1, g_strdup (field));
      return TRUE;
    }

  shown = truce_show_name (field);
  if (names->len > NAMES_MAX)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "“%s”: more than %d fields", shown, NAMES_MAX);
  else
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA,
                 "“%s”: a name is needed, not a pattern, and without quotes, backslashes and control characters", shown);
  return FALSE;
}

/**
 * truce_schema_add_index:
 * @self: a schema
 * @field: a field's name: no pattern, no `"`, no backslash, no control character
 * @error: return location for an error
 *
 * Says that records will be looked for, or ordered, by a field: a store may keep
 * an index of it. To add one again changes nothing.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   such name, or there are 64 already
 *
 * Since: 1.0
 */
gboolean
truce_schema_add_index (TruceSchema *self,
                        const char  *field,
                        GError     **error)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add_name (self->indexes, field, error);
}

/**
 * truce_schema_get_indexes:
 * @self: a schema
 *
 * The fields that records will be looked for by, in the order in which they were
 * added.
 *
 * Returns: (transfer none) (array zero-terminated=1): their names, valid until
 *   another is added
 *
 * Since: 1.0
 */
const char *const *
truce_schema_get_indexes (TruceSchema *self)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), NULL);

  return (const char *const *) self->indexes->pdata;
}

/**
 * truce_schema_add_search_field:
 * @self: a schema
 * @field: a field's name: no pattern, no `"`, no backslash, no control character
 * @error: return location for an error
 *
 * Says that the words of a field can be searched for. To add one again changes
 * nothing.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA if @field is no
 *   such name, or there are 64 already
 *
 * Since: 1.0
 */
gboolean
truce_schema_add_search_field (TruceSchema *self,
                               const char  *field,
                               GError     **error)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (!self->sealed, FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add_name (self->search, field, error);
}

/**
 * truce_schema_get_search_fields:
 * @self: a schema
 *
 * The fields whose words can be searched for, in the order in which they were
 * added.
 *
 * Returns: (transfer none) (array zero-terminated=1): their names, valid until
 *   another is added
 *
 * Since: 1.0
 */
const char *const *
truce_schema_get_search_fields (TruceSchema *self)
{
  g_return_val_if_fail (TRUCE_IS_SCHEMA (self), NULL);

  return (const char *const *) self->search->pdata;
}
