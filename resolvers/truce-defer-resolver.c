/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-defer-resolver.h"

/**
 * TruceDeferResolver:
 *
 * Decides nothing: every conflict waits for a person.
 *
 * Since: 1.0
 */
struct _TruceDeferResolver
{
  GObject parent_instance;
  char *reason;                 /* or NULL */
};

static TruceResolution *
resolve (TruceResolver *resolver,
         TruceConflict *conflict,
         GError       **error)
{
  return truce_resolution_new_deferred (TRUCE_DEFER_RESOLVER (resolver)->reason);
}

static void
resolver_init (TruceResolverInterface *iface)
{
  iface->resolve = resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceDeferResolver, truce_defer_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, resolver_init))

static void
truce_defer_resolver_finalize (GObject *object)
{
  g_clear_pointer (&TRUCE_DEFER_RESOLVER (object)->reason, g_free);

  G_OBJECT_CLASS (truce_defer_resolver_parent_class)->finalize (object);
}

static void
truce_defer_resolver_class_init (TruceDeferResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_defer_resolver_finalize;
}

static void
truce_defer_resolver_init (TruceDeferResolver *self)
{
}

/**
 * truce_defer_resolver_new: (constructor)
 * @reason: (nullable): why, for a person to read
 *
 * Makes a resolver that leaves every conflict to a person.
 *
 * Returns: (transfer full) (type TruceDeferResolver): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_defer_resolver_new (const char *reason)
{
  TruceDeferResolver *self = g_object_new (TRUCE_TYPE_DEFER_RESOLVER, NULL);

  self->reason = g_strdup (reason);
  return TRUCE_RESOLVER (self);
}
