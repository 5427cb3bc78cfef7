/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"
#include "truce-collection-private.h"
#include "truce-log-entry-private.h"
#include "truce-log-private.h"
#include "truce-store-rename.h"

gboolean
truce_log_append (TruceStore       *store,
                  const char       *collection,
                  const char       *id,
                  const char       *pointer,
                  const char       *text,
                  gsize             length,
                  const TruceStamp *stamp,
                  GError          **error)
{
  g_autofree char *record = truce_store_key (collection, id);
  g_autofree char *key = NULL;
  g_autoptr(GBytes) bytes = NULL;
  char stamp_text[TRUCE_STAMP_TEXT_LENGTH + 1];
  TruceStamp now;
  GString *out;

  if (!truce_store_tick (store, &now, error))
    return FALSE;

  out = g_string_new ("{\"pointer\":");
  truce_json_write_string (out, pointer, -1);
  if (stamp != NULL)
    {
      truce_stamp_format (*stamp, stamp_text);
      g_string_append_printf (out, ",\"stamp\":\"%s\"", stamp_text);
    }
  g_string_append (out, ",\"value\":");
  g_string_append_len (out, text, length);
  g_string_append_c (out, '}');
  bytes = g_string_free_to_bytes (out);

  truce_stamp_format (now, stamp_text);
  key = g_strdup_printf ("%s/%s", record, stamp_text);
  return truce_store_adapter_set_meta (store->adapter, TRUCE_LOG_GROUP, key, bytes, error);
}

gint64
truce_log_key_ms (const char *key)
{
  const char *stamp_text = strrchr (key, '/');
  TruceStamp stamp;

  if (stamp_text == NULL || !truce_stamp_scan (stamp_text + 1, &stamp, NULL))
    return -1;
  return truce_time_ms (stamp.time);
}

/* The node at the pointer, or TRUCE_JSON_NONE. */
static guint32
find_node (const TruceJsonDoc *doc,
           char              **tokens)
{
  guint32 node = 0;

  for (; *tokens != NULL && node != TRUCE_JSON_NONE; tokens++)
    {
      guint64 index;

      if (truce_json_type (doc, node) == TRUCE_JSON_OBJECT)
        {
          node = truce_json_member (doc, node, *tokens);
        }
      else if (truce_json_type (doc, node) == TRUCE_JSON_ARRAY &&
               g_ascii_string_to_unsigned (*tokens, 10, 0, G_MAXUINT32, &index, NULL))
        {
          guint32 i = node + 1;

          for (; i < doc->nodes[node].next && index > 0; i = doc->nodes[i].next)
            index--;
          node = i < doc->nodes[node].next ? i : TRUCE_JSON_NONE;
        }
      else
        {
          node = TRUCE_JSON_NONE;
        }
    }
  return node;
}

/* NULL for what is no entry: it is passed over, and verify tells of it. */
static TruceLogEntry *
read_entry (const char *collection,
            const char *id,
            const char *key,
            GBytes     *bytes)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);
  g_autofree char *pointer = NULL;
  g_autofree char *stamp_text = NULL;
  g_autofree char *text = NULL;
  g_autoptr(TruceStamp) stamp = NULL;
  guint32 value;

  if (doc == NULL || truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    return NULL;
  pointer = truce_json_dup_text (doc, 0, "pointer");
  stamp_text = truce_json_dup_text (doc, 0, "stamp");
  value = truce_json_member (doc, 0, "value");
  if (pointer == NULL || value == TRUCE_JSON_NONE)
    return NULL;

  stamp = stamp_text != NULL ? truce_stamp_parse (stamp_text, NULL) : NULL;
  text = g_strndup (doc->text + doc->nodes[value].start, doc->nodes[value].end - doc->nodes[value].start);
  return truce_log_entry_new (collection, id, pointer, text, stamp, truce_log_key_ms (key));
}

/**
 * truce_collection_get_log:
 * @self: a collection
 * @id: an id
 * @error: return location for an error
 *
 * Lists the values of a record that lost in merges, the latest first. They are
 * kept for [property@Store:history-days], whatever becomes of the record.
 *
 * Linear in the entries of that record.
 *
 * Returns: (transfer full): a list of [class@LogEntry], empty if there are none;
 *   or %NULL with what the adapter says
 *
 * Since: 1.0
 */
GListModel *
truce_collection_get_log (TruceCollection *self,
                          const char      *id,
                          GError         **error)
{
  g_autoptr(GListStore) entries = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *after = NULL;
  g_autofree char *record = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GError) problem = NULL;
  TruceStoreAdapter *adapter;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  row = truce_store_find (truce_collection_get_store (self), truce_collection_get_name (self), id, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  adapter = truce_collection_get_store (self)->adapter;
  entries = g_list_store_new (TRUCE_TYPE_LOG_ENTRY);
  record = truce_store_key (truce_collection_get_name (self), row != NULL ? row->id : id);
  prefix = g_strconcat (record, "/", NULL);
  after = g_strdup (prefix);
  for (;;)
    {
      g_autoptr(GError) local = NULL;
      g_autofree char *key = truce_store_adapter_next_meta (adapter, TRUCE_LOG_GROUP, after, &local);
      g_autoptr(GBytes) bytes = NULL;
      g_autoptr(TruceLogEntry) entry = NULL;

      if (key != NULL && g_str_has_prefix (key, prefix))
        bytes = truce_store_adapter_get_meta (adapter, TRUCE_LOG_GROUP, key, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (bytes == NULL)
        return G_LIST_MODEL (g_steal_pointer (&entries));

      entry = read_entry (truce_collection_get_name (self), id, key, bytes);
      if (entry != NULL)
        g_list_store_insert (entries, 0, entry);
      g_free (after);
      after = g_steal_pointer (&key);
    }
}

/* The top-level field of the value with the entry's value put in at its place; NULL with an error where there is
 * no such place any more. */
static char *
build_patch (TruceLogEntry *entry,
             const char    *now,
             GError       **error)
{
  const char *pointer = truce_log_entry_get_pointer (entry);
  g_auto(GStrv) tokens = truce_json_pointer_split (pointer, error);
  g_autoptr(TruceJsonDoc) doc = tokens != NULL ? truce_json_doc_parse_text (now, -1, error) : NULL;
  g_autoptr(GString) out = NULL;
  guint n;
  guint32 node;

  if (doc == NULL)
    return NULL;
  n = g_strv_length (tokens);
  if (n == 0)
    return g_strdup (truce_log_entry_get_text (entry));

  /* A value within another one: the whole field, with the old text cut out and the new one put in. */
  node = find_node (doc, tokens);
  out = g_string_new ("{");
  truce_json_write_string (out, tokens[0], -1);
  g_string_append_c (out, ':');
  if (n == 1)
    {
      g_string_append (out, truce_log_entry_get_text (entry));
    }
  else if (node != TRUCE_JSON_NONE)
    {
      guint32 top = truce_json_member (doc, 0, tokens[0]);

      g_string_append_len (out, doc->text + doc->nodes[top].start, doc->nodes[node].start - doc->nodes[top].start);
      g_string_append (out, truce_log_entry_get_text (entry));
      g_string_append_len (out, doc->text + doc->nodes[node].end, doc->nodes[top].end - doc->nodes[node].end);
    }
  else
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: there is no %s any more",
                   truce_log_entry_get_collection (entry), truce_log_entry_get_id (entry), pointer);
      return NULL;
    }
  g_string_append_c (out, '}');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * truce_collection_restore:
 * @self: a collection
 * @entry: an entry of its log
 * @error: return location for an error
 *
 * Puts a value that lost in a merge back: a write like any other. The entry
 * stays in the log.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_NOT_FOUND if the record, or the
 *   place in it, is no more, or as [method@Collection.patch]
 *
 * Since: 1.0
 */
gboolean
truce_collection_restore (TruceCollection *self,
                          TruceLogEntry   *entry,
                          GError         **error)
{
  g_autofree char *now = NULL;
  g_autofree char *patch = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_LOG_ENTRY (entry), FALSE);
  g_return_val_if_fail (truce_log_entry_get_id (entry) != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  now = truce_collection_dup_text (self, truce_log_entry_get_id (entry), error);
  patch = now != NULL ? build_patch (entry, now, error) : NULL;
  return patch != NULL && truce_collection_patch_text (self, truce_log_entry_get_id (entry), patch, error);
}
