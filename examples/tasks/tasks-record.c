/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-record.h"

/* The field's value if it is of this type; NULL otherwise. */
static JsonNode *
get_value (TruceRecord *record,
           const char  *field,
           GType        type)
{
  JsonNode *node = truce_record_get_field (record, field);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;
  return node;
}

static const char *
get_string (TruceRecord *record,
            const char  *field)
{
  JsonNode *node = get_value (record, field, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

static gboolean
get_boolean (TruceRecord *record,
             const char  *field)
{
  JsonNode *node = get_value (record, field, G_TYPE_BOOLEAN);

  return node != NULL && json_node_get_boolean (node);
}

const char *
tasks_record_get_title (TruceRecord *record)
{
  return get_string (record, "title");
}

const char *
tasks_record_get_rank (TruceRecord *record)
{
  return get_string (record, "rank");
}

gboolean
tasks_record_is_closed (TruceRecord *record)
{
  return get_boolean (record, "closed");
}

gboolean
tasks_record_is_done (TruceRecord *record)
{
  return get_boolean (record, "done");
}

const char *
tasks_record_get_due (TruceRecord *record)
{
  return get_string (record, "due");
}

const char *
tasks_record_get_notes (TruceRecord *record)
{
  return get_string (record, "notes");
}

const char *
tasks_record_get_project (TruceRecord *record)
{
  return get_string (record, "project");
}

gint64
tasks_record_get_votes (TruceRecord *record)
{
  JsonNode *node = get_value (record, "votes", G_TYPE_INT64);

  return node != NULL ? json_node_get_int (node) : 0;
}

char **
tasks_record_dup_tags (TruceRecord *record)
{
  g_autoptr(GStrvBuilder) tags = g_strv_builder_new ();
  JsonNode *node = truce_record_get_field (record, "tags");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *tag = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (tag) && json_node_get_value_type (tag) == G_TYPE_STRING)
        g_strv_builder_add (tags, json_node_get_string (tag));
    }
  return g_strv_builder_end (tags);
}
