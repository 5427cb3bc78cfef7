/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-store-adapter.h"

G_BEGIN_DECLS

/**
 * TruceDurability:
 * @TRUCE_DURABILITY_FULL: what was committed survives a loss of power
 * @TRUCE_DURABILITY_NORMAL: a loss of power may take back the newest commits,
 *   whole ones and in order; a crash of the program takes back none
 *
 * How sure a commit is.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_DURABILITY_FULL,
  TRUCE_DURABILITY_NORMAL,
} TruceDurability;

/**
 * TruceSqliteFlags:
 * @TRUCE_SQLITE_DEFAULT: open the file for reading and writing, make it where
 *   there is none
 * @TRUCE_SQLITE_READ_ONLY: only read
 * @TRUCE_SQLITE_EXISTING: make no file
 *
 * How a file is opened.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_SQLITE_DEFAULT = 0,
  TRUCE_SQLITE_READ_ONLY = 1 << 0,
  TRUCE_SQLITE_EXISTING = 1 << 1,
} TruceSqliteFlags;

/**
 * TruceSalvageFunc:
 * @record: (nullable): a record; %NULL: one or more can't be read
 * @problem: (nullable): what can't be read, and why; %NULL if there is a record
 * @user_data: what was given with the function
 *
 * Given what is found in a damaged file.
 *
 * Since: 1.0
 */
typedef void (*TruceSalvageFunc) (TruceStoredRecord *record,
                                  const char        *problem,
                                  gpointer           user_data);

#define TRUCE_TYPE_DURABILITY (truce_durability_get_type ())
#define TRUCE_TYPE_SQLITE_FLAGS (truce_sqlite_flags_get_type ())
#define TRUCE_TYPE_SQLITE_ADAPTER (truce_sqlite_adapter_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType               truce_durability_get_type             (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType               truce_sqlite_flags_get_type           (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceSqliteAdapter, truce_sqlite_adapter, TRUCE, SQLITE_ADAPTER, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceSqliteAdapter *truce_sqlite_adapter_new              (const char          *path,
                                                           TruceSqliteFlags     flags,
                                                           GError             **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char         *truce_sqlite_adapter_get_path         (TruceSqliteAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
TruceSqliteFlags    truce_sqlite_adapter_get_flags        (TruceSqliteAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
TruceDurability     truce_sqlite_adapter_get_durability   (TruceSqliteAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
void                truce_sqlite_adapter_set_durability   (TruceSqliteAdapter  *self,
                                                           TruceDurability      durability);
TRUCE_AVAILABLE_IN_1_0
guint               truce_sqlite_adapter_get_busy_timeout (TruceSqliteAdapter  *self);
TRUCE_AVAILABLE_IN_1_0
void                truce_sqlite_adapter_set_busy_timeout (TruceSqliteAdapter  *self,
                                                           guint                milliseconds);
TRUCE_AVAILABLE_IN_1_0
gint64              truce_sqlite_adapter_salvage          (const char          *path,
                                                           TruceSalvageFunc     func,
                                                           gpointer             user_data,
                                                           GError             **error);

G_END_DECLS
