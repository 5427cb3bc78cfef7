/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whole sessions by messages: what a hub over a wire would see, also where a session breaks off after any exchange. */

#include "sync-pair.h"
#include "wire-remote.h"

static void
open_pair (Pair *pair)
{
  pair_open_memory (pair);
  g_object_unref (pair->remote);
  pair->remote = TRUCE_REMOTE (wire_remote_new (pair->hub));
}

static void
test_there_and_back (void)
{
  Pair pair;

  open_pair (&pair);
  pair_work (&pair, 120);
  pair_sync (pair.store, pair.remote);
  pair_check (&pair, 120);
  pair_close (&pair);
}

static void
test_broken_off (void)
{
  gboolean ended = FALSE;

  for (guint n = 1; !ended; n++)
    {
      Pair pair;

      open_pair (&pair);
      pair_work (&pair, 60);
      ended = pair_try_some (pair.store, pair.remote, n);
      pair_sync (pair.store, pair.remote);
      pair_check (&pair, 60);
      pair_close (&pair);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/sync-wire/there-and-back", test_there_and_back);
  g_test_add_func ("/sync-wire/broken-off", test_broken_off);
  return g_test_run ();
}
