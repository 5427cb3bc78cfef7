/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The only file that knows how a task is stored. A window asks for lists (TruceQuery), shows their records,
 * and calls one function here for each thing that a person does; each is one transaction, done when it
 * returns, whether or not there is a network. Nothing is told back: lists and records change by themselves,
 * for our own writes as for others'.
 *
 * What a field's kind decides when edits meet is all there is to say about merging, and it is said in the
 * schemas. */

#include "tasks-data.h"

#include "tasks-hub.h"
#include "tasks-rank.h"
#include "tasks-record.h"

static const char project_schema[] =
  "{"
  "  'fields': {"
  "    'title': { 'type': 'string', 'required': true, 'max-size': 500, 'rule': 'ask' },"
  "    'closed': { 'type': 'boolean', 'rule': 'later' },"
  "    'rank': { 'type': 'string', 'rule': 'later' }"
  "  },"
  "  'indexes': ['rank']"
  "}";

/* A title, a date or the same words of the notes that two people changed are for them to decide; everything else merges
 * by itself. */
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

static JsonNode *
string_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

/* A filter by one field. */
static TruceFilter *
compare (const char     *field,
         TruceComparison comparison,
         const char     *text)
{
  g_autoptr(JsonNode) value = string_node (text);
  g_autoptr(GError) error = NULL;
  TruceFilter *filter = truce_filter_new_compare (field, comparison, value, &error);

  g_assert_no_error (error);
  return filter;
}

/* Ordered by rank, not yet open. */
static TruceQuery *
new_query (TruceCollection *collection,
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
  TruceQuery *query = new_query (self->projects, NULL, FALSE, 0);

  truce_query_open (query, error);
  return query;
}

TruceQuery *
tasks_data_query_tasks (TasksData  *self,
                        const char *project,
                        const char *words,
                        GError    **error)
{
  g_autoptr(TruceFilter) filter = project != NULL ? compare ("project", TRUCE_COMPARE_EQUAL, project) : NULL;
  TruceQuery *query = new_query (self->tasks, filter, FALSE, 0);

  truce_query_set_search (query, words);
  truce_query_open (query, error);
  return query;
}

/* The rank of the first, or last, record that a filter lets through; NULL: there is none. */
static char *
dup_rank (TruceCollection *collection,
          TruceFilter     *filter,
          gboolean         last)
{
  g_autoptr(TruceQuery) query = new_query (collection, filter, last, 1);
  g_autoptr(TruceRecord) record = g_list_model_get_item (G_LIST_MODEL (query), 0);

  return record != NULL ? g_strdup (tasks_record_get_rank (record)) : NULL;
}

/* ---- writing ---- */

static gboolean
set_string (TruceCollection *collection,
            const char      *id,
            const char      *field,
            const char      *text,
            GError         **error)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) fields = json_node_init_object (json_node_alloc (), object);

  json_object_set_string_member (object, field, text);
  return truce_collection_patch (collection, id, fields, error);
}

static gboolean
set_boolean (TruceCollection *collection,
             const char      *id,
             const char      *field,
             gboolean         value,
             GError         **error)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) fields = json_node_init_object (json_node_alloc (), object);

  json_object_set_boolean_member (object, field, value);
  return truce_collection_patch (collection, id, fields, error);
}

/* Makes it the last one. */
static char *
add (TruceCollection *collection,
     const char      *title,
     const char      *project,
     GError         **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *last = dup_rank (collection, NULL, TRUE);
  g_autofree char *rank = tasks_rank_between (last, NULL);
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) value = json_node_init_object (json_node_alloc (), object);

  json_object_set_string_member (object, "title", title);
  json_object_set_string_member (object, "rank", rank);
  if (project != NULL)
    json_object_set_string_member (object, "project", project);
  return truce_collection_create (collection, id, value, error) ? g_steal_pointer (&id) : NULL;
}

/* All or nothing; NULL with the error of what failed. */
static TruceBatchResult *
run (TasksData  *self,
     TruceBatch *batch,
     GError    **error)
{
  g_autoptr(TruceBatchResult) result = truce_store_run (self->store, batch, error);

  for (guint i = 0; result != NULL && i < truce_batch_result_get_n_operations (result); i++)
    if (truce_batch_result_get_outcome (result, i) == TRUCE_OUTCOME_FAILED)
      {
        g_propagate_error (error, g_error_copy (truce_batch_result_get_error (result, i)));
        return NULL;
      }
  return g_steal_pointer (&result);
}

/* ---- projects ---- */

char *
tasks_data_add_project (TasksData  *self,
                        const char *title,
                        GError    **error)
{
  return add (self->projects, title, NULL, error);
}

gboolean
tasks_data_rename_project (TasksData  *self,
                           const char *project,
                           const char *title,
                           GError    **error)
{
  return set_string (self->projects, project, "title", title, error);
}

gboolean
tasks_data_set_closed (TasksData  *self,
                       const char *project,
                       gboolean    closed,
                       GError    **error)
{
  return set_boolean (self->projects, project, "closed", closed, error);
}

TruceBatchResult *
tasks_data_delete_project (TasksData  *self,
                           const char *project,
                           GError    **error)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(GError) unread = NULL;
  g_autoptr(TruceQuery) tasks = tasks_data_query_tasks (self, project, NULL, &unread);

  if (unread != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&unread));
      return NULL;
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (tasks)); i++)
    truce_batch_delete (batch, TASKS_TASK, truce_query_get_record_id (tasks, i));
  truce_batch_delete (batch, TASKS_PROJECT, project);
  return run (self, batch, error);
}

gboolean
tasks_data_undo (TasksData        *self,
                 TruceBatchResult *result,
                 GError          **error)
{
  g_autoptr(TruceBatch) batch = truce_batch_result_create_undo (result);
  g_autoptr(TruceBatchResult) undone = run (self, batch, error);

  return undone != NULL;
}

/* ---- tasks ---- */

char *
tasks_data_add_task (TasksData  *self,
                     const char *project,
                     const char *title,
                     GError    **error)
{
  return add (self->tasks, title, project, error);
}

static void
append_rank (TruceBatch *batch,
             const char *id,
             const char *rank)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) fields = json_node_init_object (json_node_alloc (), object);

  json_object_set_string_member (object, "rank", rank);
  truce_batch_patch (batch, TASKS_TASK, id, fields);
}

/* Two devices may have given one rank to two tasks: then the ids keep them apart, and there is no place
 * between. So those of the same rank that come behind the new place move on with the task. */
static void
append_ranks (TasksData  *self,
              TruceBatch *batch,
              const char *id,
              const char *after_id,
              const char *rank)
{
  g_autoptr(TruceFilter) same = compare ("rank", TRUCE_COMPARE_EQUAL, rank);
  g_autoptr(TruceFilter) greater = compare ("rank", TRUCE_COMPARE_GREATER, rank);
  g_autoptr(TruceQuery) equals = new_query (self->tasks, same, FALSE, 0);
  g_autofree char *next = dup_rank (self->tasks, greater, FALSE);
  g_autofree char *last = tasks_rank_between (rank, next);

  append_rank (batch, id, last);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (equals)); i++)
    {
      const char *other = truce_query_get_record_id (equals, i);
      g_autofree char *behind = tasks_rank_between (last, next);

      if (strcmp (other, after_id) <= 0 || g_str_equal (other, id))
        continue;
      append_rank (batch, other, behind);
      g_free (last);
      last = g_steal_pointer (&behind);
    }
}

gboolean
tasks_data_move_task (TasksData  *self,
                      const char *id,
                      const char *after_id,
                      GError    **error)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(TruceRecord) after = NULL;

  if (after_id == NULL)
    {
      g_autofree char *first = dup_rank (self->tasks, NULL, FALSE);
      g_autofree char *rank = tasks_rank_between (NULL, first);

      return set_string (self->tasks, id, "rank", rank, error);
    }

  after = truce_collection_get (self->tasks, after_id, error);
  if (after == NULL)
    return FALSE;
  append_ranks (self, batch, id, after_id, tasks_record_get_rank (after));
  result = run (self, batch, error);
  return result != NULL;
}

gboolean
tasks_data_delete_task (TasksData  *self,
                        const char *id,
                        GError    **error)
{
  return truce_collection_delete (self->tasks, id, error);
}

gboolean
tasks_data_undelete_task (TasksData  *self,
                          const char *id,
                          GError    **error)
{
  return truce_collection_undelete (self->tasks, id, error);
}

gboolean
tasks_data_set_title (TasksData  *self,
                      const char *id,
                      const char *title,
                      GError    **error)
{
  return set_string (self->tasks, id, "title", title, error);
}

gboolean
tasks_data_set_done (TasksData  *self,
                     const char *id,
                     gboolean    done,
                     GError    **error)
{
  return set_boolean (self->tasks, id, "done", done, error);
}

gboolean
tasks_data_set_due (TasksData  *self,
                    const char *id,
                    const char *due,
                    GError    **error)
{
  if (due == NULL)
    return truce_collection_unset (self->tasks, id, "due", error);
  return set_string (self->tasks, id, "due", due, error);
}

gboolean
tasks_data_set_project (TasksData  *self,
                        const char *id,
                        const char *project,
                        GError    **error)
{
  if (project == NULL)
    return truce_collection_unset (self->tasks, id, "project", error);
  return set_string (self->tasks, id, "project", project, error);
}

/* The record as it would be with these notes; none at all where they are empty. */
static JsonNode *
with_notes (TruceRecord *task,
            const char  *notes)
{
  g_autoptr(JsonObject) object = json_object_new ();
  JsonObjectIter iter;
  const char *field;
  JsonNode *value;

  json_object_iter_init (&iter, json_node_get_object (truce_record_get_value (task)));
  while (json_object_iter_next (&iter, &field, &value))
    json_object_set_member (object, field, json_node_ref (value));
  json_object_remove_member (object, "notes");
  if (*notes != '\0')
    json_object_set_string_member (object, "notes", notes);
  return json_node_init_object (json_node_alloc (), object);
}

/* What came in from elsewhere while the person was typing is merged with it, word by word. Where both
 * changed the same words the person's stand, who sees them; the others are in the task's log. */
gboolean
tasks_data_set_notes (TasksData  *self,
                      const char *id,
                      const char *before,
                      const char *notes,
                      GError    **error)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceRecord) task = truce_collection_get (self->tasks, id, error);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(JsonNode) base = NULL;
  g_autoptr(JsonNode) value = NULL;

  if (task == NULL)
    return FALSE;
  base = with_notes (task, before);
  value = with_notes (task, notes);
  truce_batch_merge (batch, TASKS_TASK, id, base, value);
  result = run (self, batch, error);
  if (result != NULL && truce_batch_result_get_outcome (result, 0) == TRUCE_OUTCOME_CONFLICT)
    return set_string (self->tasks, id, "notes", notes, error);
  return result != NULL;
}

gboolean
tasks_data_vote (TasksData  *self,
                 const char *id,
                 gint64      votes,
                 GError    **error)
{
  return truce_collection_increment (self->tasks, id, "votes", votes, error);
}

gboolean
tasks_data_add_tag (TasksData  *self,
                    const char *id,
                    const char *tag,
                    GError    **error)
{
  g_autoptr(JsonNode) element = string_node (tag);

  return truce_collection_add (self->tasks, id, "tags", element, error);
}

gboolean
tasks_data_remove_tag (TasksData  *self,
                       const char *id,
                       const char *tag,
                       GError    **error)
{
  g_autoptr(JsonNode) element = string_node (tag);

  return truce_collection_remove (self->tasks, id, "tags", element, error);
}
