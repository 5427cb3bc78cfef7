/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-test-clock.h"

#include <stdatomic.h>

/**
 * TruceTestClock:
 *
 * A time that moves only when it is told to.
 *
 * It drives the clocks of any number of stores, each as far off as one likes:
 * so a test decides who wrote later, and whose clock is wrong.
 *
 * ```c
 * g_autoptr(TruceTestClock) time = truce_test_clock_new (1767225600000);
 *
 * truce_test_clock_drive (time, truce_store_get_clock (desk), 0);
 * truce_test_clock_drive (time, truce_store_get_clock (phone), -5 * 60 * 1000);
 * truce_test_clock_advance (time, 1000);
 * ```
 *
 * It may be read and set from any thread.
 *
 * Since: 1.0
 */
struct _TruceTestClock
{
  GObject parent_instance;
  _Atomic gint64 now;           /* ms since 1970 */
};

/* A clock that is driven. */
typedef struct
{
  TruceTestClock *time;         /* owned */
  gint64 skew;                  /* ms */
} Driven;

enum { PROP_0, PROP_NOW, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceTestClock, truce_test_clock, G_TYPE_OBJECT)

static void
truce_test_clock_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TruceTestClock *self = TRUCE_TEST_CLOCK (object);

  switch (id)
    {
    case PROP_NOW:
      g_value_set_int64 (value, self->now);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_test_clock_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TruceTestClock *self = TRUCE_TEST_CLOCK (object);

  switch (id)
    {
    case PROP_NOW:
      truce_test_clock_set_now (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_test_clock_class_init (TruceTestClockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = truce_test_clock_get_property;
  object_class->set_property = truce_test_clock_set_property;

  /**
   * TruceTestClock:now:
   *
   * The time: milliseconds since 1970.
   *
   * Since: 1.0
   */
  properties[PROP_NOW] =
    g_param_spec_int64 ("now", NULL, NULL, G_MININT64, G_MAXINT64, 0,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_test_clock_init (TruceTestClock *self)
{
}

/**
 * truce_test_clock_new:
 * @now: the time: milliseconds since 1970
 *
 * Makes a time that stands still.
 *
 * Returns: (transfer full): the time
 *
 * Since: 1.0
 */
TruceTestClock *
truce_test_clock_new (gint64 now)
{
  TruceTestClock *self = g_object_new (TRUCE_TYPE_TEST_CLOCK, NULL);

  self->now = now;
  return self;
}

/**
 * truce_test_clock_get_now:
 * @self: a time
 *
 * Tells the time.
 *
 * Returns: milliseconds since 1970
 *
 * Since: 1.0
 */
gint64
truce_test_clock_get_now (TruceTestClock *self)
{
  g_return_val_if_fail (TRUCE_IS_TEST_CLOCK (self), 0);

  return self->now;
}

/**
 * truce_test_clock_set_now:
 * @self: a time
 * @now: milliseconds since 1970; it may lie in the past
 *
 * Sets the time.
 *
 * Since: 1.0
 */
void
truce_test_clock_set_now (TruceTestClock *self,
                          gint64          now)
{
  g_return_if_fail (TRUCE_IS_TEST_CLOCK (self));

  if (self->now == now)
    return;
  self->now = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOW]);
}

/**
 * truce_test_clock_advance:
 * @self: a time
 * @milliseconds: by how much; less than 0: back
 *
 * Moves the time.
 *
 * Since: 1.0
 */
void
truce_test_clock_advance (TruceTestClock *self,
                          gint64          milliseconds)
{
  g_return_if_fail (TRUCE_IS_TEST_CLOCK (self));

  truce_test_clock_set_now (self, self->now + milliseconds);
}

static void
driven_free (gpointer data)
{
  Driven *driven = data;

  g_object_unref (driven->time);
  g_free (driven);
}

static gint64
tell_time (gpointer data)
{
  const Driven *driven = data;

  return driven->time->now + driven->skew;
}

/**
 * truce_test_clock_drive:
 * @self: a time
 * @clock: the clock of a store
 * @skew: by how many milliseconds it is wrong: more than 0 if it is fast
 *
 * Has a clock show this time from now on, instead of the system's; a second
 * call with another @skew sets it.
 *
 * As with [method@Clock.set_time_func], no other thread may use @clock
 * meanwhile.
 *
 * Since: 1.0
 */
void
truce_test_clock_drive (TruceTestClock *self,
                        TruceClock     *clock,
                        gint64          skew)
{
  Driven *driven;

  g_return_if_fail (TRUCE_IS_TEST_CLOCK (self));
  g_return_if_fail (TRUCE_IS_CLOCK (clock));

  driven = g_new (Driven, 1);
  driven->time = g_object_ref (self);
  driven->skew = skew;
  truce_clock_set_time_func (clock, tell_time, driven, driven_free);
}
