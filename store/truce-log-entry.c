/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-log-entry-private.h"

/**
 * TruceLogEntry:
 *
 * A value that lost in a merge: where it stood, who wrote it when, and when it
 * was put aside.
 *
 * [method@Collection.get_log] lists a record's; [method@Collection.restore] puts
 * one back.
 *
 * Since: 1.0
 */
struct _TruceLogEntry
{
  GObject parent_instance;
  char *collection;
  char *id;
  char *pointer;
  char *text;
  TruceStamp *stamp;            /* or NULL: nobody knows */
  gint64 time_ms;
};

enum { PROP_0, PROP_COLLECTION, PROP_ID, PROP_POINTER, PROP_TEXT, PROP_STAMP, PROP_TIME_MS, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceLogEntry, truce_log_entry, G_TYPE_OBJECT)

static void
truce_log_entry_finalize (GObject *object)
{
  TruceLogEntry *self = TRUCE_LOG_ENTRY (object);

  g_clear_pointer (&self->collection, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->pointer, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->stamp, truce_stamp_free);

  G_OBJECT_CLASS (truce_log_entry_parent_class)->finalize (object);
}

static void
truce_log_entry_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TruceLogEntry *self = TRUCE_LOG_ENTRY (object);

  switch (id)
    {
    case PROP_COLLECTION:
      g_value_set_string (value, self->collection);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_POINTER:
      g_value_set_string (value, self->pointer);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_STAMP:
      g_value_set_boxed (value, self->stamp);
      break;
    case PROP_TIME_MS:
      g_value_set_int64 (value, self->time_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_log_entry_class_init (TruceLogEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = truce_log_entry_finalize;
  object_class->get_property = truce_log_entry_get_property;

  /**
   * TruceLogEntry:collection:
   *
   * The name of the record's collection.
   *
   * Since: 1.0
   */
  properties[PROP_COLLECTION] = g_param_spec_string ("collection", NULL, NULL, NULL, flags);
  /**
   * TruceLogEntry:id:
   *
   * The record's id.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * TruceLogEntry:pointer:
   *
   * Where the value stood: a JSON pointer.
   *
   * Since: 1.0
   */
  properties[PROP_POINTER] = g_param_spec_string ("pointer", NULL, NULL, NULL, flags);
  /**
   * TruceLogEntry:text:
   *
   * The value, as JSON text.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  /**
   * TruceLogEntry:stamp:
   *
   * Who wrote the value, and when; %NULL where nobody knows.
   *
   * Since: 1.0
   */
  properties[PROP_STAMP] = g_param_spec_boxed ("stamp", NULL, NULL, TRUCE_TYPE_STAMP, flags);
  /**
   * TruceLogEntry:time-ms:
   *
   * When the value was put aside here, in milliseconds since 1970.
   *
   * Since: 1.0
   */
  properties[PROP_TIME_MS] = g_param_spec_int64 ("time-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_log_entry_init (TruceLogEntry *self)
{
}

TruceLogEntry *
truce_log_entry_new (const char       *collection,
                     const char       *id,
                     const char       *pointer,
                     const char       *text,
                     const TruceStamp *stamp,
                     gint64            time_ms)
{
  TruceLogEntry *self = g_object_new (TRUCE_TYPE_LOG_ENTRY, NULL);

  self->collection = g_strdup (collection);
  self->id = g_strdup (id);
  self->pointer = g_strdup (pointer);
  self->text = g_strdup (text);
  self->stamp = stamp != NULL ? truce_stamp_copy (stamp) : NULL;
  self->time_ms = time_ms;
  return self;
}

/**
 * truce_log_entry_get_collection:
 * @self: an entry
 *
 * Gets the name of the record's collection.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
truce_log_entry_get_collection (TruceLogEntry *self)
{
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), NULL);

  return self->collection;
}

/**
 * truce_log_entry_get_id:
 * @self: an entry
 *
 * Gets the record's id.
 *
 * Returns: (transfer none) (nullable): the id
 *
 * Since: 1.0
 */
const char *
truce_log_entry_get_id (TruceLogEntry *self)
{
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), NULL);

  return self->id;
}

/**
 * truce_log_entry_get_pointer:
 * @self: an entry
 *
 * Gets where the value stood.
 *
 * Returns: (transfer none) (nullable): a JSON pointer
 *
 * Since: 1.0
 */
const char *
truce_log_entry_get_pointer (TruceLogEntry *self)
{
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), NULL);

  return self->pointer;
}

/**
 * truce_log_entry_get_time_ms:
 * @self: an entry
 *
 * Gets when the value was put aside here.
 *
 * Returns: milliseconds since 1970
 *
 * Since: 1.0
 */
gint64
truce_log_entry_get_time_ms (TruceLogEntry *self)
{
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), 0);

  return self->time_ms;
}

/**
 * truce_log_entry_get_stamp:
 * @self: an entry
 *
 * Gets who wrote the value, and when.
 *
 * Returns: (transfer none) (nullable): a stamp; %NULL where nobody knows
 *
 * Since: 1.0
 */
const TruceStamp *
truce_log_entry_get_stamp (TruceLogEntry *self)
{
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), NULL);

  return self->stamp;
}

/**
 * truce_log_entry_get_text:
 * @self: an entry
 *
 * Gets the value as JSON text.
 *
 * Returns: (transfer none) (nullable): the text
 *
 * Since: 1.0
 */
const char *
truce_log_entry_get_text (TruceLogEntry *self)
{
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), NULL);

  return self->text;
}

/**
 * truce_log_entry_dup_value:
 * @self: an entry
 *
 * Gets the value.
 *
 * Returns: (transfer full) (nullable): the value
 *
 * Since: 1.0
 */
JsonNode *
truce_log_entry_dup_value (TruceLogEntry *self)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (self), NULL);

  doc = self->text != NULL ? truce_json_doc_parse_text (self->text, -1, NULL) : NULL;
  return doc != NULL ? truce_json_to_node (doc, 0) : NULL;
}
