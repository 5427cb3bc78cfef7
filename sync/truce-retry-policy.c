/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Exponential backoff with full jitter: after the nth failure a wait of any length up to base · 2ⁿ, but no more than
 * the cap (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, where it needs the fewest
 * calls of all that were compared). Without chance, clients that lost their server together would come back together,
 * each time anew.
 *
 * A server that names a time is never asked sooner, and never by all in that very moment: chance comes on top of it. */

#include "truce-random-private.h"
#include "truce-retry-policy.h"

#define BASE 1000                                       /* ms */
#define CAP (5 * 60 * 1000)                             /* ms */
#define MAX_ATTEMPTS 12
#define DAY G_GINT64_CONSTANT (86400000)                /* ms */
#define MAX_AGE (7 * DAY)
/* Where sums stay within 64 bits. */
#define MAX_CAP (G_MAXINT64 / 2)

/* No server keeps us away for longer, whatever it says: one with a wrong clock would do so for years. */
#define LONGEST_RETRY_AFTER DAY

/**
 * TruceRetryPolicy:
 *
 * When to try again what may go through later, and when to give up.
 *
 * The wait after the nth failure is a random one of up to
 * [property@RetryPolicy:base] · 2ⁿ milliseconds, never more than
 * [property@RetryPolicy:cap]. A server that asks for a longer one (HTTP
 * `Retry-After`) gets it.
 *
 * What has been tried [property@RetryPolicy:max-attempts] times, or for longer than
 * [property@RetryPolicy:max-age], is over: the record goes to the inbox, where a
 * person sees why. Attempts that reached nobody don't count.
 *
 * Since: 1.0
 */
struct _TruceRetryPolicy
{
  GObject parent_instance;
  gint64 base;                  /* ms */
  gint64 cap;                   /* ms */
  gint64 max_age;               /* ms; 0: none */
  guint max_attempts;           /* 0: any number */
};

enum { PROP_0, PROP_BASE, PROP_CAP, PROP_MAX_ATTEMPTS, PROP_MAX_AGE, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceRetryPolicy, truce_retry_policy, G_TYPE_OBJECT)

static void
truce_retry_policy_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TruceRetryPolicy *self = TRUCE_RETRY_POLICY (object);

  switch (id)
    {
    case PROP_BASE:
      g_value_set_int64 (value, self->base);
      break;
    case PROP_CAP:
      g_value_set_int64 (value, self->cap);
      break;
    case PROP_MAX_ATTEMPTS:
      g_value_set_uint (value, self->max_attempts);
      break;
    case PROP_MAX_AGE:
      g_value_set_int64 (value, self->max_age);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_retry_policy_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TruceRetryPolicy *self = TRUCE_RETRY_POLICY (object);

  switch (id)
    {
    case PROP_BASE:
      truce_retry_policy_set_base (self, g_value_get_int64 (value));
      break;
    case PROP_CAP:
      truce_retry_policy_set_cap (self, g_value_get_int64 (value));
      break;
    case PROP_MAX_ATTEMPTS:
      truce_retry_policy_set_max_attempts (self, g_value_get_uint (value));
      break;
    case PROP_MAX_AGE:
      truce_retry_policy_set_max_age (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_retry_policy_class_init (TruceRetryPolicyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = truce_retry_policy_get_property;
  object_class->set_property = truce_retry_policy_set_property;

  /**
   * TruceRetryPolicy:base:
   *
   * Half of the longest wait after the first failure, in milliseconds.
   *
   * Since: 1.0
   */
  properties[PROP_BASE] = g_param_spec_int64 ("base", NULL, NULL, 1, MAX_CAP, BASE, flags);
  /**
   * TruceRetryPolicy:cap:
   *
   * The longest wait of all, in milliseconds.
   *
   * Since: 1.0
   */
  properties[PROP_CAP] = g_param_spec_int64 ("cap", NULL, NULL, 1, MAX_CAP, CAP, flags);
  /**
   * TruceRetryPolicy:max-attempts:
   *
   * How often a record is tried before it counts as failed; 0: as often as it
   * takes.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_ATTEMPTS] =
    g_param_spec_uint ("max-attempts", NULL, NULL, 0, G_MAXUINT, MAX_ATTEMPTS, flags);
  /**
   * TruceRetryPolicy:max-age:
   *
   * For how long after its first failure a record is tried before it counts as
   * failed, in milliseconds; 0: for as long as it takes.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_AGE] = g_param_spec_int64 ("max-age", NULL, NULL, 0, G_MAXINT64, MAX_AGE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_retry_policy_init (TruceRetryPolicy *self)
{
  self->base = BASE;
  self->cap = CAP;
  self->max_attempts = MAX_ATTEMPTS;
  self->max_age = MAX_AGE;
}

/**
 * truce_retry_policy_new:
 *
 * Makes a policy: waits of up to 2, 4, 8 … seconds and at most 5 minutes; 12
 * attempts, 7 days.
 *
 * Returns: (transfer full): the policy
 *
 * Since: 1.0
 */
TruceRetryPolicy *
truce_retry_policy_new (void)
{
  return g_object_new (TRUCE_TYPE_RETRY_POLICY, NULL);
}

/**
 * truce_retry_policy_get_base:
 * @self: a policy
 *
 * Gets half of the longest wait after the first failure.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
truce_retry_policy_get_base (TruceRetryPolicy *self)
{
  g_return_val_if_fail (TRUCE_IS_RETRY_POLICY (self), BASE);

  return self->base;
}

/**
 * truce_retry_policy_set_base:
 * @self: a policy
 * @base: milliseconds, at least 1
 *
 * Sets half of the longest wait after the first failure.
 *
 * Since: 1.0
 */
void
truce_retry_policy_set_base (TruceRetryPolicy *self,
                             gint64            base)
{
  g_return_if_fail (TRUCE_IS_RETRY_POLICY (self));
  g_return_if_fail (base >= 1 && base <= MAX_CAP);

  if (self->base == base)
    return;
  self->base = base;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BASE]);
}

/**
 * truce_retry_policy_get_cap:
 * @self: a policy
 *
 * Gets the longest wait of all.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
truce_retry_policy_get_cap (TruceRetryPolicy *self)
{
  g_return_val_if_fail (TRUCE_IS_RETRY_POLICY (self), CAP);

  return self->cap;
}

/**
 * truce_retry_policy_set_cap:
 * @self: a policy
 * @cap: milliseconds, at least 1
 *
 * Sets the longest wait of all.
 *
 * Since: 1.0
 */
void
truce_retry_policy_set_cap (TruceRetryPolicy *self,
                            gint64            cap)
{
  g_return_if_fail (TRUCE_IS_RETRY_POLICY (self));
  g_return_if_fail (cap >= 1 && cap <= MAX_CAP);

  if (self->cap == cap)
    return;
  self->cap = cap;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAP]);
}

/**
 * truce_retry_policy_get_max_attempts:
 * @self: a policy
 *
 * Gets how often a record is tried before it counts as failed.
 *
 * Returns: a number; 0: as often as it takes
 *
 * Since: 1.0
 */
guint
truce_retry_policy_get_max_attempts (TruceRetryPolicy *self)
{
  g_return_val_if_fail (TRUCE_IS_RETRY_POLICY (self), MAX_ATTEMPTS);

  return self->max_attempts;
}

/**
 * truce_retry_policy_set_max_attempts:
 * @self: a policy
 * @max_attempts: a number; 0: as often as it takes
 *
 * Sets how often a record is tried before it counts as failed.
 *
 * Since: 1.0
 */
void
truce_retry_policy_set_max_attempts (TruceRetryPolicy *self,
                                     guint             max_attempts)
{
  g_return_if_fail (TRUCE_IS_RETRY_POLICY (self));

  if (self->max_attempts == max_attempts)
    return;
  self->max_attempts = max_attempts;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_ATTEMPTS]);
}

/**
 * truce_retry_policy_get_max_age:
 * @self: a policy
 *
 * Gets for how long after its first failure a record is tried.
 *
 * Returns: milliseconds; 0: for as long as it takes
 *
 * Since: 1.0
 */
gint64
truce_retry_policy_get_max_age (TruceRetryPolicy *self)
{
  g_return_val_if_fail (TRUCE_IS_RETRY_POLICY (self), MAX_AGE);

  return self->max_age;
}

/**
 * truce_retry_policy_set_max_age:
 * @self: a policy
 * @max_age: milliseconds; 0: for as long as it takes
 *
 * Sets for how long after its first failure a record is tried.
 *
 * Since: 1.0
 */
void
truce_retry_policy_set_max_age (TruceRetryPolicy *self,
                                gint64            max_age)
{
  g_return_if_fail (TRUCE_IS_RETRY_POLICY (self));
  g_return_if_fail (max_age >= 0);

  if (self->max_age == max_age)
    return;
  self->max_age = max_age;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_AGE]);
}

/* min (cap, base · 2ⁿ), without leaving 64 bits. */
static gint64
longest_wait (TruceRetryPolicy *self,
              guint             attempts)
{
  gint64 wait = MIN (self->base, self->cap);

  for (guint i = 0; i < attempts && wait < self->cap; i++)
    wait = wait > self->cap / 2 ? self->cap : wait * 2;
  return wait;
}

/**
 * truce_retry_policy_delay:
 * @self: a policy
 * @attempts: how often it has failed by now
 * @retry_after_ms: for how long the remote asked not to be asked, in
 *   milliseconds; -1 if it did not say
 *
 * Draws how long to wait before the next attempt.
 *
 * It is random, so that many who failed together don't come back together, and
 * never shorter than the remote has asked for; a remote that asks for more than a
 * day is asked again after a day.
 *
 * Returns: milliseconds, at least 1
 *
 * Since: 1.0
 */
gint64
truce_retry_policy_delay (TruceRetryPolicy *self,
                          guint             attempts,
                          gint64            retry_after_ms)
{
  gint64 longest;
  guint64 chance;

  g_return_val_if_fail (TRUCE_IS_RETRY_POLICY (self), CAP);

  longest = longest_wait (self, attempts);
  if (!truce_random_u64 (&chance, NULL))
    chance = longest - 1;
  return CLAMP (retry_after_ms, 0, LONGEST_RETRY_AFTER) + 1 + (gint64) (chance % longest);
}

/**
 * truce_retry_policy_is_over:
 * @self: a policy
 * @attempts: how often it has failed by now
 * @since_ms: when it first failed, in milliseconds since 1970
 * @now_ms: the time, in milliseconds since 1970
 *
 * Says whether it has been tried for often or long enough.
 *
 * Returns: whether to give up
 *
 * Since: 1.0
 */
gboolean
truce_retry_policy_is_over (TruceRetryPolicy *self,
                            guint             attempts,
                            gint64            since_ms,
                            gint64            now_ms)
{
  g_return_val_if_fail (TRUCE_IS_RETRY_POLICY (self), FALSE);
  g_return_val_if_fail (now_ms >= 0, FALSE);

  return (self->max_attempts > 0 && attempts >= self->max_attempts) ||
         (self->max_age > 0 && since_ms <= now_ms - self->max_age);
}
