/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A remote is somebody else's code, perhaps in a language whose exceptions get lost on the way (a Python method
 * that raises gives FALSE and no error), and it passes on what a server said. So what it leaves in an exchange is
 * checked here, at the one place that all calls go through. */

#include "truce-exchange-private.h"

/**
 * TruceRemote:
 *
 * The other side of a sync: a hub, or an app's own server.
 *
 * An app that has a server writes a class with three functions: [vfunc@Remote.open],
 * [vfunc@Remote.push] and [vfunc@Remote.pull]. Each is given an exchange, which
 * holds what is asked and takes what is answered, and may block: the engine calls
 * them in a thread, one at a time, unless [vfunc@Remote.get_threaded] says
 * otherwise.
 *
 * ```python
 * class MyRemote(GObject.Object, Truce.Remote):
 *     def do_pull(self, pull, cancellable):
 *         page = get(f'/changes?since={pull.get_cursor()}')
 *         for item in page['items']:
 *             pull.add('task', item['id'], json.dumps(item), item['etag'])
 *         pull.finish(page['cursor'], page['more'])
 *         return True
 * ```
 *
 * What failed as a whole is an error: of the network's, or of [error@Error], whose
 * code says what is to be done: try again, stop until somebody logs in, read
 * everything anew. What failed for one record is that record's answer.
 *
 * Since: 1.0
 */

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (TruceRemote, truce_remote, G_TYPE_OBJECT)

/* ---- what an implementation may leave out ---- */

static gboolean
refuse (TruceRemote *self,
        const char  *what,
        GError     **error)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "%s can't %s", G_OBJECT_TYPE_NAME (self), what);
  return FALSE;
}

static gboolean
real_open (TruceRemote  *self,
           TruceHello   *hello,
           GCancellable *cancellable,
           GError      **error)
{
  return refuse (self, "open a session", error);
}

static gboolean
real_push (TruceRemote  *self,
           TrucePush    *push,
           GCancellable *cancellable,
           GError      **error)
{
  return refuse (self, "take changes", error);
}

static gboolean
real_pull (TruceRemote  *self,
           TrucePull    *pull,
           GCancellable *cancellable,
           GError      **error)
{
  return refuse (self, "give changes", error);
}

static gboolean
real_list (TruceRemote  *self,
           TruceListing *listing,
           GCancellable *cancellable,
           GError      **error)
{
  return refuse (self, "list its records", error);
}

static gboolean
real_close (TruceRemote   *self,
            TruceExchange *bye,
            GCancellable  *cancellable,
            GError       **error)
{
  return TRUE;
}

static gboolean
real_watch (TruceRemote *self,
            gboolean     watching,
            GError     **error)
{
  return refuse (self, "tell of changes", error);
}

static gboolean
real_get_threaded (TruceRemote *self)
{
  return TRUE;
}

static void
truce_remote_default_init (TruceRemoteInterface *iface)
{
  iface->open = real_open;
  iface->push = real_push;
  iface->pull = real_pull;
  iface->list = real_list;
  iface->close = real_close;
  iface->watch = real_watch;
  iface->get_threaded = real_get_threaded;

  /**
   * TruceRemote::changed:
   * @self: a remote
   *
   * There is something new at the remote, or there may be.
   *
   * It may come from any thread. See [method@Remote.watch].
   *
   * Since: 1.0
   */
  signals[CHANGED] = g_signal_new ("changed", TRUCE_TYPE_REMOTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   0);
}

/* ---- what it leaves in an exchange ---- */

/* What a function of the remote gave, and why. */
typedef struct
{
  TruceRemote *remote;
  const char *function;
  gboolean done;
  GError *error;                /* owned; or NULL */
} Said;

/* Hands on the error, or makes one of FALSE without an error and of an answer that can't be one. */
static gboolean
judge (Said          *said,
       TruceExchange *exchange,
       GError       **error)
{
  if (said->error == NULL && !said->done)
    said->error = g_error_new (TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s.%s gave neither an answer nor an error",
                               G_OBJECT_TYPE_NAME (said->remote), said->function);
  if (said->error == NULL && exchange->wrong != NULL)
    said->error = g_error_copy (exchange->wrong);
  if (said->error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&said->error));
  return FALSE;
}

/* A page that its remote did not end, or that is another than when it ended, was cut on its way. */
static gboolean
judge_page (gboolean finished,
            guint    n_finished,
            guint    n_items,
            GError **error)
{
  if (!finished)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "the remote gave a page, but no end of it");
  else if (n_finished != n_items)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "a page was cut: %u of %u records arrived", n_items,
                 n_finished);
  return finished && n_finished == n_items;
}

/**
 * truce_remote_open:
 * @self: a remote
 * @hello: who asks; takes the answer
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Begins a session. The remote says [method@Hello.welcome].
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_AUTH: the replica may not;
 *   %TRUCE_ERROR_TOO_NEW: it speaks another protocol; or what went wrong
 *
 * Since: 1.0
 */
gboolean
truce_remote_open (TruceRemote  *self,
                   TruceHello   *hello,
                   GCancellable *cancellable,
                   GError      **error)
{
  Said said = { self, "open" };

  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_HELLO (hello), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  said.done = TRUCE_REMOTE_GET_IFACE (self)->open (self, hello, cancellable, &said.error);
  if (!judge (&said, (TruceExchange *) hello, error))
    return FALSE;
  if (!hello->welcome)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s.open did not say welcome",
                 G_OBJECT_TYPE_NAME (self));
  return hello->welcome;
}

/**
 * truce_remote_push:
 * @self: a remote
 * @push: the changes; takes what becomes of each
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gives the remote changes.
 *
 * Where it fails as a whole, the changes that were answered before stay answered.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_TRANSIENT: try again;
 *   %TRUCE_ERROR_AUTH: the replica may not; %TRUCE_ERROR_BUSY: open a new
 *   session; %TRUCE_ERROR_RESYNC_REQUIRED: read everything first; or what went
 *   wrong
 *
 * Since: 1.0
 */
gboolean
truce_remote_push (TruceRemote  *self,
                   TrucePush    *push,
                   GCancellable *cancellable,
                   GError      **error)
{
  Said said = { self, "push" };

  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_PUSH (push), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  said.done = TRUCE_REMOTE_GET_IFACE (self)->push (self, push, cancellable, &said.error);
  return judge (&said, (TruceExchange *) push, error);
}

/**
 * truce_remote_pull:
 * @self: a remote
 * @pull: from where; takes the page
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the remote for a page of what has changed there.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_TRANSIENT: try again, also where the
 *   page was cut; %TRUCE_ERROR_AUTH: the replica may not;
 *   %TRUCE_ERROR_RESYNC_REQUIRED: the cursor is no longer of use; or what went
 *   wrong
 *
 * Since: 1.0
 */
gboolean
truce_remote_pull (TruceRemote  *self,
                   TrucePull    *pull,
                   GCancellable *cancellable,
                   GError      **error)
{
  Said said = { self, "pull" };

  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_PULL (pull), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  said.done = TRUCE_REMOTE_GET_IFACE (self)->pull (self, pull, cancellable, &said.error);
  return judge (&said, (TruceExchange *) pull, error) &&
         judge_page (pull->finished, pull->n_finished, pull->n_items, error);
}

/**
 * truce_remote_list:
 * @self: a remote
 * @listing: from where; takes the page
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the remote for a page of the records that there are. A remote need not be
 * able to: then what was deleted while a replica's cursor was of no use is not
 * noticed.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_UNSUPPORTED: it can't; or as
 *   [method@Remote.pull]
 *
 * Since: 1.0
 */
gboolean
truce_remote_list (TruceRemote  *self,
                   TruceListing *listing,
                   GCancellable *cancellable,
                   GError      **error)
{
  Said said = { self, "list" };

  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_LISTING (listing), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  said.done = TRUCE_REMOTE_GET_IFACE (self)->list (self, listing, cancellable, &said.error);
  return judge (&said, (TruceExchange *) listing, error) &&
         judge_page (listing->finished, listing->n_finished, listing->n_items, error);
}

/**
 * truce_remote_close:
 * @self: a remote
 * @bye: names the session
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Ends a session. A session that is never closed, as where the power fails, does
 * no harm.
 *
 * Returns: %TRUE, or %FALSE with what went wrong
 *
 * Since: 1.0
 */
gboolean
truce_remote_close (TruceRemote   *self,
                    TruceExchange *bye,
                    GCancellable  *cancellable,
                    GError       **error)
{
  Said said = { self, "close" };

  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_EXCHANGE (bye), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  said.done = TRUCE_REMOTE_GET_IFACE (self)->close (self, bye, cancellable, &said.error);
  return judge (&said, bye, error);
}

/**
 * truce_remote_watch:
 * @self: a remote
 * @watching: whether to
 * @error: return location for an error
 *
 * Begins or ends to emit [signal@Remote::changed] where something changes at the
 * remote.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_UNSUPPORTED: it can't tell; or what
 *   went wrong
 *
 * Since: 1.0
 */
gboolean
truce_remote_watch (TruceRemote *self,
                    gboolean     watching,
                    GError     **error)
{
  g_autoptr(GError) local = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_REMOTE_GET_IFACE (self)->watch (self, !!watching, &local);
  if (!done && local == NULL)
    local = g_error_new (TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s.watch gave neither an answer nor an error",
                         G_OBJECT_TYPE_NAME (self));
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * truce_remote_get_threaded:
 * @self: a remote
 *
 * Gets whether the functions that take an exchange are to be called in a thread,
 * for they may block; else they are called where the engine is, and must not.
 * They are called one at a time.
 *
 * Returns: whether to use a thread
 *
 * Since: 1.0
 */
gboolean
truce_remote_get_threaded (TruceRemote *self)
{
  g_return_val_if_fail (TRUCE_IS_REMOTE (self), FALSE);

  return TRUCE_REMOTE_GET_IFACE (self)->get_threaded (self);
}

/**
 * truce_remote_changed:
 * @self: a remote
 *
 * Emits [signal@Remote::changed]: for implementations, from any thread, while they
 * are watched. What is new comes by [method@Remote.pull].
 *
 * Since: 1.0
 */
void
truce_remote_changed (TruceRemote *self)
{
  g_return_if_fail (TRUCE_IS_REMOTE (self));

  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
truce_exchange_perform (TruceRemote   *remote,
                        TruceExchange *exchange,
                        GCancellable  *cancellable,
                        GError       **error)
{
  if (TRUCE_IS_PUSH (exchange))
    return truce_remote_push (remote, TRUCE_PUSH (exchange), cancellable, error);
  if (TRUCE_IS_PULL (exchange))
    return truce_remote_pull (remote, TRUCE_PULL (exchange), cancellable, error);
  if (TRUCE_IS_HELLO (exchange))
    return truce_remote_open (remote, TRUCE_HELLO (exchange), cancellable, error);
  if (TRUCE_IS_LISTING (exchange))
    return truce_remote_list (remote, TRUCE_LISTING (exchange), cancellable, error);
  return truce_remote_close (remote, exchange, cancellable, error);
}
