/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-error.h"

G_BEGIN_DECLS

#define TRUCE_TYPE_EXCHANGE (truce_exchange_get_type ())
#define TRUCE_EXCHANGE(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), TRUCE_TYPE_EXCHANGE, TruceExchange))
#define TRUCE_IS_EXCHANGE(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), TRUCE_TYPE_EXCHANGE))

typedef struct _TruceExchange TruceExchange;
typedef struct _TruceExchangeClass TruceExchangeClass;

/**
 * TruceExchangeClass:
 *
 * The class of [class@Exchange]; nothing in it can be overridden.
 *
 * Since: 1.0
 */
struct _TruceExchangeClass
{
  /*< private >*/
  GObjectClass parent_class;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceExchange, g_object_unref)

TRUCE_AVAILABLE_IN_1_0
GType       truce_exchange_get_type           (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
const char *truce_exchange_get_session        (TruceExchange *self);
TRUCE_AVAILABLE_IN_1_0
const char *truce_exchange_get_filter         (TruceExchange *self,
                                               const char    *collection);
TRUCE_AVAILABLE_IN_1_0
char      **truce_exchange_list_filtered      (TruceExchange *self) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
gint64      truce_exchange_get_retry_after_ms (TruceExchange *self);
TRUCE_AVAILABLE_IN_1_0
void        truce_exchange_set_retry_after_ms (TruceExchange *self,
                                               gint64         after_ms);

G_END_DECLS
