/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-conflict-plan.h"

/* NOTES
 *
 * The result starts from what the merge proposes for the whole record, and takes over what a person chose instead. So
 * fields that nobody has to look at are merged as always.
 *
 * Which fields are shown, and in which order, the words say; a field without a label is shown only where both sides
 * changed it apart and no rule decides. */

static void
field_free (gpointer data)
{
  TasksConflictField *field = data;

  g_free (field->name);
  g_clear_pointer (&field->before, json_node_unref);
  for (guint i = 0; i < G_N_ELEMENTS (field->values); i++)
    g_clear_pointer (&field->values[i], json_node_unref);
  g_free (field);
}

void
tasks_conflict_plan_free (TasksConflictPlan *self)
{
  g_clear_object (&self->conflict);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

/* ---- fields ---- */

static gboolean
is_same (JsonNode *a,
         JsonNode *b)
{
  return a != NULL && b != NULL ? json_node_equal (a, b) : a == b;
}

static gboolean
is_deleted (TruceRecord *record)
{
  return record == NULL || truce_record_is_deleted (record);
}

/* The members of a record; NULL: it is not there. */
static JsonObject *
get_members (TruceRecord *record)
{
  return is_deleted (record) ? NULL : json_node_get_object (truce_record_get_value (record));
}

static JsonNode *
dup_member (TruceRecord *record,
            const char  *name)
{
  JsonObject *members = get_members (record);

  return members != NULL ? json_object_dup_member (members, name) : NULL;
}

/* The JSON pointer (RFC 6901) of a member. */
static char *
dup_pointer (const char *name)
{
  g_autoptr(GString) pointer = g_string_new (name);

  g_string_replace (pointer, "~", "~0", 0);
  g_string_replace (pointer, "/", "~1", 0);
  g_string_prepend_c (pointer, '/');
  return g_string_free (g_steal_pointer (&pointer), FALSE);
}

/* Whether the merge has left the member, or a place in it, to a person. */
static gboolean
is_undecided (TruceConflict *conflict,
              const char    *name)
{
  GListModel *fields = truce_conflict_get_fields (conflict);
  g_autofree char *pointer = dup_pointer (name);
  gsize length = strlen (pointer);

  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (fields, i);
      const char *place = truce_field_conflict_get_pointer (field);

      if (g_str_has_prefix (place, pointer) && (place[length] == '\0' || place[length] == '/'))
        return TRUE;
    }
  return FALSE;
}

static TasksConflictField *
make_field (TasksConflictPlan *self,
            TruceRecord       *proposed,
            const char        *name)
{
  TasksConflictField *field = g_new0 (TasksConflictField, 1);

  field->name = g_strdup (name);
  field->before = dup_member (truce_conflict_get_base (self->conflict), name);
  field->values[TASKS_CHOICE_MINE] = dup_member (truce_conflict_get_local (self->conflict), name);
  field->values[TASKS_CHOICE_THEIRS] = dup_member (truce_conflict_get_remote (self->conflict), name);
  field->values[TASKS_CHOICE_MERGED] = dup_member (proposed, name);
  return field;
}

/* Decides the field as the merge does. */
static void
decide (TasksConflictField *field)
{
  JsonNode *mine = field->values[TASKS_CHOICE_MINE];
  JsonNode *theirs = field->values[TASKS_CHOICE_THEIRS];
  JsonNode *merged = field->values[TASKS_CHOICE_MERGED];

  field->open = !is_same (mine, theirs) && !is_same (mine, field->before) && !is_same (theirs, field->before);
  field->has_merged = !is_same (merged, mine) && !is_same (merged, theirs);
  if (field->has_merged)
    field->choice = TASKS_CHOICE_MERGED;
  else
    field->choice = is_same (merged, mine) ? TASKS_CHOICE_MINE : TASKS_CHOICE_THEIRS;
}

static void
add_field (TasksConflictPlan *self,
           TruceRecord       *proposed,
           const char        *name)
{
  TasksConflictField *field = make_field (self, proposed, name);

  decide (field);
  if (is_same (field->before, field->values[TASKS_CHOICE_MINE]) &&
      is_same (field->before, field->values[TASKS_CHOICE_THEIRS]))
    field_free (field);
  else
    g_ptr_array_add (self->fields, field);
}

static gboolean
is_known (TasksWords *words,
          const char *name)
{
  for (guint i = 0; i < tasks_words_get_n_fields (words); i++)
    if (g_str_equal (tasks_words_get_field (words, i), name))
      return TRUE;
  return FALSE;
}

/* Of both sides' members those that have no label, and have to be decided all the same. */
static void
add_unknown (TasksConflictPlan *self,
             TruceRecord       *proposed,
             TasksWords        *words)
{
  g_autoptr(GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  TruceRecord *sides[] = { truce_conflict_get_local (self->conflict), truce_conflict_get_remote (self->conflict) };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      JsonObjectIter iter;
      const char *name;

      json_object_iter_init_ordered (&iter, get_members (sides[i]));
      while (json_object_iter_next_ordered (&iter, &name, NULL))
        if (!is_known (words, name) && g_hash_table_add (names, (char *) name) && is_undecided (self->conflict, name))
          add_field (self, proposed, name);
    }
}

static void
add_fields (TasksConflictPlan *self,
            TruceRecord       *proposed,
            TasksWords        *words)
{
  for (guint i = 0; i < tasks_words_get_n_fields (words); i++)
    add_field (self, proposed, tasks_words_get_field (words, i));
  if (!self->deleted_here && !self->deleted_there)
    add_unknown (self, proposed, words);
}

TasksConflictPlan *
tasks_conflict_plan_new (TruceConflict *conflict,
                         TasksWords    *words,
                         GError       **error)
{
  g_autoptr(TasksConflictPlan) self = g_new0 (TasksConflictPlan, 1);
  g_autoptr(TruceRecord) proposed = truce_conflict_dup_proposed (conflict, error);

  self->conflict = g_object_ref (conflict);
  self->fields = g_ptr_array_new_with_free_func (field_free);
  self->deleted_here = is_deleted (truce_conflict_get_local (conflict));
  self->deleted_there = is_deleted (truce_conflict_get_remote (conflict));
  if (proposed == NULL)
    return NULL;
  add_fields (self, proposed, words);
  return g_steal_pointer (&self);
}

/* ---- the result ---- */

/* What a record shows belongs to it: json_node_copy() shares the members. */
static JsonObject *
copy_members (JsonObject *members)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, members);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    json_object_set_member (copy, name, json_node_copy (value));
  return copy;
}

static void
apply_choices (TasksConflictPlan *self,
               JsonObject        *members)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      const TasksConflictField *field = g_ptr_array_index (self->fields, i);
      JsonNode *value = field->values[field->choice];

      if (value != NULL)
        json_object_set_member (members, field->name, json_node_copy (value));
      else
        json_object_remove_member (members, field->name);
    }
}

/* Where one side has deleted it there is nothing to choose field by field: it is kept as the other side has it. */
static TruceRecord *
dup_start (TasksConflictPlan *self,
           GError           **error)
{
  if (self->deleted_here)
    return g_object_ref (truce_conflict_get_remote (self->conflict));
  if (self->deleted_there)
    return g_object_ref (truce_conflict_get_local (self->conflict));
  return truce_conflict_dup_proposed (self->conflict, error);
}

char *
tasks_conflict_plan_dup_text (TasksConflictPlan *self,
                              GError           **error)
{
  g_autoptr(TruceRecord) start = NULL;
  g_autoptr(TruceRecord) result = NULL;
  g_autoptr(JsonNode) value = json_node_new (JSON_NODE_OBJECT);

  if (self->delete_it)
    return NULL;
  start = dup_start (self, error);
  if (start == NULL)
    return NULL;
  if (self->deleted_here || self->deleted_there)
    return truce_record_dup_text (start);
  json_node_take_object (value, copy_members (get_members (start)));
  apply_choices (self, json_node_get_object (value));
  result = truce_record_new (truce_record_get_collection (start), truce_record_get_id (start), value, error);
  return result != NULL ? truce_record_dup_text (result) : NULL;
}
