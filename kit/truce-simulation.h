/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TruceSimulationFaults:
 * @TRUCE_SIMULATION_FAULTS_NONE: none
 * @TRUCE_SIMULATION_FAULTS_LOST: requests and replies that get lost
 * @TRUCE_SIMULATION_FAULTS_DOUBLED: exchanges that happen twice
 * @TRUCE_SIMULATION_FAULTS_LATE: exchanges that happen again after later ones
 * @TRUCE_SIMULATION_FAULTS_CUT: pages of which a part arrives
 * @TRUCE_SIMULATION_FAULTS_CRASH: processes that end, between steps or at a commit
 * @TRUCE_SIMULATION_FAULTS_CLOCK: clocks that are off by up to ten years, and jump
 * @TRUCE_SIMULATION_FAULTS_RESTORE: stores that are put back from a backup, or copied
 * @TRUCE_SIMULATION_FAULTS_PURGE: tombstones that the hub purges
 * @TRUCE_SIMULATION_FAULTS_EPOCH: a hub that begins a new epoch, or is itself put back
 * @TRUCE_SIMULATION_FAULTS_REJECT: records that the hub rejects
 * @TRUCE_SIMULATION_FAULTS_TRANSIENT: exchanges and records that fail for a while
 * @TRUCE_SIMULATION_FAULTS_AUTH: a hub that asks who is there
 * @TRUCE_SIMULATION_FAULTS_MERGE: replicas that merge directly, beside the hub
 * @TRUCE_SIMULATION_FAULTS_ALL: all of them
 *
 * What may go wrong in a [class@Simulation].
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_SIMULATION_FAULTS_NONE      = 0,
  TRUCE_SIMULATION_FAULTS_LOST      = 1 << 0,
  TRUCE_SIMULATION_FAULTS_DOUBLED   = 1 << 1,
  TRUCE_SIMULATION_FAULTS_LATE      = 1 << 2,
  TRUCE_SIMULATION_FAULTS_CUT       = 1 << 3,
  TRUCE_SIMULATION_FAULTS_CRASH     = 1 << 4,
  TRUCE_SIMULATION_FAULTS_CLOCK     = 1 << 5,
  TRUCE_SIMULATION_FAULTS_RESTORE   = 1 << 6,
  TRUCE_SIMULATION_FAULTS_PURGE     = 1 << 7,
  TRUCE_SIMULATION_FAULTS_EPOCH     = 1 << 8,
  TRUCE_SIMULATION_FAULTS_REJECT    = 1 << 9,
  TRUCE_SIMULATION_FAULTS_TRANSIENT = 1 << 10,
  TRUCE_SIMULATION_FAULTS_AUTH      = 1 << 11,
  TRUCE_SIMULATION_FAULTS_MERGE     = 1 << 12,
  TRUCE_SIMULATION_FAULTS_ALL       = (1 << 13) - 1,
} TruceSimulationFaults;

#define TRUCE_TYPE_SIMULATION_FAULTS (truce_simulation_faults_get_type ())
#define TRUCE_TYPE_SIMULATION (truce_simulation_get_type ())
#define TRUCE_TYPE_SIMULATION_RESULT (truce_simulation_result_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType                  truce_simulation_faults_get_type (void) G_GNUC_CONST;

TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceSimulation, truce_simulation, TRUCE, SIMULATION, GObject)
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceSimulationResult, truce_simulation_result, TRUCE, SIMULATION_RESULT, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceSimulation       *truce_simulation_new             (guint64                 seed) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
guint64                truce_simulation_get_seed        (TruceSimulation        *self);
TRUCE_AVAILABLE_IN_1_0
guint                  truce_simulation_get_replicas    (TruceSimulation        *self);
TRUCE_AVAILABLE_IN_1_0
void                   truce_simulation_set_replicas    (TruceSimulation        *self,
                                                         guint                   replicas);
TRUCE_AVAILABLE_IN_1_0
guint                  truce_simulation_get_steps       (TruceSimulation        *self);
TRUCE_AVAILABLE_IN_1_0
void                   truce_simulation_set_steps       (TruceSimulation        *self,
                                                         guint                   steps);
TRUCE_AVAILABLE_IN_1_0
TruceSimulationFaults  truce_simulation_get_faults      (TruceSimulation        *self);
TRUCE_AVAILABLE_IN_1_0
void                   truce_simulation_set_faults      (TruceSimulation        *self,
                                                         TruceSimulationFaults   faults);
TRUCE_AVAILABLE_IN_1_0
gboolean               truce_simulation_get_sqlite      (TruceSimulation        *self);
TRUCE_AVAILABLE_IN_1_0
void                   truce_simulation_set_sqlite      (TruceSimulation        *self,
                                                         gboolean                sqlite);
TRUCE_AVAILABLE_IN_1_0
TruceSimulationResult *truce_simulation_run             (TruceSimulation        *self,
                                                         GError                **error) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
char                  *truce_simulation_shrink          (TruceSimulation        *self,
                                                         GError                **error) G_GNUC_WARN_UNUSED_RESULT;

TRUCE_AVAILABLE_IN_1_0
const char            *truce_simulation_result_get_digest (TruceSimulationResult *self);
TRUCE_AVAILABLE_IN_1_0
const char            *truce_simulation_result_get_broken (TruceSimulationResult *self);

G_END_DECLS
