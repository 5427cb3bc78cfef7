/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-conflict-private.h"
#include "truce-kind-private.h"
#include "truce-record-private.h"

/**
 * TruceConflict:
 *
 * One record that both sides changed apart: as both last agreed on it, as it
 * is here, and as it is there.
 *
 * Any of the three may be absent, and a side may be deleted. A resolver is
 * given a conflict and answers with a [class@Resolution]; it must decide by the
 * conflict alone, so that the same conflict is resolved the same everywhere.
 *
 * What the fields mean is in the schema. [method@Conflict.get_fields] lists
 * those that neither the schema nor the shape of the changes decides, and
 * [method@Conflict.dup_proposed] is the record with everything else merged.
 *
 * A conflict belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _TruceConflict
{
  GObject parent_instance;
  TruceRecord *base;            /* each may be NULL, but not both local and remote */
  TruceRecord *local;
  TruceRecord *remote;
  TruceSchema *schema;          /* or NULL */
  TruceConflictList *fields;    /* made when it is asked for */
};

enum { PROP_0, PROP_BASE, PROP_LOCAL, PROP_REMOTE, PROP_SCHEMA, PROP_FIELDS, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceConflict, truce_conflict, G_TYPE_OBJECT)

static void
truce_conflict_finalize (GObject *object)
{
  TruceConflict *self = TRUCE_CONFLICT (object);

  g_clear_object (&self->base);
  g_clear_object (&self->local);
  g_clear_object (&self->remote);
  g_clear_object (&self->schema);
  g_clear_object (&self->fields);

  G_OBJECT_CLASS (truce_conflict_parent_class)->finalize (object);
}

static void
truce_conflict_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  TruceConflict *self = TRUCE_CONFLICT (object);

  switch (id)
    {
    case PROP_BASE:
      g_value_set_object (value, self->base);
      break;
    case PROP_LOCAL:
      g_value_set_object (value, self->local);
      break;
    case PROP_REMOTE:
      g_value_set_object (value, self->remote);
      break;
    case PROP_SCHEMA:
      g_value_set_object (value, self->schema);
      break;
    case PROP_FIELDS:
      g_value_set_object (value, truce_conflict_get_fields (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_conflict_class_init (TruceConflictClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = truce_conflict_finalize;
  object_class->get_property = truce_conflict_get_property;

  /**
   * TruceConflict:base:
   *
   * The record that both sides last agreed on; %NULL: there was none.
   *
   * Since: 1.0
   */
  properties[PROP_BASE] = g_param_spec_object ("base", NULL, NULL, TRUCE_TYPE_RECORD, flags);
  /**
   * TruceConflict:local:
   *
   * The record as it is here; %NULL: there is none.
   *
   * Since: 1.0
   */
  properties[PROP_LOCAL] = g_param_spec_object ("local", NULL, NULL, TRUCE_TYPE_RECORD, flags);
  /**
   * TruceConflict:remote:
   *
   * The record as it is there; %NULL: there is none.
   *
   * Since: 1.0
   */
  properties[PROP_REMOTE] = g_param_spec_object ("remote", NULL, NULL, TRUCE_TYPE_RECORD, flags);
  /**
   * TruceConflict:schema:
   *
   * What the fields mean; %NULL: nobody said.
   *
   * Since: 1.0
   */
  properties[PROP_SCHEMA] = g_param_spec_object ("schema", NULL, NULL, TRUCE_TYPE_SCHEMA, flags);
  /**
   * TruceConflict:fields:
   *
   * The fields that nothing decides.
   *
   * Since: 1.0
   */
  properties[PROP_FIELDS] = g_param_spec_object ("fields", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_conflict_init (TruceConflict *self)
{
}

static gboolean
is_same_record (TruceRecord *a,
                TruceRecord *b)
{
  return a == NULL || b == NULL ||
         (g_strcmp0 (truce_record_get_id (a), truce_record_get_id (b)) == 0 &&
          g_strcmp0 (truce_record_get_collection (a), truce_record_get_collection (b)) == 0);
}

/**
 * truce_conflict_new:
 * @base: (nullable): the record that both sides last agreed on
 * @local: (nullable): the record as it is here
 * @remote: (nullable): the record as it is there
 * @schema: (nullable): what its fields mean
 * @error: return location for an error
 *
 * Makes a conflict.
 *
 * Returns: (transfer full): the conflict, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA if both sides are missing, or the records are not
 *   of one collection and id
 *
 * Since: 1.0
 */
TruceConflict *
truce_conflict_new (TruceRecord *base,
                    TruceRecord *local,
                    TruceRecord *remote,
                    TruceSchema *schema,
                    GError     **error)
{
  TruceConflict *self;

  g_return_val_if_fail (base == NULL || TRUCE_IS_RECORD (base), NULL);
  g_return_val_if_fail (local == NULL || TRUCE_IS_RECORD (local), NULL);
  g_return_val_if_fail (remote == NULL || TRUCE_IS_RECORD (remote), NULL);
  g_return_val_if_fail (schema == NULL || TRUCE_IS_SCHEMA (schema), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (local == NULL && remote == NULL)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a conflict has a local or a remote record");
      return NULL;
    }
  if (!is_same_record (local, remote) || !is_same_record (base, local) || !is_same_record (base, remote))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                           "a conflict is between records of one collection and id");
      return NULL;
    }

  self = g_object_new (TRUCE_TYPE_CONFLICT, NULL);
  g_set_object (&self->base, base);
  g_set_object (&self->local, local);
  g_set_object (&self->remote, remote);
  g_set_object (&self->schema, schema);
  return self;
}

/* Any of the records that is there. */
static TruceRecord *
get_any (TruceConflict *self)
{
  return self->local != NULL ? self->local : self->remote;
}

/**
 * truce_conflict_get_collection:
 * @self: a conflict
 *
 * The name of the record's collection.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
truce_conflict_get_collection (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return get_any (self) != NULL ? truce_record_get_collection (get_any (self)) : NULL;
}

/**
 * truce_conflict_get_id:
 * @self: a conflict
 *
 * The record's id.
 *
 * Returns: (transfer none) (nullable): the id
 *
 * Since: 1.0
 */
const char *
truce_conflict_get_id (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return get_any (self) != NULL ? truce_record_get_id (get_any (self)) : NULL;
}

/**
 * truce_conflict_get_base:
 * @self: a conflict
 *
 * The record that both sides last agreed on.
 *
 * Returns: (transfer none) (nullable): the record, or %NULL if there was none
 *
 * Since: 1.0
 */
TruceRecord *
truce_conflict_get_base (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return self->base;
}

/**
 * truce_conflict_get_local:
 * @self: a conflict
 *
 * The record as it is here.
 *
 * Returns: (transfer none) (nullable): the record, or %NULL if there is none
 *
 * Since: 1.0
 */
TruceRecord *
truce_conflict_get_local (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return self->local;
}

/**
 * truce_conflict_get_remote:
 * @self: a conflict
 *
 * The record as it is there.
 *
 * Returns: (transfer none) (nullable): the record, or %NULL if there is none
 *
 * Since: 1.0
 */
TruceRecord *
truce_conflict_get_remote (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return self->remote;
}

/**
 * truce_conflict_get_schema:
 * @self: a conflict
 *
 * What the record's fields mean.
 *
 * Returns: (transfer none) (nullable): the schema, or %NULL if nobody said
 *
 * Since: 1.0
 */
TruceSchema *
truce_conflict_get_schema (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return self->schema;
}

/* The field at the top of a pointer, unescaped; NULL for the whole record. */
static char *
field_of_pointer (const char *pointer)
{
  g_auto(GStrv) tokens = truce_json_pointer_split (pointer, NULL);

  return tokens != NULL && tokens[0] != NULL ? g_strdup (tokens[0]) : NULL;
}

/* Less than 0: ours is later. 0: a stamp is missing, or they are the same. */
static int
compare_stamps (const char *pointer,
                gpointer    data)
{
  TruceConflict *self = data;
  g_autofree char *field = field_of_pointer (pointer);
  const TruceStamp *local = self->local != NULL ? truce_record_get_stamp (self->local, field) : NULL;
  const TruceStamp *remote = self->remote != NULL ? truce_record_get_stamp (self->remote, field) : NULL;

  return local != NULL && remote != NULL ? -truce_stamp_compare (local, remote) : 0;
}

static TruceJsonDoc *
doc_of (TruceRecord *record)
{
  return record != NULL ? truce_record_get_doc (record) : NULL;
}

TruceMerge *
truce_conflict_merge (TruceConflict *self,
                      TruceSchema   *schema,
                      TruceRule      fallback,
                      GError       **error)
{
  TruceMergeOptions options = { schema != NULL ? schema : self->schema, fallback, compare_stamps, self };
  TruceMerge *merge = truce_merge_new (doc_of (self->base), doc_of (self->local), doc_of (self->remote), &options, error);

  if (merge == NULL)
    {
      g_autofree char *id = truce_show_name (truce_conflict_get_id (self));

      g_prefix_error (error, "record “%s” of “%s”: ", id, truce_conflict_get_collection (self));
    }
  return merge;
}

/* The merge behind the list of fields, which is kept. NULL with an error where a function of the schema
 * set one. */
static const TruceMerge *
get_merge (TruceConflict *self,
           GError       **error)
{
  TruceMerge *merge;

  if (self->fields == NULL)
    {
      merge = truce_conflict_merge (self, NULL, TRUCE_RULE_NONE, error);
      if (merge == NULL)
        return NULL;
      self->fields = truce_conflict_list_new (merge);
    }
  return truce_conflict_list_get_merge (self->fields);
}

/**
 * truce_conflict_get_fields:
 * @self: a conflict
 *
 * The fields that both sides changed apart and that nothing decides.
 *
 * The records are merged when this is first asked for. Stamps do not decide
 * here, except by a rule that says so.
 *
 * Returns: (transfer none) (nullable): a list of [class@FieldConflict], or
 *   %NULL if a function of the schema failed
 *
 * Since: 1.0
 */
GListModel *
truce_conflict_get_fields (TruceConflict *self)
{
  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);

  return get_merge (self, NULL) != NULL ? G_LIST_MODEL (self->fields) : NULL;
}

/**
 * truce_conflict_dup_proposed:
 * @self: a conflict
 * @error: return location for an error
 *
 * The record with everything merged that can be; a field in conflict has its
 * local value.
 *
 * Returns: (transfer full): the record, which may be deleted, or %NULL with the
 *   error of a function of the schema, or %TRUCE_ERROR_INVALID_DATA if one made
 *   it something else than an object
 *
 * Since: 1.0
 */
TruceRecord *
truce_conflict_dup_proposed (TruceConflict *self,
                             GError       **error)
{
  const TruceMerge *merge;
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_CONFLICT (self), NULL);
  g_return_val_if_fail (get_any (self) != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  merge = get_merge (self, error);
  if (merge == NULL)
    return NULL;

  if (!truce_merge_to_doc (merge, &doc, error))
    return NULL;
  if (doc == NULL)
    return truce_record_new_tombstone (truce_conflict_get_collection (self), truce_conflict_get_id (self), error);
  return truce_record_new_doc (truce_conflict_get_collection (self), truce_conflict_get_id (self), doc, error);
}
