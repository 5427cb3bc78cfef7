/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-kind-private.h"
#include "truce-record-private.h"

/* Bytes of UTF-8 that a collection's name or an id may have. */
#define MAX_NAME 255

/**
 * TruceRecord:
 *
 * A JSON object at (collection, id), as one side has it: its fields, and when
 * they were written.
 *
 * A deleted record has no value, but may have a stamp: when it was deleted. A
 * record that an app makes does not change once it is in use; set its stamps
 * first. One that a [class@Store] handed out follows the store: when its value
 * changes there, by whomever, it has the new one, notifies
 * [property@Record:value] and emits [signal@Record::changed]. What
 * [method@Record.get_value] gave before is then no longer valid.
 *
 * The value is kept as text, exactly as it was given: a number that neither a
 * 64-bit integer nor a double holds keeps its digits through
 * [method@Record.dup_text], while [method@Record.get_value] gives the nearest
 * double.
 *
 * A record belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _TruceRecord
{
  GObject parent_instance;
  char *collection;
  char *id;
  TruceJsonDoc *doc;            /* NULL: deleted */
  JsonNode *value;              /* of doc, made when it is asked for */
  TruceStamp *stamp;            /* of the whole, or NULL */
  GHashTable *field_stamps;     /* field (char *, owned) → TruceStamp *, owned; NULL: none */
};

enum { PROP_0, PROP_COLLECTION, PROP_ID, PROP_DELETED, PROP_VALUE, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TruceRecord, truce_record, G_TYPE_OBJECT)

static void
truce_record_finalize (GObject *object)
{
  TruceRecord *self = TRUCE_RECORD (object);

  g_clear_pointer (&self->collection, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->doc, truce_json_doc_unref);
  g_clear_pointer (&self->value, json_node_unref);
  g_clear_pointer (&self->stamp, truce_stamp_free);
  g_clear_pointer (&self->field_stamps, g_hash_table_unref);

  G_OBJECT_CLASS (truce_record_parent_class)->finalize (object);
}

static void
truce_record_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TruceRecord *self = TRUCE_RECORD (object);

  switch (id)
    {
    case PROP_COLLECTION:
      g_value_set_string (value, self->collection);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_DELETED:
      g_value_set_boolean (value, truce_record_is_deleted (self));
      break;
    case PROP_VALUE:
      g_value_set_boxed (value, truce_record_get_value (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_record_class_init (TruceRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_record_finalize;
  object_class->get_property = truce_record_get_property;

  /**
   * TruceRecord:collection:
   *
   * The name of its collection.
   *
   * Since: 1.0
   */
  properties[PROP_COLLECTION] =
    g_param_spec_string ("collection", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceRecord:id:
   *
   * Its id in the collection.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceRecord:deleted:
   *
   * Whether it is deleted.
   *
   * Since: 1.0
   */
  properties[PROP_DELETED] =
    g_param_spec_boolean ("deleted", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceRecord:value:
   *
   * The JSON object; %NULL if it is deleted.
   *
   * Since: 1.0
   */
  properties[PROP_VALUE] =
    g_param_spec_boxed ("value", NULL, NULL, JSON_TYPE_NODE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TruceRecord::changed:
   * @self: a record that a store handed out
   *
   * Is emitted when the record has another value, or has been deleted or brought
   * back.
   *
   * Since: 1.0
   */
  signals[CHANGED] = g_signal_new ("changed", TRUCE_TYPE_RECORD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
truce_record_init (TruceRecord *self)
{
}

static gboolean
check_name (const char *what,
            const char *name,
            GError    **error)
{
  g_autofree char *shown = NULL;
  gsize length = strlen (name);

  if (length > 0 && length <= MAX_NAME && g_utf8_validate (name, length, NULL))
    return TRUE;

  shown = truce_show_name (name);
  g_set_error (error, TRUCE_ERROR, length > MAX_NAME ? TRUCE_ERROR_TOO_LARGE : TRUCE_ERROR_INVALID_DATA,
               "“%s” can't be %s: it takes 1 to %d bytes of UTF-8", shown, what, MAX_NAME);
  return FALSE;
}

/* Takes the doc, which may be NULL for a deleted record. */
static TruceRecord *
record_new (const char   *collection,
            const char   *id,
            TruceJsonDoc *doc,
            GError      **error)
{
  g_autoptr(TruceJsonDoc) owned = doc;
  g_autofree char *shown = NULL;
  TruceRecord *self;

  if (!check_name ("a collection's name", collection, error) || !check_name ("an id", id, error))
    return NULL;
  if (doc != NULL && truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    {
      shown = truce_show_name (id);
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "record “%s”: a record is a JSON object", shown);
      return NULL;
    }

  self = g_object_new (TRUCE_TYPE_RECORD, NULL);
  self->collection = g_strdup (collection);
  self->id = g_strdup (id);
  self->doc = g_steal_pointer (&owned);
  return self;
}

/**
 * truce_record_new:
 * @collection: the name of a collection: 1 to 255 bytes
 * @id: an id in it: 1 to 255 bytes
 * @value: a JSON object
 * @error: return location for an error
 *
 * Makes a record.
 *
 * Returns: (transfer full): the record, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA if @value is no object that JSON can say, or
 *   %TRUCE_ERROR_TOO_LARGE if a name is too long
 *
 * Since: 1.0
 */
TruceRecord *
truce_record_new (const char *collection,
                  const char *id,
                  JsonNode   *value,
                  GError    **error)
{
  TruceJsonDoc *doc;

  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (value != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  doc = truce_json_doc_from_node (value, error);
  return doc != NULL ? record_new (collection, id, doc, error) : NULL;
}

/**
 * truce_record_new_from_text:
 * @collection: the name of a collection: 1 to 255 bytes
 * @id: an id in it: 1 to 255 bytes
 * @text: a JSON object as text: it is not trusted
 * @error: return location for an error
 *
 * Makes a record of JSON text, which it keeps as it is.
 *
 * Returns: (transfer full): the record, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA if @text is no JSON object, or
 *   %TRUCE_ERROR_TOO_LARGE if a name is too long
 *
 * Since: 1.0
 */
TruceRecord *
truce_record_new_from_text (const char *collection,
                            const char *id,
                            const char *text,
                            GError    **error)
{
  TruceJsonDoc *doc;

  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  doc = truce_json_doc_parse_text (text, -1, error);
  return doc != NULL ? record_new (collection, id, doc, error) : NULL;
}

/**
 * truce_record_new_tombstone:
 * @collection: the name of a collection: 1 to 255 bytes
 * @id: an id in it: 1 to 255 bytes
 * @error: return location for an error
 *
 * Makes what is left of a deleted record.
 *
 * Returns: (transfer full): the record, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA or %TRUCE_ERROR_TOO_LARGE for a bad name
 *
 * Since: 1.0
 */
TruceRecord *
truce_record_new_tombstone (const char *collection,
                            const char *id,
                            GError    **error)
{
  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return record_new (collection, id, NULL, error);
}

TruceRecord *
truce_record_new_doc (const char   *collection,
                      const char   *id,
                      TruceJsonDoc *doc,
                      GError      **error)
{
  return record_new (collection, id, truce_json_doc_ref (doc), error);
}

static gboolean
has_text (TruceRecord *self,
          const char  *text,
          gsize        length)
{
  if (self->doc == NULL || text == NULL)
    return self->doc == NULL && text == NULL;
  return self->doc->length == length && memcmp (self->doc->text, text, length) == 0;
}

gboolean
truce_record_refresh (TruceRecord *self,
                      const char  *text,
                      gsize        length,
                      GError     **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;
  gboolean was_deleted = self->doc == NULL;

  if (has_text (self, text, length))
    return TRUE;
  if (text != NULL)
    {
      doc = truce_json_doc_parse_text (text, length, error);
      if (doc == NULL)
        return FALSE;
    }

  g_clear_pointer (&self->doc, truce_json_doc_unref);
  g_clear_pointer (&self->value, json_node_unref);
  g_clear_pointer (&self->stamp, truce_stamp_free);
  g_clear_pointer (&self->field_stamps, g_hash_table_unref);
  self->doc = g_steal_pointer (&doc);

  g_object_ref (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
  if (was_deleted != (text == NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DELETED]);
  g_signal_emit (self, signals[CHANGED], 0);
  g_object_unref (self);
  return TRUE;
}

TruceJsonDoc *
truce_record_get_doc (TruceRecord *self)
{
  return self->doc;
}

/**
 * truce_record_get_collection:
 * @self: a record
 *
 * The name of its collection.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
truce_record_get_collection (TruceRecord *self)
{
  g_return_val_if_fail (TRUCE_IS_RECORD (self), NULL);

  return self->collection;
}

/**
 * truce_record_get_id:
 * @self: a record
 *
 * Its id in the collection.
 *
 * Returns: (transfer none) (nullable): the id
 *
 * Since: 1.0
 */
const char *
truce_record_get_id (TruceRecord *self)
{
  g_return_val_if_fail (TRUCE_IS_RECORD (self), NULL);

  return self->id;
}

/**
 * truce_record_is_deleted:
 * @self: a record
 *
 * Whether it is deleted.
 *
 * Returns: %TRUE if it has no value
 *
 * Since: 1.0
 */
gboolean
truce_record_is_deleted (TruceRecord *self)
{
  g_return_val_if_fail (TRUCE_IS_RECORD (self), TRUE);

  return self->doc == NULL;
}

/**
 * truce_record_get_value:
 * @self: a record
 *
 * Its fields.
 *
 * Returns: (transfer none) (nullable): the JSON object, or %NULL if it is
 *   deleted; it must not be changed
 *
 * Since: 1.0
 */
JsonNode *
truce_record_get_value (TruceRecord *self)
{
  g_return_val_if_fail (TRUCE_IS_RECORD (self), NULL);

  if (self->value == NULL && self->doc != NULL)
    self->value = truce_json_to_node (self->doc, 0);
  return self->value;
}

/**
 * truce_record_dup_text:
 * @self: a record
 *
 * Its fields as JSON text, as they were given.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if it is deleted
 *
 * Since: 1.0
 */
char *
truce_record_dup_text (TruceRecord *self)
{
  g_return_val_if_fail (TRUCE_IS_RECORD (self), NULL);

  return self->doc != NULL ? g_strndup (self->doc->text, self->doc->length) : NULL;
}

/**
 * truce_record_get_field:
 * @self: a record
 * @field: a field's name
 *
 * The value of a field.
 *
 * Returns: (transfer none) (nullable): the value, or %NULL if there is no such
 *   field; it must not be changed
 *
 * Since: 1.0
 */
JsonNode *
truce_record_get_field (TruceRecord *self,
                        const char  *field)
{
  g_return_val_if_fail (TRUCE_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  if (self->doc == NULL)
    return NULL;
  return json_object_get_member (json_node_get_object (truce_record_get_value (self)), field);
}

/**
 * truce_record_set_stamp:
 * @self: a record
 * @field: (nullable): a field's name; %NULL for the whole record
 * @stamp: when it was written, or deleted
 *
 * Says when a field was written.
 *
 * Since: 1.0
 */
void
truce_record_set_stamp (TruceRecord      *self,
                        const char       *field,
                        const TruceStamp *stamp)
{
  g_return_if_fail (TRUCE_IS_RECORD (self));
  g_return_if_fail (stamp != NULL);

  if (field == NULL)
    {
      g_clear_pointer (&self->stamp, truce_stamp_free);
      self->stamp = truce_stamp_copy (stamp);
      return;
    }

  if (self->field_stamps == NULL)
    self->field_stamps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) truce_stamp_free);
  g_hash_table_replace (self->field_stamps, g_strdup (field), truce_stamp_copy (stamp));
}

/**
 * truce_record_get_stamp:
 * @self: a record
 * @field: (nullable): a field's name; %NULL for the whole record
 *
 * When a field was written: its own stamp, or else that of the whole record.
 *
 * Returns: (transfer none) (nullable): the stamp, or %NULL if nobody knows
 *
 * Since: 1.0
 */
const TruceStamp *
truce_record_get_stamp (TruceRecord *self,
                        const char  *field)
{
  const TruceStamp *stamp = NULL;

  g_return_val_if_fail (TRUCE_IS_RECORD (self), NULL);

  if (field != NULL && self->field_stamps != NULL)
    stamp = g_hash_table_lookup (self->field_stamps, field);
  return stamp != NULL ? stamp : self->stamp;
}
