/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-exchange-private.h"

/**
 * TruceHello:
 *
 * The beginning of a session: who asks, and how far both sides are.
 *
 * A remote answers with [method@Hello.welcome] at least. The others are for what
 * it knows: a server that has no stamps leaves out those, one that has no feed
 * leaves out the head.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (TruceHello, truce_hello, TRUCE_TYPE_EXCHANGE)

static void
truce_hello_finalize (GObject *object)
{
  TruceHello *self = TRUCE_HELLO (object);

  g_clear_pointer (&self->last_session, g_free);
  g_clear_pointer (&self->previous_session, g_free);
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->remote_epoch, g_free);
  g_clear_pointer (&self->remote_last_session, g_free);

  G_OBJECT_CLASS (truce_hello_parent_class)->finalize (object);
}

static void
truce_hello_class_init (TruceHelloClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_hello_finalize;
}

static void
truce_hello_init (TruceHello *self)
{
  self->protocol = TRUCE_PROTOCOL;
  self->head = TRUCE_NOT_TOLD;
  self->remote_now_ms = TRUCE_NOT_TOLD;
}

TruceHello *
truce_hello_new (guint64     replica,
                 GHashTable *filters)
{
  TruceHello *self = g_object_new (TRUCE_TYPE_HELLO, NULL);

  self->replica = replica;
  self->parent_instance.filters = filters != NULL ? g_hash_table_ref (filters) : NULL;
  return self;
}

/**
 * truce_hello_get_protocol:
 * @self: a hello
 *
 * Gets the version of what is said between the two.
 *
 * Returns: the version: 1
 *
 * Since: 1.0
 */
guint
truce_hello_get_protocol (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), 0);

  return self->protocol;
}

/**
 * truce_hello_get_replica:
 * @self: a hello
 *
 * Gets who asks. In JavaScript, whose numbers are too short for it, use
 * [method@Hello.dup_replica_text].
 *
 * Returns: the replica's id
 *
 * Since: 1.0
 */
guint64
truce_hello_get_replica (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), 0);

  return self->replica;
}

/**
 * truce_hello_dup_replica_text:
 * @self: a hello
 *
 * Gets who asks, as a text: see [func@replica_id_to_string].
 *
 * Returns: (transfer full): the replica's id
 *
 * Since: 1.0
 */
char *
truce_hello_dup_replica_text (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), NULL);

  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", self->replica);
}

/**
 * truce_hello_get_last_session:
 * @self: a hello
 *
 * Gets the last session in which the replica pushed, or may have: it does not
 * know, if the reply was lost. A remote that remembers another one for it has
 * met a replica that has forgotten (a restored backup) or was copied.
 *
 * Returns: (transfer none) (nullable): a session's name; %NULL: it never pushed
 *
 * Since: 1.0
 */
const char *
truce_hello_get_last_session (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), NULL);

  return self->last_session;
}

/**
 * truce_hello_get_previous_session:
 * @self: a hello
 *
 * Gets the session before the last one, where the last one was never
 * acknowledged: either may be what the remote remembers.
 *
 * Returns: (transfer none) (nullable): a session's name, or %NULL
 *
 * Since: 1.0
 */
const char *
truce_hello_get_previous_session (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), NULL);

  return self->previous_session;
}

/**
 * truce_hello_get_epoch:
 * @self: a hello
 *
 * Gets the remote's epoch, as it was when the replica last asked.
 *
 * Returns: (transfer none) (nullable): an epoch; %NULL: they have never met
 *
 * Since: 1.0
 */
const char *
truce_hello_get_epoch (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), NULL);

  return self->epoch;
}

/**
 * truce_hello_get_cursor:
 * @self: a hello
 *
 * Gets how far the replica has read the remote's feed.
 *
 * Returns: a number that the remote counted, or 0
 *
 * Since: 1.0
 */
gint64
truce_hello_get_cursor (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), 0);

  return self->cursor;
}

/**
 * truce_hello_get_sent:
 * @self: a hello
 *
 * Gets the greatest of the replica's own stamps that it has ever pushed, or tried
 * to.
 *
 * Returns: (transfer none) (nullable): a stamp; %NULL: it never pushed
 *
 * Since: 1.0
 */
const TruceStamp *
truce_hello_get_sent (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), NULL);

  return self->sent.time != 0 ? &self->sent : NULL;
}

/**
 * truce_hello_get_now:
 * @self: a hello
 *
 * Gets the time by the replica's clock, as far as it has been corrected.
 *
 * Returns: milliseconds since 1970
 *
 * Since: 1.0
 */
gint64
truce_hello_get_now (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), 0);

  return self->now_ms;
}

/**
 * truce_hello_get_account:
 * @self: a hello
 *
 * Gets for whom the replica asks, where the app has said so.
 *
 * Returns: (transfer none) (nullable): the account's name, or %NULL
 *
 * Since: 1.0
 */
const char *
truce_hello_get_account (TruceHello *self)
{
  g_return_val_if_fail (TRUCE_IS_HELLO (self), NULL);

  return self->account;
}

/**
 * truce_hello_welcome:
 * @self: a hello
 * @session: a name for the session that begins; another one each time
 *
 * Lets the replica in.
 *
 * Since: 1.0
 */
void
truce_hello_welcome (TruceHello *self,
                     const char *session)
{
  TruceExchange *exchange = (TruceExchange *) self;

  g_return_if_fail (TRUCE_IS_HELLO (self));
  g_return_if_fail (session != NULL);

  if (self->welcome)
    truce_exchange_refuse (exchange, "the remote said welcome twice");
  if (*session == '\0')
    truce_exchange_refuse (exchange, "the remote gave the session no name");
  self->welcome = TRUE;
  g_free (exchange->session);
  exchange->session = g_strdup (session);
}

/**
 * truce_hello_set_remote_epoch:
 * @self: a hello
 * @epoch: a text that the remote keeps as long as its feed goes on
 *
 * Says which life of the remote this is. Another one than last time makes the
 * replica read everything again.
 *
 * Since: 1.0
 */
void
truce_hello_set_remote_epoch (TruceHello *self,
                              const char *epoch)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));
  g_return_if_fail (epoch != NULL);

  g_free (self->remote_epoch);
  self->remote_epoch = g_strdup (epoch);
}

/**
 * truce_hello_set_remote_last_session:
 * @self: a hello
 * @session: a session's name
 *
 * Says in which session the remote last took changes from the replica, which may
 * not know whether its last push arrived.
 *
 * Since: 1.0
 */
void
truce_hello_set_remote_last_session (TruceHello *self,
                                     const char *session)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));
  g_return_if_fail (session != NULL);

  g_free (self->remote_last_session);
  self->remote_last_session = g_strdup (session);
}

/**
 * truce_hello_set_head:
 * @self: a hello
 * @head: the number of the latest change in the remote's feed
 *
 * Says how long the feed is. A replica that has read as far asks for no page.
 *
 * Since: 1.0
 */
void
truce_hello_set_head (TruceHello *self,
                      gint64      head)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));

  if (head < 0)
    truce_exchange_refuse ((TruceExchange *) self, "the remote's head is negative");
  self->head = head;
}

/**
 * truce_hello_set_horizon:
 * @self: a hello
 * @horizon: a number of the feed
 *
 * Says up to where deleted records have been forgotten: a replica that has read
 * less far can't learn of those from the feed.
 *
 * Since: 1.0
 */
void
truce_hello_set_horizon (TruceHello *self,
                         gint64      horizon)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));

  if (horizon < 0)
    truce_exchange_refuse ((TruceExchange *) self, "the remote's horizon is negative");
  self->horizon = horizon;
}

/**
 * truce_hello_set_remote_now:
 * @self: a hello
 * @now_ms: milliseconds since 1970
 *
 * Tells the time, by which the replica corrects its clock.
 *
 * Since: 1.0
 */
void
truce_hello_set_remote_now (TruceHello *self,
                            gint64      now_ms)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));

  if (now_ms < 0 || (guint64) now_ms > TRUCE_STAMP_MS_MAX)
    truce_exchange_refuse ((TruceExchange *) self, "the remote's time is out of range");
  self->remote_now_ms = now_ms;
}

/**
 * truce_hello_set_seen:
 * @self: a hello
 * @seen: a stamp of the replica's own
 *
 * Says what the latest of the replica's stamps is that the remote has seen.
 *
 * Since: 1.0
 */
void
truce_hello_set_seen (TruceHello       *self,
                      const TruceStamp *seen)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));
  g_return_if_fail (seen != NULL);

  if (seen->replica != self->replica)
    truce_exchange_refuse ((TruceExchange *) self, "the remote has seen a stamp of somebody else");
  self->seen = *seen;
}

/**
 * truce_hello_set_forked:
 * @self: a hello
 * @forked: whether the replica has forgotten what it pushed, or was copied
 *
 * Says that the replica can't go on under its id: it takes a new one, and its
 * changes that nobody has seen take new stamps.
 *
 * Since: 1.0
 */
void
truce_hello_set_forked (TruceHello *self,
                        gboolean    forked)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));

  self->forked = !!forked;
}

/**
 * truce_hello_set_stamped:
 * @self: a hello
 * @stamped: whether the remote keeps the states of records, as [class@Hub] does
 *
 * Says whether the remote joins records by their stamps. If not, which is the
 * default, it knows plain JSON, and the replica merges by the base.
 *
 * Since: 1.0
 */
void
truce_hello_set_stamped (TruceHello *self,
                         gboolean    stamped)
{
  g_return_if_fail (TRUCE_IS_HELLO (self));

  self->stamped = !!stamped;
}
