/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "COLLECTION/ID" as one key of meta: '%' and '/' in either are written %25 and %2F, so no two pairs share a key, and the
 * keys of a collection lie together. With an id of "" it is what all keys of the collection begin with. */
char *truce_store_key (const char *collection,
                       const char *id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
