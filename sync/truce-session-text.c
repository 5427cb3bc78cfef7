/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A remote without stamps gets some: what it has is written over the base as if it had been written here just now.
 * Then its record is like any other, but that it always goes to the resolver: such stamps say nothing of who came
 * later. What it calls its versions (an ETag) is kept beside, and sent with the next change. */

#include "truce-session-take.h"
#include "truce-settle.h"
#include "truce-store-key.h"

#define TOKEN_GROUP "token"

gboolean
truce_session_keep_token (TruceSession *self,
                          const char   *key,
                          const char   *token,
                          GError      **error)
{
  g_autoptr(GBytes) bytes = token != NULL ? g_bytes_new (token, strlen (token)) : NULL;

  return truce_store_adapter_set_meta (self->store->adapter, TOKEN_GROUP, key, bytes, error);
}

gboolean
truce_session_read_token (TruceSession *self,
                          const char   *key,
                          char        **token,
                          GError      **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (self->store->adapter, TOKEN_GROUP, key, &local);

  *token = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The row as the remote has it, on top of what both sides last had: our base, or what is here where nothing waits. */
static TruceStoredRecord *
stamp_text (TruceSession        *self,
            TruceCollectionInfo *info,
            TruceStoredRecord   *ours,
            const char          *collection,
            const char          *id,
            const char          *text,
            GError             **error)
{
  TruceWrite write = { .collection = collection, .id = id, .schema = info->schema, .joined = TRUE };
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) base = NULL;
  TruceStoredRecord *row = NULL;

  if (ours != NULL)
    base = ours->delivery == TRUCE_DELIVERY_SYNCED ? truce_stored_record_ref (ours) : truce_base_row (ours, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  write.row = base;
  if (truce_write_begin (&write, error) && truce_store_stamp_write (self->store, &write, error))
    {
      truce_state_strip_local (write.state);
      if (truce_take_write_text (&write, text, error))
        row = truce_write_row (&write, self->store->version + 1, error);
    }
  truce_write_end (&write);
  return row;
}

/* Whether the remote has what it had, or what we have. Then there is nothing to decide. */
static gboolean
is_no_news (TruceStoredRecord *ours,
            const char        *collection,
            const char        *id,
            const char        *text,
            gboolean          *echo,
            gboolean          *unchanged,
            GError           **error)
{
  g_autoptr(TruceRecord) local = truce_settle_record (collection, id, ours != NULL ? ours->value : NULL, error);
  g_autoptr(TruceRecord) remote = local != NULL ? truce_settle_record (collection, id, text, error) : NULL;
  g_autoptr(GError) failed = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(TruceRecord) base = NULL;

  *echo = *unchanged = FALSE;
  if (remote == NULL)
    return FALSE;
  *echo = truce_settle_same (local, remote);
  if (*echo || ours == NULL || ours->delivery == TRUCE_DELIVERY_SYNCED)
    return TRUE;
  row = truce_base_row (ours, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  base = truce_settle_record (collection, id, row != NULL ? row->value : NULL, error);
  *unchanged = base != NULL && truce_settle_same (base, remote);
  return base != NULL;
}

static gboolean
take_text (TruceSession      *self,
           TruceStoredRecord *ours,
           const char        *collection,
           const char        *id,
           const char        *text,
           gboolean          *changed,
           GError           **error)
{
  TruceCollectionInfo *info = truce_store_info (self->store, collection, error);
  g_autoptr(TruceStoredRecord) theirs = NULL;
  TruceTaking taking;
  gboolean echo;
  gboolean unchanged;
  gboolean went;

  if (info == NULL || !is_no_news (ours, collection, id, text, &echo, &unchanged, error))
    return FALSE;
  if (unchanged || (ours == NULL && text == NULL))
    return TRUE;
  if (echo)
    return ours->delivery == TRUCE_DELIVERY_SYNCED ||
           truce_store_settle_row (self->store, info, ours, TRUCE_DELIVERY_SYNCED, NULL, error);

  theirs = stamp_text (self, info, ours, collection, id, text, error);
  if (theirs == NULL)
    return FALSE;
  went = truce_taking_begin (&taking, self, theirs, error);
  taking.plain = TRUE;
  went = went && truce_taking_take (&taking, changed, error);
  truce_taking_end (&taking);
  return went;
}

gboolean
truce_session_take_text (TruceSession *self,
                         const char   *collection,
                         const char   *id,
                         const char   *text,
                         const char   *token,
                         gboolean     *changed,
                         GError      **error)
{
  g_autofree char *key = truce_store_key (collection, id);
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) ours = truce_store_adapter_get (self->store->adapter, collection, id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return take_text (self, ours, collection, id, text, changed, error) &&
         truce_session_keep_token (self, key, text != NULL ? token : NULL, error);
}
