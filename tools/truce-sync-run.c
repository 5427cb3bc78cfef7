/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The hub is a store like any other, in a file that both can reach. Its own rules (a guard) are those of the program that
 * keeps it, and don't hold here. */

#include "truce-verbs.h"

#include <signal.h>

/* What a sync did, in the order in which it is told. */
static const struct
{
  guint64 (*get) (const TruceSyncReport *report);
  const char *member;
  const char *words;
} counts[] = {
  { truce_sync_report_get_n_pushed, "sent", "sent" },
  { truce_sync_report_get_n_pulled, "received", "received" },
  { truce_sync_report_get_n_removed, "removed", "removed" },
  { truce_sync_report_get_n_retried, "putOff", "put off" },
  { truce_sync_report_get_n_failed, "rejected", "rejected" },
  { truce_sync_report_get_n_conflicted, "conflicted", "in conflict" },
};

/* Sent and received always, the others where there are some. */
static void
print_report (const TruceSyncReport *report)
{
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    if (i < 2 || counts[i].get (report) > 0)
      g_print ("%s%" G_GUINT64_FORMAT " %s", i > 0 ? ", " : "", counts[i].get (report), counts[i].words);
  g_print ("\n");
}

static void
print_report_json (const TruceSyncReport *report)
{
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    g_print ("%c\"%s\":%" G_GUINT64_FORMAT, i > 0 ? ',' : '{', counts[i].member, counts[i].get (report));
  g_print ("}\n");
}

static TruceHub *
open_hub (TruceCall *call)
{
  g_autoptr(TruceStore) store = truce_call_open (call->hub, TRUE);
  g_autoptr(GError) error = NULL;
  TruceHub *hub = store != NULL ? truce_hub_new (store, &error) : NULL;

  if (store != NULL && hub == NULL)
    truce_complain_of (error);
  return hub;
}

static gboolean
is_same_file (const char *path,
              const char *other)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFile) other_file = g_file_new_for_path (other);
  g_autoptr(GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_ID_FILE, G_FILE_QUERY_INFO_NONE, NULL, NULL);
  g_autoptr(GFileInfo) other_info = g_file_query_info (other_file, G_FILE_ATTRIBUTE_ID_FILE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL && other_info != NULL &&
         g_strcmp0 (g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_ID_FILE),
                    g_file_info_get_attribute_string (other_info, G_FILE_ATTRIBUTE_ID_FILE)) == 0;
}

int
truce_sync_verb_run (TruceCall *call)
{
  g_autoptr(TruceStore) store = NULL;
  g_autoptr(TruceHub) hub = NULL;
  g_autoptr(TruceRemote) remote = NULL;
  g_autoptr(TruceSync) sync = NULL;
  g_autoptr(TruceSyncReport) report = NULL;
  g_autoptr(GError) error = NULL;

  if (call->hub == NULL)
    return truce_complain (NULL, "no hub is named: truce sync run %s --hub HUB.db", call->path);
  if (is_same_file (call->path, call->hub))
    return truce_complain (NULL, "%s is the store itself; the hub is another file", call->hub);
  store = truce_call_open (call->path, FALSE);
  hub = store != NULL ? open_hub (call) : NULL;
  if (hub == NULL)
    return EXIT_BAD_INPUT;

  remote = TRUCE_REMOTE (truce_hub_remote_new (hub));
  sync = truce_sync_new (store, remote);
  truce_sync_set_account (sync, call->account);
  report = truce_sync_sync_now (sync, 0, NULL, &error);
  if (report == NULL)
    return truce_call_fail (call, error);

  /* The monitor of the network, which a sync looks at, has GLib ignore it. */
  signal (SIGPIPE, SIG_DFL);
  if (call->json)
    print_report_json (report);
  else
    print_report (report);
  return truce_sync_get_n_failed (sync) + truce_sync_get_n_conflicted (sync) == 0 ? EXIT_DONE : EXIT_FAILED;
}
