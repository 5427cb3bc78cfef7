/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A function for each thing that a person does. Each is one transaction, on the disk when it returns,
 * whether or not there is a network; what came of it shows where it is shown, and is sent when it can be. */

#include "tasks-data-private.h"
#include "tasks-hub.h"
#include "tasks-rank.h"
#include "tasks-record.h"

/* The rank of the first, or last, record that a filter lets through; NULL: there is none. */
static char *
dup_rank (TruceCollection *collection,
          TruceFilter     *filter,
          gboolean         last)
{
  g_autoptr(TruceQuery) query = tasks_data_new_query (collection, filter, last, 1);
  g_autoptr(TruceRecord) record = g_list_model_get_item (G_LIST_MODEL (query), 0);

  return record != NULL ? g_strdup (tasks_record_get_rank (record)) : NULL;
}

static JsonNode *
string_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

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
  g_autoptr(TruceBatchResult) result = truce_store_run (tasks_data_get_store (self), batch, error);

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
  return add (tasks_data_get_projects (self), title, NULL, error);
}

gboolean
tasks_data_rename_project (TasksData  *self,
                           const char *project,
                           const char *title,
                           GError    **error)
{
  return set_string (tasks_data_get_projects (self), project, "title", title, error);
}

gboolean
tasks_data_set_closed (TasksData  *self,
                       const char *project,
                       gboolean    closed,
                       GError    **error)
{
  return set_boolean (tasks_data_get_projects (self), project, "closed", closed, error);
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
  return add (tasks_data_get_tasks (self), title, project, error);
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
  g_autoptr(TruceFilter) same = tasks_data_compare ("rank", TRUCE_COMPARE_EQUAL, rank);
  g_autoptr(TruceFilter) greater = tasks_data_compare ("rank", TRUCE_COMPARE_GREATER, rank);
  g_autoptr(TruceQuery) equals = tasks_data_new_query (tasks_data_get_tasks (self), same, FALSE, 0);
  g_autofree char *next = dup_rank (tasks_data_get_tasks (self), greater, FALSE);
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
  const char *rank;

  if (after_id == NULL)
    {
      g_autofree char *first = dup_rank (tasks_data_get_tasks (self), NULL, FALSE);
      g_autofree char *ahead = tasks_rank_between (NULL, first);

      return set_string (tasks_data_get_tasks (self), id, "rank", ahead, error);
    }

  after = truce_collection_get (tasks_data_get_tasks (self), after_id, error);
  if (after == NULL)
    return FALSE;
  rank = tasks_record_get_rank (after);
  append_ranks (self, batch, id, after_id, rank != NULL ? rank : "");
  result = run (self, batch, error);
  return result != NULL;
}

gboolean
tasks_data_delete_task (TasksData  *self,
                        const char *id,
                        GError    **error)
{
  return truce_collection_delete (tasks_data_get_tasks (self), id, error);
}

gboolean
tasks_data_undelete_task (TasksData  *self,
                          const char *id,
                          GError    **error)
{
  return truce_collection_undelete (tasks_data_get_tasks (self), id, error);
}

gboolean
tasks_data_set_title (TasksData  *self,
                      const char *id,
                      const char *title,
                      GError    **error)
{
  return set_string (tasks_data_get_tasks (self), id, "title", title, error);
}

gboolean
tasks_data_set_done (TasksData  *self,
                     const char *id,
                     gboolean    done,
                     GError    **error)
{
  return set_boolean (tasks_data_get_tasks (self), id, "done", done, error);
}

gboolean
tasks_data_set_due (TasksData  *self,
                    const char *id,
                    const char *due,
                    GError    **error)
{
  if (due == NULL)
    return truce_collection_unset (tasks_data_get_tasks (self), id, "due", error);
  return set_string (tasks_data_get_tasks (self), id, "due", due, error);
}

gboolean
tasks_data_set_project (TasksData  *self,
                        const char *id,
                        const char *project,
                        GError    **error)
{
  if (project == NULL)
    return truce_collection_unset (tasks_data_get_tasks (self), id, "project", error);
  return set_string (tasks_data_get_tasks (self), id, "project", project, error);
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
  g_autoptr(TruceRecord) task = truce_collection_get (tasks_data_get_tasks (self), id, error);
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
    return set_string (tasks_data_get_tasks (self), id, "notes", notes, error);
  return result != NULL;
}

gboolean
tasks_data_vote (TasksData  *self,
                 const char *id,
                 gint64      votes,
                 GError    **error)
{
  return truce_collection_increment (tasks_data_get_tasks (self), id, "votes", votes, error);
}

gboolean
tasks_data_add_tag (TasksData  *self,
                    const char *id,
                    const char *tag,
                    GError    **error)
{
  g_autoptr(JsonNode) element = string_node (tag);

  return truce_collection_add (tasks_data_get_tasks (self), id, "tags", element, error);
}

gboolean
tasks_data_remove_tag (TasksData  *self,
                       const char *id,
                       const char *tag,
                       GError    **error)
{
  g_autoptr(JsonNode) element = string_node (tag);

  return truce_collection_remove (tasks_data_get_tasks (self), id, "tags", element, error);
}
