/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-conflict-private.h"
#include "truce-field-merge-resolver.h"
#include "truce-kind-private.h"
#include "truce-record-private.h"
#include "truce-resolution-private.h"

/**
 * TruceFieldMergeResolver:
 *
 * Merges field by field, by what the schema says.
 *
 * What only one side changed is taken; what both changed is merged by its kind,
 * decided by its rule, or else by the fallback: the later write, where both
 * fields have stamps. If a field is left the conflict is deferred, and
 * [method@Conflict.get_fields] lists what to ask.
 *
 * Since: 1.0
 */
struct _TruceFieldMergeResolver
{
  GObject parent_instance;
  TruceSchema *schema;          /* NULL: the conflict's own */
  TruceRule fallback;
};

enum { PROP_0, PROP_SCHEMA, PROP_FALLBACK, N_PROPS };
static GParamSpec *properties[N_PROPS];

static TruceResolution *
defer (const TruceMerge *merge)
{
  g_autoptr(GString) reason = g_string_new ("both sides changed ");
  const guint n_shown = 3;

  for (guint i = 0; i < MIN (merge->conflicts->len, n_shown); i++)
    {
      const TruceMergeConflict *conflict = &g_array_index (merge->conflicts, TruceMergeConflict, i);
      g_autofree char *shown = truce_show_name (conflict->pointer);

      g_string_append_printf (reason, "%s%s", i > 0 ? ", " : "", shown[0] != '\0' ? shown : "the record");
    }
  if (merge->conflicts->len > n_shown)
    g_string_append_printf (reason, " and %u more", merge->conflicts->len - n_shown);
  return truce_resolution_new_deferred (reason->str);
}

/* Whether the merge came out as a side is: then nothing is to be written there. */
static gboolean
is_side (const TruceMerge *merge,
         int               side,
         TruceJsonDoc     *merged)
{
  if (merge->docs[side] == NULL || merged == NULL)
    return merge->docs[side] == merged;
  truce_json_doc_hash (merged);
  return truce_json_equal (merge->docs[side], 0, merged, 0);
}

static TruceResolution *
resolve (TruceResolver *resolver,
         TruceConflict *conflict,
         GError       **error)
{
  TruceFieldMergeResolver *self = TRUCE_FIELD_MERGE_RESOLVER (resolver);
  g_autoptr(TruceMerge) merge = truce_conflict_merge (conflict, self->schema, self->fallback, error);
  g_autoptr(TruceJsonDoc) merged = NULL;

  if (merge == NULL)
    return NULL;
  if (merge->conflicts->len > 0)
    return defer (merge);

  if (!truce_merge_to_doc (merge, &merged, error))
    return NULL;
  if (is_side (merge, TRUCE_OURS, merged))
    return truce_resolution_new_local ();
  if (is_side (merge, TRUCE_THEIRS, merged))
    return truce_resolution_new_remote ();
  return truce_resolution_new_doc (merged);
}

static void
resolver_init (TruceResolverInterface *iface)
{
  iface->resolve = resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceFieldMergeResolver, truce_field_merge_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, resolver_init))

static void
truce_field_merge_resolver_finalize (GObject *object)
{
  g_clear_object (&TRUCE_FIELD_MERGE_RESOLVER (object)->schema);

  G_OBJECT_CLASS (truce_field_merge_resolver_parent_class)->finalize (object);
}

static void
truce_field_merge_resolver_get_property (GObject    *object,
                                         guint       id,
                                         GValue     *value,
                                         GParamSpec *pspec)
{
  TruceFieldMergeResolver *self = TRUCE_FIELD_MERGE_RESOLVER (object);

  switch (id)
    {
    case PROP_SCHEMA:
      g_value_set_object (value, self->schema);
      break;
    case PROP_FALLBACK:
      g_value_set_enum (value, self->fallback);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_field_merge_resolver_set_property (GObject      *object,
                                         guint         id,
                                         const GValue *value,
                                         GParamSpec   *pspec)
{
  TruceFieldMergeResolver *self = TRUCE_FIELD_MERGE_RESOLVER (object);

  switch (id)
    {
    case PROP_SCHEMA:
      self->schema = g_value_dup_object (value);
      break;
    case PROP_FALLBACK:
      truce_field_merge_resolver_set_fallback (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_field_merge_resolver_class_init (TruceFieldMergeResolverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_field_merge_resolver_finalize;
  object_class->get_property = truce_field_merge_resolver_get_property;
  object_class->set_property = truce_field_merge_resolver_set_property;

  /**
   * TruceFieldMergeResolver:schema:
   *
   * What the fields mean; %NULL: what the conflict says.
   *
   * Since: 1.0
   */
  properties[PROP_SCHEMA] =
    g_param_spec_object ("schema", NULL, NULL, TRUCE_TYPE_SCHEMA,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceFieldMergeResolver:fallback:
   *
   * What decides a field that has no rule of its own.
   *
   * Since: 1.0
   */
  properties[PROP_FALLBACK] =
    g_param_spec_enum ("fallback", NULL, NULL, TRUCE_TYPE_RULE, TRUCE_RULE_LATER,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_field_merge_resolver_init (TruceFieldMergeResolver *self)
{
  self->fallback = TRUCE_RULE_LATER;
}

/**
 * truce_field_merge_resolver_new: (constructor)
 * @schema: (nullable): what the fields mean; %NULL: what the conflict says
 *
 * Makes a resolver that merges field by field.
 *
 * Returns: (transfer full) (type TruceFieldMergeResolver): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_field_merge_resolver_new (TruceSchema *schema)
{
  g_return_val_if_fail (schema == NULL || TRUCE_IS_SCHEMA (schema), NULL);

  return g_object_new (TRUCE_TYPE_FIELD_MERGE_RESOLVER, "schema", schema, NULL);
}

/**
 * truce_field_merge_resolver_get_fallback:
 * @self: a resolver
 *
 * What decides a field that has no rule of its own.
 *
 * Returns: the rule
 *
 * Since: 1.0
 */
TruceRule
truce_field_merge_resolver_get_fallback (TruceFieldMergeResolver *self)
{
  g_return_val_if_fail (TRUCE_IS_FIELD_MERGE_RESOLVER (self), TRUCE_RULE_NONE);

  return self->fallback;
}

/**
 * truce_field_merge_resolver_set_fallback:
 * @self: a resolver
 * @fallback: the rule; %TRUCE_RULE_NONE defers such a field
 *
 * Sets what decides a field that has no rule of its own.
 *
 * Since: 1.0
 */
void
truce_field_merge_resolver_set_fallback (TruceFieldMergeResolver *self,
                                         TruceRule                fallback)
{
  g_return_if_fail (TRUCE_IS_FIELD_MERGE_RESOLVER (self));
  g_return_if_fail (truce_rule_to_string (fallback) != NULL);

  if (self->fallback == fallback)
    return;
  self->fallback = fallback;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FALLBACK]);
}
