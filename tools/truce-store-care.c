/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <unistd.h>

/* ---- status ---- */

/* What waits, or stands in the way. */
static const struct
{
  TruceDelivery delivery;
  const char *member;
  const char *words;
} waits[] = {
  { TRUCE_DELIVERY_PENDING, "pending", "to be sent" },
  { TRUCE_DELIVERY_IN_FLIGHT, "inFlight", "sent, and not yet acknowledged" },
  { TRUCE_DELIVERY_FAILED, "failed", "rejected" },
  { TRUCE_DELIVERY_CONFLICTED, "conflicted", "in conflict" },
};

static int
print_status (TruceCall  *call,
              TruceStore *store)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_auto(GStrv) names = truce_store_list_collections (store);
  g_autofree char *path = truce_dup_shown (call->path);
  guint64 n_records = truce_store_get_n_records (store);
  guint n = g_strv_length (names);

  g_print ("%s%s%s: %" G_GUINT64_FORMAT " record%s in %u collection%s, replica %016" G_GINT64_MODIFIER "x\n", colours->bold, path,
           colours->plain, n_records, n_records == 1 ? "" : "s", n, n == 1 ? "" : "s", truce_store_get_replica (store));
  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceCollection) collection = truce_store_get_collection (store, *name, NULL, &error);
      g_autofree char *shown = truce_dup_shown (*name);

      if (collection == NULL)
        return truce_call_fail (call, error);
      g_print ("  %10" G_GUINT64_FORMAT " %s\n", truce_collection_get_n_records (collection), shown);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    if (truce_store_count (store, waits[i].delivery) > 0)
      g_print ("%s%" G_GUINT64_FORMAT " %s%s\n", waits[i].delivery >= TRUCE_DELIVERY_FAILED ? colours->bad : colours->warn,
               truce_store_count (store, waits[i].delivery), waits[i].words, colours->plain);
  return 0;
}

static int
print_status_json (TruceCall  *call,
                   TruceStore *store)
{
  g_auto(GStrv) names = truce_store_list_collections (store);
  g_autoptr(GString) line = g_string_new (NULL);

  g_string_printf (line, "{\"replica\":\"%016" G_GINT64_MODIFIER "x\",\"records\":%" G_GUINT64_FORMAT,
                   truce_store_get_replica (store), truce_store_get_n_records (store));
  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    g_string_append_printf (line, ",\"%s\":%" G_GUINT64_FORMAT, waits[i].member,
                            truce_store_count (store, waits[i].delivery));
  g_string_append (line, ",\"collections\":{");
  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceCollection) collection = truce_store_get_collection (store, *name, NULL, &error);
      g_autofree char *quoted = truce_dup_quoted (*name);

      if (collection == NULL)
        return truce_call_fail (call, error);
      g_string_append_printf (line, "%s%s:%" G_GUINT64_FORMAT, name != names ? "," : "", quoted,
                              truce_collection_get_n_records (collection));
    }
  g_string_append (line, "}}");
  truce_print_json (line->str);
  return 0;
}

int
truce_store_verb_status (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);

  if (store == NULL)
    return EXIT_BAD_INPUT;
  return call->json ? print_status_json (call, store) : print_status (call, store);
}

/* ---- verify ---- */

static void
print_problems (char   **problems,
                gboolean json)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);

  for (char **problem = problems; *problem != NULL; problem++)
    {
      g_autofree char *valid = g_utf8_make_valid (*problem, -1);
      g_autofree char *shown = json ? truce_dup_quoted (valid) : truce_dup_shown (valid);

      if (json)
        {
          g_autofree char *line = g_strdup_printf ("{\"problem\":%s}", shown);

          truce_print_json (line);
        }
      else
        {
          g_print ("%s%s%s\n", colours->bad, shown, colours->plain);
        }
    }
}

int
truce_store_verb_verify (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_autofree char *path = truce_dup_shown (call->path);
  g_auto(GStrv) problems = NULL;
  g_autoptr(GError) error = NULL;

  if (store == NULL)
    return EXIT_BAD_INPUT;
  problems = truce_store_verify (store, truce_bar_update, &call->bar, NULL, &error);
  truce_bar_clear (&call->bar);
  if (problems == NULL)
    return truce_call_fail (call, error);

  print_problems (problems, call->json);
  if (problems[0] != NULL)
    return EXIT_FAILED;
  if (!call->json)
    g_print ("%s: %sall is well%s\n", path, colours->good, colours->plain);
  return 0;
}

/* ---- purge ---- */

int
truce_store_verb_purge (TruceCall *call)
{
  g_autoptr(TruceStore) store = NULL;
  g_autoptr(GError) error = NULL;
  gint64 days = call->days == -1 ? 30 : call->days;
  gint64 n;

  if (days < 0)
    return truce_complain (NULL, "--days: it is not negative");
  store = truce_call_open (call->path, FALSE);
  if (store == NULL)
    return EXIT_BAD_INPUT;

  n = truce_store_purge (store, g_get_real_time () / 1000 - days * 24 * 60 * 60 * 1000, truce_bar_update, &call->bar,
                         NULL, &error);
  truce_bar_clear (&call->bar);
  if (n < 0)
    return truce_call_fail (call, error);
  g_print (call->json ? "{\"purged\":%" G_GINT64_FORMAT "}\n" : "%" G_GINT64_FORMAT " purged\n", n);
  return 0;
}

/* ---- the history ---- */

static void
print_entry (TruceLogEntry *entry,
             guint          number,
             gboolean       json)
{
  const char *value = truce_log_entry_get_text (entry);
  const char *pointer = truce_log_entry_get_pointer (entry);
  gint64 when = truce_log_entry_get_time_ms (entry);
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (when / 1000);
  g_autofree char *date = g_date_time_format_iso8601 (utc);
  g_autofree char *shown = json ? truce_dup_quoted (pointer) : truce_dup_shown (pointer);

  if (json)
    {
      g_autofree char *line = g_strdup_printf ("{\"number\":%u,\"lost\":\"%s\",\"pointer\":%s,\"value\":%s}", number, date,
                                               shown, value);

      truce_print_json (line);
    }
  else
    {
      g_print ("%u\t%s\t%s\t", number, date, shown);
      truce_print_json (value);
    }
}

static GListModel *
get_log (TruceCall       *call,
         TruceCollection *collection)
{
  g_autoptr(GError) error = NULL;
  GListModel *entries = truce_collection_get_log (collection, call->rest[0], &error);

  if (entries == NULL)
    truce_call_fail (call, error);
  return entries;
}

int
truce_store_verb_log (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, TRUE) : NULL;
  g_autoptr(GListModel) entries = collection != NULL ? get_log (call, collection) : NULL;

  if (entries == NULL)
    return EXIT_BAD_INPUT;
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(TruceLogEntry) entry = g_list_model_get_item (entries, i);

      print_entry (entry, i + 1, call->json);
    }
  return 0;
}

int
truce_store_verb_restore (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, TRUE) : NULL;
  g_autoptr(GListModel) entries = collection != NULL ? get_log (call, collection) : NULL;
  g_autoptr(TruceLogEntry) entry = NULL;
  g_autoptr(GError) error = NULL;
  guint64 number;

  if (entries == NULL)
    return EXIT_BAD_INPUT;
  if (!g_ascii_string_to_unsigned (call->rest[1], 10, 1, MAX (1, g_list_model_get_n_items (entries)), &number, NULL))
    return truce_complain (NULL, "“%s” is no number of “truce store log”", call->rest[1]);

  entry = g_list_model_get_item (entries, number - 1);
  if (entry == NULL)
    return truce_complain (NULL, "%s/%s has lost nothing", call->collection, call->rest[0]);
  return truce_collection_restore (collection, entry, &error) ? 0 : truce_call_fail (call, error);
}
