/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an app would write itself: SQLite with a table of records and one of what is still to be sent, prepared
 * statements, the same pragmas and the same bytes in each row as ours; no stamps, no checks, no locks of its own. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct _FloorStore FloorStore;

/* Makes the file, or opens it. full: synchronous=FULL, else NORMAL. */
FloorStore *floor_store_open     (const char          *path,
                                  gboolean             full);
void        floor_store_close    (FloorStore          *self);
void        floor_store_begin    (FloorStore          *self);
void        floor_store_commit   (FloorStore          *self);
/* A new record and its outbox row. */
void        floor_store_insert   (FloorStore          *self,
                                  const char          *id,
                                  const char          *value);
/* A record that waits already: its row, and a note in its outbox row, which stays where it is. */
void        floor_store_update   (FloorStore          *self,
                                  const char          *id,
                                  const char          *value);
/* A record that does not wait: its row, and an outbox row with what it was based on. */
void        floor_store_edit     (FloorStore          *self,
                                  const char          *id,
                                  const char          *value,
                                  const char          *base);
/* A record that came from elsewhere: its row and its place in the feed. */
void        floor_store_upsert   (FloorStore          *self,
                                  const char          *id,
                                  const char          *value);
/* The row alone. */
void        floor_store_replace  (FloorStore          *self,
                                  const char          *id,
                                  const char          *value);
/* What is to be sent has been sent up to a version: it leaves the outbox by one statement. */
void        floor_store_acknowledge (FloorStore       *self,
                                  gint64               version);
/* Remembers a number, as an app does its cursor. */
void        floor_store_set_cursor  (FloorStore       *self,
                                  gint64               cursor);
/* The value, until the next call. */
const char *floor_store_get      (FloorStore          *self,
                                  const char          *id);
/* Reads all values in order of their ids. Gives their bytes. */
gsize       floor_store_scan     (FloorStore          *self);
/* Copies all records, in order of their ids, into batches of so many, one after the other: id, value and what stands
 * beside it. Gives their bytes. */
gsize       floor_store_copy     (FloorStore          *self,
                                  guint                batch);

G_END_DECLS
