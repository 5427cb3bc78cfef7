/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Deterministic simulation, as FoundationDB made it known (Zhou et al., SIGMOD 2021): all that a run depends
 * on (time, chance, failures, and the order of it all) comes from the story that is told, so whatever
 * happens once happens again. There is one thread and no main loop; true time moves only by what is said.
 *
 * The random numbers are splitmix64 (Steele et al., OOPSLA 2014): eight bytes of state, and good enough to
 * tell replicas from each other. */

#include "truce-world-private.h"

#include "truce-hub-remote.h"
#include "truce-outbox.h"
#include "truce-random-private.h"

static guint64
draw (guint64 *chance)
{
  guint64 z = *chance += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* A TruceRandomFunc. */
static ssize_t
fill (gpointer buffer,
      gsize    length,
      gpointer data)
{
  TruceWorld *self = data;
  guint8 *bytes = buffer;

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) (draw (&self->chance) >> 56);
  return (ssize_t) length;
}

static void
free_place (gpointer place)
{
  truce_place_free (place);
}

static void
free_backup (gpointer backup)
{
  truce_backup_free (backup);
}

static void
add_place (TruceWorld *self,
           TrucePlace *place)
{
  g_hash_table_replace (self->places, place->name, place);
}

TruceWorld *
truce_world_new (const TruceWorldSetup *setup,
                 GError               **error)
{
  g_autoptr(TruceWorld) self = g_new0 (TruceWorld, 1);

  self->setup = *setup;
  self->chance = setup->seed;
  self->clock = truce_test_clock_new (TRUCE_WORLD_START);
  self->collections = g_ptr_array_new ();
  self->schemas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->replicas = g_ptr_array_new ();
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_place);
  self->backups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_backup);
  truce_random_set_source (fill, self);
  add_place (self, truce_place_new (TRUCE_WORLD_HUB, setup->hub_store, 0));
  return truce_world_start (self, TRUCE_WORLD_HUB, error) != NULL ? g_steal_pointer (&self) : NULL;
}

void
truce_world_free (TruceWorld *self)
{
  g_clear_pointer (&self->backups, g_hash_table_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_pointer (&self->replicas, g_ptr_array_unref);
  g_clear_pointer (&self->collections, g_ptr_array_unref);
  g_clear_pointer (&self->schemas, g_hash_table_unref);
  g_clear_object (&self->clock);
  truce_world_remove_folder (self);
  g_free (self->folder);
  truce_random_set_source (NULL, NULL);
  g_free (self);
}

gboolean
truce_world_add_collection (TruceWorld  *self,
                            const char  *name,
                            TruceSchema *schema,
                            GError     **error)
{
  TrucePlace *hub = truce_world_start (self, TRUCE_WORLD_HUB, error);
  g_autoptr(TruceCollection) collection = NULL;
  char *own = g_strdup (name);

  g_assert (!g_hash_table_contains (self->schemas, name));
  g_assert (self->replicas->len == 0);

  g_hash_table_insert (self->schemas, own, g_object_ref (schema));
  g_ptr_array_add (self->collections, own);
  if (hub != NULL)
    collection = truce_store_get_collection (hub->store, name, schema, error);
  return collection != NULL;
}

gboolean
truce_world_add_replica (TruceWorld     *self,
                         const char     *name,
                         gint64          skew_ms,
                         TruceWorldStore store,
                         GError        **error)
{
  TrucePlace *hub = truce_world_start (self, TRUCE_WORLD_HUB, error);
  TrucePlace *place = truce_place_new (name, store, skew_ms);
  g_autoptr(TruceHubRemote) remote = NULL;

  g_assert (!g_hash_table_contains (self->places, name));

  add_place (self, place);
  g_ptr_array_add (self->replicas, place->name);
  if (hub == NULL)
    return FALSE;
  remote = truce_hub_remote_new (hub->hub);
  place->remote = truce_test_remote_new (TRUCE_REMOTE (remote));
  return truce_world_start (self, name, error) != NULL;
}

GPtrArray *
truce_world_get_replicas (TruceWorld *self)
{
  return self->replicas;
}

GPtrArray *
truce_world_get_collections (TruceWorld *self)
{
  return self->collections;
}

TruceSchema *
truce_world_get_schema (TruceWorld *self,
                        const char *collection)
{
  return g_hash_table_lookup (self->schemas, collection);
}

TruceTestClock *
truce_world_get_clock (TruceWorld *self)
{
  return self->clock;
}

TruceStore *
truce_world_get_store (TruceWorld *self,
                       const char *name,
                       GError    **error)
{
  TrucePlace *place = truce_world_start (self, name, error);

  return place != NULL ? place->store : NULL;
}

TruceCollection *
truce_world_get_collection (TruceWorld *self,
                            const char *name,
                            const char *collection,
                            GError    **error)
{
  TruceStore *store = truce_world_get_store (self, name, error);

  return store != NULL
         ? truce_store_get_collection (store, collection, truce_world_get_schema (self, collection), error) : NULL;
}

TruceTestRemote *
truce_world_get_remote (TruceWorld *self,
                        const char *replica)
{
  const TrucePlace *place = g_hash_table_lookup (self->places, replica);

  return place != NULL ? place->remote : NULL;
}

const char *
truce_world_has_crashed (TruceWorld *self)
{
  return self->crashed;
}

/* ---- verbs ---- */

/* Each write takes 1 ms of true time. */
static gboolean
end_write (TruceWorld *self,
           gboolean    done)
{
  truce_world_advance (self, 1);
  truce_world_bury (self);
  return done;
}

TruceBatchResult *
truce_world_write (TruceWorld *self,
                   const char *replica,
                   TruceBatch *batch,
                   GError    **error)
{
  TruceStore *store = truce_world_get_store (self, replica, error);
  TruceBatchResult *result = store != NULL ? truce_store_run (store, batch, error) : NULL;

  end_write (self, result != NULL);
  return result;
}

static void
note_failure (const char   *collection,
              const char   *id,
              const GError *error,
              gpointer      first)
{
  if (*(GError **) first == NULL)
    *(GError **) first = g_error_copy (error);
}

gboolean
truce_world_merge (TruceWorld *self,
                   const char *replica,
                   const char *other,
                   GError    **error)
{
  TruceStore *store = truce_world_get_store (self, replica, error);
  TruceStore *source = store != NULL ? truce_world_get_store (self, other, error) : NULL;
  g_autoptr(GError) failed = NULL;
  gboolean done = source != NULL &&
                  truce_store_merge (store, source, note_failure, &failed, NULL, NULL, NULL, error) >= 0;

  truce_world_bury (self);
  if (done && failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return done && failed == NULL;
}

void
truce_world_advance (TruceWorld *self,
                     gint64      milliseconds)
{
  truce_test_clock_advance (self->clock, milliseconds);
}

gboolean
truce_world_set_skew (TruceWorld *self,
                      const char *replica,
                      gint64      skew_ms,
                      GError    **error)
{
  TrucePlace *place = truce_world_start (self, replica, error);

  if (place == NULL)
    return FALSE;
  place->skew_ms = skew_ms;
  truce_test_clock_drive (self->clock, truce_store_get_clock (place->store), skew_ms);
  return TRUE;
}

gboolean
truce_world_retry (TruceWorld *self,
                   const char *replica,
                   const char *collection,
                   const char *id,
                   const char *edit,
                   GError    **error)
{
  TruceStore *store = truce_world_get_store (self, replica, error);

  return end_write (self, store != NULL && truce_outbox_retry (store, collection, id, edit, error));
}

gboolean
truce_world_discard (TruceWorld *self,
                     const char *replica,
                     const char *collection,
                     const char *id,
                     GError    **error)
{
  TruceStore *store = truce_world_get_store (self, replica, error);

  return end_write (self, store != NULL && truce_outbox_discard (store, collection, id, error));
}

gboolean
truce_world_resolve (TruceWorld         *self,
                     const char         *replica,
                     const char         *collection,
                     const char         *id,
                     TruceResolutionType type,
                     const char         *text,
                     GError            **error)
{
  TruceStore *store = truce_world_get_store (self, replica, error);

  return end_write (self, store != NULL && truce_outbox_resolve (store, collection, id, type, text, error));
}

gboolean
truce_world_purge_hub (TruceWorld *self,
                       GError    **error)
{
  TrucePlace *hub = truce_world_start (self, TRUCE_WORLD_HUB, error);
  gboolean done = hub != NULL && truce_hub_purge (hub->hub, error) >= 0;

  truce_world_bury (self);
  return done;
}

gboolean
truce_world_reset_hub (TruceWorld *self,
                       GError    **error)
{
  TrucePlace *hub = truce_world_start (self, TRUCE_WORLD_HUB, error);
  gboolean done = hub != NULL && truce_hub_reset (hub->hub, error);

  truce_world_bury (self);
  return done;
}
