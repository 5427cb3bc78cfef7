/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-prefer-resolver.h"

/**
 * TrucePreferResolver:
 *
 * Takes always the same side, as a whole.
 *
 * Since: 1.0
 */
struct _TrucePreferResolver
{
  GObject parent_instance;
  TruceSide side;               /* local or remote */
};

enum { PROP_0, PROP_SIDE, N_PROPS };
static GParamSpec *properties[N_PROPS];

static TruceResolution *
resolve (TruceResolver *resolver,
         TruceConflict *conflict,
         GError       **error)
{
  return TRUCE_PREFER_RESOLVER (resolver)->side == TRUCE_SIDE_LOCAL ? truce_resolution_new_local ()
                                                                    : truce_resolution_new_remote ();
}

static void
resolver_init (TruceResolverInterface *iface)
{
  iface->resolve = resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TrucePreferResolver, truce_prefer_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, resolver_init))

static void
truce_prefer_resolver_get_property (GObject    *object,
                                    guint       id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SIDE:
      g_value_set_enum (value, TRUCE_PREFER_RESOLVER (object)->side);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_prefer_resolver_class_init (TrucePreferResolverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = truce_prefer_resolver_get_property;

  /**
   * TrucePreferResolver:side:
   *
   * The side that it takes: local or remote.
   *
   * Since: 1.0
   */
  properties[PROP_SIDE] = g_param_spec_enum ("side", NULL, NULL, TRUCE_TYPE_SIDE, TRUCE_SIDE_LOCAL,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_prefer_resolver_init (TrucePreferResolver *self)
{
  self->side = TRUCE_SIDE_LOCAL;
}

/**
 * truce_prefer_resolver_new: (constructor)
 * @side: %TRUCE_SIDE_LOCAL or %TRUCE_SIDE_REMOTE
 *
 * Makes a resolver that takes one side.
 *
 * Returns: (transfer full) (type TrucePreferResolver): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_prefer_resolver_new (TruceSide side)
{
  TrucePreferResolver *self;

  g_return_val_if_fail (side == TRUCE_SIDE_LOCAL || side == TRUCE_SIDE_REMOTE, NULL);

  self = g_object_new (TRUCE_TYPE_PREFER_RESOLVER, NULL);
  self->side = side;
  return TRUCE_RESOLVER (self);
}

/**
 * truce_prefer_resolver_get_side:
 * @self: a resolver
 *
 * The side that it takes.
 *
 * Returns: %TRUCE_SIDE_LOCAL or %TRUCE_SIDE_REMOTE
 *
 * Since: 1.0
 */
TruceSide
truce_prefer_resolver_get_side (TrucePreferResolver *self)
{
  g_return_val_if_fail (TRUCE_IS_PREFER_RESOLVER (self), TRUCE_SIDE_LOCAL);

  return self->side;
}
