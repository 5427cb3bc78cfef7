/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A server that assigns ids calls a record otherwise than it was made here. Then the record moves, whoever refers to
 * it follows, and the old id, which an app may still hold, stays an alias of the new one until no remote can know it.
 *
 * The old place keeps a tombstone, which is never sent. So other processes, whose lists follow the feed, and stores that
 * merge with this one, see it go. And an alias is looked for only where a tombstone was found: all other look-ups cost
 * what they always did. */

#include "truce-clock-private.h"
#include "truce-inbox.h"
#include "truce-kind-private.h"
#include "truce-log-private.h"
#include "truce-store-rename.h"

/* ---- aliases ---- */

static char *
get_alias (TruceStore *store,
           const char *key,
           GError    **error)
{
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (store->adapter, TRUCE_ALIAS_GROUP, key, error);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

static gboolean
set_alias (TruceStore *store,
           const char *key,
           const char *id,
           GError    **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (id, strlen (id));

  return truce_store_adapter_set_meta (store->adapter, TRUCE_ALIAS_GROUP, key, bytes, error);
}

TruceStoredRecord *
truce_store_find (TruceStore *store,
                  const char *collection,
                  const char *id,
                  GError    **error)
{
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (store->adapter, collection, id, error);
  g_autoptr(TruceStoredRecord) renamed = NULL;
  g_autoptr(GError) local = NULL;
  g_autofree char *key = NULL;
  g_autofree char *alias = NULL;

  if (row == NULL || row->value != NULL)
    return g_steal_pointer (&row);

  key = truce_store_key (collection, id);
  alias = get_alias (store, key, &local);
  if (alias != NULL)
    renamed = truce_store_adapter_get (store->adapter, collection, alias, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return renamed != NULL ? g_steal_pointer (&renamed) : g_steal_pointer (&row);
}

/* What was an alias of the old id is one of the new id from now on: a look-up takes one step. */
static gboolean
move_aliases (TruceStore *store,
              const char *collection,
              const char *old_id,
              const char *new_id,
              GError    **error)
{
  g_autofree char *prefix = truce_store_key (collection, "");
  g_autofree char *key = g_strdup (prefix);
  g_autoptr(GError) local = NULL;
  char *next;

  while ((next = truce_store_adapter_next_meta (store->adapter, TRUCE_ALIAS_GROUP, key, &local)) != NULL)
    {
      g_autofree char *alias = NULL;

      g_free (key);
      key = next;
      if (!g_str_has_prefix (key, prefix))
        return TRUE;
      alias = get_alias (store, key, &local);
      if (local != NULL || (g_strcmp0 (alias, old_id) == 0 && !set_alias (store, key, new_id, &local)))
        break;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
truce_store_drop_alias (TruceStore *store,
                        const char *collection,
                        const char *old_id,
                        GError    **error)
{
  g_autofree char *key = truce_store_key (collection, old_id);

  g_assert (store->writing);

  return truce_store_adapter_set_meta (store->adapter, TRUCE_ALIAS_GROUP, key, NULL, error);
}

/* ---- the record itself ---- */

static gboolean
move_meta (TruceStore *store,
           const char *group,
           const char *old_key,
           const char *new_key,
           GError    **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) value = truce_store_adapter_get_meta (store->adapter, group, old_key, &local);

  if (value != NULL && truce_store_adapter_set_meta (store->adapter, group, new_key, value, &local))
    truce_store_adapter_set_meta (store->adapter, group, old_key, NULL, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The history of a record is under keys that begin with its own. */
static gboolean
move_log (TruceStore *store,
          const char *old_key,
          const char *new_key,
          GError    **error)
{
  g_autofree char *prefix = g_strconcat (old_key, "/", NULL);
  g_autofree char *key = NULL;
  g_autoptr(GError) local = NULL;

  while ((key = truce_store_adapter_next_meta (store->adapter, TRUCE_LOG_GROUP, prefix, &local)) != NULL &&
         g_str_has_prefix (key, prefix))
    {
      g_autofree char *moved = g_strdup_printf ("%s/%s", new_key, key + strlen (prefix));

      if (!move_meta (store, TRUCE_LOG_GROUP, key, moved, error))
        return FALSE;
      g_clear_pointer (&key, g_free);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The old place shows nothing any more, and waits for nothing. */
static gboolean
bury (TruceStore          *store,
      TruceCollectionInfo *info,
      TruceStoredRecord   *row,
      GError             **error)
{
  TruceWrite write = { .collection = row->collection, .id = row->id, .schema = info->schema, .row = row };
  g_autoptr(TruceStoredRecord) tombstone = NULL;
  g_autoptr(TruceStoredRecord) settled = NULL;

  if (truce_store_tick (store, &write.stamp, error) && truce_write_begin (&write, error))
    {
      truce_state_delete (write.state, write.stamp);
      tombstone = truce_write_row (&write, store->version + 1, error);
    }
  truce_write_end (&write);
  if (tombstone == NULL)
    return FALSE;
  settled = truce_stored_record_settled (tombstone, TRUCE_DELIVERY_SYNCED, NULL);
  return truce_store_put_row (store, info, settled, row, error);
}

/* The history goes along, the old id leads to the new one. */
static gboolean
leave_row (TruceStore          *store,
           TruceCollectionInfo *info,
           TruceStoredRecord   *row,
           const char          *new_id,
           GError             **error)
{
  g_autofree char *old_key = truce_store_key (row->collection, row->id);
  g_autofree char *new_key = truce_store_key (row->collection, new_id);

  return move_log (store, old_key, new_key, error) &&
         bury (store, info, row, error) &&
         move_aliases (store, row->collection, row->id, new_id, error) &&
         set_alias (store, old_key, new_id, error) &&
         truce_store_drop_alias (store, row->collection, new_id, error);
}

static gboolean
move_row (TruceStore          *store,
          TruceCollectionInfo *info,
          TruceStoredRecord   *row,
          const char          *new_id,
          GError             **error)
{
  g_autofree char *old_key = truce_store_key (row->collection, row->id);
  g_autofree char *new_key = truce_store_key (row->collection, new_id);
  g_autoptr(TruceStoredRecord) moved = NULL;
  TruceStoredParts parts = truce_stored_record_parts (row);

  parts.id = new_id;
  parts.id_length = strlen (new_id);
  parts.key = 0;
  parts.version = store->version + 1;
  moved = truce_stored_record_make (&parts);
  return truce_store_put_row (store, info, moved, NULL, error) &&
         move_meta (store, TRUCE_INBOX_GROUP, old_key, new_key, error) &&
         move_meta (store, TRUCE_RETRY_GROUP, old_key, new_key, error) &&
         leave_row (store, info, row, new_id, error);
}

/* ---- who refers to it ---- */

typedef struct
{
  TruceStore *store;
  const char *collection;
  const char *old_id;
  const char *new_id;
} Rename;

static gboolean
is_id (const TruceJsonDoc *doc,
       guint32             node,
       const char         *id)
{
  g_autofree char *text = NULL;

  if (truce_json_type (doc, node) != TRUCE_JSON_STRING)
    return FALSE;
  text = truce_json_dup_string (doc, node);
  return strcmp (text, id) == 0;
}

/* A list of ids with the new one in the old one's place, and only once. Gives whether the old one was there. */
static gboolean
write_list (const Rename       *rename,
            const TruceJsonDoc *doc,
            guint32             list,
            GString            *out)
{
  gboolean found = FALSE;
  gboolean written = FALSE;

  g_string_append_c (out, '[');
  for (guint32 i = list + 1; i < doc->nodes[list].next; i = doc->nodes[i].next)
    {
      gboolean old = is_id (doc, i, rename->old_id);
      gboolean new = old || is_id (doc, i, rename->new_id);

      found |= old;
      if (new && written)
        continue;
      written |= new;
      if (out->str[out->len - 1] != '[')
        g_string_append_c (out, ',');
      if (new)
        truce_json_write_string (out, rename->new_id, -1);
      else
        g_string_append_len (out, doc->text + doc->nodes[i].start, doc->nodes[i].end - doc->nodes[i].start);
    }
  g_string_append_c (out, ']');
  return found;
}

/* Appends what the field is to be. Gives whether it named the old id. */
static gboolean
write_field (const Rename       *rename,
             const TruceJsonDoc *doc,
             guint32             node,
             GString            *out)
{
  if (truce_json_type (doc, node) == TRUCE_JSON_ARRAY)
    return write_list (rename, doc, node, out);

  truce_json_write_string (out, rename->new_id, -1);
  return is_id (doc, node, rename->old_id);
}

/* Whether it was made here, and never sent: nobody has seen what it says. */
static gboolean
is_unseen (const TruceStoredRecord *row)
{
  return row->delivery != TRUCE_DELIVERY_SYNCED && row->base == NULL;
}

/* Whether the field refers to the collection, and may be written. */
static gboolean
can_follow (const Rename            *rename,
            TruceSchema             *schema,
            const TruceStoredRecord *row,
            const char              *field,
            const char              *target)
{
  return strcmp (target, rename->collection) == 0 &&
         (is_unseen (row) ||
          truce_kind_of (truce_schema_field (schema, field, strlen (field))) != TRUCE_KIND_IMMUTABLE);
}

/* The patch for a record, or NULL: it does not refer to the old id. */
static char *
make_patch (const Rename            *rename,
            TruceSchema             *schema,
            const TruceStoredRecord *row,
            const TruceJsonDoc      *doc)
{
  g_autoptr(GString) patch = g_string_new ("{");
  GHashTableIter iter;
  const char *field;
  const char *target;

  g_hash_table_iter_init (&iter, schema->references);
  while (g_hash_table_iter_next (&iter, (gpointer *) &field, (gpointer *) &target))
    {
      guint32 node = truce_json_member (doc, 0, field);
      gsize length = patch->len;

      if (node == TRUCE_JSON_NONE || !can_follow (rename, schema, row, field, target))
        continue;
      if (length > 1)
        g_string_append_c (patch, ',');
      truce_json_write_string (patch, field, -1);
      g_string_append_c (patch, ':');
      if (!write_field (rename, doc, node, patch))
        g_string_truncate (patch, length);
    }
  if (patch->len == 1)
    return NULL;
  g_string_append_c (patch, '}');
  return g_strdup (patch->str);
}

/* Nobody has seen what a record says that was never sent: also what is immutable in it may still name the record by
 * its new id, under the stamp that it has. */
static void
replace_immutable (const Rename *rename,
                   TruceWrite   *write)
{
  GHashTableIter iter;
  const char *name;
  const char *target;

  g_hash_table_iter_init (&iter, write->schema->references);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &target))
    {
      TruceStateField *field = truce_state_field (&write->state->fields, name, strlen (name));
      TruceStatePart *part = field != NULL ? truce_state_part (field, TRUCE_SHAPE_FIRST) : NULL;

      for (guint32 i = 0; part != NULL && strcmp (target, rename->collection) == 0 && i < part->n; i++)
        {
          g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (part->dots[i].value.text, part->dots[i].value.length,
                                                                   NULL);
          g_autoptr(GString) text = g_string_new (NULL);

          if (doc == NULL || !is_id (doc, 0, rename->old_id))
            continue;
          truce_json_write_string (text, rename->new_id, -1);
          part->dots[i].value = truce_slice_copy ((TruceSlice) { text->str, text->len }, write->arena);
        }
    }
}

static gboolean
patch_row (const Rename        *rename,
           TruceCollectionInfo *info,
           TruceStoredRecord   *row,
           const char          *patch,
           GError             **error)
{
  TruceStore *store = rename->store;
  TruceOperation operation = { .verb = TRUCE_VERB_PATCH, .collection = row->collection, .id = row->id, .text = patch };
  TruceWrite write = { .collection = row->collection, .id = row->id, .schema = info->schema, .outbox = store->outbox,
                       .row = row };
  g_autoptr(TruceStoredRecord) patched = NULL;
  gboolean changed = FALSE;

  if (truce_store_tick (store, &write.stamp, error) && truce_write_begin (&write, error))
    {
      if (is_unseen (row))
        replace_immutable (rename, &write);
      if (truce_write_apply (&write, &operation, &changed, error))
        patched = truce_write_row (&write, store->version + 1, error);
    }
  truce_write_end (&write);
  return patched != NULL && truce_store_put_row (store, info, patched, row, error);
}

/* Most records do not have the id anywhere, and need not be read; a text with escapes may spell it in many ways. */
static gboolean
may_refer (const Rename            *rename,
           const TruceStoredRecord *row)
{
  return row->value != NULL &&
         (strstr (row->value, rename->old_id) != NULL || memchr (row->value, '\\', row->value_length) != NULL);
}

static gboolean
follow_row (const Rename        *rename,
            TruceCollectionInfo *info,
            TruceStoredRecord   *row,
            GError             **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autofree char *patch = NULL;

  if (!may_refer (rename, row))
    return TRUE;
  doc = truce_json_doc_parse_text (row->value, row->value_length, error);
  if (doc == NULL)
    {
      g_prefix_error (error, "%s/%s: ", row->collection, row->id);
      return FALSE;
    }
  patch = make_patch (rename, info->schema, row, doc);
  return patch == NULL || patch_row (rename, info, row, patch, error);
}

static gboolean
follow_collection (const Rename        *rename,
                   TruceCollectionInfo *info,
                   GError             **error)
{
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GError) local = NULL;

  while (TRUE)
    {
      TruceStoredRecord *next = truce_store_adapter_next (rename->store->adapter, info->name,
                                                          row != NULL ? row->id : NULL, &local);

      g_clear_pointer (&row, truce_stored_record_unref);
      row = next;
      if (row == NULL || !follow_row (rename, info, row, &local))
        break;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
refers_to (TruceCollectionInfo *info,
           const char          *collection)
{
  GHashTableIter iter;
  const char *target;

  g_hash_table_iter_init (&iter, info->schema->references);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &target))
    if (strcmp (target, collection) == 0)
      return TRUE;
  return FALSE;
}

/* ---- all of it ---- */

/* What becomes of the row itself. */
typedef gboolean (*LeaveFunc) (TruceStore          *store,
                               TruceCollectionInfo *info,
                               TruceStoredRecord   *row,
                               const char          *new_id,
                               GError             **error);

static gboolean
rename_record (TruceStore *store,
               const char *collection,
               const char *old_id,
               const char *new_id,
               LeaveFunc   leave,
               GError    **error)
{
  TruceCollectionInfo *info = truce_store_info (store, collection, error);
  Rename rename = { store, collection, old_id, new_id };
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GError) local = NULL;
  GHashTableIter iter;

  g_assert (store->writing);

  if (info == NULL || !truce_store_check_id (collection, new_id, error))
    return FALSE;
  if (strcmp (old_id, new_id) == 0)
    return TRUE;
  row = truce_store_adapter_get (store->adapter, collection, old_id, &local);
  if (row == NULL && local == NULL)
    local = g_error_new (TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: there is no such record", collection, old_id);
  if (local == NULL)
    leave (store, info, row, new_id, &local);

  g_hash_table_iter_init (&iter, store->collections);
  while (local == NULL && g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    if (refers_to (info, collection))
      follow_collection (&rename, info, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
truce_store_rename (TruceStore *store,
                    const char *collection,
                    const char *old_id,
                    const char *new_id,
                    GError    **error)
{
  return rename_record (store, collection, old_id, new_id, move_row, error);
}

gboolean
truce_store_unite (TruceStore *store,
                   const char *collection,
                   const char *old_id,
                   const char *new_id,
                   GError    **error)
{
  return rename_record (store, collection, old_id, new_id, leave_row, error);
}
