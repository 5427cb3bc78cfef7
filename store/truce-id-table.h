/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ids in one stretch of memory, found by a hash. Private: nothing here is installed. */

#include <glib.h>

G_BEGIN_DECLS

#define TRUCE_ID_NONE G_MAXUINT32

typedef struct
{
  guint32 start;                /* of the id in the arena; of a free entry: the next free one */
  guint32 block;                /* whoever owns the table may keep a number here; TRUCE_ID_NONE: a free entry */
} TruceIdEntry;

/* An id is named by a handle, the index of its entry, until it is removed. */
typedef struct
{
  char *arena;                  /* the ids, each ended by NUL */
  gsize arena_length;
  gsize arena_size;
  gsize n_dead;                 /* bytes of the arena that belong to removed ids */
  TruceIdEntry *entries;
  guint32 n_entries;            /* free ones too */
  guint32 entries_size;
  guint32 free_entry;           /* the first of a list; TRUCE_ID_NONE: none */
  guint32 n_ids;
  guint32 *slots;               /* handles by hash, with linear probing; TRUCE_ID_NONE: empty */
  guint32 n_slots;              /* a power of two; some are empty always. 0 until somebody looks for an id */
} TruceIdTable;

void     truce_id_table_init   (TruceIdTable       *self);
void     truce_id_table_clear  (TruceIdTable       *self);
/* The id's handle, or TRUCE_ID_NONE. The first time, all ids are hashed. */
guint32  truce_id_table_find   (TruceIdTable       *self,
                                const char         *id,
                                gsize               length);
/* A new handle; the id is copied, and not in the table yet. */
guint32  truce_id_table_add    (TruceIdTable       *self,
                                const char         *id,
                                gsize               length,
                                guint32             block);
void     truce_id_table_remove (TruceIdTable       *self,
                                guint32             handle);
/* Gives back what was allocated ahead: after many additions. */
void     truce_id_table_trim   (TruceIdTable       *self);

/* Of use until the table changes. */
static inline const char *
truce_id_table_get (const TruceIdTable *self,
                    guint32             handle)
{
  return self->arena + self->entries[handle].start;
}

G_END_DECLS
