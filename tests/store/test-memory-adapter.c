/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adapter-conformance.h"

static TruceStoreAdapter *
open_memory (gpointer place)
{
  return truce_memory_adapter_new ();
}

int
main (int   argc,
      char *argv[])
{
  static const AdapterMaker memory = { .name = "memory-adapter", .open = open_memory };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adapter_conformance_add (&memory);
  return g_test_run ();
}
