/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-callback-resolver.h"

/**
 * TruceCallbackResolver:
 *
 * Lets a function decide.
 *
 * Since: 1.0
 */
struct _TruceCallbackResolver
{
  GObject parent_instance;
  TruceResolveFunc func;        /* NULL where a binding made an empty one */
  gpointer func_data;
  GDestroyNotify func_destroy;
};

static TruceResolution *
resolve (TruceResolver *resolver,
         TruceConflict *conflict,
         GError       **error)
{
  TruceCallbackResolver *self = TRUCE_CALLBACK_RESOLVER (resolver);

  if (self->func != NULL)
    return self->func (conflict, self->func_data, error);

  g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "a callback resolver without a function");
  return NULL;
}

static void
resolver_init (TruceResolverInterface *iface)
{
  iface->resolve = resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceCallbackResolver, truce_callback_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, resolver_init))

static void
truce_callback_resolver_finalize (GObject *object)
{
  TruceCallbackResolver *self = TRUCE_CALLBACK_RESOLVER (object);

  if (self->func_destroy != NULL)
    self->func_destroy (self->func_data);

  G_OBJECT_CLASS (truce_callback_resolver_parent_class)->finalize (object);
}

static void
truce_callback_resolver_class_init (TruceCallbackResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_callback_resolver_finalize;
}

static void
truce_callback_resolver_init (TruceCallbackResolver *self)
{
}

/**
 * truce_callback_resolver_new: (constructor)
 * @func: (scope notified) (closure user_data) (destroy destroy): what decides
 * @user_data: passed to @func
 * @destroy: (nullable): called on @user_data when it is needed no more
 *
 * Makes a resolver of a function, which is called in the thread of the caller.
 *
 * Returns: (transfer full) (type TruceCallbackResolver): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_callback_resolver_new (TruceResolveFunc func,
                             gpointer         user_data,
                             GDestroyNotify   destroy)
{
  TruceCallbackResolver *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (TRUCE_TYPE_CALLBACK_RESOLVER, NULL);
  self->func = func;
  self->func_data = user_data;
  self->func_destroy = destroy;
  return TRUCE_RESOLVER (self);
}
