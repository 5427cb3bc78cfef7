/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A record that refers to one that has not arrived yet waits for the next pass, so parents always go before children,
 * whole levels at a time, and no remote has to know of order. When a pass has moved nothing and only a circle of
 * references is left, the circle is sent as it is. Behind a record that is stuck everything waits that refers to it,
 * however far, and nothing else. */

#include "truce-clock-private.h"
#include "truce-session-private.h"
#include "truce-store-key.h"

#include <string.h>

static gboolean
was_tried (TruceSession            *self,
           const TruceStoredRecord *row,
           const char              *key)
{
  const gint64 *version = g_hash_table_lookup (self->push.tried, key);

  return version != NULL && *version == row->version;
}

/* Whether the record still waits to be sent. What has arrived another way, as where only the reply was lost, has
 * nothing to be put off any more. */
static gboolean
still_waits (TruceSession *self,
             const char   *key,
             gboolean     *waits,
             GError      **error)
{
  const char *slash = strchr (key, '/');
  g_autofree char *collection = g_uri_unescape_segment (key, slash, NULL);
  g_autofree char *id = slash != NULL ? g_uri_unescape_string (slash + 1, NULL) : NULL;
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  if (collection != NULL && id != NULL)
    row = truce_store_adapter_get (self->store->adapter, collection, id, &local);
  *waits = row != NULL && row->delivery == TRUCE_DELIVERY_PENDING;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_entry (TruceSession *self,
            const char   *key,
            gboolean     *wrote,
            GError      **error)
{
  gboolean waits;

  if (!still_waits (self, key, &waits, error))
    return FALSE;
  if (waits)
    {
      g_hash_table_add (self->push.delayed, g_strdup (key));
      return TRUE;
    }
  *wrote = TRUE;
  return truce_retry_remove (self->store, key, error);
}

gboolean
truce_session_read_delayed (TruceSession *self,
                            gboolean     *wrote,
                            GError      **error)
{
  g_autofree char *key = NULL;
  g_autoptr(GError) local = NULL;

  if (self->push.delayed != NULL)
    return TRUE;

  self->push.delayed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while (local == NULL)
    {
      char *next = truce_store_adapter_next_meta (self->store->adapter, TRUCE_RETRY_GROUP, key, &local);

      if (next == NULL)
        break;
      g_free (key);
      key = next;
      read_entry (self, key, wrote, &local);
    }
  if (local == NULL)
    return TRUE;
  g_clear_pointer (&self->push.delayed, g_hash_table_unref);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Whether it is too early for it; *attempts: how often it has been tried. */
static gboolean
is_delayed (TruceSession *self,
            const char   *key,
            guint        *attempts)
{
  g_autoptr(TruceInboxEntry) entry = NULL;

  *attempts = 0;
  if (!g_hash_table_contains (self->push.delayed, key))
    return FALSE;
  entry = truce_retry_get (self->store, key, NULL);
  if (entry == NULL)
    return FALSE;
  *attempts = entry->attempts;
  return entry->next_ms > truce_clock_now_ms (self->store->clock);
}

/* Mostly nothing has been put off, and then nothing has to be looked up. */
gboolean
truce_session_is_put_off (TruceSession            *self,
                          const TruceStoredRecord *row,
                          guint                   *attempts)
{
  g_autofree char *key = NULL;

  *attempts = 0;
  if (g_hash_table_size (self->push.tried) == 0 && g_hash_table_size (self->push.delayed) == 0)
    return FALSE;
  key = truce_store_key (row->collection, row->id);
  return was_tried (self, row, key) || is_delayed (self, key, attempts);
}

/* ---- references ---- */

typedef enum
{
  STANDING_ARRIVED,             /* the remote has it, or nobody has */
  STANDING_WAITS,               /* it will be sent, if nothing comes between */
  STANDING_STUCK,               /* it will not be in this session */
} Standing;

/* Whether the remote had the record when both sides last agreed. */
static gboolean
is_there (const TruceStoredRecord *row)
{
  TruceBase base;
  gboolean there;

  if (row->base == NULL || !truce_base_read (&base, row->base, row->base_length, NULL))
    return FALSE;
  there = !base.absent;
  truce_base_clear (&base);
  return there;
}

static Standing
standing_of (TruceSession            *self,
             const TruceStoredRecord *row)
{
  guint attempts;

  if (row == NULL || row->delivery == TRUCE_DELIVERY_SYNCED)
    return STANDING_ARRIVED;
  if (row->delivery == TRUCE_DELIVERY_CONFLICTED)
    return is_there (row) ? STANDING_ARRIVED : STANDING_STUCK;
  if (row->delivery == TRUCE_DELIVERY_FAILED)
    return STANDING_STUCK;
  return truce_session_is_put_off (self, row, &attempts) ? STANDING_STUCK : STANDING_WAITS;
}

static Standing worst_parent (TruceSession            *self,
                              const TruceStoredRecord *row,
                              GHashTable              *seen);

/* seen: records that have been looked at, where their own parents count too; NULL: they don't. */
static Standing
standing_of_parent (TruceSession *self,
                    const char   *collection,
                    const char   *id,
                    GHashTable   *seen)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) parent = truce_store_adapter_get (self->store->adapter, collection, id, &local);
  Standing standing = standing_of (self, parent);

  /* Not now, where the disk fails; but a parent that is damaged here may well be there. */
  if (local != NULL && !truce_error_is_of_record (local))
    return STANDING_STUCK;
  if (standing != STANDING_WAITS || seen == NULL)
    return standing;
  if (!g_hash_table_add (seen, truce_store_key (collection, id)))
    return STANDING_WAITS;
  return worst_parent (self, parent, seen) == STANDING_STUCK ? STANDING_STUCK : STANDING_WAITS;
}

/* The value of a field that refers: an id, or an array of ids. */
static Standing
worst_of_value (TruceSession       *self,
                const TruceJsonDoc *doc,
                guint32             node,
                const char         *collection,
                GHashTable         *seen)
{
  gboolean many = truce_json_type (doc, node) == TRUCE_JSON_ARRAY;
  Standing worst = STANDING_ARRIVED;

  for (guint32 i = many ? node + 1 : node; i < doc->nodes[node].next; i = doc->nodes[i].next)
    {
      g_autofree char *id = NULL;
      Standing standing;

      if (truce_json_type (doc, i) != TRUCE_JSON_STRING)
        continue;
      id = truce_json_dup_string (doc, i);
      standing = standing_of_parent (self, collection, id, seen);
      worst = MAX (worst, standing);
    }
  return worst;
}

/* Of the records that a row refers to, and, with seen, of those that they refer to. */
static Standing
worst_parent (TruceSession            *self,
              const TruceStoredRecord *row,
              GHashTable              *seen)
{
  TruceCollectionInfo *info = truce_store_info (self->store, row->collection, NULL);
  g_autoptr(TruceJsonDoc) doc = NULL;
  Standing worst = STANDING_ARRIVED;
  GHashTableIter iter;
  gpointer field;
  gpointer collection;

  if (info == NULL || row->value == NULL || g_hash_table_size (info->schema->references) == 0)
    return STANDING_ARRIVED;
  doc = truce_json_doc_parse_text (row->value, row->value_length, NULL);
  g_hash_table_iter_init (&iter, info->schema->references);
  while (doc != NULL && g_hash_table_iter_next (&iter, &field, &collection))
    {
      guint32 node = truce_json_member (doc, 0, field);
      Standing standing = node == TRUCE_JSON_NONE ? STANDING_ARRIVED : worst_of_value (self, doc, node, collection, seen);

      worst = MAX (worst, standing);
    }
  return worst;
}

gboolean
truce_session_may_go (TruceSession            *self,
                      const TruceStoredRecord *row,
                      gboolean                 circles)
{
  g_autoptr(GHashTable) seen = circles ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) : NULL;
  Standing worst = worst_parent (self, row, seen);

  return circles ? worst != STANDING_STUCK : worst == STANDING_ARRIVED;
}
