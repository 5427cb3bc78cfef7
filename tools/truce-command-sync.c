/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-verbs.h"

static const TruceVerb verbs[] = {
  { "status", truce_sync_verb_status, "FILE.db", 1, 1, "j", "tell how far the sync has come, and what waits",
    "Tells when the store last synced, with what account and up to where, and how many\n"
    "records of each collection wait to be sent, were rejected, or are in conflict.\n" },
  { "inbox", truce_sync_verb_inbox, "FILE.db", 1, 1, "j", "list what was rejected or is in conflict",
    "Lists the records that wait for a person: why, since when, how often they were\n"
    "tried, and what the server says.\n" },
  { "explain", truce_sync_verb_explain, "FILE.db COLLECTION/ID", 2, 2, "j", "tell the story of a record",
    "Tells what happened to a record, when, and on which replica; what lost and why; what\n"
    "waits to be sent, and what comes next.\n"
    "\n"
    "  truce sync explain notes.db note/17\n" },
};

static const TruceVerbs sync_verbs = {
  "sync", verbs, G_N_ELEMENTS (verbs),
  "An app syncs its store with a server. What it keeps of that tells what has been sent,\n"
  "what waits, and what became of a record. Nothing here changes the store.\n",
  "  truce sync status notes.db\n"
  "  truce sync explain notes.db note/17\n",
};

int
truce_command_sync (int    argc,
                    char **argv)
{
  return truce_run_verbs (&sync_verbs, argc, argv);
}
