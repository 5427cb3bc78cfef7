/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-resolution-private.h"

G_DEFINE_ENUM_TYPE (TruceResolutionType, truce_resolution_type,
                    G_DEFINE_ENUM_VALUE (TRUCE_RESOLUTION_LOCAL, "local"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RESOLUTION_REMOTE, "remote"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RESOLUTION_MERGED, "merged"),
                    G_DEFINE_ENUM_VALUE (TRUCE_RESOLUTION_DEFERRED, "deferred"))

/**
 * TruceResolution:
 *
 * What a resolver made of a conflict.
 *
 * A resolution is a write: the local or the remote record as it is, or a
 * record made of both, which may also be deleted. Or it is deferred: nothing is
 * decided, and the conflict waits for a person or another resolver.
 *
 * It does not change, and belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _TruceResolution
{
  GObject parent_instance;
  TruceResolutionType type;
  TruceJsonDoc *doc;            /* of a merged one; made of value when it is asked for. Both NULL: deleted */
  JsonNode *value;              /* of a merged one; made of doc when it is asked for */
  char *reason;                 /* of a deferred one, or NULL */
};

enum { PROP_0, PROP_RESOLUTION_TYPE, PROP_VALUE, PROP_REASON, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceResolution, truce_resolution, G_TYPE_OBJECT)

static void
truce_resolution_finalize (GObject *object)
{
  TruceResolution *self = TRUCE_RESOLUTION (object);

  g_clear_pointer (&self->doc, truce_json_doc_unref);
  g_clear_pointer (&self->value, json_node_unref);
  g_clear_pointer (&self->reason, g_free);

  G_OBJECT_CLASS (truce_resolution_parent_class)->finalize (object);
}

static void
truce_resolution_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TruceResolution *self = TRUCE_RESOLUTION (object);

  switch (id)
    {
    case PROP_RESOLUTION_TYPE:
      g_value_set_enum (value, self->type);
      break;
    case PROP_VALUE:
      g_value_set_boxed (value, truce_resolution_get_value (self));
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_resolution_class_init (TruceResolutionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_resolution_finalize;
  object_class->get_property = truce_resolution_get_property;

  /**
   * TruceResolution:resolution-type:
   *
   * How the conflict was resolved.
   *
   * Since: 1.0
   */
  properties[PROP_RESOLUTION_TYPE] =
    g_param_spec_enum ("resolution-type", NULL, NULL, TRUCE_TYPE_RESOLUTION_TYPE, TRUCE_RESOLUTION_LOCAL,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceResolution:value:
   *
   * The merged record; %NULL: deleted, or not merged.
   *
   * Since: 1.0
   */
  properties[PROP_VALUE] =
    g_param_spec_boxed ("value", NULL, NULL, JSON_TYPE_NODE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceResolution:reason:
   *
   * Why it was deferred.
   *
   * Since: 1.0
   */
  properties[PROP_REASON] =
    g_param_spec_string ("reason", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_resolution_init (TruceResolution *self)
{
}

static TruceResolution *
resolution_new (TruceResolutionType type)
{
  TruceResolution *self = g_object_new (TRUCE_TYPE_RESOLUTION, NULL);

  self->type = type;
  return self;
}

/**
 * truce_resolution_new_local:
 *
 * Takes the local record, or that it is deleted here.
 *
 * Returns: (transfer full): the resolution
 *
 * Since: 1.0
 */
TruceResolution *
truce_resolution_new_local (void)
{
  return resolution_new (TRUCE_RESOLUTION_LOCAL);
}

/**
 * truce_resolution_new_remote:
 *
 * Takes the remote record, or that it is deleted there.
 *
 * Returns: (transfer full): the resolution
 *
 * Since: 1.0
 */
TruceResolution *
truce_resolution_new_remote (void)
{
  return resolution_new (TRUCE_RESOLUTION_REMOTE);
}

/**
 * truce_resolution_new_merged:
 * @value: (nullable): the merged record, a JSON object; %NULL: it is deleted
 *
 * Takes a record made of both sides.
 *
 * What is no object that JSON can say is refused where the resolver was called.
 *
 * Returns: (transfer full): the resolution
 *
 * Since: 1.0
 */
TruceResolution *
truce_resolution_new_merged (JsonNode *value)
{
  TruceResolution *self = resolution_new (TRUCE_RESOLUTION_MERGED);

  self->value = value != NULL ? json_node_copy (value) : NULL;
  return self;
}

TruceResolution *
truce_resolution_new_doc (TruceJsonDoc *doc)
{
  TruceResolution *self = resolution_new (TRUCE_RESOLUTION_MERGED);

  self->doc = doc != NULL ? truce_json_doc_ref (doc) : NULL;
  return self;
}

/**
 * truce_resolution_new_deferred:
 * @reason: (nullable): why, for a person to read
 *
 * Decides nothing.
 *
 * Returns: (transfer full): the resolution
 *
 * Since: 1.0
 */
TruceResolution *
truce_resolution_new_deferred (const char *reason)
{
  TruceResolution *self = resolution_new (TRUCE_RESOLUTION_DEFERRED);

  self->reason = g_strdup (reason);
  return self;
}

/**
 * truce_resolution_get_resolution_type: (get-property resolution-type)
 * @self: a resolution
 *
 * How the conflict was resolved.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
TruceResolutionType
truce_resolution_get_resolution_type (TruceResolution *self)
{
  g_return_val_if_fail (TRUCE_IS_RESOLUTION (self), TRUCE_RESOLUTION_DEFERRED);

  return self->type;
}

/**
 * truce_resolution_get_value:
 * @self: a resolution
 *
 * The merged record.
 *
 * Returns: (transfer none) (nullable): the JSON object, or %NULL if it is
 *   deleted, or the resolution is not a merged one
 *
 * Since: 1.0
 */
JsonNode *
truce_resolution_get_value (TruceResolution *self)
{
  g_return_val_if_fail (TRUCE_IS_RESOLUTION (self), NULL);

  if (self->value == NULL && self->doc != NULL)
    self->value = truce_json_to_node (self->doc, 0);
  return self->value;
}

/**
 * truce_resolution_dup_text:
 * @self: a resolution
 *
 * The merged record as JSON text, with every digit of its numbers.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if there is no value
 *   that JSON can say
 *
 * Since: 1.0
 */
char *
truce_resolution_dup_text (TruceResolution *self)
{
  g_return_val_if_fail (TRUCE_IS_RESOLUTION (self), NULL);

  if (self->doc == NULL && self->value != NULL)
    self->doc = truce_json_doc_from_node (self->value, NULL);
  return self->doc != NULL ? g_strndup (self->doc->text, self->doc->length) : NULL;
}

/**
 * truce_resolution_get_reason:
 * @self: a resolution
 *
 * Why it was deferred.
 *
 * Returns: (transfer none) (nullable): the reason, or %NULL
 *
 * Since: 1.0
 */
const char *
truce_resolution_get_reason (TruceResolution *self)
{
  g_return_val_if_fail (TRUCE_IS_RESOLUTION (self), NULL);

  return self->reason;
}

gboolean
truce_resolution_check (TruceResolution *self,
                        GError         **error)
{
  if (self->doc == NULL && self->value != NULL)
    self->doc = truce_json_doc_from_node (self->value, error);
  if (self->doc == NULL)
    return self->value == NULL;
  if (truce_json_type (self->doc, 0) == TRUCE_JSON_OBJECT)
    return TRUE;

  g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a merged record is a JSON object");
  return FALSE;
}
