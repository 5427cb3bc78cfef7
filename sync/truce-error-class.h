/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-error.h"

G_BEGIN_DECLS

/**
 * TruceErrorClass:
 * @TRUCE_ERROR_CLASS_TRANSIENT: it may go through later: tried again, each time after a longer wait
 * @TRUCE_ERROR_CLASS_PERMANENT: it will never go through as it is: the record goes to the inbox at once
 * @TRUCE_ERROR_CLASS_AUTH: the remote does not let us in: it pauses as a whole, and no record is marked failed
 * @TRUCE_ERROR_CLASS_CONFLICT: the remote has something else: for the resolver to decide
 * @TRUCE_ERROR_CLASS_RESYNC: everything must be read again
 * @TRUCE_ERROR_CLASS_OFFLINE: nobody was reached, which counts as no attempt
 * @TRUCE_ERROR_CLASS_CANCELLED: we ended it ourselves
 *
 * What an error of a remote means for what was to be done.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_ERROR_CLASS_TRANSIENT,
  TRUCE_ERROR_CLASS_PERMANENT,
  TRUCE_ERROR_CLASS_AUTH,
  TRUCE_ERROR_CLASS_CONFLICT,
  TRUCE_ERROR_CLASS_RESYNC,
  TRUCE_ERROR_CLASS_OFFLINE,
  TRUCE_ERROR_CLASS_CANCELLED,
} TruceErrorClass;

#define TRUCE_TYPE_ERROR_CLASS (truce_error_class_get_type ())

/**
 * TruceClassifyFunc:
 * @error: what a remote said
 * @user_data: what was given with the function
 *
 * Says what an error means, in place of [func@Error.classify], to which it may
 * leave what it does not know.
 *
 * Returns: the class
 *
 * Since: 1.0
 */
typedef TruceErrorClass (*TruceClassifyFunc) (const GError *error,
                                              gpointer      user_data);

TRUCE_AVAILABLE_IN_1_0
GType            truce_error_class_get_type      (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
TruceErrorClass  truce_error_classify            (const GError *error);
TRUCE_AVAILABLE_IN_1_0
GError          *truce_error_new_for_http_status (guint         status,
                                                  const char   *message) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GError          *truce_error_new_for_sqlstate    (const char   *state,
                                                  const char   *message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
