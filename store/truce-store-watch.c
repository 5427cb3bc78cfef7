/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Who observes a store is told after the commit, once a commit, in the order of commits, also where a handler
 * writes: then its news waits in a queue until everybody has heard the earlier one. Nothing is noted for a
 * collection that nobody observes.
 *
 * What others commit is in the feed. So the store looks, now and then and at each write, whether the feed has gone
 * beyond what was told; if so, that part of it is the news. */

#include "truce-collection-private.h"

/* So many changes by others are told one by one; beyond, that anything may have changed. */
#define MANY_CHANGES 4096

typedef struct
{
  TruceCollection *collection;  /* owned */
  GPtrArray *rows;              /* owned; NULL: anything */
} News;

static void
news_free (gpointer data)
{
  News *news = data;

  g_object_unref (news->collection);
  g_clear_pointer (&news->rows, g_ptr_array_unref);
  g_free (news);
}

void
truce_store_note (TruceStore          *self,
                  TruceCollectionInfo *info,
                  TruceStoredRecord   *row)
{
  if (info->object == NULL || !truce_collection_is_observed (info->object))
    return;

  if (info->changed == NULL)
    info->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_stored_record_unref);
  g_ptr_array_add (info->changed, truce_stored_record_ref (row));
}

void
truce_store_forget (TruceStore *self)
{
  GHashTableIter iter;
  TruceCollectionInfo *info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    g_clear_pointer (&info->changed, g_ptr_array_unref);
}

gboolean
truce_store_has_news (TruceStore      *self,
                      TruceCollection *collection)
{
  for (GList *link = self->news.head; link != NULL; link = link->next)
    if (((const News *) link->data)->collection == collection)
      return TRUE;
  return FALSE;
}

static void
push_news (TruceStore          *self,
           TruceCollectionInfo *info,
           GPtrArray           *rows)
{
  News *news = g_new0 (News, 1);

  news->collection = g_object_ref (info->object);
  news->rows = rows;
  g_queue_push_tail (&self->news, news);
}

/* What was noted becomes news. */
static void
push_noted (TruceStore *self)
{
  GHashTableIter iter;
  TruceCollectionInfo *info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    {
      if (info->changed == NULL)
        continue;
      if (info->object != NULL)
        push_news (self, info, g_steal_pointer (&info->changed));
      g_clear_pointer (&info->changed, g_ptr_array_unref);
    }
}

static void
push_anything (TruceStore *self)
{
  GHashTableIter iter;
  TruceCollectionInfo *info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    if (info->object != NULL && truce_collection_is_observed (info->object))
      push_news (self, info, NULL);
}

/* Notes what the feed has beyond what was told. FALSE where it is too much, or can't be read: then anything may
 * have changed. */
static gboolean
note_feed (TruceStore *self)
{
  gint64 after = self->told;

  if (self->version < self->told || self->version - self->told > MANY_CHANGES)
    return FALSE;
  while (after < self->version)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_change (self->adapter, after, &error);
      TruceCollectionInfo *info;

      if (error != NULL)
        return FALSE;
      if (row == NULL)
        break;
      info = truce_store_info (self, row->collection, NULL);
      if (info == NULL)
        return FALSE;
      truce_store_note (self, info, row);
      after = row->version;
    }
  return TRUE;
}

static void
deliver (TruceStore *self)
{
  g_autoptr(TruceStore) hold = g_object_ref (self);
  News *news;

  if (self->telling)
    return;

  self->telling = TRUE;
  truce_store_notify (self);
  while ((news = g_queue_pop_head (&self->news)) != NULL)
    {
      truce_collection_tell (news->collection, news->rows);
      news_free (news);
      truce_store_notify (self);
    }
  self->telling = FALSE;
}

void
truce_store_tell (TruceStore *self)
{
  /* Others have written since: their changes and ours are one stretch of the feed. */
  if (self->began != self->told && self->n_watchers > 0)
    {
      truce_store_forget (self);
      if (!note_feed (self))
        {
          truce_store_forget (self);
          push_anything (self);
        }
    }
  push_noted (self);
  self->told = self->version;
  deliver (self);
}

/**
 * truce_store_refresh:
 * @self: a store
 * @error: return location for an error
 *
 * Looks for what other processes, or threads, have committed to the same file,
 * and tells who observes this store. A store that is observed does so by itself.
 *
 * Linear in what has changed.
 *
 * Returns: %TRUE, or %FALSE with what the adapter says of a file that can't be
 *   read
 *
 * Since: 1.0
 */
gboolean
truce_store_refresh (TruceStore *self,
                     GError    **error)
{
  gint64 generation;
  gboolean read;

  g_return_val_if_fail (TRUCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->writing)
    return TRUE;
  generation = truce_store_adapter_get_generation (self->adapter);
  if (generation == self->generation && self->version == self->told)
    return TRUE;

  if (!truce_store_adapter_begin (self->adapter, FALSE, error))
    return FALSE;
  read = truce_store_load_meta (self, error);
  if (read && self->n_watchers > 0 && self->version != self->told && !note_feed (self))
    {
      truce_store_forget (self);
      push_anything (self);
    }
  truce_store_adapter_rollback (self->adapter);
  if (!read)
    return FALSE;

  self->generation = generation;
  push_noted (self);
  self->told = self->version;
  deliver (self);
  return TRUE;
}

static gboolean
refresh_now (gpointer data)
{
  TruceStore *self = data;
  g_autoptr(GError) error = NULL;

  /* A file that can't be read now may be readable in a moment; a write will say what is wrong. */
  if (!truce_store_refresh (self, &error))
    g_debug ("Looking for changes by others: %s", error->message);
  return G_SOURCE_CONTINUE;
}

void
truce_store_stop (TruceStore *self)
{
  if (self->refresh != NULL)
    g_source_destroy (self->refresh);
  g_clear_pointer (&self->refresh, g_source_unref);
}

void
truce_store_watch (TruceStore *self,
                   int         delta)
{
  self->n_watchers += delta;
  if (delta == 0 || self->n_watchers == 0)
    truce_store_stop (self);
  if (self->n_watchers == 0 || self->refresh_interval == 0 || self->refresh != NULL)
    return;

  /* Whoever begins to watch sees the store as it is; only what comes later is news. */
  self->refresh = g_timeout_source_new (self->refresh_interval);
  g_source_set_callback (self->refresh, refresh_now, self, NULL);
  g_source_attach (self->refresh, g_main_context_get_thread_default ());
}
