/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Queries as SQL. Private: nothing here is installed. */

#include "truce-query-private.h"

G_BEGIN_DECLS

/* Whether the adapter is a TruceSqliteAdapter, and SQL can say it. */
gboolean  truce_sqlite_query_can     (const TruceQuerySpec  *spec,
                                      TruceStoreAdapter     *adapter);
/* Only where it can. */
gboolean  truce_sqlite_query         (const TruceQuerySpec  *spec,
                                      TruceStoreAdapter     *adapter,
                                      TruceQueryFunc         func,
                                      gpointer               data,
                                      GError               **error);
/* Called for each record. It may keep a reference, and must not ask the adapter for anything. */
typedef void (*TruceRowFunc) (TruceStoredRecord *row,
                              gpointer           data);

gboolean  truce_sqlite_can_get_several (TruceStoreAdapter *adapter);
/* Reads records by their ids (of char *) with one SELECT; those that are not there, or damaged, are left out. Only where
 * it can. */
gboolean  truce_sqlite_get_several     (TruceStoreAdapter *adapter,
                                        const char        *collection,
                                        GPtrArray         *ids,
                                        TruceRowFunc       func,
                                        gpointer           data,
                                        GError           **error);

/* The SELECT; its parameters, JSON texts but for that of MATCH, are added to values (of char *, to be freed). */
char     *truce_sqlite_query_to_sql  (const TruceQuerySpec  *spec,
                                      GPtrArray             *values) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
