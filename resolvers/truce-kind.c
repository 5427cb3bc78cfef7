/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-kind-private.h"

G_DEFINE_ENUM_TYPE (TruceKind, truce_kind,
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_REGISTER, "register"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_MULTI_REGISTER, "multi-register"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_COUNTER, "counter"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_SET, "set"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_MAP, "map"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_LIST, "list"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_FLAG, "flag"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_MAX, "max"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_MIN, "min"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_IMMUTABLE, "immutable"),
                    G_DEFINE_ENUM_VALUE (TRUCE_KIND_LOCAL, "local"))

G_DEFINE_ENUM_TYPE (TruceRule, truce_rule,
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_LATER, "later"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_OURS, "ours"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_THEIRS, "theirs"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_MAX, "max"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_MIN, "min"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_LONGEST, "longest"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_HIGHEST_VERSION, "highest-version"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_UNION, "union"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RULE_ASK, "ask"))

G_DEFINE_ENUM_TYPE (TruceDeleteRule, truce_delete_rule,
                    G_DEFINE_ENUM_VALUE (TRUCE_DELETE_RULE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELETE_RULE_UPDATE_WINS, "update-wins"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELETE_RULE_DELETE_WINS, "delete-wins"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DELETE_RULE_LATER_WINS, "later-wins"))

G_DEFINE_ENUM_TYPE (TruceStrategy, truce_strategy,
                    G_DEFINE_ENUM_VALUE (TRUCE_STRATEGY_FIELD_MERGE, "field-merge"),
                    G_DEFINE_ENUM_VALUE (TRUCE_STRATEGY_LAST_WRITE, "last-write"),
                    G_DEFINE_ENUM_VALUE (TRUCE_STRATEGY_PREFER_LOCAL, "prefer-local"),
                    G_DEFINE_ENUM_VALUE (TRUCE_STRATEGY_PREFER_REMOTE, "prefer-remote"),
                    G_DEFINE_ENUM_VALUE (TRUCE_STRATEGY_DEFER, "defer"))

G_DEFINE_ENUM_TYPE (TruceFieldType, truce_field_type,
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_ANY, "any"),
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_STRING, "string"),
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_NUMBER, "number"),
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_INTEGER, "integer"),
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_BOOLEAN, "boolean"),
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_ARRAY, "array"),
                    G_DEFINE_ENUM_VALUE (TRUCE_FIELD_TYPE_OBJECT, "object"))

/* The nick of a value, or NULL; enum classes of static types are never finalized while referenced, nicks
 * are literals. */
const char *
truce_enum_nick (GType type,
                 int value)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (klass, value);

  return found != NULL ? found->value_nick : NULL;
}

/**
 * truce_kind_to_string:
 * @kind: a kind
 *
 * The name of a kind, as schemas write it.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL if @kind is none
 *
 * Since: 1.0
 */
const char *
truce_kind_to_string (TruceKind kind)
{
  return truce_enum_nick (TRUCE_TYPE_KIND, kind);
}

/**
 * truce_rule_to_string:
 * @rule: a rule
 *
 * The name of a rule, as schemas write it.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL if @rule is none
 *
 * Since: 1.0
 */
const char *
truce_rule_to_string (TruceRule rule)
{
  return truce_enum_nick (TRUCE_TYPE_RULE, rule);
}

/**
 * truce_rule_from_string:
 * @name: a name, such as `highest-version`: it is not trusted
 * @rule: (out): the rule
 * @error: return location for an error
 *
 * Reads the name of a rule.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_SCHEMA, whose message
 *   lists the names
 *
 * Since: 1.0
 */
gboolean
truce_rule_from_string (const char *name,
                        TruceRule  *rule,
                        GError    **error)
{
  int value;

  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (rule != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!truce_enum_from_nick (TRUCE_TYPE_RULE, "rule", name, &value, error))
    return FALSE;

  *rule = value;
  return TRUE;
}

/* Reads any of the enums above; the error lists what there is. */
gboolean
truce_enum_from_nick (GType       type,
                      const char *what,
                      const char *nick,
                      int        *value,
                      GError    **error)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value_by_nick (klass, nick);
  g_autoptr(GString) names = NULL;
  g_autofree char *shown = NULL;

  if (found != NULL)
    {
      *value = found->value;
      return TRUE;
    }

  names = g_string_new (NULL);
  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", klass->values[i].value_nick);
  shown = truce_show_name (nick);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "unknown %s “%s”: there are %s",
               what, shown, names->str);
  return FALSE;
}

/* A name from outside as a message can show it: no control or direction character, not longer than 64
 * bytes. */
char *
truce_show_name (const char *name)
{
  GString *shown = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char_validated (p, -1);

      if (shown->len > 60)
        {
          g_string_append (shown, "…");
          break;
        }
      if (c >= (gunichar) -2)
        {
          g_string_append_printf (shown, "\\x%02x…", (guint8) *p);
          break;
        }
      if (g_unichar_isprint (c) && g_unichar_type (c) != G_UNICODE_FORMAT)
        g_string_append_unichar (shown, c);
      else
        g_string_append_printf (shown, "\\u%04x", c);
    }

  return g_string_free (shown, FALSE);
}
