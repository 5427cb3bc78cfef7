/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a person asks when a record is not what it should be: what happened to it, who won and why, what waits, and what
 * comes next. Everything is read from what the store keeps anyway (stamps, history, base, inbox), in one snapshot, and
 * nothing is written. */

#include "truce-base.h"
#include "truce-collection.h"
#include "truce-explain.h"
#include "truce-explain-private.h"
#include "truce-inbox.h"
#include "truce-kind-private.h"
#include "truce-store-key.h"
#include "truce-store-rename.h"
#include "truce-write.h"

typedef struct
{
  TruceStore *store;
  TruceCollection *collection;  /* owned */
  const char *id;
  TruceStoredRecord *row;       /* owned */
  GArray *story;                /* owned */
  GString *out;                 /* owned */
} Explanation;

static void
explanation_clear (Explanation *self)
{
  g_clear_object (&self->collection);
  g_clear_pointer (&self->row, truce_stored_record_unref);
  g_clear_pointer (&self->story, g_array_unref);
  if (self->out != NULL)
    g_string_free (g_steal_pointer (&self->out), TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Explanation, explanation_clear)

/* ,"NAME":"TEXT"  but for NULL */
static void
append_text (GString    *out,
             const char *name,
             const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (out, ",\"%s\":", name);
  truce_json_write_string (out, text, -1);
}

static void
append_event (Explanation           *self,
              const TruceStoryEvent *event)
{
  char stamp[TRUCE_STAMP_TEXT_LENGTH + 1];

  g_string_append_printf (self->out, "{\"event\":\"%s\"", event->what);
  append_text (self->out, "pointer", event->pointer);
  if (event->value != NULL)
    g_string_append_printf (self->out, ",\"value\":%s", event->value);
  if (event->time_ms >= 0)
    g_string_append_printf (self->out, ",\"time\":%" G_GINT64_FORMAT, event->time_ms);
  if (event->stamp.time != 0)
    {
      truce_stamp_format (event->stamp, stamp);
      g_string_append_printf (self->out, ",\"stamp\":\"%s\",\"replica\":\"%016" G_GINT64_MODIFIER "x\",\"here\":%s", stamp,
                              event->stamp.replica,
                              event->stamp.replica == truce_store_get_replica (self->store) ? "true" : "false");
    }
  append_text (self->out, "by", event->by);
  g_string_append_c (self->out, '}');
}

static void
append_events (Explanation *self)
{
  g_string_append (self->out, ",\"events\":[");
  for (guint i = 0; i < self->story->len; i++)
    {
      if (i > 0)
        g_string_append_c (self->out, ',');
      append_event (self, &g_array_index (self->story, TruceStoryEvent, i));
    }
  g_string_append_c (self->out, ']');
}

/* What waits: the fields changed since both sides last agreed, and what they were. */
static gboolean
append_base (Explanation *self,
             GError     **error)
{
  TruceBase base;

  if (self->row->base == NULL)
    return TRUE;
  if (!truce_base_read (&base, self->row->base, self->row->base_length, error))
    return FALSE;

  g_string_append_printf (self->out, ",\"base\":{\"absent\":%s,\"fields\":[", base.absent ? "true" : "false");
  for (guint i = 0; base.fields != NULL && i < base.fields->len; i++)
    {
      const TruceBaseField *field = &g_array_index (base.fields, TruceBaseField, i);

      g_string_append (self->out, i > 0 ? ",{\"field\":" : "{\"field\":");
      truce_json_write_string (self->out, field->name, -1);
      if (field->old != NULL)
        g_string_append_printf (self->out, ",\"old\":%s", field->old);
      g_string_append_c (self->out, '}');
    }
  g_string_append (self->out, "]}");
  truce_base_clear (&base);
  return TRUE;
}

/* A JSON object of the adapter's meta as a member, but for the bytes that it may hold beside what people read. No entry:
 * nothing. */
static gboolean
append_meta (GString           *out,
             TruceStoreAdapter *adapter,
             const char        *group,
             const char        *key,
             GError           **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (adapter, group, key, &local);
  g_autoptr(TruceJsonDoc) doc = bytes != NULL ? truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, &local) : NULL;
  const char *separator = "";

  if (local != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s of %s: ", group, key);
      return FALSE;
    }
  if (doc == NULL || truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    return TRUE;

  g_string_append_printf (out, ",\"%s\":{", group);
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);

      if (g_str_equal (name, "state"))
        continue;
      g_string_append (out, separator);
      g_string_append_len (out, doc->text + doc->nodes[i].start, doc->nodes[i + 1].end - doc->nodes[i].start);
      separator = ",";
    }
  g_string_append_c (out, '}');
  return TRUE;
}

static gboolean
append_all (Explanation *self,
            GError     **error)
{
  g_autofree char *key = truce_store_key (self->row->collection, self->row->id);
  g_autoptr(GEnumClass) deliveries = g_type_class_ref (TRUCE_TYPE_DELIVERY);

  self->out = g_string_new ("{\"collection\":");
  truce_json_write_string (self->out, self->row->collection, -1);
  append_text (self->out, "id", self->row->id);
  g_string_append_printf (self->out, ",\"replica\":\"%016" G_GINT64_MODIFIER "x\",\"delivery\":\"%s\",\"value\":%s",
                          truce_store_get_replica (self->store),
                          g_enum_get_value (deliveries, self->row->delivery)->value_nick,
                          self->row->value != NULL ? self->row->value : "null");
  append_events (self);
  if (!append_base (self, error) ||
      !append_meta (self->out, self->store->adapter, TRUCE_INBOX_GROUP, key, error) ||
      !append_meta (self->out, self->store->adapter, TRUCE_RETRY_GROUP, key, error))
    return FALSE;
  g_string_append_c (self->out, '}');
  return TRUE;
}

/* The row, or that which the id was renamed to. */
static gboolean
read_row (Explanation *self,
          GError     **error)
{
  const char *name = truce_collection_get_name (self->collection);
  g_autoptr(GError) local = NULL;
  g_autofree char *shown = truce_show_name (self->id);

  self->row = truce_store_find (self->store, name, self->id, &local);
  if (self->row != NULL)
    return TRUE;

  if (local == NULL)
    g_set_error (&local, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s/%s: there is no such record", name, shown);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_story (Explanation *self,
            GError     **error)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GListModel) log = truce_collection_get_log (self->collection, self->row->id, error);
  TruceState *state = NULL;

  if (log != NULL)
    state = truce_state_decode (arena, self->row->value, self->row->value_length, self->row->state,
                                self->row->state_length, error);
  if (state == NULL)
    return FALSE;
  self->story = truce_story_new (state, self->row->value != NULL);
  truce_story_lose (self->story, log);
  truce_story_sort (self->story);
  return TRUE;
}

/**
 * truce_store_explain:
 * @self: a store
 * @collection: the name of a collection
 * @id: an id in it
 * @error: return location for an error
 *
 * Tells the story of a record as JSON: an object with
 *
 * - `collection`, `id`, `delivery`, `value` (`null` for a deleted one), and
 *   `replica`, the id of this store's own;
 * - `events`: what is still known of its past, in order of time. Each has an
 *   `event` (`create`, `delete`, `write`, `unset`, `add`, `count`, `local`, or
 *   `lose` for a value that lost in a merge), a `pointer` to the field, a
 *   `value`, the `time` in milliseconds since 1970, the `stamp` and `replica` of
 *   who did it, whether that was `here`, and where it does not show `by` what
 *   it lost: `later`, `first`, `max`, `min`, `true-wins`, `false-wins`,
 *   `kind`, `resolver`, `deleted`, or, for a deletion, `written`;
 * - `base`, for a record that waits: the `fields` changed since both sides last
 *   agreed, each with its `old` value;
 * - `inbox` and `retry`: why it was rejected, is in conflict, or is tried again:
 *   `error`, `message` in the server's own words, `since`, `next`, `attempts`.
 *
 * Members may be added. Linear in the record and its history.
 *
 * Returns: (transfer full): the JSON, or %NULL with %TRUCE_ERROR_NOT_FOUND, or
 *   %TRUCE_ERROR_CORRUPT for a record that can't be read
 *
 * Since: 1.0
 */
char *
truce_store_explain (TruceStore *self,
                     const char *collection,
                     const char *id,
                     GError    **error)
{
  g_auto(Explanation) explanation = { .store = self, .id = id };
  gboolean read;

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);
  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  explanation.collection = truce_store_get_collection (self, collection, NULL, error);
  if (explanation.collection == NULL || !truce_store_adapter_begin (self->adapter, FALSE, error))
    return NULL;
  read = read_row (&explanation, error) && read_story (&explanation, error) && append_all (&explanation, error);
  truce_store_adapter_rollback (self->adapter);
  return read ? g_string_free (g_steal_pointer (&explanation.out), FALSE) : NULL;
}

/* ---- the whole store ---- */

static void
append_counts (GString    *out,
               TruceCounts counts)
{
  g_string_append_printf (out, "\"records\":%" G_GUINT64_FORMAT ",\"pending\":%" G_GUINT64_FORMAT
                          ",\"failed\":%" G_GUINT64_FORMAT ",\"conflicted\":%" G_GUINT64_FORMAT, counts.n_records,
                          counts.n_rows[TRUCE_DELIVERY_PENDING], counts.n_rows[TRUCE_DELIVERY_FAILED],
                          counts.n_rows[TRUCE_DELIVERY_CONFLICTED]);
}

static gboolean
append_collections (GString    *out,
                    TruceStore *store,
                    GError    **error)
{
  g_auto(GStrv) names = truce_store_list_collections (store);

  g_string_append (out, ",\"collections\":{");
  for (char **name = names; *name != NULL; name++)
    {
      TruceCollectionInfo *info = truce_store_info (store, *name, error);

      if (info == NULL)
        return FALSE;
      if (name != names)
        g_string_append_c (out, ',');
      truce_json_write_string (out, *name, -1);
      g_string_append (out, ":{");
      append_counts (out, info->counts);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, '}');
  return TRUE;
}

/**
 * truce_store_describe_sync:
 * @self: a store
 * @error: return location for an error
 *
 * Tells how far a store's sync has come, as JSON: an object with
 *
 * - `replica`, the id of the store's own;
 * - `records`, and how many of them are `pending`, `failed` or `conflicted`: of
 *   all, and for each collection in `collections`;
 * - `sync`, once there was a session: the remote's `epoch`, the `cursor` up to
 *   which its feed has been read, the `account`, and the time of the last success
 *   in milliseconds since 1970.
 *
 * Members may be added. It needs no remote; linear in the collections.
 *
 * Returns: (transfer full): the JSON, or %NULL with what the adapter says
 *
 * Since: 1.0
 */
char *
truce_store_describe_sync (TruceStore *self,
                           GError    **error)
{
  g_autoptr(GString) out = g_string_new (NULL);

  g_return_val_if_fail (TRUCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_string_printf (out, "{\"replica\":\"%016" G_GINT64_MODIFIER "x\",", truce_store_get_replica (self));
  append_counts (out, truce_store_sum_counts (self));
  if (!append_collections (out, self, error) ||
      !append_meta (out, self->adapter, "sync", "main", error))
    return NULL;
  g_string_append_c (out, '}');
  return g_string_free (g_steal_pointer (&out), FALSE);
}
