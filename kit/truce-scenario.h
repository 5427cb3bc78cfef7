/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "truce-error.h"

G_BEGIN_DECLS

/**
 * TruceScenarioStore:
 * @TRUCE_SCENARIO_STORE_AS_WRITTEN: as the scenario says for each replica; the hub's is in memory
 * @TRUCE_SCENARIO_STORE_MEMORY: in memory, all of them
 * @TRUCE_SCENARIO_STORE_SQLITE: in files of SQLite, all of them
 *
 * Where the stores of a scenario are kept.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_SCENARIO_STORE_AS_WRITTEN,
  TRUCE_SCENARIO_STORE_MEMORY,
  TRUCE_SCENARIO_STORE_SQLITE,
} TruceScenarioStore;

#define TRUCE_TYPE_SCENARIO_STORE (truce_scenario_store_get_type ())
#define TRUCE_TYPE_SCENARIO (truce_scenario_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType       truce_scenario_store_get_type (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceScenario, truce_scenario, TRUCE, SCENARIO, GObject)

TRUCE_AVAILABLE_IN_1_0
GListModel *truce_scenario_load      (const char          *path,
                                      GError             **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
GListModel *truce_scenario_parse     (const char          *text,
                                      GError             **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
const char *truce_scenario_get_name  (TruceScenario       *self);
TRUCE_AVAILABLE_IN_1_0
const char *truce_scenario_get_why   (TruceScenario       *self);
TRUCE_AVAILABLE_IN_1_0
guint       truce_scenario_get_n_steps (TruceScenario     *self);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_scenario_run       (TruceScenario       *self,
                                      TruceScenarioStore   store,
                                      GError             **error);

G_END_DECLS
