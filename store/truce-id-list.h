/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ids of a query, in order, each once. Private: nothing here is installed. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TruceIdList TruceIdList;

TruceIdList *truce_id_list_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void         truce_id_list_free     (TruceIdList        *self);
guint        truce_id_list_length   (const TruceIdList  *self);
/* Of use until the list changes. O(log n). */
const char  *truce_id_list_get      (const TruceIdList  *self,
                                     guint               position);
/* FALSE: it is not in the list. O(1), but for a walk through at most 512 numbers; O(n) the first time. */
gboolean     truce_id_list_find     (TruceIdList        *self,
                                     const char         *id,
                                     guint              *position);
/* The id is copied; it is not in the list, nor does it point into it. O(n / 512), with a very small
 * factor: 0.2 us for a million ids. At the end: O(1). */
void         truce_id_list_insert   (TruceIdList        *self,
                                     guint               position,
                                     const char         *id);
/* O(n / 512). */
void         truce_id_list_remove   (TruceIdList        *self,
                                     guint               position);

/* Gives back what was allocated ahead: after many insertions. */
void         truce_id_list_trim     (TruceIdList        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceIdList, truce_id_list_free)

G_END_DECLS
