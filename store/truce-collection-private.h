/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-collection.h"
#include "truce-store-private.h"

G_BEGIN_DECLS

/* The object of a collection, made where nobody holds it. */
TruceCollection     *truce_collection_for         (TruceStore           *store,
                                                   TruceCollectionInfo  *info) G_GNUC_WARN_UNUSED_RESULT;

/* Whether somebody wants to hear of changes: a watch, a handler, or who holds a record. */
gboolean             truce_collection_is_observed (TruceCollection      *self);
/* After a commit: refreshes the records that somebody holds, emits changed, calls the watches. rows: of
 * TruceStoredRecord *, of one id perhaps several; NULL: anything may have changed. */
void                 truce_collection_tell        (TruceCollection      *self,
                                                   GPtrArray            *rows);

/* func is called after each commit that changed the collection, in the order of commits, never within another
 * call of it. */
guint                truce_collection_watch       (TruceCollection      *self,
                                                   TruceWatchFunc        func,
                                                   gpointer              data);
void                 truce_collection_unwatch     (TruceCollection      *self,
                                                   guint                 watch);

/* The record of that id that somebody holds, or NULL. */
TruceRecord         *truce_collection_lookup      (TruceCollection      *self,
                                                   const char           *id) G_GNUC_WARN_UNUSED_RESULT;
gboolean             truce_collection_is_held     (TruceCollection      *self,
                                                   const char           *id);
/* The record of that id that somebody holds already, or a new one; it follows the store. NULL with
 * TRUCE_ERROR_CORRUPT for a value that can't be read. */
TruceRecord         *truce_collection_wrap        (TruceCollection      *self,
                                                   TruceStoredRecord    *row,
                                                   GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
