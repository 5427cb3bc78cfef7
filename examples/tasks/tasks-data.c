/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What is stored, and how it is read: this file and tasks-data-write.c are the only ones that know. What a
 * field's kind decides when edits meet is all there is to say about merging, and it is said in the schemas.
 *
 * A window asks for lists (TruceQuery) and shows their records. Nothing tells it of a write: lists and
 * records change by themselves, for our own writes as for others'. */

#include "tasks-data-private.h"
#include "tasks-hub.h"

static const char project_schema[] =
  "{"
  "  'fields': {"
  "    'title': { 'type': 'string', 'required': true, 'max-size': 500, 'rule': 'ask' },"
  "    'closed': { 'type': 'boolean', 'rule': 'later' },"
  "    'rank': { 'type': 'string', 'rule': 'later' }"
  "  },"
  "  'indexes': ['rank']"
  "}";

/* A title, a date or the same words of the notes that two people changed are for them to decide; everything
 * else merges by itself. */
static const char task_schema[] =
  "{"
  "  'fields': {"
  "    'title': { 'type': 'string', 'required': true, 'max-size': 500, 'rule': 'ask' },"
  "    'due': { 'type': 'string', 'pattern': '^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d$', 'rule': 'ask' },"
  "    'notes': { 'kind': 'text', 'rule': 'ask' },"
  "    'tags': 'set',"
  "    'votes': 'counter',"
  "    'done': 'flag',"
  "    'project': { 'type': 'string', 'rule': 'later' },"
  "    'rank': { 'type': 'string', 'rule': 'later' }"
  "  },"
  "  'references': { 'project': '" TASKS_PROJECT "' },"
  "  'indexes': ['project', 'rank'],"
  "  'search': ['title', 'notes', 'tags']"
  "}";

struct _TasksData
{
  GObject parent_instance;
  TruceStore *store;
  TruceCollection *projects;
  TruceCollection *tasks;
  TruceInbox *inbox;
  TasksNetwork *network;
  TruceSync *sync;              /* NULL: there is no hub */
};

G_DEFINE_FINAL_TYPE (TasksData, tasks_data, G_TYPE_OBJECT)

static void
tasks_data_dispose (GObject *object)
{
  TasksData *self = TASKS_DATA (object);

  if (self->sync != NULL)
    truce_sync_stop (self->sync);
  g_clear_object (&self->sync);
  g_clear_object (&self->network);
  g_clear_object (&self->inbox);
  g_clear_object (&self->tasks);
  g_clear_object (&self->projects);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (tasks_data_parent_class)->dispose (object);
}

static void
tasks_data_class_init (TasksDataClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tasks_data_dispose;
}

static void
tasks_data_init (TasksData *self)
{
  self->network = tasks_network_new ();
}

/* ---- opening ---- */

/* Schemas stand above with the quotes that C can read. */
static TruceCollection *
open_collection (TasksData  *self,
                 const char *name,
                 const char *schema_text,
                 GError    **error)
{
  g_autofree char *text = g_strdelimit (g_strdup (schema_text), "'", '"');
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (text, error);

  return schema != NULL ? truce_store_get_collection (self->store, name, schema, error) : NULL;
}

static gboolean
open_store (TasksData  *self,
            const char *path,
            GError    **error)
{
  self->store = truce_store_open (path, error);
  if (self->store == NULL)
    return FALSE;
  self->projects = open_collection (self, TASKS_PROJECT, project_schema, error);
  if (self->projects == NULL)
    return FALSE;
  self->tasks = open_collection (self, TASKS_TASK, task_schema, error);
  if (self->tasks == NULL)
    return FALSE;
  self->inbox = truce_inbox_new (self->store, error);
  return self->inbox != NULL;
}

static gboolean
open_hub (TasksData  *self,
          const char *path,
          GError    **error)
{
  g_autoptr(TruceHub) hub = tasks_hub_new (path, error);
  g_autoptr(TruceHubRemote) remote = NULL;

  if (hub == NULL)
    return FALSE;
  remote = truce_hub_remote_new (hub);
  self->sync = truce_sync_new (self->store, TRUCE_REMOTE (remote));
  truce_sync_set_network_monitor (self->sync, G_NETWORK_MONITOR (self->network));
  return TRUE;
}

TasksData *
tasks_data_new (const char *store_path,
                const char *hub_path,
                GError    **error)
{
  g_autoptr(TasksData) self = g_object_new (TASKS_TYPE_DATA, NULL);

  if (!open_store (self, store_path, error))
    return NULL;
  if (hub_path != NULL && !open_hub (self, hub_path, error))
    return NULL;
  return g_steal_pointer (&self);
}

TruceStore *
tasks_data_get_store (TasksData *self)
{
  return self->store;
}

TruceCollection *
tasks_data_get_projects (TasksData *self)
{
  return self->projects;
}

TruceCollection *
tasks_data_get_tasks (TasksData *self)
{
  return self->tasks;
}

TruceInbox *
tasks_data_get_inbox (TasksData *self)
{
  return self->inbox;
}

TruceSync *
tasks_data_get_sync (TasksData *self)
{
  return self->sync;
}

TasksNetwork *
tasks_data_get_network (TasksData *self)
{
  return self->network;
}

/* ---- asking ---- */

TruceFilter *
tasks_data_compare (const char     *field,
                    TruceComparison comparison,
                    const char     *text)
{
  g_autoptr(JsonNode) value = json_node_init_string (json_node_alloc (), text);
  g_autoptr(GError) error = NULL;
  TruceFilter *filter = truce_filter_new_compare (field, comparison, value, &error);

  g_assert_no_error (error);
  return filter;
}

TruceQuery *
tasks_data_new_query (TruceCollection *collection,
                      TruceFilter     *filter,
                      gboolean         last_first,
                      guint            limit)
{
  TruceQuery *query = truce_query_new (collection);

  truce_query_set_filter (query, filter);
  truce_query_add_order (query, "rank", last_first);
  truce_query_set_limit (query, limit);
  return query;
}

TruceQuery *
tasks_data_query_projects (TasksData *self,
                           GError   **error)
{
  TruceQuery *query = tasks_data_new_query (self->projects, NULL, FALSE, 0);

  truce_query_open (query, error);
  return query;
}

TruceQuery *
tasks_data_query_tasks (TasksData  *self,
                        const char *project,
                        const char *words,
                        GError    **error)
{
  g_autoptr(TruceFilter) filter =
    project != NULL ? tasks_data_compare ("project", TRUCE_COMPARE_EQUAL, project) : NULL;
  TruceQuery *query = tasks_data_new_query (self->tasks, filter, FALSE, 0);

  truce_query_set_search (query, words);
  truce_query_open (query, error);
  return query;
}
