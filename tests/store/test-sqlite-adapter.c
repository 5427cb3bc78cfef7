/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adapter-conformance.h"

#include <glib/gstdio.h>

/* The place is a folder of its own; the file's name is always the same. */
static gpointer
create_place (void)
{
  g_autoptr(GError) error = NULL;
  char *folder = g_dir_make_tmp ("truce-sqlite-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
destroy_place (gpointer place)
{
  g_autofree char *folder = place;
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_dir_close (dir);
  g_rmdir (folder);
}

static TruceStoreAdapter *
open_file (gpointer place)
{
  g_autofree char *path = g_build_filename (place, "store.db", NULL);
  g_autoptr(GError) error = NULL;
  TruceSqliteAdapter *adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error);

  g_assert_no_error (error);
  truce_sqlite_adapter_set_busy_timeout (adapter, 10);
  return TRUCE_STORE_ADAPTER (adapter);
}

int
main (int   argc,
      char *argv[])
{
  static const AdapterMaker file = {
    .name = "sqlite-adapter",
    .create_place = create_place,
    .destroy_place = destroy_place,
    .open = open_file,
    .lasting = TRUE,
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adapter_conformance_add (&file);
  return g_test_run ();
}
