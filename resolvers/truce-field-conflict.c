/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-conflict-list.h"

G_DEFINE_ENUM_TYPE (TruceSide, truce_side,
                    G_DEFINE_ENUM_VALUE (TRUCE_SIDE_BASE, "base"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SIDE_LOCAL, "local"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SIDE_REMOTE, "remote"),
                    G_DEFINE_ENUM_VALUE (TRUCE_SIDE_PROPOSED, "proposed"))

/**
 * TruceFieldConflict:
 *
 * One place of a document that both sides changed apart, and that nothing
 * decided: where it is, what stands there on each side, and what a merge would
 * write.
 *
 * It does not change, and belongs to the thread of the list that it came from.
 *
 * Since: 1.0
 */
struct _TruceFieldConflict
{
  GObject parent_instance;
  TruceConflictList *list;      /* owned: keeps the documents alive */
  guint index;
};

enum { PROP_0, PROP_POINTER, PROP_BASE, PROP_LOCAL, PROP_REMOTE, PROP_PROPOSED, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceFieldConflict, truce_field_conflict, G_TYPE_OBJECT)

static void
truce_field_conflict_finalize (GObject *object)
{
  TruceFieldConflict *self = TRUCE_FIELD_CONFLICT (object);

  g_clear_object (&self->list);

  G_OBJECT_CLASS (truce_field_conflict_parent_class)->finalize (object);
}

static void
truce_field_conflict_get_property (GObject    *object,
                                   guint       id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  TruceFieldConflict *self = TRUCE_FIELD_CONFLICT (object);

  switch (id)
    {
    case PROP_POINTER:
      g_value_set_string (value, truce_field_conflict_get_pointer (self));
      break;
    case PROP_BASE:
    case PROP_LOCAL:
    case PROP_REMOTE:
    case PROP_PROPOSED:
      g_value_take_boxed (value, truce_field_conflict_dup_value (self, TRUCE_SIDE_BASE + (id - PROP_BASE)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_field_conflict_class_init (TruceFieldConflictClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = truce_field_conflict_finalize;
  object_class->get_property = truce_field_conflict_get_property;

  /**
   * TruceFieldConflict:pointer:
   *
   * Where it is: a JSON pointer.
   *
   * Since: 1.0
   */
  properties[PROP_POINTER] = g_param_spec_string ("pointer", NULL, NULL, NULL, flags);
  /**
   * TruceFieldConflict:base:
   *
   * What both sides last agreed on; %NULL for absent.
   *
   * Since: 1.0
   */
  properties[PROP_BASE] = g_param_spec_boxed ("base", NULL, NULL, JSON_TYPE_NODE, flags);
  /**
   * TruceFieldConflict:local:
   *
   * The local value; %NULL for absent.
   *
   * Since: 1.0
   */
  properties[PROP_LOCAL] = g_param_spec_boxed ("local", NULL, NULL, JSON_TYPE_NODE, flags);
  /**
   * TruceFieldConflict:remote:
   *
   * The remote value; %NULL for absent.
   *
   * Since: 1.0
   */
  properties[PROP_REMOTE] = g_param_spec_boxed ("remote", NULL, NULL, JSON_TYPE_NODE, flags);
  /**
   * TruceFieldConflict:proposed:
   *
   * What the merge wrote there, or would write; %NULL for absent.
   *
   * Since: 1.0
   */
  properties[PROP_PROPOSED] = g_param_spec_boxed ("proposed", NULL, NULL, JSON_TYPE_NODE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_field_conflict_init (TruceFieldConflict *self)
{
}

TruceFieldConflict *
truce_field_conflict_new (TruceConflictList *list,
                          guint              index)
{
  TruceFieldConflict *self = g_object_new (TRUCE_TYPE_FIELD_CONFLICT, NULL);

  self->list = g_object_ref (list);
  self->index = index;
  return self;
}

/* NULL where a binding made an empty one. */
static const TruceMergeConflict *
get_conflict (TruceFieldConflict *self)
{
  if (self->list == NULL)
    return NULL;
  return &g_array_index (truce_conflict_list_get_merge (self->list)->conflicts, TruceMergeConflict, self->index);
}

/**
 * truce_field_conflict_get_pointer:
 * @self: a field in conflict
 *
 * Where it is.
 *
 * Returns: (transfer none) (nullable): a JSON pointer (RFC 6901); empty for the whole document
 *
 * Since: 1.0
 */
const char *
truce_field_conflict_get_pointer (TruceFieldConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_FIELD_CONFLICT (self), NULL);

  return get_conflict (self) != NULL ? get_conflict (self)->pointer : NULL;
}

/* The document and the node of a side; FALSE where it is absent. */
static gboolean
get_place (TruceFieldConflict  *self,
           TruceSide            side,
           const TruceJsonDoc **doc,
           guint32             *node)
{
  const TruceMergeConflict *conflict = get_conflict (self);
  int number = side == TRUCE_SIDE_BASE ? TRUCE_BASE : side == TRUCE_SIDE_LOCAL ? TRUCE_OURS : TRUCE_THEIRS;

  if (conflict == NULL || conflict->values.node[number] == TRUCE_JSON_NONE)
    return FALSE;
  *doc = truce_conflict_list_get_merge (self->list)->docs[number];
  *node = conflict->values.node[number];
  return TRUE;
}

/**
 * truce_field_conflict_dup_value:
 * @self: a field in conflict
 * @side: which value
 *
 * One of the values that meet.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL if there is none on
 *   that side
 *
 * Since: 1.0
 */
JsonNode *
truce_field_conflict_dup_value (TruceFieldConflict *self,
                                TruceSide           side)
{
  const TruceMergeConflict *conflict;
  const TruceJsonDoc *doc;
  guint32 node;

  g_return_val_if_fail (TRUCE_IS_FIELD_CONFLICT (self), NULL);

  conflict = get_conflict (self);
  if (side == TRUCE_SIDE_PROPOSED)
    return conflict != NULL && conflict->proposed != NULL ? truce_json_draft_to_node (conflict->proposed) : NULL;
  return get_place (self, side, &doc, &node) ? truce_json_to_node (doc, node) : NULL;
}

/**
 * truce_field_conflict_dup_text:
 * @self: a field in conflict
 * @side: which value
 *
 * One of the values that meet, as canonical JSON text on one line.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if there is no value
 *   on that side
 *
 * Since: 1.0
 */
char *
truce_field_conflict_dup_text (TruceFieldConflict *self,
                               TruceSide           side)
{
  const TruceMergeConflict *conflict;
  g_autoptr(GString) text = g_string_new (NULL);
  const TruceJsonDoc *doc;
  guint32 node;

  g_return_val_if_fail (TRUCE_IS_FIELD_CONFLICT (self), NULL);

  conflict = get_conflict (self);
  if (side == TRUCE_SIDE_PROPOSED && conflict != NULL && conflict->proposed != NULL)
    truce_json_draft_write_canonical (conflict->proposed, text);
  else if (side != TRUCE_SIDE_PROPOSED && get_place (self, side, &doc, &node))
    truce_json_write_canonical (text, doc, node);
  else
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}
