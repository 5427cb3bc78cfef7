/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-version-macros.h"

G_BEGIN_DECLS

/**
 * TruceError:
 * @TRUCE_ERROR_NOT_FOUND: there is no such record, field or file
 * @TRUCE_ERROR_EXISTS: it is there already
 * @TRUCE_ERROR_INVALID_DATA: a value, a text or a document is not what it must be
 * @TRUCE_ERROR_INVALID_SCHEMA: a schema or a rule is not what it must be
 * @TRUCE_ERROR_TOO_LARGE: a limit is exceeded
 * @TRUCE_ERROR_TOO_NEW: made by a newer version than this one reads
 * @TRUCE_ERROR_UNSUPPORTED: this object or file cannot do that
 * @TRUCE_ERROR_CONFLICT: the sides changed the same thing apart, and nothing decides
 * @TRUCE_ERROR_CORRUPT: stored or received bytes do not decode
 * @TRUCE_ERROR_BUSY: somebody else is using it
 * @TRUCE_ERROR_READ_ONLY: it cannot be written
 * @TRUCE_ERROR_FULL: there is no room left
 * @TRUCE_ERROR_CLOCK_SKEW: a stamp lies further in the future than the drift cap
 * @TRUCE_ERROR_TRANSIENT: it failed for now, and may go through later
 * @TRUCE_ERROR_AUTH: the remote does not let us in
 * @TRUCE_ERROR_REJECTED: the remote refused it for good
 * @TRUCE_ERROR_DEPENDENCY: something that it needs is not there yet
 * @TRUCE_ERROR_RESYNC_REQUIRED: too far apart for a difference: everything must be read again
 * @TRUCE_ERROR_MASS_DELETE: it would delete more than the set share
 * @TRUCE_ERROR_REPLICA_FORKED: two copies speak under one replica id
 *
 * What can go wrong.
 *
 * A program can act on the code; the message names the place. Cancellation is
 * reported as %G_IO_ERROR_CANCELLED.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_ERROR_NOT_FOUND,
  TRUCE_ERROR_EXISTS,
  TRUCE_ERROR_INVALID_DATA,
  TRUCE_ERROR_INVALID_SCHEMA,
  TRUCE_ERROR_TOO_LARGE,
  TRUCE_ERROR_TOO_NEW,
  TRUCE_ERROR_UNSUPPORTED,
  TRUCE_ERROR_CONFLICT,
  TRUCE_ERROR_CORRUPT,
  TRUCE_ERROR_BUSY,
  TRUCE_ERROR_READ_ONLY,
  TRUCE_ERROR_FULL,
  TRUCE_ERROR_CLOCK_SKEW,
  TRUCE_ERROR_TRANSIENT,
  TRUCE_ERROR_AUTH,
  TRUCE_ERROR_REJECTED,
  TRUCE_ERROR_DEPENDENCY,
  TRUCE_ERROR_RESYNC_REQUIRED,
  TRUCE_ERROR_MASS_DELETE,
  TRUCE_ERROR_REPLICA_FORKED,
} TruceError;

/**
 * TRUCE_ERROR:
 *
 * The error domain of Truce; its codes are [error@Error].
 *
 * Since: 1.0
 */
#define TRUCE_ERROR (truce_error_quark ())
#define TRUCE_TYPE_ERROR (truce_error_get_type ())

TRUCE_AVAILABLE_IN_1_0
GQuark truce_error_quark    (void);
TRUCE_AVAILABLE_IN_1_0
GType  truce_error_get_type (void) G_GNUC_CONST;

G_END_DECLS
