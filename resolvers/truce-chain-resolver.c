/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-chain-resolver.h"

/**
 * TruceChainResolver:
 *
 * Asks several resolvers in order: the first that decides, decides.
 *
 * One that defers passes the conflict on; if all do, it is deferred with the
 * last one's reason. An error ends the chain: it is no decision.
 *
 * Since: 1.0
 */
struct _TruceChainResolver
{
  GObject parent_instance;
  GPtrArray *resolvers;         /* of TruceResolver *, owned */
};

static TruceResolution *
resolve (TruceResolver *resolver,
         TruceConflict *conflict,
         GError       **error)
{
  TruceChainResolver *self = TRUCE_CHAIN_RESOLVER (resolver);
  TruceResolution *last = truce_resolution_new_deferred (NULL);

  for (guint i = 0; i < self->resolvers->len; i++)
    {
      g_object_unref (last);
      last = truce_resolver_resolve (g_ptr_array_index (self->resolvers, i), conflict, error);
      if (last == NULL || truce_resolution_get_resolution_type (last) != TRUCE_RESOLUTION_DEFERRED)
        break;
    }
  return last;
}

/* What an asynchronous walk down the chain carries. */
typedef struct
{
  TruceConflict *conflict;      /* owned */
  GPtrArray *resolvers;         /* owned: those that were there when it began */
  guint next;
} Walk;

static void
walk_free (Walk *walk)
{
  g_object_unref (walk->conflict);
  g_ptr_array_unref (walk->resolvers);
  g_free (walk);
}

static void ask_next (GTask *task);

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;
  TruceResolution *answer = truce_resolver_resolve_finish (TRUCE_RESOLVER (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (truce_resolution_get_resolution_type (answer) != TRUCE_RESOLUTION_DEFERRED || walk->next == walk->resolvers->len)
    {
      g_task_return_pointer (task, answer, g_object_unref);
      return;
    }
  g_object_unref (answer);
  ask_next (task);
}

static void
ask_next (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  TruceResolver *next = g_ptr_array_index (walk->resolvers, walk->next++);

  truce_resolver_resolve_async (next, walk->conflict, g_task_get_cancellable (task), answered, g_object_ref (task));
}

static void
resolve_async (TruceResolver      *resolver,
               TruceConflict      *conflict,
               GCancellable       *cancellable,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  TruceChainResolver *self = TRUCE_CHAIN_RESOLVER (resolver);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  Walk *walk = g_new0 (Walk, 1);

  walk->conflict = g_object_ref (conflict);
  walk->resolvers = g_ptr_array_copy (self->resolvers, (GCopyFunc) (void (*)(void))g_object_ref, NULL);
  g_task_set_source_tag (task, resolve_async);
  g_task_set_task_data (task, walk, (GDestroyNotify) walk_free);
  if (walk->resolvers->len == 0)
    g_task_return_pointer (task, truce_resolution_new_deferred (NULL), g_object_unref);
  else
    ask_next (task);
}

static TruceResolution *
resolve_finish (TruceResolver *resolver,
                GAsyncResult  *result,
                GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
resolver_init (TruceResolverInterface *iface)
{
  iface->resolve = resolve;
  iface->resolve_async = resolve_async;
  iface->resolve_finish = resolve_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceChainResolver, truce_chain_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, resolver_init))

static void
truce_chain_resolver_finalize (GObject *object)
{
  g_clear_pointer (&TRUCE_CHAIN_RESOLVER (object)->resolvers, g_ptr_array_unref);

  G_OBJECT_CLASS (truce_chain_resolver_parent_class)->finalize (object);
}

static void
truce_chain_resolver_class_init (TruceChainResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_chain_resolver_finalize;
}

static void
truce_chain_resolver_init (TruceChainResolver *self)
{
  self->resolvers = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * truce_chain_resolver_new: (constructor)
 *
 * Makes a chain of no resolvers, which defers.
 *
 * Returns: (transfer full) (type TruceChainResolver): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_chain_resolver_new (void)
{
  return g_object_new (TRUCE_TYPE_CHAIN_RESOLVER, NULL);
}

/**
 * truce_chain_resolver_append:
 * @self: a chain
 * @resolver: a resolver, not @self
 *
 * Adds a resolver that is asked where all before it defer.
 *
 * Since: 1.0
 */
void
truce_chain_resolver_append (TruceChainResolver *self,
                             TruceResolver      *resolver)
{
  g_return_if_fail (TRUCE_IS_CHAIN_RESOLVER (self));
  g_return_if_fail (TRUCE_IS_RESOLVER (resolver));
  g_return_if_fail (resolver != TRUCE_RESOLVER (self));

  g_ptr_array_add (self->resolvers, g_object_ref (resolver));
}
