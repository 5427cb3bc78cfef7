/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Delta debugging (Zeller, Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", 2002): steps are
 * left out, at first in large pieces, then in small ones, as long as what is left breaks the same way. That
 * two failures are the same is told by their words, without numbers and names of replicas. */

#include "truce-simulation-private.h"

#define MAX_TELLINGS 3000u

typedef struct
{
  JsonObject *story;
  gboolean sqlite;
  char *failure;                /* owned: what must stay broken */
  guint n_tellings;
} Shrinker;

/* The failure in words alone. */
static char *
name_failure (const char *broken)
{
  GString *words = g_string_new (NULL);
  g_auto(GStrv) parts = g_strsplit (broken, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strlen (parts[i]) > 1 && strpbrk (parts[i], "0123456789{[\"/") == NULL)
      g_string_append_printf (words, "%s ", parts[i]);
  if (words->len > 24)
    g_string_truncate (words, 24);
  return g_string_free (words, FALSE);
}

/* A story with these steps only. */
static JsonObject *
story_with (JsonObject *story,
            GPtrArray  *steps)
{
  JsonObject *other = json_object_new ();
  JsonArray *array = json_array_new ();
  g_autoptr(GList) names = json_object_get_members (story);

  for (guint i = 0; i < steps->len; i++)
    json_array_add_object_element (array, json_object_ref (steps->pdata[i]));
  for (GList *iter = names; iter != NULL; iter = iter->next)
    if (!g_str_equal (iter->data, "steps"))
      json_object_set_member (other, iter->data, json_node_copy (json_object_get_member (story, iter->data)));
  json_object_set_array_member (other, "steps", array);
  return other;
}

static gboolean
still_fails (Shrinker  *self,
             GPtrArray *steps)
{
  g_autoptr(JsonObject) story = story_with (self->story, steps);
  TruceSimTelling telling = { 0 };
  g_autofree char *failure = NULL;
  gboolean same;

  self->n_tellings++;
  if (!truce_sim_story_tell (story, self->sqlite, FALSE, &telling, NULL))
    return FALSE;
  if (telling.broken != NULL)
    failure = name_failure (telling.broken);
  same = g_strcmp0 (failure, self->failure) == 0;
  truce_sim_telling_clear (&telling);
  return same;
}

/* Tries without each piece of so many steps. Gives whether any could go. */
static gboolean
leave_out (Shrinker   *self,
           GPtrArray **steps,
           guint       size)
{
  gboolean shorter = FALSE;

  for (guint start = 0; start < (*steps)->len && self->n_tellings < MAX_TELLINGS;)
    {
      g_autoptr(GPtrArray) fewer = g_ptr_array_new ();

      for (guint i = 0; i < (*steps)->len; i++)
        if (i < start || i >= start + size)
          g_ptr_array_add (fewer, (*steps)->pdata[i]);
      if (still_fails (self, fewer))
        {
          g_ptr_array_unref (*steps);
          *steps = g_steal_pointer (&fewer);
          shorter = TRUE;
        }
      else
        start += size;
    }
  return shorter;
}

static GPtrArray *
shrink_steps (Shrinker *self)
{
  JsonArray *all = json_object_get_array_member (self->story, "steps");
  GPtrArray *steps = g_ptr_array_new ();

  for (guint i = 0; i < json_array_get_length (all); i++)
    g_ptr_array_add (steps, json_array_get_object_element (all, i));
  for (guint size = MAX (1, steps->len / 2); size > 1; size = (size + 1) / 2)
    leave_out (self, &steps, size);
  while (leave_out (self, &steps, 1))
    ;
  return steps;
}

/* ---- as a scenario file ---- */

static void
write_members (JsonObject *story,
               GString    *text)
{
  static const char *const members[] = { "scenario", "why", "schema", "hub", "replicas" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *value = json_to_string (json_object_get_member (story, members[i]), FALSE);

      g_string_append_printf (text, "\"%s\": %s,\n ", members[i], value);
    }
}

/* In the end all must have the same. */
static void
write_end (JsonObject *story,
           GString    *text)
{
  g_autoptr(GList) names = json_object_get_members (json_object_get_object_member (story, "replicas"));

  g_string_append (text, "\n  {\"settle\":true},\n  {\"expect\":{");
  for (GList *iter = names; iter != NULL; iter = iter->next)
    g_string_append_printf (text, "\"%s\":\"same as hub\"%s", (char *) iter->data, iter->next != NULL ? "," : "");
  g_string_append (text, "}}\n]}\n");
}

static char *
write_file (JsonObject      *story,
            TruceSimTelling *telling)
{
  GString *text = g_string_new ("{");

  json_object_set_string_member (story, "why", telling->broken);
  write_members (story, text);
  g_string_append (text, "\"steps\": [");
  for (guint i = 0; i < telling->told->len; i++)
    g_string_append_printf (text, "\n  %s,", (char *) telling->told->pdata[i]);
  write_end (story, text);
  return g_string_free (text, FALSE);
}

char *
truce_sim_story_shrink (JsonObject *story,
                        gboolean    sqlite,
                        GError    **error)
{
  TruceSimTelling telling = { 0 };
  Shrinker shrinker = { story, sqlite, NULL, 0 };
  g_autoptr(GPtrArray) steps = NULL;
  g_autoptr(JsonObject) shortest = NULL;
  char *text = NULL;

  if (!truce_sim_story_tell (story, sqlite, FALSE, &telling, error))
    return NULL;
  if (telling.broken == NULL)
    {
      truce_sim_telling_clear (&telling);
      return NULL;
    }
  shrinker.failure = name_failure (telling.broken);
  truce_sim_telling_clear (&telling);

  steps = shrink_steps (&shrinker);
  g_free (shrinker.failure);
  shortest = story_with (story, steps);
  if (!truce_sim_story_tell (shortest, sqlite, TRUE, &telling, error))
    return NULL;
  text = write_file (shortest, &telling);
  truce_sim_telling_clear (&telling);
  return text;
}
