/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The library tells a record's story as JSON (see truce_store_explain()); here it becomes lines for people. The texts and
 * values in it are of others, and are shown so that they can't disturb a terminal. */

#include "truce-verbs.h"

#include <string.h>
#include <unistd.h>

/* What a value lost by, in words. */
static const struct
{
  const char *by;
  const char *words;
} reasons[] = {
  { "later", "a later write won" },
  { "first", "the first write stays" },
  { "max", "a greater value won" },
  { "min", "a lesser value won" },
  { "true-wins", "true wins" },
  { "false-wins", "false wins" },
  { "kind", "a value of another kind shows" },
  { "resolver", "a resolution has put another value there" },
  { "written", "it was written again by one who had not seen that, or brought back" },
};

static const char *
get_text (JsonObject *object,
          const char *name)
{
  return json_object_get_string_member_with_default (object, name, NULL);
}

static gint64
get_number (JsonObject *object,
            const char *name)
{
  return json_object_get_int_member_with_default (object, name, 0);
}

static char *
dup_value (JsonObject *object,
           const char *name)
{
  g_autofree char *text = json_to_string (json_object_get_member (object, name), FALSE);

  return truce_dup_shown (text);
}

/* ---- what happened ---- */

/* "/title = "Tea"", as the event is called. */
static char *
describe (JsonObject *event)
{
  const char *what = get_text (event, "event");
  const char *pointer = get_text (event, "pointer");
  g_autofree char *shown = pointer != NULL ? truce_dup_shown (pointer) : NULL;
  g_autofree char *value = json_object_has_member (event, "value") ? dup_value (event, "value") : g_strdup ("");

  if (strcmp (what, "create") == 0)
    return g_strdup ("created");
  if (strcmp (what, "delete") == 0)
    return g_strdup ("deleted");
  if (strcmp (what, "unset") == 0)
    return g_strdup_printf ("%s unset", shown);
  if (strcmp (what, "add") == 0)
    return g_strdup_printf ("%s: added %s", shown, value);
  if (strcmp (what, "count") == 0)
    return g_strdup_printf ("%s: counted %s in all", shown, value);
  if (strcmp (what, "local") == 0)
    return g_strdup_printf ("%s = %s, which never leaves", shown, value);
  if (strcmp (what, "lose") == 0)
    return g_strdup_printf ("%s lost %s", shown, value);
  return g_strdup_printf ("%s = %s", shown, value);
}

static const char *
find_reason (JsonObject *event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (get_text (event, "by"), reasons[i].by) == 0)
      return reasons[i].words;
  return NULL;
}

static void
print_event (JsonObject *event)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_autofree char *time = json_object_has_member (event, "time") ? truce_dup_time (get_number (event, "time")) : g_strdup ("");
  g_autofree char *told = describe (event);
  gboolean here = json_object_get_boolean_member_with_default (event, "here", FALSE);
  const char *replica = get_text (event, "replica");
  const char *reason = find_reason (event);

  g_print ("%s%-24s  %-16s%s  %s%s%s\n", colours->label, time, here ? "here" : replica != NULL ? replica : "", colours->plain, told,
           reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

/* ---- what waits ---- */

static void
print_base (JsonObject *base)
{
  JsonArray *fields = json_object_get_array_member (base, "fields");

  if (json_object_get_boolean_member (base, "absent"))
    g_print ("The remote has no such record, or has deleted it.\n");
  for (guint i = 0; i < json_array_get_length (fields); i++)
    {
      JsonObject *field = json_array_get_object_element (fields, i);
      g_autofree char *name = truce_dup_shown (get_text (field, "field"));
      g_autofree char *old = json_object_has_member (field, "old") ? dup_value (field, "old") : NULL;

      if (old != NULL)
        g_print ("Changed since both sides agreed: %s, which was %s.\n", name, old);
      else
        g_print ("New since both sides agreed: %s.\n", name);
    }
}

/* how: "Rejected", … */
static void
print_entry (JsonObject *entry,
             const char *how)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_autofree char *since = truce_dup_time (get_number (entry, "since"));
  g_autofree char *message = truce_dup_shown (get_text (entry, "message") != NULL ? get_text (entry, "message") : "");
  gint64 attempts = get_number (entry, "attempts");

  g_print ("%s%s%s (%s) since %s, after %" G_GINT64_FORMAT " attempt%s%s%s\n", colours->bad, how, colours->plain,
           get_text (entry, "error"), since, attempts, attempts == 1 ? "" : "s", *message != '\0' ? ": " : ".", message);
}

static void
print_next (JsonObject *story)
{
  const char *delivery = get_text (story, "delivery");
  JsonObject *retry = json_object_has_member (story, "retry") ? json_object_get_object_member (story, "retry") : NULL;

  if (strcmp (delivery, "failed") == 0)
    g_print ("Next: nothing by itself. It can be retried, edited and retried, kept as a copy, or discarded.\n");
  else if (strcmp (delivery, "conflicted") == 0)
    g_print ("Next: somebody decides. Until then the local value shows.\n");
  else if (strcmp (delivery, "synced") == 0)
    g_print ("Next: nothing waits.\n");
  else if (retry != NULL && get_number (retry, "next") > 0)
    {
      g_autofree char *next = truce_dup_time (get_number (retry, "next"));

      g_print ("Next: it is sent again in a sync after %s.\n", next);
    }
  else
    g_print ("Next: it is sent with the next sync.\n");
}

static void
print_story (JsonObject *story)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  JsonArray *events = json_object_get_array_member (story, "events");
  g_autofree char *collection = truce_dup_shown (get_text (story, "collection"));
  g_autofree char *id = truce_dup_shown (get_text (story, "id"));
  g_autofree char *value = dup_value (story, "value");
  gboolean deleted = json_object_get_null_member (story, "value");

  g_print ("%s%s/%s%s: %s\n%s\n\n", colours->bold, collection, id, colours->plain, get_text (story, "delivery"),
           deleted ? "deleted" : value);
  for (guint i = 0; i < json_array_get_length (events); i++)
    print_event (json_array_get_object_element (events, i));
  g_print ("\n");

  if (json_object_has_member (story, "base"))
    print_base (json_object_get_object_member (story, "base"));
  if (json_object_has_member (story, "inbox"))
    print_entry (json_object_get_object_member (story, "inbox"),
                 strcmp (get_text (story, "delivery"), "conflicted") == 0 ? "In conflict" : "Rejected");
  if (json_object_has_member (story, "retry"))
    print_entry (json_object_get_object_member (story, "retry"), "Put off");
  print_next (story);
}

int
truce_sync_verb_explain (TruceCall *call)
{
  g_autofree char *name = NULL;
  const char *id;
  g_autoptr(TruceStore) store = NULL;
  g_autoptr(TruceRecord) story = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (!truce_call_split (call, &name, &id))
    return EXIT_BAD_INPUT;
  store = truce_call_open (call->path, FALSE);
  if (store == NULL)
    return EXIT_BAD_INPUT;
  text = truce_store_explain (store, name, id, &error);
  /* Read as a record is: json-glib alone would change great numbers. */
  if (text != NULL)
    story = truce_record_new_from_text ("story", "1", text, &error);
  if (story == NULL)
    return truce_call_fail (call, error);

  if (call->json)
    truce_print_json (text);
  else
    print_story (json_node_get_object (truce_record_get_value (story)));
  return 0;
}
