/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A story as a scenario tells it, made from a seed. Private. */

#include <json-glib/json-glib.h>

#include "truce-simulation.h"

G_BEGIN_DECLS

#define TRUCE_SIM_MAX_REPLICAS 16u
#define TRUCE_SIM_MAX_STEPS 10000u

typedef struct
{
  guint64 seed;
  guint n_replicas;             /* 0: by the seed */
  guint n_steps;                /* 0: by the seed */
  TruceSimulationFaults faults;
  gboolean sqlite;
} TruceSimPlan;

/* An object as in a scenario file. */
JsonNode *truce_sim_story_new      (const TruceSimPlan *plan) G_GNUC_WARN_UNUSED_RESULT;
/* One more than the greatest number of an event in it. */
guint     truce_sim_story_n_events (JsonObject           *story);

G_END_DECLS
