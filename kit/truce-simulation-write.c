/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A write becomes the smallest event: what is already so leaves no mark and takes none. */

#include "truce-simulation-record.h"

typedef struct
{
  TruceSimRecord *record;
  TruceEvent *event;            /* being made */
  GPtrArray *standing;          /* as its writer sees it */
  gboolean exists;              /* even if deleted */
  gboolean alive;
  gboolean afresh;              /* this operation makes the record: bounds do not bind */
} Writer;

static void
leave (Writer     *self,
       const char *path,
       TruceKind   kind,
       const char *text,
       gint64      amount)
{
  TruceMark *mark = g_new (TruceMark, 1);

  *mark = (TruceMark) { self->event->number, kind, g_strdup (path), g_strdup (text), amount };
  g_ptr_array_add (self->record->marks, mark);
  g_ptr_array_add (self->standing, mark);
}

static gboolean
is_at (const TruceMark *mark,
       const char      *path)
{
  gsize length = strlen (path);

  return strncmp (mark->path, path, length) == 0 && (mark->path[length] == '\0' || mark->path[length] == '/');
}

/* Takes away what stands at a path and below; with an element, only that. */
static void
take (Writer     *self,
      const char *path,
      const char *element)
{
  for (guint i = self->standing->len; i > 0; i--)
    {
      TruceMark *mark = self->standing->pdata[i - 1];

      if (!is_at (mark, path) || (element != NULL && g_strcmp0 (mark->text, element) != 0))
        continue;
      g_ptr_array_add (self->event->taken, mark);
      g_ptr_array_remove_index (self->standing, i - 1);
    }
}

static guint
count_marks (Writer     *self,
             const char *path,
             const char *text)
{
  guint n = 0;

  for (guint i = 0; i < self->standing->len; i++)
    {
      const TruceMark *mark = self->standing->pdata[i];

      n += g_str_equal (mark->path, path) && (text == NULL || g_strcmp0 (mark->text, text) == 0);
    }
  return n;
}

/* Something that does not say that the value is absent. */
static gboolean
shows (Writer     *self,
       const char *path,
       TruceKind   kind)
{
  for (guint i = 0; i < self->standing->len; i++)
    {
      const TruceMark *mark = self->standing->pdata[i];

      if (is_at (mark, path) && (mark->text != NULL || (mark->kind == kind && kind != TRUCE_KIND_REGISTER)))
        return TRUE;
    }
  return FALSE;
}

static TruceKind
kind_at (const char *path)
{
  TruceKind kind = strchr (path, '/') != NULL ? TRUCE_KIND_REGISTER : truce_sim_kind (path);

  /* They join as registers; what else they are a resolver decides. */
  return kind == TRUCE_KIND_TEXT || kind == TRUCE_KIND_LIST ? TRUCE_KIND_REGISTER : kind;
}

static gboolean
is_bound (TruceKind kind)
{
  return kind == TRUCE_KIND_IMMUTABLE || kind == TRUCE_KIND_MAX || kind == TRUCE_KIND_MIN;
}

/* A register says that it is gone, and that beats what was written before; of others what was seen goes. */
static void
drop (Writer     *self,
      const char *path)
{
  TruceKind kind = kind_at (path);

  if (!shows (self, path, kind) || (is_bound (kind) && !self->afresh))
    return;
  take (self, path, NULL);
  if (kind == TRUCE_KIND_REGISTER)
    leave (self, path, kind, NULL, 0);
}

/* The fields, or the members of a map, that stand and that the value does not have. */
static void
drop_others (Writer     *self,
             const char *map,
             JsonObject *value)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gsize start = *map != '\0' ? strlen (map) + 1 : 0;

  for (guint i = 0; i < self->standing->len; i++)
    {
      const TruceMark *mark = self->standing->pdata[i];
      g_autofree char *name = NULL;

      if (start > 0 && (!is_at (mark, map) || strlen (mark->path) < start))
        continue;
      name = g_strndup (mark->path + start, strcspn (mark->path + start, "/"));
      if (!json_object_has_member (value, name))
        g_ptr_array_add (names, g_strndup (mark->path, start + strlen (name)));
    }
  for (guint i = 0; i < names->len; i++)
    drop (self, names->pdata[i]);
}

static gint64
best_number (Writer     *self,
             const char *path,
             TruceKind   kind,
             gint64      otherwise)
{
  gint64 best = otherwise;

  for (guint i = 0; i < self->standing->len; i++)
    {
      const TruceMark *mark = self->standing->pdata[i];
      gint64 number;

      if (!g_str_equal (mark->path, path))
        continue;
      number = g_ascii_strtoll (mark->text, NULL, 10);
      best = kind == TRUCE_KIND_MAX ? MAX (best, number) : MIN (best, number);
    }
  return best;
}

static gboolean
changes_bound (Writer     *self,
               const char *path,
               TruceKind   kind,
               gint64      number)
{
  gint64 best = best_number (self, path, kind, kind == TRUCE_KIND_MAX ? G_MININT64 : G_MAXINT64);

  if (self->afresh || number == best)
    return number != best;
  return kind == TRUCE_KIND_MAX ? number > best : number < best;
}

/* FALSE: refused. Whether a register is written that already has the value hangs on which one of several
 * shows: so no story writes a value twice. */
static gboolean
write_single (Writer     *self,
              const char *path,
              TruceKind   kind,
              const char *text)
{
  guint n = count_marks (self, path, NULL);
  guint n_same = count_marks (self, path, text);

  if (n > 0 && kind == TRUCE_KIND_IMMUTABLE && !self->afresh)
    return n_same > 0;
  if (n > 0 && is_bound (kind) && kind != TRUCE_KIND_IMMUTABLE &&
      !changes_bound (self, path, kind, g_ascii_strtoll (text, NULL, 10)))
    return TRUE;
  if (n > 0 && kind == TRUCE_KIND_FLAG && (g_str_equal (text, "true") ? n_same > 0 : n_same == n))
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
  if (amount != 0 || count_marks (self, path, NULL) == 0)
    leave (self, path, TRUCE_KIND_COUNTER, NULL, amount);
}

static gint64
sum (Writer     *self,
     const char *path)
{
  gint64 result = 0;

  for (guint i = 0; i < self->standing->len; i++)
    {
      const TruceMark *mark = self->standing->pdata[i];

      if (g_str_equal (mark->path, path))
        result += mark->amount;
    }
  return result;
}

static gboolean
is_present (Writer     *self,
            const char *path)
{
  for (guint i = 0; i < self->standing->len; i++)
    {
      const TruceMark *mark = self->standing->pdata[i];

      if (mark->text == NULL && g_str_equal (mark->path, path))
        return TRUE;
    }
  return FALSE;
}

static void
ensure_presence (Writer     *self,
                 const char *path,
                 TruceKind   kind)
{
  if (!is_present (self, path))
    leave (self, path, kind, NULL, 0);
}

static void
add_element (Writer     *self,
             const char *path,
             const char *element)
{
  if (count_marks (self, path, element) > 0)
    return;
  ensure_presence (self, path, TRUCE_KIND_SET);
  leave (self, path, TRUCE_KIND_SET, element, 0);
}

static void
remove_element (Writer     *self,
                const char *path,
                const char *element)
{
  if (count_marks (self, path, element) == 0)
    return;
  take (self, path, element);
  ensure_presence (self, path, TRUCE_KIND_SET);
}

static gboolean
array_has (JsonArray  *array,
           const char *text)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *element = json_to_string (json_array_get_element (array, i), FALSE);

      if (g_str_equal (element, text))
        return TRUE;
    }
  return FALSE;
}

static void
write_set (Writer     *self,
           const char *path,
           JsonArray  *value)
{
  if (!shows (self, path, TRUCE_KIND_SET))
    ensure_presence (self, path, TRUCE_KIND_SET);
  for (guint i = self->standing->len; i > 0; i--)
    {
      const TruceMark *mark = i <= self->standing->len ? self->standing->pdata[i - 1] : NULL;

      if (mark == NULL || mark->text == NULL || !g_str_equal (mark->path, path))
        continue;
      if (!array_has (value, mark->text))
        remove_element (self, path, mark->text);
    }
  for (guint i = 0; i < json_array_get_length (value); i++)
    {
      g_autofree char *element = json_to_string (json_array_get_element (value, i), FALSE);

      add_element (self, path, element);
    }
}

static gboolean write_members (Writer     *self,
                               const char *map,
                               JsonObject *value);

static gboolean
write_map (Writer     *self,
           const char *path,
           JsonObject *value)
{
  if (!shows (self, path, TRUCE_KIND_MAP))
    {
      take (self, path, NULL);
      leave (self, path, TRUCE_KIND_MAP, NULL, 0);
    }
  drop_others (self, path, value);
  return write_members (self, path, value);
}

static gboolean
write_value (Writer     *self,
             const char *path,
             JsonNode   *value)
{
  TruceKind kind = kind_at (path);
  g_autofree char *text = NULL;

  if (kind == TRUCE_KIND_LOCAL || truce_sim_tag_number (path, strlen (path)) >= 0)
    return TRUE;
  if (kind == TRUCE_KIND_COUNTER)
    count (self, path, json_node_get_int (value) - sum (self, path));
  else if (kind == TRUCE_KIND_SET)
    write_set (self, path, json_node_get_array (value));
  else if (kind == TRUCE_KIND_MAP)
    return write_map (self, path, json_node_get_object (value));
  else
    {
      text = json_to_string (value, FALSE);
      return write_single (self, path, kind, text);
    }
  return TRUE;
}

static gboolean
write_members (Writer     *self,
               const char *map,
               JsonObject *value)
{
  g_autoptr(GList) names = json_object_get_members (value);

  for (GList *iter = names; iter != NULL; iter = iter->next)
    {
      g_autofree char *path = *map != '\0' ? g_strconcat (map, "/", iter->data, NULL) : g_strdup (iter->data);

      if (!write_value (self, path, json_object_get_member (value, iter->data)))
        return FALSE;
    }
  return TRUE;
}

/* ---- operations ---- */

static gboolean
write_fields (Writer              *self,
              const TruceSimWrite *write)
{
  JsonObject *value = json_array_get_object_element (write->arguments, write->first + 2);
  gboolean whole = g_str_equal (write->verb, "put");

  self->afresh = whole && !self->alive;
  if (!whole && !self->alive)
    return FALSE;
  self->event->creates |= self->afresh;
  if (whole)
    drop_others (self, "", value);
  if (!write_members (self, "", value))
    return FALSE;
  self->alive = TRUE;
  self->afresh = FALSE;
  for (guint i = 0; write->unset != NULL && i < json_array_get_length (write->unset); i++)
    drop (self, json_array_get_string_element (write->unset, i));
  return TRUE;
}

static gboolean
write_life (Writer              *self,
            const TruceSimWrite *write)
{
  gboolean deletes = g_str_equal (write->verb, "delete");

  if (deletes ? !self->alive : !self->exists)
    return FALSE;
  self->event->deletes |= deletes;
  self->event->creates |= !deletes && !self->alive;
  self->alive = !deletes;
  return TRUE;
}

/* FALSE: it must fail. */
static gboolean
apply (Writer              *self,
       const TruceSimWrite *write)
{
  const char *verb = write->verb;
  const char *field;
  g_autofree char *element = NULL;

  if (g_str_equal (verb, "put") || g_str_equal (verb, "patch"))
    return write_fields (self, write);
  if (g_str_equal (verb, "delete") || g_str_equal (verb, "undelete"))
    return write_life (self, write);
  if (!self->alive)
    return FALSE;

  field = json_array_get_string_element (write->arguments, write->first + 2);
  if (g_str_equal (verb, "increment"))
    {
      count (self, field, json_array_get_int_element (write->arguments, write->first + 3));
      return TRUE;
    }
  element = json_to_string (json_array_get_element (write->arguments, write->first + 3), FALSE);
  if (g_str_equal (verb, "add"))
    add_element (self, field, element);
  else
    remove_element (self, field, element);
  return TRUE;
}

/* The number of the tag that one of the operations writes. */
static int
find_tag (const TruceSimWrite *writes,
          guint                n_writes)
{
  for (guint i = 0; i < n_writes; i++)
    {
      JsonNode *value = json_array_get_length (writes[i].arguments) > writes[i].first + 2
                          ? json_array_get_element (writes[i].arguments, writes[i].first + 2) : NULL;
      g_autoptr(GList) names = NULL;

      if (value == NULL || !JSON_NODE_HOLDS_OBJECT (value))
        continue;
      names = json_object_get_members (json_node_get_object (value));
      for (GList *iter = names; iter != NULL; iter = iter->next)
        if (truce_sim_tag_number (iter->data, strlen (iter->data)) >= 0)
          return truce_sim_tag_number (iter->data, strlen (iter->data));
    }
  return -1;
}

gboolean
truce_sim_record_write (TruceSimRecord      *self,
                        const TruceEventSet *known,
                        gboolean             exists,
                        gboolean             alive,
                        const TruceSimWrite *writes,
                        guint                n_writes)
{
  g_autoptr(GPtrArray) standing = truce_sim_record_standing (self, known);
  Writer writer = { self, g_new0 (TruceEvent, 1), standing, exists, alive, FALSE };
  guint n_marks = self->marks->len;
  gboolean done = TRUE;
  int number = find_tag (writes, n_writes);

  writer.event->number = number;
  writer.event->seen = truce_event_set_new (self->n_events);
  truce_event_set_copy (&writer.event->seen, known);
  writer.event->taken = g_ptr_array_new ();
  g_ptr_array_add (self->events, writer.event);

  for (guint i = 0; i < n_writes && done; i++)
    done = apply (&writer, &writes[i]);
  if (done && number >= 0)
    return TRUE;

  g_ptr_array_set_size (self->marks, n_marks);
  g_ptr_array_set_size (self->events, self->events->len - 1);
  return done;
}
