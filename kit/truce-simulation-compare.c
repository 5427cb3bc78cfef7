/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Which of several registers shows is decided by stamps, and stamps may be rewritten until they are sent: so
 * the story knows that the value is one that nobody who had seen it replaced, and no more. Everything else is
 * known to the last element. Where a collection is gated a three-way merge decides, which knows elements and
 * flags by their values alone. */

#include "truce-simulation-record.h"

typedef struct
{
  GPtrArray *standing;
  const char *path;
  TruceKind kind;
} Place;

static TruceSlice
shown_text (const TruceStatePart *part,
            GString              *text)
{
  g_string_truncate (text, 0);
  if (part == NULL)
    return (TruceSlice) { NULL, 0 }
  ;
  truce_state_write_part (part, text);
  return (TruceSlice) { text->str, text->len };
}

static const TruceMark *
next_mark (const Place *self,
           guint       *i)
{
  while (*i < self->standing->len)
    {
      const TruceMark *mark = self->standing->pdata[(*i)++];

      if (g_str_equal (mark->path, self->path))
        return mark;
    }
  return NULL;
}

static gboolean
is_one_of (const Place *self,
           TruceSlice   shown)
{
  const TruceMark *mark;
  guint n = 0;

  for (guint i = 0; (mark = next_mark (self, &i)) != NULL; n++)
    if (g_strcmp0 (mark->text, shown.text) == 0)
      return TRUE;
  return n == 0 && shown.text == NULL;
}

static gboolean
is_flag (const Place *self,
         TruceSlice   shown)
{
  const TruceMark *mark;
  const char *expected = NULL;

  for (guint i = 0; (mark = next_mark (self, &i)) != NULL;)
    if (expected == NULL || g_str_equal (mark->text, "true"))
      expected = mark->text;
  return g_strcmp0 (expected, shown.text) == 0;
}

static gboolean
is_number (const Place *self,
           TruceSlice   shown)
{
  const TruceMark *mark;
  gint64 number = 0;
  guint n = 0;

  for (guint i = 0; (mark = next_mark (self, &i)) != NULL; n++)
    {
      gint64 one = mark->kind == TRUCE_KIND_COUNTER ? mark->amount : g_ascii_strtoll (mark->text, NULL, 10);

      if (mark->kind == TRUCE_KIND_COUNTER)
        number += one;
      else if (n == 0)
        number = one;
      else
        number = mark->kind == TRUCE_KIND_MAX ? MAX (number, one) : MIN (number, one);
    }
  if (n == 0 || shown.text == NULL)
    return n == 0 && shown.text == NULL;
  return g_ascii_strtoll (shown.text, NULL, 10) == number;
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char **) a, *(const char **) b);
}

static gboolean
is_set (const Place *self,
        TruceSlice   shown)
{
  g_autoptr(GPtrArray) elements = g_ptr_array_new ();
  g_autoptr(GString) text = g_string_new ("[");
  const TruceMark *mark;
  guint n = 0;

  for (guint i = 0; (mark = next_mark (self, &i)) != NULL; n++)
    if (mark->text != NULL && !g_ptr_array_find_with_equal_func (elements, mark->text, g_str_equal, NULL))
      g_ptr_array_add (elements, mark->text);
  if (n == 0)
    return shown.text == NULL;
  g_ptr_array_sort (elements, compare_texts);
  for (guint i = 0; i < elements->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", (char *) elements->pdata[i]);
  g_string_append_c (text, ']');
  return g_strcmp0 (shown.text, text->str) == 0;
}

static gboolean
is_right (const Place *self,
          TruceSlice   shown,
          gboolean     gated)
{
  switch (self->kind)
    {
    case TRUCE_KIND_COUNTER:
      return is_number (self, shown);
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
      return gated || is_number (self, shown);
    case TRUCE_KIND_FLAG:
      return gated || is_flag (self, shown);
    case TRUCE_KIND_SET:
      return gated || is_set (self, shown);
    case TRUCE_KIND_LIST:
    case TRUCE_KIND_TEXT:
    case TRUCE_KIND_LOCAL:
    case TRUCE_KIND_MAP:
      return TRUE;
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_IMMUTABLE:
      break;
    }
  return is_one_of (self, shown);
}

static char *
tell (const TruceSimRecord *record,
      const Place          *place,
      TruceSlice            shown)
{
  g_autoptr(GString) marks = g_string_new (NULL);
  const TruceMark *mark;

  for (guint i = 0; (mark = next_mark (place, &i)) != NULL;)
    if (mark->kind == TRUCE_KIND_COUNTER)
      g_string_append_printf (marks, " %+d (e%u)", (int) mark->amount, mark->event);
    else
      g_string_append_printf (marks, " %s (e%u)", mark->text != NULL ? mark->text : "-", mark->event);
  return g_strdup_printf ("%s/%s shows %s at “%s”, where these stand:%s", record->collection, record->id,
                          shown.text != NULL ? shown.text : "nothing", place->path,
                          marks->len > 0 ? marks->str : " none");
}

static char *
compare_place (const TruceSimRecord *record,
               GPtrArray            *standing,
               const char           *path,
               const TruceStateMap  *map,
               const char           *name,
               gboolean              gated,
               GString              *text)
{
  const TruceStateField *field = truce_state_field (map, name, strlen (name));
  TruceSlice shown = shown_text (field != NULL ? truce_state_shown (field) : NULL, text);
  Place place = { standing, path, map->depth > 0 ? TRUCE_KIND_REGISTER : truce_sim_kind (path) };

  return is_right (&place, shown, gated) ? NULL : tell (record, &place, shown);
}

static char *
compare_map (const TruceSimRecord *record,
             GPtrArray            *standing,
             TruceState           *state,
             gboolean              gated,
             GString              *text)
{
  static const char *const members[] = { "x", "y" };
  const TruceStateField *field = truce_state_field (&state->fields, "meta", 4);
  const TruceStatePart *part = field != NULL ? truce_state_shown (field) : NULL;
  char *wrong = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (members) && wrong == NULL && part != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("meta/", members[i], NULL);

      wrong = compare_place (record, standing, path, part->map, members[i], gated, text);
    }
  return wrong;
}

/* ---- life ---- */

static gboolean
is_deleted_by (const TruceSimRecord *self,
               const TruceEventSet  *known,
               guint                 number)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const TruceEvent *event = self->events->pdata[i];

      if (event->deletes && truce_event_set_has (known, event->number) &&
          (event->number == number || truce_event_set_has (&event->seen, number)))
        return TRUE;
    }
  return FALSE;
}

/* Where later wins, stamps decide between a deletion and what it had not seen. */
static char *
compare_life (const TruceSimRecord *self,
              const TruceEventSet  *known,
              gboolean              alive)
{
  gboolean unseen = FALSE;
  gboolean unseen_creation = FALSE;
  gboolean deleted = FALSE;
  gboolean expected;

  for (guint i = 0; i < self->events->len; i++)
    {
      const TruceEvent *event = self->events->pdata[i];

      if (!truce_event_set_has (known, event->number))
        continue;
      deleted |= event->deletes;
      if (is_deleted_by (self, known, event->number))
        continue;
      unseen = TRUE;
      unseen_creation |= event->creates;
    }
  if (self->rule == TRUCE_DELETE_RULE_LATER_WINS && unseen && deleted)
    return NULL;
  expected = self->rule == TRUCE_DELETE_RULE_DELETE_WINS ? unseen_creation : unseen;
  if (alive == expected)
    return NULL;
  return g_strdup_printf ("%s/%s is %s, and should be %s", self->collection, self->id,
                          alive ? "there" : "deleted", alive ? "deleted" : "there");
}

/* A three-way merge knows of a record that was deleted, and made anew, only what both sides show now. */
static gboolean
was_deleted (const TruceSimRecord *self,
             const TruceEventSet  *known)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const TruceEvent *event = self->events->pdata[i];

      if (event->deletes && truce_event_set_has (known, event->number))
        return TRUE;
    }
  return FALSE;
}

char *
truce_sim_record_compare (const TruceSimRecord *self,
                          const TruceEventSet  *known,
                          TruceState           *state,
                          gboolean              alive,
                          gboolean              gated)
{
  static const char *const fields[] = {
    "title", "owner", "pick", "votes", "tags", "done", "high", "low", "code",
  };
  g_autoptr(GPtrArray) standing = truce_sim_record_standing (self, known);
  g_autoptr(GString) text = g_string_new (NULL);
  char *wrong = gated ? NULL : compare_life (self, known, alive);

  if (gated && was_deleted (self, known))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (fields) && wrong == NULL; i++)
    wrong = compare_place (self, standing, fields[i], &state->fields, fields[i], gated, text);
  return wrong != NULL ? wrong : compare_map (self, standing, state, gated, text);
}
