/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge-model-private.h"

static int
compare_moments (Moment a,
                 Moment b)
{
  if (a.time != b.time)
    return a.time < b.time ? -1 : 1;
  return (a.replica > b.replica) - (a.replica < b.replica);
}

/* The marks that stand, in the order in which they were left. */
GPtrArray *
model_standing (const Model    *self,
                const EventSet *known)
{
  g_autoptr(GHashTable) taken = g_hash_table_new (NULL, NULL);
  GPtrArray *standing = g_ptr_array_new ();

  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = self->events->pdata[i];

      for (guint k = 0; has_event (known, i) && k < event->taken->len; k++)
        g_hash_table_add (taken, event->taken->pdata[k]);
    }
  for (guint i = 0; i < self->marks->len; i++)
    {
      const Mark *mark = self->marks->pdata[i];

      if (has_event (known, mark->event) && !g_hash_table_contains (taken, mark))
        g_ptr_array_add (standing, (gpointer) mark);
    }
  return standing;
}

/* ---- what shows of the marks that stand ---- */

gboolean
model_is_below (const char *path,
                const char *map)
{
  gsize length = strlen (map);

  return length == 0 || (strncmp (path, map, length) == 0 && path[length] == '/');
}

/* Whether a mark counts for a kind at a path: a map is also what is below it. */
gboolean
model_counts_for (const Mark *mark,
                  const char *path,
                  TruceKind   kind)
{
  if (mark->kind == kind && g_str_equal (mark->path, path))
    return TRUE;
  return kind == TRUCE_KIND_MAP && model_is_below (mark->path, path);
}

gboolean
model_wins (const Mark *challenger,
            const Mark *champion)
{
  gboolean later = compare_moments (challenger->moment, champion->moment) > 0;
  gint64 difference;

  switch (challenger->kind)
    {
    case TRUCE_KIND_IMMUTABLE:
      return !later;
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
      difference = g_ascii_strtoll (challenger->text, NULL, 10) - g_ascii_strtoll (champion->text, NULL, 10);
      return challenger->kind == TRUCE_KIND_MAX ? difference > 0 : difference < 0;
    case TRUCE_KIND_FLAG:
      if (!g_str_equal (challenger->text, champion->text))
        return g_str_equal (challenger->text, "true");
      return later;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_LIST:
    case TRUCE_KIND_TEXT:
    case TRUCE_KIND_COUNTER:
    case TRUCE_KIND_SET:
    case TRUCE_KIND_MAP:
    case TRUCE_KIND_LOCAL:
      break;
    }
  return later;
}

/* Of a kind that has one value. */
const Mark *
model_winner (GPtrArray  *standing,
              const char *path,
              TruceKind   kind)
{
  const Mark *winner = NULL;

  for (guint i = 0; i < standing->len; i++)
    {
      const Mark *mark = standing->pdata[i];

      if (mark->kind != kind || !g_str_equal (mark->path, path))
        continue;
      if (winner == NULL || model_wins (mark, winner))
        winner = mark;
    }
  return winner;
}

char *
model_join_path (const char *map,
                 const char *name)
{
  return *map != '\0' ? g_strconcat (map, "/", name, NULL) : g_strdup (name);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char **) a, *(const char **) b);
}

/* The names of the members of a map that show, ascending. */
GPtrArray *
model_names (GPtrArray  *standing,
             const char *map)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  gsize start = *map != '\0' ? strlen (map) + 1 : 0;

  for (guint i = 0; i < standing->len; i++)
    {
      const Mark *mark = standing->pdata[i];
      g_autofree char *name = NULL;
      g_autofree char *path = NULL;

      if (!model_is_below (mark->path, map))
        continue;
      name = g_strndup (mark->path + start, strcspn (mark->path + start, "/"));
      path = model_join_path (map, name);
      if (g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        continue;
      if (model_shown (standing, path) >= 0)
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean
kind_shows (GPtrArray  *standing,
            const char *path,
            TruceKind   kind)
{
  const Mark *winner = model_winner (standing, path, kind);
  g_autoptr(GPtrArray) names = NULL;

  if (kind == TRUCE_KIND_SET || kind == TRUCE_KIND_COUNTER)
    return winner != NULL;
  if (kind != TRUCE_KIND_MAP)
    return winner != NULL && winner->text != NULL;

  names = model_names (standing, path);
  return winner != NULL || names->len > 0;
}

/* The kind that shows at a path, or -1: of several the one with the latest mark. */
int
model_shown (GPtrArray  *standing,
             const char *path)
{
  Moment latest = { 0, 0 };
  int shown = -1;

  for (int kind = TRUCE_KIND_REGISTER; kind <= TRUCE_KIND_LOCAL; kind++)
    for (guint i = 0; i < standing->len; i++)
      {
        const Mark *mark = standing->pdata[i];

        if (model_counts_for (mark, path, kind) && compare_moments (mark->moment, latest) > 0)
          {
            latest = mark->moment;
            shown = kind;
          }
      }
  return shown >= 0 && kind_shows (standing, path, shown) ? shown : -1;
}

gint64
model_sum (GPtrArray  *standing,
           const char *path)
{
  gint64 sum = 0;

  for (guint i = 0; i < standing->len; i++)
    {
      const Mark *mark = standing->pdata[i];

      if (model_counts_for (mark, path, TRUCE_KIND_COUNTER))
        sum += mark->amount;
    }
  return sum;
}

GPtrArray *
model_elements (GPtrArray  *standing,
                const char *path)
{
  GPtrArray *elements = g_ptr_array_new ();

  for (guint i = 0; i < standing->len; i++)
    {
      const Mark *mark = standing->pdata[i];

      if (model_counts_for (mark, path, TRUCE_KIND_SET) && mark->text != NULL &&
          !g_ptr_array_find_with_equal_func (elements, mark->text, g_str_equal, NULL))
        g_ptr_array_add (elements, mark->text);
    }
  g_ptr_array_sort (elements, compare_names);
  return elements;
}

static void
write_shown (GPtrArray  *standing,
             const char *path,
             GString    *json)
{
  int kind = model_shown (standing, path);
  g_autoptr(GPtrArray) parts = NULL;

  g_assert_cmpint (kind, >=, 0);
  if (kind == TRUCE_KIND_COUNTER)
    g_string_append_printf (json, "%" G_GINT64_FORMAT, model_sum (standing, path));
  else if (kind == TRUCE_KIND_SET)
    {
      parts = model_elements (standing, path);
      g_ptr_array_add (parts, NULL);
      g_string_append_c (json, '[');
      for (guint i = 0; parts->pdata[i] != NULL; i++)
        g_string_append_printf (json, "%s%s", i > 0 ? "," : "", (char *) parts->pdata[i]);
      g_string_append_c (json, ']');
    }
  else if (kind == TRUCE_KIND_MAP)
    {
      parts = model_names (standing, path);
      g_string_append_c (json, '{');
      for (guint i = 0; i < parts->len; i++)
        {
          g_autofree char *member = model_join_path (path, parts->pdata[i]);

          g_string_append_printf (json, "%s\"%s\":", i > 0 ? "," : "", (char *) parts->pdata[i]);
          write_shown (standing, member, json);
        }
      g_string_append_c (json, '}');
    }
  else
    g_string_append (json, model_winner (standing, path, kind)->text);
}

/* ---- life ---- */

static gboolean
is_seen_by_deletion (const Model    *self,
                     const EventSet *known,
                     guint           event)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *deletion = self->events->pdata[i];

      if (has_event (known, i) && deletion->deletes && has_event (&deletion->seen, event))
        return TRUE;
    }
  return FALSE;
}

gboolean
model_is_alive (const Model    *self,
                const EventSet *known)
{
  Moment touched = { 0, 0 };
  Moment deleted = { 0, 0 };
  gboolean unseen = FALSE;
  gboolean unseen_creation = FALSE;

  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = self->events->pdata[i];
      Moment *last = event->deletes ? &deleted : &touched;

      if (!has_event (known, i))
        continue;
      if (compare_moments (event->moment, *last) > 0)
        *last = event->moment;
      if (!event->deletes && !is_seen_by_deletion (self, known, i))
        {
          unseen = TRUE;
          unseen_creation |= event->creates;
        }
    }

  if (self->rule == TRUCE_DELETE_RULE_LATER_WINS)
    return compare_moments (touched, deleted) > 0;
  return self->rule == TRUCE_DELETE_RULE_DELETE_WINS ? unseen_creation : unseen;
}

char *
model_show (const Model *self,
            guint        store)
{
  g_autoptr(GPtrArray) standing = model_standing (self, &self->known[store]);
  g_autoptr(GPtrArray) names = NULL;
  g_autoptr(GString) json = g_string_new ("{");
  GHashTableIter iter;
  gpointer local;

  if (!model_is_alive (self, &self->known[store]))
    return NULL;

  names = model_names (standing, "");
  g_hash_table_iter_init (&iter, self->local[store]);
  while (g_hash_table_iter_next (&iter, &local, NULL))
    g_ptr_array_add (names, g_strdup (local));
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    {
      const char *text = g_hash_table_lookup (self->local[store], names->pdata[i]);

      g_string_append_printf (json, "%s\"%s\":", i > 0 ? "," : "", (char *) names->pdata[i]);
      if (text != NULL)
        g_string_append (json, text);
      else
        write_shown (standing, names->pdata[i], json);
    }
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

void
model_event_free (gpointer data)
{
  Event *event = data;

  g_ptr_array_unref (event->taken);
  g_free (event);
}

void
model_mark_free (gpointer data)
{
  Mark *mark = data;

  g_free (mark->path);
  g_free (mark->text);
  g_free (mark);
}

/* ---- replicas ---- */

Model *
model_new (TruceDeleteRule rule,
           TruceKind (*kind_of)(const char *, const Value *))
{
  Model *self = g_new0 (Model, 1);

  self->rule = rule;
  self->kind_of = kind_of;
  self->events = g_ptr_array_new_with_free_func (model_event_free);
  self->marks = g_ptr_array_new_with_free_func (model_mark_free);
  for (guint i = 0; i < MODEL_STORES; i++)
    self->local[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
model_free (Model *self)
{
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->marks);
  for (guint i = 0; i < MODEL_STORES; i++)
    g_hash_table_unref (self->local[i]);
  g_free (self);
}

/* A write never changes a table of local fields, but puts another one in its place. */
ModelReplica
model_save (const Model *self,
            guint        store)
{
  return (ModelReplica) { self->known[store], g_hash_table_ref (self->local[store]) };
}

void
model_replica_clear (ModelReplica *replica)
{
  g_clear_pointer (&replica->local, g_hash_table_unref);
}

void
model_restore (Model        *self,
               guint         store,
               ModelReplica *replica)
{
  self->known[store] = replica->known;
  g_hash_table_unref (self->local[store]);
  self->local[store] = g_steal_pointer (&replica->local);
}

gboolean
model_brings (const Model *self,
              guint        to,
              guint        from)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->known[to].bits); i++)
    if ((self->known[from].bits[i] & ~self->known[to].bits[i]) != 0)
      return TRUE;
  return FALSE;
}

void
model_join (Model *self,
            guint  to,
            guint  from)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->known[to].bits); i++)
    self->known[to].bits[i] |= self->known[from].bits[i];
}
