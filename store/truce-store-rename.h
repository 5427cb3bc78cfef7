/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Another id for a record, and the old one as an alias. Private: nothing here is installed.
 *
 * An alias is the new id, in the adapter's group "alias" under COLLECTION/OLD; it counts as long as a tombstone is
 * at OLD. */

#include "truce-store-private.h"

G_BEGIN_DECLS

#define TRUCE_ALIAS_GROUP "alias"

/* In a transaction that is open: the record moves, with all that is known of it, under a new version; the records that
 * declare a reference to it are patched, each a write like any other. Fails with NOT_FOUND, EXISTS where the new id is
 * taken (also by a tombstone), INVALID_DATA or TOO_LARGE where it can be none; the caller rolls back. Linear in the
 * records of the collections that may refer to it. */
gboolean           truce_store_rename     (TruceStore  *store,
                                           const char  *collection,
                                           const char  *old_id,
                                           const char  *new_id,
                                           GError     **error);
/* In a transaction that is open: the record at the old id is found out to be the one that is at the new id already,
 * which stays as it is. Otherwise as above. */
gboolean           truce_store_unite      (TruceStore  *store,
                                           const char  *collection,
                                           const char  *old_id,
                                           const char  *new_id,
                                           GError     **error);
/* In a transaction that is open. No alias is no error. */
gboolean           truce_store_drop_alias (TruceStore  *store,
                                           const char  *collection,
                                           const char  *old_id,
                                           GError     **error);
/* The row at an id, a tombstone too, or what the id is an alias of: row->id is the id that holds. NULL without an
 * error: there is none. */
TruceStoredRecord *truce_store_find       (TruceStore  *store,
                                           const char  *collection,
                                           const char  *id,
                                           GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
