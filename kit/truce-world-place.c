/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a process leaves behind that is killed are its files, as the system has them at that moment: so a
 * crash copies a file and its log while they are open, lets the adapter close them as it likes, and puts
 * the copies back. A backup is the same copy. In memory an adapter stands for the disk: what it holds is
 * what was committed. */

#include "truce-world-private.h"

#include <glib/gstdio.h>

#include "truce-hub-remote.h"
#include "truce-memory-adapter.h"
#include "truce-sqlite-adapter.h"

TrucePlace *
truce_place_new (const char     *name,
                 TruceWorldStore kind,
                 gint64          skew_ms)
{
  TrucePlace *place = g_new0 (TrucePlace, 1);

  place->name = g_strdup (name);
  place->kind = kind;
  place->skew_ms = skew_ms;
  return place;
}

static void
stop (TrucePlace *place)
{
  g_clear_object (&place->hub);
  g_clear_object (&place->store);
  g_clear_object (&place->adapter);
}

void
truce_place_free (TrucePlace *place)
{
  stop (place);
  g_clear_object (&place->remote);
  g_clear_object (&place->memory);
  g_free (place->path);
  g_free (place->name);
  g_free (place);
}

void
truce_backup_free (TruceBackup *backup)
{
  g_clear_object (&backup->memory);
  g_clear_pointer (&backup->file, g_bytes_unref);
  g_clear_pointer (&backup->wal, g_bytes_unref);
  g_free (backup);
}

/* ---- files ---- */

static char *
file_beside (TrucePlace *place,
             const char *suffix)
{
  return g_strconcat (place->path, suffix, NULL);
}

/* NULL without an error: there is no such file. */
static GBytes *
read_beside (TrucePlace *place,
             const char *suffix,
             GError    **error)
{
  g_autofree char *path = file_beside (place, suffix);
  g_autoptr(GError) local = NULL;
  char *bytes;
  gsize length;

  if (g_file_get_contents (path, &bytes, &length, &local))
    return g_bytes_new_take (bytes, length);
  if (!g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* bytes NULL: there is to be no such file. */
static gboolean
write_beside (TrucePlace *place,
              const char *suffix,
              GBytes     *bytes,
              GError    **error)
{
  g_autofree char *path = file_beside (place, suffix);
  gsize length;
  const char *data;

  g_unlink (path);
  if (bytes == NULL)
    return TRUE;
  data = g_bytes_get_data (bytes, &length);
  return g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

static gboolean
make_path (TruceWorld *self,
           TrucePlace *place,
           GError    **error)
{
  /* A name may hold anything; a number does not. */
  g_autofree char *base = g_strdup_printf ("%u.db", self->n_files);

  if (place->path != NULL)
    return TRUE;
  if (self->folder == NULL)
    self->folder = g_dir_make_tmp ("truce-world-XXXXXX", error);
  if (self->folder == NULL)
    return FALSE;
  self->n_files++;
  place->path = g_build_filename (self->folder, base, NULL);
  return TRUE;
}

void
truce_world_remove_folder (TruceWorld *self)
{
  g_autoptr(GDir) folder = self->folder != NULL ? g_dir_open (self->folder, 0, NULL) : NULL;
  const char *name;

  if (folder == NULL)
    return;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
}

/* ---- a process begins ---- */

static TruceStoreAdapter *
open_file (TruceWorld *self,
           TrucePlace *place,
           GError    **error)
{
  TruceSqliteAdapter *adapter;

  if (!make_path (self, place, error))
    return NULL;
  adapter = truce_sqlite_adapter_new (place->path, TRUCE_SQLITE_DEFAULT, error);
  /* A process ends here now and then, but the power stays on. */
  if (adapter != NULL)
    truce_sqlite_adapter_set_durability (adapter, TRUCE_DURABILITY_NORMAL);
  return adapter != NULL ? TRUCE_STORE_ADAPTER (adapter) : NULL;
}

static gboolean
open_adapter (TruceWorld *self,
              TrucePlace *place,
              GError    **error)
{
  TruceStoreAdapter *inner;

  if (place->kind == TRUCE_WORLD_MEMORY && place->memory == NULL)
    place->memory = truce_memory_adapter_new ();
  inner = place->kind == TRUCE_WORLD_MEMORY ? g_object_ref (place->memory) : open_file (self, place, error);
  if (inner == NULL)
    return FALSE;
  place->adapter = truce_test_adapter_new (inner);
  return TRUE;
}

static gboolean
open_store (TruceWorld *self,
            TrucePlace *place,
            GError    **error)
{
  place->store = truce_store_new (TRUCE_STORE_ADAPTER (place->adapter), error);
  if (place->store == NULL)
    return FALSE;

  truce_test_clock_drive (self->clock, truce_store_get_clock (place->store), place->skew_ms);
  for (guint i = 0; i < self->collections->len; i++)
    {
      const char *name = g_ptr_array_index (self->collections, i);
      TruceSchema *schema = g_hash_table_lookup (self->schemas, name);
      g_autoptr(TruceCollection) collection = truce_store_get_collection (place->store, name, schema, error);

      if (collection == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_hub (TruceWorld *self,
          TrucePlace *place,
          GError    **error)
{
  truce_store_set_outbox (place->store, FALSE);
  if (self->setup.drift_cap_ms >= 0)
    truce_clock_set_drift_cap (truce_store_get_clock (place->store), self->setup.drift_cap_ms);
  place->hub = truce_hub_new (place->store, error);
  if (place->hub == NULL)
    return FALSE;
  if (self->setup.tombstone_ttl_ms >= 0)
    truce_hub_set_tombstone_ttl (place->hub, self->setup.tombstone_ttl_ms);

  for (guint i = 0; i < self->replicas->len; i++)
    {
      TrucePlace *replica = g_hash_table_lookup (self->places, g_ptr_array_index (self->replicas, i));
      g_autoptr(TruceHubRemote) remote = truce_hub_remote_new (place->hub);

      truce_test_remote_set_inner (replica->remote, TRUCE_REMOTE (remote));
    }
  return TRUE;
}

static void
arm (TrucePlace *place)
{
  truce_test_adapter_crash_at_commit (place->adapter, place->crash_at > 0 ? 1 : 0);
  truce_test_adapter_crash_after_commit (place->adapter, place->crash_after > 0 ? 1 : 0);
}

TrucePlace *
truce_world_start (TruceWorld *self,
                   const char *name,
                   GError    **error)
{
  TrucePlace *place = g_hash_table_lookup (self->places, name);
  gboolean is_hub = strcmp (name, TRUCE_WORLD_HUB) == 0;

  if (place == NULL)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "There is no replica “%s”", name);
      return NULL;
    }
  if (place->store != NULL)
    return place;

  if (open_adapter (self, place, error) && open_store (self, place, error) &&
      (!is_hub || open_hub (self, place, error)))
    {
      arm (place);
      return place;
    }
  stop (place);
  return NULL;
}

/* ---- a process ends ---- */

/* Without a farewell: its files stay as they are now. */
static gboolean
kill_process (TrucePlace *place,
              GError    **error)
{
  g_autoptr(GBytes) file = NULL;
  g_autoptr(GBytes) wal = NULL;
  g_autoptr(GError) local = NULL;

  if (place->adapter == NULL)
    return TRUE;
  truce_test_adapter_crash (place->adapter);
  if (place->kind == TRUCE_WORLD_SQLITE)
    {
      file = read_beside (place, "", &local);
      wal = local == NULL ? read_beside (place, "-wal", &local) : NULL;
    }
  stop (place);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return place->kind == TRUCE_WORLD_MEMORY ||
         (write_beside (place, "", file, error) && write_beside (place, "-wal", wal, error) &&
          write_beside (place, "-shm", NULL, error));
}

/* What was armed for this commit has struck. */
static void
count_crash (TrucePlace *place)
{
  if (place->crash_at > 0)
    place->crash_at--;
  else if (place->crash_after > 0)
    place->crash_after--;
}

gboolean
truce_world_bury (TruceWorld *self)
{
  GHashTableIter iter;
  gpointer value;

  self->crashed = NULL;
  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TrucePlace *place = value;

      if (place->adapter == NULL || !truce_test_adapter_is_crashed (place->adapter))
        continue;
      count_crash (place);
      kill_process (place, NULL);
      self->crashed = place->name;
    }
  return self->crashed != NULL;
}

gboolean
truce_world_crash (TruceWorld *self,
                   const char *name,
                   GError    **error)
{
  TrucePlace *place = truce_world_start (self, name, error);

  return place != NULL && kill_process (place, error);
}

void
truce_world_crash_commit (TruceWorld *self,
                          const char *name,
                          gboolean    after,
                          guint       times)
{
  TrucePlace *place = g_hash_table_lookup (self->places, name);

  g_assert (place != NULL);

  *(after ? &place->crash_after : &place->crash_at) += times;
  if (place->adapter != NULL)
    arm (place);
}

/* ---- copies ---- */

static TruceStoreAdapter *
copy_memory (TruceStoreAdapter *memory)
{
  return TRUCE_STORE_ADAPTER (truce_memory_adapter_copy (TRUCE_MEMORY_ADAPTER (memory)));
}

gboolean
truce_world_backup (TruceWorld *self,
                    const char *name,
                    const char *as,
                    GError    **error)
{
  TrucePlace *place = truce_world_start (self, name, error);
  TruceBackup *backup;
  g_autoptr(GError) local = NULL;

  if (place == NULL)
    return FALSE;

  backup = g_new0 (TruceBackup, 1);
  backup->kind = place->kind;
  backup->of_hub = strcmp (name, TRUCE_WORLD_HUB) == 0;
  if (place->kind == TRUCE_WORLD_MEMORY)
    backup->memory = copy_memory (place->memory);
  else
    {
      backup->file = read_beside (place, "", &local);
      backup->wal = local == NULL ? read_beside (place, "-wal", &local) : NULL;
    }
  g_hash_table_replace (self->backups, g_strdup (as), backup);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return local == NULL;
}

gboolean
truce_world_restore (TruceWorld *self,
                     const char *name,
                     const char *to,
                     GError    **error)
{
  const TruceBackup *backup = g_hash_table_lookup (self->backups, name);
  TrucePlace *place = truce_world_start (self, to, error);

  if (place == NULL)
    return FALSE;
  if (backup == NULL || backup->of_hub != (strcmp (to, TRUCE_WORLD_HUB) == 0))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "There is no backup “%s” for %s", name, to);
      return FALSE;
    }

  stop (place);
  place->kind = backup->kind;
  g_clear_object (&place->memory);
  if (backup->kind == TRUCE_WORLD_MEMORY)
    {
      place->memory = copy_memory (backup->memory);
      return TRUE;
    }
  return make_path (self, place, error) &&
         write_beside (place, "", backup->file, error) && write_beside (place, "-wal", backup->wal, error) &&
         write_beside (place, "-shm", NULL, error);
}
