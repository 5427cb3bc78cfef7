/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-labels.h"

#include <glib/gi18n.h>

#include "tasks-record.h"

static char *
dup_date (JsonNode *value)
{
  g_autofree char *midnight = g_strconcat (json_node_get_string (value), "T00:00:00", NULL);
  g_autoptr(GTimeZone) here = g_time_zone_new_local ();
  g_autoptr(GDateTime) date = g_date_time_new_from_iso8601 (midnight, here);

  return date != NULL ? g_date_time_format (date, "%x") : NULL;
}

static char *
dup_project (TasksData *data,
             JsonNode  *value)
{
  g_autoptr(TruceRecord) project =
    truce_collection_get (tasks_data_get_projects (data), json_node_get_string (value), NULL);

  return project != NULL ? g_strdup (tasks_record_get_title (project)) : NULL;
}

/* NULL: as it stands there. */
static char *
dup_value (const char *field,
           JsonNode   *value,
           gpointer    data)
{
  if (value == NULL || !JSON_NODE_HOLDS_VALUE (value))
    return NULL;
  if (json_node_get_value_type (value) == G_TYPE_STRING && g_str_equal (field, "due"))
    return dup_date (value);
  if (json_node_get_value_type (value) == G_TYPE_STRING && g_str_equal (field, "project"))
    return dup_project (data, value);
  return NULL;
}

TasksWords *
tasks_labels_new (TasksData *data)
{
  TasksWords *words = tasks_words_new ();

  tasks_words_add_field (words, "title", _("Title"));
  tasks_words_add_field (words, "project", _("Project"));
  tasks_words_add_field (words, "due", _("Due"));
  tasks_words_add_field (words, "tags", _("Tags"));
  tasks_words_add_field (words, "votes", _("Votes"));
  tasks_words_add_field (words, "notes", _("Notes"));
  tasks_words_add_field (words, "done", _("Done"));
  tasks_words_add_field (words, "closed", _("Closed"));
  tasks_words_set_value_func (words, dup_value, data, NULL);
  return words;
}
