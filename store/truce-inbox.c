/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-inbox.h"
#include "truce-kind-private.h"
#include "truce-store-key.h"

void
truce_inbox_entry_free (TruceInboxEntry *entry)
{
  if (entry == NULL)
    return;

  g_free (entry->message);
  g_free (entry->remote);
  g_free (entry->token);
  g_clear_pointer (&entry->remote_state, g_bytes_unref);
  g_free (entry);
}

static GBytes *
write_entry (const TruceInboxEntry *entry)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"error\":\"%s\",\"message\":", g_enum_get_value (codes, entry->code)->value_nick);
  truce_json_write_string (out, entry->message != NULL ? entry->message : "", -1);
  g_string_append_printf (out, ",\"since\":%" G_GINT64_FORMAT ",\"next\":%" G_GINT64_FORMAT ",\"attempts\":%u",
                          entry->since_ms, entry->next_ms, entry->attempts);
  if (entry->remote != NULL)
    g_string_append_printf (out, ",\"remote\":%s", entry->remote);
  if (entry->remote_deleted)
    g_string_append (out, ",\"deleted\":true");
  if (entry->remote_state != NULL)
    {
      g_autofree char *state = g_base64_encode (g_bytes_get_data (entry->remote_state, NULL),
                                                g_bytes_get_size (entry->remote_state));

      g_string_append_printf (out, ",\"state\":\"%s\"", state);
    }
  if (entry->token != NULL)
    {
      g_string_append (out, ",\"token\":");
      truce_json_write_string (out, entry->token, -1);
    }
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}

gboolean
truce_inbox_put (TruceStore            *store,
                 TruceStoredRecord     *row,
                 TruceDelivery          delivery,
                 const TruceInboxEntry *entry,
                 GError               **error)
{
  g_autofree char *key = truce_store_key (row->collection, row->id);
  g_autoptr(GBytes) bytes = write_entry (entry);
  TruceCollectionInfo *info = truce_store_info (store, row->collection, error);
  g_autoptr(TruceStoredRecord) waiting = NULL;
  TruceStoredParts parts;

  g_assert (delivery == TRUCE_DELIVERY_FAILED || delivery == TRUCE_DELIVERY_CONFLICTED);

  if (info == NULL)
    return FALSE;
  parts = truce_stored_record_parts (row);
  parts.version = store->version + 1;
  parts.delivery = delivery;
  if (parts.base == NULL)
    {
      /* It was made here; but it has been sent, so others may know it. */
      parts.base = TRUCE_BASE_ABSENT;
      parts.base_length = strlen (TRUCE_BASE_ABSENT);
    }
  waiting = truce_stored_record_make (&parts);
  return truce_store_put_row (store, info, waiting, row, error) &&
         truce_store_adapter_set_meta (store->adapter, TRUCE_INBOX_GROUP, key, bytes, error);
}

gboolean
truce_inbox_remove (TruceStore *store,
                    const char *collection,
                    const char *id,
                    GError    **error)
{
  g_autofree char *key = truce_store_key (collection, id);

  return truce_store_adapter_set_meta (store->adapter, TRUCE_INBOX_GROUP, key, NULL, error);
}

static GBytes *
read_bytes (const TruceJsonDoc *doc,
            const char         *name)
{
  g_autofree char *text = truce_json_dup_text (doc, 0, name);
  gsize length;
  guchar *bytes;

  if (text == NULL)
    return NULL;
  bytes = g_base64_decode (text, &length);
  return g_bytes_new_take (bytes, length);
}

/* A newer version may know other errors; the record still waits. */
static TruceError
read_code (const TruceJsonDoc *doc)
{
  g_autofree char *nick = truce_json_dup_text (doc, 0, "error");
  int value = TRUCE_ERROR_REJECTED;

  if (nick == NULL || !truce_enum_from_nick (TRUCE_TYPE_ERROR, "error", nick, &value, NULL))
    return TRUCE_ERROR_REJECTED;
  return value;
}

static TruceInboxEntry *
read_entry (const TruceJsonDoc *doc)
{
  TruceInboxEntry *entry = g_new0 (TruceInboxEntry, 1);
  guint32 remote = truce_json_member (doc, 0, "remote");

  entry->code = read_code (doc);
  entry->message = truce_json_dup_text (doc, 0, "message");
  if (remote != TRUCE_JSON_NONE)
    entry->remote = g_strndup (doc->text + doc->nodes[remote].start, doc->nodes[remote].end - doc->nodes[remote].start);
  entry->remote_deleted = truce_json_member (doc, 0, "deleted") != TRUCE_JSON_NONE;
  entry->remote_state = read_bytes (doc, "state");
  entry->token = truce_json_dup_text (doc, 0, "token");
  entry->since_ms = truce_json_integer (doc, 0, "since");
  entry->next_ms = truce_json_integer (doc, 0, "next");
  entry->attempts = CLAMP (truce_json_integer (doc, 0, "attempts"), 0, G_MAXINT);
  return entry;
}

static TruceInboxEntry *
get_entry (TruceStore *store,
           const char *group,
           const char *key,
           GError    **error)
{
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (store->adapter, group, key, error);
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (bytes == NULL)
    return NULL;
  doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);
  if (doc != NULL && truce_json_type (doc, 0) == TRUCE_JSON_OBJECT)
    return read_entry (doc);

  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "%s: its entry in the inbox can't be read", key);
  return NULL;
}

TruceInboxEntry *
truce_inbox_get (TruceStore *store,
                 const char *collection,
                 const char *id,
                 GError    **error)
{
  g_autofree char *key = truce_store_key (collection, id);

  return get_entry (store, TRUCE_INBOX_GROUP, key, error);
}

/* ---- tried again later ---- */

gboolean
truce_retry_put (TruceStore            *store,
                 const char            *key,
                 const TruceInboxEntry *entry,
                 GError               **error)
{
  g_autoptr(GBytes) bytes = write_entry (entry);

  return truce_store_adapter_set_meta (store->adapter, TRUCE_RETRY_GROUP, key, bytes, error);
}

gboolean
truce_retry_remove (TruceStore *store,
                    const char *key,
                    GError    **error)
{
  return truce_store_adapter_set_meta (store->adapter, TRUCE_RETRY_GROUP, key, NULL, error);
}

TruceInboxEntry *
truce_retry_get (TruceStore *store,
                 const char *key,
                 GError    **error)
{
  return get_entry (store, TRUCE_RETRY_GROUP, key, error);
}
