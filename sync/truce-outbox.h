/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a person, or a resolver that took its time, decides about a record that failed or met a conflict. Each is one
 * transaction. Private: nothing here is installed. Errors: NOT_FOUND where the record does not wait in the inbox, and
 * those of any write. */

#include "truce-resolution.h"
#include "truce-session.h"

G_BEGIN_DECLS

/* Sends a failed record again. edit: a JSON object of fields to be changed before; or NULL. */
gboolean truce_outbox_retry   (TruceStore          *store,
                               const char          *collection,
                               const char          *id,
                               const char          *edit,
                               GError             **error);
/* Drops what was changed here: back to what the remote has, as far as it is known. What goes is kept in the history. */
gboolean truce_outbox_discard (TruceStore          *store,
                               const char          *collection,
                               const char          *id,
                               GError             **error);
/* Makes a new record of ours, then discards. */
gboolean truce_outbox_keep_copy (TruceStore        *store,
                               const char          *collection,
                               const char          *id,
                               const char          *new_id,
                               GError             **error);
/* Settles a conflict. text: the merged record, with TRUCE_RESOLUTION_MERGED; NULL then: deleted. DEFERRED: stays. */
gboolean truce_outbox_resolve (TruceStore          *store,
                               const char          *collection,
                               const char          *id,
                               TruceResolutionType  type,
                               const char          *text,
                               GError             **error);
/* What an asynchronous resolver answered. FALSE without an error: the record or the remote's has changed meanwhile, the
 * answer no longer holds (*again: the question as it is now, or NULL). */
gboolean truce_outbox_answer  (TruceStore          *store,
                               const TruceQuestion *question,
                               TruceResolution     *resolution,
                               TruceQuestion      **again,
                               GError             **error);
/* The conflict as it stands, for people and resolvers. */
TruceConflict *truce_outbox_dup_conflict (TruceStore *store,
                               const char          *collection,
                               const char          *id,
                               GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
