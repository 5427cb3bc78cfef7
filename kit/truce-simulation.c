/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Deterministic simulation, as FoundationDB and TigerBeetle test: the real code, on a simulated clock and
 * network, in one thread, from one seed. Faults strike during the story, then it must come to rest. A
 * thousand stories that nobody thought of find what a hundred thought-out tests don't; and each is told again
 * by its seed alone. */

#include "truce-simulation.h"

#include "truce-simulation-private.h"
#include "truce-simulation-story.h"

/**
 * TruceSimulation:
 *
 * A story of replicas that write, meet, and fail in all ways, made from a seed
 * and told in a simulated world; with the promises of the library checked after
 * every step.
 *
 * The same seed tells the same story and gives the same digest, on every run and
 * every machine, whatever keeps the bytes. Where something is broken,
 * [method@Simulation.shrink] finds a short story that breaks the same way, as a
 * scenario file for “truce scenario”.
 *
 * ```c
 * for (guint64 seed = 1; seed <= 1000; seed++)
 *   {
 *     g_autoptr(TruceSimulation) simulation = truce_simulation_new (seed);
 *     g_autoptr(TruceSimulationResult) result = truce_simulation_run (simulation, &error);
 *
 *     g_assert_no_error (error);
 *     if (truce_simulation_result_get_broken (result) != NULL)
 *       g_error ("seed %d: %s", (int) seed, truce_simulation_result_get_broken (result));
 *   }
 * ```
 *
 * It is for one thread at a time, and draws all random numbers of its thread
 * while it runs.
 *
 * Since: 1.0
 */

struct _TruceSimulation
{
  GObject parent_instance;
  TruceSimPlan plan;
};

enum
{
  PROP_SEED = 1,
  PROP_REPLICAS,
  PROP_STEPS,
  PROP_FAULTS,
  PROP_SQLITE,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FLAGS_TYPE (TruceSimulationFaults, truce_simulation_faults,
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_LOST, "lost"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_DOUBLED, "doubled"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_LATE, "late"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_CUT, "cut"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_CRASH, "crash"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_CLOCK, "clock"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_RESTORE, "restore"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_PURGE, "purge"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_EPOCH, "epoch"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_REJECT, "reject"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_TRANSIENT, "transient"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_AUTH, "auth"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SIMULATION_FAULTS_MERGE, "merge"))

G_DEFINE_FINAL_TYPE (TruceSimulation, truce_simulation, G_TYPE_OBJECT)

static void
truce_simulation_get_property (GObject    *object,
                               guint       property,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TruceSimulation *self = TRUCE_SIMULATION (object);

  switch (property)
    {
    case PROP_SEED:
      g_value_set_uint64 (value, self->plan.seed);
      break;
    case PROP_REPLICAS:
      g_value_set_uint (value, self->plan.n_replicas);
      break;
    case PROP_STEPS:
      g_value_set_uint (value, self->plan.n_steps);
      break;
    case PROP_FAULTS:
      g_value_set_flags (value, self->plan.faults);
      break;
    case PROP_SQLITE:
      g_value_set_boolean (value, self->plan.sqlite);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
truce_simulation_set_property (GObject      *object,
                               guint         property,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TruceSimulation *self = TRUCE_SIMULATION (object);

  switch (property)
    {
    case PROP_SEED:
      self->plan.seed = g_value_get_uint64 (value);
      break;
    case PROP_REPLICAS:
      truce_simulation_set_replicas (self, g_value_get_uint (value));
      break;
    case PROP_STEPS:
      truce_simulation_set_steps (self, g_value_get_uint (value));
      break;
    case PROP_FAULTS:
      truce_simulation_set_faults (self, g_value_get_flags (value));
      break;
    case PROP_SQLITE:
      truce_simulation_set_sqlite (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
truce_simulation_class_init (TruceSimulationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = truce_simulation_get_property;
  object_class->set_property = truce_simulation_set_property;

  /**
   * TruceSimulation:seed:
   *
   * What the story is made from.
   *
   * Since: 1.0
   */
  properties[PROP_SEED] = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXUINT64, 0,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceSimulation:replicas:
   *
   * How many replicas there are, 2 to 16; 0: as the seed has it.
   *
   * Since: 1.0
   */
  properties[PROP_REPLICAS] = g_param_spec_uint ("replicas", NULL, NULL, 0, TRUCE_SIM_MAX_REPLICAS, 0, FLAGS);
  /**
   * TruceSimulation:steps:
   *
   * How many steps are drawn; 0: as the seed has it.
   *
   * Since: 1.0
   */
  properties[PROP_STEPS] = g_param_spec_uint ("steps", NULL, NULL, 0, TRUCE_SIM_MAX_STEPS, 0, FLAGS);
  /**
   * TruceSimulation:faults:
   *
   * What may go wrong. The seed decides what does: not all goes together.
   *
   * Since: 1.0
   */
  properties[PROP_FAULTS] = g_param_spec_flags ("faults", NULL, NULL, TRUCE_TYPE_SIMULATION_FAULTS,
                                                TRUCE_SIMULATION_FAULTS_ALL, FLAGS);
  /**
   * TruceSimulation:sqlite:
   *
   * Whether stores are SQLite files in a temporary folder, instead of memory.
   *
   * Since: 1.0
   */
  properties[PROP_SQLITE] = g_param_spec_boolean ("sqlite", NULL, NULL, FALSE, FLAGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
truce_simulation_init (TruceSimulation *self)
{
  self->plan.faults = TRUCE_SIMULATION_FAULTS_ALL;
}

/**
 * truce_simulation_new:
 * @seed: what the story is made from
 *
 * Creates a simulation in which all may go wrong.
 *
 * Returns: (transfer full): a simulation
 *
 * Since: 1.0
 */
TruceSimulation *
truce_simulation_new (guint64 seed)
{
  return g_object_new (TRUCE_TYPE_SIMULATION, "seed", seed, NULL);
}

/**
 * truce_simulation_get_seed:
 * @self: a simulation
 *
 * Gets what the story is made from.
 *
 * Returns: the seed
 *
 * Since: 1.0
 */
guint64
truce_simulation_get_seed (TruceSimulation *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), 0);

  return self->plan.seed;
}

/**
 * truce_simulation_get_replicas:
 * @self: a simulation
 *
 * Gets how many replicas were asked for.
 *
 * Returns: the number, or 0: as the seed has it
 *
 * Since: 1.0
 */
guint
truce_simulation_get_replicas (TruceSimulation *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), 0);

  return self->plan.n_replicas;
}

/**
 * truce_simulation_set_replicas:
 * @self: a simulation
 * @replicas: 2 to 16, or 0: as the seed has it
 *
 * Sets how many replicas there are.
 *
 * Since: 1.0
 */
void
truce_simulation_set_replicas (TruceSimulation *self,
                               guint            replicas)
{
  g_return_if_fail (TRUCE_IS_SIMULATION (self));
  g_return_if_fail (replicas != 1 && replicas <= TRUCE_SIM_MAX_REPLICAS);

  if (self->plan.n_replicas == replicas)
    return;
  self->plan.n_replicas = replicas;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPLICAS]);
}

/**
 * truce_simulation_get_steps:
 * @self: a simulation
 *
 * Gets how many steps were asked for.
 *
 * Returns: the number, or 0: as the seed has it
 *
 * Since: 1.0
 */
guint
truce_simulation_get_steps (TruceSimulation *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), 0);

  return self->plan.n_steps;
}

/**
 * truce_simulation_set_steps:
 * @self: a simulation
 * @steps: up to 10,000, or 0: as the seed has it
 *
 * Sets how many steps are drawn, before the story is put to rest.
 *
 * Since: 1.0
 */
void
truce_simulation_set_steps (TruceSimulation *self,
                            guint            steps)
{
  g_return_if_fail (TRUCE_IS_SIMULATION (self));
  g_return_if_fail (steps <= TRUCE_SIM_MAX_STEPS);

  if (self->plan.n_steps == steps)
    return;
  self->plan.n_steps = steps;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEPS]);
}

/**
 * truce_simulation_get_faults:
 * @self: a simulation
 *
 * Gets what may go wrong.
 *
 * Returns: the faults
 *
 * Since: 1.0
 */
TruceSimulationFaults
truce_simulation_get_faults (TruceSimulation *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), TRUCE_SIMULATION_FAULTS_NONE);

  return self->plan.faults;
}

/**
 * truce_simulation_set_faults:
 * @self: a simulation
 * @faults: the faults
 *
 * Sets what may go wrong.
 *
 * Since: 1.0
 */
void
truce_simulation_set_faults (TruceSimulation      *self,
                             TruceSimulationFaults faults)
{
  g_return_if_fail (TRUCE_IS_SIMULATION (self));

  if (self->plan.faults == faults)
    return;
  self->plan.faults = faults;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAULTS]);
}

/**
 * truce_simulation_get_sqlite:
 * @self: a simulation
 *
 * Gets whether stores are SQLite files.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
truce_simulation_get_sqlite (TruceSimulation *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), FALSE);

  return self->plan.sqlite;
}

/**
 * truce_simulation_set_sqlite:
 * @self: a simulation
 * @sqlite: whether stores are SQLite files in a temporary folder
 *
 * Sets what keeps the bytes. The story and its digest are the same.
 *
 * Since: 1.0
 */
void
truce_simulation_set_sqlite (TruceSimulation *self,
                             gboolean         sqlite)
{
  g_return_if_fail (TRUCE_IS_SIMULATION (self));

  sqlite = !!sqlite;
  if (self->plan.sqlite == sqlite)
    return;
  self->plan.sqlite = sqlite;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SQLITE]);
}

/* ---- what became of it ---- */

/**
 * TruceSimulationResult:
 *
 * What became of a [class@Simulation].
 *
 * Since: 1.0
 */
struct _TruceSimulationResult
{
  GObject parent_instance;
  TruceSimTelling telling;
};

G_DEFINE_FINAL_TYPE (TruceSimulationResult, truce_simulation_result, G_TYPE_OBJECT)

static void
truce_simulation_result_finalize (GObject *object)
{
  truce_sim_telling_clear (&TRUCE_SIMULATION_RESULT (object)->telling);
  G_OBJECT_CLASS (truce_simulation_result_parent_class)->finalize (object);
}

static void
truce_simulation_result_class_init (TruceSimulationResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_simulation_result_finalize;
}

static void
truce_simulation_result_init (TruceSimulationResult *self)
{
}

/**
 * truce_simulation_result_get_digest:
 * @self: a result
 *
 * Gets what the story came to in one word: a hash over what became of each step,
 * and over all that every replica showed in the end.
 *
 * Returns: (transfer none): a SHA-256 in hexadecimal digits
 *
 * Since: 1.0
 */
const char *
truce_simulation_result_get_digest (TruceSimulationResult *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION_RESULT (self), NULL);

  return self->telling.digest;
}

/**
 * truce_simulation_result_get_broken:
 * @self: a result
 *
 * Gets which promise was broken first: by which record, where.
 *
 * Returns: (transfer none) (nullable): what is broken, for people; %NULL if all held
 *
 * Since: 1.0
 */
const char *
truce_simulation_result_get_broken (TruceSimulationResult *self)
{
  g_return_val_if_fail (TRUCE_IS_SIMULATION_RESULT (self), NULL);

  return self->telling.broken;
}

/* ---- running ---- */

/**
 * truce_simulation_run:
 * @self: a simulation
 * @error: return location for an error
 *
 * Tells the story, some ten milliseconds of work; then ends all faults, decides
 * what waits in the inboxes, and checks that all replicas have the same.
 *
 * A promise that is broken is no error. There is one where no store could be
 * made, as on a full disk.
 *
 * Returns: (transfer full): what became of it, or %NULL with an error
 *
 * Since: 1.0
 */
TruceSimulationResult *
truce_simulation_run (TruceSimulation *self,
                      GError         **error)
{
  g_autoptr(TruceSimulationResult) result = NULL;
  g_autoptr(JsonNode) story = NULL;

  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  result = g_object_new (TRUCE_TYPE_SIMULATION_RESULT, NULL);
  story = truce_sim_story_new (&self->plan);
  if (!truce_sim_story_tell (json_node_get_object (story), self->plan.sqlite, FALSE, &result->telling, error))
    return NULL;
  return g_steal_pointer (&result);
}

/**
 * truce_simulation_shrink:
 * @self: a simulation
 * @error: return location for an error
 *
 * Tells a story in which a promise is broken again and again, with fewer and
 * fewer steps, as long as it breaks the same way.
 *
 * Returns: (transfer full) (nullable): the shortest story found, as the text of a
 *   scenario file; %NULL: without an error if nothing is broken
 *
 * Since: 1.0
 */
char *
truce_simulation_shrink (TruceSimulation *self,
                         GError         **error)
{
  g_autoptr(JsonNode) story = NULL;

  g_return_val_if_fail (TRUCE_IS_SIMULATION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  story = truce_sim_story_new (&self->plan);
  return truce_sim_story_shrink (json_node_get_object (story), self->plan.sqlite, error);
}
