/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The counter of truce-state-tally.c by itself. Somebody who counts does so again and again on one replica, so
 * its tally and its place in the context are kept at hand: then counting is a comparison and three
 * additions. Whatever else happens to the state makes the next one look them up again. */

#include "truce-counter.h"

#include "truce-lone.h"

/**
 * TruceCounter:
 *
 * An integer that replicas add to and take from apart, and of which no change is
 * lost.
 *
 * ```c
 * g_autoptr(TruceCounter) votes = truce_counter_new ();
 * g_autoptr(TruceStamp) stamp = truce_clock_tick (clock, &error);
 *
 * truce_counter_increment (votes, 3, stamp, &error);
 * truce_counter_increment (votes, -1, stamp, &error);
 * ```
 *
 * For each replica the counter keeps what it added and what it took away. The
 * value is the sum; where that is beyond 64 bits it stays at the end, on all
 * replicas alike, and [method@Counter.is_saturated] tells so. It never wraps.
 *
 * Each change takes a stamp that is later than all that the counter has seen of
 * its replica. Changes that belong together may share one, as above, until the
 * counter is encoded, merged, or asked for its context; from then on a stamp
 * that was used is refused.
 *
 * Counting takes constant time, reading the value and merging take time linear
 * in the number of replicas. A delta is always the whole state: encoded, some 20
 * to 30 bytes a replica.
 *
 * Since: 1.0
 */
struct _TruceCounter
{
  GObject parent_instance;
  TruceLone lone;
  TruceTally *tally;            /* of the replica that counted last; NULL: to be looked up */
  TruceStamp *seen;             /* its place in the context */
};

static void truce_counter_crdt_init (TruceCrdtInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceCounter, truce_counter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, truce_counter_crdt_init))

/* ---- TruceCrdt ---- */

static TruceVersionVector *
truce_counter_get_context (TruceCrdt *crdt,
                           GError   **error)
{
  return truce_lone_get_context (&TRUCE_COUNTER (crdt)->lone);
}

static gboolean
truce_counter_merge (TruceCrdt *crdt,
                     TruceCrdt *other,
                     GError   **error)
{
  TruceCounter *self = TRUCE_COUNTER (crdt);

  self->tally = NULL;
  return truce_lone_merge (&self->lone, &TRUCE_COUNTER (other)->lone, error);
}

static GBytes *
truce_counter_delta (TruceCrdt                *crdt,
                     const TruceVersionVector *since,
                     GError                  **error)
{
  return truce_lone_encode (&TRUCE_COUNTER (crdt)->lone);
}

static gboolean
truce_counter_apply (TruceCrdt *crdt,
                     GBytes    *bytes,
                     GError   **error)
{
  TruceCounter *self = TRUCE_COUNTER (crdt);

  self->tally = NULL;
  return truce_lone_apply (&self->lone, bytes, error);
}

static JsonNode *
truce_counter_to_json (TruceCrdt *crdt,
                       GError   **error)
{
  return json_node_init_int (json_node_alloc (), truce_counter_get_value (TRUCE_COUNTER (crdt)));
}

static gboolean
truce_counter_equal (TruceCrdt *a,
                     TruceCrdt *b,
                     GError   **error)
{
  return truce_lone_equal (&TRUCE_COUNTER (a)->lone, &TRUCE_COUNTER (b)->lone);
}

static void
truce_counter_crdt_init (TruceCrdtInterface *iface)
{
  iface->get_context = truce_counter_get_context;
  iface->merge = truce_counter_merge;
  iface->delta = truce_counter_delta;
  iface->apply = truce_counter_apply;
  iface->to_json = truce_counter_to_json;
  iface->equal = truce_counter_equal;
}

/* ---- GObject ---- */

static void
truce_counter_finalize (GObject *object)
{
  truce_lone_clear (&TRUCE_COUNTER (object)->lone);

  G_OBJECT_CLASS (truce_counter_parent_class)->finalize (object);
}

static void
truce_counter_class_init (TruceCounterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_counter_finalize;
}

static void
truce_counter_init (TruceCounter *self)
{
  truce_lone_init (&self->lone, TRUCE_FORMAT_COUNTER, TRUCE_SHAPE_COUNTER);
}

/**
 * truce_counter_new:
 *
 * Makes a counter at 0.
 *
 * Returns: (transfer full): a counter
 *
 * Since: 1.0
 */
TruceCounter *
truce_counter_new (void)
{
  return g_object_new (TRUCE_TYPE_COUNTER, NULL);
}

/**
 * truce_counter_new_from_bytes:
 * @bytes: what [method@Crdt.encode] of a counter gave
 * @error: return location for an error
 *
 * Makes a counter of its encoded state.
 *
 * Returns: (transfer full): a counter, or %NULL with %TRUCE_ERROR_CORRUPT,
 *   %TRUCE_ERROR_TOO_NEW or %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceCounter *
truce_counter_new_from_bytes (GBytes  *bytes,
                              GError **error)
{
  g_autoptr(TruceCounter) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = truce_counter_new ();
  return truce_crdt_apply (TRUCE_CRDT (self), bytes, error) ? g_steal_pointer (&self) : NULL;
}

static void
look_up (TruceCounter *self,
         guint64       replica)
{
  const TruceStatePart *part = truce_lone_part (&self->lone);
  TruceState *state = self->lone.state;

  self->tally = part->tallies;
  while (self->tally->replica != replica)
    self->tally++;
  self->seen = state->context;
  while (self->seen->replica != replica)
    self->seen++;
}

/**
 * truce_counter_increment:
 * @self: a counter
 * @amount: what to add; below 0: to take away
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Counts. What one replica has added, and what it has taken away, each stays at
 * 18,446,744,073,709,551,615. To add 0 is no event.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @stamp is not
 *   later than what the counter has seen, or %TRUCE_ERROR_TOO_LARGE; the counter
 *   is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_counter_increment (TruceCounter     *self,
                         gint64            amount,
                         const TruceStamp *stamp,
                         GError          **error)
{
  guint64 size = amount < 0 ? -(guint64) amount : (guint64) amount;

  g_return_val_if_fail (TRUCE_IS_COUNTER (self), FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (G_LIKELY (self->tally != NULL && self->tally->replica == stamp->replica && stamp->time > self->seen->time))
    {
      guint64 *sum = amount < 0 ? &self->tally->minus : &self->tally->plus;

      if (G_LIKELY (amount != 0 && size <= G_MAXUINT64 - *sum))
        {
          *sum += size;
          self->tally->time = self->seen->time = stamp->time;
          self->lone.open = *stamp;
          return TRUE;
        }
    }

  if (!truce_lone_check_stamp (&self->lone, stamp, error))
    return FALSE;
  if (amount == 0)
    return TRUE;
  truce_state_increment (self->lone.state, &self->lone.state->fields, "", amount, *stamp);
  look_up (self, stamp->replica);
  return TRUE;
}

/**
 * truce_counter_reset:
 * @self: a counter
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Takes all back that the counter has seen; what others count meanwhile stays.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @stamp is not
 *   later than what the counter has seen, or %TRUCE_ERROR_TOO_LARGE; the counter
 *   is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_counter_reset (TruceCounter     *self,
                     const TruceStamp *stamp,
                     GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_COUNTER (self), FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!truce_lone_check_stamp (&self->lone, stamp, error))
    return FALSE;
  self->tally = NULL;
  truce_state_clear (self->lone.state, &self->lone.state->fields, "", *stamp);
  return TRUE;
}

/**
 * truce_counter_get_value:
 * @self: a counter
 *
 * Gets the sum.
 *
 * Returns: the sum of all that was counted, at most 2^63 - 1 and at least -2^63
 *
 * Since: 1.0
 */
gint64
truce_counter_get_value (TruceCounter *self)
{
  const TruceStatePart *part;
  gint64 value = 0;

  g_return_val_if_fail (TRUCE_IS_COUNTER (self), 0);

  part = truce_lone_part (&self->lone);
  if (part != NULL)
    truce_state_count (part, &value);
  return value;
}

/**
 * truce_counter_is_saturated:
 * @self: a counter
 *
 * Tells whether the sum is beyond what [method@Counter.get_value] can say, or
 * was counted further than can be kept.
 *
 * Returns: whether the value is less, or more, than what was counted
 *
 * Since: 1.0
 */
gboolean
truce_counter_is_saturated (TruceCounter *self)
{
  const TruceStatePart *part;

  g_return_val_if_fail (TRUCE_IS_COUNTER (self), FALSE);

  part = truce_lone_part (&self->lone);
  return part != NULL && !truce_state_count_is_exact (part);
}
