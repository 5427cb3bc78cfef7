/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-resolution-private.h"
#include "truce-resolver.h"

/**
 * TruceResolver:
 *
 * Decides what becomes of a conflict.
 *
 * A resolver is pure: the same conflict gets the same resolution, whoever
 * resolves it, and it changes nothing by itself. One that needs a person or a
 * service implements `resolve_async` and defers in `resolve`.
 *
 * A class in any language may implement it; `resolve` is enough:
 *
 * ```python
 * class Louder(GObject.Object, Truce.Resolver):
 *     def do_resolve(self, conflict):
 *         local = conflict.get_local().get_value()
 *         remote = conflict.get_remote().get_value()
 *         louder = local if local.get_object().get_int_member('volume') >= \
 *             remote.get_object().get_int_member('volume') else remote
 *         return Truce.Resolution.new_merged(louder)
 * ```
 *
 * Whatever an implementation does wrong (it raises, returns nothing, or a
 * record that is no object) reaches the caller as an error, and leaves the
 * conflict as it was.
 *
 * Since: 1.0
 */
G_DEFINE_INTERFACE (TruceResolver, truce_resolver, G_TYPE_OBJECT)

static TruceResolution *
real_resolve (TruceResolver  *self,
              TruceConflict  *conflict,
              GError        **error)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "%s can't resolve at once", G_OBJECT_TYPE_NAME (self));
  return NULL;
}

static void
real_resolve_async (TruceResolver      *self,
                    TruceConflict      *conflict,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_auto(GValue) value = G_VALUE_INIT;
  GError *error = NULL;

  g_task_set_source_tag (task, real_resolve_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  g_value_init (&value, TRUCE_TYPE_RESOLUTION);
  g_value_take_object (&value, truce_resolver_resolve (self, conflict, &error));
  if (error == NULL)
    g_task_return_value (task, &value);
  else
    g_task_return_error (task, error);
}

/* A value, not a pointer: other languages can give a task nothing else, and a value knows its type. */
static TruceResolution *
real_resolve_finish (TruceResolver *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_auto(GValue) value = G_VALUE_INIT;

  if (!G_IS_TASK (result) || !g_task_is_valid (result, self))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED,
                   "%s ended with a result that it does not read", G_OBJECT_TYPE_NAME (self));
      return NULL;
    }

  if (!g_task_propagate_value (G_TASK (result), &value, error) ||
      !G_VALUE_HOLDS (&value, TRUCE_TYPE_RESOLUTION))
    return NULL;
  return g_value_dup_object (&value);
}

static void
truce_resolver_default_init (TruceResolverInterface *iface)
{
  iface->resolve = real_resolve;
  iface->resolve_async = real_resolve_async;
  iface->resolve_finish = real_resolve_finish;
}

/* Takes what an implementation gave, in any language: nothing without a reason and nonsense become errors. */
static TruceResolution *
check_answer (TruceResolver   *self,
              TruceResolution *answer,
              GError          *given,
              GError         **error)
{
  g_autoptr(GObject) owned = answer != NULL ? G_OBJECT (answer) : NULL;
  GError *reason = given;

  if (reason == NULL && !TRUCE_IS_RESOLUTION (answer))
    g_set_error (&reason, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s gave no resolution and no reason",
                 G_OBJECT_TYPE_NAME (self));
  else if (reason == NULL && !truce_resolution_check (answer, &reason))
    g_prefix_error (&reason, "%s gave nonsense: ", G_OBJECT_TYPE_NAME (self));
  if (reason == NULL)
    return TRUCE_RESOLUTION (g_steal_pointer (&owned));

  g_propagate_error (error, reason);
  return NULL;
}

/**
 * truce_resolver_resolve:
 * @self: a resolver
 * @conflict: a conflict
 * @error: return location for an error
 *
 * Resolves a conflict at once.
 *
 * Returns: (transfer full): the resolution, which may be deferred, or %NULL
 *   with the resolver's own error, %TRUCE_ERROR_UNSUPPORTED if it can only
 *   resolve later, or %TRUCE_ERROR_INVALID_DATA if it gave nothing or no record
 *
 * Since: 1.0
 */
TruceResolution *
truce_resolver_resolve (TruceResolver *self,
                        TruceConflict *conflict,
                        GError       **error)
{
  TruceResolution *answer;
  GError *given = NULL;

  g_return_val_if_fail (TRUCE_IS_RESOLVER (self), NULL);
  g_return_val_if_fail (TRUCE_IS_CONFLICT (conflict), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  answer = TRUCE_RESOLVER_GET_IFACE (self)->resolve (self, conflict, &given);
  return check_answer (self, answer, given, error);
}

/**
 * truce_resolver_resolve_async:
 * @self: a resolver
 * @conflict: a conflict, which must not change until the end
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): called at the end
 * @user_data: passed to @callback
 *
 * Resolves a conflict, perhaps by asking a person or a service.
 *
 * @callback is called once, in the thread-default main context of the caller.
 *
 * Since: 1.0
 */
void
truce_resolver_resolve_async (TruceResolver      *self,
                              TruceConflict      *conflict,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_return_if_fail (TRUCE_IS_RESOLVER (self));
  g_return_if_fail (TRUCE_IS_CONFLICT (conflict));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  TRUCE_RESOLVER_GET_IFACE (self)->resolve_async (self, conflict, cancellable, callback, user_data);
}

/**
 * truce_resolver_resolve_finish:
 * @self: a resolver
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Resolver.resolve_async].
 *
 * Returns: (transfer full): the resolution, or %NULL with an error as of
 *   [method@Resolver.resolve], or %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
TruceResolution *
truce_resolver_resolve_finish (TruceResolver *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  TruceResolution *answer;
  GError *given = NULL;

  g_return_val_if_fail (TRUCE_IS_RESOLVER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  answer = TRUCE_RESOLVER_GET_IFACE (self)->resolve_finish (self, result, &given);
  return check_answer (self, answer, given, error);
}
