/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-error.h"

G_DEFINE_QUARK (truce-error-quark, truce_error)

G_DEFINE_ENUM_TYPE (TruceError, truce_error,
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_NOT_FOUND, "not-found"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_EXISTS, "exists"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_INVALID_DATA, "invalid-data"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_INVALID_SCHEMA, "invalid-schema"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_TOO_LARGE, "too-large"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_TOO_NEW, "too-new"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_UNSUPPORTED, "unsupported"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CONFLICT, "conflict"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CORRUPT, "corrupt"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_READ_ONLY, "read-only"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_FULL, "full"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLOCK_SKEW, "clock-skew"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_TRANSIENT, "transient"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_AUTH, "auth"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_REJECTED, "rejected"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_DEPENDENCY, "dependency"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_RESYNC_REQUIRED, "resync-required"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_MASS_DELETE, "mass-delete"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_REPLICA_FORKED, "replica-forked"))
