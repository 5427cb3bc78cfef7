/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * State, delta and operation are one thing here: a delta from a context, and a state is the delta from the
 * empty one (Almeida, Shoker, Baquero, "Delta State Replicated Data Types", JPDC 2018). So there is one
 * format to write, to read and to fuzz, and one way to apply it.
 *
 * Each virtual function has a default: a subclass in Python may implement none of them, and calling NULL
 * would end the program. A Python method that raises gives no GError, so the wrappers make one. */

#include "truce-crdt.h"

/**
 * TruceCrdt:
 *
 * A value that merges by itself: copies that have seen the same events are
 * equal, whatever the order, number and form in which they came.
 *
 * Each replica changes its own copy, stamping every event with its
 * [class@Clock]. To bring two together, either merge one into the other, or
 * send bytes:
 *
 * ```c
 * g_autoptr(TruceVersionVector) seen = truce_crdt_get_context (theirs, &error);
 * g_autoptr(GBytes) news = truce_crdt_delta (ours, seen, &error);
 *
 * truce_crdt_apply (theirs, news, &error);
 * ```
 *
 * Merging is commutative, associative and idempotent. Whatever fails changes
 * nothing. An object is used by one thread at a time.
 *
 * Since: 1.0
 */
G_DEFINE_INTERFACE (TruceCrdt, truce_crdt, G_TYPE_OBJECT)

static void
unsupported (TruceCrdt  *self,
             const char *what,
             GError    **error)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "%s does not implement %s",
               G_OBJECT_TYPE_NAME (self), what);
}

static TruceVersionVector *
default_get_context (TruceCrdt *self,
                     GError   **error)
{
  unsupported (self, "get_context", error);
  return NULL;
}

static gboolean
default_merge (TruceCrdt *self,
               TruceCrdt *other,
               GError   **error)
{
  unsupported (self, "merge", error);
  return FALSE;
}

static GBytes *
default_delta (TruceCrdt                *self,
               const TruceVersionVector *since,
               GError                  **error)
{
  unsupported (self, "delta", error);
  return NULL;
}

static gboolean
default_apply (TruceCrdt *self,
               GBytes    *bytes,
               GError   **error)
{
  unsupported (self, "apply", error);
  return FALSE;
}

static JsonNode *
default_to_json (TruceCrdt *self,
                 GError   **error)
{
  unsupported (self, "to_json", error);
  return NULL;
}

static gboolean
default_equal (TruceCrdt *self,
               TruceCrdt *other,
               GError   **error)
{
  unsupported (self, "equal", error);
  return FALSE;
}

static void
truce_crdt_default_init (TruceCrdtInterface *iface)
{
  iface->get_context = default_get_context;
  iface->merge = default_merge;
  iface->delta = default_delta;
  iface->apply = default_apply;
  iface->to_json = default_to_json;
  iface->equal = default_equal;
}

/* Passes a result on; one that failed without saying why gets an error. */
static gpointer
checked (TruceCrdt  *self,
         gpointer    result,
         const char *what,
         GError     *inner,
         GError    **error)
{
  if (result == NULL && inner == NULL)
    inner = g_error_new (TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "%s.%s gave nothing, and no error",
                         G_OBJECT_TYPE_NAME (self), what);
  if (inner != NULL)
    g_propagate_error (error, inner);
  return result;
}

static gboolean
same_type (TruceCrdt *self,
           TruceCrdt *other,
           GError   **error)
{
  if (G_OBJECT_TYPE (self) == G_OBJECT_TYPE (other))
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s and %s are of different types",
               G_OBJECT_TYPE_NAME (self), G_OBJECT_TYPE_NAME (other));
  return FALSE;
}

/**
 * truce_crdt_get_context:
 * @self: a value
 * @error: return location for an error
 *
 * Gets all that the value has seen, for [method@Crdt.delta] of another copy.
 *
 * Returns: (transfer full): a version vector, or %NULL with an error
 *
 * Since: 1.0
 */
TruceVersionVector *
truce_crdt_get_context (TruceCrdt *self,
                        GError   **error)
{
  TruceVersionVector *context;
  GError *inner = NULL;

  g_return_val_if_fail (TRUCE_IS_CRDT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  context = TRUCE_CRDT_GET_IFACE (self)->get_context (self, &inner);
  return checked (self, context, "get_context", inner, error);
}

/**
 * truce_crdt_merge:
 * @self: a value
 * @other: another copy of it, of the same type
 * @error: return location for an error
 *
 * Brings all that @other has seen into @self. @other doesn't change.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if the types
 *   differ, %TRUCE_ERROR_TOO_LARGE if a limit would be exceeded, or an error of
 *   the type; @self is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_crdt_merge (TruceCrdt *self,
                  TruceCrdt *other,
                  GError   **error)
{
  GError *inner = NULL;
  gboolean merged;

  g_return_val_if_fail (TRUCE_IS_CRDT (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_CRDT (other), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!same_type (self, other, error))
    return FALSE;
  merged = TRUCE_CRDT_GET_IFACE (self)->merge (self, other, &inner);
  return checked (self, merged ? self : NULL, "merge", inner, error) != NULL;
}

/**
 * truce_crdt_delta:
 * @self: a value
 * @since: (nullable): what the receiver has seen; %NULL for nothing
 * @error: return location for an error
 *
 * Writes what a receiver lacks.
 *
 * The bytes name the context that they start from. Whoever has seen that, and
 * be it more than @since, can apply them, and gets the same as by merging.
 * If @self doesn't know exactly what the receiver lacks, the bytes are its
 * whole state.
 *
 * Returns: (transfer full): bytes for [method@Crdt.apply], or %NULL with an
 *   error
 *
 * Since: 1.0
 */
GBytes *
truce_crdt_delta (TruceCrdt                *self,
                  const TruceVersionVector *since,
                  GError                  **error)
{
  GBytes *delta;
  GError *inner = NULL;

  g_return_val_if_fail (TRUCE_IS_CRDT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  delta = TRUCE_CRDT_GET_IFACE (self)->delta (self, since, &inner);
  return checked (self, delta, "delta", inner, error);
}

/**
 * truce_crdt_encode:
 * @self: a value
 * @error: return location for an error
 *
 * Writes the whole state: the delta since nothing. Equal states give equal
 * bytes.
 *
 * Returns: (transfer full): bytes for [method@Crdt.apply], or %NULL with an
 *   error
 *
 * Since: 1.0
 */
GBytes *
truce_crdt_encode (TruceCrdt *self,
                   GError   **error)
{
  return truce_crdt_delta (self, NULL, error);
}

/**
 * truce_crdt_apply:
 * @self: a value
 * @bytes: a state or a delta of another copy
 * @error: return location for an error
 *
 * Brings what was sent into @self. Applying it again, late, or in another order
 * changes nothing.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_CORRUPT, %TRUCE_ERROR_TOO_NEW,
 *   %TRUCE_ERROR_TOO_LARGE, or %TRUCE_ERROR_DEPENDENCY if @self has not seen
 *   what a delta starts from (get that first, or ask for the state); @self is
 *   unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_crdt_apply (TruceCrdt *self,
                  GBytes    *bytes,
                  GError   **error)
{
  GError *inner = NULL;
  gboolean applied;

  g_return_val_if_fail (TRUCE_IS_CRDT (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  applied = TRUCE_CRDT_GET_IFACE (self)->apply (self, bytes, &inner);
  return checked (self, applied ? self : NULL, "apply", inner, error) != NULL;
}

/**
 * truce_crdt_to_json:
 * @self: a value
 * @error: return location for an error
 *
 * Gets the value as JSON, without what it takes to merge it.
 *
 * Returns: (transfer full): JSON, or %NULL with an error
 *
 * Since: 1.0
 */
JsonNode *
truce_crdt_to_json (TruceCrdt *self,
                    GError   **error)
{
  JsonNode *node;
  GError *inner = NULL;

  g_return_val_if_fail (TRUCE_IS_CRDT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  node = TRUCE_CRDT_GET_IFACE (self)->to_json (self, &inner);
  return checked (self, node, "to_json", inner, error);
}

/**
 * truce_crdt_equal:
 * @self: a value
 * @other: another
 * @error: return location for an error
 *
 * Tells whether two values are in the same state: show the same, and have seen
 * the same.
 *
 * Returns: %TRUE if they are; %FALSE without an error if they are not, or with
 *   %TRUCE_ERROR_INVALID_DATA if their types differ
 *
 * Since: 1.0
 */
gboolean
truce_crdt_equal (TruceCrdt *self,
                  TruceCrdt *other,
                  GError   **error)
{
  g_return_val_if_fail (TRUCE_IS_CRDT (self), FALSE);
  g_return_val_if_fail (TRUCE_IS_CRDT (other), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return same_type (self, other, error) && TRUCE_CRDT_GET_IFACE (self)->equal (self, other, error);
}
