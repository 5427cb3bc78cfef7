/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", OPODIS 2014). All of it is one number,
 * the latest time given or seen: a tick is the greater of the system's time and that number plus one. So time
 * that stands still, goes back, or is set back by a restart costs order nothing, and the 65,537th tick of a
 * millisecond carries into the next. CLOCK_REALTIME is the right source: it counts through a suspend and
 * knows no time zone, and that it can jump is what the number is for. One compare-and-swap makes it safe
 * between threads; nothing else hangs on the number, so relaxed memory order is enough. */

#include "truce-clock-private.h"
#include "truce-replica-id.h"

#include <stdatomic.h>
#include <time.h>

#define TEXT_PREFIX "truce-clock "
#define TEXT_VERSION "1"
#define OFFSET_MAX ((gint64) TRUCE_STAMP_MS_MAX)
#define DRIFT_CAP_DEFAULT (5 * 60 * 1000)

/**
 * TruceClock:
 *
 * A hybrid logical clock: gives the stamps of one replica.
 *
 * [method@Clock.tick] gives a [struct@Stamp] near the time of day that is
 * always later than every stamp that the clock has given before, and every one
 * that it was shown with [method@Clock.observe]. That holds when the system's
 * clock stands still, goes back, or is wrong, and, for a clock restored with
 * [ctor@Clock.new_from_string], across restarts.
 *
 * ```c
 * g_autoptr(TruceClock) clock = truce_clock_new_random (&error);
 * g_autoptr(TruceStamp) first = truce_clock_tick (clock, &error);
 * g_autoptr(TruceStamp) second = truce_clock_tick (clock, &error);
 *
 * g_assert_cmpint (truce_stamp_compare (first, second), <, 0);
 * ```
 *
 * ## A clock that is wrong
 *
 * A stamp that lies more than [property@Clock:drift-cap] ahead of our time is
 * refused, so one wrong clock cannot drag all others along. Our own clock may
 * be the wrong one. When it is put right, ticks go on from the latest stamp, in
 * order, one by one, and so stay ahead of the time until that has caught up;
 * [method@Clock.get_lead] tells by how much. While the lead exceeds the drift
 * cap, others refuse the stamps. Then stamps that nobody else has seen may be
 * rewritten: make a new clock for the replica, show it the latest stamp that
 * did leave, and stamp those changes again.
 *
 * ## Threads
 *
 * Ticks, observations and properties may come from any thread.
 * [method@Clock.set_time_func] is for before a clock is shared.
 *
 * Since: 1.0
 */
struct _TruceClock
{
  GObject parent_instance;
  _Atomic guint64 replica;
  _Atomic guint64 last;         /* the latest time given or observed, as in TruceStamp; 0 before the first */
  _Atomic gint64 offset;        /* ms to add to the system's time */
  _Atomic gint64 drift_cap;     /* ms that an observed stamp may be ahead */
  TruceTimeFunc time_func;      /* NULL: the system's clock */
  gpointer time_data;
  GDestroyNotify time_destroy;
};

enum { PROP_0, PROP_REPLICA, PROP_OFFSET, PROP_DRIFT_CAP, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceClock, truce_clock, G_TYPE_OBJECT)

static gint64
system_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return (gint64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Milliseconds, corrected; cut to what a stamp can say: from 1970 on, 48 bits. */
static gint64
corrected_ms (TruceClock *self)
{
  gint64 now = self->time_func != NULL ? self->time_func (self->time_data) : system_ms ();
  gint64 offset = atomic_load_explicit (&self->offset, memory_order_relaxed);

  now = CLAMP (now, -OFFSET_MAX, 2 * OFFSET_MAX) + offset;
  return CLAMP (now, 0, (gint64) TRUCE_STAMP_MS_MAX);
}

static void
truce_clock_finalize (GObject *object)
{
  TruceClock *self = TRUCE_CLOCK (object);

  if (self->time_destroy != NULL)
    self->time_destroy (self->time_data);

  G_OBJECT_CLASS (truce_clock_parent_class)->finalize (object);
}

static void
truce_clock_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  TruceClock *self = TRUCE_CLOCK (object);

  switch (prop_id)
    {
    case PROP_REPLICA:
      g_value_set_uint64 (value, truce_clock_get_replica (self));
      break;
    case PROP_OFFSET:
      g_value_set_int64 (value, truce_clock_get_offset (self));
      break;
    case PROP_DRIFT_CAP:
      g_value_set_int64 (value, truce_clock_get_drift_cap (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_clock_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  TruceClock *self = TRUCE_CLOCK (object);

  switch (prop_id)
    {
    case PROP_REPLICA:
      self->replica = g_value_get_uint64 (value);
      break;
    case PROP_OFFSET:
      truce_clock_set_offset (self, g_value_get_int64 (value));
      break;
    case PROP_DRIFT_CAP:
      truce_clock_set_drift_cap (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_clock_class_init (TruceClockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_clock_finalize;
  object_class->get_property = truce_clock_get_property;
  object_class->set_property = truce_clock_set_property;

  /**
   * TruceClock:replica:
   *
   * The id of the replica whose stamps these are. A clock without one (0)
   * gives no stamps. It changes when a sync has found that another copy speaks
   * under the same id: then the replica takes a new one.
   *
   * Since: 1.0
   */
  properties[PROP_REPLICA] =
    g_param_spec_uint64 ("replica", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_EXPLICIT_NOTIFY |
                         G_PARAM_STATIC_STRINGS);
  /**
   * TruceClock:offset:
   *
   * Milliseconds to add to the system's time, as told by a clock that is
   * better, such as a server's. It isn't part of [method@Clock.to_string]:
   * when the program runs again, the system's clock may have been put right.
   *
   * Since: 1.0
   */
  properties[PROP_OFFSET] =
    g_param_spec_int64 ("offset", NULL, NULL, -OFFSET_MAX, OFFSET_MAX, 0,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceClock:drift-cap:
   *
   * Milliseconds that an observed stamp may lie ahead of our corrected time.
   *
   * Since: 1.0
   */
  properties[PROP_DRIFT_CAP] =
    g_param_spec_int64 ("drift-cap", NULL, NULL, 0, OFFSET_MAX, DRIFT_CAP_DEFAULT,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_clock_init (TruceClock *self)
{
  self->drift_cap = DRIFT_CAP_DEFAULT;
}

/**
 * truce_clock_new:
 * @replica: the id of the replica, not 0
 *
 * Makes a clock for a replica that has an id but has never written.
 *
 * For one that has, use [ctor@Clock.new_from_string], or show the clock the
 * replica's latest stamp with [method@Clock.observe].
 *
 * Returns: (transfer full): a clock
 *
 * Since: 1.0
 */
TruceClock *
truce_clock_new (guint64 replica)
{
  g_return_val_if_fail (replica != 0, NULL);

  return g_object_new (TRUCE_TYPE_CLOCK, "replica", replica, NULL);
}

/**
 * truce_clock_new_random:
 * @error: return location for an error
 *
 * Makes a clock for a new replica, with an id from [func@replica_id_random].
 *
 * Returns: (transfer full): a clock, or %NULL with %TRUCE_ERROR_UNSUPPORTED if
 *   there are no random numbers
 *
 * Since: 1.0
 */
TruceClock *
truce_clock_new_random (GError **error)
{
  guint64 replica;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return truce_replica_id_random (&replica, error) ? truce_clock_new (replica) : NULL;
}

/**
 * truce_clock_new_from_string:
 * @text: what [method@Clock.to_string] gave
 * @error: return location for an error
 *
 * Restores a clock. It ticks later than the one that was written had.
 *
 * Returns: (transfer full): a clock, or %NULL with %TRUCE_ERROR_TOO_NEW or
 *   %TRUCE_ERROR_INVALID_DATA
 *
 * Since: 1.0
 */
TruceClock *
truce_clock_new_from_string (const char *text,
                             GError    **error)
{
  TruceClock *self;
  TruceStamp last;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_str_has_prefix (text, TEXT_PREFIX))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                           "Not a clock: it does not begin with “" TEXT_PREFIX "”");
      return NULL;
    }
  text += strlen (TEXT_PREFIX);
  if (!g_str_has_prefix (text, TEXT_VERSION " "))
    {
      gsize n_digits = strspn (text, "0123456789");
      gboolean newer = n_digits > 0 && text[0] != '0' && text[n_digits] == ' ';

      g_set_error_literal (error, TRUCE_ERROR, newer ? TRUCE_ERROR_TOO_NEW : TRUCE_ERROR_INVALID_DATA,
                           newer ? "The clock is of a newer version" : "Not a clock: it names no version");
      return NULL;
    }
  text += strlen (TEXT_VERSION " ");
  if (!truce_stamp_scan (text, &last, error))
    {
      g_prefix_error (error, "Not a clock: ");
      return NULL;
    }
  if (last.replica == 0)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Not a clock: its replica is zero");
      return NULL;
    }

  self = truce_clock_new (last.replica);
  self->last = last.time;
  return self;
}

/**
 * truce_clock_to_string:
 * @self: a clock
 *
 * Writes what must outlive the process: the replica, and the latest time given
 * or observed. Keep it with the data that the stamps went into, in the same
 * transaction.
 *
 * Returns: (transfer full): text for [ctor@Clock.new_from_string]
 *
 * Since: 1.0
 */
char *
truce_clock_to_string (TruceClock *self)
{
  char stamp[TRUCE_STAMP_TEXT_LENGTH + 1];

  g_return_val_if_fail (TRUCE_IS_CLOCK (self), NULL);

  truce_stamp_format ((TruceStamp) { self->last, self->replica }, stamp);
  return g_strconcat (TEXT_PREFIX TEXT_VERSION " ", stamp, NULL);
}

gboolean
truce_clock_tick_into (TruceClock *self,
                       TruceStamp *stamp,
                       GError    **error)
{
  guint64 now = (guint64) corrected_ms (self) << TRUCE_STAMP_COUNTER_BITS;
  guint64 last = atomic_load_explicit (&self->last, memory_order_relaxed);
  guint64 next;

  if (self->replica == 0)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "This clock has no replica id");
      return FALSE;
    }

  do
    {
      if (last == G_MAXUINT64)
        {
          g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_FULL, "The clock has come to the end of time");
          return FALSE;
        }
      next = MAX (now, last + 1);
    }
  while (!atomic_compare_exchange_weak_explicit (&self->last, &last, next, memory_order_relaxed,
                                                 memory_order_relaxed));

  stamp->time = next;
  stamp->replica = self->replica;
  return TRUE;
}

/**
 * truce_clock_tick:
 * @self: a clock
 * @error: return location for an error
 *
 * Gives the stamp for an event that happens now, later than every stamp
 * given or observed before.
 *
 * Returns: (transfer full): a stamp, or %NULL with %TRUCE_ERROR_FULL if there
 *   is no later one (in the year 10889), or %TRUCE_ERROR_INVALID_DATA if the
 *   clock was made without a replica
 *
 * Since: 1.0
 */
TruceStamp *
truce_clock_tick (TruceClock *self,
                  GError    **error)
{
  TruceStamp stamp;

  g_return_val_if_fail (TRUCE_IS_CLOCK (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return truce_clock_tick_into (self, &stamp, error) ? truce_stamp_copy (&stamp) : NULL;
}

/**
 * truce_clock_observe:
 * @self: a clock
 * @stamp: a stamp that came from elsewhere
 * @error: return location for an error
 *
 * Lets the clock see a stamp, so that its ticks are later from now on.
 *
 * Show it each stamp that comes in before believing what it stamps. Stamps of
 * the past are always welcome; one that lies more than
 * [property@Clock:drift-cap] ahead of the corrected time leaves the clock as
 * it was.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_CLOCK_SKEW
 *
 * Since: 1.0
 */
gboolean
truce_clock_observe (TruceClock       *self,
                     const TruceStamp *stamp,
                     GError          **error)
{
  guint64 last;
  gint64 ahead;

  g_return_val_if_fail (TRUCE_IS_CLOCK (self), FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ahead = (gint64) truce_time_ms (stamp->time) - corrected_ms (self);
  if (ahead > truce_clock_get_drift_cap (self))
    {
      char text[TRUCE_STAMP_TEXT_LENGTH + 1];

      truce_stamp_format (*stamp, text);
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CLOCK_SKEW, "Stamp %s lies %" G_GINT64_FORMAT " ms ahead",
                   text, ahead);
      return FALSE;
    }

  last = atomic_load_explicit (&self->last, memory_order_relaxed);
  while (last < stamp->time &&
         !atomic_compare_exchange_weak_explicit (&self->last, &last, stamp->time, memory_order_relaxed,
                                                 memory_order_relaxed))
    continue;
  return TRUE;
}

void
truce_clock_catch_up (TruceClock *self,
                      TruceClock *other)
{
  guint64 theirs = atomic_load_explicit (&other->last, memory_order_relaxed);
  guint64 last = atomic_load_explicit (&self->last, memory_order_relaxed);

  while (last < theirs &&
         !atomic_compare_exchange_weak_explicit (&self->last, &last, theirs, memory_order_relaxed,
                                                 memory_order_relaxed))
    continue;
}

void
truce_clock_assign (TruceClock *self,
                    guint64     replica,
                    guint64     last)
{
  g_assert (replica != 0);

  self->last = last;
  if (atomic_exchange (&self->replica, replica) != replica)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPLICA]);
}

guint64
truce_clock_get_last (TruceClock *self)
{
  return self->last;
}

gint64
truce_clock_now_ms (TruceClock *self)
{
  return corrected_ms (self);
}

/**
 * truce_clock_get_replica:
 * @self: a clock
 *
 * Gets whose stamps the clock gives. As text: [func@replica_id_to_string].
 *
 * Returns: the replica's id
 *
 * Since: 1.0
 */
guint64
truce_clock_get_replica (TruceClock *self)
{
  g_return_val_if_fail (TRUCE_IS_CLOCK (self), 0);

  return self->replica;
}

/**
 * truce_clock_get_lead:
 * @self: a clock
 *
 * Gets how far the latest stamp, given or observed, is ahead of the corrected
 * time. If that is more than the drift cap of others, they refuse our stamps.
 *
 * Returns: milliseconds; negative if the latest stamp is past
 *
 * Since: 1.0
 */
gint64
truce_clock_get_lead (TruceClock *self)
{
  g_return_val_if_fail (TRUCE_IS_CLOCK (self), 0);

  return (gint64) truce_time_ms (self->last) - corrected_ms (self);
}

/**
 * truce_clock_get_offset:
 * @self: a clock
 *
 * Gets [property@Clock:offset].
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
truce_clock_get_offset (TruceClock *self)
{
  g_return_val_if_fail (TRUCE_IS_CLOCK (self), 0);

  return self->offset;
}

/**
 * truce_clock_set_offset:
 * @self: a clock
 * @offset: milliseconds, less than 2^48 either way
 *
 * Sets [property@Clock:offset].
 *
 * Since: 1.0
 */
void
truce_clock_set_offset (TruceClock *self,
                        gint64      offset)
{
  g_return_if_fail (TRUCE_IS_CLOCK (self));
  g_return_if_fail (offset >= -OFFSET_MAX && offset <= OFFSET_MAX);

  if (atomic_exchange (&self->offset, offset) != offset)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OFFSET]);
}

/**
 * truce_clock_get_drift_cap:
 * @self: a clock
 *
 * Gets [property@Clock:drift-cap].
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
truce_clock_get_drift_cap (TruceClock *self)
{
  g_return_val_if_fail (TRUCE_IS_CLOCK (self), 0);

  return self->drift_cap;
}

/**
 * truce_clock_set_drift_cap:
 * @self: a clock
 * @drift_cap: milliseconds, from 0 to less than 2^48
 *
 * Sets [property@Clock:drift-cap].
 *
 * Since: 1.0
 */
void
truce_clock_set_drift_cap (TruceClock *self,
                           gint64      drift_cap)
{
  g_return_if_fail (TRUCE_IS_CLOCK (self));
  g_return_if_fail (drift_cap >= 0 && drift_cap <= OFFSET_MAX);

  if (atomic_exchange (&self->drift_cap, drift_cap) != drift_cap)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRIFT_CAP]);
}

/**
 * truce_clock_set_time_func:
 * @self: a clock
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): a
 *   source of time, or %NULL for the system's clock
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Takes the time from a function, in tests and simulations. Not while another
 * thread uses the clock.
 *
 * Since: 1.0
 */
void
truce_clock_set_time_func (TruceClock    *self,
                           TruceTimeFunc  func,
                           gpointer       user_data,
                           GDestroyNotify destroy)
{
  g_return_if_fail (TRUCE_IS_CLOCK (self));

  if (self->time_destroy != NULL)
    self->time_destroy (self->time_data);
  self->time_func = func;
  self->time_data = user_data;
  self->time_destroy = destroy;
}
