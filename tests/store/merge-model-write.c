/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A write of plain JSON becomes the smallest event: what is already so leaves no mark and takes none. */

#include "merge-model-private.h"

typedef struct
{
  Model *model;
  Event *event;                 /* being made */
  GPtrArray *marks;             /* that it leaves; owned until it is done */
  GPtrArray *standing;          /* as its writer sees it */
  GHashTable *local;
  gboolean afresh;              /* the record was not there: bounds and what is immutable do not bind */
} Writer;

static void
leave (Writer     *self,
       const char *path,
       TruceKind   kind,
       const char *text,
       gint64      amount)
{
  Mark *mark = g_new (Mark, 1);

  *mark = (Mark) {
    self->model->events->len, self->event->moment, kind, g_strdup (path), g_strdup (text), amount
  };
  g_ptr_array_add (self->marks, mark);
  g_ptr_array_add (self->standing, mark);
}

/* Takes away what stands at a path and below; with an element, only that. */
static void
take (Writer     *self,
      const char *path,
      const char *element)
{
  for (guint i = self->standing->len; i > 0; i--)
    {
      Mark *mark = self->standing->pdata[i - 1];

      if (!g_str_equal (mark->path, path) && !model_is_below (mark->path, path))
        continue;
      if (element != NULL && g_strcmp0 (mark->text, element) != 0)
        continue;
      g_ptr_array_add (self->event->taken, mark);
      g_ptr_array_remove_index (self->standing, i - 1);
    }
}

/* A register says that it is gone, and that beats what was written before; of others what was seen goes. */
static void
drop (Writer     *self,
      const char *path)
{
  int kind = model_shown (self->standing, path);

  g_hash_table_remove (self->local, path);
  if (kind < 0)
    return;
  take (self, path, NULL);
  if (kind == TRUCE_KIND_REGISTER)
    leave (self, path, kind, NULL, 0);
}

static gboolean
is_bound (int kind)
{
  return kind == TRUCE_KIND_IMMUTABLE || kind == TRUCE_KIND_MAX || kind == TRUCE_KIND_MIN;
}

static gboolean
value_has (const Value *map,
           const char  *name)
{
  return g_ptr_array_find_with_equal_func (map->names, name, g_str_equal, NULL);
}

static void
drop_others (Writer      *self,
             const char  *map,
             const Value *value)
{
  g_autoptr(GPtrArray) names = model_names (self->standing, map);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = model_join_path (map, names->pdata[i]);

      if (value_has (value, names->pdata[i]))
        continue;
      if (self->afresh || !is_bound (model_shown (self->standing, path)))
        drop (self, path);
    }
}

static guint
count_marks (GPtrArray  *standing,
             const char *path,
             TruceKind   kind)
{
  guint n = 0;

  for (guint i = 0; i < standing->len; i++)
    n += model_counts_for (standing->pdata[i], path, kind);
  return n;
}

/* FALSE: refused. */
static gboolean
write_single (Writer     *self,
              const char *path,
              TruceKind   kind,
              const char *text)
{
  gboolean alone = kind != TRUCE_KIND_MULTI_REGISTER || count_marks (self->standing, path, kind) == 1;
  Mark challenger = { .kind = kind, .text = (char *) text };
  const Mark *old = NULL;

  if (model_shown (self->standing, path) == (int) kind)
    old = model_winner (self->standing, path, kind);
  if (old != NULL && g_str_equal (old->text, text) && alone)
    return TRUE;
  if (old != NULL && kind == TRUCE_KIND_IMMUTABLE && !self->afresh)
    return FALSE;
  if (old != NULL && is_bound (kind) && !self->afresh && !model_wins (&challenger, old))
    return TRUE;

  take (self, path, NULL);
  leave (self, path, kind, text, 0);
  return TRUE;
}

static void
count (Writer     *self,
       const char *path,
       gint64      amount)
{
  if (amount != 0 || model_shown (self->standing, path) != TRUCE_KIND_COUNTER)
    leave (self, path, TRUCE_KIND_COUNTER, NULL, amount);
}

static void
ensure_presence (Writer     *self,
                 const char *path,
                 TruceKind   kind)
{
  for (guint i = 0; i < self->standing->len; i++)
    {
      const Mark *mark = self->standing->pdata[i];

      if (mark->kind == kind && mark->text == NULL && g_str_equal (mark->path, path))
        return;
    }
  leave (self, path, kind, NULL, 0);
}

static void
add_element (Writer     *self,
             const char *path,
             const char *element)
{
  g_autoptr(GPtrArray) old = model_elements (self->standing, path);

  if (g_ptr_array_find_with_equal_func (old, element, g_str_equal, NULL))
    return;
  ensure_presence (self, path, TRUCE_KIND_SET);
  leave (self, path, TRUCE_KIND_SET, element, 0);
}

static void
remove_element (Writer     *self,
                const char *path,
                const char *element)
{
  g_autoptr(GPtrArray) old = model_elements (self->standing, path);

  if (!g_ptr_array_find_with_equal_func (old, element, g_str_equal, NULL))
    return;
  take (self, path, element);
  ensure_presence (self, path, TRUCE_KIND_SET);
}

static void
write_set (Writer      *self,
           const char  *path,
           const Value *value)
{
  g_autoptr(GPtrArray) old = model_elements (self->standing, path);

  if (model_shown (self->standing, path) != TRUCE_KIND_SET)
    ensure_presence (self, path, TRUCE_KIND_SET);
  for (guint i = 0; i < old->len; i++)
    if (!g_ptr_array_find_with_equal_func (value->elements, old->pdata[i], g_str_equal, NULL))
      remove_element (self, path, old->pdata[i]);
  for (guint i = 0; i < value->elements->len; i++)
    add_element (self, path, value->elements->pdata[i]);
}

static gboolean write_members (Writer      *self,
                               const char  *map,
                               const Value *value);

static gboolean
write_value (Writer      *self,
             const char  *path,
             const Value *value)
{
  TruceKind kind = self->model->kind_of (path, value);

  switch (kind)
    {
    case TRUCE_KIND_LOCAL:
      g_hash_table_insert (self->local, g_strdup (path), g_strdup (value->text));
      return TRUE;
    case TRUCE_KIND_COUNTER:
      count (self, path, g_ascii_strtoll (value->text, NULL, 10) - model_sum (self->standing, path));
      return TRUE;
    case TRUCE_KIND_SET:
      write_set (self, path, value);
      return TRUE;
    case TRUCE_KIND_MAP:
      if (model_shown (self->standing, path) != TRUCE_KIND_MAP)
        {
          take (self, path, NULL);
          leave (self, path, TRUCE_KIND_MAP, NULL, 0);
        }
      drop_others (self, path, value);
      return write_members (self, path, value);
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_FLAG:
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
    case TRUCE_KIND_IMMUTABLE:
      break;
    case TRUCE_KIND_LIST:       /* they join as registers until sequences come */
    case TRUCE_KIND_TEXT:
      kind = TRUCE_KIND_REGISTER;
    }
  return write_single (self, path, kind, value->text);
}

static gboolean
write_members (Writer      *self,
               const char  *map,
               const Value *value)
{
  for (guint i = 0; i < value->names->len; i++)
    {
      g_autofree char *path = model_join_path (map, value->names->pdata[i]);

      if (!write_value (self, path, value->values->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_whole (Writer      *self,
             const Value *value)
{
  GHashTableIter iter;
  gpointer name;

  self->event->creates = self->afresh;
  drop_others (self, "", value);
  g_hash_table_iter_init (&iter, self->local);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!value_has (value, name))
      g_hash_table_iter_remove (&iter);
  return write_members (self, "", value);
}

/* Gives 0, or 1 + the error's code. */
static int
apply (Writer      *self,
       const Write *write,
       gboolean     exists)
{
  gboolean there = !self->afresh;

  if (write->verb == VERB_CREATE && there)
    return 1 + TRUCE_ERROR_EXISTS;
  if (write->verb == VERB_UNDELETE ? !exists : write->verb > VERB_PUT && !there)
    return 1 + TRUCE_ERROR_NOT_FOUND;

  switch (write->verb)
    {
    case VERB_CREATE:
    case VERB_PUT:
      return write_whole (self, write->value) ? 0 : 1 + TRUCE_ERROR_INVALID_DATA;
    case VERB_PATCH:
      return write_members (self, "", write->value) ? 0 : 1 + TRUCE_ERROR_INVALID_DATA;
    case VERB_UNSET:
      if (is_bound (model_shown (self->standing, write->field)))
        return 1 + TRUCE_ERROR_INVALID_DATA;
      drop (self, write->field);
      return 0;
    case VERB_DELETE:
      self->event->deletes = TRUE;
      return 0;
    case VERB_UNDELETE:
      self->event->creates = !there;
      return 0;
    case VERB_ADD:
    case VERB_REMOVE:
      if (self->model->kind_of (write->field, NULL) != TRUCE_KIND_SET)
        return 1 + TRUCE_ERROR_INVALID_DATA;
      if (write->verb == VERB_ADD)
        add_element (self, write->field, write->element);
      else
        remove_element (self, write->field, write->element);
      return 0;
    case VERB_INCREMENT:
      if (self->model->kind_of (write->field, NULL) != TRUCE_KIND_COUNTER)
        return 1 + TRUCE_ERROR_INVALID_DATA;
      count (self, write->field, write->amount);
      return 0;
    case N_VERBS:
      break;
    }
  g_assert_not_reached ();
}

static GHashTable *
local_copy (GHashTable *local)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name;
  gpointer text;

  g_hash_table_iter_init (&iter, local);
  while (g_hash_table_iter_next (&iter, &name, &text))
    g_hash_table_insert (copy, g_strdup (name), g_strdup (text));
  return copy;
}

static gboolean
local_equal (GHashTable *a,
             GHashTable *b)
{
  GHashTableIter iter;
  gpointer name;
  gpointer text;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, &text))
    if (g_strcmp0 (g_hash_table_lookup (b, name), text) != 0)
      return FALSE;
  return TRUE;
}

/* The event happens, if it is one: a write of what never leaves is none. */
static void
finish (Writer *self,
        guint   store)
{
  Model *model = self->model;
  EventSet *known = &model->known[store];

  g_clear_pointer (&model->local[store], g_hash_table_unref);
  model->local[store] = g_hash_table_ref (self->local);
  if (!self->event->creates && !self->event->deletes && self->marks->len == 0 && self->event->taken->len == 0)
    return;

  g_assert_cmpuint (model->events->len, <, MODEL_EVENTS);
  self->event->seen = *known;
  add_event (known, model->events->len);
  g_ptr_array_add (model->events, g_steal_pointer (&self->event));
  g_ptr_array_extend_and_steal (model->marks, g_ptr_array_ref (self->marks));
}

int
model_write (Model       *self,
             guint        store,
             const Write *write,
             guint64      time,
             guint64      replica)
{
  EventSet none = { { 0 } };
  gboolean exists = memcmp (&self->known[store], &none, sizeof none) != 0;
  Writer writer = { .model = self };
  guint n_events = self->events->len;
  int result;

  writer.event = g_new0 (Event, 1);
  writer.event->moment = (Moment) { time, replica };
  writer.event->taken = g_ptr_array_new ();
  writer.marks = g_ptr_array_new_with_free_func (model_mark_free);
  writer.standing = model_standing (self, &self->known[store]);
  writer.local = local_copy (self->local[store]);
  writer.afresh = !model_is_alive (self, &self->known[store]);

  result = apply (&writer, write, exists);
  if (result == 0)
    {
      gboolean same_local = local_equal (self->local[store], writer.local);

      finish (&writer, store);
      if (self->events->len == n_events && same_local)
        result = -1;
    }

  if (writer.event != NULL)
    model_event_free (writer.event);
  g_ptr_array_unref (writer.marks);
  g_ptr_array_unref (writer.standing);
  g_hash_table_unref (writer.local);
  return result;
}
