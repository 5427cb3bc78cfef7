/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-hub-remote.h"

#include "truce-hub-private.h"

/**
 * TruceHubRemote:
 *
 * The way to a hub in the same process.
 *
 * It belongs to the thread of the hub; each call is answered at once. Each replica
 * takes one of its own.
 *
 * Since: 1.0
 */
struct _TruceHubRemote
{
  GObject parent_instance;
  TruceHub *hub;                /* owned */
  gulong version_handler;       /* of the hub's store; 0: nobody watches */
  gboolean pushing;             /* what changes now is what we bring */
};

enum
{
  PROP_0,
  PROP_HUB,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

/* ---- exchanges ---- */

/* The hub, if it can be asked now. */
static TruceHub *
get_hub (TruceRemote  *remote,
         GCancellable *cancellable,
         GError      **error)
{
  TruceHubRemote *self = TRUCE_HUB_REMOTE (remote);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (self->hub == NULL)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "this is the way to no hub");
  return self->hub;
}

static gboolean
hub_open (TruceRemote  *remote,
          TruceHello   *hello,
          GCancellable *cancellable,
          GError      **error)
{
  TruceHub *hub = get_hub (remote, cancellable, error);

  return hub != NULL && truce_hub_open (hub, hello, error);
}

static gboolean
hub_push (TruceRemote  *remote,
          TrucePush    *push,
          GCancellable *cancellable,
          GError      **error)
{
  TruceHubRemote *self = TRUCE_HUB_REMOTE (remote);
  TruceHub *hub = get_hub (remote, cancellable, error);
  gboolean pushed;

  if (hub == NULL)
    return FALSE;
  self->pushing = TRUE;
  pushed = truce_hub_push (hub, push, error);
  self->pushing = FALSE;
  return pushed;
}

static gboolean
hub_pull (TruceRemote  *remote,
          TrucePull    *pull,
          GCancellable *cancellable,
          GError      **error)
{
  TruceHub *hub = get_hub (remote, cancellable, error);

  return hub != NULL && truce_hub_pull (hub, pull, error);
}

static gboolean
hub_list (TruceRemote  *remote,
          TruceListing *listing,
          GCancellable *cancellable,
          GError      **error)
{
  TruceHub *hub = get_hub (remote, cancellable, error);

  return hub != NULL && truce_hub_list (hub, listing, error);
}

static gboolean
hub_close (TruceRemote   *remote,
           TruceExchange *bye,
           GCancellable  *cancellable,
           GError       **error)
{
  TruceHub *hub = get_hub (remote, NULL, error);

  return hub != NULL && truce_hub_close (hub, bye, error);
}

/* ---- watching ---- */

static void
on_version (TruceHubRemote *self)
{
  if (!self->pushing)
    truce_remote_changed (TRUCE_REMOTE (self));
}

static gboolean
hub_watch (TruceRemote *remote,
           gboolean     watching,
           GError     **error)
{
  TruceHubRemote *self = TRUCE_HUB_REMOTE (remote);
  TruceHub *hub = get_hub (remote, NULL, error);
  TruceStore *store;

  if (hub == NULL)
    return FALSE;
  store = hub->store;
  if (watching == (self->version_handler != 0))
    return TRUE;

  /* The store looks for what other processes commit as long as somebody watches. */
  truce_store_watch (store, watching ? 1 : -1);
  if (watching)
    self->version_handler = g_signal_connect_swapped (store, "notify::version", G_CALLBACK (on_version), self);
  else
    g_clear_signal_handler (&self->version_handler, store);
  return TRUE;
}

static gboolean
hub_get_threaded (TruceRemote *remote)
{
  return FALSE;
}

static void
truce_hub_remote_remote_init (TruceRemoteInterface *iface)
{
  iface->open = hub_open;
  iface->push = hub_push;
  iface->pull = hub_pull;
  iface->list = hub_list;
  iface->close = hub_close;
  iface->watch = hub_watch;
  iface->get_threaded = hub_get_threaded;
}

/* ---- the object ---- */

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceHubRemote, truce_hub_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, truce_hub_remote_remote_init))

static void
truce_hub_remote_dispose (GObject *object)
{
  TruceHubRemote *self = TRUCE_HUB_REMOTE (object);

  hub_watch (TRUCE_REMOTE (self), FALSE, NULL);
  g_clear_object (&self->hub);

  G_OBJECT_CLASS (truce_hub_remote_parent_class)->dispose (object);
}

static void
truce_hub_remote_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_HUB)
    g_value_set_object (value, TRUCE_HUB_REMOTE (object)->hub);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
truce_hub_remote_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  if (id == PROP_HUB)
    TRUCE_HUB_REMOTE (object)->hub = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
truce_hub_remote_class_init (TruceHubRemoteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = truce_hub_remote_dispose;
  object_class->get_property = truce_hub_remote_get_property;
  object_class->set_property = truce_hub_remote_set_property;

  /**
   * TruceHubRemote:hub:
   *
   * The hub to which this is the way.
   *
   * Since: 1.0
   */
  properties[PROP_HUB] = g_param_spec_object ("hub", NULL, NULL, TRUCE_TYPE_HUB,
                                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_hub_remote_init (TruceHubRemote *self)
{
}

/**
 * truce_hub_remote_new:
 * @hub: a hub
 *
 * Makes a way to a hub.
 *
 * Returns: (transfer full): a remote
 *
 * Since: 1.0
 */
TruceHubRemote *
truce_hub_remote_new (TruceHub *hub)
{
  g_return_val_if_fail (TRUCE_IS_HUB (hub), NULL);

  return g_object_new (TRUCE_TYPE_HUB_REMOTE, "hub", hub, NULL);
}

/**
 * truce_hub_remote_get_hub:
 * @self: a remote
 *
 * Gets the hub to which this is the way.
 *
 * Returns: (transfer none): the hub
 *
 * Since: 1.0
 */
TruceHub *
truce_hub_remote_get_hub (TruceHubRemote *self)
{
  g_return_val_if_fail (TRUCE_IS_HUB_REMOTE (self), NULL);

  return self->hub;
}
