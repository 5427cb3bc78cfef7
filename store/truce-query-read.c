/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Whoever shows a list asks for its records one after the other, and again. Each that somebody holds is handed
 * out as it is. Otherwise two neighbours in a row show that somebody reads on, and the whole block about the
 * second is read with one SELECT, as a kernel reads ahead in a file. A view that scrolls so asks SQLite once in
 * 64 rows, and who looks at single places pays for those alone. What was read last is held: what scrolls out of
 * the view and comes back is still there. */

#include "truce-collection-private.h"
#include "truce-query-private.h"
#include "truce-record-private.h"
#include "truce-sqlite-query.h"

#define BLOCK 64                /* records, aligned */

/* Takes the place of the one that was read longest ago. */
static void
hold (TruceQuery  *self,
      TruceRecord *record)
{
  g_set_object (&self->held[self->next_held], record);
  self->next_held = (self->next_held + 1) % TRUCE_QUERY_HELD;
}

/* The ids of the block about a place whose records nobody holds. */
static GPtrArray *
block_ids (TruceQuery *self,
           guint       position)
{
  GPtrArray *ids = g_ptr_array_new_full (BLOCK, g_free);
  guint first = position - position % BLOCK;
  guint end = MIN (truce_id_list_length (self->list), first + BLOCK);

  for (guint i = first; i < end; i++)
    {
      const char *id = truce_id_list_get (self->list, i);

      if (!truce_collection_is_held (self->collection, id))
        g_ptr_array_add (ids, g_strdup (id));
    }
  return ids;
}

/* A TruceRowFunc. One that can't be read says so when it is asked for by itself. */
static void
take_row (TruceStoredRecord *row,
          gpointer           data)
{
  TruceQuery *self = data;
  g_autoptr(TruceRecord) record = truce_collection_wrap (self->collection, row, NULL);

  if (record != NULL)
    hold (self, record);
}

/* Only a help: what goes wrong here goes wrong again for the one record that is wanted. */
static void
read_block (TruceQuery *self,
            guint       position)
{
  TruceStore *store = truce_collection_get_store (self->collection);
  g_autoptr(GPtrArray) ids = block_ids (self, position);
  g_autoptr(GError) error = NULL;

  if (!truce_sqlite_get_several (store->adapter, self->spec.collection, ids, take_row, self, &error))
    g_debug ("%s: can't read ahead: %s", self->spec.collection, error->message);
}

static gboolean
reads_on (TruceQuery *self,
          guint       position)
{
  gboolean neighbour = position == self->last_read + 1 || position + 1 == self->last_read;

  self->last_read = position;
  return neighbour && truce_sqlite_can_get_several (truce_collection_get_store (self->collection)->adapter);
}

static TruceRecord *
read_one (TruceQuery *self,
          const char *id,
          GError    **error)
{
  TruceStore *store = truce_collection_get_store (self->collection);
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (store->adapter, self->spec.collection, id, error);
  TruceRecord *record = row != NULL ? truce_collection_wrap (self->collection, row, error) : NULL;

  if (record != NULL)
    hold (self, record);
  return record;
}

TruceRecord *
truce_query_read (TruceQuery *self,
                  guint       position,
                  GError    **error)
{
  g_autofree char *id = g_strdup (truce_id_list_get (self->list, position));
  TruceRecord *record = truce_collection_lookup (self->collection, id);
  gboolean ahead = reads_on (self, position);

  if (record == NULL && ahead)
    {
      read_block (self, position);
      record = truce_collection_lookup (self->collection, id);
    }
  return record != NULL ? record : read_one (self, id, error);
}

void
truce_query_forget (TruceQuery *self)
{
  for (guint i = 0; i < TRUCE_QUERY_HELD; i++)
    g_clear_object (&self->held[i]);
}
