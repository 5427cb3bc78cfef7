/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-error.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_STAMP (truce_stamp_get_type ())

typedef struct _TruceStamp TruceStamp;

TRUCE_AVAILABLE_IN_1_0
GType       truce_stamp_get_type    (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceStamp *truce_stamp_new         (guint64           time_ms,
                                     guint16           counter,
                                     guint64           replica,
                                     GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStamp *truce_stamp_parse       (const char       *text,
                                     GError          **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceStamp *truce_stamp_copy        (const TruceStamp *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
void        truce_stamp_free        (TruceStamp       *self);
TRUCE_AVAILABLE_IN_1_0
guint64     truce_stamp_get_time_ms (const TruceStamp *self);
TRUCE_AVAILABLE_IN_1_0
guint16     truce_stamp_get_counter (const TruceStamp *self);
TRUCE_AVAILABLE_IN_1_0
guint64     truce_stamp_get_replica (const TruceStamp *self);
TRUCE_AVAILABLE_IN_1_0
char       *truce_stamp_to_string   (const TruceStamp *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
int         truce_stamp_compare     (const TruceStamp *a,
                                     const TruceStamp *b);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_stamp_equal       (const TruceStamp *a,
                                     const TruceStamp *b);
TRUCE_AVAILABLE_IN_1_0
guint       truce_stamp_hash        (const TruceStamp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceStamp, truce_stamp_free)

G_END_DECLS
