/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"
#include "truce-inbox.h"

#include <unistd.h>

#define META_GROUP "store"
#define META_KEY "state"

gboolean
truce_store_load_meta (TruceStore *self,
                       GError    **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (self->adapter, META_GROUP, META_KEY, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return truce_store_read_meta (self, bytes, error);
}

gboolean
truce_store_begin (TruceStore *self,
                   GError    **error)
{
  if (self->writing)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY,
                   "a write can't begin within another: wait until the batch has ended");
      return FALSE;
    }
  if (self->pid != getpid ())
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED,
                   "a store can't be used by a child of the process that opened it: open it again");
      return FALSE;
    }
  if (!truce_store_adapter_begin (self->adapter, TRUE, error))
    return FALSE;
  if (!truce_store_load_meta (self, error))
    {
      truce_store_adapter_rollback (self->adapter);
      return FALSE;
    }
  self->writing = TRUE;
  self->began = self->version;
  return TRUE;
}

gboolean
truce_store_commit (TruceStore *self,
                    GError    **error)
{
  g_autoptr(GBytes) meta = truce_store_write_meta (self);

  g_assert (self->writing);

  if (!truce_store_adapter_set_meta (self->adapter, META_GROUP, META_KEY, meta, error))
    {
      truce_store_rollback (self);
      return FALSE;
    }
  if (!truce_store_adapter_commit (self->adapter, error))
    {
      truce_store_rollback (self);
      return FALSE;
    }
  self->writing = FALSE;
  g_clear_pointer (&self->meta, g_bytes_unref);
  self->meta = g_steal_pointer (&meta);
  truce_store_tell (self);
  return TRUE;
}

/* The counts are again what the last commit left; the clock stays ahead, for its stamps have been given. */
void
truce_store_rollback (TruceStore *self)
{
  g_autoptr(GBytes) meta = g_steal_pointer (&self->meta);

  truce_store_adapter_rollback (self->adapter);
  self->writing = FALSE;
  truce_store_forget (self);
  if (!truce_store_read_meta (self, meta, NULL))
    g_assert_not_reached ();    /* it was read before */
}

gboolean
truce_store_tick (TruceStore *self,
                  TruceStamp *stamp,
                  GError    **error)
{
  if (!truce_clock_tick_into (self->clock, stamp, error))
    return FALSE;
  self->given = stamp->time;
  return TRUE;
}

static void
count_row (TruceCollectionInfo     *info,
           const TruceStoredRecord *row,
           int                      delta)
{
  info->counts.n_rows[row->delivery] += delta;
  if (row->value != NULL)
    info->counts.n_records += delta;
}

static gboolean
is_of_inbox (TruceDelivery delivery)
{
  return delivery == TRUCE_DELIVERY_FAILED || delivery == TRUCE_DELIVERY_CONFLICTED;
}

gboolean
truce_store_put_row (TruceStore          *self,
                     TruceCollectionInfo *info,
                     TruceStoredRecord   *row,
                     TruceStoredRecord   *replaced,
                     GError             **error)
{
  g_assert (self->writing);

  if (!truce_store_adapter_put (self->adapter, row, replaced, error))
    return FALSE;
  if (replaced != NULL && is_of_inbox (replaced->delivery) && !is_of_inbox (row->delivery) &&
      !truce_inbox_remove (self, row->collection, row->id, error))
    return FALSE;

  self->version = row->version;
  if (replaced != NULL)
    count_row (info, replaced, -1);
  count_row (info, row, 1);
  truce_store_note (self, info, row);
  return TRUE;
}

gboolean
truce_store_settle_row (TruceStore          *self,
                        TruceCollectionInfo *info,
                        TruceStoredRecord   *row,
                        TruceDelivery        delivery,
                        GBytes              *base,
                        GError             **error)
{
  g_assert (self->writing);
  g_assert ((base != NULL) <= (delivery != TRUCE_DELIVERY_SYNCED));

  if (!truce_store_adapter_settle (self->adapter, row, delivery, base, error))
    return FALSE;
  if (is_of_inbox (row->delivery) && !is_of_inbox (delivery) &&
      !truce_inbox_remove (self, row->collection, row->id, error))
    return FALSE;

  info->counts.n_rows[row->delivery]--;
  info->counts.n_rows[delivery]++;
  return TRUE;
}

gboolean
truce_store_remove_row (TruceStore          *self,
                        TruceCollectionInfo *info,
                        TruceStoredRecord   *row,
                        GError             **error)
{
  g_assert (self->writing);

  if (!truce_store_adapter_remove (self->adapter, row, error))
    return FALSE;
  if (is_of_inbox (row->delivery) && !truce_inbox_remove (self, row->collection, row->id, error))
    return FALSE;

  count_row (info, row, -1);
  truce_store_note (self, info, row);
  return TRUE;
}
