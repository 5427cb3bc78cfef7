/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-last-write-resolver.h"

/**
 * TruceLastWriteResolver:
 *
 * Takes the record that was written later, as a whole.
 *
 * The order of stamps is total, so every replica takes the same one. Where a
 * side has no stamp the conflict is deferred: a guess would lose a write.
 *
 * Since: 1.0
 */
struct _TruceLastWriteResolver
{
  GObject parent_instance;
};

static TruceResolution *
resolve (TruceResolver *resolver,
         TruceConflict *conflict,
         GError       **error)
{
  TruceRecord *local = truce_conflict_get_local (conflict);
  TruceRecord *remote = truce_conflict_get_remote (conflict);
  const TruceStamp *a = local != NULL ? truce_record_get_stamp (local, NULL) : NULL;
  const TruceStamp *b = remote != NULL ? truce_record_get_stamp (remote, NULL) : NULL;

  if (a == NULL || b == NULL)
    return truce_resolution_new_deferred ("a side has no stamp");
  return truce_stamp_compare (a, b) >= 0 ? truce_resolution_new_local () : truce_resolution_new_remote ();
}

static void
resolver_init (TruceResolverInterface *iface)
{
  iface->resolve = resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceLastWriteResolver, truce_last_write_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, resolver_init))

static void
truce_last_write_resolver_class_init (TruceLastWriteResolverClass *klass)
{
}

static void
truce_last_write_resolver_init (TruceLastWriteResolver *self)
{
}

/**
 * truce_last_write_resolver_new: (constructor)
 *
 * Makes a resolver that takes the later write.
 *
 * Returns: (transfer full) (type TruceLastWriteResolver): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_last_write_resolver_new (void)
{
  return g_object_new (TRUCE_TYPE_LAST_WRITE_RESOLVER, NULL);
}
