/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <unistd.h>

/* ---- status ---- */

static void
print_counts (JsonObject *counts,
              const char *name)
{
  static const struct
  {
    const char *member;
    const char *words;
  } waits[] = {
    { "pending", "to be sent" },
    { "failed", "rejected" },
    { "conflicted", "in conflict" },
  };
  const TruceColours *colours = truce_colours (STDOUT_FILENO);

  g_print ("  %10" G_GINT64_FORMAT " %s", json_object_get_int_member (counts, "records"), name);
  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    if (json_object_get_int_member (counts, waits[i].member) > 0)
      g_print (", %s%" G_GINT64_FORMAT " %s%s", i == 0 ? colours->warn : colours->bad,
               json_object_get_int_member (counts, waits[i].member), waits[i].words, colours->plain);
  g_print ("\n");
}

static void
print_collection (JsonObject *collections,
                  const char *name,
                  JsonNode   *counts,
                  gpointer    data)
{
  g_autofree char *shown = truce_dup_shown (name);

  print_counts (json_node_get_object (counts), shown);
}

static void
print_text (JsonObject *sync,
            const char *member,
            const char *words)
{
  const char *text = json_object_get_string_member_with_default (sync, member, NULL);
  g_autofree char *shown = text != NULL ? truce_dup_shown (text) : NULL;

  if (text != NULL)
    g_print ("%s %s\n", words, shown);
}

static void
print_time (JsonObject *sync,
            const char *member,
            const char *words)
{
  gint64 ms = json_object_get_int_member_with_default (sync, member, 0);
  g_autofree char *shown = truce_dup_time (ms);

  if (ms > 0)
    g_print ("%s %s\n", words, shown);
}

static void
print_status (TruceCall  *call,
              JsonObject *status)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_autofree char *path = truce_dup_shown (call->path);

  g_print ("%s%s%s: replica %s\n", colours->bold, path, colours->plain, json_object_get_string_member (status, "replica"));
  json_object_foreach_member (json_object_get_object_member (status, "collections"), print_collection, NULL);
  if (!json_object_has_member (status, "sync"))
    {
      g_print ("never synced\n");
      return;
    }

  status = json_object_get_object_member (status, "sync");
  print_text (status, "account", "account");
  print_time (status, "success", "last synced");
  print_time (status, "listed", "last compared with all that the remote has");
  g_print ("read up to %" G_GINT64_FORMAT "\n", json_object_get_int_member_with_default (status, "cursor", 0));
  print_text (status, "epoch", "epoch");
  print_text (status, "sent", "sent up to");
  print_text (status, "filters", "filters");
}

int
truce_sync_verb_status (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceRecord) status = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (store == NULL)
    return EXIT_BAD_INPUT;
  text = truce_store_describe_sync (store, &error);
  if (text != NULL)
    status = truce_record_new_from_text ("status", "1", text, &error);
  if (status == NULL)
    return truce_call_fail (call, error);

  if (call->json)
    truce_print_json (text);
  else
    print_status (call, json_node_get_object (truce_record_get_value (status)));
  return 0;
}

/* ---- inbox ---- */

/* In the server's own words. */
static const char *
get_message (TruceInboxItem *item)
{
  const char *message = truce_inbox_item_get_message (item);

  return message != NULL ? message : "";
}

static char *
dup_item_json (TruceInboxItem *item,
               const char     *code)
{
  g_autofree char *collection = truce_dup_quoted (truce_inbox_item_get_collection (item));
  g_autofree char *id = truce_dup_quoted (truce_inbox_item_get_id (item));
  g_autofree char *message = truce_dup_quoted (get_message (item));
  g_autofree char *remote = truce_inbox_item_dup_remote (item);

  return g_strdup_printf ("{\"collection\":%s,\"id\":%s,\"delivery\":\"%s\",\"error\":\"%s\",\"message\":%s,"
                          "\"since\":%" G_GINT64_FORMAT ",\"attempts\":%u%s%s}", collection, id,
                          truce_inbox_item_get_delivery (item) == TRUCE_DELIVERY_CONFLICTED ? "conflicted" : "failed",
                          code, message, truce_inbox_item_get_since (item), truce_inbox_item_get_attempts (item),
                          remote != NULL ? ",\"remote\":" : "", remote != NULL ? remote : "");
}

/* Those that wait for it, below it. */
static void
print_waiting (TruceInboxItem *item)
{
  g_autoptr(GListModel) waiting = truce_inbox_item_get_waiting (item);

  for (guint i = 0; i < g_list_model_get_n_items (waiting); i++)
    {
      g_autoptr(TruceRecord) record = g_list_model_get_item (waiting, i);
      g_autofree char *collection = truce_dup_shown (truce_record_get_collection (record));
      g_autofree char *id = truce_dup_shown (truce_record_get_id (record));

      g_print ("\twaits for it: %s/%s\n", collection, id);
    }
}

static void
print_item (TruceInboxItem *item,
            gboolean        json)
{
  const TruceColours *colours = truce_colours (STDOUT_FILENO);
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);
  const char *code = g_enum_get_value (codes, truce_inbox_item_get_code (item))->value_nick;
  g_autofree char *collection = truce_dup_shown (truce_inbox_item_get_collection (item));
  g_autofree char *id = truce_dup_shown (truce_inbox_item_get_id (item));
  g_autofree char *message = truce_dup_shown (get_message (item));
  g_autofree char *since = truce_dup_time (truce_inbox_item_get_since (item));
  g_autofree char *line = json ? dup_item_json (item, code) : NULL;

  if (json)
    {
      truce_print_json (line);
      return;
    }
  g_print ("%s%s/%s%s\t%s%s%s\t%s\t%s\n", colours->bold, collection, id, colours->plain, colours->bad, code, colours->plain, since,
           message);
  print_waiting (item);
}

int
truce_sync_verb_inbox (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceInbox) inbox = NULL;
  g_autoptr(GError) error = NULL;

  if (store == NULL)
    return EXIT_BAD_INPUT;
  inbox = truce_inbox_new (store, &error);
  if (inbox == NULL)
    return truce_call_fail (call, error);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (inbox)); i++)
    {
      g_autoptr(TruceInboxItem) item = g_list_model_get_item (G_LIST_MODEL (inbox), i);

      print_item (item, call->json);
    }
  return 0;
}
